"""Cut the stream of an Excel 97-2003 workbook into records, and read the texts in them.

Source: [MS-XLS] Excel Binary File Format, sections 2.1.4, 2.4.58 (Continue), 2.4.265 (SST), 2.5.293
(XLUnicodeRichExtendedString).
"""

from __future__ import annotations

import struct
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

BOF, EOF, CONTINUE = 0x0809, 0x000A, 0x003C
ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
"""What error codes show as, in .xls and .xlsb."""

_HEAD = struct.Struct("<HH")


def records(content: bytes, start: int = 0) -> Iterator[tuple[int, int, int]]:
    """Yield kind, start and end of every record from a place on; a record that is cut off ends the stream."""
    place, size = start, len(content)
    unpack = _HEAD.unpack_from
    while place + 4 <= size:
        kind, length = unpack(content, place)
        begin = place + 4
        place = begin + length
        if place > size:
            return
        yield kind, begin, place


def unpacked(low: NDArray[np.uint32]) -> NDArray[np.float64]:
    """Return the numbers that Excel packed into 32 bits: a short float or an integer, perhaps in hundredths.

    Parameters
    ----------
    low : ndarray of uint32, shape (n,)

    Returns
    -------
    ndarray of float64, shape (n,)

    >>> unpacked(np.array([0x3FF00000, (1234 << 2) | 3, 0xFFFFFFFE], np.uint32)).tolist()
    [1.0, 12.34, -1.0]
    >>> unpacked(np.array([0x7FF00005], np.uint32)).tolist()  # a signalling NaN
    [nan]
    """
    whole = (low.astype(np.int32) >> 2).astype(np.float64)
    real = ((low & np.uint32(0xFFFFFFFC)).astype(np.uint64) << np.uint64(32)).view(np.float64)
    found = np.where(low & 2, whole, real)
    with np.errstate(invalid="ignore"):  # a damaged number may be none; the reader of the column reports it
        return np.where(low & 1, found / 100, found)


def text_at(content: bytes, place: int, count: int) -> str:
    """Read a text of `count` characters that begins with its flags."""
    if content[place] & 1:
        return content[place + 1 : place + 1 + 2 * count].decode("utf-16-le", "replace")
    return content[place + 1 : place + 1 + count].decode("latin-1")


def shared_texts(content: bytes, start: int, end: int) -> list[str]:
    """Read the table of shared texts; it may go on in any number of records behind the first.

    Parameters
    ----------
    content : bytes
        The workbook stream.
    start, end : int
        The SST record.
    """
    following = takewhile(lambda record: record[0] == CONTINUE, records(content, end))
    segments = [(start, end), *((begin, stop) for _, begin, stop in following)]
    reader = _Texts(content, segments)
    count = reader.number(8) >> 32
    found = []
    for _ in range(min(count, len(content) // 3)):
        if reader.over:
            break
        found.append(reader.text())
    return found


class _Texts:
    """Reads texts across the ends of records; characters that go on in the next one repeat their flags there."""

    def __init__(self, content: bytes, segments: list[tuple[int, int]]) -> None:
        self._content, self._segments = content, segments
        self._number = 0
        self._place, self._end = segments[0]

    @property
    def over(self) -> bool:
        """Whether nothing is left."""
        return self._place >= self._end and self._number + 1 >= len(self._segments)

    def number(self, size: int) -> int:
        """Read an unsigned integer."""
        return int.from_bytes(self._bytes(size), "little")

    def text(self) -> str:
        """Read one text, skipping its formatting and pronunciation."""
        count, flags = self.number(2), self.number(1)
        runs = self.number(2) if flags & 8 else 0
        phonetic = self.number(4) if flags & 4 else 0
        found = self._characters(count, wide=bool(flags & 1))
        self._skip(4 * runs + phonetic)
        return found

    def _characters(self, count: int, *, wide: bool) -> str:
        parts = []
        while count > 0 and not self.over:
            if self._place >= self._end:
                self._turn()
                wide = bool(self.number(1) & 1)
            size = 2 if wide else 1
            taken = min(count, max((self._end - self._place) // size, 1))
            raw = self._content[self._place : self._place + taken * size]
            parts.append(raw.decode("utf-16-le", "replace") if wide else raw.decode("latin-1"))
            self._place += taken * size
            count -= taken
        return "".join(parts)

    def _bytes(self, size: int) -> bytes:
        found = b""
        while len(found) < size and not self.over:
            if self._place >= self._end:
                self._turn()
            part = self._content[self._place : min(self._place + size - len(found), self._end)]
            self._place += len(part)
            found += part
        return found

    def _skip(self, size: int) -> None:
        while size > 0 and not self.over:
            if self._place >= self._end:
                self._turn()
            step = min(size, self._end - self._place)
            self._place += step
            size -= step

    def _turn(self) -> None:
        self._number += 1
        self._place, self._end = self._segments[self._number]
