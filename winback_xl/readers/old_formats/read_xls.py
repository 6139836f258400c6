"""Read .xls, the format of Excel 97 to 2003.

Source: [MS-XLS] Excel Binary File Format, chapter 2.4. Nothing native is involved, so a
broken file can neither crash nor hang the process.
"""

from __future__ import annotations

import struct
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from winback_xl.errors import FileError, Issue
from winback_xl.readers.cell_source import CellSource
from winback_xl.readers.limits import MAX_TEXT, damaged, no_sense_is_damage, password, too_much
from winback_xl.readers.old_formats.ole import stream
from winback_xl.readers.old_formats.xls_cells import PAD, Scanner, blocks
from winback_xl.readers.old_formats.xls_records import BOF, EOF, records, shared_texts, text_at
from winback_xl.readers.source import SheetInfo
from winback_xl.readers.xlsx.cell_styles import Styles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from winback_xl.readers.collector import Range
    from winback_xl.readers.raw_cells import Cells

_FILEPASS, _DATEMODE, _SUPBOOK = 0x002F, 0x0022, 0x01AE
_FORMAT, _XF, _BOUNDSHEET, _SST = 0x041E, 0x00E0, 0x0085, 0x00FC
_INTERNAL = {b"\x01\x04", b"\x01\x3a"}  # links to the workbook itself, and to add-ins


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
            if kind == EOF:
                break
            self._take(kind, start, end)
        if not self.sheets:
            raise damaged(file, "it has no worksheet")

    def _take(self, kind: int, start: int, end: int) -> None:
        content = self.content
        if kind == BOF and content[start : start + 2] != b"\x00\x06":
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
            self.book = self._book = XlsBook(path.name, found + PAD)
        self.sheets, self.tables = self._book.sheets, []
        self.notes = _notes(self._book)

    def cells(self, sheet: str, merges: list[Range]) -> Iterator[Cells]:
        """Yield the cells of a sheet."""
        scanner = Scanner(self._book.content, len(self._book.shared), merges)
        place = self._book.places[sheet]
        if next(records(self._book.content, place), (0, 0, 0))[0] != BOF:
            raise damaged(self._book.file, f"the sheet {sheet} is not where the workbook says")
        for block in blocks(records(self._book.content, place)):
            with no_sense_is_damage(self._book.file, f"the sheet {sheet} cannot be read"):
                cells = scanner.scan(block)
            yield cells


def _notes(book: XlsBook) -> list[Issue]:
    found = []
    if book.links:
        what = f"It links to {book.links} other file(s); no link was followed."
        found.append(Issue("external-links", "note", what, file=book.file))
    return found
