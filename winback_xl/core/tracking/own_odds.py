"""Odds from the team's own outcomes: what the bands of the articles are replaced by once there are enough.

A logistic regression of won against lost on three things that predict a return (Kumar, Bhagwat & Zhang 2015): how
much of a customer it was, how long silent, and whether something was offered. A weak prior keeps a small or one-sided
record from claiming certainty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.tracking import cell_values
from winback_xl.errors import NotEnoughError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.settings import Settings

    Floats = NDArray[np.float64]

_FEATURES = ("Order days (log)", "Lapse ratio", "Something was offered")
_PRIOR_SD = (
    2.0  # of each standardised effect: two standard deviations of odds ratio 7 either way are thinkable
)
_SURE = 1.96  # standard errors to either side of a 95 % interval
_STEPS, _CLOSE = 60, 1e-10
_LOST = ("Lost", "Warm-lost")


@dataclass(frozen=True, slots=True)
class Refit:
    """Own odds, with their uncertainty.

    Parameters
    ----------
    effects : DataFrame
        One row a feature: ``effect``, ``odds_ratio`` (for one standard deviation more), ``low`` and ``high`` (95 %),
        ``error`` (standard error of the effect).
    odds : DataFrame, index of the accounts
        ``odds``, ``low`` and ``high`` (95 %).
    wins, losses : int
        What it rests on.
    sentence : str
        The above in words.
    """

    effects: pd.DataFrame
    odds: pd.DataFrame
    wins: int
    losses: int
    sentence: str


def refit(accounts: pd.DataFrame, settings: Settings) -> Refit:
    """Fit the odds to closed accounts, and apply them to all.

    Parameters
    ----------
    accounts : DataFrame
        ``outcome`` (a value of the list "Outcome"), ``customer_confirmed`` (date), ``order_days``, ``lapse_ratio``,
        ``agreed_amount`` (money; blank: nothing was agreed), and what shows that somebody tried: ``attempts``,
        ``last_contact``, ``listened``; absent ones count as blank.
    settings : Settings
        ``own_outcomes`` says how many wins and losses it takes.

    Returns
    -------
    Refit

    Raises
    ------
    NotEnoughError
        Fewer wins or losses than ``settings.own_outcomes`` are on file.

    Notes
    -----
    Won means outcome Won; Lost and Warm-lost count as lost, Let go only where somebody tried: who was let go
    untried says nothing about the odds of trying. Open accounts teach nothing yet. Effects are
    maximum a posteriori under independent normal priors, errors from the curvature there; intervals of the odds come
    from the errors of the linear predictor.
    """
    accounts = cell_values.understood(accounts)
    outcome = accounts["outcome"].fillna("").to_numpy()
    won = outcome == "Won"
    lost = np.isin(outcome, _LOST) | ((outcome == "Let go") & _tried(accounts))
    wins, losses = int(won.sum()), int(lost.sum())
    if wins < settings.own_outcomes or losses < settings.own_outcomes:
        raise NotEnoughError(
            f"There are {wins} wins and {losses} losses on file.",
            f"From {settings.own_outcomes} of each on, odds are fitted to your own outcomes; until then the bands count.",
            code="few-outcomes",
        )
    raw = _features(accounts)
    known = won | lost
    centre, spread = raw[known].mean(axis=0), raw[known].std(axis=0)
    design = np.column_stack([np.ones(len(raw)), (raw - centre) / np.where(spread > 0, spread, 1.0)])
    effects, covariance = _fit(design[known], won[known].astype(np.float64))
    line = design @ effects
    error = np.sqrt(np.einsum("ij,jk,ik->i", design, covariance, design))
    odds = pd.DataFrame(
        {"odds": _chance(line), "low": _chance(line - _SURE * error), "high": _chance(line + _SURE * error)},
        index=accounts.index,
    )
    errors = np.sqrt(np.diag(covariance))
    table = pd.DataFrame(
        {
            "effect": effects[1:],
            "error": errors[1:],
            "odds_ratio": np.exp(effects[1:]),
            "low": np.exp(effects[1:] - _SURE * errors[1:]),
            "high": np.exp(effects[1:] + _SURE * errors[1:]),
        },
        index=pd.Index(_FEATURES, name="feature"),
    )
    return Refit(table, odds, wins, losses, _sentence(table, wins, losses))


def _tried(accounts: pd.DataFrame) -> NDArray[np.bool_]:
    """Return whom somebody talked to or tried to."""
    tracker = accounts.reindex(columns=["attempts", "last_contact", "listened"])
    tries = tracker["attempts"] > 0
    tried = tries | tracker["last_contact"].notna() | (tracker["listened"] == "Yes")
    return tried.to_numpy(bool)


def _features(accounts: pd.DataFrame) -> Floats:
    order_days = np.log1p(accounts["order_days"].fillna(0).to_numpy(np.float64))
    lapse = accounts["lapse_ratio"].fillna(0).to_numpy(np.float64)
    offered = (accounts["agreed_amount"].fillna(0).to_numpy(np.float64) > 0).astype(np.float64)
    return np.column_stack([order_days, lapse, offered])


def _chance(line: Floats) -> Floats:
    """Turn log-odds into a probability."""
    from scipy.special import expit  # noqa: PLC0415 - scipy takes as long to import as all else together

    return np.asarray(expit(line), dtype=np.float64)


def _fit(design: Floats, won: Floats) -> tuple[Floats, Floats]:
    """Climb to the most probable effects by Newton steps; return them with their covariance."""
    prior = np.diag([0.0, *([_PRIOR_SD**-2] * (design.shape[1] - 1))])
    effects = np.zeros(design.shape[1])
    effects[0] = np.log(won.mean() / (1 - won.mean()))
    for _ in range(_STEPS):
        chance = _chance(design @ effects)
        slope = design.T @ (won - chance) - prior @ effects
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + prior
        step = np.linalg.solve(curve, slope)
        effects = effects + step
        if np.abs(step).max() < _CLOSE:
            break
    return effects, np.asarray(np.linalg.inv(curve), dtype=np.float64)


def _sentence(table: pd.DataFrame, wins: int, losses: int) -> str:
    clear = [
        name
        for name, low, high in zip(table.index, table["low"], table["high"], strict=True)
        if low > 1 or high < 1
    ]
    said = f"what clearly matters: {', '.join(clear)}" if clear else "no single thing clearly matters yet"
    return f"Fitted to {wins} wins and {losses} losses of your own ({said}). Intervals are 95 %."
