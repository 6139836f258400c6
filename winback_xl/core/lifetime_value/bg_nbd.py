"""How many orders to expect: the BG/NBD model of repeat buying.

While they buy, customers order at random at their own rate (rates differ by a gamma distribution, shape ``r``
and rate ``alpha``); after every order each may stop for good with their own probability (beta distribution,
``a`` and ``b``). A history is three numbers: ``x`` repeat order days, ``tx`` the time of the last one and
``T`` the time observed, both counted from the first order, in one unit of time (weeks here).

References
----------
Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model,
Marketing Science 24(2), 275-284. The variant in which customers may stop after their first order already (MBG/NBD):
Batislam, Denizel and Filiztekin (2007), International Journal of Research in Marketing 24(3), 201-209.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.lifetime_value.max_likelihood import dot, group, maximise
from winback_xl.core.lifetime_value.order_likelihood import Likelihood
from winback_xl.core.lifetime_value.order_series import orders_if_alive
from winback_xl.core.lifetime_value.special import logistic
from winback_xl.errors import NotEnoughError, OutOfRangeError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

PARAMETERS = 4

# Bounds of r, alpha (in mean times observed), a and b. At the upper end all customers are alike, which is an
# answer; at the lower end nobody orders again or nobody ever stops, which is none.
_LOWER = np.array([1e-3, 1e-3, 1e-3, 1e-3])
_UPPER = np.array([1e3, 1e4, 1e3, 1e3])
_FEWEST = 1e-4  # share that stops, or that goes on, after an order: with less there is nothing to tell apart
_STARTS = ((1.0, 0.5, 1.0, 1.0), (0.3, 0.1, 0.5, 2.0), (3.0, 1.0, 0.2, 2.0), (10.0, 2.0, 2.0, 10.0))


@dataclass(frozen=True, slots=True)
class BgNbd:
    """A fitted model: its four parameters and what they say of a customer.

    Parameters
    ----------
    r, alpha : float
        Shape and rate of the gamma distribution of order rates, > 0; ``alpha`` is a time.
    a, b : float
        Parameters of the beta distribution of the probability to stop after an order, > 0.
    log_likelihood : float
        Of the fit; NaN for parameters taken from elsewhere.
    n : int
        How many customers it was fitted on.
    from_first : bool
        Whether customers may stop after their first order already: the MBG/NBD model.

    Examples
    --------
    >>> model = BgNbd(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> round(float(model.expected(39, 2, 30.43, 38.86)), 3)
    1.226
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float = float("nan")
    n: int = 0
    from_first: bool = False

    @property
    def name(self) -> str:
        """Return the usual name of the model."""
        return "MBG/NBD" if self.from_first else "BG/NBD"

    def p_alive(
        self,
        x: ArrayLike,
        tx: ArrayLike,
        T: ArrayLike,  # noqa: N803 - the paper's name
        quiet: Floats | None = None,
    ) -> Floats:
        """Return the probability that a customer has not stopped for good.

        In the BG/NBD model it is 1 for everyone who ordered once only: there nobody stops before the second order.
        So never rank by it; rank by `expected`.

        Parameters
        ----------
        x, tx, T : array_like of float
            Repeat order days, time of the last one, time observed.
        quiet : ndarray of float, optional
            Logarithm of the chance to be silent from ``tx`` to ``T`` while still buying, as `regularity.Rhythms.quiet` gives it;
            by default that of orders at random.

        Returns
        -------
        ndarray of float
            Probabilities, broadcast shape.

        Examples
        --------
        >>> round(float(BgNbd(0.243, 4.414, 0.793, 2.426).p_alive(2, 30.43, 38.86)), 3)
        0.727
        """
        x, tx, T = _histories(x, tx, T)  # noqa: N806
        if quiet is None:
            quiet = -(self.r + x) * np.log((self.alpha + T) / (self.alpha + tx))
        chances = x + self.from_first  # how often the customer could have stopped
        stopped = np.log(self.a / np.maximum(self.b + chances - 1, 1e-300)) - quiet
        return np.where(chances > 0, logistic(-stopped), 1.0)

    def expected(
        self,
        t: ArrayLike,
        x: ArrayLike,
        tx: ArrayLike,
        T: ArrayLike,  # noqa: N803
        quiet: Floats | None = None,
    ) -> Floats:
        """Return how many order days to expect in the coming time ``t``.

        Parameters
        ----------
        t : array_like of float
            Time ahead, >= 0, in the unit of the histories.
        x, tx, T : array_like of float
            Repeat order days, time of the last one, time observed.
        quiet : ndarray of float, optional
            As for `p_alive`.

        Returns
        -------
        ndarray of float
            Order days, broadcast shape.

        Notes
        -----
        Equation 10 of the paper. Its 2F1 overflows for frequent buyers and its factor 1 / (a - 1) has a hole
        at a = 1, so the same value is summed from positive terms; see `orders_if_alive`.
        """
        ahead, x, tx, T = np.broadcast_arrays(_time(t), *_histories(x, tx, T))  # noqa: N806
        first, member = group(ahead.ravel(), x.ravel(), T.ravel())
        count = x.ravel()[first]
        alive = orders_if_alive(
            ahead.ravel()[first],
            self.r + count,
            self.alpha + T.ravel()[first],
            self.a,
            self.b + count + self.from_first,
        )
        return alive[member].reshape(x.shape) * self.p_alive(x, tx, T, quiet)


def fit(
    frequency: ArrayLike,
    recency: ArrayLike,
    T: ArrayLike,  # noqa: N803 - the paper's name
    weights: ArrayLike | None = None,
    *,
    min_repeaters: int = PARAMETERS,
    from_first: bool = False,
) -> BgNbd:
    """Fit the model by maximum likelihood.

    Parameters
    ----------
    frequency : array_like of float, shape (n,)
        Repeat order days of each customer: order days less one; whole numbers >= 0.
    recency : array_like of float, shape (n,)
        Time from the first to the last order, in weeks; > 0 where the frequency is.
    T : array_like of float, shape (n,)
        Time from the first order to the end of the ledger, in weeks; not before the last order.
    weights : array_like of float, shape (n,), optional
        How many customers each row stands for; 1 without it.
    min_repeaters : int
        Customers with a repeat order that are needed.
    from_first : bool
        Fit the MBG/NBD model, in which customers may stop after their first order already.

    Returns
    -------
    BgNbd

    Raises
    ------
    NotEnoughError
        Too few customers ordered again, or the histories fit no plausible parameters.
    OutOfRangeError
        A history that cannot be: see the bounds above.

    Notes
    -----
    Equal histories are one row with a weight: the cost grows with the number of different histories.
    """
    x, tx, end = _histories(frequency, recency, T)
    counted = np.ones_like(x) if weights is None else np.asarray(weights, dtype=np.float64)
    repeaters = float(counted[x > 0].sum())
    if repeaters < max(min_repeaters, PARAMETERS):
        raise NotEnoughError(
            f"Only {repeaters:,.0f} customer{'s' * (repeaters != 1)} ordered on two or more days;"
            f" the order model needs {max(min_repeaters, PARAMETERS):,}.",
            "Load a longer ledger.",
            code="order-model-few",
        )
    unit = float(np.average(end, weights=counted))
    likelihood = Likelihood.of(x, tx / unit, end / unit, counted, from_first=from_first)
    found = maximise(likelihood, _STARTS, _LOWER, _UPPER, likelihood.total)
    r, alpha, a, b = (float(value) for value in found.parameters)
    told_apart = _FEWEST < a / (a + b) < 1 - _FEWEST
    if not (found.converged and told_apart) or bool(found.at_lower.any()):
        raise NotEnoughError(
            "The order model found no plausible answer: too few customers stop, or too few continue, to separate"
            " the two apart.",
            "Load a longer ledger.",
            code="order-model-degenerate",
        )
    # The likelihood is a density in time for every repeat order, so the unit of time is taken out again.
    orders = dot(counted, x)
    return BgNbd(
        r,
        alpha * unit,
        a,
        b,
        found.log_likelihood - orders * float(np.log(unit)),
        round(likelihood.total),
        from_first,
    )


def _histories(x: ArrayLike, tx: ArrayLike, T: ArrayLike) -> tuple[Floats, Floats, Floats]:  # noqa: N803
    count, last, end = np.broadcast_arrays(_count(x), _time(tx), _time(T))
    impossible = (last > end) | ((count > 0) & (last <= 0))
    if impossible.any():
        at = int(np.flatnonzero(impossible.ravel())[0])
        raise OutOfRangeError(
            f"History {at + 1} is impossible: {count.ravel()[at]:g} repeat order days, the last at"
            f" {last.ravel()[at]:g}, observed until {end.ravel()[at]:g}.",
            "The last repeat order is after the first order and not after the end.",
            code="history",
        )
    return count, last, end


def _count(x: ArrayLike) -> Floats:
    count = np.asarray(x, dtype=np.float64)
    if not bool(np.all((count >= 0) & (count == np.floor(count)) & np.isfinite(count))):
        raise OutOfRangeError(
            "A number of order days is negative or not whole.", "Give counts from 0 up.", code="count"
        )
    return count


def _time(t: ArrayLike) -> Floats:
    time = np.asarray(t, dtype=np.float64)
    if not bool(np.all((time >= 0) & np.isfinite(time))):
        raise OutOfRangeError("A time is negative or missing.", "Give times from 0 up.", code="time")
    return time
