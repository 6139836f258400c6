"""Which part of a win would have come without us, account by account: the base rate that Today and the report take off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.outcomes import proof
from winback_xl.core.tracking import cell_values

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from winback_xl.core.outcomes.proof import Proof
    from winback_xl.settings import Settings


def shares(campaign: pd.DataFrame, shown: Proof) -> NDArray[np.float64]:
    """Return the share of a win of each account that would have come by itself; NaN where nothing says.

    Parameters
    ----------
    campaign : DataFrame
        ``rate_listed`` (chance to return without us on the day it was listed) and ``odds`` (with us).
    shown : Proof
        Of these rows: where fresh orders show it, that counts; else the two chances do.
    """
    rate, odds = (
        cell_values.numbers(campaign[name]).to_numpy() if name in campaign else np.full(len(campaign), np.nan)
        for name in ("rate_listed", "odds")
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        forecast = np.where(odds > 0, np.clip(rate / odds, 0.0, 1.0), np.nan)
    return np.where(np.isnan(shown.anyway), forecast, shown.anyway)


def add(campaign: pd.DataFrame, until: pd.Timestamp | None, settings: Settings) -> pd.DataFrame:
    """Return a campaign with the column ``anyway``, by its orders up to a day."""
    shown = proof.measure(campaign, until=until, settings=settings)
    return campaign.assign(anyway=np.round(shares(campaign, shown), 6))
