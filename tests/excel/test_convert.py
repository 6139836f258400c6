"""Cells become Python, and results become cells: what is read, what is refused, and in which form each host gets it."""

from __future__ import annotations

import datetime as dt
import json
import math
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winback_xl.errors import NotEnoughError, OutOfRangeError, UsageError, WinbackError
from winback_xl.excel.formulas import argument_cells, cell_amounts, cell_days, convert, hosts, ranges
from winback_xl.excel.formulas.argument_cells import CellError, ErrorInCellError
from winback_xl.excel.formulas.catalogue import FORMULAS
from winback_xl.inputs import load
from winback_xl.schema.columns import CUSTOMERS, INCIDENTS, ORDERS
from winback_xl.settings import Settings


class JsNull:
    """What Pyodide makes of JavaScript's null."""

    def __repr__(self):
        return "JsNull"  # an address in a test's name would differ from process to process


class Zoned(dt.datetime):
    """A time as pywin32 has it: a class of its own, with a zone."""


DAY = dt.date(2026, 1, 31)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (None, None), ("", None), ("  ", None), (float("nan"), None), (pd.NaT, None), (pd.NA, None),
        (np.datetime64("NaT"), None), (JsNull(), None), (-2147352572, None), (np.float64("nan"), None),
        (5, 5), (5.5, 5.5), (np.int64(5), 5), (np.float32(0.5), 0.5), (Decimal("1.25"), 1.25), (True, True),
        (np.bool_(False), False), (" a ", "a"), (np.str_("a"), "a"),
        (DAY, DAY), (pd.Timestamp("2026-01-31 23:59").to_pydatetime(), DAY), (pd.Timestamp("2026-01-31 12:00"), DAY),
        (np.datetime64("2026-01-31T12"), DAY), (Zoned(2026, 1, 31, 1, tzinfo=dt.timezone(dt.timedelta(hours=9))), DAY),
        ("#N/A", CellError("#N/A")), (-2146826246, CellError("#N/A")), (-2146826281, CellError("#DIV/0!")),
        ({"type": "Error", "basicValue": "#REF!"}, CellError("#REF!")),
        ({"type": "Error", "errorType": "Num", "basicType": "Error"}, CellError("#NUM!")),
        ({"type": "Error", "basicValue": "#SPILL!"}, CellError("#VALUE!")),
        ({"type": "FormattedNumber", "basicValue": 46053, "numberFormat": "d/m/yyyy"}, 46053),
        ({"type": "String", "basicValue": ""}, None),
    ],
    ids=repr,
)  # fmt: skip
def test_plain_knows_what_hosts_hand_over(cell, expected):
    found = argument_cells.plain(cell)
    assert found == expected
    assert type(found) is type(expected)


def test_plain_refuses_what_no_cell_holds():
    with pytest.raises(UsageError, match="A set is nothing"):
        argument_cells.plain({1, 2})


def test_true_and_one_are_different_cells_though_python_has_them_equal():
    assert argument_cells.words([1, True, 1.0, "1", np.bool_(True)], "id") == ["1", "TRUE", "1", "1", "TRUE"]
    with pytest.raises(UsageError, match="row 2 is TRUE"):
        cell_amounts.numbers([1, True], "loss")


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("-12.5", -12.5), ("1e3", 1000), (".5", 0.5), ("1,234.50", 1234.5), ("1.234,50", 1234.5), ("12,5", 12.5),
     ("1,234,567", 1234567), ("1.234.567", 1234567), ("0.194", 0.194), ("1234.567", 1234.567), ("19,4 %", 0.194), ("50%", 0.5)],
)  # fmt: skip
def test_a_number_stored_as_text_is_read_where_it_can_mean_one_thing(text, number):
    assert cell_amounts.numbers([text], "fault", percent=True)[0] == pytest.approx(number, rel=1e-15)


@pytest.mark.parametrize(
    "text", ["1,234", "1.234", "-999,000", "abc", "1,23,4.5", "--5", "1.2.3", "%", "7 %"]
)
def test_a_text_that_may_mean_two_numbers_or_none_is_refused(text):
    with pytest.raises(UsageError, match="The loss is"):
        cell_amounts.numbers([text], "loss")


@pytest.mark.parametrize("large", [math.inf, -math.inf, 1e300, "1e300"])
def test_what_no_amount_can_be_is_out_of_range(large):
    with pytest.raises(OutOfRangeError, match="row 2 is too large"):
        cell_amounts.numbers([1.0, large], "loss")


