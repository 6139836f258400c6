"""The Talks sheet: one row a talk, the newest first, with empty rows on top to write into."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.cast import ADDED
from winback_xl.core.cell_text import written
from winback_xl.core.tracking import cell_values, talk_log
from winback_xl.core.tracking.due import EVERYONE, SHOW_OWNER
from winback_xl.core.tracking.talk_counts import EMPTY_ROWS, WINDOW
from winback_xl.schema.columns import CARDS, TALKS
from winback_xl.workbook.fits import ACCOUNTS
from winback_xl.workbook.sheets.parts import HEADER_ROW, fields
from winback_xl.workbook.sheets.unknown_talks import COUNT, TOLD, UNKNOWN, WILD, stated
from winback_xl.workbook.spec import Cell, Field, Fold, Rule, Sheet, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.core.campaign.campaign_plan import Plan

NAME = TALKS.title

_CUSTOMER = TALKS["customer"].heading
_LOOKED_UP = (TALKS["customer_id"].heading, TALKS["account_no"].heading)
"""Columns that look up a name among all accounts: in the first rows, from which Campaign is calculated; a refresh does the others."""


def account_row(cell: str, heading: str = CARDS["account"].heading) -> str:
    """Return a formula for the row of an account among the cards, 0 where none has that name.

    MATCH takes ``*``, ``?`` and ``~`` of a text for signs of its own, so they are written as themselves.
    """
    return f"IFERROR(MATCH({WILD.format(cell)},{CARDS.name}[{heading}],0),0)"


FORMULAS = MappingProxyType(
    {
        "customer_id": f'=IF([@{_CUSTOMER}]="","",IFERROR(INDEX({CARDS.name}[Customer ID],'
        f'MATCH({WILD.format(f"[@{_CUSTOMER}]")},{CARDS.name}[Account],0)),""))',
        "promise_key": f'=IF(AND([@[We promised]]<>"",ISNUMBER([@[By when]]),[@Kept]<>"Yes",OR({SHOW_OWNER}="{EVERYONE}",[@By]={SHOW_OWNER})),'
        'INT([@[By when]])+ROW()/1000000,"")',
        "account_no": f'=IF([@{_CUSTOMER}]="",0,IF([@[Customer ID]]="",{UNKNOWN},IF(ISNUMBER([@Day]),{account_row(f"[@{_CUSTOMER}]")},0)))',
    }
)
"""Native formula of each formula column."""

RULES = (
    Rule('=AND(ISNUMBER({By when}),{By when}<set_as_of,{Kept}<>"Yes")', "bad", "By when"),
    Rule('=AND({Customer}<>"",{Customer ID}="")', "warn", "Customer"),
    Rule('=AND({Customer}<>"",NOT(ISNUMBER({Day})))', "warn", "Day"),
)
"""Colours: a promise that is late, a name that no account has, a talk without a day."""

_HOW = "One row a talk. Write the next one in the empty rows on top. Last talk, Attempts and Listened in Campaign follow at once."
_LATE, _CHOOSE = "Red under By when: a promise that is late.", " Choose the account in the cell."
_AREAS = {"talk_day": "talk_date", "talk_listened": "listened", "talk_no": "account_no"}


def shown(plan: Plan, *, in_place: bool = False) -> pd.DataFrame:
    """Return the rows of the sheet: empty ones, then the talks with their account as it is called now.

    Parameters
    ----------
    plan : Plan
    in_place : bool
        Whether the rows stay as they stand in an open workbook; no empty ones are added then.
    """
    talks = plan.talks.assign(customer=talk_log.shown(plan.talks, plan.campaign))
    blank = 0 if in_place and len(talks) else EMPTY_ROWS
    free = pd.DataFrame(index=range(blank)).reindex(columns=talks.columns).astype(object)
    rows = talk_log.shaped(pd.concat([free, talks.astype(object)], ignore_index=True)) if blank else talks
    place = {one: at for at, one in enumerate(plan.cards["customer_id"], start=1)}
    ids = [str(one or "") for one in rows["customer_id"]]
    dated = talk_log.dated(rows)
    known = {*place} or {*plan.campaign["customer_id"]}  # a copy with values only has no cards
    named = [written(name) != "" for name in rows["customer"]]
    return rows.assign(
        customer_id=[one if one in known else "" for one in ids],
        account_no=[
            float(UNKNOWN) if called and one not in known else float(place.get(one, 0)) if has else 0.0
            for one, has, called in zip(ids, dated, named, strict=True)
        ],
        promise_key=_promise_keys(rows),
    )


def _promise_keys(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Return what sorts the promises that are not kept yet, NaN for the other rows."""
    day = cell_values.numbers(rows["promised_by"]).to_numpy(float)
    said = rows["promised"].fillna("").astype(str) != ""
    open_ = (
        said.to_numpy()
        & ~np.isnan(day)
        & (rows["kept"].fillna("").astype(str).str.casefold() != "yes").to_numpy()
    )
    place = np.arange(HEADER_ROW + 2, HEADER_ROW + 2 + len(rows))
    return np.where(open_, np.floor(day) + place / 1_000_000, np.nan)


def sheet(plan: Plan, rows: pd.DataFrame) -> Sheet:
    """Return the log of talks.

    Parameters
    ----------
    plan : Plan
    rows : DataFrame
        From `shown`.
    """
    made = [
        replace(item, choices=ACCOUNTS if len(plan.cards) else "") if item.heading == _CUSTOMER else item
        for item in fields(TALKS, rows, formulas=FORMULAS)
    ]
    made = [replace(item, live=WINDOW) if item.heading in _LOOKED_UP else item for item in made]
    made += [
        Field(str(name)[len(ADDED) :], rows[name], "text", "human")
        for name in rows
        if str(name).startswith(ADDED)
    ]
    table = Table(
        TALKS.name, HEADER_ROW, 0, tuple(made), alt="Every talk with a customer: when, who, what was said and promised",
        rules=RULES, lines=3, lean=True,
    )  # fmt: skip
    last = HEADER_ROW + WINDOW
    wrong = stated(plan, rows)
    first_hidden = table.column(TALKS["customer_id"].heading)
    return Sheet(
        NAME,
        "Talks",
        _HOW,
        cells=(
            Cell(
                2,
                0,
                f"{wrong}{_CHOOSE}" if wrong else _LATE,
                look="instruction",
                formula=f'=IF({COUNT}>0,{TOLD}&"{_CHOOSE}","{_LATE}")',
            ),
        ),
        tables=(table,),
        freeze=(HEADER_ROW + 1, 2),
        folds=(Fold(first_hidden, first_hidden + 3),),
        areas=tuple(
            (name, HEADER_ROW, column := table.column(TALKS[source].heading), last, column)
            for name, source in _AREAS.items()
        ),
    )
