"""Read tables of web pages, which many systems export under the name .xls: each outermost table is a sheet.

Cells are texts, as people see them; what they mean is decided by the layers above, as for CSV. The parser is that of the
standard library; it expands nothing but characters, and a page gets a limited time.
"""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from winback_xl.errors import FileError
from winback_xl.readers.cell_source import CellSource
from winback_xl.readers.grid import Cell
from winback_xl.readers.limits import MAX_CELL, too_much
from winback_xl.readers.old_formats.plain_book import PlainBook, content_of
from winback_xl.readers.raw_cells import BATCH, Batch, Cells
from winback_xl.readers.source import MAX_COLUMN, MAX_ROW, SheetInfo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from winback_xl.readers.collector import Range

_SECONDS = 60  # processor time for a page
_PIECE = 1 << 16
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
_COMMON = re.compile(
    rb"(?:utf-?(?:8|16)|iso-?8859|windows-|cp\d|koi8|gb|big5|shift|euc|us-ascii|latin)", re.IGNORECASE
)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BREAKS = frozenset({"br", "p", "div", "li"})
_UNSEEN = frozenset({"script", "style", "head", "title", "noscript", "template"})
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_WIDEST = 1_000  # columns that one cell may span


class HtmlSource(CellSource):
    """An opened web page (see `winback_xl.readers.source.Source`)."""

    def __init__(self, path: Path) -> None:
        self.book = PlainBook(path.name)
        parser = _Tables(path.name)
        text, start = _decoded(content_of(path)), time.process_time()
        for at in range(0, len(text), _PIECE):
            parser.feed(text[at : at + _PIECE])
            if time.process_time() - start > _SECONDS:
                raise too_much(path.name, f"a web page that takes more than {_SECONDS} seconds to read")
        parser.close()
        self._found = [table for table in parser.tables if table.rows]
        if not self._found:
            raise FileError(
                f"{path.name} is a web page under another name, and holds no table.",
                "Export the table again; perhaps the system asked for a login instead.",
                "file-kind",
            )
        one = len(self._found) == 1
        self.sheets = [SheetInfo("Table" if one else f"Table {at}") for at in range(1, len(self._found) + 1)]
        self.tables, self.notes = [], []

    def cells(self, sheet: str, merges: list[Range]) -> Iterator[Cells]:
        """Yield the cells of a table."""
        table = self._found[[info.name for info in self.sheets].index(sheet)]
        merges += table.merges
        batch = Batch()
        for row, column, text in table.cells:
            batch.add(row, column, Cell.TEXT, 0, batch.own(text))
            if len(batch.rows) >= BATCH:
                yield batch.take(row)
        yield batch.take(table.rows)


class _Table:
    """One outermost table: its cells, and those that span rows."""

    def __init__(self) -> None:
        self.rows = 0
        self.cells: list[tuple[int, int, str]] = []
        self.merges: list[Range] = []
        self._covered: dict[int, int] = {}  # column -> last row that a cell above covers
        self._column = 0

    def next_row(self) -> None:
        self.rows += 1
        self._column = 0

    def place(self, across: int, down: int) -> tuple[int, int]:
        """Return row and column of the next cell, and take the room that it spans."""
        self.rows = max(self.rows, 1)
        while self._covered.get(self._column, 0) >= self.rows:
            self._column += 1
        row, column = self.rows, self._column
        if down > 1:
            last = min(row + down - 1, MAX_ROW)
            self._covered |= dict.fromkeys(range(column, column + across), last)
            self.merges.append((row, last, column, column + across - 1))
        self._column += across
        return row, column


class _Tables(HTMLParser):
    """Gathers the tables of a page."""

    def __init__(self, file: str) -> None:
        super().__init__(convert_charrefs=True)
        self._file = file
        self.tables: list[_Table] = []
        self._depth = self._unseen = self._size = 0
        self._at: tuple[int, int] | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "body":
            self._unseen = 0  # a head that was never closed
        elif tag == "table":
            self._depth, self._unseen = self._depth + 1, 0
            if self._depth == 1:
                self.tables.append(_Table())
        elif self._depth == 1 and tag in {"td", "th", "tr"}:
            self._end_cell()
            if tag == "tr":
                self.tables[-1].next_row()
            else:
                about = dict(attrs)
                across = min(_times(about.get("colspan")), _WIDEST)
                self._at = self.tables[-1].place(across, _times(about.get("rowspan")))
        elif tag in _BREAKS and self._at is not None:
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(self._unseen - 1, 0)
        elif tag == "table" and self._depth:
            if self._depth == 1:
                self._end_cell()
            self._depth -= 1
        elif self._depth == 1 and tag in {"td", "th", "tr"}:
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._at is not None and not self._unseen:
            self._text.append(data)
            self._size += len(data)
            if self._size > MAX_CELL:
                raise too_much(self._file, f"a cell of more than {MAX_CELL:,} characters")

    def close(self) -> None:
        super().close()
        self._end_cell()

    def _end_cell(self) -> None:
        if self._at is None:
            return
        text = _SPACE.sub(" ", "".join(self._text)).strip(" \xa0")
        row, column = self._at
        if text and column <= MAX_COLUMN + 1 and row <= MAX_ROW:
            self.tables[-1].cells.append((row, column, text))
        self._at, self._text, self._size = None, [], 0


def _times(text: str | None) -> int:
    return (
        int(text)
        if text is not None and text.strip().isdecimal() and 0 < len(text.strip()) < 8 and int(text)
        else 1
    )


def _decoded(content: bytes) -> str:
    """Decode a page by its mark, by what it says itself, as UTF-8, or as Windows-1252."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content.decode(name, "replace")
    said = _CHARSET.search(content[:4096])
    names = [said[1].decode("ascii"), "utf-8"] if said and _COMMON.match(said[1]) else ["utf-8"]
    for name in names:
        try:
            return content.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("cp1252", "replace")
