"""Why they leave: the most frequent causes on file, and what it costs to fix them or to give way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.workbook.sheets.parts import numbers, texts
from winback_xl.workbook.spec import Cell, Field, Table

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from winback_xl.core.campaign.campaign_plan import Plan

CAUSES = 10
"""Causes shown: a free-text column may hold as many as there are complaints."""


def table(plan: Plan, row: int) -> Table:
    """Return the most frequent causes on file."""
    most = plan.causes.head(CAUSES)
    return Table(
        "tblCauses", row, 0,
        (
            Field("Cause", texts(most, "cause"), "long", "calculated"),
            Field("Customers", numbers(most, "customers"), "count", "calculated"),
            Field("Share", numbers(most, "share"), "share", "calculated",
                  help="Of the customers with a known cause."),
            Field("Proposed", texts(most, "proposed"), "text", "calculated",
                  help="Specific: fix it for this customer. Systemic: fix it for everybody."),
            Field("Fix, for each", _amounts(most, "fix_share"), "money", "calculated",
                  help="Cost of the fix per customer affected; blank: cost not known."),
            Field("If all asked the same", _amounts(most, "exposure"), "money", "calculated",
                  help="What the price concession would cost a year if every comparable customer asked for it."),
        ),
        alt="Causes, customers lost to each, whether the cause is systemic, and what a fix or a concession costs",
        plain=True,
    )  # fmt: skip


def _amounts(causes: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """Return amounts, blank where there is nothing to pay."""
    known = numbers(causes, name)
    return np.where(known > 0, known, np.nan)


def stated(plan: Plan, row: int) -> list[Cell]:
    """Return a sentence for each cost in the table of causes, with the numbers it was reached from."""
    most = plan.causes.head(CAUSES)
    said = [text for name in ("fix_why", "exposure_why") for text in texts(most, name) if text]
    return [Cell(row + place, 0, text, look="text", span=5) for place, text in enumerate(said)]


def note(plan: Plan) -> str:
    """Say when a cause is systemic, and how many are not shown."""
    rule = (
        f"A cause shared by {plan.settings.systemic_customers} or more customers, or by {plan.settings.systemic_share:.0%} of those"
        " with a known cause, is systemic: it needs one fix for everybody."
    )
    more = len(plan.causes) - CAUSES
    return f"{rule} {more} less frequent causes are not shown." if more > 0 else rule
