"""Our sheets join anybody's workbook and nothing else in it changes by a byte, or every reason not to is told."""

from __future__ import annotations

import importlib.util
import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from tests.oracles import audit, sdk_errors
from winback_xl.errors import DataError, FileError, UsageError
from winback_xl.workbook import book, render_file
from winback_xl.workbook.ooxml import inject
from winback_xl.workbook.reopened.reopen import reopen

_spec = importlib.util.spec_from_file_location("their_files", Path(__file__).with_name("their_files.py"))
their_files = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(their_files)

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*will be removed:UserWarning:openpyxl"
)  # that is why we do not save with it

CHANGED = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
OURS = ["Today", "Campaign", "Talks", "Account", "Make-goods", "Retention", "Segments", "Accounts", "Watch list", "Settings", "Guide", "Lists", "Checks", "Numbers", "Changes", "Card data", "Card lookup", "Snapshot"]  # fmt: skip


@pytest.fixture(scope="module")
def made(tiny_plan):
    out = io.BytesIO()
    render_file.render(book.build(tiny_plan), out)
    return out.getvalue()


def added(path, made, **more):
    out = io.BytesIO()
    stated = inject.add_sheets(path, made, out, **more)
    return out.getvalue(), stated


def saved(tmp_path, content, name="out.xlsx"):
    (tmp_path / name).write_bytes(content)
    return tmp_path / name


THEIRS = {
    "XlsxWriter": their_files.from_xlsxwriter,
    "XlsxWriter with macros": lambda path: their_files.from_xlsxwriter(
        path.with_suffix(".xlsm"), macros=True
    ),
    "a pivot table": lambda path: their_files.with_pivot(their_files.from_xlsxwriter(path)),
    "openpyxl": their_files.from_openpyxl,
    "prefixes, a byte order mark and UTF-16": lambda path: their_files.prefixed(
        their_files.from_xlsxwriter(path)
    ),
}


@pytest.fixture(params=THEIRS)
def theirs(request, tmp_path):
    return THEIRS[request.param](tmp_path / "their book.xlsx")


def test_every_other_part_keeps_its_bytes(theirs, made):
    before, after = their_files.parts(theirs), their_files.parts(added(theirs, made)[0])
    assert {name for name in before if after.get(name) != before[name]} == CHANGED
    assert all(name.split("/")[-1].startswith("winback") for name in after.keys() - before.keys())


def test_our_sheets_come_last_and_theirs_stay_as_openpyxl_reads_them(theirs, made, tmp_path):
    result = saved(tmp_path, added(theirs, made)[0])
    before, after = openpyxl.load_workbook(theirs), openpyxl.load_workbook(result)
    assert after.sheetnames == [*before.sheetnames, *OURS]
    assert after.active.title == before.active.title
    for sheet in before.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                same = after[sheet.title][cell.coordinate]
                assert (same.value, same.number_format, same.font.b, same.fill.fgColor.rgb) == (
                    cell.value, cell.number_format, cell.font.b, cell.fill.fgColor.rgb,
                )  # fmt: skip
    assert set(before.defined_names) <= set(after.defined_names)


def look(cell):
    ground = "" if cell.fill.patternType in {None, "none"} else cell.fill.fgColor.rgb
    return (cell.font.b, repr(cell.font.color), ground, repr(cell.alignment), repr(cell.protection))


def fill(rule):
    """Return the ground that a rule gives a cell; rules that only colour text have none."""
    return rule.dxf.fill.bgColor.rgb if rule.dxf is not None and rule.dxf.fill is not None else None


