"""Tables that print number, customer and date of an order on its first line only, as Odoo, ERP lists and pivots do.

They are filled down where it is evident whose line it is. Where a customer is missing, but the order has a number and a
date of its own, nobody can tell a guest from a repeated name: such a row stays as it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.wording import plural
from winback_xl.errors import Issue
from winback_xl.inputs.kinds import dates
from winback_xl.inputs.kinds.words import as_texts
from winback_xl.inputs.layouts.cells import repeated, with_column
from winback_xl.inputs.layouts.subtotals import called_total
from winback_xl.inputs.parsing import raw
from winback_xl.readers.grid import Cell
from winback_xl.schema import columns as schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from winback_xl.inputs.heading_source import Source
    from winback_xl.readers.grid import Grid

_KEYS = ("order_id", "customer_id", "order_date")
_AMOUNTS = frozenset({"money", "number", "share", "count", "days"})  # a repeated amount would count again
_NAMES = 3  # different customers that make a pivot


def filled_down(grid: Grid, sources: Mapping[str, Source]) -> Grid:
    """Return the grid with the cells of an order on each of its lines, or as it is.

    Parameters
    ----------
    grid : Grid
        A table of orders; rows that are not orders are struck.
    sources : mapping of str to Source
        Which column is which.
    """
    if "customer_id" not in sources or not grid.rows:
        return grid
    live = np.ones(grid.rows, bool) if grid.struck is None else grid.struck == ""
    if grid.part is not None and len(grid.parts) > 1:
        return grid
    grid = _by_number(grid, sources, live)
    customer = _blank(grid, sources, "customer_id")
    if not (customer & live).any():
        return grid
    keys = [name for name in _KEYS if name in sources]
    lines = _lines(grid, sources, keys, live)
    if lines is not None:
        wanted = [name for name in sources if schema.ORDERS[name].kind not in _AMOUNTS]
        return _filled(grid, sources, wanted, lines, live)
    if "order_id" not in sources and _is_pivot(grid, sources, live, customer):
        return _filled(
            grid,
            sources,
            [name for name in ("customer_id", "customer") if name in sources],
            customer & live,
            live,
        )
    return grid


def _by_number(grid: Grid, sources: Mapping[str, Source], live: NDArray[np.bool_]) -> Grid:
    """Fill down the date and the customer of lines that repeat the number of the order right above them."""
    if not {"order_id", "order_date"} <= sources.keys():
        return grid
    missing = _blank(grid, sources, "order_date") & live
    if not missing.any() or missing[int(np.argmax(live))]:
        return grid
    numbers = as_texts(raw(grid, sources["order_id"].positions[0])).to_pandas().str.strip()
    codes = numbers.factorize()[0]
    rows = np.arange(grid.rows)
    above = np.maximum.accumulate(np.where(live & ~missing, rows, 0))
    lines = missing & (numbers != "").to_numpy() & (codes == codes[above])
    if not lines.any():
        return grid
    wanted = [name for name in sources if schema.ORDERS[name].kind not in _AMOUNTS and name != "order_id"]
    return _filled(grid, sources, wanted, lines, live)


def _blank(grid: Grid, sources: Mapping[str, Source], name: str) -> NDArray[np.bool_]:
    column = raw(grid, sources[name].positions[0])
    if column.merged:
        column = column.filled()
    blank: NDArray[np.bool_] = column.kinds == Cell.BLANK
    return blank


def _lines(
    grid: Grid, sources: Mapping[str, Source], keys: Sequence[str], live: NDArray[np.bool_]
) -> NDArray[np.bool_] | None:
    """Return the further lines of orders: no number, no customer and no date, but something that was bought."""
    if len(keys) < 2 or "order_date" not in keys:
        return None
    blanks = np.array([_blank(grid, sources, name) for name in keys])
    none, some = blanks.all(axis=0) & live, blanks.any(axis=0) & live
    if not none.any() or (some & ~none).any() or none[int(np.argmax(live))]:
        return None
    if any(none[row] for row in called_total(grid, sources)):
        return None  # a sum that does not add up is not a line of an order
    used = {at for name in sources if schema.ORDERS[name].kind in _AMOUNTS for at in sources[name].positions}
    bought = np.zeros(grid.rows, bool)
    for column in grid.columns:
        filled = column.kinds != Cell.BLANK
        if column.position not in used and (filled & ~none & live).any():
            bought |= filled
    return none if bought[none].all() else None


def _is_pivot(
    grid: Grid, sources: Mapping[str, Source], live: NDArray[np.bool_], blank: NDArray[np.bool_]
) -> bool:
    """Tell a pivot from a list with guests: each name once, in order of the alphabet, its days in order below it."""
    named = live & ~blank
    if not named.any() or "order_date" not in sources or int(np.argmax(live)) != int(np.argmax(named)):
        return False
    names = as_texts(raw(grid, sources["customer_id"].positions[0]).take(named)).to_pylist()
    folded = [name.strip().casefold() for name in names]
    if len(names) < _NAMES or len(set(folded)) < len(folded) or folded != sorted(folded):
        return False
    days = dates.read(raw(grid, sources["order_date"].positions[0]), "").cells.to_numpy()[live]
    if np.isnat(days).any():
        return False
    starts = np.flatnonzero(named[live])
    steps = np.diff(days.astype(np.int64))
    inside = np.ones(len(steps), bool)
    inside[starts[1:] - 1] = False
    return bool((steps[inside] >= 0).all() and (steps[~inside] < 0).any())


def _filled(
    grid: Grid,
    sources: Mapping[str, Source],
    names: Sequence[str],
    lines: NDArray[np.bool_],
    live: NDArray[np.bool_],
) -> Grid:
    """Repeat the cells of these columns on further lines, where such a line has none."""
    rows = np.arange(grid.rows)
    above = np.maximum.accumulate(np.where(live & ~lines, rows, 0))
    filled = grid
    for name in names:
        for at in sources[name].positions:
            column = raw(grid, at)
            fill = lines & (column.kinds == Cell.BLANK)
            if fill.any():
                filled = with_column(filled, repeated(column, np.where(fill, above, rows)))
    what = (
        f"{plural(int(lines.sum()), 'row')} without {' and '.join(schema.ORDERS[name].heading for name in names if name in _KEYS)} "
        f"{'belongs' if lines.sum() == 1 else 'belong'} to the row above: the cells were filled down."
    )
    cell = grid.cell(int(np.argmax(lines)))
    note = Issue("filled-down", "note", what, "", grid.file, grid.sheet, cell)
    return replace(filled, notes=(*filled.notes, note))
