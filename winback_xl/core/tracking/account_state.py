"""Who must be left alone: customers who opted out, the control group, and cases that only Counsel may release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from winback_xl.core.tracking import cell_values

if TYPE_CHECKING:
    from winback_xl.settings import Settings

OPTED_OUT = "Asked not to be contacted."
"""Decision reason of a customer who opted out; whatever people type next to it, no export contains them."""

NOT_OFFERED = "Not offered while the decision is "
"""Leads what an offer would be where none is made; the decision follows."""

CONTROL_GROUP, JOINT_VISIT = "Control group", "Manager visits"
"""Flags of an account that is left alone, to show what comes back by itself, and of one that the manager visits."""

WORKED_ARM, LEFT_ALONE_ARM = "Worked on", "Left alone"
"""The two arms of the comparison that shows what a campaign brings."""


def opted_out(campaign: pd.DataFrame) -> pd.Series:
    """Return which accounts of a campaign asked not to be contacted."""
    return campaign["decision_why"].fillna("").astype(str).str.startswith(OPTED_OUT)


def held_out(campaign: pd.DataFrame) -> pd.Series:
    """Return which accounts of a campaign were drawn into its control group."""
    return campaign["flags"].fillna("").astype(str).str.contains(CONTROL_GROUP, regex=False)


COUNSEL, COUNSEL_FLAG = "Counsel", "Counsel decides"
"""Approver and flag of a case with words of law, safety or injury in its report."""


def legal_words(campaign: pd.DataFrame) -> pd.Series:
    """Return which accounts have words of law, safety or injury in their report; columns ``approver``, ``flags``."""
    legal = campaign["approver"].fillna("").astype(str).str.strip().eq(COUNSEL)
    return legal | campaign["flags"].fillna("").astype(str).str.contains(COUNSEL_FLAG, regex=False)


def released(campaign: pd.DataFrame, settings: Settings) -> pd.Series:
    """Return which accounts Counsel has approved, with a day.

    Parameters
    ----------
    campaign : DataFrame
        Columns ``approved_by`` and ``approved_on``; absent ones count as blank.
    settings : Settings
        ``counsel_names``: who may approve for Counsel. Nobody else's name releases a case.
    """
    if "approved_by" not in campaign or "approved_on" not in campaign:
        return pd.Series(data=False, index=campaign.index)
    names = {name.strip().casefold() for name in settings.counsel_names.split(",") if name.strip()}
    approved = campaign["approved_by"].fillna("").astype(str).str.strip().str.casefold().isin(names)
    return approved & cell_values.numbers(campaign["approved_on"]).notna()


def held_for_legal(campaign: pd.DataFrame, settings: Settings) -> pd.Series:
    """Return which accounts get no letter, apology or offer before Counsel has approved.

    Parameters
    ----------
    campaign : DataFrame
        Columns ``approver``, ``flags``, ``approved_by`` and ``approved_on``.
    settings : Settings
        As for `released`.

    Returns
    -------
    Series of bool
        True while the report has legal words and no approval by Counsel with a day is on file.
    """
    return legal_words(campaign) & ~released(campaign, settings)
