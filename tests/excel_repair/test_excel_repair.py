"""The checker finds every fault planted, and nothing in what the product writes."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

import winback_xl as wb
from tests.excel_repair import LARGE, findings, quick_findings
from tests.excel_repair.faults import FAULTS, packed, parts, plant
from winback_xl import samples

TEMPLATES = Path(__file__).resolve().parents[2] / "workbook_templates"


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    sample = samples.make(customers=60)
    plan = wb.plan(sample.orders, customers=sample.customers, incidents=sample.incidents, reps=sample.reps)
    path = wb.save(plan, tmp_path_factory.mktemp("repair") / "campaign.xlsx")
    return parts(path.read_bytes())


def test_a_campaign_workbook_has_nothing_to_repair(campaign):
    assert findings(packed(campaign), extension="xlsx") == []


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.what for fault in FAULTS])
def test_each_planted_fault_is_found(campaign, fault):
    assert findings(plant(campaign, fault), extension="xlsx") != []


def test_no_two_faults_are_the_same():
    assert len({fault.what for fault in FAULTS}) == len(FAULTS)
    assert len(FAULTS) > 60


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.xl*")), ids=lambda path: path.name)
def test_no_template_has_anything_to_repair(path):
    assert findings(path) == []


def test_what_is_not_a_package_is_one_finding(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"not a zip file")
    assert len(findings(path)) == 1


def test_a_workbook_by_the_wrong_name_is_found(campaign):
    assert any(".xlsm" in sentence for sentence in findings(packed(campaign), extension="xlsm"))


def test_of_a_large_workbook_only_the_xml_is_looked_at_when_time_is_short(campaign):
    large = {**campaign, "xl/more.xml": b"<a>" + b" " * LARGE + b"</a>"}
    assert quick_findings(packed(large)) == []
    assert findings(packed(large)) != []
    broken = {**large, "xl/more.xml": b"<a>" + b" " * LARGE}
    assert len(quick_findings(packed(broken))) == 1


def test_a_book_of_one_empty_sheet_by_another_library_has_nothing_to_repair():
    from openpyxl import Workbook

    made = BytesIO()
    Workbook().save(made)
    made.seek(0)
    assert findings(made, extension="xlsx") == []
