"""Recency, frequency and money, each scored against the other customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MEASURES = {"recency": "days_since", "frequency": "orders", "monetary": "revenue"}


def score(
    history: pd.DataFrame,
    bins: int = 5,
) -> pd.DataFrame:
    """Score days since the last order, number of orders and revenue from 1 (low) to ``bins`` (high).

    Parameters
    ----------
    history : DataFrame
        Columns ``days_since`` (days), ``orders`` (count) and ``revenue`` (money).
    bins : int, 2 to 9
        Number of scores. With 9 at most the three scores read as three digits.

    Returns
    -------
    DataFrame, rows as in ``history``
        ``recency_score`` (few days are high), ``frequency_score``, ``monetary_score`` (floats; NaN where
        unknown) and ``rfm``, such as "543" ("-" for an unknown score, "" for a customer without an order).
        ``attrs["cuts"]`` holds the upper bounds (exclusive) of all bins but the last, measured on this ledger, by
        "recency" (days), "frequency" and "monetary".

    Notes
    -----
    A cut is the quantile of all customers (type 7, linear between two customers) plus 1; a bin holds the
    values from its lower cut up to, but without, its upper cut. This is the rule of the R package "rfm"
    (MIT, rsquaredacademy), whose published scores it reproduces. Frequent buyers get high scores here however
    little they care for you: RFM is a view of behaviour only, and decides no level.

    Examples
    --------
    >>> known = {"days_since": [3.0, 40.0, 200.0], "orders": [9, 4, 1], "revenue": [900.0, 90.0, 40.0]}
    >>> score(pd.DataFrame(known), bins=2)["rfm"].tolist()
    ['222', '211', '111']
    """
    ordered = history["orders"].to_numpy() > 0
    scores: dict[str, NDArray[np.float64]] = {}
    used: dict[str, list[float]] = {}
    for measure, column in _MEASURES.items():
        value = history[column].to_numpy(dtype=np.float64)
        known = ordered & ~np.isnan(value)
        cut = _cuts(value[known], bins)
        bin_ = np.searchsorted(cut, value, side="right")  # how many cuts are at or below the value
        points = len(cut) + 1 - bin_ if measure == "recency" else bin_ + 1
        scores[measure] = np.where(known, points, np.nan)
        used[measure] = [float(edge) for edge in cut]
    out = pd.DataFrame({f"{measure}_score": points for measure, points in scores.items()})
    out["rfm"] = pd.Series(_joined(list(scores.values()), ordered), index=out.index, dtype="str")
    out.attrs = {"cuts": used}
    return out


def _cuts(value: NDArray[np.float64], bins: int) -> NDArray[np.float64]:
    """Return the inner quantiles plus 1; none where there is nothing to measure."""
    if not value.size:
        return np.empty(0)
    return np.quantile(value, np.arange(1, bins) / bins) + 1.0


def _joined(scores: list[NDArray[np.float64]], ordered: NDArray[np.bool_]) -> NDArray[np.object_]:
    """Write the scores of a customer side by side."""
    digits = [
        np.where(np.isnan(one), "-", np.nan_to_num(one).astype(np.int64).astype("U2")) for one in scores
    ]
    text = np.strings.add(np.strings.add(digits[0], digits[1]), digits[2])
    return np.where(ordered, text, "").astype(object)
