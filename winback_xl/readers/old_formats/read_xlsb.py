"""Read .xlsb, the binary workbook of Excel 2007 and later."""

from __future__ import annotations

import struct
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from winback_xl.readers.cell_source import CellSource
from winback_xl.readers.limits import MAX_TEXT, no_sense_is_damage, no_worksheet, too_much
from winback_xl.readers.old_formats.xlsb_records import blocks, records, scan, wide_text
from winback_xl.readers.source import SheetInfo
from winback_xl.readers.xlsx.cell_styles import Styles
from winback_xl.readers.xlsx.xlsx_workbook import link_notes, relations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winback_xl.readers.collector import Range
    from winback_xl.readers.limits import Package
    from winback_xl.readers.raw_cells import Cells

_TEXT_ITEM, _FORMAT, _XF, _WORKBOOK, _SHEET = 19, 44, 47, 153, 156
_BEGIN_STYLES, _END_STYLES = 617, 618
_WORKBOOK_PART = "xl/workbook.bin"


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
            raise no_worksheet(self.file)

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
        with no_sense_is_damage(self.file):
            found = records(self.package.pieces(part))
            return pa.array(
                [wide_text(data, 1) for number, data in found if number == _TEXT_ITEM], pa.string()
            )

    @cached_property
    def styles(self) -> Styles:
        """The styles that cells refer to."""
        part, codes, used, inside = self._part("styles"), {}, [], False
        if part not in self.package:
            return Styles([])
        with no_sense_is_damage(self.file):
            for number, data in records(self.package.pieces(part)):
                if number == _FORMAT:
                    codes[struct.unpack_from("<H", data)[0]] = wide_text(data, 2)
                elif number in {_BEGIN_STYLES, _END_STYLES}:
                    inside = number == _BEGIN_STYLES
                elif number == _XF and inside:
                    used.append(struct.unpack_from("<H", data, 2)[0])
        return Styles([(number, codes.get(number, "")) for number in used])


class XlsbSource(CellSource):
    """An opened .xlsb file."""

    def __init__(self, package: Package) -> None:
        with no_sense_is_damage(package.file):
            self.book = self._book = XlsbBook(package)
        self.sheets, self.tables, self.notes = self._book.sheets, [], link_notes(package)

    def cells(self, sheet: str, merges: list[Range]) -> Iterator[Cells]:
        """Yield the cells of a sheet."""
        book = self._book
        shared, row = len(book.shared), 0
        found = blocks(book.package.pieces(book.parts[sheet]))
        while True:
            with no_sense_is_damage(book.file, f"the sheet {sheet} cannot be read"):
                block = next(found, None)
                if block is None:
                    return
                cells, row = scan(block, shared, row, merges)
            yield cells
