"""A campaign that people worked in is measured from its workbook, and the report fits one page."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from openpyxl import load_workbook

import winback_xl as wb
from tests import oracles
from winback_xl import samples
from winback_xl.cli import run
from winback_xl.workflows import measuring, saving


@pytest.fixture(scope="module")
def worked(tmp_path_factory):
    """A campaign in which two accounts were won, one of them confirmed, typed in with openpyxl."""
    sample = samples.make(seed=3, customers=80)
    plan = wb.plan(
        sample.orders,
        customers=sample.customers,
        incidents=sample.incidents,
        reps=sample.reps,
        as_of="2026-10-31",
    )
    path = wb.save(plan, tmp_path_factory.mktemp("worked") / "campaign.xlsx")
    book = load_workbook(path)
    sheet = book["Campaign"]
    table = sheet.tables["tblCampaign"].ref
    rows = list(sheet[table])
    at = {cell.value: index for index, cell in enumerate(rows[0])}
    for row, confirmed in ((rows[1], True), (rows[2], False)):
        row[at["Outcome"]].value = "Won"
        row[at["Stage"]].value = "Won"
        row[at["Won revenue"]].value = 1000.0
        row[at["Actual cost"]].value = 100.0
        row[at["Attempts"]].value = 2
        row[at["Won date"]].value = pd.Timestamp("2026-11-10").to_pydatetime()
        if confirmed:
            row[at["Customer confirmed"]].value = pd.Timestamp("2026-11-12").to_pydatetime()
    book.save(path)
    return path


def test_figures_come_from_what_people_typed(worked):
    measured = measuring.measure(worked, as_of="2026-11-30")
    assert measured.results["Won"] == 2
    assert measured.results["Won and confirmed"] == 1
    assert measured.results["Won revenue"] == 1000
    assert measured.results["Actual cost"] == 200
    assert measured.results["Recovered"] == pytest.approx(1000 * 0.3 - 200)
    assert "2 wins and 0 losses" in measured.odds_stated


def test_the_command_prints_and_writes(worked, tmp_path, capfd):
    target = tmp_path / "report.xlsx"
    assert run(["report", str(worked), "-o", str(target), "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["Won"] == 2
    book = load_workbook(target)
    assert book.sheetnames == ["Report", "Numbers"]
    assert book["Report"]["A1"].value.endswith("accounts in play")
    assert book["Report"]["A4"].value == "Revenue at risk"
    assert oracles.audit(target) == []


def test_a_dry_run_writes_nothing(worked, tmp_path):
    assert run(["report", str(worked), "-o", str(tmp_path / "r.xlsx"), "-n", "-q"]) == 0
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_campaign_is_refused(tmp_path, capfd):
    other = samples.write(samples.make(seed=3, customers=80), tmp_path / "s")["orders"]
    assert run(["report", str(other), "-o", str(tmp_path / "r.xlsx")]) == 3
    assert "holds no Campaign table" in capfd.readouterr().err


@pytest.mark.office
def test_the_report_is_one_page_and_recalculates(worked, tmp_path, office):
    target = saving.save_report(measuring.measure(worked), tmp_path / "report.xlsx")
    pages = office.pictures(target, tmp_path)
    assert len(pages) == 1, "the numbers behind it are not for paper"
