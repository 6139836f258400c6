"""The chance to order again, step by step to the horizon: hazards learned from month ends, with the articles' bands as a prior."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.returns import hazard
from winback_xl.core.returns.past_states import BUYING, MONTH, SILENT

if TYPE_CHECKING:
    from winback_xl.core.returns.hazard import Hazard
    from winback_xl.core.returns.past_states import States
    from winback_xl.core.tally import Floats
    from winback_xl.settings import Settings

_HALF = 180.0  # days after which an earlier date counts half as much
_FEWEST = 10  # returns without which nothing is learned
_PRIOR_RETURNS = 10.0  # returns that weigh as much as the bands do on a large ledger
_MOST = 0.95  # chance of a step: nobody is certain to order


BAND_DAYS = 180
"""The horizon of the articles' bands, which name none: half a year, as the default of ``return_days``."""


@dataclass(frozen=True, slots=True)
class Chances:
    """What was learned of a ledger's past.

    Parameters
    ----------
    silent, buying : Hazard or None
        For customers who are Lapsed or Cold, and for the others; None where the past is too short.
    settings : Settings
    """

    silent: Hazard | None
    buying: Hazard | None
    settings: Settings

    def within(self, states: States, days: float) -> Floats:
        """Return the chance to order again within so many days if nothing is done, 0 to 1, as `ReturnRates.of` does.

        Notes
        -----
        Where nothing can be learned it is the low end of the articles' band, what doing little would win anyway; as a
        prior the middle of the band did better on four ledgers than its low end. The bands are odds within half a year:
        what comes earlier in it is as much of the whole as the ledger's past has it (30 days, 13 days of three ledgers:
        rates 2.7 points too low before, 1.0 after), and at a steady pace where nothing is learned.
        """
        low, high = bands(states, self.settings)
        out = _earlier(low, days / BAND_DAYS)
        for model, names in ((self.silent, SILENT), (self.buying, BUYING)):
            rows = np.isin(states.status, names)
            if model is None or not rows.any():
                continue
            there = states.where(rows)
            learned = self._steps(model, there, max(days, BAND_DAYS))
            weight = self.settings.return_ledger_weight * model.events / (model.events + _PRIOR_RETURNS)
            middle = (low[rows] + high[rows]) / 2
            line = weight * hazard.log_odds(learned) + (1 - weight) * hazard.log_odds(middle)
            out[rows] = hazard.chance_of(line)
            if days < BAND_DAYS:
                part = _staying(self._steps(model, there, days)) / _staying(learned)
                out[rows] = -np.expm1(_staying(out[rows]) * part)
        return out

    def _steps(self, model: Hazard, states: States, days: float) -> Floats:
        """Go step by step to the horizon: who has not ordered in a step is more silent in the next.

        Who still buys is on the way to a lapse: from their own limit on what counts is what the silent did.
        """
        stay, highest = np.ones(len(states)), np.full(len(states), _MOST)
        for start in np.arange(0.0, days, MONTH):
            lapsed = states.silence + start > states.limit
            if model is self.silent:
                chance = model.chance(states.features(start))
            else:
                chance = model.chance(states.paced(start))
                if self.silent is not None:
                    chance = np.where(lapsed, self.silent.chance(states.features(start)), chance)
            chance = np.minimum(chance, highest)
            # Who is lapsed is never likelier to return for being silent longer.
            highest = np.where(lapsed, chance, _MOST)
            stay *= (1 - chance) ** min(1.0, (days - start) / MONTH)
        return 1 - stay


def learn(past: States | None, as_of: int, settings: Settings) -> Chances:
    """Learn from earlier states, each followed for 30 days.

    Parameters
    ----------
    past : States or None
        As `past_states.on_all` gives them; None teaches nothing.
    as_of : int
        Day number of today: later states weigh more.
    settings : Settings
    """
    if past is None:
        return Chances(None, None, settings)
    gone = np.isin(past.status, SILENT)
    silent, buying = past.where(gone), past.where(~gone)
    return Chances(
        _fitted(silent, silent.features(), as_of), _fitted(buying, buying.paced(), as_of), settings
    )


def bands(states: States, settings: Settings) -> tuple[Floats, Floats]:
    """Return the low and the high end of the articles' band for each status."""
    place = np.select([states.status == "Lapsed", states.status == "Cold"], [1, 2], 0)
    low = np.array([settings.odds_current_low, settings.odds_lapsed_low, settings.odds_cold_low])
    high = np.array([settings.odds_current_high, settings.odds_lapsed_high, settings.odds_cold_high])
    return low[place], high[place]


def _staying(chance: Floats) -> Floats:
    """Return the logarithm of the chance not to order."""
    return np.asarray(np.log1p(-np.clip(chance, 1e-9, 1 - 1e-9)))


def _earlier(chance: Floats, part: float) -> Floats:
    """Return a chance within a part of its time, at a steady pace; the whole within more."""
    return np.asarray(1 - (1 - chance) ** min(part, 1.0))


def _fitted(past: States, features: Floats, as_of: int) -> Hazard | None:
    event = past.within(MONTH)
    if not _FEWEST <= int(event.sum()) <= len(past) - _FEWEST:
        return None
    hurt = past.complained
    if not _FEWEST <= int((event & hurt).sum()) <= int(hurt.sum()) - _FEWEST:
        features[:, -1] = 0.0  # too few complaints to learn from
    return hazard.fit(features, event, 0.5 ** ((as_of - past.day) / _HALF))