def test_our_cells_look_and_read_as_in_a_workbook_of_our_own(theirs, made, tmp_path):
    own = openpyxl.load_workbook(saved(tmp_path, made, "own.xlsx"))
    after = openpyxl.load_workbook(saved(tmp_path, added(theirs, made)[0]))
    for name in OURS:
        for row in own[name].iter_rows():
            for cell in row:
                same = after[name][cell.coordinate]
                assert same.value == cell.value
                assert same.number_format == cell.number_format
                assert look(same) == look(cell)
        rules, same = own[name].conditional_formatting, after[name].conditional_formatting
        assert [fill(r) for place in rules for r in place.rules] == [
            fill(r) for place in same for r in place.rules
        ]
        assert set(own[name].tables) == set(after[name].tables)
        assert len(own[name]._charts) == len(after[name]._charts)
    assert set(own.defined_names) <= set(after.defined_names)


def test_the_campaign_can_be_read_back_from_their_book(made, tmp_path, tiny_plan):
    theirs = their_files.from_xlsxwriter(tmp_path / "theirs.xlsx")
    again = reopen(saved(tmp_path, added(theirs, made)[0]))
    assert again.plan.campaign["customer_id"].tolist() == tiny_plan.campaign["customer_id"].tolist()
    assert again.sheets == ("Sales & more", "Other", "Hidden")


def test_adding_again_replaces_our_sheets_and_changes_nothing(theirs, made, tmp_path):
    once, stated = added(theirs, made)
    assert stated.new == tuple(OURS)
    again, stated = added(saved(tmp_path, once, f"once{theirs.suffix}"), made)
    assert (stated.new, stated.replaced, stated.gone) == ((), tuple(OURS), ())
    assert their_files.parts(again) == their_files.parts(once)


def test_sheets_that_are_no_longer_ours_go_and_what_counts_sheets_follows(made, tmp_path):
    theirs = their_files.from_xlsxwriter(tmp_path / "theirs.xlsx")
    once = saved(tmp_path, added(theirs, made)[0])
    with_one_more = made_with_more(made, tmp_path)
    twice = saved(tmp_path, added(once, with_one_more)[0], "twice.xlsx")
    late = openpyxl.load_workbook(twice)
    late.create_sheet("Late")
    late["Late"].print_title_rows = "1:2"
    late.active = len(late.sheetnames) - 1
    late.save(twice)
    result, stated = added(twice, made)
    assert stated.gone == ("Leftovers",)
    after = openpyxl.load_workbook(saved(tmp_path, result))
    assert after.sheetnames == ["Sales & more", "Other", "Hidden", *OURS, "Late"]
    assert after["Late"].print_title_rows == "$1:$2"
    assert after["Campaign"].print_title_rows == "$4:$4"
    assert after.active.title == "Late"


