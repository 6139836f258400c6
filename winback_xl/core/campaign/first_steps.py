"""The first step of an account where it is not the usual decision, and the day on which work on it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.core.campaign import campaign_limits
from winback_xl.core.tracking import cell_values

if TYPE_CHECKING:
    import pandas as pd

_PROPOSED = {
    "Reassign": "Decide: who takes over the account?", "Rest": "Confirm the pause",
    "E-mail": "Send the e-mail from the mail merge", "Let go": "Confirm: close on good terms",
}  # fmt: skip
_ANSWER = "Answer the complaint; the offer waits"
_WAIT = "None yet: no budget or capacity"
_NO_CALL = "None: they asked not to be contacted"
_PROOF = "Manager: show what changed, then ask"


def proposed(rows: pd.DataFrame, waits: pd.Series, opted: pd.Series, alone: pd.Series) -> pd.Series:
    """Return what to do first, "" where it is the decision to win the account back.

    Parameters
    ----------
    rows : DataFrame
        Columns ``decision``, ``recovery_failed`` ("Yes" or "") and ``left_out``.
    waits, opted, alone : Series of bool
        Who waits for budget or capacity, asked not to be contacted, and is left alone in the control group.
    """
    failed = rows["decision"].isin(campaign_limits.WORKED) & (rows["recovery_failed"] == "Yes")
    found: pd.Series = (
        rows["decision"]
        .map(_PROPOSED)
        .fillna("")
        .mask(failed, _PROOF)
        .mask(rows["left_out"], _ANSWER)
        .mask(waits, _WAIT)
        .mask(opted, _NO_CALL)
        .mask(alone, "")
    )
    return found


def wave_listed(rows: pd.DataFrame, before: pd.DataFrame | None) -> pd.Series:
    """Return the wave that the plan gave each account on the day it was listed; who was listed before keeps it."""
    wave: pd.Series = rows["wave"].astype(float)
    if before is None or "wave_listed" not in before:
        return wave
    held = before.drop_duplicates("customer_id").set_index("customer_id")
    known = rows["customer_id"].isin(held.index[cell_values.days(held["listed_on"]).notna()])
    kept: pd.Series = wave.mask(known, cell_values.numbers(rows["customer_id"].map(held["wave_listed"])))
    return kept


def started(rows: pd.DataFrame, before: pd.DataFrame | None) -> pd.Series:
    """Return when work on each account starts: who was to be worked on already keeps the day."""
    if before is None or "starts_on" not in before:
        return rows["starts_on"]
    held = before.drop_duplicates("customer_id").set_index("customer_id")["starts_on"]
    known = cell_values.days(rows["customer_id"].map(held)).astype("datetime64[s]")
    kept: pd.Series = rows["starts_on"].where(known.isna() | rows["starts_on"].isna(), known)
    return kept
