"""Read .xls, the format of Excel 97 to 2003.

Source: [MS-XLS] Excel Binary File Format, chapter 2.4; the record numbers below are those of section 2.3.1. Nothing
native is involved, so a broken file can neither crash nor hang the process.
"""

from __future__ import annotations

import struct
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

import pyarrow as pa

from winback_xl.errors import FileError, Issue
from winback_xl.tables.formats.cell_source import CellSource
from winback_xl.tables.formats.cell_styles import Styles
from winback_xl.tables.formats.cells import Batch
from winback_xl.tables.formats.limits import MAX_TEXT, damaged, no_sense_is_damage, password, too_much
from winback_xl.tables.formats.ole import stream
from winback_xl.tables.formats.source import SheetInfo
from winback_xl.tables.formats.xls_records import ERRORS, records, rk, shared_texts, text_at
from winback_xl.tables.grid import Cell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from winback_xl.tables.formats.cells import Cells
    from winback_xl.tables.formats.gather import Range

_BOF, _EOF, _FILEPASS, _DATEMODE, _SUPBOOK = 0x0809, 0x000A, 0x002F, 0x0022, 0x01AE
_FORMAT, _XF, _BOUNDSHEET, _SST = 0x041E, 0x00E0, 0x0085, 0x00FC
_ROW, _MERGED = 0x0208, 0x00E5
_NUMBER, _RK, _MULRK, _LABELSST, _LABEL, _RSTRING = 0x0203, 0x027E, 0x00BD, 0x00FD, 0x0204, 0x00D6
_BOOLERR, _FORMULA, _STRING = 0x0205, 0x0006, 0x0207
_INTERNAL = {b"\x01\x04", b"\x01\x3a"}  # links to the workbook itself, and to add-ins
_HIDDEN = 0x20
_AT = struct.Struct("<HHH")  # row, column, style
_AT_DOUBLE, _AT_INT = struct.Struct("<HHHd"), struct.Struct("<HHHI")


class XlsBook:
    """What the beginning of the workbook stream says about the whole: sheets, styles, texts."""

    def __init__(self, file: str, content: bytes) -> None:
        self.file, self.content = file, content
        self.date_system: Literal[1900, 1904] = 1900
        self.sheets: list[SheetInfo] = []
        self.places: dict[str, int] = {}
        self.links = 0
        self._formats: dict[int, str] = {}
        self._of_style: list[int] = []
        self._texts: tuple[int, int] | None = None
        for kind, start, end in records(content):
            if kind == _EOF:
                break
            self._take(kind, start, end)
        if not self.sheets:
            raise damaged(file, "it has no worksheet")

    def _take(self, kind: int, start: int, end: int) -> None:
        content = self.content
        if kind == _BOF and content[start : start + 2] != b"\x00\x06":
            raise FileError(
                f"{self.file} is a workbook of Excel 95 or older.",
                "Open it in Excel and save it as an Excel workbook (.xlsx).",
                "file-kind",
            )
        if kind == _FILEPASS:
            raise password(self.file)
        if kind == _DATEMODE and content[start]:
            self.date_system = 1904
        elif kind == _FORMAT:
            number, count = struct.unpack_from("<HH", content, start)
            self._formats[number] = text_at(content, start + 4, count)
        elif kind == _XF:
            self._of_style.append(struct.unpack_from("<H", content, start + 2)[0])
        elif kind == _SST:
            self._texts = start, end
        elif kind == _SUPBOOK:
            self.links += end - start > 4 and content[start + 2 : start + 4] not in _INTERNAL
        elif kind == _BOUNDSHEET:
            place, state, sort, count = struct.unpack_from("<IBBB", content, start)
            if sort == 0:  # a worksheet, not a chart or a macro sheet
                name = text_at(content, start + 7, count)
                self.sheets.append(SheetInfo(name, state & 3 == 0))
                self.places[name] = place

    @cached_property
    def shared(self) -> pa.StringArray:
        """The shared texts."""
        if self._texts is None:
            return pa.array([], pa.string())
        if len(self.content) > MAX_TEXT:
            raise too_much(self.file, f"more than {MAX_TEXT / 1e6:,.0f} MB")
        with no_sense_is_damage(self.file):
            return pa.array(shared_texts(self.content, *self._texts), pa.string())

    @cached_property
    def styles(self) -> Styles:
        """The styles that cells refer to."""
        return Styles([(number, self._formats.get(number, "")) for number in self._of_style])


class XlsSource(CellSource):
    """An opened .xls file."""

    def __init__(self, path: Path) -> None:
        content = path.read_bytes()
        found = stream(content, "Workbook", path.name) or stream(content, "Book", path.name)
        if not found:
            raise damaged(path.name)
        with no_sense_is_damage(path.name):
            self.book = self._book = XlsBook(path.name, found)
        self.sheets, self.tables = self._book.sheets, []
        self.notes = _notes(self._book)

    def cells(self, sheet: str, merges: list[Range]) -> Iterator[Cells]:
        """Yield the cells of a sheet."""
        reader = _Sheet(self._book.content, len(self._book.shared), merges)
        place = self._book.places[sheet]
        if next(records(self._book.content, place), (0, 0, 0))[0] != _BOF:
            raise damaged(self._book.file, f"the sheet {sheet} is not where the workbook says")
        found = records(self._book.content, place)
        more = True
        while more:
            with no_sense_is_damage(self._book.file, f"the sheet {sheet} cannot be read"):
                more = reader.fill(found)
            yield reader.batch.take(reader.last_row)


