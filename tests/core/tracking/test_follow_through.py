"""What the edits of a tracker mean."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winback_xl.core.tracking import follow_through
from winback_xl.core.tracking import gate as gate_
from winback_xl.inputs import playbook_file
from winback_xl.schema import columns
from winback_xl.settings import Settings

AS_OF = pd.Timestamp("2026-11-20")  # a Friday


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


BOOK = playbook_file.load()


def one(**cells: object) -> pd.Series:
    row = {"customer_id": "C1", "outcome": "Open", **cells}
    return follow_through.computed(
        pd.DataFrame([row]), as_of=AS_OF, settings=Settings(counsel_names="Lea Stone"), book=BOOK
    ).iloc[0]


def gate_of(row: pd.Series) -> str:
    """Return what the gate asks for, in words; "" for nothing."""
    return (
        gate_.STEPS[int(row["gate"]) - 1].says.replace("\u2026", row["authority"]) if row["gate"] > 0 else ""
    )


HEARD = {"want_back": "Yes", "listened": "Yes"}
LISTENED = {**HEARD, "stage": "Decided"}
MAIL = "Send the plan e-mail, enter the day"
AGREE, DELIVER = "Agree the make-good, enter the amount", "Deliver the make-good, enter the day"
MAILED = {**LISTENED, "plan_emailed": day("2026-11-20")}
THANKED = {**MAILED, "thank_you_call": day("2026-11-24")}

CLEARED = {**THANKED, "customer_confirmed": AS_OF, "past_behind": "Yes"}


def test_overdue_counts_days_since_it_was_due() -> None:
    assert one(my_date=day("2026-11-17"))["days_overdue"] == 3


@pytest.mark.parametrize(("due", "days"), [("2026-11-20", 0), ("2026-12-01", -11), (None, np.nan)])
def test_what_is_due_today_later_or_never_is_not_overdue(due: str | None, days: float) -> None:
    found = one(my_date=pd.Timestamp(due) if due else pd.NaT)["days_overdue"]
    assert found == pytest.approx(days, nan_ok=True)


@pytest.mark.parametrize("outcome", ["Lost", "Warm-lost", "Let go"])
def test_a_closed_account_is_never_overdue_and_owes_no_update(outcome: str) -> None:
    row = one(outcome=outcome, my_date=day("2026-01-01"), last_contact=day("2026-01-01"))
    assert np.isnan(row["days_overdue"])
    assert pd.isna(row["next_update_due"])


@pytest.mark.parametrize(
    ("talked", "due"),
    [
        ("2026-11-16", "2026-11-18"),
        ("2026-11-19", "2026-11-23"),
        ("2026-11-21", "2026-11-24"),  # from a Saturday Monday is the first working day
        ("2026-11-22", "2026-11-24"),
    ],
)
def test_the_next_update_is_due_two_working_days_after_the_last_talk(talked: str, due: str) -> None:
    assert one(last_contact=day(talked))["next_update_due"] == day(due)


def test_who_rests_is_left_in_peace() -> None:
    assert pd.isna(one(stage="Resting", last_contact=day("2026-11-16"))["next_update_due"])


@pytest.mark.parametrize(
    ("cells", "gate"),
    [
        ({}, gate_.DECIDE),
        ({"want_back": "No"}, "Close on good terms: set the outcome"),
        ({"want_back": "Later"}, "Set the day on which the pause ends"),
        ({"want_back": "Later", "rest_until": day("2027-02-01")}, ""),
        ({"want_back": "Later", "rest_until": AS_OF}, "Pause is over: decide again"),
        ({"want_back": "Yes", "stage": "Resting"}, "Set the day on which the pause ends"),
        ({"want_back": "Yes"}, "Listen before any offer"),
        ({"want_back": "Yes", "listened": "No", "agreed_amount": 500.0}, "Listen before any offer"),
        ({**HEARD, "approver": "Director", "our_cost": 9000.0}, ""),  # nothing is offered yet
        (
            {**HEARD, "approver": "Director", "our_cost": 9000.0, "stage": "Offer approved"},
            "Get approval: Director",
        ),
        (
            {**HEARD, "approver": "Director", "our_cost": 9000.0, "agreed_amount": 1.0},
            "Get the agreed amount approved by a Director",
        ),
        (
            {**HEARD, "approver": "Director", "our_cost": 9000.0, "agreed_amount": 1.0, "approved_by": "Ann"},
            "Enter the day of the approval",
        ),
        ({**HEARD, "legal": "Yes"}, gate_.HELD),
        ({**HEARD, "legal": "Yes", "approved_by": "Ann", "approved_on": AS_OF}, gate_.HELD),
        ({**HEARD, "legal": "Yes", "approved_by": "Lea Stone"}, "Enter the day of the approval"),
        ({**HEARD, "legal": "Yes", "approved_by": " lea stone", "approved_on": AS_OF}, ""),
        ({"want_back": "Yes", "legal": "Yes"}, "Listen before any offer"),
        ({**HEARD, "fix": "exception"}, "Get the exception approved"),
        (
            {**LISTENED, "fix": "exception", "fix_approved_by": "Ann"},
            MAIL,
        ),
        ({**LISTENED, "fix": "for all"}, MAIL),
        (LISTENED, MAIL),
        (
            {**LISTENED, "approver": "Manager", "approved_by": "Ann", "approved_on": AS_OF},
            MAIL,
        ),
        (MAILED, "Call to thank, enter the day"),
        ({**THANKED, "recommended": 500.0}, AGREE),
        ({**THANKED, "token": 25.0}, AGREE),
        (
            {**THANKED, "recommended": 500.0, "agreed_amount": 500.0},
            "",
        ),  # the stage says that it is to be agreed
        ({**THANKED, "recommended": 500.0, "agreed_amount": 500.0, "stage": "Offer approved"}, DELIVER),
        (THANKED, "Ask the customer to confirm"),
        (
            {**THANKED, "recommended": 500.0, "agreed_amount": 500.0, "delivered_on": AS_OF},
            "Ask the customer to confirm",
        ),
        ({**THANKED, "customer_confirmed": AS_OF}, "Ask: is the past behind us?"),
        ({**THANKED, "customer_confirmed": AS_OF, "past_behind": "Yes"}, "Sell again: note why they bought"),
        ({**CLEARED, "why_they_buy": "They answer the phone"}, "Sell again: set the day to ask"),
        ({**CLEARED, "new_close": AS_OF}, "Sell again: note why they bought"),
        ({**CLEARED, "why_they_buy": "Quick", "new_close": AS_OF}, "Ask for the next order"),
        ({"outcome": "Lost"}, "Note why they left"),
        ({"outcome": "Warm-lost", "reason_theirs": "price"}, ""),
        ({"outcome": "Let go"}, ""),
        ({**LISTENED, "stage": "Warm-lost"}, "Closed: set the outcome"),
        ({"customer_id": ""}, ""),
        ({"want_back": None}, gate_.DECIDE),
        ({"outcome": "Warm-lost"}, "Note why they left"),
        ({"outcome": "Lost", "reason_theirs": "price"}, ""),
        ({**LISTENED, "stage": "Let go"}, "Closed: set the outcome"),
        ({**THANKED, "stage": "Delivered", "agreed_amount": 300.0}, DELIVER),
        ({**THANKED, "token": 0.5}, AGREE),
    ],
)
def test_the_gate_names_the_first_missing_thing(cells: dict[str, object], gate: str) -> None:
    assert gate_of(one(**cells)) == gate


@pytest.mark.parametrize(
    ("agreed", "proposed", "cost", "gate"),
    [
        (400.0, 0.0, 0.0, MAIL),  # a rep may grant this alone
        (500.0, 0.0, 0.0, MAIL),  # just the limit
        (
            450.0,
            100.0,
            100.0,
            MAIL,
        ),  # what was proposed is in our cost already
        (501.0, 0.0, 0.0, "Get the agreed amount approved by a Manager"),
        (600.0, 400.0, 425.0, "Get the agreed amount approved by a Manager"),
        (
            1_250.0,
            1_250.0,
            0.0,
            MAIL,
        ),  # owed anyway: no goodwill to approve
        (
            900.0,
            900.0,
            900.0,
            "Get approval: Manager",
        ),  # whoever owned it when it was proposed: the present owner may approve 500
        (3_000.0, 1_250.0, 0.0, "Get the agreed amount approved by a Manager"),
    ],
)
def test_more_agreed_than_proposed_needs_approval_above_the_reps_limit(
    agreed: float, proposed: float, cost: float, gate: str
) -> None:
    row = one(**LISTENED, approver="Rep", agreed_amount=agreed, recommended=proposed, our_cost=cost)
    assert gate_of(row) == gate


@pytest.mark.parametrize(
    ("by", "gate"),
    [
        (None, "Get the agreed amount approved by a Director"),
        ("Eoin Walsh", "The owner cannot approve: ask a Director"),
        (" eoin walsh", "The owner cannot approve: ask a Director"),
        ("Dana Reyes", MAIL),
    ],
)
def test_nobody_approves_an_amount_beyond_the_reps_limit_for_himself(by: str | None, gate: str) -> None:
    planned = {**LISTENED, "approver": "Manager", "recommended": 3_000.0, "our_cost": 465.0}
    row = one(**planned, agreed_amount=9_000.0, owner="Eoin Walsh", approved_by=by, approved_on=AS_OF)
    assert row["authority"] == "Director"
    assert gate_of(row) == gate


def test_a_rep_approves_what_a_rep_may_decide() -> None:
    row = one(
        **LISTENED, approver="Rep", agreed_amount=400.0, owner="Ann", approved_by="Ann", approved_on=AS_OF
    )
    assert gate_of(row) == MAIL


def test_nobody_approves_his_own_exception() -> None:
    assert (
        gate_of(one(**HEARD, fix="exception", owner="Ann", fix_approved_by="ann"))
        == "Get the exception approved"
    )


@pytest.mark.parametrize(
    ("cells", "gate"),
    [
        ({"outcome": "Won"}, gate_.DECIDE),
        ({"outcome": "Won", "want_back": "Yes"}, "Listen before any offer"),
        ({"outcome": "Won", **LISTENED, "approver": "CFO", "our_cost": 30_000.0}, "Get approval: CFO"),
        ({"outcome": "Won", **LISTENED}, "Ask the customer to confirm"),
        ({"stage": "Aftercare", **HEARD}, "Ask the customer to confirm"),
        ({"stage": "Won", **HEARD, "customer_confirmed": AS_OF}, "Set the outcome to Won"),
        (
            {"outcome": "Won", **LISTENED, "customer_confirmed": AS_OF},
            "Enter the day of the first new order",
        ),
        ({"outcome": "Won", **LISTENED, "customer_confirmed": AS_OF, "won_date": AS_OF}, ""),
    ],
)
def test_calling_it_won_opens_no_gate(cells: dict[str, object], gate: str) -> None:
    assert gate_of(one(**cells)) == gate


@pytest.mark.parametrize(
    ("cells", "gate"),
    [
        ({"want_back": "Yes", "past_behind": "No"}, "Customer is not ready: pause"),
        ({**THANKED, "past_behind": "No"}, "Customer is not ready: pause"),
        ({"want_back": "Later", "past_behind": "No", "rest_until": day("2027-02-01")}, ""),
        ({**LISTENED, "past_behind": "Yes"}, MAIL),
    ],
)
def test_without_the_past_behind_them_nobody_is_pursued(cells: dict[str, object], gate: str) -> None:
    """Article 002: unless they put the past behind them, future business is unlikely."""
    assert gate_of(one(**cells)) == gate


@pytest.mark.parametrize(
    ("cells", "gate"),
    [
        ({"attempts": 2.0}, "Listen before any offer"),
        ({"attempts": 3.0}, "Enough attempts: pause"),
        ({"attempts": 3.0, "listened": "Yes"}, ""),
        ({"attempts": 3.0, "stage": "Resting"}, "Set the day on which the pause ends"),
        ({"attempts": 3.0, "stage": "Resting", "rest_until": day("2027-02-18")}, ""),
    ],
)
def test_after_three_tries_it_is_enough(cells: dict[str, object], gate: str) -> None:
    """Article 000: it is no contest; the gate asks for the rest, and for its day."""
    assert gate_of(one(want_back="Yes", **cells)) == gate


@pytest.mark.parametrize(
    ("cells", "gate"),
    [
        ({}, "Joint visit: name the manager"),
        ({"manager": "Mo"}, "Joint visit: set the day"),
        ({"joint_visit": AS_OF}, "Joint visit: name the manager"),
        ({"manager": "Mo", "joint_visit": AS_OF}, "Listen before any offer"),
        ({"listened": "Yes"}, ""),
    ],
)
def test_a_top_account_waits_for_the_manager_and_the_day_of_the_visit(
    cells: dict[str, object], gate: str
) -> None:
    assert gate_of(one(want_back="Yes", visit="Yes", **cells)) == gate


@pytest.mark.parametrize(
    ("cells", "gate"),
    [
        ({"outside_party": "Freight Co"}, "Chase the outside party, set the next day"),
        ({"outside_party": "Freight Co", "chase_on": AS_OF}, "Chase the outside party, set the next day"),
        (
            {"outside_party": "Freight Co", "chase_on": day("2026-11-21")},
            MAIL,
        ),
        ({"chase_on": AS_OF}, MAIL),
    ],
)
def test_an_outside_party_is_chased_on_its_day(cells: dict[str, object], gate: str) -> None:
    assert gate_of(one(**LISTENED, **cells)) == gate


@pytest.mark.parametrize(
    ("cells", "gate"),
    [
        ({}, "Answer their idea: accepted, partly, no?"),
        ({"idea": "No"}, "Their idea: note the reason you gave"),
        ({"idea": "No", "idea_answer": "We do not ship on Sundays"}, "Ask the customer to confirm"),
        ({"idea": "Accepted"}, "Their idea: note the proof it is done"),
        ({"idea": "Partly"}, "Their idea: note the proof it is done"),
        ({"idea": "Accepted", "idea_answer": "Route sheet of 11-12"}, "Ask the customer to confirm"),
    ],
)
def test_their_idea_gets_an_answer_and_the_answer_a_proof(cells: dict[str, object], gate: str) -> None:
    assert gate_of(one(**THANKED, requested_remedy="An earlier truck", **cells)) == gate


@pytest.mark.parametrize("error", ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"])
def test_every_error_value_of_excel_is_told(error: str) -> None:
    row = one(want_back=error)
    assert (gate_of(row), row["do_next"]) == (gate_.FIX, gate_.FIX)


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        ({"outcome": "Lost"}, "reason_theirs"), ({"want_back": "Yes"}, "stage"), ({"want_back": "Yes"}, "past_behind"),
        ({"want_back": "Yes"}, "listened"), ({"want_back": "Yes", "visit": "Yes"}, "manager"),
        ({**LISTENED, "agreed_amount": 1.0}, "approved_by"),
        (LISTENED, "fix"), (LISTENED, "fix_approved_by"), (LISTENED, "outside_party"),
        (LISTENED, "requested_remedy"), (LISTENED, "idea"), (LISTENED, "idea_answer"), (CLEARED, "why_they_buy"),
    ],
)  # fmt: skip
def test_an_error_in_a_cell_that_decides_is_told_when_its_turn_comes(
    cells: dict[str, object], name: str
) -> None:
    assert gate_of(one(**{**cells, name: "#REF!"})) == gate_.FIX
    undecided = (
        {"want_back": ""}
        if name not in {"outcome", "stage"} and cells.get("outcome") != "Lost"
        else {"customer_id": ""}
    )
    assert gate_of(one(**{**cells, name: "#REF!", **undecided})) != gate_.FIX


def test_nothing_is_worked_out_from_a_cell_that_shows_an_error() -> None:
    due = {"starts_on": day("2026-11-01"), "last_contact": day("2026-11-13"), "wave": 1.0}
    assert (one(**due)["days_overdue"], one(**due)["next_update_due"]) == (3, day("2026-11-17"))
    for name in ("want_back", "stage"):
        assert pd.isna(one(**due, **{name: "#N/A"})["next_update_due"])
    assert np.isnan(one(**due, want_back="#N/A")["days_overdue"])
    assert np.isnan(one(outcome="#N/A", actual_cost=700.0)["net_recovered"])


def test_a_concession_costs_its_years_is_approved_and_looked_at_again() -> None:
    """Article 003: a lower price comes again each year; 400 a year over 3 kept years are worth 820.44 today."""
    promised = {**LISTENED, "concession": 400.0, "approver": "Rep"}
    assert one(**promised)["concession_cost"] == pytest.approx(400 * 2.051089, abs=0.01)
    assert np.isnan(one(**LISTENED)["concession_cost"])
    assert gate_of(one(**promised)) == "Get the concession approved by a Manager"
    signed = {**promised, "approved_by": "Ann", "approved_on": AS_OF}
    review = "Review the concession, set the next day"
    assert gate_of(one(**signed)) == review
    assert gate_of(one(**signed, concession_review=AS_OF)) == review
    assert gate_of(one(**signed, concession_review=day("2027-11-20"))) == MAIL
    for small in (200.0, 0.5):
        assert gate_of(one(**{**promised, "concession": small})) == review


def test_the_control_group_is_left_alone_until_a_person_wants_it_back() -> None:
    late = {
        "control_group": "Yes",
        "my_date": day("2026-11-01"),
        "last_contact": day("2026-11-01"),
    }
    row = one(**late)
    assert row["do_next"] == "Control group: no contact"
    assert np.isnan(row["days_overdue"])
    assert pd.isna(row["next_update_due"])
    assert one(**late, want_back="Yes")["days_overdue"] == 19
    assert gate_of(one(**late, want_back="Yes")) == "Listen before any offer"


def test_what_a_win_nets_is_less_the_incentive_and_the_concession_so_far() -> None:
    settings = Settings(incentive_rate=0.1)
    won = {
        "customer_id": "C1", "outcome": "Won", "customer_confirmed": AS_OF, "won_date": AS_OF - pd.Timedelta(days=73),
        "won_revenue": 10_000.0, "actual_cost": 700.0,
    }  # fmt: skip
    rows = pd.DataFrame(
        [won, {**won, "incentive_paid": 250.0}, {**won, "concession": 1000.0}, {**won, "outcome": "Open"}]
    )
    found = follow_through.computed(rows, as_of=AS_OF, settings=settings, book=BOOK)
    assert found["incentive"].tolist()[:3] == [300.0] * 3
    assert np.isnan(found["incentive"].iloc[3])
    assert found["net_recovered"].tolist() == pytest.approx([2000.0, 2050.0, 1800.0, -700.0])


@pytest.mark.parametrize(
    "name", ["my_date", "last_contact", "plan_emailed", "won_date", "won_revenue", "attempts"]
)
def test_words_where_a_day_or_a_number_belongs_count_as_blank(name: str) -> None:
    row = {"outcome": "Won", **LISTENED}
    pd.testing.assert_series_equal(one(**row, **{name: "12"}), one(**row))


@pytest.mark.parametrize("beside", [None, 700.0, "soon", pd.Timestamp("2026-11-20 12:00")])
def test_a_day_in_a_column_of_numbers_counts_as_its_serial_number_whatever_stands_beside_it(
    beside: object,
) -> None:
    won = {"customer_id": "C1", "outcome": "Won", "customer_confirmed": AS_OF, "won_date": AS_OF}
    rows = pd.DataFrame([{**won, "actual_cost": day("2026-11-20")}, {**won, "actual_cost": beside}])
    found = follow_through.computed(rows, as_of=AS_OF, settings=Settings(), book=BOOK)["net_recovered"]
    assert found.iloc[0] == -46_346  # as Excel's N makes of it
    if isinstance(beside, pd.Timestamp):
        assert found.iloc[1] == -46_346.5


def test_revenue_counts_once_the_customer_confirmed_and_cost_at_once() -> None:
    money = {"won_revenue": 10_000.0, "actual_cost": 700.0}
    assert one(outcome="Won", customer_confirmed=AS_OF, **money)["net_recovered"] == pytest.approx(2300)
    assert one(outcome="Won", **money)["net_recovered"] == -700
    assert one(**money)["net_recovered"] == -700
    assert np.isnan(one(outcome="Won", customer_confirmed=AS_OF)["net_recovered"])


@pytest.mark.parametrize(
    ("talked", "due"),
    [
        (None, "2026-06-08"),
        ("2026-06-01", "2026-06-08"),
        ("2026-06-08", "2026-07-01"),
        ("2026-08-29", "2026-08-30"),
        ("2026-09-01", "2026-11-28"),
        ("2026-11-28", None),
    ],
)
def test_aftercare_names_the_first_call_since_the_last_talk(talked: str | None, due: str | None) -> None:
    won = {"outcome": "Won", "won_date": day("2026-06-01")}
    found = one(**won, last_contact=pd.Timestamp(talked) if talked else pd.NaT)["aftercare_due"]
    assert pd.isna(found) if due is None else found == day(due)


FINISHED = {
    **CLEARED, "outcome": "Won", "stage": "Aftercare", "won_date": day("2025-06-01"), "last_contact": day("2026-11-18"),
    "concession": 500.0, "approved_by": "Ann", "approved_on": AS_OF,
}  # fmt: skip


@pytest.mark.parametrize(
    ("review", "chase", "due", "says", "when"),
    [
        ("2026-12-20", None, "2026-12-20", "", "Later"),
        ("2026-11-20", None, "2026-11-20", "Review the concession, set the next day", "Today"),
        ("2026-11-01", None, "2026-11-01", "Review the concession, set the next day", "Overdue"),
        ("2026-12-20", "2026-12-01", "2026-12-01", "", "Later"),
        (None, "2026-12-01", "2026-11-18", "Review the concession, set the next day", "Overdue"),
    ],
)
def test_a_finished_account_is_due_on_the_day_of_its_review_or_reminder(
    review: str | None, chase: str | None, due: str, says: str, when: str
) -> None:
    """One whose day was never set has been due since the last thing that happened."""
    days = {"concession_review": pd.Timestamp(review) if review else pd.NaT}
    if chase:
        days |= {"outside_party": "Carrier", "chase_on": pd.Timestamp(chase)}
    row = one(
        **{
            **FINISHED,
            "customer_confirmed": day("2025-06-02"),
            "thank_you_call": day("2025-05-01"),
            "plan_emailed": day("2025-05-01"),
            **days,
        }
    )
    assert (row["due"], row["do_next"].removesuffix(" \u25b8"), row["when_due"]) == (day(due), says, when)


def test_a_persons_own_day_puts_a_review_off_and_without_one_a_finished_account_is_due_no_more() -> None:
    row = {**FINISHED, "customer_confirmed": day("2025-06-02"), "concession_review": day("2026-11-01")}
    assert one(**row, my_date=day("2026-11-30"))["due"] == day("2026-11-30")
    assert pd.isna(one(**{**row, "concession": np.nan})["due"])


def test_only_a_win_has_aftercare() -> None:
    assert pd.isna(one(outcome="Lost", won_date=day("2026-06-01"))["aftercare_due"])


def test_words_are_compared_as_excel_does_without_case() -> None:
    assert gate_of(one(want_back="YES", listened="yes", stage="decided")) == MAIL


def test_what_counts_alone_counts() -> None:
    assert one(actual_cost=700.0)["net_recovered"] == -700
    assert one(outcome="Won", customer_confirmed=AS_OF, won_revenue=1_000.0)[
        "net_recovered"
    ] == pytest.approx(300)


@pytest.mark.parametrize("typed", ["soon", "2026-11-01"])
def test_words_in_a_column_of_dates_are_no_dates_whatever_they_look_like(typed: str) -> None:
    """Excel does not take them for dates either; the dates beside them stay dates."""
    due = [day("2026-11-17"), typed, day("2026-11-17").date(), np.datetime64("2026-11-18"), None, pd.NaT]
    rows = pd.DataFrame({"customer_id": "C1", "outcome": "Open", "my_date": due})
    found = follow_through.computed(rows, as_of=AS_OF, settings=Settings(), book=BOOK)["days_overdue"]
    assert found.tolist() == pytest.approx([3, np.nan, 3, 2, np.nan, np.nan], nan_ok=True)
    assert np.isnan(one(my_date=typed)["days_overdue"])


def test_words_and_blanks_in_a_column_of_money_count_as_nothing() -> None:
    rows = pd.DataFrame({"outcome": "Won", "actual_cost": [700.0, "lots", None]})
    expected = [-700, np.nan, np.nan]
    assert follow_through.net_recovered(rows, as_of=AS_OF, settings=Settings()).tolist() == pytest.approx(
        expected, nan_ok=True
    )
    rows["actual_cost"] = pd.array([700.0, None, None], dtype="Float64")
    assert follow_through.net_recovered(rows, as_of=AS_OF, settings=Settings()).tolist() == pytest.approx(
        expected, nan_ok=True
    )


def test_one_column_alone_is_worked_out_as_with_the_others() -> None:
    rows = pd.DataFrame(
        {"outcome": ["Open", "Won"], "my_date": [day("2026-11-10"), pd.NaT], "customer_confirmed": [pd.NaT, AS_OF],
         "won_revenue": [np.nan, 1_000.0], "actual_cost": [50.0, 100.0], "won_date": [pd.NaT, day("2026-11-10")],
         "concession": [np.nan, 365.0]}, index=[4, 2],
    )  # fmt: skip
    together = follow_through.computed(
        rows, as_of=AS_OF + pd.Timedelta(hours=9), settings=Settings(margin=0.4), book=BOOK
    )
    recovered = follow_through.net_recovered(
        rows, as_of=AS_OF + pd.Timedelta(hours=9), settings=Settings(margin=0.4)
    )
    assert recovered.tolist() == [-50, 290]  # 400 of margin, less 100 of cost and ten days of the concession
    assert together["net_recovered"].tolist() == recovered.tolist()


def test_no_rows_give_no_rows_and_the_index_is_kept() -> None:
    empty = pd.DataFrame({name: [] for name in columns.CAMPAIGN.names})
    found = follow_through.computed(empty, as_of=AS_OF, settings=Settings(), book=BOOK)
    assert len(found) == 0
    rows = pd.DataFrame({"customer_id": ["A", "B"]}, index=[7, 3])
    assert follow_through.computed(rows, as_of=AS_OF, settings=Settings(), book=BOOK).index.tolist() == [7, 3]


def test_the_columns_are_the_formula_columns_of_the_campaign() -> None:
    expected = [column.name for column in columns.CAMPAIGN.of_role("formula")]
    found = follow_through.computed(pd.DataFrame(), as_of=AS_OF, settings=Settings(), book=None)
    assert list(found.columns) == expected


_STAGES, _OUTCOMES = columns.LISTS["Stage"], columns.LISTS["Outcome"]


@given(
    st.sampled_from(_STAGES),
    st.sampled_from(_OUTCOMES),
    st.sampled_from(["Yes", "No", "Later", ""]),
    st.floats(0, 1e6),
    st.booleans(),
)
def test_nothing_typed_elsewhere_hides_that_nobody_listened(
    stage: str, outcome: str, want: str, agreed: float, confirmed: bool
) -> None:
    """A row that is still pursued and not listened to never has an empty gate."""
    row = one(
        stage=stage, outcome=outcome, want_back=want, agreed_amount=agreed, listened="No",
        customer_confirmed=AS_OF if confirmed else pd.NaT, won_date=AS_OF, reason_theirs="late",
        rest_until=day("2027-01-01"),
    )  # fmt: skip
    closed = outcome in {"Lost", "Warm-lost", "Let go"}
    resting = want == "Later" or (stage == "Resting" and want == "Yes")
    assert closed or resting or row["gate"] > 0
    if want == "Yes" and not closed and stage not in {"Resting", "Let go", "Warm-lost"}:
        assert gate_of(row) == "Listen before any offer"


def test_a_proposal_to_e_mail_or_let_go_is_never_late_until_somebody_wants_it() -> None:
    due = {"starts_on": day("2026-11-01"), "decision": "Let go"}
    proposed = one(**due)
    assert not pd.isna(proposed["due"])
    assert (pd.isna(proposed["days_overdue"]), proposed["when_due"], pd.isna(proposed["call_key"])) == (
        True,
        "",
        True,
    )
    for wanted in (
        {"want_back": "Yes"},
        {"my_date": day("2026-11-02")},
        {"wave": 1.0},
        {"stage": "Listened"},
    ):
        assert one(**due, **wanted)["days_overdue"] > 0, wanted
