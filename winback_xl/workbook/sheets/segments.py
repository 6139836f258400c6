"""The Segments sheet: how loyal and how valuable each customer is, and how long without an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.schema import columns
from winback_xl.workbook.sheets.parts import HEADER_ROW, fields
from winback_xl.workbook.spec import Cell, Sheet, Table

if TYPE_CHECKING:
    from winback_xl.core.campaign.campaign_plan import Plan


def sheet(plan: Plan) -> Sheet:
    """Return one row a customer, for reading: it is replaced at every refresh."""
    table = Table(
        columns.SEGMENTS.name,
        HEADER_ROW,
        0,
        fields(columns.SEGMENTS, plan.segments),
        alt="Every customer with level, status, value and the reason for the level",
        lines=1,
        lean=True,
    )
    return Sheet(
        "Segments",
        "Segments: every customer",
        "To read and filter; a refresh replaces it.",  # as short as the columns that every page repeats
        cells=(
            Cell(
                1,
                2,
                f"How loyal and how valuable each customer is, and how long without an order, on {plan.as_of:%Y-%m-%d}.",
                look="note",
                span=5,
            ),
        ),
        tables=(table,),
        freeze=(HEADER_ROW + 1, 2),
        pages=(table.column("Order days"), table.column("Why this level")),
        repeat=2,
    )
