"""Account history: one page about an account for the colleague who takes it over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.workbook.sheets.parts import text_field
from winback_xl.workbook.spec import Cell, Field, Sheet, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.core.outreach.account_summary import Dossier

NAME = "Account history"
_FIRST = 3
_WIDTHS = {0: 13.0, 1: 38.0, 2: 46.0, 3: 15.0, 4: 20.0}
_NOTHING = "No problem is recorded."


def sheet(plan: Plan, dossiers: Sequence[Dossier]) -> Sheet:
    """Return one page an account: orders, late deliveries and credits by year, complaints, reps and contact.

    Years of late deliveries and wrong invoices are what the one before you left (article 002).

    Parameters
    ----------
    plan : Plan
        What the accounts come from.
    dossiers : sequence of Dossier
        In the order of the pages.
    """
    row, cells, tables, breaks = _FIRST, list[Cell](), list[Table](), list[int]()
    heights: dict[int, float] = {}
    for place, one in enumerate(dossiers, start=1):
        if place > 1:
            breaks.append(row)
        heights[row] = 22.0
        cells.append(
            Cell(
                row,
                0,
                f"{one.says('customer') or one.says('customer_id')}  ·  {one.says('customer_id')}",
                look="heading",
                span=4,
            )
        )
        facts = _facts(one)
        cells += [Cell(row + 1 + line, 0, text, span=4) for line, text in enumerate(facts)]
        row += len(facts) + 2
        tables.append(_years(one, place, row))
        row += max(1, len(one.years)) + 2
        tables.append(_events(one, place, row))
        row += max(1, len(one.events)) + 3
    if not dossiers:
        cells.append(Cell(_FIRST, 0, "No account was chosen.", look="note", span=4))
    return Sheet(
        NAME,
        f"Account history, campaign {plan.campaign_id}",
        f"History up to {plan.as_of:%Y-%m-%d}. Read it before you call, and ask the colleague who had the account before.",
        cells=tuple(cells),
        tables=tuple(tables),
        widths=_WIDTHS,
        heights=heights,
        landscape=False,
        breaks=tuple(breaks),
    )


def _facts(one: Dossier) -> list[str]:
    contact = ", ".join(
        text
        for text in (
            one.says("contact"),
            one.says("contact_role"),
            one.on_file.get("phone", ""),
            one.on_file.get("email", ""),
        )
        if text
    )
    return [
        one.past or "No order is on file.",
        f"Level: {one.says('level') or 'unknown'}. Status: {one.says('status') or 'never ordered'}.",
        f"Reps: {', '.join(one.reps) or one.says('owner') or 'not recorded'}.",
        f"Contact: {contact or 'not recorded'}.",
        f"Why they left, our version: {one.on_file.get('reason_ours', '') or 'not recorded'}.",
        f"Why they left, their version: {one.says('reason_theirs') or 'not recorded'}.",
    ]


def _years(one: Dossier, place: int, row: int) -> Table:
    years = one.years if len(one.years) else None
    nothing = np.array([np.nan])

    def numbers(name: str) -> np.ndarray:
        return nothing if years is None else years[name].to_numpy(float)

    year = [""] if years is None else [f"{value:.0f}" for value in years["year"]]
    return Table(
        f"tblYears{place}",
        row,
        0,
        (
            text_field("Year", year, "Calendar year."),
            Field("Order days", numbers("order_days"), "count", "calculated", help="Days with an order."),
            Field("Revenue", numbers("revenue"), "money", "calculated", help="Orders less credits."),
            Field(
                "Credits", numbers("credits"), "count", "calculated", help="Credit notes and cancellations."
            ),
            Field(
                "Late",
                numbers("late"),
                "count",
                "calculated",
                help="Orders shipped after the promised day.",
            ),
        ),
        alt=f"Orders, revenue, credits and late deliveries by year of {one.says('customer') or one.says('customer_id')}",
    )


def _events(one: Dossier, place: int, row: int) -> Table:
    events = one.events
    if not len(events):
        fields = (
            Field("Date", np.array([np.datetime64("NaT", "D")]), "date", "calculated"),
            text_field("What went wrong", [_NOTHING]),
            Field("Details", np.array([""], dtype=object), "long", "calculated"),
            Field("Amount", np.array([np.nan]), "money", "calculated"),
            text_field("Rep", [""]),
        )
    else:
        fields = (
            Field("Date", events["date"].to_numpy(), "date", "calculated", help="When."),
            text_field("What went wrong", list(events["kind"]), "Complaint, credit note or late delivery."),
            Field("Details", events["what"].to_numpy(object), "long", "calculated", help="As it is on file."),
            Field(
                "Amount",
                events["amount"].to_numpy(float),
                "money",
                "calculated",
                help="Loss, credit or order.",
            ),
            text_field("Rep", list(events["rep"]), "Who had the account."),
        )
    return Table(
        f"tblTrouble{place}",
        row,
        0,
        fields,
        alt="Complaints, credit notes and late deliveries, latest first",
        lines=2,
    )
