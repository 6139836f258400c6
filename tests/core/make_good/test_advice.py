"""What customers get for a complaint, over thousands of them: who still buys, what never lowers an offer, no cliffs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from winback_xl.core.campaign import campaign_plan, decision
from winback_xl.core.make_good import customer_offers
from winback_xl.core.orders.ledger import read as read_ledger
from winback_xl.core.outreach import letters
from winback_xl.errors import UsageError
from winback_xl.schema.columns import LISTS

if TYPE_CHECKING:
    from winback_xl.settings import Settings

AS_OF = pd.Timestamp("2026-11-01")
BUYING, LEFT = ("Active", "Due", "At risk"), ("Lapsed", "Cold")


def complaints(rng: np.random.Generator, n: int, statuses: tuple[str, ...]) -> pd.DataFrame:
    """Draw complaints as they come: a median loss of 8% of a year's revenue, some of it more than all."""
    status = rng.choice(statuses, n)
    revenue = np.round(rng.lognormal(10.5, 1.2, n), 2)
    ratio = np.select(
        [status == "Lapsed", status == "Cold"], [1 + rng.random(n), 2 + 4 * rng.random(n)], rng.random(n)
    )
    return pd.DataFrame(
        {
            "status": status,
            "level": rng.choice(LISTS["Level"], n),
            "lapse_ratio": ratio,
            "run_rate": revenue,
            "loss": np.round(revenue * np.minimum(rng.lognormal(-2.5, 1.0, n), 1.0), 2),
            "fix": rng.choice(LISTS["Specific or systemic"], n),
            "severity": rng.choice([np.nan, 1, 2, 3, 4, 5], n),
            "failure_type": rng.choice(LISTS["Failure type"], n),
            "fault": rng.choice([0.3, 0.6, 1.0], n),
            "handling": rng.choice(LISTS["Handling"], n),
            "prior_failures": rng.choice([0, 0, 1, 4], n).astype(float),
            "date": AS_OF - pd.to_timedelta(rng.integers(0, 90, n), unit="D"),
            "already_paid": 0.0, "owed": 0.0, "margin_rate": 0.3, "strategic_value": np.nan, "words": "", "incidents": "I1",
            "cause": "", "requested_amount": np.nan, "customer_fault": np.nan, "earlier_recovery": "", "fix_share": 0.0,
            "referred": 0.0, "referral_worth": 0.0,
        }
    )  # fmt: skip


