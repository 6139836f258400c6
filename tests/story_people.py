"""The people of the story: reps and a manager who fill in a campaign workbook, and how their files are read and written.

They type with openpyxl into the files that they were sent, as people do: into the human columns, next to the table,
on sheets of their own, with rows sorted and coloured. Every word is noted as it is typed, so that it can be looked for.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.table import TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from openpyxl import Workbook

Row = dict[str, Any]
"""Heading -> what the cell holds."""

Words = dict[tuple[str, str], Any]
"""(customer, heading) -> what somebody typed there last."""

Buys = list[tuple[dt.datetime, float]]
"""New orders of a customer: day and value."""

YELLOW = PatternFill("solid", start_color="FFFFF2CC", end_color="FFFFF2CC")
REASONS = (
    "Three late deliveries in a row, and nobody called", "A rival came by every week; you never did", "Prices went up without a word",
    "The new buyer did not know you", "Wrong parts twice, and I had to prove it", "Your support never rang back",
    "We closed the line that used your parts", "I was promised a visit that never took place",
)  # fmt: skip
REMEDIES = (
    "Tell us before it is late", "One person whom we can ring", "Replace the parts, no forms", "Show me what you changed",
)  # fmt: skip
TRIGGERS = ("Buyer leaves in spring", "Rival raises prices", "New plant opens in summer", "Contract with the rival ends in June")  # fmt: skip
RIVALS = ("Nordlager", "Fixpart Direct", "Halden & Co", "buys from stock")
ASKED = (
    "Ring back on Thursday, as they asked",
    "Ask our plant for the dates they want",
    "Find out who their new buyer is",
)
"""Steps of a rep's own, where a talk asks for more than what the workbook says to do next."""
AFTERCARE = (7, 30, 90)
GIVE_UP, PATIENCE = 4, 35


def workday(day: dt.datetime, count: int) -> dt.datetime:
    """Return the working day that many days later."""
    moved = np.busday_offset(np.datetime64(day, "D"), count, roll="forward")
    return dt.datetime.combine(moved.astype(object), dt.time())


class Tracker:
    """The Campaign sheet of a workbook, by customer and heading, as a person sees and fills it."""

    def __init__(self, path: Path, *, values: bool = False) -> None:
        self.path = path
        self.book: Workbook = load_workbook(path, data_only=values)
        self.sheet = self.book["Campaign"]
        self.table = self.sheet.tables["tblCampaign"]
        left, self.top, right, bottom = range_boundaries(self.table.ref)
        self.at = {self.sheet.cell(self.top, c).value: c for c in range(left, right + 1)}
        self.lines = range(self.top + 1, bottom + 1)
        self.typed: Words = {}

    @property
    def place(self) -> dict[str, int]:
        """Customer -> row of the sheet."""
        key = self.at["Customer ID"]
        return {str(self.sheet.cell(r, key).value): r for r in self.lines if self.sheet.cell(r, key).value}

    def rows(self) -> dict[str, Row]:
        """Customer -> row, with the facts that stand on Accounts."""
        facts = self._facts()
        return {
            customer: facts[customer]
            | {heading: self.sheet.cell(r, c).value for heading, c in self.at.items()}
            for customer, r in self.place.items()
        }

    def _facts(self) -> dict[str, Row]:
        sheet = self.book["Accounts"]
        left, top, right, bottom = range_boundaries(sheet.tables["tblAccounts"].ref)
        headings, *rows = sheet.iter_rows(top, bottom, left, right, values_only=True)
        found = [dict(zip(headings, row, strict=True)) for row in rows]
        return {str(row["Customer ID"]): row for row in found}

    def type(self, customer: str, edits: Mapping[str, Any]) -> None:
        """Fill in cells of a customer; typing what is there already is not an edit."""
        line = self.place[customer] if edits else 0
        for heading, value in edits.items():
            cell = self.sheet.cell(line, self.at[heading])
            if cell.value != value:
                cell.value = value
                self.typed[customer, heading] = value

    def save(self) -> None:
        self.book.save(self.path)

    def add_column(self, heading: str) -> None:
        """Type a heading next to the table; Excel widens the table then."""
        last = max(self.at.values()) + 1
        self.sheet.cell(self.top, last).value = heading
        self.at[heading] = last
        self.table.tableColumns.append(TableColumn(id=last, name=heading))
        self._resize(last, self.lines.stop - 1)

    def sort(self, heading: str) -> None:
        """Sort the rows, as the arrow in a heading does; formulas are the same in every row."""
        still = {c for c in self.at.values() if str(self.sheet.cell(self.lines[0], c).value).startswith("=")}
        moving = [c for c in self.at.values() if c not in still]
        held = [[self.sheet.cell(r, c).value for c in moving] for r in self.lines]
        by = moving.index(self.at[heading])
        held.sort(key=lambda values: str(values[by]))
        for r, values in zip(self.lines, held, strict=True):
            for c, value in zip(moving, values, strict=True):
                self.sheet.cell(r, c).value = value

    def delete_row(self, customer: str) -> None:
        """Delete a row of the sheet."""
        self.sheet.delete_rows(self.place[customer])
        self.lines = range(self.lines.start, self.lines.stop - 1)
        self._resize(max(self.at.values()), self.lines.stop - 1)

    def colour(self, customer: str) -> None:
        """Mark a customer in yellow and pin a note to the name."""
        cell = self.sheet.cell(self.place[customer], self.at["Customer"])
        cell.fill = YELLOW
        cell.comment = Comment("Speaks only with the owner", "Niamh Corrigan")

    def _resize(self, right: int, bottom: int) -> None:
        self.table.ref = f"A{self.top}:{get_column_letter(right)}{bottom}"
        self.table.autoFilter.ref = self.table.ref


