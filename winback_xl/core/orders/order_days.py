"""Order days of all customers: the distinct calendar days with an order, and the gaps between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from winback_xl.core.orders.ledger import NEVER, distinct_pairs
from winback_xl.core.tally import tally

if TYPE_CHECKING:
    from winback_xl.core.orders.ledger import Floats, Ints, Ledger


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
    def of(cls, ledger: Ledger) -> Self:
        """Collect the order days of a ledger."""
        return cls.of_pairs(ledger.customer[ledger.order], ledger.day[ledger.order], len(ledger.ids))

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
        count = tally(customer, len(out))
        start = np.cumsum(count) - count
        span = int(gap.max()) + 1
        ranked = np.sort(customer * span + gap) - customer * span  # gaps sorted inside each customer's place
        full = count > 0
        low = ranked[(start + (count - 1) // 2)[full]]
        high = ranked[(start + count // 2)[full]]
        out[full] = (low + high) / 2
        return out

    def later(self, customer: Ints, day: Ints) -> Ints:
        """Count the order days of these customers after these days."""
        if not self.day.size:
            return np.zeros(len(customer), dtype=np.int64)
        low = min(int(self.day.min()), int(day.min(initial=self.day[0])))
        span = max(int(self.day.max()), int(day.max(initial=self.day[0]))) - low + 1
        keys = self.customer * span + self.day - low
        found = np.searchsorted(keys, customer * span + day - low, side="right")
        return np.cumsum(self.count)[customer] - found
