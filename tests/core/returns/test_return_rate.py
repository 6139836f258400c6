"""Return rates are learned from the ledger's own past, and hold on later month ends."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from tests.bench import return_odds
from tests.bench.ledgers import load
from winback_xl.core.orders import ledger as book
from winback_xl.core.returns import past_states, return_rate
from winback_xl.core.returns.past_states import SILENT

if TYPE_CHECKING:
    from winback_xl.settings import Settings

START = pd.Timestamp("2024-01-01")
AS_OF = pd.Timestamp("2025-12-31")
END = pd.Timestamp("2026-06-30")


def orders(many: int, back: float, seed: int = 1) -> pd.DataFrame:
    """Customers who buy every month, pause now and then, and come back from a pause with a chance of ``back`` a month."""
    rng = np.random.default_rng(seed)
    rows = []
    for at in range(many):
        day = START + pd.Timedelta(days=rng.uniform(0, 60))
        while day < END:
            rows.append((f"C{at:04d}", day.normalize(), 100.0))
            pause = rng.random() < 0.15
            day += pd.Timedelta(days=90 + 30 * rng.geometric(back) if pause else rng.uniform(20, 40))
    return pd.DataFrame(rows, columns=["customer_id", "order_date", "order_value"])


def silent_ones(frame: pd.DataFrame, settings: Settings):
    """Return who was silent on the as-of day, with the later orders known, and what was learned until then."""
    whole = book.read(frame, END).order_days
    then = book.read(frame[frame["order_date"] <= AS_OF], AS_OF)
    states = past_states.on(whole, then.as_of, settings)
    return states.where(np.isin(states.status, SILENT)), return_rate.learn(then, settings)


@pytest.mark.parametrize("back", [0.05, 0.2])
def test_the_rate_is_that_of_the_ledger_not_of_the_band(back, settings):
    states, learned = silent_ones(orders(1500, back), settings)
    said, seen = learned.of(states, 180), states.within(180)
    assert len(states) > 100
    assert said.mean() == pytest.approx(seen.mean(), abs=0.12)
    low, _ = return_rate.bands(states, settings)
    assert abs(said.mean() - seen.mean()) < abs(low.mean() - seen.mean())


def test_a_longer_horizon_never_lowers_the_rate(settings):
    states, learned = silent_ones(orders(400, 0.1), settings)
    rates = [learned.of(states, days) for days in (30, 45, 90, 180, 365)]
    for less, more in itertools.pairwise(rates):
        assert (less <= more + 1e-12).all()
    assert rates[-1].max() <= 1


def test_a_ledger_without_a_past_keeps_the_authors_low_end(settings):
    frame = orders(30, 0.1)
    young = frame[frame["order_date"] <= START + pd.Timedelta(days=70)]
    ledger = book.read(young, START + pd.Timedelta(days=70))
    found = return_rate.of_everybody(ledger, settings)
    states = past_states.on(ledger.order_days, ledger.as_of, settings)
    low, _ = return_rate.bands(states, settings)
    assert found["return_rate"].tolist() == low.tolist()
    assert found["return_why"].str.contains("author's figure").all()


def test_without_weight_the_own_past_says_nothing(settings):
    states, learned = silent_ones(orders(400, 0.2), settings.with_(return_ledger_weight=0.0))
    low, high = return_rate.bands(states, settings)
    assert learned.of(states, 180) == pytest.approx((low + high) / 2)


def test_the_sentence_counts_earlier_customers_as_silent_as_this(settings):
    states, learned = silent_ones(orders(800, 0.1), settings)
    rates = learned.of(states, 180)
    said = learned.sentences(states, rates, 180)
    assert all(text.startswith("Of ") and "by themselves" in text for text in said)
    past = learned.history
    assert past is not None
    numbers = {int(text.split()[1].replace(",", "")) for text in said}
    assert max(numbers) <= len(np.unique(past.customer))


def test_who_still_buys_is_not_compared_with_the_silent(settings):
    frame = orders(400, 0.1)
    then = book.read(frame[frame["order_date"] <= AS_OF], AS_OF)
    found = return_rate.of_everybody(then, settings)
    states = past_states.on(then.order_days, then.as_of, settings)
    buying = np.isin(states.status, past_states.BUYING)
    assert 0 < buying.sum() < len(buying)
    assert found["return_why"][buying].str.contains("of customers like this one order again").all()
    assert found["return_why"][~buying].str.startswith("Of ").any()
    steady = pd.DataFrame(
        [(f"C{at}", START + pd.Timedelta(days=at % 40 + 40 * k), 1.0) for at in range(60) for k in range(15)],
        columns=["customer_id", "order_date", "order_value"],
    )
    nobody_left = return_rate.of_everybody(book.read(steady, START + pd.Timedelta(days=600)), settings)
    assert not nobody_left["return_why"].str.contains("author's figure").any()


def test_a_complaint_enters_where_the_ledger_can_tell(settings):
    """Every third customer complained in the year before; they never came back from a pause."""
    frame = orders(900, 0.25, seed=5)
    number = frame["customer_id"].str[1:].astype(int)
    gap = frame.groupby("customer_id")["order_date"].diff().dt.days.fillna(0)
    gone = (gap > 90).groupby(frame["customer_id"]).cummax() & (number % 3 == 0)
    frame = frame[~gone]
    hurt = pd.DataFrame(
        [(f"C{at:04d}", day) for at in range(0, 900, 3) for day in pd.date_range(START, AS_OF, freq="90D")],
        columns=["customer_id", "date"],
    )
    # A few of them do come back, so that there is something to tell apart.
    kept = pd.concat([frame, orders(90, 0.25, seed=9).assign(customer_id=lambda t: t["customer_id"] + "x")])
    extra = hurt.iloc[:90].assign(customer_id=[f"C{at:04d}x" for at in range(90)])
    then = book.read(kept[kept["order_date"] <= AS_OF], AS_OF)
    learned = return_rate.learn(
        then, settings, pd.concat([hurt, extra.assign(date=AS_OF - pd.Timedelta(days=200))])
    )
    assert learned.silent is not None
    assert learned.silent.effects[-1] < -0.05
    assert return_rate.learn(then, settings).silent.effects[-1] == 0


def test_a_fit_of_features_that_nearly_say_the_same_is_better_than_a_guess(settings):
    """Full Newton steps fell from one side to the other here: a log loss of .67 where a guess has .34."""
    for _, _, said, back in return_odds.cells(load("CDNOW"), ("1997-09-30",), settings):
        guess = np.full(len(back), back.mean())
        for name in ("+ recent", "+ gaps", "+ all"):
            found, least = (return_odds.scores(one, back)["log loss"] for one in (said[name], guess))
            assert found < least, name