@dataclass
class Rep:
    """One rep: how many accounts a week can be begun, and what the rep remembers."""

    name: str
    capacity: int
    seed: int
    heard_on: dict[str, dt.datetime] = field(default_factory=dict)

    def work(self, tracker: Tracker, day: dt.datetime, bought: Mapping[str, Buys]) -> None:
        """Fill in a week's work."""
        begun = 0
        for customer, row in tracker.rows().items():
            if "Control group" in str(row["Flags"]) or row["Outcome"] not in {None, "Open", "Won"}:
                continue
            fresh = row["Want back?"] is None and row["Decision"] in {"Pursue", "Reassign"}
            if fresh and begun == self.capacity:
                continue
            begun += fresh
            since = self.heard_on.get(customer)
            orders = [(when, value) for when, value in bought.get(customer, []) if since and when >= since]
            edits = self._step(customer, row, day, orders)
            if edits and row["My step"]:
                edits = {"My step": None, "My date": None} | edits
            if edits.get("Listened") == "Yes":
                self.heard_on[customer] = day
                if "Competitor" in tracker.at:
                    edits["Competitor"] = self._luck(customer, "rival").choice(RIVALS)
            tracker.type(customer, edits)

    def _luck(self, customer: str, about: str) -> random.Random:
        return random.Random(f"{self.seed} {customer} {about}")

    def _step(self, customer: str, row: Row, day: dt.datetime, orders: Buys) -> Row:
        if row["Outcome"] == "Won":
            return _care(row, day, orders)
        if row["Want back?"] is None and row["Decision"] == "Let go":
            return {"Want back?": "No", "Stage": "Let go", "Outcome": "Let go", "Notes": "Parted kindly."}
        if row["Want back?"] is None and row["Decision"] == "Rest":
            return {"Want back?": "Later", "Stage": "Resting", "Watch for": self._luck(customer, "watch").choice(TRIGGERS)}  # fmt: skip
        if row["Listened"] != "Yes":
            return {} if row["Want back?"] in {"No", "Later"} else self._call(customer, row, day)
        return _won(row, day, orders) if orders else self._mend(customer, row, day)

    def _call(self, customer: str, row: Row, day: dt.datetime) -> Row:
        tries = int(row["Attempts"] or 0) + 1
        luck = self._luck(customer, "call")
        edits: Row = {"Want back?": "Yes", "Attempts": tries}
        if tries >= luck.choice((1, 1, 1, 2, 2, 3, 9)):
            heard = {
                "Stage": "Listened", "Listened": "Yes", "Last contact": day,
            }  # fmt: skip
            if luck.random() < 0.3:
                heard |= {"My step": luck.choice(ASKED), "My date": workday(day, 5)}
            if not row["Their reason"]:
                heard["Their reason"] = luck.choice(REASONS)
            if not row["Requested remedy"]:
                heard["Requested remedy"] = luck.choice(REMEDIES)
            return edits | heard
        if tries >= GIVE_UP:
            return edits | {
                "Stage": "Warm-lost", "Outcome": "Warm-lost", "Their reason": row["Their reason"] or "Would not say",
                "Watch for": luck.choice(TRIGGERS),
            }  # fmt: skip
        note = f"{day:%d %b}: no answer"
        return edits | {
            "Stage": "Backstory", "Notes": f"{row['Notes']}; {note}" if row["Notes"] else note,
        }  # fmt: skip

    def _mend(self, customer: str, row: Row, day: dt.datetime) -> Row:
        stage = row["Stage"]
        if stage == "Listened":
            edits = {
                "Stage": "Thank-you call", "Plan e-mailed": day, "Thank-you call": workday(day, 2),
                "Last contact": workday(day, 2),
            }  # fmt: skip
            if row["Approver"] not in {None, "", "Rep"}:
                edits |= {"Approved by": row["Manager"], "Approved on": day}
            return edits | ({"Agreed amount": row["Make-good low"]} if row["Make-good low"] else {})
        if stage == "Thank-you call":
            agreed, proposed = float(row["Agreed amount"] or 0), float(row["Make-good recommended"] or 0)
            cost = float(row["Our cost"] or 0) * (agreed / proposed if proposed else 1)
            return {
                "Stage": "Delivered", "Delivered on": day, "Last contact": day, "Actual cost": round(cost, 2),
            }  # fmt: skip
        if stage == "Delivered" and self._luck(customer, f"solved {day}").random() < 0.7:
            return {
                "Stage": "Customer confirmed", "Customer confirmed": day, "Last contact": day,
            }  # fmt: skip
        if stage == "Customer confirmed" and (day - self.heard_on[customer]).days > PATIENCE:
            return {
                "Stage": "Warm-lost", "Outcome": "Warm-lost", "Last contact": day,
                "Watch for": self._luck(customer, "watch").choice(TRIGGERS),
            }  # fmt: skip
        return {}


