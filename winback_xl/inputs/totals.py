"""Rows that are no orders: the sum below the table, blank rows, hidden ones on request. They go before anything is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.wording import plural
from winback_xl.errors import Issue
from winback_xl.inputs import findings_to_issues
from winback_xl.inputs.kinds import amounts
from winback_xl.inputs.kinds.findings import matches
from winback_xl.inputs.kinds.words import as_texts
from winback_xl.inputs.parsing import raw
from winback_xl.readers.grid import Cell
from winback_xl.readers.total_words import TOTAL
from winback_xl.schema import columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from winback_xl.inputs.headings import Source
    from winback_xl.readers.grid import Grid
    from winback_xl.schema.columns import Table
    from winback_xl.settings import Settings

_READ = "read"  # the setting under which hidden rows are rows like all others
_LAST = 3  # rows at the end among which sums are looked for: total, tax, grand total
_CENT = 0.005  # a sum shown in cents may differ by this from the sum of the cells
_RELATIVE = 1e-9


def split(
    grid: Grid, table: Table, sources: Mapping[str, Source], settings: Settings
) -> tuple[Grid, Grid | None]:
    """Take blank rows, the sums at the end and, where the settings say so, hidden rows out of a grid.

    A row is a sum only if it has no customer or is called total, AND its amount is what the rows above add up to.

    Returns
    -------
    body : Grid
        The rows that remain.
    taken : Grid or None
        What was taken; None if nothing was.
    """
    taken = _blank(grid)
    if table is columns.ORDERS and {"customer_id", "order_value"} <= sources.keys():
        for there in _pieces(grid):
            taken |= _sums(grid, ~taken & there, sources, settings)
    taken |= _hidden(grid, settings)
    if not taken.any():
        return grid, None
    return grid.take(~taken), grid.take(taken)


def _pieces(grid: Grid) -> Iterator[NDArray[np.bool_]]:
    """Yield the rows of each part: every one may end in a sum of its own."""
    if grid.part is None:
        yield np.ones(grid.rows, dtype=bool)
        return
    for number in range(len(grid.parts)):
        yield grid.part == number


def _hidden(grid: Grid, settings: Settings) -> NDArray[np.bool_]:
    if grid.hidden is None or settings.hidden_rows == _READ:
        return np.zeros(grid.rows, dtype=bool)
    return grid.hidden


def notes(grid: Grid, settings: Settings) -> tuple[Issue, ...]:
    """Return the notes of a grid that still hold: of hidden rows that were left out, another one tells."""
    if not _hidden(grid, settings).any():
        return grid.notes
    return tuple(note for note in grid.notes if note.code != "hidden-rows")


def _blank(grid: Grid) -> NDArray[np.bool_]:
    blank = np.ones(grid.rows, dtype=bool)
    for column in grid.columns:
        if column.uniform not in {None, Cell.BLANK}:
            return np.zeros(grid.rows, dtype=bool)
        blank &= column.kinds == Cell.BLANK
    return blank


def _sums(
    grid: Grid, there: NDArray[np.bool_], sources: Mapping[str, Source], settings: Settings
) -> NDArray[np.bool_]:
    """Tell which of the last rows add up the column of values."""
    found = np.zeros(grid.rows, dtype=bool)
    last = np.flatnonzero(there)[-_LAST:]
    nobody = raw(grid, sources["customer_id"].positions[0]).kinds[last] == Cell.BLANK
    called = np.logical_or.reduce([matches(as_texts(column.take(last)), TOTAL) for column in grid.columns])
    candidates = last[nobody | called]
    if not len(candidates):
        return found
    values = np.ones(grid.rows)
    for at in sources["order_value"].positions:
        values = values * amounts.read(raw(grid, at), "", decimal_mark=settings.decimal_mark).cells.to_numpy()
    visible = np.ones(grid.rows, dtype=bool) if grid.hidden is None else ~grid.hidden
    for row in candidates:
        above = there[:row] & ~found[:row] & ~np.isnan(values[:row])
        # SUM adds up hidden rows as well, SUBTOTAL those that a filter shows.
        found[row] = any(
            _adds_up(values[row], values[:row][those]) for those in (above, above & visible[:row])
        )
    return found


def _adds_up(value: float, above: NDArray[np.float64]) -> bool:
    slack = max(_CENT, _RELATIVE * float(np.abs(above).sum()))
    return len(above) > 1 and value != 0 and abs(value - float(above.sum())) <= slack


def _kinds(taken: Grid, settings: Settings) -> NDArray[np.str_]:
    """Return why each row was taken out, as a code."""
    why = np.where(_blank(taken), "row-blank", "total-row")
    return np.where(_hidden(taken, settings), "row-hidden", why)


_TOLD = {
    "total-row": (
        "row adds up the column and is",
        "rows add up the column and are",
        "The row adds up the column.",
    ),
    "row-blank": ("blank row was", "blank rows were", "The row is blank."),
    "row-hidden": (
        "row is hidden or filtered out and, as the setting hidden_rows says,",
        "rows are hidden or filtered out and, as the setting hidden_rows says,",
        "The row is hidden.",
    ),
}
"""Code -> what is told of one row and of several, and the reason on the list."""


def issues(grid: Grid, taken: Grid | None, settings: Settings) -> list[Issue]:
    """Tell of the rows taken out."""
    if taken is None:
        return []
    kinds, told = _kinds(taken, settings), []
    for code, (one, many, _) in _TOLD.items():
        rows = np.flatnonzero(kinds == code)
        if len(rows):
            what = f"{plural(len(rows), one, many)} left out."
            cell = findings_to_issues.places(taken, rows)
            told.append(
                Issue(code, "note", what, file=grid.file, sheet=grid.sheet, cell=cell, rows=len(rows))
            )
    return told


def set_aside(taken: Grid | None, settings: Settings) -> pd.DataFrame:
    """List the rows taken out, as `winback_xl.inputs.findings_to_issues.set_aside` does."""
    if taken is None:
        return pd.DataFrame()
    kinds = _kinds(taken, settings).tolist()
    told = pd.DataFrame(
        {
            "place": [taken.cell(row) for row in range(taken.rows)],
            "code": kinds,
            "reason": [_TOLD[code][2] for code in kinds],
        },
        dtype="str",
    )
    return pd.concat([told, findings_to_issues.originals(taken, np.arange(taken.rows))], axis=1)
