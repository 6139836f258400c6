"""Find the inputs and the settings in the open workbook, and hand them to the checks that files go through.

Inputs are Excel Tables called tblOrders, tblCustomers, tblIncidents and tblReps, else tables or sheets whose headings
fit. Every cell keeps its address, so that a finding names it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.errors import DataError, SettingsError
from winback_xl.excel.host import attempt
from winback_xl.excel.live.open_workbook import read_block
from winback_xl.inputs import headings, settings_file
from winback_xl.inputs.spelling import key
from winback_xl.readers import memory
from winback_xl.readers.grid import Cell, Grid, RawColumn
from winback_xl.readers.header_row import find
from winback_xl.readers.source import HEAD, HeadRow
from winback_xl.schema import columns as schema
from winback_xl.settings import Settings
from winback_xl.workbook import tracker_book

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from winback_xl.excel.live.open_workbook import Held, Rows, View

INPUT_NAMES = {table.name.casefold(): table for table in schema.INPUTS}
RESULTS = (
    "tblLeftovers",
    "tblConflicts",
    "tblFound",
    "tblDoctor",
    "tblButtons",
    "tblMailMerge",
    "tblYears1",
    "tblTrouble1",
    "tblLetters",
)
"""Tables that only some workbooks of ours hold."""

_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"})
_LIKELY = 0.6  # of the best score by exact headings, below which a table is not looked at closely
_ENOUGH = 2  # columns that a table without a known name must share with ours


def inputs(view: View) -> dict[str, Grid]:
    """Return the input tables of the workbook by title ("Orders", ...).

    Raises
    ------
    DataError
        Two tables fit equally well, and none has our name.
    """
    ours = _own_names() - set(INPUT_NAMES)
    fits: dict[str, list[tuple[int, Grid]]] = {}
    for name, table in INPUT_NAMES.items():
        held = view.table(name)
        if held is not None:
            fits[table.title] = [(1000, _grid_of(view, held))]
    for grid in _candidates(view, ours):
        title, matched = _kind(grid)
        if title and fits.get(title, [(0, grid)])[0][0] < 1000:
            fits.setdefault(title, []).append((matched, grid))
    return {title: _best(title, found) for title, found in fits.items()}


@lru_cache(maxsize=1)
def _own_names() -> frozenset[str]:
    """Return the names of all tables that a campaign workbook holds: none of them is an input."""
    made = [table.name for sheet in tracker_book.build().sheets for table in sheet.tables]
    return frozenset(name.casefold() for name in (*made, *(table.name for table in schema.TABLES), *RESULTS))


def _best(title: str, found: list[tuple[int, Grid]]) -> Grid:
    best = max(score for score, _ in found)
    top = [grid for score, grid in found if score == best]
    if len(top) > 1:
        places = " and ".join(grid.table or grid.sheet for grid in top)
        name = next(table.name for table in schema.INPUTS if table.title == title)
        raise DataError(
            f"{places} both look like {title.lower()}.",
            f"Make the right one an Excel Table and call it {name} (Table Design, Table Name).",
            code="two-inputs",
        )
    return top[0]


def _candidates(view: View, ours: frozenset[str]) -> Iterator[Grid]:
    """Yield every table that is not ours, and every sheet without tables."""
    for held in view.tables.values():
        if held.name.casefold() not in ours and held.name.casefold() not in INPUT_NAMES:
            mine = {item.name.casefold() for item in view.on(held.sheet)} & ours
            if not mine:
                yield _grid_of(view, held)
    for name in view.sheets:
        if not view.on(name):
            grid = _grid_of_sheet(view, name)
            if grid is not None:
                yield grid


def _kind(grid: Grid) -> tuple[str, int]:
    """Return which input the headings fit, and how many of them; "" where they fit none well enough."""
    return _kind_of(tuple(text for text in grid.headings if text))


@lru_cache(maxsize=64)
def _kind_of(texts: tuple[str, ...]) -> tuple[str, int]:
    named = {table.name: headings.scorer(table)(texts) for table in schema.INPUTS}
    likely = max(_ENOUGH, max(named.values()) * _LIKELY)
    best = ("", 0)
    for table in schema.INPUTS:
        if named[table.name] < likely:
            continue
        sources, _ = headings.match(texts, table)  # spells out near misses too, which takes its time
        complete = all(item.name in sources for item in table.columns if item.required)
        if complete and len(sources) >= _ENOUGH and len(sources) > best[1]:
            best = (table.title, len(sources))
    return best


def _grid_of(view: View, held: Held) -> Grid:
    return to_grid(
        view.body(held), held.headings, row=held.row, col=held.col, book=_name(view), sheet=held.sheet,
        table=held.name,
    )  # fmt: skip


def _name(view: View) -> str:
    return str(attempt(lambda: view.book.name, "this workbook"))


def _grid_of_sheet(view: View, name: str) -> Grid | None:
    """Return what is below the headings of a sheet without tables, or None where there are none of ours."""
    sheet = view.book.sheets[name]
    area = attempt(lambda: sheet.used_range, None)
    if area is None:
        return None
    top, left, (height, width) = area.row - 1, area.column - 1, area.shape
    if height < 2 or width < 2:
        return None
    rows = read_block(sheet, top, left, top + height - 1, width)
    heads = [
        HeadRow(at, tuple("" if cell is None else str(cell) for cell in row))
        for at, row in enumerate(rows[:HEAD])
    ]
    scorers = [headings.scorer(table) for table in schema.INPUTS]
    found = find(heads, lambda cells: max(score(cells) for score in scorers))
    if found is None or found.score < 1:
        return None
    return to_grid(
        rows[found.row + 1 :], found.texts, row=top + found.row, col=left, book=_name(view), sheet=name
    )


def to_grid(
    rows: Rows, texts: Sequence[str], *, row: int, col: int, book: str, sheet: str, table: str = ""
) -> Grid:
    """Turn cells of the open workbook into the grid that all readers of files make.

    Parameters
    ----------
    rows : list of list, shape (n_rows, n_columns)
        The cells below the headings. Blank rows are left out; every other keeps its address.
    texts : sequence of str
        The headings.
    row, col : int
        Where the first heading stands, 0-based.
    book, sheet, table : str
        Names, for messages.
    """
    filled = [at for at, cells in enumerate(rows) if any(cell not in (None, "") for cell in cells)]
    kept = rows if len(filled) == len(rows) else [rows[at] for at in filled]
    frame = pd.DataFrame(
        {
            place: pd.Series([_cell(cells[place]) for cells in kept], dtype=object)
            for place in range(len(texts))
        }
    )
    grid = memory.to_grid(frame, book)
    made = tuple(
        replace(_with_errors(column), position=col + column.position, heading=texts[column.position])
        for column in grid.columns
    )
    return replace(
        grid,
        sheet=sheet,
        columns=made,
        first_row=row + 2,
        header_row=row + 1,
        rows=len(kept),
        place="cell",
        row_numbers=None if len(filled) == len(rows) else np.array(filled, np.int64) + row + 2,
        table=table,
    )


def _cell(value: Any) -> Any:
    return None if value == "" else value


def _with_errors(column: RawColumn) -> RawColumn:
    """Mark error cells as what they are; the host gives their text."""
    if column.texts is None:
        return column
    codes, words = column.distinct()
    wrong = [place for place, word in enumerate(words) if word in _ERRORS]
    if not wrong:
        return column
    kinds = np.array(column.kinds)
    kinds[np.isin(codes, wrong)] = Cell.ERROR
    return replace(column, kinds=kinds)


def settings(view: View) -> Settings:
    """Return the settings of the workbook: of the table tblSettings, else of a sheet Settings, else the defaults.

    Raises
    ------
    SettingsError
        A setting is unknown or out of bounds; its cell is named.
    """
    held = view.table("tblSettings")
    if held is not None:
        return settings_file.from_grid(_grid_of(view, held))
    name = next((sheet for sheet in view.sheets if sheet.casefold() == "settings"), "")
    grid = _settings_grid(view, name) if name and not view.on(name) else None
    return settings_file.from_grid(grid) if grid is not None else Settings()


def _settings_grid(view: View, name: str) -> Grid | None:
    sheet = view.book.sheets[name]
    area = sheet.used_range
    rows = read_block(sheet, area.row - 1, area.column - 1, area.row - 2 + area.shape[0], area.shape[1])
    for at, cells in enumerate(rows[:HEAD]):
        texts = [key(cell) if isinstance(cell, str) else "" for cell in cells]
        if "setting" in texts and "value" in texts:
            shown = ["" if cell is None else str(cell) for cell in cells]
            return to_grid(
                rows[at + 1 :],
                shown,
                row=area.row - 1 + at,
                col=area.column - 1,
                book=_name(view),
                sheet=name,
            )
    if any(cell is not None for cells in rows for cell in cells):
        raise SettingsError(
            f"The sheet {name} has no headings Setting and Value.",
            "Put them above the two columns, or give the sheet another name.",
            code="settings-columns",
        )
    return None
