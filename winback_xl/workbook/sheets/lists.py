"""The Lists sheet: the words that cells are chosen from, what each stage counts as, and what Do next says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.campaign.account_flags import ACCOUNT_FLAGS
from winback_xl.core.make_good.offer_flags import FLAG_NAMES, FLAG_WORDS
from winback_xl.core.tracking import due, progress
from winback_xl.core.tracking.due import EVERYONE
from winback_xl.schema.columns import LISTS
from winback_xl.settings import describe
from winback_xl.workbook.sheets import calculated_once, gates, row_formulas
from winback_xl.workbook.sheets.followed import playbook_of
from winback_xl.workbook.sheets.parts import HEADER_ROW, text_field, texts
from winback_xl.workbook.spec import Cell, Field, Sheet, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winback_xl.core.campaign.campaign_plan import Plan

_FLAGS = {
    **{FLAG_NAMES[code]: words for code, words in FLAG_WORDS.items()},
    **{flag.name: flag.meaning for flag in ACCOUNT_FLAGS},
}

_SENTENCES = (5, 7, 10, 11, 12)  # columns that hold sentences in the table of stages

SHOW_OWNER = "Show owner"
"""The list of Everyone and the owners: whose accounts Today shows."""

STAGES: tuple[tuple[str, bool, bool, bool, str], ...] = (
    ("Listed", False, False, False, "On the list; not contacted yet."),
    ("Backstory", False, False, False, "We asked the colleagues who know the account what happened."),
    ("Listened", True, False, False, "The customer told us their side; nothing was offered yet."),
    ("Diagnosed", True, False, False, "The root cause is known: specific or systemic."),
    ("Decided", True, False, False, "We decided what will change for this customer."),
    ("Plan e-mailed", True, False, False, "We e-mailed exactly what changed."),
    ("Thank-you call", True, False, False, "We called a day or two later to thank them."),
    ("Offer approved", True, False, False, "The offer has been approved."),
    ("Delivered", True, False, False, "The customer received the make-good."),
    ("Customer confirmed", True, False, False, "The customer says it is solved."),
    ("Won", True, True, False, "The customer placed the first new order."),
    ("Aftercare", True, True, False, "Four follow-up calls in the months after the win."),
    ("Resting", False, False, False, "No contact until the date in Rest until."),
    ("Reassigned", False, False, False, "Handed to another rep."),
    ("Let go", False, False, True, "Not pursued; we parted on good terms."),
    ("Warm-lost", True, False, True, "Not won, but on good terms: watch for a change."),
)
"""Stage, counts as contacted, counts as won, closed, meaning: in the order of the work."""


def choices(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Return every list of the book: those of the columns, then those of settings with fixed words.

    The list Stage holds the stages of the playbook, in its order.
    """
    own = {about.label: about.choices for about in describe() if about.choices}
    return {**LISTS, "Stage": playbook_of(plan).names, **own, SHOW_OWNER: (EVERYONE, *_owners(plan))}


def _owners(plan: Plan) -> tuple[str, ...]:
    """Return who has accounts, each once, in the order of the alphabet."""
    owners = texts(plan.campaign, "owner").astype(str).str.strip()
    named = owners[owners != ""]
    return tuple(sorted(named.groupby(named.str.casefold()).first(), key=str.casefold))


