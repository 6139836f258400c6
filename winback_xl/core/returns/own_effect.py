"""What the team's own outcomes say of the advice: how many come back by themselves, and what an effort adds.

Accounts that were worked on and accounts that were left alone are fitted together, so it is the gain that is learned,
not the wins. The advice of the articles stays in it as a prior: a few outcomes move it a little, many move it far.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.returns.hazard import chance_of, log_odds
from winback_xl.core.wording import plural
from winback_xl.errors import NotEnoughError

if TYPE_CHECKING:
    from winback_xl.core.tally import Bools, Floats

NAMES = ("Comes back by itself", "Gain of an effort", "A larger amount (log)")

_PRIOR = np.array([0.0, 1.0, 0.0])  # the advice as it is
_SPREAD = np.array(
    [0.5, 0.5, 1.0]
)  # how far from it is thinkable: odds by a factor 1.6, half the gain to one and a half
_MOST = 0.98  # an effort makes nobody certain to come back
_LEAST_SHARE = 0.05  # of our part of the loss: below it an offer counts as a token
_STEPS, _CLOSE = 50, 1e-9


@dataclass(frozen=True, slots=True)
class OwnEffect:
    """The advice, corrected by own outcomes.

    Parameters
    ----------
    effects, errors : ndarray of float, shape (3,)
        In the order of `NAMES`: what is added to the log-odds of coming back by themselves, what the gain is
        multiplied with (on the log-odds), what an amount larger by a factor e adds to the log-odds beyond what the
        response curve has it bring; and their standard errors.
    worked, alone : int
        Accounts it was fitted on.
    back : int
        Of those worked on, how many came back.
    priced : int
        Of those worked on, with how many an amount was agreed.
    usual : float
        The usual amount over our part of the loss; NaN where no outcome has both.
    base, gain : float
        Of the usual account that was worked on, as it was advised: what a response curve is judged at.
    """

    effects: Floats
    errors: Floats
    worked: int
    alone: int
    back: int
    priced: int = 0
    usual: float = float("nan")
    base: float = float("nan")
    gain: float = float("nan")

    def tuned(
        self, base: Floats, gain: Floats, share: Floats | float = float("nan")
    ) -> tuple[Floats, Floats]:
        """Return the base rate and the gain of accounts, corrected.

        Parameters
        ----------
        base, gain : ndarray of float, shape (n,)
            As the advice has them: who comes back by themselves, and what an effort adds. NaN stays NaN.
        share : ndarray of float, shape (n,), or float
            The amount that goes with this gain, over our part of the loss; NaN for the usual one.
        """
        start = log_odds(base)
        lift = np.maximum(log_odds(np.minimum(base + gain, _MOST)) - start, 0.0)
        money = self.effects[2] * self._beyond_usual(share)
        low = chance_of(start + self.effects[0])
        high = chance_of(start + self.effects[0] + self.effects[1] * lift + money)
        known = ~np.isnan(base)
        return np.where(known, low, base), np.where(known, np.maximum(high - low, 0.0), gain)

    def answers(self, shares: Floats, answers: Floats) -> Floats:
        """Return which part of the gain of the largest amount each amount brings, by these outcomes.

        Parameters
        ----------
        shares, answers : ndarray of float, shape (k,)
            Rising amounts over our part of the loss, and which part of the gain the curve in use has each bring.
        """
        if not self.priced:
            return answers
        found = self.tuned(np.full(len(shares), self.base), self.gain * answers, shares)[1]
        if found[-1] <= 0:
            return answers
        parts = np.clip(found / found[-1], 0.0, 1.0)
        return np.asarray(np.minimum.accumulate(parts[::-1])[::-1], dtype=np.float64)

    def _beyond_usual(self, share: Floats | float) -> Floats:
        """Return the logarithm of an amount over the usual one; 0 where either is unknown."""
        usual = 1.0 if np.isnan(self.usual) else self.usual
        more = np.log(np.maximum(share, _LEAST_SHARE) / usual)
        return np.asarray(np.nan_to_num(more), dtype=np.float64)

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
            f" came back{alone}; {said} (x {max(scale, 0):.2f}, give or take {self.errors[1]:.2f}).{self._money_said} The authors'"
            " figures stay as a prior."
        )

    @property
    def _money_said(self) -> str:
        """Describe what larger amounts did; "" where no amount was agreed."""
        if not self.priced:
            return ""
        more, error = self.effects[2], self.errors[2]
        said = (
            "about what the response curve says" if abs(more) < error
            else "more than the response curve says" if more > 0
            else "less than the response curve says"
        )  # fmt: skip
        return f" Larger amounts brought {said} ({self.priced:,} agreed); the curve of the offers follows."


def fit(
    base: Floats,
    gain: Floats,
    worked: Bools,
    back: Bools,
    share: Floats,
    money: Floats,
    enough: int = 10,
) -> OwnEffect:
    """Fit the correction to closed accounts.

    Parameters
    ----------
    base, gain : ndarray of float, shape (n,)
        The advice on the day the account was listed: who comes back by themselves, and what an effort of this amount
        adds.
    worked : ndarray of bool, shape (n,)
        Whether somebody tried; the others were left alone.
    back : ndarray of bool, shape (n,)
        Whether they came back.
    share, money : ndarray of float, shape (n,)
        What was agreed over our part of the loss; and the amount where there was no loss. NaN for none.
    enough : int
        So many of those worked on must have come back, and as many not.

    Raises
    ------
    NotEnoughError
        Fewer of those worked on came back, or did not.

    Notes
    -----
    log-odds = log-odds of the base + a + worked x (s x what the gain adds to the log-odds + b x amount); a, s and b
    have independent normal priors about the advice as it is (0, 1, 0). The amount is a logarithm, less its mean, for
    shares of a loss and for money without a loss each.
    """
    won, lost = int((worked & back).sum()), int((worked & ~back).sum())
    if won < enough or lost < enough:
        raise NotEnoughError(
            f"So far {plural(won, 'win')} and {plural(lost, 'loss', 'losses')} are recorded.",
            f"From {enough} of each, odds follow your own outcomes; until then the published ranges apply.",
            code="few-outcomes",
        )
    start = log_odds(base)
    lift = np.maximum(log_odds(np.minimum(base + gain, _MOST)) - start, 0.0)
    shares, usual = _centred(share, worked, _LEAST_SHARE)
    sums, _ = _centred(money, worked, 1.0)
    design = np.column_stack([np.ones(len(base)), worked * lift, shares + sums])
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
    priced = int((worked & ~(np.isnan(share) & np.isnan(money))).sum())
    return OwnEffect(
        effects, errors, int(worked.sum()), int((~worked).sum()), won, priced, usual,
        float(base[worked].mean()), float(gain[worked].mean()),
    )  # fmt: skip


def _centred(amount: Floats, worked: Bools, least: float) -> tuple[Floats, float]:
    """Return the logarithm of amounts of those worked on less its mean, 0 for none, and the amount at the mean."""
    there = worked & ~np.isnan(amount)
    out = np.zeros(len(amount))
    if not there.any():
        return out, float("nan")
    logs = np.log(np.maximum(amount[there], least))
    out[there] = logs - logs.mean()
    return out, float(np.exp(logs.mean()))
