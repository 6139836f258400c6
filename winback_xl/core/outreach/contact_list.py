"""Choose the accounts for letters and calendar entries. Opted-out customers are never exported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.outcomes import watch_list
from winback_xl.core.tracking import account_state, cell_values
from winback_xl.yes_words import YES

if TYPE_CHECKING:
    from winback_xl.settings import Settings

REASONS = (
    "opted out", "control group", "no longer qualify", "not pursued", "resting", "won", "closed",
)  # fmt: skip
"""Why an account stays, in the order in which it is asked; the first that holds is counted."""

_STALE = "No longer qualifies"


def sort_out(campaign: pd.DataFrame, customers: pd.DataFrame | None = None) -> pd.Series:
    """State for each account why it is left out.

    Parameters
    ----------
    campaign : DataFrame
        Columns of `winback_xl.schema.columns.CAMPAIGN_ROWS`.
    customers : DataFrame, optional
        Clean customer list: customers marked there as opted out are left out too, however the campaign was built.

    Returns
    -------
    Series of str, index of ``campaign``
        One of `REASONS`, or "" for who may leave. Rows without a Customer ID are "not pursued".
    """
    want, outcome, stage = (
        cell_values.folded(campaign, "want_back"),
        cell_values.folded(campaign, "outcome"),
        cell_values.folded(campaign, "stage"),
    )
    open_ = outcome.isin(["", "open"])
    proposed = campaign["decision"].isin(["Pursue", "Reassign"])
    holds = {
        "opted out": account_state.opted_out(campaign) | campaign["customer_id"].isin(_forbidden(customers)),
        "control group": account_state.held_out(campaign),
        "no longer qualify": campaign["decision_why"].fillna("").astype(str).str.startswith(_STALE) & (want != "yes"),
        "not pursued": (campaign["customer_id"].fillna("") == "") | ((want == "") & ~proposed & (campaign["decision"] != "Rest")),
        "resting": open_ & ((stage == "resting") | (want == "later") | (cell_values.folded(campaign, "past_behind") == "no") | ((want == "") & (campaign["decision"] == "Rest"))),
        "won": outcome == "won",
        "closed": ~open_ | stage.isin(["let go", "warm-lost"]),
    }  # fmt: skip
    reason = np.select([holds[name].to_numpy(bool) for name in REASONS], REASONS, default="")
    return pd.Series(reason.astype(object), index=campaign.index)


def to_write_to(campaign: pd.DataFrame, customers: pd.DataFrame | None = None) -> pd.Series:
    """State for each account whether it may get a letter, or a farewell if it is let go.

    Parameters
    ----------
    campaign, customers : DataFrame
        As for `sort_out`.

    Returns
    -------
    Series of bool, index of ``campaign``
        An account at the stage Let go counts until its outcome is set: that says that the farewell is out.
    """
    bye = (cell_values.folded(campaign, "stage") == "let go") & cell_values.folded(campaign, "outcome").isin(
        ["", "open"]
    )
    reason = sort_out(campaign, customers)
    return (reason == "") | ((reason == "closed") & bye)


def _forbidden(customers: pd.DataFrame | None) -> set[str]:
    if customers is None or "do_not_contact" not in customers:
        return set()
    said = cell_values.folded(customers, "do_not_contact").isin(YES)
    return set(customers.loc[said, "customer_id"])


def appointments(
    campaign: pd.DataFrame, *, as_of: pd.Timestamp, settings: Settings, customers: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return what is due and when, from the next step of an open account to the end of a rest.

    Parameters
    ----------
    campaign : DataFrame
        Columns of `winback_xl.schema.columns.CAMPAIGN_ROWS`, formula columns as `tracking.computed` gives them.
    as_of : Timestamp
        What "today" means.
    settings : Settings
        As for `watch.rows`.
    customers : DataFrame, optional
        As for `sort_out`.

    Returns
    -------
    DataFrame
        ``customer_id``, ``customer``, ``owner``, ``kind`` (such as "Aftercare"), ``day``, ``summary``, ``details``, by day.
    """
    stays = sort_out(campaign, customers)
    at_work = campaign[stays == ""]
    won = campaign[stays == "won"]
    parts = [
        _events(at_work, "Next step", "due", at_work["do_next"].fillna("").astype(str)),
        _events(at_work, "Update", "next_update_due", "Give them an update, even with no answer yet"),
        _events(won, "Aftercare", "aftercare_due", "Thank them, and ask whether everything is as promised"),
        _events(at_work, "Joint visit", "joint_visit", "visit them, manager and rep together"),
        _events(at_work, "Chase", "chase_on", "Chase " + at_work["outside_party"].fillna("").astype(str)),
        _events(at_work, "New close", "new_close", "Ask for the next order, from why they bought"),
        _events(
            campaign[stays.isin(["", "won"])],
            "Concession review",
            "concession_review",
            "Is the concession still right?",
        ),
        _looks(campaign[stays.isin(["", "resting", "closed"])], as_of, settings),
    ]
    found = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return found.sort_values(["day", "customer_id", "kind"], kind="stable").reset_index(drop=True)


def _events(rows: pd.DataFrame, kind: str, column: str, what: pd.Series | str) -> pd.DataFrame:
    day = cell_values.days(rows[column]).astype("datetime64[s]")
    customer = rows["customer"].fillna("").astype(str)
    named = customer.where(customer != "", rows["customer_id"].astype(str))
    words = pd.Series(what, index=rows.index, dtype=object)
    who = rows["contact"].fillna("").astype(str) + ", " + rows["phone"].fillna("").astype(str)
    made = pd.DataFrame(
        {
            "customer_id": rows["customer_id"].astype(str),
            "customer": customer,
            "owner": rows["owner"].fillna("").astype(str),
            "kind": kind,
            "day": day,
            "summary": named + ": " + words.where(words != "", kind),
            "details": who.str.strip(", "),
        }
    )
    return made[day.notna()]


def _looks(rows: pd.DataFrame, as_of: pd.Timestamp, settings: Settings) -> pd.DataFrame:
    seen = watch_list.rows(rows, as_of=as_of, settings=settings)
    named = seen["customer"].where(seen["customer"] != "", seen["customer_id"])
    return pd.DataFrame(
        {
            "customer_id": seen["customer_id"].astype(str),
            "customer": seen["customer"],
            "owner": seen["owner"],
            "kind": "Look again",
            "day": seen["next_look"],
            "summary": named + ": look for a change",
            "details": "Watch for: " + seen["trigger"],
        }
    )
