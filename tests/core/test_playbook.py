"""A playbook says what comes next and by when, and what of the settings follows it."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winback_xl.core.campaign import campaign_plan
from winback_xl.core.orders.ledger import read as read_ledger
from winback_xl.core.playbook import (
    Playbook,
    Stage,
    Waits,
    due_dates,
    from_mapping,
    next_step,
    steer,
)
from winback_xl.core.tracking import gate
from winback_xl.errors import OutOfRangeError
from winback_xl.inputs import playbook_file
from winback_xl.settings import Settings

FRIDAY = pd.Timestamp("2026-11-20")
BOOK = playbook_file.load()


@pytest.mark.parametrize(
    ("stage", "step", "due"),
    [
        ("Listed", "Decide: do we want them back?", "2026-11-24"),
        ("plan e-mailed", "Call to thank them for their input", "2026-11-24"),
        ("Offer approved", "Deliver the make-good", "2026-11-27"),
        ("Won", "Call: thank them; is all as promised?", "2026-11-27"),
        (
            "Resting",
            "Look again: has anything changed?",
            "2027-02-19",
        ),
    ],
)
def test_the_next_step_is_due_after_the_stage_s_own_wait(stage: str, step: str, due: str) -> None:
    assert next_step(stage, FRIDAY, BOOK) == (step, pd.Timestamp(due))


def test_the_thank_you_call_comes_one_to_two_working_days_after_the_plan_email() -> None:
    """Article 003: wait a day or two, then call to thank; a weekend does not count."""
    for name in playbook_file.shipped():
        book = playbook_file.load(name)
        if "Plan e-mailed" in book.names:
            _, due = next_step("Plan e-mailed", FRIDAY, book)
            assert np.busday_count(FRIDAY.date(), due.date()) in (1, 2)


def test_a_closed_account_has_nothing_left_to_do() -> None:
    step, due = next_step("Let go", FRIDAY, BOOK)
    assert step == ""
    assert due is pd.NaT


def test_an_unknown_stage_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(OutOfRangeError, match="Did you mean 'Listened'"):
        next_step("Listend", FRIDAY, BOOK)


def test_what_is_no_date_is_refused() -> None:
    with pytest.raises(OutOfRangeError, match="is not a date"):
        next_step("Listed", "soon", BOOK)


@given(
    st.lists(st.dates(min_value=pd.Timestamp("2020-01-01").date(), max_value=pd.Timestamp("2030-01-01").date()), max_size=20),
    st.integers(0, 30),
    st.sampled_from(["days", "working days"]),
)  # fmt: skip
def test_due_dates_never_fall_before_the_start_and_working_days_never_on_a_weekend(days, wait, unit) -> None:
    start = np.array(days, dtype="datetime64[D]")
    due = due_dates(start, Stage("Listed", "", "x", wait, unit))
    assert (due >= start).all()
    if unit == "working days" and wait:
        assert np.is_busday(due).all()
        assert (due - start >= np.timedelta64(wait, "D")).all() or not len(due)


def test_settings_that_the_user_left_alone_follow_the_playbook_and_the_others_stay() -> None:
    steered = steer(Settings(update_days=4), playbook_file.load("recovery"))
    assert steered.update_days == 4  # the user's own
    assert steered.thank_you_days == 1
    assert [getattr(steered, f"aftercare_{n}") for n in (1, 2, 3, 4)] == [2, 7, 30, 90]
    assert steered.max_attempts == 4


def test_the_default_playbook_changes_no_setting() -> None:
    assert steer(Settings(), BOOK) == Settings()


@pytest.mark.parametrize("name", playbook_file.shipped())
def test_a_playbook_survives_json(name: str) -> None:
    book = playbook_file.load(name)
    assert from_mapping(json.loads(json.dumps(dataclasses.asdict(book)))) == book


def test_a_stage_says_when_its_step_is_due() -> None:
    assert Stage("Listed", "", "x", 2).due_text == "within 2 working days"
    assert Stage("Listed", "", "x").due_text == "at once"
    assert Stage("Let go", "").due_text == ""


def _orders() -> pd.DataFrame:
    days = [
        *pd.date_range("2025-01-06", periods=10, freq="14D"),
        *pd.date_range("2025-01-08", periods=10, freq="14D"),
    ]
    return pd.DataFrame({"customer_id": ["A"] * 10 + ["B"] * 10, "order_date": days, "order_value": 900.0})


def _planned(name: str, incidents: pd.DataFrame | None = None) -> campaign_plan.Plan:
    return campaign_plan.build(
        read_ledger(_orders(), pd.Timestamp("2026-11-20")),
        campaign_plan.Wishes(
            settings=Settings(playbook=name), incidents=incidents, book=playbook_file.load(name)
        ),
    )


@pytest.mark.parametrize("name", playbook_file.shipped())
def test_the_campaign_starts_with_the_playbook_s_first_stage(name: str) -> None:
    built, first = _planned(name), playbook_file.load(name).stages[0]
    pursued = built.campaign[built.campaign["decision"] == "Pursue"]
    assert len(pursued)
    decided = "want_back" in first.needs  # else the decision is asked for first
    assert set(pursued["do_next"]) == {first.next_step if decided else gate.DECIDE}
    assert set(pursued["stage"]) == {"Listed"}
    assert pursued["due"].iloc[0] == next_step("Listed", "2026-11-20", playbook_file.load(name))[1]
    assert built.playbook == playbook_file.load(name)


def test_a_severe_incident_makes_the_rest_longer() -> None:
    """Article 002: time heals, and a deep wound takes longer."""
    incident = {
        "customer_id": ["A"],
        "incident_id": ["1"],
        "date": [pd.Timestamp("2026-10-01")],
        "what_happened": ["Late"],
    }
    rests = {}
    for severity in (1.0, 5.0):
        frame = pd.DataFrame({**incident, "severity": [severity]})
        settings = Settings(min_odds=1.0, playbook="default", rest_days_severe=300)
        built = campaign_plan.build(
            read_ledger(_orders(), FRIDAY),
            campaign_plan.Wishes(settings=settings, incidents=frame, book=BOOK),
        )
        row = built.campaign.set_index("customer_id").loc["A"]
        assert row["decision"] == "Rest"
        rests[severity] = (row["rest_until"] - FRIDAY).days
    assert rests[5.0] == 300 > rests[1.0]


def test_an_occasional_buyer_rests_longer() -> None:
    """Article 004: a good long while before another shot."""
    often = _orders()
    seldom = pd.DataFrame(
        {"customer_id": "C", "order_date": [pd.Timestamp("2025-02-03")], "order_value": [9000.0]}
    )
    built = campaign_plan.build(
        read_ledger(pd.concat([often, seldom], ignore_index=True), FRIDAY),
        campaign_plan.Wishes(settings=Settings(min_odds=1.0), book=BOOK),
    )
    rows = built.campaign.set_index("customer_id")
    rests = {
        level: (until - FRIDAY).days for level, until in zip(rows["level"], rows["rest_until"], strict=True)
    }
    assert rests == {"Habitual Buyer": 90, "Occasional Buyer": 180}


def test_waits_rise_after_a_win() -> None:
    assert list(Waits().aftercare_days) == sorted(Waits().aftercare_days)


def test_stages_are_found_whatever_their_case() -> None:
    assert isinstance(BOOK, Playbook)
    assert BOOK["LISTED"].name == "Listed"
