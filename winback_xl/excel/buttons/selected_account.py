"""Find the selected customer and what is known about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.core.incidents import loss
from winback_xl.core.outreach import account_summary
from winback_xl.errors import DataError
from winback_xl.excel.host import attempt
from winback_xl.schema import columns

if TYPE_CHECKING:
    import pandas as pd

    from winback_xl.core.outreach.account_summary import Dossier
    from winback_xl.excel.buttons.session import Job
    from winback_xl.excel.live.open_workbook import View

_ID = columns.CAMPAIGN["customer_id"].heading
CARD = "card_id"
"""Name of the cell that holds the Customer ID of the account card."""
CALLS = 20
"""Accounts that get a call sheet: two weeks' work for one person. A press after those are called gives the next."""


def selected(view: View, button: str = "Account history") -> str:
    """Return the customer of the selected row, in any table with a Customer ID, or the one on the sheet Account.

    Raises
    ------
    DataError
        Nothing that names a customer is selected.
    """
    area = attempt(lambda: view.book.selection, None) or attempt(lambda: view.book.app.selection, None)
    if area is not None:
        name, row = attempt(lambda: (area.sheet.name, area.row - 1), ("", -1))
        for held in view.on(name):
            if _ID in held.headings and held.row < row <= held.last_row:
                found = view.body(held)[row - held.row - 1][held.headings.index(_ID)]
                if found not in (None, ""):
                    return f"{found:.0f}" if isinstance(found, float) else str(found)
        if name and name == _card_sheet(view):
            return attempt(lambda: str(view.book.names[CARD].refers_to_range.value or ""), "")
    raise DataError(
        "No customer is selected.",
        f"Click any cell of the customer's row in Campaign, Segments or Make-goods, then press {button} again.",
        code="nothing-selected",
    )


def _card_sheet(view: View) -> str:
    """Return the sheet of the account card, "" where there is none."""
    return (
        attempt(lambda: str(view.book.names[CARD].refers_to_range.sheet.name), "")
        if CARD in view.names
        else ""
    )


def to_call(found: Job) -> tuple[Dossier, ...]:
    """Return what is known of the first accounts to call: by wave, then as they are in Campaign."""
    frame = found.plan.campaign.sort_values("wave", kind="stable", na_position="last")
    return _known(found, account_summary.top(frame, CALLS))


def of_customer(found: Job, customer: str) -> tuple[Dossier, ...]:
    """Return what is known of one customer, whether in the campaign or not.

    Raises
    ------
    DataError
        The customer is not in the orders.
    """
    for frame in (found.plan.campaign, found.plan.segments):
        rows = frame[frame["customer_id"] == customer].head(1)
        if len(rows):
            return _known(found, rows)
    raise DataError(
        f"Customer {customer} is not in the orders.",
        "Check the Customer ID, or load newer orders.",
        code="customer-unknown",
    )


def _known(found: Job, rows: pd.DataFrame) -> tuple[Dossier, ...]:
    return account_summary.build(
        rows,
        found.tables.ledger,
        customers=found.tables.frame(columns.CUSTOMERS),
        incidents=loss.with_losses(found.tables.frame(columns.INCIDENTS), found.plan.settings),
    )
