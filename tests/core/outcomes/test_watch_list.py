"""Resting and lost accounts are watched for a change, with a day of the next look."""

from __future__ import annotations

import pandas as pd

from tests import desk
from winback_xl.core.outcomes import watch_list
from winback_xl.core.tracking import account_state
from winback_xl.settings import Settings


def rows(**cells: dict[int, object]) -> pd.DataFrame:
    plan = desk.edited(**cells)
    found = watch_list.rows(plan.campaign, as_of=plan.as_of, settings=plan.settings)
    return found.set_index("customer_id")


IDS = desk.built().campaign["customer_id"]


def test_a_rest_is_looked_at_when_it_is_over() -> None:
    one = rows(want_back={0: "Later"}, rest_until={0: pd.Timestamp("2027-01-15")}).loc[IDS[0]]
    assert one["next_look"] == pd.Timestamp("2027-01-15")
    assert one["state"] == "Resting"
    assert one["trigger"] == ", ".join(watch_list.TRIGGERS)


def test_a_lost_account_gets_a_light_touch_after_the_last_contact() -> None:
    one = rows(
        outcome={0: "Warm-lost"}, last_contact={0: pd.Timestamp("2026-10-01")}, watch_for={0: "rival fails"}
    ).loc[IDS[0]]
    assert one["next_look"] == pd.Timestamp("2026-10-01") + pd.Timedelta(days=Settings().light_touch_days)
    assert one["state"] == "Warm-lost"
    assert one["trigger"] == "rival fails"


def test_a_rest_that_is_over_asks_for_a_decision() -> None:
    one = rows(stage={0: "Resting"}, rest_until={0: pd.Timestamp("2026-10-01")}).loc[IDS[0]]
    assert "decide again" in one["todo"]


def test_accounts_at_work_and_won_ones_are_not_watched() -> None:
    found = rows(want_back={0: "Yes", 1: "Yes"}, outcome={1: "Won"})
    assert IDS[0] not in found.index
    assert IDS[1] not in found.index


def test_who_opted_out_is_not_watched() -> None:
    plan = desk.built()
    opted = plan.campaign.loc[account_state.opted_out(plan.campaign), "customer_id"]
    assert len(opted)
    assert not set(opted) & set(rows(outcome={int(opted.index[0]): "Lost"}).index)


def test_the_next_look_comes_first() -> None:
    found = rows(
        want_back={0: "Later", 1: "Later"},
        rest_until={0: pd.Timestamp("2027-06-01"), 1: pd.Timestamp("2026-11-01")},
    )
    assert found["next_look"].is_monotonic_increasing
    assert found.index[0] == IDS[1]


def test_who_holds_on_to_the_past_is_watched() -> None:
    """Article 002: business is unlikely until they put it behind them, so the account rests."""
    assert IDS[0] not in rows(want_back={0: "Yes"}, past_behind={0: "Yes"}).index
    assert rows(want_back={0: "Yes"}, past_behind={0: "No"}).loc[IDS[0], "state"] == "Resting"


def test_rests_that_are_over_are_counted_once() -> None:
    """Only what ended between the two days counts, only where the account rests, and the same day again adds nothing."""
    day = pd.Timestamp("2026-11-15")
    plan = desk.edited(
        want_back={0: "Later", 1: "Later", 2: "Yes", 3: "Later"},
        rest_until={0: day, 1: pd.Timestamp("2027-03-01"), 2: day, 3: pd.Timestamp("2026-10-01")},
        rests={0: 1.0},
    )
    counted = watch_list.rested(plan.campaign, since=plan.as_of, as_of=day)
    assert [counted[customer] for customer in IDS[:4]] == [2.0, 0.0, 0.0, 0.0]
    again = plan.campaign.assign(rests=plan.campaign["customer_id"].map(counted))
    assert watch_list.rested(again, since=day, as_of=day) == counted
