"""Who to call today, and what we promised: two lists of Today. Each cell is a formula with its value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from winback_xl.schema.columns import CAMPAIGN, TALKS
from winback_xl.workbook.sheets.parts import numbers, texts
from winback_xl.workbook.spec import Cell, Mark

if TYPE_CHECKING:
    import pandas as pd

    from winback_xl.schema.columns import Kind
    from winback_xl.workbook.sheets.now import Rows
    from winback_xl.workbook.sheets.today_blocks import Block
    from winback_xl.workbook.spec import Look

CALLS = 9
"""Calls listed."""

TITLE = "Who to call today"
NEXT = "Nobody is due today; who comes next"
NO_CALL = "Nobody is due in the next 7 days."
_CALL_COLUMNS: tuple[tuple[int, str, str, Kind, Look], ...] = (
    (0, "Customer", "customer", "text", "label"),
    (2, "Do next", "do_next", "text", "call"),
    (4, "Phone", "phone", "text", "call"),
    (5, "Owner", "owner", "text", "call"),
    (6, "Due", "days_overdue", "days", "call"),
    (7, "Worth", "worth", "money", "call"),
)
_SPANS = {0: 1, 2: 1}


def calls(rows: Rows, block: Block, columns: dict[str, str]) -> None:
    """List who to call, dearest first, then who is due next; the place of each is on the sheet Numbers."""
    frame = rows.frame
    key = frame["call_key"].to_numpy(float)
    order = [
        int(at) for at in np.argsort(-np.nan_to_num(key, nan=-2.0), kind="stable") if not np.isnan(key[at])
    ][:CALLS]
    waits = not (key > 0).any() and bool(order)
    block.title(NEXT if waits else TITLE, f'=IF(AND(now_calls=0,call_1_>0),"{NEXT}","{TITLE}")')
    for col, heading, _, kind, _ in _CALL_COLUMNS:
        block.cells.append(
            Cell(
                block.row,
                col,
                heading,
                look="list head",
                kind="count" if kind in {"days", "money"} else "text",
                span=_SPANS.get(col, 0),
            )
        )
    block.row += 1
    first = block.row
    for place in range(CALLS):
        at = f"call_{place + 1}_"
        row = frame.iloc[order[place]] if place < len(order) else None
        for col, _, name, kind, look in _CALL_COLUMNS:
            none = f'"{NO_CALL}"' if not place and not col else '""'
            heading = columns[name]
            shown = f"INDEX(tblCampaign[{heading}],{at})"
            shown = f'{shown}&""' if kind == "text" else shown
            if name == "do_next":
                shown = _with_hold(shown, f"INDEX({CAMPAIGN.name}[{columns['held']}],{at})")
            formula = f"=IF({at}=0,{none},{shown})"
            value: str | float = NO_CALL if not place and not col else ""
            if row is not None:
                value = (
                    texts(frame, name).iloc[order[place]]
                    if kind == "text"
                    else float(numbers(frame, name)[order[place]])
                )
                if name == "do_next" and row["held"] == 1 and not str(value).startswith(HOLD):
                    value = f"{HOLD}. {value}"
            block.cells.append(
                Cell(block.row, col, value, look=look, kind=kind, formula=formula, span=_SPANS.get(col, 0))
            )
        block.row += 1
    late = f"=AND(ISNUMBER($G{first + 1}),N($G{first + 1})>0)"
    there = f'=$A{first + 1}<>""'
    block.marks += [
        Mark(first, 0, block.row - 1, 5, "line", there),
        Mark(first, 6, block.row - 1, 6, "bad", late),
        Mark(first, 6, block.row - 1, 6, "line", there),
        Mark(first, 7, block.row - 1, 7, "line", there),
    ]


HOLD = "Held for legal"


def _with_hold(step: str, held: str) -> str:
    """Return the formula of a step that says first that the case is held for legal, where it does not say so itself."""
    return f'IF(AND({held}=1,IFERROR(SEARCH("{HOLD}",{step}),0)<>1),"{HOLD}. ","")&{step}'


def call_places(rows: Rows) -> tuple[list[str], list[float]]:
    """Return the formulas and the values of the rows of the dearest calls, 0 where there are no more."""
    key = rows.frame["call_key"].to_numpy(float)
    known = np.sort(key[~np.isnan(key)])[::-1][:CALLS]
    places = [float(np.flatnonzero(key == one)[0] + 1) for one in known]
    formulas = [
        f"=IFERROR(MATCH(LARGE(tblCampaign[Call key],{at}),tblCampaign[Call key],0),0)"
        for at in range(1, CALLS + 1)
    ]
    return formulas, places + [0.0] * (CALLS - len(places))


PROMISES = 5
NO_PROMISE = "No open promise."
HELD_FIRST = "Held for legal, ask Counsel: "
_PROMISE_COLUMNS: tuple[tuple[int, str, str, Kind, Look], ...] = (
    (0, "Customer", "customer", "text", "label"),
    (2, "We promised", "promised", "text", "call"),
    (5, "By", "talked_by", "text", "call"),
    (6, "By when", "promised_by", "date", "call"),
)


def _held(place: int) -> str:
    """Return a formula that is true where the account of an open promise is held for legal."""
    customer = f"INDEX({TALKS.name}[{TALKS['customer_id'].heading}],promise_{place + 1}_)"
    row = f"MATCH({customer},{CAMPAIGN.name}[{CAMPAIGN['customer_id'].heading}],0)"
    return f"IFERROR(INDEX({CAMPAIGN.name}[{CAMPAIGN['held'].heading}],{row}),0)=1"


def promises(talks: pd.DataFrame, rows: Rows, block: Block) -> None:
    """List the open promises, soonest first; the place of each is on the sheet Numbers.

    A promise to an account whose case is held for legal says so: nothing is delivered before Counsel has approved.
    """
    held = set(rows.frame.loc[rows.frame["held"].to_numpy(float) == 1, "customer_id"])
    block.title("What we promised")
    heads = {col: heading for col, heading, *_ in _PROMISE_COLUMNS}
    block.cells += [Cell(block.row, col, heads.get(col), look="list head") for col in range(8)]
    block.row += 1
    first = block.row
    found = promise_places(talks)[1]
    for place in range(PROMISES):
        at = int(found[place])
        for col, heading, name, kind, look in _PROMISE_COLUMNS:
            none = f'"{NO_PROMISE}"' if not place and not col else '""'
            shown = f"INDEX(tblTalks[{heading}],promise_{place + 1}_)" + ("" if kind == "date" else '&""')
            value: Any = NO_PROMISE if not place and not col else ""
            if at:
                value = talks[name].iloc[at - 1]
                value = value.date() if kind == "date" else str(value or "")
                if name == "promised" and talks["customer_id"].iloc[at - 1] in held:
                    value = f"{HELD_FIRST}{value}"
            if name == "promised":
                shown = f'IF({_held(place)},"{HELD_FIRST}","")&{shown}'
            formula = f"=IF(promise_{place + 1}_=0,{none},{shown})"
            block.cells.append(Cell(block.row, col, value, look=look, kind=kind, formula=formula))
        block.row += 1
    late = f"=AND(ISNUMBER($G{first + 1}),N($G{first + 1})<set_as_of)"
    there = f'=$A{first + 1}<>""'
    block.marks += [
        Mark(first, 0, block.row - 1, 5, "line", there),
        Mark(first, 6, block.row - 1, 6, "bad", late),
        Mark(first, 6, block.row - 1, 6, "line", there),
        Mark(first, 7, block.row - 1, 7, "line", there),
    ]


def promise_places(talks: pd.DataFrame) -> tuple[list[str], list[float]]:
    """Return the formulas and the values of the rows of the promises that are due first, 0 where there are no more."""
    key = talks["promise_key"].to_numpy(float) if len(talks) else np.zeros(0)
    known = np.sort(key[~np.isnan(key)])[:PROMISES]
    places = [float(np.flatnonzero(key == one)[0] + 1) for one in known]
    formulas = [
        f"=IFERROR(MATCH(SMALL(tblTalks[Promise key],{at}),tblTalks[Promise key],0),0)"
        for at in range(1, PROMISES + 1)
    ]
    return formulas, places + [0.0] * (PROMISES - len(places))
