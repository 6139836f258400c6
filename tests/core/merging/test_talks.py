"""Talks of master and copies, collected in any order: each talk once, each text somewhere."""

from __future__ import annotations

import os
from itertools import count
from typing import Any

import pandas as pd
import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from winback_xl.core.cell_text import written
from winback_xl.core.merging import returned_copies
from winback_xl.core.talks import talk_keys, talk_merge
from winback_xl.core.tracking import talk_log
from winback_xl.schema.columns import TALKS

LONG = os.environ.get("WINBACK_TESTS") == "long"
CAMPAIGN = pd.DataFrame({"customer_id": ["C1", "C2", "C3"], "customer": ["Ash", "Birch", "Ash"]})
TEXTS = ("said", "promised")
DAYS = [pd.Timestamp("2026-11-20"), pd.Timestamp("2026-11-21"), None]


def rows(*talks: dict[str, Any]) -> pd.DataFrame:
    """Return a log: each talk with an account, and whatever else is given."""
    return talk_log.shaped(pd.DataFrame(list(talks), dtype=object))


def talk(customer: str = "C1", day: str = "2026-11-20", **more: Any) -> dict[str, Any]:
    return {"customer_id": customer, "customer": customer, "talk_date": pd.Timestamp(day), **more}


def copy(
    name: str, talks: pd.DataFrame, sent: pd.DataFrame | None, identity: str = "", when: str = ""
) -> Any:
    about = returned_copies.Copy(name, pd.DataFrame(), None, "", when, identity)
    return about, talk_merge.TalksOfCopy(talks, sent)


def no_conflicts() -> pd.DataFrame:
    return pd.DataFrame(columns=list(returned_copies.CONFLICT), dtype=object)


def merged(
    master: pd.DataFrame, *copies: Any, said: Any = None, conflicts: pd.DataFrame | None = None
) -> talk_merge.MergedTalks:
    return talk_merge.merge(
        master, copies, campaign=CAMPAIGN, campaign_id="W", said=said or {},
        conflicts=no_conflicts() if conflicts is None else conflicts,
    )  # fmt: skip


def test_a_new_talk_of_a_copy_counts_once_however_often_it_comes_back() -> None:
    new = talk_keys.keyed(rows(talk(said="Wants a credit")), "sent")
    first = merged(talk_log.none(), copy("a.xlsx", new, None, "a", "1"))
    again = merged(first.talks, copy("a.xlsx", new, None, "a", "1"), said=first.said)
    by_another_name = merged(again.talks, copy("b.xlsx", new, None, "b", "2"), said=again.said)
    assert (first.added, again.added, by_another_name.added) == (1, 0, 0)
    assert by_another_name.talks["said"].tolist() == ["Wants a credit"]
    assert not len(by_another_name.conflicts)


def test_two_calls_alike_on_one_day_are_two_talks() -> None:
    twice = talk_keys.keyed(rows(talk(said="No answer"), talk(said="No answer")), "sent")
    assert twice["talk_id"].is_unique
    done = merged(talk_log.none(), copy("a.xlsx", twice, None, "a", "1"))
    again = merged(
        done.talks, copy("forwarded.xlsx", talk_keys.keyed(twice.assign(talk_id=""), "other"), None, "b", "2")
    )
    assert len(again.talks) == 2


def test_a_text_that_two_people_changed_differently_is_a_conflict_with_both() -> None:
    master = talk_keys.keyed(rows(talk(said="Angry")), "sent")
    sent = talk_keys.sent_tokens(master)
    one = copy("a.xlsx", master.assign(said="Angry about the price"), sent, "a", "1")
    other = copy("b.xlsx", master.assign(said="Angry about the delay"), sent, "b", "2")
    done = merged(master, one, other)
    assert done.talks["said"].tolist() == ["Angry"]
    assert set(done.conflicts["copy"]) == {"Angry about the price", "Angry about the delay"}
    assert set(done.conflicts["customer_id"]) == {"C1"}
    assert talk_merge.is_about_talks(done.conflicts).all()
    settled = done.talks.assign(said="Angry about the delay")
    assert len(talk_merge.still_open(done.conflicts, settled)) == 0
    assert len(talk_merge.still_open(done.conflicts, done.talks)) == 2


def test_a_row_copied_within_the_sheet_is_a_talk_of_its_own() -> None:
    master = talk_keys.keyed(rows(talk(said="First")), "sent")
    sent = talk_keys.sent_tokens(master)
    pasted = rows({**master.iloc[0].to_dict(), "said": "Second"}, master.iloc[0].to_dict())
    held = talk_keys.keyed(pasted, "sent", sent)
    assert held["talk_id"].is_unique
    assert held.loc[held["said"] == "First", "talk_id"].tolist() == master["talk_id"].tolist()


