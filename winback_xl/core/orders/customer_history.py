"""Order ledger in, one row a customer out: the only step that sees every order.

Order days, not order lines, carry the rhythm: two orders on one day are one decision to buy. Everything is
done with sorted integer keys and counts, so a million rows cost a fraction of a second, and money is summed
in ten-thousandths, which is exact up to 9e11: the order of the rows cannot change a result.

A year is 365 days and ends with its last day: "12 months to the as-of date" are the days after
``as_of - 365`` up to and including ``as_of``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.orders import ledger as book
from winback_xl.core.orders.deliveries import late_orders
from winback_xl.core.orders.ledger import NEVER, YEAR, is_credit
from winback_xl.core.orders.order_days import OrderDays
from winback_xl.core.tally import tally

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from winback_xl.core.orders.ledger import Bools, Floats, Ints, Ledger
    from winback_xl.settings import Settings

_DAY = "datetime64[D]"


@dataclass(frozen=True, slots=True)
class Summary:
    """What `summarise` gives, as arrays of one length by name; ``attrs`` is about all customers.

    ``days`` are the order days that it was made of, up to the day number ``as_of``; None where it has none.
    """

    columns: dict[str, Any]
    attrs: dict[str, float]
    days: OrderDays | None = None
    as_of: int = 0

    def __getitem__(self, name: str) -> Any:
        """Return a column."""
        return self.columns[name]

    def frame(self) -> pd.DataFrame:
        """Return the columns as a frame."""
        out = pd.DataFrame(self.columns)
        out["customer_id"] = out["customer_id"].astype("str")
        out.attrs = dict[Any, Any](self.attrs)
        return out


__all__ = ["Summary", "gaps", "is_credit", "late_orders", "summarise", "summary", "summary_of_one"]


def summarise(ledger: Ledger, *, settings: Settings, incidents: pd.DataFrame | None = None) -> pd.DataFrame:
    """Summarise a ledger as it stood on its last day: one row a customer.

    Rows with a positive value, or with none, are orders; negative values and the kinds that say so are
    credits; a value of zero is neither (a sample), unless no row of the ledger has a value. Rows after
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
          ``gap_median`` (days, NaN below two order days), ``order_days_12m``, ``order_days_prior_12m``;
        - in the loyalty window: ``window_days`` (order days), ``window_first``, ``window_gap_cv`` (standard
          deviation over mean of the gaps, NaN below two gaps), ``periods_bought``, ``periods_open``;
        - money, NaN when no row has a value: ``revenue`` (orders and credits), ``revenue_12m``,
          ``revenue_prior_12m``, ``annual_revenue`` (the year to the last order with the credits since,
          at least 0), ``average_order``, ``credit_value`` (at most 0), ``margin_rate`` (share);
        - ``credits`` (documents), ``last_credit``, ``shipped_orders`` (with a promised and a shipped date),
          ``late_orders``, ``late_share``, ``last_late`` (promised day of the last one), ``rep`` (of the last order that names one);
        - ``failures`` (days with a material failure: a credit or an incident worth at least
          ``settings.material_failure_share`` of their own average order), ``failures_12m``,
          ``failures_survived`` (with ``settings.survival_order_days`` later order days), ``incidents_survived`` (those of
          them that are incidents, not only credits of the ledger), ``first_failure``.

        ``attrs["ledger_days"]`` is how many days the ledger covers, ``attrs["population_cadence"]`` and ``attrs["population_limit"]`` are the median and the
        ``settings.population_limit_quantile`` of all gaps between order days, in days, NaN without any.

    Examples
    --------
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
    return _summary(ledger, settings, incidents)


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
    >>> one = summary_of_one(["2026-01-01", "2026-01-11", None], pd.Timestamp("2026-01-31"), Settings())
    >>> one.frame()[["order_days", "days_since"]].values.tolist()
    [[2.0, 20.0]]
    """
    last = int(np.datetime64(as_of, "D").astype(np.int64))
    day = _day_numbers(order_dates)
    return _summary(book.of_one(day[day <= last], last), settings, None)


def gaps(order_dates: Iterable[object]) -> Ints:
    """Return the days between consecutive order days of one customer.

    >>> gaps(["2026-01-31", "2026-01-01", "2026-01-31", "2026-02-10"]).tolist()
    [30, 10]
    """
    days: Ints = np.diff(book.distinct(_day_numbers(order_dates)))
    return days


def _day_numbers(dates: Iterable[object]) -> Ints:
    """Return day numbers without blanks."""
    if not isinstance(dates, np.ndarray):
        dates = [date for date in dates if not pd.isna(date)]  # type: ignore[call-overload]  # any object will do
    day = np.asarray(dates, dtype="datetime64[s]").astype(_DAY).astype(np.int64)
    filled: Ints = day[day != NEVER]  # an empty text is a blank too
    return filled


def rhythm(days: OrderDays, as_of: int, settings: Settings) -> Summary:
    """Summarise when each customer bought, up to a day: the columns of `summarise` that need no money.

    Parameters
    ----------
    days : OrderDays
        None of them after ``as_of``.
    as_of : int
        Day number.
    settings : Settings
        Loyalty window, buying period, and the quantile of the population limit.
    """
    _, gap = days.gaps()
    columns: dict[str, Any] = {
        "order_days": days.count,
        "days_since": np.where(days.count > 0, as_of - days.last, np.nan),
        "gap_median": days.gap_medians(),
        **_window(days, as_of, settings),
    }
    points = [0.5, settings.population_limit_quantile]
    cadence, limit = np.quantile(gap, points) if gap.size else (np.nan, np.nan)
    return Summary(columns, {"population_cadence": float(cadence), "population_limit": float(limit)})


def _summary(ledger: Ledger, settings: Settings, incidents: pd.DataFrame | None) -> Summary:
    as_of, days = ledger.as_of, OrderDays.of(ledger)
    bought = rhythm(days, as_of, settings)
    columns: dict[str, Any] = {
        "customer_id": ledger.ids,
        "orders": ledger.orders(ledger.order),
        "first_order": _dates(days.first),
        "last_order": _dates(days.last),
        "order_days_12m": days.after(as_of - YEAR).count,
        "order_days_prior_12m": days.after(as_of - 2 * YEAR).count - days.after(as_of - YEAR).count,
        "last_gap": days.last_gaps(),
        **bought.columns,
    }
    money = _money(ledger, days.last)
    columns |= money
    columns |= _deliveries(ledger)
    columns |= _failures(ledger, days, money["average_order"], settings, incidents)
    columns["rep"] = _last_rep(ledger)
    first = days.day.min(initial=as_of)
    return Summary(columns, {**bought.attrs, "ledger_days": float(as_of - first + 1)}, days, as_of)


def _dates(day: Ints) -> NDArray[np.datetime64]:
    return day.astype(_DAY).astype("datetime64[s]")


def _window(days: OrderDays, as_of: int, settings: Settings) -> dict[str, object]:
    """Count the order days of the loyalty window, their gaps, and the periods bought in."""
    n = len(days.count)
    inside = days.after(as_of - settings.loyalty_window_days)
    customer, gap = inside.gaps()
    number = tally(customer, n)
    total = tally(customer, n, weights=gap)
    squares = tally(customer, n, weights=gap * gap)
    with np.errstate(invalid="ignore", divide="ignore"):
        cv = np.where(number >= 2, np.sqrt(number * squares - total**2) / total, np.nan)
    length = settings.period_days
    period = (inside.day - inside.first[inside.customer]) // length
    in_period, _ = book.distinct_pairs(inside.customer, period)
    until = np.minimum(as_of, inside.last + length)  # a period after the last order is still open
    bought = inside.count > 0
    return {
        "window_days": inside.count,
        "window_first": _dates(inside.first),
        "window_gap_cv": cv,
        "periods_bought": tally(in_period, n),
        "periods_open": np.where(bought, (until - inside.first) // length + 1, 0),
    }


def _money(ledger: Ledger, last: Ints) -> dict[str, Floats]:
    """Sum what was bought and credited; all NaN when the ledger has no values."""
    credit, either = ledger.credit, ledger.order | ledger.credit
    if not ledger.has_values:
        names = (
            "revenue",
            "revenue_12m",
            "revenue_prior_12m",
            "annual_revenue",
            "average_order",
            "credit_value",
        )
        unknown = np.full(len(ledger.ids), np.nan)
        return dict.fromkeys((*names, "margin_rate"), unknown)
    year, before = ledger.as_of - YEAR, ledger.as_of - 2 * YEAR
    valued = ledger.order & ~np.isnan(ledger.value)
    own_year = ledger.day > np.where(last == NEVER, ledger.as_of, last - YEAR)[ledger.customer]
    with np.errstate(invalid="ignore", divide="ignore"):
        average = ledger.total(valued) / ledger.orders(valued)
    return {
        "revenue": ledger.total(either),
        "revenue_12m": ledger.total(either & (ledger.day > year)),
        "revenue_prior_12m": ledger.total(either & (ledger.day > before) & (ledger.day <= year)),
        "annual_revenue": np.maximum(ledger.total(either & own_year), 0.0),
        "average_order": average,
        "credit_value": np.minimum(ledger.total(credit), 0.0),
        "margin_rate": ledger.margin_rate(),
    }


def _deliveries(ledger: Ledger) -> dict[str, object]:
    """Count the orders that left, and those that left after the promised day; date the last of these."""
    shipped = ledger.order & ledger.shipped
    tardy = shipped & (ledger.days_late > 0)
    count, late = ledger.orders(shipped), ledger.orders(tardy)
    last = np.full(len(ledger.ids), NEVER)
    np.maximum.at(last, ledger.customer[tardy], ledger.promised[tardy])
    with np.errstate(invalid="ignore", divide="ignore"):
        share = late / count
    return {"shipped_orders": count, "late_orders": late, "late_share": share, "last_late": _dates(last)}


def _failures(
    ledger: Ledger,
    days: OrderDays,
    average: Floats,
    settings: Settings,
    incidents: pd.DataFrame | None,
) -> dict[str, object]:
    """Find the days with a material failure, and those that the customer came back after."""
    n = len(ledger.ids)
    customer, day, value = ledger.credit_notes()
    floor = settings.material_failure_share * average
    with np.errstate(invalid="ignore"):
        bad = -value >= floor[customer]  # False where the value or their own average is not known
    pairs = [(customer[bad], day[bad])]
    reported, on_day = np.zeros((2, 0), dtype=np.int64)
    if incidents is not None and len(incidents):
        pairs.append(_material_incidents(ledger, incidents, floor))
        reported, on_day = book.distinct_pairs(*pairs[-1])
    came_back = days.later(reported, on_day) >= settings.survival_order_days
    failed, on = book.distinct_pairs(*(np.concatenate(part) for part in zip(*pairs, strict=True)))
    later = days.later(failed, on)
    first = np.full(n, np.iinfo(np.int64).max)
    np.minimum.at(first, failed, on)
    last_credit = np.full(n, NEVER)
    np.maximum.at(last_credit, customer, day)
    count = tally(failed, n)
    return {
        "credits": tally(customer, n),
        "last_credit": _dates(last_credit),
        "failures": count,
        "failures_12m": tally(failed[on > ledger.as_of - YEAR], n),
        "failures_survived": tally(failed[later >= settings.survival_order_days], n),
        "incidents_survived": tally(reported[came_back], n),
        "first_failure": _dates(np.where(count > 0, first, NEVER)),
    }


def _material_incidents(ledger: Ledger, incidents: pd.DataFrame, floor: Floats) -> tuple[Ints, Ints]:
    """Return customer and day of the incidents that are worth enough, or whose loss nobody knows.

    Where their own average order is not known, any loss above nothing is enough.
    """
    customer = ledger.ids.get_indexer(pd.Index(incidents["customer_id"])).astype(np.int64)
    day = book.days(incidents["date"])
    known = (customer >= 0) & (day != NEVER) & (day <= ledger.as_of)
    customer, day, loss = customer[known], day[known], book.numbers(incidents, "loss")[known]
    enough = np.where(np.isnan(floor), np.nextafter(0, 1), floor)[customer]
    with np.errstate(invalid="ignore"):
        material: Bools = np.isnan(loss) | (loss >= enough)
    return customer[material], day[material]


def _last_rep(ledger: Ledger) -> NDArray[np.object_]:
    """Name who sold the last order that names anyone; of two on one day, the later in the alphabet."""
    code, names = ledger.rep()
    named = ledger.order & (code >= 0)
    customer, day, code = ledger.customer[named], ledger.day[named], code[named]
    last = np.full(len(ledger.ids), NEVER)
    np.maximum.at(last, customer, day)
    latest = day == last[customer]
    best = np.full(len(ledger.ids), -1)
    np.maximum.at(best, customer[latest], code[latest])
    rep: NDArray[np.object_] = np.append(names, "")[best]
    return rep
