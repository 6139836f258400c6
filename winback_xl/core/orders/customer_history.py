"""Order ledger in, one row a customer out: the only step that sees every order.

Order days, not order lines, carry the rhythm: two orders on one day are one decision to buy. Everything is
done with sorted integer keys and counts, so a million rows cost a fraction of a second, and money is summed
in ten-thousandths, which is exact up to 9e11: the order of the rows cannot change a result.

A year is 365 days and ends with its last day: "12 months to the as-of date" are the days after
``as_of - 365`` up to and including ``as_of``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.orders import failures
from winback_xl.core.orders.day_numbers import NEVER, YEAR, dates, days_of
from winback_xl.core.orders.ledger import DELIVERIES, MONEY, Ledger
from winback_xl.core.orders.on_demand import OnDemand, together
from winback_xl.core.orders.order_days import OrderDays, Summary
from winback_xl.core.tally import distinct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from winback_xl.core.tally import Ints
    from winback_xl.settings import Settings

_YEARS = ("order_days_12m", "order_days_prior_12m")
_ONE, _NO_TABLE = pd.Index(["1"]), pd.DataFrame()


def summarise(ledger: Ledger, *, settings: Settings, incidents: pd.DataFrame | None = None) -> pd.DataFrame:
    """Summarise a ledger as it stood on its last day: one row a customer.

    Rows with a positive value, or with none, are orders; negative values and the kinds that say so are
    credits; a value of zero is neither (a sample), unless no row of the ledger has a value, and so is an order that was
    credited in full on its own day, with that credit (`taken_back`). Rows after
    ``as_of`` are left out, also what was shipped later. Lines with the same customer and order id are one order.

    Parameters
    ----------
    ledger : Ledger
        As `ledger.read` gives it; its last day is ``as_of``.
    settings : Settings
        Loyalty window, buying period, what makes a failure material, and when it was survived.
    incidents : DataFrame, optional
        Columns of ``columns.INCIDENTS``, with ``loss`` in money where it is known. An incident without a
        known loss counts as material; those of customers without a row in the ledger are left out.

    Returns
    -------
    DataFrame, sorted by ``customer_id``
        - ``orders``, ``order_days``, ``first_order``, ``last_order``, ``days_since`` (days, NaN without order),
          ``gap_median`` and ``gap_log_mean`` (days, and the mean of their logarithms; NaN below two order days), ``order_days_12m``, ``order_days_prior_12m``;
        - in the loyalty window: ``window_days`` (order days), ``window_first``, ``window_gap_cv`` (standard
          deviation over mean of the gaps, NaN below two gaps), ``periods_bought``, ``periods_open``;
        - money, NaN when no row has a value: ``revenue`` (orders and credits), ``revenue_12m``,
          ``revenue_prior_12m``, ``annual_revenue`` (the 52 weeks to the last order with the credits since,
          at least 0), ``average_order``, ``credit_value`` (at most 0), ``margin_rate`` (share);
        - ``credits`` (documents), ``last_credit``, ``shipped_orders`` (with a promised and a shipped date),
          ``late_orders``, ``late_share``, ``last_late`` (promised day of the last one), ``rep`` (of the last order that names one);
        - ``failures`` (days with a material failure: a credit or an incident worth at least
          ``settings.material_failure_share`` of their own average order), ``failures_12m``,
          ``failures_survived`` (with ``settings.survival_order_days`` later order days that were not returned), ``incidents_survived`` (those of
          them that are incidents, not only credits of the ledger), ``first_failure``.

        ``attrs["ledger_days"]`` is how many days the ledger covers, ``attrs["population_cadence"]`` and ``attrs["population_limit"]`` are the median and the
        ``settings.population_limit_quantile`` of all gaps between order days, in days, NaN without any.

    Examples
    --------
    >>> import pandas as pd
    >>> from winback_xl.core.orders.ledger import read
    >>> from winback_xl.settings import Settings
    >>> days = pd.to_datetime(["2026-01-01", "2026-01-31", "2026-01-31", "2026-03-02"])
    >>> orders = pd.DataFrame({"customer_id": "A", "order_date": days, "order_value": [10, 20, 30, -5]})
    >>> row = summarise(read(orders, pd.Timestamp("2026-03-31")), settings=Settings()).iloc[0]
    >>> int(row["order_days"]), float(row["gap_median"]), float(row["revenue"]), int(row["credits"])
    (2, 30.0, 55.0, 1)
    """
    return summary(ledger, settings=settings, incidents=incidents).frame()


def summary(ledger: Ledger, *, settings: Settings, incidents: pd.DataFrame | None = None) -> Summary:
    """Summarise a ledger as `summarise` does, and keep the order days: for what the next orders would change."""
    as_of, days = ledger.as_of, ledger.order_days
    bought = days.rhythm(as_of, settings)
    money = OnDemand(together(MONEY, ledger.money))
    two_years = together(_YEARS, lambda: _last_years(days, as_of))
    columns = {
        "customer_id": ledger.ids,
        "orders": lambda: ledger.orders(ledger.order),
        "first_order": lambda: dates(days.first),
        "last_order": lambda: dates(days.last),
        **two_years,
        "last_gap": days.last_gaps,
        **{name: partial(bought.columns.__getitem__, name) for name in bought.columns},
        **{name: partial(money.__getitem__, name) for name in MONEY},
        **together(DELIVERIES, ledger.deliveries),
        **together(
            failures.COLUMNS, lambda: failures.count(ledger, money["average_order"], settings, incidents)
        ),
        "rep": ledger.last_rep,
    }
    first = days.day.min(initial=as_of)
    about = {
        **{name: partial(bought.attrs.__getitem__, name) for name in bought.attrs},
        "ledger_days": float(as_of - first + 1),
    }
    return Summary(OnDemand(columns), OnDemand(about), days, as_of)


def _last_years(days: OrderDays, as_of: int) -> dict[str, Ints]:
    """Count the order days of the last year and of the year before."""
    last, two = days.after(as_of - YEAR).count, days.after(as_of - 2 * YEAR).count
    return dict(zip(_YEARS, (last, two - last), strict=True))


def summary_of_one(order_dates: Iterable[object], as_of: pd.Timestamp, settings: Settings) -> Summary:
    """Summarise one customer with only the order dates; always one row.

    The population of gaps is the customer's own, so with two order days their one gap is the cadence.
    Without a frame around the columns it is ten times as fast, and a formula asks for one customer a cell.

    Parameters
    ----------
    order_dates : iterable of dates
        In any order; blanks and days after ``as_of`` are left out.
    as_of : Timestamp
        The last day that counts.
    settings : Settings
        As for `summarise`.

    Returns
    -------
    Summary
        The columns of `summarise`; its ``frame()`` is the table.

    Examples
    --------
    >>> from winback_xl.settings import Settings
    >>> import pandas as pd
    >>> one = summary_of_one(["2026-01-01", "2026-01-11", None], pd.Timestamp("2026-01-31"), Settings())
    >>> one.frame()[["order_days", "days_since"]].values.tolist()
    [[2.0, 20.0]]
    """
    last = int(np.datetime64(as_of, "D").astype(np.int64))
    day = days_of(order_dates)
    return summary(_of_one(day[day <= last], last), settings=settings)


def gaps(order_dates: Iterable[object]) -> Ints:
    """Return the days between consecutive order days of one customer.

    >>> gaps(["2026-01-31", "2026-01-01", "2026-01-31", "2026-02-10"]).tolist()
    [30, 10]
    """
    days: Ints = np.diff(distinct(days_of(order_dates)))
    return days


def _of_one(day: Ints, as_of: int) -> Ledger:
    """Return the ledger of a single customer for whom only the days of the orders are known."""
    n = len(day)
    unknown, yes, no = np.full(n, np.nan), np.ones(n, dtype=bool), np.zeros(n, dtype=bool)
    zero = np.zeros(n, dtype=np.int64)
    return Ledger(
        ids=_ONE,
        as_of=as_of,
        customer=zero,
        day=day,
        document=np.arange(n),
        value=unknown,
        margin=unknown,
        order=yes,
        credit=no,
        shipped=no,
        promised=np.full(n, NEVER),
        days_late=zero,
        row=np.arange(n),
        reps=None,
        has_values=False,
        table=_NO_TABLE,
    )
