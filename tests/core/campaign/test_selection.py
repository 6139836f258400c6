"""Who is pursued under budget, hands and the newcomer's protection: all limits kept, never worse than the plain list."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from winback_xl.core import limited_choice, linear_program
from winback_xl.core.campaign import selection
from winback_xl.errors import DataError
from winback_xl.settings import Settings


def team(*weekly: float, tenure: tuple[float, ...] = ()) -> pd.DataFrame:
    frame = pd.DataFrame({"rep": [f"R{i}" for i in range(len(weekly))], "weekly_contacts": weekly})
    return frame.assign(tenure_months=tenure or 24.0)


def accounts(*rows: tuple[float, float, str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["expected_value", "our_cost", "owner", "decision", "status"])
    return frame.assign(customer_id=[f"C{i}" for i in range(len(frame))])


def kept(found: selection.Choice, given_: pd.DataFrame, reps: pd.DataFrame, settings: Settings) -> list[str]:
    """Count every limit afresh, by plain loops that share nothing with the planner."""
    broken = []
    taken = [(row, given_.loc[label]) for label, row in found.table.iterrows() if row["chosen"]]
    if settings.make_good_budget and sum(a["our_cost"] for _, a in taken) > settings.make_good_budget + 1e-6:
        broken.append("budget")
    for rep in reps.itertuples():
        mine = [(row, account) for row, account in taken if row["owner"] == rep.rep]
        if len(mine) > rep.weekly_contacts * settings.campaign_weeks:
            broken.append(f"{rep.rep} has too many")
        if rep.tenure_months < settings.newcomer_months:
            most = int(rep.weekly_contacts * settings.campaign_weeks * settings.newcomer_lost_share)
            if sum(account["status"] == "Cold" for _, account in mine) > most:
                broken.append(f"{rep.rep} has too many lost causes")
        weeks = [row["wave"] for row, _ in mine]
        broken += [f"{rep.rep} week {week}" for week in set(weeks) if weeks.count(week) > rep.weekly_contacts]
    for row, account in taken:
        if account["decision"] == "Reassign" and row["owner"] == account["owner"]:
            broken.append("left with the rep who clashes")
        if account["expected_value"] <= 0:
            broken.append("worthless account chosen")
    return broken


def test_a_budget_is_spent_where_it_brings_most():
    """One dear account against two cheap ones worth more together: the plain list takes the dear one."""
    given_ = accounts(
        (100, 100, "R0", "Pursue", "Lapsed"),
        (70, 50, "R0", "Pursue", "Lapsed"),
        (60, 50, "R0", "Pursue", "Lapsed"),
    )
    found = selection.choose(given_, team(9.0), Settings().with_(make_good_budget=100.0))
    assert found.table["chosen"].tolist() == [False, True, True]
    assert (found.value, found.greedy_value) == (130, 100)
    assert "30 more than with the most valuable accounts first" in found.sentence


def test_a_choice_that_cannot_be_bettered_says_so():
    found = selection.choose(accounts((100, 100, "R0", "Pursue", "Lapsed")), team(9.0), Settings())
    assert (
        found.sentence
        == "1 account chosen, worth 100 over 3 years after 100 for offers and 40 for calls: no other choice is worth more."
    )
    free = Settings().with_(effort_cost=0.0)
    quiet = selection.choose(accounts((100, 100, "R0", "Pursue", "Lapsed")), team(9.0), free)
    assert "after 100 for offers: no other" in quiet.sentence


def test_free_accounts_go_to_who_has_room():
    given_ = accounts(
        (9, 0, "R0", "Pursue", "Lapsed"), (8, 0, "", "Pursue", "Lapsed"), (7, 0, "Gone", "Pursue", "Lapsed")
    )
    found = selection.choose(given_, team(1.0, 5.0), Settings().with_(campaign_weeks=1))
    assert found.table["owner"].tolist() == ["R0", "R1", "R1"]


def test_a_clash_is_handed_to_somebody_else_or_left_out():
    given_ = accounts((9, 0, "R0", "Reassign", "Lapsed"))
    assert selection.choose(given_, team(5.0, 1.0), Settings()).table["owner"].tolist() == ["R1"]
    alone = selection.choose(given_, team(5.0), Settings()).table
    assert alone["chosen"].tolist() == [False]
    assert "nobody else has room" in alone["why"].iloc[0]


def test_no_lost_causes_to_the_newcomer():
    given_ = accounts(*[(9.0 - i / 10, 0.0, "R0", "Pursue", "Cold") for i in range(10)])
    settings = Settings().with_(campaign_weeks=1, newcomer_lost_share=0.2)
    assert selection.choose(given_, team(10.0, tenure=(2.0,)), settings).table["chosen"].sum() == 2
    assert selection.choose(given_, team(10.0, tenure=(30.0,)), settings).table["chosen"].sum() == 10


def test_weeks_hold_what_a_rep_can_take_and_the_best_go_first():
    given_ = accounts(*[(float(i), 0.0, "R0", "Pursue", "Lapsed") for i in range(1, 6)])
    assert selection.choose(given_, team(2.0), Settings()).table["wave"].tolist() == [3, 2, 2, 1, 1]


def test_a_team_without_hands_is_told():
    with pytest.raises(DataError, match="weekly contacts"):
        selection.choose(accounts((1, 0, "R0", "Pursue", "Lapsed")), team(0.0), Settings())


def best_of_all(given_: pd.DataFrame, most: int, budget: float) -> float:
    """Try every choice of a single rep's accounts."""
    rows = list(given_[["expected_value", "our_cost"]].itertuples(index=False))
    choices = itertools.chain.from_iterable(
        itertools.combinations(rows, size) for size in range(min(most, len(rows)) + 1)
    )
    return max(sum(v for v, _ in choice) for choice in choices if sum(c for _, c in choice) <= budget + 1e-9)


