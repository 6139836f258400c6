"""A folder of orders: the same as its files in a list, at every command, in memory and in parts."""

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

import winback_xl as wb
from tests.workflows.large.ledgers import in_files, messy
from winback_xl import cli
from winback_xl.errors import FileError, UsageError
from winback_xl.settings import Settings
from winback_xl.workbook.sheets import checks, set_aside_table
from winback_xl.workflows.large import large_plan, sources

AS_OF = "2026-04-01"
SMALL = Settings(large_memory=0.5, large_accounts=100)


@pytest.fixture(scope="module")
def table():
    return messy(seed=5, rows=1_200, customers=80)


def in_parts(ledger, folder, **more):
    given = {"engine": "parts", "workers": 1, "as_of": AS_OF, "settings": SMALL}
    return large_plan.plan_large(ledger, segments=folder / "s.parquet", **{**given, **more})


def test_a_folder_that_memory_holds_gives_the_bytes_of_its_files_in_a_list(tmp_path, table, capsys):
    folder = in_files(tmp_path / "ledger", table)
    files = [str(file) for file in sorted(folder.iterdir())]
    assert cli.run(["plan", str(folder), "-o", str(tmp_path / "a.xlsx"), "--as-of", AS_OF]) == 0
    one = capsys.readouterr()
    assert cli.run(["plan", *files, "-o", str(tmp_path / "b.xlsx"), "--as-of", AS_OF]) == 0
    other = capsys.readouterr()
    assert one.out.replace("a.xlsx", "b.xlsx") == other.out
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_every_command_that_takes_orders_takes_a_folder(tmp_path, table, capsys):
    folder, book = in_files(tmp_path / "ledger", table, "pcp"), tmp_path / "book.xlsx"
    for command in (
        ["plan", folder, "-o", book, "--as-of", AS_OF],
        ["refresh", book, folder, "-n", "-o", tmp_path / "next.xlsx"],
        ["check", folder],
        ["segment", folder, "-n"],
        ["report", book, folder, "-o", tmp_path / "report.xlsx"],
        ["backtest", folder],
    ):
        assert cli.run(list(map(str, command))) == 0, command
    said = capsys.readouterr()
    assert f" of {len(table):,} rows can be used" in said.out
    assert "Name one file in it" not in said.err


def test_folders_that_name_a_column_are_read_in_memory_too(tmp_path):
    rows = pa.table({"Order date": ["2026-01-05", "2026-02-05"], "Order value": [10.0, 20.0]})
    for who in ("C%201", "C2"):
        (tmp_path / "ledger" / f"Customer ID={who}").mkdir(parents=True)
        pq.write_table(rows, tmp_path / "ledger" / f"Customer ID={who}" / "orders.parquet")
    found = wb.read(tmp_path / "ledger").orders
    assert sorted(found.frame["customer_id"].unique()) == ["C 1", "C2"]
    assert found.rows_used == 4
    kind, checked = wb.check(tmp_path / "ledger", kind="orders")
    assert (kind, checked.rows_used) == ("Orders", 4)


def test_a_folder_with_another_file_is_refused_by_the_name_of_that_file(tmp_path, table):
    folder = in_files(tmp_path / "ledger", table)
    wb.save(wb.plan(folder, as_of=AS_OF), folder / "campaign.xlsx")
    with pytest.raises(FileError, match=r"campaign\.xlsx in ledger is neither Parquet nor text"):
        wb.plan(folder)
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileError, match="There is no order file in empty"):
        wb.plan(tmp_path / "empty")


def test_no_file_of_the_folder_is_written_over(tmp_path, table):
    folder = in_files(tmp_path / "ledger", table)
    with pytest.raises(UsageError, match="would be overwritten"):
        wb.refresh(tmp_path / "book.xlsx", folder, folder / "orders_1.parquet")


@pytest.mark.parametrize("kinds", ["ppp", "pcp"])
def test_in_parts_counts_checks_and_rows_set_aside_are_those_of_the_list(tmp_path, table, kinds):
    folder = in_files(tmp_path / "ledger", table, kinds)
    listed = wb.plan(sorted(folder.iterdir()), as_of=AS_OF)
    found = in_parts(folder, tmp_path)
    assert found.plan.sources == listed.sources
    assert len(found.plan.sources) == 3
    places = [sorted(one.set_aside["place"].str.replace("line", "row")) for one in (found.plan, listed)]
    if kinds == "ppp":  # a row of a text file is named by its line where all of the file is read
        assert places[0] == places[1]
    assert len(places[0]) == len(places[1]) == len(listed.set_aside)
    assert set(found.plan.set_aside["table"]) == {"Orders"}
    assert checks.summary(found.plan) == checks.summary(listed)
    counts = listed.segments.groupby(["level", "status"]).size().to_dict()
    assert dict(found.levels) == counts


