"""Every kind of workbook that the product writes, made once."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from winback_xl import samples
from winback_xl.workflows import (
    collecting,
    measuring,
    planning,
    refreshing,
    saving,
    saving_trackers,
    sharing,
    splitting,
)

_TEMPLATES = Path(__file__).resolve().parents[2] / "workbook_templates"


@pytest.fixture(scope="session")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return name -> workbook: the campaign, and what each workflow makes of it."""
    folder = tmp_path_factory.mktemp("engines")
    made = samples.make(seed=3, customers=60, years=2)
    files = {"customers": made.customers, "incidents": made.incidents, "reps": made.reps}
    tables = planning.read(made.orders, **files)
    plan = planning.plan_tables(tables, planning.Wishes(settings=planning.Settings()))
    found = {
        "demo": saving.save(
            plan, folder / "demo.xlsx", call_sheets=planning.dossiers(tables, plan, 8), force=True
        )
    }
    demo = found["demo"]
    worked = _worked_on(demo, folder / "worked.xlsx")
    found["report"] = saving.save_report(measuring.measure(worked), folder / "report.xlsx")
    parts = [part.path for part in splitting.split(demo, folder / "parts")]
    found["split"] = parts[0]
    found["share"] = sharing.share(demo, folder / "share.xlsx", mask_ids=True)
    collected = collecting.collect(worked, [_worked_on(parts[0], folder / "back.xlsx", "too late")])
    found["collect"] = saving_trackers.write(collected, folder / "collect.xlsx")
    refreshed = refreshing.refresh(worked, made.orders, **files)
    found["refresh"] = saving_trackers.write(refreshed, folder / "refresh.xlsx")
    theirs = openpyxl.Workbook()
    theirs.active.append(["Mine", 1])
    theirs.save(folder / "theirs.xlsx")
    found["into"] = saving.save_into(plan, folder / "theirs.xlsx", folder / "into.xlsx")
    found["tracker"] = folder.joinpath("tracker.xlsx")
    found["tracker"].write_bytes((_TEMPLATES / "winback_tracker.xlsx").read_bytes())
    found["download"] = folder.joinpath("download.xlsx")
    found["download"].write_bytes((_TEMPLATES / "winback_demo_campaign.xlsx").read_bytes())
    return found


def _worked_on(path: Path, to: Path, reason: str = "too dear") -> Path:
    """Return a copy of a campaign in which somebody decided about every account."""
    book = openpyxl.load_workbook(path)
    sheet = book["Campaign"]
    at = {cell.value: cell.column for cell in sheet[4]}
    for row in range(5, sheet.max_row + 1):
        sheet.cell(row, at["Want back?"]).value = ("Yes", "No", "Later")[row % 3]
        sheet.cell(row, at["Their reason"]).value = reason
    book.save(to)
    return to
