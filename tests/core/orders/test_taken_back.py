"""An order that was credited in full on its own day was never bought; one that was credited later was not kept."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd
import pytest

from tests.bench.ledgers import DATA
from winback_xl.core.orders import customer_history, ledger, taken_back
from winback_xl.core.outcomes import comeback
from winback_xl.core.segments import segment_table

AS_OF = pd.Timestamp("2026-06-30")


def orders(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "order_id", "order_date", "order_value"])
    return frame.assign(order_date=pd.to_datetime(frame["order_date"]))


def monthly(who: str, value: float = 1_000.0, credit_after: int | None = None) -> pd.DataFrame:
    """Return 14 monthly orders, each with a credit of its own number so many days later."""
    day = pd.date_range("2025-05-15", periods=14, freq="30D")
    made = pd.DataFrame({"customer_id": who, "order_date": day, "order_value": value})
    made["order_id"] = [f"{who}{at}" for at in range(len(made))]
    if credit_after is None:
        return made
    back = made.assign(
        order_date=day + pd.Timedelta(days=credit_after), order_value=-value, order_id=made["order_id"] + "C"
    )
    return pd.concat([made, back], ignore_index=True)


def segments(frame: pd.DataFrame, settings) -> pd.DataFrame:
    return segment_table.build(ledger.read(frame, AS_OF), settings=settings).history.set_index("customer_id")


def test_whose_every_order_was_credited_the_same_day_has_bought_nothing(settings):
    ledgers = pd.concat([monthly("Void", credit_after=0), monthly("Kept")], ignore_index=True)
    found = segments(ledgers, settings)
    void, kept = found.loc["Void"], found.loc["Kept"]
    assert (void["order_days"], void["orders"], void["failures"], void["failures_survived"]) == (0, 0, 0, 0)
    assert void["level"] == "Occasional Buyer"
    assert void["status"] == ""
    assert np.isnan(void["cadence"])
    assert np.isnan(void["expected_orders"])
    assert void["revenue"] == void["annual_revenue"] == 0
    assert (kept["order_days"], kept["level"], kept["status"]) == (14, "Habitual Buyer", "Active")


def test_who_returns_every_order_later_bought_and_failed_but_never_came_back(settings):
    """Each order was bought, so the rhythm is theirs; but an order that was returned shows nobody coming back."""
    found = segments(monthly("R", credit_after=8), settings).loc["R"]
    assert (found["order_days"], found["failures"], found["failures_survived"]) == (14, 14, 0)
    assert found["level"] != "Loyal Customer"
    once = pd.concat([monthly("R"), orders(("R", "X", "2025-08-20", -1_000.0))])
    assert segments(once, settings).loc["R", "failures_survived"] == 1


def test_a_correction_among_many_orders_changes_no_total_and_is_no_failure(settings):
    plain = monthly("A")
    typed = pd.concat(
        [
            plain,
            orders(
                ("A", "V", "2025-09-02", 400.0),
                ("A", "W", "2025-09-02", 75.5),
                ("A", "VC", "2025-09-02", -400.0),
            ),
        ]
    )
    without = pd.concat([plain, orders(("A", "W", "2025-09-02", 75.5))])
    one, other = segments(typed, settings).loc["A"], segments(without, settings).loc["A"]
    assert one.drop(["why_they_buy"], errors="ignore").astype(str).tolist() == other.astype(str).tolist()


def test_a_credit_of_part_of_an_order_stays_a_failure(settings):
    part = pd.concat([monthly("A"), orders(("A", "C", "2025-05-15", -600.0))])
    found = segments(part, settings).loc["A"]
    assert (found["order_days"], found["failures"], found["failures_survived"]) == (14, 1, 1)


@pytest.mark.parametrize("credited", ["2026-06-25", "2026-06-29"])
def test_a_win_that_was_taken_back_whole_did_not_come_back(credited, settings):
    sold = monthly("A")
    campaign = pd.DataFrame({"customer_id": ["A"], "listed_on": [pd.Timestamp("2026-06-20")]})
    again = pd.concat([sold, orders(("A", "N", "2026-06-25", 500.0), ("A", "NC", credited, -500.0))])
    seen = comeback.observe(campaign, ledger.read(again, AS_OF), settings).iloc[0]
    assert pd.isna(seen["ordered_again"])
    assert seen["revenue_since"] == 0


def plainly(rows: list[tuple[int, int, int, float]]) -> set[int]:
    """Return the rows of corrections, found in plain Python."""
    by_day: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at, (who, day, _, _) in enumerate(rows):
        by_day[who, day].append(at)
    gone: set[int] = set()
    for day in by_day.values():
        if sum(rows[at][3] for at in day) == 0 and any(rows[at][3] > 0 for at in day):
            gone.update(day)
            continue
        documents: dict[int, list[int]] = defaultdict(list)
        for at in day:
            documents[rows[at][2]].append(at)
        left = {number: sum(rows[at][3] for at in lines) for number, lines in sorted(documents.items())}
        free = [number for number in left if left[number] < 0]
        for number, worth in left.items():
            lines = documents[number]
            if worth == 0 and len(lines) > 1:
                gone.update(lines)
            back = next((one for one in free if left[one] == -worth), None) if worth > 0 else None
            if back is not None:
                free.remove(back)
                gone.update(lines + documents[back])
    return gone


def test_corrections_are_those_that_plain_python_finds():
    rng = np.random.default_rng(7)
    for _ in range(150):
        many = int(rng.integers(2, 30))
        rows = [
            (
                int(rng.integers(3)),
                int(rng.integers(4)),
                int(rng.integers(9)),
                float(rng.choice([-30, -20, 20, 30, 50])),
            )
            for _ in range(many)
        ]
        who, day, number, value = (np.array(part) for part in zip(*rows, strict=True))
        number = number + 100 * who + 1000 * day
        rows = [(*row[:2], int(no), row[3]) for row, no in zip(rows, number, strict=True)]
        found = taken_back.corrected(who, day, number, value, value > 0, value < 0)
        assert set(np.flatnonzero(found).tolist()) == plainly(rows)
        assert all(value[found & (who == w) & (day == d)].sum() == 0 for w in range(3) for d in range(4))


@pytest.mark.data
def test_no_total_of_a_public_ledger_changes_and_corrections_are_no_order_days(settings):
    """Online Retail: an invoice and its cancellation of one day. The days found in plain pandas are the ones left out."""
    frame = pd.read_csv(DATA / "online_retail" / "online_retail_invoices.csv.gz", dtype={"InvoiceNo": str})
    frame = frame.rename(
        columns={
            "CustomerID": "customer_id",
            "Amount": "order_value",
            "InvoiceDate": "order_date",
            "InvoiceNo": "order_id",
        }
    )
    frame["customer_id"] = frame["customer_id"].astype(str)
    frame["order_date"] = pd.to_datetime(frame["order_date"]).dt.normalize()
    book = ledger.read(
        frame[["customer_id", "order_id", "order_date", "order_value"]], pd.Timestamp("2011-12-09")
    )
    found = customer_history.summarise(book, settings=settings).set_index("customer_id")
    total = frame.groupby("customer_id")["order_value"].sum()
    assert found["revenue"].to_numpy() == pytest.approx(total.reindex(found.index).to_numpy(), abs=0.01)
    rows = [
        (int(who), int(day), int(number), round(value, 4))
        for who, day, number, value in zip(
            frame["customer_id"],
            frame["order_date"].to_numpy("datetime64[D]").astype(int),
            frame["order_id"].str.lstrip("CA"),
            frame["order_value"],
            strict=True,
        )
    ]
    gone = plainly(rows)
    assert len(gone) > 200
    days: dict[int, set[int]] = defaultdict(set)
    for at, (who, day, _, value) in enumerate(rows):
        if value > 0 and at not in gone:
            days[who].add(day)
    assert found["order_days"].to_dict() == {who: len(days[int(who)]) for who in found.index}
