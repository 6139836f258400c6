"""OpenDocument spreadsheets: every kind of cell, repetitions, and what hides in cells."""

from __future__ import annotations

import zipfile

import numpy as np
import pytest

from tests.readers import made
from winback_xl.errors import FileError
from winback_xl.readers.limits import Package
from winback_xl.readers.old_formats.read_ods import OdsBook
from winback_xl.readers.read import read, sheets


def cell(content="", **attributes):
    written = "".join(
        f' {name.replace("__", ":").replace("_", "-")}="{value}"' for name, value in attributes.items()
    )
    return f"<table:table-cell{written}>{content}</table:table-cell>"


def text(*paragraphs, **attributes):
    return cell(
        "".join(f"<text:p>{part}</text:p>" for part in paragraphs), office__value_type="string", **attributes
    )


def number(value, shown="", **attributes):
    return cell(
        f"<text:p>{shown or value}</text:p>", office__value_type="float", office__value=value, **attributes
    )


def row(*cells, **attributes):
    written = "".join(
        f' {name.replace("__", ":").replace("_", "-")}="{value}"' for name, value in attributes.items()
    )
    return f"<table:table-row{written}>{''.join(cells)}</table:table-row>"


HEADS = row(text("Customer ID"), text("Order date"), text("Order value"))


def table(*rows, name="Orders", attributes=""):
    return f'<table:table table:name="{name}"{attributes}>{"".join(rows)}</table:table>'


@pytest.fixture
def orders(tmp_path):
    """Return a function that writes rows below our headings and reads them."""

    def write(*rows, **options):
        return read(made.ods(tmp_path / "o.ods", table(HEADS, *rows), **options))

    return write


def test_every_kind_of_cell(orders):
    date = cell(
        "<text:p>04.03.24</text:p>", office__value_type="date", office__date_value="2024-03-04T12:00:00"
    )
    flag = cell(office__value_type="boolean", office__boolean_value="true")
    clock = cell(office__value_type="time", office__time_value="PT18H00M00S")
    error = cell(
        "<text:p>#N/A</text:p>",
        table__formula="of:=NA()",
        office__value_type="string",
        office__string_value="",
    )
    old_error = cell(
        "<text:p>Err:502</text:p>", table__formula="of:=X", office__value_type="float", office__value="0"
    )
    grid = orders(
        row(text("00123"), date, number("12.5")),
        row(number("123", "00123"), flag, clock),
        row(text("a", "b"), error, old_error),
        row(
            text("x"),
            cell(table__formula="of:=1+1"),
            cell(office__value_type="currency", office__value="7.5"),
        ),
        row(text("y"), cell(office__value_type="date", office__date_value="1899-12-25"), cell()),
    )
    assert made.values(grid) == [
        ("00123", np.datetime64("2024-03-04T12:00", "ms"), 12.5),
        (123.0, True, 0.75),
        ("a\nb", ("ERROR", "#N/A"), ("ERROR", "Err:502")),
        ("x", ("UNCALCULATED", None), 7.5),
        ("y", None, None),
    ]
    assert (grid.columns[0].formats, grid.columns[0].format_index.tolist()) == (("00000",), [0, 1, 0, 0, 0])


def test_times_of_day_and_numbers_that_are_none_are_never_zero(orders):
    def clock(value):
        return cell("<text:p>shown</text:p>", office__value_type="time", office__time_value=value)

    grid = orders(
        row(text("a"), clock("09:36:00"), number("NaN")),
        row(text("b"), clock("PT27H00M00.5S"), number("1E400")),
        row(text("c"), clock("PT1.2.3S"), cell("<text:p>7</text:p>", office__value_type="float")),
    )
    assert made.values(grid) == [
        ("a", 0.4, ("ERROR", "NaN")),
        ("b", (27 * 3600 + 0.5) / 86_400, ("ERROR", "1E400")),
        ("c", "shown", "7"),
    ]


def test_repeated_cells_and_rows_are_written_out_and_blank_ones_cost_nothing(orders):
    grid = orders(
        row(number("5", table__number_columns_repeated="3"), cell(table__number_columns_repeated="16000")),
        row(cell(table__number_columns_repeated="16384"), table__number_rows_repeated="10"),
        row(text("C1"), table__number_rows_repeated="2"),
        row(cell(table__number_columns_repeated="16384"), table__number_rows_repeated="1048563"),
    )
    assert made.values(grid) == [(5.0, 5.0, 5.0), ("C1", None, None), ("C1", None, None)]
    assert [grid.cell(k) for k in range(3)] == ["row 2", "row 13", "row 14"]