@given(
    st.lists(st.tuples(st.integers(1, 500), st.integers(0, 300)), min_size=1, max_size=9),
    st.integers(1, 5),
    st.integers(50, 600),
)
def test_small_choices_are_the_best_there_is(rows, most, budget):
    given_ = accounts(*[(float(v), float(c), "R0", "Pursue", "Lapsed") for v, c in rows])
    settings = Settings().with_(campaign_weeks=1, make_good_budget=float(budget))
    found = selection.choose(given_, team(float(most)), settings)
    assert found.value == pytest.approx(best_of_all(given_, most, budget), rel=1e-4)


ROW = st.tuples(
    st.floats(-50, 5000), st.floats(0, 900), st.sampled_from(["R0", "R1", "R2", "", "Gone"]),
    st.sampled_from(["Pursue", "Reassign"]), st.sampled_from(["Lapsed", "Cold", "Active"]),
)  # fmt: skip


@given(
    st.lists(ROW, min_size=1, max_size=40),
    st.lists(st.integers(0, 6), min_size=3, max_size=3).filter(any),
    st.lists(st.integers(1, 12), min_size=3, max_size=3),
    st.sampled_from([0.0, 500.0, 5000.0]),
)
def test_every_limit_is_kept_and_the_plain_list_never_beats_it(rows, weekly, tenure, budget):
    given_ = accounts(*rows)
    reps = team(*map(float, weekly), tenure=tuple(map(float, tenure)))
    settings = Settings().with_(campaign_weeks=2, make_good_budget=budget)
    found = selection.choose(given_, reps, settings)
    assert kept(found, given_, reps, settings) == []
    assert found.value >= found.greedy_value
    assert 0 <= found.gap <= 1


