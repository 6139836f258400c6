"""Runs on ledgers in parts: where they come from, what they leave behind, and how they go on after a kill."""

import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.large.ledgers import messy
from winback_xl import cli, samples
from winback_xl.errors import DataError, UsageError
from winback_xl.inputs.kinds import ids
from winback_xl.readers import memory
from winback_xl.settings import Settings
from winback_xl.workflows import planning
from winback_xl.workflows.large import buckets, large_plan, merged, sources

AS_OF = "2026-04-01"
SMALL = Settings(large_memory=0.5, large_accounts=100)


def planned(ledger: object, folder: Path, **more: object) -> large_plan.LargePlan:
    given = {"engine": "parts", "workers": 1, "as_of": AS_OF, "settings": SMALL}
    return large_plan.plan_large(ledger, folder / "campaign.xlsx", **{**given, **more})


@given(st.lists(st.text(max_size=8), min_size=1, max_size=12))
def test_ids_that_the_checks_take_as_one_come_into_one_part(texts):
    frame = pd.DataFrame({"id": pd.Series(texts, dtype=object)})
    parsed = ids.read(memory.to_grid(frame).columns[0], "Customer ID")
    part = buckets.of(pa.array(texts, pa.string()), 64_000)
    for code in np.unique(parsed.codes[parsed.codes >= 0]):
        assert len(set(part[parsed.codes == code].tolist())) == 1


def test_numbers_and_texts_of_one_id_come_into_one_part():
    texts = buckets.of(pa.array(["17", "17.0", "'17", None]), 1000)
    assert len(set(texts[:3].tolist())) == 1
    assert buckets.of(pa.array([17]), 1000)[0] == buckets.of(pa.array([17.0]), 1000)[0] == texts[0]
    coded = pa.array(["a", "b", None, "a"])
    assert (buckets.of(coded.dictionary_encode(), 99) == buckets.of(coded, 99)).all()


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60), st.floats(0, 1))
def test_quantiles_of_counts_are_those_of_numpy(values, point):
    assert merged.quantile(np.bincount(values), point) == float(np.quantile(values, point))


def test_the_workbook_holds_the_accounts_with_most_at_stake_and_says_so(tmp_path):
    pq.write_table(messy(), tmp_path / "orders.parquet")
    found = planned(tmp_path / "orders.parquet", tmp_path)
    everybody = pd.read_parquet(tmp_path / "campaign segments.parquet")
    assert found.accounts == int(everybody["status"].isin(["Lapsed", "Cold"]).sum()) > 0
    assert len(found.plan.segments) == 100
    assert set(found.plan.campaign["customer_id"]) <= set(found.plan.segments["customer_id"])
    assert found.workbook.exists()
    note = next(issue for issue in found.plan.issues if issue.code == "large-ledger")
    assert f"all {len(everybody):,} customers are in campaign segments.parquet" in note.what
    (source,) = [one for one in found.plan.sources if one.table == "Orders"]
    assert source.rows_in == source.rows_used + source.rows_set_aside == len(messy())


def test_many_files_a_partitioned_folder_and_databases_give_one_result(tmp_path):
    table = messy()
    folder = tmp_path / "ledger"
    for at in range(3):
        (folder / f"part={at}").mkdir(parents=True)
        pq.write_table(table.slice(at * 1500, 1500), folder / f"part={at}" / "orders.parquet")
    with sqlite3.connect(tmp_path / "shop.sqlite") as base:
        frame = table.to_pandas()
        for name in ("Order date", "Promised date", "Shipped date"):
            frame[name] = frame[name].astype(str)
        frame.to_sql("orders", base, index=False)
    pa_csv.write_csv(table, tmp_path / "orders.csv")
    given = {
        "files": sorted(folder.rglob("*.parquet")), "folder": folder, "sqlite": tmp_path / "shop.sqlite",
        "csv": tmp_path / "orders.csv", "stream": pa.RecordBatchReader.from_batches(table.schema, table.to_batches()),
    }  # fmt: skip
    results = {}
    for name, ledger in given.items():
        (tmp_path / name).mkdir(exist_ok=True)
        large_plan.plan_large(
            ledger,
            None,
            segments=tmp_path / name / "s.csv",
            engine="parts",
            workers=1,
            as_of=AS_OF,
            settings=SMALL,
        )
        results[name] = (tmp_path / name / "s.csv").read_bytes()
    assert results["files"] == results["folder"]
    assert results["csv"] == results["stream"] == results["sqlite"]


def test_a_table_of_duckdb_is_read(tmp_path):
    duckdb = pytest.importorskip("duckdb")
    table = messy()
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as base:
        given = table  # noqa: F841 - DuckDB finds it by its name
        base.sql("CREATE TABLE orders AS SELECT * FROM given")
    pq.write_table(table, tmp_path / "orders.parquet")
    written = []
    for name in ("shop.duckdb", "orders.parquet"):
        out = tmp_path / f"{name}.csv"
        large_plan.plan_large(
            tmp_path / name, None, segments=out, engine="parts", workers=1, as_of=AS_OF, settings=SMALL
        )
        written.append(out.read_bytes())
    assert written[0] == written[1]


