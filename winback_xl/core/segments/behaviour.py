"""Behaviour: how often, how steadily and how regularly they buy, as one score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from winback_xl.core.orders.order_days import Summary
    from winback_xl.core.tally import Floats
    from winback_xl.settings import Settings


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Frequency, continuity and regularity of purchases in the loyalty window; 0 to 1 each.

    ``weights`` is the sum of the weights in ``score``: it depends on whether the share of wallet is known.
    """

    frequency: Floats
    continuity: Floats
    regularity: Floats
    weights: Floats
    score: Floats


def of(history: pd.DataFrame | Summary, wallet: Floats, settings: Settings) -> Behaviour:
    """Score the order days of the loyalty window.

    Parameters
    ----------
    history : DataFrame or Summary
        From `history.summarise` or `history.summary_of_one`.
    wallet : ndarray of float, shape (n,)
        Shares of wallet, 0 to 1; NaN where nobody knows.
    settings : Settings
        The weights of the group "Loyalty".
    """
    after_first = np.maximum(np.asarray(history["window_days"], dtype=np.float64) - 1, 0)
    frequency = after_first / (after_first + settings.half_frequency_days)
    open_, bought = (
        np.asarray(history[name], dtype=np.float64) for name in ("periods_open", "periods_bought")
    )
    continuity = bought / np.maximum(open_, 1)
    cv = np.asarray(history["window_gap_cv"], dtype=np.float64)
    regularity = np.nan_to_num(1 / (1 + cv**2))
    weighted = (
        settings.weight_frequency * frequency
        + settings.weight_continuity * continuity
        + settings.weight_regularity * regularity
        + settings.weight_wallet * np.nan_to_num(wallet)
    )
    weights = settings.weight_frequency + settings.weight_continuity + settings.weight_regularity
    total = weights + np.where(~np.isnan(wallet), settings.weight_wallet, 0.0)
    score = np.divide(weighted, total, out=np.zeros_like(weighted), where=total > 0)
    return Behaviour(frequency, continuity, regularity, total, score)
