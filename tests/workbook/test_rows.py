"""The rows that we write as text are the rows that XlsxWriter writes cell by cell, only sooner."""

from __future__ import annotations

import io
import math
import xml.etree.ElementTree as ET

import fastexcel
import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import books
from winback_xl.workbook.render_file import draw
from winback_xl.workbook.spec import Book, Field, Sheet, Table
from winback_xl.workbook.values import Mixed, Numbers, Texts, normalise, plain_list
from winback_xl.workbook.xlsx import write_rows as rows_module
from winback_xl.workbook.xlsx.shared_texts import Strings
from winback_xl.workbook.xlsx.write_formulas import escape
from winback_xl.workbook.xlsx.write_rows import Column, Rows

TEXT = st.text(st.characters(), max_size=12)
NUMBER = st.floats(allow_nan=True, allow_infinity=True)


def package(book, *, quick=True):
    """Return the bytes of a book."""
    buffer = io.BytesIO()
    draw(book, quick=quick).save(buffer)
    return buffer.getvalue()


def one_table(*fields):
    """Return a book with one table on one sheet."""
    return Book(
        (Sheet("Data", "Data", "Rows.", tables=(Table("tblData", 3, 0, fields),)),),
        "Data",
        "Test",
        books.CREATED,
    )


def text_of(rows):
    """Return the XML of some rows."""
    return b"".join(rows.xml(Strings())).decode()


def cells_of(content, *, data_only):
    """Return sheet, address -> everything that openpyxl knows of a cell, and the heights of the rows.

    Three differences are none: XlsxWriter writes 16 digits and we write all 17, it leaves the type of an empty
    formula result open and we say text, and it leaves the usual height out.
    """
    found = {}
    for sheet in openpyxl.load_workbook(io.BytesIO(content), data_only=data_only):
        for line in sheet.iter_rows():
            for cell in line:
                value = float(f"{cell.value:.15g}") if isinstance(cell.value, float) else cell.value
                kind = "blank" if value is None else cell.data_type
                look = (
                    cell.number_format,
                    cell.font,
                    cell.fill,
                    cell.border,
                    cell.alignment,
                    cell.protection,
                    cell.quotePrefix,
                )
                found[sheet.title, cell.coordinate] = (value, kind, *map(repr, look))
        for number, dimension in sheet.row_dimensions.items():
            found[sheet.title, number] = dimension.height or 15.0
    return found


def column_read_back(content, letter, count):
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Data"]
    return [sheet[f"{letter}{5 + place}"].value for place in range(count)]


@pytest.mark.parametrize("data_only", [False, True], ids=["formulas", "stored results"])
@pytest.mark.parametrize(
    "make", [lambda: books.everything(61), lambda: books.big(90, 5, 2, 2, 2, 2)], ids=["every sort", "big"]
)
def test_quick_rows_equal_those_of_xlsxwriter_cell_by_cell(make, data_only):
    quick, slow = (cells_of(package(make(), quick=way), data_only=data_only) for way in (True, False))
    assert len(quick) > 700
    assert {
        place: (quick.get(place), slow.get(place))
        for place in quick | slow
        if quick.get(place, 15.0) != slow.get(place, 15.0)
    } == {}


def test_chunks_leave_no_seam(monkeypatch):
    whole = package(books.everything(61))
    monkeypatch.setattr(rows_module, "CHUNK", 7)
    assert package(books.everything(61)) == whole


def test_another_reader_sees_the_same_values():
    content = package(books.big(200, 4, 1, 1, 1, 1))
    frame = fastexcel.read_excel(content).load_sheet("Campaign", header_row=3).to_pandas()
    table = books.big(200, 4, 1, 1, 1, 1).sheets[0].tables[0]
    assert list(frame.columns) == [field.heading for field in table.fields]
    for field in table.fields:
        expected = plain_list(normalise(field.values, field.kind))
        found = [None if value is None or value != value else value for value in frame[field.heading]]  # noqa: PLR0124
        assert found == expected, field.heading


@given(st.lists(NUMBER, min_size=1, max_size=20))
def test_numbers_read_back_as_the_same_float_and_what_is_none_is_blank(values):
    found = column_read_back(
        package(one_table(Field("N", np.array(values), "number", "calculated"))), "A", len(values)
    )
    assert found == [value if math.isfinite(value) else None for value in values]


@given(st.lists(TEXT, min_size=1, max_size=20))
def test_any_text_reads_back_as_the_text_it_became_and_never_as_a_formula(values):
    content = package(one_table(Field("T", books.words(*values), "text", "calculated")))
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Data"]
    expected = plain_list(normalise(books.words(*values), "text"))
    cells = [sheet[f"A{5 + place}"] for place in range(len(values))]
    assert [cell.value for cell in cells] == expected
    assert all(cell.data_type == "s" for cell in cells if cell.value)
    assert all(
        cell.quotePrefix == cell.value.startswith(("=", "+", "-", "@")) for cell in cells if cell.value
    )


