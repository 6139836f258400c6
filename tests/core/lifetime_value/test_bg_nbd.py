"""The order model gives the published numbers, is exact where they cannot be had, and refuses what it cannot fit."""

from __future__ import annotations

import contextlib
from dataclasses import astuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import approx_fprime
from scipy.special import betainc, betaln, gammaln

from winback_xl.core.lifetime_value import bg_nbd, order_likelihood
from winback_xl.core.lifetime_value.bg_nbd import BgNbd
from winback_xl.errors import NotEnoughError, OutOfRangeError

PAPER = BgNbd(r=0.243, alpha=4.414, a=0.793, b=2.426)  # Fader, Hardie & Lee (2005), section 4
BTYD = BgNbd(r=0.2425982, alpha=4.413684, a=0.7929899, b=2.426167)  # R package BTYD, vignette, section 3

models = st.builds(
    BgNbd,
    r=st.floats(0.05, 50),
    alpha=st.floats(0.5, 200),
    a=st.floats(0.01, 50),
    b=st.floats(0.05, 200),
)
histories = st.tuples(st.integers(0, 200), st.floats(0.1, 1), st.floats(1, 500)).map(
    lambda drawn: (drawn[0], drawn[1] * drawn[2] if drawn[0] else 0.0, drawn[2])
)


@pytest.fixture(scope="module")
def cdnow(data_dir):
    """Histories of the 2,357 customers of the CDNOW 1/10 sample, in weeks."""
    table = pd.read_csv(data_dir / "cdnow" / "cdnow_customers_summary_with_transactions.csv")
    return table["x"].to_numpy(float), table["t_x"].to_numpy(float), table["T"].to_numpy(float)


@pytest.fixture(scope="module")
def fitted(cdnow):
    return bg_nbd.fit(*cdnow)


def probability(model, k, t):
    """Probability of exactly k repeat order days of a new customer in the time t: equation 8 of the paper.

    They still buy after the k-th order and would not have ordered again, or they stopped with the k-th order and
    might have gone on. Another way to the expectation that the product uses.
    """
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    count, ahead = np.broadcast_arrays(np.asarray(k, float), np.asarray(t, float))
    share = ahead / (alpha + ahead)
    with np.errstate(divide="ignore"):
        log_share = np.where(count > 0, np.log(share), 0.0) * count
    exactly = gammaln(r + count) - gammaln(r) - gammaln(count + 1) - r * np.log1p(ahead / alpha) + log_share
    goes_on = betaln(a, b + count) - betaln(a, b)
    earlier = np.maximum(count, 1.0)
    stops = betaln(a + 1, b + earlier - 1) - betaln(a, b)
    stopped = np.where(count > 0, np.exp(stops) * betainc(earlier, r, share), 0.0)
    return np.exp(exactly + goes_on) + stopped


def simulated(n, seed=1, r=0.9, alpha=8.0, a=0.8, b=2.5):
    """Customers that do what the model says, observed for 1 to 104 whole weeks."""
    chance = np.random.default_rng(seed)
    end = chance.integers(1, 105, n).astype(float)
    rate, stop = chance.gamma(r, 1 / alpha, n), chance.beta(a, b, n)
    x, last, now, buys = np.zeros(n), np.zeros(n), np.zeros(n), np.ones(n, bool)
    while buys.any():
        now[buys] += chance.exponential(1 / np.maximum(rate[buys], 1e-9))
        buys &= now < end
        x[buys] += 1
        last[buys] = now[buys]
        buys &= chance.random(n) > stop
    return x, last, end


# -- Published numbers -----------------------------------------------------------------------------------------


@pytest.mark.data
def test_cdnow_fit_is_the_one_of_the_paper_and_of_btyd(fitted):
    """Fader, Hardie & Lee (2005), table 2: .243, 4.414, .793, 2.426, LL -9582.4; BTYD the same to 7 figures."""
    found = fitted.r, fitted.alpha, fitted.a, fitted.b
    assert found == pytest.approx((0.243, 4.414, 0.793, 2.426), abs=5e-4)
    assert found == pytest.approx((0.2425982, 4.413684, 0.7929899, 2.426167), rel=2e-4)
    assert fitted.log_likelihood == pytest.approx(-9582.429, abs=5e-3)
    assert fitted.n == 2357


@pytest.mark.data
def test_cdnow_fit_is_the_one_of_an_independent_optimiser(fitted):
    """A plain numpy and scipy fit (L-BFGS and Nelder-Mead) of the same data, to the digits it was noted with."""
    found = fitted.r, fitted.alpha, fitted.a, fitted.b
    assert found == pytest.approx((0.24259291, 4.41353193, 0.79288626, 2.4257538), rel=1e-5)
    assert fitted.log_likelihood == pytest.approx(-9582.42556, abs=1e-5)


