"""Which next orders would make a customer a habitual buyer: tried on the ledger, not derived from a formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from winback_xl.core.orders.order_days import OrderDays
from winback_xl.core.segments import behaviour as behaviours

if TYPE_CHECKING:
    from winback_xl.core.tally import Bools, Floats, Ints
    from winback_xl.settings import Settings

_PACES = (7, 14, 30, 61, 91)  # days: a week, two weeks, a month, two months, a quarter
_UP_TO = (10, 21, 45, 75)  # a usual gap up to so many days asks for that pace
_MONTH = 30
_COUNTS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 21, 24)


class NextOrders(NamedTuple):
    """For each customer, shape (n,): how many more order days at which pace; 0 where no such orders would do."""

    orders: Ints
    every: Ints


def needed(
    days: OrderDays, as_of: int, rows: Ints, gap_median: Floats, wallet: Floats, settings: Settings
) -> NextOrders:
    """Find the fewest next orders, at the customer's own pace, after which the behaviour is a habit.

    The orders are put into the ledger and the behaviour is scored on the day of the last of them, as `behaviour.of`
    does it: the loyalty window moves on, old orders drop out of it, and new periods open. An answer counts only where
    it holds both if the first order comes tomorrow and if it comes one pace from now. Where their own pace reaches no
    habit within two years, one order a month is tried.

    Parameters
    ----------
    days : OrderDays
        Of all customers, none after ``as_of``.
    as_of : int
        Day number.
    rows : ndarray of int, shape (m,)
        Customers to return, as positions in ``days``.
    gap_median, wallet : ndarray of float, shape (m,)
        Usual gap in days, and share of wallet; NaN where unknown.
    settings : Settings
        The group "Loyalty".
    """
    every = np.asarray(_PACES)[np.searchsorted(_UP_TO, np.nan_to_num(gap_median, nan=_PACES[-1]))]
    count = np.zeros(len(rows), dtype=np.int64)
    for monthly in (False, True):
        open_ = np.flatnonzero(count == 0)
        if monthly:
            every[open_] = _MONTH
        for more in _COUNTS:
            if not len(open_):
                break
            pace = every[open_]
            done = _habit(days, as_of, rows[open_], pace, more, 1, wallet[open_], settings)
            done[done] = _habit(
                days, as_of, rows[open_[done]], pace[done], more, pace[done], wallet[open_[done]], settings
            )
            if more == 1:  # one order may come on any day up to the pace: the middle is tried too
                late = np.maximum(pace[done] // 2, 1)
                done[done] = _habit(
                    days, as_of, rows[open_[done]], pace[done], more, late, wallet[open_[done]], settings
                )
            count[open_[done]] = more
            open_ = open_[~done]
            within = more * every[open_] <= settings.loyalty_window_days
            open_ = open_[within]
    return NextOrders(count, np.where(count > 0, every, 0))


def _habit(
    days: OrderDays,
    as_of: int,
    rows: Ints,
    pace: Ints,
    more: int,
    first: Ints | int,
    wallet: Floats,
    settings: Settings,
) -> Bools:
    """Return who is a habitual buyer on the day of the last of ``more`` orders, the first ``first`` days from now."""
    n = len(rows)
    if n == 0:
        return np.zeros(0, dtype=np.bool_)
    first = np.broadcast_to(np.asarray(first, dtype=np.int64), n)
    end = as_of + first + (more - 1) * pace
    customer, day = _of(days, rows)
    recent = day > end[customer] - settings.loyalty_window_days
    customer, day = customer[recent], day[recent] - end[customer[recent]]  # the last order falls on day 0
    ahead = np.arange(more)
    customer = np.concatenate([customer, np.repeat(np.arange(n, dtype=np.int64), more)])
    day = np.concatenate([day, (-(more - 1 - ahead) * pace[:, np.newaxis]).ravel()])
    known = OrderDays.of_pairs(customer, day, n).rhythm(0, settings)
    score = behaviours.of(known, wallet, settings).score
    enough = np.asarray(known["window_days"]) >= settings.loyalty_min_order_days
    return np.asarray(enough & (score >= settings.behaviour_threshold), dtype=np.bool_)


def _of(days: OrderDays, rows: Ints) -> tuple[Ints, Ints]:
    """Return the order days of some customers, numbered by their place in ``rows``."""
    count = days.count[rows]
    start = (np.cumsum(days.count) - days.count)[rows]
    times = count.astype(np.intp)  # Pyodide's width
    customer = np.repeat(np.arange(len(rows), dtype=np.int64), times)
    inside = np.arange(len(customer)) - np.repeat(np.cumsum(count) - count, times)
    return customer, days.day[np.repeat(start, times) + inside]
