"""The steps of Gate in Lists: what Do next says, which cell it waits for, and where that is."""

from __future__ import annotations

import numpy as np

from winback_xl.core.tracking import do_next, gate
from winback_xl.schema.columns import CAMPAIGN
from winback_xl.workbook.sheets.parts import text_field
from winback_xl.workbook.sheets.row_formulas import CELLS, KEYS, MARKS, SAYS
from winback_xl.workbook.spec import Field, Table


def where(name: str) -> str:
    """State which button opens a column; "" where the column is in sight.

    >>> where("approved_on"), where("want_back")
    ('+ above Offer', '')
    """
    topic = CAMPAIGN[name].topic
    return f"+ above {CAMPAIGN.columns[CAMPAIGN.topics[topic][-1] + 1].heading}" if topic else ""


def table(row: int) -> Table:
    """Return the steps by their numbers, the columns to fill in, and the buttons that open them."""
    filled = [", ".join(CAMPAIGN[name].heading for name in step.fill) for step in gate.STEPS]
    groups = [", ".join(dict.fromkeys(filter(None, map(where, step.fill)))) for step in gate.STEPS]
    return Table(
        "tblGates",
        row,
        0,
        (
            Field("Step", np.arange(1.0, len(gate.STEPS) + 1), "count", "calculated", help="As in the hidden column Gate."),
            text_field("Do next says", [step.says for step in gate.STEPS],
                       "\u2026 stands for who approves. Where a stage asks for the same cell, the step of the stage is shown.", name=SAYS),
            text_field("Waits for", [do_next.cell_of(step) for step in gate.STEPS], "The cell that is bright.", name=CELLS),
            text_field("Sign", [gate.mark(step) for step in gate.STEPS], "Follows where the cell is folded away.", name=MARKS),
            text_field("Fill in", filled, "Columns of the Campaign sheet. Blank: none."),
            text_field("Group", groups, "Which + of the Campaign sheet shows them."),
            text_field("Compared as", [f", {do_next.cell_of(step)}," for step in gate.STEPS], "What it waits for, as Do next looks for it in Asks for above.", name=KEYS),
        ),
        alt="Every step of Gate: what Do next says, which cell it waits for, and which button opens it",
        arrows=False,
    )  # fmt: skip
