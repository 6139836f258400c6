"""Columns of any type become cells that Excel can hold, and nothing turns into something else."""

from __future__ import annotations

import datetime as dt
import decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.books import NASTY, words
from winback_xl.core.cell_text import clean
from winback_xl.workbook.values import Mixed, Numbers, Texts, needs_quote, normalise, plain, plain_list


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        (np.array([1.5, np.nan, np.inf, -np.inf]), "money", [1.5, None, None, None]),
        (np.array([1, 2]), "count", [1.0, 2.0]),
        (np.array([7, 8]), "id", ["7", "8"]),
        (np.array([True, False]), "text", [True, False]),
        (np.array([True, False]), "yesno", ["Yes", "No"]),
        (words("a", "", None, "a"), "text", ["a", None, None, "a"]),
        (np.array(["a", "b"]), "text", ["a", "b"]),
        (words(1, "a", None, True, 2.5), "text", [1.0, "a", None, True, 2.5]),
        (words(1.5, None), "money", [1.5, None]),
        (words(decimal.Decimal("1.25"), None), "money", [1.25, None]),
        (words(dt.date(2026, 11, 22), None), "date", [46348.0, None]),
        (words(dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)), "date", [46348.5]),
        (np.array(["2026-11-22", "NaT"], "datetime64[s]"), "date", [46348.0, None]),
        (np.array(["1900-03-01", "9999-12-31"], "datetime64[D]"), "date", [61.0, 2_958_465.0]),
        (np.array(["1850-07-04", "2026-11-22"], "datetime64[D]"), "date", ["1850-07-04", 46348.0]),
        (pd.Series([1, None], dtype="Int64"), "count", [1.0, None]),
        (pd.Series([True, None], dtype="boolean"), "yesno", ["Yes", None]),
        (pd.Series([1.0, None], dtype="double[pyarrow]"), "money", [1.0, None]),
        (pd.Series(["a", None], dtype="string[pyarrow]"), "text", ["a", None]),
        (pd.Series(["b", None, "a", "b"], dtype="category"), "choice", ["b", None, "a", "b"]),
        (pd.Series([2, 1], dtype="category"), "count", [2.0, 1.0]),
        (pd.to_datetime(pd.Series(["2026-11-22 00:00", None])).dt.tz_localize("Europe/Berlin"), "date", [46348.0, None]),
        (pd.Series([], dtype=object), "text", []),
        (words(None, None), "money", [None, None]),
        (words(object, "x"), "text", ["<class 'object'>", "x"]),
    ],
)  # fmt: skip
def test_a_column_of_any_type_becomes_cells(values, kind, expected):
    assert plain_list(normalise(values, kind)) == expected


def test_the_input_is_not_changed():
    values = np.array([1.0, np.inf])
    normalise(values, "money")
    assert values.tolist() == [1.0, np.inf]


def test_each_kind_of_column_takes_its_own_form():
    forms = [normalise(values, "text") for values in (np.array([1.0]), words("a"), words(1, "a"))]
    assert [type(form) for form in forms] == [Numbers, Texts, Mixed]


def test_texts_are_kept_once():
    held = normalise(words("a", "b", "a", ""), "text")
    assert held.texts == ["a", "b"]
    assert held.codes.tolist() == [0, 1, 0, -1]


@pytest.mark.parametrize("text", NASTY)
def test_no_text_holds_what_breaks_a_file_or_passes_the_limit(text):
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert not set(cleaned) & {"\x00", "\x07", "\r", "\ufffe"}
    assert len(cleaned.encode("utf-16-le")) <= 2 * 32_767


def test_control_characters_and_lone_surrogates_are_marked_and_line_breaks_kept():
    assert clean("a\x00b\x1fc\ud800d\ufffe") == "a\ufffdb\ufffdc\ufffdd\ufffd"
    assert clean("a\r\nb\rc\nd\te") == "a\nb\nc\nd\te"
    assert clean("emoji 😀 مرحبا \u202e") == "emoji 😀 مرحبا \u202e"


def test_a_text_at_the_limit_is_whole_and_one_beyond_it_is_cut_with_a_mark():
    assert clean("x" * 32_767) == "x" * 32_767
    assert clean("x" * 32_768).endswith("a cell holds 32,767 characters]")
    astral = clean("😀" * 20_000)
    assert len(astral.encode("utf-16-le")) <= 2 * 32_767
    assert astral.startswith("😀" * 16_000)


@given(st.text())
def test_cleaning_twice_changes_nothing(text):
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("text", "risky"), [("=A1", True), ("+1", True), ("-1", True), ("@a", True), ("a=1", False), ("", False)]
)
def test_what_begins_like_a_formula_is_marked_as_text(text, risky):
    assert needs_quote(text) is risky


def test_a_long_number_as_an_id_keeps_its_digits():
    assert plain(123_456_789_012_345, "id") == "123456789012345"
