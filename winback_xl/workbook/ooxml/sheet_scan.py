"""What a sheet's XML says beyond values: formulas, styles, widths and notes, each by its cell.

Positions are sheet positions: rows from 1, columns from 0, as in `winback_xl.readers.grid`.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from openpyxl.formula.translate import Translator, TranslatorError

from winback_xl.readers.grid import letters
from winback_xl.readers.xlsx.xlsx_events import position
from winback_xl.readers.xlsx.xlsx_workbook import relations
from winback_xl.readers.xml_events import parse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.readers.limits import Package

_ON = frozenset({"1", "true"})

At = tuple[int, int]
"""Row from 1, column from 0."""


@dataclass(slots=True)
class Scanned:
    """One sheet.

    Parameters
    ----------
    formulas : dict
        Formula of each cell that has one, without the equals sign, as the file holds it.
    widths : dict of int to float
        Width of the columns that have their own.
    folds : dict of int to bool
        Columns that fold away, and whether they are out of sight.
    elements : Counter
        How often each element occurs.
    """

    formulas: dict[At, str] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    folds: dict[int, bool] = field(default_factory=dict)
    elements: Counter[str] = field(default_factory=Counter)
    _rows: array[int] = field(default_factory=lambda: array("i"))
    _columns: array[int] = field(default_factory=lambda: array("i"))
    _styles: array[int] = field(default_factory=lambda: array("i"))

    def styles(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
        """Return row, column and style of every cell, also of blank ones."""
        return tuple(np.array(part, np.int32) for part in (self._rows, self._columns, self._styles))  # type: ignore[return-value]  # three of them


class _Reader:
    """Takes the events of one sheet."""

    def __init__(self, first_row: int) -> None:
        self.found = Scanned()
        self._first = first_row
        self._at: At = (0, 0)
        self._row = 0
        self._formula: list[str] | None = None
        self._shared: dict[str, tuple[str, str]] = {}
        self._index = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._cell(attributes)
        elif name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._at = (self._row, -1)
        elif name == "f":
            self._formula = []
            self._index = attributes.get("si", "") if attributes.get("t") == "shared" else ""
        elif name == "col" and "width" in attributes:
            last = min(int(attributes["max"]), 1 + int(attributes["min"]) + 200)
            for column in range(int(attributes["min"]) - 1, last):
                self.found.widths[column] = float(attributes["width"])
                if attributes.get("outlineLevel", "0") != "0":
                    self.found.folds[column] = attributes.get("hidden", "0") in _ON
        elif name != "v":
            self.found.elements[name] += 1

    def _cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r", "")
        word = reference.rstrip("0123456789")
        self._at = (int(reference[len(word) :]), position(word)) if word else (self._row, self._at[1] + 1)
        if self._at[0] >= self._first:
            self.found._rows.append(self._at[0])  # noqa: SLF001 - filled here, read there
            self.found._columns.append(self._at[1])  # noqa: SLF001 - likewise
            self.found._styles.append(int(attributes.get("s", "0")))  # noqa: SLF001 - likewise

    def text(self, piece: str) -> None:
        if self._formula is not None:
            self._formula.append(piece)

    def end(self, name: str) -> None:
        if name != "f" or self._formula is None:
            return
        text, self._formula = "".join(self._formula), None
        if self._index:
            text = self._unshared(text)
        if text and self._at[0] >= self._first:
            self.found.formulas[self._at] = text

    def _unshared(self, text: str) -> str:
        """Return the formula of a cell that shares one: written once, and moved for the others."""
        here = f"{letters(self._at[1])}{self._at[0]}"
        if text:
            self._shared[self._index] = (text, here)
            return text
        given, origin = self._shared.get(self._index, ("", here))
        try:
            return str(Translator("=" + given, origin).translate_formula(here))[1:] if given else ""
        except TranslatorError:
            return ""


def scan(package: Package, part: str, first_row: int = 1) -> Scanned:
    """Read one sheet part from a row on.

    Raises
    ------
    FileError
        The part is damaged, or declares a document type.
    """
    reader = _Reader(first_row)
    parse(package.pieces(part), package.file, reader.start, reader.end, reader.text)
    return reader.found


@dataclass(frozen=True, slots=True)
class Note:
    """A note (what older versions called a comment) on a cell."""

    cell: At
    author: str
    text: str


def notes(package: Package, part: str) -> list[Note]:
    """Return the notes of a sheet."""
    found: list[Note] = []
    for kind, target in relations(package, part).values():
        if kind == "comments" and target in package:
            found += _notes(package, target)
    return found


class _NoteReader:
    """Takes the events of one part of notes."""

    def __init__(self) -> None:
        self.found: list[Note] = []
        self._authors: list[str] = []
        self._text: list[str] = []
        self._cell: At = (1, 0)
        self._by = 0
        self._listens = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "comment":
            word = attributes.get("ref", "A1").rstrip("0123456789")
            self._cell = int(attributes.get("ref", "A1")[len(word) :]), position(word)
            self._by = int(attributes.get("authorId", "0"))
        if name in {"author", "comment"}:
            self._text = []
        self._listens = name in {"author", "t"}

    def text(self, piece: str) -> None:
        if self._listens:
            self._text.append(piece)

    def end(self, name: str) -> None:
        if name == "author":
            self._authors.append("".join(self._text))
        elif name == "comment":
            author = self._authors[self._by] if self._by < len(self._authors) else ""
            self.found.append(Note(self._cell, author, "".join(self._text)))
        self._listens = False


def _notes(package: Package, part: str) -> list[Note]:
    reader = _NoteReader()
    parse([package.read(part)], package.file, reader.start, reader.end, reader.text)
    return reader.found
