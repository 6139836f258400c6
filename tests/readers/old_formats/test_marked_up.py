"""Tables in HTML and in the XML of Excel 2003 are read like workbooks, and nothing in them is trusted."""

from __future__ import annotations

import datetime as dt
from html import escape

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winback_xl.errors import FileError
from winback_xl.inputs.load import load
from winback_xl.readers.read import read, sheets
from winback_xl.schema.columns import ORDERS
from winback_xl.settings import Settings

HEAD = '<?xml version="1.0"{}?><?mso-application progid="Excel.Sheet"?>'
BOOK = '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'


def xml_sheet(name, rows, more=""):
    cells = "".join("<Row>" + "".join(xml_cell(cell) for cell in row) + "</Row>" for row in rows)
    return f'<Worksheet ss:Name="{name}"><Table>{cells}</Table>{more}</Worksheet>'


def xml_cell(cell):
    if cell is None:
        return "<Cell/>"
    if isinstance(cell, dt.date):
        return f'<Cell><Data ss:Type="DateTime">{cell.isoformat()}T00:00:00.000</Data></Cell>'
    kind = "Number" if isinstance(cell, (int, float)) else "String"
    return f'<Cell><Data ss:Type="{kind}">{escape(str(cell))}</Data></Cell>'


def xml_book(*parts, encoding=""):
    said = f' encoding="{encoding}"' if encoding else ""
    return (HEAD.format(said) + BOOK + "".join(parts) + "</Workbook>").encode(encoding or "utf-8")


def html_page(rows):
    cells = "".join(
        "<tr>" + "".join(f"<td>{escape(str('' if c is None else c))}</td>" for c in row) + "</tr>"
        for row in rows
    )
    return f"<html><head><meta charset=utf-8><title>x</title></head><body><table>{cells}</table></body></html>".encode()


def path_of(tmp_path, content, name="orders.xls"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


LEDGER = st.lists(
    st.tuples(
        st.sampled_from(["Acme", "B & C <Ltd>", "Zoë"]),
        st.dates(dt.date(2024, 1, 13), dt.date(2025, 12, 28)),
        st.integers(-9_999, 99_999).map(lambda cents: cents / 100),
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.parametrize("write", [lambda rows: xml_book(xml_sheet("Sales", rows)), html_page])
@settings(max_examples=30)
@given(ledger=LEDGER)
def test_a_ledger_in_markup_reads_back_to_the_same_rows(write, tmp_path_factory, ledger):
    rows = [["Customer", "Order date", "Amount"], *map(list, ledger)]
    found = load(path_of(tmp_path_factory.mktemp("x"), write(rows)), ORDERS, settings=Settings()).frame
    assert found["customer_id"].tolist() == [name for name, *_ in ledger]
    assert found["order_date"].dt.date.tolist() == [day for _, day, _ in ledger]
    assert np.allclose(found["order_value"], [value for *_, value in ledger])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_xml_spreadsheets_in_every_common_encoding(tmp_path, encoding):
    content = xml_book(xml_sheet("S", [["Kunde", "Größe"], ["Zoë", 1]]), encoding=encoding)
    assert read(path_of(tmp_path, content)).columns[0].strings().to_pylist() == ["Zoë"]


def test_places_hidden_sheets_comments_and_merged_cells_of_xml_spreadsheets(tmp_path):
    body = (
        '<Worksheet ss:Name="A"><Table><Row ss:Index="2"><Cell><Data ss:Type="String">Customer</Data></Cell>'
        '<Cell ss:Index="3"><Data ss:Type="String">Amount</Data></Cell></Row>'
        '<Row ss:Index="5" ss:Hidden="1"><Cell ss:MergeDown="1"><Data ss:Type="String">Ann</Data><Comment>'
        '<ss:Data>do not read</ss:Data></Comment></Cell><Cell ss:Index="3"><Data ss:Type="Number">5</Data></Cell></Row>'
        '<Row><Cell ss:Index="3"><Data ss:Type="Error">#N/A</Data></Cell></Row></Table></Worksheet>'
        '<Worksheet ss:Name="B"><Table/><WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>'
    )
    path = path_of(tmp_path, xml_book(body))
    assert sheets(path) == ["A"]
    grid = read(path)
    assert [grid.cell(row, grid.columns[0]) for row in range(2)] == ["A5", "A6"]
    assert grid.columns[0].filled().strings().to_pylist() == ["Ann", "Ann"]
    assert grid.hidden.tolist() == [True, False]
    assert grid.columns[-1].strings().to_pylist() == [None, "#N/A"]


def test_an_xml_spreadsheet_with_a_document_type_is_refused(tmp_path):
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + BOOK + "&b;</Workbook>"
    )
    with pytest.raises(FileError) as error:
        read(path_of(tmp_path, bomb.encode()))
    assert error.value.code == "file-dtd"


def test_a_page_with_spans_breaks_and_tables_within_tables(tmp_path):
    page = """<html><head><style>td{}</style><table class=logo><tr><td>Report</table>
    <table><tr><th>Customer<th>Date<th>Amount
    <tr><td rowspan=2>Ann<br>Lee<td>2025-01-31<td>$&nbsp;(5.00)
    <tr><td>2025-02-28<td>7<script>alert(1)</script>
    <tr><td>Bob <table><tr><td>jr.</td></tr></table></td><td>2025-02-27</td><td>9</td></tr></table>"""
    found = load(path_of(tmp_path, page.encode()), ORDERS, settings=Settings()).frame
    assert found["customer_id"].tolist() == ["Ann Lee", "Ann Lee", "Bob jr."]
    assert found["order_value"].tolist() == [-5, 7, 9]


def test_a_page_says_its_own_encoding(tmp_path):
    page = '<html><meta http-equiv="Content-Type" content="text/html; charset=windows-1252"><table><tr><td>Customer</td></tr><tr><td>Zoë</td></tr></table>'
    assert read(path_of(tmp_path, page.encode("cp1252"))).columns[0].strings().to_pylist() == ["Zoë"]


def test_a_page_that_would_span_millions_of_cells_costs_nothing(tmp_path):
    cell = '<td colspan="9999999" rowspan="9999999">x</td>'
    page = "<html><table><tr><td>Customer</td></tr>" + f"<tr>{cell * 50}</tr>" * 50 + "</table></html>"
    assert read(path_of(tmp_path, page.encode())).rows <= 50