def test_expected_orders_are_those_of_the_excel_note():
    """Hardie's Excel note on the BG/NBD: customer x=2, tx=30.43, T=38.86 makes 1.226 orders in 39 weeks."""
    assert PAPER.expected(39, 2, 30.43, 38.86) == pytest.approx(1.226, abs=5e-4)


@pytest.mark.data
def test_expected_orders_and_p_alive_of_the_fit(fitted):
    """The same customer with fitted parameters: 1.225910 orders, alive with .726609 (plain numpy/scipy)."""
    assert fitted.expected(39, 2, 30.43, 38.86) == pytest.approx(1.225910, abs=1e-6)
    assert fitted.p_alive(2, 30.43, 38.86) == pytest.approx(0.726609, abs=1e-6)


def test_customer_1516_of_btyd():
    """BTYD vignette: x=26, tx=30.857143, T=31 makes 25.75659 orders in 52 weeks, alive with .9688523."""
    assert BTYD.expected(52, 26, 30.857143, 31) == pytest.approx(25.75659, abs=1e-3)
    assert BTYD.p_alive(26, 30.857143, 31) == pytest.approx(0.9688523, abs=5e-6)


def test_expected_orders_of_a_new_customer():
    """Hardie's Excel note for .1429, 1, 3, 31.8571, 32 and 78 weeks; BTYD gives 1.444004 for 52."""
    weeks = [0.1429, 1, 3, 31.8571, 32, 78]
    assert BTYD.expected(weeks, 0, 0, 0) == pytest.approx(
        [0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8576], abs=5e-4
    )
    assert BTYD.expected(52, 0, 0, 0) == pytest.approx(1.444004, abs=2e-5)


def test_probabilities_of_a_number_of_orders():
    """Published parameters: P(X(2)=10), P(X(39)=0) and P(X(30)=11..14) as in the examples of BTYD."""
    assert probability(PAPER, 10, 2) == pytest.approx(1.07869e-07, rel=1e-5)
    assert probability(PAPER, 0, 39) == pytest.approx(0.5737864, abs=5e-8)
    assert probability(PAPER, [11, 12, 13, 14], 30) == pytest.approx(
        [0.0019995214, 0.0015170236, 0.0011633150, 0.0009003148], abs=5e-11
    )


@pytest.mark.data
def test_examples_of_btyd_that_print_no_number(fitted):
    """E[Y(2)] of x=10, tx=35, T=39 and P(alive) of x=23, tx=T=39, as a plain numpy/scipy fit gives them."""
    assert fitted.expected(2, 10, 35, 39) == pytest.approx(0.391569, abs=2e-6)
    assert fitted.p_alive(23, 39, 39) == pytest.approx(0.968555, abs=1e-5)


@pytest.mark.data
def test_of_the_silent_the_most_frequent_buyers_are_expected_least(fitted):
    """The frequency paradox of the BTYD vignette: last order in week 20 of 39, E[Y(52)] falls with x."""
    expected = fitted.expected(52, [5, 10, 15, 20, 25], 20, 39)
    assert expected == pytest.approx([1.35964, 0.34749, 0.04284, 0.00416, 0.00036], abs=1e-5)


# -- Exact to rounding -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "case", "exact"),
    [
        ((0.243, 4.414, 0.793, 2.426), (39, 2, 30.43, 38.86), 1.2260281747671444),
        ((0.243, 4.414, 0.793, 2.426), (52, 10000, 38.86, 38.86), 8573.2323186690003),
        ((0.243, 4.414, 0.793, 2.426), (52, 1000, 38, 38.86), 0.0020648303776932043),
        ((0.243, 4.414, 0.793, 2.426), (520, 0, 0, 0), 4.9746178618496597),
        pytest.param((0.5, 0.05, 0.3, 0.4), (52, 0, 0, 0), 56.363617398273553, id="a + b below 1, z near 1"),
        pytest.param((0.8, 9.8, 0.0035, 6.7), (52, 150, 100, 104), 68.520349762319554, id="hardly any stop"),
        pytest.param((0.9, 8, 1.0000001, 2.5), (52, 3, 20, 60), 0.29233901540862568, id="at the hole a = 1"),
        pytest.param((80, 2300, 60, 900), (52, 4, 100, 130), 1.4298721513682387, id="all alike"),
        pytest.param((900, 5000, 900, 950), (52, 40, 100, 100.5), 1.0405568717799404, id="huge parameters"),
        pytest.param((0.9, 8, 0.8, 2.5), (1e-6, 3, 20, 60), 8.6127411382386329e-9, id="a second ahead"),
        pytest.param((1000, 200, 0.001, 1000), (520, 5, 5, 6), 2534.6322690902676, id="at all bounds"),
        pytest.param((5, 2, 900, 1000), (300, 0, 0, 0), 2.1123470511800631, id="a large, z near 1"),
    ],
)
def test_expected_orders_equal_the_published_formula_in_60_digits(parameters, case, exact):
    """The 2F1 form of the paper, worked out once by mpmath 1.3 with 60 digits."""
    assert BgNbd(*parameters).expected(*case) == pytest.approx(exact, rel=1e-12)


