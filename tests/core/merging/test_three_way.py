"""Copies are merged three ways, as often as they come back: checked on thousands of made-up campaigns against a plain rule book."""

from __future__ import annotations

import os
import random
from collections import defaultdict
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trackers import CUSTOMERS, HUMAN, POOL, as_sent, cells, edited, made, some
from winback_xl.core.merging import cell_keys, returned_copies, three_way

CASES = 10_000 if os.environ.get("WINBACK_TESTS") == "long" else 150

seeds = st.integers(0, 2**32 - 1)
thorough = settings(max_examples=CASES, deadline=None)


def meant(frame: pd.DataFrame, names: list[str]) -> dict[tuple[str, str], str]:
    """Return customer and column -> what a reader takes the cell for."""
    return {key: cell_keys.sense(text) for key, text in cells(frame, names).items()}


def means(value: Any) -> str:
    return cell_keys.sense(cell_keys.token(value))


def rule_book(
    master: pd.DataFrame, copies: list[returned_copies.Copy], human: list[str]
) -> tuple[dict[tuple[str, str], str], set[tuple[str, str, str, str]]]:
    """Merge by the plainest loops: what each cell must hold, and every conflict."""
    now = meant(master, human)
    known = set(master["customer_id"])
    says: dict[tuple[str, str], list[tuple[str, str, bool, str]]] = defaultdict(list)
    for copy in copies:
        sent = {
            (row["customer_id"], name): cell_keys.sense(row[name])
            for row in ([] if copy.sent is None else copy.sent.to_dict("records"))
            for name in human
            if name in row
        }
        for row in copy.rows.to_dict("records"):
            customer = row["customer_id"]
            names = [name for name in human if name in row]
            in_sent = copy.sent is not None and customer in set(copy.sent["customer_id"])
            if customer not in known:
                if in_sent and all(
                    means(row[n]) == sent.get((customer, n), "") for n in names if n in copy.sent
                ):
                    continue
                base: dict[str, str] = {}
            else:
                base = {n: sent.get((customer, n), "") for n in names} if in_sent else {}
            for name in names:
                said, held = means(row[name]), now.get((customer, name), "")
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
        copies.append(
            returned_copies.Copy(f"copy {number}.xlsx", rows, sent, f"rep {number}", "2026-11-22T10:00:00Z")
        )
    human = [*HUMAN, "+ own"]

    found = three_way.collect(master, copies, human=human)

    expected, conflicts = rule_book(master, copies, human)
    held = meant(found.frame, human)
    assert {key: token for key, token in held.items() if token} == {
        key: token for key, token in expected.items() if token
    }
    stated = {
        (c["customer_id"], c["column"], means(c["copy"]), c["file"])
        for c in found.conflicts.to_dict("records")
    }
    assert stated == conflicts
    assert len(found.conflicts) == len(conflicts)
    for line in found.conflicts.to_dict("records"):
        assert means(line["master"]) == held[line["customer_id"], line["column"]]
        assert line["who"] == f"rep {line['file'][5]}"
    assert not found.frame["customer_id"].duplicated().any()
    assert found.frame["customer_id"].tolist()[: len(master)] == master["customer_id"].tolist()


@given(seeds)
@thorough
def test_collecting_all_at_once_is_collecting_one_by_one(seed: int) -> None:
    chance = random.Random(seed)
    first = made(chance, some(chance) or ["C0"])
    copies = [
        returned_copies.Copy(f"{number}", edited(chance, first, HUMAN, 0.25), as_sent(first))
        for number in range(chance.randint(2, 4))
    ]
    human = [*HUMAN, "+ own"]
    at_once = three_way.collect(first, copies, human=human)
    one_by_one, disputed = first, set()
    for copy in copies:
        step = three_way.collect(one_by_one, [copy], human=human)
        disputed |= set(zip(step.conflicts["customer_id"], step.conflicts["column"], strict=True))
        one_by_one = step.frame
    assert disputed == set(zip(at_once.conflicts["customer_id"], at_once.conflicts["column"], strict=True))
    ours, theirs = meant(at_once.frame, human), meant(one_by_one, human)
    assert {k: v for k, v in ours.items() if k not in disputed} == {
        k: v for k, v in theirs.items() if k not in disputed
    }
    chance.shuffle(copies)
    assert meant(three_way.collect(first, copies, human=human).frame, human) == ours


