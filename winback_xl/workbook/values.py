"""What may stand in a cell: columns of any type become numbers, texts or a mixture, and nothing Excel chokes on.

Text never turns into a formula, a link or a number here or later; control characters and lone surrogates become
U+FFFD; text beyond Excel's limit is cut with a mark; what is not a number is blank.
"""

from __future__ import annotations

import datetime as dt
import math
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.cell_text import clean, cleaned
from winback_xl.serial_days import DAY_0, FIRST_DAY, LAST_DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from winback_xl.schema.columns import Kind

Plain = str | float | bool | None
"""One cell: text, number, truth value or blank."""

_EPOCH = np.datetime64(DAY_0, "D")
_NUMERIC = {"integer", "floating", "mixed-integer-float", "integer-na"}


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers and dates (as serial numbers); NaN is a blank cell."""

    floats: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of texts: a position in ``texts`` for each row, -1 for a blank cell."""

    codes: NDArray[np.int32]
    texts: list[str]


@dataclass(frozen=True, slots=True)
class Mixed:
    """A column whose cells differ in type."""

    plains: list[Plain]


Cells = Numbers | Texts | Mixed


def needs_quote(text: str) -> bool:
    """Return whether Excel would take the text for a formula once somebody edits the cell.

    >>> needs_quote("=SUM(A1)"), needs_quote("@home"), needs_quote("a=b")
    (True, True, False)
    """
    return text.startswith(("=", "+", "-", "@"))


def plain(value: Any, kind: Kind = "text") -> Plain:
    """Return what one cell holds: dates as serial numbers, nothing for NaN, infinity and "".

    >>> plain(dt.date(2026, 11, 22)), plain(float("inf")), plain(7, "id"), plain(True, "yesno")
    (46348.0, None, '7', 'Yes')
    """
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, str):
        return clean(value) or None
    if isinstance(value, (bool, np.bool)):
        return ("No", "Yes")[bool(value)] if kind == "yesno" else bool(value)
    if isinstance(value, (dt.date, np.datetime64)):
        return _serial_or_text(value)
    return _number_or_text(value, kind)


_SEEN: ContextVar[dict[tuple[int, Kind], tuple[Any, Cells]] | None] = ContextVar("_SEEN", default=None)


@contextmanager
def normalised_once() -> Iterator[None]:
    """Keep what `normalise` gives for each column until the end of the block, in which no column may change."""
    token = _SEEN.set({})
    try:
        yield
    finally:
        _SEEN.reset(token)


def normalise(values: Any, kind: Kind) -> Cells:
    """Return a column of any type in the form that renderers write.

    Parameters
    ----------
    values : ndarray or Series, shape (n_rows,)
        Numbers, dates, truth values, texts, categories or a mixture.
    kind : Kind
        What they are: ids stay text, truth values become Yes and No where that is asked.

    Examples
    --------
    >>> normalise(np.array([1.5, np.inf]), "money").floats.tolist()
    [1.5, nan]
    >>> normalise(pd.Series(["b", "", None, "b"]), "text").texts
    ['b']
    """
    seen = _SEEN.get()
    if seen is None:
        return _normalised(values, kind)
    key = (id(values), kind)
    if key not in seen:
        seen[key] = values, _normalised(values, kind)  # the column is kept, so that no other gets its id
    return seen[key][1]


def _normalised(values: Any, kind: Kind) -> Cells:
    if isinstance(values, pd.Series):
        series = values
    else:  # asked for objects, pandas does not convert texts into another kind of text first
        series = pd.Series(values, dtype=object if values.dtype.kind in "OU" else None)
    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _texts(np.asarray(series.cat.codes), series.cat.categories.tolist(), kind)
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return _dates(series)
    held = pd.api.types.infer_dtype(series, skipna=True)
    if held in _NUMERIC and kind != "id":
        return _numbers(series.to_numpy(np.float64, na_value=np.nan))
    if held in {"string", "empty"}:
        codes, uniques = pd.factorize(series)
        return _texts(codes, uniques.tolist(), kind)
    return Mixed([plain(value, kind) for value in series.tolist()])


def plain_list(cells: Cells) -> list[Plain]:
    """Return a column cell by cell.

    >>> plain_list(normalise(np.array([1.5, np.nan]), "money"))
    [1.5, None]
    """
    if isinstance(cells, Numbers):
        return [None if math.isnan(value) else value for value in cells.floats.tolist()]
    if isinstance(cells, Texts):
        return [cells.texts[code] if code >= 0 else None for code in cells.codes.tolist()]
    return cells.plains


def _numbers(values: NDArray[np.float64]) -> Numbers:
    known = np.isfinite(values)
    return Numbers(values if known.all() else np.where(known, values, np.nan))


def _dates(series: pd.Series[Any]) -> Numbers | Mixed:
    if getattr(series.dt, "tz", None) is not None:
        series = series.dt.tz_localize(None)
    moments = series.to_numpy()
    days = (moments - _EPOCH) / np.timedelta64(1, "D")
    if np.nanmin(days, initial=np.inf) < FIRST_DAY:
        return Mixed([plain(value, "date") for value in moments])
    return Numbers(np.asarray(days, np.float64))


def _texts(codes: NDArray[Any], uniques: list[Any], kind: Kind) -> Cells:
    """Clean each text once, and leave out the blank ones."""
    if set(map(type, uniques)) <= {str}:
        uniques = list(cleaned(uniques))
        if "" not in uniques:
            return Texts(np.asarray(codes, np.int32), uniques)
    found = [(clean(value) or None) if type(value) is str else plain(value, kind) for value in uniques]
    only = [value for value in found if isinstance(value, str)]
    if len(only) == len(found):
        return Texts(np.asarray(codes, np.int32), only)
    if not all(isinstance(value, str) or value is None for value in found):
        return Mixed([found[code] if code >= 0 else None for code in codes])
    new_codes = np.full(len(found) + 1, -1, np.int32)  # the last one is for the code -1
    texts: list[str] = []
    for old, text in enumerate(found):
        if isinstance(text, str):
            new_codes[old] = len(texts)
            texts.append(text)
    return Texts(new_codes[codes], texts)


def _number_or_text(value: Any, kind: Kind) -> float | str | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return clean(str(value)) or None
    if kind == "id" and number.is_integer():
        return f"{number:.0f}"
    return number if math.isfinite(number) else None


def _serial_or_text(value: dt.date | np.datetime64) -> float | str | None:
    """Return a date as Excel counts it, or in ISO form where Excel's calendar ends."""
    moment = pd.Timestamp(value)
    if pd.isna(moment):
        return None
    if moment.tzinfo is not None:
        moment = moment.tz_localize(None)
    days = (moment - pd.Timestamp(_EPOCH)) / pd.Timedelta(1, "D")
    if FIRST_DAY <= days < LAST_DAY + 1:
        return float(days)
    return moment.date().isoformat()
