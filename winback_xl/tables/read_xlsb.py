"""Read .xlsb, the binary workbook of Excel 2007 and later.

Source: [MS-XLSB] Excel (.xlsb) Binary File Format, section 2.1.4 (records) and chapter 2.4. A record is its number
(one or two bytes), its size (one to four bytes, seven bits each), and its content.
"""

from __future__ import annotations

import struct
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from winback_xl.tables.cell_source import CellSource
from winback_xl.tables.cell_styles import Styles
from winback_xl.tables.cells import Batch
from winback_xl.tables.grid import Cell
from winback_xl.tables.limits import MAX_TEXT, damaged, too_much
from winback_xl.tables.source import SheetInfo
from winback_xl.tables.xls_records import ERRORS, rk
from winback_xl.tables.xlsx_workbook import link_notes, relations

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from winback_xl.tables.cells import Cells
    from winback_xl.tables.gather import Range
    from winback_xl.tables.limits import Package

_ROW, _ERROR, _BOOL, _INLINE, _FORMULA_TEXT, _FORMULA_BOOL, _FORMULA_ERROR = 0, 3, 4, 6, 8, 10, 11
_RK, _REAL, _SHARED, _FORMULA_NUMBER, _RICH = 2, 5, 7, 9, 62
_TEXT_ITEM, _FORMAT, _XF, _WORKBOOK, _SHEET, _MERGED = 19, 44, 47, 153, 156, 176
_BEGIN_STYLES, _END_STYLES, _END_ROWS = 617, 618, 146
_HIDDEN = 0x10
_LONGEST_HEAD = 6
_MOST = 100_000_000  # bytes of one record
_WORKBOOK_PART = "xl/workbook.bin"


