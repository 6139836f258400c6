"""The year to the last order holds as many orders as a year does, whatever week the fiscal year begins in."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from winback_xl.core.lifetime_value import customer_value
from winback_xl.core.orders import customer_history, ledger


def one(days: pd.DatetimeIndex, as_of: pd.Timestamp, settings) -> pd.Series:
    orders = pd.DataFrame({"customer_id": "A", "order_date": days, "order_value": 100.0})
    return customer_history.summarise(ledger.read(orders, as_of), settings=settings).iloc[0]


@pytest.mark.parametrize("weeks", [1, 2, 4, 13, 26, 52])
def test_orders_by_the_week_make_a_year_of_whole_cycles(weeks, settings):
    """Every 13 weeks made 5 orders a year, every 52 weeks 2: annual revenue was a quarter, or twice, too high."""
    days = pd.date_range("2020-12-28", "2026-06-30", freq=f"{7 * weeks}D")  # across the 53 weeks of 2020
    found = one(days, pd.Timestamp("2026-07-01"), settings)
    assert found["annual_revenue"] == 100.0 * 52 / weeks
    assert found["annual_revenue"] == pytest.approx(100.0 * 365.25 / (7 * weeks), rel=0.004)


@pytest.mark.parametrize(("months", "orders"), [(1, 12), (3, 4), (6, 2), (12, 1)])
@pytest.mark.parametrize("day", ["2024-02-29", "2024-12-31", "2025-03-01"])
def test_orders_by_the_month_do_too_with_a_leap_day_and_without(months, orders, day, settings):
    days = pd.DatetimeIndex(
        [pd.Timestamp(day) + pd.DateOffset(months=months * k) for k in range(1 - 40 // months, 1)]
    )
    found = one(days, pd.Timestamp("2026-07-01"), settings)
    assert found["annual_revenue"] == 100.0 * orders


def test_the_run_rate_of_regular_buyers_is_what_they_buy_a_year(settings):
    """On simulated contracts the mean run rate over the true revenue of a year: 1.0 to 1.07, by 13 or 52 weeks too."""
    for weeks in (4, 13, 26, 52):
        starts = pd.Timestamp("2022-01-03") + pd.to_timedelta(np.arange(40) * 7, unit="D")
        rows = [
            (f"C{at}", day, 100.0)
            for at, start in enumerate(starts)
            for day in pd.date_range(start, "2026-06-01", freq=f"{7 * weeks}D")
        ]
        frame = pd.DataFrame(rows, columns=["customer_id", "order_date", "order_value"])
        known = customer_history.summarise(ledger.read(frame, pd.Timestamp("2026-06-10")), settings=settings)
        found = customer_value.run_rate(known, settings).mean() / (100.0 * 365.25 / (7 * weeks))
        assert found == pytest.approx(1.0, abs=0.07)
