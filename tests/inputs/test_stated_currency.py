"""A loss in dollars is not compared with orders in euros: it is refused, with what settles it."""

from __future__ import annotations

import pandas as pd
import pytest

import winback_xl as wb
from winback_xl.errors import DataError


def orders(currency: str = "EUR") -> pd.DataFrame:
    days = pd.date_range("2025-09-01", periods=10, freq="30D")
    rows = pd.DataFrame({"Customer ID": "A", "Order date": days, "Order value": 900.0, "Currency": currency})
    return pd.concat([rows, rows.assign(**{"Customer ID": "B"})], ignore_index=True)


def incidents(**columns: object) -> pd.DataFrame:
    made = {
        "Customer ID": ["A", "B"],
        "Date": ["2026-06-10", "2026-06-12"],
        "Status": "open",
        "What happened": "Late",
    }
    return pd.DataFrame({**made, **columns})


@pytest.mark.parametrize(
    "columns",
    [{"Direct loss": ["USD 3,000.00", "USD 200.00"]}, {"Direct loss (USD)": [3000.0, 200.0]}, {"Direct loss": [3000.0, 200.0], "Currency": "USD"}],
)  # fmt: skip
def test_losses_in_another_currency_than_the_orders_are_refused(columns):
    """They were taken for as many euros: 3,000 dollars were 3,000 euros."""
    with pytest.raises(DataError) as refused:
        wb.plan(orders(), incidents=incidents(**columns), as_of="2026-06-30")
    issue = next(one for one in refused.value.issues if one.code == "currency-other")
    assert "in USD, the orders in EUR" in issue.what
    assert issue.fix == "Convert the amounts to EUR in the file."


def test_losses_in_two_currencies_are_refused():
    with pytest.raises(DataError) as refused:
        wb.plan(orders(), incidents=incidents(**{"Direct loss": [30.0, 20.0], "Currency": ["EUR", "USD"]}), as_of="2026-06-30")  # fmt: skip
    assert refused.value.issues[0].code == "currency-mixed"
    assert "EUR (1), USD (1)" in refused.value.issues[0].what


@pytest.mark.parametrize(
    ("of_orders", "columns"),
    [
        ("EUR", {"Direct loss": [3000.0, 200.0], "Currency": "eur"}),
        ("USD", {"Direct loss": ["$3,000.00", "$200.00"]}),
        ("EUR", {"Direct loss": [3000.0, 200.0]}),
        ("EUR", {"Hours down": [3.0, 2.0], "Currency": "USD"}),
        ("", {"Direct loss": [3000.0, 200.0], "Currency": "USD"}),
    ],
)
def test_what_is_or_may_be_the_same_currency_is_read(of_orders, columns):
    plan = wb.plan(orders(of_orders), incidents=incidents(**columns), as_of="2026-06-30")
    loss = plan.make_goods.set_index("customer_id").loc["A", "loss"]
    assert loss == 3000 or "Hours down" in columns
