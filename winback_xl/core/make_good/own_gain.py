"""The odds of a plan: who comes back by themselves is learned from the ledger, and own outcomes correct the gain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.make_good import offer_amounts
from winback_xl.core.returns import calibration

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from winback_xl.core.returns.own_effect import OwnEffect
    from winback_xl.settings import Settings

    Floats = NDArray[np.float64]


def return_rate(accounts: pd.DataFrame) -> Floats:
    """Return the learned return rate of each account; NaN where none is known."""
    if "return_rate" not in accounts:
        return np.full(len(accounts), np.nan)
    return accounts["return_rate"].to_numpy(float)


def when_listed(odds: Floats, gain: Floats, accounts: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return the base rate and the gain that proof and own outcomes go by: what the ledger counts, for all accounts.

    Of customers who still buy and complain, the authors say that few stay; the ledger says how many order again. What
    a campaign is credited with is counted in orders, so its base rate is that of orders.

    Parameters
    ----------
    odds, gain : ndarray of float, shape (n,)
        From `odds`, without own outcomes.
    accounts : DataFrame
        ``return_rate`` of every account where it is learned.
    """
    learned = return_rate(accounts)
    base = np.where(np.isnan(learned), odds - gain, learned)
    return base, np.minimum(gain, np.maximum(most(accounts) - base, 0.0))


def most(accounts: pd.DataFrame) -> Floats:
    """Return the highest odds that an effort can be credited with, as ``odds_most`` has them where they are learned."""
    if "odds_most" not in accounts:
        return np.full(len(accounts), calibration.MOST)
    return accounts["odds_most"].fillna(calibration.MOST).to_numpy(float)


def silence(lapse_ratio: Floats, rate: Floats, settings: Settings) -> Floats:
    """Return the silence that the gain of each account is judged by.

    Where the return rate is learned, silence is in it already; the gain itself fades with silence only as far as
    ``settings.gain_by_silence`` says. A randomised test of 64,000 past buyers found the same gain at one month of
    silence as at twelve (Hillstrom 2008).
    """
    flat = 1 + settings.gain_by_silence * (lapse_ratio - 1)
    return np.where(np.isnan(rate), lapse_ratio, flat)


def odds(
    chance: Floats,
    gain: Floats,
    rate: Floats,
    effect: OwnEffect | None = None,
    full: Floats | float = float("nan"),
    *,
    live: NDArray[np.bool_] | bool = False,
    left: Floats | float = 1.0,
    reach: float = 1.0,
    most: Floats | float = calibration.MOST,
) -> tuple[Floats, Floats]:
    """Return the odds and the gain of each account; odds less gain is what comes back without us.

    Parameters
    ----------
    chance, gain : ndarray of float, shape (n,)
        From `win_odds.win`: the authors' odds, and what an effort adds.
    rate : ndarray of float, shape (n,)
        From `return_rate`: where it is known it takes the place of the low end of the band.
    effect : OwnEffect, optional
        Corrects both by the team's own outcomes.
    full : ndarray of float, shape (n,), or float
        A full make-good over our part of the loss, of which this is the gain; NaN where there is no loss.
    live : ndarray of bool, shape (n,), or bool
        Who still buys and has an open complaint. The ledger counts who orders again once; what an answer is worth is
        whether they stay. A good answer keeps as many as ever order again; without one so many fewer stay as it gains.
    left : ndarray of float, shape (n,), or float
        What severity leaves of those who come back without us, as `win_odds.lowered` gives it; ``chance`` has it
        already.
    reach : float
        Share of those who would stay away that an effort can win at most, from `win_odds.reach`. A complaint that is
        answered (``live``) has figures of its own.
    most : ndarray of float, shape (n,), or float
        The highest odds that an effort can be credited with; own outcomes may show more, and the authors' odds too.

    Examples
    --------
    >>> found = odds(np.array([0.4, 0.4]), np.array([0.2, 0.2]), np.array([0.9, np.nan]), reach=0.25)
    >>> [column.round(3).tolist() for column in found]
    [[0.925, 0.4], [0.025, 0.2]]

    Who still buys, of whom 96% order again, and whose complaint was answered quickly:

    >>> found = odds(np.array([0.82]), np.array([0.63]), np.array([0.96]), live=np.array([True]))
    >>> [column.round(2).tolist() for column in found]
    [[0.96], [0.63]]
    """
    authors = chance - gain
    stays = np.maximum((rate - gain) * left, authors)
    base = np.where(np.isnan(rate), authors, np.where(live, stays, rate * left))
    base = calibration.certain(base)
    highest = calibration.certain(np.maximum(most, chance))
    won = np.where(live, gain, np.minimum(gain, reach * (1 - base)))
    more = np.minimum(won, np.maximum(highest - base, 0.0))
    if effect is not None:
        base, more = effect.tuned(base, more, full)
        base = calibration.certain(base)
        more = np.minimum(more, calibration.MOST - base)
    return base + more, more


_HANDLINGS = ("rejected", "accepted")


def answer(share: Floats, settings: Settings) -> Floats:
    """Return which part of the gain an amount brings by the response curves, of both handlings on average.

    Parameters
    ----------
    share : ndarray of float, shape (n,)
        Over our part of the loss; where it is NaN there is nothing to tell, and it brings all.
    settings : Settings
    """
    known = np.nan_to_num(share)
    found = [
        offer_amounts.answer(
            known,
            offer_amounts.curve(
                _shares(name, len(share), settings), np.full(len(share), name == "accepted"), settings
            ),
        )
        for name in _HANDLINGS
    ]
    return np.asarray(np.where(np.isnan(share), 1.0, np.mean(found, axis=0)))


def full_share(accepted: NDArray[np.bool_], settings: Settings) -> Floats:
    """Return what a full make-good is over our part of the loss: the amount that brings all of the gain."""
    return np.where(accepted, settings.accepted_high, settings.rejected_high)


def response(settings: Settings, effect: OwnEffect | None) -> Settings:
    """Return the settings with the response curves as the team's own outcomes have them.

    Parameters
    ----------
    settings : Settings
        ``response_token``, and of both handlings the answers at the low and the recommended share.
    effect : OwnEffect or None
        Without amounts in it, or without it, the settings stay as they are.
    """
    if effect is None or not effect.priced:
        return settings
    changed: dict[str, float] = {}
    token = []
    for name in _HANDLINGS:
        points = np.array([getattr(settings, f"response_{name}_{at}") for at in ("low", "recommended")])
        shares = np.concatenate([[0.0], _shares(name, 1, settings)[:, 0]])
        found = effect.answers(shares, np.array([settings.response_token, *points, 1.0]))
        token.append(found[0])
        changed[f"response_{name}_low"], changed[f"response_{name}_recommended"] = found[1], found[2]
    least = min(token)
    return settings.with_(response_token=least, **changed)


def _shares(handling: str, many: int, settings: Settings) -> Floats:
    """Return low, recommended and high of a handling, shape (3, many)."""
    return offer_amounts.shares(np.full(many, handling == "accepted"), np.zeros(many), settings)