def made_with_more(made, tmp_path):
    """Return our workbook with a tenth sheet."""
    path = saved(tmp_path, made, "more.xlsx")
    sheet = their_files.parts(made)["xl/worksheets/sheet10.xml"].decode()
    their_files.repacked(path, {
        "xl/worksheets/sheet11.xml": re.sub(r"<sheetData>.*", "<sheetData/></worksheet>", sheet, flags=re.DOTALL),
        "xl/workbook.xml": their_files.swapped("</sheets>", '<sheet name="Leftovers" sheetId="11" r:id="rId99"/></sheets>'),
        "xl/_rels/workbook.xml.rels": their_files.swapped(
            "</Relationships>",
            f'<Relationship Id="rId99" Type="{their_files.OFFICE}/worksheet" Target="worksheets/sheet11.xml"/></Relationships>',
        ),
        "[Content_Types].xml": their_files.swapped(
            "</Types>",
            '<Override PartName="/xl/worksheets/sheet11.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        ),
    })  # fmt: skip
    return path.read_bytes()


def test_excels_order_of_calculation_goes_when_sheets_are_replaced_and_everything_is_worked_out_again(
    made, tmp_path
):
    theirs = their_files.from_xlsxwriter(tmp_path / "theirs.xlsx")
    once = saved(tmp_path, added(theirs, made)[0])
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
    their_files.repacked(once, {
        "xl/calcChain.xml": f'<calcChain xmlns="{their_files.MAIN}"><c r="A3" i="11"/></calcChain>',
        "[Content_Types].xml": their_files.swapped("</Types>", f'<Override PartName="/xl/calcChain.xml" ContentType="{kind}"/></Types>'),
        "xl/_rels/workbook.xml.rels": their_files.swapped(
            "</Relationships>", f'<Relationship Id="rIdC" Type="{their_files.OFFICE}/calcChain" Target="calcChain.xml"/></Relationships>'
        ),
        "xl/workbook.xml": lambda content: re.sub(rb"<calcPr[^>]*/>", b'<calcPr calcId="191029"/>', content),
    })  # fmt: skip
    after = their_files.parts(added(once, made)[0])
    assert not [name for name in after if "calcChain" in name]
    assert b"calcChain" not in after["[Content_Types].xml"] + after["xl/_rels/workbook.xml.rels"]
    assert b'<calcPr calcId="191029" fullCalcOnLoad="1"/>' in after["xl/workbook.xml"]


# --- refused, with every reason ------------------------------------------------------------------------------------


def refused(path, made, **more):
    before = path.read_bytes()
    with pytest.raises(DataError) as caught:
        added(path, made, **more)
    assert path.read_bytes() == before
    assert all(issue.file == path.name and issue.fix for issue in caught.value.issues)
    return {issue.code: issue.what for issue in caught.value.issues}


def attribute(old, new):
    return {"xl/workbook.xml": their_files.swapped(old, new)}


STRICT = {
    "xl/workbook.xml": lambda content: content.replace(
        their_files.MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    )
}
REASONS = {
    "into-strict": (STRICT, "Strict Open XML"),
    "into-signed": ({"_xmlsignatures/sig1.xml": "<Signature/>"}, "digitally signed"),
    "into-locked": (
        attribute("<bookViews>", '<workbookProtection lockStructure="1"/><bookViews>'),
        "structure is protected",
    ),
    "into-shared": ({"xl/revisions/revisionHeaders.xml": "<headers/>"}, "shared workbook"),
    "into-no-styles": ({"xl/styles.xml": None}, "no cell formats"),
    "into-1904": (attribute("<workbookPr", '<workbookPr date1904="1"'), "counts days from 1904"),
    "into-sheets": (attribute('name="Other"', 'name="SETTINGS"'), "SETTINGS"),
    "into-addin": (
        {"[Content_Types].xml": their_files.swapped("openxmlformats-officedocument.spreadsheetml.sheet.main", "ms-excel.addin.macroEnabled.main")},
        "add-in",
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", REASONS)
def test_a_workbook_that_must_not_or_cannot_be_changed_is_refused_with_the_reason(code, made, tmp_path):
    changes, words = REASONS[code]
    path = their_files.repacked(their_files.from_xlsxwriter(tmp_path / "theirs.xlsx"), changes)
    found = refused(path, made)
    assert set(found) == {code}
    assert words in found[code]


def test_all_reasons_are_told_together(made, tmp_path):
    path = their_files.from_xlsxwriter(tmp_path / "theirs.xlsx")
    their_files.repacked(path, attribute("<workbookPr", '<workbookPr date1904="1"'))
    their_files.repacked(
        path, attribute("<bookViews>", '<workbookProtection lockStructure="true"/><bookViews>')
    )
    their_files.repacked(path, attribute('name="Other"', 'name="Checks"') | {"_xmlsignatures/s.xml": "<s/>"})
    assert set(refused(path, made)) == {"into-1904", "into-locked", "into-sheets", "into-signed"}


@pytest.mark.parametrize(
    ("old", "new"), [('displayName="Costs"', 'displayName="TBLchecks"'), ('displayName="Costs"', 'displayName="set_margin"')]
)  # fmt: skip
def test_tables_called_as_our_tables_or_names_are_refused(old, new, made, tmp_path):
    path = their_files.from_xlsxwriter(tmp_path / "theirs.xlsx")
    their_files.repacked(path, {"xl/tables/table1.xml": their_files.swapped(old, new)})
    assert new.split('"')[1] in refused(path, made)["into-names"]


@pytest.mark.parametrize("name", ["set_margin", "TblCampaign", "lst_Stage"])
def test_names_called_as_our_names_or_tables_are_refused(name, made, tmp_path):
    path = their_files.from_xlsxwriter(tmp_path / "theirs.xlsx")
    their_files.repacked(path, attribute('name="Rate"', f'name="{name}"'))
    assert name in refused(path, made)["into-names"]


def test_a_campaign_workbook_is_left_to_refresh(made, tmp_path):
    found = refused(saved(tmp_path, made), made)
    assert "campaign already, on the sheet Campaign" in found["into-campaign"]


def test_a_sheet_of_ours_that_was_renamed_is_not_taken_for_ours(made, tmp_path):
    theirs = their_files.from_xlsxwriter(tmp_path / "theirs.xlsx")
    once = openpyxl.load_workbook(saved(tmp_path, added(theirs, made)[0]))
    once["Campaign"].title = "My accounts"
    once.save(tmp_path / "renamed.xlsx")
    assert "on the sheet My accounts" in refused(tmp_path / "renamed.xlsx", made)["into-campaign"]


def test_a_copy_that_somebody_made_of_our_sheet_is_theirs_and_stays(made, tmp_path):
    theirs = their_files.from_xlsxwriter(tmp_path / "theirs.xlsx")
    once = openpyxl.load_workbook(saved(tmp_path, added(theirs, made)[0]))
    copied = once.copy_worksheet(once["Numbers"])
    copied.title = "Numbers (2)"
    copied["A1"] = "Kept"
    once.save(tmp_path / "copied.xlsx")
    after = openpyxl.load_workbook(saved(tmp_path, added(tmp_path / "copied.xlsx", made)[0]))
    assert after["Numbers (2)"]["A1"].value == "Kept"
    assert after.sheetnames.count("Numbers") == 1


KINDS = {
    "theirs.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook\0".encode("utf-16-le") * 300, "into-kind"),
    "theirs.csv": (b"Customer ID;Order date\n1;2\n", "into-kind"),
    "secret.xlsx": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage\0".encode("utf-16-le") * 300,
        "file-password",
    ),
    "cut.xlsx": (b"PK\x03\x04" + bytes(200), "file-damaged"),
    "nothing.xlsx": (b"", "file-empty"),
}


@pytest.mark.parametrize("name", KINDS)
def test_what_is_no_open_workbook_is_refused(name, made, tmp_path):
    content, code = KINDS[name]
    with pytest.raises(FileError) as caught:
        added(saved(tmp_path, content, name), made)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "changes",
    [
        {"xl/_rels/workbook.xml.rels": "<Relationships"},
        {"xl/_rels/workbook.xml.rels": None},
        {"xl/worksheets/sheet2.xml": None},
        {"xl/styles.xml": "<styleSheet/>"},
        {"xl/workbook.xml": '<!DOCTYPE a><workbook xmlns="x"/>'},
        {"[Content_Types].xml": None},
    ],
)  # fmt: skip
def test_a_damaged_package_is_refused_and_not_written(changes, made, tmp_path):
    path = their_files.repacked(their_files.from_xlsxwriter(tmp_path / "theirs.xlsx"), changes)
    with pytest.raises(FileError) as caught:
        added(path, made)
    assert caught.value.code in {"file-damaged", "file-dtd"}


