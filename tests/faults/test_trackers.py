"""What people did to a campaign workbook is told by every command that takes it, with its cell."""

from __future__ import annotations

import json
import shutil

import openpyxl
import pytest

from winback_xl.cli import run

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
    assert f"d.xlsx, Campaign!row 6: It has no Customer ID. The row counts nowhere. {KEPT}" in said
    assert "d.xlsx, Campaign!row 7: No such customer in the orders or in the workbook as sent out." in said
    assert (
        "Stage holds a word that is not in its list ('Wonn'). It is kept as typed, but not understood."
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


def test_what_is_unknown_is_null_in_json(winback, campaign, tmp_path):
    said = winback("report", campaign(), "-o", tmp_path / "r.xlsx", "--json", "-q", writes={"r.xlsx"})
    told = json.loads(said, parse_constant=pytest.fail)
    assert told["Days to solution"] is None
