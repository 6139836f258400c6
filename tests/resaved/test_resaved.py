"""A campaign that another program saved is refreshed with every word that people typed, and is a whole workbook again.

Colleagues open a campaign in what they have, and programs in between save it again. Each of these drops something
(tables, validations, charts, formulas, results); none of it may cost a human cell, and a refresh puts the rest back.
"""

from __future__ import annotations

import zipfile
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

from tests import people
from tests.excel_repair import findings
from winback_xl import samples
from winback_xl.schema.columns import CAMPAIGN
from winback_xl.workflows import measuring, planning, refreshing, saving, saving_trackers

from .programs import NAMES, Programs

TYPED = {
    "want_back": ("Yes", "No", "Later"),
    "reason_theirs": ("Too dear", "The line stood still & nobody called <us>", "ümlaut 漢字"),
    "last_contact": (pd.Timestamp("2026-10-20"), pd.Timestamp("2026-10-29")),
    "attempts": (1.0, 2.0, 3.0),
    "notes": ("called twice", "line\nbreak", "00123", "=not a formula"),
}
"""What people typed. No sign beyond the basic plane: SheetJS breaks those itself."""


@pytest.fixture(scope="module")
def sample():
    made = samples.make(seed=3, customers=60, years=2)
    return made.orders, {"customers": made.customers, "incidents": made.incidents, "reps": made.reps}


@pytest.fixture(scope="module")
def worked(sample, tmp_path_factory):
    """A campaign of a day that stays, whatever recalculates it, in which people typed into every row."""
    orders, others = sample
    plan = planning.plan(orders, as_of=orders["Order Date"].max(), **others)
    rows = range(len(plan.campaign))
    typed = {name: [words[row % len(words)] for row in rows] for name, words in TYPED.items()}
    filled = replace(plan, campaign=plan.campaign.assign(**typed))
    return saving.save(filled, tmp_path_factory.mktemp("resaved") / "worked.xlsx")


@pytest.fixture(scope="module", params=NAMES)
def resaved(request, worked):
    if missing := Programs.missing(request.param):
        pytest.skip(missing)
    target = worked.with_name(f"{request.param}.xlsx")
    programs = Programs(lambda: request.getfixturevalue("office"))
    programs.save(request.param, worked, target)
    programs.stop()
    return target


def human(path):
    names = [column.heading for column in CAMPAIGN.of_role("human")]
    return {
        (customer, heading): people.plain(value)
        for (customer, heading), value in people.read(path).items()
        if heading in names
    }


def shape(path):
    """Return what a campaign workbook is made of: sheets, tables, validations, formats, charts, formulas."""
    book = openpyxl.load_workbook(path)
    return {
        "sheets": [(sheet.title, sheet.sheet_state) for sheet in book],
        "tables": sorted(name for sheet in book for name in sheet.tables),
        "validations": sum(len(sheet.data_validations.dataValidation) for sheet in book),
        "formats": sum(len(sheet.conditional_formatting) for sheet in book),
        "charts": sum(len(sheet._charts) for sheet in book),
        "formulas": sum(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row),
    }


def refreshed(path, sample, target):
    orders, others = sample
    done = refreshing.refresh(path, orders, **others)
    return saving_trackers.write(done, target, force=True)


@pytest.fixture(scope="module")
def expected(worked, sample):
    """The same campaign, refreshed without anybody in between."""
    return refreshed(worked, sample, worked.with_name("expected.xlsx"))


def test_a_refresh_brings_back_all_that_another_program_dropped(resaved, sample, expected, tmp_path):
    path = refreshed(resaved, sample, tmp_path / "refreshed.xlsx")
    words = human(expected)
    typed = sum(value is not None for value in words.values())
    assert typed >= len(TYPED) * 10
    found = human(path)
    assert {at: (value, found.get(at)) for at, value in words.items() if found.get(at) != value} == {}
    assert shape(path) == shape(expected)
    assert findings(path) == []


def test_a_print_area_of_nothing_is_left_behind(worked, sample, tmp_path):
    """So Gnumeric saves each sheet that has no print area, also those that people added."""
    book = openpyxl.load_workbook(worked)
    book.create_sheet("Own")["B2"] = 7
    place = len(book.sheetnames) - 1
    book.save(tmp_path / "own.xlsx")
    nothing = (
        f'<definedName name="_xlnm.Print_Area" localSheetId="{place}">#REF!</definedName></definedNames>'
    )
    with (
        zipfile.ZipFile(tmp_path / "own.xlsx") as own,
        zipfile.ZipFile(tmp_path / "saved.xlsx", "w") as saved,
    ):
        for part in own.namelist():
            content = own.read(part)
            if part == "xl/workbook.xml":
                content = content.replace(b"</definedNames>", nothing.encode())
                assert nothing.encode() in content
            saved.writestr(part, content)
    path = refreshed(tmp_path / "saved.xlsx", sample, tmp_path / "refreshed.xlsx")
    assert openpyxl.load_workbook(path)["Own"]["B2"].value == 7
    assert findings(path) == []


def test_a_report_can_be_made_of_it(resaved, tmp_path):
    path = saving.save_report(measuring.measure(resaved), tmp_path / "report.xlsx")
    assert findings(path) == []
