"""One cell, or a column of cells, as any host hands it over -> numbers, days, ids, words. Refused, never guessed.

What the readers of files (`winback_xl.inputs.kinds`) take is read here with the same result; but they need pyarrow,
which takes a browser long to load, and can set a row aside and say so. A formula cannot, so what is in doubt is an error here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from winback_xl.errors import UsageError, WinbackError
from winback_xl.yes_words import meant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


T = TypeVar("T")
Cell = Any
"""None, bool, int, float, str, datetime.date or `CellError`, once `plain` has looked at it."""

ERROR_NUMBERS: Mapping[str, int] = MappingProxyType(
    {"#NULL!": 2000, "#DIV/0!": 2007, "#VALUE!": 2015, "#REF!": 2023, "#NAME?": 2029, "#NUM!": 2036, "#N/A": 2042}
)  # fmt: skip
"""Excel's error values by their text: the argument of VBA's CVErr."""

_COM_ERROR = -2146828288  # COM hands over an error value as this plus its number
_COM_MISSING = -2147352572  # and an argument that was left out as this
COM_LAST = -2146000000
"""Below there may be errors that COM hands over as numbers, and each cell has to be looked at."""

_OFFICE_ERRORS = MappingProxyType(
    {"Null": "#NULL!", "Div0": "#DIV/0!", "Value": "#VALUE!", "Ref": "#REF!", "Name": "#NAME?", "Num": "#NUM!",
     "NotAvailable": "#N/A"}
)  # fmt: skip
_BY_COM_NUMBER = {_COM_ERROR + number: text for text, number in ERROR_NUMBERS.items()}
_EXACT = 1e15  # numbers keep 15 digits


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that shows an error, such as ``#N/A``."""

    text: str


class ErrorInCellError(WinbackError):
    """An argument holds an error value: the formula passes it on, as Excel's own do."""

    def __init__(self, what: str, hint: str, excel_error: str) -> None:
        super().__init__(what, hint, "cell-error")
        self.excel_error = excel_error


class RefusedError(Exception):
    """What is wrong with a cell, before `each` knows where the cell is.

    Parameters
    ----------
    tail : str
        The end of a sentence that begins with what the cell is and where.
    hint : str
        What to do about it.
    error : callable
        Which error to raise.
    """

    def __init__(self, tail: str, hint: str, error: Callable[[str, str], WinbackError] = UsageError) -> None:
        super().__init__(tail)
        self.tail, self.hint, self.error = tail, hint, error


def plain(cell: Any) -> Cell:
    """Return a cell in one of a few plain types, whatever the host hands over.

    Parameters
    ----------
    cell : Any
        A Python or numpy value, what COM or Office.js send for blanks, dates, currency and errors, or ``#N/A`` as text.

    Returns
    -------
    None, bool, int, float, str, datetime.date or CellError
        Times are cut off, and time zones are not converted: the day on the wall calendar counts.

    Raises
    ------
    UsageError
        No cell can hold such a value.

    Examples
    --------
    >>> plain(" a "), plain(""), plain({"type": "Error", "errorType": "NotAvailable"}), plain(-2146826246)
    ('a', None, CellError(text='#N/A'), CellError(text='#N/A'))
    """
    reader = _READERS.get(type(cell))
    return reader(cell) if reader is not None else _plain_other(cell)


def _plain_text(cell: str) -> Cell:
    text = cell.strip()
    return CellError(text) if text in ERROR_NUMBERS else text or None


def _plain_number(cell: float) -> Cell:
    return None if cell != cell else cell  # noqa: PLR0124 - NaN is the one number unequal to itself


def _plain_int(cell: int) -> Cell:
    if cell == _COM_MISSING:
        return None
    return CellError(_BY_COM_NUMBER[cell]) if cell in _BY_COM_NUMBER else cell


def _plain_day(cell: dt.date) -> dt.date:
    return dt.date(cell.year, cell.month, cell.day)


def _plain_typed(cell: Mapping[str, Any]) -> Cell:
    """Read a cell that Office.js sends with its type: an error, or a number with a format."""
    if cell.get("type") != "Error":
        return plain(cell.get("basicValue"))
    text = str(cell.get("basicValue") or _OFFICE_ERRORS.get(str(cell.get("errorType"))))
    return CellError(text if text in ERROR_NUMBERS else "#VALUE!")  # #CALC!, #SPILL! and newer ones


_READERS: dict[type, Callable[[Any], Cell]] = {
    type(None): lambda _: None,
    bool: lambda cell: cell,
    float: _plain_number,
    int: _plain_int,
    str: _plain_text,
    dt.date: lambda cell: cell,
    dt.datetime: _plain_day,
    dict: _plain_typed,
    CellError: lambda cell: cell,
}


