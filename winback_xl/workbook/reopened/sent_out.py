"""The Snapshot sheet, read back: what was sent out, as far as it is still there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from winback_xl.core.merging import fingerprints
from winback_xl.schema import columns as schema
from winback_xl.workbook.reopened import contents
from winback_xl.workbook.sheets import snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

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
    heading = next(
        (row for row, item in enumerate(first[0]) if item == schema.CAMPAIGN["campaign_id"].heading), None
    )
    known = snapshot.known_from(first[0], first[1])
    if heading is None:
        return Sent(None, known)
    held = {text: cells[heading + 1 :] for cells in first.values() if isinstance(text := cells[heading], str)}
    return Sent(fingerprints.sent_rows(held), known)
