"""What people typed is held against the orders of the ledger, and stays as it was typed."""

from __future__ import annotations

import pandas as pd
import pytest

from winback_xl.core.orders.ledger import read as read_ledger
from winback_xl.core.outcomes import against_ledger
from winback_xl.settings import Settings

SETTINGS = Settings(currency="EUR")
LISTED = pd.Timestamp("2026-01-01")
LEDGER = read_ledger(
    pd.DataFrame(
        {
            "customer_id": ["A", "B", "C", "Z"],
            "order_date": pd.to_datetime(["2026-01-21", "2026-01-22", "2026-01-23", "2026-01-31"]),
            "order_value": [1509.02, 422.59, 100.0, 1.0],
        }
    ),
    pd.Timestamp("2026-02-01"),
)


def found(**cells: object) -> tuple[str, ...]:
    row = {
        "customer_id": "A",
        "customer": "Ann",
        "outcome": "Won",
        "won_date": None,
        "won_revenue": None,
        "listed_on": LISTED,
    }
    return against_ledger.find(pd.DataFrame([{**row, **cells}]), settings=SETTINGS, ledger=LEDGER).entries


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (
            {"won_revenue": 2500.5},
            "won revenue of Ann is typed as EUR 2,501, the ledger has EUR 1,509 since it was listed",
        ),
        ({"customer_id": "Q", "customer": ""}, "Q is typed as Won without an order since it was listed"),
        ({"customer_id": "B", "outcome": "Lost"}, "Ann is typed as Lost and ordered on 2026-01-22"),
        ({"customer_id": "B", "outcome": "Warm-lost"}, "Ann is typed as Warm-lost and ordered on 2026-01-22"),
    ],
)
def test_an_entry_that_the_ledger_contradicts_is_named(cells, said):
    assert found(**cells) == (said,)


@pytest.mark.parametrize(
    "cells",
    [
        {"won_revenue": 1510.0},
        {"won_revenue": 900.0},
        {"won_revenue": "soon"},
        {"outcome": "Open", "won_revenue": 9000.0},
        {"customer_id": "Q", "outcome": "Lost"},
        {"customer_id": "Q", "won_date": pd.Timestamp("2026-02-03")},
        {"won_revenue": 9000.0, "won_date": pd.Timestamp("2026-12-03")},
        {"customer_id": "Q", "listed_on": pd.Timestamp("2026-02-01")},
        {"customer_id": "Q", "listed_on": None},
    ],
)
def test_what_agrees_or_cannot_be_known_yet_is_not_named(cells):
    assert found(**cells) == ()


def test_all_entries_are_counted_in_one_sentence_and_one_finding():
    rows = pd.DataFrame(
        {"customer_id": ["B"] * 5, "customer": list("KLMNO"), "outcome": "Lost", "listed_on": LISTED}
    )
    differ = against_ledger.find(rows, settings=SETTINGS, ledger=LEDGER)
    assert differ.sentence.startswith(
        "5 entries differ from the ledger: K is typed as Lost and ordered on 2026-01-22; "
    )
    assert differ.sentence.endswith("; and 2 more.")
    (issue,) = differ.issues
    assert all(f"{name} is typed" in issue.what for name in "KLMNO")
    assert against_ledger.find(rows.assign(outcome="Open"), settings=SETTINGS, ledger=LEDGER).issues == ()


def test_before_any_later_order_nothing_is_compared():
    rows = pd.DataFrame({"customer_id": ["A"], "outcome": "Won", "listed_on": LISTED})
    assert against_ledger.find(rows, settings=SETTINGS).sentence == ""
