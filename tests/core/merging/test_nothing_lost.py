"""Master, copies and forks of copies, collected in any order, refreshed between: each typed text stays somewhere."""

from __future__ import annotations

import os
from itertools import count
from typing import Any

import pandas as pd
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from winback_xl.core.cell_text import written
from winback_xl.core.merging import carried_edits, cell_keys, open_conflicts, returned_copies, three_way
from winback_xl.schema import columns

LONG = os.environ.get("WINBACK_TESTS") == "long"
CUSTOMERS = ("C1", "C2", "C3")
COLUMNS = ("notes", "reason_theirs", "my_step")  # texts; open_conflicts knows their headings
assert set(COLUMNS) <= set(columns.CAMPAIGN.names)
Key = tuple[str, str]


class File:
    """A workbook in somebody's hands: what it was sent out with and what its cells hold now."""

    def __init__(self, name: str, identity: str, rows: pd.DataFrame, sent: pd.DataFrame) -> None:
        self.name, self.identity, self.rows, self.sent = name, identity, rows, sent
        self.saved = ""

    def texts(self) -> set[tuple[str, str, str]]:
        return set(texts(self.rows))


def texts(frame: pd.DataFrame) -> list[tuple[str, str, str]]:
    return [
        (row["customer_id"], name, row[name])
        for row in frame.to_dict("records")
        for name in COLUMNS
        if isinstance(row[name], str) and row[name]
    ]


class Campaign(RuleBasedStateMachine):
    """The reference keeps every text that was in a copy when it was collected, until the master's owner replaces it."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers, self.clock = count(1), count(10**6)
        empty: list[dict[str, Any]] = [
            {"campaign_id": "W", "customer_id": customer, "customer": customer, **dict.fromkeys(COLUMNS)}
            for customer in CUSTOMERS
        ]
        self.master = pd.DataFrame(empty, dtype=object)
        self.conflicts = pd.DataFrame(columns=list(returned_copies.CONFLICT), dtype=object)
        self.leftovers: set[tuple[str, str, str]] = set()
        self.said: dict[str, Any] = {}
        self.files: list[File] = []
        self.kept: set[tuple[str, str, str]] = set()

    def _text(self) -> str:
        return f"text {next(self.numbers)}"

    def _file(self, number: int) -> File:
        return self.files[number % len(self.files)]

    @rule(named=st.booleans())
    def send_a_copy(self, named: bool) -> None:
        sent = self.master[list(carried_edits.KEYS)].assign(
            **{name: cell_keys.tokens(self.master[name]) for name in COLUMNS}
        )
        number = len(self.files)
        identity = f"copy {number}" if named else ""
        self.files.append(File(f"{number}.xlsx", identity, self.master.copy(), sent))

    @precondition(lambda self: self.files)
    @rule(number=st.integers(0, 99), same_name=st.booleans())
    def somebody_goes_on_in_a_copy_of_a_copy(self, number: int, same_name: bool) -> None:
        old = self._file(number)
        name = old.name if same_name else f"fork {len(self.files)}.xlsx"
        self.files.append(File(name, old.identity, old.rows.copy(), old.sent))

    @precondition(lambda self: self.files)
    @rule(
        number=st.integers(0, 99),
        cells=st.lists(
            st.tuples(st.sampled_from(CUSTOMERS), st.sampled_from(COLUMNS)), min_size=1, max_size=5
        ),
        empties=st.booleans(),
    )
    def type_into_a_copy(self, number: int, cells: list[Key], empties: bool) -> None:
        rows = self._file(number).rows
        for place, (customer, name) in enumerate(cells):
            value = None if empties and place == 0 else self._text()
            rows.loc[rows["customer_id"] == customer, name] = value

    @rule(customer=st.sampled_from(CUSTOMERS), name=st.sampled_from(COLUMNS))
    def type_into_the_master(self, customer: str, name: str) -> None:
        text = self._text()
        self.kept = {one for one in self.kept if one[:2] != (customer, name)}  # the owner has chosen
        self.kept.add((customer, name, text))
        self.master.loc[self.master["customer_id"] == customer, name] = text

    @precondition(lambda self: self.files)
    @rule(numbers=st.lists(st.integers(0, 99), min_size=1, max_size=3), backwards=st.booleans())
    def collect(self, numbers: list[int], backwards: bool) -> None:
        files = list({id(file): file for file in map(self._file, numbers)}.values())
        for file in files:
            file.saved = file.saved or f"2026-11-22T{next(self.clock)}"
        if backwards:
            files.reverse()
        copies = [
            returned_copies.Copy(file.name, file.rows.copy(), file.sent, "", file.saved, file.identity)
            for file in files
        ]
        open_ = open_conflicts.by_name(open_conflicts.unresolved(self.conflicts, self.master))
        before = {one[:2]: one[2] for one in texts(self.master)}
        done = three_way.collect(self.master, copies, human=list(COLUMNS), said=self.said, conflicts=open_)
        self.master, self.said = done.frame, done.said
        self.conflicts = open_conflicts.listed(done.conflicts, self.master)
        self.leftovers |= {
            (row["customer_id"], row["column"], written(row["content"]))
            for row in done.replaced.to_dict("records")
        }
        replaced: set[tuple[Any, ...]] = set()
        for file in files:
            sent = {
                (row["customer_id"], name): cell_keys.value_of(row[name])
                for row in file.sent.to_dict("records")
                for name in COLUMNS
            }
            now = {one[:2]: one[2] for one in file.texts()}
            new = {one for one in file.texts() if one[2] != sent[one[:2]]}
            self.kept |= {one for one in new if not self._settled(one, before)}
            replaced |= {(*key, text) for key, text in sent.items() if now.get(key) != text}
        self.kept -= replaced  # by somebody who saw it

    def _settled(self, one: tuple[str, str, str], before: dict[Any, str]) -> bool:
        """Say whether the master's owner saw a text and replaced it: it need not be kept any more."""
        return one in self.seen and before.get(one[:2]) != one[2] and one not in self.kept

    @rule(order=st.permutations(range(len(CUSTOMERS))))
    def refresh(self, order: list[int]) -> None:
        fresh = self.master.iloc[list(order)][["campaign_id", "customer_id", "customer"]]
        done = carried_edits.rebase(self.master, fresh.reset_index(drop=True), human=list(COLUMNS))
        self.master = done.frame
        self.conflicts = open_conflicts.unresolved(self.conflicts, self.master)

    @property
    def seen(self) -> set[tuple[str, str, str]]:
        return self.known if hasattr(self, "known") else set()

    @invariant()
    def each_text_is_in_the_master_in_conflicts_or_in_leftovers(self) -> None:
        lines = open_conflicts.by_name(self.conflicts)
        listed = {
            (row["customer_id"], row["column"], row[side])
            for row in lines.to_dict("records")
            for side in ("master", "copy")
        }
        missing = self.kept - set(texts(self.master)) - listed - self.leftovers
        assert not missing
        self.known = self.seen | self.kept


TestNothingIsLost = Campaign.TestCase
TestNothingIsLost.settings = settings(
    max_examples=200 if LONG else 30,
    stateful_step_count=50 if LONG else 15,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to shrink a failure takes minutes
)
