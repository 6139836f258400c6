"""A campaign is split, worked on by many, and collected: every edit arrives, every conflict is listed, none is invented."""

from __future__ import annotations

import datetime as dt
import os
import random
import re
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tests import people
from winback_xl import samples
from winback_xl.errors import DataError, FileError
from winback_xl.workflows import collecting, planning, refreshing, saving, saving_trackers, splitting

if TYPE_CHECKING:
    from pathlib import Path

    from tests.oracles import Office

CASES = 200 if os.environ.get("WINBACK_TESTS") == "long" else 1


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = samples.make(seed=3, customers=60, years=2)
    plan = planning.plan(made.orders, customers=made.customers, incidents=made.incidents, reps=made.reps)
    return saving.save(plan, tmp_path_factory.mktemp("master") / "may.xlsx")


@pytest.fixture(scope="module")
def parts(master: Path, tmp_path_factory: pytest.TempPathFactory) -> list[splitting.Part]:
    """Return the copies of the owners; nobody writes over them."""
    return splitting.split(master, tmp_path_factory.mktemp("parts"))


@pytest.fixture(scope="module")
def part(parts: list[splitting.Part]) -> Path:
    return parts[0].path


def values(path: Path) -> dict[tuple[str, str], Any]:
    return {key: people.plain(value) for key, value in people.read(path).items()}


def conflicts(path: Path) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(path)
    if "Conflicts" not in book.sheetnames:
        return []
    return [tuple(cell.value for cell in row) for row in book["Conflicts"].iter_rows(5)]


def collected(master: Path, copies: list[Path], target: Path) -> collecting.Collected:
    done = collecting.collect(master, copies)
    saving_trackers.write(done, target, force=True)
    return done


def typed(path: Path, target: Path, customer: str, **cells: Any) -> Path:
    """Type into one account: heading with underscores for spaces -> value."""
    book = openpyxl.load_workbook(path)
    sheet = people.campaign_of(book)
    top, places = people.header_of(sheet)
    row = next(
        r for r in range(top + 1, sheet.max_row + 1) if sheet.cell(r, places["Customer ID"]).value == customer
    )
    for heading, value in cells.items():
        sheet.cell(row, places[heading.replace("_", " ")]).value = value
    book.properties.lastModifiedBy = "Kim"
    book.save(target)
    return target


def first(path: Path) -> str:
    return next(iter(people.read(path)))[0]


def test_a_split_gives_each_owner_a_workbook_with_the_owners_rows_only(master: Path, tmp_path: Path) -> None:
    parts = splitting.split(master, tmp_path / "out")
    held = values(master)
    owners = {
        customer: value or "Nobody" for (customer, heading), value in held.items() if heading == "Owner"
    }
    assert {part.owner for part in parts} == set(owners.values())
    for part in parts:
        own = {customer for customer, owner in owners.items() if owner == part.owner}
        copy = values(part.path)
        assert {customer for customer, _ in copy} == own
        assert part.rows == len(own)
        place = {
            key for key in copy if key[1] == "Account no"
        }  # the place in the list of accounts of this workbook
        assert {key: copy[key] for key in copy.keys() - place} == {
            key: held[key] for key in copy.keys() - place
        }
        with zipfile.ZipFile(part.path) as package:
            text = "".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
        assert set(re.findall(r"C1\d{4}\b", text)) & set(owners) == own


def test_a_split_asks_before_it_replaces_copies_and_can_only_tell(master: Path, tmp_path: Path) -> None:
    planned = splitting.split(master, tmp_path / "out", dry_run=True)
    assert not (tmp_path / "out").exists()
    assert splitting.split(master, tmp_path / "out") == planned
    with pytest.raises(FileError, match="exists already"):
        splitting.split(master, tmp_path / "out")


def test_owners_that_no_file_system_takes_get_a_file_of_their_own(master: Path, tmp_path: Path) -> None:
    ids = list(dict.fromkeys(customer for customer, _ in people.read(master)))
    path = master
    names = ["A/B: <c>", "a/b:  <C>", "A B c", "CON", None, "..", "x" * 300]
    for customer, name in zip(ids, names, strict=False):
        path = typed(path, tmp_path / "edited.xlsx", customer, Owner=name)
    parts = splitting.split(path, tmp_path / "out")
    assert sum(part.rows for part in parts) == len(ids)
    assert "Nobody" in {part.owner for part in parts}
    assert len({part.path.name.casefold() for part in parts}) == len(parts)


