"""Who must be left alone: customers who opted out, the control group, and cases that only Counsel may release.

And who may approve what an account was promised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.tracking import cell_values
from winback_xl.core.tracking.conditions import amount, blank, cell, counted, is_, setting

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.core.tracking.campaign_rows import CampaignRows
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
    """Return which accounts of a campaign were drawn into its control group; column ``control_group``."""
    return _yes(campaign, "control_group")


COUNSEL = "Counsel"
"""Approver of a case with words of law, safety or injury in its report."""


def legal_words(campaign: pd.DataFrame) -> pd.Series:
    """Return which accounts have words of law, safety or injury in their report; columns ``approver``, ``legal``."""
    legal = campaign["approver"].fillna("").astype(str).str.strip().eq(COUNSEL)
    return legal | _yes(campaign, "legal")


def _yes(campaign: pd.DataFrame, name: str) -> pd.Series:
    """Return where a column says yes, whatever the spelling."""
    return campaign[name].fillna("").astype(str).str.strip().str.casefold().eq("yes")


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
        Columns ``approver``, ``legal``, ``approved_by`` and ``approved_on``.
    settings : Settings
        As for `released`.

    Returns
    -------
    Series of bool
        True while the report has legal words and no approval by Counsel with a day is on file.
    """
    return legal_words(campaign) & ~released(campaign, settings)


AGREED, PROPOSED, OWN_LIMIT = amount("agreed_amount"), counted("recommended"), counted("own_limit")
_MORE = AGREED.above(PROPOSED) + amount("concession_cost")  # granted beyond the proposal, at its worth today
_COST = counted("our_cost") + _MORE
_FAILED_BEFORE = is_("recovery_failed", "Yes")
_SETTLED = is_("approver", "Counsel") | (blank("approver") & ~(_MORE > 0))  # whatever it costs
_ABOVE_OWNER = (("CFO", setting("director_limit")), ("Director", setting("manager_limit")))
"""Who decides above which limit, the highest first, and above what the owner may approve; else a Manager."""


def authority(rows: CampaignRows) -> NDArray[np.object_]:
    """Return who may approve what was agreed, by its cost and by the limit of the present owner."""
    above = np.full(len(rows), "Manager", dtype=object)
    for who, limit in reversed(_ABOVE_OWNER):
        above[(limit < _COST).holds(rows)] = who
    owner = np.where(_FAILED_BEFORE.holds(rows), "Manager", "Rep")
    found = np.where((_COST > OWN_LIMIT).holds(rows), above, owner)
    return np.where(_SETTLED.holds(rows) | _COST.fails(rows), rows.text("approver"), found).astype(object)


def authority_formula() -> str:
    """Return the formula of `authority`, as Excel shows it inside the table."""
    kept, text = f'{cell("approver")}&""', '"Manager"'
    for who, limit in reversed(_ABOVE_OWNER):
        text = f'IF({(limit < _COST).excel},"{who}",{text})'
    text = f'IF({(_COST > OWN_LIMIT).excel},{text},IF({_FAILED_BEFORE.excel},"Manager","Rep"))'
    return f"=IFERROR(IF({_SETTLED.excel},{kept},{text}),{kept})"