def records(pieces: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield number and content of every record; one that is cut off ends the part.

    Raises
    ------
    ValueError
        When a record claims to be larger than any is.
    """
    data, place = next(pieces, b""), 0
    while True:
        while len(data) - place < _LONGEST_HEAD and (piece := next(pieces, b"")):
            data, place = data[place:] + piece, 0
        head = _head(data, place)
        if head is None:
            return
        number, size, begin = head
        if size > _MOST:
            raise ValueError("record")
        while len(data) - begin < size:
            piece = next(pieces, b"")
            if not piece:
                return
            data, begin = data[begin:] + piece, 0
        yield number, data[begin : begin + size]
        place = begin + size


def _head(data: bytes, place: int) -> tuple[int, int, int] | None:
    """Read number and size of a record, and where its content begins; None at the end."""
    try:
        number = data[place]
        place += 1
        if number & 0x80:
            number = number & 0x7F | (data[place] & 0x7F) << 7
            place += 1
        size = shift = 0
        while True:
            byte = data[place]
            place += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or shift > 21:
                return number, size, place
    except IndexError:
        return None


def wide_text(data: bytes, place: int) -> str:
    """Read a text that begins with the number of its characters."""
    count = struct.unpack_from("<I", data, place)[0]
    return data[place + 4 : place + 4 + 2 * count].decode("utf-16-le", "replace")


class XlsbBook:
    """What the workbook part says: sheets, styles, texts."""

    def __init__(self, package: Package) -> None:
        self.package, self.file = package, package.file
        self.date_system: Literal[1900, 1904] = 1900
        self.sheets: list[SheetInfo] = []
        self.parts: dict[str, str] = {}
        self._related = relations(package, _WORKBOOK_PART)
        for number, data in records(package.pieces(_WORKBOOK_PART)):
            if number == _WORKBOOK and data[0] & 1:
                self.date_system = 1904
            elif number == _SHEET:
                state, _, count = struct.unpack_from("<III", data)
                kind, target = self._related.get(wide_text(data, 8), ("", ""))
                if kind == "worksheet":
                    name = wide_text(data, 12 + 2 * count)
                    self.sheets.append(SheetInfo(name, state == 0))
                    self.parts[name] = target
        if not self.sheets:
            raise damaged(self.file, "it has no worksheet")

    def _part(self, kind: str) -> str:
        return next((target for sort, target in self._related.values() if sort == kind), "")

    @cached_property
    def shared(self) -> pa.StringArray:
        """The shared texts."""
        part = self._part("sharedStrings")
        if part not in self.package:
            return pa.array([], pa.string())
        if self.package.size(part) > MAX_TEXT:
            raise too_much(self.file, f"more than {MAX_TEXT / 1e6:,.0f} MB of text")
        found = records(self.package.pieces(part))
        return pa.array([wide_text(data, 1) for number, data in found if number == _TEXT_ITEM], pa.string())

    @cached_property
    def _styles(self) -> Styles:
        part, codes, used, inside = self._part("styles"), {}, [], False
        for number, data in records(self.package.pieces(part)) if part in self.package else ():
            if number == _FORMAT:
                codes[struct.unpack_from("<H", data)[0]] = wide_text(data, 2)
            elif number in {_BEGIN_STYLES, _END_STYLES}:
                inside = number == _BEGIN_STYLES
            elif number == _XF and inside:
                used.append(struct.unpack_from("<H", data, 2)[0])
        return Styles([(number, codes.get(number, "")) for number in used])

    @property
    def dates(self) -> NDArray[np.bool_]:
        """For every style whether it shows a date."""
        return self._styles.dates

    @property
    def id_formats(self) -> tuple[tuple[str, ...], NDArray[np.uint8]]:
        """The number formats that change how an id looks, and for every style which one it is."""
        return self._styles.id_formats


class XlsbSource(CellSource):
    """An opened .xlsb file."""

    def __init__(self, package: Package) -> None:
        try:
            self.book = self._book = XlsbBook(package)
        except (struct.error, IndexError, ValueError) as error:
            raise damaged(package.file) from error
        self.sheets, self.tables, self.notes = self._book.sheets, [], link_notes(package)

    def cells(self, sheet: str, merges: list[Range]) -> Iterator[Cells]:
        """Yield the cells of a sheet."""
        book = self._book
        reader = _Sheet(len(book.shared), merges)
        try:
            for number, data in records(book.package.pieces(book.parts[sheet])):
                read = _READERS.get(number)
                if read is not None:
                    read(reader, data)
                    if reader.batch.full:
                        yield reader.batch.take(reader.row)
        except (struct.error, IndexError, ValueError) as error:
            raise damaged(book.file, f"the sheet {sheet} cannot be read") from error
        yield reader.batch.take(reader.row)


_AT = struct.Struct("<II")  # column, style (24 bits) and flags
_AT_REAL, _AT_INT = struct.Struct("<IId"), struct.Struct("<III")
_STYLE = 0xFFFFFF


class _Sheet:
    """Turns the records of a sheet into cells."""

    def __init__(self, shared: int, merges: list[Range]) -> None:
        self.batch, self.row = Batch(), 0
        self._shared, self._merges = shared, merges

    def row_start(self, data: bytes) -> None:
        self.row = struct.unpack_from("<I", data)[0] + 1
        if data[11] & _HIDDEN:
            self.batch.hidden.append(self.row)

    def real(self, data: bytes) -> None:
        column, style, value = _AT_REAL.unpack_from(data)
        self.batch.add(self.row, column, Cell.NUMBER, style & _STYLE, value)

    def rk(self, data: bytes) -> None:
        column, style, value = _AT_INT.unpack_from(data)
        self.batch.add(self.row, column, Cell.NUMBER, style & _STYLE, rk(value))

    def shared(self, data: bytes) -> None:
        column, style, index = _AT_INT.unpack_from(data)
        if index >= self._shared:
            raise IndexError("text")
        self.batch.add(self.row, column, Cell.TEXT, style & _STYLE, float(index))

    def text(self, data: bytes) -> None:
        self._own(data, 8)

    def rich(self, data: bytes) -> None:
        self._own(data, 9)

    def flag(self, data: bytes) -> None:
        column, style = _AT.unpack_from(data)
        self.batch.add(self.row, column, Cell.BOOL, style & _STYLE, float(data[8] != 0))

    def error(self, data: bytes) -> None:
        column, style = _AT.unpack_from(data)
        own = self.batch.own(ERRORS.get(data[8], "#ERROR!"))
        self.batch.add(self.row, column, Cell.ERROR, style & _STYLE, own)

    def merged(self, data: bytes) -> None:
        top, bottom, left, right = struct.unpack_from("<IIII", data)
        self._merges.append((top + 1, bottom + 1, left, right))

    def _own(self, data: bytes, place: int) -> None:
        column, style = _AT.unpack_from(data)
        text = wide_text(data, place)
        if text:
            self.batch.add(self.row, column, Cell.TEXT, style & _STYLE, self.batch.own(text))


_READERS = {
    _ROW: _Sheet.row_start, _RK: _Sheet.rk, _REAL: _Sheet.real, _FORMULA_NUMBER: _Sheet.real, _SHARED: _Sheet.shared,
    _INLINE: _Sheet.text, _FORMULA_TEXT: _Sheet.text, _RICH: _Sheet.rich, _BOOL: _Sheet.flag,
    _FORMULA_BOOL: _Sheet.flag, _ERROR: _Sheet.error, _FORMULA_ERROR: _Sheet.error, _MERGED: _Sheet.merged,
}  # fmt: skip
