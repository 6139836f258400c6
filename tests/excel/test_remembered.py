"""Answers that formulas remember: the same cells give the same answer, and nothing else does."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from winback_xl.errors import WinbackError
from winback_xl.excel.formulas import functions, hosts, runtime
from winback_xl.excel.formulas.remembered import Answers, key

if TYPE_CHECKING:
    from collections.abc import Iterator

ORDERS = [["Customer ID", "Order date", "Order value"], ["a", 46_000.0, 100.0], ["a", 46_030.0, 90.0], ["b", 46_010.0, 5.0]]  # fmt: skip


@pytest.fixture(autouse=True)
def _none_remembered() -> Iterator[None]:
    runtime.ANSWERS.forget()
    yield
    runtime.ANSWERS.forget()


def test_the_same_cells_are_calculated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often a workbook with TODAY() in it is recalculated."""
    first = functions.WINBACK_RFM(ORDERS, 46_100.0)
    monkeypatch.setattr(functions, "rfm", None)
    assert functions.WINBACK_RFM([[*row] for row in ORDERS], 46_100.0) == first
    with pytest.raises(AttributeError):
        functions.WINBACK_RFM(ORDERS, 46_101.0)


def test_an_answer_that_somebody_changes_is_not_changed_for_the_next() -> None:
    """A list of rows belongs to who asked."""
    first = functions.WINBACK_RFM(ORDERS, 46_100.0)
    first[1][0] = "changed"
    second = functions.WINBACK_RFM(ORDERS, 46_100.0)
    assert second[1][0] == "a"
    second[1].clear()
    assert functions.WINBACK_RFM(ORDERS, 46_100.0)[1][0] == "a"


def test_cells_that_python_takes_for_equal_are_different_cells() -> None:
    """1, TRUE and the text 1; a customer called 1 and one called TRUE."""
    assert len({key("f", one) for one in (1, 1.0, True, "1", None, [[1.0]], [1.0])}) == 7
    for name in (1.0, True, "1"):
        orders = [["Customer ID", "Order date"], [name, 46_000.0], [name, 46_030.0]]
        assert functions.WINBACK_RFM(orders, 46_100.0)[1][0] == ("TRUE" if name is True else "1")


def test_settings_host_and_date_system_belong_to_what_is_asked() -> None:
    """The same cells mean other days in a workbook that counts from 1904, and other settings give another answer."""
    dates = [[46_000.0], [46_030.0], [46_060.0]]
    given = (dates, 46_130.0)
    assert runtime.evaluate(functions.WINBACK_STATUS, given, hosts.CALC, 1900) == "At risk"
    fixed = [["Setting", "Value"], ["lapse_mode", "fixed"], ["fixed_days", 20.0]]
    assert runtime.evaluate(functions.WINBACK_STATUS, (*given, None, fixed), hosts.CALC, 1900) == "Cold"
    due = runtime.evaluate(functions.WINBACK_NEXT_STEP, ("Listened", 46_000.0), hosts.CALC, 1900)
    later = runtime.evaluate(functions.WINBACK_NEXT_STEP, ("Listened", 46_000.0), hosts.CALC, 1904)
    assert due[0][1] == later[0][1]  # a serial number either way, and the sheet counts as it does
    plain = runtime.evaluate(functions.WINBACK_NEXT_STEP, ("Listened", 46_000.0), hosts.PLAIN, 1904)
    assert isinstance(plain[0][1], dt.date)


def test_cells_of_excel_for_windows_have_keys_too() -> None:
    """COM hands dates over as times with a zone, and currency as decimals."""
    noon = dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC)
    rows = (("a", noon, Decimal("1.50")), ("b", noon, Decimal("1.5")))
    assert key("f", rows) == key("f", tuple(rows))
    assert key("f", rows) != key("f", (rows[0], ("b", noon + dt.timedelta(days=1), Decimal("1.5"))))
    assert key("f", rows) != key("f", (rows[0], ("b", noon, Decimal("1.6"))))
    assert key("f", ((1.0, noon),)) != key("f", ((1.0,), (noon,)))
    assert key("f", object()) is None


def test_blank_rows_at_the_end_belong_to_what_is_asked() -> None:
    """A column of answers is as long as the range."""
    short, long = [["Late delivery"], [None]], [["Late delivery"], [None], [None]]
    assert (
        len(
            {
                key("f", short),
                key("f", long),
                key("f", short[:1]),
                key("f", [["Late delivery", None], [None, None]]),
            }
        )
        == 4
    )
    assert [len(functions.WINBACK_FORM(one)) for one in (short, long)] == [2, 3]


def test_arrays_and_frames_have_no_key() -> None:
    """What Python alone hands over is written with its shape and type lost, so it is calculated each time."""
    for one in (
        np.array([1, 2]),
        [np.float64(1)],
        [[np.int64(1)]],
        pd.NaT,
        [pd.Timestamp("2026-01-01")],
        {"type": "Error"},
    ):
        assert (key("f", one) is None) is (not isinstance(one, list) or not isinstance(one[0], pd.Timestamp))


def test_a_mistake_is_said_each_time() -> None:
    """It is not an answer."""
    for _ in range(2):
        with pytest.raises(WinbackError, match="neither yes nor no"):
            functions.WINBACK_LEVEL([[46_000.0]], 46_100.0, knows_why="perhaps")


def test_old_answers_make_room_for_new_ones() -> None:
    """The one that was asked for last stays."""
    answers = Answers(most_cells=4)
    answers.keep(b"a", [[1, 2]])
    answers.keep(b"b", [[3, 4]])
    assert answers.find(b"a") == [[1, 2]]
    answers.keep(b"c", 5)
    assert (answers.find(b"a"), answers.find(b"b"), answers.find(b"c")) == ([[1, 2]], None, 5)
    answers.keep(b"d", [[0] * 5])
    assert answers.find(b"d") is None
    assert answers.find(b"a") == [[1, 2]]


def test_ranges_without_cells_are_asked_for_like_others() -> None:
    """Excel hands no such range, other callers do."""
    assert len({key("WINBACK_FORM", given) for given in ([], [[]], [[None]], "")}) == 4