@given(seeds)
@settings(max_examples=100, deadline=None)
def test_collecting_the_same_copies_again_takes_nothing_more(seed: int) -> None:
    chance = random.Random(seed)
    first = made(chance, some(chance) or ["C0"])
    copies = [returned_copies.Copy(f"{n}", edited(chance, first, HUMAN), as_sent(first)) for n in range(2)]
    once = three_way.collect(first, copies, human=HUMAN)
    twice = three_way.collect(once.frame, copies, human=HUMAN)
    assert meant(twice.frame, HUMAN) == meant(once.frame, HUMAN)
    assert sum(twice.taken.values()) == 0
    assert twice.added == 0


def test_without_what_was_sent_out_only_blank_cells_are_filled() -> None:
    master = pd.DataFrame(
        [{"campaign_id": "W", "customer_id": "C1", "stage": "Listed", "amount": None}], dtype=object
    )
    copy = pd.DataFrame(
        [{"campaign_id": "W", "customer_id": "C1", "stage": "Won", "amount": 5.0}], dtype=object
    )
    found = three_way.collect(master, [returned_copies.Copy("a.xlsx", copy, None)], human=["stage", "amount"])
    assert found.frame.loc[0, ["stage", "amount"]].tolist() == ["Listed", 5.0]
    assert found.conflicts[["column", "master", "copy"]].to_numpy().tolist() == [["stage", "Listed", "Won"]]


def test_no_copies_change_nothing() -> None:
    master = made(random.Random(1), CUSTOMERS)
    assert meant(three_way.collect(master, [], human=HUMAN).frame, HUMAN) == meant(master, HUMAN)


class Owner:
    """Somebody who works in a copy for weeks and sends it again and again."""

    def __init__(self, number: int, first: pd.DataFrame, chance: random.Random) -> None:
        self.base = first.sample(frac=1, random_state=chance.randrange(2**31)).reset_index(drop=True)
        self.rows, self.sent = self.base.copy(), as_sent(self.base)
        self.number, self.saved, self.chance = number, 0, chance
        self.last = meant(self.rows, HUMAN)
        self.values: dict[tuple[str, str], Any] = {}

    def types(self, mine: list[tuple[str, str]], share: float) -> None:
        """Type into some of the cells that are the owner's own; never undo most of what was typed."""
        self.saved += 1
        for customer, name in mine:
            if self.chance.random() < share:
                self.rows.loc[self.rows["customer_id"] == customer, name] = self.chance.choice(POOL)
        now, was = meant(self.rows, HUMAN), meant(self.base, HUMAN)
        sent_before = {key for key in now if self.last[key] != was[key]}
        undone = {key for key in sent_before if now[key] == was[key]}
        if 2 * len(undone) > len(sent_before):  # that is how a person begins again from the first attachment
            for customer, name in undone:
                self.rows.loc[self.rows["customer_id"] == customer, name] = f"again {self.saved}"
        now, known = meant(self.rows, HUMAN), sorted(sent_before)
        if known and all(
            now[key] != self.last[key] for key in known
        ):  # something shows that the copy goes on
            customer, name = self.chance.choice(known)
            self.rows.loc[self.rows["customer_id"] == customer, name] = self.values[customer, name]
        self.values = {(row["customer_id"], n): row[n] for row in self.rows.to_dict("records") for n in HUMAN}
        self.last = meant(self.rows, HUMAN)

    def copy(self) -> returned_copies.Copy:
        when = f"2026-11-{10 + self.saved:02d}T10:00:00Z"
        name = f"{self.number} ({self.saved}).xlsx"
        return returned_copies.Copy(name, self.rows.copy(), self.sent, "", when, f"copy {self.number}")


