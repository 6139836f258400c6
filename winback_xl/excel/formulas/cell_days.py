"""Cells with dates -> days, by the patterns that files are read by (`winback_xl.inputs.kinds.dates`).

Real dates, serial numbers, 19970101, texts with the month in digits or words, seconds since 1970, and 31/01/2026 where
the range tells the day from the month; what is in doubt is an error here, for a formula cannot ask.
"""

from __future__ import annotations

import datetime as dt
import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from winback_xl.errors import OutOfRangeError, UsageError
from winback_xl.excel.formulas.argument_cells import RefusedError, each, shown
from winback_xl.inputs.kinds import date_shapes
from winback_xl.inputs.kinds.blanks import BLANK_WORDS
from winback_xl.serial_days import DAYS_0, LAST_DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from winback_xl.excel.formulas.argument_cells import Cell

DateSystem = Literal[1900, 1904]
"""What day serial numbers count from."""

"""Day 0 of each system."""

_FIRST_DAY, _LAST_DAY = dt.date(1900, 1, 1).toordinal(), dt.date(2100, 12, 31).toordinal()
_FIRST_SERIAL_DAY = dt.date(1950, 1, 1).toordinal()  # 2024 is a year, and 0 and 60 are not days
_LAST_SERIAL = LAST_DAY + 1
_1970 = dt.date(1970, 1, 1).toordinal()
_PIVOT = 50  # two-digit years below are 20xx, as in files
_DATE_HINT = "Give a date such as 2026-01-31."
_TIDY = tuple((date_shapes.for_re(pattern), instead) for pattern, instead in date_shapes.TIDY)
_PATTERNS = tuple(map(date_shapes.for_re, (*date_shapes.DIGITS, *date_shapes.WORDED)))
_MONTHS = tuple(map(date_shapes.for_re, date_shapes.MONTHS))
_NUMERIC, _EPOCH_TEXT, _SERIAL, _SIX = map(
    date_shapes.for_re,
    (date_shapes.NUMERIC, date_shapes.EPOCH, date_shapes.SERIAL, date_shapes.SIX_DIGITS),
)
_INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF, 0xAD])


class _Column(NamedTuple):
    """What is decided for all cells together: None where nothing tells."""

    day_first: bool | None
    six_is_month: bool  # the text 202510 next to 201012 makes both months
    number_is_month: bool  # as numbers likewise


def days(
    cells: Sequence[Any], label: str, rows: Sequence[int] = (), *, date_system: DateSystem = 1900
) -> NDArray[np.datetime64]:
    """Read days: real dates, serial numbers, 19970101, and texts, with 31/01/2026 where the column tells the order.

    Parameters
    ----------
    cells, label, rows
        As for `each`; blanks are NaT.
    date_system : {1900, 1904}
        What day serial numbers count from.

    Returns
    -------
    ndarray of datetime64[s]
        At midnight.

    Examples
    --------
    >>> days([45000.75, 19970101, "25. Oktober 2025", None], "order date").astype("datetime64[D]").astype(str).tolist()
    ['2023-03-15', '1997-01-01', '2025-10-25', 'NaT']
    """
    kinds = set(map(type, cells))
    words = [_tidy(cell) for cell in set(cells) if isinstance(cell, str)] if str in kinds else []
    months = [word for word in words if _SIX.match(word)]
    numbers = [
        f"{cell:.0f}" for cell in cells if isinstance(cell, (int, float)) and 190_001 <= cell <= 210_012
    ]
    column = _Column(_day_first(words, label), _only_months(months), _only_months(numbers))
    found = each(cells, lambda cell: _ordinal(cell, date_system, column), label, rows)
    epoch = dt.date(1970, 1, 1).toordinal()
    day = np.array([np.iinfo(np.int64).min if one is None else one - epoch for one in found], dtype=np.int64)
    return day.astype("datetime64[D]").astype("datetime64[s]")


@lru_cache(maxsize=4096)
def _tidy(text: str) -> str:
    """Return a text without what files take off as well."""
    text = " ".join(text.translate(_INVISIBLE).split())
    for pattern, instead in _TIDY:
        text = pattern.sub(instead, text)
    return text


def _only_months(six_digits: Sequence[str]) -> bool:
    return any(date_shapes.only_a_month(int(digits[:4])) for digits in six_digits)


