"""Log-gamma, digamma and logistic function on arrays, in numpy alone.

Importing SciPy takes longer than segmenting ten thousand customers, and these three are all that the models need of it. Tests
compare each with SciPy's.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

_FAR = 8.0  # from here on the series below are exact to the last digit
_STEPS = 8
_SHIFTS = np.arange(_STEPS, dtype=np.float64)
_HALF_LOG_2PI = 0.9189385332046727
_LOG_GAMMA = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400)
"""Factors of 1/z, 1/z^3, ... in Stirling's series: B(2k) / (2k (2k - 1))."""
_DIGAMMA = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12, -3617 / 8160)
"""Factors of 1/z^2, 1/z^4, ...: B(2k) / 2k."""


def log_gamma(x: ArrayLike) -> Floats:
    """Return the logarithm of the gamma function for x > 0, any shape.

    >>> log_gamma([1.0, 5.0, 0.5]).round(12).tolist()
    [0.0, 3.178053830348, 0.572364942925]

    References
    ----------
    Abramowitz & Stegun (1964), 6.1.41 beyond 8; below, Gamma(x) = Gamma(x + 8) / (x (x + 1) ... (x + 7)).
    """
    given = np.asarray(x, dtype=np.float64)
    if not given.ndim:
        return np.asarray(math.lgamma(given))
    near = bool((given < _FAR).any())
    far = given + _STEPS if near else given
    inverse = 1 / far
    found = (far - 0.5) * np.log(far) - far + _HALF_LOG_2PI + _series(_LOG_GAMMA, inverse * inverse) * inverse
    if near:
        found -= np.log(np.multiply.reduce(np.add.outer(_SHIFTS, given)))
    return np.asarray(found)


def digamma(x: ArrayLike) -> Floats:
    """Return the derivative of `log_gamma` for x > 0, any shape.

    >>> digamma([1.0, 10.0]).round(12).tolist()
    [-0.577215664902, 2.251752589067]

    References
    ----------
    Abramowitz & Stegun (1964), 6.3.18 beyond 8; below, psi(x) = psi(x + 1) - 1 / x, eight times.
    """
    given = np.asarray(x, dtype=np.float64)
    near = bool((given < _FAR).any())
    far = given + _STEPS if near else given
    square = 1 / (far * far)
    found = np.log(far) - 0.5 / far - _series(_DIGAMMA, square) * square
    if near:  # the greatest first: what is added last is rounded least
        found -= np.add.reduce(1 / np.add.outer(_SHIFTS[::-1], given))
    return np.asarray(found)


def logistic(x: ArrayLike) -> Floats:
    """Turn log-odds into probabilities, any shape.

    >>> logistic([0.0, -800.0, 800.0]).tolist()
    [0.5, 0.0, 1.0]
    """
    given = np.asarray(x, dtype=np.float64)
    small = np.exp(-np.abs(given))
    return np.asarray(np.where(given >= 0, 1.0, small) / (1 + small))


def _series(factors: tuple[float, ...], power: Floats) -> Floats:
    total = np.full_like(power, factors[-1])
    for factor in factors[-2::-1]:
        total = total * power + factor
    return total
