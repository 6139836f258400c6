"""Money: rounding that agrees with decimal arithmetic, offers in round figures, amounts in words."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winback_xl.core import money
from winback_xl.errors import OutOfRangeError

amounts = st.floats(min_value=0, max_value=1e9, allow_nan=False)
cents = st.integers(min_value=-(10**11), max_value=10**11)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (1.005, 1.01),
        (0.1 + 0.2, 0.3),
        (2.675, 2.68),
        (28.555, 28.56),
        (-1.005, -1.01),
        (1.0049, 1.0),
        (0.0, 0.0),
    ],
)
def test_money_rounds_as_the_decimal_that_was_meant(amount, expected):
    assert float(money.round_money(amount)) == expected


@given(st.integers(min_value=-(10**10), max_value=10**10), st.integers(min_value=1, max_value=4))
def test_money_rounds_like_decimal_arithmetic(numerator, places):
    """Amounts written with up to four decimals, among them all the halves of a cent."""
    text = Decimal(numerator).scaleb(-places)
    expected = float(text.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))
    assert float(money.round_money(float(text))) == expected


@given(cents)
def test_whole_cents_round_to_themselves(count):
    amount = count / 100
    assert float(money.round_money(amount)) == amount


def test_large_amounts_are_not_pushed_up_by_the_allowance_for_float_noise():
    assert money.round_money([1e12 + 0.49, 4e13 + 0.25]).tolist() == [1e12 + 0.49, 4e13 + 0.25]


def test_a_sum_of_floats_that_should_be_a_half_is_a_half():
    """0.6 x 30,000 less 17,971.5 is 28.5, but 28.49999... in floats; the offer is 29."""
    noisy = 0.1 * 3 * 95  # 28.5 in decimals
    assert noisy != 28.5
    assert money.round_offer([noisy, np.nextafter(28.5, 0), 28.5]).tolist() == [29.0, 29.0, 29.0]


def test_smallest_unit_depends_on_the_currency():
    assert float(money.round_money(1234.5, "JPY")) == 1235.0
    assert float(money.round_money(1.2345, "KWD")) == 1.235
    assert money.digits(" usd ") == 2


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (28.4, 28), (28.5, 29), (49.5, 50), (52.4, 50), (52.5, 55), (85.05, 85), (249, 250), (262.5, 275), (780, 775),
        (990, 1_000), (1_050, 1_100), (5_760, 5_800), (9_960, 10_000), (10_249, 10_000), (15_600, 15_500),
        (29_750, 30_000),
    ],
)  # fmt: skip
def test_offers_are_rounded_half_up_in_steps_that_grow_with_them(amount, expected):
    assert float(money.round_offer(amount)) == expected


@given(amounts)
def test_rounding_an_offer_twice_changes_nothing(amount):
    once = money.round_offer(amount)
    assert money.round_offer(once) == once


@given(amounts, st.floats(min_value=0, max_value=1e9))
def test_rounding_under_a_ceiling_twice_changes_nothing(amount, ceiling):
    once = money.round_offer(min(amount, ceiling), ceiling)
    assert money.round_offer(once, ceiling) == once


@given(amounts, amounts)
def test_a_larger_amount_never_rounds_to_a_smaller_offer(one, other):
    low, high = sorted((one, other))
    assert money.round_offer(low) <= money.round_offer(high)


@given(amounts, amounts, amounts)
def test_a_larger_amount_under_the_same_ceiling_never_rounds_to_a_smaller_offer(one, other, ceiling):
    low, high = sorted((min(one, ceiling), min(other, ceiling)))
    assert money.round_offer(low, ceiling) <= money.round_offer(high, ceiling)


@given(amounts, amounts)
def test_an_offer_never_passes_its_ceiling(amount, ceiling):
    rounded = float(money.round_offer(min(amount, ceiling), ceiling))
    assert 0 <= rounded <= ceiling + 1e-5


def test_an_offer_that_reaches_its_ceiling_but_for_float_noise_is_not_rounded_down():
    ceiling = 0.1 * 3 * 1000  # 300 in decimals, 300.00000000000006 or just below in floats
    assert money.round_offer([300, ceiling], [np.nextafter(300, 0), 300]).tolist() == [300.0, 300.0]


def test_a_negative_offer_is_refused():
    with pytest.raises(OutOfRangeError, match="-5"):
        money.round_offer([10, -5])


def test_unknown_amounts_stay_unknown():
    assert np.isnan(money.round_money([np.nan])).all()
    assert np.isnan(money.round_offer([np.nan])).all()
    assert money.show(np.nan) == "unknown"


@given(cents)
def test_an_amount_in_words_reads_back_as_the_amount(count):
    amount = count / 100
    assert float(money.show(amount).replace(",", "")) == amount


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (30_000, "", "30,000"), (1250.5, "usd", "USD 1,250.50"), (-1250, "EUR", "EUR -1,250"), (-0.001, "", "0"),
        (0.999, "", "1"), (1234.5, "JPY", "JPY 1,235"), (1.5, "KWD", "KWD 1.500"),
    ],
)  # fmt: skip
def test_amounts_show_decimals_only_where_there_are_some(amount, currency, text):
    assert money.show(amount, currency) == text


def test_modelled_amounts_can_be_shown_without_cents():
    assert money.show_all([153_831.71, 999.94, 30.77], whole_from=1000) == ["153,832", "999.94", "30.77"]
