"""Who to keep an eye on: accounts that rest or were lost, what would reopen them, and when to look again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core import schedule

if TYPE_CHECKING:
    from winback_xl.settings import Settings

TRIGGERS = ("rival fails", "buyer moved", "needs changed", "company bought")
"""Changes that reopen an account (article 002)."""

_USUAL = ", ".join(TRIGGERS)
_REOPEN = "Has anything changed? If so set Want back? to Yes and the stage to Listed; if not, note it and look again."
_RESTING = "Rest is over: decide again, Want back? Yes, Later or No."
_LOST = ("lost", "warm-lost", "let go")


def rows(campaign: pd.DataFrame, *, as_of: pd.Timestamp, settings: Settings) -> pd.DataFrame:
    """Return the accounts to watch, the next look first.

    Parameters
    ----------
    campaign : DataFrame
        Columns of `winback_xl.columns.CAMPAIGN`.
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
    outcome, stage = _fold(campaign, "outcome"), _fold(campaign, "stage")
    lost = outcome.isin(_LOST) | (stage.isin(["let go", "warm-lost"]) & outcome.isin(["", "open"]))
    proposed = (campaign["decision"].fillna("") == "Rest") & (_fold(campaign, "want_back") != "yes")
    resting = (
        ~lost
        & (outcome.isin(["", "open"]))
        & (
            (stage == "resting")
            | (_fold(campaign, "want_back") == "later")
            | (_fold(campaign, "past_behind") == "no")
            | proposed
        )
    )
    watched = (lost | resting) & ~schedule.opted_out(campaign) & ~schedule.held_out(campaign)
    found = campaign[watched]
    rests = resting[watched]
    state = found["outcome"].where(~_fold(found, "outcome").isin(["", "open"]), found["stage"])
    until = days(found["rest_until"])
    touch = days(found["last_contact"]).fillna(as_of) + pd.Timedelta(days=settings.light_touch_days)
    typed = found["watch_for"].fillna("").astype(str)
    over = rests & (until <= as_of)
    made = pd.DataFrame(
        {
            "customer_id": found["customer_id"],
            "customer": found["customer"].fillna(""),
            "state": state.where(~rests, "Resting").fillna(""),
            "owner": found["owner"].fillna(""),
            "trigger": typed.where(typed.str.strip() != "", _USUAL),
            "next_look": until.where(until.notna(), touch).astype("datetime64[s]"),
            "todo": np.where(over, _RESTING, _REOPEN),
        }
    )
    return made.sort_values(["next_look", "customer_id"], kind="stable").reset_index(drop=True)


def days(typed: pd.Series) -> pd.Series:
    """Return dates; words that people typed are none, whatever they look like: 03/04/2026 is no day to guess."""
    if typed.dtype == object:
        typed = typed.where(np.array([isinstance(value, (dt.date, np.datetime64)) for value in typed]), None)
    return pd.to_datetime(typed, errors="coerce")


def _fold(campaign: pd.DataFrame, name: str) -> pd.Series:
    return campaign[name].fillna("").astype(str).str.casefold()
