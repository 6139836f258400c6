"""Who to call today, and what we promised: two lists of Today. Each cell is a formula with its value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from winback_xl.core.tracking import due
from winback_xl.schema.columns import CAMPAIGN, TALKS
from winback_xl.workbook.sheets.parts import numbers, texts
from winback_xl.workbook.spec import Cell, Mark

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

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

APPROVALS = 4
"""Approvals listed."""

TO_APPROVE, NO_APPROVAL = "To approve", "Nothing waits for approval."
_APPROVAL_COLUMNS: tuple[tuple[int, str, str, Kind, Look], ...] = (
    *_CALL_COLUMNS[:2],
    (4, "Approver", "authority", "text", "call"),
    *_CALL_COLUMNS[3:],
)


def calls(rows: Rows, block: Block, columns: dict[str, str]) -> None:
    """List who to call, dearest first, then who is due next; the place of each is on the sheet Numbers."""
    key = _keys(rows)
    waits = not (key > 0).any() and bool((key > due.TO_APPROVE).any())
    block.title(NEXT if waits else TITLE, f'=IF(AND(now_calls=0,call_1_>0),"{NEXT}","{TITLE}")')
    _listed(rows, block, columns, _CALL_COLUMNS, "call", call_places(rows)[1], NO_CALL)


def approvals(rows: Rows, block: Block, columns: dict[str, str]) -> None:
    """List what colleagues have to approve before the next talk, dearest first: nobody calls a customer for it."""
    many = int((_keys(rows) < due.TO_APPROVE).sum())
    more = f": the first {APPROVALS} of "
    text = f"{TO_APPROVE}{more}{many:,}" if many > APPROVALS else TO_APPROVE
    block.title(text, f'="{TO_APPROVE}"&IF(now_approve>{APPROVALS},"{more}"&FIXED(now_approve,0),"")')
    _listed(rows, block, columns, _APPROVAL_COLUMNS, "approve", approval_places(rows)[1], NO_APPROVAL)


def _keys(rows: Rows) -> NDArray[np.float64]:
    key: NDArray[np.float64] = rows.frame["call_key"].to_numpy(float)
    return key


def _listed(
    rows: Rows,
    block: Block,
    columns: dict[str, str],
    shown_columns: tuple[tuple[int, str, str, Kind, Look], ...],
    named: str,
    places: list[float],
    nothing: str,
) -> None:
    """Write rows of Campaign, one below the other: the cells ``named`` and a number say which."""
    frame = rows.frame
    for col, heading, _, kind, _ in shown_columns:
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
    for number, place in enumerate(places, start=1):
        at = f"{named}_{number}_"
        for col, _, name, kind, look in shown_columns:
            none = f'"{nothing}"' if number == 1 and not col else '""'
            shown = f"INDEX(tblCampaign[{columns[name]}],{at})"
            shown = f'{shown}&""' if kind == "text" else shown
            if name == "do_next":
                shown = _with_hold(shown, f"INDEX({CAMPAIGN.name}[{columns['held']}],{at})")
            formula = f"=IF({at}=0,{none},{shown})"
            value: str | float = nothing if number == 1 and not col else ""
            if place:
                row = int(place) - 1
                value = texts(frame, name).iloc[row] if kind == "text" else float(numbers(frame, name)[row])
                if name == "do_next" and frame["held"].iloc[row] == 1 and not str(value).startswith(HOLD):
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


_KEY = "tblCampaign[Call key]"


def call_places(rows: Rows) -> tuple[list[str], list[float]]:
    """Return the formulas and the values of the rows of the dearest calls, 0 where there are no more."""
    formulas = [
        f"=IF({at}>now_calls+now_soon,0,IFERROR(MATCH(LARGE({_KEY},{at}),{_KEY},0),0))"
        for at in range(1, CALLS + 1)
    ]
    key = _keys(rows)
    return formulas, _places(key, key > due.TO_APPROVE, CALLS)


def approval_places(rows: Rows) -> tuple[list[str], list[float]]:
    """Return the same of what waits for an approval."""
    formulas = [
        f"=IFERROR(MATCH(LARGE({_KEY},now_calls+now_soon+{at}),{_KEY},0),0)" for at in range(1, APPROVALS + 1)
    ]
    key = _keys(rows)
    return formulas, _places(key, key < due.TO_APPROVE, APPROVALS)


def _places(key: NDArray[np.float64], listed: NDArray[np.bool_], count: int) -> list[float]:
    found = [float(np.flatnonzero(key == one)[0] + 1) for one in np.sort(key[listed])[::-1][:count]]
    return found + [0.0] * (count - len(found))


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
