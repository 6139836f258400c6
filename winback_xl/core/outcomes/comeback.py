"""What the ledger shows of an account since it was listed: the one outcome by which both arms are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.orders.day_numbers import NEVER
from winback_xl.core.tracking import cell_values

if TYPE_CHECKING:
    from winback_xl.core.orders.ledger import Ledger
    from winback_xl.settings import Settings


def observe(campaign: pd.DataFrame, ledger: Ledger, settings: Settings) -> pd.DataFrame:
    """Fill in what each account ordered after the day it was listed, whatever anybody typed.

    Parameters
    ----------
    campaign : DataFrame
        ``customer_id`` and ``listed_on``; who has no such day is left as it is.
    ledger : Ledger
    settings : Settings
        ``return_days``: revenue counts within so many days.

    Returns
    -------
    DataFrame
        ``campaign`` with ``ordered_again`` (first order day after ``listed_on``, NaT without any; an order that was returned
        whole is none) and
        ``revenue_since`` (orders less credits within the horizon, money; NaN without a value in the ledger).
    """
    listed = cell_values.days(campaign["listed_on"])
    at = ledger.ids.get_indexer(pd.Index(campaign["customer_id"].astype(object)))
    known = np.flatnonzero((at >= 0) & listed.notna().to_numpy())
    start = np.full(len(ledger.ids), np.iinfo(np.int64).max // 2)
    start[at[known]] = listed.iloc[known].to_numpy("datetime64[D]").astype(np.int64)
    first = ledger.kept_days.next_after(start)
    since = ledger.day - start[ledger.customer]
    counted = (ledger.order | ledger.credit) & (since > 0) & (since <= settings.return_days)
    money = ledger.total(counted) if ledger.has_values else np.full(len(ledger.ids), np.nan)
    out = campaign.copy()
    again = np.full(len(out), NEVER)
    again[known] = first[at[known]]
    revenue = np.where(listed < ledger.today, 0.0 if ledger.has_values else np.nan, np.nan)
    revenue[known] = np.where(start[at[known]] < ledger.as_of, money[at[known]], np.nan)
    out["ordered_again"] = pd.Series(again.astype("datetime64[D]").astype("datetime64[s]"), index=out.index)
    out["revenue_since"] = pd.Series(revenue, index=out.index)
    return out


def last_order(ledger: Ledger) -> pd.Timestamp | None:
    """Return the last day with an order of anybody."""
    if not ledger.order.any():
        return None
    return pd.Timestamp(np.datetime64(int(ledger.day[ledger.order].max()), "D"))
