"""Any ledger gives the same history in any layout, in any order of rows and columns, and with orders that do not count."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as rounds
from hypothesis import strategies as st

from tests.inputs.ledgers import Numbers, read

CENTS = st.integers(100, 90_000).map(lambda cents: cents / 100)


@st.composite
def ledgers(draw: st.DrawFn) -> list[dict[str, object]]:
    """Draw orders of several lines: number, customer, day, and quantity and price of each line."""
    orders = []
    for number in range(draw(st.integers(4, 9))):
        lines = draw(
            st.lists(
                st.tuples(st.integers(1, 5), CENTS), min_size=1, max_size=3, unique_by=lambda line: line[1]
            )
        )
        day = f"2025-{draw(st.integers(1, 9)):02d}-{draw(st.integers(13, 28)):02d}"
        orders.append({"id": f"O-{number}", "who": f"C{draw(st.integers(1, 3))}", "day": day, "lines": lines})
    return orders


def worth(order: dict) -> float:
    return round(sum(round(quantity * price, 2) for quantity, price in order["lines"]), 2)


def history(orders: list[dict]) -> Numbers:
    """Work the numbers out from the orders themselves."""
    days: dict[str, set[str]] = {}
    money: dict[str, float] = {}
    for order in orders:
        days.setdefault(order["who"], set()).add(order["day"])
        money[order["who"]] = round(money.get(order["who"], 0.0) + worth(order), 2)
    return {who: (len(days[who]), money[who]) for who in days}


def table(rows: list[dict[str, object]]) -> str:
    heads = list(rows[0])
    return "\n".join([",".join(heads), *(",".join(str(row[head]) for head in heads) for row in rows)])


def one_row_an_order(orders: list[dict]) -> list[dict[str, object]]:
    return [
        {"Order ID": o["id"], "Customer ID": o["who"], "Order date": o["day"], "Order value": worth(o)}
        for o in orders
    ]


def lines(orders: list[dict]) -> list[dict[str, object]]:
    """One row a line, with its value."""
    return [
        {"Order ID": o["id"], "Customer ID": o["who"], "Order date": o["day"], "Item": f"I{at}", "Qty": q, "Price": p, "Amount": round(q * p, 2)}
        for o in orders for at, (q, p) in enumerate(o["lines"])
    ]  # fmt: skip


def totals_on_lines(orders: list[dict]) -> list[dict[str, object]]:
    """One row a line, with the total of the order on each."""
    return [
        {"Order ID": o["id"], "Customer ID": o["who"], "Order date": o["day"], "Item": f"I{at}", "Qty": q, "Price": p, "Total": worth(o)}
        for o in orders for at, (q, p) in enumerate(o["lines"])
    ]  # fmt: skip


def with_states(orders: list[dict]) -> list[dict[str, object]]:
    """One row an order and its state, with orders in between that do not count."""
    rows = []
    for at, row in enumerate(one_row_an_order(orders)):
        rows.append({**row, "Status": ("Completed", "Shipped", "Paid")[at % 3]})
        rows.append(
            {
                **row,
                "Order ID": f"X-{at}",
                "Order value": 777,
                "Status": ("Cancelled", "Failed", "Refunded", "Draft")[at % 4],
            }
        )
    return rows


def with_refunds(orders: list[dict]) -> list[dict[str, object]]:
    return [
        {**row, "Order value": round(row["Order value"] + 5, 2), "Refunded amount": 5}
        for row in one_row_an_order(orders)
    ]


def with_kinds(orders: list[dict]) -> list[dict[str, object]]:
    """Invoices, with payments and quotes in between."""
    rows = []
    for at, row in enumerate(one_row_an_order(orders)):
        rows.append({**row, "Type": "Invoice"})
        rows.append({**row, "Order ID": f"X-{at}", "Type": ("Payment", "Quote")[at % 2]})
    return rows


LAYOUTS = (one_row_an_order, lines, totals_on_lines, with_states, with_refunds, with_kinds)


def read_of(*texts: str) -> Numbers:
    with tempfile.TemporaryDirectory() as folder:
        return read(Path(folder), *texts)[0]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
@given(orders=ledgers(), seed=st.integers(0, 1000))
@rounds(max_examples=12)
def test_any_layout_in_any_order_gives_the_same_history(layout, orders, seed):
    rows = layout(orders)
    assert read_of(table(rows)) == history(orders)
    shuffled = random.Random(seed).sample(rows, len(rows))
    heads = random.Random(seed).sample(list(rows[0]), len(rows[0]))
    assert read_of(table([{head: row[head] for head in heads} for row in shuffled])) == history(orders)


@given(orders=ledgers(), split=st.integers(1, 3))
@rounds(max_examples=12)
def test_exports_that_overlap_give_the_same_history_as_one(orders, split):
    ordered = sorted(orders, key=lambda order: order["day"])
    old = [{**row, "Status": "Processing"} for row in one_row_an_order(ordered[: split + 2])]
    new = [{**row, "Status": "Completed"} for row in one_row_an_order(ordered[split:])]
    assert read_of(table(old), table(new)) == history(orders)


@given(
    orders=ledgers(), word=st.sampled_from(["Cancelled", "Voided", "storniert", "Annulée", "Payment failed"])
)
@rounds(max_examples=12)
def test_a_row_that_does_not_count_changes_no_customer(orders, word):
    rows = [{**row, "Status": "Completed"} for row in one_row_an_order(orders)]
    more = {
        "Order ID": "X",
        "Customer ID": "C1",
        "Order date": "2025-09-29",
        "Order value": 5000,
        "Status": word,
    }
    assert read_of(table([*rows, more])) == read_of(table(rows)) == history(orders)
