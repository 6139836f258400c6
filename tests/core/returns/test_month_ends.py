"""Statuses and levels at earlier month ends are what the product would have said on that day."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from tests import desk
from winback_xl.core.orders import customer_history
from winback_xl.core.orders import ledger as ledgers
from winback_xl.core.orders.order_days import SortedGaps
from winback_xl.core.returns import month_ends
from winback_xl.core.segments import segment_table
from winback_xl.schema.columns import LISTS
from winback_xl.settings import Settings

if TYPE_CHECKING:
    from winback_xl.core.orders.ledger import Ledger


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    return desk.tables().ledger.table


def test_sorted_gaps_give_the_rhythm_of_every_earlier_day(orders: pd.DataFrame) -> None:
    days = ledgers.read(orders, desk.AS_OF).order_days
    gaps = SortedGaps.of(days)
    for day in np.quantile(days.day, [0.02, 0.4, 0.7, 1]).astype(int).tolist():
        known = days.until(day)
        plain = known.rhythm(day, Settings())
        quick = known.rhythm(day, Settings(), gaps, plain.attrs)
        assert plain.attrs == quick.attrs
        for name, values in plain.columns.items():
            np.testing.assert_array_equal(values, quick[name], err_msg=name)


def judged(ledger: Ledger, population: dict[str, float], settings: Settings) -> pd.DataFrame:
    """Return status and level of a plan of that day, by the typical customer of another."""
    summary = customer_history.summary(ledger, settings=settings)
    summary = replace(
        summary,
        attrs={
            **summary.attrs,
            **{name: population[name] for name in ("population_cadence", "population_limit")},
        },
    )
    known = segment_table.with_levels(summary.frame(), summary, settings=settings, customers=None)
    return known[known["order_days"] > 0]


def test_each_month_end_counts_what_a_plan_of_that_day_would_have_counted(orders: pd.DataFrame) -> None:
    settings = Settings()
    today = ledgers.read(orders, desk.AS_OF)
    built = segment_table.build(today, settings=settings)
    months = month_ends.build(today, built.history, None, settings)
    assert len(months) == month_ends.MONTHS + 1
    assert months["month"].iloc[-1] == desk.AS_OF
    statuses = {}
    for row in months.to_dict("records"):
        then = judged(ledgers.read(orders, row["month"]), built.history.attrs, settings)
        assert {word: row[word] for word in LISTS["Status"]} == {
            word: (then["status"] == word).sum() for word in LISTS["Status"]
        }
        statuses[row["month"]] = then.set_index("customer_id")["status"]
        counted = {word: (then["level"] == word).sum() for word in LISTS["Level"]}
        assert row[LISTS["Level"][0]] == counted[LISTS["Level"][0]]  # who is fond of us is taken from today
    was, now = statuses[desk.AS_OF - pd.offsets.MonthEnd(1)], statuses[desk.AS_OF]
    assert was.reindex(now.index).fillna("").tolist() == built.table["status_before"].tolist()
    quiet = now.isin(["Lapsed", "Cold"])
    was = was.reindex(now.index)
    last = months.iloc[-1]
    assert last["went_quiet"] == (quiet & was.isin(["Active", "Due", "At risk"])).sum() > 0
    assert last["came_back"] == (~quiet & was.isin(["Lapsed", "Cold"])).sum()
    assert last["new"] == was.isna().sum()


def test_the_last_row_is_the_segments_of_today() -> None:
    plan = desk.built()
    last = plan.retention.months.iloc[-1]
    for column in ("Status", "Level"):
        for word in LISTS[column]:
            assert last[word] == (plan.segments[column.lower()] == word).sum(), word


def test_a_ledger_of_a_few_days_has_only_today(orders: pd.DataFrame) -> None:
    first = orders["order_date"].min().to_period("M").end_time.normalize() - pd.Timedelta(days=1)
    ledger = ledgers.read(orders[orders["order_date"] <= first], first)
    built = segment_table.build(ledger, settings=Settings())
    months = month_ends.build(ledger, built.history, None, Settings())
    assert len(months) == 1
    assert months[["new", "went_quiet", "came_back"]].isna().all(axis=None)
    assert set(built.table["status_before"]) == {""}


def test_the_first_year_of_a_ledger_shows_no_trend() -> None:
    """Nobody can be quiet when a ledger begins: "from 0% to 28%" was only its beginning."""
    days = pd.date_range("2025-01-10", "2026-04-20", freq="10D")
    table = pd.DataFrame({"customer_id": "A", "order_date": days, "order_value": 100.0})
    ledger = ledgers.read(table, pd.Timestamp("2026-04-25"))
    built = segment_table.build(ledger, settings=Settings())
    shown = month_ends.build(ledger, built.history, None, Settings())["month"]
    assert shown.dt.strftime("%Y-%m-%d").tolist() == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-25"]


def test_a_customer_without_an_order_counts_in_no_month() -> None:
    table = pd.DataFrame(
        {
            "customer_id": ["A", "A", "B"],
            "order_date": pd.to_datetime(["2025-01-05", "2026-03-05", "2026-02-05"]),
            "order_value": [100.0, 100.0, -20.0],
        }
    )
    ledger = ledgers.read(table, pd.Timestamp("2026-03-31"))
    built = segment_table.build(ledger, settings=Settings())
    months = month_ends.build(ledger, built.history, None, replace(Settings()))
    assert months[list(LISTS["Status"])].sum(axis=1).tolist() == [1, 1, 1]
    assert built.table.set_index("customer_id").loc["B", "status_before"] == ""
