"""A DataFrame as a `Grid`, so that tables in memory go through the same checks as files."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from winback_xl.readers.grid import Cell, Grid, RawColumn, all_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

NAME = "DataFrame"
"""What stands for the file name in messages; rows are then named by their position, from 0 as in ``iloc``."""

_EXACT = 2**53  # larger whole numbers do not survive as floats
_KINDS: dict[type, Cell] = {
    str: Cell.TEXT, bool: Cell.BOOL, np.bool_: Cell.BOOL, int: Cell.NUMBER, float: Cell.NUMBER, Decimal: Cell.NUMBER,
    dt.date: Cell.DATE, dt.datetime: Cell.DATE, pd.Timestamp: Cell.DATE, np.datetime64: Cell.DATE,
    type(None): Cell.BLANK, type(pd.NA): Cell.BLANK, type(pd.NaT): Cell.BLANK,
}  # fmt: skip


def to_grid(frame: pd.DataFrame, name: str = NAME) -> Grid:
    """Return a DataFrame as a grid of raw cells.

    Parameters
    ----------
    frame : DataFrame
        Any dtypes. A named index becomes columns, as after ``groupby``.
    name : str
        What messages call it.

    Returns
    -------
    Grid
        One column for each of the frame; rows are named by position, from 0.

    Examples
    --------
    >>> grid = to_grid(pd.DataFrame({"Customer": ["A", None], "Amount": [1.5, 2.0]}))
    >>> grid.headings, grid.rows, grid.cell(1)
    (['Customer', 'Amount'], 2, 'row 1')
    """
    if any(level is not None for level in frame.index.names):
        frame = frame.reset_index()
    columns = tuple(_column(at, str(heading), frame.iloc[:, at]) for at, heading in enumerate(frame.columns))
    return Grid(name, "", columns, first_row=0, header_row=0, rows=len(frame), place="row")


def column(at: int, heading: str, cells: Sequence[Any]) -> RawColumn:
    """Return cells of any types as a column.

    Parameters
    ----------
    at : int
        Position of the column, counted from 0.
    heading : str
        What stands above it.
    cells : sequence
        Python and numpy values; None is a blank.

    Examples
    --------
    >>> column(0, "Amount", [1.5, None]).kinds.tolist()
    [1, 0]
    """
    types = set(map(type, cells))
    if float in types and types <= {float, type(None)}:
        return _numbers(at, heading, np.array(cells, np.float64), Cell.NUMBER)
    if types == {str}:
        return RawColumn(at, heading, all_of(Cell.TEXT, len(cells)), texts=_strings(list(cells)))
    values = np.empty(len(cells), dtype=object)
    values[:] = cells
    return _objects(at, heading, values)


def _column(at: int, heading: str, series: pd.Series) -> RawColumn:
    series = _without_zone(series)
    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _categories(at, heading, series)
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return _dates(at, heading, series.to_numpy("datetime64[ms]"))
    if pd.api.types.is_integer_dtype(dtype) and len(series) and series.abs().max() >= _EXACT:
        texts = series.astype(object).map(str, na_action="ignore")
        return _texts(at, heading, pa.array(texts, pa.string(), from_pandas=True))
    if pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_complex_dtype(dtype):
        kind = Cell.BOOL if pd.api.types.is_bool_dtype(dtype) else Cell.NUMBER
        return _numbers(at, heading, series.to_numpy(np.float64, na_value=np.nan), kind)
    if isinstance(dtype, pd.StringDtype):
        return _texts(at, heading, pa.array(series, pa.string(), from_pandas=True))
    return _objects(at, heading, series.to_numpy(object))


def _without_zone(series: pd.Series) -> pd.Series:
    """Return times as the clock on the wall shows them (as for text with a time zone), periods by their first day."""
    if isinstance(series.dtype, pd.DatetimeTZDtype):
        wall_clock: pd.Series = series.dt.tz_localize(None)
        return wall_clock
    if isinstance(series.dtype, pd.PeriodDtype):
        first_day: pd.Series = series.dt.to_timestamp()
        return first_day
    return series


def _kinds(blank: NDArray[np.bool_], kind: Cell) -> NDArray[np.uint8]:
    return np.where(blank, np.uint8(Cell.BLANK), np.uint8(kind)) if blank.any() else all_of(kind, len(blank))


def _dates(at: int, heading: str, dates: NDArray[np.datetime64]) -> RawColumn:
    return RawColumn(at, heading, _kinds(np.isnat(dates), Cell.DATE), dates=dates)


def _numbers(at: int, heading: str, numbers: NDArray[np.float64], kind: Cell) -> RawColumn:
    if np.isinf(numbers).any():
        return _objects(at, heading, numbers.astype(object))
    return RawColumn(at, heading, _kinds(np.isnan(numbers), kind), numbers=numbers)


def _texts(at: int, heading: str, texts: pa.Array) -> RawColumn:
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    blank = texts.is_null().to_numpy(zero_copy_only=False)
    return RawColumn(at, heading, _kinds(blank, Cell.TEXT), texts=texts)


def _categories(at: int, heading: str, series: pd.Series) -> RawColumn:
    categories = series.cat.categories
    if not all(isinstance(word, str) for word in categories):
        return _column(at, heading, series.astype(categories.dtype))
    codes = series.cat.codes.to_numpy(np.int32)
    words = _strings(categories.tolist())
    texts = pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), words)
    return RawColumn(at, heading, _kinds(codes < 0, Cell.TEXT), texts=texts)


def _objects(at: int, heading: str, values: NDArray[np.object_]) -> RawColumn:
    """Look at each value's own type, as in a sheet where a column mixes them."""
    types = list(map(type, values))
    if set(types) == {str}:
        return RawColumn(at, heading, all_of(Cell.TEXT, len(values)), texts=_strings(values.tolist()))
    kind_of = {each: _kind(each) for each in set(types)}
    kinds = np.array([kind_of[each] for each in types], np.uint8)
    numeric = np.isin(kinds, (Cell.NUMBER, Cell.BOOL))
    numbers = np.full(len(values), np.nan)
    numbers[numeric] = [float(value) for value in values[numeric]]
    kinds[numeric & np.isnan(numbers)] = Cell.BLANK
    kinds[np.isinf(numbers)] = Cell.ERROR
    dated = kinds == Cell.DATE
    dates = np.full(len(values), np.datetime64("NaT", "ms"))
    days = values[dated].tolist()  # few, each many times
    moment = {value: _moment(value) for value in set(days)}
    dates[dated] = [moment[value] for value in days]
    kinds[dated & np.isnat(dates)] = Cell.BLANK
    numbers[kinds == Cell.ERROR] = np.nan
    worded = np.isin(kinds, (Cell.TEXT, Cell.ERROR))
    texts = _strings([str(value) if there else None for value, there in zip(values, worded, strict=True)])
    return RawColumn(
        at, heading, kinds,
        numbers=numbers if numeric.any() else None,
        dates=dates if dated.any() else None,
        texts=texts if worded.any() else None,
    )  # fmt: skip


def _strings(texts: list[str | None]) -> pa.StringArray:
    """Return texts as a column; half of a surrogate pair, which is not a character, becomes U+FFFD."""
    try:
        return pa.array(texts, pa.string())
    except UnicodeEncodeError:
        whole = (
            text and text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
            for text in texts
        )
        return pa.array(list(whole), pa.string())


def _kind(each: type) -> Cell:
    if each in _KINDS:
        return _KINDS[each]
    if issubclass(each, (np.integer, np.floating)):
        return Cell.NUMBER
    return Cell.TEXT


def _moment(value: Any) -> np.datetime64:
    """Return a date or time as numpy's, with the wall-clock time where it has a time zone."""
    moment = value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value
    return np.datetime64(moment, "ms")