def test_the_result_needs_the_ending_that_fits_its_content(tmp_path):
    with pytest.raises(UsageError, match=r"must end with \.xlsm"):
        inject.check_names(tmp_path / "theirs.xlsm", tmp_path / "result.xlsx")


# --- what people wrote ---------------------------------------------------------------------------------------------


def edited(tmp_path, made, change):
    theirs = their_files.from_xlsxwriter(tmp_path / "theirs.xlsx")
    once = openpyxl.load_workbook(saved(tmp_path, added(theirs, made)[0]))
    change(once)
    once.save(tmp_path / "edited.xlsx")
    return tmp_path / "edited.xlsx"


def column(sheet, heading):
    return next(cell.column for cell in sheet[4] if cell.value == heading)


def type_stage(workbook):
    sheet = workbook["Campaign"]
    sheet.cell(5, column(sheet, "Stage")).value = "Listened, and more"
    sheet.cell(6, column(sheet, "My step")).value = "Call Ann"


def pin_note(workbook):
    workbook["Segments"]["A5"].comment = Comment("They moved", "Jo")


def change_setting(workbook):
    sheet = workbook["Settings"]
    row = next(
        cell.row for cell in sheet["A"] if cell.value == "margin" or sheet.cell(cell.row, 2).value == "Margin"
    )
    sheet.cell(row, 3).value = 0.123


