"""What people typed, as the formulas of the workbook count it: words where a number or a day belongs are blank."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from winback_xl.schema.columns import CAMPAIGN, NUMERIC
from winback_xl.serial_days import DAY_0

_DAY_0 = pd.Timestamp(DAY_0)


def numbers(column: pd.Series) -> pd.Series:
    """Return what Excel's N makes of cells: a day is its serial number, and digits typed as text are text.

    Parameters
    ----------
    column : Series
        Anything.

    Returns
    -------
    Series of float64
        NaN where no number stands.

    Examples
    --------
    >>> numbers(pd.Series([12.5, "12.5", None, True, pd.Timestamp("2026-11-20 12:00")], dtype=object)).tolist()
    [12.5, nan, nan, 1.0, 46346.5]
    """
    if column.dtype.kind == "M":
        return ((column - _DAY_0) / pd.Timedelta(days=1)).astype("float64")
    if not pd.api.types.is_numeric_dtype(column):
        column = pd.to_numeric(column.astype(object).map(_n), errors="coerce")
    return column.astype("float64")


def as_number(value: object) -> float:
    """Return what Excel's N makes of one cell, NaN where it is neither a number nor a day.

    >>> as_number(dt.date(2026, 11, 20)), as_number("12.5")
    (46346.0, nan)
    """
    try:
        return float(_n(value))
    except (TypeError, ValueError):
        return np.nan


def _n(value: Any) -> Any:
    if isinstance(value, (dt.date, np.datetime64)):
        return (pd.Timestamp(value) - _DAY_0) / pd.Timedelta(days=1)
    return np.nan if isinstance(value, str) else value


def days(column: pd.Series) -> pd.Series:
    """Return dates, NaT where none stands: whatever a text looks like, 03/04/2026 is not a day to guess.

    >>> days(pd.Series(["2026-11-20", pd.Timestamp("2026-11-20"), 46_346.0], dtype=object)).isna().tolist()
    [True, False, True]
    """
    if column.dtype.kind != "M":
        is_day = np.array([isinstance(value, (dt.date, np.datetime64)) for value in column], dtype=bool)
        column = column.astype(object).where(is_day, None)
    return pd.to_datetime(column, errors="coerce")


def folded(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return a column as text without case and spaces around it, "" for a blank: ready to be compared.

    >>> folded(pd.DataFrame({"stage": ["Let go ", None]}), "stage").tolist()
    ['let go', '']
    """
    return frame[name].fillna("").astype(str).str.strip().str.casefold()


def understood(campaign: pd.DataFrame) -> pd.DataFrame:
    """Return the campaign with numbers and days only where people should type such; the rest of it as it is.

    Parameters
    ----------
    campaign : DataFrame
        Any of the columns of `winback_xl.schema.columns.CAMPAIGN_ROWS`, and others.

    Returns
    -------
    DataFrame
        A copy with the same rows and columns.
    """
    read = {"date": days, **dict.fromkeys(NUMERIC, numbers)}
    typed = [c for c in CAMPAIGN.of_role("human") if c.kind in read and c.name in campaign]
    return campaign.assign(**{c.name: read[c.kind](campaign[c.name]) for c in typed})
