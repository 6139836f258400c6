"""Write the rows of big tables as sheet XML, column by column instead of cell by cell.

A column becomes a few constants and a few arrays with one text a row (`winback_xl.workbook.xlsx.row_pieces`); Arrow
joins all columns in one go, so that no cell is ever an object of Python's. That gives the same cells as a call for each
of them, which a test compares. It knows nothing of packages and of what cells look like: styles come in as numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.workbook.formulas import column_letters
from winback_xl.workbook.values import Cells, Numbers, Texts
from winback_xl.workbook.xlsx.arrow_text import Piece, content, joined, numerals, only, row_numbers
from winback_xl.workbook.xlsx.row_pieces import Pieces, of_formula, of_values, then
from winback_xl.workbook.xlsx.write_formulas import SHORT, Repeated, Shared, may_be_shared

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from winback_xl.workbook.xlsx.shared_texts import Strings

CHUNK = 2048
"""Rows turned into text at a time: enough for speed, little enough for a processor cache."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column to write: what, and how it looks.

    ``style`` and ``quoted`` are numbers of cell formats; the second is for texts that begin like a formula.
    ``formula`` is without its equals sign, ready for the file but for `ROW`; empty for values. ``lean`` leaves out
    blank cells: the column itself carries their look. ``live`` is the number of first rows that hold the formula, where
    the others hold what it gave; 0 for all of them.
    """

    cells: Cells
    style: int
    quoted: int
    formula: str = ""
    lean: bool = False
    live: int = 0


@dataclass(frozen=True, slots=True)
class Rows:
    """Consecutive rows of one table, ``count`` of them; the first is sheet row ``first``, counted from 1.

    Its first column is ``column``, counted from 0. ``heights`` holds the points of each row, or is None for rows that take the usual height.
    """

    first: int
    count: int
    column: int
    columns: Sequence[Column]
    heights: NDArray[np.float64] | None = None

    @property
    def size(self) -> int:
        """About how many characters the rows take, rather too many than too few."""
        return self.count * sum(60 + len(column.formula) for column in self.columns)

    def xml(self, strings: Strings) -> Iterator[memoryview]:
        """Return the row elements, some thousand at a time, as bytes.

        The texts of all cells get their numbers at once, before the first row is asked for.
        """
        columns = [
            (f'<c r="{column_letters(place)}', self._pieces(place, column, strings), _filled(column))
            for place, column in enumerate(self.columns, start=self.column)
        ]
        return self._xml(columns)

    def _pieces(self, place: int, column: Column, strings: Strings) -> Pieces:
        """Return what the cells of a column hold; a formula that Excel may share stands in the first row alone."""
        if not column.formula:
            return of_values(column.cells, column.style, column.quoted, strings)
        bodies = Repeated(column.formula, self.first)
        live = min(column.live or self.count, self.count)
        if column.lean and live > 1 and len(column.formula) > SHORT and may_be_shared(column.formula):
            letters = column_letters(place)
            area = f"{letters}{self.first}:{letters}{self.first + live - 1}"
            bodies = Shared(column.formula, self.first, area, place)
        formulas = of_formula(column.cells, bodies, column.style)
        if live == self.count:
            return formulas
        return then(formulas, live, of_values(column.cells, column.style, column.quoted, strings))

    def _xml(self, columns: list[tuple[str, Pieces, NDArray[np.bool_] | None]]) -> Iterator[memoryview]:
        for start in range(0, self.count, CHUNK):
            stop = min(self.count, start + CHUNK)
            numbers = row_numbers(self.first + start, self.first + stop)
            row: list[Piece] = ['<row r="', numbers, *self._height(start, stop)]
            for opening, pieces, filled in columns:
                there = None if filled is None else filled[start:stop]
                if there is None or there.all():
                    row += [opening, numbers, *pieces(start, stop)]
                elif there.any():
                    cells = joined([opening, numbers, *pieces(start, stop)], stop - start)
                    row.append(only(there, cells))
            row.append("</row>")
            yield content(joined(row, stop - start))

    def _height(self, start: int, stop: int) -> list[Piece]:
        if self.heights is None:
            return ['">']
        return ['" ht="', numerals(self.heights[start:stop]), '" customHeight="1">']


def _filled(column: Column) -> NDArray[np.bool_] | None:
    """Return which cells are to be written, shape (n,), or None for all of them."""
    if not column.lean or column.formula:
        return None
    cells = column.cells
    if isinstance(cells, Numbers):
        return ~np.isnan(cells.floats)
    if isinstance(cells, Texts):
        return cells.codes >= 0
    return np.array([value is not None for value in cells.plains], bool)
