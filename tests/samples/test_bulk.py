"""The large ledger: exact in size, the same for the same seed, and of a shape that the models can be fitted to."""

from __future__ import annotations

import pandas as pd

from winback_xl import samples
from winback_xl.inputs.headings import match
from winback_xl.schema.columns import ORDERS


def test_rows_and_customers_are_as_many_as_asked_for():
    made = samples.ledger(20_000, 3_000)
    assert len(made) == 20_000
    assert made["Customer No"].nunique() == 3_000
    assert made["Document No"].is_unique
    assert made["Order Date"].is_monotonic_increasing
    assert made["Customer No"].str.fullmatch(r"C\d{6}").all()
    assert made["Document No"].iloc[12_345] == "D00012345"


def test_the_same_seed_makes_the_same_ledger_and_another_does_not():
    pd.testing.assert_frame_equal(samples.ledger(2_000, 300), samples.ledger(2_000, 300))
    assert not samples.ledger(2_000, 300).equals(samples.ledger(2_000, 300, seed=8))


def test_rates_differ_between_customers_far_more_than_chance():
    """Gamma rates: the variance of the counts is many times their mean; Poisson's would be the mean."""
    count = samples.ledger(50_000, 5_000)["Customer No"].value_counts()
    assert count.var() > 5 * count.mean()


def test_credit_notes_and_only_they_are_negative():
    made = samples.ledger(20_000, 3_000)
    credit = made["Document type"] == "Credit note"
    assert 0.01 < credit.mean() < 0.03
    assert (made.loc[credit, "Net amount"] < 0).all()
    assert (made.loc[~credit, "Net amount"] > 0).all()


def test_every_customer_may_have_exactly_one_row():
    made = samples.ledger(500, 500)
    assert made["Customer No"].is_unique


def test_its_headings_are_understood():
    sources, issues = match(list(samples.ledger(10, 5).columns), ORDERS)
    assert not issues
    assert set(sources) == {"customer_id", "order_date", "order_value", "order_id", "kind"}
