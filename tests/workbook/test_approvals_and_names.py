"""Today parts calls from approvals, and names the talks that count for nobody."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests import desk
from tests.engines.engines import ENGINES
from tests.engines.test_recalculated import installed
from winback_xl.core.talks.unknown_names import closest, sentence
from winback_xl.core.tracking import gate, talk_log
from winback_xl.schema.columns import CAMPAIGN
from winback_xl.workbook import book
from winback_xl.workbook.render_file import render
from winback_xl.workbook.sheets import now, talks, today, today_calls, unknown_talks

ENGINE = pytest.mark.parametrize("engine", ENGINES)


def waiting() -> Any:
    """Return a campaign in which every third account waits for somebody's approval."""
    plan = desk.built()
    third = np.arange(len(plan.campaign)) % 3 == 0
    frame = plan.campaign.assign(
        want_back="Yes", listened="Yes", attempts=1.0, last_contact=plan.as_of - pd.Timedelta(days=9), owner="Ann",
        stage=np.where(third, "Offer approved", "Listened").astype(object),
        approver=np.where(third, "Manager", "Rep").astype(object), past_behind="", phone="+49 30 1",
    )  # fmt: skip
    return replace(plan, campaign=frame, frozen=True)


def test_who_waits_for_an_approval_is_not_among_the_calls() -> None:
    plan = waiting()
    rows = now.rows_of(plan)
    inside = np.isin(rows.frame["missing"], [CAMPAIGN[name].heading for name in gate.APPROVAL_CELLS])
    calls, approvals = today_calls.call_places(rows)[1], today_calls.approval_places(rows)[1]
    assert inside.any()
    assert [inside[int(at) - 1] for at in calls if at] == [False] * sum(at > 0 for at in calls)
    assert [inside[int(at) - 1] for at in approvals if at] == [True] * today_calls.APPROVALS
    made = today.sheet(plan, rows, now.named(rows), talks.shown(plan))
    at = next(cell.row for cell in made.cells if str(cell.value).startswith(today_calls.TO_APPROVE))
    below = [cell for cell in made.cells if at + 1 < cell.row <= at + 1 + today_calls.APPROVALS]
    assert "+49 30 1" not in [cell.value for cell in below], "nobody is called for it"
    assert "Manager" in [cell.value for cell in below]


@ENGINE
def test_an_approval_leaves_its_list_when_it_is_given(engine: str) -> None:
    plan = waiting()
    made = BytesIO()
    render(book.build(plan), made)
    open_book = installed(engine)(made.getvalue())
    numbers = {
        cell.name: f"{'ABC'[cell.col]}{cell.row + 1}"
        for cell in book.build(plan).sheet("Numbers").cells
        if cell.name
    }
    before = today_calls.approval_places(now.rows_of(plan))[1]
    first = int(before[0]) - 1
    _, table = book.build(plan).table("tblCampaign")
    from winback_xl.readers.grid import letters

    for heading, value in (("Approved by", "Somebody else"), ("Approved on", 46_300)):
        open_book.set(("Campaign", f"{letters(table.column(heading))}{first + table.row + 2}"), value)
    wanted = [("Numbers", numbers[f"approve_{number}_"]) for number in range(1, 5)]
    after = [float(value or 0) for value in open_book.values(wanted).values()]
    assert before[0] not in after
    assert after[0] == before[1]


def test_a_misspelt_name_is_told_with_the_closest_account() -> None:
    accounts = ["Derby Ltd", "Delta", "Müller & Söhne", "100% Foods", "Alpha Group Nord"]
    assert [closest(name, accounts) for name in ("Detla", "Mülller", "alpha group", "Velta", "Zebra", "100% F")] == [
        "Delta", "Müller & Söhne", "Alpha Group Nord", "Delta", "", "100% Foods",
    ]  # fmt: skip
    assert (
        sentence(["a1", "b2", "c3", "d4"], [])
        == "4 talks name no account in this campaign: a1, b2, c3 and 1 more."
    )


@ENGINE
def test_misspelt_names_are_on_today_talks_and_checks_as_python_says(engine: str) -> None:
    plan = desk.built()
    good = str(plan.cards["account"].iloc[2])
    wrong = [good[:-1], "Q*?", good[1:], "Zzz", good]
    log = pd.DataFrame({"talk_date": plan.as_of, "customer": wrong, "talked_by": "Ann"}, dtype=object)
    log["customer_id"] = talk_log.accounts(plan.campaign, log["customer"], plan.cards)
    plan = replace(plan, talks=talk_log.shaped(log), frozen=True)
    made = book.build(plan)
    stated = made.sheet("Card lookup")
    said = {cell.name: cell.value for cell in stated.cells if cell.name}
    assert said[unknown_talks.COUNT] == 4
    assert str(said[unknown_talks.TOLD]).startswith(
        f"4 talks name no account in this campaign: {good[:-1]} ({good}?), Q*?"
    )
    assert (
        next(cell.value for cell in made.sheet("Today").cells if (cell.row, cell.col) == (2, 0))
        == said[unknown_talks.TOLD]
    )
    assert str(made.sheet("Checks").cells[0].value).startswith("CHECK: 1 of")
    file = BytesIO()
    render(made, file)
    open_book = installed(engine)(file.getvalue())
    cells = {
        cell.name: ("Card lookup", f"{'ABCDEFGHIJKLMN'[cell.col]}{cell.row + 1}")
        for cell in stated.cells
        if cell.name
    }
    names = [name for name in said if name.startswith("unknown")]
    _, log_table = made.table("tblTalks")
    open_book.set(("Talks", f"B{log_table.row + 2}"), "")  # an edit, so that all of it is calculated
    shown = open_book.values([cells[name] for name in names])
    assert [shown[cells[name]] for name in names] == [said[name] for name in names]
