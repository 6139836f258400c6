"""The value model gives the published numbers, draws small samples to the mean, and refuses what it cannot fit."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import approx_fprime

from winback_xl.core.lifetime_value import gamma_gamma
from winback_xl.core.lifetime_value.gamma_gamma import GammaGamma
from winback_xl.errors import NotEnoughError

PAPER = GammaGamma(p=6.25, q=3.74, v=15.44)  # Fader & Hardie (2013), section 4

models = st.builds(GammaGamma, p=st.floats(0.1, 50), q=st.floats(1.1, 50), v=st.floats(1, 1e5))


@pytest.fixture(scope="module")
def cdnow(data_dir):
    """Number and mean value of the repeat orders of the CDNOW 1/10 sample; 946 of 2,357 customers have any."""
    table = pd.read_csv(data_dir / "cdnow" / "cdnow_customers_summary_with_transactions.csv")
    return table["x"].to_numpy(float), table["zbar"].to_numpy(float)


def simulated(n, seed=1, p=6.0, q=4.0, v=15.0):
    """Customers that do what the model says, with 1 to 9 orders each."""
    chance = np.random.default_rng(seed)
    x = chance.integers(1, 10, n).astype(float)
    return x, chance.gamma(p * x) / (x * chance.gamma(q, 1 / v, n))


# -- Published numbers -----------------------------------------------------------------------------------------


@pytest.mark.data
def test_cdnow_fit_is_the_one_of_the_note_and_of_clvtools(cdnow):
    """Fader & Hardie (2013): p 6.25, q 3.74, v 15.44; the R package CLVTools gives LL -4055.9177."""
    found = gamma_gamma.fit(*cdnow)
    assert (found.p, found.q, found.v) == pytest.approx((6.25, 3.74, 15.44), abs=0.01)
    assert found.log_likelihood == pytest.approx(-4055.9177, abs=0.01)
    assert (found.n, found.left_out) == (946, 1411)


@pytest.mark.data
def test_cdnow_fit_is_the_one_of_an_independent_optimiser(cdnow):
    """A plain numpy and scipy fit of the same data, to the digits it was noted with."""
    found = gamma_gamma.fit(*cdnow)
    assert (found.p, found.q, found.v) == pytest.approx((6.248801, 3.744588, 15.447752), rel=2e-6)
    assert found.log_likelihood == pytest.approx(-4055.92324, abs=1e-5)


@pytest.mark.data
def test_first_ten_customers_of_the_note(cdnow):
    """Fader & Hardie (2013), with published parameters: within .1; to 4 digits those of a plain numpy run."""
    x, mean = (column[:10] for column in cdnow)
    found = PAPER.expected(x, mean)
    assert found == pytest.approx(
        [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17], abs=0.1
    )
    assert found == pytest.approx(
        [24.6637, 18.9169, 35.2190, 35.2190, 35.2190, 71.4697, 18.9169, 35.2190, 27.2884, 35.2190], abs=5e-5
    )


# -- What it says of a customer --------------------------------------------------------------------------------


@given(model=models, m=st.floats(0.01, 1e6), x=st.integers(1, 1000))
def test_expected_value_lies_between_the_own_mean_and_that_of_all(model, m, x):
    found = float(model.expected(x, m))
    low, high = sorted((m, model.mean))
    assert low * (1 - 1e-9) <= found <= high * (1 + 1e-9)
    assert abs(float(model.expected(x + 1, m)) - m) <= abs(found - m) + 1e-9 * (found + m)


@pytest.mark.parametrize(("x", "m"), [(0, 0), (0, 50), (3, 0), (3, -20), (3, float("nan"))])
def test_a_customer_without_positive_money_is_taken_as_average(x, m):
    assert PAPER.expected(x, m) == pytest.approx(PAPER.mean)
    assert PAPER.mean == pytest.approx(6.25 * 15.44 / 2.74)


# -- Fitting ---------------------------------------------------------------------------------------------------


def test_derivatives_are_those_of_finite_differences():
    likelihood = gamma_gamma.Likelihood.of(*simulated(400), np.full(400, 1.5))
    for at in ([6.0, 4.0, 15.0], [0.5, 1.2, 3.0], [40.0, 20.0, 100.0]):
        numeric = approx_fprime(np.array(at), lambda p: likelihood(p)[0], 1e-7 * np.array(at))
        assert likelihood(np.array(at))[1] == pytest.approx(numeric, rel=2e-5, abs=1e-3)


def test_likelihood_is_the_sum_of_the_published_one_over_customers():
    """Equation 1a of the note, written out customer by customer."""
    from scipy.special import gamma

    x, z = simulated(60)
    p, q, v = 2.0, 4.0, 15.0
    each = (
        gamma(p * x + q)
        / gamma(p * x)
        / gamma(q)
        * v**q
        * z ** (p * x - 1)
        * x ** (p * x)
        / (v + x * z) ** (p * x + q)
    )
    height, _ = gamma_gamma.Likelihood.of(x, z, np.ones(60))(np.array([p, q, v]))
    assert height == pytest.approx(np.log(each).sum(), rel=1e-12)


def test_fit_finds_the_parameters_that_made_the_data():
    found = gamma_gamma.fit(*simulated(40_000))
    assert (found.p, found.q, found.v) == pytest.approx((6.0, 4.0, 15.0), rel=0.1)


@given(seed=st.integers(0, 1000))
def test_a_weight_is_as_good_as_repeated_rows(seed):
    x, mean = simulated(300, seed)
    times = np.random.default_rng(seed).integers(1, 4, 300)
    weighted = gamma_gamma.fit(x, mean, weights=times)
    repeated = gamma_gamma.fit(np.repeat(x, times), np.repeat(mean, times))
    assert weighted.n == repeated.n == times.sum()
    assert weighted.expected(x, mean) == pytest.approx(repeated.expected(x, mean), rel=1e-3)
    assert weighted.log_likelihood == pytest.approx(repeated.log_likelihood, rel=1e-9)


def test_the_unit_of_money_changes_v_and_nothing_else():
    x, mean = simulated(5_000)
    euros, cents = gamma_gamma.fit(x, mean), gamma_gamma.fit(x, mean * 100)
    assert (cents.p, cents.q, cents.v / 100) == pytest.approx((euros.p, euros.q, euros.v), rel=1e-4)
    assert cents.log_likelihood == pytest.approx(euros.log_likelihood - 5_000 * np.log(100), rel=1e-9)


def test_customers_without_positive_money_are_left_out_and_counted():
    x, mean = simulated(500)
    without = gamma_gamma.fit(x, mean)
    junk_x, junk_mean = [0, 2, 2, 2], [10, 0, -5, np.nan]
    found = gamma_gamma.fit(np.append(x, junk_x), np.append(mean, junk_mean))
    assert found.left_out == 4
    assert astuple(found)[:5] == pytest.approx(astuple(without)[:5])


@pytest.mark.parametrize(("x", "mean"), [([], []), ([0, 0, 0, 0], [1, 2, 3, 4]), ([1, 2, 3], [-1, 5, 6])])
def test_too_few_customers_is_told_with_the_count(x, mean):
    with pytest.raises(NotEnoughError, match=r"Only \d customers have repeat orders with a value.*needs 3"):
        gamma_gamma.fit(x, mean)


def test_the_least_number_of_customers_can_be_raised():
    with pytest.raises(NotEnoughError, match=r"Only 20 customers.*needs 40"):
        gamma_gamma.fit(*simulated(20), min_customers=40)


def test_orders_without_a_mean_fit_no_model():
    """So unequal that the mean of all customers would be infinite (q below 1)."""
    with pytest.raises(NotEnoughError, match="no plausible answer"):
        gamma_gamma.fit(*simulated(2_000, p=3.0, q=0.5, v=10.0))


@pytest.mark.parametrize("worth", [99.0, 100.0, 0.1])
def test_customers_that_are_all_alike_need_no_model(worth):
    with pytest.raises(NotEnoughError, match="same mean value"):
        gamma_gamma.fit(np.repeat([2, 3], 50), np.full(100, worth))
