"""Calculate what a price concession would cost if every comparable customer asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from winback_xl.core.money import show_all
from winback_xl.core.segments.referrals import BUYING

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from winback_xl.settings import Settings

    Floats = NDArray[np.float64]

CONCESSION = "discount"
"""Form of make-good that is a concession of price: others hear of it and ask for it too."""


class Exposure(NamedTuple):
    """For each account: the concession as a share of its annual revenue, who is comparable, and what it would cost."""

    share: Floats
    comparable: Floats
    amount: Floats


def exposure(
    concession: Floats, annual_revenue: Floats, own: NDArray[np.bool_], others: Floats, factor: float
) -> Exposure:
    """Return what a concession would cost a year if every comparable customer asked for the same share.

    Parameters
    ----------
    concession : ndarray of float, shape (n,)
        What the customer asks off the price in a year, money; 0 or NaN for none.
    annual_revenue : ndarray of float, shape (n,)
        What the customer buys in a year, money.
    own : ndarray of bool, shape (n,)
        Whether the customer is among ``others``: nobody is comparable to themselves.
    others : ndarray of float, shape (m,)
        Annual revenue of every customer who still buys, money.
    factor : float
        Comparable is who buys from 1/factor to factor times as much, >= 1.

    Returns
    -------
    Exposure
        ``share`` x the revenue of the ``comparable`` customers; NaN where nothing is conceded.

    References
    ----------
    Article 003: will other customers demand similar concessions? The factor is a design choice.

    Examples
    --------
    >>> found = exposure(np.array([900.0]), np.array([10_000.0]), np.array([False]), np.array([6e3, 2e4, 3e4]), 2.0)
    >>> float(found.share[0]), int(found.comparable[0]), float(found.amount[0])
    (0.09, 2, 2340.0)
    """
    line = np.sort(others[others > 0])
    total = np.concatenate([[0.0], np.cumsum(line)])
    low = np.searchsorted(line, annual_revenue / factor, side="left")
    high = np.searchsorted(line, annual_revenue * factor, side="right")
    mine = own & (annual_revenue > 0)
    count = (high - low - mine).astype(float)
    revenue = total[high] - total[low] - np.where(mine, annual_revenue, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where((concession > 0) & (annual_revenue > 0), concession / annual_revenue, np.nan)
    return Exposure(share, np.where(np.isnan(share), np.nan, count), share * np.maximum(revenue, 0.0))


def of_accounts(sized: pd.DataFrame, history: pd.DataFrame, settings: Settings) -> Exposure:
    """Return the exposure of each account whose make-good goes back through the price.

    Parameters
    ----------
    sized : DataFrame
        Accounts with ``form``, ``requested_amount``, ``recommended``, ``owed`` and ``run_rate``.
    history : DataFrame
        Every customer: ``customer_id``, ``status`` and ``run_rate``.
    settings : Settings
        ``comparable_factor``.
    """
    rows = np.flatnonzero(sized["form"] == CONCESSION)
    found = Exposure(*(np.full(len(sized), np.nan) for _ in Exposure._fields))
    if not len(rows):
        return found
    conceding = sized.iloc[rows]
    buying = history.loc[history["status"].isin(BUYING), ["customer_id", "run_rate"]]
    asked = conceding["requested_amount"].to_numpy(float)
    offered = conceding["recommended"].to_numpy(float) - conceding["owed"].fillna(0.0).to_numpy(float)
    theirs = exposure(
        np.where(np.isnan(asked), offered, asked),
        conceding["run_rate"].to_numpy(float),
        conceding["customer_id"].isin(buying["customer_id"]).to_numpy(),
        buying["run_rate"].fillna(0.0).to_numpy(float),
        settings.comparable_factor,
    )
    for all_rows, some in zip(found, theirs, strict=True):
        all_rows[rows] = some
    return found


def sentences(found: Exposure, settings: Settings) -> list[str]:
    """State for each account what the concession would cost; "" where nothing is conceded.

    Examples
    --------
    >>> from winback_xl.settings import Settings
    >>> sentences(Exposure(np.array([0.09]), np.array([2.0]), np.array([2340.0])), Settings())
    ['Precedent: 2,340 a year if the 2 comparable customers asked for the same 9%.']
    """
    said = [""] * len(found.share)
    rows = np.flatnonzero(~np.isnan(found.share) & (found.comparable != 0))
    amounts = show_all(found.amount[rows], settings.currency, whole_from=1000)
    for row, share, count, amount in zip(
        rows.tolist(), found.share[rows].tolist(), found.comparable[rows].tolist(), amounts, strict=True
    ):
        said[row] = (
            f"Precedent: {amount} a year if the {count:,.0f} comparable customer{'s' if count > 1 else ''}"
            f" asked for the same {100 * share:.3g}%."
        )
    return said


def add(sized: pd.DataFrame, history: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Add what a price concession would cost if everybody comparable asked the same, with its sentence."""
    found = of_accounts(sized, history, settings)
    stated = sentences(found, settings)
    sized["exposure"], sized["exposure_why"] = found.amount, stated
    if any(stated):
        sized["rationale"] = [
            " ".join(filter(None, pair)) for pair in zip(sized["rationale"], stated, strict=True)
        ]
    return sized


def of_causes(causes: pd.DataFrame, sized: pd.DataFrame) -> pd.DataFrame:
    """Add to each cause the greatest exposure of its accounts: they share who is comparable, so no sum."""
    most = sized.sort_values("exposure", na_position="first", kind="stable").drop_duplicates(
        "cause", keep="last"
    )
    by_cause = most.set_index("cause")
    return causes.assign(
        exposure=causes["cause"].map(by_cause["exposure"]).astype(float),
        exposure_why=causes["cause"].map(by_cause["exposure_why"]).astype(object).fillna(""),
    )
