"""Whoever buys by the clock and is silent beyond it has stopped; where orders come at random, silence says as little as before."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from tests.bench.ledgers import load
from winback_xl.core.lifetime_value import bg_nbd, order_model, regularity
from winback_xl.core.orders.ledger import read as read_ledger
from winback_xl.core.segments import segment_table

CUT = pd.Timestamp("2026-06-30")


def clocks(gap: float, stop: float, seed: int, *, many: int = 300, years: float = 5, spread: float = 0.08):
    """Return the orders of customers who buy every so many days and stop after an order with a chance of ``stop``."""
    rng = np.random.default_rng(seed)
    rows = []
    for at in range(many):
        day = -years * 365 + rng.uniform(0, gap)
        while day < 365:
            rows.append((f"C{at:04d}", CUT + pd.Timedelta(days=int(np.floor(day))), 100.0))
            if rng.random() < stop:
                break
            day += max(1.0, gap * rng.normal(1, spread))
    return pd.DataFrame(rows, columns=["customer_id", "order_date", "order_value"])


def judged(orders: pd.DataFrame, cut: pd.Timestamp, days: int, settings) -> pd.DataFrame:
    """Return what was expected of each customer on a day, what came, how regular they were and how long silent."""
    known, later = orders[orders["order_date"] <= cut], orders[orders["order_date"] > cut]
    later = later[later["order_date"] <= cut + pd.Timedelta(days=days)]
    book = read_ledger(known, cut)
    found = segment_table.build(book, settings=settings).history.set_index("customer_id")
    came = later.groupby("customer_id")["order_date"].nunique().reindex(found.index).fillna(0)
    gap = found["gap_median"]
    said = found["expected_orders"] * days / 365
    return pd.DataFrame(
        {"said": said, "came": came, "cycles": found["days_since"] / gap, "x": found["order_days"] - 1}
    )


@pytest.mark.parametrize(("gap", "stop", "years"), [(91, 0.05, 4), (365, 0.15, 6), (30, 0.02, 3)])
def test_regular_buyers_who_are_two_cycles_late_are_hardly_expected(gap, stop, years, settings):
    """They were expected to buy on: of quarterly contracts 3.0 orders after two to three cycles, of yearly ones .5."""
    found = judged(clocks(gap, stop, 3, years=years), CUT, 365, settings)
    late, there = found[(found["cycles"] > 2) & (found["x"] > 1)], found[found["cycles"] <= 1]
    assert len(late) > 20
    assert late["came"].sum() == 0
    assert late["said"].mean() < 0.05 * 365 / gap
    assert there["said"].mean() == pytest.approx(there["came"].mean(), rel=0.15)
    assert found["said"].sum() == pytest.approx(found["came"].sum(), rel=0.15)


def test_contracts_of_which_a_third_ended_are_not_expected_to_go_on():
    for many in (12, 60):
        x = np.where(np.arange(many) % 3 == 0, 11.0, 15.0)
        tx, whole = 13 * x, np.full(many, 13 * 15 + 1.0)
        buys = regularity.Rhythms.of(x, tx, np.full(many, np.log(13.0)))
        model, stated = order_model.choose(x, tx, whole, 30, buys)
        said = model.expected(52.0, x, tx, whole, buys.quiet(model.r, model.alpha, x, tx, whole))
        assert "nobody seems to stop" not in stated
        assert said[0] < 0.1
        assert 3 < said[1] < 4.3


def test_yearly_buyers_of_whom_no_one_seemed_to_stop_at_random_do_stop(settings):
    """Four years of yearly orders: at random nobody seems to stop, and .64 orders were expected of whoever is late."""
    found = judged(clocks(365, 0.15, 2, years=4, many=400), CUT, 365, settings)
    late = found[(found["cycles"] > 1.6) & (found["x"] > 1)]
    assert late["came"].sum() == 0
    assert late["said"].mean() < 0.2


def test_who_skips_now_and_then_is_not_given_up(settings):
    """Every tenth gap is two or three cycles long, and it is known of each of them."""
    rng = np.random.default_rng(4)
    rows = []
    for at in range(300):
        day = -1500 + rng.uniform(0, 60)
        while day < 365:
            rows.append((f"C{at:04d}", CUT + pd.Timedelta(days=int(np.floor(day))), 100.0))
            if rng.random() < 0.02:
                break
            day += 60 * rng.normal(1, 0.08) * (rng.integers(2, 4) if rng.random() < 0.1 else 1)
    found = judged(
        pd.DataFrame(rows, columns=["customer_id", "order_date", "order_value"]), CUT, 365, settings
    )
    late = found[(found["cycles"] > 1.5) & (found["cycles"] < 2.5)]
    assert len(late) > 10
    assert late["said"].sum() > 0.5 * late["came"].sum()


def test_orders_at_random_have_the_silence_of_the_bg_nbd_model():
    x, tx, whole = np.array([0.0, 2.0, 9.0]), np.array([0.0, 30.43, 20.0]), np.array([38.86, 38.86, 60.0])
    none = regularity.Rhythms.of(x, tx, np.full(3, np.nan))
    model = bg_nbd.BgNbd(0.243, 4.414, 0.793, 2.426)
    quiet = none.quiet(model.r, model.alpha, x, tx, whole)
    assert model.p_alive(x, tx, whole, quiet) == pytest.approx(model.p_alive(x, tx, whole))
    assert (none.regular == 0).all()


@pytest.mark.parametrize("shape", [2, 6, 22])
def test_the_chance_of_a_silence_is_that_of_gamma_gaps_with_an_unknown_pace(shape):
    """Against numerical integration over the pace, which has a gamma distribution after the gaps that were seen."""
    r, alpha, x, tx, silent = 0.7, 5.0, 4.0, 40.0, 13.0
    pace = stats.gamma(r + shape * x, scale=1 / (alpha + shape * tx))
    expected, _ = integrate.quad(
        lambda rate: pace.pdf(rate) * stats.gamma.sf(silent, shape, scale=1 / (shape * rate)), 0, np.inf
    )
    found = regularity.silent(shape, r, alpha, np.array([x]), np.array([tx]), np.array([tx + silent]))
    assert found[0] == pytest.approx(expected, rel=1e-6)


def test_the_shape_of_gaps_is_found_from_them():
    rng = np.random.default_rng(5)
    for shape in (1, 4, 36):
        gaps = rng.gamma(shape, 4 / shape, (300, 8))
        found = regularity.Rhythms.of(np.full(300, 8.0), gaps.sum(axis=1), np.log(gaps).mean(axis=1))
        mean = (found.chances @ np.array(regularity.SHAPES)).mean()
        assert np.log(mean) == pytest.approx(np.log(shape), abs=0.3)
        assert found.regular.mean() == pytest.approx(float(shape > regularity.RHYTHM), abs=0.1)


_PUBLIC = [
    ("Complete Journey", "2017-06-30", 184), ("Complete Journey", "2017-08-31", 122), ("Online Retail", "2011-06-11", 180),
    ("CDNOW", "1997-09-30", 273),
]  # fmt: skip


@pytest.mark.data
@pytest.mark.parametrize(("name", "day", "days"), _PUBLIC)
def test_rhythm_does_not_make_the_public_ledgers_worse(name, day, days, settings):
    """Mean Poisson deviance of what was expected, with less without the rhythm: held-out orders decide."""
    orders, cut = load(name), pd.Timestamp(day)
    orders = orders[orders["order_value"] > 0]
    found = judged(orders, cut, days, settings)
    known = orders[orders["order_date"] <= cut].groupby("customer_id")["order_date"]
    x = known.nunique().to_numpy(float) - 1
    tx = (known.max() - known.min()).dt.days.to_numpy(float) / 7
    whole = (cut - known.min()).dt.days.to_numpy(float) / 7
    model, _ = order_model.choose(x, tx, whole, settings.model_min_repeaters)
    plain = model.expected(365 / 7, x, tx, whole) * days / 365
    came = found["came"].to_numpy()
    with_, without = (
        float((np.maximum(said, 1e-3) - came * np.log(np.maximum(said, 1e-3))).mean())
        for said in (found["said"].to_numpy(), plain)
    )
    assert with_ - without < 0.001
