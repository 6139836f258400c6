"""The Lists sheet: the words that cells are chosen from, and what each stage counts as."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.columns import LISTS
from winback_xl.core.make_good import FLAG_WORDS
from winback_xl.settings import describe
from winback_xl.workbook.sheets.parts import HEADER_ROW, text_field
from winback_xl.workbook.spec import Cell, Field, Sheet, Table

if TYPE_CHECKING:
    from winback_xl.core.campaign import Plan

STAGES: tuple[tuple[str, bool, bool, bool, str], ...] = (
    ("Listed", False, False, False, "On the list; nobody called yet."),
    ("Backstory", False, False, False, "Asked the people who know the account what happened."),
    ("Listened", True, False, False, "Heard the customer out; nothing was offered yet."),
    ("Diagnosed", True, False, False, "The root cause is known: specific or systemic."),
    ("Decided", True, False, False, "Decided what changes for this customer."),
    ("Plan e-mailed", True, False, False, "The e-mail that says exactly what changed went out."),
    ("Thank-you call", True, False, False, "Called a day or two later to thank."),
    ("Offer approved", True, False, False, "The make-good is approved by whom it needs."),
    ("Delivered", True, False, False, "The make-good reached them."),
    ("Customer confirmed", True, False, False, "The customer says it is solved."),
    ("Won", True, True, False, "The first new order came."),
    ("Aftercare", True, True, False, "Calls 7, 30, 90 and 180 days after the win."),
    ("Resting", False, False, False, "Left in peace until the date in Rest until."),
    ("Reassigned", False, False, False, "Somebody else starts anew."),
    ("Let go", False, False, True, "Not pursued; parted kindly."),
    ("Warm-lost", True, False, True, "Not won, but on good terms: watch for a change."),
)
"""Stage, counts as contacted, counts as won, closed, meaning: in the order of the work."""


def choices() -> dict[str, tuple[str, ...]]:
    """Return every list of the book: those of the columns, then those of settings with fixed words."""
    own = {about.label: about.choices for about in describe() if about.choices}
    return {**LISTS, **own}


def _yes(values: list[bool]) -> np.ndarray:
    return np.where(np.array(values), "Yes", "No").astype(object)


def sheet(plan: Plan) -> Sheet:  # noqa: ARG001 - every sheet is built from the plan; this one is the same for all
    """Return the lists side by side, and below them what stages and flags mean."""
    lists = choices()
    longest = max(len(words) for words in lists.values())
    by_list = Table(
        "tblLists",
        HEADER_ROW,
        0,
        tuple(text_field(name, [*words, *[""] * (longest - len(words))]) for name, words in lists.items()),
        alt="One column for each list of allowed words",
    )
    heading = HEADER_ROW + longest + 2
    flags_at = heading + 2 + len(STAGES) + 2
    columns = list(zip(*STAGES, strict=True))
    stages = Table(
        "tblStages",
        heading + 1,
        0,
        (
            text_field("Stage", list(columns[0]), "In the order of the work."),
            Field("Order", np.arange(1, len(STAGES) + 1), "count", "calculated", help="1 comes first."),
            Field("Counts as contacted", _yes(list(columns[1])), "yesno", "calculated", help="For Reached."),
            Field("Counts as won", _yes(list(columns[2])), "yesno", "calculated", help="The goal."),
            Field("Closed", _yes(list(columns[3])), "yesno", "calculated", help="No more work."),
            text_field("Meaning", list(columns[4]), "What has happened when an account is there."),
        ),
        alt="The stages of a campaign in order, and what each counts as",
    )
    flags = Table(
        "tblFlags",
        flags_at + 1,
        0,
        (
            text_field("Flag", list(FLAG_WORDS), "As in the Flags columns."),
            text_field("What the flag means", list(FLAG_WORDS.values())),
        ),
        alt="The flags of a make-good and what each means",
    )
    return Sheet(
        "Lists",
        "Lists: the words to choose from",
        "The cells of the other sheets take these words. Below them: what each stage counts as, and what the flags mean.",
        cells=(
            Cell(heading, 0, "Stages", look="heading", span=5),
            Cell(flags_at, 0, "Flags of a make-good", look="heading", span=5),
        ),
        tables=(by_list, stages, flags),
        freeze=(HEADER_ROW + 1, 0),
        widths=dict.fromkeys(range(len(lists)), 22.0),
        pages=(7, 14),
    )
