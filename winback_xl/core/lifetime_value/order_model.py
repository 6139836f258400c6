"""Which order model a ledger can carry, and what it says.

With enough repeat customers BG/NBD, or MBG/NBD where that is clearly likelier; with fewer, the BG/NBD model drawn towards what other
ledgers show; where nobody stops, the NBD model. Measured on 216 ledgers of 30 to 100 customers, the total that they
expect is within a quarter of what came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.lifetime_value import bg_nbd, nbd, stopping
from winback_xl.core.lifetime_value.bg_nbd import BgNbd
from winback_xl.core.lifetime_value.max_likelihood import maximise
from winback_xl.core.lifetime_value.order_likelihood import Likelihood
from winback_xl.core.lifetime_value.regularity import Rhythms
from winback_xl.core.wording import plural
from winback_xl.errors import NotEnoughError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.core.lifetime_value.nbd import Nbd

    Floats = NDArray[np.float64]

_WEEKS_A_YEAR = 365 / 7
_COMPARED = 5_000  # customers on which the two models are compared; the better one is fitted on all
_CLEARLY = (
    2.0  # of the log-likelihood: the better known model stays unless the other is seven times as likely
)
# The middle of the prior: r, alpha (in mean times observed), a and b, as fitted on ledgers of thousands of customers;
# one standard deviation in their logarithms is a factor of 2.7.
_TYPICAL = np.log([0.6, 0.5, 0.8, 2.5])
_LOWER, _UPPER = np.array([1e-3, 1e-3, 1e-3, 1e-3]), np.array([1e3, 1e4, 1e3, 1e3])
_STARTS = ((0.6, 0.5, 0.8, 2.5), (1.0, 0.5, 1.0, 1.0))
# A silence this unlikely (the logarithm), and how many times as many customers are so silent where some have stopped.
_UNLIKELY, _CHANCE = -3.0, 3.0
_REGULAR = 0.5  # chance of a rhythm from which a customer is counted as having one
_MOST_STOP = 0.5  # share that stops after an order: beyond it "nobody stops" is not what made a fit fail


def choose(
    x: Floats,
    tx: Floats,
    T: Floats,  # noqa: N803
    min_repeaters: int,
    rhythms: Rhythms | None = None,
) -> tuple[BgNbd | Nbd, str]:
    """Fit the model that this ledger can carry.

    Parameters
    ----------
    x, tx, T : ndarray of float, shape (n,)
        Repeat order days, time of the last one and time observed of each customer, in weeks.
    min_repeaters : int
        Customers with a repeat order from which a model is fitted without help.
    rhythms : Rhythms, optional
        How regularly they buy; by default at random.

    Returns
    -------
    BgNbd or Nbd, str
        The model, and what to tell about it.

    Raises
    ------
    NotEnoughError
        Nobody ordered on two or more days.
    """
    repeaters = int((x > 0).sum())
    rhythms = rhythms or Rhythms.of(x, tx, np.full(len(x), np.nan))
    steadily = False
    if not repeaters:
        raise NotEnoughError(
            "Nobody ordered on two or more days.", "Load a longer ledger.", code="order-model-few"
        )
    try:
        if repeaters >= min_repeaters:
            model = _likelier(x, tx, T, min_repeaters)
            return model, _stated(model, repeaters)
        bg_nbd.fit(x, tx, T)  # tells whether stopping can be seen at all
    except NotEnoughError as reason:
        if reason.code == "order-model-degenerate":
            drawn = shrunk(x, tx, T)
            if drawn.a / (drawn.a + drawn.b) < _MOST_STOP:
                steady = nbd.fit(x, T)
                if not _some_stopped(rhythms.quiet(steady.r, steady.alpha, x, tx, T)):
                    return steady, _stated_steady(steady, repeaters)
                steadily = True
    few = shrunk(x, tx, T)
    few = stopping.refit(few, x, rhythms.quiet(few.r, few.alpha, x, tx, T))
    why = (
        "Few would seem to stop if orders came at random: who has been silent beyond their rhythm shows how many do."
        if steadily
        else "With so few repeat customers, the result is drawn towards other ledgers."
    )
    return few, f"{_stated(few, repeaters)} {why}"


def with_rhythm(rhythms: Rhythms) -> str:
    """State how many customers buy by a rhythm, and what that means; "" where nobody does.

    >>> with_rhythm(Rhythms(np.eye(9)[[0, 8, 8]]))
    ' 2 customers buy by a rhythm of their own: the longer they are silent beyond it, the surer it is that they stopped (Platzer & Reutterer 2016).'
    """
    many = int((rhythms.regular >= _REGULAR).sum())
    if not many:
        return ""
    who = "1 customer buys by a rhythm" if many == 1 else f"{many:,} customers buy by a rhythm"
    return (
        f" {who} of their own: the longer they are silent beyond it, the surer it is that they stopped"
        " (Platzer & Reutterer 2016)."
    )


def _some_stopped(quiet: Floats) -> bool:
    """Return whether more customers are as silent as few who still buy would be than chance has be so silent."""
    return bool((quiet < _UNLIKELY).mean() > _CHANCE * np.exp(_UNLIKELY))


def shrunk(x: Floats, tx: Floats, T: Floats) -> BgNbd:  # noqa: N803
    """Fit the BG/NBD model with a weak prior on its four parameters: their most probable values."""
    unit = float(T.mean()) or 1.0
    likelihood = Likelihood.of(x, tx / unit, T / unit, np.ones(len(x)))

    def score(parameters: Floats) -> tuple[float, Floats]:
        height, slope = likelihood(parameters)
        away = np.log(parameters) - _TYPICAL
        return height - float((away**2).sum()) / 2, slope - away / parameters

    found = maximise(score, _STARTS, _LOWER, _UPPER, likelihood.total)
    r, alpha, a, b = (float(value) for value in found.parameters)
    return BgNbd(r, alpha * unit, a, b, n=len(x))


def _likelier(x: Floats, tx: Floats, T: Floats, min_repeaters: int) -> BgNbd:  # noqa: N803
    """Return BG/NBD, or MBG/NBD where that is clearly likelier."""
    step = max(1, len(x) // _COMPARED)
    part = slice(None, None, step)
    try:
        heights = [
            bg_nbd.fit(x[part], tx[part], T[part], from_first=first).log_likelihood for first in (False, True)
        ]
    except NotEnoughError:
        heights = [0.0, 0.0]
    return bg_nbd.fit(x, tx, T, min_repeaters=min_repeaters, from_first=heights[1] - heights[0] > _CLEARLY)


def _stated(model: BgNbd, repeaters: int) -> str:
    source = "Batislam, Denizel & Filiztekin 2007" if model.from_first else "Fader, Hardie & Lee 2005"
    when = "an order" if model.from_first else "a repeat order"
    yearly = model.r / model.alpha * _WEEKS_A_YEAR
    return (
        f"{model.name} model ({source}), fitted on {plural(model.n, 'customer')}, {repeaters:,} of them with two or more order"
        f" days. While they buy, customers order on {yearly:.1f} days a year on average; after {when}"
        f" {model.a / (model.a + model.b):.2%} stop for good. Parameters, in weeks: r {figure(model.r)}, alpha"
        f" {figure(model.alpha)}, a {figure(model.a)}, b {figure(model.b)}."
    )


def _stated_steady(model: Nbd, repeaters: int) -> str:
    return (
        f"NBD model (Ehrenberg 1959), fitted on {plural(model.n, 'customer')}, {repeaters:,} of them with two or more order days:"
        f" nobody seems to stop for good. Customers order on {model.r / model.alpha * _WEEKS_A_YEAR:.1f} days a year on"
        f" average. Parameters, in weeks: r {figure(model.r)}, alpha {figure(model.alpha)}."
    )


def figure(value: float) -> str:
    """Write a parameter to four figures, never as a power of ten.

    >>> figure(0.24259), figure(12345.6)
    ('0.2426', '12,346')
    """
    return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"
