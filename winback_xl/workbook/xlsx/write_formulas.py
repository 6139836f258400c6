"""Formulas as the rows of a sheet hold them: written out in each row, or once for all."""

from __future__ import annotations

import re

from winback_xl.workbook.formulas import ROW
from winback_xl.workbook.xlsx.arrow_text import Piece, array, row_numbers

ESCAPED_LOOK = re.compile("(?=_x[0-9A-Fa-f]{4}_)")
"""Where a text looks like one of Excel's escapes, which begin with an underscore."""

SHORT = 40
"""Characters of a formula that is written out in each row: a reference to a shared one is hardly shorter, and costs readers more."""

_QUOTED = re.compile(r'"(?:[^"]|"")*"')


def escape(text: str) -> str:
    """Return text as it is in a part: XML's signs escaped, and what Excel would take for an escape too.

    >>> escape("a<b & _x0041_")
    'a&lt;b &amp; _x005F_x0041_'
    """
    if not ("&" in text or "<" in text or ">" in text or "_x" in text):
        return text
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return ESCAPED_LOOK.sub("_x005F", text)


def may_be_shared(formula: str) -> bool:
    """Return whether Excel allows a formula in a shared group: no arrays, other sheets or references to tables.

    A formula that is the same text in each row would gain nothing.
    """
    return ROW in formula and not set("{[!") & set(_QUOTED.sub("", formula))


class Repeated:
    """The formula written out in each row; ``first`` is the sheet row of the first cell, counted from 1."""

    def __init__(self, formula: str, first: int) -> None:
        self._whole, self._first = f"><f>{escape(formula)}</f><v>", first

    def __call__(self, start: int, stop: int) -> list[Piece]:
        """Return what stands before the values of some rows."""
        first, *parts = self._whole.split(ROW)
        rows = row_numbers(self._first + start, self._first + stop) if parts else ""
        return [first, *(piece for part in parts for piece in (rows, part))]


class Shared(Repeated):
    """The formula written out in the first row, and its number in the others."""

    def __init__(self, formula: str, first: int, area: str, number: int) -> None:
        super().__init__(formula, first)
        self._whole = f'><f t="shared" ref="{area}" si="{number}">{escape(formula)}</f><v>'.replace(
            ROW, str(first)
        )
        self._number = f'><f t="shared" si="{number}"/><v>'

    def __call__(self, start: int, stop: int) -> list[Piece]:
        """Return what stands before the values of some rows."""
        return [self._number if start else array([self._whole, *[self._number] * (stop - 1)])]
