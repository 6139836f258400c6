"""A tracker that somebody filled in by hand: its rows have names, and whatever follows from a name.

The Customer ID of such a row is a formula that gives the name. A program that does not calculate leaves it empty, so
the name itself counts here; rows in which nobody typed do not count.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.cast import typed
from winback_xl.core.cell_text import written
from winback_xl.core.merging import carried_edits
from winback_xl.core.merging.fingerprints import HUMAN, PRINTS, prints
from winback_xl.core.tracking import cell_values, talk_log
from winback_xl.core.tracking.due import HAPPENED
from winback_xl.readers.grid import Cell
from winback_xl.schema.columns import CARDS, LISTS
from winback_xl.workbook.tracker_book import TYPED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.workbook.reopened.contents import Found
    from winback_xl.workbook.reopened.sent_out import Sent

_NEVER = (Cell.UNCALCULATED, Cell.ERROR)


def is_by_hand(sent: Sent, tracker: pd.DataFrame) -> bool:
    """Return whether nobody planned this workbook: neither its snapshot nor any row names a campaign."""
    return not sent.plan.get("campaign_id") and not (tracker["campaign_id"] != "").any()


def rows(found: Found, tracker: pd.DataFrame, as_of: pd.Timestamp | None) -> pd.DataFrame:
    """Return the rows in which somebody typed, each with a Customer ID and with what the formulas give.

    Parameters
    ----------
    found : Found
        The table as it stands.
    tracker : DataFrame
        From `winback_xl.workbook.reopened.contents.tracker`.
    as_of : Timestamp or None
        The day that the workbook shows as today.
    """
    names = _texts(tracker, "customer")
    never = np.isin(found.columns["customer_id"].kinds, _NEVER)
    ids = np.where(never, "", tracker["customer_id"].to_numpy(object))
    tracker = tracker.assign(customer_id=np.where(ids == "", names, ids))
    wrote = names != ""
    for name in (*HUMAN, *TYPED, *(one for one in tracker if str(one).startswith("+ "))):
        if name in tracker:
            wrote |= _texts(tracker, str(name)) != ""
    for name in ("wave", "decision", "starts_on"):
        if name in found.columns:
            lost = np.isin(found.columns[name].kinds, _NEVER)
            tracker[name] = tracker[name].astype(object).mask(lost)
    return worked_on(tracker[wrote].reset_index(drop=True), as_of)


def _texts(tracker: pd.DataFrame, name: str) -> NDArray[np.object_]:
    if name not in tracker:
        return np.full(len(tracker), "", object)
    return np.array([written(one).strip() for one in tracker[name]], object)


def worked_on(tracker: pd.DataFrame, as_of: pd.Timestamp | None) -> pd.DataFrame:
    """Return the rows with what the formulas of the tracker give, where no program calculated them.

    Everybody listed is worked on, from the first day that somebody noted, or from ``as_of``; without a stage it is the
    first one.
    """
    days = [cell_values.days(tracker[name]) for name in ("open_since", *HAPPENED[1:]) if name in tracker]
    first = pd.concat([*days, pd.Series(as_of, index=tracker.index, dtype="datetime64[s]")], axis=1).min(
        axis=1
    )
    nothing = pd.Series(None, index=tracker.index, dtype=object)
    start = cell_values.days(tracker.get("starts_on", nothing))
    decided, stage = (tracker.get(name, nothing).map(written) for name in ("decision", "stage"))
    return tracker.assign(
        wave=cell_values.numbers(tracker.get("wave", nothing)).fillna(1.0),
        decision=decided.where(decided != "", "Pursue"),
        starts_on=start.where(start.notna(), first).astype("datetime64[s]"),
        stage=stage.where(stage != "", LISTS["Stage"][0]),
    )


def cards(campaign: pd.DataFrame) -> pd.DataFrame:
    """Return what the account card knows of each row, in their order."""
    named = campaign[campaign["customer_id"].map(written) != ""].drop_duplicates("customer_id")
    known = {
        "account": talk_log.labels(named),
        "customer_id": named["customer_id"],
        "phone": named["phone"],
        "happened": named["why"],
    }
    blank: list[None] = [None] * len(named)
    return pd.DataFrame(
        {column.name: typed(list(known.get(column.name, blank)), column.kind) for column in CARDS.columns}
    )


def untyped(sent: Sent, campaign: pd.DataFrame) -> Sent:
    """Return the snapshot as it would be before anybody typed: all that is in the rows came from people."""
    if sent.rows is not None and len(sent.rows):
        return sent
    keys = {name: campaign[name].map(written) for name in carried_edits.KEYS}
    rows_ = pd.DataFrame({**keys, **dict.fromkeys(HUMAN, ""), PRINTS: prints(campaign)}, dtype=object)
    return replace(sent, rows=rows_)
