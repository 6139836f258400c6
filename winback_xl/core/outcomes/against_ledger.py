"""What people typed, held against the ledger: revenue of wins, wins without an order, and losses with one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.outcomes import beyond_base, comeback, headline
from winback_xl.core.tracking import cell_values
from winback_xl.core.wording import plural
from winback_xl.errors import Issue

if TYPE_CHECKING:
    import pandas as pd

    from winback_xl.core.orders.ledger import Ledger
    from winback_xl.settings import Settings

LOST = ("Lost", "Warm-lost")
_CLOSE = 1.0  # money: the ledger and people round differently
_NAMED = 3
FIX = "Correct the entry, or leave it: the report goes by what was typed and names the difference."


@dataclass(frozen=True, slots=True)
class Differences:
    """Entries of a campaign that the ledger contradicts.

    Parameters
    ----------
    entries : tuple of str
        Each in words, with its customer.
    """

    entries: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Count the entries and name the first of them; "" without any."""
        if not self.entries:
            return ""
        many = plural(len(self.entries), "entry differs", "entries differ")
        rest = len(self.entries) - _NAMED
        more = f"; and {rest:,} more" if rest > 0 else ""
        return f"{many} from the ledger: {'; '.join(self.entries[:_NAMED])}{more}."

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Return one finding for all of them, none without any."""
        if not self.entries:
            return ()
        what = f"{plural(len(self.entries), 'entry differs', 'entries differ')} from the ledger: {'; '.join(self.entries)}."
        return (Issue("differs-from-ledger", "warning", what, FIX, sheet="Campaign"),)


def find(
    campaign: pd.DataFrame,
    *,
    settings: Settings,
    until: pd.Timestamp | None = None,
    ledger: Ledger | None = None,
) -> Differences:
    """Compare outcome and won revenue of each account with what it ordered since it was listed.

    Parameters
    ----------
    campaign : DataFrame
        Columns of `winback_xl.schema.columns.CAMPAIGN_ROWS`, with human cells as people left them.
    settings : Settings
        ``return_days``: revenue since an account was listed is known for so long; ``currency``.
    until : Timestamp, optional
        The last day with orders on file; by default the last that the tracker has seen.
    ledger : Ledger, optional
        With it, what came back is counted in its orders; without it as the tracker has it since the last refresh.

    Returns
    -------
    Differences
        What differs by more than one unit of the currency. A win that is dated after the last order on file, or after
        the horizon, is not compared.
    """
    if ledger is not None:
        campaign, until = comeback.observe(campaign, ledger, settings), comeback.last_order(ledger)
    names = ("customer", "outcome", "won_date", "won_revenue", "listed_on", "ordered_again", "revenue_since")
    rows = cell_values.understood(campaign.reindex(columns=[*dict.fromkeys((*campaign.columns, *names))]))
    until = beyond_base.last_order(rows, until)
    if until is None:
        return Differences()
    start, won_on = cell_values.days(rows["listed_on"]), cell_values.days(rows["won_date"])
    again = cell_values.days(rows["ordered_again"])
    won, lost = rows["outcome"].eq("Won"), rows["outcome"].isin(LOST)
    late = (won_on > until) | ((won_on - start).dt.days > settings.return_days)
    compared = (won & (start < until) & ~late).to_numpy(bool)
    typed, seen = (cell_values.numbers(rows[name]).to_numpy() for name in ("won_revenue", "revenue_since"))
    none = compared & again.isna().to_numpy()
    more = compared & ~none & (np.nan_to_num(typed - seen) > _CLOSE)
    back = (lost & again.notna()).to_numpy(bool)
    said = []
    for at in np.flatnonzero(none | more | back).tolist():
        who, day = rows["customer"].iloc[at] or rows["customer_id"].iloc[at], again.iloc[at]
        if none[at]:
            said.append(f"{who} is typed as Won without an order since it was listed")
        elif more[at]:
            amounts = [headline.words(float(one), settings.currency) for one in (typed[at], seen[at])]
            said.append(
                f"won revenue of {who} is typed as {amounts[0]}, the ledger has {amounts[1]} since it was listed"
            )
        else:
            said.append(f"{who} is typed as {rows['outcome'].iloc[at]} and ordered on {day:%Y-%m-%d}")
    return Differences(tuple(said))
