"""Convert cells to Python and back: arguments by their kind, results as the host wants them, errors as values."""

from __future__ import annotations

import datetime as dt
import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.errors import UsageError
from winback_xl.excel.formulas import argument_cells, cell_amounts, cell_days, ranges, settings_range
from winback_xl.excel.formulas.argument_cells import ERROR_NUMBERS
from winback_xl.excel.formulas.hosts import PLAIN
from winback_xl.schema import columns
from winback_xl.serial_days import DAYS_0

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from winback_xl.errors import WinbackError
    from winback_xl.excel.formulas.cell_days import DateSystem
    from winback_xl.excel.formulas.described_formulas import Argument, Formula
    from winback_xl.excel.formulas.hosts import Host
    from winback_xl.schema.columns import Table
    from winback_xl.settings import Settings

TAG = "#WINBACK!"
"""First characters of a result that is an error, where a host cannot return one."""

TEXT_LENGTH = 32_767
"""Most characters in a cell."""

_MESSAGE_LENGTH = 1000
_OFFICE_ERRORS = MappingProxyType({
    "#NULL!": "Null", "#DIV/0!": "Div0", "#VALUE!": "Value", "#REF!": "Ref", "#NAME?": "Name", "#NUM!": "Num",
    "#N/A": "NotAvailable"})  # fmt: skip
_LEFT_OUT: Mapping[str, Any] = MappingProxyType(
    {"one": math.nan, "number": math.nan, "yesno": "", "word": "", "text": ""}
)
"""What an optional argument is that nobody gave, by its kind: as a blank cell; ranges are None."""
_TABLES: Mapping[str, Table] = MappingProxyType(
    {"orders": columns.ORDERS, "customers": columns.CUSTOMERS, "incidents": columns.INCIDENTS}
)


def arguments(formula: Formula, given: Sequence[Any], date_system: DateSystem = 1900) -> list[Any]:
    """Return the arguments of a call as Python values.

    Parameters
    ----------
    formula : Formula
        What is called.
    given : sequence
        Cells and ranges, in order; optional ones may be missing at the end.
    date_system : {1900, 1904}
        What day serial numbers count from.

    Returns
    -------
    list
        One value an argument: by its kind a float (``one``; NaN for a blank), a float or an array (``number``), a
        text or a list of texts (``word``), "Yes", "No" or "" (``yesno``), a Timestamp or None (``day``), an array of
        datetime64 (``days``), one text with its lines (``text``), lists (``words``, ``numbers``), or a DataFrame. An
        optional range that is blank or left out is None.

    Raises
    ------
    WinbackError
        An argument cannot be read, or a needed one is blank.
    """
    if len(given) > len(formula.arguments):
        raise UsageError(
            f"{formula.name} has {len(formula.arguments)} arguments, and {len(given)} are given.",
            formula.usage,
        )
    padded = [*given, *[None] * (len(formula.arguments) - len(given))]
    pairs = list(zip(formula.arguments, padded, strict=True))
    settings = next(
        (_settings(about, value, date_system) for about, value in pairs if about.kind == "settings"), None
    )
    return [
        settings if about.kind == "settings" else _argument(about, value, date_system, settings)
        for about, value in pairs
    ]


def _argument(about: Argument, value: Any, date_system: DateSystem, settings: Settings | None) -> Any:
    if value is None and about.optional:
        return _LEFT_OUT.get(about.kind)
    if about.kind in _TABLES:
        if about.optional and _is_blank(value):
            return None
        return ranges.table(value, _TABLES[about.kind], about.label, date_system, settings)
    if about.kind == "days":
        return ranges.order_dates(value, about.label.removesuffix("s"), date_system)
    if about.kind in {"numbers", "words"} and about.optional and _is_blank(value):
        return None
    return _CELLS[about.kind](about, value, date_system)


def _is_blank(value: Any) -> bool:
    """Return whether an argument is left out, or a blank cell."""
    first, *rest = ranges.rows_of(value)
    return not rest and len(first) <= 1 and all(argument_cells.plain(cell) is None for cell in first)


def _needed(about: Argument, cell: Any) -> Any:
    if cell is None and not about.optional:
        raise UsageError(f"The {about.label} is blank.", f"Needed: {about.help}", "argument-blank")
    return cell


def _one(about: Argument, value: Any, _: DateSystem) -> float:
    cell = _needed(about, ranges.single(value, about.label))
    return float(cell_amounts.numbers([cell], about.label, percent=about.is_share)[0])


def _yes_no(about: Argument, value: Any, _: DateSystem) -> str:
    return argument_cells.yes_no([ranges.single(value, about.label)], about.label)[0]


def _number(about: Argument, value: Any, _: DateSystem) -> Any:
    found, single = ranges.column(value, about.label)
    numbers = cell_amounts.numbers(found, about.label, percent=about.is_share)
    return float(numbers[0]) if single else numbers


def _word(about: Argument, value: Any, _: DateSystem) -> Any:
    found, single = ranges.column(value, about.label)
    words = argument_cells.words(found, about.label)
    return words[0] if single else words


def _numbers(about: Argument, value: Any, _: DateSystem) -> list[float]:
    numbers: list[float] = cell_amounts.numbers(ranges.column(value, about.label)[0], about.label).tolist()
    return numbers


