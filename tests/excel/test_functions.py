"""Every formula, called as plain Python: what it gives, what it refuses, and that it needs no other host."""

from __future__ import annotations

import datetime as dt
import importlib
import inspect
import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import winback_xl as wb
from tests.bench.formulas import orders_block
from tests.excel.cases import CASES, MARCH, ORDERS, Case, Err, picked, same
from winback_xl.errors import WinbackError
from winback_xl.excel.formulas import functions, runtime
from winback_xl.excel.formulas.argument_cells import ERROR_NUMBERS
from winback_xl.excel.formulas.catalogue import FORMULAS
from winback_xl.excel.formulas.described_formulas import HELP_LENGTH

ROOT = Path(__file__).resolve().parents[2]


def as_python(cell):
    """Return a cell as plain Python callers give it."""
    if isinstance(cell, list):
        return [as_python(one) for one in cell]
    return cell.text if isinstance(cell, Err) else cell


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_formula_gives(case: Case):
    function = getattr(functions, case.formula)
    given = tuple(as_python(one) for one in case.arguments)
    if isinstance(case.gives, Err):
        with pytest.raises(WinbackError) as caught:
            function(*given)
        assert caught.value.excel_error == case.gives.text
        assert case.gives.says in str(caught.value)
        return
    found = function(*given)
    assert same(picked(found, case.headings) if case.headings else found, case.gives), found


def test_there_are_two_hundred_cases_and_each_has_a_name_of_its_own():
    assert len(CASES) >= 200
    assert len({case.name for case in CASES}) == len(CASES)


def test_every_formula_but_the_version_has_cases_with_answers_and_with_errors():
    fails = {case.formula for case in CASES if isinstance(case.gives, Err)}
    works = {case.formula for case in CASES if not isinstance(case.gives, Err)}
    assert fails == works == set(FORMULAS) - {"WINBACK_VERSION"}


def test_functions_are_those_of_the_catalogue_with_the_same_arguments():
    found = {name for name in vars(functions) if name.startswith("WINBACK_")}
    assert found == set(FORMULAS)
    for name, about in FORMULAS.items():
        parameters = inspect.signature(getattr(functions, name)).parameters
        assert list(parameters) == [one.name for one in about.arguments]
        for one in about.arguments:
            assert (parameters[one.name].default is None) == one.optional, (name, one.name)
            assert parameters[one.name].annotation is inspect.Parameter.empty, "xlwings would convert by it"


def test_help_fits_into_excels_wizard_and_ends_like_a_sentence():
    for about in FORMULAS.values():
        for text in (about.gives, *(one.help for one in about.arguments)):
            assert len(text) <= HELP_LENGTH
            assert text.endswith(".")
        assert about.example.startswith(f"={about.name}(")


def test_names_are_no_cell_references_and_optional_arguments_come_last():
    for about in FORMULAS.values():
        assert about.name.isupper()
        assert about.name.startswith("WINBACK_")
        flags = [one.optional for one in about.arguments]
        assert flags == sorted(flags)


def test_plain_callers_may_name_arguments_and_pass_series_arrays_and_frames():
    days = pd.date_range("2025-01-15", periods=10, freq="30D")
    assert functions.WINBACK_CADENCE(order_dates=days) == 30.0
    assert functions.WINBACK_CADENCE(days.to_numpy()) == 30.0
    assert functions.WINBACK_STATUS(pd.Series(days), as_of=pd.Timestamp("2025-12-20")) == "At risk"
    ledger = pd.DataFrame(ORDERS[1:], columns=ORDERS[0])
    assert functions.WINBACK_RFM(ledger, MARCH) == functions.WINBACK_RFM(ORDERS, MARCH)
    assert functions.WINBACK_LOSS(np.array([1.5, 2.0]), rework=1) == [[2.5], [3.0]]


def test_version_names_package_xlwings_and_host():
    text = functions.WINBACK_VERSION()
    assert text.startswith(f"winback_xl {wb.__version__}, xlwings ")
    assert text.endswith("plain Python")


def test_segment_gives_what_the_programs_way_gives():
    rng = np.random.default_rng(7)
    n = 3_000
    ledger = pd.DataFrame(
        {
            "Customer ID": rng.integers(1, 200, n),
            "Order date": np.datetime64("2023-01-01", "s")
            + rng.integers(0, 1_200, n).astype("timedelta64[D]"),
            "Order value": rng.gamma(2, 300, n).round(2) * np.where(rng.random(n) < 0.03, -1, 1),
        }
    )
    customers = pd.DataFrame(
        {
            "Customer ID": range(1, 200),
            "NPS": rng.integers(0, 11, 199),
            "Share of wallet": rng.integers(1, 101, 199),
        }
    )
    incidents = pd.DataFrame(
        {"Customer ID": [1, 2, 3], "Date": pd.Timestamp("2025-05-05"), "Direct loss": [100, 2_000, None]}
    )
    given = {"as_of": "2026-06-01", "customers": customers, "incidents": incidents}
    expected = wb.segment(ledger, **given)
    rows = functions.WINBACK_SEGMENT(ledger, **given)
    found = pd.DataFrame(rows[1:], columns=expected.columns)
    for name in ("last_order", "next_order"):
        found[name] = pd.to_datetime(found[name]).astype(expected[name].dtype)
    blank = expected.astype(object).where(expected.notna() & (expected != ""), None)
    pd.testing.assert_frame_equal(found.astype(object).where(found.notna(), None), blank, check_dtype=False)


