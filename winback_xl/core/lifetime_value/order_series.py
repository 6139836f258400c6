"""The one infinite sum of the order model: orders to expect of customers who may stop after each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_BLOCK = 4096  # rows worked on at once, so that they stay in the cache
_CHECK = 16  # terms between two looks at what is left of the sum
_ENOUGH = 1e-15  # what is left, relative to the sum, that no longer counts


def orders_if_alive(t: Floats, shape: Floats, rate: Floats, a: float, b: Floats) -> Floats:
    """Return the order days to expect in time ``t`` of customers who have not stopped yet.

    If nobody stopped, the number of orders N would be negative binomial; of n orders those count that come
    before the customer stops, on average ``s(n) = 1 + b / (a + b) + ... `` (n terms, each the probability to
    survive the orders before). The answer is the mean of s(N). All terms are positive, so nothing cancels,
    whatever the parameters; it equals the 2F1 form of the paper.

    Parameters
    ----------
    t : ndarray of float, shape (n,)
        Time ahead.
    shape, rate : ndarray of float, shape (n,)
        Gamma distribution of the order rate: r + x and alpha + T.
    a : float
        First parameter of the beta distribution.
    b : ndarray of float, shape (n,)
        Second parameter: b + x.

    Returns
    -------
    ndarray of float, shape (n,)
    """
    expected = np.empty_like(t)
    share = t / (rate + t)
    by_length = np.argsort(shape * t / rate, kind="stable")  # rows that need equally many terms go together
    for start in range(0, len(t), _BLOCK):
        rows = by_length[start : start + _BLOCK]
        expected[rows] = _series(share[rows], shape[rows], a, b[rows])
    return expected


def _series(share: Floats, shape: Floats, a: float, b: Floats) -> Floats:
    """Sum the mean of s(N), see `orders_if_alive`, until what is left no longer counts."""
    result = np.empty_like(share)
    rows = np.arange(len(share))
    weight, weights = np.ones_like(share), np.ones_like(share)  # of N = n, up to a common factor; their sum
    survive, counted, total = np.ones_like(share), np.zeros_like(share), np.zeros_like(share)
    n = 0
    while len(rows):
        for n in range(n + 1, n + 1 + _CHECK):  # noqa: B020 - the count goes on where it stopped
            weight *= share * ((shape + (n - 1)) / n)
            counted += survive
            survive *= (b + (n - 1)) / (a + b + (n - 1))
            total += weight * counted
            weights += weight
        shrink = np.maximum(share, share * (shape + n) / (n + 1))  # no later weight shrinks more slowly
        with np.errstate(divide="ignore"):
            left = np.where(shrink < 1, weight * shrink * (counted + 1 / (1 - shrink)) / (1 - shrink), np.inf)
        done = left <= _ENOUGH * total
        result[rows[done]] = total[done] / weights[done]
        keep = ~done
        big = np.where(weights > 1e150, 1e-150, 1.0)
        rows, share, shape, b = rows[keep], share[keep], shape[keep], b[keep]
        survive, counted = survive[keep], counted[keep]
        weight, weights, total = ((value * big)[keep] for value in (weight, weights, total))
    return result
