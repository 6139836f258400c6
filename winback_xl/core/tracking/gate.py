"""Gate: the first thing that is missing before an account can move on, as one table of steps.

Each step is one row below: when it holds, what it says, and which columns settle it. From this table come the
formulas of the campaign sheet, the same answers in numpy, and the rows of the Lists sheet. A step is added, changed
or removed here and nowhere else.

The steps are grouped into short hidden columns (`GATES`) that give the number of a step in Lists; the hidden column
Gate holds the first of them that is not 0, and Do next says it. A step is asked once the account has come as far as
its work (`reached`): by its stage or by a cell that is filled, so no step can be skipped. First the decision to win
the account back, then listening (no offer before it), then approval, then what was promised, then the customer's own
word and the next sale (articles 000-004). Two things are asked at any time: a decision, and to listen first.

A cell that shows an error value is named as soon as a step compares it, instead of an answer that rests on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from winback_xl.core.tracking import conditions as c
from winback_xl.core.tracking.account_state import AGREED, PROPOSED, authority, authority_formula
from winback_xl.core.tracking.conditions import ALWAYS, AS_OF, Condition, amount, counted, is_, setting
from winback_xl.schema.columns import CAMPAIGN, LISTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from winback_xl.core.tracking.campaign_rows import CampaignRows

FIX = "Fix the cell with the error"
NO_CONTACT = "None: they asked not to be contacted"
LEFT_ALONE = "Control group: no contact"
HELD = "Held for legal: ask Counsel, offer nothing"
WON_ON = "Enter the day of the first new order"
LISTEN = "Listen before any offer"
DECIDE = "Decide: do we want them back?"
DONE = ""
"""Says nothing, and no later step is asked."""

APPROVER = "…"
"""Stands in a sentence for who may approve what the row has come to."""

BEHIND = " \u25b8"
"""Follows a sentence whose cell is behind a + of the sheet."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it says where its condition holds, and the human columns that settle it, the first one first."""

    when: Condition
    says: str
    fill: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """Steps that are looked at only where a condition holds; no later step is asked there."""

    when: Condition
    steps: tuple[Step | Case, ...]


def reached(stage: str) -> Condition:
    """Return whether an account has come to a stage."""
    return counted("reached") >= 1 + LISTS["Stage"].index(stage)


LOST, CLOSED = is_("outcome", "Lost", "Warm-lost"), is_("stage", "Let go", "Warm-lost")
RESTING = is_("want_back", "Later") | is_("stage", "Resting")
SAID_WON = is_("outcome", "Won") | is_("stage", "Won", "Aftercare")
LEFT = is_("control_group", "Yes") & c.is_not("want_back", "Yes")
LASTS = amount("concession")
OFFERED = PROPOSED + counted("token") + AGREED
NEEDS_APPROVAL = c.filled("authority") & c.is_not("authority", "Rep")
BY_OWNER = c.same_text("approved_by", "owner")  # nobody approves what goes beyond his own limit for himself
UNAPPROVED = c.blank("approved_by") | c.no_day("approved_on") | BY_OWNER
DELIVERED = 1 + LISTS["Stage"].index("Delivered")
EXCEPTION = is_("fix", "exception") & (c.blank("fix_approved_by") | c.same_text("fix_approved_by", "owner"))
NO_APPROVAL = (reached("Offer approved") | (AGREED + LASTS > 0)) & UNAPPROVED & NEEDS_APPROVAL
"""Something was agreed, or is about to be, that somebody else has to approve: the hidden column Unapproved."""

PAUSE = Step(ALWAYS, "Pause is over: decide again", ("want_back", "rest_until"))
REVIEW = Step(
    (LASTS > 0) & (amount("concession_review") <= AS_OF),
    "Review the concession, set the next day",
    ("concession_review",),
)
CHASE = Step(
    c.filled("outside_party") & (amount("chase_on") <= AS_OF),
    "Chase the outside party, set the next day",
    ("chase_on",),
)
"""Steps that depend on the day: only the hidden column Gate looks at it, so that an edit or a new day does not make a workbook
calculate every condition of every row again."""

