"""Orders that are laid out for reading, not for counting -> a plain list: one row for each order or line.

Reports put the customer in a row of its own, print an order's number on its first line only, add subtotals, or spread
months across the columns. Clear layouts are taken apart and reported; others are asked about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.inputs import column_choice, parsing
from winback_xl.inputs.layouts import first_lines, grouped, headings_again, months_across, subtotals
from winback_xl.schema import columns as schema

if TYPE_CHECKING:
    from collections.abc import Mapping

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
