"""What people did to a campaign workbook is told by every command that takes it, with its cell."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import zipfile

import openpyxl
import pytest

from winback_xl.cli import run
from winback_xl.schema import columns

from .conftest import HEADING_LINE

KEPT = "Type the id again, or delete the row."


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Plan a campaign of twelve lapsed customers."""
    folder = tmp_path_factory.mktemp("built")
    lines = [
        f"C{c:02d},O{c}-{k},2025-{k:02d}-{c + 1:02d},{100 + 10 * c + k}"
        for c in range(12)
        for k in range(1, 7)
    ]
    (folder / "orders.csv").write_text("\n".join([HEADING_LINE, *lines]), "utf-8")
    words = ["plan", folder / "orders.csv", "-o", folder / "c.xlsx", "--as-of", "2026-06-01", "-q"]
    assert run([str(word) for word in words]) == 0
    return folder


@pytest.fixture
def campaign(built, tmp_path):
    """Return a function that changes cells of the campaign by row and heading, and saves it as openpyxl does."""
    shutil.copy(built / "orders.csv", tmp_path)

    def change(*edits, name="d.xlsx", more=None):
        book = openpyxl.load_workbook(built / "c.xlsx")
        sheet = book["Campaign"]
        at = {cell.value: cell.column for cell in sheet[4]}
        for row, heading, value in edits:
            if heading not in at:
                at[heading] = sheet.max_column + 1
                sheet.cell(4, at[heading]).value = heading
            sheet.cell(row, at[heading]).value = value
        if more:
            more(book)
        book.save(tmp_path / name)
        return tmp_path / name

    return change


