"""How a customer answers to an offer: the share of the whole gain that it brings, and the offer that pays best."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.settings import Settings

    Floats = NDArray[np.float64]

_LEAST_SHARE = 1e-6  # a curve needs shares above nothing, and apart from each other
_STEEP = 1e12


class Curve(NamedTuple):
    """The response of each row, shape (n,): through (0, ``nothing``), then three shares of the loss (3, n) and their answers.

    Below the low share it is a straight line, in the band it rises with the logarithm of the share, and from the high
    share on it is 1. So an S where the low share brings little (rejected), and concave where it brings much (accepted).
    """

    nothing: float
    shares: Floats
    answers: Floats
    slopes: Floats  # (2, n): rise for each unit of the logarithm, from low to recommended and from there to high


def curve(shares: Floats, accepted: NDArray[np.bool_], settings: Settings) -> Curve:
    """Return the curve of each row.

    Parameters
    ----------
    shares : ndarray of float, shape (3, n)
        Low, recommended and high, as shares of our part of the loss.
    accepted : ndarray of bool, shape (n,)
        Whether the customer accepted the flawed delivery.
    settings : Settings
        The answers at no money, the low and the recommended share.

    References
    ----------
    Gelbrich, Gaethke & Gregoire (2015), Journal of Service Research 18(1): 11 levels of compensation from 0 to 200%;
    an S with its best increment at 60-120% where the service was rejected, concave where it was accepted. The sizes
    are a design choice: no table of amounts and later purchases is public.
    """
    low = np.where(accepted, settings.response_accepted_low, settings.response_rejected_low)
    middle = np.where(accepted, settings.response_accepted_recommended, settings.response_rejected_recommended)
    answers = np.stack([low, middle, np.ones(len(low))])
    positive = np.maximum(shares, _LEAST_SHARE)
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = np.diff(answers, axis=0) / np.diff(np.log(positive), axis=0)
    slopes = np.where(np.isfinite(slopes), slopes, _STEEP)
    return Curve(settings.response_token, positive, answers, slopes)


def answer(share: Floats, of: Curve) -> Floats:
    """Return which part of the gain an offer brings, 0 to 1.

    Parameters
    ----------
    share : ndarray of float, shape (n,)
        The offer as a share of our part of the loss, >= 0; NaN where nothing is left to make good: then nothing is
        missing, and the answer is 1.
    of : Curve
        Of the same rows.
    """
    low, middle, high = of.shares
    inside = np.log(np.maximum(share, _LEAST_SHARE))
    below = of.nothing + (of.answers[0] - of.nothing) * share / low
    lower = of.answers[0] + of.slopes[0] * (inside - np.log(low))
    upper = of.answers[1] + of.slopes[1] * (inside - np.log(middle))
    with np.errstate(invalid="ignore"):
        found = np.select([share < low, share < middle, share < high], [below, lower, upper], 1.0)
    return np.asarray(np.clip(found, 0.0, 1.0))


def best(attributable: Floats, worth: Floats, cost_factor: Floats, of: Curve) -> Floats:
    """Return the offer in the band with the greatest net: answer x worth - cost.

    A logarithmic piece of the curve with slope b has its greatest net at b x worth / cost of a unit, whatever the
    loss. So the offer never falls while the loss or the worth grows, which it would at the corners of a curve of
    straight lines.

    Parameters
    ----------
    attributable : ndarray of float, shape (n,)
        Our part of the loss, money.
    worth : ndarray of float, shape (n,)
        Worth of the whole gain, money.
    cost_factor : ndarray of float, shape (n,)
        What one unit of face value costs us.
    of : Curve
        Of the same rows.

    Returns
    -------
    ndarray of float, shape (n,)
        Money, from the low to the high share of the loss.
    """
    low, middle, high = of.shares * attributable
    first, second = of.slopes * worth / cost_factor
    return np.asarray(np.maximum(np.clip(first, low, middle), np.minimum(second, high)))
