"""Return rates are learned from the ledger's own past, and hold on later month ends."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from tests.bench import return_odds
from tests.bench.ledgers import load
from winback_xl.core.make_good import own_gain, win_odds
from winback_xl.core.orders import ledger as book
from winback_xl.core.returns import calibration, ordering, past_states, return_rate
from winback_xl.core.returns.past_states import BUYING, SILENT

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
    low, _ = ordering.bands(states, settings)
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
    low, _ = ordering.bands(states, settings)
    assert found["return_rate"].tolist() == low.tolist()
    assert found["return_why"].str.contains("author's figure").all()


def test_without_weight_the_own_past_says_nothing(settings):
    states, learned = silent_ones(orders(400, 0.2), settings.with_(return_ledger_weight=0.0))
    low, high = ordering.bands(states, settings)
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
    assert learned.chances.silent is not None
    assert learned.chances.silent.effects[-1] < -0.05
    assert return_rate.learn(then, settings).chances.silent.effects[-1] == 0


def test_a_fit_of_features_that_nearly_say_the_same_is_better_than_a_guess(settings):
    """Full Newton steps fell from one side to the other here: a log loss of .67 where a guess has .34."""
    for _, _, said, back in return_odds.cells(load("CDNOW"), ("1997-09-30",), settings):
        guess = np.full(len(back), back.mean())
        for name in ("+ recent", "+ gaps", "+ all"):
            found, least = (return_odds.scores(one, back)["log loss"] for one in (said[name], guess))
            assert found < least, name


def steady(seed: int = 3, many: int = 600) -> pd.DataFrame:
    """Customers who order at random with a pace of their own that never changes, from every week to twice a year."""
    rng = np.random.default_rng(seed)
    pace = rng.gamma(1.2, 1 / 40, many).clip(1 / 180, 1 / 5)
    days = (END - START).days
    rows = [
        (f"C{at:04d}", START + pd.Timedelta(days=int(day)), 100.0)
        for at, rate in enumerate(pace)
        for day in np.unique(np.floor(np.cumsum(rng.exponential(1 / rate, int(days * rate * 3) + 20))))
        if day < days
    ]
    return pd.DataFrame(rows, columns=["customer_id", "order_date", "order_value"])


def judged(frame: pd.DataFrame, day: pd.Timestamp, horizon: int, settings: Settings):
    """Return the states on a day with the later orders known, the rates said then, and who ordered."""
    whole = book.read(frame, frame["order_date"].max())
    then = book.read(frame[frame["order_date"] <= day], day)
    known = then.ids[past_states.on(then.order_days, then.as_of, settings).customer]
    states = past_states.on(whole.order_days, then.as_of, settings)
    states = states.where(np.isin(whole.ids[states.customer], known))
    learned = return_rate.learn(then, settings)
    return learned, states, learned.of(states, horizon), states.within(horizon)


_HELD_OUT = [
    ("CDNOW", "1997-12-31", 180), ("CDNOW", "1997-06-30", 180), ("Online Retail", "2011-06-11", 180),
    ("Complete Journey", "2017-06-30", 180), ("Complete Journey", "2017-06-30", 90), ("Complete Journey", "2017-08-31", 90),
]  # fmt: skip


@pytest.mark.data
@pytest.mark.parametrize(("name", "day", "horizon"), _HELD_OUT)
def test_who_still_buys_is_not_expected_more_often_than_they_come(name, day, horizon, settings):
    """Their order days grew with the ledger beyond what was seen: rates were 5 points too high on average, up to 10."""
    _, states, said, seen = judged(load(name), pd.Timestamp(day), horizon, settings)
    buying = np.isin(states.status, BUYING)
    assert said[buying].mean() - seen[buying].mean() < 0.045


@pytest.mark.parametrize("horizon", [90, 180])
def test_steady_customers_of_a_known_pace_are_expected_as_often_as_they_come(horizon, settings):
    """Nobody's pace changes: a ledger of nine months had rates 4.5 points too high within 90 days."""
    off = []
    for seed in (1, 2):
        _, states, said, seen = judged(steady(seed), START + pd.Timedelta(days=274), horizon, settings)
        buying = np.isin(states.status, BUYING)
        off.append(said[buying].mean() - seen[buying].mean())
    assert np.mean(off) == pytest.approx(0, abs=0.03)


