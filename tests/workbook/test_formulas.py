"""Formulas and names are stored in the form that Excel and LibreOffice both read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import books
from winback_xl.workbook.formulas import (
    cell_range,
    column_letters,
    list_name,
    rule_formula,
    sheet_name,
    stored,
)


@pytest.mark.parametrize(
    ("shown", "file"),
    [
        ("=[@Stage]", "=t[[#This Row],[Stage]]"),
        ("=[@[Next step due]]+1", "=t[[#This Row],[Next step due]]+1"),
        ("=tblX[@[Want back?]]", "=tblX[[#This Row],[Want back?]]"),
        ("=SUM(tblX[@[A]:[B]])", "=SUM(tblX[[#This Row],[A]:[B]])"),
        ("=SUM([Amount])", "=SUM(t[Amount])"),
        ("=ROWS(tblX[@])", "=ROWS(tblX[#This Row])"),
        ("=tblX[[#This Row],[A]]", "=tblX[[#This Row],[A]]"),
        ("=COUNTA(tblX[#Headers])", "=COUNTA(tblX[#Headers])"),
        ('=IF("[@A] ""x"" [B]"="",1,2)', '=IF("[@A] ""x"" [B]"="",1,2)'),
        ("='It''s [x]'!A1+[@A]", "='It''s [x]'!A1+t[[#This Row],[A]]"),
        ("=[@[Odd '[name'] '@ it]]", "=t[[#This Row],[Odd '[name'] '@ it]]"),
        ("=SUM(A1:B2)*set_margin", "=SUM(A1:B2)*set_margin"),
        ("=_x.y[@A]", "=_x.y[[#This Row],[A]]"),
    ],
)
def test_a_structured_reference_is_stored_with_its_table_and_this_row(shown, file):
    assert stored(shown, "t") == file


def test_a_reference_without_a_table_stays_where_there_is_no_table():
    assert stored("=[1]Sheet1!A1") == "=[1]Sheet1!A1"


def test_a_bracket_that_never_closes_is_refused():
    with pytest.raises(ValueError, match="not closed"):
        stored("=t[@[A]")


@given(st.text(alphabet="=A(),\"'@#1+ ", max_size=20))
def test_what_holds_no_bracket_is_left_alone(formula):
    assert stored(formula, "t") == formula


def test_letters_count_as_excel_does():
    assert [column_letters(column) for column in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_a_range_quotes_the_sheet_and_a_single_cell_is_no_range():
    assert cell_range("It's", 0, 0, 0, 0) == "'It''s'!$A$1"
    assert cell_range("Data", 3, 1, 9, 2) == "'Data'!$B$4:$C$10"


def test_a_rule_is_written_for_the_first_row_with_fixed_columns():
    assert rule_formula('=AND({Amount}>1,{Stage}="Won")', books.tracker(), 0) == '=AND($E5>1,$J5="Won")'


def test_a_rule_on_a_column_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="no column Amuont"):
        rule_formula("={Amuont}>1", books.tracker(), 0)


def test_lists_get_names_that_excel_takes():
    assert [list_name(name) for name in ("Stage", "Yes / No", "Specific or systemic")] == [
        "lst_Stage", "lst_Yes_No", "lst_Specific_or_systemic",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "given_name"),
    [
        ("A/B:C", "A B C"),
        ("'quoted'", "quoted"),
        ("", "Sheet"),
        ("***", "Sheet"),
        ("History", "History_"),
        ("x" * 40, "x" * 31),
    ],
)
def test_a_sheet_name_is_mended_the_same_way_every_time(wanted, given_name):
    assert sheet_name(wanted) == given_name


@given(st.lists(st.text(max_size=40), max_size=8))
def test_sheet_names_are_always_allowed_and_never_twice(wanted):
    taken: list[str] = []
    for name in wanted:
        taken.append(sheet_name(name, taken))
    assert len({name.casefold() for name in taken}) == len(taken)
    for name in taken:
        assert 0 < len(name.encode("utf-16-le")) <= 62
        assert not set(name) & set("[]:*?/\\")
        assert name.strip("'") == name
        assert name.casefold() != "history"
