"""Turn a plan into the description of the whole workbook: its sheets, in the order in which they are read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from winback_xl.schema import columns
from winback_xl.workbook.reopened import carried_over as kept_
from winback_xl.workbook.sheets import (
    account,
    account_history,
    accounts,
    call_sheets,
    campaign,
    card_data,
    changes,
    checks,
    checks_line,
    collected,
    guide,
    leftovers,
    lists,
    make_goods,
    now,
    numbers,
    retention,
    segments,
    settings,
    snapshot,
    talks,
    today,
    watch_list,
)
from winback_xl.workbook.sheets.followed import calculated_once
from winback_xl.workbook.spec import Book, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.core.outreach.account_summary import Dossier
    from winback_xl.settings import Settings
    from winback_xl.workbook.sheets.changes import Entry
    from winback_xl.workbook.spec import Paper


_LONGEST_CURRENCY = 12
"""Longer words do not name a currency, whatever stands in the column."""


def build(
    plan: Plan,
    *,
    log: Sequence[Entry] = (),
    kept: kept_.Kept = kept_.NOTHING,
    dossiers: Sequence[Dossier] | None = None,
    owners: Sequence[str] = (),
) -> Book:
    """Describe the campaign workbook; a renderer writes it.

    Parameters
    ----------
    plan : Plan
        What was calculated.
    log : sequence of (Timestamp, str)
        Entries of the Changes sheet of the workbook that this one replaces.
    kept : Kept
        What else comes from that workbook.
    dossiers : sequence of Dossier, optional
        Accounts to make call sheets and a history for; without, there are no such sheets.
    owners : sequence of str
        Formulas that give the owners on Today where people name them later; by default those of the plan.

    Returns
    -------
    Book
        Sheets Today, Campaign, Talks, Account, Make-goods, Retention (not in a copy of one owner), Segments, Accounts, on request Call sheets and
        Account history, then Watch list, Settings, Guide, Lists, Checks, Numbers, Changes, where there is something in them Leftovers, Conflicts and the very hidden Collected, and the very hidden Snapshot. Every formula carries its value, and the same plan always gives the same book: its creation time is the as-of date.
    """
    with calculated_once():
        return _build(plan, log, kept, dossiers, owners)


def _build(
    plan: Plan,
    log: Sequence[Entry],
    kept: kept_.Kept,
    dossiers: Sequence[Dossier] | None,
    owners: Sequence[str],
) -> Book:
    # The currency is part of formats and formulas, where Excel allows no long text.
    if len(plan.currency) > _LONGEST_CURRENCY:
        plan = replace(plan, currency="")
    log_rows = talks.shown(plan, in_place=kept.in_place)
    rows = now.rows_of(plan)
    items = now.named(rows)
    sheets = [
        today.sheet(plan, rows, items, log_rows, owners),
        campaign.sheet(plan, kept.opened),
        talks.sheet(plan, log_rows),
        account.sheet(plan, log_rows),
        make_goods.sheet(plan),
        *(() if kept.split else (retention.sheet(plan),)),
        segments.sheet(plan),
        accounts.sheet(plan),
        *_pages(plan, dossiers),
        watch_list.sheet(plan),
        settings.sheet(plan),
        guide.sheet(plan, (retention.NAME,) if kept.split else ()),
        lists.sheet(plan),
        checks.sheet(plan),
        numbers.sheet(plan, rows, items, log_rows, hidden=kept.split),
        changes.sheet(plan, log or kept.log, kept.note),
        *card_data.sheets(plan, log_rows),
    ]
    if len(kept.leftovers):
        sheets.append(leftovers.leftovers(kept.leftovers))
    if len(kept.conflicts):
        sheets.append(leftovers.conflicts(kept.conflicts))
    if kept.split:
        sheets = _for_owner(sheets, plan, kept.owner)
    sheets = [kept_.with_added(sheet, kept) for sheet in sheets]
    added = {item.heading: item.values for item in kept.columns}
    if kept.said:
        sheets.append(collected.sheet(kept.said))
    sheets.append(snapshot.sheet(plan, added, sheets, kept.build, split=kept.split))
    return Book(
        sheets=laid_out(sheets, plan.settings),
        title=f"Win-back campaign {plan.campaign_id}",
        subject=f"Customers to win back, as of {plan.as_of:%Y-%m-%d}",
        created=plan.as_of.to_pydatetime(),
        currency=plan.currency,
    )


_WHOLE = "Workbook"
"""Name of the campaign's own Guide in the copy of an owner, where it is hidden."""

_OF_OWNER = frozenset({"Today", columns.CAMPAIGN.title, talks.NAME, account.NAME})
"""Sheets that the copy of an owner shows; formulas need the others, which are hidden."""


def _for_owner(sheets: Sequence[Sheet], plan: Plan, owner: str) -> list[Sheet]:
    """Return the sheets of the copy of one owner: what the owner works in is in sight, and the Guide is about that."""
    others = [
        checks_line.of_owner(sheet)
        if sheet.name in _OF_OWNER
        else replace(sheet, hidden=sheet.hidden or "hidden")
        for sheet in sheets
    ]
    own = guide.of_owner(plan, owner)
    others = [replace(one, name=_WHOLE, hidden="hidden") if one.name == own.name else one for one in others]
    last = max(at for at, one in enumerate(others) if not one.hidden)
    return [*others[: last + 1], own, *others[last + 1 :]]


_ON_PAPER = frozenset(
    {"Today", columns.CAMPAIGN.title, "Account", "Call sheets", "Account history", "Report"}
)
"""Sheets that are printed by default; for another one, clear its print area (Page Layout, Print Area, Clear)."""


def laid_out(sheets: Iterable[Sheet], settings: Settings) -> tuple[Sheet, ...]:
    """Return sheets for the paper that the settings name; those that nobody reads on paper print nothing."""
    paper = cast("Paper", settings.paper)  # a choice of the setting
    return tuple(replace(sheet, paper=paper, on_paper=sheet.name in _ON_PAPER) for sheet in sheets)


def _pages(plan: Plan, dossiers: Sequence[Dossier] | None) -> tuple[Sheet, ...]:
    """Return what is made on request: a page a call, and a page of history for each."""
    if dossiers is None:
        return ()
    return call_sheets.sheet(plan, dossiers), account_history.sheet(plan, dossiers)
