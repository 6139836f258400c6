"""The sales ledger as an ERP exports it: documents numbered by day, with the small dirt of real exports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.samples.trade import in_lines, to_weekday

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from winback_xl.samples.accounts import Account

HEADINGS = (
    "Document No",
    "Document type",
    "Line",
    "Order Date",
    "Customer No",
    "Net amount",
    "Currency",
    "Required date",
    "Ship date",
    "Sales rep",
    "Reference",
)

CURRENCY = "EUR"

COUNTER_SALE, ZERO_VALUE, TWICE = "no customer number", "zero value", "exported twice"
"""The kinds of dirt that `dirty` plants."""

_FIRST_ORDER, _FIRST_CREDIT = 230_001, 7_001


def export(
    accounts: Sequence[Account], orders: pd.DataFrame, credited: pd.DataFrame, rng: np.random.Generator
) -> tuple[pd.DataFrame, dict[str, tuple[str, ...]]]:
    """Return the ledger with the headings of the ERP, and which documents are dirty on purpose.

    Parameters
    ----------
    accounts : sequence of Account
        Whose places the orders name.
    orders, credited : DataFrame
        As from `trade.ledger_of` and `trouble.credits_of`.
    rng : Generator
        Source of chance.
    """
    sold = orders.assign(order=np.arange(len(orders)), type="Order")
    extra = _counter_sale_and_samples(sold, accounts, rng)
    rows = pd.concat([in_lines(sold, rng), extra.assign(line=10)], ignore_index=True)
    rows["document"] = _numbered(rows, "SO-{}", _FIRST_ORDER)
    document_of = rows.drop_duplicates("order").set_index("order")["document"]
    notes = sold.iloc[credited["order"]].drop(columns=["required", "shipped"]).reset_index(drop=True)
    notes = notes.assign(
        day=to_weekday(credited["day"].to_numpy().astype("datetime64[D]")).astype("datetime64[s]"),
        value=credited["value"],
        type=credited["type"],
        line=10,
        reference=document_of.loc[credited["order"]].to_numpy(),
        order=np.arange(len(credited)),
    )
    notes["document"] = _numbered(notes, "CN-{}", _FIRST_CREDIT)
    twice = rows[(rows["line"] == 10) & ~rows["order"].duplicated(keep=False) & (rows["type"] == "Order")]
    twice = twice.iloc[np.sort(rng.choice(len(twice), 3, replace=False))]
    planted = {
        COUNTER_SALE: tuple(extra_document(rows, extra, "Order")),
        ZERO_VALUE: tuple(extra_document(rows, extra, "Sample")),
        TWICE: tuple(twice["document"]),
    }
    every = pd.concat([rows, notes, twice], ignore_index=True)
    return with_headings(every, [account.number for account in accounts]), planted


def extra_document(rows: pd.DataFrame, extra: pd.DataFrame, kind: str) -> pd.Series:
    """Return the document numbers of the extra orders of one type."""
    return rows.loc[rows["order"].isin(extra.loc[extra["type"] == kind, "order"]), "document"]


def _counter_sale_and_samples(
    sold: pd.DataFrame, accounts: Sequence[Account], rng: np.random.Generator
) -> pd.DataFrame:
    """Return one sale without a customer and two samples at no charge, as more orders."""
    buying = [place for place, account in enumerate(accounts) if account.story in {"steady", "fan"}]
    rows = np.flatnonzero(sold["account"].isin(buying))
    like = sold.iloc[rng.choice(rows, 3, replace=False)].copy()
    like["order"] = len(sold) + np.arange(3)
    like["account"] = [-1, *like["account"].iloc[1:]]
    like["type"] = ["Order", "Sample", "Sample"]
    like["value"] = [186.4, 0.0, 0.0]
    return like


def _numbered(rows: pd.DataFrame, pattern: str, first: int) -> pd.Series:
    """Return document numbers that rise with the day; lines of one order share theirs."""
    documents = rows.drop_duplicates("order").sort_values(["day", "order"], kind="stable")["order"]
    number = pd.Series(
        [pattern.format(first + place) for place in range(len(documents))], index=documents.to_numpy()
    )
    return rows["order"].map(number)


def with_headings(rows: pd.DataFrame, numbers: Sequence[str]) -> pd.DataFrame:
    """Return the working table as the export shows it, in order of day, document and line."""
    number_of: Mapping[int, str | None] = {-1: None, **dict(enumerate(numbers))}
    table = pd.DataFrame(
        {
            "Document No": rows["document"],
            "Document type": rows["type"],
            "Line": rows["line"].astype(int),
            "Order Date": rows["day"].astype("datetime64[s]"),
            "Customer No": rows["account"].map(number_of),
            "Net amount": rows["value"].astype(float),
            "Currency": CURRENCY,
            "Required date": rows["required"].astype("datetime64[s]"),
            "Ship date": rows["shipped"].astype("datetime64[s]"),
            "Sales rep": rows["rep"],
            "Reference": rows["reference"],
        }
    )
    return table.sort_values(["Order Date", "Document No", "Line"], kind="stable", ignore_index=True)
