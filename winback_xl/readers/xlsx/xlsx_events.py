"""Read the cells of a sheet with a full XML parser: any encoding, any legal form, 20 times slower than `xlsx_cells`.

It takes over when a sheet is not written as plainly as spreadsheet programs do, and is the yardstick in the tests.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from winback_xl.readers.grid import Cell, letters
from winback_xl.readers.limits import MAX_CELL, damaged, too_much
from winback_xl.readers.raw_cells import Batch, iso_serial, number
from winback_xl.readers.xlsx.xlsx_texts import characters
from winback_xl.readers.xml_events import parse_by_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from winback_xl.readers.raw_cells import Cells

_ADDRESS = re.compile(r"([A-Za-z]{1,3})([1-9]\d{0,8})")


def position(letters: str) -> int:
    """Return the 0-based column of its letters.

    >>> position("A"), position("XFD")
    (0, 16383)
    """
    value = 0
    for letter in letters.upper():
        value = value * 26 + ord(letter) - 64
    return value - 1


def cells_by_events(pieces: Iterable[bytes], file: str, shared: int, merges: list[str]) -> Iterator[Cells]:
    """Read the cells of a sheet, batch by batch; the ranges of its merged cells are added to `merges`.

    Raises
    ------
    FileError
        When the part is not a well-formed sheet.
    """
    state = _State(file, shared, merges)
    for _ in parse_by_pieces(pieces, file, state.start, state.end, state.text):
        if state.batch.full:
            yield state.batch.take(state.row)
    yield state.batch.take(state.row)


@dataclass(slots=True)
class _State:
    file: str
    shared: int
    merges: list[str]
    batch: Batch = field(default_factory=Batch)
    row: int = 0
    column: int = -1
    kind: str = "n"
    style: int = 0
    formula: bool = False
    phonetic: int = 0
    reading: bool = False
    content: list[str] = field(default_factory=list)
    size: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._cell(attributes)
        elif name == "row":
            self.row = self._whole(attributes.get("r", str(self.row + 1)))
            self.column = -1
            if attributes.get("hidden") in {"1", "true"}:
                self.batch.hidden.append(self.row)
        elif name == "v" and self.content:
            raise damaged(self.file, f"its cell {letters(self.column)}{self.row} has two values")
        elif name == "f":
            self.formula = True
        elif name == "rPh":
            self.phonetic += 1
        elif name == "mergeCell":
            self.merges.append(attributes.get("ref", ""))
        self.reading = name == "v" or (name == "t" and not self.phonetic)

    def text(self, text: str) -> None:
        if self.reading:
            self.content.append(text)
            self.size += len(text)
            if self.size > MAX_CELL:
                raise too_much(self.file, f"a cell of more than {MAX_CELL:,} characters")

    def end(self, name: str) -> None:
        self.reading = False
        if name == "rPh":
            self.phonetic -= 1
        elif name == "c":
            kind, value = self._value("".join(self.content))
            if kind != Cell.BLANK:
                self.batch.add(self.row, self.column, kind, self.style, value)

    def _cell(self, attributes: dict[str, str]) -> None:
        address = attributes.get("r")
        if address is None:
            self.column += 1
        else:
            found = _ADDRESS.fullmatch(address)
            if found is None:
                raise damaged(self.file, "a cell has no address")
            self.column, self.row = position(found[1]), int(found[2])
        self.kind, self.style = attributes.get("t", "n"), self._whole(attributes.get("s", "0"))
        self.formula = False
        self.content.clear()
        self.size = 0

    def _value(self, content: str) -> tuple[Cell, float]:
        if not content:
            uncalculated = self.formula and self.kind not in {"str", "inlineStr"}
            return (Cell.UNCALCULATED if uncalculated else Cell.BLANK), 0.0
        if self.kind == "s":
            index = self._whole(content.strip())
            if index >= self.shared:
                raise damaged(self.file, "a cell points to a text that is not there")
            return Cell.TEXT, float(index)
        if self.kind == "b":
            return Cell.BOOL, float(content.strip() in {"1", "true"})
        if self.kind == "d":
            return self._date(content.strip())
        value = number(content)
        if self.kind == "n" and math.isfinite(value):
            return Cell.NUMBER, value
        return (Cell.ERROR if self.kind in {"e", "n"} else Cell.TEXT), self.batch.own(characters(content))

    def _date(self, content: str) -> tuple[Cell, float]:
        serial = iso_serial(content)
        if serial is None:
            return Cell.TEXT, self.batch.own(content)
        return (Cell.DATE if serial >= 1 else Cell.NUMBER), serial  # a time of day is a number, as elsewhere

    def _whole(self, text: str) -> int:
        if not (text.isdecimal() and len(text) < 10):
            raise damaged(self.file, "a number in its structure is invalid")
        return int(text)
