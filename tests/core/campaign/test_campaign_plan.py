"""Who is in the campaign, with what decision, in which wave, and what comes next."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from winback_xl.core.campaign import campaign_limits, campaign_plan
from winback_xl.core.orders import as_of_day
from winback_xl.core.orders.ledger import read as read_ledger
from winback_xl.errors import NotEnoughError
from winback_xl.schema import columns
from winback_xl.settings import Settings

AS_OF = pd.Timestamp("2026-10-31")


def monthly(customer: str, last: str, orders: int = 12, value: float = 1000.0) -> pd.DataFrame:
    days = pd.date_range(end=last, periods=orders, freq="30D")
    return pd.DataFrame({"customer_id": customer, "order_date": days, "order_value": value})


@pytest.fixture
def orders() -> pd.DataFrame:
    return pd.concat(
        [
            monthly("ACTIVE", "2026-10-20"),
            monthly("LAPSED", "2026-06-20", value=9000.0),
            monthly("COLD", "2024-03-01", value=9000.0),
            monthly("SMALL", "2026-06-20", value=1.0),
            monthly("HURT", "2026-10-20", value=50_000.0),
        ],
        ignore_index=True,
    )


@pytest.fixture
def incidents() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "incident_id": ["I1"], "customer_id": ["HURT"], "date": [pd.Timestamp("2026-10-01")], "hours_down": [12.0],
            "cost_per_hour": [2500.0], "failure_type": ["Downtime"], "handling": ["rejected"], "status": ["open"],
        }
    )  # fmt: skip


@pytest.fixture
def plan(orders, incidents, settings):
    return campaign_plan.build(
        read_ledger(orders, AS_OF), campaign_plan.Wishes(settings=settings, incidents=incidents)
    )


def test_every_table_has_its_columns(plan):
    assert plan.segments.columns.tolist() == columns.SEGMENTS.names
    assert plan.make_goods.columns.tolist() == columns.MAKE_GOODS.names
    assert plan.campaign.columns.tolist() == columns.CAMPAIGN_ROWS.names


def test_lapsed_and_cold_customers_and_open_incidents_are_in(plan):
    assert set(plan.campaign["customer_id"]) == {"LAPSED", "COLD", "SMALL", "HURT"}
    assert plan.make_goods["customer_id"].tolist() == ["HURT"]
    assert plan.make_goods["loss"].tolist() == [30_000]


def test_who_still_buys_and_was_hurt_comes_first(plan):
    assert plan.campaign["customer_id"].iloc[0] == "HURT"
    assert plan.campaign["wave"].iloc[0] == 1


def test_an_account_worth_less_than_the_effort_is_let_go_and_has_no_wave(plan):
    row = plan.campaign.set_index("customer_id").loc["SMALL"]
    assert row["decision"] == "Let go"
    assert pd.isna(row["wave"])
    assert row["do_next"] == "Confirm: close on good terms"


def test_expected_value_is_worth_less_cost_and_effort(plan, settings):
    row = plan.campaign.set_index("customer_id").loc["LAPSED"]
    gain = row["odds"] - settings.odds_lapsed_low
    assert row["expected_value"] == pytest.approx(
        gain * row["future_margin"] - row["our_cost"] - settings.effort_cost, abs=0.02
    )


def test_opted_out_customers_are_never_pursued(orders, incidents, settings):
    customers = pd.DataFrame({"customer_id": ["LAPSED"], "do_not_contact": ["Yes"]})
    plan = campaign_plan.build(
        read_ledger(orders, AS_OF),
        campaign_plan.Wishes(settings=settings, incidents=incidents, customers=customers),
    )
    row = plan.campaign.set_index("customer_id").loc["LAPSED"]
    assert row["decision"] == "Let go"
    assert row["decision_why"] == "Asked not to be contacted."
    assert (row["channel"], row["do_next"]) == ("", "None: they asked not to be contacted")
    assert pd.isna(row["due"])


def test_waves_hold_no_more_than_the_setting(orders, settings):
    many = pd.concat(
        [monthly(f"L{i:03d}", "2026-06-20", value=9000.0 + i) for i in range(25)], ignore_index=True
    )
    plan = campaign_plan.build(
        read_ledger(many, AS_OF), campaign_plan.Wishes(settings=settings.with_(wave_size=10))
    )
    sizes = plan.campaign["wave"].value_counts().sort_index()
    assert sizes.tolist() == [10, 10, 5]
    assert plan.campaign["expected_value"].is_monotonic_decreasing


def test_human_cells_start_where_people_go_on(plan):
    assert (plan.campaign["stage"] == "Listed").all()
    assert (plan.campaign["listened"] == "No").all()
    assert (plan.campaign["attempts"] == 0).all()
    due = plan.campaign["due"]
    assert due.notna().all()
    assert (due.dt.day_of_week < 5).all(), "nothing is due on a weekend"


def test_row_order_of_the_ledger_does_not_matter(orders, incidents, settings, plan):
    shuffled = orders.sample(frac=1, random_state=3)
    again = campaign_plan.build(
        read_ledger(shuffled, AS_OF), campaign_plan.Wishes(settings=settings, incidents=incidents)
    )
    pd.testing.assert_frame_equal(again.campaign, plan.campaign)


def test_without_order_values_money_is_left_out_but_levels_are_given(orders, settings):
    plan = campaign_plan.build(
        read_ledger(orders.drop(columns="order_value"), AS_OF), campaign_plan.Wishes(settings=settings)
    )
    assert plan.segments["revenue_12m"].isna().all()
    assert plan.segments["level"].ne("").all()
    assert plan.campaign["expected_value"].isna().all()
    assert not plan.campaign["flags"].str.contains("More than their worth").any(), "unknown is not worthless"


def test_one_currency_is_taken_from_the_orders(orders, settings):
    assert (
        campaign_plan.build(
            read_ledger(orders.assign(currency="EUR"), AS_OF), campaign_plan.Wishes(settings=settings)
        ).currency
        == "EUR"
    )


def test_at_risk_customers_join_by_setting(settings):
    ledger = pd.concat([monthly("RISK", "2026-08-16"), monthly("A", "2026-10-20")], ignore_index=True)
    assert campaign_plan.build(
        read_ledger(ledger, AS_OF), campaign_plan.Wishes(settings=settings)
    ).campaign.empty
    joined = campaign_plan.build(
        read_ledger(ledger, AS_OF), campaign_plan.Wishes(settings=settings.with_(include_at_risk=True))
    )
    assert joined.campaign["customer_id"].tolist() == ["RISK"]


def test_one_order_is_enough(settings):
    ledger = pd.DataFrame(
        {"customer_id": ["C"], "order_date": [pd.Timestamp("2026-10-01")], "order_value": [5.0]}
    )
    plan = campaign_plan.build(read_ledger(ledger, AS_OF), campaign_plan.Wishes(settings=settings))
    assert len(plan.segments) == 1
    assert any("counted, not modelled" in model for model in plan.models)


def test_no_order_before_the_as_of_date_is_told(orders, settings):
    with pytest.raises(NotEnoughError, match="no order on or before 2020-01-01"):
        campaign_plan.build(
            read_ledger(orders, pd.Timestamp("2020-01-01")), campaign_plan.Wishes(settings=settings)
        )


@pytest.mark.parametrize(
    ("day", "given", "stays"),
    [
        ("2026-10-21", False, False),
        ("2026-10-21", True, True),
        ("2026-11-20", True, False),
        ("2026-08-01", False, True),
    ],
)
def test_a_workbook_shows_its_own_day_where_it_was_chosen_or_is_long_ago(day, given, stays):
    found = as_of_day.stays_on_its_day(
        pd.Timestamp(day), given=given, today=pd.Timestamp("2026-11-20"), settings=Settings()
    )
    assert found == stays


def test_the_default_as_of_is_the_day_after_the_last_order(orders):
    assert as_of_day.default_as_of(orders) == pd.Timestamp("2026-10-21")
    with pytest.raises(NotEnoughError):
        as_of_day.default_as_of(orders.iloc[:0])


def test_totals_in_are_totals_out(plan, orders):
    assert plan.segments["revenue"].sum() == pytest.approx(orders["order_value"].sum())
    assert np.isclose(plan.revenue_used, orders["order_value"].sum())


def test_with_a_team_the_planner_chooses_owners_and_weeks(settings):
    many = pd.concat(
        [monthly(f"L{i:03d}", "2026-06-20", value=9000.0 + i) for i in range(25)], ignore_index=True
    )
    reps = pd.DataFrame({"rep": ["Ann", "Bob"], "manager": "Eve", "weekly_contacts": [3.0, 2.0]})
    plan = campaign_plan.build(
        read_ledger(many, AS_OF), campaign_plan.Wishes(settings=settings.with_(campaign_weeks=2), reps=reps)
    )
    chosen = plan.campaign[plan.campaign["wave"].notna()]
    assert chosen.groupby(["owner", "wave"]).size().to_dict() == {
        ("Ann", 1): 3, ("Ann", 2): 3, ("Bob", 1): 2, ("Bob", 2): 2,
    }  # fmt: skip
    assert (chosen["manager"] == "Eve").all()
    left_out = plan.campaign[plan.campaign["wave"].isna()]
    assert left_out["decision_why"].str.contains("others are worth more").all()
    assert any("10 accounts chosen" in model for model in plan.models)


def test_the_chosen_are_counted_by_decision_where_some_change_hands():
    assert (
        campaign_limits._of_which(pd.Series(["Pursue", "Reassign", "Pursue"]))
        == " By decision: 2 Pursue, 1 Reassign."
    )
    assert (
        campaign_limits._of_which(pd.Series(["Pursue"]))
        == campaign_limits._of_which(pd.Series([], dtype=str))
        == ""
    )


def test_the_control_group_is_left_alone_but_open_complaints_are_answered(orders, incidents, settings):
    many = pd.concat(
        [orders, *[monthly(f"L{i:03d}", "2026-06-20", value=9000.0) for i in range(60)]], ignore_index=True
    )
    plan = campaign_plan.build(
        read_ledger(many, AS_OF),
        campaign_plan.Wishes(settings=settings.with_(control_share=0.5), incidents=incidents),
    )
    held_out = plan.campaign["flags"].str.startswith("Control group")
    assert 15 < held_out.sum() < 45
    assert set(plan.campaign.loc[held_out, "decision"]) == {"Rest"}
    assert plan.campaign.loc[held_out, "wave"].isna().all()
    alone = plan.campaign[held_out]
    assert set(alone["control_group"]) == {"Yes"}
    assert set(alone["do_next"]) == {"Control group: no contact"}
    assert (
        alone[["due", "starts_on", "rest_until", "open_since", "days_overdue", "next_update_due"]]
        .isna()
        .all(axis=None)
    )
    assert not held_out[plan.campaign["customer_id"] == "HURT"].any()


def test_the_managers_visits_go_to_the_most_valuable_accounts_at_work(orders, incidents, settings):
    """Article 001: management drives it and visits with the reps; the setting top_accounts says how many."""
    one = campaign_plan.build(
        read_ledger(orders, AS_OF),
        campaign_plan.Wishes(settings=settings.with_(top_accounts=1), incidents=incidents),
    ).campaign
    flagged = one[one["flags"].str.contains("Manager visits")]
    at_work = one[one["wave"].notna()]
    assert flagged["customer_id"].tolist() == [at_work.loc[at_work["expected_value"].idxmax(), "customer_id"]]


def test_an_account_is_open_since_its_oldest_complaint_else_since_it_was_listed(orders, incidents, settings):
    older = incidents.assign(incident_id="I0", date=pd.Timestamp("2026-09-02"))
    both = pd.concat([incidents, older], ignore_index=True)
    rows = campaign_plan.build(
        read_ledger(orders, AS_OF), campaign_plan.Wishes(settings=settings, incidents=both)
    ).campaign
    since = rows.set_index("customer_id")["open_since"]
    assert since["HURT"] == pd.Timestamp("2026-09-02")
    assert since["LAPSED"] == AS_OF
    assert pd.isna(since["SMALL"]), "nobody looks for a solution for who is let go"


def test_why_they_buy_comes_with_the_day_they_said_it(orders, incidents, settings):
    known = pd.DataFrame(
        {
            "customer_id": ["HURT", "LAPSED"], "why_they_buy": ["You answer the phone", "Price"],
            "why_said_on": [pd.Timestamp("2025-03-02"), pd.NaT],
        }
    )  # fmt: skip
    rows = campaign_plan.build(
        read_ledger(orders, AS_OF),
        campaign_plan.Wishes(settings=settings, incidents=incidents, customers=known),
    ).campaign
    why = rows.set_index("customer_id")["why_they_buy"]
    assert (why["HURT"], why["LAPSED"], why["COLD"]) == ("You answer the phone (2025-03-02)", "Price", "")


def test_the_rationale_names_a_thing_for_the_token(plan):
    rationale = plan.campaign.set_index("customer_id").loc["LAPSED", "rationale"]
    assert rationale.endswith("As token: branded hat.")


def test_who_merely_went_silent_is_asked_and_not_apologised_to(plan):
    row = plan.campaign.set_index("customer_id").loc["LAPSED"]
    assert row["rationale"].startswith(
        "No incident is recorded: ask what happened, and listen. A token of 25. "
    )
    assert "apology" not in row["rationale"]
    assert (row["flags"], row["form"]) == ("Manager visits", "")


def test_an_offer_beside_a_decision_not_to_make_it_says_so(plan):
    cost = plan.campaign.set_index("customer_id")[["our_cost", "rationale"]]
    assert cost.loc["SMALL", "our_cost"] == 0
    assert "Not offered" not in cost.loc["SMALL", "rationale"]


def test_what_is_let_go_is_not_offered(settings):
    ledger = pd.concat([monthly("SMALL", "2026-06-20", value=100.0), monthly("A", "2026-10-20")])
    row = campaign_plan.build(
        read_ledger(ledger, AS_OF),
        campaign_plan.Wishes(settings=settings.with_(effort_cost=500.0, email_gain=0.0)),
    ).campaign.iloc[0]
    assert row["our_cost"] > 0
    assert row["rationale"].startswith("Not offered while the decision is Let go. ")


def test_a_limit_that_is_not_their_own_is_not_called_their_usual(settings):
    once = pd.DataFrame(
        {"customer_id": ["ONCE"], "order_date": pd.to_datetime(["2026-01-05"]), "order_value": [9e5]}
    )
    plan = campaign_plan.build(
        read_ledger(pd.concat([monthly("A", "2026-10-20"), once]), AS_OF),
        campaign_plan.Wishes(settings=settings),
    )
    assert plan.campaign.set_index("customer_id").loc["ONCE", "why"] == (
        "No order for 299 days; up to 60 is usual for customers in general."
    )


def test_money_beside_an_apology_is_called_money(orders, incidents, settings):
    said = incidents.assign(failure_type="Support")
    row = campaign_plan.build(
        read_ledger(orders, AS_OF), campaign_plan.Wishes(settings=settings, incidents=said)
    ).make_goods.iloc[0]
    assert row["recommended"] > 0
    assert row["form"] == "cash"


@pytest.mark.parametrize(
    ("asked", "flag"), [(350.0, "They ask for less"), (90_000.0, "They ask for more"), (None, "")]
)
def test_an_offer_that_is_not_what_they_ask_is_flagged(orders, incidents, settings, asked, flag):
    wanted = incidents.assign(requested_amount=asked)
    flags = campaign_plan.build(
        read_ledger(orders, AS_OF), campaign_plan.Wishes(settings=settings, incidents=wanted)
    ).make_goods.loc[0, "flags"]
    assert [word for word in flags.split("; ") if word.startswith("They ask")] == [flag] * bool(flag)


def test_solved_complaints_still_make_a_system(orders, incidents, settings):
    """Two solved and one open with one cause: the cause is not solved."""
    log = pd.concat([incidents.assign(cause="New carrier", customer_id=who, status=status) for who, status in (
        ("HURT", "open"), ("ACTIVE", "solved"), ("LAPSED", "solved"))], ignore_index=True)  # fmt: skip
    plan = campaign_plan.build(
        read_ledger(orders, AS_OF), campaign_plan.Wishes(settings=settings, incidents=log)
    )
    assert plan.causes[["cause", "customers", "proposed"]].to_numpy().tolist() == [
        ["New carrier", 3, "systemic open"]
    ]
    assert plan.make_goods["customer_id"].tolist() == ["HURT"]


def test_a_late_delivery_is_no_hint_for_who_went_on_buying_for_a_year(settings):
    def ledger(late_on: int) -> pd.DataFrame:
        rows = monthly("C", "2026-03-20", orders=24, value=900.0).assign(shipped_date=pd.NaT)
        rows["promised_date"] = rows["order_date"]
        rows.loc[late_on, "shipped_date"] = rows.loc[late_on, "order_date"] + pd.Timedelta(days=9)
        return rows

    late, early = (
        campaign_plan.build(
            read_ledger(ledger(at), pd.Timestamp("2027-06-30")), campaign_plan.Wishes(settings=settings)
        ).campaign.loc[0, "cause"]
        for at in (20, 2)
    )
    assert (late, early) == ("Late delivery (likely, not confirmed)", "")


def test_a_budget_binds_without_a_team_too(settings):
    """Five tokens of 25 under a budget of 60: two are offered, the others wait."""
    many = pd.concat([monthly(f"L{i}", "2026-06-20", value=9000.0 + i) for i in range(5)], ignore_index=True)
    plan = campaign_plan.build(
        read_ledger(many, AS_OF), campaign_plan.Wishes(settings=settings.with_(make_good_budget=60.0))
    )
    assert plan.campaign["wave"].tolist()[:2] == [1, 1]
    assert plan.campaign["wave"].isna().sum() == 3
    waiting = plan.campaign[plan.campaign["wave"].isna()]
    assert set(waiting["do_next"]) == {"None yet: no budget or capacity"}
    assert waiting["due"].isna().all()
    assert any("2 accounts chosen" in model for model in plan.models)
