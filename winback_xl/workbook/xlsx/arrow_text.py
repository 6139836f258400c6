"""Texts of many rows as Arrow arrays: joined, looked up and written without an object of Python's for each."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

Piece: TypeAlias = str | pa.Array
"""A part of each row: one text for all of them, or an array with one a row."""

TEXT = pa.large_string()
"""Some thousand rows may pass two gigabytes where cells hold 32,767 characters each."""

_EXACT = 1e15  # below it a whole float prints as the same integer


def array(texts: Sequence[str]) -> pa.Array:
    """Return texts as an Arrow array."""
    return pa.array(texts, TEXT)


def joined(pieces: Iterable[Piece], count: int) -> pa.Array:
    """Join constants and arrays row by row, ``count`` of them."""
    parts: list[pa.Array | pa.Scalar] = []
    constant = ""
    for piece in pieces:
        if isinstance(piece, str):
            constant += piece
            continue
        if constant:
            parts.append(pa.scalar(constant, TEXT))
            constant = ""
        parts.append(piece)
    if constant or not parts:
        parts.append(pa.scalar(constant, TEXT))
    if not any(isinstance(part, pa.Array) for part in parts):
        return pa.repeat(parts[0], count)
    return pc.binary_join_element_wise(*parts, pa.scalar("", TEXT)) if len(parts) > 1 else parts[0]


def content(joined_rows: pa.Array) -> memoryview:
    """Return the texts of an array, one behind the other, as bytes; nothing is copied."""
    offsets = np.frombuffer(joined_rows.buffers()[1], np.int64)
    held = joined_rows.buffers()[2]
    first, last = offsets[joined_rows.offset], offsets[joined_rows.offset + len(joined_rows)]
    return memoryview(b"") if held is None else memoryview(held)[first:last]


@lru_cache(maxsize=4)
def row_numbers(first: int, last: int) -> pa.Array:
    """Return the numbers from the first row to the one before the last."""
    return pc.cast(pa.array(np.arange(first, last)), TEXT)


def numerals(values: NDArray[np.float64]) -> pa.Array:
    """Write numbers in the shortest form that reads back as the same float, whole ones without a point."""
    if np.all((values == np.floor(values)) & (np.abs(values) < _EXACT)):
        return pc.cast(pa.array(values.astype(np.int64)), TEXT)
    return pc.cast(pa.array(values), TEXT)


def only(filled: NDArray[np.bool_], cells: pa.Array) -> pa.Array:
    """Return the cells of some rows, and nothing for the others."""
    return pc.if_else(pa.array(filled), cells, pa.scalar("", TEXT))


def at(lookup: pa.Array, codes: NDArray[np.integer]) -> pa.Array:
    """Return what stands at some places; -1 is the last one."""
    return pc.take(lookup, pa.array(np.where(codes < 0, len(lookup) - 1, codes)))


def where(condition: NDArray[np.bool_], one: str, other: str) -> pa.Array:
    """Return one text where a condition holds, and another elsewhere."""
    return pc.take(array([one, other]), pa.array(np.where(condition, 0, 1)))


def spread(texts: pa.Array, known: NDArray[np.bool_], otherwise: str) -> pa.Array:
    """Return texts at the places that are known, and another one at the others."""
    places = np.where(known, np.cumsum(known) - 1, len(texts))
    return pc.take(pa.concat_arrays([texts, array([otherwise])]), pa.array(places))
