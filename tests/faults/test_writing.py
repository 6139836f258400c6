"""What goes wrong in files that go out: text that would run, characters that break a file, limits of Excel."""

from __future__ import annotations

import csv
import io

import numpy as np
import openpyxl
import pytest

from tests import books
from tests.oracles import audit
from winback_xl.cli import run
from winback_xl.workbook import render_file
from winback_xl.workbook.formulas import sheet_name
from winback_xl.workbook.spec import Book, Field, Sheet, Table

from .conftest import HEADING_LINE

LONG = "x" * 40_000
NAMES = {
    "F1": "=cmd|' /C calc'!A0", "F2": '=HYPERLINK("http://x","y")', "F3": "+1", "F4": "-1", "F5": "@home",
    "F6": "\tTab", "F7": "bell\x07", "F8": "_x0041_ is no A", "F9": LONG, "F10": "https://example.com/" + "a" * 3000,
    "F11": "emoji 😀 漢字 مرحبا", "F12": "good\u202elive", "F13": "\ufffe",
}  # fmt: skip


@pytest.fixture(scope="module")
def nasty(tmp_path_factory):
    """Write orders and a customer list whose names have turned into formulas, links or broken files elsewhere."""
    folder = tmp_path_factory.mktemp("nasty")
    lines = [f"{key},O{key}-{k},2025-{k:02d}-05,{100 + k}" for key in NAMES for k in range(1, 7)]
    (folder / "orders.csv").write_text("\n".join([HEADING_LINE, *lines]), "utf-8")
    with (folder / "customers.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["Customer ID", "Customer"], *NAMES.items()])
    return folder / "orders.csv", folder / "customers.csv"


@pytest.fixture(scope="module")
def target(nasty):
    """Plan a campaign for them."""
    made = nasty[0].with_name("c.xlsx")
    words = ["plan", nasty[0], "--customers", nasty[1], "-o", made, "--as-of", "2026-06-01"]
    assert run([str(word) for word in words]) == 0
    return made


@pytest.fixture(scope="module")
def written(target):
    return openpyxl.load_workbook(target)


def shown(book):
    """Return the cell of each customer's name on the Segments sheet."""
    sheet = book["Segments"]
    at = {cell.value: cell.column for cell in sheet[4]}
    return {
        sheet.cell(r, at["Customer ID"]).value: sheet.cell(r, at["Customer"])
        for r in range(5, sheet.max_row + 1)
    }


@pytest.mark.parametrize("key", ["F1", "F2", "F3", "F4", "F5"])
def test_w01_names_that_look_like_formulas_are_text_and_stay_text_when_edited(key, written):
    cell = shown(written)[key]
    assert cell.data_type == "s"
    assert cell.value == NAMES[key]
    assert cell.quotePrefix
    for sheet in written.worksheets:
        formulas = [c.value for row in sheet.iter_rows() for c in row if c.data_type == "f"]
        assert not any("cmd|" in str(text) or 'HYPERLINK("http://x"' in str(text) for text in formulas)


def test_w02_in_csv_texts_that_a_spreadsheet_would_run_get_an_apostrophe(winback, nasty, tmp_path):
    winback("segment", nasty[0], "--customers", nasty[1], "-o", tmp_path / "s.csv", writes={"s.csv"})
    with (tmp_path / "s.csv").open(encoding="utf-8-sig", newline="") as file:
        names = {row["Customer ID"]: row["Customer"] for row in csv.DictReader(file)}
    for key in ("F1", "F2", "F3", "F4", "F5"):
        assert names[key] == "'" + NAMES[key]
    assert names["F6"] == "Tab"


def test_w03_characters_that_no_workbook_may_hold_are_marked_and_escapes_read_back(written):
    found = shown(written)
    assert found["F7"].value == "bell\ufffd"
    assert found["F8"].value == "_x0041_ is no A"
    assert found["F13"].value == "\ufffd"


def test_w04_a_text_beyond_the_limit_of_a_cell_is_cut_with_a_mark(written):
    """The whole text stays where it was, and the list of findings says where that is."""
    value = shown(written)["F9"].value
    assert len(value) <= 32_767
    assert value.startswith("x" * 32_000)
    assert value.endswith("x [… cut here: a cell holds 32,767 characters]")
    found = [[cell.value for cell in row] for row in written["Checks"].iter_rows()]
    (issue,) = [row for row in found if "text-long" in row]
    line = [*NAMES].index("F9") + 2
    assert f"customers.csv, line {line}" in issue
    assert "1 cell of Customer holds more than 32,767 characters; the workbook holds the beginning." in issue
    assert "Shorten the text, or look up the rest in this file." in issue


def test_w04_the_whole_text_stands_where_the_finding_says(nasty, written):
    (place,) = [
        row[2].value
        for row in written["Checks"].iter_rows()
        if any(cell.value == "text-long" for cell in row)
    ]
    file, _, line = place.partition(", line ")
    assert LONG in (nasty[1].with_name(file)).read_text("utf-8").splitlines()[int(line) - 1]


def test_w05_numbers_that_are_none_leave_the_cell_blank():
    table = Table(
        "tblNumbers",
        3,
        0,
        (Field("Amount", np.array([np.nan, np.inf, -np.inf, 1.5]), "money", "calculated"),),
    )
    out = io.BytesIO()
    render_file.render(
        Book((Sheet("Numbers", "Numbers", "Four.", tables=(table,)),), "t", "s", books.CREATED), out
    )
    sheet = openpyxl.load_workbook(out)["Numbers"]
    assert [sheet.cell(row, 1).value for row in range(5, 9)] == [None, None, None, 1.5]


def test_w06_addresses_in_data_are_text_however_long(written):
    cell = shown(written)["F10"]
    assert cell.value == NAMES["F10"]
    assert cell.hyperlink is None


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("Müller/Söhne [Nord]", "Müller Söhne  Nord"), ("History", "History_"), ("'quoted", "quoted"),
        ("x" * 40, "x" * 31), ("😀" * 20, "😀" * 15), ("  ", "Sheet"),
    ],
)  # fmt: skip
def test_w07_any_text_becomes_a_name_that_excel_takes_always_the_same(wanted, name):
    assert sheet_name(wanted) == name
    assert sheet_name(wanted, [name.upper()]).casefold() != name.casefold()


def test_w08_the_workbook_of_nasty_names_has_no_error_in_a_validator(written, target):
    assert audit(target) == []
    for sheet in written.worksheets:
        for check in sheet.data_validations.dataValidation:
            assert len(check.formula1 or "") <= 255
        for table in sheet.tables.values():
            assert all(isinstance(sheet[table.ref][0][k].value, str) for k in range(len(table.tableColumns)))


def test_w09_emoji_other_scripts_and_direction_marks_are_kept_as_they_are(written):
    found = shown(written)
    assert found["F11"].value == NAMES["F11"]
    assert found["F12"].value == NAMES["F12"]
