"""Where cells are: addresses, ranges, and whether two ranges meet."""

from __future__ import annotations

import re

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
Box = tuple[int, int, int, int]
"""First column, first row, last column, last row, all counted from 1."""


def column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def box(ref: str | None) -> Box | None:
    """Return a range such as ``A1:C9``, or None where it is not one that a sheet holds."""
    found = _RANGE.fullmatch(ref or "")
    if not found:
        return None
    left, top = column(found[1]), int(found[2])
    right, bottom = (column(found[3]), int(found[4])) if found[3] else (left, top)
    inside = 1 <= left <= right <= MAX_COLUMN and 1 <= top <= bottom <= MAX_ROW
    return (left, top, right, bottom) if inside else None


def meet(one: Box, other: Box) -> bool:
    apart = one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]
    return not apart


def unescaped(text: str) -> str:
    """Return a text of a part as Excel reads it: ``_x000A_`` is a line break."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def length(text: str) -> int:
    """Return the length as Excel counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