def test_shares_are_percentages_when_one_of_them_must_be():
    assert cell_amounts.shares([0.35, 1, None], "share").tolist()[:2] == [0.35, 1]
    assert cell_amounts.shares([35, 0, "35%", None], "share").tolist()[:3] == [0.35, 0, 0.35]
    with pytest.raises(UsageError, match="mixes"):
        cell_amounts.shares([0.35, 35], "share")


def test_days_of_the_1904_system_count_from_1904():
    day = cell_days.days([44591.0], "day", date_system=1904)
    assert day.astype("datetime64[D]").tolist() == [DAY]
    assert cell_days.days([DAY], "day", date_system=1904).astype("datetime64[D]").tolist() == [DAY]
    frame = pd.DataFrame({"Due": [pd.Timestamp(DAY)]})
    assert convert.result(frame, hosts.CALC, 1904) == [["Due"], [44591.0]]


@given(st.dates(dt.date(1950, 1, 1), dt.date(2100, 12, 31)))
def test_a_day_comes_back_in_every_form(day):
    serial = float((day - dt.date(1899, 12, 30)).days)
    spelt = int(day.strftime("%Y%m%d"))
    for form in (
        day,
        serial,
        serial + 0.99,
        spelt,
        float(spelt),
        str(spelt),
        day.isoformat(),
        f"{day} 13:45",
        day.strftime("%Y/%m/%d"),
    ):
        assert cell_days.days([form], "day").astype("datetime64[D]").tolist() == [day], form
    assert convert.result(day, hosts.CALC) == serial


TEXTS = st.sampled_from(
    ["2026-01-31", "31.01.2026", "31/01/2026", "1/2/2026", "20260131", "46053", "x", "", "1,234", "1,234.5", "12,5", "7 %",
     "0.5", "5", "-3", "2026-13-01", "00123", "C1"]
)  # fmt: skip
CELLS = st.one_of(
    TEXTS, st.none(), st.integers(-10, 60_000), st.floats(0, 60_000).map(lambda x: round(x, 2)), st.just(DAY)
)


@given(
    st.lists(st.tuples(st.sampled_from([1, 2.0, "00123", "C1"]), st.just(DAY), CELLS), min_size=1, max_size=5)
)
def test_amounts_read_here_are_those_that_are_read_from_files(rows):
    """What the formulas refuse, files may set aside; what they take is the same."""
    head = ["Customer ID", "Order date", "Order value"]
    try:
        found = ranges.table([head, *map(list, rows)], ORDERS, "orders", 1900)
    except WinbackError:
        return
    frame = pd.DataFrame(rows, columns=head, dtype=object)
    expected = load.from_frame(frame, ORDERS, settings=Settings()).frame
    assert found["customer_id"].tolist() == expected["customer_id"].tolist()
    np.testing.assert_allclose(
        found["order_value"].to_numpy(), expected["order_value"].to_numpy(), rtol=1e-15
    )


@given(st.lists(CELLS, min_size=1, max_size=5))
def test_dates_read_here_are_those_that_are_read_from_files(dates):
    head = ["Customer ID", "Order date"]
    rows = [["C1", date] for date in dates]
    try:
        found = ranges.table([head, *rows], ORDERS, "orders", 1900)
    except WinbackError:
        return
    expected = load.from_frame(
        pd.DataFrame(rows, columns=head, dtype=object), ORDERS, settings=Settings()
    ).frame
    assert found["order_date"].tolist() == expected["order_date"].tolist()


@pytest.mark.parametrize(
    "value",
    [[["C1", DAY, 5]], (("C1", DAY, 5),), [("C1", DAY, 5), (None, None, None)], np.array([["C1", DAY, 5]], dtype=object),
     [["C1", DAY, 5], [None], []], [["Customer ID", "Date", "Total"], ["C1", DAY, 5]],
     pd.DataFrame({"Customer ID": ["C1"], "Date": [pd.Timestamp(DAY)], "Total": [5]})],
    ids=["list", "tuple", "blank row", "array", "jagged", "headings", "frame"],
)  # fmt: skip
def test_a_table_may_come_in_any_shape(value):
    frame = ranges.table(value, ORDERS, "orders", 1900)
    assert frame["customer_id"].tolist() == ["C1"]
    assert frame["order_date"].tolist() == [pd.Timestamp(DAY)]
    assert frame["order_value"].tolist() == [5.0]


def test_whole_columns_lose_their_blank_rows_and_messages_keep_the_rows_of_the_sheet():
    rows = [
        ["Customer ID", "Date"],
        [None, None],
        ["C1", DAY],
        [" ", ""],
        ["C2", "soon"],
        *[[None, None]] * 100_000,
    ]
    with pytest.raises(UsageError, match=r"row 5: 1 cell of Order date \('Date'\) holds no date \('soon'\)"):
        ranges.table(rows, ORDERS, "orders", 1900)


