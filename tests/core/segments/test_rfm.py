"""RFM reproduces the published scores, and scores what is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winback_xl.core.orders import customer_history
from winback_xl.core.orders.ledger import read as read_ledger
from winback_xl.core.segments import rfm
from winback_xl.settings import Settings

numbers = st.lists(
    st.tuples(st.integers(0, 900), st.integers(0, 9), st.integers(-50, 900)), min_size=1, max_size=40
)


def frame(rows: list[tuple[float, int, float]]) -> pd.DataFrame:
    """History with the three measures only."""
    known = pd.DataFrame(rows, columns=["days_since", "orders", "revenue"])
    known["days_since"] = known["days_since"].where(known["orders"] > 0, np.nan)
    return known


@pytest.fixture(scope="module")
def published(data_dir) -> pd.DataFrame:
    """Scores of the sample data of the R package, as of its documented analysis date."""
    orders = pd.read_csv(data_dir / "rfm_r/rfm_data_orders.csv", parse_dates=["order_date"])
    orders = orders.rename(columns={"revenue": "order_value"})
    known = customer_history.summarise(read_ledger(orders, pd.Timestamp("2006-12-31")), settings=Settings())
    scores = rfm.score(known)
    rated = pd.concat([known, scores], axis=1).set_index("customer_id")
    rated.attrs = scores.attrs
    return rated


@pytest.mark.data
@pytest.mark.parametrize(
    ("customer", "days", "orders", "revenue", "expected"),
    [
        ("Abbey O'Reilly", 205, 6, 472, "343"),
        ("Add Senger", 140, 3, 340, "412"),
        ("Aden Lesch", 194, 4, 405, "323"),
        ("Aden Murphy", 98, 7, 596, "544"),
        ("Admiral Senger", 132, 5, 448, "433"),
    ],
)
def test_the_published_customers_have_the_published_scores(
    published, customer, days, orders, revenue, expected
):
    """Source: R package rfm (rsquaredacademy, MIT), rfm_table_order(rfm_data_orders, 2006-12-31)."""
    row = published.loc[customer]
    assert (row["days_since"], row["orders"], row["revenue"], row["rfm"]) == (days, orders, revenue, expected)


@pytest.mark.data
def test_the_cuts_are_the_published_cuts(published):
    """Source: as above; 995 customers."""
    assert len(published) == 995
    assert published.attrs["cuts"] == {
        "recency": pytest.approx([115, 181, 297.4, 482]),
        "frequency": pytest.approx([4, 5, 6, 8]),
        "monetary": pytest.approx([255.8, 382, 506.4, 666]),
    }


@pytest.mark.data
def test_the_published_segment_of_champions_comes_out(published):
    """Source: as above, rfm_segment with all three scores 4 or 5: 158 customers, 1,234 orders, 120,178."""
    best = published[(published[["recency_score", "frequency_score", "monetary_score"]] >= 4).all(axis=1)]
    assert (len(best), best["orders"].sum(), best["revenue"].sum()) == (158, 1234, 120178)


def test_a_ledger_without_values_has_no_monetary_score():
    known = frame([(10, 3, 1), (90, 1, 1)]).assign(revenue=np.nan)
    scored = rfm.score(known, bins=2)
    assert scored["rfm"].tolist() == ["22-", "11-"]
    assert scored["monetary_score"].isna().all()


def test_a_customer_without_an_order_has_no_scores_and_moves_no_cut():
    bought = [(10, 3, 100), (90, 1, 20), (40, 2, 60)]
    scored = rfm.score(frame([*bought, (0, 0, -500)]))
    assert scored["rfm"].tolist() == [*rfm.score(frame(bought))["rfm"], ""]


def test_equal_customers_have_equal_scores():
    assert rfm.score(frame([(10, 3, 100)] * 7))["rfm"].tolist() == ["511"] * 7


@given(numbers, st.integers(2, 9))
def test_scores_follow_the_measure_and_stay_in_the_bins(rows, bins):
    known = frame(rows)
    scored = rfm.score(known, bins=bins)
    bought = known["orders"] > 0
    for measure, column, sign in (
        ("recency", "days_since", -1),
        ("frequency", "orders", 1),
        ("monetary", "revenue", 1),
    ):
        points = scored.loc[bought, f"{measure}_score"]
        assert points.between(1, bins).all()
        ranked = points.to_numpy()[np.argsort(sign * known.loc[bought, column].to_numpy(), kind="stable")]
        assert (np.diff(ranked) >= 0).all()
    assert scored.loc[~bought, "rfm"].eq("").all()
    assert scored.loc[bought, "rfm"].str.len().eq(3).all()


@given(numbers, st.randoms(use_true_random=False))
def test_the_order_of_the_customers_does_not_matter(rows, random):
    known = frame(rows)
    order = random.sample(range(len(known)), len(known))
    shuffled = rfm.score(known.iloc[order].reset_index(drop=True))
    assert shuffled["rfm"].tolist() == rfm.score(known)["rfm"].iloc[order].tolist()
