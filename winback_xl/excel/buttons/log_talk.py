"""Log a talk: a row on top of Talks for the account of the selected row, with everything that the workbook knows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from winback_xl.core.cell_text import written
from winback_xl.core.tracking import talk_log
from winback_xl.errors import DataError
from winback_xl.excel.buttons import selected_account, standing_campaign
from winback_xl.excel.host import attempt
from winback_xl.excel.live.live_tables import block
from winback_xl.schema.columns import TALKS

if TYPE_CHECKING:
    from winback_xl.excel.live.open_workbook import Held, View

_TOP = 20  # first rows in which an empty one is looked for


def today() -> dt.date:
    """Return the day on which the button is pressed."""
    return dt.date.today()  # noqa: DTZ011 - the day of the person at the desk


def log(view: View) -> str:
    """Write a row for the account of the selected row, and return the name that it goes by.

    Raises
    ------
    DataError
        There is no campaign with a log of talks, nothing that names an account is selected, or the account is not in
        the campaign.
    """
    talks = view.table(TALKS.name)
    if talks is None:
        raise DataError(
            "There is no log of talks in this workbook yet.", "Press Build campaign.", code="no-campaign"
        )
    customer = selected_account.selected(view, "Log a talk")
    account = standing_campaign.account_of(view, customer)
    if account is None:
        raise DataError(
            f"Customer {customer} is not in the campaign.",
            "Choose a row of the sheet Campaign.",
            code="customer-unknown",
        )
    row = _free_row(view, talks)
    filled = {
        "talk_date": dt.datetime.combine(today(), dt.time()),
        "customer": account["label"],
        "talked_by": account.get("owner", ""),
        "channel": account.get("channel", ""),
        "talked_with": account.get("contact", ""),
    }
    sheet = view.book.sheets[talks.sheet]
    for name, value in filled.items():
        heading = TALKS[name].heading
        if heading in talks.headings and value not in ("", None):
            column = talks.column(heading)
            block(sheet, row, column, row, column).value = value
    _go_to(view, talks, row)
    return str(account["label"])


def _free_row(view: View, talks: Held) -> int:
    """Return the lowest empty row above the first talk, or a new one on top; 0-based."""
    body = view.body(talks)
    places = [
        talks.headings.index(TALKS[name].heading)
        for name in talk_log.HUMAN
        if TALKS[name].heading in talks.headings
    ]
    empty = [all(written(line[place]).strip() == "" for place in places) for line in body[:_TOP]]
    first = empty.index(False) if False in empty else len(empty)
    if first:
        return talks.row + first
    sheet = view.book.sheets[talks.sheet]
    last = talks.col + len(talks.headings) - 1
    block(sheet, talks.row + 1, talks.col, talks.row + 1, last).insert(shift="down")
    sheet.tables[talks.name].resize(block(sheet, talks.row, talks.col, talks.last_row + 1, last))
    for name in ("customer_id", "account_no"):
        if TALKS[name].heading in talks.headings:
            _take_formula(sheet, talks.row + 1, talks.column(TALKS[name].heading))
    return talks.row + 1


def _take_formula(sheet: Any, row: int, column: int) -> None:
    """Give a new row the formula of the one below."""

    def take() -> None:
        below = block(sheet, row + 1, column, row + 1, column)
        block(sheet, row, column, row, column).formula = below.formula

    attempt(take, None)


def _go_to(view: View, talks: Held, row: int) -> None:
    """Select the cell for what they said, where the host can."""
    column = talks.column(TALKS["said"].heading) if TALKS["said"].heading in talks.headings else talks.col

    def select() -> None:
        view.book.sheets[talks.sheet].activate()
        block(view.book.sheets[talks.sheet], row, column, row, column).select()

    attempt(select, None)
