"""What the bytes of all texts of a column rule out at once: a look at them takes a hundredth of a regular expression."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from numpy.typing import NDArray

NONE = (255, 0)
"""The lowest and the highest byte where there is no text."""


def span(texts: pa.Array) -> tuple[int, int]:
    """Return the lowest and the highest byte of texts, perhaps of more than they hold: (0, 255) where that cannot be seen.

    >>> span(pa.array(["A1", None, "b"])), span(pa.array([], pa.string())), span(pa.array(["é"]))
    ((49, 98), (255, 0), (169, 195))
    """
    units = _units(texts)
    if units is None:
        return 0, 255
    return (int(units.min()), int(units.max())) if len(units) else NONE


def is_plain(texts: pa.Array) -> bool:
    """Return whether texts hold nothing but visible ASCII characters, and no space.

    >>> is_plain(pa.array(["A1", "b-2"])), is_plain(pa.array(["A 1"])), is_plain(pa.array(["é"]))
    (True, False, False)
    """
    low, high = span(texts)
    return low > ord(" ") and high <= ord("~")


def may_begin_with_digit(texts: pa.Array) -> bool:
    """Return whether some text may begin with a digit 0 to 9.

    >>> may_begin_with_digit(pa.array(["A1", "B"])), may_begin_with_digit(pa.array(["A1", "7"]))
    (False, True)
    """
    units = _units(texts)
    if units is None or not len(units):
        return units is None
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts)]
    first = units[np.minimum(offsets, len(units) - 1)]  # of an empty text that of the next: no harm
    return bool(((first >= ord("0")) & (first <= ord("9"))).any())


def _units(texts: pa.Array) -> NDArray[np.uint8] | None:
    if texts.type != pa.string():
        return None
    content = texts.buffers()[2]
    return np.frombuffer(content, np.uint8) if content is not None else np.zeros(0, np.uint8)
