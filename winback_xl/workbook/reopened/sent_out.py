"""The Snapshot sheet, read back: what was sent out, as far as it is still there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from winback_xl.core.merging import fingerprints
from winback_xl.core.talks import talk_keys
from winback_xl.workbook.reopened import contents
from winback_xl.workbook.sheets import snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from winback_xl.readers.xlsx.read_xlsx import XlsxSource


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
    names = [item.sheet for item in source.tables if item.name == snapshot.ITEMS]
    names += [item.name for item in source.sheets if item.name == snapshot.NAME]
    if not names:
        return Sent()
    grid = contents.whole(source, names[0])
    first = {column.position: contents.values(column).tolist() for column in grid.columns}
    if not {0, 1} <= set(first):
        return Sent()
    items, texts = first[0], first[1]
    rows, talks = (snapshot.sent_from(items, texts, what) for what in (snapshot.ROWS, snapshot.TALKS))
    return Sent(
        None if rows is None else fingerprints.sent_rows(rows),
        None if talks is None else talk_keys.sent_of(talks),
        snapshot.known_from(items, texts),
    )
