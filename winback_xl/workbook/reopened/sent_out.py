"""The Snapshot sheet, read back: what was sent out, as far as it is still there."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from winback_xl.core.merging import carried_edits
from winback_xl.schema import columns as schema
from winback_xl.workbook.reopened import contents
from winback_xl.workbook.sheets import snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winback_xl.readers.xlsx.read_xlsx import XlsxSource


@dataclass(frozen=True, slots=True)
class Sent:
    """The Snapshot sheet."""

    rows: pd.DataFrame | None = None
    known: Mapping[str, Any] = field(default_factory=dict)

    @property
    def plan(self) -> Mapping[str, Any]:
        """What the plan knew."""
        found: Mapping[str, Any] = self.known.get("plan", {})
        return found


def read(source: XlsxSource) -> Sent:
    """Read the Snapshot sheet; somebody may have deleted it, or written into it."""
    names = [item.sheet for item in source.tables if item.name == snapshot.ROWS]
    names += [item.name for item in source.sheets if item.name == snapshot.NAME]
    if not names:
        return Sent()
    grid = contents.whole(source, names[0])
    first = {column.position: contents.values(column) for column in grid.columns}
    if not {0, 1} <= set(first):
        return Sent()
    pieces = [str(text)[1:] for item, text in zip(first[0], first[1], strict=True) if item == "known"]
    heading = next(
        (row for row, item in enumerate(first[0]) if item == schema.CAMPAIGN["campaign_id"].heading), None
    )
    try:
        known = json.loads("".join(pieces))
    except json.JSONDecodeError:
        known = {}
    if heading is None:
        return Sent(None, known)
    by_heading = {column.heading: column.name for column in schema.CAMPAIGN.columns}
    rows = {}
    for held in first.values():
        title = held[heading]
        if isinstance(title, str):
            rows[by_heading.get(title, title)] = [
                "" if text is None else str(text) for text in held[heading + 1 :]
            ]
    frame = pd.DataFrame(rows, dtype=object)
    if not set(carried_edits.KEYS) <= set(frame):
        return Sent(None, known)
    for key in carried_edits.KEYS:
        frame[key] = frame[key].str[1:]
    return Sent(frame[frame["customer_id"] != ""].reset_index(drop=True), known)
