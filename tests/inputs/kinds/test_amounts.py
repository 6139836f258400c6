"""Amounts are read a column at a time; what 1,234 means is never decided for one cell."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winback_xl.inputs.kinds import amounts
from winback_xl.inputs.kinds.currencies import code_of, different
from winback_xl.readers.memory import to_grid

LABEL = "Order value"


def column(*values):
    return to_grid(pd.DataFrame({"x": pd.Series(list(values), dtype=object)})).columns[0]


def read(*values, **how):
    parsed = amounts.read(column(*values), LABEL, **how)
    return parsed.cells.tolist(), {finding.code: finding for finding in parsed.findings}


def shares(*values):
    parsed = amounts.read_shares(column(*values), "Fault %")
    return parsed.cells.round(9).tolist(), {finding.code: finding for finding in parsed.findings}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("$1,234.56", 1234.56),
        ("(12.00)", -12),
        ("12,50 EUR", 12.5),
        ("1.234,56", 1234.56),
        ("1'234.50", 1234.5),
        ("1\u2019234.50", 1234.5),
        ("1 234,50", 1234.5),
        ("1\u00a0234,50 \u20ac", 1234.5),
        ("250.00-", -250),
        ("\u2212250.00", -250),
        ("-$250.00", -250),
        ("$-250.00", -250),
        ("($250.00)", -250),
        ("+7", 7),
        ("USD 12.00", 12),
        ("CHF12.50", 12.5),
        ("1,234,567", 1234567),
        ("1.234.567", 1234567),
        ("12,34,567.00", 1234567),
        ("0,125", 0.125),
        ("1234.567", 1234.567),
        (".5", 0.5),
        ("1.5E+05", 150000),
        ("\uff11\uff12", 12),
    ],
)
def test_texts_that_are_amounts(text, number):
    assert read(text)[0] == [number]


@pytest.mark.parametrize(
    "text",
    [
        "12 pcs",
        "abc",
        "12,34.00",
        "(12",
        "(-12)",
        "--5",
        "1 2 3",
        "35 %",
        "12.50.30",
        "EUR",
        "5 EUR USD",
        "#N/A",
    ],
)
def test_texts_that_are_no_amounts_are_told(text):
    values, stated = read(text, "1.50")
    assert math.isnan(values[0])
    assert stated["number-unreadable"].rows.tolist() == [0]
    assert stated["number-unreadable"].effect == "unknown"


def test_safe_repairs_are_counted_in_one_note():
    _, stated = read("$1,234.56", "(12.00)", "4.00-", "NULL", "5.00")
    assert stated["amounts-repaired"].severity == "note"
    for part in (
        "1 with a currency",
        "1 in brackets (negative)",
        "1 with the minus behind",
        "1 with separators",
        "1 standing for nothing",
    ):
        assert part in stated["amounts-repaired"].what


def test_plain_numbers_need_no_word():
    assert read(1.5, 2, None)[1] == {}
    assert read("1.5", "2", None)[1] == {}


def test_numbers_stored_as_text_are_told():
    assert "1 number of Order value was stored as text" in read(1.5, "2.25")[1]["numbers-as-text"].what


@pytest.mark.parametrize(("text", "readings"), [("1,234", "1.234 or 1234"), ("1.234", "1234 or 1.234")])
def test_a_mark_in_doubt_is_refused_with_both_readings(text, readings):
    values, stated = read(text, "2" + text)
    assert np.isnan(values).all()
    assert stated["amounts-ambiguous"].severity == "error"
    assert readings in stated["amounts-ambiguous"].what
    assert "decimal_mark" in stated["amounts-ambiguous"].fix


@pytest.mark.parametrize(("mark", "number"), [("point", 1234), ("comma", 1.234)])
def test_the_setting_decides_a_mark_in_doubt(mark, number):
    assert read("1,234", decimal_mark=mark)[0] == [number]


@pytest.mark.parametrize(
    ("clear", "number"), [("12.50", 1234), ("12,50", 1.234), ("1,234,567", 1234), ("0,5", 1.234)]
)
def test_one_clear_amount_decides_for_the_column(clear, number):
    assert read("1,234", clear)[0][0] == number


def test_a_column_with_both_marks_is_refused():
    _, stated = read("12.50", "13.50", "12,50")
    assert stated["amounts-mixed-marks"].severity == "error"
    assert stated["amounts-mixed-marks"].rows.tolist() == [2]
    values, stated = read("12.50", "12,50", decimal_mark="point")
    assert values[0] == 12.5
    assert stated["number-unreadable"].rows.tolist() == [1]


def test_two_currencies_are_refused_with_their_counts():
    _, stated = read("\u20ac5", "EUR 6", "$7")
    assert stated["currency-mixed"].severity == "error"
    assert "$ (1) and EUR (2)" in stated["currency-mixed"].what
    assert stated["currency-mixed"].rows.tolist() == [2]


def test_a_sign_and_its_code_are_one_currency():
    parsed = amounts.read(column("$5", "USD 6"), LABEL)
    assert parsed.currencies == ("USD",)


def test_dates_and_true_are_no_amounts():
    values, stated = read(pd.Timestamp("2026-01-31"), True, 5.0)
    assert values[2] == 5
    assert stated["number-unreadable"].rows.tolist() == [0, 1]


def test_fractions_are_told_where_whole_numbers_are_due():
    values, stated = read(2.5, 3, whole=True)
    assert math.isnan(values[0])
    assert stated["number-not-whole"].rows.tolist() == [0]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("35 %", 0.5, 1), [0.35, 0.5, 1]),
        ((35, 100, 0), [0.35, 1, 0]),
        (("35", "12,5"), [0.35, 0.125]),
        ((0.35, 1), [0.35, 1]),
        ((0, 1), [0, 1]),
        (("35 %", 50), [0.35, 0.5]),
        ((0.5, 2.5), [0.5, 2.5]),
        (("250 %",), [2.5]),
    ],
)
def test_shares_are_decided_for_the_column(values, expected):
    found, stated = shares(*values)
    assert found == expected
    assert "shares-mixed" not in stated


def test_fractions_beside_percentages_are_refused():
    _, stated = shares(0.35, 35)
    assert stated["shares-mixed"].severity == "error"
    assert "0.35 and 35" in stated["shares-mixed"].what


@pytest.mark.parametrize(
    ("word", "code"), [("\u20ac", "EUR"), ("usd", "USD"), ("Rs.", "INR"), ("pcs", ""), ("", "")]
)
def test_words_beside_amounts(word, code):
    assert code_of(word) == code


def test_a_shared_sign_joins_only_one_currency():
    assert different(["$", "USD", "", "USD"]) == ("USD",)
    assert len(different(["kr", "SEK", "NOK"])) == 3


STYLES = {
    "point": lambda number: f"{number:,.2f}",
    "comma": lambda number: f"{number:,.2f}".translate(str.maketrans(",.", ".,")),
    "dollar": lambda number: f"${number:,.2f}" if number >= 0 else f"(${-number:,.2f})",
    "behind": lambda number: f"{abs(number):.2f}{'-' if number < 0 else ''}",
    "swiss": lambda number: f"CHF {number:,.2f}".replace(",", "'"),
}


@given(
    st.lists(st.decimals(-(10**9), 10**9, places=2).map(lambda number: number + 0), min_size=1, max_size=30),
    st.sampled_from(sorted(STYLES)),
)
def test_every_amount_survives_every_way_of_writing_it(numbers, style):
    found, stated = read(*[STYLES[style](number) for number in numbers])
    assert found == [float(number) for number in numbers]
    assert not any(finding.severity == "error" for finding in stated.values())


@given(
    st.lists(
        st.one_of(st.text(max_size=12), st.floats(), st.none(), st.booleans(), st.integers()), max_size=20
    )
)
def test_nothing_in_a_cell_stops_the_reader(values):
    assert len(amounts.read(column(*values), LABEL).cells) == len(values)
    assert len(amounts.read_shares(column(*values), LABEL).cells) == len(values)
