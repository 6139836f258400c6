"""The fast scan of a sheet finds what the patient one finds, and leaves what is not plain to it."""

import random
import re
import zipfile
from pathlib import Path

import pytest
from openpyxl.formula.translate import Translator

import winback_xl as wb
from winback_xl import samples
from winback_xl.readers.grid import letters
from winback_xl.readers.limits import open_package
from winback_xl.readers.xlsx.xlsx_blocks import NotPlainError
from winback_xl.workbook.ooxml import sheet_scan
from winback_xl.workbook.ooxml.cell_formulas import SharedFormulas


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    return wb.save(
        wb.plan(samples.make(seed=3, customers=60).orders), tmp_path_factory.mktemp("scan") / "may.xlsx"
    )


def both(path: Path, part: str, first: int, unwanted: tuple[int, ...] = ()):
    with open_package(path) as package:
        return sheet_scan._by_blocks(package, part, first, unwanted), sheet_scan._by_events(
            package, part, first
        )


def places(found: sheet_scan.Scanned) -> list[tuple[int, int]]:
    return sorted(zip(*(one.tolist() for one in found.calculated), strict=True))


def assert_same(fast: sheet_scan.Scanned, patient: sheet_scan.Scanned) -> None:
    assert fast.formulas == patient.formulas
    assert (fast.widths, fast.folds) == (patient.widths, patient.folds)
    for one, other in zip(fast.cells, patient.cells, strict=True):
        assert one.tolist() == other.tolist()
    assert places(fast) == places(patient)


@pytest.mark.parametrize("first", [1, 6])
def test_every_sheet_of_a_campaign_is_scanned_alike(campaign, first):
    parts = [name for name in zipfile.ZipFile(campaign).namelist() if name.startswith("xl/worksheets/sheet")]
    for part in parts:
        assert_same(*both(campaign, part, first))
    assert sum(bool(both(campaign, part, 1)[1].formulas) for part in parts) > 1


SHEET = """<?xml version="1.0" encoding="UTF-8"?><worksheet><cols><col min="1" max="2" width="9.5"/>\
<col min="3" max="3" width="4" outlineLevel="1" hidden="1"/></cols><sheetData>{rows}</sheetData></worksheet>"""


def with_rows(path: Path, rows: str, sheet: str = SHEET) -> Path:
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("xl/worksheets/sheet1.xml", sheet.format(rows=rows))
    return path


ROWS = (
    '<row r="1"><c r="A1" s="3"/><c r="B1" s="1"><f>A1&amp;"&lt;x_x000D_&#233;"</f><v>1</v></c></row>'
    '<row r="2"><c r="A2"><f t="shared" ref="A2:A4" si="0">B2*$C$1+Sheet2!D2</f><v>2</v></c>'
    '<c r="B2" t="str"><f></f><v>x</v></c><c r="C2" s="7"><f t="array" ref="C2">SUM(A1:A2)</f></c></row>'
    '<row r="3"><c r="A3"><f t="shared" si="0"/><v>4</v></c><c r="B3"><f ca="1">NOW()\r\n+1</f></c></row>'
    '<row r="4"><c r="A4"><f si="0" t=\'shared\'></f></c><c r="C4" t="inlineStr"><is><t>no</t></is></c></row>'
)


@pytest.mark.parametrize("first", [1, 3])
def test_shared_array_and_escaped_formulas_are_read_alike(tmp_path, first):
    fast, patient = both(with_rows(tmp_path / "a.xlsx", ROWS), "xl/worksheets/sheet1.xml", first)
    assert_same(fast, patient)
    assert fast.formulas[3, 0] == "B3*$C$1+Sheet2!D3"
    assert fast.widths == {0: 9.5, 1: 9.5, 2: 4.0}
    assert fast.folds == {2: True}


def test_formulas_of_unwanted_columns_are_placed_but_not_read(tmp_path):
    path = with_rows(tmp_path / "a.xlsx", ROWS)
    fast, patient = both(path, "xl/worksheets/sheet1.xml", 1, (1,))
    assert places(fast) == places(patient)
    assert {at for at in patient.formulas if at[1] != 1} == set(fast.formulas)


def test_random_sheets_are_read_alike(tmp_path):
    rng = random.Random(5)
    pieces = [
        "<v>1</v>",
        "<f>A1+1</f>",
        "<f>A1+1</f><v>2</v>",
        '<f t="shared" ref="A1:A9" si="1">$A1</f>',
        '<f t="shared" si="1"/>',
        "",
    ]
    for _ in range(40):
        rows = "".join(
            f'<row r="{row}">'
            + "".join(
                f'<c r="{letter}{row}" s="{rng.randrange(9)}">{rng.choice(pieces)}</c>'
                for letter in "ABC"
                if rng.random() < 0.8
            )
            + "</row>"
            for row in range(1, 9)
        )
        assert_same(
            *both(with_rows(tmp_path / "a.xlsx", rows), "xl/worksheets/sheet1.xml", rng.choice([1, 4]))
        )


def test_what_is_not_plain_is_left_to_the_patient_scan(tmp_path):
    commented = ROWS.replace("</row>", "<!-- c --></row>", 1)
    path = with_rows(tmp_path / "a.xlsx", commented)
    with open_package(path) as package:
        with pytest.raises(NotPlainError):
            sheet_scan._by_blocks(package, "xl/worksheets/sheet1.xml", 1, ())
        found = sheet_scan.scan(package, "xl/worksheets/sheet1.xml")
    plain = with_rows(tmp_path / "b.xlsx", re.sub("<!--.*?-->", "", commented))
    with open_package(plain) as package:
        assert found.formulas == sheet_scan.scan(package, "xl/worksheets/sheet1.xml").formulas


def test_shared_formulas_say_in_each_cell_what_openpyxl_says():
    shared = SharedFormulas()
    given = [
        ("B2*$C$1+Sheet2!D2", (2, 0)),
        ("SUM($A$5:A5)+IF(\"A5\"='Oh, A1'!$B5,tax,A$1)", (5, 2)),
        ("SUM(3:4,B:C)", (4, 1)),
    ]
    for number, (text, origin) in enumerate(given):
        place = shared.place(str(number), origin, text)
        mover = Translator("=" + text, f"{letters(origin[1])}{origin[0]}")
        for cell in [(9, 2), (77, 5), (1_048_570, 3)]:
            there = mover.translate_formula(f"{letters(cell[1])}{cell[0]}")
            assert "=" + shared.at(place, cell) == there
    assert shared.at(0, (1, 0)) == "B1*$C$1+Sheet2!D1"
    assert shared.at(1, (5, 0)) == ""  # it would point to the left of column A


def test_nothing_below_the_last_row_is_needed(tmp_path):
    rows = "".join(f'<row r="{k}"><c r="A{k}"><f>1+{k}</f></c></row>' for k in range(1, 60_000))
    path = with_rows(tmp_path / "a.xlsx", rows)
    with open_package(path) as package:
        found = sheet_scan.scan(package, "xl/worksheets/sheet1.xml", last_row=7)
    assert found.formulas[7, 0] == "1+7"
    assert len(found.calculated[0]) < 59_999
