"""What customers stopped buying: true of the ledger, and nothing where the orders name no products."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import winback_xl as wb
from winback_xl.core.orders import ledger, stopped_products
from winback_xl.settings import Settings

_DAY = pd.Timestamp("2026-01-01")
_NAMES = ["Hose", "Pump", "Seal", "Postage", ""]


def _orders(rows: list[tuple[str, int, str, float]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["Customer ID", "back", "Product", "Order value"])
    return frame.assign(**{"Order date": _DAY - pd.to_timedelta(frame["back"], "D")}).drop(columns="back")


def _of(rows: list[tuple[str, int, str, float]], who: str, *, gone: bool) -> tuple[str, str]:
    tables = wb.read(_orders(rows), as_of=_DAY)
    found = stopped_products.of_accounts(
        tables.ledger, pd.Series([who]), np.array([gone]), currency="EUR", settings=Settings()
    )
    return found.full[0], found.short[0]


def test_a_customer_who_is_gone_is_described_by_what_they_bought_last() -> None:
    rows = [
        *(("A", back, "Hose", 100.0) for back in (500, 470, 440, 410)),
        *(("A", back, "Pump", 900.0) for back in (650, 620, 590, 560)),
        ("A", 410, "Postage", 5000.0),
    ]
    full, short = _of(rows, "A", gone=True)
    assert full == (
        "In their last year they bought Pump (EUR 3,600) and Hose (EUR 400)."
        " The first to go was Pump, last bought on 20 June 2024."
    )
    assert short == "Bought Pump and Hose."


def test_of_a_customer_who_still_buys_only_what_is_missing_is_named() -> None:
    rows = [
        *(("A", back, "Hose", 100.0) for back in range(10, 400, 30)),
        *(("A", back, "Pump", 250.0) for back in (400, 370, 340)),
    ]
    full, short = _of(rows, "A", gone=False)
    assert full == (
        "They still order, but no longer Pump (EUR 750 in the year before), last bought on 26 January 2025."
        " Ask who supplies it now."
    )
    assert short == "No longer buys Pump."
    assert _of([row for row in rows if row[2] == "Hose"], "A", gone=False) == ("", "")


def test_a_remark_that_never_comes_again_is_no_product() -> None:
    rows = [("A", back, f"Invoice of day {back}", 100.0) for back in (500, 470, 440)]
    assert _of(rows, "A", gone=True) == ("", "")


def test_no_amount_is_named_where_a_line_has_none() -> None:
    rows = [("A", back, "Hose", 100.0) for back in (500, 470, 440)] + [("A", 450, "Pump", float("nan"))]
    assert _of(rows, "A", gone=True) == ("In their last year they bought Hose.", "Bought Hose.")


def test_the_column_is_found_and_fills_why_and_the_facts_of_the_account() -> None:
    rows = [("A", back, "Hose", 100.0) for back in (500, 470, 440)]
    rows += [("B", back, "Pump", 100.0) for back in range(1, 400, 20)]
    made = wb.plan(_orders(rows), as_of=_DAY).campaign.set_index("customer_id")
    assert made.loc["A", "stopped_buying"] == "In their last year they bought Hose (300)."
    assert made.loc["A", "why"].endswith("Bought Hose.")


@st.composite
def _ledgers(draw: st.DrawFn) -> list[tuple[str, int, str, float]]:
    row = st.tuples(
        st.sampled_from(["A", "B", "C"]),
        st.integers(0, 900),
        st.sampled_from(_NAMES),
        st.sampled_from([10.0, 250.0, 1234.5, -40.0]),
    )
    return draw(st.lists(row, min_size=3, max_size=60))


@given(_ledgers(), st.booleans())
@settings(max_examples=25, deadline=None)
def test_every_sentence_is_true_of_the_ledger(rows: list[tuple[str, int, str, float]], gone: bool) -> None:
    frame = _orders(rows).rename(
        columns={"Customer ID": "customer_id", "Order date": "order_date", "Order value": "order_value"}
    )
    words = sorted(set(_NAMES) - {""})
    code = np.array([words.index(name) if name else -1 for name in frame["Product"]], dtype=np.int32)
    book = ledger.read(frame, _DAY, products=lambda: (code, words))
    ids = pd.Series(["A", "B", "C", "D"])
    found = stopped_products.of_accounts(
        book, ids, np.full(4, gone), currency="", settings=Settings(own_cadence_order_days=2)
    )
    blank = stopped_products.of_accounts(
        ledger.read(frame, _DAY), ids, np.full(4, gone), currency="", settings=Settings()
    )
    assert not any([*blank.full, *blank.short])
    for who, full, short in zip(ids, found.full, found.short, strict=True):
        assert bool(full) == bool(short)
        mine: Any = frame[(frame["customer_id"] == who)]
        bought = mine[mine["order_value"] > 0]
        assert "Postage" not in full
        for name, amount in re.findall(r"(Hose|Pump|Seal) \(([\d,.]+)", full):
            of_it = bought[bought["Product"] == name]["order_date"]
            end = bought["order_date"].max() if gone else of_it.max()
            year = mine[(mine["Product"] == name) & (mine["order_date"] > end - pd.Timedelta(days=365))]
            assert float(amount.replace(",", "")) == pytest.approx(year["order_value"].sum(), abs=0.5)
        for name, day in re.findall(r"(Hose|Pump|Seal)[^;]*?, last bought on (\d+ \w+ \d{4})", full):
            last = bought[bought["Product"] == name]["order_date"].max()
            assert last == pd.Timestamp(day)
            assert last < bought["order_date"].max()
