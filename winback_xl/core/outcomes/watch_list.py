"""Who to keep an eye on: accounts that rest or were lost, what would reopen them, and when to look again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.tracking import account_state, cell_values

if TYPE_CHECKING:
    from winback_xl.settings import Settings

TRIGGERS = ("rival fails", "buyer moved", "needs changed", "company bought")
"""Changes that reopen an account (article 002)."""

_USUAL = ", ".join(TRIGGERS)
_REOPEN = "Has anything changed? If so, set Want back? to Yes and the stage to Listed; if not, note it and check again later."
_RESTING = "Pause is over: decide again, Want back? Yes, Later or No."
_LOST = ("lost", "warm-lost", "let go")


def rows(campaign: pd.DataFrame, *, as_of: pd.Timestamp, settings: Settings) -> pd.DataFrame:
    """Return the accounts to watch, the next look first.

    Parameters
    ----------
    campaign : DataFrame
        Columns of `winback_xl.schema.columns.CAMPAIGN_ROWS`.
    as_of : Timestamp
        What "today" means.
    settings : Settings
        ``light_touch_days`` after the last contact (or after ``as_of`` without one) is the next look at an account
        that has no date in Rest until.

    Returns
    -------
    DataFrame
        ``customer_id``, ``customer``, ``state``, ``owner``, ``trigger``, ``next_look``, ``todo``. Who opted out and
        who is in the control group is not watched.
    """
    lost, rest = _lost(campaign), resting(campaign)
    watched = (lost | rest) & ~account_state.opted_out(campaign) & ~account_state.held_out(campaign)
    found = campaign[watched]
    rests = rest[watched]
    state = found["outcome"].where(~cell_values.folded(found, "outcome").isin(["", "open"]), found["stage"])
    until = cell_values.days(found["rest_until"])
    touch = cell_values.days(found["last_contact"]).fillna(as_of) + pd.Timedelta(
        days=settings.light_touch_days
    )
    said = found["watch_for"].fillna("").astype(str)
    over = rests & (until <= as_of)
    made = pd.DataFrame(
        {
            "customer_id": found["customer_id"],
            "customer": found["customer"].fillna(""),
            "state": state.where(~rests, "Resting").fillna(""),
            "owner": found["owner"].fillna(""),
            "trigger": said.where(said.str.strip() != "", _USUAL),
            "next_look": until.where(until.notna(), touch).astype("datetime64[s]"),
            "todo": np.where(over, _RESTING, _REOPEN),
        }
    )
    return made.sort_values(["next_look", "customer_id"], kind="stable").reset_index(drop=True)


def resting(campaign: pd.DataFrame) -> pd.Series:
    """Return which accounts are left in peace: by stage, by Want back, or as proposed while nobody said otherwise."""
    wanted = cell_values.folded(campaign, "want_back")
    proposed = (campaign["decision"].fillna("") == "Rest") & (wanted != "yes")
    still_open = cell_values.folded(campaign, "outcome").isin(["", "open"])
    return (
        ~_lost(campaign)
        & still_open
        & (
            (cell_values.folded(campaign, "stage") == "resting")
            | (wanted == "later")
            | (cell_values.folded(campaign, "past_behind") == "no")
            | proposed
        )
    )


def _lost(campaign: pd.DataFrame) -> pd.Series:
    outcome, stage = cell_values.folded(campaign, "outcome"), cell_values.folded(campaign, "stage")
    return outcome.isin(_LOST) | (stage.isin(["let go", "warm-lost"]) & outcome.isin(["", "open"]))


def rested(campaign: pd.DataFrame, *, since: pd.Timestamp, as_of: pd.Timestamp) -> dict[str, float]:
    """Count the rests of each account that are over, by customer id.

    Parameters
    ----------
    campaign : DataFrame
        The tracker as people left it: ``rests`` as counted last, ``rest_until`` as typed.
    since : Timestamp
        The day for which they were counted last: a rest that was over by then is in ``rests`` already.
    as_of : Timestamp
        What "today" means: a rest that ends on it or before is over.

    Returns
    -------
    dict of str to float
        To count again for the same day changes nothing.

    References
    ----------
    Article 002: it is over after so many pauses without a change.
    """
    until = cell_values.days(campaign["rest_until"])
    over = resting(campaign) & (until > since) & (until <= as_of)
    before = (
        cell_values.numbers(campaign["rests"]).clip(lower=0.0).fillna(0.0)
    )  # somebody may have typed over it
    return dict(zip(campaign["customer_id"].astype(str), (before + over).tolist(), strict=True))
