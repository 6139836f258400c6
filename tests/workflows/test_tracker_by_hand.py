"""Somebody types names into the blank tracker, with nothing installed: everything else follows from a name."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest

from winback_xl.templates import build
from winback_xl.workbook.reopened.reopen import reopen
from winback_xl.workbook.sheets.settings import FREEZE
from winback_xl.workflows import collecting, refreshing, saving_trackers, splitting

if TYPE_CHECKING:
    from pathlib import Path

    from tests.oracles import Office

TODAY = pd.Timestamp("2026-11-20")
TYPED = (
    {"Customer": "Müller & Söhne", "Owner": "Ann", "Phone": "+49 1"},
    {
        "Customer": "Beta*Corp",
        "Owner": "Bob",
        "Stage": "Listened",
        "Listened": "Yes",
        "Want back?": "Yes",
        "Worth": 5000.0,
    },
    {"Customer": "Gamma", "Open since": pd.Timestamp("2026-11-02"), "Notes": "asked twice"},
    {"Customer": "Delta", "Owner": "ann", "Why": "Late twice in May", "Annual revenue": 120_000.0},
)
TALKS = (
    {"Day": pd.Timestamp("2026-11-10"), "Customer": "Delta", "By": "Ann", "Listened": "Yes", "We promised": "Credit note", "By when": pd.Timestamp("2026-11-12")},
    {"Day": pd.Timestamp("2026-11-11"), "Customer": "Beta*Corp", "By": "Bob"},
)  # fmt: skip


def _fill(sheet: Any, rows: tuple[dict[str, Any], ...]) -> None:
    at = {cell.value: cell.column for cell in sheet[4]}
    for row, cells in enumerate(rows, start=5):
        for heading, value in cells.items():
            sheet.cell(row, at[heading]).value = value


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tracker in which somebody typed four names and two talks, saved by a program that does not calculate."""
    path = tmp_path_factory.mktemp("by_hand") / "typed.xlsx"
    path.write_bytes(build.tracker())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path)
    _fill(book["Campaign"], TYPED)
    _fill(book["Talks"], TALKS)
    book["Account"]["B3"] = "Delta"
    settings = book["Settings"]
    settings[book.defined_names[FREEZE].attr_text.split("!")[1]] = TODAY
    book.save(path)
    return path


@pytest.mark.office
def test_a_name_is_enough_for_due_do_next_talks_today_and_the_card(typed: Path, office: Office) -> None:
    sheets = office.cells(typed)
    campaign = sheets["Campaign"]
    column = {
        cell["value"]: at.rstrip("0123456789")
        for at, cell in campaign.items()
        if at.endswith("4") and at[-2].isalpha()
    }

    def row(number: int, *headings: str) -> list[Any]:
        return [campaign[f"{column[heading]}{number}"]["value"] for heading in headings]

    assert row(5, "Customer ID", "Do next", "When due", "Shown") == [
        "Müller & Söhne", "Decide: do we want them back?", "Next 7 days", 1,
    ]  # fmt: skip
    assert row(6, "Do next", "Account no", "Last talk") == [
        "Name the root cause: our part and theirs",
        2,
        46337,
    ]
    assert row(7, "When due", "Days overdue") == ["Overdue", 16], "it counts from the day of the complaint"
    assert row(8, "Last talk", "Heard", "Where it stands") == [46336, "Yes", 3]
    assert row(9, "Customer ID", "Do next", "Due", "Offer", "Call key") == [""] * 5, (
        "a blank row says nothing"
    )
    shown = [cell["value"] for cell in sheets["Today"].values()]
    assert {"Gamma", "Beta*Corp", "Delta", "Ann", "Bob", "Credit note"} <= {*shown}
    assert sheets["Today"]["A3"]["value"].startswith("OK:")
    card = [cell["value"] for cell in sheets["Account"].values()]
    assert {"Delta", "Late twice in May", "Credit note (by 12 November)", "ann"} <= {*card}
    wrong = [
        (name, at, cell)
        for name, cells in sheets.items()
        for at, cell in cells.items()
        if str(cell["value"]).startswith("#")
    ]
    assert not wrong


