"""Order days of all customers: the distinct calendar days with an order, and the gaps between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from winback_xl.core.orders.day_numbers import NEVER, dates
from winback_xl.core.orders.on_demand import OnDemand, together
from winback_xl.core.tally import distinct_pairs, tally

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from winback_xl.core.tally import Floats, Ints
    from winback_xl.settings import Settings


_POPULATION = ("population_cadence", "population_limit")


@dataclass(frozen=True, slots=True)
class OrderDays:
    """All order days, by customer and then by day.

    Parameters
    ----------
    customer, day : ndarray of int, shape (n_order_days,)
        Whose, and the day number; both sorted.
    count, first, last : ndarray of int, shape (n_customers,)
        Per customer: how many order days, the first and the last one (`NEVER` without any).
    """

    customer: Ints
    day: Ints
    count: Ints
    first: Ints
    last: Ints

    @classmethod
    def of_pairs(cls, customer: Ints, day: Ints, n: int) -> Self:
        """Collect the order days of ``n`` customers from pairs in any order, some of them twice."""
        return cls._of(*distinct_pairs(customer, day), n)

    @classmethod
    def _of(cls, customer: Ints, day: Ints, n: int) -> Self:
        count = tally(customer, n)
        end = np.cumsum(count)
        bought = count > 0
        first, last = np.full(n, NEVER), np.full(n, NEVER)
        first[bought], last[bought] = day[(end - count)[bought]], day[end[bought] - 1]
        return cls(customer, day, count, first, last)

    def after(self, day: int) -> Self:
        """Keep the days after this one."""
        keep = self.day > day
        return self._of(self.customer[keep], self.day[keep], len(self.count))

    def until(self, day: int) -> Self:
        """Keep the days up to and including this one."""
        keep = self.day <= day
        return self._of(self.customer[keep], self.day[keep], len(self.count))

    def of_every(self, step: int) -> Self:
        """Keep every so-manieth customer, numbered from 0 again."""
        keep = self.customer % step == 0
        return self._of(self.customer[keep] // step, self.day[keep], -(-len(self.count) // step))

    def next_after(self, day: Ints | int) -> Ints:
        """Return the first order day of each customer after a day, one for all or one each; `NEVER` without any."""
        after = self.day > np.broadcast_to(np.asarray(day, dtype=np.int64), self.count.shape)[self.customer]
        customer, found = self.customer[after], self.day[after]
        first = np.append(True, customer[1:] != customer[:-1]) if customer.size else np.zeros(0, dtype=bool)
        out = np.full(len(self.count), NEVER)
        out[customer[first]] = found[first]
        return out

    def gaps(self) -> tuple[Ints, Ints]:
        """Return customers and lengths of all gaps between consecutive order days, by customer."""
        same = self.customer[1:] == self.customer[:-1]
        return self.customer[1:][same], np.diff(self.day)[same]

    def last_gaps(self) -> Floats:
        """Return the days between the last two order days of each customer; NaN below two order days."""
        customer, gap = self.gaps()
        out = np.full(len(self.count), np.nan)
        out[customer] = gap  # sorted by day: the last one stays
        return out

    def gap_medians(self) -> Floats:
        """Return the median gap of each customer, in days; NaN below two order days."""
        customer, gap = self.gaps()
        out = np.full(len(self.count), np.nan)
        if not gap.size:
            return out
        count = np.maximum(self.count - 1, 0)
        start = np.cumsum(count) - count
        span = int(gap.max()) + 1
        ranked = np.sort(customer * span + gap) - customer * span  # gaps sorted inside each customer's place
        full = count > 0
        low = ranked[(start + (count - 1) // 2)[full]]
        high = ranked[(start + count // 2)[full]]
        out[full] = (low + high) / 2
        return out

    def gap_log_means(self) -> Floats:
        """Return the mean of the logarithms of each customer's gaps, in days; NaN below two order days."""
        customer, gap = self.gaps()
        total = tally(customer, len(self.count), weights=np.log(gap))
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = total / (self.count - 1.0)
        return np.where(self.count > 1, mean, np.nan)

    def later(self, customer: Ints, day: Ints) -> Ints:
        """Count the order days of these customers after these days."""
        if not self.day.size:
            return np.zeros(len(customer), dtype=np.int64)
        low = min(int(self.day.min()), int(day.min(initial=self.day[0])))
        span = max(int(self.day.max()), int(day.max(initial=self.day[0]))) - low + 1
        keys = self.customer * span + self.day - low
        found = np.searchsorted(keys, customer * span + day - low, side="right")
        return np.cumsum(self.count)[customer] - found

    def rhythm(
        self,
        as_of: int,
        settings: Settings,
        gaps: SortedGaps | None = None,
        population: Mapping[str, float] | None = None,
    ) -> Summary:
        """Summarise when each customer bought, up to a day: how long ago, how often, and what of it in the loyalty window.

        Parameters
        ----------
        as_of : int
            Day number, none of the order days is after it.
        settings : Settings
            Loyalty window, buying period, and the quantile of the population limit.
        gaps : SortedGaps, optional
            The gaps of a longer list of order days, of which these are the first: sorted once for many days.
        population : mapping of str to float, optional
            The two ``attrs`` of a later summary, or of one of more customers, in place of those of these order days.

        Returns
        -------
        Summary
            The columns of `customer_history.summarise` that need no money.
        """
        inside = self.after(as_of - settings.loyalty_window_days)
        length = settings.period_days
        columns = OnDemand(
            {
                "order_days": self.count,
                "days_since": lambda: np.where(self.count > 0, as_of - self.last, np.nan),
                "gap_median": lambda: self.gap_medians() if gaps is None else gaps.medians(self.count, as_of),
                "gap_log_mean": self.gap_log_means,
                "window_days": inside.count,
                "window_first": lambda: dates(inside.first),
                "window_gap_cv": inside.gap_spread,
                "periods_bought": lambda: inside.periods_bought(length),
                "periods_open": lambda: inside.periods_open(length, as_of),
            }
        )
        if population is not None:
            return Summary(columns, {name: population[name] for name in _POPULATION})
        points = [0.5, settings.population_limit_quantile]
        return Summary(columns, OnDemand(together(_POPULATION, lambda: self._population(points))))

    def _population(self, points: Sequence[float]) -> dict[str, float]:
        """Return quantiles of all gaps, under the names of the typical gap and the limit."""
        gap = self.gaps()[1]
        found = np.quantile(gap, points).tolist() if gap.size else [np.nan, np.nan]
        return dict(zip(_POPULATION, found, strict=True))

    def periods_open(self, length: int, as_of: int) -> Ints:
        """Count the periods of so many days from the first order day of each customer to a day, none without order days."""
        until = np.minimum(as_of, self.last + length)  # a period after the last order is still open
        return np.where(self.count > 0, (until - self.first) // length + 1, 0)

    def gap_spread(self) -> Floats:
        """Return the standard deviation of each customer's gaps over their mean; NaN below two gaps."""
        number = self.count - 1.0
        total = np.where(self.count > 0, self.last - self.first, 0).astype(np.float64)
        between = np.diff(self.day) * (self.customer[1:] == self.customer[:-1])
        squares = np.concatenate([[0], np.cumsum(between * between)])
        end = np.cumsum(self.count)
        own = squares[np.maximum(end - 1, 0)] - squares[np.minimum(end - self.count, len(squares) - 1)]
        with np.errstate(invalid="ignore", divide="ignore"):
            spread = np.sqrt(number * own - total**2) / total
        return np.where(number >= 2, spread, np.nan)

    def periods_bought(self, length: int) -> Ints:
        """Count the periods of so many days, from the first order day on, in which each customer bought."""
        period = (self.day - self.first[self.customer]) // length
        new = np.append(True, (np.diff(self.customer) != 0) | (np.diff(period) != 0))[: len(period)]
        found = np.concatenate([[0], np.cumsum(new)])
        end = np.cumsum(self.count)
        bought: Ints = found[end] - found[end - self.count]
        return bought


@dataclass(frozen=True, slots=True)
class SortedGaps:
    """The gaps between order days, by customer and then by length; each ends on a day.

    What is left of a sorted list is sorted: so the medians of any earlier day need no sorting.
    """

    gap: Ints
    ends: Ints

    @classmethod
    def of(cls, days: OrderDays) -> Self:
        """Sort the gaps of all order days."""
        same = days.customer[1:] == days.customer[:-1]
        gap, customer, ends = np.diff(days.day)[same], days.customer[1:][same], days.day[1:][same]
        order = np.argsort(customer * (int(gap.max(initial=0)) + 1) + gap)
        return cls(gap[order], ends[order])

    def until(self, day: int) -> Ints:
        """Return the gaps that ended by a day, by customer and length."""
        return self.gap[self.ends <= day]

    def medians(self, count: Ints, day: int) -> Floats:
        """Return the median gap of each customer up to a day, NaN below two order days; ``count`` is the order days by then."""
        ranked, number = self.until(day), np.maximum(count - 1, 0)
        start = np.cumsum(number) - number
        out = np.full(len(count), np.nan)
        full = number > 0
        low, high = (ranked[(start + half)[full]] for half in ((number - 1) // 2, number // 2))
        out[full] = (low + high) / 2
        return out


@dataclass(frozen=True, slots=True)
class Summary:
    """What `customer_history.summarise` gives, as arrays of one length by name; ``attrs`` is about all customers.

    ``days`` are the order days that it was made of, up to the day number ``as_of``; None where it has none.
    """

    columns: Mapping[str, Any]
    attrs: Mapping[str, float]
    days: OrderDays | None = None
    as_of: int = 0

    def __getitem__(self, name: str) -> Any:
        """Return a column."""
        return self.columns[name]

    def frame(self) -> pd.DataFrame:
        """Return the columns as a frame."""
        out = pd.DataFrame(dict(self.columns))
        out["customer_id"] = out["customer_id"].astype("str")
        out.attrs = dict[Any, Any](self.attrs)
        return out