def _words(about: Argument, value: Any, _: DateSystem) -> list[str]:
    return argument_cells.words(ranges.column(value, about.label)[0], about.label)


def _day(about: Argument, value: Any, date_system: DateSystem) -> pd.Timestamp:
    cell = _needed(about, ranges.single(value, about.label))
    return pd.Timestamp(cell_days.days([cell], about.label, date_system=date_system)[0])


def _text(about: Argument, value: Any, _: DateSystem) -> str:
    return "\n".join(argument_cells.words(ranges.flat(value), about.label)).strip()


def _settings(_: Argument, value: Any, __: DateSystem) -> Settings | None:
    return None if _is_blank(value) else settings_range.of_range(value)


_CELLS: Mapping[str, Callable[[Argument, Any, DateSystem], Any]] = MappingProxyType(
    {
        "one": _one,
        "yesno": _yes_no,
        "number": _number,
        "word": _word,
        "numbers": _numbers,
        "words": _words,
        "day": _day,
        "text": _text,
    }
)


def result(value: Any, host: Host = PLAIN, date_system: DateSystem = 1900) -> Any:
    """Return a result as the host wants it.

    Parameters
    ----------
    value : Any
        A single value, an array or list for a column, a list of rows, or a DataFrame (its columns are the headings).
    host : Host
        Who asked.
    date_system : {1900, 1904}
        What day serial numbers count from, where the host wants them.

    Returns
    -------
    Any
        A single value, or a list of rows of equal length: float, int, bool, str, dates and blanks as the host wants
        them, no numpy values, no NaN; texts cut at 32,767 characters.

    Examples
    --------
    >>> import pandas as pd
    >>> from winback_xl.excel.formulas.hosts import CALC
    >>> result(pd.DataFrame({"Day": [pd.Timestamp("2026-01-31"), None], "Sum": [1.5, None]}), CALC)
    [['Day', 'Sum'], [46053.0, 1.5], ['', '']]
    """
    if isinstance(value, pd.DataFrame):
        body = [_column(value[name], host, date_system) for name in value.columns]
        return [list(value.columns), *map(list, zip(*body, strict=True))]
    if isinstance(value, np.ndarray) and value.ndim == 1:
        value = value.tolist()
    if isinstance(value, list):
        rows = [row if isinstance(row, list) else [row] for row in value]
        return [[_cell(cell, host, date_system) for cell in row] for row in rows]
    return _cell(value, host, date_system)


def _column(series: pd.Series[Any], host: Host, date_system: DateSystem) -> list[Any]:
    """Return a column of a table, the common types by the column rather than by the cell."""
    if pd.api.types.is_float_dtype(series.dtype):
        numbers = series.to_numpy(dtype=np.float64, na_value=np.nan)
        cells = numbers.tolist()
        for at in np.flatnonzero(~np.isfinite(numbers)).tolist():
            cells[at] = host.blank
        return cells
    if pd.api.types.is_integer_dtype(series.dtype):
        return series.tolist()
    if series.dtype.kind == "M" and isinstance(series.dtype, np.dtype):  # few days, each many times
        place, days = pd.factorize(series.to_numpy(), use_na_sentinel=False)
        shown = [_cell(day, host, date_system) for day in days]
        return [shown[at] for at in place.tolist()]
    cells = series.tolist()
    if set(map(type, cells)) == {str} and max(map(len, cells)) <= TEXT_LENGTH:
        return [cell or host.blank for cell in cells] if "" in cells else cells
    return [_cell(cell, host, date_system) for cell in cells]


def _cell(cell: Any, host: Host, date_system: DateSystem) -> Any:
    if isinstance(cell, str):
        return str(cell[:TEXT_LENGTH]) or host.blank
    found = argument_cells.plain(cell)
    if found is None:
        return host.blank
    return _day_out(found, host, date_system) if isinstance(found, dt.date) else found


def _day_out(day: dt.date, host: Host, date_system: DateSystem) -> Any:
    if host.dates == "date":
        return day
    if host.dates == "com":
        return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
    serial = float((day - DAYS_0[date_system]).days)
    if host.dates == "serial":
        return serial
    return {"type": "FormattedNumber", "basicValue": serial, "numberFormat": "yyyy-mm-dd"}


def message(error: WinbackError) -> str:
    """Return what an error says, on one line.

    >>> message(UsageError("The loss is -1.", "Give 0 or more."))
    'The loss is -1. Give 0 or more.'
    """
    return " ".join(str(error).split())[:_MESSAGE_LENGTH]


def tagged(error: WinbackError) -> str:
    """Return an error as the text that the VBA wrapper turns into an error value.

    >>> tagged(UsageError("The loss is -1."))
    '#WINBACK!2015|The loss is -1.'
    """
    return f"{TAG}{ERROR_NUMBERS[error.excel_error]}|{message(error)}"


def error_value(error: WinbackError) -> list[list[dict[str, str]]]:
    """Return an error as the value of a cell in Office.js.

    >>> error_value(UsageError("The loss is -1."))
    [[{'type': 'Error', 'errorType': 'Value'}]]
    """
    return [[{"type": "Error", "errorType": _OFFICE_ERRORS[error.excel_error]}]]