def test_expected_orders_stay_finite_up_to_ten_thousand_orders():
    x = np.array([0, 1, 10, 100, 1_000, 10_000])
    for model in (PAPER, BgNbd(0.83, 9.84, 0.0034, 6.75), BgNbd(84, 2329, 62, 1000)):
        for last in (0.5, 50, 104):
            found = model.expected(52, x, np.where(x > 0, last, 0), 104)
            assert np.isfinite(found).all()
            assert (found >= 0).all()
            assert np.isfinite(model.p_alive(x, np.where(x > 0, last, 0), 104)).all()


@given(model=models, t=st.floats(0.1, 104))
def test_probabilities_sum_to_one_and_their_mean_is_the_expectation(model, t):
    chances = probability(model, np.arange(5_000), t)
    assert (chances >= 0).all()
    if (seen := chances.sum()) > 1 - 1e-9:  # else the tail beyond 5,000 orders counts
        assert seen == pytest.approx(1, abs=1e-9)
        assert np.arange(5_000) @ chances == pytest.approx(model.expected(t, 0, 0, 0), rel=1e-4)


def test_nothing_happens_in_no_time():
    assert probability(PAPER, [0, 1, 2], 0).tolist() == [1, 0, 0]
    assert PAPER.expected(0, 0, 0, 0) == 0
    assert PAPER.expected(0, 3, 20, 30) == 0


@given(model=models, history=histories, t=st.floats(0.1, 100), more=st.floats(0.1, 100))
def test_more_time_brings_more_orders(model, history, t, more):
    sooner, later = model.expected([t, t + more], *history)
    assert later >= sooner * (1 - 1e-12)  # equal but for rounding once nearly all have stopped
    assert (np.diff(PAPER.expected([t, t + more], 2, 30.43, 38.86)) > 0).all()


@given(model=models, history=histories)
def test_p_alive_is_a_probability_and_falls_with_silence(model, history):
    x, last, end = history
    now, later = model.p_alive(x, last, [end, end + 10])
    assert 0 <= later <= now <= 1
    assert x > 0 or now == later == 1


# -- Fitting ---------------------------------------------------------------------------------------------------


def test_derivatives_are_those_of_finite_differences():
    x, last, end = simulated(500)
    likelihood = order_likelihood.Likelihood.of(x, last, end, np.full(500, 1.5))
    for at in ([0.9, 8.0, 0.8, 2.5], [0.2, 40.0, 3.0, 0.4], [5.0, 0.5, 0.05, 12.0]):
        numeric = approx_fprime(np.array(at), lambda p: likelihood(p)[0], 1e-7 * np.array(at))
        assert likelihood(np.array(at))[1] == pytest.approx(numeric, rel=2e-5, abs=1e-3)


def test_likelihood_is_the_sum_of_the_published_one_over_customers():
    """Equation 6 of the paper, written out customer by customer."""
    from scipy.special import beta, gamma

    x, last, end = simulated(60, seed=5)
    r, alpha, a, b = 0.9, 8.0, 0.8, 2.5
    silent = (alpha + end) ** -(r + x)
    with np.errstate(divide="ignore"):
        stopped = np.where(x > 0, a / (b + x - 1) * (alpha + last) ** -(r + x), 0)
    each = gamma(r + x) * alpha**r / gamma(r) * beta(a, b + x) / beta(a, b) * (silent + stopped)
    height, _ = order_likelihood.Likelihood.of(x, last, end, np.ones(60))(np.array([r, alpha, a, b]))
    assert height == pytest.approx(np.log(each).sum(), rel=1e-12)


def test_fit_finds_the_parameters_that_made_the_data():
    found = bg_nbd.fit(*simulated(40_000))
    assert (found.r, found.alpha, found.a, found.b) == pytest.approx((0.9, 8.0, 0.8, 2.5), rel=0.1)


