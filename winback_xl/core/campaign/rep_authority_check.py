"""Are the reps empowered? Who must ask for every gesture cannot win anybody back (article 001)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.errors import Issue

if TYPE_CHECKING:
    import pandas as pd

    from winback_xl.settings import Settings

_REP = "Rep"
_NAMED = 3


def findings(campaign: pd.DataFrame, reps: pd.DataFrame | None, settings: Settings) -> tuple[Issue, ...]:
    """Warn where the reps may decide next to nothing on the spot.

    Parameters
    ----------
    campaign : DataFrame
        ``our_cost`` (money) and ``approver`` of each account.
    reps : DataFrame or None
        With ``rep`` and ``approval_limit`` (money), reps without any limit of their own are named.
    settings : Settings
        ``rep_limit`` and ``approval_share``.

    Returns
    -------
    tuple of Issue
        Notes, at most three: a limit of nothing, reps with a limit of nothing, too many offers that need approval.
    """
    found = []
    fix = "Raise 'Rep decides up to' in Settings: if only you can decide, the reps are sabotaged."
    if settings.rep_limit <= 0:
        found.append(Issue("no-authority", "note", "No rep may decide a make-good: their limit is 0.", fix))
    if reps is not None and {"rep", "approval_limit"} <= set(reps.columns):
        none = reps.loc[reps["approval_limit"] <= 0, "rep"].astype(str).tolist()
        if none:
            more = f" and {len(none) - _NAMED} more" if len(none) > _NAMED else ""
            what = f"Without a limit of their own in Reps: {', '.join(none[:_NAMED])}{more}."
            found.append(Issue("no-authority", "note", what, "Give each rep an approval limit above 0."))
    offers = campaign["our_cost"] > 0
    number, asking = int(offers.sum()), int((offers & (campaign["approver"] != _REP)).sum())
    if asking > settings.approval_share * number:
        what = f"{asking:,} of {number:,} offers need somebody's approval, more than {settings.approval_share:.0%}."
        found.append(Issue("little-authority", "note", what, fix))
    return tuple(found)
