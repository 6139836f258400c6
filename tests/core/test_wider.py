"""What a decision costs beyond the one customer: the fix, the precedent, the ripple; and whether they can be reached."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from winback_xl.core.campaign import campaign_plan, contact_check
from winback_xl.core.incidents import root_cause
from winback_xl.core.make_good import precedent
from winback_xl.core.orders.ledger import read as read_ledger
from winback_xl.core.segments import referrals
from winback_xl.settings import Settings

AS_OF = pd.Timestamp("2026-10-31")
SETTINGS = Settings()


def monthly(customer: str, last: str, value: float, orders: int = 14) -> pd.DataFrame:
    days = pd.date_range(end=last, periods=orders, freq="30D")
    return pd.DataFrame({"customer_id": customer, "order_date": days, "order_value": value})


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    buying = [monthly(f"B{place}", "2026-10-20", 1_000.0 * (place + 1)) for place in range(4)]
    gone = [monthly(f"L{place}", "2026-06-10", 9_000.0) for place in range(4)]
    return pd.concat([*buying, *gone], ignore_index=True)


def complaint(customer: str, cause: str, **more: object) -> dict[str, object]:
    given = {"incident_id": f"I-{customer}", "customer_id": customer, "date": pd.Timestamp("2026-06-01"), "cause": cause,
             "failure_type": "Late delivery", "order_value": 9_000.0, "days_late": 10.0, "handling": "rejected", "status": "open"}  # fmt: skip
    return {**given, **more}


def build(orders, incidents=(), customers=None, **settings):
    said = pd.DataFrame(list(incidents)) if incidents else None
    return campaign_plan.build(
        read_ledger(orders, AS_OF),
        campaign_plan.Wishes(
            settings=Settings(**settings),
            incidents=said,
            customers=None if customers is None else pd.DataFrame(customers),
        ),
    )


def account(plan, customer):
    return plan.campaign.set_index("customer_id").loc[customer]


def test_the_cost_of_a_systemic_fix_is_shared_by_the_customers_it_hit(orders) -> None:
    """900 once, named in one of three reports, is 300 for each; the expected value falls by it and says so."""
    reports = [
        complaint("L0", "Carrier", fix_cost=900.0),
        complaint("L1", "Carrier"),
        complaint("L2", "Carrier"),
    ]
    plan = build(orders, reports)
    free = build(orders, [{**one, "fix_cost": np.nan} for one in reports])
    row = plan.causes.set_index("cause").loc["Carrier"]
    assert (row["proposed"], row["fix_cost"], row["fix_share"]) == ("systemic open", 900.0, 300.0)
    for customer in ("L0", "L1", "L2"):
        assert account(plan, customer)["fix_share"] == 300.0
        gap = account(free, customer)["expected_value"] - account(plan, customer)["expected_value"]
        assert gap == pytest.approx(300.0)
        assert (
            "Fixing 'Carrier' costs 900, or 300 for each of the 3 customers affected."
            in account(plan, customer)["decision_why"]
        )
    assert account(plan, "L3")["fix_share"] == 0.0


def test_a_specific_fix_is_borne_by_one_and_what_is_fixed_costs_nothing_more(orders) -> None:
    plan = build(orders, [complaint("L0", "Mix-up", fix_cost=70.0),
                          complaint("L1", "Cable", fix_cost=500.0, specific_or_systemic="systemic fixed")])  # fmt: skip
    assert account(plan, "L0")["fix_share"] == 70.0
    assert "for this customer only" in account(plan, "L0")["decision_why"]
    assert account(plan, "L1")["fix_share"] == 0.0


def test_a_yearly_fix_counts_over_the_years_of_the_future_margin() -> None:
    """1,000 a year for 3 years at 10 %: 909.09 + 826.45 + 751.31."""
    incidents = pd.DataFrame({"fix_cost": [np.nan, 10.0], "fix_cost_yearly": [1_000.0, np.nan]})
    assert root_cause.cost(incidents, SETTINGS).round(2).tolist() == [2_486.85, 10.0]


def test_a_price_concession_is_multiplied_by_everybody_comparable(orders) -> None:
    """L0 asks 5,850 off its year; comparable are those who still buy, up to a factor: of 4 the larger two, or all."""
    asks = [complaint("L0", "Price list", failure_type="Price", days_late=0.0, requested_amount=5_850.0)]
    for factor, near in ((3.5, ["B2", "B3"]), (100.0, ["B0", "B1", "B2", "B3"])):
        plan = build(orders, asks, comparable_factor=factor)
        year = plan.segments.set_index("customer_id")["run_rate"]
        offer = plan.make_goods.set_index("customer_id").loc["L0"]
        assert offer["exposure"] == pytest.approx(5_850 / year["L0"] * year[near].sum())
        assert f"if the {len(near)} comparable customers asked for the same" in offer["rationale"]
        assert plan.causes.set_index("cause").loc["Price list", "exposure"] == pytest.approx(
            offer["exposure"]
        )


def test_a_precedent_dearer_than_the_customer_is_flagged_in_the_decision(orders) -> None:
    asks = [complaint("L0", "Price list", failure_type="Price", days_late=0.0, requested_amount=60_000.0)]
    row = account(build(orders, asks, comparable_factor=100.0), "L0")
    assert "Others may ask too" in row["flags"]
    assert "Precedent: " in row["decision_why"]


def test_only_what_goes_back_through_the_price_is_a_precedent(orders) -> None:
    plan = build(orders, [complaint("L0", "Carrier", requested_amount=60_000.0)], comparable_factor=100.0)
    assert plan.make_goods["exposure"].isna().all()


def test_who_asks_is_not_comparable_to_themselves() -> None:
    found = precedent.exposure(
        np.array([100.0, 100.0]), np.array([1e3, 1e3]), np.array([True, False]), np.array([1e3, 1e3]), 2.0
    )
    assert found.comparable.tolist() == [1.0, 2.0]
    assert found.amount.tolist() == [100.0, 200.0]


LIST = {"customer_id": ["L0", "B0", "B1", "B2", "L1"], "referred_by": ["", "L0", "L0", "B2", "L0"]}


def test_referrals_are_counted_from_the_list_and_count_as_evidence(orders) -> None:
    listed = referrals.counted(pd.DataFrame(LIST))
    assert listed.set_index("customer_id")["referrals"].to_dict() == pytest.approx(
        {"L0": 3, "B0": np.nan, "B1": np.nan, "B2": np.nan, "L1": np.nan}, nan_ok=True
    )
    stated = referrals.counted(pd.DataFrame({**LIST, "referrals": [9, np.nan, 1, 0, 0]}))
    assert stated["referrals"].tolist()[0] == 9
    levels = build(orders, customers=LIST).segments.set_index("customer_id")["attitude"]
    assert levels["L0"] >= SETTINGS.points_referral


def test_losing_who_sent_others_takes_a_share_of_them_along(orders) -> None:
    """Two of the three whom L0 sent still buy: their revenue hangs on L0, a tenth of their margin counts."""
    alone, linked = build(orders), build(orders, customers=LIST)
    segments = linked.segments.set_index("customer_id")
    row = account(linked, "L0")
    assert row["referred_revenue"] == pytest.approx(segments.loc[["B0", "B1"], "annual_revenue"].sum())
    stake = SETTINGS.referral_share * segments.loc[["B0", "B1"], "future_margin"].sum()
    assert row["future_margin"] - account(alone, "L0")["future_margin"] == pytest.approx(stake, abs=0.02)
    assert "for 2 customers they sent you (10% of theirs)" in row["rationale"]
    assert (
        account(build(orders, customers=LIST, referral_share=0.0), "L0")["future_margin"]
        == account(alone, "L0")["future_margin"]
    )


def test_wrong_doubled_missing_and_old_contacts_are_told() -> None:
    listed = pd.DataFrame(
        {
            "customer_id": ["A", "B", "C", "D", "E"],
            "email": ["x@firm.example", "X@firm.example", "y@firm", "", "z@firm.example"],
            "phone": ["+49 30 111222", "1", "+49 (30) 111-222", "", "5"],
            "contact_checked": pd.to_datetime(["2026-10-01", None, "2025-01-31", None, "2025-10-31"]),
        }
    )
    said = contact_check.doubts(listed, as_of=AS_OF, settings=SETTINGS)
    assert said.to_dict() == {
        "A": "E-mail shared with 1 other customer; Phone shared with 1 other customer",
        "B": "E-mail shared with 1 other customer",
        "C": "E-mail y@firm looks wrong; Phone shared with 1 other customer; Not checked since 31 January 2025",
        "D": "No e-mail and no phone",
        "E": "",  # 365 days ago is still in time
    }


def test_many_with_one_address_are_counted() -> None:
    listed = pd.DataFrame({"customer_id": list("ABCDE"), "email": "info@firm.example"})
    said = contact_check.doubts(listed, as_of=AS_OF, settings=SETTINGS)
    assert set(said) == {
        "E-mail shared with 4 other customers"
    }  # no names: a copy for one owner must not tell them


def test_without_contact_columns_nothing_is_doubted(orders) -> None:
    assert (build(orders, customers=LIST).campaign["contact_check"] == "").all()


def test_who_is_difficult_or_pays_late_is_told_before_want_back(orders) -> None:
    hard = {"customer_id": ["L0", "L1", "L2"], "difficulty": [5, 3, np.nan], "pays_late": [45, 30, 29]}
    plan = build(orders, customers=hard)
    assert account(plan, "L0")["decision_why"].endswith(
        "Difficult (5 of 5) and pays 45 days late: a good customer?"
    )
    assert "Difficult customer; Pays late" in account(plan, "L0")["flags"]
    assert account(plan, "L1")["decision_why"].endswith("Pays 30 days late: a good customer?")
    assert "good customer" not in account(plan, "L2")["decision_why"]


def test_who_buys_on_but_much_less_was_demoted() -> None:
    """From 2,000 a month to 1,000: still Active, half of the year before; a steady buyer and a new one are not."""
    before = monthly("CUT", "2025-10-25", 2_000.0, orders=13)
    after = monthly("CUT", "2026-10-20", 1_000.0, orders=12)
    steady = monthly("SAME", "2026-10-20", 1_000.0, orders=26)
    orders = pd.concat([before, after, steady, monthly("NEW", "2026-10-20", 1_000.0, orders=5)])
    plan = build(orders, [complaint("CUT", "Rust", date=pd.Timestamp("2026-10-01"))])
    demoted = plan.segments.set_index("customer_id")["demoted"]
    assert demoted.to_dict() == {"CUT": "Yes", "SAME": "No", "NEW": "No"}
    assert "Still orders, but 50% less than in the year before." in account(plan, "CUT")["why"]
    milder = build(orders, demoted_drop=0.9).segments.set_index("customer_id")["demoted"]
    assert milder["CUT"] == "No"


def test_the_fault_is_split_as_far_as_somebody_said_so(orders) -> None:
    plan = build(
        orders,
        [
            complaint("L0", "A", fault=0.6, customer_fault=0.1),
            complaint("L1", "B", fault=0.7),
            complaint("L2", "C"),
        ],
    )
    split = plan.make_goods.set_index("customer_id")["fault_split"]
    assert split.to_dict() == {
        "L0": "60% ours, 10% theirs, 30% others",
        "L1": "70% ours, 30% not ours",
        "L2": "100% ours",
    }


def test_a_severe_incident_leaves_less_of_the_odds_and_says_so(orders) -> None:
    mild = account(build(orders, [complaint("L0", "A", severity=1.0)]), "L0")
    grave = account(build(orders, [complaint("L0", "A", severity=5.0)]), "L0")
    gained = mild["odds"] - SETTINGS.odds_lapsed_low
    left = SETTINGS.odds_lapsed_low * (1 - SETTINGS.odds_severity_drop)
    assert grave["odds"] == pytest.approx(left + gained)
    assert grave["recommended"] == mild["recommended"]
    assert "Severity 5 of 5 took 25% off the low end of the odds." in grave["rationale"]
    assert "Severity" not in mild["rationale"]


def test_a_rest_that_was_counted_twice_ends_the_opera(orders) -> None:
    plan = campaign_plan.build(
        read_ledger(orders, AS_OF), campaign_plan.Wishes(settings=SETTINGS, rests={"L0": 2.0, "L1": 1.0})
    )
    assert account(plan, "L0")["decision"] == "Let go"
    assert account(plan, "L0")["decision_why"].startswith("Paused 2 times already")
    assert account(plan, "L1")["decision"] == "Pursue"
    assert plan.campaign["rests"].sum() == 3


def test_causes_without_a_cost_say_nothing() -> None:
    incidents = pd.DataFrame([complaint("L0", "A"), complaint("L1", "A"), complaint("L2", "A")])
    table = root_cause.share(root_cause.systemic(incidents, 0, AS_OF, SETTINGS), incidents, SETTINGS)
    assert table["fix_share"].tolist() == [0.0]
    assert table["fix_why"].tolist() == [""]