def _won(row: Row, day: dt.datetime, orders: Buys) -> Row:
    return {
        "Stage": "Won", "Outcome": "Won", "Customer confirmed": row["Customer confirmed"] or day, "Won date": orders[0][0],
        "Won revenue": round(sum(value for _, value in orders), 2), "Last contact": day,
    }  # fmt: skip


def _care(row: Row, day: dt.datetime, orders: Buys) -> Row:
    edits: Row = {}
    revenue = round(sum(value for _, value in orders), 2)
    if revenue != row["Won revenue"]:
        edits["Won revenue"] = revenue
    calls = [row["Won date"] + dt.timedelta(days=days) for days in AFTERCARE]
    if any(row["Last contact"] < call <= day for call in calls):
        edits |= {"Stage": "Aftercare", "Last contact": day}
    return edits


def settle(tracker: Tracker) -> list[tuple[str, str]]:
    """Settle the conflicts as the sheet says: take what the first copy says, leave the others, empty every line.

    Returns the cells that were in conflict.
    """
    listed = tracker.book["Conflicts"]
    left, top, right, bottom = range_boundaries(listed.tables["tblConflicts"].ref)
    at = {listed.cell(top, c).value: c for c in range(left, right + 1)}
    found = [
        [str(listed.cell(r, at[name]).value) for name in ("Customer ID", "Column", "In the copy")]
        for r in range(top + 1, bottom + 1)
    ]
    customer, heading, value = found[0]
    tracker.type(customer, {heading: value})
    for r in range(top + 1, bottom + 1):
        for c in at.values():
            listed.cell(r, c).value = None
    return [(customer, heading) for customer, heading, _ in found]
