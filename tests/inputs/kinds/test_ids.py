"""Ids are text; what may be one customer twice is told, and only what nobody can see is merged."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winback_xl.inputs.kinds import ids
from winback_xl.readers.grid import Cell, RawColumn, all_of
from winback_xl.readers.memory import to_grid

LABEL = "Customer ID"


def column(*values):
    return to_grid(pd.DataFrame({"x": pd.Series(list(values), dtype=object)})).columns[0]


def formatted(numbers, *formats, index=None):
    shown = np.ones(len(numbers), np.uint8) if index is None else np.array(index, np.uint8)
    return RawColumn(
        0,
        "x",
        all_of(Cell.NUMBER, len(numbers)),
        numbers=np.array(numbers, float),
        formats=formats,
        format_index=shown,
    )


def read(cells, **how):
    parsed = ids.read(cells, LABEL, **how)
    return parsed.cells.tolist(), {finding.code: finding for finding in parsed.findings}


def test_a_number_and_a_padded_text_stay_two_customers_and_are_told():
    found, stated = read(column(123, "00123", 123.0, "123"))
    assert found == ["123", "00123", "123", "123"]
    assert "123 / 00123" in stated["id-twins"].what
    assert stated["id-twins"].effect == "none"


def test_a_text_that_a_workbook_stores_twice_is_one_id():
    """Some programs keep a text in the table of a workbook once a cell: what reads the same is the same customer."""
    texts = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, 1], pa.int32()), pa.array(["K2", "K1", "K2"]))
    found = ids.read(RawColumn(0, "Customer", all_of(Cell.TEXT, 4), texts=texts), "Customer ID")
    assert found.cells.tolist() == ["K2", "K1", "K2", "K1"]
    assert found.codes.tolist() == [0, 1, 0, 1]


def test_scientific_look_alikes_stay_four_customers_and_are_told():
    found, stated = read(column("00123", "123", "1E5", "100000"))
    assert found == ["00123", "123", "1E5", "100000"]
    assert stated["id-scientific"].rows.tolist() == [2]


def test_digits_beyond_fifteen_are_flagged_where_they_were_numbers():
    _, stated = read(column(1.23456789012346e17, 5))
    assert stated["id-digits-lost"].rows.tolist() == [0]
    assert read(column("123456789012345678"))[1] == {}


def test_spaces_and_invisible_characters_are_merged_and_listed():
    found, stated = read(column("A 1", " A\u00a01 ", "A\u200b 1", "\uff21 1", "B"))
    assert found == ["A 1"] * 4 + ["B"]
    assert stated["id-merged"].severity == "note"
    assert stated["id-merged"].rows.tolist() == [1, 2, 3]


def test_capitals_are_told_and_kept_apart():
    found, stated = read(column("alfki", "ALFKI"))
    assert found == ["alfki", "ALFKI"]
    assert "capitals" in stated["id-twins"].what


def test_words_that_look_like_nothing_stay_text_and_are_told():
    found, stated = read(column("NA", "None", "null", "nan", "X"))
    assert found == ["NA", "None", "null", "nan", "X"]
    assert stated["id-looks-missing"].rows.tolist() == [0, 1, 2, 3]


def test_point_zero_is_taken_off_unless_another_fraction_makes_it_part_of_the_id():
    assert read(column("17850.0", "13047.0", "X1"))[0] == ["17850", "13047", "X1"]
    assert read(column("1.0", "1", "2.0"))[0] == ["1", "1", "2"]
    assert read(column("1.0", "1", "1.5"))[0] == ["1.0", "1", "1.5"]


@pytest.mark.parametrize(
    ("number", "style", "shown"),
    [
        (123, "00000", "00123"),
        (1234567, "00000", "1234567"),
        (123, '"K-"00000', "K-00123"),
        (1234567, "000-0000", "123-4567"),
        (7, "000-0000", "000-0007"),
        (123, "#,##0.00", "123"),
        (1.5, "00000", "1.5"),
    ],
)
def test_numbers_are_shown_as_their_format_shows_them(number, style, shown):
    assert read(formatted([number], style))[0] == [shown]


def test_each_cell_has_its_own_format():
    assert read(formatted([7, 7, 7], "000", "00000", index=[0, 1, 2]))[0] == ["7", "007", "00007"]


def test_dates_among_ids_are_told():
    found, stated = read(column(dt.date(2025, 3, 1), "A"))
    assert found == ["2025-03-01", "A"]
    assert stated["id-is-date"].rows.tolist() == [0]


def test_blank_ids_are_empty_text_and_have_no_code():
    parsed = ids.read(column("A", None, "", "  ", "A"), LABEL)
    assert parsed.cells.tolist() == ["A", "", "", "", "A"]
    assert parsed.codes.tolist() == [0, -1, -1, -1, 0]


def test_error_cells_are_told_and_not_ids():
    cells = RawColumn(
        0, "x", np.array([Cell.UNCALCULATED, Cell.NUMBER], np.uint8), numbers=np.array([np.nan, 5])
    )
    found, stated = read(cells)
    assert found == ["", "5"]
    assert stated["cell-not-calculated"].effect == "unknown"


@given(
    st.lists(
        st.one_of(
            st.text(max_size=8),
            st.integers(-(10**18), 10**18),
            st.floats(),
            st.none(),
            st.booleans(),
            st.dates(),
        ),
        max_size=30,
    )
)
def test_codes_are_equal_exactly_where_the_ids_are(values):
    parsed = ids.read(column(*values), LABEL)
    texts, codes = parsed.cells.tolist(), parsed.codes.tolist()
    assert [code < 0 for code in codes] == [text == "" for text in texts]
    assert len(set(zip(texts, codes, strict=True))) == len(set(texts))
    assert len({code for code in codes if code >= 0}) == len(set(texts) - {""})


@given(st.lists(st.integers(0, 10**14), max_size=30))
def test_whole_numbers_are_the_same_ids_as_their_texts(numbers):
    assert read(column(*numbers), twins=False)[0] == [str(number) for number in numbers]
