"""What a customer is worth: expected orders and revenue, and the margin of the coming years.

Expected numbers come from two models, `bgnbd` for how often and `gamma_gamma` for how much. Where a ledger is
too small for a model a plain count takes its place, and a sentence says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.errors import NotEnoughError, OutOfRangeError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from winback_xl.settings import Settings

    Floats = NDArray[np.float64]

_MOST_YEARS = 100
_WEEK = 7.0  # days
_YEAR = 365.0  # days
_MOST_DAYS = 3650.0


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


def future_margin(annual_revenue: ArrayLike, margin: ArrayLike, settings: Settings) -> Floats:
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
    [153831.71, 0.0]
    """
    share = np.asarray(margin, dtype=np.float64)
    share = np.where(np.isnan(share), settings.margin, share)
    yearly = np.asarray(annual_revenue, dtype=np.float64)
    kept = annuity(settings.future_years, settings.discount, settings.keep)
    return np.maximum(yearly, 0.0) * np.maximum(share, 0.0) * kept


def rate(history: pd.DataFrame, settings: Settings, *, days: float = _YEAR) -> pd.DataFrame:
    """Say what to expect of each customer if nothing is done, and what a customer won back is worth.

    Parameters
    ----------
    history : DataFrame
        From `history.summarise`, joined with `rhythm.rate`: ``order_days``, ``first_order``, ``last_order``,
        ``days_since``; used where they are there: ``revenue``, ``annual_revenue``, ``margin_rate``, ``order_days_12m``, ``cadence``, ``status``.
    settings : Settings
        The group "Value".
    days : float
        How far ahead the expected numbers look, in days, above 0 and at most 3,650.

    Returns
    -------
    DataFrame, index and order of ``history``
        ``expected_orders`` (order days), ``expected_spend`` (value of an order day, less credits),
        ``expected_revenue`` (their product), ``margin_rate`` (own, else ``settings.margin``) and
        ``future_margin``. NaN where nothing is known; customers without an order expect nothing, NaN too.
        ``attrs["models"]`` is a list of sentences: which model was fitted on how many customers with which
        parameters, or why it was not and what was counted instead.

    Raises
    ------
    OutOfRangeError
        ``days`` lies outside its bounds.

    Notes
    -----
    Both models count days with an order: two orders on one day are one decision to buy.
    """
    if not 0 < days <= _MOST_DAYS:
        raise OutOfRangeError(
            f"The time ahead is {days} days.", f"Give days above 0 and up to {_MOST_DAYS:,.0f}.", code="days"
        )
    expected_orders, told_orders = _expected_orders(history, settings, days)
    expected_spend, told_spend = _expected_spend(history, settings)
    margin = _numbers(history, "margin_rate")
    margin = np.where(np.isnan(margin), settings.margin, margin)
    result = pd.DataFrame(
        {
            "expected_orders": expected_orders,
            "expected_spend": expected_spend,
            "expected_revenue": expected_orders * expected_spend,
            "margin_rate": margin,
            "future_margin": future_margin(_numbers(history, "annual_revenue"), margin, settings),
        },
        index=history.index,
    )
    result.attrs["models"] = [told_orders, told_spend]
    return result


def _expected_orders(history: pd.DataFrame, settings: Settings, days: float) -> tuple[Floats, str]:
    """Return the order days to expect of each customer, and the sentence about them."""
    order_days = _numbers(history, "order_days")
    known = order_days > 0
    x = order_days[known] - 1
    bought = (history["last_order"] - history["first_order"]).dt.days.to_numpy(dtype=np.float64)[
        known
    ] / _WEEK
    observed = bought + _numbers(history, "days_since")[known] / _WEEK
    from winback_xl.core.lifetime_value import bg_nbd  # noqa: PLC0415 - scipy takes as long to import as all else together

    expected = np.full(len(history), np.nan)
    lead = f"Expected order days, next {days:,.0f} days:"
    try:
        model = bg_nbd.fit(x, bought, observed, min_repeaters=settings.model_min_repeaters)
    except NotEnoughError as reason:
        expected[known], how = _counted_orders(history[known], days)
        return expected, f"{lead} counted, not modelled. {reason.what} {how}"
    expected[known] = model.expected(days / _WEEK, x, bought, observed)
    yearly = model.r / model.alpha * _YEAR / _WEEK
    return expected, (
        f"{lead} BG/NBD model (Fader, Hardie & Lee 2005), fitted on {model.n:,} customers,"
        f" {int((x > 0).sum()):,} of them with two or more order days. While they buy, customers order on"
        f" {yearly:.1f} days a year on average; after a repeat order {model.a / (model.a + model.b):.2%} stop"
        f" for good. Parameters, in weeks: r {_figure(model.r)}, alpha {_figure(model.alpha)}, a {_figure(model.a)},"
        f" b {_figure(model.b)}."
    )


