"""Cut the parts of a binary workbook into records, and read the cells of tens of thousands of records at a time.

Source: [MS-XLSB] Excel (.xlsb) Binary File Format, section 2.1.4 (records) and chapter 2.4. A record is its number
(one or two bytes), its size (one to four bytes, seven bits each), and its content.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from winback_xl.readers.grid import Cell
from winback_xl.readers.old_formats.xls_records import ERRORS, unpacked
from winback_xl.readers.raw_cells import Cells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from winback_xl.readers.collector import Range

    Ints = NDArray[np.int64]

_ROW, _RICH, _MERGED = 0, 62, 176
_RK, _SHARED, _REALS, _FLAGS, _ERRORS, _TEXTS = 2, 7, (5, 9), (4, 10), (3, 11), (6, 8, _RICH)
_KINDS = np.zeros(256, np.uint8)
_KINDS[[_RK, *_REALS]] = Cell.NUMBER
_KINDS[[_SHARED, *_TEXTS]] = Cell.TEXT
_KINDS[[*_FLAGS]] = Cell.BOOL
_KINDS[[*_ERRORS]] = Cell.ERROR
_HIDDEN = 0x10
_LONGEST_HEAD = 6
_MOST = 100_000_000  # bytes of one record
_PAD = bytes(24)


class Block(NamedTuple):
    """Whole records: their bytes, padded, and number, start and size of each."""

    data: bytes
    numbers: Ints
    starts: Ints
    sizes: Ints


def blocks(pieces: Iterator[bytes]) -> Iterator[Block]:
    """Cut a part into blocks of whole records; one that is cut off ends the part.

    Raises
    ------
    ValueError
        When a record claims to be larger than any is.
    """
    data = b""
    for piece in pieces:
        data += piece
        found, end = _records(data, _LONGEST_HEAD)
        if found:
            yield _block(data[:end], found)
            data = data[end:]
    found, end = _records(data, 2)
    if found:
        yield _block(data[:end], found)


def records(pieces: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield number and content of every record of a part."""
    for block in blocks(pieces):
        for number, start, size in zip(*(part.tolist() for part in block[1:]), strict=True):
            yield number, block.data[start : start + size]


def wide_text(data: bytes, place: int) -> str:
    """Read a text that begins with the number of its characters."""
    count = struct.unpack_from("<I", data, place)[0]
    return data[place + 4 : place + 4 + 2 * count].decode("utf-16-le", "replace")


def scan(block: Block, shared: int, row: int, merges: list[Range]) -> tuple[Cells, int]:
    """Read the cells of a block.

    Parameters
    ----------
    block : Block
    shared : int
        Number of shared texts.
    row : int
        Sheet row that the block begins in, 0 before the first.
    merges : list
        Takes the ranges of merged cells.

    Returns
    -------
    cells : Cells
    row : int
        Sheet row that the block ends in.

    Raises
    ------
    IndexError
        When a cell points to a text that is not there.
    """
    text = np.frombuffer(block.data, np.uint8)
    eight = np.ndarray((len(block.data) - 8,), "<u8", block.data, 0, (1,))  # eight bytes from anywhere
    heads = np.flatnonzero((block.numbers == _ROW) & (block.sizes >= 12))
    row_numbers = np.append(row, (eight[block.starts[heads]] & np.uint64(0xFFFFFFFF)).astype(np.int64) + 1)
    at = np.flatnonzero((block.numbers < 256) & (_KINDS[block.numbers & 255] > 0) & (block.sizes > 8))
    numbers, starts = block.numbers[at], block.starts[at]
    kinds = _KINDS[numbers]
    values, texts = _values(block, numbers, starts, eight, text)
    if (values[numbers == _SHARED] >= shared).any():
        raise IndexError("text")
    address = eight[starts]
    kinds[_blank(texts, kinds, values, numbers)] = Cell.BLANK
    kept = kinds != Cell.BLANK
    for start in block.starts[block.numbers == _MERGED].tolist():
        top, bottom, left, right = struct.unpack_from("<IIII", block.data, start)
        merges.append((top + 1, bottom + 1, left, right))
    cells = Cells(
        rows=_near(row_numbers[np.searchsorted(heads, at)])[kept],
        columns=_near((address & np.uint64(0xFFFFFFFF)).astype(np.int64))[kept],
        kinds=kinds[kept],
        styles=((address >> np.uint64(32)) & np.uint64(0xFFFFFF)).astype(np.int32)[kept],
        values=values[kept],
        texts=pa.array(texts, pa.string()),
        hidden=row_numbers[1:][(text[block.starts[heads] + 11] & _HIDDEN) > 0].tolist(),
        last_row=int(row_numbers[-1]),
    )
    return cells, int(row_numbers[-1])


def _values(
    block: Block, numbers: Ints, starts: Ints, eight: NDArray[np.uint64], text: NDArray[np.uint8]
) -> tuple[NDArray[np.float64], list[str]]:
    """Read the values behind column and style, and the texts that are in cells."""
    content = eight[starts + 8]
    low = (content & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    values = np.where(np.isin(numbers, _REALS), content.view(np.float64), low)
    values = np.where(numbers == _RK, unpacked(low), values)
    byte = text[starts + 8]
    values = np.where(np.isin(numbers, _FLAGS), byte != 0, values)
    texts: list[str] = []
    for k in np.flatnonzero(np.isin(numbers, (*_TEXTS, *_ERRORS))).tolist():
        number, start = int(numbers[k]), int(starts[k])
        if number in _ERRORS:
            texts.append(ERRORS.get(int(byte[k]), "#ERROR!"))
        else:
            texts.append(wide_text(block.data, start + (9 if number == _RICH else 8)))
        values[k] = -float(len(texts))
    return values, texts


def _blank(
    texts: list[str], kinds: NDArray[np.uint8], values: NDArray[np.float64], numbers: Ints
) -> NDArray[np.int64]:
    """Return the cells that hold an empty text of their own."""
    own = np.flatnonzero((kinds == Cell.TEXT) & (numbers != _SHARED))
    return own[[not texts[int(-1 - values[k])] for k in own]] if len(own) else own


def _near(places: NDArray[np.int64]) -> NDArray[np.int32]:
    return np.minimum(places, 2**31 - 2).astype(np.int32)


def _block(data: bytes, found: list[int]) -> Block:
    table = np.array(found, np.int64).reshape(-1, 3)
    return Block(data + _PAD, table[:, 0], table[:, 1], table[:, 2])


def _records(data: bytes, room: int) -> tuple[list[int], int]:
    """Find the whole records: number, start and size of each in one list, and where the rest begins.

    One record follows another, so this is the one loop that cannot be spread over an array.
    """
    found: list[int] = []
    place, last = 0, len(data) - room
    while place <= last:
        number, size = data[place], data[place + 1]
        begin = place + 2
        if number > 127 or size > 127:
            number, size, begin = _long_head(data, place)
        end = begin + size
        if end > len(data):
            break
        found += (number, begin, size)
        place = end
    return found, place


def _long_head(data: bytes, place: int) -> tuple[int, int, int]:
    """Read a head whose number or size takes several bytes."""
    number = data[place]
    place += 1
    if number & 0x80:
        number = number & 0x7F | (data[place] & 0x7F) << 7
        place += 1
    size = 0
    for shift in (0, 7, 14, 21):
        byte = data[place] if place < len(data) else 0
        place += 1
        size |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
    if size > _MOST:
        raise ValueError("record")
    return number, size, place
