"""How many orders to expect where nobody stops: the NBD model, the boundary of the BG/NBD model.

Customers order at random at their own rate; rates differ by a gamma distribution. What is expected of one is their own
count, drawn towards the rate of all: the less was seen of them, the further (gamma-Poisson shrinkage).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.lifetime_value.max_likelihood import dot, maximise
from winback_xl.core.lifetime_value.special import digamma, log_gamma
from winback_xl.errors import NotEnoughError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_LOWER, _UPPER = np.array([1e-3, 1e-3]), np.array([1e3, 1e4])
_STARTS = ((1.0, 0.5), (0.3, 0.1), (5.0, 1.0))


@dataclass(frozen=True, slots=True)
class Nbd:
    """A fitted model: shape ``r`` and rate ``alpha`` (a time) of the gamma distribution, and customers it was fitted on."""

    r: float
    alpha: float
    n: int = 0

    @property
    def name(self) -> str:
        """Return the usual name of the model."""
        return "NBD"

    def expected(
        self,
        t: float,
        x: Floats,
        tx: Floats,  # noqa: ARG002 - as in `bg_nbd`
        T: Floats,  # noqa: N803
        quiet: Floats | None = None,  # noqa: ARG002
    ) -> Floats:
        """Return how many order days to expect in the coming time ``t``; arguments as for `bg_nbd.BgNbd.expected`.

        >>> round(float(Nbd(2.0, 10.0).expected(5.0, np.array(3.0), np.array(9.0), np.array(15.0))), 3)
        1.0
        """
        return np.asarray(t * (self.r + x) / (self.alpha + T), dtype=np.float64)


def fit(x: Floats, T: Floats) -> Nbd:  # noqa: N803 - the paper's name
    """Fit the model by maximum likelihood.

    Parameters
    ----------
    x, T : ndarray of float, shape (n,)
        Repeat order days and time observed of each customer.

    Raises
    ------
    NotEnoughError
        Nobody ordered again, or nothing was observed.

    References
    ----------
    Ehrenberg (1959), Applied Statistics 8(1); Fader & Hardie (2013), the limit of the BG/NBD model without dropout.
    """
    unit = float(T.mean())
    if not x.any() or unit <= 0:
        raise NotEnoughError("Nobody ordered on two or more days.", "Load a longer ledger.", code="nbd-few")
    end, ones = T / unit, np.ones(len(x))

    def score(parameters: Floats) -> tuple[float, Floats]:
        r, alpha = parameters
        log_end = np.log(alpha + end)
        height = dot(ones, log_gamma(r + x) - log_gamma(r) - (r + x) * log_end) + len(x) * r * np.log(alpha)
        slope = np.array(
            [
                dot(ones, digamma(r + x) - digamma(r) - log_end) + len(x) * np.log(alpha),
                len(x) * r / alpha - dot(ones, (r + x) / (alpha + end)),
            ]
        )
        return float(height), slope

    found = maximise(score, _STARTS, _LOWER, _UPPER, float(len(x)))
    r, alpha = (float(value) for value in found.parameters)
    return Nbd(r, alpha * unit, len(x))
