"""Open incidents of a customer are taken together, and one make-good is sized for them."""

from __future__ import annotations

import pandas as pd
import pytest

from winback_xl.core.incidents import loss, open_incidents
from winback_xl.core.orders.ledger import read as read_ledger

AS_OF = pd.Timestamp("2026-10-31")


def ledger(**late: object) -> pd.DataFrame:
    days = pd.to_datetime(["2026-06-01", "2026-07-01", "2026-08-01"])
    return pd.DataFrame({"customer_id": "C1", "order_date": days, "order_value": 1000.0, **late})


def incidents(*rows: dict[str, object]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows))
    frame["date"] = pd.to_datetime(frame["date"])
    return frame


@pytest.fixture
def three(settings):
    found = incidents(
        {"incident_id": "I1", "customer_id": "C1", "date": "2026-02-01", "direct_loss": 1000.0, "fault": 1.0, "status": "solved", "handling": "accepted"},
        {"incident_id": "I2", "customer_id": "C1", "date": "2026-07-01", "direct_loss": 3000.0, "fault": 0.5, "status": "open", "handling": "accepted", "cause": "Old press"},
        {"incident_id": "I3", "customer_id": "C1", "date": "2026-08-01", "direct_loss": 1000.0, "fault": 1.0, "status": "open", "handling": "rejected", "what_happened": "Wrong goods"},
    )  # fmt: skip
    return loss.estimate(found, settings)


def test_solved_incidents_are_not_offered_for_but_count_as_prior(three, settings):
    opened = open_incidents.find(read_ledger(ledger(), AS_OF), three, settings=settings)
    assert opened["incident_id"].tolist() == ["I2", "I3"]
    assert opened["prior_failures"].tolist() == [1, 2]


def test_a_year_old_failure_is_no_prior_failure(settings):
    found = loss.estimate(
        incidents(
            {"incident_id": "A", "customer_id": "C1", "date": "2025-06-01", "direct_loss": 10.0},
            {"incident_id": "B", "customer_id": "C1", "date": "2026-07-01", "direct_loss": 10.0},
            {"incident_id": "C", "customer_id": "C0", "date": "2026-07-01", "direct_loss": 10.0},
        ),
        settings,
    )
    opened = open_incidents.find(read_ledger(ledger(), AS_OF), found, settings=settings).set_index(
        "incident_id"
    )
    assert opened["prior_failures"].to_dict() == {"A": 0, "B": 0, "C": 0}


def test_open_incidents_of_a_customer_are_one_offer(three, settings):
    grouped = open_incidents.by_customer(
        open_incidents.find(read_ledger(ledger(), AS_OF), three, settings=settings)
    )
    row = grouped.iloc[0]
    assert row["incidents"] == "I2, I3"
    assert row["loss"] == 4000
    assert row["fault"] == pytest.approx((0.5 * 3000 + 1000) / 4000)
    assert row["handling"] == "rejected", "one rejected delivery makes the whole rejected"
    assert row["what_happened"] == "Wrong goods", "the latest"
    assert row["cause"] == "Old press", "of the costliest"


def test_late_deliveries_of_the_ledger_are_hints_where_no_incident_is_on_file(three, settings):
    late = ledger(promised_date=pd.Timestamp("2026-08-05"), shipped_date=pd.Timestamp("2026-08-15"))
    hinted = open_incidents.find(read_ledger(late, AS_OF), None, settings=settings)
    assert len(hinted) == 3
    assert hinted["cause"].str.contains("not confirmed").all()
    on_file = open_incidents.find(read_ledger(late, AS_OF), three, settings=settings)
    assert on_file["incident_id"].tolist() == ["I2", "I3"], "who has incidents on file needs no hints"


def test_no_incident_at_all(settings):
    nothing = open_incidents.find(read_ledger(ledger(), AS_OF), None, settings=settings)
    assert open_incidents.by_customer(nothing).empty
