"""What the layouts need to know of cells: which hold a day, and how a column is filled down."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from winback_xl.inputs.kinds import date_words
from winback_xl.inputs.kinds.findings import distinct, spread
from winback_xl.readers.grid import Cell, RawColumn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.readers.grid import Grid


def holds_day(column: RawColumn) -> NDArray[np.bool_]:
    """Return which cells hold a day, however it is written."""
    found: NDArray[np.bool_] = column.kinds == Cell.DATE
    if column.numbers is not None:
        numbers = column.kinds == Cell.NUMBER
        days = date_words.from_numbers(np.where(numbers, column.numbers, np.nan), 1900)
        found |= numbers & (~np.isnat(days) | ~np.isnat(date_words.months_of(column.numbers)))
    codes, texts = distinct(column)
    if len(texts):
        words = date_words.parse(texts, 1900)
        found |= spread(~np.isnat(words.days) | words.numeric, codes, missing=False)
    return found


def repeated(column: RawColumn, rows: NDArray[np.integer]) -> RawColumn:
    """Return a column in which every row has the cell that another row has; -1 for a blank one."""
    taken = replace(column.take(np.maximum(rows, 0)), merged=())
    blank = rows < 0
    if not blank.any():
        return taken
    return replace(
        taken,
        kinds=np.where(blank, np.uint8(Cell.BLANK), taken.kinds),
        numbers=None if taken.numbers is None else np.where(blank, np.nan, taken.numbers),
        dates=None if taken.dates is None else np.where(blank, np.datetime64("NaT"), taken.dates),
        texts=None if taken.texts is None else _without(taken.texts, blank),
    )


def _without(texts: pa.Array, blank: NDArray[np.bool_]) -> pa.Array:
    at = pa.array(np.arange(len(texts)), mask=blank)
    return texts.take(at)


def of_texts(position: int, heading: str, texts: list[str]) -> RawColumn:
    """Make a column of texts; "" is a blank cell."""
    words = pa.array([text or None for text in texts], pa.string())
    kinds = np.where([bool(text) for text in texts], np.uint8(Cell.TEXT), np.uint8(Cell.BLANK))
    return RawColumn(position, heading, kinds, texts=words.dictionary_encode())


def with_column(grid: Grid, column: RawColumn) -> Grid:
    """Put a column in the place of the one at its position, or behind all others."""
    others = [other for other in grid.columns if other.position != column.position]
    return replace(grid, columns=tuple(sorted([*others, column], key=lambda one: one.position)))
