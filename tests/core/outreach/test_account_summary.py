"""What a call sheet knows of an account, and who is worth a call sheet."""

from __future__ import annotations

import pandas as pd
import pytest

from tests import desk
from winback_xl.core.orders.ledger import read as read_ledger
from winback_xl.core.outreach import account_summary

ORDERS = pd.DataFrame(
    {
        "customer_id": ["A", "A", "A", "A", "B"],
        "order_id": ["1", "2", "3", "4", "5"],
        "order_date": pd.to_datetime(["2024-03-01", "2025-02-01", "2025-03-01", "2025-04-01", "2025-01-01"]),
        "order_value": [100.0, 200.0, -50.0, 300.0, 9.0],
        "promised_date": pd.to_datetime(["2024-03-05", "2025-02-05", None, "2025-04-05", None]),
        "shipped_date": pd.to_datetime(["2024-03-05", "2025-02-09", None, "2025-04-05", None]),
        "rep": ["Kim", "Lee", "Lee", "Lee", "Kim"],
    }
)
CAMPAIGN = pd.DataFrame(
    {"customer_id": ["A", "Z"], "customer": ["Alder", "Zero"], "reason_theirs": ["late", ""]}
)
AS_OF = pd.Timestamp("2026-01-01")


@pytest.fixture(scope="module")
def both():
    incidents = pd.DataFrame(
        {"customer_id": ["A"], "date": pd.to_datetime(["2025-05-01"]), "failure_type": ["Downtime"], "what_happened": ["12 hours"],
         "loss": [900.0], "status": ["open"]}
    )  # fmt: skip
    customers = pd.DataFrame(
        {"customer_id": ["A"], "reason_ours": ["price"], "landmines": ["the CFO"], "phone": [None]}
    )
    return account_summary.build(
        CAMPAIGN, read_ledger(ORDERS, AS_OF), customers=customers, incidents=incidents
    )


def test_years_count_order_days_revenue_credits_and_late_orders(both) -> None:
    years = both[0].years.set_index("year")
    assert years.loc[2024].tolist() == [1, 100, 0, 0]
    assert years.loc[2025].tolist() == [2, 450, 1, 1]


def test_what_went_wrong_comes_latest_first(both) -> None:
    events = both[0].events
    assert events["kind"].tolist() == ["Complaint: Downtime (open)", "Credit note", "Late delivery"]
    assert events["amount"].tolist() == [900.0, -50.0, 200.0]
    assert events["what"].tolist() == ["12 hours", "Order 3", "Order 2"]


def test_the_good_years_are_told_with_the_on_time_record(both) -> None:
    assert both[0].past == "First order 2024-03-01; 3 order days; 67% shipped on time."


def test_reps_come_in_the_order_in_which_they_had_the_account(both) -> None:
    assert both[0].reps == ("Kim (2024-03 to 2024-03)", "Lee (2025-02 to 2025-04)")


def test_two_stories_of_why_they_left_are_seen(both) -> None:
    assert both[0].versions_differ
    assert both[0].on_file["landmines"] == "the CFO"
    assert both[0].says("phone") == ""


def test_an_account_without_orders_is_empty_and_whole(both) -> None:
    none = both[1]
    assert (len(none.years), len(none.events), none.reps, none.past) == (0, 0, (), "")
    assert not none.versions_differ


def test_later_rows_are_not_looked_at() -> None:
    early = account_summary.build(CAMPAIGN, read_ledger(ORDERS, pd.Timestamp("2024-12-31")))
    assert early[0].years["year"].tolist() == [2024]


@pytest.mark.parametrize(
    ("role", "decides"),
    [("Owner", True), ("Head of purchasing", True), ("managing director", True), ("Buyer", False), ("Assistant", False), ("", False)],
)  # fmt: skip
def test_who_may_decide(role: str, decides: bool) -> None:
    assert account_summary.decides(role) is decides


def test_the_middle_point_stays_under_the_cap() -> None:
    """Article 001: negotiate to a middle; never above the highest amount that helps."""
    assert account_summary.middle(400, 500, 600) == 450
    assert account_summary.middle(400, 5000, 600) == 600


def test_only_accounts_at_work_get_a_call_sheet() -> None:
    plan = desk.edited(want_back={0: "No"}, outcome={1: "Won"})
    ids = plan.campaign["customer_id"]
    top = account_summary.top(plan.campaign, 5)
    assert len(top) == 5
    assert not {ids[0], ids[1]} & set(top["customer_id"])
    assert set(top["decision"]) <= {"Pursue", "Reassign"}


def test_every_level_says_what_a_mistake_does() -> None:
    from winback_xl.schema.columns import LISTS

    assert tuple(account_summary.CONSEQUENCE) == LISTS["Level"]
