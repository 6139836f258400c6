"""What a customer is worth: expected orders and revenue, and the margin of the coming years.

Expected numbers come from two models, `order_model` for how often and `gamma_gamma` for how much. Where a ledger is
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
_COUNTED = "counted, not modelled."
_YEAR = 365.0  # days
_MOST_DAYS = 3650.0
SHORTEST = 90.0  # days: a rhythm seen for less is taken for a quarter


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
        An argument is outside its bounds, or the years are not whole.

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
                f"The {name} is {share}.", "Give a share from 0 to 1, such as 0.1 for 10%.", code="share"
            )
    year = np.arange(1, int(years) + 1)
    return float(np.sum(keep ** (year - 1) / (1 + discount) ** year))


def future_margin(
    annual_revenue: ArrayLike, margin: ArrayLike, settings: Settings, relapsed: ArrayLike = False
) -> Floats:
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
    relapsed : array_like of bool
        Who came back from a lapse before and fell silent after one order: kept by ``keep_relapsed`` only.

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
    again = min(settings.keep_relapsed, settings.keep)
    years = [annuity(settings.future_years, settings.discount, keep) for keep in (settings.keep, again)]
    return np.maximum(yearly, 0.0) * np.maximum(share, 0.0) * np.where(relapsed, years[1], years[0])


def run_rate(history: pd.DataFrame, settings: Settings) -> Floats:
    """Return annual revenue at the pace of each customer: a young account's part of a year is carried on to a whole one.

    Parameters
    ----------
    history : DataFrame
        ``annual_revenue`` (the year to the last order), ``order_days``, ``first_order``, ``last_order``.
    settings : Settings
        ``young_order_days``: with so many order days after the first, half of it is carried on.

    Notes
    -----
    With n order days over s days, n gaps would have taken s n / (n - 1) days, and at least 90. What is missing to a
    year counts by (n - 1) / (n - 1 + ``young_order_days``): one order says nothing of a rhythm, a dozen say it well.

    Examples
    --------
    >>> from winback_xl.settings import Settings
    >>> days = pd.to_datetime(["2026-01-01", "2026-03-31"])
    >>> young = pd.DataFrame({"annual_revenue": [1300.0], "order_days": [13], "first_order": days[:1], "last_order": days[1:]})
    >>> run_rate(young, Settings()).round().tolist()
    [4197.0]
    """
    known = _numbers(history, "annual_revenue")
    after_first = np.maximum(_numbers(history, "order_days") - 1, 0.0)
    span = (history["last_order"] - history["first_order"]).dt.days.to_numpy(np.float64, na_value=np.nan)
    covered = span * (after_first + 1) / np.maximum(after_first, 1)
    missing = _YEAR / np.clip(covered, SHORTEST, _YEAR) - 1
    carried = 1 + missing * after_first / (after_first + settings.young_order_days)
    return np.where(np.isnan(carried), known, known * carried)


def relapsed(history: pd.DataFrame) -> NDArray[np.bool_]:
    """Return who came back from a lapse with one order and has been silent since; False where that is not known."""
    names = ("last_gap", "limit", "status")
    if not all(name in history for name in names):
        return np.zeros(len(history), dtype=np.bool_)
    silent = history["status"].isin(["Lapsed", "Cold"]).to_numpy(np.bool_)
    with np.errstate(invalid="ignore"):
        returned = _numbers(history, "last_gap") > _numbers(history, "limit")
    once: NDArray[np.bool_] = silent & returned
    return once


def rate(history: pd.DataFrame, settings: Settings, *, days: float = _YEAR) -> pd.DataFrame:
    """Describe what to expect of each customer if nothing is done, and what a customer won back is worth.

    Parameters
    ----------
    history : DataFrame
        From `history.summarise`, joined with `rhythm.rate`: ``order_days``, ``first_order``, ``last_order``,
        ``days_since``; used where they are there: ``gap_log_mean``, ``revenue``, ``annual_revenue``, ``margin_rate``, ``order_days_12m``, ``cadence``, ``status``.
    settings : Settings
        The group "Value".
    days : float
        How far ahead the expected numbers look, in days, above 0 and at most 3,650.

    Returns
    -------
    DataFrame, index and order of ``history``
        ``run_rate`` (of `run_rate`), ``relapsed`` (of `relapsed`), ``expected_orders`` (order days), ``expected_spend`` (value of an order day, less credits),
        ``expected_revenue`` (their product), ``margin_rate`` (own, else ``settings.margin``) and
        ``future_margin``. NaN where nothing is known; customers without an order expect nothing, NaN too.
        ``attrs["models"]`` is a list of sentences: which model was fitted on how many customers with which
        parameters, or why it was not and what was counted instead; ``attrs["order_model"]`` names the order model.

    Raises
    ------
    OutOfRangeError
        ``days`` is outside its bounds.

    Notes
    -----
    Both models count days with an order: two orders on one day are one decision to buy.
    """
    if not 0 < days <= _MOST_DAYS:
        raise OutOfRangeError(
            f"The time ahead is {days} days.", f"Give days above 0 and up to {_MOST_DAYS:,.0f}.", code="days"
        )
    expected_orders, stated_orders, order_model = _expected_orders(history, settings, days)
    expected_spend, stated_spend = _expected_spend(history, settings)
    margin = _numbers(history, "margin_rate")
    margin = np.where(np.isnan(margin), settings.margin, margin)
    yearly, again = run_rate(history, settings), relapsed(history)
    result = pd.DataFrame(
        {
            "run_rate": yearly,
            "relapsed": again,
            "expected_orders": expected_orders,
            "expected_spend": expected_spend,
            "expected_revenue": expected_orders * expected_spend,
            "margin_rate": margin,
            "future_margin": future_margin(yearly, margin, settings, again),
        },
        index=history.index,
    )
    result.attrs["models"] = [stated_orders, stated_spend]
    result.attrs["order_model"] = order_model
    return result


def _expected_orders(history: pd.DataFrame, settings: Settings, days: float) -> tuple[Floats, str, str]:
    """Return the order days to expect of each customer, the sentence about them, and the name of the model."""
    order_days = _numbers(history, "order_days")
    known = order_days > 0
    x = order_days[known] - 1
    bought = (history["last_order"] - history["first_order"]).dt.days.to_numpy(dtype=np.float64)[
        known
    ] / _WEEK
    observed = bought + _numbers(history, "days_since")[known] / _WEEK
    # A few hundred customers do without.
    from winback_xl.core.lifetime_value import order_model  # noqa: PLC0415
    from winback_xl.core.lifetime_value.regularity import Rhythms  # noqa: PLC0415

    expected = np.full(len(history), np.nan)
    lead = f"Expected order days, next {days:,.0f} days:"
    rhythms = Rhythms.of(x, bought, _numbers(history, "gap_log_mean")[known] - np.log(_WEEK))
    try:
        model, stated = order_model.choose(x, bought, observed, settings.model_min_repeaters, rhythms)
    except NotEnoughError as reason:
        expected[known], how = _counted_orders(history[known], days)
        return expected, f"{lead} {_COUNTED} {reason.what} {how}", "counted"
    quiet = rhythms.quiet(model.r, model.alpha, x, bought, observed)
    expected[known] = model.expected(days / _WEEK, x, bought, observed, quiet)
    return expected, f"{lead} {stated}{order_model.with_rhythm(rhythms)}", model.name


def too_few(models: tuple[str, ...]) -> tuple[str, ...]:
    """Return what to say of the models where one of them had too few customers: their sentences; nothing else."""
    return models if any(_COUNTED in line for line in models) else ()


def _counted_orders(history: pd.DataFrame, days: float) -> tuple[Floats, str]:
    """Return order days where nobody ordered twice: the last year comes again."""
    if "order_days_12m" in history:
        yearly, when = _numbers(history, "order_days_12m"), "in the last 12 months"
    else:
        bought = (history["last_order"] - history["first_order"]).dt.days.to_numpy(dtype=np.float64)
        age = np.maximum(bought + _numbers(history, "days_since"), _YEAR)
        yearly, when = _numbers(history, "order_days") * _YEAR / age, "since their first order"
    return yearly * (days / _YEAR), f"Customers are taken to order as often as {when}."


def _expected_spend(history: pd.DataFrame, settings: Settings) -> tuple[Floats, str]:
    """Return the value of an order day to expect of each customer, and the sentence about it."""
    order_days = _numbers(history, "order_days")
    # Net of credits: an order that was cancelled whole is not a spend to expect again.
    own = _numbers(history, "revenue") / np.where(order_days > 0, order_days, np.nan)
    lead = "Expected value of an order day:"
    if not (own > 0).any():
        return np.full(len(history), np.nan), f"{lead} none, because the ledger has no order values."
    from winback_xl.core.lifetime_value import gamma_gamma  # noqa: PLC0415 - as above
    from winback_xl.core.lifetime_value.order_model import figure  # noqa: PLC0415

    again = order_days > 1
    try:
        model = gamma_gamma.fit(order_days[again], own[again], min_customers=settings.model_min_repeaters)
    except NotEnoughError as reason:
        return np.maximum(own, 0.0), f"{lead} {_COUNTED} {reason.what} Each customer's own average is taken."
    positive = own > 0
    expected = np.where(order_days > 0, 0.0, np.nan)
    expected[positive] = model.expected(order_days[positive], own[positive])
    left_out = f"; {model.left_out:,} without a positive value left out" if model.left_out else ""
    return expected, (
        f"{lead} Gamma-Gamma model (Fader & Hardie 2013), fitted on {model.n:,} customers with two or more order"
        f" days{left_out}. The average of all is {model.mean:,.2f}; customers with few order days are drawn"
        f" towards it. Parameters: p {figure(model.p)}, q {figure(model.q)}, v {figure(model.v)}."
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


def _numbers(history: pd.DataFrame, name: str) -> Floats:
    """Return a column as floats; all NaN where the frame lacks it."""
    if name not in history:
        return np.full(len(history), np.nan)
    return history[name].to_numpy(dtype=np.float64, na_value=np.nan)
