"""The difference between two shares with a 95% interval, and the smallest one that a list can show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.returns import calibration
from winback_xl.core.returns.calibration import SURE
from winback_xl.core.tally import tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

_POWER = 0.841621  # standard errors that a true lift must lie beyond them to be seen in 80% of campaigns
_HALVINGS = 60
_LEAST_SPREAD = (
    0.25  # of the plain variance: strata never explain more than three quarters of who orders again
)


@dataclass(frozen=True, slots=True)
class Lift:
    """How much more often one arm did something than the other.

    Parameters
    ----------
    worked, alone : int
        Accounts in each arm.
    worked_share, alone_share : float
        Share of each arm that did it, 0 to 1.
    lift, low, high : float
        Difference of the shares and its 95% interval, -1 to 1; NaN while an arm is empty.
    """

    worked: int
    alone: int
    worked_share: float
    alone_share: float
    lift: float
    low: float
    high: float


def between(did: Flags, worked: Flags, stratum: NDArray[np.generic], block: NDArray[np.generic]) -> Lift:
    """Compare two arms that were drawn at random within strata.

    Parameters
    ----------
    did : ndarray of bool, shape (n,)
        The outcome.
    worked : ndarray of bool, shape (n,)
        The arm: True for the accounts that were worked on.
    stratum : ndarray, shape (n,)
        What each account was drawn within.
    block : ndarray, shape (n,)
        Which draw it belongs to, such as its day: only accounts of one draw are compared with each other. Draws with
        one arm only are left out.

    Returns
    -------
    Lift

    Notes
    -----
    Shares are averages over the draws, by their size. The interval is Newcombe's (1998, Statistics in Medicine 17,
    method 10): two Wilson intervals, combined. It holds its 95% in small arms and near 0 and 1, where the plain one
    does not. A draw within strata is more exact than a plain one: the number of accounts counts as larger by what
    the strata explain of the outcome (Yan & Su 2010 use the same idea stratum by stratum).

    Examples
    --------
    >>> worked = np.arange(74) < 68
    >>> did = np.r_[np.arange(68) < 14, np.arange(6) < 1]
    >>> found = between(did, worked, np.zeros(74), np.zeros(74))
    >>> round(found.lift, 3), round(found.low, 2), round(found.high, 2)
    (0.039, -0.37, 0.21)
    """
    weight = _weights(worked, block)
    used = weight > 0
    did, worked, stratum, weight = did[used], worked[used], stratum[used], weight[used]
    if not len(did):
        nan = float("nan")
        return Lift(0, 0, nan, nan, nan, nan, nan)
    spread = _spread(did, worked, stratum)
    shares, lows, highs = [], [], []
    for arm in (worked, ~worked):
        share = float(np.average(did[arm], weights=weight[arm]))
        size = float(weight[arm].sum() ** 2 / (weight[arm] ** 2).sum()) / spread
        low, high = (float(end) for end in calibration.wilson(share, size))
        shares.append(share)
        lows.append(share - low)
        highs.append(high - share)
    lift = shares[0] - shares[1]
    return Lift(
        int(worked.sum()),
        int((~worked).sum()),
        shares[0],
        shares[1],
        lift,
        lift - float(np.hypot(lows[0], highs[1])),
        lift + float(np.hypot(highs[0], lows[1])),
    )


def _weights(worked: Flags, block: NDArray[np.generic]) -> Floats:
    """Weigh each account so that both arms stand for the same mix of draws; 0 where a draw has one arm only."""
    _, code = np.unique(block, return_inverse=True)
    size = tally(code, 1).astype(np.float64)
    treated = tally(code, 1, weights=worked)
    arm = np.where(worked, treated[code], (size - treated)[code])
    both = ((treated > 0) & (treated < size))[code]
    return np.where(both, size[code] / np.maximum(arm, 1), 0.0)


def _spread(did: Flags, worked: Flags, stratum: NDArray[np.generic]) -> float:
    """Return what is left of the variance of the outcome within the strata, as a share of all of it."""
    _, code = np.unique(stratum, return_inverse=True)
    many = int(code.max()) + 1
    if len(did) <= many + 1:
        return 1.0
    rest = did.astype(np.float64)
    rest[worked] -= rest[worked].mean()
    rest[~worked] -= rest[~worked].mean()
    size = tally(code, many)
    mean = tally(code, many, weights=rest) / size
    everything = float((rest**2).sum()) / (len(did) - 1)
    within = float(((rest - mean[code]) ** 2).sum()) / (len(did) - many)
    return float(np.clip(within / everything, _LEAST_SPREAD, 1.0)) if everything > 0 else 1.0


def smallest(worked: float, alone: float, base: float) -> float:
    """Return the smallest true lift that a campaign shows in 80% of cases, beyond the 95% interval.

    Parameters
    ----------
    worked, alone : float
        Accounts in each arm.
    base : float
        Share that does it by itself, 0 to 1.

    Returns
    -------
    float
        NaN where no lift can be shown.

    Examples
    --------
    >>> round(smallest(700, 300, 0.17), 3), round(smallest(90_000, 10_000, 0.17), 3)
    (0.079, 0.011)
    """
    if min(worked, alone) < 1:
        return float("nan")
    low, high = 0.0, 1.0 - base
    if not _shown(high, worked, alone, base):
        return float("nan")
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if _shown(middle, worked, alone, base) else (middle, high)
    return high


def _shown(lift: float, worked: float, alone: float, base: float) -> bool:
    helped = base + lift
    pooled = (worked * helped + alone * base) / (worked + alone)
    null = np.sqrt(pooled * (1 - pooled) * (1 / worked + 1 / alone))
    real = np.sqrt(helped * (1 - helped) / worked + base * (1 - base) / alone)
    return bool(lift >= SURE * null + _POWER * real)


def to_leave_alone(accounts: int, base: float, lift: float) -> int:
    """Return how many of the accounts to leave alone so that this lift is shown in 80% of cases; 0 where half is too few.

    >>> to_leave_alone(1_000, 0.17, 0.10)
    167
    """
    most = accounts // 2
    if most < 1 or not smallest(accounts - most, most, base) <= lift:
        return 0
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if smallest(accounts - middle, middle, base) <= lift else (middle, high)
    return high
