"""A make-good as calculated, before it is rounded or shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Sized:
    """A make-good of every row with all that it was reached from; arrays of shape (n,), NaN for unknown."""

    loss: NDArray[np.float64]
    fault: NDArray[np.float64]
    paid: NDArray[np.float64]
    owed: NDArray[np.float64]
    accepted: NDArray[np.bool_]
    prior_failures: NDArray[np.float64]
    odds_gain: NDArray[np.float64]
    strategic_value: NDArray[np.float64]
    offer: NDArray[np.float64]
    cost_factor: NDArray[np.float64]
    attributable: NDArray[np.float64]
    future_margin: NDArray[np.float64]
    worth: NDArray[np.float64]
    unknown: NDArray[np.bool_]
    room: NDArray[np.float64]
    fair: NDArray[np.float64]  # the recommended share of the loss, or what is owed where that is more
    answers: NDArray[np.float64]  # (3, n): which part of the worth low, recommended and high bring
    nets: NDArray[np.float64]  # (3, n): what they bring less what they cost us
    needed: NDArray[
        np.float64
    ]  # strategic value from which on the fair amount pays off; 0 where it does already
    recovery_failed: NDArray[np.bool_]
    token: NDArray[np.float64]
    shares: NDArray[np.float64]  # (3, n): low, recommended, high, as shares of the attributable loss
    offers: NDArray[np.float64]  # (3, n): low, recommended, high, with what is owed
    our_cost: NDArray[np.float64]
    ratio: NDArray[np.float64]
    approver: NDArray[np.intp]
    ceiling: NDArray[np.intp]
    proportion: NDArray[np.intp]
    counsel: NDArray[np.object_]
    reported: NDArray[np.bool_]