def test_a_hundred_accounts_a_rep_for_many_reps_keep_every_limit():
    rng = np.random.default_rng(5)
    many = 3000
    reps = team(*rng.integers(2, 9, 20).astype(float), tenure=tuple(rng.integers(1, 40, 20).astype(float)))
    given_ = pd.DataFrame(
        {
            "customer_id": [f"C{i}" for i in range(many)], "expected_value": rng.lognormal(6, 1.2, many) - 200,
            "our_cost": rng.lognormal(5, 1.5, many), "owner": rng.choice([*reps["rep"], ""], many),
            "decision": rng.choice(["Pursue", "Reassign"], many, p=[0.97, 0.03]), "status": rng.choice(["Lapsed", "Cold"], many),
        }
    )  # fmt: skip
    settings = Settings().with_(campaign_weeks=6, make_good_budget=30_000.0)
    found = selection.choose(given_, reps, settings)
    assert kept(found, given_, reps, settings) == []
    assert found.value > found.greedy_value
    assert found.gap < 0.01


def test_the_solver_and_scipys_copy_of_it_agree(monkeypatch):
    """Where there is no highspy (xlwings Lite), SciPy has the same solver in it."""
    rng = np.random.default_rng(7)
    many, limits = 400, 12
    item = np.concatenate([rng.choice(many, 80, replace=False) for _ in range(limits)])
    programme = linear_program.Programme(
        rng.lognormal(5, 1, many), np.repeat(np.arange(limits), 80), item, rng.choice([0.5, 1.0, 2.0], len(item)),
        rng.integers(5, 40, limits).astype(float),
    )  # fmt: skip
    ours, best = linear_program.relaxed(programme), linear_program.whole(programme)
    monkeypatch.setattr(linear_program, "find_spec", lambda _: None)
    theirs, also = linear_program.relaxed(programme), linear_program.whole(programme)
    assert ours.worth == pytest.approx(theirs.worth)
    assert ours.price == pytest.approx(theirs.price, abs=1e-6)
    assert programme.worth @ best == pytest.approx(programme.worth @ also, rel=2e-4)
    assert programme.worth @ best <= ours.worth + 1e-6
    used = np.bincount(programme.row, weights=programme.takes * best[programme.item])
    assert (used <= programme.most + 1e-6).all()


def test_a_choice_prints_nothing(capfd):
    """Standard output is for --json; the solver is a library that likes to introduce itself."""
    found = accounts((100.0, 2.0, "Ann", "Lapsed", "Pursue"), (90.0, 1.0, "Ann", "Lapsed", "Pursue"))
    chosen = selection.choose(found, team(1.0), Settings(campaign_weeks=1, make_good_budget=1.5))
    assert chosen.value == 90.0
    assert capfd.readouterr() == ("", "")


@example(value=[1, 0, 0, 0, 0, 1, 1], hands=[0, 1], seed=0)  # the first has to leave the only rep with hands
@given(
    value=st.lists(st.integers(-20, 100), min_size=1, max_size=30),
    hands=st.lists(st.integers(0, 6), min_size=1, max_size=3).filter(any),
    seed=st.integers(0, 2**32 - 1),
)
def test_where_the_plain_list_is_called_best_the_solver_finds_nothing_better(value, hands, seed):
    """Without a budget that is nearly always; newcomers whose lost causes are limited may make a difference."""
    rng = np.random.default_rng(seed)
    many = len(value)
    reps = team(*map(float, hands), tenure=tuple(rng.choice([3.0, 60.0], len(hands))))
    given_ = pd.DataFrame(
        {
            "customer_id": [f"C{i}" for i in range(many)], "expected_value": np.array(value, float), "our_cost": 1.0,
            "owner": rng.choice([*reps["rep"], ""], many), "decision": rng.choice(["Pursue", "Reassign"], many),
            "status": rng.choice(["Lapsed", "Cold"], many),
        }
    )  # fmt: skip
    settings = Settings().with_(campaign_weeks=1)
    found = selection.choose(given_, reps, settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limited_choice, "is_best", lambda *_: False)
        solved = selection.choose(given_, reps, settings)
    assert (found.value, found.gap) == (pytest.approx(solved.value), pytest.approx(solved.gap, abs=1e-9))
