"""Bring a campaign that stands in the open workbook up to date without moving or touching what people wrote.

The rows of the table keep their order; new customers come below. So nothing that hangs on a row is lost: cells,
columns of their own, colours, comments. A row is found by Campaign ID and Customer ID; a row that cannot be placed
(no key, another campaign, pasted twice) stays as it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.merging import carried_edits, stale_rows
from winback_xl.schema import columns
from winback_xl.workbook.reopened.restored_plan import shaped

if TYPE_CHECKING:
    from winback_xl.core.campaign.campaign_plan import Plan

HUMAN = [item.name for item in columns.CAMPAIGN.of_role("human")]


def campaign_id(tracker: pd.DataFrame | None) -> str:
    """Return the campaign that the rows belong to, "" for none."""
    if tracker is None or "campaign_id" not in tracker:
        return ""
    named = tracker.loc[tracker["campaign_id"] != "", "campaign_id"]
    return str(named.iloc[0]) if len(named) else ""


def onto(plan: Plan, tracker: pd.DataFrame, sent: set[str]) -> Plan:
    """Put a plan's rows into the order in which they stand, with the human cells that stand there.

    Parameters
    ----------
    plan : Plan
        Worked out anew, with the campaign ID of the tracker.
    tracker : DataFrame, shape (n, ...)
        Every row of the table as it stands, blank ones too; columns of `winback_xl.schema.columns.CAMPAIGN`.
    sent : set of str
        Customers that the campaign held when it was last written; others were added by hand.

    Returns
    -------
    Plan
        Its campaign begins with the n rows of the tracker.
    """
    fresh = plan.campaign.astype(object)
    there = tracker.reindex(columns=fresh.columns).astype(object)
    found = carried_edits.keys_of(fresh).get_indexer(carried_edits.keys_of(tracker))
    found = np.where(pd.Series(found).duplicated(), -1, found)  # a row pasted twice: the first one counts
    stale = (found < 0) & (tracker["campaign_id"] == plan.campaign_id).to_numpy()
    stale &= ~tracker["customer_id"].isin(fresh["customer_id"]).to_numpy()
    new = np.setdiff1d(np.arange(len(fresh)), found)
    rows = np.concatenate([np.where(found >= 0, found, len(fresh) + np.arange(len(tracker))), new])
    frame = pd.concat([fresh, there], ignore_index=True).iloc[rows].reset_index(drop=True)
    for name in [name for name in HUMAN if name in tracker]:
        held = frame[name].copy()
        held.iloc[: len(tracker)] = there[name].to_numpy()
        frame[name] = held
    gone = np.append(stale, np.zeros(len(new), bool))
    return replace(plan, campaign=shaped(stale_rows.no_longer(frame, gone, plan.segments, sent)))
