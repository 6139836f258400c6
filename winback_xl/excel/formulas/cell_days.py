"""Cells with dates -> days: real dates, serial numbers, 19970101, ISO texts, and 31/01/2026 where the column tells.

The readers of files take the same and more (`winback_xl.inputs.kinds.dates`); what is in doubt is an error here.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from winback_xl.errors import OutOfRangeError, UsageError
from winback_xl.excel.formulas.argument_cells import RefusedError, each, shown
from winback_xl.serial_days import DAYS_0, LAST_DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from winback_xl.excel.formulas.argument_cells import Cell

DateSystem = Literal[1900, 1904]
"""What day serial numbers count from."""

"""Day 0 of each system."""

_FIRST_DAY, _LAST_DAY = dt.date(1900, 1, 1).toordinal(), dt.date(2100, 12, 31).toordinal()
_FIRST_SERIAL_DAY = dt.date(1950, 1, 1).toordinal()  # 2024 is a year, and 0 and 60 are not days at all
_LAST_SERIAL = LAST_DAY + 1
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMERIC = re.compile(r"(\d{1,2})[-/.] ?(\d{1,2})[-/.] ?(\d{4})(?: \d{1,2}:\d{2}.*)?")


def days(
    cells: Sequence[Any], label: str, rows: Sequence[int] = (), *, date_system: DateSystem = 1900
) -> NDArray[np.datetime64]:
    """Read days: real dates, serial numbers, 19970101, 2026-01-31, and 31/01/2026 where the column tells the order.

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
    >>> days([45000.75, 19970101, "2026-01-31", None], "order date").astype("datetime64[D]").astype(str).tolist()
    ['2023-03-15', '1997-01-01', '2026-01-31', 'NaT']
    """
    day_first = _day_first(cells, label)
    found = each(cells, lambda cell: _ordinal(cell, date_system, day_first=day_first), label, rows)
    epoch = dt.date(1970, 1, 1).toordinal()
    day = np.array([np.iinfo(np.int64).min if one is None else one - epoch for one in found], dtype=np.int64)
    return day.astype("datetime64[D]").astype("datetime64[s]")


def _ordinal(cell: Cell, date_system: DateSystem, *, day_first: bool | None) -> int | None:
    """Return the day's proleptic ordinal, or None for a blank."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        raise RefusedError(f"is {shown(cell)}, not a date.", _DATE_HINT)
    if isinstance(cell, dt.date):
        ordinal = cell.toordinal()
    elif isinstance(cell, str):
        ordinal = _ordinal_of_text(cell, day_first=day_first)
    else:
        ordinal = _ordinal_of_number(cell, date_system)
    if not _FIRST_DAY <= ordinal <= _LAST_DAY:
        raise RefusedError(f"is {shown(cell)}, which is outside 1900 to 2100.", _DATE_HINT, OutOfRangeError)
    return ordinal


_DATE_HINT = "Give a date such as 2026-01-31."


def _ordinal_of_number(number: float, date_system: DateSystem) -> int:
    if 19_000_101 <= number <= 21_001_231 and float(number).is_integer():
        whole = int(number)
        return _from_parts(whole // 10_000, whole // 100 % 100, whole % 100, shown(number))
    ordinal = DAYS_0[date_system].toordinal() + math.floor(number) if 0 <= number <= _LAST_SERIAL else 0
    if ordinal < _FIRST_SERIAL_DAY:
        raise RefusedError(f"is {shown(number)}, not a date.", _DATE_HINT)
    return ordinal


def _ordinal_of_text(text: str, *, day_first: bool | None) -> int:
    for pattern in (_ISO, _COMPACT):
        found = pattern.fullmatch(text)
        if found:
            year, month, day = (int(part) for part in found.groups())
            return _from_parts(year, month, day, text)
    found = _NUMERIC.fullmatch(text)
    if not found:
        raise RefusedError(f"is '{text:.40}', not a date.", _DATE_HINT)
    first, second, year = (int(part) for part in found.groups())
    if day_first is None and first != second:
        raise RefusedError(
            f"is the text '{text}', which can be {year}-{second:02d}-{first:02d} or {year}-{first:02d}-{second:02d}.",
            "Enter it as a date, not as text, or as 2026-01-31.",
        )
    day, month = (first, second) if day_first else (second, first)
    return _from_parts(year, month, day, text)


def _from_parts(year: int, month: int, day: int, shown: str) -> int:
    try:
        return dt.date(year, month, day).toordinal()
    except ValueError:
        raise RefusedError(f"is '{shown}', a day that does not exist.", _DATE_HINT) from None


def _day_first(cells: Sequence[Any], label: str) -> bool | None:
    """Return whether the day is first in texts such as 31/01/2026; None if it cannot be known."""
    found = [_NUMERIC.fullmatch(text.strip()) for text in {cell for cell in cells if isinstance(cell, str)}]
    pairs = [(int(one[1]), int(one[2])) for one in found if one]
    day_month = any(first > 12 for first, _ in pairs)
    month_day = any(second > 12 for _, second in pairs)
    if day_month and month_day:
        raise UsageError(f"The {label} mixes day first and month first.", "Enter real dates, not texts.")
    return day_month if day_month or month_day else None
