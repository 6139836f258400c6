"""What the cells of a column are in the XML of a sheet, many rows at a time: constants, and Arrow arrays with one text a row.

No cell becomes a Python object: numbers are written by Arrow, texts and results of formulas are looked up among the
different ones of their column.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winback_xl.workbook.values import Cells, Mixed, Numbers, Plain, Texts, needs_quote
from winback_xl.workbook.xlsx.arrow_text import TEXT, Piece, array, at, joined, numerals, spread, where
from winback_xl.workbook.xlsx.write_formulas import escape

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.workbook.xlsx.shared_texts import Strings
    from winback_xl.workbook.xlsx.write_formulas import Repeated

ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
"""What a formula can give that is neither text nor number."""

Pieces = Callable[[int, int], list[Piece]]
"""From a range of rows: what is between ``<c r="`` + address and the next cell, as constants and arrays."""


def of_values(cells: Cells, style: int, quoted: int, strings: Strings) -> Pieces:
    """Return the pieces of a column of values; the numbers of its texts are fixed at once."""
    if isinstance(cells, Numbers):
        return _numbers(cells.floats, style)
    if isinstance(cells, Texts):
        return _texts(cells, style, quoted, strings)
    return _mixed(cells, style, quoted, strings)


def of_formula(cells: Cells, bodies: Repeated, style: int) -> Pieces:
    """Repeat one formula for each row, with the value it gives; a blank result is the empty text."""
    number, text, closing = _look(style), f'{_look(style)} t="str"', "</v></c>"

    if isinstance(cells, Numbers):
        values = cells.floats

        def pieces(start: int, stop: int) -> list[Piece]:
            part = values[start:stop]
            known = ~np.isnan(part)
            if known.all():
                return [number, *bodies(start, stop), numerals(part), closing]
            opening = where(known, number, text)
            return [opening, *bodies(start, stop), spread(numerals(part[known]), known, ""), closing]

        return pieces

    # The last one is the blank one, where the code -1 finds it.
    distinct: list[Plain] = [*cells.texts, None] if isinstance(cells, Texts) else cells.plains
    codes = cells.codes if isinstance(cells, Texts) else np.arange(len(distinct))
    types, texts = zip(*map(_result, distinct), strict=True) if distinct else ((), ())
    openings, results = array([f"{_look(style)}{kind}" for kind in types]), array(texts)
    return lambda start, stop: [
        at(openings, codes[start:stop]),
        *bodies(start, stop),
        at(results, codes[start:stop]),
        closing,
    ]


def _look(style: int) -> str:
    """Return the end of a cell's address and its look; a plain cell needs none.

    >>> _look(3), _look(0)
    ('" s="3"', '"')
    """
    return f'" s="{style}"' if style else '"'


def then(first: Pieces, until: int, rest: Pieces) -> Pieces:
    """Return pieces of which the first rows come from one column and the others from another."""

    def pieces(start: int, stop: int) -> list[Piece]:
        if stop <= until or start >= until:
            return (first if stop <= until else rest)(start, stop)
        parts = ((first, start, until), (rest, until, stop))
        return [pa.concat_arrays([joined(one(begin, end), end - begin) for one, begin, end in parts])]

    return pieces


def _numbers(values: NDArray[np.float64], style: int) -> Pieces:
    blank, opening, closing = f"{_look(style)}/>", f"{_look(style)}><v>", "</v></c>"

    def pieces(start: int, stop: int) -> list[Piece]:
        part = values[start:stop]
        known = ~np.isnan(part)
        if known.all():
            return [opening, numerals(part), closing]
        if not known.any():
            return [blank]
        here = part[known]
        return [spread(joined([opening, numerals(here), closing], len(here)), known, blank)]

    return pieces


def _texts(cells: Texts, style: int, quoted: int, strings: Strings) -> Pieces:
    strings.count += int(np.count_nonzero(cells.codes >= 0))
    numbers = pc.cast(pa.array(strings.numbers(cells.texts), pa.int64()), TEXT)
    look: Piece = _look(style)
    if quoted != style:
        odd = np.array([needs_quote(text) for text in cells.texts], bool)
        look = where(odd, _look(quoted), _look(style))
    ends = joined([look, ' t="s"><v>', numbers, "</v></c>"], len(numbers))
    blank = f"{_look(style)}/>"
    lookup = pa.concat_arrays([ends, array([blank])])  # the blank one comes last, where the code -1 finds it
    return lambda start, stop: [at(lookup, cells.codes[start:stop])]


def _mixed(cells: Mixed, style: int, quoted: int, strings: Strings) -> Pieces:
    def end(value: Plain) -> str:
        if value is None:
            return f"{_look(style)}/>"
        if isinstance(value, str):
            strings.count += 1
            (number,) = strings.numbers([value])
            return f'{_look(quoted if needs_quote(value) else style)} t="s"><v>{number}</v></c>'
        if isinstance(value, bool):
            return f'{_look(style)} t="b"><v>{value:d}</v></c>'
        return f"{_look(style)}><v>{value!r}</v></c>"

    ends = array([end(value) for value in cells.plains])
    return lambda start, stop: [ends[start:stop]]


def _result(value: Plain) -> tuple[str, str]:
    """Return the type attribute and the text of a formula's value as they are in the file."""
    if value is None:
        return ' t="str"', ""
    if isinstance(value, bool):
        return ' t="b"', f"{value:d}"
    if isinstance(value, str):
        return (' t="e"', value) if value in ERRORS else (' t="str"', escape(value))
    return "", repr(value)
