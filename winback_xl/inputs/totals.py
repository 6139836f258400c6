"""Rows that are not orders: sums, names of groups, blank rows, hidden ones on request. They go before anything is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.wording import plural
from winback_xl.errors import Issue
from winback_xl.inputs import findings_to_issues
from winback_xl.readers.grid import Cell

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.readers.grid import Grid
    from winback_xl.settings import Settings

_READ = "read"  # the setting under which hidden rows are rows like all others
_LAST = 3  # rows at the end among which sums are looked for: total, tax, grand total
_CENT = 0.005  # a sum shown in cents may differ by this from the sum of the cells
_RELATIVE = 1e-9


def split(grid: Grid, settings: Settings) -> tuple[Grid, Grid | None]:
    """Take blank rows, those that are struck (`winback_xl.inputs.layouts`) and, on request, hidden ones out of a grid.

    Returns
    -------
    body : Grid
        The rows that remain.
    taken : Grid or None
        What was taken; None if nothing was.
    """
    taken = _blank(grid) | _hidden(grid, settings)
    if grid.struck is not None:
        taken |= grid.struck != ""
    if not taken.any():
        return grid, None
    return grid.take(~taken), grid.take(taken)


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


def _kinds(taken: Grid, settings: Settings) -> NDArray[np.str_]:
    """Return why each row was taken out, as a code."""
    struck = np.full(taken.rows, "", object) if taken.struck is None else taken.struck
    why = np.where(_blank(taken), "row-blank", "row-hidden")
    why = np.where(_hidden(taken, settings), "row-hidden", why)
    return np.where(struck == "", why, struck).astype(str)


_TOLD = {
    "total-row": (
        "row adds up the column and is",
        "rows add up the column and are",
        "The row adds up the column.",
    ),
    "subtotal-row": (
        "row adds up rows above it and is",
        "rows add up rows above them and are",
        "The row adds up rows above it.",
    ),
    "group-row": (
        "row holds only the name of a group and is",
        "rows hold only the name of a group and are",
        "The row holds only the name of a group.",
    ),
    "heading-row": (
        "row repeats the headings and is",
        "rows repeat the headings and are",
        "The row repeats the headings.",
    ),
    "row-blank": ("blank row was", "blank rows were", "The row is blank."),
    "row-hidden": (
        "row is hidden or filtered out and, as the setting hidden_rows says,",
        "rows are hidden or filtered out and, as the setting hidden_rows says,",
        "The row is hidden.",
    ),
}
"""Code -> the text for one row and for several, and the reason on the list."""


def issues(grid: Grid, taken: Grid | None, settings: Settings) -> list[Issue]:
    """Report the rows taken out."""
    if taken is None:
        return []
    kinds, stated = _kinds(taken, settings), []
    for code, (one, many, _) in _TOLD.items():
        rows = np.flatnonzero(kinds == code)
        if len(rows):
            what = f"{plural(len(rows), one, many)} left out."
            cell = findings_to_issues.places(taken, rows)
            stated.append(
                Issue(code, "note", what, file=grid.file, sheet=grid.sheet, cell=cell, rows=len(rows))
            )
    return stated


def set_aside(taken: Grid | None, settings: Settings) -> pd.DataFrame:
    """List the rows taken out, as `winback_xl.inputs.findings_to_issues.set_aside` does."""
    if taken is None:
        return pd.DataFrame()
    kinds = _kinds(taken, settings).tolist()
    stated = pd.DataFrame(
        {
            "place": [taken.cell(row) for row in range(taken.rows)],
            "code": kinds,
            "reason": [_TOLD[code][2] for code in kinds],
        },
        dtype="str",
    )
    return pd.concat([stated, findings_to_issues.originals(taken, np.arange(taken.rows))], axis=1)
