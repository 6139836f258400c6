"""Two lines of Python give the numbers of the workbook; files and DataFrames are the same to them."""

from __future__ import annotations

import inspect
import pickle
import pydoc
import re
import subprocess
import sys

import pandas as pd
import pytest
from openpyxl import load_workbook

import winback_xl as wb
from winback_xl import cli, samples
from winback_xl.errors import DataError, FileError, UsageError
from winback_xl.workflows import checking, planning


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
    assert book.sheetnames[:15] == [
        "Today", "Campaign", "Talks", "Account", "Make-goods", "Retention", "Segments", "Accounts", "Watch list", "Settings", "Guide", "Lists", "Checks", "Numbers", "Changes",
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
    with pytest.raises(DataError) as stated:
        wb.plan(tmp_path / "orders.csv", incidents=tmp_path / "incidents.csv")
    assert {issue.file for issue in stated.value.issues} == {"orders.csv", "incidents.csv"}


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
    titles = {name: checking.check(path)[0] for name, path in files.items()}
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


PUBLIC = [
    "backtest",
    "check",
    "collect",
    "export",
    "plan",
    "plan_large",
    "read",
    "refresh",
    "report",
    "save",
    "segment",
    "share",
    "split",
]
ERRORS = [
    "DataError",
    "FileError",
    "NotEnoughError",
    "OutOfRangeError",
    "SettingsError",
    "UsageError",
    "WinbackError",
]


def test_dir_shows_the_public_names_and_nothing_else():
    """Also after everything was imported, and before anything was."""
    shown = [name for name in dir(wb) if not name.startswith("__")]
    assert shown == sorted([*PUBLIC, *ERRORS, "Plan", "Settings"]) == sorted(wb.__all__)
    code = "import winback_xl as wb, sys; print(len([n for n in dir(wb) if n[0] != '_']), 'pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(len(shown)), "False"]
    with pytest.raises(AttributeError, match="no attribute 'measure'"):
        _ = wb.measure


def test_public_functions_and_errors_say_that_they_are_of_the_package():
    for name in [*PUBLIC, *ERRORS]:
        assert getattr(wb, name).__module__ == "winback_xl", name
        assert pickle.loads(pickle.dumps(getattr(wb, name))) is getattr(wb, name)
    assert all(issubclass(getattr(wb, name), wb.WinbackError) for name in ERRORS)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_function_tells_its_arguments_its_answer_and_its_errors(name):
    text = inspect.getdoc(getattr(wb, name))
    arguments = [one for one in inspect.signature(getattr(wb, name)).parameters if one != "self"]
    for part in ("Parameters\n", "Returns\n", "Raises\n"):
        assert part in text or (part != "Raises\n" and "Parameters are those of" in text), (name, part)
    if "Parameters are those of" not in text:
        missing = [one for one in arguments if not re.search(rf"\b{one}\b", text.split("Returns")[0])]
        assert missing == [], name


def test_arguments_are_called_as_on_the_command_line():
    """Options of a command, with underscores, are arguments of its function; what only a screen needs is left out."""
    screen = {
        "as_json",
        "quiet",
        "dry_run",
        "settings_file",
        "pairs",
        "no_header",
        "pages",
        "playbook",
        "budget",
        "letters",
    }
    other = {"folder": "output", "settings_file": "settings"}
    for name in ("refresh", "collect", "split", "share", "report", "export", "plan", "segment"):
        command = cli.cli.get_command(None, name)
        given = {one.name for one in command.params} - screen - {"help"}
        taken = set(inspect.signature(getattr(wb, name)).parameters)
        if "rows" in taken:
            taken |= {"count", "leave_out", "take_back"}  # the keys of rows
        if name == "plan":
            taken |= set(inspect.signature(wb.save).parameters) | set(
                inspect.signature(wb.plan_large).parameters
            )
        if name == "segment":
            given -= {"output", "force", "reps"}  # the frame is the answer, and reps do not matter for it
        assert {other.get(one, one) for one in given} <= taken, name


def test_a_plan_shows_itself_in_five_lines(plan):
    lines = repr(plan).splitlines()
    assert len(lines) == 5
    assert lines[0] == "Plan WB-2026-10-31 as of 2026-10-31, amounts in EUR"
    assert f"{len(plan.segments)} customers" in lines[1]
    assert f"{len(plan.make_goods)} accounts with an open incident" in lines[2]
    assert f"{len(plan.campaign)} accounts: " in lines[3]
    assert all(len(line) < 160 for line in lines)


def test_help_names_every_public_function():
    text = pydoc.render_doc(wb, renderer=pydoc.plaintext)
    for name in [*PUBLIC, "Plan", "Settings"]:
        assert name in text
    assert "orders.xlsx" in text


def test_a_campaign_lives_on_by_the_functions_of_the_package(files, tmp_path):
    """Plan, save, split, collect, refresh, share, export and report by one import."""
    inputs = {name: files[name] for name in ("customers", "incidents", "reps")}
    master = wb.save(wb.plan(files["orders"], **inputs), tmp_path / "may.xlsx")
    parts = wb.split(master, tmp_path / "owners")
    done = wb.collect(master, [part.path for part in parts], tmp_path / "june.xlsx")
    assert sum(done.merged.taken.values()) == 0
    again = wb.refresh(tmp_path / "june.xlsx", files["orders"], tmp_path / "july.xlsx", **inputs)
    assert again.counts.changed == 0
    with pytest.raises(FileError):
        wb.refresh(tmp_path / "june.xlsx", files["orders"], tmp_path / "july.xlsx", **inputs)
    with pytest.raises(UsageError, match="one of the files to read"):
        wb.report(master, master)
    wb.share(tmp_path / "july.xlsx", tmp_path / "shared.xlsx")
    letters, follow_ups = tmp_path / "letters.csv", tmp_path / "follow.ics"
    stated = wb.export(master, mail_merge=letters, ics=follow_ups, customers=files["customers"])
    assert len(pd.read_csv(letters)) == len(stated.merge.table)
    assert follow_ups.is_file()
    assert wb.report(master, tmp_path / "report.xlsx").campaign_id == done.plan.campaign_id
