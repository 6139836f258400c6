"""The tracker: a campaign workbook without customers, for somebody who types names by hand.

A name in a row is enough. What a plan calculates for a campaign follows from the name here, by formulas: the Customer ID
is the name until somebody types another, and the account card, the log of talks, the owners on Today and every
drop-down read the rows as they are typed.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.merging.refreshed_campaign import TYPED_BY_HAND
from winback_xl.core.tracking.conditions import cell
from winback_xl.core.tracking.due import EVERYONE, HAPPENED
from winback_xl.schema import columns
from winback_xl.schema.columns import CAMPAIGN, CARDS
from winback_xl.workbook import book as campaign_book
from winback_xl.workbook import input_form
from winback_xl.workbook.fits import ACCOUNTS
from winback_xl.workbook.formulas import cell_range, list_name
from winback_xl.workbook.sheets import (
    account,
    campaign,
    card_data,
    checks,
    lists,
    snapshot,
    talks,
    today_blocks,
)
from winback_xl.workbook.sheets.parts import HEADER_ROW
from winback_xl.workbook.spec import Book, Cell, Field, Name, Sheet

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = 200
"""Rows that wait for customers; programs that extend tables add more, but card and drop-downs know these."""

_NAME = f"[@{CAMPAIGN['customer'].heading}]"
_ID = CAMPAIGN["customer_id"].heading


def _if_named(value: str) -> str:
    return f'=IF(TRIM({_NAME}&"")="","",{value})'


_DAYS = ",".join(cell(name) for name in ("open_since", *HAPPENED[1:]))
FORMULAS = MappingProxyType(
    {
        "customer_id": _if_named(f'{_NAME}&""'),
        "wave": _if_named("1"),
        "decision": _if_named('"Pursue"'),
        "starts_on": _if_named(f"IFERROR(IF(COUNT({_DAYS})=0,set_as_of,MIN({_DAYS},set_as_of)),set_as_of)"),
        "account_no": f'=IF(TRIM({_NAME}&"")="",0,{talks.account_row(f"[@[{_ID}]]", _ID).replace(f"{CARDS.name}[", f"{CAMPAIGN.name}[")})',
    }
)
"""What a plan calculates, from the name alone: everybody listed is worked on, from the first day that somebody noted, or from today."""

TYPED = MappingProxyType(
    dict(
        zip(
            ("customer", *TYPED_BY_HAND),
            (
                "Who it is. A name is enough for everything else to follow.",
                "What winning them back is worth to you: it sorts the calls of Today.",
                "Shown on Today and on the account card.",
                "What happened, in a sentence: the account card shows it.",
                "How loyal they are, if you know.",
                "What they bought in the year before their last order, if you know.",
            ),
            strict=True,
        )
    )
)
"""Columns that a plan fills and here a person may: name -> what goes into them."""

_PLACE = f"ROW()-{HEADER_ROW + 1}"  # nobody inserts rows above a table on a hidden sheet


def _of_row(name: str) -> str:
    return f'=IFERROR(INDEX({CAMPAIGN.name}[{CAMPAIGN[name].heading}],{_PLACE})&"","")'


_CARDS = MappingProxyType(
    {"account": _of_row("customer"), "customer_id": _of_row("customer_id"), "phone": _of_row("phone"), "happened": _of_row("why")}
)  # fmt: skip
"""What the account card knows of a row that somebody typed."""

_OWNER = f"INDEX({CAMPAIGN.name}[Owner],{_PLACE})"
OWNER_PLACE = Field(
    "Owner place", np.full(ROWS, np.nan), "count", "formula",
    f'=IFERROR(IF(TRIM({_OWNER}&"")="","",IF({talks.account_row(_OWNER, "Owner").replace(f"{CARDS.name}[", f"{CAMPAIGN.name}[")}={_PLACE},{_PLACE},"")),"")',
    help="The row in which an owner is named first.",
)  # fmt: skip
_LAST = "typed_rows"
_TYPE_HERE = "Type a customer's name into a row, then owner and stage: Do next, Due and the account card follow. + above a column opens more on it."


def _owner(number: int) -> str:
    """Return a formula for one of the owners, in the order in which they are named; blank beyond the last."""
    return (
        f'=IFERROR(INDEX({CAMPAIGN.name}[Owner],SMALL({CARDS.name}[{OWNER_PLACE.heading}],{number}))&"","")'
    )


def build() -> Book:
    """Describe a campaign workbook without customers, with rows that wait for names.

    Returns
    -------
    Book
        The sheets of `winback_xl.workbook.book.build`; its values are those of an empty campaign.
    """
    plan = input_form.blank_plan()
    made = campaign_book.build(plan, owners=[_owner(number) for number in range(1, today_blocks.OWNERS + 1)])
    changes: dict[str, Callable[[Sheet], Sheet]] = {
        "Guide": _guide,
        campaign_title(): _campaign,
        talks.NAME: _talks,
        account.NAME: _account,
        card_data.NAME: _cards,
        card_data.LOOKUP: _lookup,
        checks.NAME: _checks,
    }
    shown = [changes.get(sheet.name, _same)(sheet) for sheet in made.sheets if sheet.name != snapshot.NAME]
    sent = snapshot.sheet(plan, {}, shown)
    sheets = (*shown, replace(made.sheet(snapshot.NAME), tables=sent.tables))
    return replace(
        made,
        sheets=sheets,
        title="Win-back tracker",
        subject="An empty campaign, to be filled in by hand",
        names=(*made.names, *_names(sheets)),
    )


def campaign_title() -> str:
    """Return the name of the sheet that people type into."""
    return CAMPAIGN.title


def _same(sheet: Sheet) -> Sheet:
    return sheet


def _guide(sheet: Sheet) -> Sheet:
    return replace(
        sheet,
        title="Win-back tracker",
        instruction="An empty campaign to fill in by hand: type a customer's name into a row of Campaign, and the rest follows."
        f" It has room for {ROWS} customers. Nothing needs to be installed.",
    )


def _waiting(field: Field) -> Field:
    """Return a column with empty rows; a formula already shows what it gives there."""
    empty = np.full(
        ROWS, np.nan if field.blank == "" and field.kind in columns.NUMERIC else field.blank, object
    )
    return replace(field, values=empty)


def _campaign(sheet: Sheet) -> Sheet:
    (table,) = sheet.tables
    names = {column.heading: column for column in CAMPAIGN.columns}
    fields = []
    for one in table.fields:
        column = names[one.heading]
        field = _waiting(one)
        if column.name in FORMULAS:
            field = replace(
                field,
                formula=FORMULAS[column.name],
                role="formula",
                blank=0.0 if column.name == "account_no" else "",
            )
            field = _waiting(field)
        if column.name in TYPED:
            field = replace(
                field,
                role="human",
                help=TYPED[column.name],
                choices=column.choices,
                limits=column.limits,
                hidden=False,
            )
        fields.append(field)
    cells = tuple(
        replace(cell, value=_TYPE_HERE) if cell.value == campaign.EMPTY else cell for cell in sheet.cells
    )
    return replace(
        sheet,
        title="Campaign: type one customer a row",
        tables=(replace(table, fields=tuple(fields)),),
        cells=cells,
    )


def _talks(sheet: Sheet) -> Sheet:
    (table,) = sheet.tables
    fields = tuple(
        replace(one, choices=ACCOUNTS) if one.heading == columns.TALKS["customer"].heading else one
        for one in table.fields
    )
    return replace(sheet, tables=(replace(table, fields=fields),))


def _account(sheet: Sheet) -> Sheet:
    cells = tuple(
        replace(cell, choices=ACCOUNTS) if cell.name == "card_account" else cell for cell in sheet.cells
    )
    return replace(sheet, cells=cells)


def _cards(sheet: Sheet) -> Sheet:
    (table,) = sheet.tables
    names = {column.heading: column.name for column in CARDS.columns}
    fields = []
    for one in table.fields:
        formula = _CARDS.get(names[one.heading], "")
        fields.append(
            _waiting(replace(one, formula=formula, role="formula", kind="text") if formula else one)
        )
    return replace(sheet, tables=(replace(table, fields=(*fields, OWNER_PLACE)),))


def _lookup(sheet: Sheet) -> Sheet:
    """Add how far down the list somebody typed, and whose accounts Today may show."""
    row = max(cell.row for cell in sheet.cells) + 2
    typed = f'({CAMPAIGN.name}[{CAMPAIGN["customer"].heading}]<>"")*(ROW({CAMPAIGN.name}[{CAMPAIGN["customer"].heading}])-{HEADER_ROW + 1})'
    count = f"COUNT({CARDS.name}[{OWNER_PLACE.heading}])"
    cells = [
        Cell(row, 0, "Last row with a name"),
        Cell(row, 1, 1.0, kind="count", formula=f"=MAX(1,MIN({ROWS},SUMPRODUCT(MAX({typed}))))", name=_LAST),
        Cell(row + 1, 0, "Owners named"),
        Cell(row + 1, 1, 0.0, kind="count", formula=f"=MIN({_OWNERS},{count})", name="typed_owners"),
        Cell(row + 2, 1, EVERYONE),
        *(Cell(row + 2 + number, 1, "", formula=_owner(number)) for number in range(1, _OWNERS + 1)),
    ]
    return replace(sheet, cells=(*sheet.cells, *cells))


_OWNERS = 30

_TWINS = f"=SUMPRODUCT(({CAMPAIGN.name}[Account no]=ROW({CAMPAIGN.name}[Account no])-{HEADER_ROW + 1})*1)"
_STAGELESS = f'SUMPRODUCT(({CAMPAIGN.name}[{_ID}]<>"")*({CAMPAIGN.name}[Stage]=""))'


def _checks(sheet: Sheet) -> Sheet:
    """Count what was typed where a campaign compares with what it was built from; no stage yet is a stage too."""
    (table, *rest) = sheet.tables
    names = next(one for one in table.fields if one.heading == "Check").values.tolist()
    twins, stages = (table.row + 1 + names.index(what) for what in (checks.ONCE, checks.STAGES))
    cells = []
    for one in sheet.cells:
        if (one.row, one.col) == (twins, 2):
            cells.append(replace(one, formula=_TWINS))
        elif (one.row, one.col) == (stages, 3):
            cells.append(replace(one, formula=f"{one.formula}+{_STAGELESS}"))
        else:
            cells.append(one)
    said = [
        {checks.ONCE: "Every customer once in Campaign: different names = rows"}.get(name, name)
        for name in names
    ]
    fields = [
        replace(one, values=np.array(said, object)) if one.heading == "Check" else one for one in table.fields
    ]
    return replace(sheet, cells=tuple(cells), tables=(replace(table, fields=tuple(fields)), *rest))


def _names(sheets: tuple[Sheet, ...]) -> tuple[Name, ...]:
    """Return the drop-downs that grow with what is typed."""
    lookup = next(sheet for sheet in sheets if sheet.name == card_data.LOOKUP)
    first = next(cell.row for cell in lookup.cells if cell.value == EVERYONE)
    known = (
        cell_range(card_data.NAME, top := HEADER_ROW + 1, 0, top, 0),
        cell_range(card_data.NAME, top, 0, top + ROWS - 1, 0),
    )
    owners = (
        cell_range(card_data.LOOKUP, first, 1, first, 1),
        cell_range(card_data.LOOKUP, first, 1, first + _OWNERS, 1),
    )
    return (
        Name(list_name(ACCOUNTS), f"{known[0]}:INDEX({known[1]},{_LAST})"),
        Name(list_name(lists.SHOW_OWNER), f"{owners[0]}:INDEX({owners[1]},typed_owners+1)"),
    )
