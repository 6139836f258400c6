"""``winback backtest`` prints the page and writes the workbook."""

from __future__ import annotations

import json

from openpyxl import load_workbook

import winback_xl as wb
from tests import oracles
from winback_xl import samples
from winback_xl.cli import run


def test_the_command_prints_the_page_and_writes_the_sheet(tmp_path, capfd):
    files = samples.write(samples.make(seed=3, customers=120), tmp_path / "s")
    target = tmp_path / "backtest.xlsx"
    assert run(["backtest", str(files["orders"]), "-o", str(target), "--json"]) == 0
    printed = json.loads(capfd.readouterr().out)
    assert len(printed["dates"]) >= 2
    sheet = load_workbook(target)["Backtest"]
    assert {
        "tblBacktestDates",
        "tblBacktestRates",
        "tblBacktestOrders",
        "tblBacktestBase",
        "tblBacktestLimits",
    } == set(sheet.tables)
    assert len(sheet._charts) == 2
    assert str(sheet["A4"].value).startswith("Checked against")
    assert oracles.audit(target) == []


def test_the_api_gives_the_same_numbers():
    sample = samples.make(seed=3, customers=120)
    made = wb.backtest(sample.orders)
    assert made.words[0].startswith("Checked against")
    plan = wb.plan(sample.orders)
    assert plan.checked.startswith("Checked against 1 earlier date")


def test_a_short_ledger_is_told(tmp_path, capfd):
    path = tmp_path / "orders.csv"
    path.write_text("Customer ID,Order date,Order value\nA,2026-01-01,5\nA,2026-02-01,5\n", encoding="utf-8")
    assert run(["backtest", str(path)]) == 3
    assert "a look back needs" in capfd.readouterr().err
