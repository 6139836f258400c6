"""Formulas read the texts that files are read by, with the same result: what a file refuses, a formula refuses."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winback_xl.errors import WinbackError
from winback_xl.excel.formulas import cell_amounts, cell_days
from winback_xl.inputs.kinds import amounts, dates
from winback_xl.readers.memory import to_grid

AMOUNTS = [
    "$ (200.00)", "$(200.00)", "($200.00)", "(200.00) EUR", "$ -", "- \u20ac", "\u20ac (1.234,56)", "50.00 CR", "10.00 DR",
    "50.00 Cr.", "CR 50.00", "100,00 H", "100,00 S", "1,500/-", "10.00*", "10.00\u00b9", "'10.00", '="10.00"', "1.5K",
    "\u20ac 1,5 Mio", "100.-", "100,-- \u20ac", "CHF 100.\u2014", "$10.00 USD", "$10.00 EUR", "<200.00>", "250.00- EUR",
    "Rs. 1,500/-", "R$ 1.234,56", "-$ 5.00", "5.00 -", "(-5.00)", "-5.00 CR", "1,234", "1.234", "12,34,567.50", "1'234.50",
    "35 %", "-", "n/a", "", "abc", "12 pcs", "1 2 3", "--5", "2.50", "7", "0,125", "1.5E+05", "1.234.567", "  3.5\u00a0",
]  # fmt: skip

DATES = [
    "25. Oktober 2025", "25 octobre 2025", "25 de octubre de 2025", "1er octobre 2025", "sabato 25 ottobre 2025",
    "25 okt. 2025", "Samstag, 25. Oktober 2025, 09:05 Uhr", "Oct-25-25", "Nov-05-25", "2025\u5e7410\u670825\u65e5",
    "2025. 10. 25.", "1761383100", "1761383100000", "/Date(1761383100000)/", "/Date(1761429600000+0200)/",
    "Sat Oct 25 2025 09:05:00 GMT+0200 (Central European Summer Time)", "Sat Oct 25 09:05:00 CEST 2025", "202510", "201012",
    "2025-10", "10/2025", "Oktober 2025", "Oct-25", "'2025-10-25", '="2025-10-25"', "2025-10-25T09:05:00.000Z",
    "Oct 25, 2025 9:05:00 AM PDT", "25/10/2025 - 09:05", "10/25/2025", "03/04/2026", "04.03.2026", "20251025090500",
    "2025102509", "251025", "5 jui 2025", "3 Foo 2026", "31/12/97", "45000", "45000.5", "2026-02-30", "9999-12-31", "soon",
    "", "n/a", "-", "2025-1-5", "20260131T0826", "05-JAN-26", "2026-Mar-03", "Q1 2026", "2026", "13/13/2026", "5/5/2026",
]  # fmt: skip


def of_file(reader, values, **how):
    column = to_grid(pd.DataFrame({"x": pd.Series(values, dtype=object)})).columns[0]
    parsed = reader.read(column, "value", **how)
    refused = [one for one in parsed.findings if one.severity == "error" or one.effect == "unknown"]
    return "refused" if refused else parsed.cells


def of_formula(reader, values):
    try:
        return reader(values, "value")
    except WinbackError:
        return "refused"


def same(left, right) -> bool:
    if isinstance(left, str) or isinstance(right, str):
        return isinstance(left, str) and isinstance(right, str)
    return all(
        a == b or (pd.isna(a) and pd.isna(b)) for a, b in zip(pd.Series(left), pd.Series(right), strict=True)
    )


@pytest.mark.parametrize("text", AMOUNTS)
def test_an_amount_alone_is_the_same_number_in_a_formula(text):
    assert same(of_file(amounts, [text]), of_formula(cell_amounts.numbers, [text]))


@pytest.mark.parametrize("text", DATES)
def test_a_date_alone_is_the_same_day_in_a_formula(text):
    assert same(of_file(dates, [text]), of_formula(cell_days.days, [text]))


@given(
    st.lists(st.one_of(st.sampled_from(AMOUNTS), st.sampled_from([1.5, None, 200])), min_size=1, max_size=6)
)
def test_a_column_of_amounts_is_the_same_in_a_formula(values):
    assert same(of_file(amounts, values), of_formula(cell_amounts.numbers, values))


@given(st.lists(st.one_of(st.sampled_from(DATES), st.sampled_from([45_000, None, 202510, 1761383100])), min_size=1, max_size=5))  # fmt: skip
def test_a_column_of_dates_is_the_same_in_a_formula(values):
    assert same(of_file(dates, values), of_formula(cell_days.days, values))


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        (["100.00 DR", "50.00 CR", "20.00 DR"], [100, -50, 20]),
        (["100.00", "50.00 CR", "20.00"], [100, -50, 20]),
        (["$ 1,234.50", "$ (200.00)", "$ -"], [1234.5, -200, 0]),
        ([" 1,234.50 ", " (200.00)", " -   "], [1234.5, -200, 0]),
    ],
)
def test_amounts_as_accounting_systems_print_them(values, numbers):
    assert of_file(amounts, values).tolist() == numbers
    assert cell_amounts.numbers(values, "value").tolist() == numbers


def test_a_column_of_credits_is_asked_about():
    column = ["100.00 CR", "50.00 CR", "20.00 DR"]
    assert of_file(amounts, column) == "refused"
    assert of_file(amounts, column, credit_side="plus").tolist() == [100, 50, -20]
    assert of_file(amounts, column, credit_side="minus").tolist() == [-100, -50, 20]
    with pytest.raises(WinbackError, match="a sale or what was taken back"):
        cell_amounts.numbers(column, "value")


def test_amounts_cut_to_thousands_are_refused():
    assert of_file(amounts, ["1.5K", "2.00"]) == "refused"
    with pytest.raises(WinbackError, match="thousands"):
        cell_amounts.numbers(["1.5K"], "value")


def test_a_raised_footnote_is_no_digit():
    assert of_file(amounts, ["100\u00b2", "5.00"]).tolist() == [100, 5]


def test_months_without_a_day_are_told():
    column = to_grid(pd.DataFrame({"x": ["202510", "201012"]})).columns[0]
    found = dates.read(column, "Order date")
    assert found.cells.astype(str).tolist() == ["2025-10-01", "2010-12-01"]
    assert [one.code for one in found.findings] == ["dates-month-only"]


def test_times_since_1970_are_days_of_utc_and_told():
    found = dates.read(to_grid(pd.DataFrame({"x": [1761436799.0, 1761436800.0]})).columns[0], "Order date")
    assert found.cells.astype(str).tolist() == ["2025-10-25", "2025-10-26"]
    assert [one.code for one in found.findings] == ["dates-since-1970"]
