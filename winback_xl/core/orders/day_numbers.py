"""Days as numbers since 1970-01-01, as all arithmetic of an order ledger uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from winback_xl.core.tally import Ints

NEVER = int(np.iinfo(np.int64).min)
"""Day number of an unknown day: what NaT is as an integer."""

YEAR = 365
"""Days of a year, wherever the core says "12 months"."""

OWN_YEAR = 364
"""Days of a year that ends with an order: 52 weeks.

In 365 days up to an order that comes every 13, 26 or 52 weeks there are 5, 3 or 2 of them: a quarter, a half and a whole
more than in a year. In 52 weeks there are 4, 2 and 1.
"""


def days(column: pd.Series) -> Ints:
    """Return dates as day numbers; `NEVER` where they are blank."""
    dates = column if column.dtype.kind == "M" else pd.to_datetime(column)
    return dates.to_numpy().astype("datetime64[D]").astype(np.int64)


def days_of(dates: Iterable[object]) -> Ints:
    """Return day numbers without blanks."""
    if not isinstance(dates, np.ndarray):
        dates = [date for date in dates if not pd.isna(date)]  # type: ignore[call-overload]  # any object will do
    day = np.asarray(dates, dtype="datetime64[s]").astype("datetime64[D]").astype(np.int64)
    filled: Ints = day[day != NEVER]  # an empty text is a blank too
    return filled


def dates(day: Ints) -> NDArray[np.datetime64]:
    """Return day numbers as dates; NaT where they are `NEVER`."""
    return day.astype("datetime64[D]").astype("datetime64[s]")
