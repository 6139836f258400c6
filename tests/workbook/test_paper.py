"""Every sheet and the report are laid out for the paper that the setting names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pytest

from winback_xl.workbook import book, paper
from winback_xl.workflows import measuring, saving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.oracles import Office
    from winback_xl.core.campaign.campaign_plan import Plan


@pytest.mark.parametrize(("name", "number"), [("A4", "9"), ("Letter", "1")])
def test_workbook_and_report_are_for_the_paper_of_the_setting(
    name: str, number: str, tiny_plan: Plan, tmp_path: Path
) -> None:
    plan = replace(tiny_plan, settings=tiny_plan.settings.with_(paper=name))
    path = saving.save(plan, tmp_path / "campaign.xlsx")
    report = saving.save_report(measuring.measure(path), tmp_path / "report.xlsx")
    for file in (path, report):
        assert {str(sheet.page_setup.paperSize) for sheet in openpyxl.load_workbook(file)} == {number}


def test_on_letter_a_page_that_is_broken_by_rows_takes_another_scale(tiny_plan: Plan) -> None:
    """Letter is shorter and wider: what fills a page across shrinks, what fills it down too."""
    made = book.build(tiny_plan)
    sheet = made.sheet("Guide")
    widths = paper.column_widths(sheet)
    a4, letter = (paper.block_scale(replace(sheet, paper=size), widths) for size in ("A4", "Letter"))
    assert a4 != letter
    assert abs(a4 - letter) <= 8


def test_only_sheets_that_are_read_on_paper_print_by_default(tiny_plan: Plan, tmp_path: Path) -> None:
    path = saving.save(tiny_plan, tmp_path / "campaign.xlsx")
    report = saving.save_report(measuring.measure(path), tmp_path / "report.xlsx")
    printed = {}
    for file in (path, report):
        for sheet in openpyxl.load_workbook(file):
            if sheet.sheet_state == "visible":
                area = str(sheet.print_area or "").split("!")[-1].replace("$", "")
                printed[sheet.title] = not area or sheet[area.split(":")[0]].value is not None
                if not printed[sheet.title]:
                    assert ":" not in area, "one blank cell"
    assert {name for name, on in printed.items() if on} == {
        "Today",
        "Campaign",
        "Account",
        "Report",
    }
    assert {"Segments", "Retention", "Make-goods", "Settings", "Lists", "Numbers"} <= {
        name for name, on in printed.items() if not on
    }


@pytest.mark.office
def test_a_campaign_takes_few_pages(tiny_plan: Plan, tmp_path: Path, office: Office) -> None:
    assert (
        3 < len(office.pictures(saving.save(tiny_plan, tmp_path / "campaign.xlsx"), tmp_path, dpi=20)) <= 10
    )
