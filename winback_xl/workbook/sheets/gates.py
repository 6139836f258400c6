"""Where to answer Gate: most of these columns are folded until they are needed."""

from __future__ import annotations

import numpy as np

from winback_xl.core.tracking import gate
from winback_xl.schema.columns import CAMPAIGN
from winback_xl.workbook.spec import Field, Table


def where(name: str) -> str:
    """State which button opens a column; "" where the column is in sight.

    >>> where("approved_on"), where("approved_by")
    ('+ above Approved by', '')
    """
    topic = CAMPAIGN[name].topic
    return f"+ above {CAMPAIGN.columns[CAMPAIGN.topics[topic][-1] + 1].heading}" if topic else ""


def table(row: int) -> Table:
    """Return what Gate says, the columns to fill in, and the buttons that open them."""
    sentences, fills = zip(*gate.listed(), strict=True)
    filled = [", ".join(CAMPAIGN[name].heading for name in names) for names in fills]
    groups = [", ".join(dict.fromkeys(filter(None, map(where, names)))) for names in fills]
    return Table(
        "tblGates",
        row,
        0,
        (
            _sentences(
                "Gate says", list(sentences), "As in the Campaign sheet; … stands for what the row fills in."
            ),
            _sentences("Fill in", filled, "Columns of the Campaign sheet. Blank: none."),
            _sentences("Group", groups, "Which + of the Campaign sheet shows them."),
        ),
        alt="Every sentence of Gate, which columns it asks for, and which button opens them",
    )


def _sentences(heading: str, values: list[str], about: str) -> Field:
    return Field(heading, np.array(values, dtype=object), "long", "calculated", help=about)
