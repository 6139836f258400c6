"""Gate: what an account needs next, as one table of steps.

Each step is one row below: when it holds, what it says, and which columns settle it. From this table come the
Excel formulas of the campaign sheet, the same answers in numpy, and the rows of the Lists sheet. A step is added,
changed or removed here and nowhere else.

The steps are grouped into short columns (`GATES`), which are folded; the visible column Gate shows the first of
them that is not blank. Within a column the first step that holds speaks. No step can be skipped: whatever was typed
further right, the first missing thing is named. First the decision to win the account back, then listening (no offer
before it), then approval, then what was promised, then the customer's own word and the next sale (articles 000-004).

A cell that shows an error value is named as soon as a step compares it, instead of an answer that rests on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.tracking import conditions as c
from winback_xl.core.tracking.account_state import CONTROL_GROUP, JOINT_VISIT
from winback_xl.core.tracking.conditions import ALWAYS, AS_OF, Condition, Part, amount, is_, setting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from winback_xl.core.tracking.campaign_rows import CampaignRows

FIX = "Fix the cell with the error"
LEFT_ALONE = "Control group: no contact"
DONE = "Nothing to do"
"""Said in a folded column where no later step is asked either; Gate is blank then."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it says where its condition holds.

    Parameters
    ----------
    when : Condition
        Where the step holds.
    says : str, or tuple of str and Part
        The sentence, with the pieces that a row fills in; `DONE` ends the steps of the row.
    fill : tuple of str
        The human columns that settle it.
    """

    when: Condition
    says: str | tuple[str | Part, ...]
    fill: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str | Part, ...]:
        """The pieces of the sentence."""
        return (self.says,) if isinstance(self.says, str) else self.says

    @property
    def sentence(self) -> str:
        """The sentence, with … for what a row fills in."""
        return "".join(part if isinstance(part, str) else "…" for part in self.parts)


@dataclass(frozen=True, slots=True)
class Case:
    """Steps that are looked at only where a condition holds; no later step is asked there."""

    when: Condition
    steps: tuple[Step, ...]


LOST, CLOSED = is_("outcome", "Lost", "Warm-lost"), is_("stage", "Let go", "Warm-lost")
RESTING = is_("want_back", "Later") | is_("stage", "Resting")
SAID_WON = is_("outcome", "Won") | is_("stage", "Won", "Aftercare")
LEFT = c.flagged(CONTROL_GROUP) & c.is_not("want_back", "Yes")
AGREED, PROPOSED, LASTING = amount("agreed_amount"), amount("recommended"), amount("concession_cost")
MORE = AGREED.above(PROPOSED) + LASTING  # what is granted beyond the proposal, at its worth today
NEEDS_APPROVAL = (c.filled("approver") & c.is_not("approver", "Rep")) | (
    (MORE > 0) & (amount("our_cost") + MORE > setting("rep_limit"))
)
REST_DAYS = c.setting_if(is_("level", "Occasional Buyer"), "rest_days_occasional", "rest_days")

GATES: MappingProxyType[str, tuple[Step | Case, ...]] = MappingProxyType(
    {
        "gate_decide": (
            Step(c.blank("customer_id"), DONE),
            Step(is_("outcome", "Let go"), DONE),
            Case(LOST, (Step(c.blank("reason_theirs"), "Note why they left", ("reason_theirs",)),)),
            Step(CLOSED, "Closed: set the outcome", ("outcome",)),
            Step(LEFT, LEFT_ALONE),
            Step(c.blank("want_back"), "Decide: win back?", ("want_back",)),
            Step(is_("want_back", "No"), "Close on good terms: set the outcome", ("outcome",)),
        ),
        "gate_rest": (
            Case(RESTING, (
                Step(c.no_day("rest_until"), "Set the date on which the pause ends", ("rest_until",)),
                Step(amount("rest_until") <= AS_OF, "Pause is over: decide again", ("want_back", "rest_until")),
            )),
            Step(is_("past_behind", "No"), "Customer is not ready: pause", ("want_back", "rest_until")),
        ),
        "gate_talk": (
            Case(c.is_not("listened", "Yes"), (
                Step(amount("attempts") >= setting("max_attempts"), ("Enough attempts: pause for ", REST_DAYS, " days"), ("want_back", "rest_until")),
                Step(c.flagged(JOINT_VISIT) & (c.blank("manager") | c.no_day("joint_visit")), "Joint visit: name the manager, set the date", ("manager", "joint_visit")),
                Step(ALWAYS, "Listen before any offer", ("listened",)),
            )),
        ),
        "gate_approve": (
            Step(NEEDS_APPROVAL & (c.blank("approved_by") | c.no_day("approved_on")), ("Get approval", c.one_of(
                (AGREED > PROPOSED, " for the agreed amount"), (LASTING > 0, " for the concession"), otherwise=(": ", c.word("approver")))), ("approved_by", "approved_on")),
            Step(is_("fix", "exception") & c.blank("fix_approved_by"), "Get approval for the exception", ("fix_approved_by",)),
        ),
        "gate_answer": (
            Step((amount("concession") > 0) & (amount("concession_review") <= AS_OF), "Review the concession, set the next date", ("concession_review",)),
            Case(SAID_WON, (
                Step(c.no_day("customer_confirmed"), "Ask the customer to confirm", ("customer_confirmed",)),
                Step(c.is_not("outcome", "Won"), "Set the outcome to Won", ("outcome",)),
                Step(c.no_day("won_date"), "Enter the date of the first new order", ("won_date",)),
            )),
            Step(c.filled("outside_party") & (amount("chase_on") <= AS_OF), ("Chase ", c.word("outside_party"), ", set the next day"), ("chase_on",)),
            Step(c.filled("requested_remedy") & c.blank("idea"), "Answer their idea: accepted, partly or no?", ("idea",)),
            Step(is_("idea", "No") & c.blank("idea_answer"), "Their idea: note the reason you gave", ("idea_answer",)),
        ),
        "gate_deliver": (
            Step(c.no_day("plan_emailed"), "Send the plan e-mail: say what changed", ("plan_emailed",)),
            Step(c.no_day("thank_you_call"), ("Call to thank by ", c.working_days_after("plan_emailed", "thank_you_days")), ("thank_you_call",)),
            Step((PROPOSED + amount("token") + AGREED > 0) & c.no_day("delivered_on"), "Deliver the make-good", ("delivered_on",)),
        ),
        "gate_close": (
            Step(c.filled("idea") & c.blank("idea_answer"), "Their idea: note the proof that it is done", ("idea_answer",)),
            Step(c.no_day("customer_confirmed"), "Ask the customer to confirm", ("customer_confirmed",)),
            Step(c.blank("past_behind"), "Ask: is the past behind us?", ("past_behind",)),
            Step(c.blank("why_they_buy") | c.no_day("new_close"), "Sell again: note why they bought, set the date to ask", ("why_they_buy", "new_close")),
            Step(ALWAYS, "Ask for the next order", ("outcome", "won_date")),
        ),
    }
)  # fmt: skip
"""The steps of each folded column, in the order in which they are asked."""


def answers(rows: CampaignRows) -> dict[str, NDArray[np.object_]]:
    """Answer the steps for each row.

    Returns
    -------
    dict of str to ndarray of object, shape (n,)
        The folded columns of `GATES` by name, "" where none of their steps holds, and ``gate``: the first that is
        not blank, "" for `DONE`.
    """
    said = {name: _said(steps, rows) for name, steps in GATES.items()}
    gate = np.full(len(rows), "", dtype=object)
    for column in reversed(said.values()):
        gate = np.where(column == "", gate, column)
    return {**said, "gate": np.where(gate == DONE, "", gate).astype(object)}


def _said(steps: tuple[Step | Case, ...], rows: CampaignRows) -> NDArray[np.object_]:
    said = np.full(len(rows), "", dtype=object)
    _answer(steps, rows, np.ones(len(rows), bool), said)
    return said


def _answer(
    steps: tuple[Step | Case, ...], rows: CampaignRows, asked: NDArray[np.bool_], said: NDArray[np.object_]
) -> None:
    """Fill in what the steps say in the rows that are still asked, and take those out."""
    for step in steps:
        failed = asked & step.when.fails(rows)
        said[failed] = FIX
        asked &= ~failed
        here = asked & step.when.holds(rows)
        asked &= ~here
        if isinstance(step, Case):
            _answer(step.steps, rows, here, said)
            said[here] = DONE
        elif isinstance(step.says, str):
            said[here] = step.says
        elif here.any():
            text = c.join(*step.says)
            said[here] = np.where(text.fails(rows), FIX, text.of(rows))[here]


def formulas() -> dict[str, str]:
    """Return the formula of each folded column and of Gate, as Excel shows it inside the table."""
    made = {name: f'=IFERROR({_excel(steps, chr(34) * 2)},"{FIX}")' for name, steps in GATES.items()}
    first = '""'
    for name, steps in reversed([*GATES.items()]):
        here = c.cell(name)
        first = f'IF({here}<>"",{here},{first})'
        if _ends(steps):
            first = f'IF({here}="{DONE}","",{first})'
    return {**made, "gate": "=" + first}


def _excel(steps: tuple[Step | Case, ...], otherwise: str) -> str:
    """Return nested IFs, the first step outermost."""
    text = otherwise
    for step in reversed(steps):
        said = _excel(step.steps, f'"{DONE}"') if isinstance(step, Case) else c.join(*step.parts).excel
        text = said if step.when is ALWAYS else f"IF({step.when.excel},{said},{text})"
    return text


def _ends(steps: tuple[Step | Case, ...]) -> bool:
    """Return whether `DONE` is among what the steps may say."""
    return any(
        step.steps[-1].when is not ALWAYS if isinstance(step, Case) else step.says == DONE for step in steps
    )


def listed() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each sentence that Gate may show, and the human columns that settle it, in the order of the steps."""
    seen = set[str]()
    for step in (step for steps in GATES.values() for step in _flat(steps)):
        if step.says != DONE and step.sentence not in seen:
            seen.add(step.sentence)
            yield step.sentence, step.fill
    yield FIX, ()


def _flat(steps: tuple[Step | Case, ...]) -> Iterator[Step]:
    for step in steps:
        if isinstance(step, Case):
            yield from step.steps
        else:
            yield step