@given(seed=st.integers(0, 1000))
def test_a_weight_is_as_good_as_repeated_rows(seed):
    x, last, end = simulated(300, seed)
    times = np.random.default_rng(seed).integers(1, 4, 300)
    weighted = bg_nbd.fit(x, last, end, weights=times)
    repeated = bg_nbd.fit(*(np.repeat(values, times) for values in (x, last, end)))
    assert weighted.n == repeated.n == times.sum()
    assert weighted.expected(52, x, last, end) == pytest.approx(repeated.expected(52, x, last, end), rel=1e-3)
    assert weighted.log_likelihood == pytest.approx(repeated.log_likelihood, rel=1e-9)


def test_order_of_the_customers_does_not_matter():
    rows = simulated(2_000)
    mixed = np.random.default_rng(0).permutation(2_000)
    assert astuple(bg_nbd.fit(*(column[mixed] for column in rows))) == pytest.approx(
        astuple(bg_nbd.fit(*rows)), rel=1e-5
    )


def test_the_unit_of_time_changes_alpha_and_nothing_else():
    x, last, end = simulated(5_000)
    weeks, days = bg_nbd.fit(x, last, end), bg_nbd.fit(x, last * 7, end * 7)
    assert (days.r, days.alpha / 7, days.a, days.b) == pytest.approx(
        (weeks.r, weeks.alpha, weeks.a, weeks.b), rel=1e-4
    )
    assert days.log_likelihood == pytest.approx(weeks.log_likelihood - x.sum() * np.log(7), rel=1e-9)


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 300), st.integers(0, 300)), min_size=4, max_size=60
    ).map(lambda rows: [(min(x, last), last if x else 0, last + silent) for x, last, silent in rows])
)
def test_any_ledger_gets_finite_numbers_or_a_plain_refusal(rows):
    """At most one order day a day; where the last order was the first, x is 0."""
    x, last, end = np.array([(x, last if x else 0, end) for x, last, end in rows], dtype=float).T
    with contextlib.suppress(NotEnoughError):
        expected = bg_nbd.fit(x, last / 7, end / 7).expected(365 / 7, x, last / 7, end / 7)
        assert np.isfinite(expected).all()
        assert (expected >= 0).all()


@pytest.mark.parametrize("customers", [0, 1, 1000])
def test_no_repeat_buyers_is_told_with_the_count(customers):
    nobody = np.zeros(customers)
    with pytest.raises(NotEnoughError, match=r"Only 0 customers ordered on two or more days.*needs 4"):
        bg_nbd.fit(nobody, nobody, np.full(customers, 52.0))


def test_too_few_repeat_buyers_is_told_with_what_is_needed():
    x, last, end = simulated(60)
    with pytest.raises(NotEnoughError, match=r"Only \d+ customers.*needs 100"):
        bg_nbd.fit(x, last, end, min_repeaters=100)


def test_a_ledger_that_nobody_leaves_fits_no_model():
    """Everyone orders every week up to the last one: the share that stops goes to zero."""
    x = np.full(200, 50.0)
    with pytest.raises(NotEnoughError, match="no plausible answer"):
        bg_nbd.fit(x, np.full(200, 51.0), np.full(200, 51.5))


def test_customers_who_all_stop_after_the_second_order_fit_no_model():
    x = np.repeat([0.0, 1.0], 200)
    with pytest.raises(NotEnoughError, match="no plausible answer"):
        bg_nbd.fit(x, np.where(x > 0, np.arange(400) % 30 + 1, 0), np.full(400, 100.0))


@pytest.mark.parametrize(
    ("x", "last", "end"),
    [
        (-1, 0, 10),
        (0.5, 1, 10),
        (float("nan"), 1, 10),
        (1, 11, 10),
        (1, 0, 10),
        (1, float("nan"), 10),
        (0, 0, -1),
    ],
)
def test_a_history_that_cannot_be_is_refused(x, last, end):
    with pytest.raises(OutOfRangeError):
        bg_nbd.fit([5, 5, 5, 5, x], [1, 2, 3, 4, last], [9, 9, 9, 9, end])
    with pytest.raises(OutOfRangeError):
        PAPER.expected(52, x, last, end)


def test_time_ahead_is_never_negative():
    with pytest.raises(OutOfRangeError, match="time"):
        PAPER.expected(-1, 1, 5, 10)


def test_shapes_are_broadcast():
    assert PAPER.expected([[1], [2]], [1, 2, 3], [5, 6, 7], 10).shape == (2, 3)
    assert probability(PAPER, [[0], [1]], [1, 2, 3]).shape == (2, 3)
    assert PAPER.expected(52, [], [], []).shape == (0,)
