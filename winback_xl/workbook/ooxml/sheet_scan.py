"""What a sheet's XML says beyond values: formulas, styles, widths and notes, each by its cell.

Positions are sheet positions: rows from 1, columns from 0, as in `winback_xl.readers.grid`.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from winback_xl.readers.parallel import ahead, in_order
from winback_xl.readers.source import MAX_ROW
from winback_xl.readers.xlsx.xlsx_blocks import Blocks, NotPlainError
from winback_xl.readers.xlsx.xlsx_events import position
from winback_xl.readers.xlsx.xlsx_marks import marks
from winback_xl.readers.xlsx.xlsx_workbook import relations
from winback_xl.readers.xml_events import parse
from winback_xl.workbook.ooxml.cell_formulas import Formulas

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from winback_xl.readers.limits import Package
    from winback_xl.readers.xlsx.xlsx_marks import Marked
    from winback_xl.workbook.ooxml.cell_formulas import At

_ON = frozenset({"1", "true"})
_COLUMN = re.compile(r"<(?:[\w.-]+:)?col\s([^>]*)>")
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")

_OWN, _NOBODY = -1, -2


@dataclass(slots=True)
class Scanned:
    """One sheet.

    Parameters
    ----------
    formulas : Formulas
        Of the columns that are wanted.
    widths : dict of int to float
        Width of the columns that have their own.
    folds : dict of int to bool
        Columns that fold away, and whether they are out of sight.
    cells : list of three arrays of int
        Row, column and style of every cell, also of blank ones.
    calculated : list of two arrays of int
        Row and column of every cell with a formula, also where its text is not in ``formulas``.
    """

    formulas: Formulas = field(default_factory=Formulas)
    widths: dict[int, float] = field(default_factory=dict)
    folds: dict[int, bool] = field(default_factory=dict)
    cells: list[NDArray[np.int32]] = field(default_factory=lambda: [np.zeros(0, np.int32)] * 3)
    calculated: list[NDArray[np.int32]] = field(default_factory=lambda: [np.zeros(0, np.int32)] * 2)


class _Reader:
    """Takes the events of one sheet."""

    def __init__(self, first_row: int) -> None:
        self.found = Scanned()
        self.cells = tuple(array("i") for _ in range(3))
        self._first = first_row
        self._at: At = (0, 0)
        self._row = 0
        self._formula: list[str] | None = None
        self.sharing = tuple(array("i") for _ in range(3))
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
        elif name == "col":
            _column(self.found, attributes)

    def _cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r", "")
        word = reference.rstrip("0123456789")
        self._at = (int(reference[len(word) :]), position(word)) if word else (self._row, self._at[1] + 1)
        if self._at[0] >= self._first:
            for part, value in zip(self.cells, (*self._at, int(attributes.get("s", "0"))), strict=True):
                part.append(value)

    def text(self, piece: str) -> None:
        if self._formula is not None:
            self._formula.append(piece)

    def end(self, name: str) -> None:
        if name != "f" or self._formula is None:
            return
        text, self._formula = "".join(self._formula), None
        formulas, below = self.found.formulas, self._at[0] >= self._first
        if self._index:
            place = formulas.shared.place(self._index, self._at, text)
            if place >= 0 and below:
                for part, value in zip(self.sharing, (*self._at, place), strict=True):
                    part.append(value)
        elif text and below:
            formulas.own[self._at] = text


def _column(found: Scanned, attributes: Mapping[str, str]) -> None:
    """Take the width of some columns, and whether they fold away."""
    if "width" not in attributes:
        return
    last = min(int(attributes["max"]), 1 + int(attributes["min"]) + 200)
    for column in range(int(attributes["min"]) - 1, last):
        found.widths[column] = float(attributes["width"])
        if attributes.get("outlineLevel", "0") != "0":
            found.folds[column] = attributes.get("hidden", "0") in _ON


def scan(
    package: Package,
    part: str,
    first_row: int = 1,
    *,
    unwanted: Collection[int] = (),
    last_row: int = MAX_ROW,
) -> Scanned:
    """Read one sheet part from a row on.

    Parameters
    ----------
    package : Package
    part : str
    first_row : int
        What is above is left out.
    unwanted : collection of int
        Columns whose formulas need not be in ``formulas``.
    last_row : int
        The part need not be read below it.

    Raises
    ------
    FileError
        The part is damaged, or declares a document type.
    """
    try:
        return _by_blocks(package, part, first_row, unwanted, last_row)
    except NotPlainError:
        return _by_events(package, part, first_row)


def _by_events(package: Package, part: str, first_row: int) -> Scanned:
    """Read any XML, patiently."""
    reader = _Reader(first_row)
    parse(package.pieces(part), package.file, reader.start, reader.end, reader.text)
    found = reader.found
    found.cells = [np.array(one, np.int32) for one in reader.cells]
    sharing = found.formulas.sharing = [np.array(one, np.int32) for one in reader.sharing]
    own = [np.array([at[k] for at in found.formulas.own], np.int32) for k in range(2)]
    found.calculated = [np.concatenate(both) for both in zip(own, sharing[:2], strict=True)]
    return found


def _by_blocks(
    package: Package, part: str, first_row: int, unwanted: Collection[int], last_row: int = MAX_ROW
) -> Scanned:
    """Read the plain XML that spreadsheet programs write, tens of thousands of cells at a time."""
    found = Scanned()
    head = b""
    for piece in package.pieces(part):
        head += piece
        if b"sheetData" in head:
            break
    for column in _COLUMN.findall(head[: head.find(b"sheetData")].decode("utf-8", "replace")):
        _column(found, {name: double or single for name, double, single in _ATTRIBUTE.findall(column)})
    blocks = Blocks(ahead(package.pieces(part)), package.file, "sheetData", "row")
    cells, calculated, sharing = list[Any](), list[Any](), list[Any]()
    for block in in_order(partial(marks, unwanted=unwanted), blocks):
        kept = block.rows >= first_row
        cells.append([one[kept] for one in (block.rows, block.columns, block.styles)])
        places = _take_formulas(found.formulas, block, first_row)
        there = (places != _NOBODY) & (block.formula_rows >= first_row)
        calculated.append([one[there] for one in (block.formula_rows, block.formula_columns)])
        there &= (places >= 0) & ~np.isin(block.formula_columns, [*unwanted])
        sharing.append([one[there] for one in (block.formula_rows, block.formula_columns, places)])
        if len(block.rows) and block.rows[-1] > last_row:
            break
    found.cells = _joined(cells, 3)
    found.calculated = _joined(calculated, 2)
    found.formulas.sharing = _joined(sharing, 3)
    return found


def _take_formulas(known: Formulas, block: Marked, first_row: int) -> NDArray[np.int32]:
    """Take the texts of a block; return which shared formula each formula is, `_OWN`, or `_NOBODY` where none was written."""
    places = np.full(len(block.numbers), _OWN, np.int32)
    for number, name in enumerate(block.shared):
        mine = np.flatnonzero(block.numbers == number) if number else np.zeros(0, np.int64)
        if not len(mine):
            continue
        written = [at for at in mine.tolist() if at in block.texts] if block.texts else []
        current = [known.shared.place(name, (0, 0), "")]
        for at in written:
            cell = int(block.formula_rows[at]), int(block.formula_columns[at])
            current.append(known.shared.place(name, cell, block.texts[at]))
        places[mine] = np.array(current, np.int32)[np.searchsorted(written, mine, side="right")]
        places[mine[places[mine] < 0]] = _NOBODY
    for at, text in block.texts.items():
        row = int(block.formula_rows[at])
        if not block.numbers[at] and row >= first_row:
            known.own[row, int(block.formula_columns[at])] = text
    return places


def _joined(parts: Sequence[Sequence[NDArray[np.int32]]], count: int) -> list[NDArray[np.int32]]:
    none = np.zeros(0, np.int32)
    return [np.concatenate([none, *(part[k] for part in parts)]) for k in range(count)]


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
