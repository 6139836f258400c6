"""How many customers stop after an order, judged by silences that are unlike them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.lifetime_value.max_likelihood import maximise
from winback_xl.core.lifetime_value.special import digamma, log_gamma, logistic
from winback_xl.core.tally import tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.core.lifetime_value.bg_nbd import BgNbd

    Floats = NDArray[np.float64]

_TYPICAL = np.log([0.8, 2.5])  # a and b, as fitted on ledgers of thousands of customers
_LOWER, _UPPER = np.array([1e-3, 1e-3]), np.array([1e3, 1e3])


def refit(model: BgNbd, x: Floats, quiet: Floats) -> BgNbd:
    """Fit the two parameters of stopping again, with a weak prior, while the pace stays as it is.

    Parameters
    ----------
    model : BgNbd
    x : ndarray of float, shape (n,)
        Repeat order days.
    quiet : ndarray of float, shape (n,)
        Logarithm of the chance to be as silent while still buying, as `regularity.Rhythms.quiet` gives it.

    Returns
    -------
    BgNbd
        ``model`` where nobody has had a chance to stop.
    """
    chances = x + model.from_first
    there = chances > 0
    if not there.any():
        return model
    counts, member = np.unique(chances[there], return_inverse=True)
    many = tally(member).astype(np.float64)
    silent = quiet[there]

    def score(parameters: Floats) -> tuple[float, Floats]:
        a, b = parameters
        odds = np.log(a) - np.log(b + counts - 1)
        line = odds[member] - silent
        stopped = tally(member, weights=logistic(line))
        beta = log_gamma(b + counts) - log_gamma(a + b + counts) + log_gamma(a + b) - log_gamma(b)
        away = np.log(parameters) - _TYPICAL
        height = float(many @ beta + np.logaddexp(0.0, line).sum() - (away**2).sum() / 2)
        both = digamma(a + b) - digamma(a + b + counts)
        slope = np.array(
            [
                many @ both + stopped.sum() / a,
                many @ (digamma(b + counts) - digamma(b) + both) - (stopped / (b + counts - 1)).sum(),
            ]
        )
        return height, slope - away / parameters

    found = maximise(score, ((model.a, model.b), (0.8, 2.5)), _LOWER, _UPPER, float(there.sum()))
    a, b = (float(value) for value in found.parameters)
    return replace(model, a=a, b=b)