GATES: MappingProxyType[str, tuple[Step | Case, ...]] = MappingProxyType(
    {
        "gate_decide": (
            Step(c.blank("customer_id") | is_("outcome", "Let go"), DONE),
            Step(is_("no_contact", "Yes"), NO_CONTACT),
            Case(LOST, (Step(c.blank("reason_theirs"), "Note why they left", ("reason_theirs",)),)),
            Step(CLOSED, "Closed: set the outcome", ("outcome",)),
            Step(LEFT, LEFT_ALONE),
            Step(c.blank("want_back"), DECIDE, ("want_back",)),
            Step(is_("want_back", "No"), "Close on good terms: set the outcome", ("outcome",)),
            Case(RESTING, (
                Step(c.no_day("rest_until"), "Set the day on which the pause ends", ("rest_until",)),
                PAUSE,
            )),
            Step(is_("past_behind", "No"), "Customer is not ready: pause", ("want_back", "rest_until")),
        ),
        "gate_talk": (
            Case(c.is_not("listened", "Yes"), (
                Step(amount("attempts") >= setting("max_attempts"), "Enough attempts: pause", ("want_back", "rest_until")),
                Case(is_("visit", "Yes"), (
                    Step(c.blank("manager"), "Joint visit: name the manager", ("manager",)),
                    Step(c.no_day("joint_visit"), "Joint visit: set the day", ("joint_visit",)),
                    Step(ALWAYS, LISTEN, ("listened",)),
                )),
                Step(ALWAYS, LISTEN, ("listened",)),
            )),
            Step((counted("unapproved") + counted("held") > 0) & c.filled("approved_by") & c.no_day("approved_on") & ~BY_OWNER, "Enter the day of the approval", ("approved_on",)),
            Step(counted("held") > 0, HELD, ("approved_by",)),
            Case(counted("unapproved") > 0, (
                Step(c.filled("approved_by") & BY_OWNER, f"The owner cannot approve: ask a {APPROVER}", ("approved_by",)),
                Step(AGREED > PROPOSED, f"Get the agreed amount approved by a {APPROVER}", ("approved_by",)),
                Step(LASTS > 0, f"Get the concession approved by a {APPROVER}", ("approved_by",)),
                Step(ALWAYS, f"Get approval: {APPROVER}", ("approved_by",)),
            )),
            Step(EXCEPTION, "Get the exception approved", ("fix_approved_by",)),
        ),
        "gate_plan": (
            Case(SAID_WON, (
                Step(c.no_day("customer_confirmed"), "Ask the customer to confirm", ("customer_confirmed",)),
                Step(c.is_not("outcome", "Won"), "Set the outcome to Won", ("outcome",)),
                Step(c.no_day("won_date"), WON_ON, ("won_date",)),
            )),
            Step(c.filled("requested_remedy") & c.blank("idea"), "Answer their idea: accepted, partly, no?", ("idea",)),
            Step(is_("idea", "No") & c.blank("idea_answer"), "Their idea: note the reason you gave", ("idea_answer",)),
            Step(reached("Decided") & c.no_day("plan_emailed"), "Send the plan e-mail, enter the day", ("plan_emailed",)),
            Step(reached("Plan e-mailed") & c.no_day("thank_you_call"), "Call to thank, enter the day", ("thank_you_call",)),
        ),
        "gate_close": (
            Step(reached("Thank-you call") & (OFFERED > 0) & c.no_day("agreed_amount"), "Agree the make-good, enter the amount", ("agreed_amount",)),
            Step(reached("Offer approved") & (OFFERED > 0) & c.no_day("delivered_on"), "Deliver the make-good, enter the day", ("delivered_on",)),
            Case(counted("reached") < DELIVERED, ()),
            Step(c.filled("idea") & c.blank("idea_answer"), "Their idea: note the proof it is done", ("idea_answer",)),
            Step(c.no_day("customer_confirmed"), "Ask the customer to confirm", ("customer_confirmed",)),
            Step(c.blank("past_behind"), "Ask: is the past behind us?", ("past_behind",)),
            Step(c.blank("why_they_buy"), "Sell again: note why they bought", ("why_they_buy",)),
            Step(c.no_day("new_close"), "Sell again: set the day to ask", ("new_close",)),
            Step(ALWAYS, "Ask for the next order", ("outcome", "won_date")),
        ),
    }
)  # fmt: skip
"""The steps of each hidden column, in the order in which they are asked."""


def _flat(steps: tuple[Step | Case, ...]) -> Iterator[Step]:
    for step in steps:
        if isinstance(step, Case):
            yield from _flat(step.steps)
        else:
            yield step


def _listed() -> Iterator[Step]:
    seen = {DONE}
    for step in (*(step for steps in GATES.values() for step in _flat(steps)), REVIEW, CHASE):
        if step.says not in seen:
            seen.add(step.says)
            yield step
    yield Step(ALWAYS, FIX)


STEPS = tuple(_listed())
"""Each sentence once, in the order of the steps: the number of a step is its place here, from 1."""

_NUMBER = {DONE: -1, **{step.says: number for number, step in enumerate(STEPS, start=1)}}


APPROVAL_CELLS = ("approved_by", "approved_on", "fix_approved_by")
"""Cells that colleagues fill among themselves: the customer is not called for them."""


def number(says: str) -> int:
    """Return the number of the step with a sentence; below 0: nothing is asked, here and further on."""
    return _NUMBER[says]


