"""The log-likelihood of the BG/NBD and MBG/NBD models, grouped so that its cost grows with the different histories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.lifetime_value.max_likelihood import dot, group
from winback_xl.core.lifetime_value.special import digamma, log_gamma
from winback_xl.core.tally import tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Likelihood:
    """The log-likelihood of all histories and its derivatives, as a function of (r, alpha, a, b).

    The gamma and beta functions depend on ``x`` alone and one logarithm on ``T`` alone, so those are summed
    over their few different values; only what ties ``x``, ``tx`` and ``T`` together is calculated row by row.
    """

    total: float  # customers
    orders: float  # repeat orders of all
    counts: Floats  # the different x, rising
    count_weight: Floats  # customers with each
    ends: Floats  # the different T
    end_weight: Floats  # customers with each
    end_orders: Floats  # their repeat orders
    x: Floats  # the different histories with a repeat order, by rising x
    tx: Floats
    T: Floats
    weight: Floats
    x_from: NDArray[np.intp]  # where each different x begins among them
    x_code: NDArray[np.intp]  # which of the different x each row has
    from_first: bool

    @classmethod
    def of(cls, x: Floats, tx: Floats, T: Floats, weights: Floats, *, from_first: bool = False) -> Likelihood:  # noqa: N803
        """Group equal histories."""
        first, member = group(x, np.where(x > 0, tx, 0.0), T)
        order = np.argsort(x[first], kind="stable")
        weight = tally(member, weights=weights)[order]
        x, tx, T = x[first][order], tx[first][order], T[first][order]  # noqa: N806
        counts, count_of = np.unique(x, return_inverse=True)
        ends, end_of = np.unique(T, return_inverse=True)
        again = (x > 0) | from_first
        _, x_from, x_code = np.unique(x[again], return_index=True, return_inverse=True)
        return cls(
            total=float(weight.sum()),
            orders=dot(weight, x),
            counts=counts,
            count_weight=tally(count_of, weights=weight),
            ends=ends,
            end_weight=tally(end_of, weights=weight),
            end_orders=tally(end_of, weights=weight * x),
            x=x[again],
            tx=tx[again],
            T=T[again],
            weight=weight[again],
            x_from=x_from,
            x_code=x_code,
            from_first=from_first,
        )

    def __call__(self, parameters: Floats) -> tuple[float, Floats]:
        """Return the log-likelihood and its derivatives by r, alpha, a and b."""
        r, alpha, a, b = parameters
        height, slope = self._by_x_and_by_end(r, alpha, a, b)

        # What is left is log(1 + odds), the odds being those that the customer has stopped.
        since, until = alpha + self.tx, alpha + self.T
        silent = np.log(until / since)
        rate = r + self.x
        chances = self.counts + self.from_first
        repeats = b + chances[chances > 0] - 1
        log_odds = (np.log(a) - np.log(repeats))[self.x_code] + rate * silent
        small = np.exp(-np.abs(log_odds))
        height += dot(self.weight, np.maximum(log_odds, 0.0) + np.log(1 + small))
        stopped = self.weight * np.where(log_odds >= 0, 1.0, small) / (1 + small)
        by_x = np.add.reduceat(stopped, self.x_from)
        slope += (
            dot(stopped, silent),
            dot(stopped * rate, (self.tx - self.T) / (since * until)),
            by_x.sum() / a,
            -(by_x / repeats).sum(),
        )
        return float(height), slope

    def _by_x_and_by_end(self, r: float, alpha: float, a: float, b: float) -> tuple[float, Floats]:
        x, n = self.counts, self.count_weight
        chances = x + self.from_first
        log_end = np.log(alpha + self.ends)
        # One call for all three: what is left of the two beta functions, whose log_gamma(a) cancel each other.
        places = np.stack([r + x, b + chances, a + b + chances])
        bought, going_on, either = log_gamma(places)
        by_bought, by_going_on, by_either = digamma(places)
        at_start = log_gamma(r) + log_gamma(b) - log_gamma(a + b)
        height = (
            dot(n, bought + going_on - either - at_start)
            + self.total * r * np.log(alpha)
            - dot(r * self.end_weight + self.end_orders, log_end)
        )
        both = digamma(a + b) - by_either
        slope = np.array(
            [
                dot(n, by_bought - digamma(r)) + self.total * np.log(alpha) - dot(self.end_weight, log_end),
                self.total * r / alpha
                - ((r * self.end_weight + self.end_orders) / (alpha + self.ends)).sum(),
                dot(n, both),
                dot(n, by_going_on - digamma(b) + both),
            ]
        )
        return float(height), slope
