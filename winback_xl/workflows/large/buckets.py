"""The part of a ledger that a customer belongs to, from the text of the ID.

Two IDs that the checks take as one must come into one part, so what they overlook is overlooked here too, and more:
white space, capitals, a leading apostrophe, a trailing ".0", invisible characters. Every engine uses this one function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winback_xl.inputs.kinds.findings import clean
from winback_xl.inputs.kinds.ids import written

if TYPE_CHECKING:
    from numpy.typing import NDArray

_START, _STEP = np.uint64(14695981039346656037), np.uint64(1099511628211)  # FNV-1a, 64 bits
_SPACE, _APOSTROPHE, _UPPER_A, _UPPER_Z, _ASCII = 0x20, 0x27, 0x41, 0x5A, 0x80
_POINT_ZERO = np.frombuffer(b".0", np.uint8)


def of(ids: pa.Array | pa.ChunkedArray, parts: int) -> NDArray[np.uint16]:
    """Return the part of each row.

    Parameters
    ----------
    ids : Array, length n
        Customer IDs as the file has them: texts, numbers, or anything that can be written as text.
    parts : int
        Number of parts, 1 to 65,535.

    Returns
    -------
    ndarray of uint16, shape (n,)

    Examples
    --------
    >>> of(pa.array(["K-1", " k-1 ", "K-2"]), 1000).tolist()[:2], of(pa.array([17.0]), 9) == of(pa.array(["17"]), 9)
    ([813, 813], array([ True]))
    """
    key = keys(ids)
    return ((key ^ (key >> np.uint64(32))) % np.uint64(parts)).astype(np.uint16)


def keys(ids: pa.Array | pa.ChunkedArray) -> NDArray[np.uint64]:
    """Return a number for each ID that is equal where the checks may take two IDs as one."""
    if isinstance(ids, pa.ChunkedArray):
        ids = pa.concat_arrays(ids.chunks) if ids.num_chunks else pa.array([], ids.type)
    if pa.types.is_dictionary(ids.type):
        place = ids.indices.fill_null(len(ids.dictionary)).to_numpy(zero_copy_only=False)
        found: NDArray[np.uint64] = np.append(keys(ids.dictionary), _START)[place]
        return found
    return _hashed(_as_text(ids))


def _as_text(ids: pa.Array) -> pa.Array:
    if pa.types.is_string(ids.type):
        texts = ids
    elif pa.types.is_floating(ids.type) or pa.types.is_decimal(ids.type):
        numbers = ids.cast(pa.float64()).to_numpy(zero_copy_only=False)
        texts = written(np.where(np.isnan(numbers), 0.0, numbers))
        texts = pc.if_else(pa.array(np.isnan(numbers)), pa.scalar("", pa.string()), texts)
    else:
        texts = ids.cast(pa.string())
    texts = texts.fill_null("")
    _, start, data = _buffers(texts)
    if len(data) and int(data[start[0] : start[-1]].max(initial=0)) >= _ASCII:
        odd = pc.match_substring_regex(texts, r"[^\x00-\x7F]")
        tidy = pc.utf8_lower(clean(texts.filter(odd)))
        texts = pc.replace_with_mask(texts, odd, tidy)
    return texts


def _buffers(texts: pa.Array) -> tuple[pa.Array, NDArray[np.int32], NDArray[np.uint8]]:
    _, offsets, data = texts.buffers()
    start = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return texts, start, np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)


def _hashed(texts: pa.Array) -> NDArray[np.uint64]:
    """Hash the bytes of all texts, one place of every text at a time."""
    key = np.full(len(texts), _START)
    if not len(texts):
        return key
    _, offsets, data = _buffers(texts)
    start, length = offsets[:-1].astype(np.int64), np.diff(offsets)
    if not len(data):
        return key
    long = length >= len(_POINT_ZERO)
    end = start + length
    pointed = (
        long
        & (data[np.maximum(end - 1, 0)] == _POINT_ZERO[1])
        & (data[np.maximum(end - 2, 0)] == _POINT_ZERO[0])
    )
    length = length - 2 * pointed
    rows = np.arange(len(texts)) if length.min() != length.max() else None
    with np.errstate(over="ignore"):
        for place in range(int(length.max())):
            if rows is not None:
                rows = rows[length[rows] > place]
                byte = data[start[rows] + place]
                key[rows] = _mixed(key[rows], byte)
            else:
                key = _mixed(key, data[start + place])
    return key


def _mixed(key: NDArray[np.uint64], byte: NDArray[np.uint8]) -> NDArray[np.uint64]:
    lower = np.where((byte >= _UPPER_A) & (byte <= _UPPER_Z), byte + np.uint8(0x20), byte)
    seen = (byte > _SPACE) & (byte != _APOSTROPHE)
    mixed: NDArray[np.uint64] = np.where(seen, (key ^ lower) * _STEP, key)
    return mixed
