"""A page a call with the landmines on top, a page of history, and the watch list."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest

from tests import desk, oracles
from winback_xl.core.outreach.account_summary import Dossier
from winback_xl.inputs import playbook_file
from winback_xl.schema.columns import LISTS
from winback_xl.workbook import book
from winback_xl.workbook.render_file import render
from winback_xl.workbook.sheets import account_history, call_sheets, lists, watch_list
from winback_xl.workbook.written_cells import BLANK, READ, codes_of
from winback_xl.workflows import planning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winback_xl.workbook.spec import Sheet


@pytest.fixture(scope="module")
def five():
    return planning.dossiers(desk.tables(), desk.built(), 5)


@pytest.fixture(scope="module")
def pages(five) -> Sheet:
    return call_sheets.sheet(desk.built(), five)


def blocks(sheet: Sheet) -> Iterator[list[str]]:
    """Return the texts of each page, top to bottom."""
    edges = [3, *sheet.breaks, 10_000]
    for first, end in pairwise(edges):
        cells = sorted(
            (cell for cell in sheet.cells if first <= cell.row < end), key=lambda cell: (cell.row, cell.col)
        )
        yield [str(cell.value) for cell in cells if cell.value]


def page_of(plan, one: Dossier) -> str:
    return "\n".join(next(blocks(call_sheets.sheet(plan, [one]))))


def test_there_is_one_page_for_each_account_and_landmines_stand_on_top(five, pages) -> None:
    made = list(blocks(pages))
    assert len(made) == len(five) == 5
    for one, texts in zip(five, made, strict=True):
        assert one.says("customer_id") in texts[0]
        assert texts[1] == "Landmines"


def test_every_page_has_backstory_history_questions_and_plan(pages) -> None:
    for texts in blocks(pages):
        assert {"Who", "Why now", "Backstory", "History", "Ask and say", "The plan"} <= set(texts)


def test_the_questions_are_those_of_the_playbook_and_follow_the_stage(five) -> None:
    plan = desk.built()
    page = page_of(plan, five[0])
    asked = {
        "At risk": ("What happened?", "Why are you leaving us?", "What would we need to do to keep you?"),
        "Active": ("What happened?", "What would you like us to do about it?"),
        "Cold": (
            "What happened?",
            "Why did you stop ordering from us?",
            "What would have to be different for you?",
        ),
    }
    for status, questions in asked.items():
        page = page_of(plan, replace(five[0], account={**five[0].account, "status": status}))
        assert all(question in page for question in questions), status
        assert ("Why are you leaving us?" in page) == (status == "At risk")
    heard = page_of(plan, replace(five[0], account={**five[0].account, "stage": "Listened"}))
    assert "Let me summarise what I heard." in heard
    assert "What happened?" not in heard
    later = replace(five[0], account={**five[0].account, "stage": "Delivered"})
    assert "Is this solved from your point of view?" in page_of(plan, later)
    assert "What happened?" not in page_of(plan, later)
    other = replace(plan, playbook=playbook_file.load("eat_crow"))
    assert "Please tell me what happened. I want to hear all of it." in page_of(other, five[0])


def test_the_offer_is_locked_until_they_were_heard(five) -> None:
    plan = desk.built()
    sized = next(one for one in five if one.number("recommended") > 0)
    assert "LOCKED until you have listened" in page_of(plan, sized)
    heard = replace(sized, account={**sized.account, "listened": "Yes"})
    assert "LOCKED" not in page_of(plan, heard)
    assert "Make-good: " in page_of(plan, heard)


def test_what_they_ask_is_compared_with_the_offer(five) -> None:
    """Articles 001: their idea may cost less than ours; if it costs more, meet in the middle under the cap."""
    plan = desk.built()
    one = next(one for one in five if one.number("recommended") > 0)
    offered = one.number("recommended")

    def asking(amount: float) -> str:
        goods = plan.make_goods.assign(requested_amount=amount)
        return page_of(replace(plan, make_goods=goods), one)

    assert "less than we would offer" in asking(offered / 2)
    assert "the middle, under the cap" in asking(offered * 2)


def test_idea_outside_party_visit_concession_and_token_are_told(five) -> None:
    day = pd.Timestamp("2026-12-01")
    account = {
        **five[0].account, "requested_remedy": "An earlier truck", "idea": "Accepted", "idea_answer": "Route sheet",
        "outside_party": "Freight Co", "chase_on": day, "manager": "Mo", "joint_visit": day, "concession": 400.0,
        "concession_cost": 820.44, "concession_review": day, "hurt": "The buyer, before her boss",
        "why_they_buy": "You answer the phone", "recommended": 100.0, "token": 50.0,
    }  # fmt: skip
    page = page_of(desk.built(), replace(five[0], account=account))
    for words in (
        "They asked for: An earlier truck. Our answer: accepted: Route sheet.",
        "Freight Co must deliver too: chase them, 2026-12-01.",
        "Joint visit with Mo, 2026-12-01.",
        "a year: ",
        "over 3 years in today's money, to be reviewed, 2026-12-01.",
        "Who was affected: The buyer, before her boss. Say that you understand.",
        "Why they bought: You answer the phone. Start the new sale there.",
        "(gift card)",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"approver": "Counsel"}, "no apology and no offer before Counsel"),
        ({"channel": "E-mail"}, "never an e-mail"),
        ({"attempts": 3.0}, "let it rest"),
        ({"contact_role": "Assistant"}, "Not known to decide"),
        ({"level": "Habitual Buyer"}, "One mistake breaks the habit"),
        ({"owner": "", "manager": ""}, "Nobody has the account"),
    ],
)
def test_what_to_look_out_for_is_said(five, cells, words) -> None:
    one = replace(five[0], account={**five[0].account, **cells})
    assert words in page_of(desk.built(), one)


def test_our_version_and_theirs_stand_apart(five) -> None:
    one = replace(
        five[0],
        on_file={"reason_ours": "price", "landmines": "the CFO"},
        account={**five[0].account, "reason_theirs": "late"},
    )
    page = page_of(desk.built(), one)
    assert "Our version: price" in page
    assert "Their version: late" in page
    assert "Their reason for leaving differs from ours" in page
    assert page.index("the CFO") < page.index("Who")


def test_room_for_notes_is_left_free_so_that_nothing_typed_there_is_lost(pages) -> None:
    """A refresh takes what is outside our own cells to the Leftovers sheet."""
    free = [cell for cell in pages.cells if cell.look == "input"]
    assert len(free) == 6 * 5
    codes = codes_of(pages)
    assert {int(codes[cell.row, 1]) for cell in free} <= {BLANK, READ}


def test_nobody_to_call_is_said() -> None:
    sheet = call_sheets.sheet(desk.built(), [])
    assert sheet.cells[0].value == call_sheets._EMPTY
    assert account_history.sheet(desk.built(), []).cells[0].look == "note"


def test_history_holds_years_and_troubles_of_each_account(five) -> None:
    sheet = account_history.sheet(desk.built(), five)
    assert [table.name for table in sheet.tables] == [
        f"tbl{kind}{n}" for n in range(1, 6) for kind in ("Years", "Trouble")
    ]
    for one, table in zip(five, sheet.tables[::2], strict=True):
        assert list(table.fields[1].values) == one.years["order_days"].tolist()
    assert len(sheet.breaks) == 4


def test_an_account_without_any_history_still_has_its_page() -> None:
    sheet = account_history.sheet(desk.built(), [Dossier({"customer_id": "X"})])
    assert [table.rows for table in sheet.tables] == [1, 1]
    assert "No order is on file." in {cell.value for cell in sheet.cells}


def test_call_sheets_come_on_request_only(five) -> None:
    plain = [sheet.name for sheet in book.build(desk.built()).sheets]
    asked = [sheet.name for sheet in book.build(desk.built(), dossiers=five).sheets]
    assert "Call sheets" not in plain
    assert asked[5:10] == ["Retention", "Segments", "Accounts", "Call sheets", "Account history"]


def test_each_page_starts_with_a_break_and_prints_upright(five) -> None:
    buffer = io.BytesIO()
    render(book.build(desk.built(), dossiers=five), buffer)
    opened = openpyxl.load_workbook(buffer)
    for name in ("Call sheets", "Account history"):
        sheet = opened[name]
        assert len(sheet.row_breaks.brk) == 4
        assert sheet.page_setup.orientation != "landscape"
        assert 10 < sheet.page_setup.scale <= 100


def test_resting_accounts_stand_in_the_watch_list_with_a_formula_that_says_when() -> None:
    plan = desk.edited(
        want_back={0: "Later", 1: "Later"},
        rest_until={0: pd.Timestamp("2026-10-01"), 1: pd.Timestamp("2027-10-01")},
    )
    sheet = watch_list.sheet(plan)
    table = sheet.tables[0]
    due = next(field for field in table.fields if field.heading == "Due")
    ids = next(field for field in table.fields if field.heading == "Customer ID")
    rows = dict(zip(ids.values, due.values, strict=True))
    assert rows[plan.campaign["customer_id"][0]] == "Look now"
    assert rows[plan.campaign["customer_id"][1]] == ""
    assert "set_as_of" in due.formula


@pytest.mark.parametrize("name", playbook_file.shipped())
def test_the_stage_list_is_the_playbook_s_and_the_stage_table_holds_all(name: str) -> None:
    plan = replace(desk.built(), playbook=playbook_file.load(name))
    own = playbook_file.load(name).names
    assert lists.choices(plan)["Stage"] == own
    table = next(item for item in lists.sheet(plan).tables if item.name == "tblStages")
    shown = dict(zip(table.fields[0].values, table.fields[6].values, strict=True))
    assert tuple(shown) == LISTS["Stage"]
    assert len(shown) == 16
    assert {stage for stage, used in shown.items() if used == "Yes"} == set(own)


@pytest.mark.validator
def test_a_book_with_call_sheets_opens_without_repair(five, sdk, tmp_path) -> None:
    path = tmp_path / "calls.xlsx"
    render(book.build(desk.built(), dossiers=five), path)
    assert oracles.sdk_errors(path, sdk) == []


@pytest.mark.office
def test_each_call_prints_on_one_page(five, office, tmp_path) -> None:
    made = book.build(desk.built(), dossiers=five)
    shown = tuple(
        replace(sheet, hidden="" if sheet.name == "Call sheets" else "hidden")
        for sheet in made.sheets
        if sheet.name != "Snapshot"
    )
    path = tmp_path / "calls.xlsx"
    render(replace(made, sheets=shown), path)
    assert len(office.pictures(path, tmp_path, dpi=20)) == 5


def test_the_backstory_says_who_told_it_and_when(five):
    one = replace(
        five[0], on_file={"reason_ours": "Price", "told_by": "Rita Vance", "told_on": "2026-05-04 00:00:00"}
    )
    said = [cell.value for cell in call_sheets.sheet(desk.built(), [one]).cells]
    assert "Our version: Price (Rita Vance, 2026-05-04)" in said
    hearsay = replace(five[0], on_file={"reason_ours": "Price", "told_on": "NaT"})
    said = [cell.value for cell in call_sheets.sheet(desk.built(), [hearsay]).cells]
    assert "Our version: Price (nobody is named: ask who worked on the account)" in said


def test_doubts_of_the_contact_and_a_shared_fault_stand_on_the_page(five):
    one = replace(five[0], account={**five[0].account, "contact_check": "No e-mail"})
    goods = desk.built().make_goods.assign(fault_split="60% ours, 40% not ours")
    plan = replace(desk.built(), make_goods=goods.assign(customer_id=one.says("customer_id")).head(1))
    said = " ".join(str(cell.value) for cell in call_sheets.sheet(plan, [one]).cells)
    assert "Check the contact first: No e-mail." in said
    assert "Whose fault, as far as we know: 60% ours, 40% not ours." in said
