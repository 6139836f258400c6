"""Maximum likelihood in the logarithms of positive parameters, and the grouping that makes it cheap.

The two customer models share it: `bgnbd` (how many orders) and `gamma_gamma` (how much an order is worth).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.lifetime_value.descent import descend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Score = Callable[[Floats], tuple[float, Floats]]
    """Parameters in; log-likelihood and its derivatives by the parameters out."""

_FLAT = 1e-4
"""Largest slope, per customer and per unit of a log-parameter, at which the top counts as reached."""


@dataclass(frozen=True, slots=True)
class Optimum:
    """Where a likelihood is highest, and whether that can be trusted."""

    parameters: Floats
    log_likelihood: float
    converged: bool
    at_lower: NDArray[np.bool_]


def group(*columns: NDArray[np.generic]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Find equal rows.

    Parameters
    ----------
    *columns : ndarray, each of shape (n,)
        One array a column.

    Returns
    -------
    first : ndarray of int, shape (groups,)
        Position of the first row of each group, rising.
    member : ndarray of int, shape (n,)
        The group of every row: ``column[first][member]`` is ``column`` again.

    Examples
    --------
    >>> first, member = group(np.array([7, 8, 7]), np.array([1, 1, 1]))
    >>> first.tolist(), member.tolist()
    ([0, 1], [0, 1, 0])
    """
    member = np.zeros(len(columns[0]), dtype=np.int64)
    groups = 1
    for column in columns:
        codes, values = pd.factorize(column)
        # Numbering the pairs again after every column keeps the key below the square of the row count. That needs 64
        # bits, and codes have 32 in Pyodide.
        key = member.astype(np.int64, copy=False) * len(values) + codes
        member, pairs = pd.factorize(key) if groups > 1 else (codes, values)
        groups = len(pairs)
    first = np.empty(groups, dtype=np.intp)
    first[member[::-1]] = np.arange(len(member) - 1, -1, -1)
    return first, member


def dot(left: Floats, right: Floats) -> float:
    """Return the sum of products, the same on every machine.

    The `@` of numpy hands long arrays to a library that splits them over the processors: its last digits
    depend on their number, and waiting for a busy one costs more than the sum.
    """
    return float(np.einsum("i,i->", left, right))


def maximise(
    score: Score, starts: Iterable[tuple[float, ...]], lower: Floats, upper: Floats, weight: float
) -> Optimum:
    """Climb from each start in turn until one climb ends on top.

    Parameters
    ----------
    score : callable
        Takes the parameters; returns the log-likelihood and its derivatives by the parameters.
    starts : iterable of tuple of float
        Where to begin; the later ones are used only when the earlier did not converge.
    lower, upper : ndarray of float
        Bounds of the parameters, > 0.
    weight : float
        How many customers the log-likelihood sums over; it makes the tolerances hold for any number.

    Returns
    -------
    Optimum
        The first top that was reached; otherwise the best point seen, with ``converged`` False.
    """
    low, high = np.log(lower), np.log(upper)

    def depth(log_parameters: Floats) -> tuple[float, Floats]:
        parameters = np.exp(log_parameters)
        height, slope = score(parameters)
        return -height / weight, -slope * parameters / weight

    best: Optimum | None = None
    for start in starts:
        at = descend(depth, np.clip(np.log(start), low, high), low, high)
        now = _judge(at, *depth(at), lower, upper, weight)
        if best is None or (now.converged, now.log_likelihood) > (best.converged, best.log_likelihood):
            best = now
        if best.converged:
            break
    if best is None:
        raise ValueError("maximise needs at least one start")
    return best


def _judge(at: Floats, depth: float, slope: Floats, lower: Floats, upper: Floats, weight: float) -> Optimum:
    """Call it a top when no allowed step leads higher: judged by the slope, not by the optimiser's word."""
    at_lower = at <= np.log(lower) + 1e-6
    at_upper = at >= np.log(upper) - 1e-6
    blocked = (at_lower & (slope > 0)) | (at_upper & (slope < 0))
    flat = np.abs(np.where(blocked, 0.0, slope)) <= _FLAT
    converged = bool(np.isfinite(depth) and np.all(np.isfinite(slope)) and np.all(flat))
    return Optimum(np.exp(at), -depth * weight, converged, at_lower)