WRITTEN = {
    "cells": (type_stage, "into-edits", "changed 2 cell(s)"),
    "notes": (pin_note, "into-added", "put notes"),
}


@pytest.mark.parametrize("what", WRITTEN)
def test_what_people_wrote_on_our_sheets_is_not_lost_unless_they_say_so(what, made, tmp_path, tiny_plan):
    change, code, words = WRITTEN[what]
    path = edited(tmp_path, made, change)
    found = refused(path, made, settings=tiny_plan.settings)
    assert words in found[code]
    assert added(path, made)[1].replaced == tuple(OURS)


def test_settings_that_differ_from_those_in_the_book_are_told(made, tmp_path, tiny_plan):
    theirs = their_files.from_xlsxwriter(tmp_path / "theirs.xlsx")
    once = saved(tmp_path, added(theirs, made)[0])
    found = refused(once, made, settings=tiny_plan.settings.with_(margin=0.123))
    assert "margin" in found["into-settings"]


def test_our_sheets_as_they_were_written_are_replaced_without_a_word(made, tmp_path, tiny_plan):
    theirs = their_files.from_xlsxwriter(tmp_path / "theirs.xlsx")
    once = saved(tmp_path, added(theirs, made)[0])
    assert added(once, made, settings=tiny_plan.settings)[1].replaced == tuple(OURS)


# --- judged by others ----------------------------------------------------------------------------------------------


@pytest.mark.validator
@pytest.mark.parametrize("theirs", ["a pivot table"], indirect=True)
def test_two_validators_find_no_more_than_in_the_workbook_before(theirs, made, tmp_path, sdk):
    result = saved(tmp_path, added(theirs, made)[0], f"out{theirs.suffix}")
    assert complaints(audit(result)) <= complaints(audit(theirs))
    assert complaints(sdk_errors(result, sdk)) <= complaints(sdk_errors(theirs, sdk))


def complaints(found):
    """Return what validators say, whichever sheet they say it of: openpyxl too keeps its texts in the cells."""
    return {re.sub(r"(sheet|winback)?\d+", "#", text) for text in found}


@pytest.mark.office
def test_libreoffice_reads_theirs_and_works_out_ours(theirs, made, tmp_path, office):
    own = office.cells(saved(tmp_path, made, "own.xlsx"))
    before = office.cells(theirs)
    after = office.cells(saved(tmp_path, added(theirs, made)[0], f"out{theirs.suffix}"))
    assert list(after) == [*before, *OURS]
    assert {name: after[name] for name in before} == before
    assert {name: after[name] for name in OURS} == {name: own[name] for name in OURS}


def test_a_part_that_cannot_be_unpacked_is_named_and_nothing_is_written(made, tmp_path):
    """Its copy would be as damaged as it is, and Excel would blame the sheets that came with it."""
    path = their_files.from_xlsxwriter(tmp_path / "theirs.xlsx")
    with zipfile.ZipFile(path) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    raw = bytearray(path.read_bytes())
    raw[part.header_offset + 30 + len(part.filename) + part.compress_size // 2] ^= 0xFF
    path.write_bytes(raw)
    with pytest.raises(FileError, match=r"xl/worksheets/sheet1\.xml cannot be unpacked"):
        added(path, made)
