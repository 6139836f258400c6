"""What a customer is worth: the annuity, the margin of the coming years, and expected orders with their fallbacks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winback_xl.core.lifetime_value import bg_nbd, customer_value, gamma_gamma, regularity
from winback_xl.core.orders import customer_history
from winback_xl.core.orders.ledger import read as read_ledger
from winback_xl.core.segments import lapse
from winback_xl.errors import OutOfRangeError
from winback_xl.settings import Settings

AS_OF = pd.Timestamp("2026-06-30")


def customers(n, seed=3, steady=0.0):
    """History of n customers who order every few weeks until they stop; `steady` of them never stop."""
    chance = np.random.default_rng(seed)
    start = chance.integers(60, 700, n)
    gap = chance.integers(10, 60, n)
    lifetime = np.where(chance.random(n) < steady, 800, chance.integers(0, 700, n))
    orders = [
        (f"C{who:04d}", AS_OF - pd.Timedelta(days=int(start[who] - day)))
        for who in range(n)
        for day in range(0, int(min(start[who], lifetime[who])) + 1, int(gap[who]))
    ]
    ledger = pd.DataFrame(orders, columns=["customer_id", "order_date"])
    ledger["order_value"] = chance.gamma(4, 50, len(ledger)).round(2)
    return rated(ledger)


def rated(ledger, settings=None):
    settings = settings or Settings()
    known = customer_history.summarise(read_ledger(ledger, AS_OF), settings=settings)
    joined = pd.concat([known, lapse.rate(known, settings)], axis=1)
    joined.attrs = known.attrs
    return joined


@pytest.fixture(scope="module")
def many():
    return customers(400)


@pytest.fixture(scope="module")
def few():
    return customers(15)


# -- Annuity and future margin ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("years", "worth"), [(3, 2.051089), (5, 2.655122), (1, 0.909091)])
def test_annuity_golden(years, worth):
    """Worked by hand: discount 10 %, four in five kept from year to year."""
    assert customer_value.annuity(years, 0.10, 0.80) == pytest.approx(worth, abs=5e-7)


def test_annuity_at_its_bounds():
    assert customer_value.annuity(4, 0, 1) == 4  # nothing lost, nothing discounted
    assert customer_value.annuity(4, 0, 0) == 1  # nobody stays after the first year


@pytest.mark.parametrize(
    ("years", "discount", "keep"),
    [(0, 0.1, 0.8), (2.5, 0.1, 0.8), (101, 0.1, 0.8), (float("nan"), 0.1, 0.8), (3, -0.1, 0.8), (3, 10, 0.8),
     (3, 0.1, 80), (3, 0.1, float("nan"))],
)  # fmt: skip
def test_annuity_refuses_what_lies_outside_its_bounds(years, discount, keep):
    with pytest.raises(OutOfRangeError):
        customer_value.annuity(years, discount, keep)


def test_future_margin_golden(settings):
    """250,000 a year at 30 % is worth 153,831.71; with odds of .194 that is the 29,843.35 of the sizing."""
    worth = customer_value.future_margin(250_000, 0.30, settings)
    assert worth == pytest.approx(153_831.705, abs=5e-3)
    assert 0.194 * worth == pytest.approx(29_843.35, abs=5e-3)


@given(
    revenue=st.floats(-1e9, 1e9), margin=st.floats(-0.5, 0.99), keep=st.floats(0, 1), years=st.integers(1, 10)
)
def test_future_margin_is_never_negative_and_nothing_of_nothing(revenue, margin, keep, years):
    settings = replace(Settings(), keep=keep, future_years=years)
    worth = float(customer_value.future_margin(revenue, margin, settings))
    assert worth >= 0
    if revenue <= 0 or margin <= 0:
        assert worth == 0


def test_future_margin_takes_columns_and_keeps_what_is_unknown(settings):
    found = customer_value.future_margin([1000, np.nan, 1000], [[0.3], [np.nan]], settings)
    assert found.shape == (2, 3)
    assert found[0] == pytest.approx([615.3268, np.nan, 615.3268], nan_ok=True)
    assert found[1] == pytest.approx(found[0], nan_ok=True)  # the margin of the settings is .30 too


# -- With models -----------------------------------------------------------------------------------------------


def test_expected_numbers_are_those_of_the_two_models(many, settings):
    """Weeks and order days in, per customer what the fitted models say of the next 365 days."""
    found = customer_value.rate(many, settings)
    x = many["order_days"] - 1
    bought = (many["last_order"] - many["first_order"]).dt.days / 7
    observed = (AS_OF - many["first_order"]).dt.days / 7
    orders = bg_nbd.fit(x, bought, observed, from_first=True)  # the likelier one here
    histories = [part.to_numpy(float) for part in (x, bought, observed)]
    buys = regularity.Rhythms.of(*histories[:2], many["gap_log_mean"].to_numpy() - np.log(7))
    quiet = buys.quiet(orders.r, orders.alpha, *histories)
    assert found["expected_orders"].to_numpy() == pytest.approx(orders.expected(365 / 7, *histories, quiet))
    again = x > 0
    spend = gamma_gamma.fit(many["order_days"][again], many["average_order"][again])
    assert found["expected_spend"].to_numpy() == pytest.approx(
        spend.expected(many["order_days"], many["average_order"])
    )
    assert found["expected_revenue"].equals(found["expected_orders"] * found["expected_spend"])


def test_sentences_name_model_customers_and_parameters(many, settings):
    orders, spend = customer_value.rate(many, settings).attrs["models"]
    again = int((many["order_days"] > 1).sum())
    assert orders.startswith(
        "Expected order days, next 365 days: MBG/NBD model (Batislam, Denizel & Filiztekin 2007)"
    )
    assert f"fitted on 400 customers, {again} of them" in orders
    assert "stop for good" in orders
    assert spend.startswith("Expected value of an order day: Gamma-Gamma model (Fader & Hardie 2013)")
    assert f"fitted on {again} customers" in spend
    assert "correlation here is" in spend


@pytest.mark.data
def test_cdnow_from_the_ledger_to_the_sentence(data_dir, settings):
    """The ledger of the CDNOW sample gives the published fit: a .79, b 2.43, r .24, alpha 4.4 weeks."""
    lines = (data_dir / "cdnow" / "CDNOW_sample.txt").read_text().split("\n")
    rows = [line.split() for line in lines if line.strip()]
    ledger = pd.DataFrame(
        {
            "customer_id": [row[1] for row in rows],
            "order_date": pd.to_datetime([row[2] for row in rows]),
            "order_value": [float(row[4]) for row in rows],
        }
    )
    known = customer_history.summarise(read_ledger(ledger, pd.Timestamp("1997-09-30")), settings=settings)
    orders, spend = customer_value.rate(known, settings).attrs["models"]
    assert "946 of them with two or more order days" in orders
    assert "r 0.24" in orders
    assert "alpha 4.4" in orders
    assert "a 0.79" in orders
    assert "b 2.4" in orders
    assert "fitted on 946 customers" in spend


def test_two_orders_on_one_day_are_one_order_day_of_their_sum(settings):
    """The model counts days, so what it multiplies with must be the value of a day."""
    dates = pd.date_range("2026-01-05", periods=4, freq="14D").repeat(2)
    ledger = pd.DataFrame({"customer_id": "A", "order_date": dates, "order_value": 50.0})
    ledger["order_id"] = [f"O{number}" for number in range(len(ledger))]
    found = customer_value.rate(rated(ledger), settings)
    assert found["expected_spend"].tolist() == [100.0]


def test_half_the_time_brings_fewer_orders(many, settings):
    year, half = customer_value.rate(many, settings), customer_value.rate(many, settings, days=182.5)
    assert (half["expected_orders"] < year["expected_orders"]).all()
    assert "next 182 days" in half.attrs["models"][0]


@pytest.mark.parametrize("days", [0, -1, 3651, float("nan")])
def test_time_ahead_has_bounds(many, settings, days):
    with pytest.raises(OutOfRangeError, match="time ahead"):
        customer_value.rate(many, settings, days=days)


def test_rows_keep_their_index_and_order(many, settings):
    straight = customer_value.rate(many, settings)
    mixed = customer_value.rate(many.sample(frac=1, random_state=1), settings)
    pd.testing.assert_frame_equal(mixed.sort_index(), straight, rtol=1e-4)


# -- Without models --------------------------------------------------------------------------------------------


def test_a_few_customers_are_drawn_towards_other_ledgers_and_the_sentence_says_so(few, settings):
    found = customer_value.rate(few, settings)
    assert found["expected_spend"].to_numpy() == pytest.approx(few["average_order"])
    orders, spend = found.attrs["models"]
    assert "drawn towards other ledgers" in orders or "nobody seems to stop" in orders
    assert "counted, not modelled" in spend
    assert "own average" in spend


def test_how_many_customers_a_model_needs_is_a_setting(many, few):
    drawn = "drawn towards other ledgers"
    assert (
        drawn in customer_value.rate(many, replace(Settings(), model_min_repeaters=1000)).attrs["models"][0]
    )
    assert drawn not in customer_value.rate(many, Settings()).attrs["models"][0]


def test_a_ledger_that_nobody_leaves_takes_the_model_in_which_nobody_stops(settings):
    known = customers(80, steady=1.0)
    found = customer_value.rate(known, settings)
    assert "NBD model (Ehrenberg 1959)" in found.attrs["models"][0]
    assert "nobody seems to stop for good" in found.attrs["models"][0]
    years = (AS_OF - known["first_order"]).dt.days / 365
    usual = (known["order_days"] - 1) / years
    assert found["expected_orders"].sum() == pytest.approx(usual.sum(), rel=0.15)


def test_a_frame_with_dates_alone_is_enough(few, settings):
    """Without status and cadence, where nobody ordered twice, the orders since the first come again; money is unknown."""
    bare = few[["order_days", "first_order", "last_order", "days_since"]]
    bare = bare.assign(order_days=1, last_order=bare["first_order"])
    bare["days_since"] = (AS_OF - bare["first_order"]).dt.days
    found = customer_value.rate(bare, settings)
    years = np.maximum((AS_OF - few["first_order"]).dt.days, 365) / 365
    assert found["expected_orders"].to_numpy() == pytest.approx(1 / years)
    assert found[["expected_spend", "expected_revenue", "future_margin"]].isna().all(axis=None)
    assert (found["margin_rate"] == 0.30).all()
    assert "since their first order" in found.attrs["models"][0]
    assert "no order values" in found.attrs["models"][1]


def test_customers_without_an_order_expect_nothing(many, settings):
    """A customer known by credits alone has a row, and does not disturb the others."""
    credit = pd.DataFrame([{"customer_id": "Z", "order_days": 0}]).reindex(columns=many.columns)
    credit = credit.astype({"first_order": many["first_order"].dtype, "last_order": many["last_order"].dtype})
    credit["order_days"] = 0
    credit["status"] = ""
    credit["annual_revenue"] = 0.0
    both = pd.concat([many.astype({"margin_rate": float}), credit.astype({"margin_rate": float})])
    found = customer_value.rate(both.reset_index(drop=True), settings)
    assert found.iloc[-1][["expected_orders", "expected_spend", "expected_revenue"]].isna().all()
    assert found["future_margin"].iloc[-1] == 0
    pd.testing.assert_frame_equal(found.iloc[:-1], customer_value.rate(many, settings))


def test_own_margin_goes_before_the_setting(many, settings):
    own = many.assign(margin_rate=np.where(many.index % 2 == 0, 0.5, np.nan))
    found = customer_value.rate(own, settings)
    assert found["margin_rate"].iloc[:2].tolist() == [0.5, 0.30]
    assert found["future_margin"].to_numpy() == pytest.approx(
        customer_value.future_margin(found["run_rate"], found["margin_rate"], settings, found["relapsed"])
    )


def test_no_sentence_writes_a_power_of_ten(settings):
    """Large money makes a large v: 12,345,678 and not 1.235e+07."""
    rich = customers(400)
    rich["average_order"] *= 1e6
    assert "e+" not in " ".join(customer_value.rate(rich, settings).attrs["models"])


def test_equal_spend_is_expected_to_go_on(settings):
    """A subscription: no spread, so no model, and the price itself is expected."""
    flat = customers(400)
    flat["revenue"] = 99.0 * flat["order_days"]
    found = customer_value.rate(flat, settings)
    assert found["expected_spend"].to_numpy() == pytest.approx(99.0)
    assert "same mean value" in found.attrs["models"][1]


def test_an_order_cancelled_whole_is_not_expected_again(settings):
    """Credits come off: who sent everything back is expected to spend nothing, not the gross amount."""
    known = customers(400)
    known.loc[0, "revenue"] = 0.0
    found = customer_value.rate(known, settings)
    assert found.loc[0, "expected_spend"] == 0
    assert found.loc[0, "expected_revenue"] == 0
    assert (found["expected_spend"].iloc[1:] > 0).all()