def test_guests_known_by_email_need_the_whole_ledger(tmp_path):
    table = messy(rows=600, customers=40)
    mails = pa.array([f"a{k % 7}@example.com" for k in range(len(table))])
    pq.write_table(table.append_column("Email", mails), tmp_path / "orders.parquet")
    with pytest.raises(DataError, match="the whole ledger must be read at once"):
        planned(tmp_path / "orders.parquet", tmp_path)


def test_files_with_other_columns_are_refused_by_name(tmp_path):
    table = messy(rows=300)
    pq.write_table(table, tmp_path / "a.parquet")
    pq.write_table(table.drop_columns(["Kind"]), tmp_path / "b.parquet")
    with pytest.raises(DataError, match=r"a\.parquet has Kind, b\.parquet has not"):
        sources.opened([tmp_path / "a.parquet", tmp_path / "b.parquet"])


def test_a_database_with_two_tables_asks_which(tmp_path):
    with sqlite3.connect(tmp_path / "shop.db") as base:
        base.execute("CREATE TABLE a (x)")
        base.execute("CREATE TABLE b (x)")
    with pytest.raises(UsageError, match="Name one with --sheet: a, b"):
        sources.opened(tmp_path / "shop.db")


def test_lines_that_do_not_fit_are_counted(tmp_path):
    (tmp_path / "o.csv").write_text(
        "Customer ID,Order date,Order value\n" + "C1,2026-01-31,5\n" * 30 + "C2,2026-01-31\n"
    )
    found = planned(tmp_path / "o.csv", tmp_path)
    issue = next(one for one in found.plan.issues if one.code == "ragged-row")
    assert issue.rows == 1


def test_the_command_takes_a_folder_and_says_where_everybody_is(tmp_path, capsys):
    (tmp_path / "ledger").mkdir()
    for at in range(2):
        pq.write_table(messy().slice(at * 2000, 2000), tmp_path / "ledger" / f"{at}.parquet")
    book = tmp_path / "campaign.xlsx"
    code = cli.run(["plan", str(tmp_path / "ledger"), "-o", str(book), "--as-of", AS_OF, "--engine", "parts"])
    said = capsys.readouterr().err
    assert code == 0
    assert "customers are in campaign segments.parquet" in said
    assert "Reading 4,000 rows of orders in" in said
    assert book.exists()
    assert cli.run(["plan", str(tmp_path / "ledger"), "-o", str(book), "-n", "--engine", "parts"]) == 2


RUN = """
import sys
from winback_xl.settings import Settings
from winback_xl.workflows.large import large_plan, part, part_worker
if {wait}:
    import time
    real = part_worker.summarised
    def slowly(rows, job, number):
        time.sleep(0.4)
        return real(rows, job, number)
    part_worker.summarised = slowly
large_plan._parts = lambda *_: 12
large_plan.plan_large({ledger!r}, {out!r}, engine="parts", workers=1, as_of="2026-04-01", settings=Settings(large_accounts=100), progress=print)
"""


def test_a_run_that_was_killed_goes_on_and_ends_with_the_same_bytes(tmp_path):
    ledger = tmp_path / "orders.parquet"
    pq.write_table(messy(), ledger)
    out = {name: tmp_path / name / "campaign.xlsx" for name in ("killed", "whole")}
    for path in out.values():
        path.parent.mkdir()
    command = RUN.format(wait=True, ledger=str(ledger), out=str(out["killed"]))
    running = subprocess.Popen([sys.executable, "-c", command], stdout=subprocess.DEVNULL)
    work = out["killed"].with_name("campaign segments.work")
    until = time.monotonic() + 120
    while len(list(work.glob("part-*.arrow"))) < 3 and time.monotonic() < until:
        time.sleep(0.05)
    running.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    running.wait()
    assert not out["killed"].exists()
    done = len(list(work.glob("part-*.arrow")))
    assert 3 <= done < 12
    said = {}
    for name, path in out.items():
        command = RUN.format(wait=False, ledger=str(ledger), out=str(path))
        said[name] = subprocess.run(
            [sys.executable, "-c", command], capture_output=True, text=True, check=True
        ).stdout
    assert "Going on with what an earlier run has split" in said["killed"]
    assert "Going on" not in said["whole"]
    for name in ("campaign.xlsx", "campaign segments.parquet"):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert not work.exists()


@pytest.mark.slow
def test_what_customers_stopped_buying_is_the_same_in_parts_and_on_the_cards(tmp_path):
    orders = samples.make(seed=3, customers=60).orders
    product = np.random.default_rng(1).choice(["Hose", "Pump", "Seal", "Valve"], len(orders))
    orders.assign(Product=product).to_parquet(tmp_path / "orders.parquet")
    at_once = planning.plan(tmp_path / "orders.parquet").campaign.set_index("customer_id")["stopped_buying"]
    found = large_plan.plan_large(
        tmp_path / "orders.parquet", tmp_path / "campaign.xlsx", engine="parts", workers=1
    )
    in_parts = found.plan.campaign.set_index("customer_id")["stopped_buying"]
    assert (at_once != "").sum() > 10
    assert in_parts.to_dict() == at_once.loc[in_parts.index].to_dict()
    assert len(found.plan.cards) == len(in_parts)
