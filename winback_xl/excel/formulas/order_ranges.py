"""A range of orders, read by the very functions that read files; what a file would be asked, or warned of, is an error.

A formula has no place for a question. Its answers come with the settings: *Rows that count*, *Columns named* and the rest
of their group.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from winback_xl.errors import DataError, UsageError
from winback_xl.excel.formulas import argument_cells as read
from winback_xl.inputs import answers, clean_table, column_choice, headings, parsing
from winback_xl.inputs.file_cells import FileCells
from winback_xl.readers import header_row, memory
from winback_xl.readers.grid import Cell, Grid
from winback_xl.readers.source import HEAD, HeadRow
from winback_xl.schema.columns import ORDERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from winback_xl.errors import Issue
    from winback_xl.excel.formulas.cell_days import DateSystem
    from winback_xl.inputs.loaded import Loaded
    from winback_xl.readers.grid import RawColumn
    from winback_xl.settings import Settings

_LOSES_NOTHING = frozenset({"row-repeated"})
"""Warnings that set rows aside which count once already."""

_ASIDE = re.compile(r" The rows? (is|are) set aside( already)?\.")
_PLAIN = frozenset({str, float, bool, type(None)})  # types that need no look at each cell
_LOST = frozenset({"id-digits-lost"})
"""Warnings without rows that a formula refuses all the same: two customers may look like one."""


def headed(rows: Sequence[Sequence[Any]], settings: Settings) -> tuple[list[str], int]:
    """Return the headings of a range, and the place of the first row below them; as in a file, a title may be above.

    Parameters
    ----------
    rows : sequence of sequence
        Cells as the host hands them over.
    settings : Settings
        What the user said of columns.
    """
    named = answers.by_table(answers.joined(settings, None, None)[0]).get(ORDERS.title, {})
    head = [HeadRow(at, tuple(map(read.heading, row))) for at, row in enumerate(rows[:HEAD])]
    filled = [row for row in head if any(row.texts)]
    found = header_row.find(filled, headings.scorer(ORDERS, named)) if filled else None
    return ([*head[0].texts], 1) if found is None else ([*found.texts], found.row + 1)


def orders(
    found: Sequence[str],
    body: Sequence[Sequence[Any]],
    at_rows: Sequence[int],
    label: str,
    date_system: DateSystem,
    settings: Settings,
) -> pd.DataFrame:
    """Return the orders and credits of a range.

    Parameters
    ----------
    found : sequence of str
        Headings.
    body : sequence of sequence
        Cells of each column below them, as the host hands them over.
    at_rows : sequence of int
        Row of the range that each cell of a column stands in, counted from 1.
    label : str
        What the range is called in an error.
    date_system : {1900, 1904}
        What day serial numbers count from.
    settings : Settings
        How cells in doubt are read, and what the user said of columns and rows.

    Raises
    ------
    UsageError
        Something is in doubt, or a row cannot be used.
    ErrorInCellError
        A cell that is needed shows an error.
    """
    grid = _grid(found, body, at_rows, label, date_system)
    columns, rows = answers.joined(settings, None, None)
    said = answers.fitting(rows.answers(answers.by_table(columns).get(ORDERS.title, {})), found, settings)
    _pass_on_errors(grid, said.columns, settings)
    try:
        loaded = clean_table.from_grid(grid, ORDERS, settings=settings, answers=said)
    except DataError as error:
        raise _refused(one for one in error.issues if one.severity == "error") from None
    fine = _LOSES_NOTHING | _expected(loaded)
    wrong = [
        one
        for one in loaded.issues
        if one.severity == "warning" and ((one.rows and one.code not in fine) or one.code in _LOST)
    ]
    if wrong:
        raise _refused(wrong)
    return loaded.frame


def _expected(loaded: Loaded) -> set[str]:
    """Return which rows a known export holds that are not to be filled in: sales to nobody known, and lines below the table."""
    if not loaded.system:
        return set()
    aside = loaded.set_aside
    held = aside.get(loaded.matched.get("Order value", ""))
    worth = (
        held.astype(str).str.contains("[1-9]")
        if held is not None
        else pd.Series(data=True, index=aside.index)
    )
    undated = worth[aside["code"] == "date-missing"]
    return {"customer-missing"} | ({"date-missing"} if not undated.any() else set())


def _refused(issues: Iterable[Issue]) -> UsageError:
    """Write what is wrong; a formula sets no row aside, so it does not say so."""
    stated = [answers.in_settings(_ASIDE.sub("", str(one))) for one in issues]
    return UsageError(" ".join(stated), code="orders-doubtful")


def _grid(
    found: Sequence[str],
    body: Sequence[Sequence[Any]],
    at_rows: Sequence[int],
    label: str,
    date_system: DateSystem,
) -> Grid:
    columns = tuple(
        _with_errors(memory.column(place, heading, _cells(cells)))
        for place, (heading, cells) in enumerate(zip(found, body, strict=True))
    )
    return Grid(
        f"The range of {label}",
        "",
        columns,
        first_row=1,
        header_row=1,
        rows=len(at_rows),
        place="row",
        row_numbers=np.array(at_rows, np.int64),
        date_system=date_system,
    )


def _cells(cells: Sequence[Any]) -> Sequence[Any]:
    """Return cells in plain types, blanks as None; an error as its text."""
    kinds = set(map(type, cells))
    if kinds <= _PLAIN:
        texts = cells if kinds == {str} else [cell for cell in cells if type(cell) is str]
        if "" not in texts and not any(map(str.isspace, texts)):
            return cells
        return [None if type(cell) is str and not cell.strip() else cell for cell in cells]
    if all(issubclass(kind, dt.date) for kind in kinds - {type(None)}):  # few days, each many times
        shown = {cell: read.plain(cell) for cell in set(cells)}
        return list(map(shown.__getitem__, cells))
    plain = map(read.plain, cells)
    return [cell.text if isinstance(cell, read.CellError) else cell for cell in plain]


def _with_errors(column: RawColumn) -> RawColumn:
    """Mark the texts that are error values."""
    if column.texts is None or not pc.any(pc.match_substring(column.texts, "#")).as_py():
        return column
    codes, words = column.distinct()
    wrong = [place for place, word in enumerate(words) if word.strip() in read.ERROR_NUMBERS]
    if not wrong:
        return column
    return replace(column, kinds=np.where(np.isin(codes, wrong), np.uint8(Cell.ERROR), column.kinds))


def _pass_on_errors(grid: Grid, named: Mapping[str, str], settings: Settings) -> None:
    """Pass on the error value of a cell that is needed, as Excel's own formulas do."""
    ill = {column.position: column for column in grid.columns if (column.kinds == Cell.ERROR).any()}
    if not ill:
        return
    chosen = column_choice.match(parsing.headings_of(grid), ORDERS, named, cells=FileCells(grid, settings))
    for name, source in chosen.sources.items():
        for column in (ill[at] for at in source.positions if at in ill):
            row = int(np.argmax(column.kinds == Cell.ERROR))
            error = (column.strings()[row].as_py() or "").strip()
            what = f"{ORDERS[name].heading} in {grid.cell(row)} holds the error {error}."
            raise read.ErrorInCellError(what, "Fix that cell first.", error)