def _notes(book: XlsBook) -> list[Issue]:
    found = []
    if book.links:
        what = f"It links to {book.links} other file(s); no link was followed."
        found.append(Issue("external-links", "note", what, file=book.file))
    return found


class _Formula(NamedTuple):
    """A formula whose result is a text, which follows in a record of its own."""

    row: int
    column: int
    style: int


class _Sheet:
    """Turns the records of a sheet into cells."""

    def __init__(self, content: bytes, shared: int, merges: list[Range]) -> None:
        self.batch, self.last_row = Batch(), 0
        self._content, self._shared, self._merges = content, shared, merges
        self._depth = 0
        self._formula: _Formula | None = None

    def fill(self, found: Iterator[tuple[int, int, int]]) -> bool:
        """Take records until a batch is full; False when the sheet is over."""
        for record in found:
            if not self._take(*record):
                return False
            if self.batch.full:
                return True
        return False

    def _take(self, kind: int, start: int, end: int) -> bool:
        if kind == _BOF:
            self._depth += 1
        elif kind == _EOF:
            self._depth -= 1
        elif self._depth == 1:  # not the cells of a chart within the sheet
            read = _READERS.get(kind)
            if read is not None:
                read(self, start, end)
        return self._depth > 0

    def number(self, start: int, _: int) -> None:
        row, column, style, value = _AT_DOUBLE.unpack_from(self._content, start)
        self._add(row, column, Cell.NUMBER, style, value)

    def rk(self, start: int, _: int) -> None:
        row, column, style, value = _AT_INT.unpack_from(self._content, start)
        self._add(row, column, Cell.NUMBER, style, rk(value))

    def many_rk(self, start: int, end: int) -> None:
        row, column = struct.unpack_from("<HH", self._content, start)
        for place in range(start + 4, end - 7, 6):
            style, value = struct.unpack_from("<HI", self._content, place)
            self._add(row, column, Cell.NUMBER, style, rk(value))
            column += 1

    def shared(self, start: int, _: int) -> None:
        row, column, style, index = _AT_INT.unpack_from(self._content, start)
        if index >= self._shared:
            raise IndexError("text")
        self._add(row, column, Cell.TEXT, style, float(index))

    def label(self, start: int, _: int) -> None:
        row, column, style, count = struct.unpack_from("<HHHH", self._content, start)
        self._own(row, column, style, text_at(self._content, start + 8, count))

    def flag(self, start: int, _: int) -> None:
        row, column, style = _AT.unpack_from(self._content, start)
        self._flag(row, column, style, self._content[start + 6], is_error=bool(self._content[start + 7]))

    def formula(self, start: int, _: int) -> None:
        row, column, style, value = _AT_DOUBLE.unpack_from(self._content, start)
        if self._content[start + 12 : start + 14] != b"\xff\xff":
            self._add(row, column, Cell.NUMBER, style, value)
            return
        sort, code = self._content[start + 6], self._content[start + 8]
        if sort == 0:
            self._formula = _Formula(row, column, style)
        elif sort in {1, 2}:
            self._flag(row, column, style, code, is_error=sort == 2)

    def result(self, start: int, _: int) -> None:
        if self._formula is not None:
            count = struct.unpack_from("<H", self._content, start)[0]
            self._own(*self._formula, text_at(self._content, start + 2, count))
            self._formula = None

    def row(self, start: int, _: int) -> None:
        row = struct.unpack_from("<H", self._content, start)[0] + 1
        self.last_row = max(self.last_row, row)
        if self._content[start + 12] & _HIDDEN:
            self.batch.hidden.append(row)

    def merged(self, start: int, end: int) -> None:
        for place in range(start + 2, end - 7, 8):
            top, bottom, left, right = struct.unpack_from("<HHHH", self._content, place)
            self._merges.append((top + 1, bottom + 1, left, right))

    def _flag(self, row: int, column: int, style: int, code: int, *, is_error: bool) -> None:
        if is_error:
            self._add(row, column, Cell.ERROR, style, self.batch.own(ERRORS.get(code, "#ERROR!")))
        else:
            self._add(row, column, Cell.BOOL, style, float(code != 0))

    def _own(self, row: int, column: int, style: int, text: str) -> None:
        if text:
            self._add(row, column, Cell.TEXT, style, self.batch.own(text))

    def _add(self, row: int, column: int, kind: Cell, style: int, value: float) -> None:
        self.batch.add(row + 1, column, kind, style, value)
        self.last_row = max(self.last_row, row + 1)


_READERS = {
    _NUMBER: _Sheet.number, _RK: _Sheet.rk, _MULRK: _Sheet.many_rk, _LABELSST: _Sheet.shared, _LABEL: _Sheet.label,
    _RSTRING: _Sheet.label, _BOOLERR: _Sheet.flag, _FORMULA: _Sheet.formula, _STRING: _Sheet.result, _ROW: _Sheet.row,
    _MERGED: _Sheet.merged,
}  # fmt: skip
