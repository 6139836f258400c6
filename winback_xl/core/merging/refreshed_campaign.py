"""Bring a campaign up to date: what is calculated is new, what people wrote stays. Pure.

The one refresh of the package. The command rewrites a file with it and the button the open workbook; both give every
cell the same content. They differ in one thing: a file takes the order of the new plan, while in an open workbook the
rows stay where they are and new ones come below, so that nothing that depends on a row is lost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.cast import shaped
from winback_xl.core.cell_text import written
from winback_xl.core.make_good import approvers
from winback_xl.core.merging import carried_edits, left_behind, open_conflicts, stale_rows
from winback_xl.core.merging.fingerprints import PRINTS, prints
from winback_xl.core.merging.stale_rows import Counts
from winback_xl.core.outcomes import against_ledger, beyond_base, comeback, watch_list
from winback_xl.core.tracking import talk_counts, talk_log
from winback_xl.core.wording import plural
from winback_xl.schema import columns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.core.merging.campaign_state import AddedColumn, CampaignState
    from winback_xl.core.merging.carried_edits import Rebased, Sorted
    from winback_xl.core.merging.left_behind import Line
    from winback_xl.core.orders.ledger import Ledger

_CALCULATED = [
    column.name
    for column in columns.CAMPAIGN_ROWS.of_role("calculated")
    if column.name not in talk_counts.FROM_LOG  # filled in once the cards and the log are known
]
_STALE = "No longer qualifies"
TYPED_BY_HAND = ("worth", "phone", "why", "level", "annual_revenue")
"""Calculated columns that people fill in a tracker without a plan."""


@dataclass(frozen=True, slots=True)
class RefreshedCampaign:
    """A campaign that was brought up to date, ready to be written.

    Parameters
    ----------
    plan : Plan
        As it is now; its campaign holds the human cells, and the columns that people added behind ours.
    counts : Counts
        What changed.
    lines : tuple of Line
        What found no place, for the Leftovers sheet.
    others : dict of str to tuple of AddedColumn
        Columns that people added to Segments and Make-goods, in the rows of now.
    conflicts : DataFrame
        The conflicts that nobody has settled.
    stale_before : int
        Accounts that did not qualify before either.
    """

    plan: Plan
    counts: Counts
    lines: tuple[Line, ...]
    others: dict[str, tuple[AddedColumn, ...]]
    conflicts: pd.DataFrame
    stale_before: int

    def note(self, state: CampaignState, listed: pd.DataFrame) -> str:
        """Return the line for the Changes sheet, "" where nothing happened since the last one.

        Parameters
        ----------
        state : CampaignState
            What was refreshed.
        listed : DataFrame
            The Leftovers sheet as it is now.
        """
        counts = self.counts
        more = len(listed) > len(state.leftovers)
        quiet = not (counts.added or counts.restored or counts.changed or more)
        if quiet and state.log and self.plan.as_of == state.log[-1][0]:
            return ""
        again = int(self.plan.campaign["ordered_again"].notna().sum())
        return f"{_sentence(counts, self.stale_before, again)} {left_behind.unchanged(listed, state)}"


def rests_over(state: CampaignState, before: pd.DataFrame, as_of: pd.Timestamp) -> dict[str, float]:
    """Count how often each account was left in peace until it was over, by customer id.

    Parameters
    ----------
    state : CampaignState
        The log knows the day of the last count; people move the as-of date of the Settings sheet.
    before : DataFrame
        From `as_it_was`.
    as_of : Timestamp
        The day that "today" means now.
    """
    since = state.log[-1][0] if state.log else state.counted
    return watch_list.rested(before, since=since, as_of=as_of)


def as_it_was(state: CampaignState) -> pd.DataFrame:
    """Return the rows of the campaign that have a place in it, as people left them."""
    known = {*state.customers, *state.sent_customers}
    return shaped(carried_edits.sort_out(state.rows, state.campaign_id, known).rows)


def matched(state: CampaignState, fresh: Plan) -> CampaignState:
    """Return a campaign that was typed by hand as a part of one that was planned.

    A row whose Customer ID is one of the orders keeps it; one whose name is that of exactly one customer takes the ID
    of that customer, and so do its talks. All other rows stay, under their name. What a plan calculates takes the
    place of what was typed into calculated columns, which then counts as typed over.

    Parameters
    ----------
    state : CampaignState
        As it came back; one that has a campaign ID is returned as it is.
    fresh : Plan
        What the orders give.
    """
    if state.campaign_id:
        return state
    known = _by_name(fresh.segments)
    ids = set(fresh.segments["customer_id"].map(written))

    def found(column: pd.Series) -> pd.Series:
        return column.map(
            lambda one: one if (text := written(one)) in ids else known.get(_folded(text), text)
        )

    rows = state.rows.assign(customer_id=found(state.rows["customer_id"]))
    rows["campaign_id"] = np.where(rows["campaign_id"] == "", fresh.campaign_id, rows["campaign_id"])
    sent = state.sent
    if sent is not None:
        sent = sent.assign(customer_id=found(sent["customer_id"]), campaign_id=fresh.campaign_id)
        before = prints(
            shaped(rows.assign(**dict.fromkeys(TYPED_BY_HAND))).reindex(columns=[*state.printed]),
            state.printed,
        )
        typed = dict(zip(rows["customer_id"], before, strict=True))
        planned = sent["customer_id"].isin(set(fresh.campaign["customer_id"]))
        if PRINTS in sent:
            sent[PRINTS] = sent[PRINTS].mask(planned, sent["customer_id"].map(typed))
        sent = sent[~sent["customer_id"].duplicated()].reset_index(drop=True)
    talks = state.talks.assign(customer_id=found(state.talks["customer_id"]))
    return replace(state, campaign_id=fresh.campaign_id, rows=rows, sent=sent, talks=talks)


def _by_name(segments: pd.DataFrame) -> dict[str, str]:
    """Return the customers whose name nobody else has: name in small letters -> Customer ID."""
    names = segments["customer"].map(written).map(_folded)
    once = ~names.duplicated(keep=False) & (names != "")
    return dict(zip(names[once], segments["customer_id"][once].map(written), strict=True))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def refresh(
    state: CampaignState, fresh: Plan, *, ledger: Ledger | None = None, in_place: bool = False
) -> RefreshedCampaign:
    """Put what people wrote onto a plan that was calculated from later orders.

    Parameters
    ----------
    state : CampaignState
        The campaign as it stands.
    fresh : Plan
        Calculated with its campaign ID and `rests_over`.
    ledger : Ledger, optional
        The orders as they are now: what each account ordered since it was listed.
    in_place : bool
        Whether every row stays where it is, those without a place too, and new accounts come below. Otherwise the rows
        take the order of ``fresh``, those that no longer qualify come last, and what is in rows without a place is
        listed.

    Returns
    -------
    RefreshedCampaign
        Every human cell of a row that has a place is in its campaign unchanged. A row that somebody deleted comes
        back, with its human cells, if the customer still qualifies.
    """
    known = {*fresh.segments["customer_id"], *state.customers, *state.sent_customers}
    placed = carried_edits.sort_out(state.rows, state.campaign_id, known)
    based = carried_edits.rebase(
        placed.rows.drop(columns="row"), fresh.campaign, human=state.human, sent=state.sent
    )
    frame = based.frame
    if ledger is not None:
        frame = comeback.observe(frame, ledger, fresh.settings)
    frame = stale_rows.no_longer(frame, based.stale, fresh.segments, state.sent_customers)
    if ledger is not None:
        frame = beyond_base.with_shares(frame, comeback.last_order(ledger), fresh.settings)
    frame = approvers.by_owner(frame, fresh.settings)
    before = shaped(placed.rows)
    counts = Counts(
        int(based.new.sum()),
        int(based.restored.sum()),
        int(based.stale.sum()),
        stale_rows.changed_cells(before, shaped(frame), _CALCULATED),
        len(frame),
    )
    lines = [] if in_place else left_behind.odd_rows(state, placed.odd)
    lines += left_behind.typed_over(state, placed.rows)
    lines += left_behind.deleted(state, placed.rows, frame)
    talks = state.talks if in_place else talk_log.newest_first(state.talks)
    now = shaped(_as_they_stand(state, placed, based, frame) if in_place else frame)
    differs = against_ledger.find(frame, settings=fresh.settings, ledger=ledger).issues
    offers = approvers.alike(fresh.make_goods, frame)
    plan = replace(fresh, campaign=now, make_goods=offers, talks=talks, issues=(*fresh.issues, *differs))
    others, gone = left_behind.others(state, plan)
    return RefreshedCampaign(
        plan=plan,
        counts=counts,
        lines=(*lines, *gone),
        others=others,
        conflicts=open_conflicts.unresolved(state.conflicts, plan.campaign),
        stale_before=int(before["decision_why"].astype(str).str.startswith(_STALE).sum()),
    )


def _as_they_stand(state: CampaignState, placed: Sorted, based: Rebased, frame: pd.DataFrame) -> pd.DataFrame:
    """Put the rows into the order in which they stand, those without a place as they are; others come below."""
    rows = state.rows.reset_index(drop=True)
    at = pd.Series(np.arange(len(rows)), index=rows["row"])
    there = at.reindex(placed.rows["row"]).to_numpy()
    found = np.full(len(rows), -1)
    found[there] = carried_edits.keys_of(frame).get_indexer(carried_edits.keys_of(placed.rows))
    below = np.flatnonzero(based.new | based.restored)
    odd = rows.reindex(columns=frame.columns).astype(object)
    order = np.where(found >= 0, found, len(frame) + np.arange(len(rows)))
    both = pd.concat([frame.astype(object), odd], ignore_index=True)
    return both.iloc[[*order, *below]].reset_index(drop=True)


def sheet_lines(state: CampaignState, done: RefreshedCampaign, more: Iterable[Line] = ()) -> pd.DataFrame:
    """Return the Leftovers sheet after a refresh: what it held, and what found no place now."""
    return left_behind.listed(state, [*done.lines, *more])


def _sentence(counts: Counts, stale_before: int, again: int) -> str:
    gone = counts.stale - stale_before
    parts = [
        f"{plural(counts.rows, 'account')}",
        f"{plural(counts.added, 'account')} added",
        f"{plural(counts.changed, 'calculated cell')} changed",
        plural(counts.stale, "no longer qualifies", "no longer qualify")
        + (f" ({gone:,} since last time)" if gone > 0 else ""),
    ]
    if again:
        parts.append(f"{again:,} ordered again since they were listed")
    if counts.restored:
        parts.append(f"{plural(counts.restored, 'deleted row')} restored")
    return f"Refreshed: {', '.join(parts)}."
