"""The account card and the log of talks: what formulas show is what Python knows, and a held case shows no offer."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from tests import desk
from tests.test_recalculation import differences
from winback_xl.core.talks import talk_keys
from winback_xl.core.tracking import account_state, talk_counts, talk_log
from winback_xl.workbook import book, render_file
from winback_xl.workbook.sheets import account, talks

if TYPE_CHECKING:
    from pathlib import Path

    from tests.oracles import Office
    from winback_xl.core.campaign.campaign_plan import Plan


def with_talks(plan: Plan, count: int) -> Plan:
    """Return a plan whose log holds talks with its accounts on made-up days."""
    chance, ids = random.Random(count), plan.campaign["customer_id"].tolist()
    rows = [
        {
            "customer_id": one, "customer": one, "talk_date": plan.as_of - pd.Timedelta(days=chance.randint(0, 300)),
            "talked_by": "Ann", "channel": "Phone", "listened": chance.choice(["Yes", "No", ""]),
            "said": f"Talk {number}", "promised": chance.choice(["", "Call again"]), "kept": chance.choice(["", "Yes"]),
            "promised_by": chance.choice([None, plan.as_of + pd.Timedelta(days=chance.randint(0, 30))]),
        }
        for number in range(count)
        for one in [chance.choice(ids)]
    ]  # fmt: skip
    log = talk_keys.keyed(talk_log.shaped(pd.DataFrame(rows, dtype=object)), "test")
    log = talk_log.newest_first(log)
    return replace(plan, talks=log, campaign=talk_counts.with_talks(plan.campaign, log, plan.cards))


def first(plan: Plan, customer: str) -> Plan:
    """Return a plan in which a customer is the first of the campaign, whose card is then shown."""
    rows = plan.campaign
    mine = rows["customer_id"] == customer
    return replace(plan, campaign=pd.concat([rows[mine], rows[~mine]], ignore_index=True))


def shown(plan: Plan) -> dict[str, Any]:
    """Return what the card says next to each label."""
    sheet = book.build(plan).sheet(account.NAME)
    held = {(cell.row, cell.col): cell.value for cell in sheet.cells}
    return {
        str(value): held.get((row, col + 1)) for (row, col), value in held.items() if col in (0, 3) and value
    }


def test_the_log_shows_empty_rows_on_top_then_the_newest_talk() -> None:
    plan = with_talks(desk.built(), 30)
    rows = talks.shown(plan)
    assert (rows["customer"].head(6) == "").all()
    days = rows["talk_date"].dropna().tolist()
    assert days == sorted(days, reverse=True)
    assert len(days) == 30


def test_the_card_shows_the_last_talks_of_its_account() -> None:
    plan = with_talks(desk.built(), 200)
    one = plan.campaign["customer_id"].iloc[0]
    sheet = book.build(plan).sheet(account.NAME)
    said = [
        cell.value for cell in sheet.cells if isinstance(cell.value, str) and cell.value.startswith("Talk ")
    ]
    mine = plan.talks[plan.talks["customer_id"] == one]
    assert said == mine["said"].tolist()[:6]


def promised(plan: Plan, customer: str, **more: Any) -> Plan:
    """Return a plan whose log holds one talk with a promise by 18 November 2026."""
    talk = {
        "customer_id": customer, "customer": customer, "talk_date": plan.as_of, "talked_by": "Ann", "said": "We wait.",
        "promised": "Refund", "promised_by": pd.Timestamp("2026-11-18"), **more,
    }  # fmt: skip
    log = talk_keys.keyed(talk_log.shaped(pd.DataFrame([talk], dtype=object)), "test")
    return replace(plan, talks=log, campaign=talk_counts.with_talks(plan.campaign, log, plan.cards))


def test_a_promise_on_the_card_says_by_when_or_that_it_is_kept() -> None:
    plan = desk.built()
    one = plan.campaign["customer_id"].iloc[0]
    for more, said in (({}, "Refund (by 18 November)"), ({"kept": "Yes"}, "Refund (kept)")):
        sheet = book.build(promised(plan, one, **more)).sheet(account.NAME)
        assert said in [cell.value for cell in sheet.cells]


def test_a_promise_to_an_account_held_for_legal_is_not_shown_as_if_it_were_due() -> None:
    plan = desk.built()
    held = account_state.held_for_legal(plan.campaign, plan.settings)
    for rows, said in (
        (plan.campaign[held], "Held for legal, ask Counsel: Refund"),
        (plan.campaign[~held], "Refund"),
    ):
        sheet = book.build(promised(plan, rows["customer_id"].iloc[0])).sheet("Today")
        assert said in [cell.value for cell in sheet.cells]


def test_who_to_call_says_first_that_a_case_is_held_for_legal() -> None:
    plan = desk.built()
    held = account_state.held_for_legal(plan.campaign, plan.settings)
    one = int(plan.campaign.index[held][0])
    plan = desk.edited(want_back={one: "Yes"}, expected_value={one: 1e9}, worth={one: 1e9})
    steps = [cell.value for cell in book.build(plan).sheet("Today").cells if cell.col == 2]
    assert f"Held for legal. {plan.campaign.loc[one, 'do_next']}" in steps


def test_a_case_held_for_legal_shows_no_offer_no_reason_for_one_and_no_apology() -> None:
    plan = desk.built()
    rows = plan.campaign
    held = account_state.held_for_legal(rows.assign(approver="Counsel"), plan.settings)
    assert held.all()
    every = replace(plan, campaign=rows.assign(approver="Counsel"))
    for one in rows["customer_id"]:
        said = shown(first(every, one))
        assert said["The offer"].startswith(("Held for legal", "None: nobody calls."))
        assert said["Why this offer"] == ""
        words = " ".join(str(text) for text in said.values()).casefold()
        assert "sorry" not in words
        assert "apologise" not in words


@pytest.mark.parametrize("why", ["no_contact", "control_group"])
def test_whom_nobody_may_call_has_no_phone_no_words_for_a_call_and_no_offer(why: str) -> None:
    plan = desk.built()
    rows = plan.campaign[plan.campaign["recommended"] > 0]
    one = rows["customer_id"].iloc[0]
    there = shown(first(plan, one))
    said = shown(first(replace(plan, campaign=plan.campaign.assign(**{why: "Yes"})), one))
    assert there["Phone"]
    assert (said["Phone"], said["E-mail"], said["Why this offer"], said["Approves"]) == ("", "", "", "")
    assert said["The offer"] == "None: nobody calls."
    assert "not to be contacted" in said["Do next"] or "no contact" in said["Do next"]
    assert not set(map(str, said.values())) & {
        text for text in map(str, there.values()) if "Thank you" in text
    }


def test_a_decision_that_makes_no_offer_is_said_before_the_amount() -> None:
    plan = desk.built()
    one = plan.campaign.loc[plan.campaign["recommended"] > 0, "customer_id"].iloc[0]
    let_go = replace(plan, campaign=plan.campaign.assign(decision="Let go", legal="", approver="", flags=""))
    assert shown(first(let_go, one))["The offer"].startswith("Not offered while the decision is Let go.")


def test_an_offer_is_shown_with_its_amount_once_they_were_heard() -> None:
    plan = desk.built()
    sized = plan.campaign[(plan.campaign["recommended"] > 0) & (plan.campaign["approver"] != "Counsel")].iloc[
        0
    ]
    before = shown(first(plan, sized["customer_id"]))["The offer"]
    assert before.startswith("Only once they have told their side")
    heard = desk.edited(listened=dict.fromkeys(range(len(plan.campaign)), "Yes"))
    assert shown(first(heard, sized["customer_id"]))["The offer"].startswith(plan.currency)


def test_what_we_owe_is_a_line_of_its_own_and_no_part_of_the_offer() -> None:
    plan = desk.edited(
        listened={0: "Yes"}, approver={0: "Rep"}, flags={0: ""}, legal={0: ""}, decision={0: "Pursue"}, no_contact={0: ""},
        control_group={0: ""}, recommended={0: 1250.0}, low={0: 1250.0}, high={0: 1250.0}, owed={0: 1250.0}, token={0: 25.0},
    )  # fmt: skip
    assert plan.campaign.loc[0, "offer"] == "owed 1,250; token 25"
    said = shown(first(plan, plan.campaign.loc[0, "customer_id"]))
    assert said["We owe"] == "EUR 1,250: pay it first, in any case. It is not part of the offer."
    assert said["The offer"] == "A token of about EUR 25."
    more = desk.edited(
        decision={0: "Pursue"}, approver={0: "Rep"}, flags={0: ""}, legal={0: ""}, recommended={0: 1650.0}, owed={0: 1250.0},
        token={0: 25.0},
    )  # fmt: skip
    assert more.campaign.loc[0, "offer"] == "owed 1,250; 400 + 25"


@pytest.mark.parametrize(
    ("status", "asked"),
    [("Active", "What would you like us to do about it?"), ("At risk", "Why are you leaving us?"), ("Lapsed", "Why did you stop ordering from us?")],
)  # fmt: skip
def test_the_questions_fit_who_still_buys_who_buys_less_and_who_has_stopped(status: str, asked: str) -> None:
    plan = desk.edited(status={0: status}, no_contact={0: ""}, control_group={0: ""}, approver={0: "Rep"}, flags={0: ""}, legal={0: ""})  # fmt: skip
    sheet = book.build(first(plan, plan.campaign.loc[0, "customer_id"])).sheet(account.NAME)
    said = " ".join(str(cell.value) for cell in sheet.cells)
    assert asked in said
    assert ("Why are you leaving us?" in said) == (status == "At risk")


def test_nothing_is_offered_in_campaign_where_the_decision_makes_no_offer() -> None:
    sized = {
        "recommended": {0: 400.0},
        "token": {0: 25.0},
        "approver": {0: "Rep"},
        "flags": {0: ""},
        "legal": {0: ""},
    }
    let_go = desk.edited(decision={0: "Let go"}, **sized)
    wanted = desk.edited(decision={0: "Let go"}, want_back={0: "Yes"}, **sized)
    assert (let_go.campaign.loc[0, "offer"], wanted.campaign.loc[0, "offer"]) == ("\u2013", "400 + 25")


def test_what_was_agreed_is_shown_and_no_longer_the_proposal() -> None:
    """Worth is the same number as in Campaign, under the same word."""
    plan = desk.built()
    free = plan.campaign[(plan.campaign["recommended"] > 0) & (plan.campaign["approver"] != "Counsel")]
    one = free["customer_id"].iloc[0]
    at = int(plan.campaign.index[plan.campaign["customer_id"] == one][0])
    given = {"agreed_amount": {at: 1000.0}}
    assert shown(first(desk.edited(**given), one))["The offer"] == "Agreed: EUR 1,000."
    done = desk.edited(**given, delivered_on={at: plan.as_of})
    said = shown(first(done, one))
    assert said["The offer"] == "Agreed: EUR 1,000, and delivered."
    assert said["Worth"] == f"EUR {plan.campaign['worth'].iloc[at]:,.0f}"


@pytest.mark.office
def test_what_is_stored_for_any_account_is_what_libreoffice_calculates(
    office: Office, tmp_path: Path
) -> None:
    owed = {
        "recommended": {2: 1650.0, 3: 1250.0},
        "owed": {2: 1250.0, 3: 1250.0},
        "token": {2: 25.0, 3: 25.0},
    }
    plan = with_talks(
        desk.edited(reason_theirs={2: "Too slow"}, requested_remedy={2: "A credit"}, **owed), 60
    )
    rows = plan.campaign
    held = account_state.held_for_legal(rows, plan.settings)
    picked = [
        rows["customer_id"].iloc[2],
        rows["customer_id"].iloc[-1],
        *rows.loc[held, "customer_id"].head(1),
    ]
    for number, one in enumerate(picked):
        path = tmp_path / f"{number}.xlsx"
        render_file.render(book.build(replace(first(plan, one), frozen=True)), path)
        formulas, wrong = differences(path, office)
        assert formulas > 100
        assert wrong == []
