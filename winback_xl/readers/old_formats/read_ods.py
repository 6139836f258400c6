"""Read .ods, the spreadsheet of LibreOffice and of the OpenDocument standard.

Source: OASIS OpenDocument 1.3, part 3, chapters 9 (tables) and 19.385 (value types). A repeated blank cell costs
nothing here; a repeated filled one is written out, within the limits of a sheet.
"""

from __future__ import annotations

from collections import deque
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from winback_xl.readers.cell_source import CellSource
from winback_xl.readers.grid import Cell
from winback_xl.readers.limits import MAX_CELL, MAX_CELLS, PIECE, damaged, too_much
from winback_xl.readers.old_formats.ods_cells import MOST_ZEROS, Found, read_cell, repeated, times
from winback_xl.readers.raw_cells import Batch, Cells
from winback_xl.readers.source import MAX_COLUMN, MAX_ROW, SheetInfo
from winback_xl.readers.xlsx.cell_styles import Styles
from winback_xl.readers.xml_events import parse_by_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winback_xl.readers.collector import Range
    from winback_xl.readers.limits import Package

_PART = "content.xml"
_HELD = 50_000_000  # bytes of content that are inflated once and not again for each sheet


class OdsBook:
    """What the cells refer to: texts are in them, and a style is the number of digits that an id is padded to."""

    date_system: Literal[1900, 1904] = 1900

    def __init__(self, package: Package) -> None:
        self.package, self.file = package, package.file
        self._content = package.read(_PART) if package.size(_PART) <= _HELD else None
        self.sheets = self._find_sheets()
        if not self.sheets:
            raise damaged(self.file, "it has no sheet")

    def pieces(self, sheet: str) -> Iterator[bytes]:
        """Return the content part; of one that is held, without the sheets before the one that is asked for."""
        if self._content is None:
            yield from self.package.pieces(_PART)
            return
        yield self._content[: self._places[0]]
        place = self._places[[item.name for item in self.sheets].index(sheet)]
        for start in range(place, len(self._content), PIECE):
            yield self._content[start : start + PIECE]

    def _find_sheets(self) -> list[SheetInfo]:
        """Read the names of the sheets, where they begin, and whether their style hides them: one pass."""
        pieces = self.package.pieces(_PART) if self._content is None else [self._content]
        finder = _Finder()
        wanted = {"style", "table-properties", "table"}
        for _ in parse_by_pieces(
            pieces, self.file, finder.start, finder.end, only=wanted, place=finder.at.append
        ):
            pass
        self._places = finder.places
        return finder.sheets

    @cached_property
    def shared(self) -> pa.StringArray:
        """No shared texts."""
        return pa.array([], pa.string())

    @cached_property
    def styles(self) -> Styles:
        """The formats ``00``, ``000``, ...; no style shows a date, for dates are marked as such."""
        return Styles([(0, ""), *((0, "0" * digits) for digits in range(1, MOST_ZEROS + 1))])


class _Finder:
    """Finds the sheets of a content part."""

    def __init__(self) -> None:
        self.sheets: list[SheetInfo] = []
        self.places: list[int] = []
        self.at: deque[int] = deque(maxlen=1)  # where the element that starts stands
        self._hidden: set[str] = set()
        self._style, self._depth = "", 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "style" and attributes.get("family") == "table":
            self._style = attributes.get("name", "")
        elif name == "table-properties" and attributes.get("display") == "false":
            self._hidden.add(self._style)
        elif name == "table":
            self._depth += 1
            if self._depth == 1:  # not a table within a cell
                shown = attributes.get("style-name") not in self._hidden
                self.sheets.append(SheetInfo(attributes.get("name", ""), shown))
                self.places += self.at

    def end(self, name: str) -> None:
        self._depth -= name == "table"


