"""The backtest says what would have been said at earlier dates, with nothing known of later."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from winback_xl.core.orders import ledger as book
from winback_xl.core.returns import backtest_words, calibration, past_forecasts
from winback_xl.errors import NotEnoughError
from winback_xl.settings import Settings

END = pd.Timestamp("2026-06-30")


def orders(many: int = 300) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    rows = []
    for at in range(many):
        day = pd.Timestamp("2024-01-01") + pd.Timedelta(days=rng.uniform(0, 200))
        gap = rng.uniform(15, 60)
        while day < END:
            rows.append((f"C{at:04d}", day.normalize(), 100.0))
            day += pd.Timedelta(days=rng.gamma(2, gap / 2) + (rng.random() < 0.1) * rng.exponential(300))
    return pd.DataFrame(rows, columns=["customer_id", "order_date", "order_value"])


@pytest.fixture(scope="module")
def ledger():
    return book.read(orders(), END)


def test_said_and_seen_are_of_the_same_customers(ledger, settings):
    found = past_forecasts.run(ledger, settings)
    assert len(found.dates) == 4
    assert found.followed == 180
    assert found.dates["date"].iloc[0] == END - pd.Timedelta(days=180)
    assert found.rates["customers"].sum() == found.dates["silent"].sum()
    assert (
        found.orders["customers"].sum()
        == found.base_rates["customers"].sum()
        == found.dates["customers"].sum()
    )
    assert found.orders["seen"] @ found.orders["customers"] == pytest.approx(found.dates["orders_seen"].sum())
    assert found.rate_error < 0.15


def test_what_is_seen_is_counted_in_the_ledger(ledger, settings):
    found = past_forecasts.run(ledger, settings, dates=1)
    frame, day = orders(), found.dates["date"].iloc[0]
    after = frame[(frame["order_date"] > day) & (frame["order_date"] <= day + pd.Timedelta(days=180))]
    known = frame[frame["order_date"] <= day]["customer_id"].unique()
    counted = after[after["customer_id"].isin(known)].drop_duplicates(["customer_id", "order_date"])
    assert found.dates["orders_seen"].iloc[0] == len(counted)
    assert found.dates["customers"].iloc[0] == len(known)


def test_later_orders_change_nothing_of_what_was_said(settings):
    """Everybody stops on the day of the look back: said is as before, seen is nothing."""
    day = END - pd.Timedelta(days=180)
    frame = orders()
    whole = past_forecasts.run(book.read(frame, END), settings, dates=1)
    one = pd.DataFrame({"customer_id": ["LAST"], "order_date": [END], "order_value": [1.0]})
    cut = past_forecasts.run(
        book.read(pd.concat([frame[frame["order_date"] <= day], one]), END), settings, dates=1
    )
    for name in ("customers", "flagged", "silent", "rate_said"):
        assert whole.dates[name].iloc[0] == pytest.approx(cut.dates[name].iloc[0]), name
    assert whole.dates["orders_said"].iloc[0] == pytest.approx(cut.dates["orders_said"].iloc[0])
    assert cut.dates["orders_seen"].iloc[0] == 0
    assert cut.dates["precision"].iloc[0] == 1


def test_a_limit_is_proposed_only_where_both_ends_agree():
    multiples = [1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0]

    def best(early: float, late: float) -> float:
        hits = {
            name: [0.8 if one == good else 0.6 for one in multiples]
            for name, good in (("a", late), ("b", early))
        }
        return past_forecasts._best(pd.DataFrame({"multiple": multiples, **hits}), 3.0)

    assert best(5.0, 4.0) == 3.5, "halfway to the nearer one"
    assert best(2.0, 2.0) == 2.5
    assert np.isnan(best(5.0, 2.0))
    assert np.isnan(best(3.0, 5.0))
    alone = pd.DataFrame({"multiple": multiples, "a": range(8)})
    assert np.isnan(past_forecasts._best(alone, 3.0))


def test_a_young_ledger_is_refused_with_its_age(settings):
    young = orders(20)
    young = young[young["order_date"] < "2024-04-01"]
    with pytest.raises(NotEnoughError, match="a look back needs 150"):
        past_forecasts.run(book.read(young, pd.Timestamp("2024-03-31")), settings)
    assert past_forecasts.glance(book.read(young, pd.Timestamp("2024-03-31")), settings) is None


def test_the_page_says_how_far_to_trust_each_number(ledger, settings):
    found = past_forecasts.run(ledger, settings)
    said = backtest_words.page(found, settings)
    assert len(said) == 6
    for word, paragraph in zip(
        ("Checked", "Lapse flag", "Lapse limit", "Return rate", "Expected orders"), said, strict=False
    ):
        assert paragraph.startswith(word)


def test_perfect_forecasts_have_no_error():
    said = np.linspace(0, 1, 200)
    table = calibration.tenths(said, said)
    assert calibration.error(table) == pytest.approx(0)
    assert calibration.error(calibration.tenths(said, 1 - said)) == pytest.approx(0.5, abs=0.05)
    assert np.isnan(calibration.error(calibration.tenths(np.zeros(0), np.zeros(0))))


def test_settings_decide_who_was_flagged(ledger):
    few = past_forecasts.run(ledger, Settings(limit_multiple=6.0), dates=1).dates["flagged"].iloc[0]
    many = past_forecasts.run(ledger, Settings(limit_multiple=2.0), dates=1).dates["flagged"].iloc[0]
    assert few < many
