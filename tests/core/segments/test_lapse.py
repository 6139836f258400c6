"""Own cadence, lapse limit and status."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winback_xl.core.orders import customer_history
from winback_xl.core.orders.ledger import read as read_ledger
from winback_xl.core.segments import lapse
from winback_xl.schema.columns import LISTS
from winback_xl.settings import Settings


def frame(*rows: tuple[int, float, float], cadence: float = 20.0, limit: float = 90.0) -> pd.DataFrame:
    """History of customers given as order days, median gap, days since the last order."""
    known = pd.DataFrame(rows, columns=["order_days", "gap_median", "days_since"])
    known.attrs = {"population_cadence": cadence, "population_limit": limit}
    return known


def status_of(days_since: float, *, gap: float = 40.0, **changed: object) -> str:
    """Status of a customer with five order days."""
    return lapse.rate(frame((5, gap, days_since)), Settings(**changed))["status"].iloc[0]


@pytest.mark.parametrize(
    ("silent", "expected"),
    [
        (0, "Active"), (60, "Active"), (61, "Due"), (80, "Due"), (81, "At risk"), (120, "At risk"),
        (121, "Lapsed"), (240, "Lapsed"), (241, "Cold"), (5000, "Cold"),
    ],
)  # fmt: skip
def test_the_status_follows_the_multiples_of_the_own_cadence(silent, expected):
    """Cadence 40: Active to 60, Due to 80, At risk to 120, Lapsed to 240 days, then Cold."""
    assert status_of(silent) == expected


def test_two_silent_years_are_cold_for_everybody():
    assert status_of(730, gap=500) == "Active"
    assert status_of(731, gap=500) == "Cold"


def test_nobody_lapses_in_less_than_the_floor():
    """Cadence 7: three gaps are 21 days, but the limit is 30."""
    rated = lapse.rate(frame((9, 7.0, 30.0)), Settings())
    assert rated.loc[0, ["limit", "status", "lapse_ratio"]].tolist() == [30.0, "At risk", 1.0]


def test_too_few_order_days_borrow_the_rhythm_of_the_typical_customer():
    rated = lapse.rate(frame((1, np.nan, 91.0), (2, 500.0, 91.0), (3, 500.0, 91.0)), Settings())
    assert rated["cadence_basis"].tolist() == ["typical customer", "typical customer", "own"]
    assert rated["cadence"].tolist() == [20, 20, 500]
    assert rated["limit"].tolist() == [90, 90, 1500]
    assert rated["status"].tolist() == ["Lapsed", "Lapsed", "Active"]


def test_nobody_is_due_and_lapsed_at_once_where_all_gaps_are_alike():
    """All gaps 30 days: the 90% quantile is 30 too, but a customer is Due until two gaps."""
    rated = lapse.rate(frame((1, np.nan, 60.0), (1, np.nan, 61.0), cadence=30.0, limit=30.0), Settings())
    assert rated["limit"].tolist() == [60, 60]
    assert rated["status"].tolist() == ["Due", "Lapsed"]


def test_without_any_gap_the_fixed_window_is_the_limit():
    known = frame((1, np.nan, 183.0), (1, np.nan, 184.0), cadence=np.nan, limit=np.nan)
    rated = lapse.rate(known, Settings())
    assert rated["cadence_basis"].tolist() == ["none", "none"]
    assert rated["cadence"].isna().all()
    assert rated["limit"].tolist() == [183, 183]
    assert rated["status"].tolist() == ["At risk", "Lapsed"]


def test_the_fixed_mode_has_one_limit_for_all():
    """Article 001: all who bought before, but not in the last six months."""
    known = frame(
        (5, 10.0, 184.0),
        (5, 10.0, 183.0),
        (5, 300.0, 184.0),
        (1, np.nan, 10.0),
        (5, 10.0, 10.0),
        (5, 10.0, 400.0),
    )
    rated = lapse.rate(known, Settings(lapse_mode="fixed"))
    assert rated["limit"].eq(183).all()
    assert rated["status"].tolist() == ["Lapsed", "At risk", "Lapsed", "Active", "Active", "Cold"]
    assert rated["cadence"].tolist() == [10, 10, 300, 20, 10, 10]


def test_a_customer_without_an_order_has_no_status():
    rated = lapse.rate(frame((0, np.nan, np.nan)), Settings()).iloc[0]
    assert (rated["status"], rated["cadence_basis"]) == ("", "none")
    assert rated[["cadence", "limit", "lapse_ratio"]].isna().all()


def test_no_customers_give_no_rows():
    known = customer_history.summarise(
        read_ledger(
            pd.DataFrame({"customer_id": [], "order_date": pd.to_datetime([])}), pd.Timestamp("2026-01-01")
        ),
        settings=Settings(),
    )
    assert lapse.rate(known, Settings()).empty


@given(
    st.floats(1, 400),
    st.integers(3, 50),
    st.floats(0, 2000),
    st.floats(0, 2000),
    st.sampled_from(["cadence", "fixed"]),
)
def test_a_longer_silence_never_gives_a_better_status(gap, order_days, one, other, mode):
    rated = lapse.rate(
        frame((order_days, gap, min(one, other)), (order_days, gap, max(one, other))),
        Settings(lapse_mode=mode),
    )
    worse = [LISTS["Status"].index(status) for status in rated["status"]]
    assert worse[0] <= worse[1]


@given(st.floats(1, 400), st.floats(0, 2000))
def test_lapsed_and_cold_are_exactly_who_is_over_the_limit_or_two_years(gap, silent):
    rated = lapse.rate(frame((5, gap, silent)), Settings()).iloc[0]
    assert (rated["status"] in {"Lapsed", "Cold"}) == (rated["lapse_ratio"] > 1 or silent > 730)


# -- Real data: who will not order again? --------------------------------------------------------------------


def _cdnow(data_dir) -> pd.DataFrame:
    names = ["master", "customer_id", "order_date", "discs", "order_value"]
    types = {"customer_id": "str", "order_date": "str"}
    orders = pd.read_csv(data_dir / "cdnow/CDNOW_sample.txt", sep=r"\s+", names=names, dtype=types)
    return orders.assign(order_date=pd.to_datetime(orders["order_date"]))


def _f1(orders: pd.DataFrame, settings: Settings, as_of: pd.Timestamp) -> float:
    """How well "over the limit" tells on a day who orders no more in the rest of the ledger."""
    known = customer_history.summarise(read_ledger(orders, as_of), settings=settings)
    flagged = lapse.rate(known, settings)["lapse_ratio"] > 1
    later = orders[(orders["order_date"] > as_of) & (orders["order_value"] > 0)]
    gone = ~known["customer_id"].isin(later["customer_id"])
    bought = known["order_days"] > 0
    return 2 * (flagged & gone & bought).sum() / (flagged.sum() + (gone & bought).sum())


@pytest.mark.data
def test_the_own_rhythm_finds_lapses_better_than_six_months_on_cdnow(data_dir):
    """Measured here on the 1/10 sample (2,349 who paid), 1997-09-30: F1 .845 against .834.

    On all 23,500 customers it is .844 against .829.
    """
    orders, as_of = _cdnow(data_dir), pd.Timestamp("1997-09-30")
    own, fixed = (_f1(orders, Settings(lapse_mode=mode), as_of) for mode in ("cadence", "fixed"))
    assert (round(own, 3), round(fixed, 3)) == (0.845, 0.834)


@pytest.mark.data
def test_the_typical_gap_of_cdnow_is_what_was_measured(data_dir):
    known = customer_history.summarise(
        read_ledger(_cdnow(data_dir), pd.Timestamp("1997-09-30")), settings=Settings()
    )
    assert known.attrs == {"population_cadence": 27.0, "population_limit": 128.0, "ledger_days": 273.0}
