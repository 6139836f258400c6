"""Two people type in a workbook while a third presses Refresh campaign, again and again, in random order.

What it proves, on the workbook of `tests.excel.engine`: nothing that anybody typed is lost, a refresh moves no row, and
it writes no more cells than those that differ. What it does not prove: how Excel itself merges what two people do.
"""

from __future__ import annotations

import os
import random
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from tests.excel.engine import Formula, open_book
from tests.excel.test_commands import Grid, again
from winback_xl import samples
from winback_xl.excel.buttons import commands, entry
from winback_xl.schema import columns
from winback_xl.workflows import planning, refreshing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.excel.engine import Book

ROUNDS = 50
SEEDS = 40 if os.environ.get("WINBACK_TESTS") == "long" else 0
TABLES = ("tblCampaign", "tblTalks", "tblSegments", "tblMakeGoods", "tblAccounts")
TEXTS = [
    item.heading for item in columns.CAMPAIGN.of_role("human") if item.kind == "text" and not item.choices
]
OURS = [item.heading for item in columns.CAMPAIGN.of_role("calculated") if item.kind == "text"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Book:
    sample, path = samples.make(customers=60), tmp_path_factory.mktemp("writers") / "ledger.xlsx"
    with pd.ExcelWriter(path, engine="openpyxl") as file:
        for title, frame in zip(
            ("My orders", "Clients", "Complaints", "People"),
            (sample.orders, sample.customers, sample.incidents, sample.reps),
            strict=True,
        ):
            frame.to_excel(file, sheet_name=title, index=False)
    book, behind = open_book(path)
    behind.path = None
    commands.build_campaign(book)
    return behind


@pytest.fixture
def plans_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work the plan of the same orders out once: what is tested is what becomes of it in the workbook."""
    known: dict[Any, Any] = {}
    real = planning.plan_tables

    def kept(tables: Any, *given: Any, **more: Any) -> Any:
        key = len(tables.orders.frame)
        if key not in known:
            known[key] = real(tables, *given, **more)
        return known[key]

    monkeypatch.setattr(planning, "plan_tables", kept)


class Room:
    """A workbook, and what the people in it typed."""

    def __init__(self, built: Book, chance: random.Random) -> None:
        self.book, self.behind = again(built)
        self.chance, self.typed, self.count = chance, {}, 0
        self.cells: dict[
            tuple[str, str], Any
        ] = {}  # (customer, heading) -> what was typed into the campaign last
        self.texts: set[str] = set()  # what must be somewhere
        self.busy, self.first = False, None
        self.calls, self.moments = 500, set[int]()  # calls of the host that the last refresh took

    def word(self) -> str:
        self.count += 1
        return f"note {self.count}!"

    def acts(self) -> list[Callable[[], None]]:
        return [self.notes, self.notes, self.notes, self.talks, self.beside, self.over, self.orders,
                partial(self.sorts, "tblCampaign"), partial(self.sorts, "tblSegments"), self.own_column]  # fmt: skip

    def act(self) -> None:
        self.chance.choice(self.acts())()

    def notes(self) -> None:
        campaign, heading = Grid(self.behind, "tblCampaign"), self.chance.choice(TEXTS)
        row = self.chance.randrange(len(campaign.column("Customer ID")))
        word = self.word()
        campaign.type(row, heading, word)
        self.cells[campaign.column("Customer ID")[row], heading] = word

    def talks(self) -> None:
        talks = Grid(self.behind, "tblTalks")
        customer = self.chance.choice([text for text in talks_names(self.behind) if text])
        talks.box[2] += 1
        row, word = talks.box[2] - talks.box[0] - 1, self.word()
        talks.type(row, columns.TALKS["customer"].heading, customer)
        talks.type(row, columns.TALKS["said"].heading, word)
        self.texts.add(word)

    def beside(self) -> None:
        sheet = self.behind.sheets(self.chance.choice(["Campaign", "Segments", "Talks"]))
        right = max(box[3] for box in sheet.all_tables.values())
        place, word = (self.chance.randrange(3), right + self.chance.randrange(3, 6)), self.word()
        if sheet.get(*place) is None:
            sheet.put(*place, word)
            self.texts.add(word)

    def over(self) -> None:
        campaign, word = Grid(self.behind, "tblCampaign"), self.word()
        row = self.chance.randrange(len(campaign.column("Customer ID")))
        heading = self.chance.choice(OURS)
        if str(campaign.column(heading)[row]).startswith("note "):
            return
        campaign.type(row, heading, word)
        self.texts.add(word)

    def orders(self) -> None:
        rows = self.behind.sheets("My orders").rows
        if len(rows) < self.limit:
            rows.append(list(self.chance.choice(rows[1:])))

    limit = 0

    def sorts(self, name: str) -> None:
        grid = Grid(self.behind, name)
        top, _, bottom, _ = grid.box
        lines = grid.sheet.rows[top + 1 : bottom + 1]
        self.chance.shuffle(lines)
        grid.sheet.rows[top + 1 : bottom + 1] = lines

    def own_column(self) -> None:
        segments = Grid(self.behind, "tblSegments")
        if "Ours" not in segments.headings:
            segments.add_column("Ours", [self.word() for _ in segments.column("Customer ID")])
            self.texts |= set(segments.column("Ours"))

    def meanwhile(self, what: str) -> None:
        """Somebody does something in the middle of a refresh; while it writes, they only fill in cells of theirs."""
        if what == "write" and self.first is None:
            self.first = grids(self.behind)
        if self.busy:
            return
        self.calls += 1
        if self.calls in self.moments:
            self.busy = True
            (self.act if what == "read" else self.notes)()
            self.busy = False

    def refresh(self) -> str:
        host = self.behind.host
        self.moments = {self.chance.randrange(self.calls) for _ in range(self.chance.choice((0, 1, 1, 2, 4)))}
        self.calls, self.first = 0, None
        host.others = self.meanwhile
        standing = list(self.behind.all_sheets)
        for sheet in standing:
            sheet.written = 0
        said = entry.perform("refresh_campaign", self.book)
        host.others = None
        first, last = self.first or grids(self.behind), grids(self.behind)
        for sheet in standing:
            if sheet in self.behind.all_sheets:  # else its layout changed, and it was drawn again
                assert sheet.written <= differing(first[sheet.name], last[sheet.name]), (sheet.name, said)
            else:
                assert sheet.name in {"Today", "Checks", "Numbers", "Leftovers", "Conflicts"}
        for name in TABLES:
            before, after = rows_of(first, self.behind, name), Grid(self.behind, name).column(KEYS[name])
            assert after[: len(before)] == before, (name, said)
        return said

    def check(self) -> None:
        campaign = Grid(self.behind, "tblCampaign")
        places = {customer: row for row, customer in enumerate(campaign.column("Customer ID"))}
        shown = {heading: campaign.column(heading) for heading in TEXTS}
        wrong = {
            key: (word, shown[key[1]][places[key[0]]])
            for key, word in self.cells.items()
            if shown[key[1]][places[key[0]]] != word
        }
        assert wrong == {}
        everything = {
            cell
            for sheet in self.behind.all_sheets
            for row in sheet.rows
            for cell in row
            if isinstance(cell, str)
        }
        lost = {text for text in self.texts if text not in everything}
        assert lost == set()


KEYS = dict.fromkeys(TABLES, "Customer ID") | {"tblTalks": columns.TALKS["said"].heading}


def talks_names(behind: Book) -> list[Any]:
    return Grid(behind, "tblCards").column("Account")


def grids(behind: Book) -> dict[str, Any]:
    return {
        sheet.name: (
            [list(row) for row in sheet.rows],
            {name: list(box) for name, box in sheet.all_tables.items()},
        )
        for sheet in behind.all_sheets
    }


def rows_of(kept: dict[str, Any], behind: Book, name: str) -> list[Any]:
    """Return the keys of a table as they stood."""
    for rows, tables in kept.values():
        if name in tables:
            top, left, bottom, _ = tables[name]
            at = rows[top].index(KEYS[name], left)
            return [(rows[row] + [None] * (at + 1))[at] for row in range(top + 1, bottom + 1)]
    return []


def differing(first: Any, last: Any) -> int:
    """Return how many cells of a sheet are others than before."""
    count = 0
    for row in range(max(len(first[0]), len(last[0]))):
        cells, was = (rows[row] if row < len(rows) else [] for rows in (last[0], first[0]))
        for at in range(max(len(cells), len(was))):
            one, other = (line[at] if at < len(line) else None for line in (cells, was))
            count += one != other or isinstance(one, Formula) != isinstance(other, Formula)
    return count


def play(built: Book, seed: int, rounds: int) -> list[str]:
    chance = random.Random(seed)
    room = Room(built, chance)
    Room.limit = len(room.behind.sheets("My orders").rows) + 6
    said = []
    for _ in range(rounds):
        steps = [room.act, room.act, lambda: said.append(room.refresh())]
        chance.shuffle(steps)
        for step in steps:
            step()
        room.check()
    return said


@pytest.mark.slow
@pytest.mark.parametrize("tries", [1, 3])
def test_what_came_in_after_the_reading_is_seen_before_the_writing(
    built: Book, tries: int, monkeypatch: pytest.MonkeyPatch
):
    """Somebody sorts the campaign and types over a calculated cell while the numbers are worked out."""
    room, real, left = Room(built, random.Random(1)), refreshing.bring_up_to_date, [tries]

    def interrupted(*given: Any, **more: Any) -> Any:
        done = real(*given, **more)
        if left[0]:
            left[0] -= 1
            room.sorts("tblCampaign")
            Grid(room.behind, "tblAccounts").type(0, columns.ACCOUNTS["decision_why"].heading, room.word())
        return done

    monkeypatch.setattr(refreshing, "bring_up_to_date", interrupted)
    room.behind.host.cells = 0
    said = entry.perform("refresh_campaign", room.book)
    if tries == 3:
        assert said.startswith("Not done. Somebody changed the sheet"), said
        assert room.behind.host.cells == 0
    else:
        assert said.startswith("Refreshed"), said
        assert "note 1!" in {cell for row in room.behind.sheets("Leftovers").rows for cell in row}


@pytest.mark.slow
@pytest.mark.usefixtures("plans_kept")
def test_nothing_is_lost_and_no_row_moves_while_two_people_type(built: Book):
    said = play(built, 7, 12)
    assert sum(text.startswith("Refreshed") for text in said) > 8


@pytest.mark.long
@pytest.mark.usefixtures("plans_kept")
@pytest.mark.parametrize("seed", range(SEEDS))
def test_two_thousand_rounds(built: Book, seed: int):
    play(built, seed, ROUNDS)