COMMANDS = {
    "report": ("-o", "out.xlsx"),
    "share": ("-o", "out.xlsx"),
    "export": ("--mail-merge", "out.xlsx"),
    "split": ("-o", ".", "--dry-run"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_s06_rows_that_count_nowhere_and_odd_words_are_told_by_every_command(
    name, winback, campaign, tmp_path
):
    path = campaign((6, "Customer ID", None), (7, "Customer ID", "Nobody"), (8, "Stage", "Wonn"))
    option, target, *rest = COMMANDS[name]
    said = winback(name, path, option, tmp_path / target, *rest, writes=() if rest else {target})
    assert f"d.xlsx, Campaign!row 6: It has no Customer ID. The row is not counted. {KEPT}" in said
    assert "d.xlsx, Campaign!row 7: No such customer in the orders or in the workbook as sent out." in said
    assert (
        "Stage holds a word that is not in its list ('Wonn'). It is kept as typed, but it could not be read."
        in said
    )


def test_w03_control_characters_that_people_brought_in_are_told_by_their_cell(winback, campaign, tmp_path):
    """openpyxl writes ``_x0007_`` unescaped, which stands for the bell."""
    path = campaign(
        (5, "Notes", "bell_x0007_"), (9, "Mine", "ring_x0001_"),
        more=lambda book: book["Guide"].__setitem__("H40", "stray_x0003_"),
    )  # fmt: skip
    said = winback("refresh", path, tmp_path / "orders.csv", "-o", tmp_path / "e.xlsx", writes={"e.xlsx"})
    at = {cell.value: cell.column_letter for cell in openpyxl.load_workbook(path)["Campaign"][4]}
    assert (
        f"d.xlsx, Campaign!{at['Notes']}5: 1 cell of Notes holds control characters, which the workbook"
        in said
    )
    assert f"d.xlsx, Campaign!{at['Mine']}9: 1 cell of Mine holds control characters" in said
    assert "1 text holds control characters, which the sheet Leftovers shows as \ufffd (Guide!H40)" in said, (
        said
    )
    cells = [cell.value for row in openpyxl.load_workbook(tmp_path / "e.xlsx")["Campaign"] for cell in row]
    assert "bell\ufffd" in cells
    assert "ring\ufffd" in cells
    said = winback("refresh", tmp_path / "e.xlsx", tmp_path / "orders.csv", "-o", tmp_path / "f.xlsx", writes={"f.xlsx"})  # fmt: skip
    assert "control characters" not in said


def test_w03_a_control_character_is_no_conflict_when_a_copy_comes_twice(winback, campaign, built, tmp_path):
    path = campaign((5, "Notes", "bell_x0007_"))
    shutil.copy(built / "c.xlsx", tmp_path / "m.xlsx")
    said = winback("collect", tmp_path / "m.xlsx", path, "-o", tmp_path / "g.xlsx", writes={"g.xlsx"})
    assert "1 cell of Notes holds control characters" in said
    said = winback("collect", tmp_path / "g.xlsx", path, "-o", tmp_path / "h.xlsx", writes={"h.xlsx"})
    assert "in conflict" not in said


@pytest.mark.parametrize("typed", ["soon", 12.5, dt.date(2026, 5, 3), "#N/A"], ids=str)
@pytest.mark.parametrize("role", ["human", "calculated"])
def test_t06_the_same_thing_typed_into_every_cell_of_a_campaign_stops_no_command(
    role, typed, winback, campaign, tmp_path
):
    """A whole column of one kind reads back as a column of that kind, whatever belongs there."""
    headings = [column.heading for column in columns.CAMPAIGN.of_role(role)]
    path = campaign(*((row, heading, typed) for row in range(5, 17) for heading in headings))
    said = winback("report", path, "-o", tmp_path / "r.xlsx", writes={"r.xlsx"})
    assert ("Type the number alone." in said) == (role == "human" and typed != 12.5)
    for words in (
        ("export", path, "--mail-merge", tmp_path / "m.csv"),
        ("refresh", path, tmp_path / "orders.csv", "-o", tmp_path / "n.xlsx"),
    ):
        winback(*words, writes={words[-1].name})


def test_what_is_unknown_is_null_in_json(winback, campaign, tmp_path):
    said = winback("report", campaign(), "-o", tmp_path / "r.xlsx", "--json", "-q", writes={"r.xlsx"})
    stated = json.loads(said, parse_constant=pytest.fail)
    assert stated["Days to solution"] is None


def shown(path, heading):
    """Return a column of the campaign by customer."""
    sheet = openpyxl.load_workbook(path)["Campaign"]
    at = {cell.value: cell.column - 1 for cell in sheet[4]}
    return {row[at["Customer ID"]]: row[at[heading]] for row in sheet.iter_rows(5, values_only=True)}


def test_s05_a_refresh_in_place_keeps_a_dated_copy_and_every_word_and_a_second_one_changes_nothing(
    winback, campaign, tmp_path
):
    path = campaign((5, "Notes", "call in May"), (6, "Mine", "own"), (7, "Stage", "Listened"))
    words = ("refresh", path, tmp_path / "orders.csv", "-o", path, "--as-of", "2026-06-01")
    said = winback(*words, "--dry-run")
    assert "Dry run: nothing was written." in said
    said = winback(*words, code=4)
    assert "d.xlsx exists already. Choose another name, or allow it to be replaced (--force)." in said
    before, typed = path.read_bytes(), {name: shown(path, name) for name in ("Notes", "Mine", "Stage")}
    assert run([str(word) for word in (*words, "--force", "-q")]) == 0
    (copy,) = tmp_path.glob("d.before.*.xlsx")
    assert copy.read_bytes() == before
    assert {name: shown(path, name) for name in typed} == typed
    again = tmp_path / "again.xlsx"
    said = winback(
        "refresh", path, tmp_path / "orders.csv", "-o", again, "--as-of", "2026-06-01", writes={"again.xlsx"}
    )
    assert "Accounts in all" in said
    assert "Accounts added" not in said
    assert "Nothing your team typed was changed." in said
    assert again.read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("edits", "code", "words"),
    [
        (((4, "Notes", "Remarks"),), 0, "d.xlsx, Campaign: The column Notes is gone; it comes back as it was sent out."),
        (((4, "Customer ID", "Kunde"),), 3, "d.xlsx, Campaign: the column Customer ID is gone. Put the heading back above the column, then try again."),
        (((5, "Last contact", "10 Nov"),), 0, "Last contact holds no date ('10 Nov'). It is kept as typed, but it could not be read. Type it as a date"),
        (((5, "Odds", 0.99),), 0, "1 entry could not be placed and stands on the sheet Leftovers. Put them where they belong."),
    ],
)  # fmt: skip
def test_t06_a_damaged_tracker_is_matched_by_heading_or_refused_in_one_sentence(
    edits, code, words, winback, campaign, tmp_path
):
    path = campaign((5, "Notes", "call in May"), *edits)
    target = tmp_path / "new.xlsx"
    said = winback(
        "refresh", path, tmp_path / "orders.csv", "-o", target, "--as-of", "2026-06-01",
        code=code, writes=() if code else {"new.xlsx"},
    )  # fmt: skip
    assert words in said
    if not code:
        heading = edits[0][2] if edits[0][0] == 4 else "Notes"
        assert "call in May" in shown(target, heading).values()


@pytest.mark.parametrize("name", COMMANDS)
def test_t06_what_was_calculated_and_is_gone_is_told_where_it_is_missing(name, winback, campaign, tmp_path):
    def change(book):
        del book["Segments"]

    path = campaign((4, "Decision", "Verdict"), (4, "Odds", None), more=change)
    option, target, *rest = COMMANDS[name]
    said = winback(name, path, option, tmp_path / target, *rest, writes=() if rest else {target})
    for words in (
        "d.xlsx: The table of the sheet Segments is gone: its content is not counted. A refresh writes it again.",
        "d.xlsx, Campaign: Calculated columns are gone: Decision, Odds. Their content is not counted.",
    ):
        assert words in said
    renewed = tmp_path / "new.xlsx"
    said = winback(
        "refresh", path, tmp_path / "orders.csv", "-o", renewed, "--as-of", "2026-06-01", writes={"new.xlsx"}
    )
    assert "row is not counted" not in said
    assert "rows are not counted" not in said
    assert "gone" not in winback("report", renewed, "-o", tmp_path / "again.xlsx", writes={"again.xlsx"})


def test_t06_sheets_of_ours_that_are_gone_cost_nobody_a_word_and_are_told(winback, campaign, tmp_path):
    def change(book):
        for name in ("Make-goods", "Today", "Guide", "Settings"):
            del book[name]

    path = campaign((5, "Notes", "call in May"), more=change)
    said = winback("refresh", path, tmp_path / "orders.csv", "-o", tmp_path / "new.xlsx", "--as-of", "2026-06-01", writes={"new.xlsx"})  # fmt: skip
    assert "d.xlsx: The sheet Settings is gone: the defaults are used for all settings." in said
    assert "Leftovers" not in said
    assert "call in May" in shown(tmp_path / "new.xlsx", "Notes").values()


def test_t06_an_as_of_date_that_is_none_is_told_with_the_one_that_is_taken(winback, campaign, tmp_path):
    path = campaign(more=lambda book: book["Settings"].__setitem__("C4", "soon"))
    said = winback("report", path, "-o", tmp_path / "r.xlsx", writes={"r.xlsx"})
    assert (
        "d.xlsx, Settings!C4: The as-of date is not a date ('soon'); 2026-06-01, of the day it was built"
        in said
    )


def test_t08_copies_of_another_campaign_are_refused_and_conflicts_are_counted(
    winback, campaign, built, tmp_path
):
    shutil.copy(built / "c.xlsx", tmp_path / "m.xlsx")
    other = tmp_path / "other.xlsx"
    words = ("--as-of", "2026-06-01", "--campaign", "Spring", "-q")
    one = campaign((5, "Notes", "yes"), name="one.xlsx")
    two = campaign((5, "Notes", "no"), name="two.xlsx")
    winback("plan", tmp_path / "orders.csv", "-o", other, *words, writes={"other.xlsx"})
    said = winback("collect", tmp_path / "m.xlsx", one, other, "-o", tmp_path / "k.xlsx", code=3)
    assert (
        "m.xlsx is campaign WB-2026-06-01, but the copies belong to another campaign: other.xlsx (Spring). Leave these"
        in said
    )
    said = winback("collect", tmp_path / "m.xlsx", one, two, "-o", tmp_path / "k.xlsx", writes={"k.xlsx"})
    assert "2 values in conflict: see the sheet Conflicts." in said  # one of each copy


def test_t13_a_shared_copy_has_no_formula_snapshot_author_or_path(winback, campaign, tmp_path):
    path = campaign((5, "Notes", "secret of Zyx Quorn"))
    said = winback("share", path, "-o", tmp_path / "s.xlsx", "--mask", writes={"s.xlsx"})
    assert "s.xlsx holds values only. Names, contacts and free text are masked." in said
    with zipfile.ZipFile(tmp_path / "s.xlsx") as package:
        parts = {name: package.read(name).decode("utf-8", "replace") for name in package.namelist()}
    text = "\n".join((*parts, *parts.values()))
    for never in ("<f>", "<f ", "Quorn", "Snapshot", "vbaProject", "externalLink", str(tmp_path)):
        assert never not in text


def test_t14_a_workbook_that_cannot_take_our_sheets_is_refused_with_the_list(winback, campaign, tmp_path):
    def protect(book):
        book.security = openpyxl.workbook.protection.WorkbookProtection(lockStructure=True)

    path = campaign(more=protect, name="theirs.xlsx")
    said = winback("plan", tmp_path / "orders.csv", "--into", path, "--as-of", "2026-06-01", code=3)
    assert "theirs.xlsx" in said
    assert "protected" in said


def test_w03_ids_with_control_characters_and_a_name_with_blanks_keep_their_rows(winback, text_file, tmp_path):
    """What a workbook shows is what a row is found by; it was once the id as the export had it."""
    lines = [
        f"C\x07{c},O{c}-{k},2025-{k:02d}-{c + 1:02d},{100 + 10 * c + k}"
        for c in range(6)
        for k in range(1, 7)
    ]
    path, target = text_file(*lines), tmp_path / "c.xlsx"
    words = ("--as-of", "2026-06-01")
    said = winback("plan", path, "-o", target, "--campaign", " Spring  one ", *words, writes={"c.xlsx"})
    assert "36 cells of Customer ID hold control characters, which the workbook shows as \ufffd." in said
    book = openpyxl.load_workbook(target)
    at = {cell.value: cell.column for cell in book["Campaign"][4]}
    book["Campaign"].cell(5, at["Notes"]).value = "call in May"
    customer = book["Campaign"].cell(5, at["Customer ID"]).value
    assert book["Campaign"].cell(5, at["Campaign ID"]).value == "Spring one"
    book.save(target)
    said = winback("refresh", target, path, "-o", tmp_path / "new.xlsx", *words, writes={"new.xlsx"})
    assert "Leftovers" not in said
    assert shown(tmp_path / "new.xlsx", "Notes")[customer] == "call in May"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a\x07b", "The name of the campaign holds control characters (\\x07). Leave them out."),
        ("x" * 101, "The name of the campaign has 101 characters. Use at most 100."),
    ],
)
def test_t01_a_name_of_a_campaign_that_no_cell_can_hold_is_refused(name, words, winback, ledger, tmp_path):
    assert words in winback("plan", ledger, "-o", tmp_path / "c.xlsx", "--campaign", name, code=2)


def test_t01_a_column_that_is_named_twice_is_refused(winback, ledger):
    said = winback("check", ledger, "--column", "Order value=#4", "--column", "order value=#1", code=2)
    assert "Order value is named twice; say once which heading it is." in said
    for other in ("order_value", "Orders:Order value"):
        said = winback("check", ledger, "--column", "Order value=#4", "--column", f"{other}=#1", code=2)
        assert "Order value of Orders is named twice. Name it once." in said
