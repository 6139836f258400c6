"""The interval of a lift holds the truth in 95 of 100 campaigns, also in small ones drawn within strata."""

from __future__ import annotations

import numpy as np
import pytest

from winback_xl.core.outcomes import lift


def draw(stratum, share, rng):
    """Draw as the control group is drawn: every so-manieth account of a list sorted by stratum and chance."""
    order = np.lexsort((rng.random(len(stratum)), stratum))
    place, start = np.arange(len(stratum)), rng.random()
    out = np.zeros(len(stratum), bool)
    out[order[np.floor((place + 1) * share + start) > np.floor(place * share + start)]] = True
    return out


@pytest.mark.parametrize("effect", [0.0, 0.05, 0.1, 0.2])
@pytest.mark.parametrize("many", [181, 500])
def test_the_interval_holds_the_true_lift_in_about_95_of_100_draws(many, effect):
    rng = np.random.default_rng(11)
    holds, lifts = [], []
    for _ in range(12):
        stratum = rng.integers(0, 18, many)
        alone_back = rng.random(many) < rng.uniform(0.05, 0.7, 18)[stratum]
        for _ in range(60):
            alone = draw(stratum, 0.15, rng)
            helped = rng.random(many) < effect / (1 - alone_back.mean())
            back = alone_back | (~alone & helped)
            found = lift.between(back, ~alone, stratum, np.zeros(many))
            holds.append(found.low <= effect <= found.high)
            lifts.append(found.lift)
    assert abs(np.mean(lifts) - effect) < 0.01
    assert 0.925 <= np.mean(holds) <= 0.975, "720 draws: 95% give or take two standard errors"


def test_draws_of_different_days_are_compared_each_with_itself():
    """In one draw 10% come back in both arms, in the other 60%; the arms differ in size, the lift is still nil."""
    day = np.repeat([1, 2], 400)
    worked = np.r_[np.arange(400) < 360, np.arange(400) < 200]
    back = np.r_[np.arange(400) % 10 == 0, np.arange(400) % 10 < 6]
    found = lift.between(back, worked, np.zeros(800), day)
    assert found.lift == pytest.approx(0, abs=1e-9)
    assert back[worked].mean() < back[~worked].mean() - 0.1, "plain shares would show a loss"


def test_a_draw_with_one_arm_only_is_left_out():
    found = lift.between(np.ones(10, bool), np.ones(10, bool), np.zeros(10), np.zeros(10))
    assert found.worked == found.alone == 0
    assert np.isnan(found.lift)


def test_the_smallest_lift_shrinks_with_the_control_group():
    sizes = [lift.smallest(1000 - many, many, 0.17) for many in (50, 100, 200, 400)]
    assert sizes == sorted(sizes, reverse=True)
    assert np.isnan(lift.smallest(5, 1, 0.9))
    assert lift.to_leave_alone(68, 0.17, 0.05) == 0
