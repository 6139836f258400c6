"""Read the XML spreadsheet of Excel 2003, which NetSuite and others export under the name .xls.

Source: Microsoft, "XML Spreadsheet Reference" (2001): Workbook, Worksheet, Table, Row, Cell, Data. A document type is
refused, as in every XML that is read here.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from winback_xl.readers.cell_source import CellSource
from winback_xl.readers.grid import Cell
from winback_xl.readers.limits import MAX_CELL, PIECE, no_worksheet, too_much
from winback_xl.readers.old_formats.plain_book import PlainBook, content_of
from winback_xl.readers.raw_cells import Batch, Cells, iso_serial, number
from winback_xl.readers.source import MAX_COLUMN, MAX_ROW, SheetInfo
from winback_xl.readers.xml_events import parse_by_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from winback_xl.readers.collector import Range

_HIDDEN = frozenset({"SheetHidden", "SheetVeryHidden"})


class Xml2003Source(CellSource):
    """An opened XML spreadsheet (see `winback_xl.readers.source.Source`)."""

    def __init__(self, path: Path) -> None:
        self.book, self._content = PlainBook(path.name), content_of(path)
        finder = _Finder()
        for _ in parse_by_pieces(self._pieces(), path.name, finder.start, finder.end, finder.text):
            pass
        self.sheets = [SheetInfo(name, name not in finder.hidden) for name in finder.names]
        if not self.sheets:
            raise no_worksheet(path.name)
        self.tables, self.notes = [], []

    def cells(self, sheet: str, merges: list[Range]) -> Iterator[Cells]:
        """Yield the cells of a sheet."""
        state = _State(self.book.file, sheet, merges)
        for _ in parse_by_pieces(self._pieces(), self.book.file, state.start, state.end, state.text):
            if state.batch.full:
                yield state.batch.take(state.row)
            if state.over:
                break
        yield state.batch.take(state.row)

    def _pieces(self) -> Iterator[bytes]:
        for start in range(0, len(self._content), PIECE):
            yield self._content[start : start + PIECE]


class _Finder:
    """Finds the sheets and which of them are hidden."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.hidden: set[str] = set()
        self._visible, self._text = False, ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Worksheet":
            self.names.append(attributes.get("Name") or f"Sheet{len(self.names) + 1}")
        self._visible, self._text = name == "Visible", ""

    def text(self, text: str) -> None:
        if self._visible:
            self._text += text

    def end(self, name: str) -> None:
        if name == "Visible" and self._text.strip() in _HIDDEN and self.names:
            self.hidden.add(self.names[-1])
        self._visible = False


class _State:
    """Follows the elements of one sheet."""

    def __init__(self, file: str, sheet: str, merges: list[Range]) -> None:
        self._file, self._sheet, self._merges = file, sheet, merges
        self.batch, self.row, self.over = Batch(), 0, False
        self._number = 0  # of the sheet that is passed
        self._inside = self._reading = False
        self._column, self._next = 0, 0
        self._aside = 0  # comments hold data of their own
        self._sort, self._content = "", list[str]()
        self._size = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Worksheet":
            self._number += 1
            self._inside = (attributes.get("Name") or f"Sheet{self._number}") == self._sheet
        elif not self._inside:
            return
        elif name == "Row":
            self.row = _whole(attributes.get("Index"), self.row + 1)
            self._next = 0
            if attributes.get("Hidden") == "1":
                self.batch.hidden.append(self.row)
        elif name == "Cell":
            self._cell(attributes)
        elif name == "Comment":
            self._aside += 1
        elif name == "Data" and not self._aside:
            self._reading, self._sort = True, attributes.get("Type", "String")
            self._content, self._size = [], 0

    def text(self, text: str) -> None:
        if self._reading:
            self._content.append(text)
            self._size += len(text)
            if self._size > MAX_CELL:
                raise too_much(self._file, f"a cell of more than {MAX_CELL:,} characters")

    def end(self, name: str) -> None:
        if name == "Worksheet":
            self.over = self._inside
        elif name == "Comment" and self._inside:
            self._aside -= 1
        elif name == "Data" and self._reading:
            self._reading = False
            self._add("".join(self._content))

    def _cell(self, attributes: dict[str, str]) -> None:
        self._column = _whole(attributes.get("Index"), self._next + 1) - 1
        across = _whole(attributes.get("MergeAcross"), 0)
        down = _whole(attributes.get("MergeDown"), 0)
        self._next = self._column + across + 1
        if down:
            self._merges.append(
                (
                    self.row,
                    min(self.row + down, MAX_ROW),
                    self._column,
                    min(self._column + across, MAX_COLUMN),
                )
            )

    def _add(self, content: str) -> None:
        kind, value = self._value(content)
        if kind != Cell.BLANK:
            self.batch.add(self.row, self._column, kind, 0, value)

    def _value(self, content: str) -> tuple[Cell, float]:
        if not content:
            return Cell.BLANK, 0.0
        if self._sort == "Number" and math.isfinite(number(content)):
            return Cell.NUMBER, number(content)
        if self._sort == "Boolean":
            return Cell.BOOL, float(content.strip() == "1")
        if self._sort == "DateTime":
            serial = iso_serial(content.strip())
            if serial is not None:
                return (Cell.DATE if serial >= 1 else Cell.NUMBER), serial
        return (Cell.ERROR if self._sort in {"Error", "Number"} else Cell.TEXT), self.batch.own(content)


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 9 else otherwise
