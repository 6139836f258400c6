"""Human edits survive a refresh and a merge: checked on thousands of made-up trackers against a plain rule book."""

from __future__ import annotations

import os
import random
from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winback_xl.core import merge, tokens

CASES = 10_000 if os.environ.get("WINBACK_TESTS") == "long" else 120
HUMAN = ["stage", "amount", "due"]
CUSTOMERS = [f"C{number}" for number in range(7)]
POOL = [
    None,
    "",
    "Won",
    "won",
    "x\ny",
    " ",
    0.0,
    1.0,
    2.5,
    True,
    False,
    pd.Timestamp("2026-11-22"),
    "2026-11-22",
    "1",
]

seeds = st.integers(0, 2**32 - 1)
thorough = settings(max_examples=CASES, deadline=None)


def made(chance: random.Random, customers: list[str], names: list[str] = HUMAN) -> pd.DataFrame:
    """Return a tracker with these customers in any order and any content."""
    order = chance.sample(customers, len(customers))
    rows = [{"campaign_id": "W", "customer_id": c, **{n: chance.choice(POOL) for n in names}} for c in order]
    return pd.DataFrame(rows, columns=[*merge.KEYS, *names], dtype=object)


def some(chance: random.Random, customers: list[str] = CUSTOMERS) -> list[str]:
    return chance.sample(customers, chance.randint(0, len(customers)))


def as_sent(frame: pd.DataFrame, names: list[str] = HUMAN) -> pd.DataFrame:
    held = {name: tokens.tokens(frame[name]) for name in names if name in frame}
    return frame[list(merge.KEYS)].assign(**held)


def cells(frame: pd.DataFrame, names: list[str]) -> dict[tuple[str, str], str]:
    """Return customer and column -> token, by the plainest loop there is."""
    found = {}
    for row in frame.to_dict("records"):
        for name in names:
            found[row["customer_id"], name] = tokens.token(row[name]) if name in row else ""
    return found


def edited(chance: random.Random, frame: pd.DataFrame, names: list[str], share: float = 0.3) -> pd.DataFrame:
    """Return the frame as somebody hands it back: cells changed, rows moved, deleted and added, a column added."""
    kept = frame.sample(frac=1, random_state=chance.randrange(2**31)).reset_index(drop=True)
    kept = kept.drop(index=[row for row in kept.index if chance.random() < 0.1]).reset_index(drop=True)
    for name in names:
        kept[name] = [chance.choice(POOL) if chance.random() < share else value for value in kept[name]]
    if chance.random() < 0.2:
        kept["+ own"] = pd.Series([chance.choice(POOL) for _ in kept.index], dtype=object)
    if chance.random() < 0.2:
        kept = pd.concat([kept, made(chance, [f"N{chance.randint(0, 1)}"])], ignore_index=True).astype(object)
        kept = kept.where(kept.notna(), None)
    return kept


@pytest.mark.parametrize("value", [v for v in POOL if v not in (None, "")])
def test_a_token_turns_back_into_what_it_stands_for(value: Any) -> None:
    assert tokens.value_of(tokens.token(value)) == value
    assert type(tokens.value_of(tokens.token(value))) is type(value)


def test_different_contents_have_different_tokens_and_equal_ones_the_same() -> None:
    assert len({tokens.token(value) for value in POOL}) == len(POOL) - 1  # None and "" are both blank
    assert tokens.token("a\r\nb") == tokens.token("a\nb")
    assert tokens.token(np.float64(2)) == tokens.token(2) == "n2"
    assert (
        tokens.token(pd.NaT)
        == tokens.token(pd.NA)
        == tokens.token(np.datetime64("NaT"))
        == tokens.token(np.inf)
        == ""
    )
    assert tokens.token(4915112345678.0) != tokens.token(4915112345679.0)