@pytest.mark.office
def test_the_drop_downs_hold_the_names_that_were_typed(typed: Path, office: Office, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(typed)
    book["Lists"]["AZ1"] = "=COUNTA(lst_Account)"
    book["Lists"]["AZ2"] = "=INDEX(lst_Account,4)"
    book["Lists"]["AZ3"] = "=COUNTA(lst_Show_owner)&INDEX(lst_Show_owner,1)&INDEX(lst_Show_owner,3)"
    book.save(tmp_path / "lists.xlsx")
    cells = office.cells(tmp_path / "lists.xlsx")["Lists"]
    assert [cells[f"AZ{row}"]["value"] for row in (1, 2, 3)] == [4, "Delta", "3EveryoneBob"]


def test_what_was_typed_comes_back_by_name_and_blank_rows_are_none(typed: Path) -> None:
    old = reopen(typed)
    rows = old.plan.campaign
    assert rows["customer_id"].tolist() == ["Müller & Söhne", "Beta*Corp", "Gamma", "Delta"]
    assert rows["wave"].tolist() == [1.0] * 4
    assert rows["starts_on"].dt.day.tolist() == [20, 20, 2, 20]
    assert rows["notes"].tolist()[2] == "asked twice"
    assert old.plan.talks["customer_id"].tolist() == ["Delta", "Beta*Corp"]
    assert not old.findings


def test_copies_of_owners_are_split_and_collected_by_name(typed: Path, tmp_path: Path) -> None:
    parts = {part.owner: part.path for part in splitting.split(typed, tmp_path / "reps")}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(parts["Bob"])
    at = {cell.value: cell.column for cell in book["Campaign"][4]}
    assert book["Campaign"].cell(5, at["Customer"]).value == "Beta*Corp"
    book["Campaign"].cell(5, at["Notes"]).value = "call after lunch"
    book.save(parts["Bob"])
    done = collecting.collect(typed, [*parts.values()])
    saving_trackers.write(done, tmp_path / "new.xlsx")
    again = reopen(tmp_path / "new.xlsx")
    notes = dict(zip(again.plan.campaign["customer_id"], again.plan.campaign["notes"], strict=True))
    assert (notes["Beta*Corp"], notes["Gamma"], len(notes)) == ("call after lunch", "asked twice", 4)
    assert not len(again.leftovers)
    assert len(again.plan.talks) == 2


def test_orders_given_later_find_the_typed_names_and_keep_the_others(typed: Path, tmp_path: Path) -> None:
    days = [*pd.date_range("2025-01-05", periods=6, freq="40D")] * 2
    orders = pd.DataFrame({"Customer ID": ["K1"] * 6 + ["K2"] * 6, "Customer": ["delta"] * 6 + ["Gamma"] * 6, "Date": days, "Value": 900.0})  # fmt: skip
    done = refreshing.refresh(typed, orders)
    rows = done.plan.campaign.set_index("customer_id")
    assert {*rows.index} == {"K1", "K2", "Müller & Söhne", "Beta*Corp"}
    assert rows.loc["K2", "notes"] == "asked twice"
    assert rows.loc["Beta*Corp", "worth"] == 5000.0, "nobody's orders replace what was typed"
    assert {*done.plan.talks["customer_id"]} == {"K1", "Beta*Corp"}
    saving_trackers.write(done, tmp_path / "new.xlsx")
    left = reopen(tmp_path / "new.xlsx").leftovers
    assert {*left["content"].map(str)} == {"Late twice in May", "120000"}, (
        "typed where the orders say otherwise"
    )


def test_many_names_typed_by_hand_are_not_taken_for_customers_missing_from_the_orders(tmp_path: Path) -> None:
    """They have no Customer ID of the orders yet: a refresh finds those that it can by their name."""
    path = tmp_path / "typed.xlsx"
    path.write_bytes(build.tracker())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path)
    _fill(book["Campaign"], tuple({"Customer": f"Customer {number}"} for number in range(8)))
    book.save(path)
    days = [*pd.date_range("2025-01-05", periods=6, freq="40D")]
    orders = pd.DataFrame({"Customer ID": "K1", "Customer": "customer 3", "Date": days, "Value": 900.0})
    rows = refreshing.refresh(path, orders).plan.campaign.set_index("customer_id")
    assert {*rows.index} == {"K1", *(f"Customer {number}" for number in range(8) if number != 3)}
