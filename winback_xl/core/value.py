"""What a customer is worth: expected orders and revenue, and the margin of the coming years."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.errors import OutOfRangeError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from winback_xl.settings import Settings

_MOST_YEARS = 100


def annuity(years: float, discount: float, keep: float) -> float:
    """Return what one unit of margin a year is worth today, over some years and with some leaving.

    Parameters
    ----------
    years : float
        Whole years counted, 1 to 100; the margin of a year arrives at its end.
    discount : float
        Discount rate a year, 0 to 1.
    keep : float
        Share of customers kept from one year to the next, 0 to 1.

    Returns
    -------
    float
        Sum over t = 1..years of ``keep ** (t - 1) / (1 + discount) ** t``.

    Raises
    ------
    OutOfRangeError
        An argument lies outside its bounds, or the years are not whole.

    References
    ----------
    Second lifetime value: Stauss & Friege (1999), Journal of Service Research 1(4).

    Examples
    --------
    >>> round(annuity(3, 0.10, 0.80), 6)
    2.051089
    """
    if not (1 <= years <= _MOST_YEARS and float(years).is_integer()):
        raise OutOfRangeError(
            f"The number of years is {years}.", f"Give whole years from 1 to {_MOST_YEARS}.", code="years"
        )
    for name, share in (("discount rate", discount), ("share kept from year to year", keep)):
        if not 0 <= share <= 1:
            raise OutOfRangeError(
                f"The {name} is {share}.", "Give a share from 0 to 1, such as 0.1 for 10 %.", code="share"
            )
    year = np.arange(1, int(years) + 1)
    return float(np.sum(keep ** (year - 1) / (1 + discount) ** year))


def future_margin(annual_revenue: ArrayLike, margin: ArrayLike, settings: Settings) -> NDArray[np.float64]:
    """Return the margin of the coming years, in today's money, if the customer buys as before.

    Parameters
    ----------
    annual_revenue : array_like of float
        Revenue of a year, account currency. Zero and less is worth nothing; NaN stays NaN.
    margin : array_like of float
        Gross margin as a share of revenue, broadcast against the revenue; NaN means `settings.margin`.
        A negative margin is worth nothing either.
    settings : Settings
        Horizon, discount rate and yearly keep rate.

    Returns
    -------
    ndarray of float
        Account currency, >= 0, in the broadcast shape.

    Examples
    --------
    >>> from winback_xl.settings import Settings
    >>> future_margin([250_000, -40], 0.30, Settings()).round(2).tolist()
    [153831.67, 0.0]
    """
    share = np.asarray(margin, dtype=np.float64)
    share = np.where(np.isnan(share), settings.margin, share)
    yearly = np.asarray(annual_revenue, dtype=np.float64)
    kept = annuity(settings.future_years, settings.discount, settings.keep)
    return np.maximum(yearly, 0.0) * np.maximum(share, 0.0) * kept
