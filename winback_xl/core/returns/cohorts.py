"""Cohorts: of the customers who came in a quarter, how many ordered again in each quarter since."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.tally import tally

if TYPE_CHECKING:
    from winback_xl.core.orders.order_days import OrderDays

QUARTERS = 12
"""Cohorts shown, and quarters that each is followed."""

_NUMBER = [f"q{k}" for k in range(1, QUARTERS + 1)]
COLUMNS = ("quarter", "new", *_NUMBER)


def build(days: OrderDays, as_of: int) -> pd.DataFrame:
    """Return the cohort triangle.

    Parameters
    ----------
    days : OrderDays
        All order days up to ``as_of``.
    as_of : int
        Day number of today.

    Returns
    -------
    DataFrame
        `COLUMNS`: ``quarter`` (such as "2025 Q1"), ``new`` (customers whose first order was in it) and ``q1`` to ``q12``, the share
        of them that ordered in the first to the twelfth quarter after it; NaN for quarters that are not over. Oldest first, at most
        the last `QUARTERS`. The first quarter of the ledger is left out: whoever bought before it counts as new there.

    Examples
    --------
    >>> from winback_xl.core.orders.order_days import OrderDays
    >>> day = np.array(["2025-01-05", "2025-05-01", "2025-06-01", "2025-08-01"], dtype="datetime64[D]").astype(np.int64)
    >>> days = OrderDays.of_pairs(np.array([0, 1, 2, 1]), day, 3)
    >>> build(days, int(np.datetime64("2025-12-31").astype(np.int64)))[["quarter", "new", "q1", "q2"]].values.tolist()
    [['2025 Q2', 2.0, 0.5, 0.0]]
    """
    if not days.day.size:
        return pd.DataFrame(columns=list(COLUMNS))
    quarter = _quarters(days.day)
    came = np.full(len(days.count), -1)
    bought = days.count > 0
    came[bought] = _quarters(days.first[bought])
    over = int(_quarters(np.array([as_of + 1]))[0]) - 1  # the last quarter that has ended
    begun = int(quarter.min())
    shown = range(max(begun + 1, over - QUARTERS + 1), over + 1)
    new = np.append(
        True, (np.diff(days.customer) != 0) | (np.diff(quarter) != 0)
    )  # one row a customer and quarter
    first, since = came[days.customer[new]], quarter[new] - came[days.customer[new]]
    wide = QUARTERS + 1
    inside = (first >= shown.start) & (first < shown.stop) & (since < wide)
    found = tally((first[inside] - shown.start) * wide + since[inside], len(shown) * wide).reshape(-1, wide)
    rows = []
    for place, start in enumerate(shown):
        size = float(found[place, 0])
        if not size:
            continue
        shares = [found[place, k] / size if start + k <= over else np.nan for k in range(1, wide)]
        rows.append((f"{1970 + start // 4} Q{start % 4 + 1}", size, *shares))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _quarters(day: np.ndarray) -> np.ndarray:
    """Return the quarter of each day, counted from 1970."""
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) // 3