def test_the_command_shows_the_levels_of_the_whole_ledger_whichever_way_it_is_read(tmp_path, table, capsys):
    folder = in_files(tmp_path / "ledger", table.drop_columns(["Order ID"]))
    (tmp_path / "s.toml").write_text("large_accounts = 100\n")
    said = []
    for engine in ("memory", "parts"):
        out = tmp_path / f"{engine}.xlsx"
        command = [
            "plan",
            folder,
            "-o",
            out,
            "--as-of",
            AS_OF,
            "--engine",
            engine,
            "--settings",
            tmp_path / "s.toml",
        ]
        assert cli.run(list(map(str, command))) == 0
        shown = capsys.readouterr()
        said.append(
            [
                line
                for line in shown.out.splitlines()
                if line.split("\t")[0].split(" ")[-1] in ("Buyer", "Customer")
            ]
        )
        read = [line for line in shown.err.splitlines() if line.startswith("Orders: ")]
        said[-1] += read
        assert len(read) == 3
    assert said[0] == said[1]
    assert len(said[0]) == 6


def test_rows_set_aside_beyond_those_listed_are_counted(tmp_path, table, monkeypatch):
    monkeypatch.setattr(set_aside_table, "SHOWN", 20)
    monkeypatch.setattr("winback_xl.workflows.large.aside_rows.SHOWN", 20)
    folder = in_files(tmp_path / "ledger", table)
    found = in_parts(folder, tmp_path)
    listed = wb.plan(sorted(folder.iterdir()), as_of=AS_OF)
    shown = [set_aside_table.shown_of(one)["place"].tolist() for one in (found.plan, listed)]
    assert shown[0] == shown[1]
    assert len(found.plan.set_aside) == len(listed.set_aside) > 20
    assert checks.summary(found.plan).startswith("OK")


def test_lines_of_a_text_file_are_counted_as_from_memory(tmp_path):
    lines = ["Customer ID,Order date,Order value"]
    for at in range(40):
        lines += [f"C{at % 5},2025-0{at % 9 + 1}-1{at % 9},{at + 1}", *([""] if at % 10 == 0 else [])]
    lines += [",,", "C1,2025-01-01", ",2025-01-02,8"]
    (tmp_path / "orders.csv").write_text("\n".join(lines) + "\n")
    listed, found = wb.plan(tmp_path / "orders.csv", as_of=AS_OF), in_parts(tmp_path / "orders.csv", tmp_path)
    assert found.plan.sources == listed.sources
    assert found.plan.sources[0].rows_set_aside == len(found.plan.set_aside) == 2
    skipped = {
        issue.what for plan in (found.plan, listed) for issue in plan.issues if issue.code == "blank-rows"
    }
    assert skipped == {"5 blank line(s) were skipped."}


def test_empty_cells_of_a_text_file_are_blank_next_to_numbers_of_a_parquet_file(tmp_path, table):
    folder = in_files(tmp_path / "ledger", table, "pc")
    assert pd.isna(table.to_pandas()["Order value"]).any()
    found = in_parts(folder, tmp_path)
    listed = wb.plan(folder, as_of=AS_OF)
    pd.testing.assert_series_equal(
        pd.read_parquet(found.segments)["revenue"], listed.segments["revenue"], check_dtype=False
    )


def test_columns_in_another_order_stay_what_their_headings_say(tmp_path, table):
    folder = tmp_path / "ledger"
    folder.mkdir()
    pq.write_table(table.slice(0, 600), folder / "a.parquet")
    turned = table.slice(600).select(list(reversed(table.column_names)))
    pa_csv.write_csv(turned, folder / "b.csv")
    found, listed = in_parts(folder, tmp_path), wb.plan(folder, as_of=AS_OF)
    assert pd.read_parquet(found.segments)["revenue"].tolist() == listed.segments["revenue"].tolist()


def test_how_a_ledger_is_read_is_said_in_a_sentence_with_its_rows(tmp_path, table):
    said = []
    folder = in_files(tmp_path / "ledger", table, "pc")
    found = in_parts(folder, tmp_path, progress=said.append)
    assert said[0].startswith("Reading about ")
    assert found.engine == f"Reading {len(table):,} rows of orders in 1 part, with Arrow."
    assert "3,000 rows of orders in 3 parts, 2 at a time, with Arrow" in large_plan._how(
        large_plan.engines.Parts(2), 3, 2, 3_000
    )


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_how_many_rows_files_hold_is_known_before_they_are_read(tmp_path, table, kind):
    folder = in_files(tmp_path / "ledger", table, "pp" if kind == "parquet" else "cc")
    found = sources.rows_of([folder])
    assert found == sources.rows_of(sorted(folder.iterdir()))
    assert abs(found - len(table)) <= (0 if kind == "parquet" else 0.05 * len(table))


@pytest.mark.parametrize(
    ("more", "named"),
    [
        (["-n"], "leave out '--dry-run'."),
        (["-n", "--call-sheets", "3"], "leave out '--call-sheets' and '--dry-run'."),
    ],
)
def test_what_cannot_be_done_in_parts_names_the_options_that_were_typed(tmp_path, table, capsys, more, named):
    folder = in_files(tmp_path / "ledger", table)
    assert cli.run(["plan", str(folder), "--engine", "parts", *more]) == 2
    assert named in " ".join(capsys.readouterr().err.split())
