"""The Retention sheet shows what was calculated, and says in words what it cannot show."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import openpyxl
import pytest

from tests import desk
from winback_xl.schema.columns import LISTS
from winback_xl.workbook.reopened.reopen import reopen
from winback_xl.workbook.sheets import retention
from winback_xl.workflows import saving, splitting

if TYPE_CHECKING:
    from pathlib import Path

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.workbook.spec import Cell, Sheet


def at(sheet: Sheet) -> dict[tuple[int, int], Cell]:
    return {(cell.row, cell.col): cell for cell in sheet.cells}


def section(sheet: Sheet, start: str) -> Cell:
    return next(cell for cell in sheet.cells if cell.look == "section" and str(cell.value).startswith(start))


def test_the_map_counts_every_customer_once_and_all_that_they_buy() -> None:
    plan = desk.built()
    cells = at(retention.sheet(plan))
    counted = np.array([[cells[row, col].value for col in range(1, 6)] for row in range(5, 10)], float)
    money = np.array([[cells[row, col].value for col in range(8, 13)] for row in range(5, 10)], float)
    assert counted.sum() == len(plan.segments)
    assert money.sum() * 1000 == pytest.approx(plan.segments["annual_revenue"].clip(lower=0).sum())
    for row in range(5):
        for col in range(5):
            assert counted[row, col] == plan.segments["rfm"].str.startswith(f"{5 - row}{col + 1}").sum()


def test_the_months_end_with_what_segments_says_today() -> None:
    plan = desk.built()
    table = next(item for item in retention.sheet(plan).tables if item.name == "tblMonths")
    last = {field.heading: np.asarray(field.values)[-1] for field in table.fields}
    quiet = plan.segments["status"].isin(["Lapsed", "Cold"])
    assert [last[word] for word in LISTS["Status"]] == [
        (plan.segments["status"] == word).sum() for word in LISTS["Status"]
    ]
    assert last["Quiet"] == quiet.sum() / (plan.segments["status"] != "").sum()
    assert retention.headline(plan).startswith(f"{quiet.mean():.0%} of customers are quiet: EUR ")


def test_who_went_quiet_is_named_largest_first_and_counted_in_the_months() -> None:
    plan = desk.built()
    sheet = retention.sheet(plan)
    cells, top = at(sheet), section(sheet, "Who went quiet")
    gone = int(plan.retention.months["went_quiet"].iloc[-1])
    assert f": {gone} customers, EUR " in str(top.value)
    amounts = [cells[top.row + 2 + place, 7].value for place in range(min(gone, retention.QUIET_SHOWN))]
    assert amounts == sorted(amounts, reverse=True)
    assert len(amounts) == gone


def test_regions_add_up_to_all_customers() -> None:
    plan = desk.built()
    sheet = retention.sheet(plan)
    cells, top = at(sheet), section(sheet, "By region")
    rows = [row for row in range(top.row + 2, top.row + 2 + retention.REGIONS) if (row, 0) in cells]
    assert sum(cells[row, 1].value for row in rows) == len(plan.segments)
    assert sum(cells[row, 2].value for row in rows) == plan.segments["status"].isin(["Lapsed", "Cold"]).sum()


def test_what_cannot_be_shown_is_said_in_words(tiny_plan: Plan, moneyless_plan: Plan) -> None:
    bare = replace(tiny_plan, segments=tiny_plan.segments.assign(rfm="", region="", status_before=""))
    said = [cell.value for cell in retention.sheet(bare).cells]
    for text in (
        retention.NO_MAP,
        retention.NO_MONTHS,
        retention.NO_COHORTS,
        retention.NO_REGION,
        retention.NOBODY,
    ):
        assert text in said
    assert [chart.kind for chart in retention.sheet(bare).charts] == ["column"]
    assert not any("EUR" in str(cell.value) for cell in retention.sheet(moneyless_plan).cells)


def test_it_comes_back_from_the_workbook_and_is_not_in_a_reps_copy(tmp_path: Path) -> None:
    plan = desk.built()
    again = reopen(saving.save(plan, tmp_path / "campaign.xlsx")).plan
    one, other = (at(retention.sheet(item)) for item in (plan, again))
    assert {place: cell.value for place, cell in one.items()} == {
        place: cell.value for place, cell in other.items()
    }
    assert again.retention.months.equals(plan.retention.months)
    assert again.retention.cohorts.equals(plan.retention.cohorts)
    part = splitting.split(tmp_path / "campaign.xlsx", tmp_path / "parts")[0]
    assert part.rows
    assert retention.NAME not in openpyxl.load_workbook(part.path).sheetnames
