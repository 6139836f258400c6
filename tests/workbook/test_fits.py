"""A book that Excel could not hold, or that contradicts itself, is refused before any work."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests import books
from winback_xl.errors import DataError
from winback_xl.workbook.fits import check, length, lists
from winback_xl.workbook.render_file import render
from winback_xl.workbook.spec import Book, Cell, Field, Rule, Sheet, Table


def book(*sheets):
    return Book((*sheets, books.lists()), "T", "S", books.CREATED)


def sheet(*tables, name="Data", cells=()):
    return Sheet(name, "T", "I", tables=tables, cells=cells)


def field(heading="N", rows=1, **more):
    return Field(heading, np.zeros(rows), "number", "calculated", **more)


def test_everything_fits():
    check(books.everything())


def test_a_table_may_end_on_the_last_row_and_not_one_further(tmp_path):
    check(book(sheet(Table("tblA", 3, 0, (field(rows=1_048_572),)))))
    with pytest.raises(DataError, match="1,048,577 rows; an Excel sheet holds 1,048,576") as caught:
        render(book(sheet(Table("tblA", 3, 0, (field(rows=1_048_573),)))), tmp_path / "a.xlsx")
    assert caught.value.code == "too-many-rows"
    assert list(tmp_path.iterdir()) == []


RULE = Rule("={N}>1", "ok")


@pytest.mark.parametrize(
    ("sheets", "problem"),
    [
        ([sheet(name="A"), sheet(name="a")], "the sheet 'a' is there 2 times"),
        ([sheet(name="A/B")], "'A/B' cannot be the name of a sheet"),
        (
            [sheet(Table("tblA", 0, 0, (field(),)), cells=(Cell(9, 9, 1, name="TBLa"),))],
            "the name 'tbla' is there 2 times",
        ),
        ([sheet(Table("tbl A", 0, 0, (field(),)))], "'tbl A' cannot be a name"),
        ([sheet(cells=(Cell(9, 9, 1, name="AB12"),))], "'AB12' cannot be a name"),
        ([sheet(cells=(Cell(9, 9, 1, name="R1C1"),))], "'R1C1' cannot be a name"),
        ([sheet(Table("tblA", 0, 0, (field("x" * 256),)))], "too long"),
        ([sheet(Table("tblA", 0, 0, (field("A"), field("a"))))], "heading of tblA 'a' is there 2 times"),
        ([sheet(Table("tblA", 0, 0, (field(" "),)))], "without a heading"),
        ([sheet(Table("tblA", 0, 0, (field(), field("M", 2))))], "differ in length"),
        ([sheet(Table("tblA", 0, 16_383, (field(), field("M"))))], "more columns than a sheet"),
        ([sheet(Table("tblA", 0, 0, (field(),)), Table("tblB", 1, 0, (field(),)))], "tblA and tblB overlap"),
        ([sheet(Table("tblA", 0, 0, (field(),), rules=(RULE,) * 6))], "6 conditional formats, more than 5"),
        ([sheet(Table("tblA", 0, 0, (field(choices="Colours"),)))], "no list 'Colours'"),
        ([sheet(cells=(Cell(5, 0, "x", choices="Colours"),))], "no list 'Colours'"),
    ],
)
def test_a_book_that_contradicts_itself_is_our_fault_and_refused(sheets, problem):
    with pytest.raises(ValueError, match=problem):
        check(book(*sheets))


def test_tables_may_stand_side_by_side_and_one_below_the_other():
    one, beside, below = (
        Table(name, row, col, (field(),)) for name, row, col in (("a1_", 0, 0), ("b1_", 0, 1), ("c1_", 2, 0))
    )
    check(book(sheet(one, beside, below)))


def test_a_list_ends_before_its_first_blank():
    stage, yes_no = books.lists().tables[0].fields
    assert (length(stage), length(yes_no)) == (3, 2)
    assert length(replace(stage, values=books.words("", None))) == 0
    assert length(replace(stage, values=np.array([np.nan]))) == 0
    assert set(lists(books.everything())) == {"Stage", "Yes / No"}