def test_a_filled_cell_that_repeats_without_end_is_refused_before_memory_is_full(tmp_path, monkeypatch):
    monkeypatch.setattr("winback_xl.readers.collector.MAX_CELLS", 100_000)
    rows = row(number("5", table__number_columns_repeated="16384"), table__number_rows_repeated="1048576")
    with pytest.raises(FileError) as error:
        read(made.ods(tmp_path / "o.ods", table(HEADS, rows)), header=False)
    assert error.value.code == "file-too-large"


def test_repeated_rows_carry_their_texts(orders):
    grid = orders(
        row(text("before")),
        row(text("a"), number("1"), text("b"), table__number_rows_repeated="3"),
        row(text("c")),
    )
    assert made.values(grid) == [("before", None, None), *[("a", 1.0, "b")] * 3, ("c", None, None)]


def test_spaces_tabs_links_and_line_breaks_are_text_and_comments_are_not(orders):
    content = 'a<text:s text:c="3"/>b<text:tab/>c<text:line-break/>d <text:a>link</text:a>'
    comment = "<office:annotation><text:p>a remark</text:p></office:annotation>"
    grid = orders(row(cell(comment + f"<text:p>{content}</text:p>", office__value_type="string")))
    assert made.values(grid)[0][0] == "a   b\tc\nd link"


def test_merged_cells_hidden_rows_and_hidden_sheets(tmp_path):
    style = '<style:style style:name="h" style:family="table"><style:table-properties table:display="false"/></style:style>'
    merged = text("M", table__number_rows_spanned="2", table__number_columns_spanned="1")
    orders = table(
        HEADS,
        row(merged, cell(), number("1")),
        row("<table:covered-table-cell/>", cell(), number("2"), table__visibility="filter"),
    )
    hidden = table(HEADS, row(text("OLD")), name="Old", attributes=' table:style-name="h"')
    path = made.ods(tmp_path / "o.ods", hidden + orders, styles=style)
    grid = read(path)
    assert (grid.sheet, sheets(path)) == ("Orders", ["Orders"])
    assert grid.columns[0].filled().strings().to_pylist() == ["M", "M"]
    assert grid.hidden.tolist() == [False, True]
    assert read(path, sheet="Old").rows == 1


def test_a_table_within_a_cell_is_not_read(orders):
    inner = table(row(text("inner")), name="Inner")
    grid = orders(row(cell(f"<text:p>outer</text:p>{inner}", office__value_type="string"), number("5")))
    assert made.values(grid)[0][:2] == ("outer", 5.0)


def test_a_document_type_and_broken_xml_are_refused(tmp_path):
    parts = {"content.xml": '<!DOCTYPE z [<!ENTITY a "b">]><z/>'}
    with pytest.raises(FileError, match="DTD"):
        read(made.ods(tmp_path / "o.ods", "", parts=parts))
    with pytest.raises(FileError, match="damaged"):
        read(made.ods(tmp_path / "o.ods", table("<table:table-row>")))
    with pytest.raises(FileError, match="no sheet"):
        read(made.ods(tmp_path / "o.ods", ""))


def test_many_sheets_cost_no_more_than_their_cells(tmp_path):
    """Each sheet is found at its own bytes, not by reading all sheets before it again."""
    parts = [table(HEADS, row(text(f"C{k}"), text("é" * k), number(k)), name=f"S{k}") for k in range(40)]
    nested = row(cell(table(row(text("inner")), name="Inside")))
    path = made.ods(tmp_path / "o.ods", "".join([table(HEADS, nested, name="First"), *parts]))
    assert sheets(path) == ["First", *(f"S{k}" for k in range(40))]
    book = OdsBook(Package("o.ods", zipfile.ZipFile(path)))
    assert sum(map(len, book.pieces("S39"))) < sum(map(len, book.pieces("First"))) / 10
    for k in (0, 7, 39):
        grid = read(path, sheet=f"S{k}")
        assert [column.strings().to_pylist() for column in grid.columns[:2]] == [[f"C{k}"], ["é" * k or None]]