@given(st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_a_number_stays_near_itself_however_a_program_writes_it(value: float) -> None:
    for digits in (15, 16, 17):
        assert tokens.token(float(f"{value:.{digits}g}")) in tokens.near(value)


@given(seeds)
@settings(max_examples=100, deadline=None)
def test_tokens_of_a_column_are_those_of_its_cells(seed: int) -> None:
    chance = random.Random(seed)
    column = [chance.choice(POOL) for _ in range(chance.randint(0, 9))]
    assert tokens.tokens(pd.Series(column, dtype=object)).tolist() == [
        tokens.token(value) for value in column
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

    based = merge.rebase(tracker, fresh, human=human, sent=sent)

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

    again = merge.rebase(based.frame, fresh, human=human, sent=as_sent(based.frame, human))
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
    found = merge.sort_out(tracker, "W", ["C1", "C2"])
    assert sorted([*found.rows["notes"], *found.odd["notes"]]) == list(range(size))
    assert not found.rows["customer_id"].duplicated().any()
    assert set(found.rows["customer_id"]) <= {"C1", "C2"}
    assert (found.odd["reason"] != "").all()
    whole = tracker[(tracker["campaign_id"].fillna("").str.strip() == "W")]
    placed = {str(c).strip() for c in whole["customer_id"].dropna()} & {"C1", "C2"}
    assert placed <= set(found.rows["customer_id"])


def rule_book(
    master: pd.DataFrame, copies: list[merge.Copy], human: list[str]
) -> tuple[dict[tuple[str, str], str], set[tuple[str, str, str, str]]]:
    """Merge by the plainest loops: what each cell must hold, and every conflict."""
    now = cells(master, human)
    known = set(master["customer_id"])
    says: dict[tuple[str, str], list[tuple[str, str, bool, str]]] = defaultdict(list)
    for copy in copies:
        sent = cells(copy.sent, human) if copy.sent is not None else {}
        raw = (
            {
                (row["customer_id"], n): row[n]
                for row in copy.sent.to_dict("records")
                for n in human
                if n in row
            }
            if copy.sent is not None
            else {}
        )
        sent = {key: str(value) for key, value in raw.items()} if raw else sent
        for row in copy.rows.to_dict("records"):
            customer = row["customer_id"]
            names = [name for name in human if name in row]
            in_sent = copy.sent is not None and customer in set(copy.sent["customer_id"])
            if customer not in known:
                if in_sent and all(
                    tokens.token(row[n]) == sent.get((customer, n), "") for n in names if n in copy.sent
                ):
                    continue
                base: dict[str, str] = {}
            else:
                base = {n: sent.get((customer, n), "") for n in names} if in_sent else {}
            for name in names:
                said, held = tokens.token(row[name]), now.get((customer, name), "")
                if said == held or (copy.sent is not None and said == base.get(name, "")):
                    continue
                certain = copy.sent is not None or held == ""
                says[customer, name].append(
                    (said, copy.file, certain and base.get(name, "") == held, base.get(name, ""))
                )
    conflicts = set()
    for key, edits in says.items():
        if len({said for said, *_ in edits}) == 1 and all(free for _, _, free, _ in edits):
            now[key] = edits[0][0]
        else:
            conflicts |= {(*key, said, file) for said, file, _, _ in edits}
    return now, conflicts


@given(seeds)
@thorough
def test_collecting_is_a_three_way_merge_and_lists_every_conflict_and_no_other(seed: int) -> None:
    chance = random.Random(seed)
    first = made(chance, some(chance) or ["C0"])
    master = edited(chance, first, HUMAN, 0.2)
    copies = []
    for number in range(chance.randint(1, 4)):
        base = first.sample(frac=chance.random(), random_state=chance.randrange(2**31)).reset_index(drop=True)
        rows = edited(chance, base, HUMAN, 0.3)
        sent = as_sent(base) if chance.random() < 0.8 else None
        copies.append(merge.Copy(f"copy {number}.xlsx", rows, sent, f"rep {number}", "2026-11-22T10:00:00Z"))
    human = [*HUMAN, "+ own"]

    found = merge.collect(master, copies, human=human)

    expected, conflicts = rule_book(master, copies, human)
    held = cells(found.frame, human)
    assert {key: token for key, token in held.items() if token} == {
        key: token for key, token in expected.items() if token
    }
    told = {
        (c["customer_id"], c["column"], tokens.token(c["copy"]), c["file"])
        for c in found.conflicts.to_dict("records")
    }
    assert told == conflicts
    assert len(found.conflicts) == len(conflicts)
    for line in found.conflicts.to_dict("records"):
        assert tokens.token(line["master"]) == held[line["customer_id"], line["column"]]
        assert line["who"] == f"rep {line['file'][5]}"
    assert not found.frame["customer_id"].duplicated().any()
    assert found.frame["customer_id"].tolist()[: len(master)] == master["customer_id"].tolist()


@given(seeds)
@thorough
def test_collecting_all_at_once_is_collecting_one_by_one(seed: int) -> None:
    chance = random.Random(seed)
    first = made(chance, some(chance) or ["C0"])
    copies = [
        merge.Copy(f"{number}", edited(chance, first, HUMAN, 0.25), as_sent(first))
        for number in range(chance.randint(2, 4))
    ]
    human = [*HUMAN, "+ own"]
    at_once = merge.collect(first, copies, human=human)
    one_by_one, disputed = first, set()
    for copy in copies:
        step = merge.collect(one_by_one, [copy], human=human)
        disputed |= set(zip(step.conflicts["customer_id"], step.conflicts["column"], strict=True))
        one_by_one = step.frame
    assert disputed == set(zip(at_once.conflicts["customer_id"], at_once.conflicts["column"], strict=True))
    ours, theirs = cells(at_once.frame, human), cells(one_by_one, human)
    assert {k: v for k, v in ours.items() if k not in disputed} == {
        k: v for k, v in theirs.items() if k not in disputed
    }
    chance.shuffle(copies)
    assert cells(merge.collect(first, copies, human=human).frame, human) == ours


@given(seeds)
@settings(max_examples=100, deadline=None)
def test_collecting_the_same_copies_again_takes_nothing_more(seed: int) -> None:
    chance = random.Random(seed)
    first = made(chance, some(chance) or ["C0"])
    copies = [merge.Copy(f"{n}", edited(chance, first, HUMAN), as_sent(first)) for n in range(2)]
    once = merge.collect(first, copies, human=HUMAN)
    twice = merge.collect(once.frame, copies, human=HUMAN)
    assert cells(twice.frame, HUMAN) == cells(once.frame, HUMAN)
    assert sum(twice.taken.values()) == 0
    assert twice.added == 0


def test_without_what_was_sent_out_only_blank_cells_are_filled() -> None:
    master = pd.DataFrame(
        [{"campaign_id": "W", "customer_id": "C1", "stage": "Listed", "amount": None}], dtype=object
    )
    copy = pd.DataFrame(
        [{"campaign_id": "W", "customer_id": "C1", "stage": "Won", "amount": 5.0}], dtype=object
    )
    found = merge.collect(master, [merge.Copy("a.xlsx", copy, None)], human=["stage", "amount"])
    assert found.frame.loc[0, ["stage", "amount"]].tolist() == ["Listed", 5.0]
    assert found.conflicts[["column", "master", "copy"]].to_numpy().tolist() == [["stage", "Listed", "Won"]]


def test_no_copies_change_nothing() -> None:
    master = made(random.Random(1), CUSTOMERS)
    assert cells(merge.collect(master, [], human=HUMAN).frame, HUMAN) == cells(master, HUMAN)
