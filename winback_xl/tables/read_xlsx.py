"""Read .xlsx and .xlsm: fast where the XML is plain, patiently where it is not, the same result in both cases."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from winback_xl.tables.gather import Collector
from winback_xl.tables.header_row import head_rows
from winback_xl.tables.source import HEAD, Area
from winback_xl.tables.xlsx_blocks import Blocks, NotPlainError
from winback_xl.tables.xlsx_cells import scan
from winback_xl.tables.xlsx_events import cells_by_events
from winback_xl.tables.xlsx_workbook import Workbook
from winback_xl.tables.xlsx_workbook import area as range_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winback_xl.errors import Issue
    from winback_xl.tables.cells import Cells
    from winback_xl.tables.grid import Grid
    from winback_xl.tables.limits import Package
    from winback_xl.tables.source import HeadRow, SheetInfo, TableInfo

_MERGE = re.compile(rb"<mergeCell\b[^>]*\sref=[\"']([^\"']+)[\"']")


class XlsxSource:
    """An opened .xlsx or .xlsm file (see `source.Source`)."""

    headed = False

    def __init__(self, package: Package) -> None:
        self._book = Workbook(package)
        self.sheets: list[SheetInfo] = self._book.sheets
        self.notes: list[Issue] = self._book.notes

    @property
    def tables(self) -> list[TableInfo]:
        """All Excel Tables of the workbook."""
        return self._book.tables

    def head(self, sheet: str) -> list[HeadRow]:
        """Return the first `HEAD` filled rows; only the first block of the sheet is read."""
        area = Area(0, (), 1)
        for plain in (True, False):
            collector = Collector(self._book, sheet, area)
            try:
                for cells in self._cells(sheet, [], plain=plain):
                    collector.add(cells)
                    if collector.rows >= HEAD:
                        break
            except NotPlainError:
                continue
            break
        return head_rows(collector.grid())

    def load(self, sheet: str, area: Area) -> Grid:
        """Return the data rows of a sheet."""
        try:
            return self._load(sheet, area, plain=True)
        except NotPlainError:
            return self._load(sheet, area, plain=False)

    def _load(self, sheet: str, area: Area, *, plain: bool) -> Grid:
        merges: list[str] = []
        collector = Collector(self._book, sheet, area)
        for cells in self._cells(sheet, merges, plain=plain):
            collector.add(cells)
        return collector.grid([span for span in map(range_of, merges) if span])

    def _cells(self, sheet: str, merges: list[str], *, plain: bool) -> Iterator[Cells]:
        package, shared = self._book.package, len(self._book.shared)
        pieces = package.pieces(self._book.parts[sheet])
        if not plain:
            yield from cells_by_events(pieces, package.file, shared, merges)
            return
        blocks = Blocks(pieces, package.file, "sheetData", "row")
        for block in blocks:
            yield scan(block, shared)
        merges += [reference.decode("ascii", "replace") for reference in _MERGE.findall(blocks.tail)]