def _approvals() -> tuple[int, int]:
    """Return the first and the last of the steps that colleagues settle among themselves: they are next to each other."""
    asked = [_NUMBER[step.says] for step in STEPS if step.fill and step.fill[0] in APPROVAL_CELLS]
    return min(asked), max(asked)


APPROVALS = _approvals()
"""Numbers of the first and of the last step that asks for an approval; all of them are of the hidden column Gate: talk."""


def first_cell(step: Step) -> str:
    """Return the heading of the first cell that a step asks for, "" for none."""
    return CAMPAIGN[step.fill[0]].heading if step.fill else ""


def mark(step: Step) -> str:
    """Return `BEHIND` where the first cell that a step asks for is out of sight, else nothing."""
    return BEHIND if step.fill and CAMPAIGN[step.fill[0]].topic else ""


def answers(rows: CampaignRows) -> dict[str, NDArray[Any]]:
    """Answer the steps for each row.

    Returns
    -------
    dict of str to ndarray, shape (n,)
        The hidden columns of `GATES` by name: the number of the step that holds, 0 where none does and -1 where
        nothing more is asked; ``gate``: the first that is not 0; ``unapproved``: 1 where `NO_APPROVAL` holds; and
        ``authority``, of object: `authority`.
    """
    rows = rows.with_(authority=(who := authority(rows)))
    rows = rows.with_(
        unapproved=(unapproved := (NO_APPROVAL.holds(rows) & ~NO_APPROVAL.fails(rows)).astype(float))
    )
    said = {name: _said(steps, rows) for name, steps in GATES.items()}
    return {"authority": who, "unapproved": unapproved, **said, "gate": _first(said, rows)}


def _first(said: dict[str, NDArray[np.float64]], rows: CampaignRows) -> NDArray[np.float64]:
    """Return the first step that is missing, after what depends on the day."""
    decide, talk, plan, close = said.values()
    resting = (decide == number(PAUSE.says)) & ~(amount("rest_until") <= AS_OF).holds(rows)
    chased = (plan == 0) | (plan > number(WON_ON))
    gate = np.where(plan == 0, close, plan)
    for step, asked in ((CHASE, chased), (REVIEW, np.ones(len(rows), bool))):
        gate = np.where(asked & step.when.holds(rows), number(step.says), gate)
        gate = np.where(asked & step.when.fails(rows), number(FIX), gate)
    gate = np.where(talk == 0, gate, talk)
    return np.where(decide == 0, gate, np.where(resting, number(DONE), decide))


def _said(steps: tuple[Step | Case, ...], rows: CampaignRows) -> NDArray[np.float64]:
    _answer(steps, rows, np.ones(len(rows), bool), said := np.zeros(len(rows)))
    return said


def _answer(
    steps: tuple[Step | Case, ...], rows: CampaignRows, asked: NDArray[np.bool_], said: NDArray[np.float64]
) -> None:
    """Fill in which steps hold in the rows that are still asked, and take those out."""
    for step in steps:
        failed = asked & step.when.fails(rows)
        said[failed] = number(FIX)
        asked &= ~failed
        here = asked & step.when.holds(rows)
        asked &= ~here
        if isinstance(step, Case):
            _answer(step.steps, rows, here, said)
            said[here] = number(DONE)
        else:
            said[here] = number(step.says)


def formulas() -> dict[str, str]:
    """Return the formula of each hidden column and of Gate, as Excel shows it inside the table."""
    decide, talk, plan, close = map(c.cell, GATES)
    paused = f"IF({decide}={number(PAUSE.says)},IF({(amount('rest_until') <= AS_OF).excel},{number(PAUSE.says)},{number(DONE)}),{decide})"
    chase = f"IF({CHASE.when.excel},{number(CHASE.says)},IF({plan}<>0,{plan},{close}))"
    chased = f"IF(OR({plan}=0,{plan}>{number(WON_ON)}),{chase},{plan})"
    first = f"IF({talk}<>0,{talk},IF({REVIEW.when.excel},{number(REVIEW.says)},{chased}))"
    return {
        "authority": authority_formula(),
        "unapproved": f"=IFERROR({NO_APPROVAL.excel}*1,0)",
        **{name: f"=IFERROR({_excel(steps, '0')},{number(FIX)})" for name, steps in GATES.items()},
        "gate": f"=IFERROR(IF({decide}<>0,{paused},{first}),{number(FIX)})",
    }


def _excel(steps: tuple[Step | Case, ...], otherwise: str) -> str:
    """Return nested IFs, the first step outermost."""
    text = otherwise
    for step in reversed(steps):
        said = _excel(step.steps, str(number(DONE))) if isinstance(step, Case) else str(number(step.says))
        text = said if step.when is ALWAYS else f"IF({step.when.excel},{said},{text})"
    return text