@pytest.mark.parametrize("typed", ["Birch", " birch ", "C2"])
def test_an_account_is_found_by_its_name_or_id(typed: str) -> None:
    assert talk_log.accounts(CAMPAIGN, pd.Series([typed])) == ["C2"]


def test_two_accounts_of_one_name_have_labels_of_their_own() -> None:
    labels = talk_log.labels(CAMPAIGN)
    assert labels.tolist() == ["Ash (C1)", "Birch", "Ash (C3)"]
    assert talk_log.accounts(CAMPAIGN, labels) == ["C1", "C2", "C3"]
    assert talk_log.accounts(CAMPAIGN, pd.Series(["Ash"])) == [""]


def test_the_talks_come_back_from_what_was_sent_out() -> None:
    log = talk_keys.keyed(
        rows(talk(said="Yes", kept="No"), {"customer": "Nobody Ltd", "said": "Who?"}), "sent"
    )
    back = talk_keys.of_tokens(talk_keys.sent_tokens(log))
    pd.testing.assert_frame_equal(back, talk_log.shaped(log))


class File:
    """A workbook in somebody's hands: its talks, what it was sent, and who it is known as."""

    def __init__(
        self, name: str, identity: str, talks: pd.DataFrame, sent: pd.DataFrame, origin: str
    ) -> None:
        self.name, self.identity, self.talks, self.sent, self.origin = name, identity, talks, sent, origin
        self.saved = ""


