"""Who is worked on under budget and hands: the accounts worth pursuing, as far as both allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from winback_xl.core.campaign import selection

if TYPE_CHECKING:
    from winback_xl.core.campaign.selection import Choice
    from winback_xl.settings import Settings

WORKED = ("Pursue", "Reassign")
"""Decisions that somebody works on."""


def capable(reps: pd.DataFrame | None) -> bool:
    """Return whether anything is known of the team's hands."""
    return reps is not None and "weekly_contacts" in reps and bool((reps["weekly_contacts"] > 0).any())


def limited(reps: pd.DataFrame | None, settings: Settings) -> bool:
    """Return whether budget or capacity limits the accounts that the campaign works on."""
    return capable(reps) or settings.make_good_budget > 0


def chosen(accounts: pd.DataFrame, reps: pd.DataFrame | None, settings: Settings) -> Choice:
    """Choose among the accounts; where nothing is known of the team, as if one rep had hands for all."""
    if reps is not None and capable(reps):
        return selection.choose(accounts, reps, settings)
    everybody = pd.DataFrame({"rep": ["everybody"], "weekly_contacts": [float(len(accounts))]})
    return selection.choose(accounts.assign(owner=""), everybody, settings)


def keep_to(
    rows: pd.DataFrame, held_out: pd.Series, reps: pd.DataFrame | None, settings: Settings
) -> tuple[str, ...]:
    """Mark in the rows who is left out, and with a team also owner and wave; return what to report.

    Parameters
    ----------
    rows : DataFrame
        Accounts with ``decision``, ``decision_why``, ``owner``, ``wave``, ``left_out``, and what `selection.choose` reads.
    held_out : Series of bool
        Accounts that are left alone on purpose.
    reps : DataFrame or None
    settings : Settings
    """
    worked = rows["decision"].isin(WORKED) & ~held_out & rows["expected_value"].notna()
    if not limited(reps, settings) or not worked.any():
        return ()
    choice = chosen(rows[worked], reps, settings)
    taken = choice.table["chosen"]
    rows.loc[worked, "left_out"] = ~taken
    said = (rows.loc[worked, "decision_why"] + " " + choice.table["why"]).str.strip()
    if capable(reps):
        rows.loc[worked, "owner"] = choice.table["owner"]
        rows.loc[worked, "wave"] = choice.table["wave"].where(taken)
        rows.loc[worked, "decision_why"] = said
    else:
        rows.loc[worked, "decision_why"] = said.where(~taken, rows.loc[worked, "decision_why"])
    return (choice.sentence + _of_which(rows.loc[worked, "decision"][taken]),)


def within_reach(rows: pd.DataFrame, reps: pd.DataFrame | None, settings: Settings) -> pd.Series:
    """Return which accounts would be worked on if nobody were left alone."""
    worked = rows["decision"].isin(WORKED) & rows["expected_value"].notna()
    if limited(reps, settings) and worked.any():
        taken = chosen(rows[worked], reps, settings).table["chosen"]
        worked = taken.reindex(rows.index, fill_value=False).astype(bool)
    return worked


def _of_which(decisions: pd.Series) -> str:
    """State which decisions the chosen accounts have, where there is more than one: the table of decisions adds up to them."""
    counts = [(name, int((decisions == name).sum())) for name in WORKED]
    if min(count for _, count in counts) == 0:
        return ""
    return f" By decision: {', '.join(f'{count:,} {name}' for name, count in counts)}."