def odds_of(learned, states, rates, settings):
    """Return the odds of each customer with an effort, as a plan has them."""
    level = np.where(states.habitual, "Habitual Buyer", "Occasional Buyer")
    silent = own_gain.silence(states.ratio, rates, settings)
    authors = win_odds.win(states.status, level, silent, "specific", settings)
    most = learned.most_with_effort(states, settings.return_days)
    return own_gain.odds(*authors, rates, reach=win_odds.reach(settings), most=most)


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "day"),
    [("CDNOW", "1997-12-31"), ("Online Retail", "2011-06-11"), ("Complete Journey", "2017-06-30")],
)
def test_no_odds_are_certain_and_an_effort_wins_a_quarter_of_who_would_stay_away_at_most(name, day, settings):
    learned, states, rates, seen = judged(load(name), pd.Timestamp(day), 180, settings)
    odds, gain = odds_of(learned, states, rates, settings)
    assert calibration.LEAST <= odds.min() <= odds.max() <= calibration.MOST
    assert (gain <= 0.25 * (1 - rates) + 1e-9).all()
    gone = np.isin(states.status, SILENT)
    assert (gain > 0)[gone].mean() > 0.95
    best = np.argsort(-rates[gone])[: gone.sum() // 5]
    said, came = rates[gone][best].mean(), seen[gone][best].mean()
    assert said <= calibration.wilson(came, len(best))[1] + 0.01


def test_the_highest_rates_are_held_to_what_came_true(settings):
    """They bought about weekly, with a pause now and then, until a third stopped at a day that nobody could foresee."""
    rng, rows = np.random.default_rng(4), []
    for at in range(300):
        days = np.cumsum(np.where(rng.random(120) < 0.03, 60, 7)) + rng.integers(7)
        days = days[days < (381 if at % 3 == 0 else 730)]
        rows += [(f"C{at:03d}", START + pd.Timedelta(days=int(day)), 10.0) for day in days]
    frame = pd.DataFrame(rows, columns=["customer_id", "order_date", "order_value"])
    then = book.read(
        frame[frame["order_date"] <= START + pd.Timedelta(days=560)], START + pd.Timedelta(days=560)
    )
    states = past_states.on(then.order_days, then.as_of, settings)
    learned = return_rate.learn(then, settings)
    buying = states.where(np.isin(states.status, BUYING))
    rates = learned.of(buying, settings.return_days)
    free = learned.chances.within(buying, settings.return_days)
    held = learned.buying
    assert held is not None
    share = held.back[-1] / held.many[-1]
    assert share < 0.9 < free.max()
    place = int(held.most.argmax())
    most = calibration.wilson(held.back[place] / held.many[place], held.many[place])[1]
    assert rates.max() <= most + 1e-9 < 0.9
    said = learned.sentences(buying, rates, settings.return_days)
    assert "likeliest on" in said[int(rates.argmax())]
    assert f"ordered within {held.followed} days (95% interval" in said[int(rates.argmax())]


@pytest.mark.parametrize(
    ("came", "many", "most"), [(30, 30, 1.0), (24, 30, 0.905), (0, 30, 0.114), (5, 5, 1.0), (0, 5, 0.434)]
)
def test_what_is_borne_out_is_the_upper_end_of_the_interval(came, many, most):
    held = calibration.Supported.by(0, 180, np.linspace(0.5, 0.9, many), np.arange(many) < came)
    assert held.highest == pytest.approx(most, abs=0.001)
    assert held.many.tolist() == [many] * many


def test_who_is_likelier_is_never_held_below_who_is_less_likely():
    rng = np.random.default_rng(1)
    for _ in range(20):
        said = np.sort(rng.random(200))
        held = calibration.Supported.by(0, 90, rng.permutation(said), rng.random(200) < 0.3)
        asked = np.linspace(0, 1, 301)
        shown = np.minimum(asked, held.most[held.at(asked)])
        assert (np.diff(shown) >= -1e-12).all()


def test_a_ledger_too_young_to_look_back_makes_nobody_certain(settings):
    rows = [
        (f"C{at}", START + pd.Timedelta(days=day), 1.0) for at in range(80) for day in range(at % 7, 130, 7)
    ]
    frame = pd.DataFrame(rows, columns=["customer_id", "order_date", "order_value"])
    found = return_rate.of_everybody(book.read(frame, START + pd.Timedelta(days=131)), settings)
    assert found["return_rate"].max() <= 0.95
