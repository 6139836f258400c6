"""Who is late, by owner, and how the accounts to pursue come about: live on the Dashboard, the same in Python."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import openpyxl
import pandas as pd
import pytest

from winback_xl.core.tracking import due, follow_through
from winback_xl.schema.columns import CAMPAIGN
from winback_xl.workbook.reopened.reopen import reopen
from winback_xl.workbook.sheets import counts, dashboard, dashboard_tables
from winback_xl.workbook.sheets.followed import playbook_of
from winback_xl.workflows import saving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.oracles import Office
    from winback_xl.core.campaign.campaign_plan import Plan

LATE, NOW, SOON, LATER, UNDATED = due.WHEN_DUE


def when(plan: Plan, **cells: object) -> str:
    row = pd.DataFrame([{"customer_id": "A", **cells}])
    return str(
        follow_through.computed(row, as_of=plan.as_of, settings=plan.settings, book=playbook_of(plan))[
            "when_due"
        ].iloc[0]
    )


@pytest.mark.parametrize(("days", "word"), [(-1, LATE), (0, NOW), (1, SOON), (7, SOON), (8, LATER), (None, UNDATED)])  # fmt: skip
def test_a_step_is_late_due_today_within_a_week_later_or_has_no_date(
    days: int | None, word: str, tiny_plan: Plan
) -> None:
    due = pd.NaT if days is None else tiny_plan.as_of + pd.Timedelta(days=days)
    assert when(tiny_plan, my_date=due) == word


@pytest.mark.parametrize(
    "cells",
    [{"outcome": "Let go"}, {"outcome": "Lost"}, {"control_group": "Yes"}, {"customer_id": ""}, {"stage": "Let go"}],
)  # fmt: skip
def test_nothing_is_due_where_nobody_works(cells: dict[str, str], tiny_plan: Plan) -> None:
    assert when(tiny_plan, **cells) == ""


def test_a_rest_that_has_a_date_is_due_on_it(tiny_plan: Plan) -> None:
    assert when(tiny_plan, stage="Resting", my_date=tiny_plan.as_of) == NOW


def owners(plan: Plan) -> dict[str, list[float]]:
    table = dashboard_tables.by_owner(plan, 0)
    columns = [np.asarray(field.values) for field in table.fields]
    return {name: [float(column[at]) for column in columns[1:]] for at, name in enumerate(columns[0])}


def busy(plan: Plan) -> Plan:
    """Let two people and nobody work on accounts that are late, due and undated."""
    size = len(plan.campaign)
    days = [plan.as_of + pd.Timedelta(days=day) for day in (-9, -1, 0, 3, 30)]
    due = [[*days, pd.NaT][at % 6] for at in range(size)]
    frame = plan.campaign.assign(
        owner=[["Ann?", "bob", "Bob", ""][at % 4] for at in range(size)],
        outcome=["Open" if at % 5 else "Won" for at in range(size)],
        my_date=pd.Series(due, dtype="datetime64[s]"),
    )
    return replace(plan, campaign=frame)


def test_every_account_at_work_is_counted_once_and_who_is_latest_comes_first(tiny_plan: Plan) -> None:
    plan = busy(tiny_plan)
    told = owners(plan)
    words = follow_through.computed(
        plan.campaign, as_of=plan.as_of, settings=plan.settings, book=playbook_of(plan)
    )["when_due"]
    assert np.sum([*told.values()]) == (words != "").sum() > 0
    assert [*told][-1] == dashboard_tables.OTHERS
    assert sorted(name.casefold() for name in told) == ["ann?", "bob", dashboard_tables.OTHERS.casefold()]
    late = [cells[0] for cells in told.values()][:-1]
    assert late == sorted(late, reverse=True)
    assert counts.due_told(plan).value.startswith(
        f"{(words == LATE).sum()} overdue, {(words == NOW).sum()} due today."
    )


def test_more_owners_than_are_shown_are_counted_in_the_last_row(tiny_plan: Plan) -> None:
    rows = pd.concat([tiny_plan.campaign.head(1)] * 40, ignore_index=True)
    plan = replace(tiny_plan, campaign=rows.assign(owner=[f"Rep {at}" for at in range(40)], outcome="Open", stage="Listed", control_group="",
                                                   my_date=tiny_plan.as_of))  # fmt: skip
    told = owners(plan)
    assert len(told) == dashboard_tables.OWNERS + 1
    assert told[dashboard_tables.OTHERS] == [0, 40 - dashboard_tables.OWNERS, 0, 0, 0]


def test_the_sentence_says_why_accounts_to_pursue_and_pursue_differ(tiny_plan: Plan) -> None:
    size = len(tiny_plan.campaign)
    assert size >= 6
    decision = ["Pursue", "Pursue", "Pursue", "Reassign", "Rest", "Let go"] + ["Let go"] * (size - 6)
    frame = tiny_plan.campaign.assign(
        decision=decision, wave=[1.0, 1.0, np.nan, 1.0] + [np.nan] * (size - 4), want_back=["", "No", "", "", "Yes", ""] + [""] * (size - 6),
    )  # fmt: skip
    told = counts.pursued_told(replace(tiny_plan, campaign=frame)).value
    assert told == (
        "3 to pursue: 1 of 3 with the decision Pursue, 1 of 1 with the decision Reassign, 1 more you want back;"
        " 2 not now (No, Later, or not in a wave)."
    )


@pytest.mark.office
def test_the_dashboard_follows_owners_days_and_answers_as_python_counts_them(
    tiny_plan: Plan, tmp_path: Path, office: Office
) -> None:
    """Days, owners and answers are typed after the file was written: what it stored is out of date.

    Ann? is not Anna: no sign in a name is a wildcard.
    """
    path = saving.save(busy(tiny_plan), tmp_path / "campaign.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["Campaign"]
    place = {column.name: at for at, column in enumerate(CAMPAIGN.columns, start=1)}
    for row in range(5, sheet.max_row + 1):
        sheet.cell(row, place["owner"]).value = ("Ann?", "BOB", "Anna", "<>", None)[row % 5]
        sheet.cell(row, place["outcome"]).value = (None, "Open", "Lost")[row % 3]
        sheet.cell(row, place["want_back"]).value = ("Yes", "No", "Later", None, None, None)[row % 6]
        sheet.cell(row, place["my_date"]).value = (
            None if row % 7 == 0 else (tiny_plan.as_of + pd.Timedelta(days=row * 5 % 13 - 4)).to_pydatetime()
        )
    book.save(path)
    cells = office.cells(path)["Dashboard"]
    plan = reopen(office.save_as(path, tmp_path / "saved.xlsx")).plan
    shown = {address: cell["value"] for address, cell in cells.items()}
    assert counts.pursued_told(plan).value in shown.values()
    assert counts.due_told(plan).value in shown.values()
    named = next(cell for cell in dashboard.sheet(busy(tiny_plan)).tables if cell.name == "tblByOwner")
    words = follow_through.computed(
        plan.campaign, as_of=plan.as_of, settings=plan.settings, book=playbook_of(plan)
    )["when_due"]
    listed = [str(name).casefold() for name in np.asarray(named.fields[0].values)]
    owner = plan.campaign["owner"].fillna("").str.casefold()
    owner = owner.where(owner.isin(listed[:-1]), listed[-1])
    for at, name in enumerate(listed):
        row = [shown[f"{'BCDEF'[column]}{named.row + 2 + at}"] for column in range(5)]
        assert row == [((owner == name) & (words == word)).sum() for word in due.WHEN_DUE], name
