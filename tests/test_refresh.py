"""A refresh brings new orders in and costs nobody a word."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest

import winback_xl as wb
from tests import elsewhere, people
from winback_xl import samples
from winback_xl.core.merging import fingerprints
from winback_xl.errors import DataError, FileError, UsageError
from winback_xl.schema import columns
from winback_xl.settings import Settings
from winback_xl.workbook.reopened import reopen
from winback_xl.workbook.sheets import snapshot
from winback_xl.workflows import planning, reading, refreshing, saving, saving_trackers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.oracles import Office

CASES = 400 if os.environ.get("WINBACK_TESTS") == "long" else 6


@pytest.fixture(scope="module")
def now() -> samples.Sample:
    return samples.make(seed=3, customers=60, years=2)


@pytest.fixture(scope="module")
def tables(now: samples.Sample) -> dict[str, reading.Tables]:
    """Return the inputs as read, of the day of the build and of four weeks later."""
    later = samples.weeks_later(now, 28)
    return {
        name: reading.read(one.orders, customers=one.customers, incidents=one.incidents, reps=one.reps)
        for name, one in (("now", now), ("later", later))
    }


@pytest.fixture(scope="module")
def built(tables: dict[str, reading.Tables], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("built") / "campaign.xlsx"
    return saving.save(planning.plan_tables(tables["now"], planning.Wishes(settings=Settings())), path)


def refreshed(path: Path, target: Path, given: reading.Tables) -> refreshing.Refreshed:
    done = refreshing.refresh_tables(reopen.reopen(path), given)
    saving_trackers.write(done, target, force=True)
    return done


def left_over(path: Path) -> list[str]:
    book = openpyxl.load_workbook(path)
    if "Leftovers" not in book.sheetnames:
        return []
    deleted = "Its row was deleted by hand"  # what somebody threw away is rightly listed
    rows = book["Leftovers"].iter_rows(5, values_only=True)
    return [str(row[3]) for row in rows if not str(row[4]).startswith(deleted)]


def check(work: people.Work, path: Path) -> None:
    """Ask the new workbook for everything that was done in the old one."""
    held = {key: people.plain(value) for key, value in people.read(path).items()}
    wrong = {
        key: (value, held.get(key, "gone"))
        for key, value in work.cells.items()
        if held.get(key, "gone") != value and not _same(value, held.get(key, "gone"))
    }
    assert not wrong
    fills = people.read(path, "fill")
    assert {key: fills[key] for key in work.paint} == work.paint
    notes = people.read(path, "note")
    assert {key: notes[key] for key in work.notes} == work.notes
    book = openpyxl.load_workbook(path)
    for name, cells in work.sheets.items():
        assert {address: book[name][address].value for address in cells} == cells
        assert book[name]["A1"].fill.fgColor.rgb == "FFABCDEF"
        assert book[name]["B2"].number_format == "0.000"
        assert book[name].column_dimensions["A"].width == pytest.approx(31)


def _same(value: Any, held: Any) -> bool:
    return isinstance(value, str) and value.strip() == "" and held is None


def test_the_same_orders_change_not_a_byte(
    built: Path, tables: dict[str, reading.Tables], tmp_path: Path
) -> None:
    done = refreshed(built, tmp_path / "again.xlsx", tables["now"])
    assert (done.counts.added, done.counts.changed, done.counts.stale) == (0, 0, 0)
    assert (tmp_path / "again.xlsx").read_bytes() == built.read_bytes()


@pytest.mark.parametrize("seed", range(CASES))
def test_whatever_people_do_a_refresh_keeps_it_and_a_second_one_changes_nothing(
    seed: int, built: Path, tables: dict[str, reading.Tables], tmp_path: Path
) -> None:
    edited, first, second = (tmp_path / f"{name}.xlsx" for name in ("edited", "first", "second"))
    work = people.work_in(built, edited, random.Random(seed))
    refreshed(edited, first, tables["later"])
    check(work, first)
    done = refreshed(first, second, tables["later"])
    assert (done.counts.added, done.counts.changed, done.counts.restored) == (0, 0, 0)
    assert second.read_bytes() == first.read_bytes()


@pytest.mark.parametrize("program", elsewhere.PROGRAMS)
def test_what_another_program_or_an_excel_of_another_country_saved_is_kept_as_well(
    program: Callable[[Path, Path], Path], built: Path, tables: dict[str, reading.Tables], tmp_path: Path
) -> None:
    work = people.work_in(built, tmp_path / "edited.xlsx", random.Random(7), structure=False)
    saved = program(tmp_path / "edited.xlsx", tmp_path / "saved.xlsx")
    refreshed(saved, tmp_path / "first.xlsx", tables["later"])
    held = {key: people.plain(value) for key, value in people.read(tmp_path / "first.xlsx").items()}
    assert len(work.cells) > 500
    assert {key: held[key] for key in work.cells} == work.cells
    assert left_over(tmp_path / "first.xlsx") == []


@pytest.mark.office
@pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning:openpyxl")
@pytest.mark.parametrize("seed", [101, 102, 103])
def test_what_libreoffice_saved_is_kept_as_well(
    seed: int, built: Path, tables: dict[str, reading.Tables], tmp_path: Path, office: Office
) -> None:
    work = people.work_in(built, tmp_path / "edited.xlsx", random.Random(seed))
    edited = office.save_as(tmp_path / "edited.xlsx", tmp_path / "office.xlsx")
    before = {key: people.plain(value) for key, value in people.read(edited).items() if key in work.cells}
    refreshed(edited, tmp_path / "first.xlsx", tables["later"])
    held = {key: people.plain(value) for key, value in people.read(tmp_path / "first.xlsx").items()}
    assert {key: held[key] for key in before} == before
    assert not [text for text in left_over(tmp_path / "first.xlsx") if text != "None"]
    refreshed(tmp_path / "first.xlsx", tmp_path / "second.xlsx", tables["later"])
    assert (tmp_path / "second.xlsx").read_bytes() == (tmp_path / "first.xlsx").read_bytes()


def test_a_version_with_another_order_of_columns_is_not_taken_for_cells_typed_over(
    tables: dict[str, reading.Tables], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent out says in which order its calculated cells were, and only what was really typed is listed."""
    other = tuple(reversed(fingerprints.CALCULATED))
    real = fingerprints.prints
    with monkeypatch.context() as older:
        older.setattr(snapshot, "CALCULATED", other)
        older.setattr(snapshot, "prints", lambda frame, names=other: real(frame, names))
        path = saving.save(
            planning.plan_tables(tables["now"], planning.Wishes(settings=Settings())), tmp_path / "older.xlsx"
        )
    refreshed(path, tmp_path / "new.xlsx", tables["later"])
    assert left_over(tmp_path / "new.xlsx") == []
    book = openpyxl.load_workbook(path)
    sheet = people.campaign_of(book)
    sheet.cell(5, people.header_of(sheet)[1]["Level"]).value = "They moved"
    book.save(tmp_path / "typed.xlsx")
    refreshed(tmp_path / "typed.xlsx", tmp_path / "newer.xlsx", tables["later"])
    assert left_over(tmp_path / "newer.xlsx") == ["They moved"]


