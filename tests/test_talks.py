"""The log of talks in workbooks that people work in: sorted, inserted, pasted, split, collected, refreshed and shared."""

from __future__ import annotations

import datetime as dt
import os
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.comments import Comment

from winback_xl import samples
from winback_xl.schema.columns import TALKS
from winback_xl.workbook.reopened.reopen import reopen
from winback_xl.workflows import collecting, planning, refreshing, saving, sharing, splitting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

CASES = 40 if os.environ.get("WINBACK_TESTS") == "long" else 2
FIRST, COLUMNS = 5, len(TALKS.columns)
HUMAN = [column.heading for column in TALKS.of_role("human")]
DAY = dt.datetime(2026, 11, 3)  # noqa: DTZ001 - a cell has no time zone
Content = tuple[Any, ...]


@pytest.fixture(scope="module")
def now() -> samples.Sample:
    return samples.make(seed=3, customers=60, years=2)


@pytest.fixture(scope="module")
def built(now: samples.Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan = planning.plan(now.orders, customers=now.customers, incidents=now.incidents, reps=now.reps)
    return saving.save(plan, tmp_path_factory.mktemp("built") / "may.xlsx")


def names(path: Path) -> list[str]:
    """Return the names that accounts are chosen by."""
    return [str(name) for name in reopen(path).plan.cards["account"]]


def log(path: Path, target: Path, talks: Sequence[dict[str, Any]], row: int = FIRST) -> Path:
    """Type talks into the empty rows, from a row on: heading -> content."""
    book = openpyxl.load_workbook(path)
    for at, talk in enumerate(talks, start=row):
        for heading, value in talk.items():
            book["Talks"].cell(at, HUMAN.index(heading) + 1).value = value
    book.save(target)
    return target


def held(path: Path) -> Counter[Content]:
    """Return the content of every row that holds something."""
    sheet = openpyxl.load_workbook(path)["Talks"]
    rows = (
        tuple(sheet.cell(row, column).value for column in range(1, len(HUMAN) + 1))
        for row in range(FIRST, sheet.max_row + 1)
    )
    return Counter(row for row in rows if any(value not in (None, "") for value in row))


def work(path: Path, target: Path, chance: random.Random) -> None:
    """Let somebody work in the log: talks typed anywhere, rows sorted, inserted, pasted, moved."""
    choose = names(path)
    book = openpyxl.load_workbook(path)
    sheet = book["Talks"]
    for row in range(FIRST, FIRST + chance.randint(1, 6)):
        _type(sheet, row, choose, chance)
    if chance.random() < 0.6:
        sheet.insert_rows(FIRST + 2, 2)
        _type(sheet, FIRST + 2, choose, chance)
    if chance.random() < 0.6:
        rows = [_cells(sheet, row) for row in range(FIRST, sheet.max_row + 1)]
        chance.shuffle(rows)
        for row, cells in enumerate(rows, start=FIRST):
            _write(sheet, row, cells)
    if chance.random() < 0.6:  # a row is copied to the end, and partly typed over
        last = sheet.max_row + 1
        _write(sheet, last, _cells(sheet, chance.randint(FIRST, last - 1)))
        sheet.cell(last, HUMAN.index("They said") + 1).value = f"pasted {chance.random()}"
    if chance.random() < 0.4:
        sheet.row_dimensions[FIRST + 1].hidden = True
    book.save(target)


def _type(sheet: Worksheet, row: int, choose: Sequence[str], chance: random.Random) -> None:
    said = f"said {chance.random()}"
    content = (
        chance.choice([DAY, DAY + dt.timedelta(days=1), None, "next week"]), chance.choice([*choose, "Nobody Ltd"]),
        "Ann", chance.choice(["Phone", "by pigeon"]), chance.choice(["Yes", "No", None]), said,
        chance.choice([None, "Call again", "=1+1 trucks"]), chance.choice([None, DAY]), None, "Mr Ash",
    )  # fmt: skip
    _write(
        sheet,
        row,
        (*content, *(sheet.cell(row, column).value for column in range(len(HUMAN) + 1, COLUMNS + 1))),
    )


def _cells(sheet: Worksheet, row: int) -> Content:
    return tuple(sheet.cell(row, column).value for column in range(1, COLUMNS + 1))


def _write(sheet: Worksheet, row: int, cells: Content) -> None:
    for column, value in enumerate(cells, start=1):
        cell = sheet.cell(row, column)
        cell.value = value
        if isinstance(value, str) and column <= len(HUMAN):
            cell.data_type = "s"


def refreshed(path: Path, now: samples.Sample, target: Path) -> refreshing.Refreshed:
    later = samples.weeks_later(now, 4)
    return refreshing.refresh(
        path, later.orders, target, customers=later.customers, incidents=later.incidents, reps=later.reps
    )


def test_whatever_people_do_in_the_log_a_refresh_keeps_every_cell(
    built: Path, now: samples.Sample, tmp_path: Path
) -> None:
    for seed in range(CASES):
        mine, new, again = (tmp_path / f"{name} {seed}.xlsx" for name in ("mine", "new", "again"))
        work(built, mine, random.Random(seed))
        done = refreshed(mine, now, new)
        assert held(new) == held(mine)
        assert done.plan.talks["talk_id"].is_unique
        refreshed(new, now, again)
        assert again.read_bytes() == new.read_bytes()


def test_talks_of_copies_arrive_once_and_collecting_again_changes_nothing(
    built: Path, tmp_path: Path
) -> None:
    parts = splitting.split(built, tmp_path / "parts")
    for seed in range(CASES):
        chance = random.Random(seed)
        copies = []
        for part in chance.sample(parts, 2):
            copies.append(tmp_path / f"{seed} {part.path.name}")
            work(part.path, copies[-1], chance)
        typed = sum((held(copy) for copy in copies), Counter[Content]())
        new, again = tmp_path / f"new {seed}.xlsx", tmp_path / f"again {seed}.xlsx"
        done = collecting.collect(built, copies, new)
        assert held(new) == typed
        assert done.talks.added == typed.total()
        collecting.collect(new, [*reversed(copies)], again)
        assert held(again) == typed


def test_a_copy_carries_the_talks_of_its_accounts_only(built: Path, tmp_path: Path) -> None:
    talks = [{"Day": DAY, "Customer": name, "They said": f"I am {name}"} for name in names(built)[:6]]
    mine = log(built, tmp_path / "mine.xlsx", talks)
    found = Counter[Content]()
    for part in splitting.split(mine, tmp_path / "parts"):
        own = {str(name) for name in reopen(part.path).plan.campaign["customer"]}
        assert {row[1] for row in held(part.path)} <= own
        found += held(part.path)
    assert found == held(mine)


def test_a_talk_changed_in_two_places_is_a_conflict_that_a_person_settles(
    built: Path, tmp_path: Path
) -> None:
    one = names(built)[0]
    mine = log(built, tmp_path / "mine.xlsx", [{"Day": DAY, "Customer": one, "They said": "Angry"}])
    master = tmp_path / "master.xlsx"
    collecting.collect(mine, [], master)
    at = next(
        row for row in range(FIRST, 30)
        if openpyxl.load_workbook(master)["Talks"].cell(row, 2).value == one
    )  # fmt: skip
    ours = log(master, tmp_path / "ours.xlsx", [{"They said": "About the price"}], at)
    theirs = log(master, tmp_path / "theirs.xlsx", [{"They said": "About the delay"}], at)
    done = collecting.collect(ours, [theirs], tmp_path / "new.xlsx")
    assert len(done.merged.conflicts) == 1
    listed = openpyxl.load_workbook(tmp_path / "new.xlsx")["Conflicts"]
    texts = {cell.value for row in listed.iter_rows(5) for cell in row}
    assert {"About the price", "About the delay", one} <= texts
    settled = log(tmp_path / "new.xlsx", tmp_path / "settled.xlsx", [{"They said": "About the delay"}], at)
    assert "Conflicts" not in openpyxl.load_workbook(_collected(settled, tmp_path)).sheetnames


def _collected(path: Path, folder: Path) -> Path:
    collecting.collect(path, [], folder / "last.xlsx")
    return folder / "last.xlsx"


def test_a_talk_that_counts_for_nobody_is_kept_and_told_with_its_cell(built: Path, tmp_path: Path) -> None:
    talks = [
        {"Day": DAY, "Customer": "Nobody Ltd", "They said": "Hello"},
        {"Customer": names(built)[0], "They said": "Hm"},
    ]
    mine = log(built, tmp_path / "mine.xlsx", talks)
    stated = [issue for issue in reopen(mine).issues if issue.code == "talk-not-counted"]
    assert [issue.sheet for issue in stated] == ["Talks", "Talks"]
    assert (
        stated[0].what
        == "1 talk names no account in this campaign: Nobody Ltd. It is kept but does not count."
    )
    assert stated[0].cell == "row 5"
    assert "no day" in stated[1].what


def test_a_log_whose_sheet_is_gone_comes_back_as_it_was_sent_out(
    built: Path, now: samples.Sample, tmp_path: Path
) -> None:
    mine = log(
        built, tmp_path / "mine.xlsx", [{"Day": DAY, "Customer": names(built)[0], "They said": "Hello"}]
    )
    sent = tmp_path / "sent.xlsx"
    collecting.collect(mine, [], sent)
    book = openpyxl.load_workbook(sent)
    del book["Talks"]
    book.save(tmp_path / "without.xlsx")
    done = refreshed(tmp_path / "without.xlsx", now, tmp_path / "new.xlsx")
    assert held(tmp_path / "new.xlsx") == held(sent)
    assert any(issue.code == "table-gone" for issue in done.issues)


def test_a_note_in_the_log_goes_to_leftovers(built: Path, now: samples.Sample, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(built)
    book["Talks"].cell(FIRST, 1).comment = Comment("ask Kim first", "Ann")
    book.save(tmp_path / "mine.xlsx")
    refreshed(tmp_path / "mine.xlsx", now, tmp_path / "new.xlsx")
    cells = {
        cell.value
        for row in openpyxl.load_workbook(tmp_path / "new.xlsx")["Leftovers"].iter_rows(5)
        for cell in row
    }
    assert "ask Kim first" in cells


def test_a_masked_copy_shows_no_word_and_no_name_of_a_talk(built: Path, tmp_path: Path) -> None:
    one = names(built)[0]
    mine = log(
        built,
        tmp_path / "mine.xlsx",
        [{"Day": DAY, "Customer": one, "By": "Ann", "They said": "Secret", "With": "Mr Ash"}],
    )
    shared = sharing.share(mine, tmp_path / "shared.xlsx", mask=True)
    book = openpyxl.load_workbook(shared)
    assert "Account" not in book.sheetnames
    assert "Card data" not in book.sheetnames
    words = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert not words & {one, "Ann", "Secret", "Mr Ash"}
    assert any(word.startswith("Rep 0") for word in words)
