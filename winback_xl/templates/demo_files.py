"""A campaign in the middle of its work, and its report, to look at: made-up customers, made-up people, one fixed day.

The day is frozen (Settings, *Show another day*), so that whoever opens the files next year sees what the made-up people saw,
and not everything years late.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import openpyxl
from openpyxl.utils import get_column_letter, range_boundaries

from winback_xl.schema.columns import CAMPAIGN, TALKS

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from winback_xl.schema.columns import Table

CAMPAIGN_FILE, REPORT_FILE = "winback_demo_campaign.xlsx", "winback_demo_report.xlsx"
_CUSTOMERS, _WEEKS, _WON = 110, 5, 3
_CUSTOMER = "Customer No"
_FRIDAY = 4
_DAY = dt.timedelta(days=1)


class _Said(NamedTuple):
    """What one account said, what was promised, and how many days later it was due; "" and 0 for nothing."""

    said: str
    reason: str
    promised: str = ""
    within: int = 0
    kept: str = ""


_TALKS = (
    _Said("Three late deliveries in a row, and nobody called.", "Late deliveries", "One contact for all orders, direct line", 5, "Yes"),
    _Said("The new buyer did not know us any more.", "New buyer", "Visit with the plant manager", 12, "Yes"),
    _Said("Wrong parts twice, and we had to prove it.", "Wrong parts", "Replace the parts without forms", 6, "Yes"),
    _Said("Prices went up without a word.", "Price rise without notice", "Price list for the year in writing", 9, "No"),
    _Said("A rival came by every week; you never did.", "Nobody visited", "Visit every six weeks", 14),
    _Said("We would order again if somebody rang back.", "Calls not returned", "Ring back on Thursday", 3, "Yes"),
    _Said("Your driver left the pallets in the rain.", "Damaged goods", "Credit note and a word with the carrier", 20),
    _Said("We buy less of everything this year.", "Less demand"),
    _Said("Support took nine days for a spare part.", "Slow support", "Spare parts within 48 hours, in writing", 14),
    _Said("The invoice was wrong again.", "Billing error", "Corrected invoice", 9),
)  # fmt: skip


@cache
def files() -> dict[str, bytes]:
    """Return the two workbooks by their names. Takes some seconds."""
    from winback_xl import samples  # noqa: PLC0415 - heavy, and only these files need them
    from winback_xl.workflows import measuring, planning, refreshing, saving  # noqa: PLC0415

    sample = samples.make(seed=7, customers=_CUSTOMERS)
    later = samples.weeks_later(sample, 7 * _WEEKS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        given = samples.write(sample, folder)
        customers, incidents, reps = (given[kind] for kind in ("customers", "incidents", "reps"))
        built = planning.plan(given["orders"], customers=customers, incidents=incidents, reps=reps)
        begun = saving.save(replace(built, frozen=True), folder / "begun.xlsx")
        _work(begun, built.as_of.to_pydatetime(), set(later.orders[_CUSTOMER].iloc[len(sample.orders) :]))
        (folder / "now").mkdir()
        orders = samples.write(later, folder / "now")["orders"]
        refreshing.refresh(
            begun, orders, folder / CAMPAIGN_FILE, as_of=later.as_of, customers=customers, incidents=incidents, reps=reps,
        )  # fmt: skip
        measuring.report(folder / CAMPAIGN_FILE, folder / REPORT_FILE)
        return {each: (folder / each).read_bytes() for each in (CAMPAIGN_FILE, REPORT_FILE)}


class _Table:
    """A table of a workbook as a person fills it: by row and heading."""

    def __init__(self, sheet: Worksheet, name: str) -> None:
        self.sheet, ref = sheet, sheet.tables[name].ref
        left, top, right, bottom = (int(edge or 0) for edge in range_boundaries(ref))
        self.columns = {sheet.cell(top, column).value: column for column in range(left, right + 1)}
        self.lines = range(top + 1, bottom + 1)
        self.table, self.corner = sheet.tables[name], (left, top, right)

    def grow(self, rows: int) -> None:
        """Make room for so many rows."""
        left, top, right = self.corner
        self.lines = range(top + 1, max(self.lines.stop, top + 1 + rows))
        self.table.ref = f"{get_column_letter(left)}{top}:{get_column_letter(right)}{self.lines.stop - 1}"

    def value(self, line: int, heading: str) -> Any:
        """Return a cell."""
        return self.sheet.cell(line, self.columns[heading]).value

    def type(self, line: int, schema: Table, **cells: Any) -> None:
        """Fill cells in; None leaves one as it is."""
        for name, value in cells.items():
            if value is not None:
                self.sheet.cell(line, self.columns[schema[name].heading]).value = value


def _work(path: Path, begun: dt.datetime, bought: set[str]) -> None:
    """Let a made-up team decide, talk, promise and win, for some weeks."""
    book = openpyxl.load_workbook(path)
    campaign, talks = _Table(book["Campaign"], CAMPAIGN.name), _Table(book["Talks"], TALKS.name)
    talks.grow(len(_TALKS))
    won = 0
    for number, line in enumerate(campaign.lines):
        campaign.type(line, CAMPAIGN, want_back="Yes" if number % 7 != 5 else "Later")
        if number >= len(_TALKS):
            campaign.type(line, CAMPAIGN, my_date=_workday(begun + (7 * _WEEKS + 2 * number - 24) * _DAY))
            continue
        stated, day = _TALKS[number], _workday(begun + (3 + 3 * number) * _DAY)
        who = campaign.value(line, CAMPAIGN["owner"].heading)
        due = _workday(day + stated.within * _DAY) if stated.within else None
        talks.type(
            talks.lines[number], TALKS, talk_date=day, customer=campaign.value(line, CAMPAIGN["customer"].heading), talked_by=who,
            channel=("Phone", "Visit", "Video call")[number % 3], listened="Yes", said=stated.said, promised=stated.promised or None,
            promised_by=due, kept=stated.kept or None,
        )  # fmt: skip
        campaign.type(
            line,
            CAMPAIGN,
            stage="Listened",
            reason_theirs=stated.reason,
            last_contact=day,
            attempts=1 + number % 2,
        )
        customer = str(campaign.value(line, CAMPAIGN["customer_id"].heading))
        if stated.kept == "Yes" and (customer in bought or won < _WON):
            won += 1
            closed = _workday(day + 14 * _DAY)
            campaign.type(
                line, CAMPAIGN, stage="Won", outcome="Won", plan_emailed=_workday(day + 2 * _DAY), won_date=closed,
                won_revenue=14_000.0 + 3_000.0 * number, actual_cost=350.0 + 50.0 * number, delivered_on=closed - 4 * _DAY,
                customer_confirmed=closed - 2 * _DAY, approved_by="Director", approved_on=day + _DAY, fix="exception",
            )  # fmt: skip
    book.save(path)


def _workday(day: dt.datetime) -> dt.datetime:
    """Return that day, or the Monday after a weekend."""
    return day + max(0, 7 - day.weekday()) * _DAY if day.weekday() > _FRIDAY else day
