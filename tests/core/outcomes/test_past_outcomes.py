"""Closed accounts of this and of earlier campaigns reach the advice."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from winback_xl import samples
from winback_xl.core.orders import ledger as book
from winback_xl.core.outcomes import past_outcomes
from winback_xl.errors import DataError
from winback_xl.settings import Settings
from winback_xl.workflows import past_campaigns, planning, reading, refreshing, saving

LISTED, END = pd.Timestamp("2026-01-31"), pd.Timestamp("2026-12-31")


def campaign(**changes: object) -> pd.DataFrame:
    row = {
        "customer_id": "A", "outcome": "Open", "arm": "Worked on", "listed_on": LISTED, "ordered_again": pd.NaT, "rate_listed": 0.3,
        "gain_listed": 0.1, "agreed_amount": np.nan, "attempts": 0.0, "last_contact": pd.NaT, "listened": "No",
    }  # fmt: skip
    return pd.DataFrame([row | changes])


def closed(**changes: object) -> pd.DataFrame:
    return past_outcomes.of_campaign(campaign(**changes), None, until=END, settings=Settings())


def test_who_was_worked_on_or_left_alone_is_closed_at_the_end_of_the_horizon():
    soon = LISTED + pd.Timedelta(days=20)
    assert closed(attempts=1.0)[["worked", "back"]].to_numpy().tolist() == [[True, False]]
    assert closed(attempts=1.0, ordered_again=soon)["back"].tolist() == [True]
    assert closed(arm="Left alone", ordered_again=soon)[["worked", "back"]].to_numpy().tolist() == [
        [False, True]
    ]
    assert closed(ordered_again=soon).empty, "drawn to be worked on, but nobody tried"
    late = LISTED + pd.Timedelta(days=190)
    assert closed(attempts=1.0, ordered_again=late)["back"].tolist() == [False]


def test_typed_outcomes_close_an_account_before_the_end():
    given = {"until": LISTED + pd.Timedelta(days=30), "settings": Settings()}
    for outcome, expected in (("Won", [True]), ("Lost", [False]), ("Let go", [False]), ("Open", [])):
        rows = campaign(outcome=outcome, attempts=1.0)
        assert past_outcomes.of_campaign(rows, None, **given)["back"].tolist() == expected, outcome


def test_the_amount_is_over_our_part_and_without_a_loss_it_is_money():
    ours = pd.DataFrame({"customer_id": ["A"], "attributable": [400.0]})
    rows = campaign(outcome="Won", attempts=1.0, agreed_amount=300.0)
    with_loss = past_outcomes.of_campaign(rows, ours, until=END, settings=Settings())
    assert with_loss[["share", "money"]].fillna(0).to_numpy().tolist() == [[0.75, 0]]
    plain = past_outcomes.of_campaign(rows, None, until=END, settings=Settings())
    assert plain[["share", "money"]].fillna(0).to_numpy().tolist() == [[0, 300]]
    nothing = past_outcomes.of_campaign(
        rows.assign(agreed_amount=np.nan), ours, until=END, settings=Settings()
    )
    assert nothing[["share", "money"]].isna().all(axis=None)


def contacts(orders: pd.DataFrame) -> pd.DataFrame:
    """Say that everybody was written to half a year before the end."""
    day = orders["order_date"].max() - pd.Timedelta(days=200)
    return pd.DataFrame({"customer_id": orders["customer_id"].unique(), "date": day})


def test_a_table_of_contacts_takes_its_outcomes_from_the_orders(settings):
    sample = samples.make(seed=3, customers=300)
    orders = reading.read(sample.orders).orders.frame
    ledger = book.read(orders, orders["order_date"].max())
    found = past_outcomes.of_table(contacts(orders), ledger, settings)
    assert 0 < len(found) < orders["customer_id"].nunique(), "only who was silent then"
    assert found["worked"].all()
    day = contacts(orders)["date"].iloc[0]
    after = orders[(orders["order_date"] > day) & (orders["order_date"] <= day + pd.Timedelta(days=180))]
    assert set(found["customer_id"][found["back"]]) <= set(after["customer_id"])
    said = past_outcomes.of_table(contacts(orders).assign(came_back="No"), ledger, settings)
    assert not said["back"].any()


def test_a_table_that_names_campaigns_takes_their_start_dates(tmp_path):
    sample = samples.make(seed=3, customers=300)
    tables = reading.read(sample.orders)
    rows = contacts(tables.orders.frame)
    (tmp_path / "campaigns.csv").write_text(
        "campaign_id,household_id\n" + "\n".join(f"7,{who}" for who in rows["customer_id"]), encoding="utf-8"
    )
    (tmp_path / "dates.csv").write_text(
        f"campaign_id,start_date\n7,{rows['date'].iloc[0]:%Y-%m-%d}\n", encoding="utf-8"
    )
    both = past_campaigns.read([tmp_path / "campaigns.csv", tmp_path / "dates.csv"], tables, Settings())
    dated = past_campaigns.read([rows], tables, Settings())
    pd.testing.assert_frame_equal(both, dated)
    with pytest.raises(DataError, match="The file does not say when these customers were contacted"):
        past_campaigns.read([tmp_path / "campaigns.csv"], tables, Settings())


def test_own_outcomes_reach_odds_worth_and_decision_and_the_plan_says_so():
    sample = samples.make(seed=3, customers=120)
    tables = reading.read(sample.orders)
    rng = np.random.default_rng(1)
    many = 4000
    failed = pd.DataFrame(
        {
            "customer_id": [f"P{at}" for at in range(many)], "base": 0.3, "gain": 0.15, "worked": np.arange(many) % 2 == 0,
            "back": rng.random(many) < 0.3, "share": np.nan, "money": np.nan,
        }
    )  # fmt: skip
    plain = planning.plan_tables(tables, planning.Wishes(settings=Settings()))
    taught = planning.plan_tables(tables, planning.Wishes(settings=Settings(), outcomes=failed))
    gone = plain.campaign["status"].isin(["Lapsed", "Cold"])
    before = plain.campaign[gone].set_index("customer_id")["expected_value"]
    after = taught.campaign.set_index("customer_id")["expected_value"].reindex(before.index)
    assert (after < before).mean() > 0.9, "efforts that add nothing are worth less"
    assert any("Odds, gain, worth and decision follow your own outcomes" in model for model in taught.models)
    assert not any("own outcomes" in model for model in plain.models)
    few = planning.plan_tables(tables, planning.Wishes(settings=Settings(), outcomes=failed.head(12)))
    pd.testing.assert_frame_equal(few.campaign, plain.campaign)


def priced(slope: float, many: int = 6000) -> pd.DataFrame:
    """Say how accounts ended that were offered 30 to 120% of their loss: how much more a larger offer brought."""
    rng = np.random.default_rng(2)
    share = rng.uniform(0.3, 1.2, many)
    line = np.log(0.45 / 0.55) + slope * (np.log(share) - np.log(share).mean())
    back = rng.random(many) < 1 / (1 + np.exp(-line))
    return pd.DataFrame(
        {
            "customer_id": [f"P{at}" for at in range(many)], "base": 0.3, "gain": 0.25, "worked": True,
            "back": back, "share": share, "money": np.nan,
        }
    )  # fmt: skip


def test_what_larger_amounts_brought_changes_the_offers():
    sample = samples.make(seed=3, customers=300)
    tables = reading.read(sample.orders, incidents=sample.incidents, customers=sample.customers)
    flat, steep = (
        planning.plan_tables(tables, planning.Wishes(settings=Settings(), outcomes=priced(slope)))
        for slope in (0.0, 3.0)
    )
    asked = (flat.make_goods["attributable"] > 500).to_numpy()
    assert asked.sum() > 5
    parts = [plan.make_goods["recommended"].to_numpy()[asked].sum() for plan in (flat, steep)]
    assert parts[1] > 1.1 * parts[0], "where money buys much, more is offered"
    assert any("brought less than the response curve says" in model for model in flat.models)
    assert any("brought more than the response curve says" in model for model in steep.models)
    assert flat.settings == steep.settings, "the Settings sheet keeps what the user chose"


@pytest.mark.slow
def test_a_workbook_remembers_the_outcomes_of_earlier_campaigns_for_its_refresh(tmp_path):
    sample = samples.make(seed=3, customers=300)
    orders = reading.read(sample.orders).orders.frame
    stated = contacts(orders).assign(
        came_back=np.where(np.arange(orders["customer_id"].nunique()) % 3, "No", "Yes")
    )
    plan = planning.plan(sample.orders, outcomes=[stated])
    assert len(plan.earlier) > 20
    assert "customer_id" not in plan.earlier
    book = saving.save(plan, tmp_path / "may.xlsx")
    later = samples.weeks_later(sample, 4).orders
    once = refreshing.refresh(book, later, tmp_path / "june.xlsx")
    twice = refreshing.refresh(tmp_path / "june.xlsx", later, tmp_path / "july.xlsx")
    for done in (once, twice):
        pd.testing.assert_frame_equal(done.plan.earlier, plan.earlier, check_dtype=False)
        assert any("follow your own outcomes" in model for model in done.plan.models)
    none = refreshing.refresh(saving.save(planning.plan(sample.orders), tmp_path / "a.xlsx"), later)
    assert none.plan.earlier.empty
    assert not any("own outcomes" in model for model in none.plan.models)
