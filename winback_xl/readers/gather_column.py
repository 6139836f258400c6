"""Turn the cells of one column, as they stood in the sheet, into a `RawColumn`: dates, texts and formats resolved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winback_xl.core.tally import tally
from winback_xl.readers.grid import Cell, RawColumn, all_of
from winback_xl.serial_days import DAYS_0, LAST_DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from winback_xl.readers.raw_cells import Book, Cells

TEXTUAL = (Cell.TEXT, Cell.ERROR)
"""Cells whose value is an index of a text."""

_NUMERIC = (Cell.NUMBER, Cell.BOOL)
_LAST_SERIAL = LAST_DAY + 1
_DAY_0 = {system: np.datetime64(day, "ms") for system, day in DAYS_0.items()}
_T = TypeVar("_T", bound=np.generic)


class Pieces:
    """The cells of one column, as they arrived."""

    def __init__(self) -> None:
        self._parts: tuple[list[NDArray[Any]], ...] = ([], [], [], [])

    def add(self, cells: Cells, at: NDArray[np.int64] | slice) -> None:
        """Take cells of the column; only copies are kept, so that the block can be freed."""
        arrays: tuple[NDArray[Any], ...] = (cells.rows, cells.kinds, cells.styles, cells.values)
        for part, array in zip(self._parts, arrays, strict=True):
            part.append(np.ascontiguousarray(array[at]))

    def join(self) -> tuple[NDArray[Any], ...]:
        """Return rows, kinds, styles and values of all cells, and forget them."""
        joined = tuple(np.concatenate(part) for part in self._parts)
        self._parts = ([], [], [], [])
        return joined


class _Spread:
    """Puts the cells of a column in the rows of the table where they belong."""

    def __init__(self, at: NDArray[np.int32], size: int) -> None:
        self._at, self._size = at, size
        self._dense = len(at) == size and bool((at == np.arange(size)).all())

    def __call__(self, part: NDArray[_T], mask: NDArray[np.bool_], blank: _T) -> NDArray[_T]:
        if self._dense and mask.all():
            return part
        full = np.full(self._size, blank)
        full[self._at[mask]] = part[mask]
        return full


def make_column(
    pieces: Pieces | None,
    position: int,
    heading: str,
    place: NDArray[np.int32],
    size: int,
    pool: pa.StringArray,
    book: Book,
) -> RawColumn:
    """Make one column of the table.

    Parameters
    ----------
    pieces : Pieces or None
        Its cells, None if it has none.
    position, heading
        As in `RawColumn`.
    place : ndarray of int32
        For every sheet row its data row, -1 if it has none.
    size : int
        Number of data rows.
    pool : pyarrow.StringArray
        Shared texts, and behind them the texts that stood in the cells.
    book : Book
        For styles and the date system.
    """
    if pieces is None:
        return RawColumn(position, heading, all_of(Cell.BLANK, size))
    rows, kinds, styles, values = pieces.join()
    at = place[rows]
    if (at < 0).any():
        near = at >= 0
        at, kinds, styles, values = at[near], kinds[near], styles[near], values[near]
    spread = _Spread(at, size)
    shows_date = book.styles.dates
    styles = np.where(styles < len(shows_date), styles, 0)
    kinds, moments = dated(kinds, values, shows_date[styles], book.date_system)
    kinds, texts = _texts(kinds, values, spread, pool, len(book.shared))
    numeric = np.isin(kinds, _NUMERIC)
    codes, of_style = book.styles.id_formats
    formats = np.where(kinds == Cell.NUMBER, of_style[styles], np.uint8(0))
    used = np.flatnonzero(tally(formats, 1)[1:])  # few of a workbook's formats occur in a column
    again = np.zeros(256, np.uint8)
    again[used + 1] = np.arange(1, len(used) + 1)
    full_kinds = spread(kinds, kinds != Cell.BLANK, np.uint8(Cell.BLANK))
    uniform = size > 0 and bool((full_kinds == full_kinds[0]).all())
    return RawColumn(
        position,
        heading,
        all_of(Cell(int(full_kinds[0])), size) if uniform else full_kinds,
        numbers=spread(values, numeric, np.float64("nan")) if numeric.any() else None,
        dates=None if moments is None else spread(moments, kinds == Cell.DATE, np.datetime64("NaT", "ms")),
        texts=texts,
        formats=tuple(codes[k] for k in used),
        format_index=spread(again[formats], formats > 0, np.uint8(0)) if len(used) else None,
    )


def with_merges(
    column: RawColumn, merges: Sequence[tuple[int, int, int, int]], rows: NDArray[np.int64]
) -> RawColumn:
    """Note the merged cells (first row, last row, first column, last column) that cover several rows of a column."""
    spans = []
    for top, bottom, left, _ in merges:
        if top < bottom and left == column.position:
            first, last = np.searchsorted(rows, [top, bottom + 1])
            if last - first > 1 and rows[first] == top:
                spans.append((int(first), int(last) - 1))
    return replace(column, merged=tuple(sorted(spans))) if spans else column


def dated(
    kinds: NDArray[np.uint8], values: NDArray[np.float64], shown: NDArray[np.bool_], system: int
) -> tuple[NDArray[np.uint8], NDArray[np.datetime64] | None]:
    """Turn the numbers that a style shows as dates into dates.

    Day 60 of the 1900 system, 29 February 1900, never was; what comes before counts from a day later. What is no
    date (0, -5, 99999999, a bare time of day) stays a number.

    Returns
    -------
    kinds : ndarray of uint8
        With DATE where there is one.
    moments : ndarray of datetime64[ms], or None
        Valid where `kinds` is DATE; None if it nowhere is.
    """
    written = kinds == Cell.DATE  # ISO dates of a strict file, already counted from 30 December 1899
    serial = (kinds == Cell.NUMBER) & shown & (values >= 1) & (values < _LAST_SERIAL)
    if system == 1900:
        serial &= (values < 60) | (values >= 61)
    if not (serial.any() or written.any()):
        return kinds, None
    days = np.where(serial | written, values, 0.0)
    if system == 1900:
        days += serial & (days < 60)
    start = np.where(written, _DAY_0[1900], _DAY_0[system])
    moments = start + np.rint(days * 86_400_000).astype("timedelta64[ms]")
    return np.where(serial, np.uint8(Cell.DATE), kinds), moments


def _texts(
    kinds: NDArray[np.uint8], values: NDArray[np.float64], spread: _Spread, pool: pa.StringArray, shared: int
) -> tuple[NDArray[np.uint8], pa.Array | None]:
    """Take the texts of a column from the pool; an empty text is a blank cell."""
    textual = np.isin(kinds, TEXTUAL)
    if not textual.any():
        return kinds, None
    index = np.where(textual, np.where(values < 0, shared - 1 - values, values), -1).astype(np.int64)
    if (
        values[textual] < 0
    ).all():  # texts of the cells themselves: none is empty, and codes would be no shorter
        full = spread(index, textual, np.int64(-1))
        return kinds, pool.take(pa.array(full, mask=full < 0))
    if int(textual.sum()) < len(pool) // 8:  # few cells among the texts of a large workbook
        places = np.unique(index[textual])
        codes = np.minimum(np.searchsorted(places, index), len(places) - 1)
        words = pool.take(pa.array(places))
    else:
        used = np.zeros(len(pool), bool)
        used[index[textual]] = True
        words, codes = pool.filter(pa.array(used)), (np.cumsum(used) - 1)[np.maximum(index, 0)]
    empty = pc.equal(words, "")
    if pc.any(empty).as_py():
        blank = textual & empty.to_numpy(zero_copy_only=False)[codes]
        kinds = np.where(blank, np.uint8(Cell.BLANK), kinds)
        textual &= ~blank
    full = spread(codes, textual, np.int64(-1)).astype(np.int32)
    indices = pa.array(full, mask=full < 0)
    if bool((values[textual] < 0).any()):  # such as an error among shared texts
        return kinds, words.take(indices)
    return kinds, pa.DictionaryArray.from_arrays(indices, words)