def _ordinal(cell: Cell, date_system: DateSystem, column: _Column) -> int | None:
    """Return the day's proleptic ordinal, or None for a blank."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        raise RefusedError(f"is {shown(cell)}, not a date.", _DATE_HINT)
    if isinstance(cell, dt.date):
        ordinal = cell.toordinal()
    elif isinstance(cell, str):
        text = _tidy(cell)
        if text.lower() in BLANK_WORDS:
            return None
        ordinal = _ordinal_of_text(text, cell, date_system, column)
    else:
        ordinal = _ordinal_of_number(cell, date_system, months=column.number_is_month)
    if not _FIRST_DAY <= ordinal <= _LAST_DAY:
        raise RefusedError(f"is {shown(cell)}, which is outside 1900 to 2100.", _DATE_HINT, OutOfRangeError)
    return ordinal


def _ordinal_of_number(number: float, date_system: DateSystem, *, months: bool) -> int:
    if 19_000_101 <= number <= 21_001_231 and float(number).is_integer():
        whole = int(number)
        return _from_parts(whole // 10_000, whole // 100 % 100, whole % 100, shown(number))
    if months and 190_001 <= number <= 210_012 and float(number).is_integer():
        return _from_parts(int(number) // 100, int(number) % 100, 1, shown(number))
    for seconds in (number, number / 1000):
        if date_shapes.FIRST_EPOCH <= seconds < date_shapes.LAST_EPOCH:
            return _1970 + math.floor(seconds / 86_400)
    ordinal = DAYS_0[date_system].toordinal() + math.floor(number) if 0 <= number <= _LAST_SERIAL else 0
    if ordinal < _FIRST_SERIAL_DAY:
        raise RefusedError(f"is {shown(number)}, not a date.", _DATE_HINT)
    return ordinal


def _ordinal_of_text(text: str, written: str, date_system: DateSystem, column: _Column) -> int:
    for pattern in _PATTERNS:
        found = pattern.match(text)
        if found:
            part = found.groupdict()
            month = int(part["m"]) if "m" in part else date_shapes.month_of(part["name"])
            return _from_parts(_full_year(part["y"]), month, int(part["d"]), written)
    found = _NUMERIC.match(text)
    if found:
        return _numeric(int(found["a"]), int(found["b"]), _full_year(found["y"]), written, column)
    for pattern in _MONTHS:
        found = pattern.match(text)
        if found and (column.six_is_month or not _SIX.match(text)):
            part = found.groupdict()
            month = int(part["m"]) if "m" in part else date_shapes.month_of(part["name"])
            return _from_parts(int(part["y"]), month, 1, written)
    found = _EPOCH_TEXT.match(text)
    if found:
        moment = date_shapes.epoch_seconds(*found.groups(default=""))
        if moment == moment:  # noqa: PLR0124 - NaN is the one number unequal to itself
            return _1970 + math.floor(moment / 86_400)
    if _SERIAL.match(text):
        return _ordinal_of_number(float(text.replace(",", ".")), date_system, months=False)
    raise RefusedError(f"is '{written:.40}', not a date.", _DATE_HINT)


def _numeric(first: int, second: int, year: int, written: str, column: _Column) -> int:
    """Read 31/01/2026; a point says that the day stands first, as no country writes the month before one."""
    day_first = True if "." in written.split(" ", maxsplit=1)[0][:3] else column.day_first
    if day_first is None and first != second:
        raise RefusedError(
            f"is the text '{written}', which can be {year}-{second:02d}-{first:02d} or {year}-{first:02d}-{second:02d}.",
            "Enter it as a date, not as text, or as 2026-01-31.",
        )
    day, month = (first, second) if day_first else (second, first)
    return _from_parts(year, month, day, written)


def _full_year(year: str) -> int:
    return int(year) + (0 if len(year) > 2 else 2000 if int(year) < _PIVOT else 1900)


def _from_parts(year: int, month: int, day: int, shown: str) -> int:
    try:
        return dt.date(year, month, day).toordinal()
    except ValueError:
        raise RefusedError(f"is '{shown}', a day that does not exist.", _DATE_HINT) from None


def _day_first(texts: Sequence[str], label: str) -> bool | None:
    """Return whether the day is first in texts such as 31/01/2026; None if it cannot be known."""
    found = [_NUMERIC.match(text) for text in texts]
    pairs = [(int(one["a"]), int(one["b"]), "." in one.string[:3]) for one in found if one]
    day_month = any(first > 12 or dotted for first, _, dotted in pairs)
    month_day = any(second > 12 and first <= 12 for first, second, _ in pairs)
    if day_month and month_day:
        raise UsageError(f"The {label} mixes day first and month first.", "Enter real dates, not texts.")
    return day_month if day_month or month_day else None
