"""Call sheets: one printed page an account, with what not to touch on top and the offer at the bottom."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.make_good import compensation, gifts
from winback_xl.core.money import show
from winback_xl.core.outreach import account_summary as core
from winback_xl.core.playbook import WHO
from winback_xl.core.tracking import account_state, gate
from winback_xl.workbook.sheets.blocks import LABEL, TEXT, Page
from winback_xl.workbook.sheets.followed import playbook_of
from winback_xl.workbook.spec import Cell, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.core.outreach.account_summary import Dossier
    from winback_xl.core.playbook import Playbook

NAME = "Call sheets"
_FIRST = 3  # row of the first page's first block: title, instruction and a free row are above
_TALKS = ("Backstory", "Listened")  # stages whose words belong to the first talk
_EVENTS = 4
_BOX = "☐ "
_EMPTY = "No account is to be pursued now, so there are no calls to make."


def sheet(plan: Plan, dossiers: Sequence[Dossier]) -> Sheet:
    """Return one page for each account: landmines, who, why, backstory, history, questions, plan, room for notes.

    Parameters
    ----------
    plan : Plan
        What the accounts come from.
    dossiers : sequence of Dossier
        In the order of the calls.
    """
    page = Page(_FIRST)
    breaks = []
    for place, one in enumerate(dossiers, start=1):
        if place > 1:
            breaks.append(page.row)
        _account(page, plan, one, f"{place} of {len(dossiers)}")
    if not dossiers:
        page.cells.append(Cell(_FIRST, 0, _EMPTY, look="note", span=1))
    return Sheet(
        NAME,
        f"Call sheets, campaign {plan.campaign_id}",
        "One page a call. Read the topics to avoid first, listen, and enter what you heard in the Campaign sheet the same day.",
        cells=tuple(page.cells),
        widths={0: LABEL, 1: TEXT},
        heights=page.heights,
        landscape=False,
        breaks=tuple(breaks),
    )


def _account(page: Page, plan: Plan, one: Dossier, place: str) -> None:
    page.heading(
        f"{one.says('customer') or one.says('customer_id')}  ·  {one.says('customer_id')}  ·  call {place}"
    )
    page.lines("Landmines", _landmines(plan, one), "warn")
    page.gap()
    page.line("Who", _who(one))
    page.line("Our people", _ours(one))
    page.line("Why now", one.says("why") or "In the campaign by hand.")
    if one.says("level") in core.CONSEQUENCE:
        page.line(one.says("level"), core.CONSEQUENCE[one.says("level")])
    page.lines("Backstory", _backstory(plan, one))
    page.lines("History", _history(plan, one))
    page.gap()
    page.lines("Ask and say", _words(plan, one))
    page.gap()
    page.lines("The plan", _plan(plan, one))
    page.gap()
    for label, height in _ROOM:
        page.blank(label, height)


_ROOM = (
    ("What happened, in their words", 3),
    ("Summarised? Did they agree?", 1),
    ("Who was hurt, and how?", 1),
    ("What would bring them back? What amount?", 2),
    ("What worries them? What worries us?", 1),
    ("Promised: who, what, by when", 2),
)


HELD_WORDS = (
    "\u201cPlease tell me what happened, in your own words.\u201d",
    "\u201cIs everybody safe now?\u201d",
    "\u201cThank you for telling me. Somebody who can decide will call you by [day].\u201d",
    _BOX + "Write down what you hear, word for word. Do not promise, explain or admit anything.",
    _BOX + "Give your notes to Counsel the same day.",
)
"""What may be said while a case is held for legal: questions and thanks, no apology and no offer."""


def _held(plan: Plan, one: Dossier) -> bool:
    return bool(account_state.held_for_legal(pd.DataFrame([dict(one.account)]), plan.settings).iloc[0])


def _landmines(plan: Plan, one: Dossier) -> Iterator[str]:
    """List the topics to avoid, before everything else."""
    known = one.on_file.get("landmines", "").strip()
    yield known or "None known. Before you call, find out: " + " ".join(playbook_of(plan).landmines[:2])
    if _held(plan, one):
        yield "Held for legal (law, safety or injury): no apology and no offer before Counsel has approved."
    if one.versions_differ:
        yield "Their reason for leaving differs from ours: do not argue for our version."
    if one.says("channel") == "E-mail":
        yield "The first contact is a visit or a call, never an e-mail."


def _who(one: Dossier) -> str:
    contact, role = one.says("contact"), one.says("contact_role")
    named = f"{contact or 'Contact unknown'}{f', {role}' if role else ''}"
    reach = ", ".join(text for text in (one.on_file.get("phone", ""), one.on_file.get("email", "")) if text)
    doubt = "" if core.decides(role) else " Not known to decide: ask who does, and talk to the most senior."
    wrong = one.says("contact_check")
    doubt += f" Check the contact first: {wrong}." if wrong else ""
    return f"{named}{f' ({reach})' if reach else ''}, by {one.says('channel').lower() or 'phone'}.{doubt}"


def _ours(one: Dossier) -> str:
    # An owner that somebody removed from the campaign is gone, whatever the customer list says.
    owner, manager = (str(one.account.get(name) or "").strip() for name in ("owner", "manager"))
    owner = owner or "Nobody has the account"
    return f"{owner}{f', with {manager}' if manager else ''}. {one.says('decision')}: {one.says('decision_why')}".strip()


def _backstory(plan: Plan, one: Dossier) -> Iterator[str]:
    ours, theirs = one.on_file.get("reason_ours", "").strip(), one.says("reason_theirs")
    yield f"Our version: {f'{ours} ({_stated(one)})' if ours else 'not recorded; ask the colleagues who worked on the account.'}"
    yield f"Their version: {theirs or 'not known yet. That is what the call is for.'}"
    if one.says("hurt"):
        understand = "" if _held(plan, one) else " Say that you understand."
        yield f"Who was affected: {one.says('hurt')}.{understand}"
    if one.says("why_they_buy"):
        yield f"Why they bought: {one.says('why_they_buy')}. Start the new sale there."
    if one.says("cause"):
        kind = one.says("specific_or_systemic")
        yield f"Likely cause: {one.says('cause')}{f' ({kind})' if kind else ''}. Ask about it; it is not confirmed."
    if split := _whose(plan, one):
        yield f"Whose fault, as far as we know: {split}."


def _stated(one: Dossier) -> str:
    """State who gave our version, and when: a story without a name is hearsay."""
    who, day = (one.on_file.get(name, "").strip() for name in ("told_by", "told_on"))
    stated = f"{who or 'nobody is named: ask who worked on the account'}"
    return f"{stated}, {day[:10]}" if day and day != "NaT" else stated


def _whose(plan: Plan, one: Dossier) -> str:
    """Return the split of the fault where it is not ours alone."""
    rows = plan.make_goods[plan.make_goods["customer_id"] == one.says("customer_id")]
    split = str(rows["fault_split"].iloc[0] or "") if len(rows) and "fault_split" in rows else ""
    return "" if split == "100% ours" else split


def _history(plan: Plan, one: Dossier) -> Iterator[str]:
    """Give the good years, then the numbers, then what went wrong."""
    if one.past:
        yield one.past
    counted = [
        f"{int(row['year'])}: {int(row['order_days'])} order days"
        + (f", {show(float(row['revenue']), plan.currency)}" if not np.isnan(row["revenue"]) else "")
        + (f", {int(row['credits'])} credited" if row["credits"] else "")
        + (f", {int(row['late'])} late" if row["late"] else "")
        for row in one.years.tail(3).to_dict("records")
    ]
    if counted:
        yield "; ".join(counted) + "."
    for event in islice(one.events.to_dict("records"), _EVENTS):
        day = "no date" if pd.isna(event["date"]) else f"{event['date']:%Y-%m-%d}"
        amount = "" if pd.isna(event["amount"]) else f" ({show(float(event['amount']), plan.currency)})"
        yield f"{day} {event['kind']}{amount}{': ' if event['what'] else ''}{event['what']}"
    if len(one.reps) > 1:
        yield f"Had the account: {', '.join(one.reps[-3:])}."
    if not (one.past or len(one.events)):
        yield "No order and no complaint is recorded."


def _words(plan: Plan, one: Dossier) -> Iterator[str]:
    """Give the words of the talk that comes next: the listening, or those of the stage."""
    yield from (
        HELD_WORDS
        if _held(plan, one)
        else words_of(playbook_of(plan), one.says("stage"), WHO.get(one.says("status"), ""))
    )


def words_of(book: Playbook, stage: str, who: str = "") -> list[str]:
    """Return what to say at a stage in quotation marks, then what to tick off: before it all, the words of listening.

    ``who`` is a value of `winback_xl.core.playbook.WHO`: nobody is asked why he leaves who still buys, or has left.
    """
    listening = stage in ("", "Listed", _TALKS[0]) or stage not in book.names
    chosen = [name for name in (_TALKS if listening else (stage,)) if name in book.names]
    said = [f"\u201c{line}\u201d" for name in chosen for line in book[name].words(who)]
    said += [_BOX + line for name in chosen for line in book[name].checklist]
    return said or ["\u201cWhat happened?\u201d"]


def _plan(plan: Plan, one: Dossier) -> Iterator[str]:
    step, due = one.says("do_next").removesuffix(gate.BEHIND), one.account.get("due")
    when = "" if due is None or pd.isna(due) else f", by {pd.Timestamp(due):%Y-%m-%d}"
    yield f"Next: {step.rstrip('?.') or 'say what comes next'}{when}."
    yield _offer(plan, one)
    yield from _promises(plan, one)
    tried = one.number("attempts")
    if tried >= plan.settings.max_attempts:
        yield f"Tried {tried:.0f} times: let it rest. {playbook_of(plan).stops.words}"


def _promises(plan: Plan, one: Dossier) -> Iterator[str]:
    """State what happened to their idea, which third party to contact, and what a concession costs over the years."""
    asked, answer = one.says("requested_remedy"), one.says("idea_answer").rstrip(".")
    if asked:
        said = one.says("idea") or "not answered yet"
        yield f"They asked for: {asked.rstrip('.')}. Our answer: {said.lower()}{f': {answer}' if answer else ''}."
    if one.says("outside_party"):
        yield f"{one.says('outside_party')} must deliver too: chase them{_by(one, 'chase_on')}."
    if one.says("joint_visit"):
        yield f"Joint visit with {one.says('manager') or 'the manager'}{_by(one, 'joint_visit')}."
    yearly, in_all = one.number("concession"), one.number("concession_cost")
    if yearly > 0 and in_all > 0:
        yield (
            f"Concession of {show(yearly, plan.currency)} a year: {show(in_all, plan.currency)} over"
            f" {plan.settings.future_years} years in today's money, to be reviewed{_by(one, 'concession_review')}."
        )


def _by(one: Dossier, name: str) -> str:
    """Return the day of a step as words, "" where there is none."""
    day = pd.to_datetime(one.says(name), errors="coerce")
    return "" if pd.isna(day) else f", {day:%Y-%m-%d}"


def _offer(plan: Plan, one: Dossier) -> str:
    """State what may be offered, or that no offer may be made until the customer was heard."""
    if _held(plan, one):
        return "Held for legal: make no offer. Ask Counsel, and note Approved by and Approved on."
    owed, token = np.nan_to_num(one.number("owed")), np.nan_to_num(one.number("token"))
    recommended, low, high = (
        max(np.nan_to_num(one.number(name)) - owed, 0.0) for name in ("recommended", "low", "high")
    )
    first = (
        f"We owe {show(owed, plan.currency)}: pay it first, it is not part of the offer. " if owed > 0 else ""
    )
    if recommended <= 0 and token <= 0:
        return f"{first}No make-good is sized: an apology in person, and what they ask for noted."
    span = f" ({show(low, plan.currency)} to {show(high, plan.currency)})"
    amount = f"{show(recommended, plan.currency)}{span} {compensation.after_amount(one.says('form'))}, "
    gift = gifts.fitting(np.array([token]), plan.settings.token_items)[0]
    small = f"token {show(token, plan.currency)}{f' ({gift[0].lower()}{gift[1:]})' if gift else ''}"
    sized = f"{amount if recommended > 0 else ''}{small}; decided by {one.says('approver') or 'Rep'}"
    heard = one.says("listened").casefold() == "yes"
    return f"{first}{'Make-good' if heard else 'LOCKED until you have listened. Then'}: {sized}.{_asked(plan, one)}"


def _asked(plan: Plan, one: Dossier) -> str:
    """Compare what the customer asks for with the offer."""
    rows = plan.make_goods[plan.make_goods["customer_id"] == one.says("customer_id")]
    asked = float(rows["requested_amount"].iloc[0]) if len(rows) else np.nan
    if np.isnan(asked):
        return ""
    if asked <= one.number("recommended"):
        return f" They ask for {show(asked, plan.currency)}, less than we would offer: listen to their idea."
    between = core.middle(one.number("recommended"), asked, one.number("high"))
    return f" They ask for {show(asked, plan.currency)}; the middle, under the cap, is {show(between, plan.currency)}."
