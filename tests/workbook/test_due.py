"""Who is late, by owner, and how the accounts to pursue come about: live on Today, the same in Python."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from winback_xl.core.tracking import due, follow_through
from winback_xl.workbook.sheets import counts, now, today_blocks
from winback_xl.workbook.sheets.followed import playbook_of

if TYPE_CHECKING:
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
    """Return the rows of the list by owner on Today: open, contacted, late, ..."""
    block = today_blocks.Block(0)
    today_blocks.by_owner(plan, now.rows_of(plan), block)
    rows = sorted({cell.row for cell in block.cells if cell.row > 1})
    held = {(cell.row, cell.col): cell.value for cell in block.cells}
    return {str(held[row, 0]): [float(held[row, col] or 0) for col in range(1, 8)] for row in rows}


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
    stated = owners(plan)
    words = follow_through.computed(
        plan.campaign, as_of=plan.as_of, settings=plan.settings, book=playbook_of(plan)
    )["when_due"]
    assert sum(cells[2] for cells in stated.values()) == (words == LATE).sum() > 0
    assert [*stated][-1] == today_blocks.OTHERS
    assert sorted(name.casefold() for name in stated) == ["ann?", "bob", today_blocks.OTHERS.casefold()]
    late = [cells[2] for cells in stated.values()][:-1]
    assert late == sorted(late, reverse=True)


def test_more_owners_than_are_shown_are_counted_in_the_last_row(tiny_plan: Plan) -> None:
    rows = pd.concat([tiny_plan.campaign.head(1)] * 40, ignore_index=True)
    late = tiny_plan.as_of - pd.Timedelta(days=3)
    plan = replace(tiny_plan, campaign=rows.assign(owner=[f"Rep {at}" for at in range(40)], outcome="Open", flags="", want_back="Yes", my_date=late))  # fmt: skip
    stated = owners(plan)
    assert len(stated) == today_blocks.OWNERS + 1
    assert stated[today_blocks.OTHERS][2] == 40 - today_blocks.OWNERS


def test_the_sentence_says_why_accounts_to_pursue_and_pursue_differ(tiny_plan: Plan) -> None:
    size = len(tiny_plan.campaign)
    assert size >= 6
    decision = ["Pursue", "Pursue", "Pursue", "Reassign", "Rest", "Let go"] + ["Let go"] * (size - 6)
    frame = tiny_plan.campaign.assign(
        decision=decision, wave=[1.0, 1.0, np.nan, 1.0] + [np.nan] * (size - 4), want_back=["", "No", "", "", "Yes", ""] + [""] * (size - 6),
    )  # fmt: skip
    stated = counts.pursued_stated(replace(tiny_plan, campaign=frame)).value
    assert stated == (
        "3 to pursue: 1 of 3 with the decision Pursue, 1 of 1 with the decision Reassign, 1 more you want back;"
        " 2 not now (No, Later, or not in a wave)."
    )
