"""Own outcomes correct the advice: the gain is learned, not the wins, and the authors' figures stay as a prior."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, logit

from winback_xl.core.returns import own_effect
from winback_xl.errors import NotEnoughError


def outcomes(many: int, shift: float, scale: float, seed: int = 1, alone: float = 0.3):
    rng = np.random.default_rng(seed)
    base, gain = rng.uniform(0.1, 0.5, many), rng.uniform(0.05, 0.25, many)
    worked = rng.random(many) >= alone
    lift = logit(base + gain) - logit(base)
    back = rng.random(many) < expit(logit(base) + shift + worked * scale * lift)
    return base, gain, worked, back, np.full(many, np.nan), np.full(many, np.nan)


@pytest.mark.parametrize(("shift", "scale"), [(0.0, 1.0), (0.6, 0.2), (-0.5, 1.6)])
def test_with_many_outcomes_the_truth_is_found(shift, scale):
    found = own_effect.fit(*outcomes(40_000, shift, scale))
    assert found.effects[:2] == pytest.approx([shift, scale], abs=0.12)
    base, gain = found.tuned(np.array([0.3]), np.array([0.1]))
    assert base[0] == pytest.approx(expit(logit(0.3) + shift), abs=0.02)
    assert (gain[0] > 0.08) == (scale >= 1)


def test_many_wins_that_come_anyway_raise_the_base_and_not_the_gain():
    """Everybody comes back more often than the advice says, worked on or not: that is no merit of an effort."""
    base, gain, worked, _, *amounts = outcomes(6000, 0, 1)
    back = np.random.default_rng(3).random(6000) < 0.6
    found = own_effect.fit(base, gain, worked, back, *amounts)
    more, less = found.tuned(base, gain)
    assert more.mean() > base.mean() + 0.15
    assert less.mean() < 0.4 * gain.mean()


def test_a_few_outcomes_move_the_advice_a_little():
    few = own_effect.fit(*outcomes(150, 0.8, 1.0))
    many = own_effect.fit(*outcomes(8000, 0.8, 1.0))
    assert 0 < few.effects[0] < many.effects[0]
    assert (many.errors < few.errors)[:2].all()
    assert "The authors' figures stay as a prior." in few.sentence


@pytest.mark.parametrize("as_money", [False, True])
def test_what_a_larger_amount_adds_is_found_for_shares_of_a_loss_and_for_money(as_money):
    rng = np.random.default_rng(4)
    base, gain, worked, _, nothing, _ = outcomes(20_000, 0, 1)
    amount = np.where(worked, rng.uniform(0.2, 1.5, 20_000), np.nan)
    beyond = np.nan_to_num(np.log(amount) - np.nanmean(np.log(amount)))
    lift = logit(base + gain) - logit(base)
    back = rng.random(20_000) < expit(logit(base) + worked * (lift + 0.7 * beyond))
    given = (nothing, 400 * amount) if as_money else (amount, nothing)
    found = own_effect.fit(base, gain, worked, back, *given)
    assert found.effects[2] == pytest.approx(0.7, abs=0.1)
    assert found.priced == worked.sum()
    assert "Larger amounts brought more than the response curve says" in found.sentence


def test_where_larger_amounts_bring_more_the_curve_is_steeper_and_the_other_way_round():
    rng = np.random.default_rng(4)
    base, gain, worked, _, nothing, _ = outcomes(20_000, 0, 1)
    share = np.where(worked, rng.uniform(0.3, 1.2, 20_000), np.nan)
    beyond = np.nan_to_num(np.log(share) - np.nanmean(np.log(share)))
    shares, curve = np.array([0.0, 0.6, 1.0, 1.2]), np.array([0.15, 0.3, 0.95, 1.0])
    parts = {}
    for slope in (-0.6, 0.0, 0.6):
        lift = logit(base + gain * np.interp(share, shares, curve, left=1)) - logit(base)
        back = rng.random(20_000) < expit(logit(base) + worked * (np.nan_to_num(lift) + slope * beyond))
        advised = np.where(worked, gain * np.interp(np.nan_to_num(share), shares, curve), gain)
        parts[slope] = own_effect.fit(base, advised, worked, back, share, nothing).answers(shares, curve)
        assert (np.diff(parts[slope]) >= 0).all(), "more money never brings less"
        assert parts[slope][-1] == 1
    assert parts[0.6][1] < parts[0.0][1] < parts[-0.6][1]
    assert parts[0.0] == pytest.approx(curve, abs=0.12)


def test_too_few_outcomes_are_told():
    base, gain, worked, _, *amounts = outcomes(30, 0, 1)
    with pytest.raises(NotEnoughError, match="So far 0 wins and"):
        own_effect.fit(base, gain, worked, np.zeros(30, bool), *amounts)


def test_what_is_unknown_stays_unknown():
    found = own_effect.fit(*outcomes(2000, 0, 1))
    base, gain = found.tuned(np.array([np.nan, 0.2]), np.array([0.1, 0.1]))
    assert np.isnan(base[0])
    assert not np.isnan(base[1])
    assert gain[0] == 0.1