def _stages(plan: Plan, row: int) -> Table:
    """Return all stages in the order of the list Stage, with what each asks for and what it counts as.

    Stages that the playbook does without are there too: an account may stand in one from before, and counts.
    """
    steps = progress.of_playbook(playbook_of(plan))
    stages = steps.stages
    _, talked, won, closed, _ = zip(*STAGES, strict=True)
    return Table(
        "tblStages",
        row,
        0,
        (
            text_field("Stage", [stage.name for stage in stages], "In the order of the work.", name=row_formulas.STAGES),
            Field("Order", np.arange(1, len(stages) + 1), "count", "calculated", help="1 comes first."),
            Field("Counts as contacted", _yes(talked), "yesno", "calculated", help="For Reached."),
            Field("Counts as won", _yes(won), "yesno", "calculated", help="The goal."),
            Field("Closed", _yes(closed), "yesno", "calculated", help="No more work."),
            _stated("Meaning", [stage.meaning or STAGES[place][4] for place, stage in enumerate(stages)],
                  "What has happened when an account is there."),
            Field("In the playbook", _yes(steps.own), "yesno", "calculated", help="Whether the Stage list offers it."),
            _named("Step to do", [stage.next_step for stage in stages], "What Do next says when nothing is missing.", row_formulas.STEPS),
            Field("Wait", np.array([float(stage.wait) for stage in stages]), "count", "calculated", help="Days until it is due."),
            text_field("Days", [stage.unit for stage in stages], "What the wait counts, from the last talk or the last thing done."),
            _stated("Due", [stage.due_text for stage in stages], "From the day the account came to the stage."),
            _stated("Fill in first", list(steps.needs), "Columns of the Campaign sheet."),
            _stated("Until then", [stage.gate for stage in stages], "What is missing until they are filled in."),
            Field("Days on", np.array([stage.wait if stage.unit == "days" else -float(stage.wait == 0) for stage in stages], float), "count", "formula",
                  '=IF([@Days]="days",[@Wait],-([@Wait]=0))', help="Calendar days that Due adds.", name=row_formulas.SHIFTS),
            Field("Working days on", np.array([0.0 if stage.unit == "days" else max(stage.wait, 1) for stage in stages], float), "count", "formula",
                  '=IF([@Days]="days",0,MAX([@Wait],1))', help="Working days that Due adds after that.", name=row_formulas.WORKDAYS),
            Field("Place", np.array(due.OF_STAGE, float), "count", "calculated", help="Number of what is to do next, for Today: 1 to decide, 7 to ask again; 0: nobody works on it.",
                  name=row_formulas.PLACES),
            Field("Asks for", np.array([f", {needed}," for needed in steps.needs], object), "text", "formula", '=", "&[@[Fill in first]]&","',
                  help="As Do next compares it with what a step waits for.", name=row_formulas.NEEDS),
        ),
        alt="The stages in order, what each asks for and by when, and what it counts as",
        arrows=False,
    )  # fmt: skip


def _named(heading: str, values: list[str], about: str, name: str) -> Field:
    """Return a column of sentences that formulas read."""
    return replace(_stated(heading, values, about), name=name)


def _stated(heading: str, values: list[str], about: str) -> Field:
    """Return a column of sentences: they wrap, for next to them stand others."""
    return Field(heading, np.array(values, dtype=object), "long", "calculated", help=about)


def _yes(values: Sequence[bool]) -> np.ndarray:
    return np.where(np.array(values, dtype=bool), "Yes", "No").astype(object)


def words_only(plan: Plan) -> Sheet:
    """Return the lists side by side and nothing else, for a workbook without a campaign."""
    return Sheet("Lists", "Lists: the words to choose from", "", tables=(_words(plan),))


def _words(plan: Plan) -> Table:
    lists = choices(plan)
    longest = max(len(words) for words in lists.values())
    return Table(
        "tblLists",
        HEADER_ROW,
        0,
        tuple(text_field(name, [*words, *[""] * (longest - len(words))]) for name, words in lists.items()),
        alt="One column for each list of allowed words",
        arrows=False,
    )


def sheet(plan: Plan) -> Sheet:
    """Return the lists side by side, and below them what stages and flags mean and what Do next says."""
    by_list = _words(plan)
    heading = HEADER_ROW + by_list.rows + 2
    flags_at = heading + 2 + len(STAGES) + 2
    flags = Table(
        "tblFlags",
        flags_at + 1,
        0,
        (
            text_field("Flag", list(_FLAGS), "As in the Flags columns."),
            text_field("What the flag means", list(_FLAGS.values())),
        ),
        alt="The flags of make-goods and accounts, and what each means",
        arrows=False,
    )
    gates_at = flags_at + 2 + len(_FLAGS) + 2
    steps = gates.table(gates_at + 1)
    once_at = steps.row + steps.rows + 3
    once, values, areas = calculated_once.tables(plan, once_at + 1)
    return Sheet(
        "Lists",
        "Lists: the words to choose from",
        "The other sheets offer these words. Below: what each stage means and asks for, what the flags mean, and what Do next says.",
        cells=(
            Cell(heading, 0, f"Stages of the playbook: {playbook_of(plan).title}", look="heading", span=5),
            Cell(flags_at, 0, "Flags of make-goods and accounts", look="heading", span=5),
            Cell(gates_at, 0, "What Do next says, and where to answer it", look="heading", span=5),
            Cell(once_at, 0, "Calculated once for all rows of Campaign", look="heading", span=5),
            *values,
        ),
        tables=(by_list, _stages(plan, heading + 1), flags, steps, *once),
        areas=areas,
        freeze=(HEADER_ROW + 1, 0),
        widths={**dict.fromkeys(range(len(by_list.fields)), 22.0), **dict.fromkeys(_SENTENCES, 30.0)},
        pages=(7, 14),
    )