def test_what_owners_typed_comes_back_and_collecting_again_changes_nothing(
    master: Path, parts: list[splitting.Part], tmp_path: Path
) -> None:
    known = {customer for customer, _ in values(master)}
    for seed in range(CASES):
        chance = random.Random(seed)
        copies, works = [], []
        for part in chance.sample(parts, 2):
            copies.append(tmp_path / f"{seed} {part.path.name}")
            structure = chance.random() < 0.4
            works.append(people.work_in(part.path, copies[-1], chance, structure=structure, owner=part.owner))
        new = tmp_path / f"new{seed}.xlsx"
        done = collected(master, copies, new)
        held, notes = values(new), people.read(new, "note")
        for work in works:
            wrong = {
                key: (value, held.get(key, "gone"))
                for key, value in work.cells.items()
                if held.get(key, "gone") != value
            }
            assert not wrong
            assert all(text in (notes[key] or "") for key, text in work.notes.items())
        assert conflicts(new) == []
        assert {customer for customer, _ in held} == known
        assert done.counts.added == 0
        again = collected(new, copies, tmp_path / "again.xlsx")
        assert sum(again.merged.taken.values()) == 0
        assert (tmp_path / "again.xlsx").read_bytes() == new.read_bytes()


def test_words_and_dates_that_no_column_takes_are_kept_and_told_with_the_fix(
    master: Path, part: Path, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(part)
    sheet = people.campaign_of(book)
    top, places = people.header_of(sheet)
    for heading, value in {"Want back?": "Yess", "Last contact": "10 Nov", "Attempts": "two"}.items():
        sheet.cell(top + 1, places[heading]).value = value
    book.save(tmp_path / "copy.xlsx")
    done = collected(master, [tmp_path / "copy.xlsx"], tmp_path / "merged.xlsx")
    odd = [str(issue) for issue in done.issues if issue.code == "edit-odd"]
    assert len(odd) == 3
    assert "Want back? holds a word that is not in its list ('Yess')." in odd[0]
    assert odd[0].endswith("Choose one in the cell: Yes, No, Later.")
    assert "Last contact holds no date ('10 Nov')." in odd[1]
    again = collecting.collect(tmp_path / "merged.xlsx", [tmp_path / "copy.xlsx"])
    assert not [issue for issue in again.issues if issue.code == "edit-odd"]


def test_the_same_cell_filled_differently_is_a_conflict_and_the_master_keeps_its_value(
    master: Path, tmp_path: Path
) -> None:
    customer = first(master)
    ours = typed(master, tmp_path / "master.xlsx", customer, Notes="ours", Attempts=2, Stage="Listened")
    one = typed(master, tmp_path / "one.xlsx", customer, Notes="theirs", Attempts=2, My_step="call")
    two = typed(master, tmp_path / "two.xlsx", customer, My_step="write", Watch_for="price")
    done = collected(ours, [one, two], tmp_path / "new.xlsx")
    held = values(tmp_path / "new.xlsx")
    assert held[customer, "Notes"] == "ours"
    assert held[customer, "Attempts"] == 2
    assert held[customer, "Stage"] == "Listened"
    assert held[customer, "Watch for"] == "price"
    assert held[customer, "My step"] == values(master)[customer, "My step"]
    stated = {(row[3], row[5], row[6], row[7], row[8]) for row in conflicts(tmp_path / "new.xlsx")}
    step = values(master)[customer, "My step"] or "(empty)"
    assert stated == {
        ("Notes", "ours", "theirs", "one.xlsx", "Kim"),
        ("My step", step, "call", "one.xlsx", "Kim"),
        ("My step", step, "write", "two.xlsx", "Kim"),
    }
    assert len(done.merged.conflicts) == 3
    chosen = typed(tmp_path / "new.xlsx", tmp_path / "chosen.xlsx", customer, Notes="theirs")
    collected(chosen, [], tmp_path / "settled.xlsx")
    assert {row[3] for row in conflicts(tmp_path / "settled.xlsx")} == {"My step"}


def test_a_copy_without_its_snapshot_fills_only_what_is_blank(master: Path, tmp_path: Path) -> None:
    customer = first(master)
    copy = typed(master, tmp_path / "copy.xlsx", customer, Notes="new", Stage="Won")
    book = openpyxl.load_workbook(copy)
    del book["Snapshot"]
    book.save(copy)
    done = collected(master, [copy], tmp_path / "new.xlsx")
    assert values(tmp_path / "new.xlsx")[customer, "Notes"] == "new"
    assert values(tmp_path / "new.xlsx")[customer, "Stage"] == "Listed"
    assert [row[3:7] for row in conflicts(tmp_path / "new.xlsx")] == [("Stage", None, "Listed", "Won")]
    assert "copy-without-snapshot" in {issue.code for issue in done.issues}


def test_a_copy_of_an_older_build_is_merged_by_customer_with_a_warning(master: Path, tmp_path: Path) -> None:
    later = samples.weeks_later(samples.make(seed=3, customers=60, years=2), 28)
    done = refreshing.refresh(
        master, later.orders, customers=later.customers, incidents=later.incidents, reps=later.reps
    )
    newer = saving_trackers.write(done, tmp_path / "newer.xlsx")
    customer = first(master)
    copy = typed(master, tmp_path / "copy.xlsx", customer, Notes="late but here")
    found = collected(newer, [copy], tmp_path / "new.xlsx")
    assert "copy-of-another-build" in {issue.code for issue in found.issues}
    assert values(tmp_path / "new.xlsx")[customer, "Notes"] == "late but here"
    assert conflicts(tmp_path / "new.xlsx") == []


def test_a_copy_of_another_campaign_is_refused(master: Path, tmp_path: Path) -> None:
    made = samples.make(seed=4, customers=60, years=2)
    other = saving.save(planning.plan(made.orders, campaign_id="JUNE"), tmp_path / "june.xlsx")
    with pytest.raises(DataError, match=r"june\.xlsx \(JUNE\)") as caught:
        collecting.collect(master, [other])
    assert caught.value.code == "wrong-campaign"


def test_columns_and_rows_that_an_owner_added_arrive(
    master: Path, parts: list[splitting.Part], tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(parts[0].path)
    sheet = people.campaign_of(book)
    top, places = people.header_of(sheet)
    column, row = max(places.values()) + 1, sheet.max_row + 1
    customer = sheet.cell(top + 1, places["Customer ID"]).value
    sheet.cell(top, column).value = "Competitor"
    sheet.cell(top + 1, column).value = "Acme"
    outside = next(
        cells[0].value for cells in openpyxl.load_workbook(master)["Segments"].iter_rows(5)
        if (cells[0].value, "Owner") not in values(master)
    )  # fmt: skip
    sheet.cell(row, places["Customer ID"]).value = outside
    sheet.cell(row, places["Notes"]).value = "I want this one too"
    book.save(tmp_path / "copy.xlsx")
    done = collected(master, [tmp_path / "copy.xlsx"], tmp_path / "new.xlsx")
    held = values(tmp_path / "new.xlsx")
    assert held[customer, "Competitor"] == "Acme"
    assert held[outside, "Notes"] == "I want this one too"
    assert held[outside, "Campaign ID"] == "WB-2026-10-31"
    assert done.counts.added == 1


def test_a_copy_that_is_collected_worked_on_and_collected_again_is_simply_taken(
    master: Path, part: Path, tmp_path: Path
) -> None:
    customer = first(part)
    path, copy = master, part
    for number, cells in enumerate(
        [
            {"Notes": "rang twice", "Attempts": 1},
            {"Notes": "reached", "Stage": "Listened"},
            {"Attempts": None},
        ]
    ):
        copy = typed(copy, tmp_path / f"renamed {number}.xlsx", customer, **cells)
        new = tmp_path / f"new{number}.xlsx"
        done = collected(path, [copy], new)
        assert done.merged.taken == {copy.name: len(cells)}
        assert conflicts(new) == []
        path = new
    held = values(path)
    assert (held[customer, "Notes"], held[customer, "Attempts"], held[customer, "Stage"]) == (
        "reached",
        None,
        "Listened",
    )


def test_what_somebody_changed_in_between_is_a_conflict_until_a_person_chooses(
    master: Path, part: Path, tmp_path: Path
) -> None:
    customer = first(part)
    one = typed(part, tmp_path / "one.xlsx", customer, Notes="rang twice")
    collected(master, [one], tmp_path / "first.xlsx")
    ours = typed(tmp_path / "first.xlsx", tmp_path / "ours.xlsx", customer, Notes="I ring them")
    two = typed(one, tmp_path / "two.xlsx", customer, Notes="reached them")
    collected(ours, [two], tmp_path / "second.xlsx")
    (line,) = conflicts(tmp_path / "second.xlsx")
    assert line[1:7] == (
        customer,
        people.read(master)[customer, "Customer"],
        "Notes",
        None,
        "I ring them",
        "reached them",
    )
    three = typed(two, tmp_path / "three.xlsx", customer, Notes="visited them")
    collected(tmp_path / "second.xlsx", [three], tmp_path / "third.xlsx")
    assert [(row[5], row[6], row[7]) for row in conflicts(tmp_path / "third.xlsx")] == [
        ("I ring them", "visited them", "three.xlsx")
    ]
    chosen = typed(tmp_path / "third.xlsx", tmp_path / "chosen.xlsx", customer, Notes="both of us ring")
    collected(chosen, [three], tmp_path / "fourth.xlsx")
    assert conflicts(tmp_path / "fourth.xlsx") == []
    assert values(tmp_path / "fourth.xlsx")[customer, "Notes"] == "both of us ring"


def test_a_line_that_was_deleted_to_leave_the_master_as_it_is_does_not_come_back(
    master: Path, part: Path, tmp_path: Path
) -> None:
    customer = first(part)
    ours = typed(master, tmp_path / "ours.xlsx", customer, Notes="ours")
    one = typed(part, tmp_path / "one.xlsx", customer, Notes="theirs")
    collected(ours, [one], tmp_path / "first.xlsx")
    assert len(conflicts(tmp_path / "first.xlsx")) == 1
    book = openpyxl.load_workbook(tmp_path / "first.xlsx")
    book["Conflicts"].delete_rows(5)
    book.save(tmp_path / "first.xlsx")
    collected(tmp_path / "first.xlsx", [one], tmp_path / "second.xlsx")
    assert conflicts(tmp_path / "second.xlsx") == []
    assert values(tmp_path / "second.xlsx")[customer, "Notes"] == "ours"


def test_an_open_conflict_outlives_a_refresh_and_a_collection_of_others(master: Path, tmp_path: Path) -> None:
    customer = first(master)
    ours = typed(master, tmp_path / "ours.xlsx", customer, Notes="  ours\n")
    one = typed(master, tmp_path / "one.xlsx", customer, Notes="theirs", Won_revenue=0.1 + 0.2)
    collected(ours, [one], tmp_path / "first.xlsx")
    made = samples.make(seed=3, customers=60, years=2)
    done = refreshing.refresh(
        tmp_path / "first.xlsx",
        made.orders,
        customers=made.customers,
        incidents=made.incidents,
        reps=made.reps,
    )
    saving_trackers.write(done, tmp_path / "second.xlsx")
    other = typed(master, tmp_path / "other.xlsx", list(values(master))[-1][0], Notes="else")
    collected(tmp_path / "second.xlsx", [other], tmp_path / "third.xlsx")
    assert [row[6:8] for row in conflicts(tmp_path / "third.xlsx")] == [("theirs", "one.xlsx")]


def test_a_cell_emptied_on_purpose_is_an_edit_and_blanks_or_another_spelling_are_none(
    master: Path, tmp_path: Path
) -> None:
    day = dt.datetime(2026, 12, 1)  # noqa: DTZ001 - a cell has no time zone
    customer = first(master)
    sent = typed(
        master,
        tmp_path / "sent.xlsx",
        customer,
        Notes="call",
        My_date=day,
        Attempts=2,
        Watch_for="x",
        Their_reason="late",
    )
    saving_trackers.write(collecting.collect(sent, []), tmp_path / "book.xlsx")
    part = next(
        p.path
        for p in splitting.split(tmp_path / "book.xlsx", tmp_path / "out")
        if customer in {key for key, _ in people.read(p.path)}
    )
    copy = typed(
        part, tmp_path / "copy.xlsx", customer,
        Notes=" call ", My_date="2026-12-01", Attempts="2", Watch_for="  ", Their_reason=None, Approved_by=" ",
    )  # fmt: skip
    done = collected(tmp_path / "book.xlsx", [copy], tmp_path / "new.xlsx")
    held = values(tmp_path / "new.xlsx")
    assert sum(done.merged.taken.values()) == 2
    assert (held[customer, "Watch for"], held[customer, "Their reason"]) == (None, None)
    assert (held[customer, "Notes"], held[customer, "My date"], held[customer, "Attempts"]) == (
        "call",
        day,
        2,
    )
    assert conflicts(tmp_path / "new.xlsx") == []
    mine = typed(tmp_path / "book.xlsx", tmp_path / "mine.xlsx", customer, Their_reason="price")
    collected(mine, [copy], tmp_path / "other.xlsx")
    assert [(row[3], row[5], row[6]) for row in conflicts(tmp_path / "other.xlsx")] == [
        ("Their reason", "price", "(empty)")
    ]


def test_a_copy_that_starts_again_from_the_attachment_undoes_nothing(
    master: Path, part: Path, tmp_path: Path
) -> None:
    customer = first(part)
    one = typed(part, tmp_path / "one.xlsx", customer, Notes="a", Stage="Listened", Listened="Yes")
    collected(master, [one], tmp_path / "first.xlsx")
    recollected = typed(part, tmp_path / "again.xlsx", customer, Watch_for="price")
    done = collected(tmp_path / "first.xlsx", [recollected], tmp_path / "second.xlsx")
    held = values(tmp_path / "second.xlsx")
    assert [held[customer, name] for name in ("Notes", "Stage", "Listened", "Watch for")] == [
        "a",
        "Listened",
        "Yes",
        "price",
    ]
    assert "copy-again" in {issue.code for issue in done.issues}


def test_two_people_in_the_same_copy_lose_no_text_within_a_run_or_across_runs(
    master: Path, part: Path, tmp_path: Path
) -> None:
    customer = first(part)
    one = typed(part, tmp_path / "laptop.xlsx", customer, Their_reason="Prices")
    two = typed(part, tmp_path / "phone.xlsx", customer, Their_reason="Late truck")
    for copies in ([one, two], [two, one]):
        collected(master, copies, tmp_path / "both.xlsx")
        stated = {row[6] for row in conflicts(tmp_path / "both.xlsx")}
        assert stated == {"Prices", "Late truck"}
        assert values(tmp_path / "both.xlsx")[customer, "Their reason"] is None
    collected(master, [one], tmp_path / "first.xlsx")
    collected(tmp_path / "first.xlsx", [two], tmp_path / "second.xlsx")
    assert values(tmp_path / "second.xlsx")[customer, "Their reason"] == "Prices"
    assert [row[6] for row in conflicts(tmp_path / "second.xlsx")] == ["Late truck"]


def test_what_a_later_state_of_a_copy_replaces_stands_in_leftovers(
    master: Path, part: Path, tmp_path: Path
) -> None:
    customer = first(part)
    one = typed(part, tmp_path / "one.xlsx", customer, Their_reason="Prices", Attempts=1)
    two = typed(one, tmp_path / "two.xlsx", customer, Their_reason="Late truck")
    collected(master, [one], tmp_path / "first.xlsx")
    collected(tmp_path / "first.xlsx", [two], tmp_path / "second.xlsx")
    assert values(tmp_path / "second.xlsx")[customer, "Their reason"] == "Late truck"
    left = openpyxl.load_workbook(tmp_path / "second.xlsx")["Leftovers"].iter_rows(5, values_only=True)
    assert [row[1:4] for row in left] == [(customer, "Their reason", "Prices")]


@pytest.mark.office
def test_copies_that_libreoffice_saved_arrive_without_an_invented_conflict(
    master: Path, parts: list[splitting.Part], tmp_path: Path, office: Office
) -> None:
    copies, works = [], []
    for part in parts[:3]:
        works.append(people.work_in(part.path, tmp_path / "edited.xlsx", random.Random(5), structure=False))
        copies.append(office.save_as(tmp_path / "edited.xlsx", tmp_path / f"office {part.path.name}"))
    collected(master, copies, tmp_path / "new.xlsx")
    held = values(tmp_path / "new.xlsx")
    assert all(held[key] == value for work in works for key, value in work.cells.items())
    assert conflicts(tmp_path / "new.xlsx") == []
