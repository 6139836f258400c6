"""Some rows of a sheet that was loaded whole, without another look at the file and without a copy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from winback_xl.readers.grid import Grid, RawColumn

_T = TypeVar("_T", bound=np.generic)


def rows_between(grid: Grid, first: int, last: int) -> Grid:
    """Return the data rows that stand in these rows of the sheet.

    Parameters
    ----------
    grid : Grid
        A sheet, its rows in order.
    first, last : int
        Rows of the sheet, 1-based, both included.
    """
    if grid.row_numbers is None:
        start, stop = (min(max(row - grid.first_row, 0), grid.rows) for row in (first, last + 1))
    else:
        start, stop = (int(np.searchsorted(grid.row_numbers, row)) for row in (first, last + 1))
    return replace(
        grid,
        columns=tuple(_part(column, start, stop) for column in grid.columns),
        first_row=grid.row_number(start) if start < grid.rows else first,
        rows=stop - start,
        row_numbers=None if grid.row_numbers is None else grid.row_numbers[start:stop],
        hidden=None if grid.hidden is None else grid.hidden[start:stop],
    )


def below(grid: Grid, row: int, headings: Sequence[str]) -> Grid:
    """Return what is below a row of headings, each column with its own.

    Parameters
    ----------
    grid : Grid
        A sheet that was loaded without headings.
    row : int
        Row of the headings in the sheet, 1-based.
    headings : sequence of str
        What stands in it, by position from column A on.
    """
    known = dict(enumerate(headings))
    data = rows_between(grid, row + 1, grid.row_number(grid.rows - 1) if grid.rows else row)
    columns = tuple(replace(one, heading=known.get(one.position, "")) for one in data.columns)
    return replace(data, columns=columns, header_row=row)


def _part(column: RawColumn, start: int, stop: int) -> RawColumn:
    def cut(held: NDArray[_T] | None) -> NDArray[_T] | None:
        return None if held is None else held[start:stop]

    return replace(
        column,
        kinds=column.kinds[start:stop],
        numbers=cut(column.numbers),
        dates=cut(column.dates),
        texts=None if column.texts is None else column.texts.slice(start, stop - start),
        format_index=cut(column.format_index),
        merged=tuple((top - start, end - start) for top, end in column.merged if start <= top and end < stop),
    )
