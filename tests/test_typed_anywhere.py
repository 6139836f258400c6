"""Whatever people type or set on any sheet of a campaign is kept by a refresh, or named."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation

from tests import elsewhere
from winback_xl import samples
from winback_xl.settings import Settings
from winback_xl.workbook.reopened import reopen
from winback_xl.workflows import collecting, planning, reading, refreshing, saving, saving_trackers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.oracles import Office

OURS = (
    "Guide",
    "Today",
    "Numbers",
    "Campaign",
    "Segments",
    "Make-goods",
    "Retention",
    "Watch list",
    "Settings",
    "Lists",
    "Checks",
    "Changes",
)
READ = ("Settings!B", "Settings!C")  # names and values of settings: a wrong one is an error


@pytest.fixture(scope="module")
def tables() -> reading.Tables:
    now = samples.make(seed=3, customers=60, years=2)
    return reading.read(now.orders, customers=now.customers, incidents=now.incidents, reps=now.reps)


@pytest.fixture(scope="module")
def built(tables: reading.Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("built") / "campaign.xlsx"
    return saving.save(planning.plan_tables(tables, planning.Wishes(settings=Settings())), path)


def refreshed(path: Path, target: Path, given: reading.Tables) -> refreshing.Refreshed:
    done = refreshing.refresh_tables(reopen.reopen(path), given)
    saving_trackers.write(done, target, force=True)
    return done


def all_texts(path: Path) -> set[str]:
    book = openpyxl.load_workbook(path)
    return {
        part
        for sheet in book
        for row in sheet.iter_rows(values_only=True)
        for value in row
        if isinstance(value, str)
        for part in [value, *(piece.rpartition(": ")[2] for piece in value.split("; "))]
    }


def places(path: Path) -> list[Any]:
    book = openpyxl.load_workbook(path)
    return [row[0] for row in book["Leftovers"].iter_rows(5, values_only=True)] if "Leftovers" in book else []


def typed(path: Path, target: Path, cells: dict[str, Any]) -> Path:
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        sheet, _, cell = place.rpartition("!")
        book[sheet][cell] = value
    book.save(target)
    return target


def test_a_workbook_that_nobody_touched_has_nothing_typed_in_it(
    built: Path, tables: reading.Tables, tmp_path: Path
) -> None:
    assert not len(reopen.reopen(built).stray)
    done = refreshed(built, tmp_path / "new.xlsx", tables)
    assert done.unchanged == "Nothing your team typed was changed."
    assert places(tmp_path / "new.xlsx") == []


@pytest.mark.parametrize("program", [elsewhere.google_sheets, elsewhere.numbers, elsewhere.german_excel])
def test_what_other_programs_make_of_it_counts_as_nothing_typed(
    built: Path, tmp_path: Path, program: Callable[[Path, Path], Path]
) -> None:
    assert not len(reopen.reopen(program(built, tmp_path / "other.xlsx")).stray)


@pytest.mark.office
def test_what_libreoffice_makes_of_it_counts_as_nothing_typed(
    built: Path, tmp_path: Path, office: Office, tables: reading.Tables
) -> None:
    saved = office.save_as(built, tmp_path / "office.xlsx")
    assert reopen.reopen(saved).stray.to_numpy().tolist() == []
    done = refreshed(saved, tmp_path / "new.xlsx", tables)
    assert not done.new.unkept


@pytest.mark.parametrize("seed", range(4))
def test_a_text_in_any_cell_of_any_sheet_of_ours_stays_somewhere(
    built: Path, tables: reading.Tables, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    book = openpyxl.load_workbook(built)
    cells = {}
    for name in OURS:
        sheet = book[name]
        rows, columns = sheet.max_row, sheet.max_column
        for number in range(6):
            row, column = chance.randint(1, rows + 4), chance.randint(1, columns + 2)
            place = f"{name}!{openpyxl.utils.get_column_letter(column)}{row}"
            heading = name in {"Campaign", "Segments", "Make-goods"} and row == 4
            key = name == "Campaign" and column <= 2 and row > 4
            if not heading and not key and not place.startswith(READ):
                cells[place] = f"{name} text {number} of {seed}"
    edited = typed(built, tmp_path / "edited.xlsx", cells)
    done = refreshed(edited, tmp_path / "new.xlsx", tables)
    kept = all_texts(tmp_path / "new.xlsx")
    assert {place: text for place, text in cells.items() if text not in kept} == {}
    assert "went to the sheet Leftovers" in done.unchanged
    copied = collecting.collect(edited, [], tmp_path / "collected.xlsx")
    assert set(cells.values()) <= all_texts(tmp_path / "collected.xlsx")
    assert copied.counts.added == 0


def test_an_owner_or_account_to_look_at_is_nothing_typed_but_another_text_is_kept(
    built: Path, tables: reading.Tables, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(built)
    drops = [
        book.defined_names[name].attr_text.replace("$", "").replace("'", "")
        for name in ("show_owner", "card_account")
    ]
    owner = next(
        row[0] for row in book["Campaign"].iter_rows(5, values_only=True, min_col=owners(book)) if row[0]
    )
    account = book["Campaign"]["A5"].value
    looking = typed(built, tmp_path / "looking.xlsx", dict(zip(drops, (owner, account), strict=True)))
    assert not len(reopen.reopen(looking).stray)
    words = {drop: f"Ring them before noon, {number}" for number, drop in enumerate(drops)}
    done = refreshed(typed(built, tmp_path / "typed.xlsx", words), tmp_path / "new.xlsx", tables)
    assert done.unchanged != "Nothing your team typed was changed."
    assert set(words.values()) <= all_texts(tmp_path / "new.xlsx")
    assert set(words) <= set(places(tmp_path / "new.xlsx"))


def owners(book: Any) -> int:
    return 1 + [cell.value for cell in book["Campaign"][4]].index("Owner")


def test_numbers_dates_and_formulas_over_calculated_cells_are_listed(
    built: Path, tables: reading.Tables, tmp_path: Path
) -> None:
    cells = {"Segments!F5": 123456.75, "Make-goods!F5": "=1+1", "Segments!B2": True, "Watch list!Z9": 0.125}
    edited = typed(built, tmp_path / "edited.xlsx", cells)
    refreshed(edited, tmp_path / "new.xlsx", tables)
    assert {"123456.75", "=1+1", "TRUE", "0.125"} <= all_texts(tmp_path / "new.xlsx")
    assert set(places(tmp_path / "new.xlsx")) == set(cells)


def test_rows_and_columns_that_moved_take_what_we_wrote_with_them(built: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(built)
    segments = book["Segments"]
    rows = [[cell.value for cell in row] for row in segments.iter_rows(5, segments.max_row)]
    for number, row in enumerate(reversed(rows), start=5):
        for column, value in enumerate(row, start=1):
            segments.cell(number, column).value = value
    segments["H7"] = "sorted, then typed"
    for name in ("Guide", "Lists", "Checks", "Settings"):
        book[name].insert_rows(1, 2)
        book[name]["A1"] = f"above {name}"
    book.save(tmp_path / "edited.xlsx")
    stray = reopen.reopen(tmp_path / "edited.xlsx").stray
    assert sorted(stray["content"]) == [
        "above Checks", "above Guide", "above Lists", "above Settings", "sorted, then typed",
    ]  # fmt: skip


def test_the_name_of_a_customer_added_by_hand_is_listed(
    built: Path, tables: reading.Tables, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(built)
    sheet = book["Campaign"]
    heads = {cell.value: cell.column for cell in sheet[4]}
    last = sheet.max_row + 1
    for heading, value in {"Customer ID": "NEW2", "Customer": "Neu GmbH", "Notes": "from the fair"}.items():
        sheet.cell(last, heads[heading]).value = value
    book.save(tmp_path / "edited.xlsx")
    refreshed(tmp_path / "edited.xlsx", tmp_path / "new.xlsx", tables)
    left = openpyxl.load_workbook(tmp_path / "new.xlsx")["Leftovers"].iter_rows(5, values_only=True)
    assert {(row[1], row[2], row[3]) for row in left} == {
        ("NEW2", "Customer", "Neu GmbH"),
        ("NEW2", "Notes", "from the fair"),
    }


def test_what_people_set_on_our_sheets_is_kept_or_named(
    built: Path, tables: reading.Tables, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(built)
    sheet = book["Campaign"]
    last = sheet.max_row
    sheet.protection.sheet, sheet.protection.password = True, "x"
    book.security = WorkbookProtection(lockStructure=True)
    sheet.freeze_panes, sheet.sheet_view.zoomScale, sheet.column_dimensions["A"].width = "B6", 70, 40
    red = PatternFill("solid", bgColor="FFEE1111")
    sheet.conditional_formatting.add(f"A5:A{last}", FormulaRule(formula=["LEN($A5)>3"], fill=red))
    sheet.conditional_formatting.add("A7", FormulaRule(formula=["LEN($A7)>4"], fill=red))
    choice = DataValidation(type="list", formula1='"a,b,c"')
    choice.add(f"A5:A{last}")
    sheet.add_data_validation(choice)
    book.defined_names["my_rate"] = DefinedName("my_rate", attr_text="Settings!$C$7")
    sheet.print_area = "A1:K30"
    book.save(tmp_path / "edited.xlsx")
    done = refreshed(tmp_path / "edited.xlsx", tmp_path / "new.xlsx", tables)
    assert done.new.unkept == [
        "Sheet Campaign: The conditional format on A7 was not kept: its cells have moved."
    ]
    for _ in range(2):
        new = openpyxl.load_workbook(tmp_path / "new.xlsx")
        made = new["Campaign"]
        assert (made.protection.sheet, made.protection.password) == (True, sheet.protection.password)
        assert new.security is not None
        assert new.security.lockStructure
        assert (made.freeze_panes, made.sheet_view.zoomScale, made.column_dimensions["A"].width) == (
            "B6",
            70,
            40,
        )
        rules = {
            str(place.sqref): [rule.formula for rule in held]
            for place, held in made.conditional_formatting._cf_rules.items()
        }
        assert rules[f"A5:A{last}"].count(["LEN($A5)>3"]) == 1
        lists = {str(one.sqref): one.formula1 for one in made.data_validations.dataValidation}
        assert lists[f"A5:A{last}"] == '"a,b,c"'
        assert new.defined_names["my_rate"].attr_text == "Settings!$C$7"
        assert made.print_area == "'Campaign'!$A$1:$K$30"
        assert not refreshed(tmp_path / "new.xlsx", tmp_path / "new.xlsx", tables).new.unkept  # and once more


def test_a_snapshot_that_somebody_deleted_is_named(built: Path, tmp_path: Path) -> None:
    """Our own charts are not called people's: nobody can tell any more, and that is what is said."""
    book = openpyxl.load_workbook(built)
    del book["Snapshot"]
    book.save(tmp_path / "without.xlsx")
    lost = reopen.reopen(tmp_path / "without.xlsx").lost
    assert lost
    assert all("the hidden sheet Snapshot is gone" in what for what in lost)
    assert not any("that people added." in what for what in lost)
