"""The input workbook: a Guide, an empty table for each input, the settings and the lists, ready to be filled in.

The macro workbook is the same form with buttons on its Guide.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.campaign.campaign_plan import Plan
from winback_xl.schema import columns
from winback_xl.settings import Settings
from winback_xl.workbook.sheets import guide, lists
from winback_xl.workbook.sheets import settings as settings_sheet
from winback_xl.workbook.sheets.parts import HEADER_ROW
from winback_xl.workbook.spec import Book, Cell, Field, Sheet, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winback_xl.schema.columns import Column
    from winback_xl.workbook.spec import Look

RELEASED = dt.datetime(2026, 11, 22)  # noqa: DTZ001 - a fixed day in every template, of no time zone
"""Creation time written into templates: never the clock, so that equal input gives equal bytes."""

BLANK_ROWS = 20
"""Empty rows of each table; Excel adds more as they are filled or pasted into."""

BUTTON_HEIGHT = 27.0
"""Points of a Guide row with a button."""

MESSAGE = "winback_message"
"""Name of the Guide cell in which the last button says what it did."""

_GROUP_HEIGHT = 24.0
_WIDTHS = MappingProxyType({0: 26.0, 1: 96.0})

_ABOUT = MappingProxyType(
    {
        "Orders": "One order, order line or credit note a row. Customer, date and value are enough.",
        "Customers": "Who they are and what you know of them. May stay empty.",
        "Incidents": "Every complaint and mistake. May stay empty.",
        "Reps": "Who works the accounts, and what they may approve. May stay empty.",
        "Settings": "Every threshold with its reason and source; cream cells may be changed.",
        "Lists": "The words to choose from.",
    }
)

STEPS = (
    ("1  Orders", "Orders", "Paste your order export into Orders: customer, date and value, one order a row."),
    ("2  Complaints", "Incidents", "Add complaints to Incidents and contacts to Customers, as far as you have them."),
)  # fmt: skip

_COLOURS: tuple[tuple[Look, str, str], ...] = (
    ("head input", "Heading", "You fill in the cells below it. Columns that you do not have may stay empty."),
    ("input", "Input", "Cream with blue text: yours to type."),
    ("head calculated", "Heading", "Given: lists and explanations."),
)


@dataclass(frozen=True, slots=True)
class Press:
    """A button of the Guide: what it is called, and what it does in one sentence."""

    group: str
    label: str
    help: str


def build(
    buttons: Sequence[Press] = (),
    *,
    next_step: str = "Save, then type in a terminal: winback THIS.xlsx",
    extra: Sequence[Sheet] = (),
) -> Book:
    """Describe the input workbook.

    Parameters
    ----------
    buttons : sequence of Press
        Buttons that the Guide leaves room for, in order; `button_rows` says where.
    next_step : str
        The third step, after orders and incidents are filled in.
    extra : sequence of Sheet
        Sheets after these, such as the hidden one that xlwings reads.

    Returns
    -------
    Book
        Guide, Orders, Customers, Incidents, Reps, Settings, Lists.
    """
    return Book(
        sheets=(
            _guide(buttons, next_step),
            *(_input(table) for table in columns.INPUTS),
            _settings(),
            lists.sheet(blank_plan()),
            *extra,
        ),
        title="Win-back input",
        subject="Orders, customers and incidents to plan a win-back campaign from",
        created=RELEASED,
    )


def blank_plan() -> Plan:
    """Return a plan of no customers."""
    causes = {"cause": "text", "customers": "count", "share": "share", "proposed": "text", "why": "text"}
    return Plan(
        campaign_id="",
        as_of=pd.Timestamp(RELEASED),
        settings=Settings(),
        currency="",
        segments=_no_rows(columns.SEGMENTS),
        make_goods=_no_rows(columns.MAKE_GOODS),
        campaign=_no_rows(columns.CAMPAIGN_ROWS),
        causes=pd.DataFrame({name: _blanks(kind, 0) for name, kind in causes.items()}),
        set_aside=pd.DataFrame(),
    )


def button_rows(buttons: Sequence[Press]) -> list[int]:
    """Return the Guide row (0-based) of each button: one below the other, a heading before each group."""
    rows, row, group = [], _BUTTONS_AT, ""
    for button in buttons:
        row += 1 + (button.group != group)
        group = button.group
        rows.append(row)
    return rows


_STEPS_AT = 4
_BUTTONS_AT = _STEPS_AT + 1 + len(STEPS) + 1  # the row before the first group's heading


def _no_rows(table: columns.Table) -> pd.DataFrame:
    return pd.DataFrame({item.name: _blanks(item.kind, 0) for item in table.columns})


def _blanks(kind: str, count: int) -> pd.Series:
    if kind == "date":
        return pd.Series([pd.NaT] * count, dtype="datetime64[s]")
    if kind in columns.NUMERIC:
        return pd.Series(np.full(count, np.nan))
    return pd.Series([""] * count, dtype=object)


def _input(table: columns.Table) -> Sheet:
    """Return a sheet with one empty table, its columns in the order of `winback_xl.schema.columns`."""
    needed = [item.heading for item in table.columns if item.required]
    return Sheet(
        table.title,
        table.title,
        f"{_ABOUT[table.title]} Needed: {', '.join(needed)}. Select a heading to read what goes below it.",
        tables=(
            Table(
                table.name, HEADER_ROW, 0, tuple(_field(item) for item in table.columns),
                alt=f"{table.title}: {table.row} a row",
            ),
        ),
        freeze=(HEADER_ROW + 1, 1), gridlines=True,
    )  # fmt: skip


def _field(item: Column) -> Field:
    return Field(
        item.heading,
        _blanks(item.kind, BLANK_ROWS),
        item.kind,
        "input",
        choices=item.choices,
        help=f"{item.help} Needed in every row." if item.required else item.help,
    )


def _settings() -> Sheet:
    """Return the Settings sheet without a day: the day after the last order counts until one is typed."""
    made = settings_sheet.sheet(blank_plan())
    cells = [
        replace(cell, value=None)
        if cell.name == "set_as_of"
        else replace(cell, value="Leave it blank: then the day after the last order counts as today.")
        if cell.look == "note"
        else cell
        for cell in made.cells
    ]
    return replace(made, cells=tuple(cells))


def _guide(buttons: Sequence[Press], next_step: str) -> Sheet:
    cells = [Cell(_STEPS_AT, 0, "Three steps", look="heading")]
    for row, (title, target, sentence) in enumerate(STEPS, start=_STEPS_AT + 1):
        cells += [
            Cell(row, 0, title, look="link", link=f"#'{target}'!A1"),
            Cell(row, 1, sentence, look="text"),
        ]
    last = _STEPS_AT + 1 + len(STEPS)
    cells += [Cell(last, 0, "3  Campaign", look="text"), Cell(last, 1, next_step, look="text")]
    rows = button_rows(buttons)
    group = ""
    for row, button in zip(rows, buttons, strict=True):
        if button.group != group:
            cells.append(Cell(row - 1, 0, button.group, look="heading"))
        cells.append(Cell(row, 1, button.help, look="beside"))
        group = button.group
    if buttons:
        cells.append(
            Cell(2, 0, "Here the last button says what it did.", look="output", name=MESSAGE, span=1)
        )
    colours, samples = guide.colour_key((rows[-1] if rows else last) + 2, _COLOURS)
    sheets, links = guide.sheet_index(colours.row + colours.rows + 2, tuple(_ABOUT.items()))
    cells += [*samples, *links]
    return Sheet(
        "Guide",
        "Find the customers you are losing",
        "Fill in orders and complaints; the plugin says who is leaving, what a fair make-good is, and plans the campaign.",
        cells=tuple(cells),
        tables=(colours, sheets),
        widths=_WIDTHS,
        heights={**{row - 1: _GROUP_HEIGHT for row in rows}, **dict.fromkeys(rows, BUTTON_HEIGHT)},
        landscape=False,
    )
