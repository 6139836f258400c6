"""Sheets whose first column holds whole lines of a CSV: a text that was pasted, or opened with another separator."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from winback_xl.errors import Issue
from winback_xl.readers.source import HEAD, Area, SheetInfo, TableInfo
from winback_xl.readers.text.read_text import TextSource
from winback_xl.readers.text.wrapped import separated

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from winback_xl.readers.cell_source import CellSource
    from winback_xl.readers.grid import Grid
    from winback_xl.readers.source import HeadRow, Source

_FEW = 2  # rows: headings and one row


class LinesInCells:
    """A sheet read as the text that is in it (see `winback_xl.readers.source.Source`).

    Parameters
    ----------
    path : Path
        For messages.
    sheet : str
        Name of the sheet.
    grid : Grid
        All its rows, in one column.
    """

    headed = False
    tables: tuple[TableInfo, ...] = ()

    def __init__(self, path: Path, sheet: str, grid: Grid) -> None:
        lines = list[str]()
        for row, text in enumerate(grid.columns[0].strings().to_pylist()):
            lines += [""] * (grid.row_number(row) - 1 - len(lines))
            lines.append(" ".join((text or "").splitlines()))
        self._text = TextSource(path, content="\n".join(lines).encode("utf-8", "replace"))
        self.sheets, self._notes = (SheetInfo(sheet),), grid.notes

    @property
    def notes(self) -> Sequence[Issue]:
        """What was found about the file."""
        (sheet,) = self.sheets
        letter = "Each cell of the first column holds a whole line; the lines were taken apart."
        return (
            *self._notes,
            Issue("lines-unwrapped", "note", letter, file=self._text.file, sheet=sheet.name),
            *self._text.notes,
        )

    def head(self, sheet: str) -> list[HeadRow]:
        """Return the first `HEAD` filled rows."""
        return self._text.head(sheet)

    def load(self, sheet: str, area: Area) -> Grid:
        """Return the data rows."""
        return replace(self._text.load(sheet, area), sheet=sheet, place="row")


def unfolded(source: CellSource, path: Path) -> Source:
    """Return a workbook as it is, or the text in its only sheet if each row is one cell with a whole line."""
    visible = (info.name for info in source.sheets if info.visible)
    filled = [*islice((name for name in visible if source.head(name)), 2)]  # no more sheets are opened
    if len(filled) != 1:
        return source
    rows = source.head(filled[0])[:HEAD]
    places = {at for row in rows for at, text in enumerate(row.texts) if text.strip()}
    if len(rows) < _FEW or len(places) != 1:
        return source
    (place,) = places
    if separated([row.texts[place] for row in rows]) is None:
        return source
    grid = source.load(filled[0], Area(0, (), 1))
    if len(grid.columns) != 1:
        return source
    return LinesInCells(path, filled[0], grid)
