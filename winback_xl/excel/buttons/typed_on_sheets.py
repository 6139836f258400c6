"""What people typed on the sheets of the open workbook where it is not read: what a press replaces goes to Leftovers.

The open workbook is compared with what we wrote by the function that compares a file that comes back. What a press
leaves where it is, such as a text next to a table, needs no line.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.cell_text import written
from winback_xl.core.merging import left_behind
from winback_xl.core.merging.left_behind import LEFT
from winback_xl.excel.host import attempt
from winback_xl.excel.live import live_inputs, live_targets
from winback_xl.excel.live.open_workbook import typed
from winback_xl.excel.live.standing_cells import Run, Standing, differing, write
from winback_xl.readers.xlsx.xlsx_events import position
from winback_xl.schema import columns
from winback_xl.workbook.reopened import other_content, typed_elsewhere
from winback_xl.workbook.sheets import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from winback_xl.core.merging.left_behind import Line
    from winback_xl.excel.live.live_targets import Target
    from winback_xl.excel.live.open_workbook import Held, View
    from winback_xl.workbook.spec import Book

_KEYED = {table.name.casefold(): table for table in (columns.SEGMENTS, columns.MAKE_GOODS)}
_LISTS = ("tblLeftovers", "tblConflicts")
_READ_WHOLE = (columns.CAMPAIGN.name, columns.TALKS.name)  # their cells are compared one by one elsewhere


def known_of(view: View) -> dict[str, Any]:
    """Return what the Snapshot sheet knows, nothing where it is gone."""
    return snapshot.known_from(*items_of(view))


def typed_over(view: View, drawn: Iterable[Target]) -> pd.DataFrame:
    """Return what people typed on our sheets and drawing some of them replaces, in the shape of the Leftovers sheet."""
    held = view.table(columns.CAMPAIGN.name)
    if held is None:
        return left_behind.nothing_left()
    return replaced(found_on(view, known_of(view), held), drawn)


def remembered(view: View, book: Book) -> Callable[[], None] | None:
    """Return what notes in the Snapshot sheet that some sheets were drawn again, None where there is nothing to note.

    What is calculated there now would otherwise be taken for something that people typed.
    """
    held = view.table(snapshot.ITEMS)
    if held is None or any(sheet.name == snapshot.NAME for sheet in book.sheets):
        return None
    pieces = snapshot.with_sheets(*items_of(view), book.sheets)
    if pieces is None:
        return None
    sheet = view.book.sheets[held.sheet]
    run = Run(held.row + 1, held.column("Text"), tuple(pieces))
    changed = differing([run], Standing(sheet))
    return lambda: write(sheet, changed)


def items_of(view: View) -> tuple[list[Any], list[Any]]:
    """Return the columns Item and Text of the Snapshot sheet."""
    held = view.table(snapshot.ITEMS)
    if held is None or not {"Item", "Text"} <= set(held.headings):
        return [], []
    items, texts = (
        [row[held.headings.index(heading)] for row in view.body(held)] for heading in ("Item", "Text")
    )
    return items, texts


def found_on(view: View, known: Mapping[str, Any], campaign: Held) -> pd.DataFrame:
    """Return every cell of our sheets that differs from what we wrote there, in the shape of the Leftovers sheet.

    Parameters
    ----------
    view : View
    known : mapping
        What the Snapshot sheet knows.
    campaign : Held
        The table of the campaign.
    """
    sent: Mapping[str, list[str]] = known.get("written", {})
    places = [(held.name, held.sheet) for held in view.tables.values()]
    own = other_content.ours(places, view.sheets, known, campaign.sheet)
    choices = other_content.to_choose(_accounts(view, campaign))
    rows: list[Line] = []
    for sheet, name in own.items():
        if name in sent and name not in other_content.HIDDEN:
            tops = [held.row for held in view.on(sheet) if held.name in _READ_WHOLE]
            last = campaign.row if sheet == campaign.sheet else min(tops, default=None)
            rows += _on_sheet(view, sheet, sent[name], last, choices)
    return pd.DataFrame(rows, columns=list(LEFT), dtype=object)


def replaced(found: pd.DataFrame, drawn: Iterable[Target]) -> pd.DataFrame:
    """Return the lines of `found_on` whose cells are written over when some sheets are drawn."""
    over = {target.name: live_targets.writes_over(target) for target in drawn if target.how != "new"}
    kept = []
    for place in found["place"]:
        sheet, _, cell = place.rpartition("!")
        name = cell.rstrip("0123456789")
        kept.append(sheet in over and over[sheet](int(cell[len(name) :]) - 1, position(name)))
    return found[np.array(kept, bool)].reset_index(drop=True).assign(why=typed_elsewhere.OVER)


def _accounts(view: View, campaign: Held) -> pd.DataFrame:
    """Return who the accounts of a campaign are, and whose; a column that is gone is blank."""
    rows, frame = view.body(campaign), {}
    for name in ("customer_id", "customer", "owner"):
        heading = columns.CAMPAIGN[name].heading
        at = campaign.headings.index(heading) if heading in campaign.headings else None
        frame[name] = ["" if at is None else written(row[at]) for row in rows]
    return pd.DataFrame(frame, dtype=object)


def _on_sheet(
    view: View, sheet: str, sent: list[str], last: int | None, choices: frozenset[str]
) -> Iterable[Line]:
    block = view.cells(sheet)[:last]
    if not block:
        return []
    grid = live_inputs.to_grid(block, [""] * len(block[0]), row=-1, col=0, book="", sheet=sheet)
    return typed_elsewhere.differing(
        grid,
        sheet,
        sent,
        formulas=partial(_formulas, view, sheet, block),
        read=_read(view, sheet),
        choices=choices,
    )


def _formulas(view: View, sheet: str, block: list[list[Any]]) -> typed_elsewhere.Formulas | None:
    """Return the formulas of a sheet, None where the host cannot tell."""
    area = view.book.sheets[sheet].range((1, 1), (len(block), len(block[0])))
    texts = attempt(lambda: area.formula, None)
    if texts is None:
        return None
    lines = texts if isinstance(texts, (list, tuple)) else [[texts]]
    lines = [line if isinstance(line, (list, tuple)) else [line] for line in lines]
    return typed_elsewhere.Formulas.of(
        {
            (row + 1, column): text[1:]
            for row, line in enumerate(lines)
            for column, text in enumerate(line)
            if isinstance(text, str)
            and text.startswith("=")
            and text != block[row][column]  # else it is a text
        }
    )


def _read(view: View, sheet: str) -> Callable[[int, int], bool]:
    """Return which cells of a sheet are read elsewhere; rows from 1, columns from 0."""
    areas: list[tuple[range, frozenset[int]]] = []
    for held in view.on(sheet):
        whole = frozenset(range(held.col, held.col + len(held.headings)))
        if held.name in _LISTS:
            areas.append((range(held.row + 1, held.last_row + 2), whole))
        table = _KEYED.get(held.name.casefold())
        heading = columns.SEGMENTS["customer_id"].heading
        if table is None or heading not in held.headings:
            continue
        ours = {column.heading for column in table.columns}
        added = frozenset(held.column(name) for name in held.headings if name and name not in ours)
        at = held.headings.index(heading)
        ids = typed([row[at] for row in view.body(held)], "id")
        named = (ids != "") & ~ids.duplicated()
        areas.append((range(held.row + 1, held.row + 2), whole))
        areas += [
            (range(held.row + 2 + int(row), held.row + 3 + int(row)), added) for row in named[named].index
        ]
    return lambda row, column: any(row in rows and column in places for rows, places in areas)
