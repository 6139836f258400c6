"""The Accounts sheet: what is known of each account. To read and to filter; a refresh writes it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.schema import columns
from winback_xl.workbook.sheets.parts import HEADER_ROW, fields
from winback_xl.workbook.spec import Sheet, Table

if TYPE_CHECKING:
    from winback_xl.core.campaign.campaign_plan import Plan


def sheet(plan: Plan) -> Sheet:
    """Return one row an account of the campaign, in its order."""
    table = Table(
        columns.ACCOUNTS.name,
        HEADER_ROW,
        0,
        fields(columns.ACCOUNTS, plan.campaign),
        alt="Every account of the campaign: contact, cause, make-good with its reason, odds and return rate",
        lines=1,
        lean=True,
        whole=True,
    )
    return Sheet(
        columns.ACCOUNTS.title,
        "Accounts: what is known",
        "Calculated: the next refresh replaces it. Work in Campaign.",
        tables=(table,),
        freeze=(HEADER_ROW + 1, 2),
        pages=(table.column("Cause"), table.column("Rationale")),
        repeat=2,
    )
