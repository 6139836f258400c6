"""Every engine gives what the core gives for the whole ledger in memory, to the last bit."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

import winback_xl as wb
from tests.workflows.large.ledgers import incidents, messy
from winback_xl.core.incidents import loss
from winback_xl.core.orders import customer_history
from winback_xl.inputs.answers import RowAnswers
from winback_xl.schema.columns import SEGMENTS
from winback_xl.settings import Settings
from winback_xl.workflows import reading
from winback_xl.workflows.large import engines, large_plan, merged, whole_ledger
from winback_xl.workflows.large.work_folder import WorkFolder

AS_OF = "2026-04-01"
PARTS = 5


def whole(table: pa.Table, settings: Settings, hurt: pd.DataFrame | None):
    """Read the ledger in memory, and summarise it."""
    tables = reading.read(table.to_pandas(), incidents=hurt, as_of=AS_OF, settings=settings)
    on_file = loss.with_losses(tables.incidents.frame if tables.incidents else None, settings)
    return tables, customer_history.summarise(tables.ledger, settings=settings, incidents=on_file)


def in_parts(
    given: object, engine: engines.Engine, folder: Path, settings: Settings, hurt: pd.DataFrame | None
):
    """Summarise the same ledger in parts."""
    work = WorkFolder(folder)
    files = engine.open(given, "")
    job = large_plan._split(engine, files, PARTS, RowAnswers().answers({}), settings, work, str)
    tables = reading.read(messy().to_pandas(), incidents=hurt, as_of=AS_OF, settings=settings)
    on_file = loss.with_losses(tables.incidents.frame if tables.incidents else None, settings)
    first, _ = whole_ledger.first_guess(work.look(), job)
    job = replace(job, as_of=pd.Timestamp(AS_OF), verdicts=first, incidents=on_file)
    return whole_ledger.worked(engine, job, work, given=True, progress=str)[1]


def assert_same(expected: pd.DataFrame, found: merged.Merged) -> None:
    got = pd.concat([one.frame() for one in found.slices()], ignore_index=True)
    for name in expected:
        left, right = expected[name], got[name]
        same = (left == right) | (left.isna() & right.isna())
        assert same.all(), name
    assert len(expected) == len(got)
    for name, value in expected.attrs.items():
        assert value == found.attrs[name] or (np.isnan(value) and np.isnan(found.attrs[name])), name


@pytest.mark.parametrize("values", ["some", "none", "shares", "one margin in money"])
@pytest.mark.parametrize("engine", ["parts", "duckdb"])
def test_history_in_parts_is_the_history_of_the_whole_ledger(tmp_path, values, engine):
    if engine == "duckdb":
        pytest.importorskip("duckdb")
    table, settings = messy(values=values), Settings()
    pq.write_table(table, tmp_path / "orders.parquet", row_group_size=700)
    tables, expected = whole(table, settings, incidents())
    found = in_parts(
        tmp_path / "orders.parquet", engines.chosen("", engine, 1), tmp_path / "work", settings, incidents()
    )
    assert_same(expected, found)
    assert found.revenue == pytest.approx(tables.ledger.revenue, rel=1e-12, nan_ok=True)
    assert found.used(1).sum() == tables.orders.rows_used
    assert sum(one["set_aside"] for one in found.about) == len(tables.orders.set_aside)
    assert {issue.code for issue in found.issues()} >= {issue.code for issue in tables.orders.issues} - {
        "order-id-repeated"
    }


@pytest.mark.parametrize("values", ["some", "one margin in money"])
def test_spark_gives_the_same(tmp_path, values):
    pytest.importorskip("pyspark")
    from tests.workflows.large.session import session

    spark = session()
    table, settings = messy(values=values), Settings()
    _, expected = whole(table, settings, incidents())
    pq.write_table(table, tmp_path / "orders.parquet", row_group_size=700)
    frame = spark.read.parquet(str(tmp_path / "orders.parquet"))
    engine = engines.chosen(frame, "auto", 1)
    assert engine.name == "Spark"
    assert_same(expected, in_parts(frame, engine, tmp_path / "work", settings, incidents()))


def test_a_stream_of_arrow_gives_the_same(tmp_path):
    table, settings = messy(), Settings()
    _, expected = whole(table, settings, None)
    stream = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=300))
    assert_same(expected, in_parts(stream, engines.chosen("", "parts", 1), tmp_path / "work", settings, None))


def test_texts_give_the_same_as_in_memory(tmp_path):
    table, settings = messy(), Settings()
    pa_csv.write_csv(table, tmp_path / "orders.csv")
    tables = reading.read(tmp_path / "orders.csv", as_of=AS_OF, settings=settings)
    expected = customer_history.summarise(tables.ledger, settings=settings)
    found = in_parts(
        tmp_path / "orders.csv", engines.chosen("", "parts", 1), tmp_path / "work", settings, None
    )
    assert_same(expected, found)


@pytest.mark.parametrize("values", ["some", "none", "shares"])
def test_segments_of_all_customers_are_those_of_the_plan_in_memory(tmp_path, values):
    table = messy(values=values)
    pq.write_table(table, tmp_path / "orders.parquet", row_group_size=700)
    expected = wb.segment(table.to_pandas(), incidents=incidents(), as_of=AS_OF)
    found = large_plan.plan_large(
        tmp_path / "orders.parquet", None, segments=tmp_path / "all.parquet", engine="parts", workers=1,
        incidents=incidents(), as_of=AS_OF, settings=Settings(large_memory=0.5, large_accounts=100),
    )  # fmt: skip
    got = pd.read_parquet(tmp_path / "all.parquet")
    assert list(got) == SEGMENTS.names
    assert found.customers == len(expected) == len(got)
    for name in expected:
        left, right = expected[name], got[name]
        assert ((left == right) | (left.isna() & right.isna())).all(), name
    assert not (tmp_path / "all.work").exists()
