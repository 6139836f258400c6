"""Odds from the team's own outcomes: what the bands of the articles are replaced by once there are enough.

A logistic regression of won against lost on three things that predict a return (Kumar, Bhagwat & Zhang 2015): how
much of a customer it was, how long silent, and how much was agreed. Accounts that were left alone are in it too, so
that the effect of an effort is separated from returns that would happen anyway. A weak prior keeps a small or one-sided record from
claiming certainty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.lifetime_value.special import logistic
from winback_xl.core.outcomes.past_outcomes import tried
from winback_xl.core.tracking import cell_values
from winback_xl.core.tracking.account_state import LEFT_ALONE_ARM
from winback_xl.core.wording import plural
from winback_xl.errors import NotEnoughError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.settings import Settings

    Floats = NDArray[np.float64]

_FEATURES = (
    "Order days (log)",
    "Lapse ratio",
    "Agreed, over our part",
    "Agreed, without a loss (log)",
    "Worked on",
)
_PRIOR_SD = (
    2.0  # of each standardised effect: two standard deviations of odds ratio 7 either way are thinkable
)
_SURE = 1.96  # standard errors to either side of a 95% interval
_STEPS, _CLOSE = 60, 1e-10
_LOST = ("Lost", "Warm-lost")


@dataclass(frozen=True, slots=True)
class Refit:
    """Own odds, with their uncertainty.

    Parameters
    ----------
    effects : DataFrame
        One row a feature: ``effect``, ``odds_ratio`` (for one standard deviation more), ``low`` and ``high`` (95%),
        ``error`` (standard error of the effect).
    odds : DataFrame, index of the accounts
        ``odds``, ``low`` and ``high`` (95%).
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
        ``agreed_amount`` (money; blank: nothing was agreed), ``our_part`` (of the loss, money), what shows that somebody
        tried: ``attempts``, ``last_contact``, ``listened``; and of the control group ``arm``, and whether it came
        back: ``came_back`` (True, False, or blank while it is followed). Absent ones count as blank.
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
    Money counts over our part of the loss; without a loss its logarithm counts. Won means outcome Won; Lost and Warm-lost count as lost, Let go only where somebody tried: who was let go
    untried says nothing about the odds of trying. Open accounts teach nothing yet. Effects are
    maximum a posteriori under independent normal priors, errors from the curvature there; intervals of the odds come
    from the errors of the linear predictor.
    """
    accounts = cell_values.understood(accounts)
    outcome = accounts["outcome"].fillna("").to_numpy()
    won = outcome == "Won"
    effort = tried(accounts)
    lost = np.isin(outcome, _LOST) | ((outcome == "Let go") & effort)
    wins, losses = int(won.sum()), int(lost.sum())
    if wins < settings.own_outcomes or losses < settings.own_outcomes:
        raise NotEnoughError(
            f"So far {plural(wins, 'win')} and {plural(losses, 'loss', 'losses')} are recorded.",
            f"From {settings.own_outcomes} of each, odds are fitted to your own outcomes; until then the published ranges apply.",
            code="few-outcomes",
        )
    came = accounts.reindex(columns=["came_back"])["came_back"]
    arm = accounts.reindex(columns=["arm"])["arm"]
    left = (arm == LEFT_ALONE_ARM).to_numpy(bool) & ~effort & ~won & ~lost
    back = won | (left & (came == True).to_numpy(bool))  # noqa: E712 - blanks are no
    raw = _features(accounts, ~left)
    known = won | lost | (left & came.notna().to_numpy(bool))
    centre, spread = raw[known].mean(axis=0), raw[known].std(axis=0)
    design = np.column_stack([np.ones(len(raw)), (raw - centre) / np.where(spread > 0, spread, 1.0)])
    effects, covariance = _fit(design[known], back[known].astype(np.float64))
    line = design @ effects
    error = np.sqrt(np.einsum("ij,jk,ik->i", design, covariance, design))
    odds = pd.DataFrame(
        {
            "odds": logistic(line),
            "low": logistic(line - _SURE * error),
            "high": logistic(line + _SURE * error),
        },
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


def _features(accounts: pd.DataFrame, worked: NDArray[np.bool_]) -> Floats:
    order_days = np.log1p(accounts["order_days"].fillna(0).to_numpy(np.float64))
    lapse = accounts["lapse_ratio"].fillna(0).to_numpy(np.float64)
    agreed = np.maximum(accounts["agreed_amount"].fillna(0).to_numpy(np.float64), 0)
    ours = pd.to_numeric(accounts.reindex(columns=["our_part"])["our_part"]).fillna(0).to_numpy(np.float64)
    share = np.divide(agreed, ours, out=np.zeros_like(agreed), where=ours > 0)
    money = np.where(ours > 0, 0.0, np.log1p(agreed))
    return np.column_stack([order_days, lapse, share, money, worked.astype(np.float64)])


def _fit(design: Floats, won: Floats) -> tuple[Floats, Floats]:
    """Climb to the most probable effects by Newton steps; return them with their covariance."""
    prior = np.diag([0.0, *([_PRIOR_SD**-2] * (design.shape[1] - 1))])
    effects = np.zeros(design.shape[1])
    effects[0] = np.log(won.mean() / (1 - won.mean()))
    for _ in range(_STEPS):
        chance = logistic(design @ effects)
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
    return f"Fitted to {wins:,} wins and {losses:,} losses of your own ({said}). Intervals are 95%."
