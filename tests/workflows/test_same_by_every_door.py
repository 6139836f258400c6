"""A button, its command and its API call do the same to the same workbook: every cell of every table is compared."""

from __future__ import annotations

import csv
import datetime as dt
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter, range_boundaries

from tests.excel.engine import open_book
from tests.excel.test_commands import INPUTS, Grid
from winback_xl import cli, samples
from winback_xl.excel.buttons import commands, entry
from winback_xl.schema import columns
from winback_xl.workbook.sheets import leftovers
from winback_xl.workflows import (
    collecting,
    exporting,
    measuring,
    planning,
    refreshing,
    saving,
    saving_trackers,
    sharing,
    splitting,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.excel.engine import Book

Table = tuple[tuple[str, ...], list[tuple[Any, ...]]]
"""Headings and rows."""

NAMES_FILES = {
    ("tblSources", "File"), ("tblSources", "Sheet"), ("tblIssues", "Where"), ("tblChecks", "Check"), ("tblSent", "Text"),
}  # fmt: skip
"""Columns that name the file or the sheet that the inputs came from, which differ from door to door."""

KEY = columns.CAMPAIGN["customer_id"].heading


def cell(value: Any) -> Any:
    """Return a cell as a reader sees it: a number is a number, blank is blank, a formula is its text."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return float(f"{float(value):.12g}")
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time())
    return value


def tables_of(path: Path) -> dict[str, Table]:
    """Return every table of a workbook: headings and rows without the blank ones."""
    found: dict[str, Table] = {}
    for sheet in openpyxl.load_workbook(path).worksheets:
        for table in sheet.tables.values():
            left, top, right, bottom = range_boundaries(table.ref)
            head, *body = sheet.iter_rows(top, bottom, left, right, values_only=True)
            body = [
                [_spelled(one, table.name, head, left, line) for one in row]
                for line, row in enumerate(body, start=top + 1)
            ]
            rows = [tuple(map(cell, row)) for row in body]
            found[table.name] = (
                tuple(map(str, head)),
                [row for row in rows if any(one is not None for one in row)],
            )
    return found


def _spelled(value: Any, table: str, head: tuple[Any, ...], left: int, line: int) -> Any:
    """Return a formula with the cells of its own row named by heading: files spell them $A5, Excel [#This Row].

    Files also mark the functions that came after 2007, which nobody types.
    """
    if not isinstance(value, str) or not value.startswith("="):
        return value
    value = value.replace("_xlfn.", "")
    for at, heading in enumerate(head):
        value = re.sub(
            rf"\${get_column_letter(left + at)}{line}\b", lambda _, name=heading: f"[@{name}]", value
        )
    named = re.compile(rf"{table}\[\[#This Row\],\[((?:'.|[^\]])+)\]\]")
    return named.sub(lambda found: "[@" + re.sub(r"'(.)", r"\1", found[1]) + "]", value)


def by_customer(table: Table) -> Table:
    headings, rows = table
    if KEY not in headings:
        return table
    at = headings.index(KEY)
    return headings, sorted(rows, key=lambda row: str(row[at]))


def compare(
    one: dict[str, Table], other: dict[str, Table], but: set[tuple[str, str]] = NAMES_FILES
) -> list[str]:
    """Return what differs between two workbooks: table, column, row, and both contents."""
    found = []
    for name in sorted({*one, *other}):
        (heads, rows), (others, again) = (
            by_customer(one.get(name, ((), []))),
            by_customer(other.get(name, ((), []))),
        )
        if not rows and not again:
            continue  # a list without lines, or no such list
        if heads != others or len(rows) != len(again):
            found.append(f"{name}: {len(rows)} x {heads} against {len(again)} x {others}")
            continue
        found += [
            f"{name}, {heads[at]}, {row[heads.index(KEY)] if KEY in heads else line}: {first!r} | {second!r}"
            for line, (row, twin) in enumerate(zip(rows, again, strict=True))
            for at, (first, second) in enumerate(zip(row, twin, strict=True))
            if first != second and (name, heads[at]) not in but
        ]
    return found


@dataclass(frozen=True)
class World:
    """A workbook that people have worked in, and the inputs as they are four weeks later."""

    folder: Path
    master: Path
    inputs: dict[str, Path]

    @property
    def options(self) -> list[str]:
        return [
            word
            for name in ("customers", "incidents", "reps")
            for word in (f"--{name}", str(self.inputs[name]))
        ]

    def given(self) -> dict[str, Path]:
        return {name: self.inputs[name] for name in ("orders", "customers", "incidents", "reps")}


RESTS, TYPED, DELETED, FORMULA = range(4)
"""Rows of the campaign that somebody edits, before it is sorted the other way round."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("doors")
    now = samples.make(customers=60)
    later = samples.weeks_later(now, 28)
    ledger = _ledger(now, folder / "ledger.xlsx")
    book, behind = open_book(ledger)
    behind.path = None
    commands.build_campaign(book)
    _first_edits(behind, now.as_of)
    assert entry.perform("refresh_campaign", book).startswith("Refreshed")
    _second_edits(book, behind)
    frames = (later.orders, later.customers, later.incidents, later.reps)
    for title, frame in zip(INPUTS, frames, strict=True):
        _, fresh = open_book(_ledger(later, folder / "later.xlsx"))
        behind.sheets(title).rows[:] = fresh.sheets(title).rows
        assert len(frame)
    master = folder / "master.xlsx"
    behind.write(master)
    inputs = {}
    for name, frame in zip(("orders", "customers", "incidents", "reps"), frames, strict=True):
        inputs[name] = folder / f"{name}.xlsx"
        frame.to_excel(inputs[name], index=False)
    return World(folder, master, inputs)


def _ledger(sample: samples.Sample, path: Path) -> Path:
    with pd.ExcelWriter(path, engine="openpyxl") as file:
        frames = (sample.orders, sample.customers, sample.incidents, sample.reps)
        for title, frame in zip(INPUTS, frames, strict=True):
            frame.to_excel(file, sheet_name=title, index=False)
    return path


def _first_edits(behind: Book, day: pd.Timestamp) -> None:
    """Write what the workbook remembers when it is refreshed: notes, a column of somebody's own, a conflict."""
    grid = Grid(behind, "tblCampaign")
    rows = len(grid.column(KEY))
    grid.add_column("Our code", [f"code {row}" for row in range(rows)])
    grid.type(DELETED, "Notes", "we promised to call on Friday")
    grid.type(DELETED, "Agreed amount", 1234.5)
    grid.type(RESTS, "Want back?", "Later")
    grid.type(RESTS, "Rest until", (day + pd.Timedelta(days=10)).to_pydatetime())
    grid.type(5, "Listened", "Yes")
    grid.type(5, "My date", "next week")
    for row in range(6, 9):
        grid.type(row, "Want back?", "Yes")
    grid.type(7, "Stage", "Let go")
    grid.type(8, "Outcome", "Won")
    ids, campaign = grid.column(KEY), grid.column("Campaign ID")[0]
    lines = [
        (campaign, ids[9], "", "Notes", "", "(empty)", "call on Monday", "ann.xlsx", "Ann", "2026-11-01"),
        (
            campaign,
            ids[5],
            "",
            "My date",
            "",
            "was settled",
            "2026-12-01",
            "ann.xlsx",
            "Ann",
            "2026-11-01",
        ),
    ]
    behind.sheets.add(name="Conflicts", after=behind.all_sheets[-1])
    sheet = behind.sheets("Conflicts")
    for row, line in enumerate((leftovers.CONFLICT_HEADINGS, *lines)):
        for col, text in enumerate(line):
            sheet.put(3 + row, col, text or None)
    sheet.all_tables["tblConflicts"] = [3, 0, 5, len(leftovers.CONFLICT_HEADINGS) - 1]
    behind.sheets.add(name="Leftovers", after=behind.all_sheets[-1])
    sheet = behind.sheets("Leftovers")
    line = ("Campaign, row 7", ids[9], "Notes", "an old leftover", "Somebody put it there.")
    for row, texts in enumerate((leftovers.LEFT_HEADINGS, line)):
        for col, text in enumerate(texts):
            sheet.put(3 + row, col, text)
    sheet.all_tables["tblLeftovers"] = [3, 0, 4, len(line) - 1]


def _second_edits(_: Any, behind: Book) -> None:
    """Type over calculated cells, delete a row, and sort the others the other way round."""
    grid = Grid(behind, "tblCampaign")
    grid.type(TYPED, "Notes", "mine")
    grid.type(FORMULA, "Do next", "call me first")
    facts = Grid(behind, "tblAccounts")
    facts.type(TYPED, "Decision reason", "Let go")
    facts.type(TYPED, "Loss", 99_999.0)
    del grid.sheet.rows[grid.box[0] + 1 + DELETED]
    grid.box[2] -= 1
    grid.reverse()


@pytest.fixture(scope="module")
def pressed(world: World) -> tuple[Path, Book]:
    """The workbook after the button Refresh campaign."""
    _, behind = (pair := open_book(world.master))
    behind.path = None
    said = entry.perform("refresh_campaign", pair[0])
    assert said.startswith("Refreshed"), said
    path = world.folder / "pressed.xlsx"
    behind.write(path)
    return path, behind


@pytest.fixture(scope="module")
def commanded(world: World) -> Path:
    """The workbook after ``winback refresh``."""
    path = world.folder / "commanded.xlsx"
    words = ["refresh", str(world.master), str(world.inputs["orders"]), *world.options, "-o", str(path), "-q"]
    assert cli.run([*words, "--leave-behind"]) == 0
    return path


def test_refresh_gives_every_cell_alike_by_button_by_command_and_by_call(
    world: World, pressed: tuple[Path, Book], commanded: Path
) -> None:
    button, command = tables_of(pressed[0]), tables_of(commanded)
    assert compare(button, command) == []
    done = refreshing.refresh(world.master, world.inputs["orders"], leave_behind=True,
                              **{name: path for name, path in world.given().items() if name != "orders"})  # fmt: skip
    saving_trackers.write(done, world.folder / "called.xlsx")
    assert compare(tables_of(world.folder / "called.xlsx"), command, set()) == []


def test_what_the_refresh_must_do_is_in_both(pressed: tuple[Path, Book], world: World) -> None:
    """The comparison cannot pass by both being blank."""
    before, behind = open_book(world.master)[1], pressed[1]
    standing = Grid(before, "tblCampaign").column(KEY)
    grid = Grid(behind, "tblCampaign")
    assert grid.column(KEY)[: len(standing)] == standing, "the rows keep their order"
    notes = grid.by_customer("Notes")
    assert Grid(behind, "tblAccounts").column("Rests").count(1.0) == 1
    (restored,) = [customer for customer, note in notes.items() if note == "we promised to call on Friday"]
    assert restored not in standing
    assert grid.by_customer("Agreed amount")[restored] == 1234.5
    assert grid.by_customer("Our code")[restored] == f"code {DELETED}"
    left = Grid(behind, "tblLeftovers").column("Content")
    assert left == ["an old leftover", "Let go", "99999", "call me first"]
    assert Grid(behind, "tblConflicts").column("Column") == ["Notes"]
    assert "Refreshed: " in str(Grid(behind, "tblLog").column("What was done")[-1])


def test_a_second_refresh_changes_nothing_by_either_door(
    world: World, pressed: tuple[Path, Book], commanded: Path
) -> None:
    book, behind = open_book(pressed[0])
    behind.path = None
    entry.perform("refresh_campaign", book)
    behind.write(world.folder / "pressed twice.xlsx")
    assert compare(tables_of(world.folder / "pressed twice.xlsx"), tables_of(pressed[0]), set()) == []
    again = world.folder / "commanded twice.xlsx"
    words = ["refresh", str(commanded), str(world.inputs["orders"]), *world.options, "-o", str(again), "-q"]
    assert cli.run([*words, "--leave-behind"]) == 0
    assert compare(tables_of(again), tables_of(commanded), set()) == []


def test_a_file_goes_from_one_door_to_the_other(world: World, commanded: Path) -> None:
    """What the command wrote, opened in Excel and refreshed there, stays as it is."""
    book, behind = open_book(commanded)
    behind.path = None
    ledger = open_book(world.folder / "later.xlsx")[1]
    for title in INPUTS:
        if title not in [sheet.name for sheet in behind.all_sheets]:
            behind.sheets.add(name=title, after=behind.all_sheets[-1])
        behind.sheets(title).rows[:] = ledger.sheets(title).rows
    said = entry.perform("refresh_campaign", book)
    assert said.startswith("Refreshed"), said
    path = world.folder / "through both.xlsx"
    behind.write(path)
    assert compare(tables_of(path), tables_of(commanded)) == []


def test_the_mail_merge_is_one_table_as_sheet_as_file_and_as_frame(
    world: World, pressed: tuple[Path, Book]
) -> None:
    """Letters, offers and the farewell of who is let go are in all of them."""
    path = world.folder / "merge" / "campaign.xlsx"
    path.parent.mkdir()
    shutil.copy(pressed[0], path)
    book, behind = open_book(path)
    said = entry.perform("export_mail_merge", book)
    assert "to contact" in said, said
    grid = Grid(behind, "tblMailMerge")
    sheet = [
        dict(zip(grid.headings, row, strict=True))
        for row in zip(*map(grid.column, grid.headings), strict=True)
    ]
    target = path.with_name("command.csv")
    assert (
        cli.run(
            [
                "export",
                str(path),
                "--mail-merge",
                str(target),
                "--customers",
                str(world.inputs["customers"]),
                "-q",
            ]
        )
        == 0
    )
    button = path.with_name("campaign - mail merge.csv")
    assert button.read_bytes() == target.read_bytes()
    with target.open(encoding="utf-8-sig", newline="") as file:
        written = [
            {name: text.replace("\r\n", "\n") or None for name, text in row.items()}
            for row in csv.DictReader(file)
        ]
    assert [{name: (text or "").removeprefix("'") for name, text in row.items()} for row in written] == [
        {name: text or "" for name, text in row.items()} for row in sheet
    ]
    called = exporting.gather(path, customers=world.inputs["customers"]).merge.table
    assert [{name: text or None for name, text in row.items()} for row in called.to_dict("records")] == sheet
    assert {"Closing", "Call first"} <= {row["Kind"] for row in sheet}
    blank = [not row["Letter"] for row in sheet]
    assert blank == sorted(blank)  # letters come first


@pytest.fixture(scope="module")
def built(world: World) -> Book:
    """A new campaign by the button Build campaign."""
    book, behind = open_book(world.folder / "later.xlsx")
    behind.path = None
    assert entry.perform("build_campaign", book).startswith("Built")
    return behind


def test_plan_gives_every_cell_alike_by_button_by_command_and_by_call(world: World, built: Book) -> None:
    built.write(world.folder / "built.xlsx")
    target = world.folder / "planned.xlsx"
    assert cli.run(["plan", str(world.inputs["orders"]), *world.options, "-o", str(target), "-q"]) == 0
    assert compare(tables_of(world.folder / "built.xlsx"), tables_of(target)) == []
    plan = planning.plan(**world.given())
    saving.save(plan, world.folder / "saved.xlsx")
    assert compare(tables_of(world.folder / "saved.xlsx"), tables_of(target), set()) == []


@pytest.mark.parametrize(
    ("button", "table"), [("segment_customers", columns.SEGMENTS), ("suggest_make_goods", columns.MAKE_GOODS)]
)
def test_segments_and_make_goods_are_those_of_the_plan(
    world: World, built: Book, button: str, table: columns.Table
) -> None:
    book, behind = open_book(world.folder / "later.xlsx")
    behind.path = None
    entry.perform(button, book)
    for heading in Grid(built, table.name).headings:
        assert Grid(behind, table.name).by_customer(heading) == Grid(built, table.name).by_customer(
            heading
        ), heading


def test_segment_by_command_and_by_call_are_the_sheet_of_the_button(world: World, built: Book) -> None:
    target = world.folder / "segments.csv"
    inputs = {name: path for name, path in world.given().items() if name != "reps"}
    words = [
        "segment",
        str(inputs["orders"]),
        "--customers",
        str(inputs["customers"]),
        "--incidents",
        str(inputs["incidents"]),
    ]
    assert cli.run([*words, "-o", str(target), "-q"]) == 0
    frame = planning.segment(**inputs)
    written = pd.read_csv(target, dtype=str, keep_default_na=False)
    grid = Grid(built, columns.SEGMENTS.name)
    assert written[KEY].tolist() == frame["customer_id"].tolist() == grid.column(KEY)
    for column in columns.SEGMENTS.columns:
        shown = pd.Series(grid.column(column.heading), dtype=object)
        if column.kind == "date":
            assert pd.to_datetime(shown).tolist() == pd.to_datetime(frame[column.name]).tolist()
        elif column.kind in columns.NUMERIC:
            numbers = shown.astype(float).to_numpy()
            assert numbers == pytest.approx(
                frame[column.name].astype(float).to_numpy(), rel=1e-9, nan_ok=True
            )
            stated = pd.to_numeric(written[column.heading]).to_numpy(float)
            assert numbers == pytest.approx(stated, abs=0.0051, nan_ok=True)  # a file has cents
        else:
            assert shown.fillna("").tolist() == frame[column.name].fillna("").tolist(), column.heading
            assert written[column.heading].str.removeprefix("'").tolist() == shown.fillna("").tolist()


def test_a_shared_copy_is_the_same_by_every_door(world: World, pressed: tuple[Path, Book]) -> None:
    folder = world.folder / "share"
    folder.mkdir()
    path = folder / "campaign.xlsx"
    shutil.copy(pressed[0], path)
    assert entry.perform("share_copy", open_book(path)[0]).startswith("Saved")
    assert cli.run(["share", str(path), "-o", str(folder / "command.xlsx"), "-q"]) == 0
    sharing.share(path, folder / "called.xlsx")
    button = tables_of(folder / "campaign - shared.xlsx")
    assert compare(button, tables_of(folder / "command.xlsx"), set()) == []
    assert compare(button, tables_of(folder / "called.xlsx"), set()) == []


def test_split_and_collect_are_the_same_by_every_door(world: World, pressed: tuple[Path, Book]) -> None:
    folder = world.folder / "split"
    folder.mkdir()
    path = folder / "campaign.xlsx"
    shutil.copy(pressed[0], path)
    assert entry.perform("split_by_owner", open_book(path)[0]).startswith("Saved")
    assert cli.run(["split", str(path), "-o", str(folder / "command"), "-q"]) == 0
    splitting.split(path, folder / "called")
    button = sorted((folder / "campaign by owner").iterdir())
    for other in ("command", "called"):
        names = sorted((folder / other).iterdir())
        assert [one.name for one in names] == [one.name for one in button]
        for one, twin in zip(button, names, strict=True):
            assert compare(tables_of(one), tables_of(twin), set()) == []
    sheet = openpyxl.load_workbook(button[0])
    _, top, _, _ = range_boundaries(sheet["Campaign"].tables["tblCampaign"].ref)
    heads = {item.value: item.column for item in sheet["Campaign"][top]}
    sheet["Campaign"].cell(top + 1, heads["Notes"]).value = "the owner called"
    sheet.save(button[0])
    assert entry.perform("collect_copies", open_book(path)[0]).startswith("Collected")
    copies = [str(one) for one in button]
    assert (
        cli.run(["collect", str(path), *copies, "-o", str(folder / "command.xlsx"), "-q", "--leave-behind"])
        == 0
    )
    saving_trackers.write(collecting.collect(path, copies, leave_behind=True), folder / "called.xlsx")
    button_s = tables_of(folder / "campaign - collected.xlsx")
    assert "the owner called" in {one for row in button_s["tblCampaign"][1] for one in row}
    assert compare(button_s, tables_of(folder / "command.xlsx"), set()) == []
    assert compare(button_s, tables_of(folder / "called.xlsx"), set()) == []


def test_the_report_is_the_same_by_command_and_by_call_of_what_a_button_and_of_what_the_command_refreshed(
    world: World, pressed: tuple[Path, Book], commanded: Path
) -> None:
    """No button writes a report; what it reports of must not depend on who refreshed the campaign."""
    assert "report" not in commands.COMMANDS
    stated = []
    for name, path in (("button", pressed[0]), ("command", commanded)):
        target = world.folder / f"report of {name}.xlsx"
        assert cli.run(["report", str(path), "-o", str(target), "-q"]) == 0
        saving.save_report(measuring.measure(path), world.folder / f"called of {name}.xlsx")
        stated.append(tables_of(target))
        assert compare(tables_of(world.folder / f"called of {name}.xlsx"), stated[-1], set()) == []
    button, command = (
        {name: (table[0], sorted(table[1], key=str)) for name, table in one.items()} for one in stated
    )
    assert compare(button, command, set()) == []


def test_what_people_added_to_segments_goes_with_its_customer(world: World, built: Book) -> None:
    """Rows stay where they stand, for others may be reading them; new customers come below, and no note changes its row."""
    built.write(world.folder / "notes.xlsx")
    book, behind = open_book(world.folder / "notes.xlsx")
    behind.path = None
    grid = Grid(behind, columns.SEGMENTS.name)
    ids = grid.column(KEY)
    grid.add_column("My view", [f"about {customer}" for customer in ids])
    orders = behind.sheets(INPUTS[0])
    heads = [str(head) for head in orders.rows[0]]
    who, when = (
        next(at for at, head in enumerate(heads) if "ust" in head),
        next(at for at, head in enumerate(heads) if "date" in head.casefold()),
    )
    pattern = next(row for row in orders.rows[1:] if row[who] == ids[3])
    for day in ("2024-12-01", "2025-01-05", "2025-02-05"):
        row = list(pattern)
        row[who], row[when] = ids[3] + "A", dt.datetime.fromisoformat(day)
        orders.rows.append(row)
    for button in ("segment_customers", "refresh_campaign"):
        said = entry.perform(button, book)
        assert not said.startswith("Not done"), said
        grid = Grid(behind, columns.SEGMENTS.name)
        assert grid.column(KEY) == [*ids, ids[3] + "A"]
        views = grid.by_customer("My view")
        assert {customer: views[customer] for customer in ids} == {
            customer: f"about {customer}" for customer in ids
        }
        assert views[ids[3] + "A"] is None