def test_expected_orders_say_when_they_come_from_the_model():
    """400 made-up customers, some of whom stop, from the first order on: MBG/NBD is clearly likelier."""
    rng = np.random.default_rng(3)
    rows = []
    for who in range(400):
        day, pace = 44_000 + rng.integers(0, 500), rng.gamma(2, 20)
        while day < 45_500:
            rows.append([f"C{who}", float(day), 100.0])
            day += 1 + rng.exponential(pace)
            if rng.random() < 0.15:
                break
    found = functions.WINBACK_EXPECTED_ORDERS(rows, 45_500, 365)
    assert {row[2] for row in found[1:]} == {"MBG/NBD"}
    segments = functions.WINBACK_SEGMENT(rows, 45_500)
    at = segments[0].index("Expected order days 12 m")
    assert [row[1] for row in found[1:]] == [row[at] for row in segments[1:]]


@pytest.mark.data
def test_published_rfm_scores_come_out_of_the_formula(data_dir):
    ledger = pd.read_csv(data_dir / "rfm_r" / "rfm_data_orders.csv")
    rows = functions.WINBACK_RFM(ledger, "2006-12-31")
    scores = {row[0]: row[4] for row in rows}
    published = {
        "Abbey O'Reilly": "343",
        "Add Senger": "412",
        "Aden Lesch": "323",
        "Aden Murphy": "544",
    }
    assert {name: scores[name] for name in published} == published


def test_a_block_with_the_rest_of_its_column_gives_a_row_a_customer():
    """Whole columns come with thousands of blank rows; a call takes them as they are (timed in tests/bench)."""
    rows = orders_block(5_000, 1_000)
    found = functions.WINBACK_SEGMENT(rows, 46_250.0)
    assert len(found) == len({row[0] for row in rows[1:] if row[0]}) + 1


BLOCKED = """
import json, sys
for name in ("fastexcel", "pyarrow", "openpyxl", "xlsxwriter", "xlwings"):
    sys.modules[name] = None
sys.path.insert(0, ".")
from tests.excel.test_functions import answers
from winback_xl.excel.formulas import functions
found = answers()
found.append(functions.WINBACK_VERSION())
print(json.dumps(found, default=str))
"""


def answers():
    """Return what every case without orders gives, as JSON can hold it; orders are read as files are, by pyarrow."""
    found = []
    for case in (
        case for case in CASES if all(one.kind != "orders" for one in FORMULAS[case.formula].arguments)
    ):
        try:
            found.append(getattr(functions, case.formula)(*(as_python(one) for one in case.arguments)))
        except WinbackError as error:
            found.append([error.excel_error, str(error)])
    return found


def test_formulas_of_single_cells_need_none_of_the_modules_that_a_browser_takes_long_to_load():
    """Not xlwings either: then they are plain Python."""
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    *found, version = json.loads(done.stdout)
    assert found == json.loads(json.dumps(answers(), default=str))
    assert "no xlwings" in version


POOL = [
    None, "", 0, 1, -1, 0.5, 2.5, 1e308, -1e308, 1e15, "a", "Yes", "no", "5%", "1,234", "2026-01-31", dt.date(2026, 1, 31),
    46_000, 20260131, True, False, "#N/A", "Lapsed", "Loyal Customer", "rejected", "x" * 40_000, "=1+1", math.nan, math.inf,
    [], [[]], [[None]], [[1], [2]], [[1, 2], [3, 4]], [["Customer ID", "Order date"], ["a", 46_000]],
    [["Customer ID", "Order date", "Order value"], ["a", 46_000, 5], ["b", 45_000, -7], ["b", 45_100, 0]],
    [["a", 46_000, 5], ["b", 45_000, 7]], [["Customer ID", "NPS"], ["a", 5]], [["Customer ID", "Date"], ["a", 46_000]],
    {"type": "Error", "basicValue": "#CALC!"}, [46_000, 46_010, 46_050], ["Loyal Customer", "Habitual Buyer"], object(),
]  # fmt: skip


@given(st.data())
def test_whatever_stands_in_the_cells_a_formula_answers_or_says_what_is_wrong(data):
    about = FORMULAS[data.draw(st.sampled_from(sorted(FORMULAS)))]
    fewest = sum(not one.optional for one in about.arguments)
    values = st.lists(st.sampled_from(POOL), min_size=fewest, max_size=len(about.arguments))
    try:
        found = getattr(functions, about.name)(*data.draw(values))
    except WinbackError as error:
        found = error.excel_error
    cells = [cell for row in found for cell in row] if isinstance(found, list) else [found]
    assert all(math.isfinite(cell) for cell in cells if isinstance(cell, float))
    assert all(cell in ERROR_NUMBERS for cell in cells if isinstance(cell, str) and cell.startswith("#"))


def test_a_call_of_the_wrong_length_is_a_type_error_in_python():
    with pytest.raises(TypeError):
        functions.WINBACK_ODDS()
    with pytest.raises(TypeError):
        functions.WINBACK_VERSION(1)


def test_docstrings_hold_the_help():
    text = inspect.getdoc(functions.WINBACK_STATUS)
    assert FORMULAS["WINBACK_STATUS"].gives in text
    assert "fixed_days : one, optional" in text


def test_dates_go_out_as_dates():
    rows = functions.WINBACK_SEGMENT(ORDERS, MARCH)
    assert rows[1][rows[0].index("Last order")] == dt.date(2026, 3, 5)


def test_importing_the_formulas_twice_changes_nothing():
    again = importlib.reload(functions)
    assert again.WINBACK_LOSS(1) == 1.0
    assert runtime.HOST.name == "plain Python"