def test_texts_of_tables_are_kept_and_errors_in_them_passed_on():
    rows = [["Customer ID", "Date", "Kind"], ["C1", DAY, "Credit note"], ["C1", DAY, None]]
    assert ranges.table(rows, ORDERS, "orders", 1900)["kind"].tolist() == ["Credit note", ""]
    rows[2][2] = "#N/A"
    with pytest.raises(ErrorInCellError) as caught:
        ranges.table(rows, ORDERS, "orders", 1900)
    assert caught.value.excel_error == "#N/A"


def test_an_early_delivery_is_no_mistake_in_incidents_but_a_negative_loss_is():
    rows = [["Customer ID", "Date", "Days late", "Rework"], ["C1", DAY, -2, 5]]
    assert ranges.table(rows, INCIDENTS, "incidents", 1900)["days_late"].tolist() == [-2.0]
    rows[1][3] = -5
    with pytest.raises(OutOfRangeError, match="Rework in row 2 of the incidents is -5"):
        ranges.table(rows, INCIDENTS, "incidents", 1900)


def test_yes_and_no_of_customers_are_words_for_the_core():
    rows = [["Customer ID", "Knows why they buy"], [1, True], [2, "n"], [3, None]]
    assert ranges.table(rows, CUSTOMERS, "customers", 1900)["knows_why"].tolist() == ["Yes", "No", ""]


def test_an_empty_range_has_nothing_to_give():
    for value in (None, [], [[]], [[None, ""]], pd.DataFrame()):
        with pytest.raises(NotEnoughError):
            ranges.table(value, ORDERS, "orders", 1900)


def test_too_many_arguments_are_refused_with_the_usage():
    with pytest.raises(UsageError, match=r"WINBACK_FORM\(failure_type\)"):
        convert.arguments(FORMULAS["WINBACK_FORM"], ("a", "b"))


HOSTS = (hosts.PLAIN, hosts.CALC, hosts.CLASSIC, hosts.SERVER, hosts.LITE)


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_results_hold_no_numpy_value_and_no_nan(host):
    frame = pd.DataFrame(
        {
            "Text": pd.Series(["a", None], dtype="str"),
            "Number": [1.5, np.nan],
            "Count": [1, 2],
            "Day": pd.to_datetime(["2026-01-31", None]),
            "Mixed": pd.Series([np.int64(3), np.bool_(True)], dtype=object),
        }
    )
    dates = {"date": DAY, "serial": 46053.0, "com": dt.datetime(2026, 1, 31, tzinfo=dt.UTC)}
    day = dates.get(host.dates) or {
        "type": "FormattedNumber",
        "basicValue": 46053.0,
        "numberFormat": "yyyy-mm-dd",
    }
    blank = host.blank
    expected = [list(frame.columns), ["a", 1.5, 1, day, 3], [blank, blank, 2, blank, True]]
    found = convert.result(frame, host)
    assert found == expected
    assert {type(cell) for row in found for cell in row} <= {
        str,
        float,
        int,
        bool,
        dt.date,
        dt.datetime,
        dict,
        type(None),
    }
    json.dumps(found, allow_nan=False, default=str)


def test_excel_gets_an_empty_text_for_a_blank_because_it_shows_nothing_as_zero():
    assert all((host.blank == "") == (host is not hosts.PLAIN) for host in HOSTS)


def test_texts_are_cut_at_what_a_cell_holds():
    assert len(convert.result("x" * 40_000)) == len(convert.result(["x" * 40_000])[0][0]) == 32_767


def test_lists_and_arrays_are_columns():
    assert convert.result(["a", ""], hosts.CALC) == [["a"], [""]]
    assert convert.result(np.array([1.0, np.nan])) == [[1.0], [None]]
    assert convert.result(np.float64(2)) == 2.0
    assert type(convert.result(np.float64(2))) is float


@pytest.mark.parametrize(
    ("error", "number", "kind"),
    [(UsageError("a\nb", "c"), 2015, "Value"), (NotEnoughError("a\nb", "c"), 2042, "NotAvailable"),
     (OutOfRangeError("a\nb", "c"), 2036, "Num"), (ErrorInCellError("a\nb", "c", "#DIV/0!"), 2007, "Div0")],
)  # fmt: skip
def test_errors_have_a_number_for_vba_and_a_type_for_office(error, number, kind):
    assert convert.tagged(error) == f"#WINBACK!{number}|a b c"
    assert convert.error_value(error) == [[{"type": "Error", "errorType": kind}]]