@pytest.mark.parametrize("name", ["Spring  one", "x" * 130])
def test_a_campaign_keeps_the_name_that_an_older_version_let_it_have(
    name: str, tables: dict[str, reading.Tables], tmp_path: Path
) -> None:
    """A name that no new campaign may take is still the one that its rows are found by."""
    path = saving.save(
        planning.plan_tables(tables["now"], planning.Wishes(settings=Settings(), campaign_id=name)),
        tmp_path / "older.xlsx",
    )
    done = refreshed(path, tmp_path / "new.xlsx", tables["now"])
    assert (done.plan.campaign_id, done.counts.added, done.counts.stale) == (name, 0, 0)


def test_what_somebody_unfolded_stays_unfolded(
    built: Path, tables: dict[str, reading.Tables], tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(built)
    talk = [place + 1 for place in columns.CAMPAIGN.topics["The talk"]]
    for column in people.campaign_of(book).column_dimensions.values():
        if column.min in talk:
            column.hidden = False
    book.save(tmp_path / "mine.xlsx")
    refreshed(tmp_path / "mine.xlsx", tmp_path / "new.xlsx", tables["later"])
    sheet = openpyxl.load_workbook(tmp_path / "new.xlsx")["Campaign"]
    hidden = [
        at
        for column in sheet.column_dimensions.values()
        if column.hidden
        for at in range(column.min, column.max + 1)
    ]
    others = {topic: places for topic, places in columns.CAMPAIGN.topics.items() if topic != "The talk"}
    folded = [place + 1 for places in others.values() for place in places]
    never_shown = [place for place, column in enumerate(columns.CAMPAIGN.columns, 1) if column.hidden]
    assert sorted(hidden) == folded + never_shown


def edit(path: Path, target: Path, **cells: Any) -> openpyxl.Workbook:
    """Type into the first account: heading with underscores for spaces -> value."""
    book = openpyxl.load_workbook(path)
    sheet = people.campaign_of(book)
    top, places = people.header_of(sheet)
    for heading, value in cells.items():
        sheet.cell(top + 1, places[heading.replace("_", " ")]).value = value
    book.save(target)
    return book


def test_what_was_typed_over_a_calculated_cell_is_listed_and_the_cell_is_written_anew(
    built: Path, tables: dict[str, reading.Tables], tmp_path: Path
) -> None:
    edit(built, tmp_path / "edited.xlsx", Odds=0.99, Gate="all done", Level="=1+1")
    refreshed(tmp_path / "edited.xlsx", tmp_path / "new.xlsx", tables["now"])
    assert sorted(left_over(tmp_path / "new.xlsx")) == ["0.99", "=1+1", "all done"]
    before, after = people.read(built), people.read(tmp_path / "new.xlsx")
    assert {key: value for key, value in before.items() if key[1] in {"Odds", "Gate", "Level"}} == {
        key: value for key, value in after.items() if key[1] in {"Odds", "Gate", "Level"}
    }


def test_a_formula_of_its_own_row_moves_with_its_customer_and_any_other_becomes_its_value(
    built: Path, tables: dict[str, reading.Tables], tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(built)
    sheet = people.campaign_of(book)
    top, places = people.header_of(sheet)
    row, letters = top + 3, openpyxl.utils.get_column_letter(places["Won revenue"])
    customer = sheet.cell(row, places["Customer ID"]).value
    sheet.cell(row, places["Actual cost"]).value = f"={letters}{row}*0.1"
    sheet.cell(row, places["Agreed amount"]).value = f"={letters}{row + 1}*0.1"
    rows = [people._row(sheet, at, max(places.values())) for at in (top + 1, row)]
    rows[1] = [(str(v).replace(str(row), str(top + 1)) if str(v).startswith("=") and "tbl" not in str(v) else v, *rest)
               for v, *rest in rows[1]]  # fmt: skip
    people._write_rows(sheet, [row, top + 1], rows)
    sheet.cell(top + 1, places["Agreed amount"]).value = f"={letters}{top + 2}*0.1"
    book.save(tmp_path / "edited.xlsx")
    refreshed(tmp_path / "edited.xlsx", tmp_path / "new.xlsx", tables["now"])
    held = people.read(tmp_path / "new.xlsx")
    assert held[customer, "Actual cost"] == f"={letters}#*0.1"  # people.read writes # for the own row
    assert held[customer, "Agreed amount"] is None
    assert f"={letters}{top + 2}*0.1" in left_over(tmp_path / "new.xlsx")


def test_damaged_and_doubled_rows_go_to_leftovers_and_deleted_ones_come_back(
    built: Path, tables: dict[str, reading.Tables], tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(built)
    sheet = people.campaign_of(book)
    top, places = people.header_of(sheet)
    ids = [sheet.cell(top + row, places["Customer ID"]).value for row in range(1, 5)]
    sheet.cell(top + 1, places["Customer ID"]).value = None
    sheet.cell(top + 1, places["Notes"]).value = "whose is this?"
    width = max(places.values())
    people._write_rows(sheet, [sheet.max_row + 1], [people._row(sheet, top + 2, width)])
    sheet.cell(sheet.max_row, places["Notes"]).value = "pasted twice"
    sheet.cell(top + 3, places["Customer ID"]).value = "C99999"
    sheet.delete_rows(top + 4)
    book.save(tmp_path / "edited.xlsx")
    done = refreshed(tmp_path / "edited.xlsx", tmp_path / "new.xlsx", tables["now"])
    assert done.counts.restored == 3
    held = people.read(tmp_path / "new.xlsx")
    assert {key[0] for key in held} >= set(ids)
    assert {"whose is this?", "pasted twice"} <= set(left_over(tmp_path / "new.xlsx"))
    assert held[ids[1], "Notes"] is None


def test_who_no_longer_qualifies_stays_with_the_reason(
    built: Path, tables: dict[str, reading.Tables], tmp_path: Path
) -> None:
    refreshed(built, tmp_path / "new.xlsx", tables["later"])
    before, after = people.read(built), people.read(tmp_path / "new.xlsx")
    assert {key[0] for key in before} <= {key[0] for key in after}
    fresh = set(
        planning.plan_tables(tables["later"], planning.Wishes(settings=Settings())).campaign["customer_id"]
    )
    stale = {key[0] for key in after} - fresh
    assert stale
    facts = openpyxl.load_workbook(tmp_path / "new.xlsx")["Accounts"]
    headings, *rows = facts.iter_rows(4, values_only=True)
    reasons = {row[0]: str(row[headings.index("Decision reason")]) for row in rows}
    assert all(reasons[customer].startswith("No longer qualifies") for customer in stale)
    log = openpyxl.load_workbook(tmp_path / "new.xlsx")["Changes"]
    assert any(str(row[1].value).startswith("Refreshed: ") for row in log.iter_rows(5))


def test_settings_are_those_of_the_sheet_and_a_wrong_one_is_refused(
    built: Path, tables: dict[str, reading.Tables], tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(built)
    for row in book["Settings"].iter_rows(1, 200):
        if row[1].value == "Gross margin":
            row[2].value = 0.55
    book.save(tmp_path / "edited.xlsx")
    done = refreshed(tmp_path / "edited.xlsx", tmp_path / "new.xlsx", tables["now"])
    assert done.plan.settings.margin == 0.55
    assert done.counts.changed > 0


@pytest.mark.parametrize("what", ["Guide", "Segments", "Today"])
def test_a_scribble_on_a_sheet_that_is_written_anew_goes_to_leftovers(
    what: str, built: Path, tables: dict[str, reading.Tables], tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(built)
    sheet = book[what]
    column = sheet.max_column + 1
    sheet.cell(1, column).value = "scribble"
    book.save(tmp_path / "edited.xlsx")
    refreshed(tmp_path / "edited.xlsx", tmp_path / "new.xlsx", tables["now"])
    assert left_over(tmp_path / "new.xlsx") == ["scribble"]


def test_a_column_added_to_segments_stays_with_its_customers(
    built: Path, tables: dict[str, reading.Tables], tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(built)
    sheet = book["Segments"]
    column = sheet.max_column + 1
    sheet.cell(4, column).value = "Visited"
    expected = {}
    for row in range(5, sheet.max_row + 1, 3):
        sheet.cell(row, column).value = f"on day {row}"
        expected[sheet.cell(row, 1).value] = f"on day {row}"
    book.save(tmp_path / "edited.xlsx")
    refreshed(tmp_path / "edited.xlsx", tmp_path / "new.xlsx", tables["later"])
    new = openpyxl.load_workbook(tmp_path / "new.xlsx")["Segments"]
    at = next(cell.column for cell in new[4] if cell.value == "Visited")
    assert {row[0].value: row[at - 1].value for row in new.iter_rows(5) if row[at - 1].value} == expected


def test_what_could_not_be_written_back_is_refused_with_a_list(
    built: Path, now: samples.Sample, tmp_path: Path
) -> None:
    from openpyxl.chart import BarChart, Reference

    book = openpyxl.load_workbook(built)
    chart = BarChart()
    chart.add_data(Reference(book["Campaign"], min_col=13, min_row=5, max_row=9))
    book["Campaign"].add_chart(chart, "B40")
    book.save(tmp_path / "edited.xlsx")
    given = {"customers": now.customers, "incidents": now.incidents, "reps": now.reps}
    with pytest.raises(DataError, match=r"1 chart\(s\), picture\(s\) or shape\(s\)") as caught:
        refreshing.refresh(tmp_path / "edited.xlsx", now.orders, **given)
    assert caught.value.code == "would-be-lost"
    done = refreshing.refresh(tmp_path / "edited.xlsx", now.orders, **given, leave_behind=True)
    assert len(done.lost) == 1


def test_the_inputs_of_the_build_are_asked_for_again(built: Path, now: samples.Sample) -> None:
    with pytest.raises(UsageError, match="built with customers"):
        refreshing.refresh(built, now.orders)


def test_files_of_the_old_names_beside_the_orders_are_taken(tmp_path: Path) -> None:
    files = samples.write(samples.make(seed=3, customers=60, years=2), tmp_path)
    plan = planning.plan(
        files["orders"], customers=files["customers"], incidents=files["incidents"], reps=files["reps"]
    )
    path = saving.save(plan, tmp_path / "campaign.xlsx")
    done = refreshing.refresh(path, files["orders"])
    assert done.counts.changed == 0
    saving_trackers.write(done, path, force=True)
    copies = list(tmp_path.glob("campaign.before.*.xlsx"))
    assert len(copies) == 1
    assert copies[0].read_bytes() == path.read_bytes()


def test_today_never_goes_back(built: Path, now: samples.Sample) -> None:
    given = {"customers": now.customers, "incidents": now.incidents, "reps": now.reps}
    early = now.orders[pd.to_datetime(now.orders["Order Date"], errors="coerce") < "2026-09-01"]
    assert refreshing.refresh(built, early, **given).plan.as_of == planning.plan(now.orders).as_of
    assert refreshing.refresh(built, now.orders, as_of="2027-01-15", **given).plan.as_of == pd.Timestamp(
        "2027-01-15"
    )


def test_a_file_that_is_no_campaign_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Customer ID,Order date\nC1,2026-01-01\n")
    with pytest.raises(FileError, match=r"a campaign is an \.xlsx workbook"):
        reopen.reopen(tmp_path / "a.csv")
    openpyxl.Workbook().save(tmp_path / "b.xlsx")
    with pytest.raises(DataError, match="no Campaign table"):
        reopen.reopen(tmp_path / "b.xlsx")


def _orders_until(last: pd.Timestamp) -> pd.DataFrame:
    days = pd.date_range(end=last, periods=20, freq="30D")
    rows = [("still", day) for day in days] + [("left", day) for day in days[:8]]
    return pd.DataFrame(rows, columns=["Customer ID", "Order date"]).assign(**{"Order value": 500.0})


def test_a_workbook_that_old_orders_left_on_its_day_follows_today_again_with_current_ones(
    tmp_path: Path,
) -> None:
    today = pd.Timestamp.now().normalize()
    old, older, fresh = (_orders_until(today - pd.Timedelta(days=back)) for back in (300, 200, 3))
    built = wb.save(wb.plan(old), tmp_path / "old.xlsx")
    assert reopen.reopen(built).plan.frozen
    still = wb.refresh(built, older, tmp_path / "still old.xlsx").plan
    assert still.frozen
    assert still.as_of == today - pd.Timedelta(days=199)
    wb.refresh(tmp_path / "still old.xlsx", fresh, tmp_path / "fresh.xlsx")
    assert not reopen.reopen(tmp_path / "fresh.xlsx").plan.frozen


def test_a_day_that_a_person_chose_stays_with_current_orders(tmp_path: Path) -> None:
    today = pd.Timestamp.now().normalize()
    chosen = today - pd.Timedelta(days=250)
    built = wb.save(wb.plan(_orders_until(today - pd.Timedelta(days=300)), as_of=chosen), tmp_path / "a.xlsx")
    assert wb.refresh(built, _orders_until(today - pd.Timedelta(days=3))).plan.frozen


def test_orders_without_most_customers_of_the_campaign_are_refused_unless_they_are_gone(
    built: Path, tmp_path: Path
) -> None:
    now = samples.make(seed=3, customers=60, years=2)
    whole = now.orders
    days = whole["Order Date"]
    last = whole[days >= days.max() - pd.Timedelta(days=45)]
    given = {"customers": now.customers, "incidents": now.incidents, "reps": now.reps}
    with pytest.raises(DataError, match="the earlier orders seem to be missing") as caught:
        refreshing.refresh(built, last, **given)
    assert caught.value.code == "customers-missing"
    assert caught.value.exit_code == 3
    assert "--customers-gone" in str(caught.value)
    done = refreshing.refresh(built, last, customers_gone=True, **given)
    assert done.counts.stale > 10
    parts = [whole[~whole.index.isin(last.index)], last]
    assert refreshing.refresh(built, pd.concat(parts), **given).counts.stale == 0
