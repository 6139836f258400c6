"""What all workbook formats have in common once their cells are known: a look at the first rows, and the load."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING

from winback_xl.readers.collector import Collector
from winback_xl.readers.header_row import head_rows
from winback_xl.readers.limits import MAX_WIDTH, too_wide
from winback_xl.readers.source import HEAD, MAX_COLUMN, REACH, Area

_FAR_DOWN = 200_000  # headings stand higher, even below rows that hold only formats

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winback_xl.errors import Issue
    from winback_xl.readers.collector import Range
    from winback_xl.readers.grid import Grid
    from winback_xl.readers.raw_cells import Book, Cells
    from winback_xl.readers.source import HeadRow, SheetInfo, TableInfo


class CellSource(ABC):
    """An opened workbook (see `source.Source`)."""

    headed = False
    tables: list[TableInfo]
    sheets: list[SheetInfo]
    notes: list[Issue]
    book: Book

    @abstractmethod
    def cells(self, sheet: str, merges: list[Range]) -> Iterator[Cells]:
        """Yield the filled cells of a sheet, batch by batch; add its merged ranges to `merges` on the way."""

    @cached_property
    def _heads(self) -> dict[str, list[HeadRow]]:
        return {}

    def head(self, sheet: str) -> list[HeadRow]:
        """Return the first `HEAD` filled rows; the sheet is read no further than that, and only once."""
        if sheet not in self._heads:
            self._heads[sheet] = self._read_head(sheet)
        return self._heads[sheet]

    def _read_head(self, sheet: str) -> list[HeadRow]:
        collector = Collector(self.book, sheet, Area(0, (), 1, last_column=MAX_WIDTH - 1))
        for cells in self.cells(sheet, []):
            collector.add(cells)
            if collector.rows >= HEAD or cells.last_row > _FAR_DOWN:
                break
        return head_rows(collector.grid())

    @cached_property
    def _wholes(self) -> dict[str, Grid]:
        return {}

    def whole(self, sheet: str) -> Grid:
        """Return every cell of a sheet, without headings; the sheet is read only once."""
        if sheet not in self._wholes:
            self._wholes[sheet] = self.load(sheet, Area(0, (), 1, last_column=MAX_COLUMN))
        return self._wholes[sheet]

    def load(self, sheet: str, area: Area) -> Grid:
        """Return the data rows of a sheet."""
        if len(area.headings) > MAX_WIDTH - REACH:
            raise too_wide(self.book.file, sheet)
        merges: list[Range] = []
        collector = Collector(self.book, sheet, area)
        for cells in self.cells(sheet, merges):
            collector.add(cells)
        return collector.grid(merges)
