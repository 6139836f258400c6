"""Two lines of Python give the numbers of the workbook; files and DataFrames are the same to them."""

from __future__ import annotations

import subprocess
import sys

import pandas as pd
import pytest
from openpyxl import load_workbook

import winback_xl as wb
from winback_xl import samples
from winback_xl.errors import DataError, FileError, UsageError
from winback_xl.workflows import planning, reading


@pytest.fixture(scope="module")
def sample():
    return samples.make(seed=3, customers=80)


@pytest.fixture(scope="module")
def files(sample, tmp_path_factory):
    return samples.write(sample, tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def plan(files):
    return wb.plan(
        files["orders"],
        customers=files["customers"],
        incidents=files["incidents"],
        reps=files["reps"],
        as_of="2026-10-31",
    )


def test_a_frame_gives_what_its_file_gives(sample, plan):
    again = wb.plan(
        sample.orders,
        customers=sample.customers,
        incidents=sample.incidents,
        reps=sample.reps,
        as_of="2026-10-31",
    )
    pd.testing.assert_frame_equal(again.campaign, plan.campaign)
    pd.testing.assert_frame_equal(again.segments, plan.segments)


def test_the_workbook_holds_the_plan(plan, tmp_path):
    path = wb.save(plan, tmp_path / "campaign.xlsx")
    book = load_workbook(path, data_only=True)
    assert book.sheetnames[:10] == [
        "Guide", "Dashboard", "Campaign", "Segments", "Make-goods", "Watch list", "Settings", "Lists", "Checks", "Changes",
    ]  # fmt: skip
    table = book["Campaign"].tables["tblCampaign"]
    rows = list(book["Campaign"][table.ref])
    headings = [cell.value for cell in rows[0]]
    shown = pd.DataFrame([[cell.value for cell in row] for row in rows[1:]], columns=headings)
    assert shown["Customer ID"].tolist() == plan.campaign["customer_id"].tolist()
    assert shown["Expected value"].tolist() == pytest.approx(plan.campaign["expected_value"].tolist())
    assert shown["Decision"].tolist() == plan.campaign["decision"].tolist()


def test_equal_plans_give_equal_bytes(plan, tmp_path):
    one, two = wb.save(plan, tmp_path / "a.xlsx"), wb.save(plan, tmp_path / "b.xlsx")
    assert one.read_bytes() == two.read_bytes()


def test_nothing_is_overwritten_without_force_and_force_keeps_a_copy(plan, tmp_path):
    path = tmp_path / "campaign.xlsx"
    path.write_bytes(b"mine")
    with pytest.raises(FileError, match=r"campaign\.xlsx"):
        wb.save(plan, path)
    assert path.read_bytes() == b"mine"
    wb.save(plan, path, force=True)
    copies = [other for other in tmp_path.iterdir() if other != path]
    assert [copy.read_bytes() for copy in copies] == [b"mine"]


def test_rows_in_are_rows_used_and_rows_set_aside(plan):
    for source in plan.sources:
        assert source.rows_in == source.rows_used + source.rows_set_aside
    assert len(plan.set_aside) == sum(source.rows_set_aside for source in plan.sources)


def test_problems_of_all_files_are_told_together(tmp_path):
    (tmp_path / "orders.csv").write_text("Customer ID,Amount\nC1,5\n")
    (tmp_path / "incidents.csv").write_text("Date\n2026-01-01\n")
    with pytest.raises(DataError) as told:
        wb.plan(tmp_path / "orders.csv", incidents=tmp_path / "incidents.csv")
    assert {issue.file for issue in told.value.issues} == {"orders.csv", "incidents.csv"}


@pytest.mark.parametrize(
    ("column", "message"),
    [({"Ordr value": "Amount"}, "Order value"), ({"Customers:Contct": "Buyer"}, "Contact")],
)
def test_a_mistyped_heading_is_answered_with_the_nearest(column, message, sample):
    with pytest.raises(UsageError, match=message):
        wb.plan(sample.orders, column=column)


def test_an_as_of_that_is_no_date_is_refused(sample):
    with pytest.raises(UsageError, match="Write it as"):
        wb.plan(sample.orders, as_of="soon")


def test_a_pair_may_name_its_table(sample):
    renamed = sample.customers.rename(columns={"Contact": "Ansprechpartner"})
    plan = wb.plan(
        sample.orders,
        customers=renamed,
        incidents=sample.incidents,
        column={"Customers:Contact": "Ansprechpartner"},
        as_of="2026-10-31",
    )
    assert plan.campaign["contact"].ne("").all()


def test_check_finds_out_what_a_file_holds(files):
    titles = {name: reading.check(path)[0] for name, path in files.items()}
    assert titles == {"orders": "Orders", "customers": "Customers", "incidents": "Incidents", "reps": "Reps"}


def test_segment_gives_the_segments_of_the_plan(files, plan):
    table = wb.segment(
        files["orders"], customers=files["customers"], incidents=files["incidents"], as_of="2026-10-31"
    )
    pd.testing.assert_frame_equal(table, plan.segments)


def test_importing_the_package_imports_no_heavy_library():
    script = "import sys, winback_xl; print([m for m in ('pandas', 'numpy', 'xlwings', 'openpyxl') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'plann'"):
        _ = wb.plann


def test_a_name_in_the_ledger_names_the_customer_unless_the_customer_list_does(tmp_path):
    days = pd.date_range("2024-01-15", periods=4, freq="30D")
    ledger = pd.DataFrame(
        {
            "Customer ID": ["1", "1", "2", "3"],
            "Customer": ["Ann", "Ann Ltd", "Bob", ""],
            "Order date": days,
            "Order value": 5.0,
        }
    )
    named = pd.DataFrame({"Customer ID": ["2", "1"], "Customer": ["Robert", ""]})
    assert planning.plan(ledger).segments["customer"].tolist() == ["Ann Ltd", "Bob", "3"]
    assert planning.plan(ledger, customers=named).segments["customer"].tolist() == ["Ann Ltd", "Robert", "3"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "heads.csv: No row can be used. Export it again, with its rows."),
        (
            ["A,soon,5", "B,never,6"],
            "heads.csv: No row can be used. 2 cells of Order date hold no date ('soon', 'never').",
        ),
    ],
)
def test_a_ledger_without_a_usable_row_is_told_with_its_file_and_the_reason(lines, said, tmp_path):
    path = tmp_path / "heads.csv"
    path.write_text("\n".join(["Customer ID,Order date,Order value", *lines, ""]), encoding="utf-8")
    with pytest.raises(DataError) as error:
        wb.plan(path)
    assert said in str(error.value)
