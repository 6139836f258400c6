"""What a number format says about the numbers below it: that they are dates, or ids with leading zeros."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)]) - {
    46
}  # 46: [h]:mm:ss
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.')
_BRACKETS = re.compile(r"\[[^\]]*\]")
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_ID_CODE = re.compile(r"[0# ()/+-]*")


class Styles:
    """The styles that cells refer to by their index.

    Parameters
    ----------
    formats : sequence of (int, str)
        Number format of each style: its number and, if it is not built in, its code.
    """

    def __init__(self, formats: Sequence[tuple[int, str]]) -> None:
        self._formats = list(formats) or [(0, "")]

    @cached_property
    def dates(self) -> NDArray[np.bool_]:
        """For every style whether it shows a date, shape (n_styles,)."""
        return np.array([shows_date(code, number) for number, code in self._formats])

    @cached_property
    def id_formats(self) -> tuple[tuple[str, ...], NDArray[np.uint8]]:
        """The number formats that change how an id looks, and for every style which one it is (0 for none)."""
        codes = tuple(dict.fromkeys(code for _, code in self._formats if shapes_id(code)))[:255]
        place = {code: k + 1 for k, code in enumerate(codes)}
        return codes, np.array([place.get(code, 0) for _, code in self._formats], np.uint8)


def shows_date(code: str, number: int = 0) -> bool:
    """Return whether a number format shows a date or a time of day (not a duration).

    >>> shows_date("yyyy-mm-dd"), shows_date('#,##0.00 "days"'), shows_date("[h]:mm"), shows_date("", 14)
    (True, False, False, True)
    """
    if not code:
        return number in _BUILT_IN_DATES
    shown = _LITERALS.sub("", code.partition(";")[0])
    if _ELAPSED.search(shown) or shown.strip().lower() == "general":
        return False
    return bool(re.search("[dmyhs]", _BRACKETS.sub("", shown), re.IGNORECASE))


def shapes_id(code: str) -> bool:
    """Return whether a number format pads a whole number with zeros or adds letters, as ids have them.

    >>> shapes_id("00000"), shapes_id('"C"0'), shapes_id("000-000"), shapes_id("0"), shapes_id("#,##0.00"), shapes_id('0 "pcs"')
    (True, True, True, False, False, True)
    """
    shown = code.partition(";")[0]
    digits = _LITERALS.sub("", _BRACKETS.sub("", shown))
    literal = any(part[0] in '"\\' and any(map(str.isalnum, part)) for part in _LITERALS.findall(shown))
    return bool(_ID_CODE.fullmatch(digits)) and "0" in digits and (literal or digits.count("0") > 1)
