"""Rows and columns of the open workbook as they stand, each cell as a file gives it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pandas as pd

from winback_xl.core.cast import ADDED
from winback_xl.core.cell_text import clean
from winback_xl.core.merging import carried_edits
from winback_xl.excel.live import open_workbook
from winback_xl.excel.live.open_workbook import typed
from winback_xl.schema import columns

if TYPE_CHECKING:
    from winback_xl.excel.live.open_workbook import Held, View
    from winback_xl.schema.columns import Kind

_OURS = {column.heading: column for column in columns.CAMPAIGN.columns}


def rows_of(view: View, held: Held) -> pd.DataFrame:
    """Return every row of the campaign as it stands, blank ones too."""
    body = view.body(held)
    found: dict[str, list[Any]] = {}
    for at, heading in enumerate(held.headings):
        ours = _OURS.get(heading)
        name = ours.name if ours is not None else ADDED + heading
        if not heading or name in found:
            continue
        cells = [row[at] for row in body]
        if name in carried_edits.KEYS:
            found[name] = typed(cells, "id").tolist()
        else:
            found[name] = [content(cell, ours.kind if ours is not None else "text") for cell in cells]
    frame = pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in found.items()})
    for name in carried_edits.KEYS:
        if name not in frame:
            frame[name] = ""
    frame["row"] = range(held.row + 2, held.row + 2 + len(body))
    return _with_facts(view, frame)


def _with_facts(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with what the table of accounts knows of their customers."""
    held = view.table(columns.ACCOUNTS.name)
    heading = columns.ACCOUNTS["customer_id"].heading
    if held is None or heading not in held.headings:
        return rows
    facts = {
        column.name: [content(cell, column.kind) for cell in column_of(view, held, column.heading)]
        for column in columns.ACCOUNTS.columns
        if column.name not in rows and column.heading in held.headings
    }
    return carried_edits.joined(rows, typed(column_of(view, held, heading), "id").tolist(), facts)


def content(cell: Any, kind: Kind = "text") -> Any:
    r"""Return what a cell holds: text as it will be shown, float, bool, Timestamp, or None for a blank one.

    In a column of dates a number is taken as the day it stands for: somebody changed the cell's format.

    >>> content(46348.0, "date"), content(2), content(""), content("a\x07b")
    (Timestamp('2026-11-22 00:00:00'), 2.0, None, 'a�b')
    """
    if cell is None or cell == "":
        return None
    if isinstance(cell, str):
        return clean(cell)
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, dt.date):
        return pd.Timestamp(cell).tz_localize(None)
    number = float(cell)
    return open_workbook.day_of_serial(number) if kind == "date" and open_workbook.is_day(number) else number


def column_of(view: View, held: Held, heading: str) -> list[Any]:
    """Return the cells of a column, as the host gives them."""
    at = held.headings.index(heading)
    return [row[at] for row in view.body(held)]


def two_columns(view: View, table: str, headings: tuple[str, str]) -> tuple[list[Any], list[Any]]:
    """Return two columns of a small table of ours; nothing where it is not there."""
    held = view.table(table)
    if held is None or not set(headings) <= set(held.headings):
        return [], []
    return column_of(view, held, headings[0]), column_of(view, held, headings[1])
