"""The rows that were set aside, on the Checks sheet: why, where, and what stood there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.workbook.sheets.parts import texts
from winback_xl.workbook.spec import Field, Table

if TYPE_CHECKING:
    import pandas as pd

    from winback_xl.core.campaign.campaign_plan import Plan

SHOWN = 10_000
"""Rows set aside that are listed; the rest is counted."""


def _originals(frame: pd.DataFrame) -> list[str]:
    """Join the original values of each row, each with its heading; blanks are left out."""
    names = [name for name in frame.columns if name not in {"place", "code", "reason", "table"}]
    joined = [""] * len(frame)
    for name in names:
        values = texts(frame, name).astype(str).tolist()
        joined = [
            old if value == "" else f"{old}; {name}: {value}" if old else f"{name}: {value}"
            for old, value in zip(joined, values, strict=True)
        ]
    return joined


def shown_of(plan: Plan) -> pd.DataFrame:
    """Return the rows that are listed; a plan counts others of which it knows nothing more."""
    first = plan.set_aside.head(SHOWN)
    return first[first["reason"].notna()] if "reason" in first else first


def table(plan: Plan, row: int) -> Table:
    """Return the rows that were not used, each with its reason."""
    shown = shown_of(plan)
    return Table(
        "tblSetAside", row, 0,
        (
            Field("Table", texts(shown, "table"), "text", "calculated"),
            Field("Reason", texts(shown, "reason"), "text", "calculated"),
            Field("Where", texts(shown, "place"), "long", "calculated"),
            Field("Code", texts(shown, "code"), "text", "calculated"),
            Field("Number", np.arange(1.0, len(shown) + 1), "count", "calculated", help="Counts the rows listed."),
            Field("Original values", np.array(_originals(shown), dtype=object), "long", "calculated"),
        ),
        alt="Rows that were not used, with the reason and their original values",
    )  # fmt: skip
