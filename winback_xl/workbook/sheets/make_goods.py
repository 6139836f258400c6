"""The Make-goods sheet: how each offer was reached, from the loss to the words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.schema import columns
from winback_xl.workbook.sheets.parts import HEADER_ROW, fields
from winback_xl.workbook.spec import Cell, Sheet, Table

if TYPE_CHECKING:
    from winback_xl.core.campaign.campaign_plan import Plan

_WHAT = "What each open incident cost the customer, what winning them back is worth, and the offer."

EMPTY = "No open incident is recorded, so there is nothing to make good. Add an incident list, then refresh."


def sheet(plan: Plan) -> Sheet:
    """Return one row a customer with an open incident."""
    table = Table(
        columns.MAKE_GOODS.name,
        HEADER_ROW,
        0,
        fields(columns.MAKE_GOODS, plan.make_goods),
        alt="Every customer with an open incident: loss, worth, offer, approver and the sentence behind it",
        lines=2,
        whole=True,
    )
    nothing = () if len(plan.make_goods) else (Cell(HEADER_ROW - 1, 0, EMPTY, look="note", span=8),)
    return Sheet(
        "Make-goods",
        "Make-goods: a fair offer",
        "Listen first, then offer.",  # as short as the columns that every printed page repeats
        cells=(Cell(1, 2, _WHAT, look="note", span=3), *nothing),
        tables=(table,),
        freeze=(HEADER_ROW + 1, 2),
        pages=(table.column("Rationale"), table.column("Our part")),
        repeat=2,
    )
