"""From the columns of a book to what the open workbook is handed: real numbers, real dates, and text that stays text.

Excel reads what it is handed as if somebody had typed it: ``=1+1`` becomes a formula, ``007`` seven, ``1/2`` a day in
January. An apostrophe before the text stops that; it is not a part of the text and is not shown.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.cell_text import clean
from winback_xl.serial_days import MIDNIGHT_0
from winback_xl.workbook.values import Numbers, Texts, normalise, plain

if TYPE_CHECKING:
    from winback_xl.schema.columns import Kind
    from winback_xl.workbook.spec import Cell, Field

_SIGNS = frozenset("=+-@'#.(%$€£¥<>&\t \n")
_SHORT = 40  # characters; no longer text is read as a date, a number or a time
_FIRST = np.datetime64("1900-03-01")  # before it Excel counts a leap day that never was


def guard(text: str) -> str:
    """Return text in the form in which Excel keeps it as it is.

    >>> guard("=HYPERLINK(1)"), guard("007"), guard("Acme 3/4"), guard("TRUE"), guard("Acme")
    ("'=HYPERLINK(1)", "'007", "'Acme 3/4", "'TRUE", 'Acme')
    """
    if not text:
        return text
    first = text[0]
    typed = first in _SIGNS or first.isdigit() or text.casefold() in {"true", "false"}
    if typed or (len(text) <= _SHORT and any(map(str.isdigit, text))):
        return f"'{text}"
    return text


def column(field: Field) -> list[Any]:
    """Return the cells of a field, one a row: float, text, datetime, truth value or None for a blank one."""
    values: Any = field.values  # noqa: PD011 - a Field's
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        found = _dates(values)
        if found is not None:
            return found
    cells = normalise(values, field.kind)
    if isinstance(cells, Numbers):
        numbers: list[Any] = [None if math.isnan(number) else number for number in cells.floats.tolist()]
        return _as_dates(numbers) if field.kind == "date" else numbers
    if isinstance(cells, Texts):
        texts: list[Any] = [*(guard(text) for text in cells.texts), None]
        return [texts[code] for code in cells.codes.tolist()]
    guarded = [guard(value) if isinstance(value, str) else value for value in cells.plains]
    return _as_dates(guarded) if field.kind == "date" else guarded


def value(cell: Cell) -> Any:
    """Return what a free cell is handed."""
    return single(cell.value, cell.kind)


def single(given: Any, kind: Kind) -> Any:
    """Return one value as it is handed to a cell.

    >>> single(dt.date(2026, 11, 22), "date"), single("x" * 3, "text"), single(float("nan"), "money")
    (datetime.datetime(2026, 11, 22, 0, 0), 'xxx', None)
    """
    found = plain(given, kind)
    if isinstance(found, str):
        return guard(clean(found))
    return _as_dates([found])[0] if kind == "date" else found


def _dates(values: Any) -> list[Any] | None:
    """Return days as datetimes, or None where some are older than Excel's calendar."""
    series = pd.Series(values)
    if getattr(series.dt, "tz", None) is not None:
        series = series.dt.tz_localize(None)
    moments = series.to_numpy("datetime64[us]")
    known = moments[~np.isnat(moments)]
    if len(known) and known.min() < _FIRST:
        return None
    days: list[Any] = moments.tolist()
    return days


def _as_dates(values: list[Any]) -> list[Any]:
    """Turn serial numbers into datetimes: a workbook may count its days from 1904."""
    return [
        MIDNIGHT_0 + dt.timedelta(days=value)
        if isinstance(value, (int, float)) and not isinstance(value, bool)
        else value
        for value in values
    ]
