"""The functions and the search that replace SciPy's on the way of a plan give what SciPy's give."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special as scipys
from scipy.optimize import minimize

from winback_xl.core.lifetime_value import special
from winback_xl.core.lifetime_value.descent import descend
from winback_xl.core.lifetime_value.gamma_gamma import Likelihood as Spend
from winback_xl.core.lifetime_value.order_likelihood import Likelihood as Orders

POINTS = np.concatenate(
    [
        np.geomspace(1e-12, 1e8, 4001),
        np.linspace(0.01, 40, 4001),
        [1.0, 2.0, np.nextafter(8.0, 0), 8.0, np.nextafter(8.0, 9)],
    ]
)


def test_log_gamma():
    assert special.log_gamma(POINTS) == pytest.approx(scipys.gammaln(POINTS), rel=2e-15, abs=5e-14)


def test_digamma():
    assert special.digamma(POINTS) == pytest.approx(scipys.psi(POINTS), rel=4e-15, abs=5e-15)


def test_logistic():
    odds = np.linspace(-700, 700, 3001)
    assert special.logistic(odds) == pytest.approx(scipys.expit(odds), rel=1e-15)


def histories(seed, customers=3000):
    rng = np.random.default_rng(seed)
    rate = rng.gamma(rng.uniform(0.3, 3), 0.3, customers)
    ends = rng.integers(5, 150, customers).astype(float)
    x = rng.poisson(rate * ends * rng.uniform(0.2, 1, customers)).astype(float)
    tx = np.where(x > 0, np.ceil(ends * rng.beta(2, 1, customers)), 0.0)
    return x, np.minimum(tx, ends), ends


def climbed(score, low, high, start, weight):
    def depth(logs):
        height, slope = score(np.exp(logs))
        return -height / weight, -slope * np.exp(logs) / weight

    low, high = np.log(low), np.log(high)
    start = np.clip(np.log(start), low, high)
    there = minimize(
        depth, start, jac=True, method="SLSQP", bounds=list(zip(low, high, strict=True)),
        options={"ftol": 1e-15, "maxiter": 500},
    )  # fmt: skip
    return depth, descend(depth, start, low, high), there.x


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("from_first", [False, True])
def test_the_order_model_is_fitted_as_scipy_fits_it(seed, from_first):
    x, tx, ends = histories(seed)
    score = Orders.of(x, tx / ends.mean(), ends / ends.mean(), np.ones_like(x), from_first=from_first)
    low, high = np.array([1e-3] * 4), np.array([1e3, 1e4, 1e3, 1e4])
    depth, ours, theirs = climbed(score, low, high, (1.0, 0.5, 1.0, 2.5), len(x))
    assert depth(ours)[0] <= depth(theirs)[0] + 1e-10
    if (theirs < np.log(high) - 0.1).all():
        assert ours == pytest.approx(theirs, abs=1e-4)


@pytest.mark.parametrize("seed", range(8))
def test_the_spend_model_is_fitted_as_scipy_fits_it(seed):
    rng = np.random.default_rng(seed)
    x = rng.integers(1, 30, 2000).astype(float)
    own = rng.uniform(2, 9) / rng.gamma(rng.uniform(2, 6), 1, 2000)
    mean = rng.gamma(5 * x, own / (5 * x))
    score = Spend.of(x, mean / mean.mean(), np.ones_like(x))
    low, high = np.array([1e-3, 1e-3, 1e-6]), np.array([1e4, 1e4, 1e7])
    depth, ours, theirs = climbed(score, low, high, (3.0, 3.0, 1.0), len(x))
    assert depth(ours)[0] <= depth(theirs)[0] + 1e-10
    assert ours == pytest.approx(theirs, abs=1e-4)


def test_a_valley_that_bends_is_followed():
    """Rosenbrock's: two steps right for one down."""

    def valley(at):
        x, y = at
        return float((1 - x) ** 2 + 100 * (y - x * x) ** 2), np.array(
            [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]
        )

    low, high = np.full(2, -5.0), np.full(2, 5.0)
    assert descend(valley, np.array([-1.2, 1.0]), low, high) == pytest.approx([1, 1], abs=1e-7)
    assert descend(valley, np.array([-1.2, 1.0]), low, np.array([0.5, 5.0])) == pytest.approx([0.5, 0.25])
