"""Time that passes: more orders, the old ones kept, and some of the lost back."""

from __future__ import annotations

import pandas as pd
import pytest

from winback_xl import samples
from winback_xl.errors import OutOfRangeError


@pytest.fixture(scope="module")
def sample():
    return samples.make()


def test_old_rows_stay_and_new_ones_lie_between_the_two_days(sample):
    later = samples.weeks_later(sample, 28)
    before, new = later.orders.iloc[: len(sample.orders)], later.orders.iloc[len(sample.orders) :]
    pd.testing.assert_frame_equal(
        before.drop(columns="Ship date"), sample.orders.drop(columns="Ship date"), check_dtype=False
    )
    assert list(new.columns) == list(sample.orders.columns)
    assert new["Order Date"].min() > sample.as_of
    assert new["Order Date"].max() <= later.as_of
    assert later.as_of == sample.as_of + pd.Timedelta(days=28)
    assert not set(new["Document No"]) & set(before["Document No"])


def test_a_longer_wait_holds_the_orders_of_a_shorter_one(sample):
    short, long = samples.weeks_later(sample, 14).orders, samples.weeks_later(sample, 56).orders
    pd.testing.assert_frame_equal(
        long.iloc[: len(short)].drop(columns="Ship date"), short.drop(columns="Ship date")
    )
    pd.testing.assert_frame_equal(short, samples.weeks_later(sample, 14).orders)


def test_the_business_goes_on_as_before(sample):
    """Four weeks sell about as much as four weeks before did."""
    new = samples.weeks_later(sample, 28).orders.iloc[len(sample.orders) :]
    last = sample.orders[sample.orders["Order Date"] > sample.as_of - pd.Timedelta(days=28)]
    assert 0.6 < new["Net amount"].sum() / last["Net amount"].sum() < 1.5


def test_some_of_the_long_silent_return_but_few(sample):
    """Of those who bought often and have been silent for more than half a year."""
    bought = sample.orders.groupby("Customer No")["Order Date"].agg(["max", "nunique"])
    lost = (bought["max"] < sample.as_of - pd.Timedelta(days=200)) & (bought["nunique"] > 12)
    silent = set(bought.index[lost])
    back = silent & set(samples.weeks_later(sample, 120).orders.iloc[len(sample.orders) :]["Customer No"])
    assert 0.05 < len(back) / len(silent) < 0.4


def test_open_orders_have_shipped_meanwhile_and_nothing_ships_in_the_future(sample):
    later = samples.weeks_later(sample, 28)
    was_open = sample.orders["Ship date"].isna() & sample.orders["Required date"].notna()
    assert was_open.sum() > 0
    assert later.orders.iloc[: len(sample.orders)]["Ship date"][was_open].notna().mean() > 0.9
    assert later.orders["Ship date"].max() <= later.as_of


def test_a_second_wait_follows_the_first(sample):
    twice = samples.weeks_later(samples.weeks_later(sample, 14), 14)
    assert twice.as_of == samples.weeks_later(sample, 28).as_of
    assert twice.orders["Order Date"].max() <= twice.as_of
    sold = twice.orders[twice.orders["Line"] == 10].drop_duplicates()
    assert sold["Document No"].is_unique


@pytest.mark.parametrize("days", [0, 367])
def test_waits_out_of_bounds_are_refused(sample, days):
    with pytest.raises(OutOfRangeError, match="days later cannot be made"):
        samples.weeks_later(sample, days)
