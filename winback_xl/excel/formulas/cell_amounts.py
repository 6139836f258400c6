"""Cells with amounts and shares -> numbers, by the patterns that files are read by (`winback_xl.inputs.kinds.amounts`).

What point and comma mean, and CR behind an amount, is decided for the range, never for a cell. What is in doubt is an
error here, for a formula cannot ask.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from winback_xl.errors import OutOfRangeError, UsageError
from winback_xl.excel.formulas.argument_cells import COM_LAST, RefusedError, each, shown
from winback_xl.inputs.kinds import amount_shapes
from winback_xl.inputs.kinds.blanks import BLANK_WORDS
from winback_xl.inputs.kinds.currencies import code_of, different

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from winback_xl.excel.formulas.argument_cells import Cell
    from winback_xl.inputs.kinds.amount_shapes import Mark

_LARGEST = 1e100  # beyond, sums and products of amounts may leave what a float holds
_LARGEST_FRACTION = 5  # as in files: a bare 2.5 is 250%, a bare 35 is 35%
_TIDY = tuple((amount_shapes.for_re(pattern), instead) for pattern, instead in amount_shapes.TIDY)
_SHAPE, _DASH, _SIDE, _ROUNDED, _UNCLEAR, _FOOTNOTE = map(
    amount_shapes.for_re,
    (
        amount_shapes.SHAPE,
        amount_shapes.DASH,
        amount_shapes.SIDE,
        amount_shapes.ROUNDED,
        amount_shapes.UNCLEAR,
        amount_shapes.FOOTNOTE,
    ),
)
_DECIDING = {mark: amount_shapes.for_re(pattern) for mark, pattern in amount_shapes.DECIDING.items()}
_WHOLE: dict[Mark, re.Pattern[str]] = {
    ".": amount_shapes.for_re(amount_shapes.whole(".")),
    ",": amount_shapes.for_re(amount_shapes.whole(",")),
}


class _Amount(NamedTuple):
    """One text taken apart; ``body`` is "" where it is not an amount."""

    body: str
    negative: bool = False
    percent: bool = False
    exponent: str = ""
    currency: str = ""
    side: str = ""  # "credit" or "debit"
    accounting: bool = False  # brackets, or a dash next to a currency

    def deciding(self, mark: Mark) -> bool:
        scientific = bool(self.exponent) and mark in self.body
        return bool(self.body) and (scientific or _DECIDING[mark].match(self.body) is not None)

    def number(self, mark: Mark) -> float | None:
        if not self.body or not _WHOLE[mark].match(self.body):
            return None
        group = "." if mark == "," else ","
        digits = re.sub(rf"[{group}' ]", "", self.body).replace(mark, ".")
        try:
            found = float(digits + self.exponent)
        except ValueError:
            return None
        return -found if self.negative else found


class _Column(NamedTuple):
    """What is decided for all cells together."""

    mark: Mark | None  # None: in doubt
    credit: int  # -1 takes away, 1 adds, 0: in doubt
    dashes: bool  # a dash alone is a zero


@lru_cache(maxsize=4096)
def _amount(text: str) -> _Amount:
    text = _FOOTNOTE.sub(r"\1*", text)
    for pattern, instead in _TIDY:
        text = pattern.sub(instead, text)
    side = ""
    standing = _SIDE.match(text)
    if standing and bool(standing["ahead"]) != bool(standing["side"]):
        word = (standing["ahead"] or standing["side"]).upper()
        side, text = "credit" if word in amount_shapes.CREDIT_WORDS else "debit", standing["amount"]
    found = _DASH.match(text)
    parts = found or _SHAPE.match(text)
    if parts is None:
        return _Amount("")
    part = parts.groupdict(default="")
    beside = [code_of(part.get(name, "")) for name in amount_shapes.CURRENCIES if part.get(name)]
    currencies = different(beside)
    if not all(beside) or len(currencies) > 1:
        return _Amount("")
    currency = currencies[0] if currencies else ""
    if found:
        return _Amount("0", currency=currency, accounting=True)
    minus = sum(part[name] == "-" for name in amount_shapes.MINUS)
    brackets = bool(part["open"]) and bool(part["close"])
    if bool(part["open"]) != bool(part["close"]) or minus + brackets + bool(side) > 1:
        return _Amount("")
    negative, percent = minus + brackets > 0, bool(part["percent"])
    return _Amount(part["body"].strip(), negative, percent, part["exponent"], currency, side, brackets)


def _cleaned(cell: str) -> str:
    return " ".join(cell.split())


def numbers(
    cells: Sequence[Any], label: str, rows: Sequence[int] = (), *, percent: bool = False
) -> NDArray[np.float64]:
    """Read numbers; blanks are NaN. Texts count as in files, "35%" if `percent` says so.

    Parameters
    ----------
    cells, label, rows
        As for `winback_xl.excel.formulas.argument_cells.each`.
    percent : bool
        Whether ``35%`` is a number (0.35).

    Returns
    -------
    ndarray of float64

    Raises
    ------
    UsageError
        A text is not a number, or nothing in the range tells which number it is; two currencies.

    Examples
    --------
    >>> numbers([1, None, "2.5", "$ (1.50)"], "loss").tolist(), numbers(["35%"], "margin", percent=True).tolist()
    ([1.0, nan, 2.5, -1.5], [0.35])
    """
    kinds = set(map(type, cells))
    if kinds <= {float, int, type(None)}:
        found = np.array(cells, dtype=np.float64)
        known = found[~np.isnan(found)]
        if ((known > COM_LAST) & (known < _LARGEST)).all():
            return found
    column = _column([_cleaned(cell) for cell in cells if isinstance(cell, str)], label)
    return np.array(
        each(cells, partial(_number, column=column, percent=percent), label, rows), dtype=np.float64
    )


def _column(texts: Sequence[str], label: str) -> _Column:
    amounts = [found for found in map(_amount, texts) if found.body]
    currencies = different(found.currency for found in amounts)
    if len(currencies) > 1:
        raise UsageError(
            f"The {label} holds amounts in {' and '.join(currencies)}; they cannot be added up.",
            "Convert them to one currency.",
        )
    point, comma = (any(found.deciding(mark) for found in amounts) for mark in (".", ","))
    unclear = any(_UNCLEAR.match(found.body) for found in amounts)
    mark: Mark | None = "," if comma else "."
    if (point and comma) or (unclear and not point and not comma):
        mark = None
    credited = sum(found.side == "credit" for found in amounts)
    return _Column(mark, -1 if credited * 2 < len(amounts) else 0, any(found.accounting for found in amounts))


def _number(cell: Cell, *, column: _Column, percent: bool) -> float:
    if cell is None:
        return math.nan
    if isinstance(cell, (bool, dt.date)):
        raise RefusedError(f"is {shown(cell)}, not a number.", "Give a number.")
    number = _number_of_text(cell, column, percent=percent) if isinstance(cell, str) else float(cell)
    if abs(number) >= _LARGEST:
        raise RefusedError("is too large.", f"Give a number below {_LARGEST:g}.", OutOfRangeError)
    return number


def _number_of_text(text: str, column: _Column, *, percent: bool) -> float:
    tidy = _cleaned(text)
    if column.dashes and re.fullmatch(r"[-\u2010-\u2014\u2212]", tidy):
        return 0.0
    if tidy.lower() in BLANK_WORDS:
        return math.nan
    found = _amount(tidy)
    if _ROUNDED.match(tidy) and not found.body:
        raise RefusedError(
            f"is '{text:.40}', cut to thousands or millions.", "Give the amount in full, such as 1500.00."
        )
    mark: Mark = column.mark or "."
    number = found.number(mark)
    if column.mark is None and (_UNCLEAR.match(found.body) or found.number(",") != number):
        raise _in_doubt(text, found)
    if number is None or (found.percent and not percent):
        raise RefusedError(f"is '{text:.40}', not a number.", "Give a number.")
    if found.side:
        if not column.credit and found.side == "credit":
            raise RefusedError(
                f"is '{text:.40}', which can be a sale or what was taken back.",
                "Give the amounts with a sign.",
            )
        number *= column.credit if found.side == "credit" else 1
    return number / 100 if found.percent else number


def _in_doubt(text: str, found: _Amount) -> RefusedError:
    readings = [found.number(mark) for mark in (",", ".")]
    listed = " or ".join(f"{abs(one):g}" for one in readings if one is not None)
    return RefusedError(
        f"is the text '{text}', which can be {listed}."
        if len(listed) > 4
        else f"is '{text:.40}': some texts have a decimal comma, some a decimal point.",
        "Enter it as a number, not as text.",
    )


def shares(cells: Sequence[Any], label: str, rows: Sequence[int] = ()) -> NDArray[np.float64]:
    """Read shares as fractions: numbers above 5 make the whole column percentages, as in files.

    >>> shares([35, 80, None], "share of wallet").tolist()
    [0.35, 0.8, nan]
    """
    found = numbers(cells, label, rows, percent=True)
    bare = np.array(
        [not isinstance(cell, str) or not cell.strip().endswith("%") for cell in cells], dtype=bool
    )
    sizes = np.abs(found[bare & ~np.isnan(found)])
    if not sizes.size or sizes.max() <= _LARGEST_FRACTION:
        return found
    if ((sizes > 0) & (sizes < 1)).any():
        raise UsageError(
            f"The {label} mixes fractions and percentages, such as {sizes[(sizes > 0) & (sizes < 1)][0]:g} "
            f"and {sizes.max():g}.",
            "Write them in one way.",
        )
    return np.where(bare, found / 100, found)
