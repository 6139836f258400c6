"""The odds of a plan: who comes back by themselves is learned from the ledger, and own outcomes correct the gain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from winback_xl.core.returns.own_effect import OwnEffect
    from winback_xl.settings import Settings

    Floats = NDArray[np.float64]


def return_rate(accounts: pd.DataFrame) -> Floats:
    """Return the learned return rate of who has left; what a complaint does to those who still buy it does not say."""
    if "return_rate" not in accounts:
        return np.full(len(accounts), np.nan)
    gone = accounts["status"].isin(["Lapsed", "Cold"]).to_numpy(bool)
    return np.where(gone, accounts["return_rate"].to_numpy(float), np.nan)


def silence(lapse_ratio: Floats, rate: Floats, settings: Settings) -> Floats:
    """Return the silence that the gain of each account is judged by.

    Where the return rate is learned, silence is in it already; the gain itself fades with silence only as far as
    ``settings.gain_by_silence`` says. A randomised test of 64,000 past buyers found the same gain at one month of
    silence as at twelve (Hillstrom 2008).
    """
    flat = 1 + settings.gain_by_silence * (lapse_ratio - 1)
    return np.where(np.isnan(rate), lapse_ratio, flat)


def odds(
    chance: Floats, gain: Floats, rate: Floats, effect: OwnEffect | None = None
) -> tuple[Floats, Floats]:
    """Return the odds and the gain of each account.

    Parameters
    ----------
    chance, gain : ndarray of float, shape (n,)
        From `win_odds.win`: the authors' odds, and what an effort adds.
    rate : ndarray of float, shape (n,)
        From `return_rate`: where it is known it takes the place of the low end of the band, and the gain is at most
        what is left to 1.
    effect : OwnEffect, optional
        Corrects both by the team's own outcomes.

    Examples
    --------
    >>> found = odds(np.array([0.4, 0.4]), np.array([0.2, 0.2]), np.array([0.9, np.nan]))
    >>> [column.round(2).tolist() for column in found]
    [[1.0, 0.4], [0.1, 0.2]]
    """
    base = np.where(np.isnan(rate), chance - gain, rate)
    more = np.minimum(gain, 1 - base)
    if effect is not None:
        base, more = effect.tuned(base, more)
    return base + more, more
