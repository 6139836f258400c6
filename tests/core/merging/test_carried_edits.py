"""Human edits survive a refresh: checked on thousands of made-up trackers against a plain rule book."""

from __future__ import annotations

import os
import random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trackers import HUMAN, POOL, as_sent, cells, made, some
from winback_xl.core.merging import carried_edits, cell_keys

CASES = 10_000 if os.environ.get("WINBACK_TESTS") == "long" else 120
seeds = st.integers(0, 2**32 - 1)
thorough = settings(max_examples=CASES, deadline=None)


@pytest.mark.parametrize("value", [v for v in POOL if v not in (None, "")])
def test_a_token_turns_back_into_what_it_stands_for(value: Any) -> None:
    assert cell_keys.value_of(cell_keys.token(value)) == value
    assert type(cell_keys.value_of(cell_keys.token(value))) is type(value)


def test_different_contents_have_different_tokens_and_equal_ones_the_same() -> None:
    assert len({cell_keys.token(value) for value in POOL}) == len(POOL) - 1  # None and "" are both blank
    assert cell_keys.token("a\r\nb") == cell_keys.token("a\nb")
    assert cell_keys.token(np.float64(2)) == cell_keys.token(2) == "n2"
    assert (
        cell_keys.token(pd.NaT)
        == cell_keys.token(pd.NA)
        == cell_keys.token(np.datetime64("NaT"))
        == cell_keys.token(np.inf)
        == ""
    )
    assert cell_keys.token(4915112345678.0) != cell_keys.token(4915112345679.0)


@given(st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_a_number_stays_near_itself_however_a_program_writes_it(value: float) -> None:
    for digits in (15, 16, 17):
        assert cell_keys.token(float(f"{value:.{digits}g}")) in cell_keys.near(value)


@given(seeds)
@settings(max_examples=100, deadline=None)
def test_tokens_of_a_column_are_those_of_its_cells(seed: int) -> None:
    chance = random.Random(seed)
    column = [chance.choice(POOL) for _ in range(chance.randint(0, 9))]
    assert cell_keys.tokens(pd.Series(column, dtype=object)).tolist() == [
        cell_keys.token(value) for value in column
    ]


@given(seeds)
@thorough
def test_a_refresh_loses_no_human_cell_and_doing_it_twice_changes_nothing(seed: int) -> None:
    chance = random.Random(seed)
    tracker = made(chance, some(chance), [*HUMAN, "+ own"]).assign(odds="old")
    fresh = made(chance, some(chance)).assign(odds="new")
    before = made(chance, some(chance), [*HUMAN, "+ own"])
    sent = as_sent(before, [*HUMAN, "+ own"]) if chance.random() < 0.7 else None
    human = [*HUMAN, "+ own"]

    based = carried_edits.rebase(tracker, fresh, human=human, sent=sent)

    now, was = cells(based.frame, human), cells(tracker, human)
    assert {key: now[key] for key in was} == was
    ids = based.frame["customer_id"].tolist()
    assert len(set(ids)) == len(ids)
    assert ids[: len(fresh)] == fresh["customer_id"].tolist()
    assert set(ids) == {*fresh["customer_id"], *tracker["customer_id"]}
    assert based.frame["odds"].tolist() == ["new"] * len(fresh) + ["old"] * (len(ids) - len(fresh))
    assert {i for i, new in zip(ids, based.stale, strict=True) if new} == {*tracker["customer_id"]} - {
        *fresh["customer_id"]
    }
    deleted = ({*before["customer_id"]} if sent is not None else set()) & {*fresh["customer_id"]} - {
        *tracker["customer_id"]
    }
    assert {i for i, back in zip(ids, based.restored, strict=True) if back} == deleted
    held = cells(before, human)
    assert all(now[customer, name] == held[customer, name] for customer in deleted for name in human)

    again = carried_edits.rebase(based.frame, fresh, human=human, sent=as_sent(based.frame, human))
    assert cells(again.frame, human) == now
    assert again.frame["customer_id"].tolist() == ids
    assert not again.new.any()
    assert not again.restored.any()


@given(seeds)
@thorough
def test_every_row_is_either_placed_or_listed_with_a_reason(seed: int) -> None:
    chance = random.Random(seed)
    size = chance.randint(0, 9)
    keys = ["W", "W", "W", "", None, "V", " W "]
    ids = ["C1", "C2", " C1", "", None, "C9"]
    tracker = pd.DataFrame(
        {"campaign_id": [chance.choice(keys) for _ in range(size)], "customer_id": [chance.choice(ids) for _ in range(size)],
         "notes": list(range(size))}, dtype=object,
    )  # fmt: skip
    found = carried_edits.sort_out(tracker, "W", ["C1", "C2"])
    assert sorted([*found.rows["notes"], *found.odd["notes"]]) == list(range(size))
    assert not found.rows["customer_id"].duplicated().any()
    assert set(found.rows["customer_id"]) <= {"C1", "C2"}
    assert (found.odd["reason"] != "").all()
    whole = tracker[(tracker["campaign_id"].fillna("").str.strip() == "W")]
    placed = {str(c).strip() for c in whole["customer_id"].dropna()} & {"C1", "C2"}
    assert placed <= set(found.rows["customer_id"])
