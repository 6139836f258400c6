"""The Snapshot sheet, read back: what was sent out, as far as it is still there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from winback_xl.core.merging import fingerprints
from winback_xl.core.talks import talk_keys
from winback_xl.schema import columns as schema
from winback_xl.workbook.reopened import contents
from winback_xl.workbook.sheets import snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from winback_xl.readers.xlsx.read_xlsx import XlsxSource


_LEADS = (schema.CAMPAIGN["campaign_id"].heading, talk_keys.SENT_KEY)
"""First headings of the two tables: accounts, and talks."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The Snapshot sheet: accounts and talks as they were sent out, and what the plan knew."""

    rows: pd.DataFrame | None = None
    talks: pd.DataFrame | None = None
    known: Mapping[str, Any] = field(default_factory=dict)

    @property
    def plan(self) -> Mapping[str, Any]:
        """What the plan knew."""
        found: Mapping[str, Any] = self.known.get("plan", {})
        return found

    def identity(self, file: str, who: str) -> str:
        """Return what makes a copy the same one when it comes back, "" where nothing tells it from another."""
        content = str(self.known.get("content", ""))
        if content and self.known.get("split"):
            return f"{content}|{who}"
        return f"{content}|{who}|{file.casefold()}" if content and who else ""


def read(source: XlsxSource) -> Sent:
    """Read the Snapshot sheet; somebody may have deleted it, or written into it."""
    names = [item.sheet for item in source.tables if item.name == snapshot.ROWS]
    names += [item.name for item in source.sheets if item.name == snapshot.NAME]
    if not names:
        return Sent()
    grid = contents.whole(source, names[0])
    first = {column.position: contents.values(column).tolist() for column in grid.columns}
    if not {0, 1} <= set(first):
        return Sent()
    known = snapshot.known_from(first[0], first[1])
    rows, talks = (_below(first, lead) for lead in _LEADS)
    return Sent(
        None if rows is None else fingerprints.sent_rows(rows),
        None if talks is None else talk_keys.sent_of(talks),
        known,
    )


def _below(columns: Mapping[int, Sequence[Any]], lead: str) -> dict[str, Sequence[Any]] | None:
    """Return the cells below each heading of the table whose first heading is ``lead``, down to the next table."""
    top = next((row for row, item in enumerate(columns[0]) if item == lead), None)
    if top is None:
        return None
    end = next((row for row in range(top + 1, len(columns[0])) if columns[0][row] in _LEADS), len(columns[0]))
    return {text: cells[top + 1 : end] for cells in columns.values() if isinstance(text := cells[top], str)}