def advised(accounts: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    sized = customer_offers.size(accounts, settings, as_of=AS_OF)
    value = (sized["net"] - settings.effort_cost).to_numpy()
    sized["decision"], sized["why"] = decision.decide(
        value, sized["odds"].to_numpy(), fair=sized["fair"].to_numpy(), ceiling=sized["room"].to_numpy(),
        strategic_needed=sized["strategic_needed"].to_numpy(), settings=settings,
    )  # fmt: skip
    return sized


def test_who_still_buys_and_complains_seldom_gets_the_token_only(settings):
    found = advised(complaints(np.random.default_rng(7), 4_000, BUYING), settings)
    assert (found["recommended"] == 0).mean() <= 0.1
    assert found["flags"].str.contains("More than their worth").mean() <= 0.1


@pytest.mark.parametrize("what", ["loss", "fault", "severity", "prior_failures"])
def test_more_of_what_went_wrong_never_lowers_the_offer_of_a_pursued_account(what, settings):
    """5,000 pairs each that differ in nothing else, of all statuses and levels."""
    rng = np.random.default_rng(11)
    less = complaints(rng, 5_000, BUYING + LEFT)
    more = less.copy()
    if what == "loss":
        more["loss"] = np.round(less["loss"] * rng.choice([1.01, 1.3, 5.0], len(less)), 2)
    elif what == "fault":
        more["fault"] = np.minimum(less["fault"] + rng.choice([0.01, 0.2, 0.7], len(less)), 1.0)
    elif what == "severity":
        more["severity"] = np.minimum(less["severity"].fillna(1) + rng.integers(1, 5, len(less)), 5)
    else:
        more["prior_failures"] = less["prior_failures"] + rng.integers(1, 4, len(less))
    first, second = advised(less, settings), advised(more, settings)
    pursued = ((first["decision"] == "Pursue") & (second["decision"] == "Pursue")).to_numpy()
    assert pursued.sum() > 1_000
    for name in ("low", "recommended", "high", "token"):
        assert (second[name] >= first[name])[pursued].all(), name


def test_who_still_buys_is_never_offered_less_than_after_leaving(settings):
    rng = np.random.default_rng(13)
    stays = complaints(rng, 3_000, BUYING)
    gone = stays.assign(status="Lapsed", lapse_ratio=1 + 5 * rng.random(len(stays)))
    first, second = advised(stays, settings), advised(gone, settings)
    assert (first["recommended"] >= second["recommended"]).all()


def test_no_offer_of_ours_is_called_an_insult_and_every_row_that_costs_too_much_names_the_choice(settings):
    found = advised(complaints(np.random.default_rng(17), 4_000, BUYING + LEFT), settings)
    assert not found["flags"].str.contains("So little that it insults|A token only|Too much").any()
    asks = found["strategic_needed"] > 0
    assert asks.any()
    assert (found["decision"][asks] == "Let go").all()
    assert found["why"][asks].str.contains("enter a strategic value of").all()
    assert (found["net"][found["decision"] == "Pursue"] > settings.effort_cost).all()
    assert (found["our_cost"] <= found["worth"] + 0.01).all()


@pytest.mark.parametrize("severity", [None, 1, 2, 3, 4, 5])
def test_the_downtime_of_a_loyal_customer_who_still_buys_is_made_good(severity, settings):
    """Article 000: 250,000 a year, 30,000 of downtime reported last week; by the first rule a token of 500."""
    rows = [("C0", day, 900.0) for day in range(0, 600, 31)]
    for who, end in (("LOYAL", 725), ("GONE", 610), ("HABIT", 725)):
        rows += [(who, day, 20_833.0) for day in range(5, end, 30)]
    orders = pd.DataFrame(rows, columns=["customer_id", "order_date", "order_value"])
    orders["order_date"] = pd.Timestamp("2024-11-01") + pd.to_timedelta(orders["order_date"], unit="D")
    customers = pd.DataFrame({"customer_id": ["LOYAL", "GONE"], "referrals": [2.0, 2.0], "nps": [10.0, 10.0]})
    reported: list[dict[str, Any]] = [
        {"customer_id": who, "date": pd.Timestamp(day), "failure_type": "Downtime", "direct_loss": 30_000.0, "severity": severity}
        for who, day in (("LOYAL", "2026-10-25"), ("GONE", "2026-07-05"), ("HABIT", "2026-10-25"))
    ]  # fmt: skip
    plan = campaign_plan.build(
        read_ledger(orders, AS_OF),
        campaign_plan.Wishes(settings=settings, customers=customers, incidents=pd.DataFrame(reported)),
    )
    found = plan.campaign.set_index("customer_id")
    for who in ("LOYAL", "HABIT"):
        assert found.loc[who, "decision"] == "Pursue"
        assert 0.6 * 30_000 <= found.loc[who, "recommended"] <= 1.2 * 30_000
        assert found.loc[who, "recommended"] >= found.loc["GONE", "recommended"]
    assert found.loc["GONE", "decision_why"].startswith("A fair make-good of 30,000 costs more than")


@pytest.mark.parametrize("status", ["Open", "Solved"])
def test_an_older_complaint_never_lowers_the_offer_for_the_latest(status, settings):
    """A quick answer to what they reported last week helps, however long an earlier complaint has been waiting."""
    rows = [(f"C{at}", day, 800.0 * (at + 1)) for at in range(40) for day in range(at % 20, 725, 25)]
    orders = pd.DataFrame(rows, columns=["customer_id", "order_date", "order_value"])
    orders["order_date"] = pd.Timestamp("2024-11-01") + pd.to_timedelta(orders["order_date"], unit="D")
    latest = pd.DataFrame(
        {
            "customer_id": [f"C{at}" for at in range(40)],
            "date": pd.Timestamp("2026-10-27"),
            "failure_type": "Downtime",
            "direct_loss": [900.0 * (at + 1) for at in range(40)],
            "status": "Open",
        }
    )
    older = latest.assign(date=pd.Timestamp("2026-08-01"), direct_loss=100.0, status=status)
    alone, both = (
        campaign_plan.build(
            read_ledger(orders, AS_OF), campaign_plan.Wishes(settings=settings, incidents=reported)
        ).make_goods.set_index("customer_id")
        for reported in (latest, pd.concat([latest, older], ignore_index=True))
    )
    assert len(alone) == 40
    for name in ("low", "recommended", "high", "token"):
        assert (both[name].reindex(alone.index) >= alone[name]).all(), name


def test_a_failed_recovery_goes_to_the_manager_with_the_change_before_any_money(settings):
    rows = complaints(np.random.default_rng(19), 50, BUYING).assign(earlier_recovery="not fair")
    found, before = advised(rows, settings), advised(rows.assign(earlier_recovery="fair"), settings)
    assert (found["recommended"] == before["recommended"]).all()
    assert (found["approver"] != "Rep").all()
    assert found["rationale"].str.contains("shows the change before any money").all()


def test_the_campaign_row_after_a_failed_recovery_starts_with_the_manager_and_no_heard_apology(settings):
    days = pd.date_range("2025-01-05", "2026-10-20", freq="30D")
    orders = pd.DataFrame({"customer_id": "C1", "order_date": days, "order_value": 2_000.0})
    reported = pd.DataFrame(
        {"customer_id": ["C1"], "date": [pd.Timestamp("2026-10-25")], "failure_type": ["Late delivery"], "direct_loss": [300.0]}
    )  # fmt: skip
    rows = {}
    for went in ("fair", "not fair"):
        stated = reported.assign(earlier_recovery=went)
        rows[went] = campaign_plan.build(
            read_ledger(orders, AS_OF), campaign_plan.Wishes(settings=settings, incidents=stated)
        ).campaign.iloc[0]
    failed, fair = rows["not fair"], rows["fair"]
    assert failed["decision"] == fair["decision"] == "Pursue"
    assert (failed["approver"], fair["approver"]) == ("Manager", "Rep")
    assert failed["do_next"].startswith("Manager: show what changed")
    assert "Earlier make-good not fair" in failed["flags"]
    assert failed["recommended"] == fair["recommended"]
    written = [
        letters.draft(level="", failure="Late delivery", contact="Ms Vogt", call_on="24 November 2026", recovery_failed=again).text
        for again in (True, False)
    ]  # fmt: skip
    assert ["sorry" in text for text in written] == [False, True]
    assert "judge us by what is different now" in written[0]


def test_an_unknown_failure_type_is_refused_with_the_nearest_name(settings):
    rows = complaints(np.random.default_rng(1), 3, BUYING)
    with pytest.raises(
        UsageError, match=r"failure type 'Late delivry' is not known. Did you mean 'Late delivery'"
    ):
        customer_offers.size(rows.assign(failure_type="Late delivry"), settings, as_of=AS_OF)


@pytest.mark.parametrize("severity", [None, 1, 5])
def test_odds_are_the_return_rate_plus_the_gain_and_never_below_what_the_ledger_says(severity, settings):
    """Who buys every week and complains: 97% order again anyway, the study says that 82% stay with a good answer."""
    rng, days = np.random.default_rng(5), []
    for who in range(120):
        gap, end = (7, 640) if who % 2 else (30, int(rng.integers(200, 640)))
        days += [(f"C{who}", day, 400.0) for day in range(who % 7, end, gap)]
    orders = pd.DataFrame(days, columns=["customer_id", "order_date", "order_value"])
    orders["order_date"] = AS_OF - pd.to_timedelta(640 - orders["order_date"], unit="D")
    reported = pd.DataFrame(
        {
            "customer_id": ["C1", "C3", "C2"],
            "date": [AS_OF - pd.Timedelta(days=back) for back in (5, 40, 5)],
            "failure_type": "Downtime",
            "direct_loss": 2_000.0,
            "severity": severity,
        }
    )
    plan = campaign_plan.build(
        read_ledger(orders, AS_OF), campaign_plan.Wishes(settings=settings, incidents=reported)
    )
    rows = plan.campaign.set_index("customer_id")
    gain = plan.make_goods.set_index("customer_id")["odds_gain"]
    assert (rows["odds"] >= rows["return_rate"]).all()
    assert rows.loc[gain.index, "odds"].to_numpy() == pytest.approx(
        rows.loc[gain.index, "return_rate"] + gain
    )
    quick, late = rows.loc["C1"], rows.loc["C3"]
    assert gain[["C1", "C3"]].tolist() == pytest.approx([0.63, 0.35])
    assert (
        min(quick["rate_listed"], late["rate_listed"]) > 0.9
    )  # orders again in the ledger, complaint or not
    if severity != 5:
        assert quick["odds"] == pytest.approx(quick["rate_listed"])
        assert late["odds"] == pytest.approx(late["rate_listed"])
    assert quick["odds"] > 0.82
    shown = f"{quick['return_rate']:.0%} stay without it and {quick['odds']:.0%} with it."
    assert quick["return_why"].endswith(shown)
    assert "a good answer within 14 days adds 63 points" in quick["return_why"]
    assert "a good answer adds 35 points" in late["return_why"]
    assert ("severity 5 of 5" in quick["return_why"]) == (severity == 5)


@pytest.mark.parametrize("fix", ["", "systemic open"])
@pytest.mark.parametrize("second", ["Downtime", "Price", "Late delivery", "Support"])
def test_more_loss_of_a_second_incident_never_lowers_the_offer(second, fix, settings):
    """Where the worth is the limit: the costliest incident had decided the form, and with it what an offer costs us."""
    days = [(f"C{at}", day, 40.0 + 12 * at) for at in range(60) for day in range(at % 20, 725, 45)]
    orders = pd.DataFrame(days, columns=["customer_id", "order_date", "order_value"])
    orders["order_date"] = pd.Timestamp("2024-11-01") + pd.to_timedelta(orders["order_date"], unit="D")
    first = pd.DataFrame(
        {
            "customer_id": [f"C{at}" for at in range(60)],
            "date": pd.Timestamp("2026-09-01"),
            "failure_type": "Wrong or damaged goods",
            "direct_loss": [8.0 * (at % 20 + 1) for at in range(60)],
            "specific_or_systemic": "specific",
            "status": "Open",
        }
    )
    ledger, before = read_ledger(orders, AS_OF), None
    for loss in (0.0, 40.0, 120.0, 400.0, 900.0):
        other = first.assign(failure_type=second, direct_loss=loss, specific_or_systemic=fix)
        plan = campaign_plan.build(
            ledger,
            campaign_plan.Wishes(settings=settings, incidents=pd.concat([first, other], ignore_index=True)),
        )
        rows = plan.make_goods.set_index("customer_id").join(
            plan.campaign.set_index("customer_id")["decision"]
        )
        rows = rows[rows["decision"] == "Pursue"]
        if before is not None:
            both = rows.index.intersection(before.index)
            for name in ("low", "recommended", "high", "token"):
                assert (rows.loc[both, name] >= before.loc[both, name]).all(), (loss, name)
        before = rows
    mixed = plan.make_goods["rationale"].str.contains("credit fits them all")
    assert mixed.all() == (second in {"Downtime", "Price", "Late delivery"})
