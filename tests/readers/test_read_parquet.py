"""Parquet files: typed columns, as cells of the kinds that all readers share."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.readers import made
from winback_xl.errors import FileError
from winback_xl.inputs.headings import scorer
from winback_xl.readers.grid import Cell
from winback_xl.readers.read import read, sheets
from winback_xl.schema.columns import ORDERS

DAY = dt.date(2024, 1, 31)
NOON = dt.datetime(2024, 1, 31, 12)  # noqa: DTZ001 - Parquet counts it from UTC


@pytest.fixture
def parquet(tmp_path):
    """Return a function that writes columns to a file and reads it."""

    def write(content, **options):
        pq.write_table(pa.table(content), tmp_path / "orders.parquet")
        return read(tmp_path / "orders.parquet", **options)

    return write


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        (pa.array(["00123", None, ""]), Cell.TEXT, ["00123", None, None]),
        (pa.array(["a", "b", "a"]).dictionary_encode(), Cell.TEXT, ["a", "b", "a"]),
        (pa.array(["a", None], pa.large_string()), Cell.TEXT, ["a", None]),
        (pa.array([1, None, -3], pa.int64()), Cell.NUMBER, [1.0, None, -3.0]),
        (pa.array([1, 2], pa.uint64()), Cell.NUMBER, [1.0, 2.0]),
        (pa.array([1.5, None, float("nan")]), Cell.NUMBER, [1.5, None, None]),
        (pa.array([Decimal("12.30"), None]), Cell.NUMBER, [12.3, None]),
        (pa.array([True, False, None]), Cell.BOOL, [True, False, None]),
        (pa.array([DAY, None]), Cell.DATE, [np.datetime64(DAY, "ms"), None]),
        (pa.array([DAY], pa.date64()), Cell.DATE, [np.datetime64(DAY, "ms")]),
        (pa.array([NOON], pa.timestamp("ns")), Cell.DATE, [np.datetime64(NOON, "ms")]),
        (pa.array([NOON], pa.timestamp("us", tz="Europe/Berlin")), Cell.DATE, [np.datetime64(NOON, "ms")]),
        (pa.nulls(2), Cell.BLANK, [None, None]),
        (pa.array([], pa.string()), Cell.TEXT, []),
    ],
)
def test_every_type_becomes_its_kind_of_cell(parquet, values, kind, expected):
    grid = parquet({"x": values})
    assert [row[0] for row in made.values(grid)] == expected
    assert all(Cell(code) in {kind, Cell.BLANK} for code in grid.columns[0].kinds)


@pytest.mark.parametrize("number", [2**53 + 1, -(2**60), 2**63 - 1])
def test_integers_that_a_float_cannot_hold_stay_exact_as_text(parquet, number):
    assert made.values(parquet({"id": [number, 5]})) == [(str(number),), ("5",)]


def test_unsigned_integers_beyond_the_signed_ones_stay_exact(parquet):
    assert made.values(parquet({"id": pa.array([2**64 - 1], pa.uint64())})) == [(str(2**64 - 1),)]


def test_endless_numbers_are_errors(parquet):
    grid = parquet({"value": [1.0, float("inf"), float("-inf")]})
    assert made.values(grid) == [(1.0,), (("ERROR", "inf"),), (("ERROR", "-inf"),)]


def test_a_column_of_lists_counts_as_blank_and_is_noted(parquet):
    grid = parquet({"id": ["a"], "lists": [[1, 2]], "bytes": [b"x"]})
    assert grid.headings == ["id", "lists", "bytes"]
    assert made.values(grid) == [("a", None, None)]
    assert made.codes(grid) == ["column-unreadable"] * 2


def test_rows_are_named_by_their_number_and_columns_by_choice(parquet):
    content = {"customer_id": ["a", "b"], "remark": ["x", "y"], "order_date": [DAY, DAY]}
    grid = parquet(content, score=scorer(ORDERS), columns=lambda names: [names.index("order_date")])
    assert (grid.headings, grid.cell(1, grid.columns[0]), grid.columns[0].position) == (
        ["order_date"],
        "row 2",
        2,
    )
    assert parquet(content, header=False).headings == ["#1", "#2", "#3"]


def test_what_pandas_writes_is_read_back(tmp_path):
    frame = pd.DataFrame(
        {"id": ["a", None], "day": pd.to_datetime(["2024-01-31", None]), "n": [1, 2]}, index=[5, 7]
    )
    frame.to_parquet(tmp_path / "o.parquet")
    grid = read(tmp_path / "o.parquet")
    assert made.values(grid)[0][:3] == ("a", np.datetime64(DAY, "ms"), 1.0)
    assert sheets(tmp_path / "o.parquet") == [""]


def test_several_row_groups_are_one_column(tmp_path):
    pq.write_table(
        pa.table({"id": [f"C{k}" for k in range(1000)]}), tmp_path / "o.parquet", row_group_size=100
    )
    assert read(tmp_path / "o.parquet").columns[0].strings()[-1].as_py() == "C999"


def test_a_cut_or_damaged_file_is_refused(tmp_path):
    rng = np.random.default_rng(1)
    pq.write_table(pa.table({"id": rng.normal(size=10_000)}), tmp_path / "o.parquet")
    whole = (tmp_path / "o.parquet").read_bytes()
    for content in (whole[:-100], whole[:20], whole[:4] + b"\xff" * 60_000 + whole[60_004:]):
        (tmp_path / "cut.parquet").write_bytes(content)
        with pytest.raises(FileError) as error:
            read(tmp_path / "cut.parquet")
        assert error.value.code == "file-damaged"


def test_more_cells_than_memory_are_refused(parquet, monkeypatch):
    monkeypatch.setattr("winback_xl.readers.read_parquet._MOST_CELLS", 3)
    with pytest.raises(FileError) as error:
        parquet({"a": [1, 2], "b": [1, 2]})
    assert error.value.code == "file-too-large"


@pytest.mark.data
def test_the_online_retail_ledger_keeps_its_missing_customers(data_dir):
    grid = read(data_dir / "online_retail" / "online_retail.parquet")
    customers = grid.columns[grid.headings.index("CustomerID")]
    assert (grid.rows, customers.count(Cell.BLANK)) == (541_909, 135_080)
