"""Money: exact rounding, offers in round figures, and amounts in words. The only place that rounds money."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.errors import OutOfRangeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

MINOR_DIGITS: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0
    )
    | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)
)  # fmt: skip
"""Decimals of the currencies that do not have two (ISO 4217)."""

OFFER_LIMITS = (50.0, 250.0, 1_000.0, 10_000.0)
OFFER_STEPS = (1.0, 5.0, 25.0, 100.0, 500.0)
"""An offer under 50 is rounded to 1, under 250 to 5, ... and from 10,000 to 500: nobody offers 13,427.

Each limit is a multiple of the step above it, so that a rounded offer rounds to itself."""

# Most decimal amounts have no exact binary float: 0.1 + 0.2 is 0.30000000000000004, and 1.005 in cents is not
# 100.5 but 100.49999999999999, which plain rounding would take down. So what is within a millionth of a step
# of a half counts as the half: far more than the arithmetic can be wrong, far less than any amount is written to.
# Beyond a billion steps floats are coarser than that, and a few of their own spacings take over; where these come
# near a half themselves, there is nothing left to tell apart.
_MILLIONTH = 1e-6
_FEW = 50  # so many amounts are written sooner than told apart
_COARSE = 1e14


def _noise(size: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.maximum(_MILLIONTH, 4 * np.spacing(size)))


def _whole(steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round to whole steps, halves away from zero as Excel's ROUND does, so native formulas agree."""
    size = np.abs(steps)
    whole = np.where(size < _COARSE, np.floor(size + 0.5 + _noise(size)), np.rint(size))
    return np.copysign(whole, steps) + 0.0  # + 0.0 turns -0 into 0


def digits(currency: str = "") -> int:
    """Return how many decimals amounts of a currency have: 2 unless ISO 4217 says otherwise.

    >>> digits("EUR"), digits("jpy")
    (2, 0)
    """
    return MINOR_DIGITS.get(currency.strip().upper(), 2)


def round_money(amount: ArrayLike, currency: str = "") -> NDArray[np.float64]:
    """Round to the smallest unit of the currency (cents), halves away from zero.

    Parameters
    ----------
    amount : array_like of float
        Any shape; NaN stays NaN.
    currency : str
        ISO code; blank means two decimals.

    Returns
    -------
    ndarray of float
        The same shape. Rounding a rounded amount changes nothing.

    Examples
    --------
    >>> float(round_money(1.005)), float(round_money(0.1 + 0.2)), float(round_money(28.5, "JPY"))
    (1.01, 0.3, 29.0)
    """
    # Dividing by 100 gives the float nearest to the decimal; multiplying by 0.01 would not.
    scale = 10.0 ** digits(currency)
    return _whole(np.asarray(amount, dtype=np.float64) * scale) / scale


def round_to(amount: ArrayLike, step: float) -> NDArray[np.float64]:
    """Round to a multiple of a step, halves away from zero.

    Parameters
    ----------
    amount : array_like of float
        Any shape; NaN stays NaN.
    step : float
        Above zero.

    Examples
    --------
    >>> float(round_to(62.5, 5))
    65.0
    """
    return _whole(np.asarray(amount, dtype=np.float64) / step) * step


def round_offer(amount: ArrayLike, ceiling: ArrayLike = np.inf, scale: float = 1.0) -> NDArray[np.float64]:
    """Round an offer to a figure that people say: steps of 1, 5, 25, 100 and 500, halves up.

    Parameters
    ----------
    amount : array_like of float
        What to round, >= 0; NaN stays NaN.
    ceiling : array_like of float
        Round down instead where rounding up would pass this. Broadcast against the amount.
    scale : float
        What limits and steps are multiplied by, for money whose unit is worth much more or much less than a dollar.

    Returns
    -------
    ndarray of float
        >= 0, at most the ceiling where the amount is, never smaller for a larger amount, and unchanged
        by rounding again.

    Raises
    ------
    OutOfRangeError
        An amount is negative.

    Examples
    --------
    >>> round_offer([28.5, 85.05, 780, 5760, 15600]).tolist()
    [29.0, 85.0, 775.0, 5800.0, 15500.0]
    >>> float(round_offer(29_343.35, ceiling=29_343.35))
    29000.0
    """
    amounts, ceilings = np.broadcast_arrays(
        np.asarray(amount, dtype=np.float64), np.asarray(ceiling, dtype=np.float64)
    )
    if np.any(amounts < 0):
        raise OutOfRangeError(
            f"The offer to round is {np.nanmin(amounts):g}.", "An offer is 0 or more.", code="negative-money"
        )
    limits = np.multiply(OFFER_LIMITS, scale)
    step = np.multiply(OFFER_STEPS, scale)[np.searchsorted(limits, amounts, side="right")]
    steps = amounts / step
    rounded = _whole(steps) * step
    down = np.floor(steps + _noise(steps)) * step
    passes = rounded > ceilings + _noise(np.abs(ceilings))
    return np.asarray(np.where(passes, down, rounded))


def show(amount: float, currency: str = "") -> str:
    """Write an amount for people: thousands in groups, decimals only where there are some.

    Parameters
    ----------
    amount : float
        NaN is written as "unknown".
    currency : str
        ISO code, written in front.

    Examples
    --------
    >>> show(30_000), show(1250.5, "USD"), show(-0.001)
    ('30,000', 'USD 1,250.50', '0')
    """
    return show_all([amount], currency)[0]


def show_all(amounts: ArrayLike, currency: str = "", *, whole_from: float = np.inf) -> list[str]:
    """Write many amounts as `show` does.

    Parameters
    ----------
    amounts : array_like of float, shape (n,)
        NaN is written as "unknown".
    currency : str
        ISO code, written in front.
    whole_from : float
        Leave the decimals of amounts of this size and above: for modelled figures, where cents would
        promise what no model can keep.

    Returns
    -------
    list of str, length n

    Examples
    --------
    >>> show_all([153_831.71, 30.77], whole_from=1000)
    ['153,832', '30.77']
    """
    exact = np.atleast_1d(round_money(amounts, currency))
    rounded = np.where(np.abs(exact) >= whole_from, _whole(exact), exact)
    lead, decimals = f"{currency.strip().upper()} " if currency.strip() else "", digits(currency)
    if rounded.size <= _FEW:
        return [_written(one, lead, decimals) for one in rounded.tolist()]
    # Writing is the slow part and columns repeat themselves (nothing paid, nothing owed, round offers).
    places, distinct = pd.factorize(rounded, use_na_sentinel=False)
    texts = [_written(one, lead, decimals) for one in distinct.tolist()]
    return [texts[place] for place in places.tolist()]


def _written(amount: float, lead: str, decimals: int) -> str:
    if amount != amount:  # noqa: PLR0124 - NaN is the one number unequal to itself
        return "unknown"
    return f"{lead}{amount:,.0f}" if amount % 1 == 0 else f"{lead}{amount:,.{decimals}f}"


def round_scale(scale: float) -> float:
    """Return the nearest of 1, 2 and 5 times a power of ten, by ratio.

    >>> round_scale(1), round_scale(16_000), round_scale(150), round_scale(0.3)
    (1.0, 20000.0, 200.0, 0.2)
    """
    power = 10.0 ** np.floor(np.log10(scale))
    steps = np.array([1.0, 2.0, 5.0, 10.0]) * power
    return float(np.round(steps[np.abs(np.log(steps / scale)).argmin()], 12))
