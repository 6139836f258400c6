"""The mail merge: whom to write or call next, with what a letter needs. Who opted out is never in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from winback_xl.core.outreach import contact_list
from winback_xl.core.tracking import account_state
from winback_xl.core.wording import plural
from winback_xl.schema import columns
from winback_xl.schema.columns import Table
from winback_xl.workbook.sheets.parts import HEADER_ROW, fields
from winback_xl.workbook.spec import Sheet
from winback_xl.workbook.spec import Table as SheetTable

if TYPE_CHECKING:
    import pandas as pd

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.workbook.spec import Field

_FROM_CUSTOMERS = ("email", "phone")
_FROM_CAMPAIGN = (
    "customer_id", "customer", "contact", "contact_role", "channel", "owner", "level", "status", "stage", "next_step",
    "next_step_due",
)  # fmt: skip

MAIL_MERGE = Table(
    "tblMailMerge",
    "Mail merge",
    "an account to contact",
    tuple(columns.CAMPAIGN[name] for name in _FROM_CAMPAIGN[:5])
    + tuple(columns.CUSTOMERS[name] for name in _FROM_CUSTOMERS)
    + tuple(columns.CAMPAIGN[name] for name in _FROM_CAMPAIGN[5:]),
)
"""Columns of the sheet and of the CSV file."""


def rows(plan: Plan, customers: pd.DataFrame | None) -> pd.DataFrame:
    """Return the accounts to contact: open, wanted back, not resting, not held out as a control, not opted out.

    Parameters
    ----------
    plan : Plan
        With the human cells as they stand.
    customers : DataFrame or None
        For e-mail, phone and who opted out.
    """
    frame = plan.campaign
    wanted = frame["want_back"].fillna("").astype(str).str.strip().str.casefold()
    chosen = (contact_list.sort_out(frame, customers) == "") & (wanted != "no")
    chosen &= ~account_state.opted_out(frame) & ~account_state.held_out(frame)
    found = frame.loc[chosen, [name for name in _FROM_CAMPAIGN if name in frame]].reset_index(drop=True)
    known = None if customers is None else customers.drop_duplicates("customer_id").set_index("customer_id")
    for name in _FROM_CUSTOMERS:
        there = known is not None and name in known
        found[name] = found["customer_id"].map(known[name]).fillna("") if there and known is not None else ""
    return found


def sheet(found: pd.DataFrame) -> Sheet:
    """Return the Mail merge sheet."""
    return Sheet(
        "Mail merge",
        f"Mail merge: {plural(len(found), 'account')} to contact",
        "Open accounts that you want back and that did not opt out. Word takes this sheet as its source.",
        tables=(
            SheetTable(
                MAIL_MERGE.name, HEADER_ROW, 0, _calculated(found), alt="Accounts to contact, with addresses and next step"
            ),
        ),
        freeze=(HEADER_ROW + 1, 2),
    )  # fmt: skip


def _calculated(found: pd.DataFrame) -> tuple[Field, ...]:
    """Return the columns as results: what is typed here is lost at the next press."""
    return tuple(
        replace(item, role="calculated", choices="", limits=None) for item in fields(MAIL_MERGE, found)
    )
