"""A campaign that holds the accounts with most at stake of a large ledger, and is refreshed from a ledger in memory."""

import numpy as np
import openpyxl
import pandas as pd
import pytest

import winback_xl as wb
from tests.excel.engine import open_book
from winback_xl.core.orders import ledger as ledgers
from winback_xl.core.orders import some_customers
from winback_xl.core.segments import most_at_stake
from winback_xl.excel.buttons import standing_campaign
from winback_xl.excel.live import open_workbook
from winback_xl.schema import columns
from winback_xl.settings import Settings
from winback_xl.workflows.large import large_plan

MOST = 100  # the fewest that the setting allows
NOW, LATER = "2026-03-01", "2026-06-01"
SMALL = Settings(large_memory=0.5, large_accounts=MOST)


def orders(customers=170, until=NOW):
    """Orders at a steady pace, of which most ended; those of the first twenty end after `NOW`, and are worth most."""
    rng, rows = np.random.default_rng(2), []
    for who in range(customers):
        gap, last = int(rng.integers(15, 40)), -15 if who < 20 else int(rng.integers(150, 500))
        worth = 5_000.0 if who < 20 else float(rng.integers(50, 400))
        days = np.datetime64(NOW) - (last + gap * np.arange(8))
        rows += [(f"K{who:03d}", day, worth, f"O{who}-{at}") for at, day in enumerate(days)]
    frame = pd.DataFrame(rows, columns=["Customer ID", "Order date", "Order value", "Order ID"])
    return frame[frame["Order date"] < np.datetime64(until)].reset_index(drop=True)


def planned(frame, folder, day):
    folder.mkdir()
    frame.to_parquet(folder / "orders.parquet")
    return large_plan.plan_large(
        folder, folder.parent / f"{folder.name}.xlsx", engine="parts", workers=1, as_of=day, settings=SMALL
    )


@pytest.fixture(scope="module")
def now(tmp_path_factory):
    folder = tmp_path_factory.mktemp("limit") / "now"
    return planned(orders(), folder, NOW), folder


@pytest.fixture(scope="module")
def later(tmp_path_factory):
    folder = tmp_path_factory.mktemp("limit") / "later"
    return planned(orders(until=LATER), folder, LATER), folder


def test_the_same_orders_on_the_same_day_change_nothing(now):
    found, folder = now
    assert found.accounts > MOST == len(found.plan.campaign)
    done = wb.refresh(found.workbook, folder, as_of=NOW)
    assert (done.counts.added, done.counts.stale, done.counts.changed, done.counts.rows) == (0, 0, 0, MOST)
    assert done.plan.segments["customer_id"].tolist() == found.plan.segments["customer_id"].tolist()
    assert done.plan.candidates == found.accounts == found.plan.candidates
    assert done.plan.revenue_used == pytest.approx(found.plan.revenue_used)
    assert done.plan.loss_rate == found.plan.loss_rate
    said = next(issue.what for issue in done.plan.issues if issue.code == "large-ledger")
    assert said == (
        f"This workbook holds the {MOST} accounts with most at stake, of {found.accounts} that could be in a campaign;"
        " the orders name 170 customers."
    )


def test_who_has_more_at_stake_comes_in_nobody_else_does_and_nobody_leaves(now, later, tmp_path):
    found, fresh = now[0], later[0]
    before, best = (set(one.plan.campaign["customer_id"]) for one in (found, fresh))
    overtaken = sorted(before - best)
    assert len(best - before) >= 5
    assert len(overtaken) >= 5
    book = openpyxl.load_workbook(found.workbook)
    sheet = book[columns.CAMPAIGN.title]
    table = sheet.tables["tblCampaign"]
    headings = [cell.value for cell in sheet[table.ref.split(":")[0].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")]]
    row = next(row for row in sheet.iter_rows() if any(cell.value == overtaken[0] for cell in row))
    row[headings.index(columns.CAMPAIGN["notes"].heading)].value = "Call her on Monday"
    book.save(tmp_path / "typed.xlsx")

    done = wb.refresh(tmp_path / "typed.xlsx", later[1], tmp_path / "next.xlsx", as_of=LATER)
    rows = done.plan.campaign.set_index("customer_id")
    assert set(rows.index) == before | best
    assert done.counts.added == len(best - before)
    assert rows.loc[overtaken[0], "notes"] == "Call her on Monday"
    assert not rows.loc[overtaken, "decision_why"].str.startswith("No longer qualifies").any()
    said = next(issue.what for issue in done.plan.issues if issue.code == "large-ledger")
    assert f"the {MOST} accounts with most at stake" in said
    assert f"and {len(overtaken)} accounts that it held before" in said
    again = wb.refresh(tmp_path / "next.xlsx", later[1], as_of=LATER)
    assert (again.counts.added, again.counts.changed, again.counts.rows) == (0, 0, len(rows))


def test_the_workbook_says_in_its_sheets_that_it_counts_a_part_and_a_button_knows_it(now):
    book = openpyxl.load_workbook(now[0].workbook)
    for name in ("Numbers", "Retention"):
        texts = [str(cell.value) for row in book[name].iter_rows(max_row=3) for cell in row]
        assert any("It counts only the 100 customers in this workbook." in text for text in texts)
    state = standing_campaign.state_of(open_workbook.look(open_book(now[0].workbook)[0]))
    assert state.limited
    assert len(state.staying) == MOST


def test_the_ledger_of_some_customers_is_the_one_that_their_rows_give():
    frame = pd.DataFrame(
        {
            "customer_id": ["B", "A", "C", "B", "A"],
            "order_date": pd.to_datetime(
                ["2026-01-05", "2026-01-02", "2026-01-03", "2026-02-01", "2027-01-01"]
            ),
            "order_value": [10.0, 20.0, 30.0, -4.0, 50.0],
            "order_id": ["1", "2", "3", "1", "4"],
            "rep": ["x", "y", "z", "x", "y"],
        }
    )
    day = pd.Timestamp("2026-03-01")
    codes = np.array([0, 1, -1, 2, 0], np.int32), ["Hose", "Pump", "Seal"]
    whole = ledgers.read(frame, day, products=lambda: codes)
    some = some_customers.of(whole, pd.Series(["B", "A", "nobody"]))
    alone = ledgers.read(frame[frame["customer_id"] != "C"].reset_index(drop=True), day)
    for name in ("customer", "day", "value", "order", "credit", "promised"):
        assert getattr(some, name).tolist() == getattr(alone, name).tolist(), name
    assert some.ids.tolist() == ["A", "B"]
    assert some.revenue == alone.revenue == 26.0
    assert some.last_rep().tolist() == ["y", "x"]
    assert some.products()[0].tolist() == [0, 1, 2]
    assert some.table["order_id"].tolist() == ["1", "2", "1"]


def test_what_is_said_of_a_workbook_with_room_for_more():
    said = most_at_stake.note(100, 100, 32, 260, "s.parquet").what
    assert said == (
        "This workbook holds all 32 accounts that could be in a campaign, and 68 customers more;"
        " all 260 customers are in s.parquet."
    )
