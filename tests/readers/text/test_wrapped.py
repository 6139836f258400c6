"""A table that stands within the lines of a text, or in the cells of one column, is read like any other."""

from __future__ import annotations

import csv
import datetime as dt
import io

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from winback_xl.inputs.load import load
from winback_xl.readers.read import read
from winback_xl.schema.columns import ORDERS
from winback_xl.settings import Settings

HEADS = ["Customer", "Order date", "Item", "Amount"]
LEDGER = st.lists(
    st.tuples(
        st.sampled_from(["Acme", "Zoë & Co", "Beta GmbH"]),
        st.dates(dt.date(2024, 1, 13), dt.date(2025, 12, 28)).map(str),
        st.sampled_from(["Desk, big", 'Desk 24" wide', "Chair", ""]),
        st.integers(-9_999, 99_999).map(lambda cents: f"{cents / 100:.2f}"),
    ),
    min_size=2,
    max_size=9,
)


def lines_of(rows, separator=","):
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows(rows)
    return out.getvalue().splitlines()


def quoted(rows):
    return "\n".join('"' + line.replace('"', '""') + '"' for line in lines_of(rows))


def quoted_with_commas(rows):
    return "\r\n".join('"' + line.replace('"', '""') + '",,,' for line in lines_of(rows, ";"))


def drawn(rows):
    widths = [max(len(str(row[at])) for row in rows) for at in range(len(rows[0]))]
    rule = "-" * (sum(widths) + len(widths) + 1)
    body = [
        "|" + "|".join(str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)) + "|"
        for row in rows
    ]
    return "\n".join(["List of orders        1", "", rule, body[0], rule, *body[1:], rule])


def psql(rows):
    body = ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    rule = "+" + "+".join("-" * 8 for _ in rows[0]) + "+"
    return "\n".join([rule, body[0], rule, *body[1:], rule])


@pytest.mark.parametrize("write", [quoted, quoted_with_commas, drawn, psql])
@settings(max_examples=30, phases=[Phase.explicit, Phase.generate])
@given(ledger=LEDGER)
def test_a_ledger_within_lines_reads_back_to_the_same_rows(write, tmp_path_factory, ledger):
    path = tmp_path_factory.mktemp("x") / "x.csv"
    path.write_text(write([HEADS, *ledger]), encoding="utf-8", newline="")
    loaded = load(path, ORDERS, settings=Settings())
    assert loaded.frame["customer_id"].tolist() == [name for name, *_ in ledger]
    assert loaded.frame["order_value"].tolist() == [float(value) for *_, value in ledger]
    assert "lines-unwrapped" in {issue.code for issue in loaded.issues}


def test_headings_may_be_plain_and_texts_may_hold_line_breaks(tmp_path):
    text = (
        "Customer,Order date,Amount,Note\n"
        '"Acme,2025-01-31,5.00,""country: CL";\n'
        "fbp: fb.1.17;\n"
        '"host: x""";\n'
        '"Beta,2025-02-28,""1,007.50"",";\n'
    )
    (tmp_path / "x.csv").write_text(text)
    loaded = load(tmp_path / "x.csv", ORDERS, settings=Settings())
    assert loaded.frame["customer_id"].tolist() == ["Acme", "Beta"]
    assert loaded.frame["order_value"].tolist() == [5, 1007.5]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_lines_in_the_first_column_of_a_sheet(tmp_path, separator):
    book = openpyxl.Workbook()
    for line in lines_of(
        [HEADS, ["Acme", "2025-01-31", "Desk, big", "5.00"], ["Beta", "2025-02-28", "x", "7.00"]], separator
    ):
        book.active.append([line])
    book.save(tmp_path / "x.xlsx")
    grid = read(tmp_path / "x.xlsx")
    assert grid.headings == HEADS
    assert (grid.sheet, grid.cell(1)) == ("Sheet", "row 3")
    assert load(tmp_path / "x.xlsx", ORDERS, settings=Settings()).frame["order_value"].tolist() == [5, 7]


@pytest.mark.parametrize(
    "text",
    [
        '"Smith, John"\n"Miller, Ann"\n"Doe, Jane"\n',
        '"a","b","c"\n"1","2","3"\n',
        "a|b|c\n1|2|3\n",
        "Name\nx\ny\n",
        '"one, two, three"\nplain\nplain\nplain\n',
        ',Date,Amount\n"Zeta, Inc, Ltd",,\n,2025-01-31,5\n,2025-01-31,6\n',
    ],
)
def test_plain_texts_stay_as_they_are(tmp_path, text):
    (tmp_path / "x.csv").write_text(text)
    assert "lines-unwrapped" not in {note.code for note in read(tmp_path / "x.csv").notes}


def test_the_places_of_unwrapped_rows_are_those_of_the_file(tmp_path):
    (tmp_path / "x.txt").write_text(
        drawn([HEADS, ["A", "2025-01-31", "x", "oops"], ["B", "2025-01-31", "x", "7.00"]])
    )
    loaded = load(tmp_path / "x.txt", ORDERS, settings=Settings())
    assert "line 6" in {issue.cell for issue in loaded.issues}
