"""Every workbook the product writes: no error in two validators, and LibreOffice calculates what is stored."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

import winback_xl as wb
from tests import oracles
from winback_xl import samples

if TYPE_CHECKING:
    from pathlib import Path

    from tests.oracles import Office

EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - serials know no time zone


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sample = samples.make()
    plan = wb.plan(sample.orders, customers=sample.customers, incidents=sample.incidents, reps=sample.reps)
    return wb.save(replace(plan, frozen=True), tmp_path_factory.mktemp("demo") / "campaign.xlsx")


REAL = {
    "online_retail": ("online_retail/online_retail_invoices.csv.gz", {}),
    "northwind": ("northwind/orders_clean.csv", {"customers": "northwind/customers.csv"}),
    "rfm": ("rfm_r/rfm_data_orders.csv", {}),
    "complete_journey": ("completejourney/transactions_sample.parquet", {}),
}
CDNOW = {"header": False, "column": {"Customer ID": "#2", "Order date": "#3", "Order value": "#5"}}


@pytest.fixture(params=[*REAL, "cdnow"])
def real(request: pytest.FixtureRequest, data_dir: Path, tmp_path: Path) -> Path:
    if request.param == "cdnow":
        plan = wb.plan(data_dir / "cdnow/CDNOW_sample.txt", **CDNOW)
    else:
        orders, others = REAL[request.param]
        plan = wb.plan(data_dir / orders, **{name: data_dir / file for name, file in others.items()})
    return wb.save(replace(plan, frozen=True), tmp_path / "campaign.xlsx")


def plain(value: Any) -> Any:
    """Return a stored value as LibreOffice gives it: dates as serials, booleans as numbers, blanks as text."""
    if isinstance(value, dt.datetime):
        return (value - EPOCH) / dt.timedelta(days=1)
    if isinstance(value, dt.date):
        return float((dt.datetime.combine(value, dt.time()) - EPOCH).days)
    if isinstance(value, bool):
        return float(value)
    return "" if value is None else value


def differences(path: Path, office: Office) -> tuple[int, list[str]]:
    """Return how many formulas there are, and those whose stored value is not what LibreOffice calculates."""
    stored, calculated = load_workbook(path, data_only=True), office.cells(path)
    formulas, wrong = 0, []
    for name, cells in calculated.items():
        for address, cell in cells.items():
            if not cell["formula"].startswith(("=", "{=")):
                continue
            formulas += 1
            kept, now = plain(stored[name][address].value), cell["value"]
            equal = kept == pytest.approx(now, rel=1e-9, abs=1e-9) if isinstance(now, float) else kept == now
            if not equal:
                wrong.append(f"{name}!{address} holds {kept!r}, calculates {now!r}: {cell['formula']}")
    return formulas, wrong


def checks(path: Path) -> list[str]:
    """Return the results on the Checks sheet."""
    sheet = load_workbook(path, data_only=True)["Checks"]
    rows = list(sheet[sheet.tables["tblChecks"].ref])
    at = [cell.value for cell in rows[0]].index("Result")
    return [row[at].value for row in rows[1:]]


@pytest.mark.office
def test_the_demo_recalculates_to_what_is_stored(demo, office):
    formulas, wrong = differences(demo, office)
    assert formulas > 400
    assert wrong == []


@pytest.mark.office
@pytest.mark.data
def test_real_ledgers_recalculate_to_what_is_stored(real, office):
    formulas, wrong = differences(real, office)
    assert formulas > 100
    assert wrong == []


def test_every_check_of_the_demo_says_ok(demo):
    found = checks(demo)
    assert len(found) > 10
    assert set(found) == {"OK"}


@pytest.mark.data
def test_every_check_of_real_ledgers_says_ok(real):
    assert set(checks(real)) == {"OK"}


def test_the_demo_has_no_error_in_openxml_audit(demo):
    assert oracles.audit(demo) == []


@pytest.mark.validator
def test_the_demo_has_no_error_in_the_open_xml_sdk(demo, sdk):
    assert oracles.sdk_errors(demo, sdk) == []
