"""The Account history sheet: everything on file about one customer, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl import columns
from winback_xl.core.money import show
from winback_xl.errors import DataError
from winback_xl.excel.host import attempt
from winback_xl.workbook.sheets.parts import HEADER_ROW, plural, text_field
from winback_xl.workbook.spec import Cell, Field, Sheet, Table

if TYPE_CHECKING:
    from winback_xl.api import Tables
    from winback_xl.core.campaign import Plan
    from winback_xl.excel.live import View

_ID = columns.CAMPAIGN["customer_id"].heading
_TABLE_ROW = HEADER_ROW + 2


def selected(view: View) -> str:
    """Return the customer of the selected row, in any table with a Customer ID.

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
    raise DataError(
        "No customer is selected.",
        "Click any cell of the customer's row in Campaign, Segments or Make-goods, then press Account history again.",
        code="nothing-selected",
    )


def sheet(plan: Plan, tables: Tables, customer: str) -> Sheet:
    """Return the history of a customer: orders, credits and incidents, newest first.

    Raises
    ------
    DataError
        The customer is not in the orders.
    """
    found = plan.segments[plan.segments["customer_id"] == customer]
    if found.empty:
        raise DataError(
            f"Customer {customer} is not in the orders.",
            "Check the Customer ID, or load newer orders.",
            code="customer-unknown",
        )
    about = found.iloc[0]
    events = pd.concat([_orders(tables, customer), _incidents(tables, customer)], ignore_index=True)
    events = events.sort_values("date", ascending=False, kind="stable", na_position="last")
    lines = _lines(about, plan)
    return Sheet(
        "Account history",
        f"Account history: {about['customer'] or customer}",
        f"{customer}, as of {plan.as_of:%Y-%m-%d}: {plural(len(events), 'entry', 'entries')}, newest first.",
        cells=tuple(Cell(2 + row, 0, line, look="text", span=4) for row, line in enumerate(lines)),
        tables=(
            Table(
                "tblHistory", _TABLE_ROW, 0,
                (
                    Field("Date", events["date"].to_numpy("datetime64[s]"), "date", "calculated"),
                    text_field("What", events["what"].tolist(), width=14),
                    text_field("Number", events["number"].tolist(), width=18),
                    Field("Amount", events["amount"].to_numpy(float), "money", "calculated"),
                    Field("Details", np.array(events["details"].tolist(), dtype=object), "long", "calculated", width=80),
                ),
                alt="Orders, credits and incidents of one customer, newest first",
            ),
        ),
        freeze=(_TABLE_ROW + 1, 0),
    )  # fmt: skip


def _lines(about: Any, plan: Plan) -> list[str]:
    first = f"{about['level']}, {about['status'] or 'no order yet'}. {about['level_why']}"
    revenue, days = about["revenue_12m"], about["days_since"]
    worth = (
        ""
        if pd.isna(revenue)
        else f" Revenue of the last 12 months: {show(float(np.round(revenue)), plan.currency)}."
    )
    return [first, ("Never ordered." if pd.isna(days) else f"{days:,.0f} days since the last order.") + worth]


def _orders(tables: Tables, customer: str) -> pd.DataFrame:
    frame = tables.orders.frame
    mine = frame[frame["customer_id"] == customer]
    values = mine["order_value"].to_numpy(float) if "order_value" in mine else np.full(len(mine), np.nan)
    kind = _texts(mine, "kind")
    late = np.zeros(len(mine), dtype=bool)
    if {"promised_date", "shipped_date"} <= set(mine):
        late = (mine["shipped_date"] > mine["promised_date"]).to_numpy()
    return pd.DataFrame(
        {
            "date": mine["order_date"].to_numpy(),
            "what": np.where(values < 0, "Credit", "Order"),
            "number": _texts(mine, "order_id"),
            "amount": values,
            "details": [
                "; ".join(part for part in (word, "shipped late" * bool(slow)) if part)
                for word, slow in zip(kind, late, strict=True)
            ],
        }
    )


def _incidents(tables: Tables, customer: str) -> pd.DataFrame:
    frame = tables.frame(columns.INCIDENTS)
    if frame is None:
        return pd.DataFrame({"date": [], "what": [], "number": [], "amount": [], "details": []})
    mine = frame[frame["customer_id"] == customer]
    named = ("what_happened", "failure_type", "status", "requested_remedy")
    return pd.DataFrame(
        {
            "date": mine["date"].to_numpy() if "date" in mine else pd.NaT,
            "what": "Incident",
            "number": _texts(mine, "incident_id"),
            "amount": mine["order_value"].to_numpy(float) if "order_value" in mine else np.nan,
            "details": [
                ". ".join(part for part in row if part)
                for row in zip(*(_texts(mine, name) for name in named), strict=True)
            ],
        },
        index=range(len(mine)),
    )


def _texts(frame: pd.DataFrame, name: str) -> list[str]:
    return frame[name].fillna("").astype(str).tolist() if name in frame else [""] * len(frame)
