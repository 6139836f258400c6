"""The amounts of an offer: how a customer answers to a share of the loss, the offer that pays best, and the token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from winback_xl.core.make_good import offer_flags
from winback_xl.core.money import round_offer, round_scale, round_to

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.settings import Settings

    Floats = NDArray[np.float64]

_LEAST_SHARE = 1e-6  # a curve needs shares above nothing, and apart from each other
_STEEP = 1e12
_LEAST_ANSWER = (
    0.01  # a curve may have the fair amount bring nothing; a strategic value then is a hundred times its cost
)
_CLOSE = 1e-9  # amounts this close are equal: see money.py on decimals in floats
_TOKEN_STEP = 5.0
_ROUNDING = 0.02  # what round figures may cost more than exact ones, as a share


class Curve(NamedTuple):
    """The response of each row, shape (n,): through (0, ``nothing``), then three shares of the loss (3, n) and their answers.

    Below the low share it is a straight line, in the band it rises with the logarithm of the share, and from the high
    share on it is 1. So an S where the low share brings little (rejected), and concave where it brings much (accepted).
    """

    nothing: float
    shares: Floats
    answers: Floats
    slopes: (
        Floats  # (2, n): rise for each unit of the logarithm, from low to recommended and from there to high
    )


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
    middle = np.where(
        accepted, settings.response_accepted_recommended, settings.response_rejected_recommended
    )
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


def answers(
    goodwill: Floats,
    owed: Floats,
    token: Floats,
    attributable: Floats,
    curve: Curve,
) -> Floats:
    """Return which part of the worth low, recommended and high bring, shape (3, n)."""
    given = owed + np.where(goodwill > 0, goodwill, np.where(attributable <= token, token, 0.0))
    shares = np.divide(given, attributable, out=np.full(given.shape, np.nan), where=attributable > 0)
    return np.stack([answer(share, curve) for share in shares])


def strategic_needed(
    rows: dict[str, NDArray[Any]],
    attributable: Floats,
    worth: Floats,
    net: Floats,
    cost_factor: Floats,
    curve: Curve,
    settings: Settings,
) -> Floats:
    """Return the strategic value, beyond what is named, from which on the fair amount pays off, as a round figure."""
    gesture = _gesture(attributable, settings)
    fair = np.maximum(curve.shares[1] * attributable - rows["owed"], 0.0)
    must_bring = (cost_factor * fair + gesture + rows["effort"]) / np.maximum(curve.answers[1], _LEAST_ANSWER)
    short = (attributable > 0) & (net <= rows["effort"])
    missing = np.maximum(must_bring - worth, 0.0)
    # A little more, because the fair amount is rounded too.
    more = np.where(short, missing + _ROUNDING * must_bring + settings.token_min, 0.0)
    steps = round_offer(more, scale=step_scale(settings))
    return np.asarray(np.where(np.isnan(net), np.nan, steps))


def token(
    attributable: Floats,
    worth: Floats,
    cost_factor: Floats,
    settings: Settings,
) -> Floats:
    """Return the small gesture that goes with the restitution; none where it would cost more than they are worth.

    It grows with the loss up to the loss of which the worth still carries the most that helps, token included: from
    there on a larger token would only leave less room for the restitution.
    """
    carried = worth / (settings.overcompensation * cost_factor + settings.token_share)
    gesture = _gesture(np.minimum(attributable, carried), settings)
    return np.asarray(np.where(worth + _CLOSE < gesture, 0.0, gesture))


def _gesture(attributable: Floats, settings: Settings) -> Floats:
    share = np.clip(settings.token_share * attributable, settings.token_min, settings.token_max)
    least = settings.token_floor_share * attributable
    return round_to(np.maximum(share, least), _TOKEN_STEP * step_scale(settings))


def step_scale(settings: Settings) -> float:
    """Return what the steps of round figures are multiplied by: the money scale, rounded."""
    return round_scale(settings.money_scale or 1.0)


def shares(accepted: NDArray[np.bool_], prior_failures: Floats, settings: Settings) -> Floats:
    """Return low, recommended and high as shares of the loss, shape (3, n), raised for prior failures."""
    rejecting = (settings.rejected_low, settings.rejected_recommended, settings.rejected_high)
    accepting = (settings.accepted_low, settings.accepted_recommended, settings.accepted_high)
    base = np.where(accepted, np.reshape(accepting, (3, 1)), np.reshape(rejecting, (3, 1)))
    more = 1 + settings.prior_failure_step * np.minimum(prior_failures, settings.prior_failure_max)
    return np.asarray(np.minimum(base * more, settings.overcompensation))


def goodwill(
    wanted: Floats,
    attributable: Floats,
    owed: Floats,
    room: Floats,
    settings: Settings,
) -> tuple[Floats, NDArray[np.intp]]:
    """Return what is offered beyond what is owed, shape (3, n), and which ceiling bit (a place in `CEILINGS`).

    ``wanted``, shape (3, n), is the low, the best and the high amount with what is owed.
    """
    scale = step_scale(settings)
    beyond_owed = np.maximum(wanted - owed, 0.0)
    most = np.maximum(settings.overcompensation * attributable - owed, 0.0)
    affordable = round_offer(np.minimum(beyond_owed, room), ceiling=np.minimum(room, most), scale=scale)
    exceeds = beyond_owed[0] > room + _CLOSE  # even the least that works
    capped = ~exceeds & (round_offer(beyond_owed[1], ceiling=most, scale=scale) > affordable[1])
    which = np.select(
        [exceeds, capped],
        [offer_flags.CEILINGS.index(code) for code in ("EXCEEDS_VALUE", "CAPPED_BY_VALUE")],
        default=offer_flags.CEILINGS.index(""),
    )
    # Nobody pays out so little next to a token: the token stands for it.
    return np.where(affordable < settings.token_min, 0.0, affordable), which


@dataclass(frozen=True, slots=True)
class Sized:
    """A make-good of every row with all that it was reached from; arrays of shape (n,), NaN for unknown."""

    loss: NDArray[np.float64]
    fault: NDArray[np.float64]
    paid: NDArray[np.float64]
    owed: NDArray[np.float64]
    accepted: NDArray[np.bool_]
    prior_failures: NDArray[np.float64]
    odds_gain: NDArray[np.float64]
    strategic_value: NDArray[np.float64]
    offer: NDArray[np.float64]
    cost_factor: NDArray[np.float64]
    attributable: NDArray[np.float64]
    future_margin: NDArray[np.float64]
    worth: NDArray[np.float64]
    unknown: NDArray[np.bool_]
    room: NDArray[np.float64]
    fair: NDArray[np.float64]  # the recommended share of the loss, or what is owed where that is more
    answers: NDArray[np.float64]  # (3, n): which part of the worth low, recommended and high bring
    nets: NDArray[np.float64]  # (3, n): what they bring less what they cost us
    effort: NDArray[np.float64]  # what else winning them back costs us, their share of the fix included
    needed: NDArray[
        np.float64
    ]  # strategic value from which on the fair amount pays off; 0 where it does already
    recovery_failed: NDArray[np.bool_]
    token: NDArray[np.float64]
    shares: NDArray[np.float64]  # (3, n): low, recommended, high, as shares of the attributable loss
    offers: NDArray[np.float64]  # (3, n): low, recommended, high, with what is owed
    our_cost: NDArray[np.float64]
    ratio: NDArray[np.float64]
    approver: NDArray[np.intp]
    ceiling: NDArray[np.intp]
    proportion: NDArray[np.intp]
    counsel: NDArray[np.object_]
    reported: NDArray[np.bool_]
