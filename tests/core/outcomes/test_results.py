"""The figures of a campaign, counted by hand on a small tracker."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from winback_xl.core.outcomes import results
from winback_xl.schema import columns

AS_OF = pd.Timestamp("2026-11-30")
DAY = pd.Timestamp("2026-11-20")


@pytest.fixture
def tracker() -> pd.DataFrame:
    rows = [
        {"customer_id": "A", "owner": "Ann", "decision": "Pursue", "wave": 1, "stage": "Won", "outcome": "Won", "attempts": 2, "won_date": DAY,
         "won_revenue": 1000.0, "actual_cost": 100.0, "customer_confirmed": DAY, "reason_theirs": "Late", "want_back": "Yes", "listened": "Yes",
         "status": "Active", "days_since": 10, "cadence": 30.0},
        {"customer_id": "B", "owner": "Ann", "decision": "Pursue", "wave": 1, "stage": "Listed", "outcome": "Open", "attempts": 0,
         "my_date": DAY, "status": "Lapsed"},
        {"customer_id": "C", "owner": "", "decision": "Reassign", "stage": "Listened", "outcome": "Open", "attempts": 1,
         "my_date": DAY, "status": "Lapsed", "want_back": "Yes"},
        {"customer_id": "D", "owner": "Bob", "decision": "Let go", "stage": "Listed", "outcome": "Open", "status": "Cold"},
        {"customer_id": "E", "owner": "Bob", "decision": "Pursue", "stage": "Aftercare", "outcome": "Won", "won_date": pd.Timestamp("2026-03-01"),
         "customer_confirmed": pd.Timestamp("2026-03-01"), "won_revenue": 500.0, "actual_cost": 50.0, "attempts": 3, "status": "Lapsed",
         "days_since": 200, "cadence": 30.0, "want_back": "Yes", "listened": "Yes"},
        {"customer_id": "F", "owner": "Bob", "decision": "Rest", "stage": "Listed", "outcome": "Open", "status": "Active", "flags": "Control group; In proportion", "control_group": "Yes"},
        {"customer_id": "G", "owner": "Bob", "decision": "Rest", "stage": "Listed", "outcome": "Open", "status": "Cold", "flags": "Control group; In proportion", "control_group": "Yes"},
    ]  # fmt: skip
    frame = pd.DataFrame(rows).reindex(columns=columns.CAMPAIGN_ROWS.names)
    for column in columns.CAMPAIGN_ROWS.columns:
        if column.kind == "date":
            frame[column.name] = pd.to_datetime(frame[column.name])
        elif column.kind in {"text", "long", "choice", "yesno", "id"}:
            frame[column.name] = frame[column.name].astype(object).where(frame[column.name].notna(), "")
        else:
            frame[column.name] = frame[column.name].astype(float)
    return frame


@pytest.fixture
def measured(tracker, settings):
    return results.measure(tracker, as_of=AS_OF, settings=settings)


def test_figures_by_hand(measured):
    value = measured
    assert value["Accounts worked on"] == 4
    assert value["Contacted"] == pytest.approx(3 / 4)
    assert value["Reason on file"] == pytest.approx(1 / 7)
    assert value["Won"] == 2
    assert value["Overdue"] == 2
    assert value["Won revenue"] == 1500
    assert value["Recovered"] == pytest.approx(1500 * 0.3 - 150)
    assert value["Left alone"] == 2


def test_without_fresh_orders_nobody_knows_what_came_back_anyway(measured):
    for name in (
        "Came back anyway",
        "Net recovered",
        "Return",
        "Worked on, back",
        "Left alone, back",
        "Lift",
    ):
        assert math.isnan(measured[name]), name
    assert "no orders after the day of the list" in measured.proof.sentence


def test_the_funnel_counts_who_is_there_and_who_got_that_far(measured):
    funnel = measured.funnel.set_index("stage")
    assert funnel.loc["Listed"].tolist() == [1, 4]
    assert funnel.loc["Listened"].tolist() == [1, 3]
    assert funnel.loc["Won"].tolist() == [1, 2]
    assert funnel["reached"].is_monotonic_decreasing


def test_who_left_the_road_counts_as_far_as_what_was_done_says(tracker, settings):
    tracker.loc[tracker["customer_id"] == "C", ["stage", "outcome", "listened"]] = [
        "Warm-lost",
        "Warm-lost",
        "Yes",
    ]
    tracker.loc[tracker["customer_id"] == "C", "plan_emailed"] = DAY
    tracker.loc[tracker["customer_id"] == "B", "stage"] = "Resting"
    funnel = results.measure(tracker, as_of=AS_OF, settings=settings).funnel.set_index("stage")
    assert funnel.loc[["Listed", "Listened", "Plan e-mailed", "Thank-you call"], "reached"].tolist() == [
        4,
        3,
        3,
        2,
    ]
    assert funnel.loc["Listened", "there"] == 0


def test_who_shall_rest_or_go_is_not_worked_on_whatever_is_proposed(tracker, settings):
    tracker.loc[tracker["customer_id"] == "B", "want_back"] = "Later"
    found = results.measure(tracker, as_of=AS_OF, settings=settings)
    assert found["Accounts worked on"] == 3
    assert found.avoided.empty


def test_who_was_avoided_and_who_slips_again(measured):
    assert measured.avoided["customer_id"].tolist() == ["B"]
    assert measured.relapsing["customer_id"].tolist() == ["E"]


def test_owners_and_nobody(measured):
    owners = measured.owners.set_index("owner")
    assert owners["accounts"].to_dict() == {"Ann": 2, "Bob": 1, "Nobody": 1}
    assert owners["won"].sum() == 2


def test_an_unconfirmed_win_recovers_nothing(tracker, settings):
    tracker["customer_confirmed"] = pd.NaT
    value = results.measure(tracker, as_of=AS_OF, settings=settings)
    assert value["Won and confirmed"] == 0
    assert value["Net recovered"] == -150


def test_an_empty_campaign_has_no_shares(tracker, settings):
    value = results.measure(tracker.iloc[:0], as_of=AS_OF, settings=settings)
    assert value["Accounts worked on"] == 0
    assert math.isnan(value["Contacted"])
    assert not np.isfinite(value["Return"])


def test_days_to_a_solution_run_from_open_since_until_the_customer_confirmed(tracker, settings):
    """Article 004: find solutions fast. 4 and 20 days; the median is 12, and one of two within 14 days."""
    tracker["open_since"] = pd.to_datetime(
        pd.Series(["2026-11-16", "2026-11-01", None, None, "2026-02-09", None, None])
    )
    found = results.measure(tracker, as_of=AS_OF, settings=settings)
    assert found["Days to solution"] == 12
    meaning = next(one.meaning for one in found.figures if one.name == "Days to solution")
    assert "1 of 2 within 14 days" in meaning


def test_incentives_are_in_the_cost_as_paid_else_as_earned(tracker, settings):
    tracker.loc[tracker["customer_id"] == "A", "incentive_paid"] = 20.0
    found = results.measure(tracker, as_of=AS_OF, settings=settings.with_(incentive_rate=0.1))
    assert found["Incentives"] == pytest.approx(20 + 500 * 0.3 * 0.1)
    assert found["Actual cost"] == pytest.approx(150 + 35)
    assert found["Recovered"] == pytest.approx(1500 * 0.3 - 150 - 35)


def test_what_is_overdue_or_won_counts_wherever_it_stands(tracker, settings):
    """As on Today: a rest that nobody confirmed is overdue too, the control group never is."""
    tracker.loc[tracker["customer_id"].isin(["D", "F"]), "my_date"] = DAY
    found = results.measure(tracker, as_of=AS_OF, settings=settings)
    assert found["Overdue"] == 3
    assert found.owners["overdue"].sum() == 3


def test_who_was_taken_out_of_the_control_group_is_not_left_alone(tracker, settings):
    tracker.loc[tracker["customer_id"] == "F", "want_back"] = "Yes"
    found = results.measure(tracker, as_of=AS_OF, settings=settings)
    assert found["Left alone"] == 1
    assert found["Accounts worked on"] == 5


def test_a_win_is_compared_with_the_cost_of_a_new_customer(tracker, settings, measured):
    """Two confirmed wins cost 150 in all: 75 each, a tenth of 750; unknown without the user's own cost."""
    stated = results.measure(
        tracker, as_of=AS_OF, settings=settings.with_(new_customer_cost=750.0)
    ).against_new
    assert (
        stated
        == "A confirmed win cost 75 so far, failed attempts included; a new customer costs you 750: 10% of it."
    )
    assert measured.against_new == ""
