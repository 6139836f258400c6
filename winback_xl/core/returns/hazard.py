"""A logistic regression with a weak prior: the chance to order again in the next 30 days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from winback_xl.core.tally import Bools, Floats

_PRIOR_SD = 0.35  # of each standardised effect: odds that double or halve are usual, more is rare
_STEPS, _HALVINGS, _CLOSE = 30, 20, 1e-6


@dataclass(frozen=True, slots=True)
class Hazard:
    """A fitted regression.

    Parameters
    ----------
    effects : ndarray of float, shape (p + 1,)
        Of the constant and of each standardised feature.
    centre, spread : ndarray of float, shape (p,)
    least, most : ndarray of float, shape (p,)
        The range of each feature that was seen: beyond it the effect stays as at its end.
    rows, events : int
        What it was fitted on, and how often the event was there.
    """

    effects: Floats
    centre: Floats
    spread: Floats
    least: Floats
    most: Floats
    rows: int
    events: int

    def chance(self, features: Floats) -> Floats:
        """Return the chance of the event, 0 to 1, for rows of features, shape (n, p)."""
        seen = np.clip(features, self.least, self.most)
        return chance_of(((seen - self.centre) / self.spread) @ self.effects[1:] + self.effects[0])


def fit(features: Floats, event: Bools, weights: Floats) -> Hazard:
    """Fit by Newton steps to the most probable effects; a step that makes them less probable is halved.

    Parameters
    ----------
    features : ndarray of float, shape (n, p)
    event : ndarray of bool, shape (n,)
        Some are True and some are not.
    weights : ndarray of float, shape (n,)
        Above 0.
    """
    centre, spread = features.mean(axis=0), features.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    design = np.column_stack([np.ones(len(features)), (features - centre) / spread])
    prior = np.diag([0.0, *([_PRIOR_SD**-2] * features.shape[1])])
    share = float(np.average(event, weights=weights))
    effects = np.zeros(design.shape[1])
    effects[0] = np.log(share / (1 - share))

    def likely(there: Floats) -> float:
        line = design @ there
        return float(weights @ (event * line - np.logaddexp(0.0, line)) - there @ prior @ there / 2)

    best = likely(effects)
    for _ in range(_STEPS):
        chance = chance_of(design @ effects)
        slope = design.T @ (weights * (event - chance)) - prior @ effects
        curve = (design * (weights * chance * (1 - chance))[:, None]).T @ design + prior
        step = np.linalg.solve(curve + 1e-9 * np.eye(len(curve)), slope)
        found = likely(effects + step)
        for _ in range(_HALVINGS):
            if found >= best:
                break
            step = step / 2  # too far, as with features that nearly say the same
            found = likely(effects + step)
        effects, best = effects + step, found
        if np.abs(step).max() < _CLOSE:
            break
    least, most = features.min(axis=0), features.max(axis=0)
    return Hazard(effects, centre, spread, least, most, len(features), int(event.sum()))


def chance_of(line: Floats) -> Floats:
    """Turn log-odds into a chance."""
    return np.asarray(1 / (1 + np.exp(-np.clip(line, -40.0, 40.0))), dtype=np.float64)


def log_odds(chance: Floats) -> Floats:
    """Turn a chance into log-odds; 0 and 1 are taken as next to it."""
    inside = np.clip(chance, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(inside / (1 - inside)), dtype=np.float64)