@given(seeds)
@thorough
def test_cells_of_one_person_arrive_as_typed_last_however_often_a_copy_is_collected(seed: int) -> None:
    """Nobody else edits these cells, so every edit is simply taken, and there is never a conflict."""
    chance = random.Random(seed)
    first = made(chance, some(chance) or ["C0"])
    owners = [Owner(number, first, chance) for number in range(chance.randint(1, 3))]
    places = [(customer, name) for customer in first["customer_id"] for name in HUMAN]
    whose = {place: chance.randrange(len(owners) + 1) for place in places}  # the last one is the master's
    master, said, conflicts = first.copy(), {}, None
    for _ in range(chance.randint(2, 4)):
        for place, number in whose.items():
            if number == len(owners) and chance.random() < 0.3:
                master.loc[master["customer_id"] == place[0], place[1]] = chance.choice(POOL)
        ours = meant(master, HUMAN)
        came = [owner for owner in owners if chance.random() < 0.8]
        for owner in came:
            owner.types([place for place, number in whose.items() if number == owner.number], chance.random())
        found = three_way.collect(
            master, [owner.copy() for owner in came], human=HUMAN, said=said, conflicts=conflicts
        )
        master, said, conflicts = found.frame, found.said, found.conflicts
        now = meant(master, HUMAN)
        for place, number in whose.items():
            if number == len(owners):
                assert now[place] == ours[place]
            elif owners[number] in came:
                assert now[place] == meant(owners[number].rows, HUMAN)[place]
        assert not len(conflicts)
        assert not found.collected_again
        again = three_way.collect(master, [owner.copy() for owner in came], human=HUMAN, said=said)
        assert sum(again.taken.values()) == 0
        assert not len(again.conflicts)
        assert again.said == said


def _one(when: str, **cells: Any) -> returned_copies.Copy:
    """Return a copy of one customer under one identity, saved at an hour."""
    blank = pd.DataFrame([{"campaign_id": "W", "customer_id": "C1", **dict.fromkeys(HUMAN)}], dtype=object)
    rows = blank.assign(**{name: pd.Series([value], dtype=object) for name, value in cells.items()})
    return returned_copies.Copy(f"saved {when}.xlsx", rows, as_sent(blank), "", when, "one copy")


def _master() -> pd.DataFrame:
    return pd.DataFrame([{"campaign_id": "W", "customer_id": "C1", **dict.fromkeys(HUMAN)}], dtype=object)


def test_two_texts_of_one_copy_in_one_run_are_a_conflict_in_either_order() -> None:
    both = [_one("10", stage="Prices"), _one("11", stage="Late truck", amount="mine")]
    for copies in (both, both[::-1]):
        found = three_way.collect(_master(), copies, human=HUMAN)
        assert found.conflicts["copy"].tolist() == ["Prices", "Late truck"]
        assert found.frame.loc[0, ["stage", "amount"]].tolist() == [None, "mine"]
        again = three_way.collect(
            found.frame, copies, human=HUMAN, said=found.said, conflicts=found.conflicts
        )
        assert sorted(set(again.conflicts["copy"])) == ["Late truck", "Prices"]
        assert sum(again.taken.values()) == 0


def test_another_text_of_a_copy_in_a_later_run_is_a_conflict_unless_the_copy_shows_that_it_goes_on() -> None:
    first = three_way.collect(_master(), [_one("10", stage="Prices")], human=HUMAN)
    alone = three_way.collect(first.frame, [_one("11", stage="Late truck")], human=HUMAN, said=first.said)
    assert alone.frame.loc[0, "stage"] == "Prices"
    assert alone.conflicts["copy"].tolist() == ["Late truck"]

    first = three_way.collect(_master(), [_one("10", stage="Prices", amount=5.0)], human=HUMAN)
    later = [_one("11", stage="Late truck", amount=5.0)]
    goes_on = three_way.collect(first.frame, later, human=HUMAN, said=first.said)
    assert goes_on.frame.loc[0, "stage"] == "Late truck"
    assert goes_on.replaced.to_numpy().tolist() == [["C1", "stage", "Prices", "saved 11.xlsx"]]
    step = three_way.collect(first.frame, later, human=HUMAN, said=first.said, steps={"stage"})
    assert step.frame.loc[0, "stage"] == "Late truck"
    assert not len(step.replaced)


def test_a_copy_of_a_copy_that_never_had_a_text_does_not_wipe_it_out_unseen() -> None:
    first = three_way.collect(_master(), [_one("10", stage="Prices", amount="a", due="b")], human=HUMAN)
    fork = three_way.collect(first.frame, [_one("11", amount="c")], human=HUMAN, said=first.said)
    assert fork.frame.loc[0, ["stage", "amount", "due"]].tolist() == ["Prices", "a", "b"]
    assert fork.conflicts["copy"].tolist() == ["c"]
    owner = three_way.collect(
        fork.frame, [_one("12", stage="Prices", amount="a", due="B")], human=HUMAN, said=fork.said,
        conflicts=fork.conflicts,
    )  # fmt: skip
    assert owner.frame.loc[0, "due"] == "B"  # the first branch is still known
    assert owner.replaced["content"].tolist() == ["b"]
