"""Orders that are laid out for reading, not for counting -> a plain list: one row for each order or line.

Reports put the customer in a row of its own, print an order's number on its first line only, add subtotals, or spread
months across the columns. Clear layouts are taken apart and reported; others are asked about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.errors import DataError, Issue
from winback_xl.inputs import column_choice, parsing
from winback_xl.inputs.layouts import first_lines, grouped, headings_again, months_across, subtotals
from winback_xl.readers.grid import Cell
from winback_xl.schema import columns as schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winback_xl.inputs.column_choice import Choice
    from winback_xl.readers.grid import Grid
    from winback_xl.schema.columns import Table
    from winback_xl.settings import Settings


def as_list(grid: Grid, table: Table, columns: Mapping[str, str] | None, settings: Settings) -> Grid:
    """Return a table of orders as a plain list; any other table, and a list, as it is.

    Parameters
    ----------
    grid : Grid
        One sheet or file, as found.
    table : Table
        What its rows are.
    columns : mapping of str to str, optional
        What the user says about headings.
    settings : Settings
        How amounts in doubt are read.

    Returns
    -------
    Grid
        With what was done in its notes. `Grid.struck` says which rows are not orders, and why.
    """
    if table is not schema.ORDERS or grid.struck is not None or not grid.rows:
        return grid
    sources = column_choice.match(parsing.headings_of(grid), table, columns).sources
    spread = months_across.unpivoted(grid, sources, columns)
    if spread is not grid:
        return spread
    filled = grouped.filled_down(grid, sources)
    if filled is not grid:
        sources = column_choice.match(parsing.headings_of(filled), table, columns).sources
    found = subtotals.struck(headings_again.struck(filled, sources), sources, settings)
    return first_lines.filled_down(found, sources)


def part_of_list(grid: Grid, choice: Choice) -> Grid:
    """Return a part of a ledger that is a list, without rows that repeat the headings.

    Raises
    ------
    DataError
        A row calls itself the total: whether it adds up the others only the whole ledger can say.
    """
    found = headings_again.struck(grid, choice.sources)
    if "customer_id" not in choice.sources or (found.struck is not None and not (found.struck == "").any()):
        return found
    customer = parsing.raw(grid, choice.sources["customer_id"].positions[0])
    named = subtotals.called_total(grid, choice.sources)
    rows = [row for row, groups in named.items() if groups == ("",) and customer.kinds[row] != Cell.BLANK]
    if rows:
        word = subtotals.row_texts(grid, rows[0])[0]
        what = f"A row is called '{word}', and only the whole ledger could say whether it adds up the others."
        fix = f"Leave it out: --leave-out '{customer.heading}={word}'."
        raise DataError.from_issues(
            [Issue("total-in-parts", "error", what, fix, grid.file, cell=grid.cell(rows[0], customer))]
        )
    return found


def refuse_report(grid: Grid, table: Table, columns: Mapping[str, str] | None, settings: Settings) -> None:
    """Refuse the first rows of a large ledger that are laid out for reading, not as a list.

    Raises
    ------
    DataError
        What was found; in memory it is taken apart.
    """
    found = as_list(grid, table, columns, settings)
    rows = np.zeros(grid.rows, bool)
    stated = [note for note in found.notes if note not in grid.notes]
    if found.struck is not None and len(found.struck) == grid.rows:
        rows = (found.struck != "") & (found.struck != "heading-row")
    if not stated and not rows.any() and found.rows == grid.rows:
        return
    why = f" {stated[0].what}" if stated else ""
    what = f"The ledger is laid out for reading, not as a list.{why}"
    fix = "Read it in memory (--engine memory), or export it as a plain list."
    raise DataError.from_issues([Issue("report-in-parts", "error", what, fix, grid.file)])
