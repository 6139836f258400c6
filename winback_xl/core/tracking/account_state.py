"""Who must be left alone: customers who opted out, and the control group of the campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

OPTED_OUT = "Asked not to be contacted."
"""Decision reason of a customer who opted out; whatever people type next to it, no export contains them."""

CONTROL_GROUP, JOINT_VISIT = "CONTROL_GROUP", "JOINT_VISIT"
"""Flags of an account that is left alone, to show what comes back by itself, and of one that the manager visits."""

WORKED_ARM, LEFT_ALONE_ARM = "Worked on", "Left alone"
"""The two arms of the comparison that shows what a campaign brings."""


def opted_out(campaign: pd.DataFrame) -> pd.Series:
    """Return which accounts of a campaign asked not to be contacted."""
    return campaign["decision_why"].fillna("").astype(str).str.startswith(OPTED_OUT)


def held_out(campaign: pd.DataFrame) -> pd.Series:
    """Return which accounts of a campaign were drawn into its control group."""
    return campaign["flags"].fillna("").astype(str).str.contains(CONTROL_GROUP, regex=False)
