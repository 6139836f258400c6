"""What the team's own outcomes say of the advice: how many come back by themselves, and what an effort adds.

Accounts that were worked on and accounts that were left alone are fitted together, so it is the gain that is learned,
not the wins. The advice of the articles stays in it as a prior: a few outcomes move it a little, many move it far.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.returns.hazard import chance_of, log_odds
from winback_xl.errors import NotEnoughError

if TYPE_CHECKING:
    from winback_xl.core.tally import Bools, Floats

NAMES = ("Comes back by itself", "Gain of an effort", "More agreed, over our part")

_PRIOR = np.array([0.0, 1.0, 0.0])  # the advice as it is
_SPREAD = np.array(
    [0.5, 0.5, 1.0]
)  # how far from it is thinkable: odds by a factor 1.6, half the gain to one and a half
_MOST = 0.98  # an effort makes nobody certain to come back
_STEPS, _CLOSE = 50, 1e-9


@dataclass(frozen=True, slots=True)
class OwnEffect:
    """The advice, corrected by own outcomes.

    Parameters
    ----------
    effects, errors : ndarray of float, shape (3,)
        In the order of `NAMES`: what is added to the log-odds of coming back by themselves, what the gain is
        multiplied with (on the log-odds), what a standard deviation more of the amount adds; and their standard errors.
    worked, alone : int
        Accounts it was fitted on.
    back : int
        Of those worked on, how many came back.
    """

    effects: Floats
    errors: Floats
    worked: int
    alone: int
    back: int

    def tuned(self, base: Floats, gain: Floats) -> tuple[Floats, Floats]:
        """Return the base rate and the gain of accounts, corrected.

        Parameters
        ----------
        base, gain : ndarray of float, shape (n,)
            As the advice has them: who comes back by themselves, and what an effort adds. NaN stays NaN.
        """
        start = log_odds(base)
        lift = np.maximum(log_odds(np.minimum(base + gain, _MOST)) - start, 0.0)
        low = chance_of(start + self.effects[0])
        high = chance_of(start + self.effects[0] + self.effects[1] * lift)
        known = ~np.isnan(base)
        return np.where(known, low, base), np.where(known, np.maximum(high - low, 0.0), gain)

    @property
    def sentence(self) -> str:
        """Describe what the advice rests on now."""
        scale = self.effects[1]
        said = (
            "an effort gains about what the authors say" if abs(scale - 1) < self.errors[1]
            else "an effort gains more than the authors say" if scale > 1
            else "an effort gains less than the authors say"
        )  # fmt: skip
        alone = f" and {self.alone:,} left alone" if self.alone else ", nobody left alone"
        return (
            f"Odds, gain, worth and decision follow your own outcomes: {self.back:,} of {self.worked:,} accounts worked on"
            f" came back{alone}; {said} (x {scale:.2f}, give or take {self.errors[1]:.2f}). The authors' figures stay as a"
            " prior."
        )


def fit(
    base: Floats, gain: Floats, worked: Bools, back: Bools, amount: Floats, enough: int = 10
) -> OwnEffect:
    """Fit the correction to closed accounts.

    Parameters
    ----------
    base, gain : ndarray of float, shape (n,)
        The advice on the day the account was listed: who comes back by themselves, and what an effort adds.
    worked : ndarray of bool, shape (n,)
        Whether somebody tried; the others were left alone.
    back : ndarray of bool, shape (n,)
        Whether they came back.
    amount : ndarray of float, shape (n,)
        What was agreed over our part of the loss, or the logarithm of the money where there was no loss; NaN for none.
    enough : int
        So many of those worked on must have come back, and as many not.

    Raises
    ------
    NotEnoughError
        Fewer of those worked on came back, or did not.

    Notes
    -----
    log-odds = log-odds of the base + a + worked x (s x what the gain adds to the log-odds + b x amount); a, s and b
    have independent normal priors about the advice as it is (0, 1, 0).
    """
    won, lost = int((worked & back).sum()), int((worked & ~back).sum())
    if won < enough or lost < enough:
        raise NotEnoughError(
            f"There are {won} wins and {lost} losses recorded.",
            f"From {enough} of each, odds follow your own outcomes; until then the published ranges apply.",
            code="few-outcomes",
        )
    start = log_odds(base)
    lift = np.maximum(log_odds(np.minimum(base + gain, _MOST)) - start, 0.0)
    design = np.column_stack([np.ones(len(base)), worked * lift, worked * _standard(amount, worked)])
    precision = np.diag(_SPREAD**-2)
    effects = _PRIOR.copy()
    for _ in range(_STEPS):
        chance = chance_of(start + design @ effects)
        slope = design.T @ (back - chance) - precision @ (effects - _PRIOR)
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + precision
        step = np.linalg.solve(curve, slope)
        effects = effects + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < _CLOSE:
            break
    errors = np.sqrt(np.diag(np.linalg.inv(curve)))
    return OwnEffect(effects, errors, int(worked.sum()), int((~worked).sum()), won)


def _standard(amount: Floats, worked: Bools) -> Floats:
    """Return the amounts of those worked on in standard deviations from their mean; nothing agreed counts as 0."""
    given = np.where(worked, np.nan_to_num(amount), 0.0)
    mean, spread = float(given[worked].mean()), float(given[worked].std())
    return (given - mean) / spread if spread > 0 else np.zeros_like(given)
