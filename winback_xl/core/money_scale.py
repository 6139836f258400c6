"""Amounts of the settings in the money of the ledger: a token of 500 is a dinner in euros and a coffee bean in rupiah."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.money import round_scale, show
from winback_xl.core.tally import tally
from winback_xl.settings import describe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winback_xl.settings import Settings, Value

# What one US dollar costs, in round figures: they only choose the size of tokens and limits, so years do not matter.
_PER_DOLLAR: Mapping[str, float] = {
    "AMD": 400, "ARS": 1_000, "BDT": 100, "BHD": 0.4, "BIF": 3_000, "CLP": 1_000, "COP": 4_000, "CRC": 500, "CZK": 20,
    "DKK": 7, "DZD": 130, "EGP": 50, "GNF": 9_000, "HKD": 8, "HUF": 350, "IDR": 16_000, "INR": 85, "IQD": 1_300, "IRR": 42_000,
    "ISK": 130, "JOD": 0.7, "JPY": 150, "KES": 130, "KHR": 4_000, "KMF": 450, "KRW": 1_400, "KWD": 0.3, "KZT": 500,
    "LAK": 21_000, "LBP": 90_000, "LKR": 300, "LYD": 5, "MGA": 4_500, "MMK": 2_100, "MNT": 3_400, "MXN": 19, "NGN": 1_500,
    "NOK": 10, "NPR": 135, "OMR": 0.4, "PHP": 57, "PKR": 280, "PYG": 7_500, "RSD": 110, "RUB": 90, "RWF": 1_400, "SEK": 10,
    "THB": 35, "TND": 3, "TRY": 40, "TWD": 32, "TZS": 2_600, "UAH": 41, "UGX": 3_700, "UYU": 42, "UZS": 12_500,
    "VND": 25_000, "VUV": 120, "XAF": 600, "XOF": 600, "XPF": 110, "YER": 250, "ZAR": 18,
}  # fmt: skip
_MOST = 50_000.0  # a typical order up to this is taken for dollars, euros and the like; small orders are a small trade
_TYPICAL = 1_000.0  # of a trade that the amounts were made for
_LIKE_A_DOLLAR = (0.5, 4.0)  # money worth between these is left alone
_STEPS = 10_000  # to which a power of ten is divided when orders are counted by their size
_PRICE = re.compile(r"\d+(?:\.\d+)?(?=\s*(?:;|$))")


def fit(
    settings: Settings, orders: pd.DataFrame, currency: str, counted: Mapping[str, int] | None = None
) -> tuple[Settings, str]:
    """Return the settings with their amounts in the money of the ledger, and the sentence that says so.

    Only amounts that are at their default are multiplied: who put in their own meant their own money.

    Parameters
    ----------
    settings : Settings
        ``money_scale`` above 0 is taken; 0 asks the currency, and where nobody names one, the ledger.
    orders : DataFrame
        ``order_value``, money, where there is one; with ``customer_id`` and ``order_date`` an order may have many rows.
    currency : str
        ISO code of the ledger; "" where nobody names it.
    counted : mapping of str to int, optional
        `sizes` of the orders, in place of ``orders``.

    Returns
    -------
    tuple of Settings and str
        ``money_scale`` says what was taken, so that the same settings are not multiplied again; "" where it is 1.

    Examples
    --------
    >>> import pandas as pd
    >>> from winback_xl.settings import Settings
    >>> fitted, stated = fit(Settings(), pd.DataFrame(), "IDR")
    >>> fitted.token_max, fitted.rep_limit
    (10000000.0, 10000000.0)
    >>> stated.split(":")[0]
    'Amounts in Settings (tokens, limits, effort) are 20,000 times those made for EUR or USD'
    """
    scale = settings.money_scale or _proposed(orders, currency, counted)
    if scale == 1:
        return settings, ""
    changes: dict[str, Value] = {"money_scale": scale}
    for about in describe():
        if not about.unit.startswith("money") or getattr(settings, about.name) != about.default:
            continue
        changes[about.name] = float(about.default) * scale
    about_items = next(about for about in describe() if about.name == "token_items")
    if settings.token_items == about_items.default:
        changes["token_items"] = _PRICE.sub(
            lambda price: f"{float(price[0]) * scale:.12g}", settings.token_items
        )
    said = (
        f"Amounts in Settings (tokens, limits, effort) are {scale:,g} times those made for EUR or USD: "
        f"a token is at most {show(float(changes.get('token_max', settings.token_max)), currency)}. "
        "Set 'Scale of amounts' to another figure, or to 1 to keep them."
    )
    return settings.with_(**changes), said


@lru_cache(maxsize=64)
def in_currency(settings: Settings, code: str) -> Settings:
    """Return settings with amounts in the size of a currency; a column of formulas asks for the same ones."""
    fitted, _ = fit(settings, pd.DataFrame(), code)
    return fitted.with_(currency=code)


def sizes(orders: pd.DataFrame) -> dict[str, int]:
    """Count the orders above zero by their size; the counts of parts of a ledger add up to those of the whole.

    What a customer orders on one day is one order, however many lines it has; a part holds its customers whole.

    >>> sizes(pd.DataFrame({"order_value": [100.0, 100.0, 1000.0, -5.0, 0.0]}))
    {'20000': 2, '30000': 1}
    """
    if "order_value" not in orders:
        return {}
    values = orders["order_value"].to_numpy(float)
    above = values > 0
    values = values[above]
    if {"customer_id", "order_date"} <= set(orders.columns):
        who = pd.factorize(orders["customer_id"])[0][above].astype(np.int64)
        day, days = pd.factorize(orders["order_date"].to_numpy("datetime64[D]")[above])
        order = pd.factorize(who * max(len(days), 1) + day)[0]
        values = tally(order, weights=values)
    steps = np.rint(np.log10(values) * _STEPS).astype(np.int64)
    low = int(steps.min(initial=0))
    times = tally(steps - low)
    return {str(low + place): int(times[place]) for place in np.flatnonzero(times).tolist()}


def _typical(counted: Mapping[str, int]) -> float:
    """Return the median of orders that were counted by their size, to a hundredth of a percent."""
    if not counted:
        return _TYPICAL
    steps = np.array(sorted(map(int, counted)))
    until = np.cumsum([counted[str(step)] for step in steps.tolist()])
    middle = [
        steps[np.searchsorted(until, place, side="right")] for place in ((until[-1] - 1) // 2, until[-1] // 2)
    ]
    return float(np.mean(10.0 ** (np.array(middle) / _STEPS)))


def _proposed(orders: pd.DataFrame, currency: str, counted: Mapping[str, int] | None) -> float:
    """Return a round scale for the currency, or for the typical order where the currency is not known."""
    code = currency.strip().upper()
    rate = _PER_DOLLAR.get(code, 1.0)
    if not code:
        typical = _typical(sizes(orders) if counted is None else counted)
        rate = 1.0 if typical <= _MOST else typical / _TYPICAL
    low, high = _LIKE_A_DOLLAR
    return 1.0 if low <= rate <= high else round_scale(rate)
