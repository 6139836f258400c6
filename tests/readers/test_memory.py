"""A DataFrame becomes the same raw cells that a file would give."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from winback_xl.inputs.kinds.words import as_texts
from winback_xl.readers.grid import Cell
from winback_xl.readers.memory import to_grid

BERLIN = dt.timezone(dt.timedelta(hours=1))


@pytest.mark.parametrize(
    ("series", "kinds", "texts"),
    [
        (pd.Series([1.0, None]), [Cell.NUMBER, Cell.BLANK], ["1", ""]),
        (pd.array([1, None], "Int64"), [Cell.NUMBER, Cell.BLANK], ["1", ""]),
        (pd.Series(["x", None], dtype="str"), [Cell.TEXT, Cell.BLANK], ["x", ""]),
        (pd.Series(["x", 5, 1.5, None, True], dtype=object), [Cell.TEXT, Cell.NUMBER, Cell.NUMBER, Cell.BLANK, Cell.BOOL], ["x", "5", "1.5", "", "TRUE"]),
        (pd.Categorical(["u", None, "u"]), [Cell.TEXT, Cell.BLANK, Cell.TEXT], ["u", "", "u"]),
        (pd.Categorical([5, 6]), [Cell.NUMBER] * 2, ["5", "6"]),
        (pd.array([True, None], "boolean"), [Cell.BOOL, Cell.BLANK], ["TRUE", ""]),
        (np.array([2**60, 1]), [Cell.TEXT] * 2, ["1152921504606846976", "1"]),
        (np.array([np.inf, 1.0]), [Cell.ERROR, Cell.NUMBER], ["inf", "1"]),
        (pd.Series([Decimal("1.5"), Decimal("NaN")], dtype=object), [Cell.NUMBER, Cell.BLANK], ["1.5", ""]),
        (pd.to_datetime(pd.Series(["2026-01-31", None])), [Cell.DATE, Cell.BLANK], ["2026-01-31", ""]),
        (pd.Series([pd.Timestamp("2026-01-31 23:30", tz=BERLIN)]), [Cell.DATE], ["2026-01-31T23:30:00"]),
        (pd.Series([dt.datetime(2026, 1, 31, 23, 30, tzinfo=BERLIN), dt.date(2026, 2, 1), pd.NaT], dtype=object), [Cell.DATE, Cell.DATE, Cell.BLANK], ["2026-01-31T23:30:00", "2026-02-01T00:00:00", ""]),
        (pd.period_range("2026-01", periods=2, freq="M"), [Cell.DATE] * 2, ["2026-01-01", "2026-02-01"]),
    ],
)  # fmt: skip
def test_every_dtype_keeps_its_values(series, kinds, texts):
    column = to_grid(pd.DataFrame({"x": series})).columns[0]
    assert column.kinds.tolist() == kinds
    assert as_texts(column).to_pylist() == texts


def test_a_named_index_becomes_a_column():
    frame = (
        pd.DataFrame({"customer_id": ["A", "A", "B"], "order_value": [1, 2, 3]}).groupby("customer_id").sum()
    )
    assert to_grid(frame).headings == ["customer_id", "order_value"]


def test_rows_are_named_by_position_from_zero():
    grid = to_grid(pd.DataFrame({"x": [1, 2]}, index=[7, 9]))
    assert (grid.headings, grid.cell(1), grid.file) == (["x"], "row 1", "DataFrame")


def test_headings_that_are_no_text_are_written():
    assert to_grid(pd.DataFrame([[1, 2]])).headings == ["0", "1"]


def test_numbers_of_every_type_in_one_column_are_numbers():
    values = [np.int16(3), np.float32(0.5), Decimal("1.25"), 7, np.bool_(True), uuid.UUID(int=5)]
    column = to_grid(pd.DataFrame({"Amount": pd.Series(values, dtype=object)})).columns[0]
    assert column.numbers.tolist()[:5] == [3.0, 0.5, 1.25, 7.0, 1.0]
    assert column.kinds.tolist() == [Cell.NUMBER] * 4 + [Cell.BOOL, Cell.TEXT]
    assert column.strings()[5].as_py() == str(uuid.UUID(int=5))
