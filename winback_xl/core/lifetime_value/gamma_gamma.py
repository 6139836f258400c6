"""What an order is worth: the Gamma-Gamma model of spend.

The orders of one customer vary around their own average (gamma distribution, shape ``p``); the averages of all
customers vary too (``q`` and ``v``). The average seen on few orders is therefore drawn towards that of all
customers, and the more orders there are the less.

References
----------
Fader and Hardie (2013), The Gamma-Gamma Model of Monetary Value, http://www.brucehardie.com/notes/025/.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.lifetime_value.max_likelihood import dot, group, maximise
from winback_xl.core.lifetime_value.special import digamma, log_gamma
from winback_xl.core.tally import tally
from winback_xl.errors import NotEnoughError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

PARAMETERS = 3

# Bounds of p, q and v (in mean orders). At the upper end all orders, or all customers, are worth the same.
_LOWER = np.array([1e-3, 1e-3, 1e-6])
_UPPER = np.array([1e4, 1e4, 1e7])
_ALIKE = 1e-9  # spread of the means, relative, that is rounding
_STARTS = ((3.0, 3.0, 1.0), (1.0, 1.5, 0.5), (10.0, 10.0, 1.0), (0.5, 5.0, 10.0))


@dataclass(frozen=True, slots=True)
class GammaGamma:
    """A fitted model: its three parameters and what they say of a customer.

    Parameters
    ----------
    p, q, v : float
        Shape of a customer's orders; shape and rate (in money) of the customers' own rates; all > 0, q > 1.
    log_likelihood : float
        Of the fit; NaN for parameters taken from elsewhere.
    n : int
        How many customers it was fitted on.
    left_out : int
        How many were left out, for lack of orders or because their mean value was not above zero.

    Examples
    --------
    >>> model = GammaGamma(p=6.25, q=3.74, v=15.44)
    >>> model.expected([2, 1, 0], [22.35, 11.77, 0]).round(2).tolist()
    [24.66, 18.92, 35.22]
    """

    p: float
    q: float
    v: float
    log_likelihood: float = float("nan")
    n: int = 0
    left_out: int = 0

    @property
    def mean(self) -> float:
        """Mean value of an order over all customers."""
        return self.p * self.v / (self.q - 1)

    def expected(self, x: ArrayLike, m: ArrayLike) -> Floats:
        """Return the value to expect of a customer's coming orders.

        Parameters
        ----------
        x : array_like of float
            Number of orders seen.
        m : array_like of float
            Their mean value; where it is missing or not above zero the customer counts as unknown.

        Returns
        -------
        ndarray of float
            Mean value of an order, broadcast shape; the mean of all customers where nothing is known.
        """
        count, mean = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(m, dtype=np.float64))
        known = (count > 0) & (mean > 0)
        seen, spent = np.where(known, count, 0.0), np.where(known, count * mean, 0.0)
        return self.p * (self.v + spent) / (self.p * seen + self.q - 1)


def fit(
    frequency: ArrayLike,
    mean_value: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    min_customers: int = PARAMETERS,
) -> GammaGamma:
    """Fit the model by maximum likelihood.

    Parameters
    ----------
    frequency : array_like of float, shape (n,)
        Number of orders that each mean is of. Customers with none are left out.
    mean_value : array_like of float, shape (n,)
        Mean value of these orders, in money. Customers with none, zero or less are left out.
    weights : array_like of float, shape (n,), optional
        How many customers each row stands for; 1 without it.
    min_customers : int
        Customers with a positive mean that are needed.

    Returns
    -------
    GammaGamma

    Raises
    ------
    NotEnoughError
        Too few customers, all alike, or the values fit no plausible parameters.
    """
    x, mean = np.asarray(frequency, dtype=np.float64), np.asarray(mean_value, dtype=np.float64)
    counted = np.ones_like(x) if weights is None else np.asarray(weights, dtype=np.float64)
    usable = (x > 0) & (mean > 0) & np.isfinite(mean)
    left_out = round(float(counted[~usable].sum()))
    x, mean, counted = x[usable], mean[usable], counted[usable]
    customers, needed = float(counted.sum()), max(min_customers, PARAMETERS)
    if customers < needed:
        raise NotEnoughError(
            f"Only {customers:,.0f} {'customer has' if customers == 1 else 'customers have'} repeat orders with a value;"
            f" the value model needs {needed:,}.",
            "Load a longer ledger, or one with order values.",
            code="value-model-few",
        )
    if np.ptp(mean) <= _ALIKE * mean.max():
        raise NotEnoughError("All customers have the same mean value.", code="value-model-alike")
    unit = dot(counted, mean) / customers
    likelihood = Likelihood.of(x, mean / unit, counted)
    found = maximise(likelihood, _STARTS, _LOWER, _UPPER, likelihood.total)
    p, q, v = (float(value) for value in found.parameters)
    if not found.converged or bool(found.at_lower.any()) or q <= 1:
        raise NotEnoughError(
            "The value model found no plausible answer: order values differ too much, or too little, to tell customers apart.",
            "Check the largest and the smallest order values.",
            code="value-model-degenerate",
        )
    # The likelihood is a density in money, so the unit of money is taken out again.
    height = found.log_likelihood - customers * float(np.log(unit))
    return GammaGamma(p, q, v * unit, height, round(customers), left_out)


@dataclass(frozen=True, slots=True)
class Likelihood:
    """The log-likelihood of all means and its derivatives, as a function of (p, q, v)."""

    total: float  # customers
    logs: float  # sum over customers of log(mean), and of x log(x * mean): all that p meets alone
    orders_logs: float
    counts: Floats  # the different x, rising
    count_weight: Floats  # customers with each
    x: Floats  # the different pairs of x and mean
    spent: Floats  # x * mean
    weight: Floats

    @classmethod
    def of(cls, x: Floats, mean: Floats, weights: Floats) -> Likelihood:
        """Group equal pairs."""
        first, member = group(x, mean)
        weight = tally(member, weights=weights)
        x, mean = x[first], mean[first]
        counts, count_of = np.unique(x, return_inverse=True)
        return cls(
            total=float(weight.sum()),
            logs=dot(weight, np.log(mean)),
            orders_logs=dot(weight * x, np.log(x * mean)),
            counts=counts,
            count_weight=tally(count_of, weights=weight),
            x=x,
            spent=x * mean,
            weight=weight,
        )

    def __call__(self, parameters: Floats) -> tuple[float, Floats]:
        """Return the log-likelihood and its derivatives by p, q and v."""
        p, q, v = parameters
        x, n = self.counts, self.count_weight
        log_sum = np.log(v + self.spent)
        shape = (p * self.x + q) * self.weight
        height = (
            dot(n, log_gamma(p * x + q) - log_gamma(p * x) - log_gamma(q))
            + self.total * q * np.log(v)
            + p * self.orders_logs
            - self.logs
            - dot(shape, log_sum)
        )
        both = digamma(p * x + q)
        slope = np.array(
            [
                dot(n * x, both - digamma(p * x)) + self.orders_logs - dot(self.weight * self.x, log_sum),
                dot(n, both - digamma(q)) + self.total * np.log(v) - dot(self.weight, log_sum),
                self.total * q / v - float((shape / (v + self.spent)).sum()),
            ]
        )
        return float(height), slope