def _counted_orders(history: pd.DataFrame, days: float) -> tuple[Floats, str]:
    """Return order days without a model: the own cadence goes on, or the last year comes again."""
    cadence = _numbers(history, "cadence")
    if "order_days_12m" in history:
        again, when = _numbers(history, "order_days_12m"), "in the last 12 months"
    else:
        bought = (history["last_order"] - history["first_order"]).dt.days.to_numpy(dtype=np.float64)
        age = np.maximum(bought + _numbers(history, "days_since"), _YEAR)
        again, when = _numbers(history, "order_days") * _YEAR / age, "since their first order"
    steady = np.zeros(len(history), dtype=np.bool_)
    if "status" in history:
        steady = history["status"].isin(["Active", "Due"]).to_numpy(dtype=np.bool_) & (cadence > 0)
    yearly = np.where(steady, _YEAR / np.where(steady, cadence, 1.0), again)
    return yearly * (days / _YEAR), (
        "Customers who are Active or Due are taken to keep their cadence, the others to order as often as"
        f" {when}."
    )


def _expected_spend(history: pd.DataFrame, settings: Settings) -> tuple[Floats, str]:
    """Return the value of an order day to expect of each customer, and the sentence about it."""
    order_days = _numbers(history, "order_days")
    # Net of credits: an order that was cancelled whole is no spend to expect again.
    own = _numbers(history, "revenue") / np.where(order_days > 0, order_days, np.nan)
    lead = "Expected value of an order day:"
    if not (own > 0).any():
        return np.full(len(history), np.nan), f"{lead} none, because the ledger has no order values."
    from winback_xl.core.lifetime_value import gamma_gamma  # noqa: PLC0415 - for scipy, as above

    again = order_days > 1
    try:
        model = gamma_gamma.fit(order_days[again], own[again], min_customers=settings.model_min_repeaters)
    except NotEnoughError as reason:
        return np.maximum(
            own, 0.0
        ), f"{lead} counted, not modelled. {reason.what} Each customer's own average is taken."
    positive = own > 0
    expected = np.where(order_days > 0, 0.0, np.nan)
    expected[positive] = model.expected(order_days[positive], own[positive])
    left_out = f"; {model.left_out:,} without a positive value left out" if model.left_out else ""
    return expected, (
        f"{lead} Gamma-Gamma model (Fader & Hardie 2013), fitted on {model.n:,} customers with two or more order"
        f" days{left_out}. The average of all is {model.mean:,.2f}; customers with few order days are drawn"
        f" towards it. Parameters: p {_figure(model.p)}, q {_figure(model.q)}, v {_figure(model.v)}."
        f"{_tie(order_days[again], own[again])}"
    )


def _tie(order_days: Floats, spend: Floats) -> str:
    """Tell how far the data meet the model's one assumption, that how often says nothing of how much."""
    usable = spend > 0
    order_days, spend = order_days[usable], spend[usable]
    if np.ptp(order_days) == 0 or np.ptp(spend) == 0:
        return ""
    correlation = float(np.corrcoef(order_days, spend)[0, 1])
    return (
        " The model takes how often and how much a customer buys as unrelated; their correlation here is"
        f" {correlation:.2f} (0 is none, 1 is full)."
    )


def _figure(value: float) -> str:
    """Write a parameter to four figures, never as a power of ten."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"


def _numbers(history: pd.DataFrame, name: str) -> Floats:
    """Return a column as floats; all NaN where the frame lacks it."""
    if name not in history:
        return np.full(len(history), np.nan)
    return history[name].to_numpy(dtype=np.float64, na_value=np.nan)
