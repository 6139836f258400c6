"""Every known export of orders goes through the commands check, plan and refresh with the next month: the hand-made numbers come out.

The formula has its test in `tests.systems.test_reading_systems`. Every plan is written and read again; of a refresh the
file is written for one system of each level, and for the others the plan that would be is compared: a workbook is laid
out and written in the same way whatever the orders came from.
"""

import contextlib
import io
import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from tests.systems.test_reading_systems import expected_numbers, folders, settings_of, wanted
from winback_xl import cli
from winback_xl.workflows import refreshing

pytestmark = pytest.mark.slow

DAY = "2026-12-31"

WRITTEN = {"shopify_orders", "sap_va05", "quickbooks_sales_by_customer", "netsuite_transactions", "shopee_order_totals"}  # fmt: skip
"""One of each level, a grouped report and one whose dates need a setting: their refreshed workbooks are read again."""


def run(*given: object) -> tuple[int, str]:
    """Run a command; its exit code and all that it says."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = cli.run([str(one) for one in given])
    return code, said.getvalue()


def stated(*given: object) -> tuple[str, list[str]]:
    """Run a command; where it asks whether rows count, leave them out as it says. What it said, and these options."""
    code, said = run(*given)
    if not code:
        return said, []
    options = [
        part for pair in re.findall(r"--leave-out '([^']*)' if not", said) for part in ("--leave-out", pair)
    ]
    assert options, said
    code, said = run(*given, *options)
    assert not code, said
    return said, options


def settings_file(folder: Path, tmp_path: Path) -> Path:
    """Write what the fixture leaves open: what 9/1/2025 is."""
    path = tmp_path / "settings.toml"
    path.write_text(f'day_first = "{settings_of(folder).day_first}"')
    return path


def segments(path: Path) -> dict:
    """Return order days and revenue of each customer on the sheet Segments."""
    book = openpyxl.load_workbook(path, read_only=True)
    rows = list(book["Segments"].iter_rows(values_only=True))
    book.close()
    top = next(at for at, row in enumerate(rows) if "Customer ID" in row)
    who, days, worth = (rows[top].index(name) for name in ("Customer ID", "Order days", "Revenue, all"))
    return {
        str(row[who]): (int(row[days]), round(float(row[worth] or 0), 2))
        for row in rows[top + 1 :]
        if row[who] is not None
    }


def planned(table: pd.DataFrame) -> dict:
    """Return order days and revenue of each customer of a plan."""
    return {
        row.customer_id: (int(row.order_days), round(float(row.revenue), 2)) for row in table.itertuples()
    }


@pytest.mark.parametrize("folder", folders("customers", "expected_next.json"))
def test_check_plan_and_refresh_give_the_hand_made_numbers(folder, tmp_path, monkeypatch):
    first = expected_numbers(wanted(folder, "expected.json"), "customers")
    later = expected_numbers(wanted(folder, "expected_next.json"), "customers")
    book, again = tmp_path / "campaign.xlsx", tmp_path / "refreshed.xlsx"
    settings = settings_file(folder, tmp_path)
    said, answers = stated("check", folder / "export.csv", "--settings", settings, "--as-of", DAY)
    assert "Read as a" in said
    used = re.search(r"used: .*?, (-?[\d,.]+)(?: [A-Z]{3})?, \d{4}", said)
    assert used is not None
    assert float(used[1].replace(",", "")) == pytest.approx(sum(worth for _, worth in first.values()))

    said, _ = stated(
        "plan", folder / "export.csv", "-o", book, "--settings", settings, "--as-of", DAY, *answers
    )
    assert segments(book) == first

    both = (folder / "export.csv", folder / "export_next.csv")
    if folder.name in WRITTEN:
        stated("refresh", book, *both, "-o", again, "--as-of", DAY)
        assert segments(again) == later
        return
    done = []
    original = refreshing.refresh
    monkeypatch.setattr(refreshing, "refresh", lambda *a, **k: done.append(original(*a, **k)) or done[-1])
    stated("refresh", book, *both, "-o", again, "--as-of", DAY, "--dry-run")
    assert planned(done[-1].plan.segments) == later
