"""List rows and cells that could not be carried over, each as a line of the Leftovers sheet. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.cast import ADDED, shaped
from winback_xl.core.cell_text import written
from winback_xl.core.merging import carried_edits, cell_keys
from winback_xl.core.merging.campaign_state import AddedColumn, CampaignState
from winback_xl.core.merging.fingerprints import HUMAN, PRINT, PRINTS, print_of, prints
from winback_xl.core.wording import plural
from winback_xl.errors import Issue
from winback_xl.schema import columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from winback_xl.core.campaign.campaign_plan import Plan

LEFT = ("place", "customer_id", "column", "content", "why")
"""Columns of what could not be placed."""

HEADING = {column.name: column.heading for column in columns.CAMPAIGN_ROWS.columns}
Line = tuple[str, str, str, str, str]
"""Place, customer, column, content, and why it is there."""

_TYPED_OVER = "Typed over a calculated cell; the calculated value is back."


def nothing_left() -> pd.DataFrame:
    """Return a Leftovers sheet without lines."""
    return pd.DataFrame(columns=list(LEFT), dtype=object)


def _line(place: str, customer: str, column: str, content: object, why: str) -> Line:
    return place, customer, column, written(content), why


def odd_rows(state: CampaignState, odd: pd.DataFrame, where: str = "") -> list[Line]:
    """List the content of rows that have no place."""
    found = []
    names = [name for name in state.human if name in odd]
    other = [name for name in odd if name in HEADING and name not in {*names, *carried_edits.KEYS}]
    for row in odd.to_dict("records"):
        place, customer = f"{where}Campaign, row {row['row']}", str(row["customer_id"])
        cells = [(name, row[name]) for name in names if cell_keys.sense(cell_keys.token(row[name]))]
        lines = [(HEADING.get(name, name.removeprefix(ADDED)), value) for name, value in cells]
        rest = [(HEADING[name], row[name]) for name in other if cell_keys.token(row[name])]
        if len(rest) == 1:
            lines += rest
        elif rest:  # most of them were pasted along, so they make one line
            lines.append(("", "; ".join(f"{heading}: {written(value)}" for heading, value in rest)))
        for heading, value in lines or [("", None)]:
            found.append(_line(place, customer, heading, value, row["reason"]))
    return found


def replaced(found: pd.DataFrame) -> list[Line]:
    """List what later states of a copy replaced; columns `winback_xl.core.merging.returned_copies.REPLACED`."""
    return [
        _line(
            "Campaign",
            str(row["customer_id"]),
            HEADING.get(row["column"], str(row["column"]).removeprefix(ADDED)),
            row["content"],
            f"It was collected from an earlier state of {row['file']}, which says something else now.",
        )
        for row in found.to_dict("records")
    ]


def typed_over(state: CampaignState, rows: pd.DataFrame, where: str = "") -> list[Line]:
    """List what somebody typed over calculated cells and formulas; the calculated values are restored.

    Parameters
    ----------
    state : CampaignState
    rows : DataFrame
        The rows of ``state`` that have a place, one a key.
    where : str
        Stands before the place, such as the name of a copy.
    """
    return [*_over_calculated(state, rows, where), *_over_formulas(state, rows, where)]


def _over_calculated(state: CampaignState, rows: pd.DataFrame, where: str) -> Iterator[Line]:
    if state.sent is None or PRINTS not in state.sent:
        return
    at = carried_edits.keys_of(state.sent).get_indexer(carried_edits.keys_of(rows))
    now = prints(shaped(rows).reindex(columns=[*state.printed]), state.printed)
    before = state.sent[PRINTS].tolist()
    for row in np.flatnonzero(at >= 0).tolist():
        one, other = now[row], before[at[row]]
        if one == other or len(one) != len(other):
            continue
        for place, name in enumerate(state.printed):
            sign = slice(PRINT * place, PRINT * (place + 1))
            if name not in rows or one[sign] == other[sign]:
                continue
            value, line = rows[name].iloc[row], int(rows["row"].iloc[row])
            if other[sign] in {print_of(text) for text in cell_keys.near(value)}:
                continue  # the same number, written by another program
            formula = state.formula_at(line, name)
            content = f"={formula}" if formula else value
            if cell_keys.token(content):
                yield _line(
                    f"{where}Campaign, row {line}",
                    rows["customer_id"].iloc[row],
                    HEADING[name],
                    content,
                    _TYPED_OVER,
                )


def _over_formulas(state: CampaignState, rows: pd.DataFrame, where: str) -> Iterator[Line]:
    place = {int(row): at for at, row in enumerate(rows["row"])}
    order = {name: at for at, name in enumerate(rows)}
    for line, name in sorted(state.typed_over, key=lambda cell: (cell[0], order.get(cell[1], -1))):
        if line not in place or name not in rows:
            continue
        content = rows[name].iloc[place[line]]
        if cell_keys.token(content):
            customer = str(rows["customer_id"].iloc[place[line]])
            yield _line(
                f"{where}Campaign, row {line}", customer, HEADING.get(name, name), content, _TYPED_OVER
            )


def deleted(state: CampaignState, rows: pd.DataFrame, frame: pd.DataFrame) -> list[Line]:
    """List the accounts that somebody deleted and that no longer qualify: they do not come back."""
    if state.sent is None:
        return []
    held = {*rows["customer_id"], *frame["customer_id"]}
    found = []
    names = [name for name in state.sent if name in HUMAN or str(name).startswith(ADDED)]
    for row in state.sent[~state.sent["customer_id"].isin(held)].to_dict("records"):
        stated = [
            f"{HEADING.get(str(name), str(name))}: {written(cell_keys.value_of(row[name]))}"
            for name in names
            if row[name]
        ]
        why = "Its row was deleted by hand, and the customer no longer qualifies."
        found.append(_line("Campaign", row["customer_id"], "", "; ".join(stated), why))
    return found


def others(state: CampaignState, plan: Plan) -> tuple[dict[str, tuple[AddedColumn, ...]], list[Line]]:
    """Return the columns that people added to our other tables, in the rows of now, and what has no row."""
    kept: dict[str, tuple[AddedColumn, ...]] = {}
    gone = []
    for table, frame in (
        (columns.SEGMENTS, plan.segments),
        (columns.MAKE_GOODS, plan.make_goods),
        (columns.ACCOUNTS, plan.campaign),
    ):
        own = state.others.get(table.name)
        if own is None:
            continue
        at = pd.Index(own["customer_id"]).get_indexer(frame["customer_id"])
        names = [name for name in own if name != "customer_id"]
        for name in names:
            held = [*own[name].tolist(), None]  # the last one is for customers without
            values = [held[place] for place in at]
            kept[table.name] = (*kept.get(table.name, ()), AddedColumn(str(name), values))
        for row in own[~own["customer_id"].isin(set(frame["customer_id"]))].to_dict("records"):
            why = f"The customer is not in {table.title} any more."
            gone += [
                _line(table.title, row["customer_id"], str(name), row[name], why)
                for name in names
                if cell_keys.token(row[name])
            ]
    return kept, gone


def listed(state: CampaignState, lines: Iterable[Line]) -> pd.DataFrame:
    """Return the Leftovers sheet: what it held, what stood outside the tables, and what is new, each once."""
    new = pd.DataFrame(list(lines), columns=list(LEFT), dtype=object)
    parts = [part for part in (state.leftovers, state.stray, new) if len(part)]
    return pd.concat(parts or [new], ignore_index=True).drop_duplicates(ignore_index=True)


def unchanged(listed: pd.DataFrame, state: CampaignState) -> str:
    """Describe what became of what people typed: whether all of it is where it was."""
    more = len(listed) - len(state.leftovers)
    if state.sent is None:
        return (
            "The columns that your team fills were kept; what it typed elsewhere cannot be found,"
            " since the sheet Snapshot is gone."
        )
    if more <= 0:
        return "Nothing your team typed was changed."
    moved = f"{plural(more, 'entry', 'entries')} went to the sheet Leftovers"
    return f"{moved}; nothing else your team typed was changed."


def stated(listed: pd.DataFrame, state: CampaignState) -> list[Issue]:
    """State how much went to the Leftovers sheet."""
    more = len(listed) - len(state.leftovers)
    if more <= 0:
        return []
    what = f"{plural(more, 'entry', 'entries')} could not be placed and stand{'s' if more == 1 else ''} on the sheet Leftovers."
    return [Issue("leftovers", "warning", what, "Put them where they belong.", file=state.file)]
