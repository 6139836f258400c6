"""Find the lowest point of a smooth function of a few numbers between bounds, given its slope: BFGS, in numpy alone.

SciPy's optimisers do the same, but take longer to import than the whole search; tests compare the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Depth = Callable[[Floats], tuple[float, Floats]]
    """A point in; height and slope there out."""

_STEPS = 500
_FAR = 1.0  # the first step is not longer: nothing is known of the curvature yet
_LEVEL = 1e-10  # a slope below counts as none
_ENOUGH = 1e-4  # share of the promised descent that a step must bring
_NOISE = 1e-12  # relative: smaller differences of heights are rounding
_FLATTER = 0.5  # a step that brings less than rounding must take half of the slope away
_HALVINGS = 40


def descend(depth: Depth, start: Floats, low: Floats, high: Floats) -> Floats:
    """Go down from a point until no step leads lower.

    Parameters
    ----------
    depth : callable
        Takes a point, shape (n,); returns the height there and its slope, shape (n,).
    start, low, high : ndarray of float, shape (n,)
        Where to begin, and the bounds of each number; the start is within them.

    Returns
    -------
    ndarray of float, shape (n,)
        Within the bounds; the start itself where the height there is no number.

    References
    ----------
    Nocedal & Wright (2006), Numerical Optimization, chapters 3 and 6; Bertsekas (1982), projected Newton methods.

    Examples
    --------
    >>> descend(lambda at: (float(((at - 3) ** 2).sum()), 2 * (at - 3)), np.zeros(2), np.zeros(2), np.array([9.0, 2.0])).tolist()
    [3.0, 2.0]
    """
    at = start
    height, slope = depth(at)
    curve = np.eye(len(at))
    fresh = True
    for _ in range(_STEPS):
        free = ~((at <= low) & (slope > 0) | (at >= high) & (slope < 0))
        if not np.isfinite(height) or not np.abs(slope[free]).max(initial=0.0) > _LEVEL:
            break
        way = _way(curve, slope, free, low - at, high - at)
        if fresh:
            way *= min(1.0, _FAR / np.abs(way).max())
        step = _step(depth, at, (height, slope), way, free, (low, high))
        if step is None:
            if fresh:
                break
            curve, fresh = np.eye(len(at)), True
            continue
        new, height, new_slope = step
        curve = _learned(curve, new - at, new_slope - slope, fresh=fresh)
        at, slope, fresh = new, new_slope, False
    return at


def _way(curve: Floats, slope: Floats, free: Flags, down: Floats, up: Floats) -> Floats:
    """Return the step to the bottom of a bowl of this curvature; what would pass a bound ends there, and the rest follows."""
    way = np.zeros(len(slope))
    moving = free
    while moving.any():
        pull = slope + (curve * way).sum(axis=1)
        way[moving] = -np.linalg.solve(curve[np.ix_(moving, moving)], pull[moving])
        passing = moving & ((way < down) | (way > up))
        if not passing.any():
            break
        way = np.where(free & ~moving | passing, np.clip(way, down, up), 0.0)
        moving = moving & ~passing
    return way


def _step(
    depth: Depth,
    at: Floats,
    here: tuple[float, Floats],
    way: Floats,
    free: Flags,
    bounds: tuple[Floats, Floats],
) -> tuple[Floats, float, Floats] | None:
    """Return the first point on the way that is low enough, with its height and slope; None where there is none."""
    height, slope = here
    noise = _NOISE * abs(height)
    for halving in range(_HALVINGS):
        new = np.clip(at + way * 0.5**halving, *bounds)
        promised = -_ENOUGH * float(np.sum(slope * (new - at)))
        found, new_slope = depth(new)
        if not (np.isfinite(found) and np.isfinite(new_slope).all()):
            continue
        if found < height - max(promised, noise):
            return new, found, new_slope
        if found <= height + noise:  # at the bottom heights differ by rounding only; there the slope tells
            flatter = np.abs(new_slope[free]).max() <= _FLATTER * np.abs(slope[free]).max()
            return (new, found, new_slope) if flatter else None
    return None


def _learned(curve: Floats, moved: Floats, change: Floats, *, fresh: bool) -> Floats:
    """Return the curvature after a step has shown how the slope changes."""
    along = float(np.sum(moved * change))
    if along <= _NOISE * float(np.abs(moved).max() * np.abs(change).max()):
        return curve
    if fresh:
        curve = np.eye(len(moved)) * float(np.sum(change * change)) / along
    bent = (curve * moved).sum(axis=1)
    return np.asarray(
        curve + change[:, None] * change / along - bent[:, None] * bent / float(np.sum(moved * bent))
    )