def _plain_other(cell: Any) -> Cell:
    """Read what is not of a common type: numpy's and pandas' values, COM's times and currency, JavaScript's null."""
    if cell is pd.NaT or cell is pd.NA or type(cell).__name__ in {"JsNull", "JsUndefined"}:
        return None
    if isinstance(cell, np.datetime64):
        day = cell.astype("datetime64[D]").item()
        return day if isinstance(day, dt.date) else None
    if isinstance(cell, np.generic):
        return plain(cell.item())
    if isinstance(cell, Decimal):
        return plain(float(cell))
    for kind in (dt.date, str):
        if isinstance(cell, kind):  # pywintypes' time is a datetime; numpy's and pandas' str are str
            return _plain_day(cell) if isinstance(cell, dt.date) else _plain_text(str(cell))
    raise UsageError(
        f"A {type(cell).__name__} is nothing that a cell holds.", "Give a number, a text, a date or a range."
    )


def each(cells: Sequence[Any], read: Callable[[Cell], T], label: str, rows: Sequence[int] = ()) -> list[T]:
    """Read cells as the host hands them over, each different one once.

    Parameters
    ----------
    cells : sequence
        Anything that `plain` knows.
    read : callable
        Takes a plain cell, and raises `RefusedError` if it does not like it.
    label : str
        What the cells are, for the error.
    rows : sequence of int
        Row numbers for the error, one a cell; counted from 1 where none are given.

    Raises
    ------
    WinbackError
        For the first cell that is refused.
    """
    kinds = set(map(type, cells))
    if dict in kinds:  # cannot be looked up
        cells = [plain(cell) if type(cell) is dict else cell for cell in cells]
    apart = bool(kinds & {bool, np.bool_, dict})  # True == 1, but it is another cell
    keys: Sequence[Any] = [(type(cell), cell) for cell in cells] if apart else cells
    found: dict[Any, Any] = dict.fromkeys(keys)
    for key in found:
        try:
            found[key] = _read(plain(key[1] if apart else key), read)
        except RefusedError as refused:
            at = keys.index(key)
            where = f" in row {rows[at] if rows else at + 1}" if len(cells) > 1 else ""
            raise refused.error(f"The {label}{where} {refused.tail}", refused.hint) from None
    return list(map(found.__getitem__, keys))


def _read(cell: Cell, read: Callable[[Cell], T]) -> T:
    """Read one cell; an error value is passed on, as Excel's own formulas do."""
    if isinstance(cell, CellError):
        passed_on = partial(ErrorInCellError, excel_error=cell.text)
        raise RefusedError(f"holds the error {cell.text}.", "Fix that cell first.", passed_on)
    return read(cell)


def words(cells: Sequence[Any], label: str, rows: Sequence[int] = ()) -> list[str]:
    """Read texts; a number becomes the text that a cell shows of it (123.0 is "123"), a blank is "".

    >>> words([123.0, "00123", None, True], "customer id")
    ['123', '00123', '', 'TRUE']
    """
    return each(cells, _word, label, rows)


def ids(cells: Sequence[Any], label: str, rows: Sequence[int] = ()) -> list[str]:
    """Read ids like `words`, but refuse numbers so long that Excel has lost their last digits."""
    return each(cells, _id, label, rows)


def _id(cell: Cell) -> str:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= _EXACT:
        raise RefusedError("has more than 15 digits, so Excel has lost the last ones.", "Enter it as text.")
    return _word(cell)


def _word(cell: Cell) -> str:
    return "" if cell is None else shown(cell)


def yes_no(cells: Sequence[Any], label: str, rows: Sequence[int] = ()) -> list[str]:
    """Read Yes, No, TRUE, FALSE, 1 and 0; a blank is "".

    >>> yes_no(["y", 0.0, True, None], "knows why")
    ['Yes', 'No', 'Yes', '']
    """
    return each(cells, _yes_no, label, rows)


def _yes_no(cell: Cell) -> str:
    if cell is None:
        return ""
    answer = meant(shown(cell))
    if answer is not None:
        return "Yes" if answer else "No"
    raise RefusedError(f"is '{shown(cell):.40}', neither yes nor no.", "Give Yes, No, or leave it blank.")


def heading(cell: Any) -> str:
    """Return what a cell says as a heading: its text, "" where it holds something else."""
    found = plain(cell)
    return found if isinstance(found, str) else ""


def shown(cell: Cell) -> str:
    """Write a cell as people see it."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**63 else repr(cell)
    return str(cell)
