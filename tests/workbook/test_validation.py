"""Cells that people type in say what they take, before and after; the others stay quiet."""

from __future__ import annotations

import numpy as np
import pytest

from winback_xl.schema import columns
from winback_xl.workbook.spec import Cell, Field
from winback_xl.workbook.validation import of_cell, of_field, of_header

LISTS = frozenset(columns.LISTS)


def field(kind, role="human", **more):
    return Field("Agreed amount", np.array([]), kind, role, help="What was agreed.", **more)


@pytest.mark.parametrize("role", ["key", "calculated", "formula"])
def test_what_nobody_types_is_not_restricted(role):
    assert of_field(field("money", role), LISTS) is None


def test_free_text_is_not_restricted():
    assert of_field(field("text"), LISTS) is None


@pytest.mark.parametrize(
    ("kind", "type_", "low", "high"),
    [("money", "decimal", -1e12, 1e12), ("share", "decimal", 0, 1), ("count", "whole", 0, 100_000), ("days", "decimal", 0, 100_000),
     ("date", "date", 32_874, 73_050)],
)  # fmt: skip
def test_numbers_and_dates_have_bounds(kind, type_, low, high):
    check = of_field(field(kind), LISTS)
    assert (check.type, check.low, check.high) == (type_, low, high)


def test_own_bounds_win_and_are_named():
    check = of_field(field("number", limits=(1, 5)), LISTS)
    assert (check.low, check.high) == (1, 5)
    assert "between 1 and 5" in check.error


def test_a_choice_points_at_its_list_by_name():
    check = of_field(field("choice", choices="Want back"), LISTS)
    assert (check.type, check.source) == ("list", "lst_Want_back")


def test_yes_and_no_are_offered_without_asking_for_them():
    assert of_field(field("yesno"), LISTS).source == "lst_Yes_No"


def test_a_list_that_the_book_does_not_hold_restricts_nothing():
    assert of_field(field("choice", choices="Stage"), frozenset()) is None


@pytest.mark.parametrize("kind", ["money", "share", "count", "days", "number", "date", "yesno"])
def test_every_restriction_has_a_prompt_and_a_kind_word(kind):
    check = of_field(field(kind), LISTS)
    assert (check.title, check.prompt) == ("Agreed amount", "What was agreed.")
    assert check.error.endswith(("leave the cell empty.", "shows all words."))


def test_what_excel_shows_is_never_longer_than_it_can_show():
    long = Field("Heading " * 9, np.array([]), "money", "human", help="Words. " * 90)
    for check in (of_header(long), of_field(long, LISTS)):
        assert len(check.title) <= 32
        assert len(check.prompt) <= 255


@pytest.mark.parametrize("table", columns.TABLES, ids=lambda table: table.name)
def test_headers_of_all_our_columns_say_what_they_hold_and_who_fills_them_in_full(table):
    for column in table.columns:
        check = of_header(Field(column.heading, np.array([]), column.kind, column.role, help=column.help))
        assert check.type == "any"
        assert check.prompt.startswith(column.help)
        assert not check.prompt.endswith("…")


def test_an_input_cell_is_restricted_and_another_only_prompts():
    assert of_cell(Cell(0, 0, 0.3, look="input", kind="share"), LISTS).high == 1
    assert of_cell(Cell(0, 0, 5, kind="number", limits=(1, 9)), LISTS).low == 1
    assert of_cell(Cell(0, 0, "x", help="Read me."), LISTS).type == "any"
    assert of_cell(Cell(0, 0, "x"), LISTS) is None
    assert of_cell(Cell(0, 0, "x", look="input"), LISTS) is None