class Log(RuleBasedStateMachine):
    """Every text of a copy that was collected is in the log, in conflicts or in leftovers; no talk is there twice."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers, self.clock = count(1), count(10**6)
        self.master = talk_log.none()
        self.conflicts = no_conflicts()
        self.leftovers: set[str] = set()
        self.said: dict[str, Any] = {}
        self.files: list[File] = []
        self.kept: set[str] = set()
        self.tags: set[str] = set()

    def _text(self) -> str:
        return f"text {next(self.numbers)}"

    def _new(self, customer: int, day: int) -> dict[str, Any]:
        one = CAMPAIGN["customer_id"].iloc[customer % 3]
        return {
            "customer_id": one, "customer": one, "talk_date": DAYS[day % 3], "said": self._text(),
            "talked_with": f"tag {next(self.numbers)}",
        }  # fmt: skip

    def _file(self, number: int) -> File:
        return self.files[number % len(self.files)]

    @rule(named=st.booleans())
    def send_a_copy(self, named: bool) -> None:
        number = len(self.files)
        self.files.append(
            File(f"{number}.xlsx", f"copy {number}" if named else "", self.master.copy(),
                 talk_keys.sent_tokens(self.master), f"origin {number}")
        )  # fmt: skip

    @precondition(lambda self: self.files)
    @rule(number=st.integers(0, 99))
    def somebody_goes_on_in_a_copy_of_a_copy(self, number: int) -> None:
        old = self._file(number)
        self.files.append(
            File(f"fork {len(self.files)}.xlsx", old.identity, old.talks.copy(), old.sent, old.origin)
        )

    @precondition(lambda self: self.files)
    @rule(number=st.integers(0, 99), customer=st.integers(0, 2), day=st.integers(0, 2), top=st.booleans())
    def log_a_talk_in_a_copy(self, number: int, customer: int, day: int, top: bool) -> None:
        file = self._file(number)
        new = rows(self._new(customer, day))
        parts = [new, file.talks] if top else [file.talks, new]
        file.talks = talk_log.shaped(pd.concat([part.astype(object) for part in parts], ignore_index=True))

    @precondition(lambda self: self.files)
    @rule(number=st.integers(0, 99), row=st.integers(0, 99), name=st.sampled_from(TEXTS))
    def type_into_a_talk_of_a_copy(self, number: int, row: int, name: str) -> None:
        talks = self._file(number).talks
        if len(talks):
            talks.loc[row % len(talks), name] = self._text()

    @precondition(lambda self: self.files)
    @rule(number=st.integers(0, 99), row=st.integers(0, 99))
    def write_a_talk_over_a_pasted_row(self, number: int, row: int) -> None:
        file = self._file(number)
        if len(file.talks):
            pasted = {**file.talks.iloc[row % len(file.talks)].to_dict(), **self._new(row, row)}
            file.talks = talk_log.shaped(
                pd.concat([rows(pasted).astype(object), file.talks.astype(object)], ignore_index=True)
            )

    @precondition(lambda self: self.files)
    @rule(number=st.integers(0, 99))
    def sort_a_copy(self, number: int) -> None:
        file = self._file(number)
        file.talks = file.talks.sort_values("said", ignore_index=True)

    @rule(customer=st.integers(0, 2), day=st.integers(0, 2))
    def log_a_talk_in_the_master(self, customer: int, day: int) -> None:
        new = self._new(customer, day)
        self.kept.add(new["said"])
        self.tags.add(new["talked_with"])
        self.master = talk_keys.keyed(
            talk_log.shaped(
                pd.concat([rows(new).astype(object), self.master.astype(object)], ignore_index=True)
            ),
            f"master {next(self.clock)}",
        )

    @precondition(lambda self: len(self.master))
    @rule(row=st.integers(0, 99), name=st.sampled_from(TEXTS))
    def type_into_a_talk_of_the_master(self, row: int, name: str) -> None:
        """Whoever keeps the master decides: what the cell held is replaced, and what was open about it is settled."""
        at = row % len(self.master)
        about = f"{TALKS[name].heading}, talk {self.master.loc[at, 'talk_id']}"
        settled = self.conflicts[self.conflicts["column"] == about]
        self.kept -= {written(text) for side in ("master", "copy") for text in settled[side]}
        self.kept.discard(written(self.master.loc[at, name]))
        self.master.loc[at, name] = self._text()
        self.kept.add(self.master.loc[at, name])

    @precondition(lambda self: len(self.master))
    @rule(row=st.integers(0, 99), customer=st.integers(0, 2))
    def give_a_talk_to_another_account(self, row: int, customer: int) -> None:
        at, one = row % len(self.master), CAMPAIGN["customer_id"].iloc[customer]
        self.master.loc[at, ["customer_id", "customer"]] = [one, one]

    @rule()
    def refresh(self) -> None:
        """A refresh sorts the log and drops what is settled; the ids stay."""
        self.conflicts = talk_merge.still_open(self.conflicts, self.master)
        log = talk_log.newest_first(self.master)
        self.master = talk_keys.keyed(log, f"refreshed {next(self.clock)}")

    @precondition(lambda self: self.files)
    @rule(numbers=st.lists(st.integers(0, 99), min_size=1, max_size=3), backwards=st.booleans())
    def collect(self, numbers: list[int], backwards: bool) -> None:
        files = list({id(file): file for file in map(self._file, numbers)}.values())
        for file in files:
            file.saved = file.saved or f"2026-11-22T{next(self.clock)}"
        if backwards:
            files.reverse()
        copies = []
        for file in files:
            held = talk_keys.keyed(file.talks, file.origin, file.sent)
            copies.append(copy(file.name, held, file.sent, file.identity, file.saved))
            was = {
                (row["talk_id"], name): written(row[name])
                for row in talk_keys.of_tokens(file.sent).to_dict("records") for name in TEXTS
            }  # fmt: skip
            now = {
                (row["talk_id"], name): written(row[name])
                for row in held.to_dict("records")
                for name in TEXTS
            }
            self.tags |= set(held["talked_with"]) - {""}
            fresh = {text for key, text in now.items() if text and text != was.get(key, "")}
            self.kept |= fresh - self.seen
            self.seen |= fresh
            self.kept -= {
                text for key, text in was.items() if now.get(key, text) != text
            }  # replaced on purpose
        open_ = talk_merge.still_open(self.conflicts, self.master)
        done = merged(self.master, *copies, said=self.said, conflicts=open_)
        self.master, self.said, self.conflicts = done.talks, done.said, done.conflicts
        self.leftovers |= {line[3] for line in done.lines}

    @property
    def seen(self) -> set[str]:
        return self.__dict__.setdefault("_seen", set())

    @seen.setter
    def seen(self, texts: set[str]) -> None:
        self.__dict__["_seen"] = texts

    @invariant()
    def each_text_is_in_the_log_in_conflicts_or_in_leftovers(self) -> None:
        held = {written(text) for name in TEXTS for text in self.master[name]}
        listed = {written(text) for side in ("master", "copy") for text in self.conflicts[side]}
        assert not self.kept - held - listed - self.leftovers

    @invariant()
    def each_talk_is_there_once(self) -> None:
        held = [tag for tag in self.master["talked_with"] if tag]
        assert len(held) == len(set(held))
        assert self.master["talk_id"].is_unique
        listed = {written(text) for side in ("master", "copy") for text in self.conflicts[side]}
        assert not self.tags - set(held) - listed - self.leftovers


TestNoTalkIsLost = Log.TestCase
TestNoTalkIsLost.settings = settings(
    max_examples=200 if LONG else 30,
    stateful_step_count=50 if LONG else 15,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to shrink a failure takes minutes
)
