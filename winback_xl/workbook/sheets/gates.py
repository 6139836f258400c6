"""Where to fill in what Gate asks for: most of these columns are folded away until they are needed."""

from __future__ import annotations

import numpy as np

from winback_xl.core.tracking import follow_through
from winback_xl.schema.columns import CAMPAIGN
from winback_xl.workbook.spec import Field, Table

GATES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Decide first: want back?", ("want_back",)),
    ("Let go kindly: set the outcome", ("outcome",)),
    ("Closed: set the outcome", ("outcome",)),
    ("Note why they left", ("reason_theirs",)),
    ("Say until when to rest", ("rest_until",)),
    ("Rest is over: decide again", ("want_back", "rest_until")),
    ("They hold on to the past: let it rest", ("want_back", "rest_until")),
    ("Enough tries: let it rest for … days", ("want_back", "rest_until")),
    ("Joint visit: name the manager, set the day", ("manager", "joint_visit")),
    ("Listen before any offer", ("listened",)),
    ("Approval by … missing", ("approved_by", "approved_on")),
    ("Approval of the agreed amount missing", ("approved_by", "approved_on")),
    ("Approval of the concession missing", ("approved_by", "approved_on")),
    ("Approval of the exception missing", ("fix_approved_by",)),
    ("Review the concession, set the next day", ("concession_review",)),
    ("Chase …, set the next day", ("chase_on",)),
    ("Their idea: accepted, partly or no?", ("idea",)),
    ("Their idea: note the reason you told them", ("idea_answer",)),
    ("Plan e-mail: say what changed", ("plan_emailed",)),
    ("Thank-you call due …", ("thank_you_call",)),
    ("Make-good not delivered", ("delivered_on",)),
    ("Their idea: note the proof that it is done", ("idea_answer",)),
    ("Customer has not confirmed", ("customer_confirmed",)),
    ("Ask: is the past behind us?", ("past_behind",)),
    ("Resell: why they bought, day of new close", ("why_they_buy", "new_close")),
    ("Ask for the next order", ("outcome", "won_date")),
    ("Set the outcome to Won", ("outcome",)),
    ("Won date missing", ("won_date",)),
    (follow_through.LEFT_ALONE, ()),
    (follow_through.MEND, ()),
)
"""What Gate says, and the columns of the campaign that settle it; "…" stands for what it fills in itself."""


def where(name: str) -> str:
    """Say which button unfolds a column; "" where the column is in sight.

    >>> where("approved_on"), where("approved_by")
    ('+ above Approved by', '')
    """
    topic = CAMPAIGN[name].topic
    return f"+ above {CAMPAIGN.columns[CAMPAIGN.topics[topic][-1] + 1].heading}" if topic else ""


def table(row: int) -> Table:
    """Return what Gate says, the columns to fill in, and the buttons that unfold them."""
    filled = [", ".join(CAMPAIGN[name].heading for name in names) for _, names in GATES]
    unfold = [", ".join(dict.fromkeys(filter(None, map(where, names)))) for _, names in GATES]
    return Table(
        "tblGates",
        row,
        0,
        (
            _told("Gate says", [said for said, _ in GATES], "As in the Campaign sheet."),
            _told("Fill in", filled, "Columns of the Campaign sheet. Blank: none."),
            _told("Where it is folded away", unfold, "Which + of the Campaign sheet unfolds them."),
        ),
        alt="Every sentence of Gate, which columns it asks for, and which button unfolds them",
    )


def _told(heading: str, values: list[str], about: str) -> Field:
    return Field(heading, np.array(values, dtype=object), "long", "calculated", help=about)