class OdsSource(CellSource):
    """An opened .ods file."""

    def __init__(self, package: Package) -> None:
        self.book = self._book = OdsBook(package)
        self.sheets, self.tables, self.notes = self._book.sheets, [], []

    def cells(self, sheet: str, merges: list[Range]) -> Iterator[Cells]:
        """Yield the cells of a sheet."""
        file, pieces = self._book.file, self._book.pieces(sheet)
        state = _State(file, sheet, merges)
        for _ in parse_by_pieces(pieces, file, state.start, state.end, state.text):
            if state.batch.full or state.repeated:
                yield state.batch.take(0)
            for rows in state.repeated:
                yield from rows
            state.repeated.clear()
            if state.over:
                break
        yield state.batch.take(0)


class _State:
    """Follows the elements of one table."""

    def __init__(self, file: str, sheet: str, merges: list[Range]) -> None:
        self._file, self._size = file, 0
        self.batch, self.row, self.over = Batch(), 0, False
        self.repeated: list[Iterator[Cells]] = []
        self._sheet, self._merges = sheet, merges
        self._depth = 0  # of tables: a cell may hold another one
        self._column = self._row_repeats = self._aside = 0
        self._cells = 0  # that the file says, before any is written out
        self._cell: dict[str, str] = {}
        self._row_cells: list[tuple[int, Found]] = []
        self._paragraphs: list[str] = []
        self._reading = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            self._depth += bool(self._depth) or attributes.get("name", "") == self._sheet
        elif self._depth != 1:
            return
        elif name == "table-row":
            self._row_repeats = times(attributes, "number-rows-repeated", MAX_ROW)
            self._column, self._row_cells = 0, []
            if attributes.get("visibility") in {"collapse", "filter"}:
                self.batch.hidden += range(self.row + 1, self.row + 1 + self._row_repeats)
        elif name in {"table-cell", "covered-table-cell"}:
            self._cell, self._paragraphs, self._size = attributes, [], 0
        elif name == "annotation":
            self._aside += 1
        elif not self._aside:
            self._inline(name, attributes)

    def text(self, text: str) -> None:
        if self._reading and not self._aside and self._depth == 1:
            self._paragraphs[-1] += text
            self._size += len(text)
            if self._size > MAX_CELL:
                raise too_much(self._file, f"a cell of more than {MAX_CELL:,} characters")

    def end(self, name: str) -> None:
        if name == "table" and self._depth:
            self._depth -= 1
            self.over = not self._depth
        elif self._depth != 1:
            return
        elif name == "annotation":
            self._aside -= 1
        elif name == "p" and not self._aside:
            self._reading = False
        elif name in {"table-cell", "covered-table-cell"}:
            self._end_cell()
        elif name == "table-row":
            self._end_row()

    def _inline(self, name: str, attributes: dict[str, str]) -> None:
        if name == "p":
            self._paragraphs.append("")
            self._reading = True
        elif self._reading and name in {"s", "tab", "line-break"}:
            count = times(attributes, "c", 32_767)
            self._paragraphs[-1] += {"s": " " * count, "tab": "\t", "line-break": "\n"}[name]

    def _end_cell(self) -> None:
        repeats = times(self._cell, "number-columns-repeated", MAX_COLUMN + 1)
        found = read_cell(self._cell, "\n".join(self._paragraphs))
        if (
            found.kind != Cell.BLANK and self._column <= MAX_COLUMN + 1
        ):  # the first one beyond is reported as stray
            self._cells += repeats * self._row_repeats
            if self._cells > MAX_CELLS:
                raise too_much(self._file, f"more than {MAX_CELLS:,} filled cells")
            last = min(self._column + repeats, MAX_COLUMN + 2)
            self._row_cells += [(column, found) for column in range(self._column, last)]
        rows = times(self._cell, "number-rows-spanned", MAX_ROW)
        if rows > 1:
            columns = times(self._cell, "number-columns-spanned", MAX_COLUMN + 1)
            self._merges.append((self.row + 1, self.row + rows, self._column, self._column + columns - 1))
        self._column += repeats

    def _end_row(self) -> None:
        if self._row_cells and self._row_repeats == 1:
            for column, found in self._row_cells:
                value = found.value if found.text is None else self.batch.own(found.text)
                self.batch.add(self.row + 1, column, found.kind, found.style, value)
        elif self._row_cells:
            self.repeated.append(repeated(self.row + 1, self._row_repeats, self._row_cells))
        self.row += self._row_repeats