@given(
    st.lists(
        st.one_of(st.none(), st.booleans(), NUMBER, TEXT, st.integers(-(10**18), 10**18)),
        min_size=1,
        max_size=20,
    )
)
def test_a_mixed_column_keeps_the_type_of_each_cell(values):
    column = books.words(*values)
    found = column_read_back(package(one_table(Field("M", column, "text", "calculated"))), "A", len(values))
    assert found == plain_list(normalise(column, "text"))
    assert [type(value) is bool for value in found] == [
        type(value) is bool for value in plain_list(normalise(column, "text"))
    ]


@given(
    st.lists(
        st.one_of(st.none(), st.booleans(), st.floats(allow_nan=False, allow_infinity=False), TEXT),
        min_size=1,
        max_size=9,
    )
)
def test_a_formula_carries_the_result_it_was_given(values):
    field = Field("F", books.words(*values), "text", "formula", '=IF("a<b"&1>2,"","&")')
    content = package(one_table(field))
    formulas = column_read_back(content, "A", len(values))
    results = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["Data"]
    assert set(formulas) == {'=IF("a<b"&1>2,"","&")'}
    assert [results[f"A{5 + place}"].value for place in range(len(values))] == plain_list(
        normalise(field.values, "text")
    )


def test_only_the_first_rows_hold_a_formula_that_is_live_there_and_the_others_what_it_gave():
    count, live = rows_module.CHUNK + 300, rows_module.CHUNK - 24
    texts = Texts(np.arange(count, dtype=np.int32) % 3 - 1, ["a", "b"])
    for column in (
        Column(Numbers(np.arange(float(count))), 0, 0, "$B\x01+1", True, live),
        Column(texts, 0, 0, "$B\x01&tblA[x]", True, live),
    ):
        part = text_of(Rows(1, count, 0, [column]))
        cells = list(ET.fromstring(f"<a>{part}</a>").iter("c"))
        assert [cell.get("r") for cell in cells] == [f"A{row}" for row in range(1, count + 1)]
        assert [cell.find("f") is not None for cell in cells] == [row < live for row in range(count)]
        values = [cell.findtext("v") for cell in cells[live:]]
        if column.cells is texts:
            assert values == [(None, "0", "1")[row % 3] for row in range(live, count)]
        else:
            assert values == [str(row) for row in range(live, count)]


def test_a_blank_result_of_a_formula_is_the_empty_text():
    part = text_of(Rows(1, 2, 0, [Column(Numbers(np.array([1.0, np.nan])), 0, 0, "B1")]))
    assert '<c r="A1"><f>B1</f><v>1</v></c>' in part
    assert '<c r="A2" t="str"><f>B1</f><v></v></c>' in part


def test_an_error_as_a_result_is_an_error():
    part = text_of(Rows(1, 1, 0, [Column(Mixed(["#N/A"]), 0, 0, "NA()")]))
    assert '<c r="A1" t="e"><f>NA()</f><v>#N/A</v></c>' in part


def test_texts_are_stored_once_and_counted():
    strings = Strings(["Title"], 1)
    column = Column(Texts(np.array([0, 1, -1, 0], np.int32), ["a", "Title"]), 0, 0)
    list(Rows(1, 4, 0, [column, column]).xml(strings))
    root = ET.fromstring("".join(strings.xml()))
    assert (root.get("count"), root.get("uniqueCount"), len(root)) == ("7", "2", 2)


def test_white_space_at_the_edges_is_kept():
    assert '<t xml:space="preserve"> a</t>' in "".join(Strings([" a", "b"]).xml())
    assert "<t>b</t>" in "".join(Strings([" a", "b"]).xml())


@given(TEXT)
def test_what_is_escaped_reads_back(text):
    text = plain_list(normalise(books.words(text), "text"))[0] or ""
    assert (ET.fromstring(f"<t>{escape(text)}</t>").text or "").replace("_x005F_", "_") == text


def test_rows_come_in_pieces_so_that_no_sheet_is_ever_whole_in_memory():
    column = Column(Numbers(np.zeros(2 * rows_module.CHUNK + 1)), 0, 0)
    pieces = [
        bytes(piece).count(b"<row ")
        for piece in Rows(1, 2 * rows_module.CHUNK + 1, 0, [column]).xml(Strings())
    ]
    assert pieces == [rows_module.CHUNK, rows_module.CHUNK, 1]
