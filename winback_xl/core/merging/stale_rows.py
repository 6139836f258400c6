"""Decide which accounts of a campaign stay, change or go when it is refreshed from later orders. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from winback_xl.core.merging import carried_edits, cell_keys
from winback_xl.core.tracking import cell_values
from winback_xl.core.wording import in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

CAME_BACK = "They ordered again: thank, then decide"
"""Do next of an account that came back before anybody decided."""

FACTS = ("customer", "level", "status", "days_since", "cadence", "revenue_12m", "future_margin")
"""What of a customer who no longer qualifies is still brought up to date."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How a refresh changed a campaign.

    Parameters
    ----------
    added, restored, stale : int
        Accounts that are new, that came back after somebody deleted their row, and that no longer qualify.
    changed : int
        Calculated cells that differ now, in the accounts that were there.
    rows : int
        Accounts there are now.
    """

    added: int
    restored: int
    stale: int
    changed: int
    rows: int


def no_longer(frame: pd.DataFrame, stale: np.ndarray, segments: pd.DataFrame, sent: set[str]) -> pd.DataFrame:
    """Bring the accounts that no longer qualify up to date, and say in Why and Decision reason why they are still there.

    Parameters
    ----------
    frame : DataFrame
        The campaign.
    stale : ndarray of bool, shape (n,)
        Which accounts they are.
    segments : DataFrame
        All customers as of now.
    sent : set of str
        Customers that the campaign held when it was last written; others were added by hand.

    Returns
    -------
    DataFrame
        ``frame`` with their facts, reasons and first step; human cells stay. Who ordered since the day of the list
        (``ordered_again``) has no day on which work starts, so nothing is late.
    """
    if not stale.any():
        return frame
    frame = frame.copy()
    ids = frame.loc[stale, "customer_id"]
    facts = segments.set_index("customer_id").reindex(ids)
    known = ids.isin(set(segments["customer_id"])).to_numpy()
    for name in FACTS:
        if name in facts and name in frame:
            values = frame.loc[stale, name].to_numpy(object).copy()
            values[known] = facts[name].to_numpy(object)[known]
            frame.loc[stale, name] = pd.Series(values, index=frame.index[stale], dtype=object)
    again = cell_values.days(frame.reindex(columns=["ordered_again"])["ordered_again"])[stale]
    reasons, whys = [], frame.reindex(columns=["why"])["why"].astype(object)[stale].tolist()
    last_orders = pd.to_datetime(facts["last_order"])
    for at, (customer, status, last, back) in enumerate(
        zip(ids, facts["status"], last_orders, again, strict=True)
    ):
        if customer not in sent:
            reasons.append(
                "Added by hand: no open incident, and not silent for long enough to be on the list."
            )
            continue
        reasons.append(f"No longer qualifies: {_state(status, last)}")
        whys[at] = f"No longer on the list: {_state(status, last)}"
        if not pd.isna(back):
            since = f", last order {in_words(last)}" if last > back else ""
            whys[at] = f"Came back: ordered on {in_words(back)}{since}."
    frame.loc[stale, "decision_why"] = reasons
    frame.loc[stale, "why"] = pd.Series(whys, index=frame.index[stale], dtype=object)
    frame.loc[stale, "wave"] = None
    back = stale & frame["customer_id"].isin(ids[again.notna().to_numpy()]).to_numpy()
    frame.loc[back, "proposed"] = CAME_BACK
    frame.loc[back, "starts_on"] = None
    return frame


def _state(status: object, last: pd.Timestamp) -> str:
    if not isinstance(status, str):
        return "not in the orders any more."
    if status in {"Active", "Due", "At risk"}:
        return f"{status} again, last order {in_words(last)}, and no open incident."
    return f"{status or 'no order'}, and no open incident."


def changed_cells(old: pd.DataFrame, new: pd.DataFrame, names: Sequence[str]) -> int:
    """Count the cells of these columns that differ between two campaigns, in the rows that both have."""
    at = carried_edits.keys_of(old).get_indexer(carried_edits.keys_of(new))
    both = at >= 0
    total = 0
    for name in names:
        if name in old and name in new:
            total += cell_keys.differing(old[name].iloc[at[both]], new[name][both])
    return total
