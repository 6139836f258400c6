"""Read .xlsx and .xlsm: fast where the XML is plain, patiently where it is not, the same result in both cases."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from winback_xl.readers.cell_source import CellSource
from winback_xl.readers.limits import PIECE, TOP
from winback_xl.readers.parallel import ahead, in_order
from winback_xl.readers.xlsx.xlsx_blocks import Blocks, NotPlainError
from winback_xl.readers.xlsx.xlsx_cells import scan
from winback_xl.readers.xlsx.xlsx_events import cells_by_events
from winback_xl.readers.xlsx.xlsx_workbook import Workbook, area

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winback_xl.readers.collector import Range
    from winback_xl.readers.grid import Grid
    from winback_xl.readers.limits import Package
    from winback_xl.readers.raw_cells import Cells
    from winback_xl.readers.source import Area, HeadRow

_MERGE = re.compile(rb"<mergeCell\b[^>]*\sref=[\"']([^\"']+)[\"']")


class XlsxSource(CellSource):
    """An opened .xlsx or .xlsm file."""

    book: Workbook

    def __init__(self, package: Package) -> None:
        self.book = self._book = Workbook(package)
        self.sheets, self.tables, self.notes = self._book.sheets, self._book.tables, self._book.notes
        self._odd: set[str] = set()  # sheets whose XML is not plain
        self._top = False  # whether only the first rows are wanted

    def head(self, sheet: str) -> list[HeadRow]:
        """Return the first filled rows."""
        self._top = True
        try:
            return super().head(sheet)
        except NotPlainError:
            self._odd.add(sheet)
            return super().head(sheet)
        finally:
            self._top = False

    def load(self, sheet: str, area: Area) -> Grid:
        """Return the data rows of a sheet."""
        try:
            return super().load(sheet, area)
        except NotPlainError:
            self._odd.add(sheet)
            return super().load(sheet, area)

    def cells(self, sheet: str, merges: list[Range]) -> Iterator[Cells]:
        """Yield the cells of a sheet."""
        package, shared = self._book.package, len(self._book.shared)
        pieces = package.pieces(self._book.parts[sheet], TOP if self._top else PIECE)
        if sheet not in self._odd:
            # Inflating in one thread, scanning in two: all three leave the interpreter free most of the time.
            blocks = Blocks(pieces if self._top else ahead(pieces), package.file, "sheetData", "row")
            work = partial(scan, shared=shared)
            yield from map(work, blocks) if self._top else in_order(work, blocks)
            found = [reference.decode("ascii", "replace") for reference in _MERGE.findall(blocks.tail)]
        else:
            found = []
            yield from cells_by_events(pieces, package.file, shared, found)
        merges += [span for span in map(area, found) if span]
