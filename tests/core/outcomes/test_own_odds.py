"""Own odds come from own outcomes, once there are enough, and say how sure they are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from winback_xl.core.outcomes import own_odds
from winback_xl.errors import NotEnoughError
from winback_xl.settings import Settings


def closed(many: int, seed: int = 1, slope: float = -1.2) -> pd.DataFrame:
    """Accounts whose chance to be won falls with the lapse ratio and rises with an offer."""
    rng = np.random.default_rng(seed)
    lapse, offered = rng.uniform(1, 6, many), rng.random(many) < 0.5
    chance = expit(1.5 + slope * (lapse - 3) + 0.8 * offered)
    won = rng.random(many) < chance
    return pd.DataFrame(
        {
            "outcome": np.where(won, "Won", rng.choice(["Lost", "Warm-lost", "Let go"], many)),
            "order_days": rng.integers(2, 60, many), "lapse_ratio": lapse, "agreed_amount": np.where(offered, 500.0, np.nan),
            "attempts": 1.0,
        }
    )  # fmt: skip


def test_too_few_outcomes_are_told_and_the_bands_stay():
    few = closed(400)
    few = pd.concat([few[few["outcome"] == "Won"].head(9), few[few["outcome"] == "Lost"].head(20)])
    with pytest.raises(NotEnoughError, match="9 wins and 20 losses"):
        own_odds.refit(few, Settings())


def test_who_was_let_go_untried_is_no_loss():
    known = closed(200)
    untried = known.head(40).assign(outcome="Let go", attempts=0.0)
    both = own_odds.refit(pd.concat([known, untried], ignore_index=True), Settings())
    assert both.losses == own_odds.refit(known, Settings()).losses
    for sign in ({"attempts": 1.0}, {"last_contact": pd.Timestamp("2026-11-01")}, {"listened": "Yes"}):
        tried = pd.concat([known, untried.assign(**sign)], ignore_index=True)
        assert own_odds.refit(tried, Settings()).losses == both.losses + 40


def test_open_accounts_teach_nothing_but_get_odds():
    known = closed(200)
    waiting = known.head(5).assign(outcome="Open")
    both = own_odds.refit(pd.concat([known, waiting], ignore_index=True), Settings())
    alone = own_odds.refit(known, Settings())
    pd.testing.assert_frame_equal(both.effects, alone.effects)
    assert len(both.odds) == 205


def test_with_many_outcomes_the_true_odds_are_found():
    many = closed(20_000)
    found = own_odds.refit(many, Settings())
    truth = expit(1.5 - 1.2 * (many["lapse_ratio"] - 3) + 0.8 * many["agreed_amount"].notna())
    assert np.abs(found.odds["odds"] - truth).max() < 0.05
    assert found.effects.loc["Lapse ratio", "high"] < 1, "the longer silent, the worse"
    assert found.effects.loc["Agreed, without a loss (log)", "low"] > 1
    low, high = found.effects.loc["Order days (log)", ["low", "high"]]
    assert low < 1 < high, "what has no effect is not said to have one"
    assert "Lapse ratio" in found.sentence


def test_intervals_hold_the_odds_and_narrow_with_more_outcomes():
    small, large = own_odds.refit(closed(80), Settings()).odds, own_odds.refit(closed(5000), Settings()).odds
    for found in (small, large):
        assert ((found["low"] <= found["odds"]) & (found["odds"] <= found["high"])).all()
        assert found.to_numpy().min() > 0
        assert found.to_numpy().max() < 1
    assert (large["high"] - large["low"]).mean() < 0.4 * (small["high"] - small["low"]).mean()


def test_a_clean_split_does_not_run_away():
    """Every offer won and every other lost: plain maximum likelihood would claim certainty."""
    split = pd.DataFrame(
        {
            "outcome": ["Won"] * 12 + ["Lost"] * 12,
            "order_days": 9,
            "lapse_ratio": 2.0,
            "agreed_amount": [100.0] * 12 + [0.0] * 12,
        }
    )
    found = own_odds.refit(split, Settings())
    assert np.isfinite(found.effects.to_numpy()).all()
    assert found.odds["odds"].max() < 0.9999


def test_errors_equal_those_of_an_independent_fit():
    """scipy minimises the same penalised likelihood numerically; its curvature gives the same errors."""
    from scipy.optimize import approx_fprime, minimize

    known = closed(300)
    found = own_odds.refit(known, Settings())
    raw = np.column_stack(
        [np.log1p(known["order_days"]), known["lapse_ratio"], np.log1p(known["agreed_amount"].fillna(0))]
    ).astype(float)
    design = np.column_stack([np.ones(len(raw)), (raw - raw.mean(0)) / raw.std(0)])
    used = ["Order days (log)", "Lapse ratio", "Agreed, without a loss (log)"]
    won = (known["outcome"] == "Won").to_numpy(float)

    def loss(b):
        line = design @ b
        return np.logaddexp(0, line).sum() - won @ line + (b[1:] ** 2).sum() / 8

    best = minimize(loss, np.zeros(4), method="BFGS", options={"gtol": 1e-8}).x
    curve = np.array(
        [approx_fprime(best, lambda b, i=i: approx_fprime(b, loss, 1e-5)[i], 1e-4) for i in range(4)]
    )
    assert found.effects.loc[used, "effect"].to_numpy() == pytest.approx(best[1:], abs=1e-4)
    assert found.effects.loc[used, "error"].to_numpy() == pytest.approx(
        np.sqrt(np.diag(np.linalg.inv(curve)))[1:], rel=0.02
    )


def test_what_an_effort_adds_is_told_from_who_comes_back_anyway():
    """Half were left alone: 30% of them came back, and 60% of those worked on, whatever was offered."""
    rng = np.random.default_rng(6)
    alone = np.arange(2000) % 2 == 0
    back = rng.random(2000) < np.where(alone, 0.3, 0.6)
    rows = pd.DataFrame(
        {
            "outcome": np.where(alone, "Open", np.where(back, "Won", "Lost")),
            "arm": np.where(alone, "Left alone", "Worked on"),
            "came_back": back.astype(object),
            "order_days": 9,
            "lapse_ratio": 2.0,
            "agreed_amount": np.where(alone, np.nan, 100.0),
            "our_part": 100.0,
            "attempts": np.where(alone, 0.0, 1.0),
        }
    )
    found = own_odds.refit(rows, Settings())
    assert found.odds["odds"][alone].mean() == pytest.approx(0.3, abs=0.04)
    assert found.odds["odds"][~alone].mean() == pytest.approx(0.6, abs=0.04)
    assert found.wins + found.losses == 1000, "the control group is no win and no loss"


def test_the_amount_counts_over_our_part_of_the_loss():
    """Twice our part brings more back than half of it, whatever the money is."""
    rng = np.random.default_rng(7)
    ours, share = rng.lognormal(6, 1.5, 4000), rng.uniform(0.2, 1.5, 4000)
    won = rng.random(4000) < expit(-1 + 1.5 * share)
    rows = pd.DataFrame(
        {
            "outcome": np.where(won, "Won", "Lost"), "order_days": 9, "lapse_ratio": 2.0, "agreed_amount": ours * share,
            "our_part": ours, "attempts": 1.0,
        }
    )  # fmt: skip
    effects = own_odds.refit(rows, Settings()).effects
    assert effects.loc["Agreed, over our part", "low"] > 1
    assert effects.loc["Agreed, over our part", "effect"] == pytest.approx(1.5 * share.std(), abs=0.1)
