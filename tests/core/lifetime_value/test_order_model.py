"""Small and steady ledgers get a model that they can carry."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from winback_xl.core.lifetime_value import bg_nbd, customer_value, nbd, order_model
from winback_xl.core.orders.ledger import read as read_ledger
from winback_xl.core.segments import segment_table
from winback_xl.errors import NotEnoughError


def buyers(many: int, stop: float, seed: int, weeks: float = 60.0):
    """Return x, tx, T of customers who order at their own rate and stop after an order with a chance of ``stop``."""
    rng = np.random.default_rng(seed)
    found, later = [], []
    for _ in range(many):
        end = rng.uniform(0.5, 1) * weeks
        rate, day, count, last, after = rng.gamma(1.2, 0.15), 0.0, 0, 0.0, 0
        while True:
            day += rng.exponential(1 / max(rate, 1e-3))
            if day > end + 26:
                break
            if day <= end:
                count, last = count + 1, day
            else:
                after += 1
            if rng.random() < stop:
                break
        found.append((float(count), last, end))
        later.append(after)
    x, tx, end = np.array(found).T
    return x, tx, end, np.array(later)


@pytest.mark.parametrize("stop", [0.0, 0.15, 0.35])
def test_small_ledgers_expect_about_what_comes(stop):
    """The median over 40 ledgers of 30 to 100 customers lies within a quarter of what came."""
    ratios = []
    for seed in range(40):
        x, tx, end, later = buyers(30 + 2 * seed, stop, seed)
        model, _ = order_model.choose(x, tx, end, 40)
        ratios.append(model.expected(26.0, x, tx, end).sum() / max(later.sum(), 1))
    assert 0.75 < np.median(ratios) < 1.25


def test_where_nobody_stops_the_boundary_is_the_answer():
    x, tx, end, _ = buyers(400, 0.0, 3)
    model, stated = order_model.choose(x, tx, end, 40)
    stopping = isinstance(model, bg_nbd.BgNbd)
    assert not stopping or model.a / (model.a + model.b) < 0.02
    assert "nobody seems to stop" in stated or stopping
    assert nbd.fit(x, end).expected(52.0, x, tx, end).sum() == pytest.approx(52 * (x / end).sum(), rel=0.1)


def test_one_time_buyers_of_last_month_are_not_taken_for_monthly_buyers(settings):
    """39 customers with one order in October and one monthly buyer: few orders are expected of the 39."""
    rows = [(f"N{at}", f"2026-10-{20 + at % 9}", 100.0) for at in range(39)]
    rows += [("M", f"2026-{month:02}-05", 100.0) for month in range(1, 11)]
    ledger = pd.DataFrame(rows, columns=["customer_id", "order_date", "order_value"])
    ledger["order_date"] = pd.to_datetime(ledger["order_date"])
    found = segment_table.build(read_ledger(ledger, pd.Timestamp("2026-10-31")), settings=settings).table
    expected = found.set_index("customer_id")["expected_orders"]
    assert expected.drop("M").max() < 3
    assert expected["M"] > expected.drop("M").max()


def test_the_clearly_likelier_model_is_taken():
    """In one ledger many stop after their first order, as only the MBG/NBD model knows."""
    rng = np.random.default_rng(8)
    x, tx, end, _ = buyers(1500, 0.1, 5, weeks=150)
    gone = rng.random(1500) < 0.5
    x, tx = np.where(gone, 0.0, x), np.where(gone, 0.0, tx)
    model, stated = order_model.choose(x, tx, end, 40)
    assert isinstance(model, bg_nbd.BgNbd)
    assert model.from_first
    assert stated.startswith("MBG/NBD model (Batislam, Denizel & Filiztekin 2007)")


@pytest.mark.data
def test_mbg_nbd_meets_the_published_fit_of_cdnow(data_dir):
    """lifetimes 0.11.3 on the 2,357 customers: r .524838, alpha 6.182988, a .891356, b 1.614000."""
    table = pd.read_csv(data_dir / "cdnow" / "cdnow_customers_summary_with_transactions.csv")
    model = bg_nbd.fit(table["x"], table["t_x"], table["T"], from_first=True)
    assert (model.r, model.alpha, model.a, model.b) == pytest.approx(
        (0.524838, 6.182988, 0.891356, 1.614), rel=1e-4
    )
    assert model.p_alive([0, 2, 1], [0, 30.43, 1.71], [39, 38.86, 38.86]) == pytest.approx(
        [0.389329, 0.706126, 0.170820], abs=1e-4
    )


def test_without_any_repeat_order_there_is_no_model():
    with pytest.raises(NotEnoughError, match="Nobody ordered on two or more days"):
        order_model.choose(np.zeros(5), np.zeros(5), np.ones(5), 40)


def test_a_young_account_is_carried_on_to_a_year_and_an_old_one_is_not(settings):
    days = pd.to_datetime(["2026-01-01", "2026-01-01", "2024-01-01", "2026-03-01"])
    last = pd.to_datetime(["2026-03-31", "2026-01-05", "2026-03-31", "2026-03-01"])
    frame = pd.DataFrame(
        {"annual_revenue": 1000.0, "order_days": [13, 2, 30, 1], "first_order": days, "last_order": last}
    )
    weekly, twice, old, once = customer_value.run_rate(frame, settings)
    assert 3000 < weekly < 3500
    assert 1000 < twice < 2000, "two orders in a week are little to go by"
    assert old == once == 1000


def test_who_came_back_once_and_is_silent_again_is_kept_less(settings):
    frame = pd.DataFrame(
        {
            "last_gap": [200.0, 200.0, 20.0],
            "limit": [90.0, 90.0, 90.0],
            "status": ["Cold", "Active", "Lapsed"],
        }
    )
    again = customer_value.relapsed(frame)
    assert again.tolist() == [True, False, False]
    worth = customer_value.future_margin(1000.0, 0.3, settings, again)
    assert worth[0] < worth[1] == worth[2]
    assert worth[0] == pytest.approx(300 * customer_value.annuity(3, 0.1, 0.5))


def test_what_is_at_risk_was_bought_and_only_the_run_rate_is_carried_on(settings):
    days = pd.date_range("2026-03-09", periods=5, freq="8D")
    orders = pd.DataFrame({"customer_id": "C1", "order_date": days, "order_value": 1_300.0})
    found = segment_table.build(
        read_ledger(orders, pd.Timestamp("2026-12-01")), settings=settings
    ).table.iloc[0]
    assert found["annual_revenue"] == found["revenue"] == 6_500
    assert found["run_rate"] > 10_000
    assert found["future_margin"] == pytest.approx(
        customer_value.future_margin([found["run_rate"]], [np.nan], settings)[0], abs=0.01
    )


@pytest.mark.parametrize("many", [12, 60])
def test_where_a_third_missed_four_orders_in_a_row_it_is_not_said_that_nobody_stops(many):
    """Contracts by the quarter: 16 orders each, but every third one ended a year ago and was expected to go on."""
    x = np.where(np.arange(many) % 3 == 0, 11.0, 15.0)
    tx, whole = 13 * x, np.full(many, 13 * 15 + 1.0)
    model, stated = order_model.choose(x, tx, whole, 30)
    assert "nobody seems to stop" not in stated
    gone, there = model.expected(52.0, x, tx, whole)[[0, 1]]
    assert gone < 0.8 * there
    _, stated = order_model.choose(np.full(many, 15.0), np.full(many, 195.0), whole, 30)
    assert "nobody seems to stop" in stated
