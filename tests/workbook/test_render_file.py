"""A rendered file holds what its book says, opens without repair, and recalculates to the same numbers."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import subprocess
import sys
import warnings
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace

import numpy as np
import openpyxl
import pytest

from tests import books, oracles
from winback_xl.core.cell_text import clean
from winback_xl.errors import FileError
from winback_xl.workbook import line_heights, theme
from winback_xl.workbook.paper import column_widths
from winback_xl.workbook.render_file import render
from winback_xl.workbook.spec import Book, Cell, Field, Sheet, Table
from winback_xl.workbook.values import normalise, plain_list
from winback_xl.workbook.xlsx import deflate, frame
from winback_xl.workbook.xlsx import write_cells as free_cells

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def rendered(book, **options):
    buffer = io.BytesIO()
    render(book, buffer, **options)
    return buffer.getvalue()


def opened(content, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl says which extensions it does not read
        return openpyxl.load_workbook(io.BytesIO(content), **options)


def parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name).decode() for name in package.namelist()}


@pytest.fixture(scope="module")
def everything():
    return books.everything(45)


@pytest.fixture(scope="module")
def content(everything):
    return rendered(everything)


@pytest.fixture(scope="module")
def file(content, tmp_path_factory):
    path = tmp_path_factory.mktemp("render") / "everything.xlsx"
    path.write_bytes(content)
    return path


@pytest.fixture(scope="module")
def workbook(content):
    return opened(content)


@pytest.fixture(scope="module")
def tracker(workbook):
    return workbook["Tracker & Co"]


def column(sheet, heading, row=4):
    """Return the cells below a heading."""
    letter = next(cell.column_letter for cell in sheet[row] if cell.value == heading)
    return list(sheet[letter][row:])


def validation_of(sheet, cell):
    return next((rule for rule in sheet.data_validations.dataValidation if cell in rule.sqref), None)


# The package


def test_openxml_audit_finds_no_error(file):
    assert oracles.audit(file) == []


@pytest.mark.validator
def test_the_open_xml_sdk_finds_no_error(file, sdk):
    assert oracles.sdk_errors(file, sdk) == []


@pytest.mark.validator
def test_the_validators_would_find_one(sdk, tmp_path):
    broken = tmp_path / "broken.xlsx"
    small = Book((Sheet("Data", "T", "I"),), "T", "S", books.CREATED)
    with zipfile.ZipFile(io.BytesIO(rendered(small))) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"<sheetData>", b"<sheetDatum/><sheetData>"))
    assert oracles.audit(broken)
    assert oracles.sdk_errors(broken, sdk)


def test_every_part_is_well_formed(content):
    for name, text in parts(content).items():
        ET.fromstring(text) if name.endswith((".xml", ".rels")) else pytest.fail(name)


def test_equal_books_give_equal_bytes_whatever_the_clock(everything, content, monkeypatch):
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    assert rendered(books.everything(45)) == content
    assert rendered(everything, level=1) != content


def test_a_big_book_holds_the_same_whichever_library_deflates_it(everything, monkeypatch):
    packages = []
    for library in (deflate.isal_zlib, None):  # the second: no wheel for this processor
        monkeypatch.setattr(deflate, "isal_zlib", library)
        packages.append(rendered(everything, level=deflate.LEVEL))
    quick, usual = packages
    assert zipfile.ZipFile(io.BytesIO(quick)).testzip() is None
    assert parts(quick) == parts(usual)
    assert quick != usual  # else only one of them was tried


def test_equal_books_give_equal_bytes_in_every_process():
    code = (
        "import hashlib, io; from tests import books; from winback_xl.workbook.render_file import render\n"
        "file = io.BytesIO(); render(books.everything(9), file); print(hashlib.sha256(file.getvalue()).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(seen) == 1


def test_a_sheet_of_more_than_two_gigabytes_would_use_zip64(monkeypatch):
    monkeypatch.setattr(frame, "_ZIP64_FROM", 0)
    large = rendered(books.everything(9))
    assert parts(large) == parts(rendered(books.everything(9)))
    assert opened(large)["Tracker & Co"]["A5"].value == "00000"


def test_the_level_changes_the_size_only(everything, content):
    fast = rendered(everything, level=1)
    assert len(fast) > len(content)
    assert parts(fast) == parts(content)


def test_a_path_is_written_safely(tmp_path, content, everything):
    path = tmp_path / "book.xlsx"
    render(everything, path)
    assert path.read_bytes() == content
    with pytest.raises(FileError, match="exists already"):
        render(everything, path)
    render(everything, str(path), force=True)
    assert [item.read_bytes() for item in tmp_path.iterdir()] == [content, content]


def test_the_file_tells_its_title_and_nobody_s_name_or_path(content, workbook):
    properties = workbook.properties
    assert (properties.title, properties.subject, properties.created) == (
        "Everything & more",
        "A test",
        books.CREATED,
    )
    assert not properties.creator
    assert not properties.lastModifiedBy
    everything_in_it = "".join(parts(content).values())
    assert "/tmp" not in everything_in_it
    assert "externalLink" not in everything_in_it


def test_it_opens_on_the_first_sheet_in_a1(content, workbook):
    assert workbook.active.title == "Guide"
    assert workbook.active.sheet_view.selection[0].activeCell in (None, "A1")
    assert 'tabSelected="1"' in parts(content)["xl/worksheets/sheet1.xml"]


# Text


def test_every_nasty_text_is_text_and_reads_back_as_the_cell_can_hold_it():
    names = Field("Name", books.words(*books.NASTY), "text", "calculated")
    book = Book(
        (Sheet("Data", "=title", "+note", tables=(Table("tblData", 3, 0, (names,)),)),),
        "=T",
        "S",
        books.CREATED,
    )
    sheet = opened(rendered(book))["Data"]
    cells = [sheet["A1"], sheet["A2"], *(cell for (cell,) in sheet["A5:A25"])]
    assert [cell.value for cell in cells] == ["=title", "+note", *map(clean, books.NASTY)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.quotePrefix for cell in cells[:7]] == [True] * 7
    assert not any(cell.quotePrefix for cell in cells[7:])
    assert all(cell.hyperlink is None for cell in cells)


def test_free_texts_are_as_safe_as_those_in_tables():
    cells = tuple(Cell(3 + place, 0, text) for place, text in enumerate(books.NASTY))
    sheet = opened(rendered(Book((Sheet("Data", "T", "I", cells),), "T", "S", books.CREATED)))["Data"]
    assert [cell.value for (cell,) in sheet["A4:A24"]] == [clean(text) for text in books.NASTY]
    assert all(cell.data_type == "s" for (cell,) in sheet["A4:A24"])


def test_only_links_to_places_pages_and_addresses_are_links(workbook):
    found = [cell.hyperlink for line in workbook["Guide"] for cell in line if cell.hyperlink]
    links = {link.ref: link.location or link.target for link in found}
    assert links == {"A8": "'Tracker & Co'!A1", "B8": "https://example.com/a?b=1&c=2"}
    assert workbook["Guide"]["A9"].value == "No link"


def test_links_beyond_what_a_sheet_holds_stay_text(monkeypatch):
    monkeypatch.setattr(free_cells, "_MAX_LINKS", 2)
    links = tuple(Cell(3 + place, 0, "Read", link="https://x.org") for place in range(3))
    sheet = opened(rendered(Book((Sheet("Data", "T", "I", links),), "T", "S", books.CREATED)))["Data"]
    assert [bool(sheet[address].hyperlink) for address in ("A4", "A5", "A6")] == [True, True, False]
    assert sheet["A6"].value == "Read"


def test_a_link_that_is_too_long_stays_text():
    book = Book(
        (Sheet("Data", "T", "I", (Cell(3, 0, "Read", link="https://x.org/" + "a" * 3000),)),),
        "T",
        "S",
        books.CREATED,
    )
    sheet = opened(rendered(book))["Data"]
    assert sheet["A4"].value == "Read"
    assert sheet["A4"].hyperlink is None


# Tables


def test_every_table_is_a_named_table_with_its_header_filter_and_alt_text(everything, workbook, content):
    for sheet in everything.sheets:
        for table in sheet.tables:
            made = workbook[sheet.name].tables[table.name]
            first, last = made.ref.split(":")
            assert workbook[sheet.name][first].row == table.row + 1
            assert workbook[sheet.name][last].row == table.row + 1 + max(1, table.rows)
            assert [item.name for item in made.tableColumns] == [field.heading for field in table.fields]
            assert made.autoFilter.ref == made.ref
    texts = "".join(text for name, text in parts(content).items() if name.startswith("xl/tables/"))
    assert 'altTextSummary="Everything about every customer"' in texts


def test_cells_hold_the_values_of_their_fields(everything, content):
    stored = opened(content, data_only=True)
    for sheet in everything.sheets:
        taken = {(cell.row, cell.col) for cell in sheet.cells}
        for table in sheet.tables:
            for field in table.fields:
                col = table.column(field.heading)
                expected = plain_list(normalise(field.values, field.kind))
                for place, value in enumerate(expected, start=table.row + 1):
                    cell = stored[sheet.name].cell(place + 1, col + 1)
                    found = cell.value
                    if isinstance(found, dt.datetime):
                        found = (found - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)  # noqa: DTZ001
                    if (place, col) not in taken:
                        assert found == (pytest.approx(value) if isinstance(value, float) else value), (
                            cell.coordinate
                        )


@pytest.mark.parametrize("role", ["key", "input", "calculated", "human", "formula"])
def test_headers_and_cells_look_like_their_role(role, everything, tracker):
    field = next(item for item in everything.sheets[1].tables[0].fields if item.role == role)
    cells = column(tracker, field.heading)
    header = tracker.cell(4, cells[0].column)
    for cell, style in (
        (header, theme.header(role, field.kind)),
        (cells[0], theme.body(role, field.kind, "EUR")),
    ):
        assert cell.font.color.rgb == "FF" + style.colour[1:]
        assert cell.fill.fgColor.rgb == "FF" + style.fill[1:]
        assert cell.protection.locked == style.locked
        assert cell.number_format == style.number_format


def test_headers_say_what_the_column_holds_and_who_fills_it(tracker):
    prompt = validation_of(tracker, "J4")
    assert (prompt.type, prompt.promptTitle, prompt.showInputMessage) == (None, "Stage", True)
    assert prompt.prompt == f"How far the account has come. {theme.ROLES['human']}"


def test_an_empty_table_keeps_one_blank_row_with_its_formulas_and_validations(workbook):
    sheet = workbook["Empty"]
    assert sheet.tables["tblEmpty"].ref.split(":")[1].endswith("5")
    assert {type(cell.value) for cell in sheet[5][:14]} == {type(None)}
    assert sheet["O5"].value == '=IF($E5="","",$E5/2)'
    assert validation_of(sheet, "J5").formula1 == "lst_Stage"


def test_long_texts_make_rows_higher_up_to_a_few_lines(tracker):
    heights = [tracker.row_dimensions[row].height for row in range(5, 10)]
    assert heights[0] == theme.ROW_HEIGHT
    assert max(heights) == line_heights.LINES * theme.ROW_HEIGHT


def test_digits_in_text_columns_are_no_mistake(content):
    ignored = ET.fromstring(parts(content)["xl/worksheets/sheet2.xml"]).find(
        f"{MAIN}ignoredErrors/{MAIN}ignoredError"
    )
    assert ignored.get("numberStoredAsText") == "1"
    assert "A5:A49" in ignored.get("sqref").split()


# Formulas


def test_a_formula_is_stored_with_this_row_its_prefix_and_its_value(workbook, content, tracker):
    stored = opened(content, data_only=True)
    half = column(tracker, "Half")[0]
    assert half.value == '=IF($E5="","",$E5/2)'
    assert stored["Tracker & Co"][half.coordinate].value == pytest.approx(-100.125)
    assert workbook["Guide"]["A11"].value.startswith("=_xlfn.IFNA(")
    assert stored["Guide"]["A11"].value == "none"
    table = parts(content)["xl/tables/table1.xml"]
    assert '<calculatedColumnFormula>IF(tblTracker[[#This Row],[Amount]]="","",tblTracker' in table


@pytest.mark.office
@pytest.mark.parametrize(
    "make", [lambda: books.everything(45), lambda: books.big(120, 3, 1, 1, 1, 3)], ids=["every sort", "big"]
)
def test_libreoffice_recalculates_every_formula_to_the_stored_value(make, tmp_path, office):
    book = make()
    if book.title == "Big":  # its formulas carry made-up values: give them those that they have
        sheet = book.sheets[0]
        table = sheet.tables[0]
        known = {field.heading: field for field in table.fields}
        fields = tuple(
            replace(
                field,
                values=np.round(
                    np.nan_to_num(known[f"Number {field.heading.split()[1]}"].values) * 0.3 + 1e-9, 2
                ),
            )
            if field.formula
            else field
            for field in table.fields
        )
        book = replace(
            book, sheets=(replace(sheet, tables=(replace(table, fields=fields),)), *book.sheets[1:])
        )
    path = tmp_path / "book.xlsx"
    render(book, path)
    stored = openpyxl.load_workbook(path, data_only=True)
    formulas = 0
    for name, cells in office.cells(path).items():
        for address, cell in cells.items():
            if cell["formula"]:
                formulas += 1
                value = stored[name][address].value
                if isinstance(value, dt.datetime):
                    value = (value - dt.datetime(1899, 12, 30)).days  # noqa: DTZ001
                expected = (
                    ""
                    if value is None
                    else pytest.approx(float(value))
                    if isinstance(value, (int, float))
                    else value
                )
                assert cell["value"] == expected, (name, address, cell["formula"])
    assert formulas > 150


@pytest.mark.office
def test_libreoffice_keeps_tables_names_and_validations(file, tmp_path, office):
    saved = opened(office.save_as(file, tmp_path / "saved.xlsx").read_bytes())
    assert set(saved["Tracker & Co"].tables) == {"tblTracker"}
    assert {"lst_Stage", "set_as_of"} <= set(saved.defined_names)
    assert validation_of(saved["Tracker & Co"], "J10").formula1 == "lst_Stage"
    assert validation_of(saved["Tracker & Co"], "J10").prompt == "How far the account has come."


# What people type


def test_lists_are_ranges_on_the_lists_sheet_without_blanks(workbook, tracker):
    assert workbook.defined_names["lst_Stage"].attr_text == "'Lists'!$A$5:$A$7"
    assert workbook.defined_names["lst_Yes_No"].attr_text == "'Lists'!$B$5:$B$6"
    stage = validation_of(tracker, "J5")
    assert (stage.type, stage.formula1, stage.allowBlank, stage.showErrorMessage) == (
        "list",
        "lst_Stage",
        True,
        True,
    )
    assert str(stage.sqref) == "J5:J49"
    assert validation_of(tracker, "K5").formula1 == "lst_Yes_No"


def test_dates_and_numbers_have_prompt_bounds_and_a_kind_word(tracker):
    due, gap = validation_of(tracker, "L5"), validation_of(tracker, "I5")
    assert (due.type, due.formula1, due.formula2) == ("date", "32874", "73050")
    assert due.error == "Type a date such as 2026-11-22, or leave the cell empty."
    assert (gap.type, gap.formula1, gap.formula2, gap.prompt) == (
        "decimal",
        "0",
        "400",
        "Days between orders.",
    )


def test_calculated_cells_are_not_restricted(tracker):
    assert validation_of(tracker, "E5") is None
    assert validation_of(tracker, "O5") is None


def test_a_free_cell_on_a_table_takes_the_place_of_its_value_with_its_own_rules(workbook, content):
    sheet = workbook["Dashboard"]
    assert (sheet["F6"].value, sheet["F6"].number_format) == (0.25, "0.0%")
    assert (sheet["F6"].alignment.vertical, sheet["F6"].alignment.horizontal) == ("top", "right")
    assert sheet["F6"].font.color.rgb == "FF0000FF"
    assert sheet["F7"].value == "=1+2"
    assert opened(content, data_only=True)["Dashboard"]["F7"].value == 3
    assert str(validation_of(sheet, "F5").sqref) == "F5 F8"
    assert str(validation_of(sheet, "F6").sqref) == "F6"
    assert workbook.defined_names["set_b"].attr_text == "'Dashboard'!$F$6"


def test_cells_with_names_dates_and_truth_values_are_what_they_are(workbook):
    guide = workbook["Guide"]
    assert guide["B4"].value == dt.datetime(2026, 11, 22)  # noqa: DTZ001
    assert guide["B4"].number_format == "yyyy-mm-dd"
    assert workbook.defined_names["set_as_of"].attr_text == "'Guide'!$B$4"
    assert guide["B10"].value is True


# Looks


def test_conditional_formats_are_written_for_the_first_row(tracker):
    rules = {str(area.sqref): area.rules[0].formula for area in tracker.conditional_formatting}
    assert rules == {"R5:R49": ["N($R5)>2"], "A5:R49": ['$J5="Won"']}


def test_charts_are_native_with_title_alt_text_data_and_one_legend_rule(content):
    charts = {name: text for name, text in parts(content).items() if name.startswith("xl/charts/")}
    assert len(charts) == 5
    for text in charts.values():
        title = re.search(r"<a:t>This is a (.*?) chart</a:t>", text)[1]
        assert (
            '<c:f>Dashboard!$B$5:$B$7</c:f><c:numCache><c:formatCode>General</c:formatCode><c:ptCount val="3"/>'
            in text
        )
        assert "<c:v>Listened</c:v>" in text
        assert ("<c:legend>" in text) == (title in ("column", "stacked bar", "doughnut"))
        assert ("<c:dLbls>" in text) == (title != "line")
        assert "3D" not in text
    drawing = parts(content)["xl/drawings/drawing1.xml"]
    assert [
        f'descr="Alt text of {kind}"' in drawing
        for kind in ("column", "bar", "line", "doughnut", "stacked bar")
    ] == [True] * 5


def test_no_cells_are_merged(workbook):
    assert all(not sheet.merged_cells.ranges for sheet in workbook)


def test_the_page_is_set_up_as_the_sheet_says(workbook):
    guide, tracker, board, stacked = (
        workbook[name] for name in ("Guide", "Tracker & Co", "Dashboard", "Empty")
    )
    assert (guide.page_setup.orientation, board.page_setup.orientation) == ("portrait", "landscape")
    assert (guide.page_setup.fitToWidth, guide.page_setup.fitToHeight) == (None, 0)
    assert guide.sheet_properties.pageSetUpPr.fitToPage
    assert "&F" in guide.oddFooter.left.text
    assert "&P" in guide.oddFooter.right.text
    assert (tracker.print_title_rows, tracker.print_title_cols) == ("$4:$4", "$A:$B")
    assert not board.print_title_rows
    assert guide.sheet_view.showGridLines is False
    assert tracker.sheet_view.showGridLines is not False
    assert (tracker.freeze_panes, board.freeze_panes, guide.freeze_panes) == ("C5", "A4", None)
    assert guide.sheet_properties.tabColor.rgb == "FF1F3A5F"
    assert guide.column_dimensions["A"].width == pytest.approx(30.7, abs=0.1)
    assert guide.row_dimensions[7].height == pytest.approx(34, abs=0.5)
    assert (stacked.protection.sheet, stacked.protection.password, tracker.protection.sheet) == (
        True,
        None,
        False,
    )
    assert workbook["Snapshot"].sheet_state == "veryHidden"


def test_a_wide_sheet_takes_as_many_pages_across_as_it_says_whatever_the_letters_of_the_host(
    everything, tracker
):
    assert everything.sheets[1].pages == (5, 9)
    assert tracker.sheet_properties.pageSetUpPr.fitToPage
    assert (tracker.page_setup.fitToWidth, tracker.page_setup.fitToHeight) == (3, 0)
    assert not tracker.col_breaks.brk, "Excel heeds none while it fits pages"


def test_columns_are_as_wide_as_the_widest_table_needs(everything):
    stacked = everything.sheets[3]
    assert column_widths(stacked)[2] == theme.width("long", "Why, and what [it] costs #1")
    assert column_widths(replace(stacked, widths={2: 5.0}))[2] == 5


@pytest.mark.office
def test_it_prints(file, tmp_path, office):
    assert len(office.pictures(file, tmp_path)) >= 8
