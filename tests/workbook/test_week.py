"""A rep's way from Listed to Won: after each cell that is filled, Do next, Due and the cell it waits for follow at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from tests import desk
from tests.engines.engines import ENGINES, same, shown
from tests.engines.test_recalculated import installed
from winback_xl.core.outreach import contact_list
from winback_xl.core.tracking import follow_through, talk_counts, talk_log
from winback_xl.core.tracking.due import FIRST_ROW
from winback_xl.schema.columns import CAMPAIGN, TALKS
from winback_xl.workbook import book
from winback_xl.workbook.render_file import render
from winback_xl.workbook.sheets.followed import playbook_of
from winback_xl.workbook.sheets.settings import FREEZE

if TYPE_CHECKING:
    from winback_xl.core.campaign.campaign_plan import Plan

DAY, TALK = "day", "talk"
"""Steps that are not a cell of the account: the calendar moves on, and a talk is logged."""


def on(day: int, month: int = 11) -> dt.date:
    return dt.date(2026, month, day)


WEEK: tuple[tuple[str, Any, str], ...] = (
    (DAY, on(2), "Decide: "),
    ("want_back", "Yes", "Listen before any offer"),
    ("stage", "Backstory", "Call the decision-maker, and only listen"),
    (DAY, on(9), "Call the decision-maker, and only listen"),
    (TALK, on(9), "Answer their idea"),
    ("idea", "Accepted", ""),
    ("stage", "Listened", "Name the root cause"),
    ("stage", "Decided", "E-mail exactly what changed"),
    ("plan_emailed", on(10), "Call to thank them"),
    ("stage", "Plan e-mailed", "Call to thank them"),
    (DAY, on(12), "Call to thank them"),
    ("thank_you_call", on(12), "Agree the make-good"),
    ("stage", "Thank-you call", "Agree the make-good"),
    ("agreed_amount", 100.0, ""),
    ("stage", "Offer approved", "Deliver the make-good"),
    (DAY, on(17), "Deliver the make-good"),
    ("delivered_on", on(17), "Their idea: note the proof"),
    ("idea_answer", "Two people count every box", ""),
    ("stage", "Delivered", "Ask"),
    ("customer_confirmed", on(18), ""),
    ("past_behind", "Yes", ""),
    ("why_they_buy", "Short lead times", ""),
    ("new_close", on(20), "Ask for the next order"),
    (DAY, on(24), "Ask for the next order"),
    ("outcome", "Won", "Call: thank them"),
    ("won_date", on(24), "Call: thank them"),
    ("my_step", "Ring the new buyer", "Ring the new buyer"),
    ("my_date", on(23), "Ring the new buyer"),
)
"""Each step of the weeks, and how Do next starts after it; "" where only Python's answer is compared."""

FOLLOWED = ("do_next", "due", "days_overdue", "missing", "aftercare_due", "next_update_due")


def letter(place: int) -> str:
    return ("" if place < 26 else chr(64 + place // 26)) + chr(65 + place % 26)


def address(name: str, row: int) -> tuple[str, str]:
    return CAMPAIGN.title, f"{letter(CAMPAIGN.names.index(name))}{FIRST_ROW + row}"


def account(plan: Plan) -> int:
    """Return the row of an account with an offer that the rep may make alone."""
    rows = plan.campaign
    simple = (
        (rows["approver"].fillna("") == "Rep") & (rows["recommended"] > 0) & (rows["held"].fillna(0) == 0)
    )
    simple &= ~rows["flags"].str.contains("Manager visits") & (rows["decision"] == "Pursue")
    return int(simple[simple].index[0])


@pytest.mark.parametrize("engine", ENGINES)
def test_from_listed_to_won_every_cell_follows_at_once(engine: str) -> None:
    plan = replace(desk.built(), frozen=True)
    row = account(plan)
    made = BytesIO()
    render(book.build(plan), made)
    sheet = installed(engine)(made.getvalue())
    freeze = _named(made.getvalue(), FREEZE)
    talks, as_of, typed = talk_log.none(), plan.as_of, plan.campaign.copy()
    seen = []
    for what, value, starts in WEEK:
        if what == DAY:
            as_of = pd.Timestamp(value)
            sheet.set(freeze, value)
        elif what == TALK:
            label = talk_log.labels(plan.campaign)[row]
            talk = {
                "talk_date": pd.Timestamp(value),
                "customer": label,
                "listened": "Yes",
                "said": "Late twice",
            }
            talk_row = talk_log.row_of({**talk, "customer_id": plan.campaign["customer_id"][row]})
            talks = talk_row
            for name, cell in talk.items():
                at = ("Talks", f"{letter(TALKS.names.index(name))}{FIRST_ROW}")
                sheet.set(at, value if name == "talk_date" else cell)
        else:
            sheet.set(address(what, row), value)
            if isinstance(value, str):
                typed[what] = typed[what].astype(object)
            typed.loc[row, what] = pd.Timestamp(value) if isinstance(value, dt.date) else value
        campaign = talk_counts.with_talks(typed, talks, plan.cards)
        expected = follow_through.computed(
            campaign, as_of=as_of, settings=plan.settings, book=playbook_of(plan)
        )
        found = sheet.values([address(name, row) for name in FOLLOWED])
        for name in FOLLOWED:
            said, right = found[address(name, row)], shown(_plain(expected[name].iloc[row]))
            assert same(said, right), (what, value, name, said, right)
        assert str(expected["do_next"].iloc[row]).startswith(starts), (
            what,
            value,
            expected["do_next"].iloc[row],
        )
        calendar = contact_list.appointments(
            campaign.assign(**{str(name): expected[name] for name in expected}),
            as_of=as_of,
            settings=plan.settings,
        )
        mine = calendar[calendar["customer_id"] == plan.campaign["customer_id"][row]]
        seen.append(
            (what, value, expected["do_next"].iloc[row], expected["due"].iloc[row], set(mine["kind"]))
        )
    late = [step for step in seen if pd.notna(step[3]) and step[3] < pd.Timestamp(on(9)) and step[0] == DAY]
    assert late, "the week has a day on which the step was late"
    assert "Aftercare" in seen[-3][4]


def _plain(value: Any) -> Any:
    blank = value is None or (not isinstance(value, str) and pd.isna(value))
    return "" if blank else value.to_pydatetime() if isinstance(value, pd.Timestamp) else value


def _named(content: bytes, name: str) -> tuple[str, str]:
    import openpyxl

    [(sheet, place)] = openpyxl.load_workbook(BytesIO(content)).defined_names[name].destinations
    return sheet, place.replace("$", "")
