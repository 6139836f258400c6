"""What a file holds before anyone interprets it: columns of cells, each with its kind and its address.

Readers make a `Grid`; the layers above turn it into clean tables. Nothing is lost on the way: the number 123
and the text "00123" stay different, an error cell stays an error cell, and every cell can say where it stands.

A column is held as arrays, not as objects, so that a full Excel sheet fits into memory many times:

- `RawColumn.kinds` says for every cell what it is (`Cell`); for a uniform column it is one repeated byte.
- `RawColumn.numbers`, `RawColumn.dates` and `RawColumn.texts` hold the values, or None if no cell has one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
import pyarrow as pa

from winback_xl.errors import Issue

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.errors import Severity
    from winback_xl.readers.sheet_part import Part, Place


class Cell(IntEnum):
    """What one cell holds."""

    BLANK = 0
    NUMBER = 1  # in `numbers`
    TEXT = 2  # in `texts`
    DATE = 3  # in `dates`; what Excel shows as a date but is none (serial 0, 60, -5) stays a NUMBER
    BOOL = 4  # in `numbers`, 0 or 1
    ERROR = 5  # in `texts`: "#N/A", "#REF!", or a number no computer can hold ("NaN", "1E400")
    UNCALCULATED = 6  # a formula whose result was never stored


@dataclass(frozen=True, slots=True, eq=False)
class RawColumn:
    """One column as found: ``n`` cells below a heading.

    Parameters
    ----------
    position : int
        Column in the file, 0-based (0 is column A).
    heading : str
        Text above the cells as found; ``"#1"`` for the first column when the file has no headings.
    kinds : ndarray of uint8, shape (n,)
        A `Cell` for every cell. Read-only; in a uniform column a broadcast single byte.
    numbers : ndarray of float64, shape (n,), or None
        Values of NUMBER and BOOL cells, NaN elsewhere.
    dates : ndarray of datetime64[ms], shape (n,), or None
        Values of DATE cells, NaT elsewhere. With time of day if the file has it.
    texts : pyarrow Array of string or of dictionary<int32, string>, length n, or None
        Values of TEXT and ERROR cells, null elsewhere. Use `strings` or `distinct`.
    formats : tuple of str
        Number formats of the NUMBER cells, such as ``"00000"``; empty if all are General or nothing that
        changes how an id looks. See `format_index`.
    format_index : ndarray of uint8, shape (n,), or None
        Format of each cell: 0 is General, k is ``formats[k - 1]``. None if `formats` is empty.
    merged : tuple of (int, int)
        Spans of data rows ``(first, last)``, both included, that one merged cell covers; its value stands
        in the first row only, the others are BLANK. See `filled`.
    once : bool
        Whether the codes of `texts` are known to hold each text once.
    """

    position: int
    heading: str
    kinds: NDArray[np.uint8]
    numbers: NDArray[np.float64] | None = None
    dates: NDArray[np.datetime64] | None = None
    texts: pa.Array | None = None
    formats: tuple[str, ...] = ()
    format_index: NDArray[np.uint8] | None = None
    merged: tuple[tuple[int, int], ...] = ()
    once: bool = False

    def __len__(self) -> int:
        return len(self.kinds)

    @property
    def uniform(self) -> Cell | None:
        """The kind that all cells share, or None if they differ (or there are none)."""
        if not len(self.kinds):
            return None
        first = self.kinds[0]
        if self.kinds.strides == (0,) or bool((self.kinds == first).all()):
            return Cell(int(first))
        return None

    def count(self, *kinds: Cell) -> int:
        """Count the cells of these kinds."""
        return int(np.isin(self.kinds, kinds).sum())

    def strings(self) -> pa.StringArray:
        """Return the texts as plain strings, shape (n,), null where a cell holds no text."""
        if self.texts is None:
            return pa.nulls(len(self), pa.string())
        return self.texts.cast(pa.string()) if pa.types.is_dictionary(self.texts.type) else self.texts

    def distinct(self) -> tuple[NDArray[np.int32], list[str]]:
        """Return the different texts once, so that each is interpreted once.

        Returns
        -------
        codes : ndarray of int32, shape (n,)
            Place in `words` of the cell's text, -1 where a cell holds no text.
        words : list of str
            Texts without repetition, in the order of the file's own table or of first appearance.
        """
        if self.texts is None:
            return np.full(len(self), -1, np.int32), []
        encoded = self.texts if pa.types.is_dictionary(self.texts.type) else self.texts.dictionary_encode()
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        words = encoded.dictionary.dictionary_encode()
        if len(words.dictionary) < len(words):  # the file's own table may say a text twice
            codes = np.append(words.indices.to_numpy(), np.int32(-1))[codes]
        return codes, words.dictionary.to_pylist()

    def filled(self) -> Self:
        """Return the column with the value of each merged cell repeated in all rows that it covers.

        Meant for ids and dates: repeating a merged amount would count it more than once.
        """
        if not self.merged:
            return self
        source = np.arange(len(self))
        for first, last in self.merged:
            source[first : last + 1] = first
        return self.take(source)

    def take(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> Self:
        """Return the cells of these data rows (positions or a mask), in this order, merged cells forgotten."""
        at = np.flatnonzero(rows) if rows.dtype == bool else rows
        return replace(
            self,
            kinds=self.kinds[at],
            numbers=None if self.numbers is None else self.numbers[at],
            dates=None if self.dates is None else self.dates[at],
            texts=None if self.texts is None else self.texts.take(pa.array(at)),
            format_index=None if self.format_index is None else self.format_index[at],
            merged=(),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """One table of a file, as found.

    Parameters
    ----------
    file : str
        Name of the file, for messages.
    sheet : str
        Name of the sheet; empty for text and Parquet files.
    columns : tuple of RawColumn
        In the order of the file; all of one length.
    first_row : int
        Sheet row or file line (1-based) of data row 0.
    header_row : int
        Sheet row or file line (1-based) of the headings; 0 if there are none.
    rows : int
        Number of data rows.
    place : {"cell", "line", "row"}
        How rows are named.
    row_numbers : ndarray of int64, shape (rows,), or None
        Sheet row or file line of every data row; None if they simply follow `first_row`.
    hidden : ndarray of bool, shape (rows,), or None
        Rows that are hidden or filtered out in the sheet; None if there are none.
    table : str
        Name of the Excel Table that was read, or empty.
    date_system : {1900, 1904}
        What day serial numbers count from; DATE cells are converted already, bare serials are not.
    notes : tuple of Issue
        What the reader found and did.
    others : tuple of (str, tuple of str)
        Other visible sheets that have headings, each with them; where the sheet was not named.
    parts : tuple of Part
        What the grid was joined from; empty for one sheet of one file.
    part : ndarray of int16, shape (rows,), or None
        Which of ``parts`` every data row came from.
    struck : ndarray of object, shape (rows,), or None
        Why a row is not a row of data, as a code, and "" for the others; None if nobody looked or there is none.
    """

    file: str
    sheet: str
    columns: tuple[RawColumn, ...]
    first_row: int
    header_row: int
    rows: int
    place: Place = "cell"
    row_numbers: NDArray[np.int64] | None = None
    hidden: NDArray[np.bool_] | None = None
    table: str = ""
    date_system: Literal[1900, 1904] = 1900
    notes: tuple[Issue, ...] = ()
    others: tuple[tuple[str, tuple[str, ...]], ...] = ()
    parts: tuple[Part, ...] = ()
    part: NDArray[np.int16] | None = None
    struck: NDArray[np.object_] | None = None

    @property
    def headings(self) -> list[str]:
        """Headings as found, in order."""
        return [column.heading for column in self.columns]

    def row_number(self, row: int) -> int:
        """Return the sheet row or file line (1-based) of a data row (0-based)."""
        return self.first_row + row if self.row_numbers is None else int(self.row_numbers[row])

    def cell(self, row: int, column: RawColumn | None = None) -> str:
        """Name a cell, or a row, as the user sees it: ``C14``, ``row 14``, ``line 14``.

        Parameters
        ----------
        row : int
            Data row, 0-based.
        column : RawColumn, optional
            Without it the whole row is named.
        """
        number, place, lead = self.row_number(row), self.place, ""
        position = None if column is None else column.position
        if self.part is not None:
            part = self.parts[self.part[row]]
            place, lead = part.place, part.lead
            position = part.positions.get(position, position) if position is not None else None
        if place == "cell" and position is not None:
            return f"{lead}{letters(position)}{number}"
        return f"{lead}{'line' if place == 'line' else 'row'} {number}"

    def issue(self, code: str, severity: Severity, what: str) -> Issue:
        """Make an `Issue` that names this file and the sheet."""
        return Issue(code, severity, what, file=self.file, sheet=self.sheet)

    def take(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> Self:
        """Return only these data rows (positions or a mask); their addresses stay right."""
        at = np.flatnonzero(rows) if rows.dtype == bool else rows
        numbers = at + self.first_row if self.row_numbers is None else self.row_numbers[at]
        return replace(
            self,
            columns=tuple(column.take(at) for column in self.columns),
            rows=len(at),
            row_numbers=np.asarray(numbers, np.int64),
            hidden=None if self.hidden is None else self.hidden[at],
            part=None if self.part is None else self.part[at],
            struck=None if self.struck is None else self.struck[at],
        )


def letters(position: int) -> str:
    """Return the letters of a column, 0-based.

    >>> letters(0), letters(25), letters(26), letters(16_383)
    ('A', 'Z', 'AA', 'XFD')
    """
    name = ""
    while position >= 0:
        position, rest = divmod(position, 26)
        name, position = chr(65 + rest) + name, position - 1
    return name


def all_of(kind: Cell, rows: int) -> NDArray[np.uint8]:
    """Return the `kinds` of a uniform column: one byte, seen `rows` times.

    >>> all_of(Cell.TEXT, 3).tolist()
    [2, 2, 2]
    """
    return np.broadcast_to(np.uint8(kind), (rows,))
