"""Reports in which the customer stands in a row of its own above the orders: the name is filled down.

QuickBooks' "Sales by Customer Detail" is one: name, orders, "Total for name", with jobs as groups within groups.
A total itself is no order and is left to `subtotals`, which checks that it adds up.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.wording import plural
from winback_xl.errors import Issue
from winback_xl.inputs.kinds.words import as_texts
from winback_xl.inputs.layouts.cells import holds_day, of_texts, with_column
from winback_xl.inputs.parsing import raw
from winback_xl.readers.grid import Cell
from winback_xl.readers.total_words import groups_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from winback_xl.inputs.headings import Source
    from winback_xl.readers.grid import Grid, RawColumn

_GROUPS = 2  # names in rows of their own that make a report without totals
_MOSTLY = 0.9  # rows without a customer before a column of customers counts as not filled
_CELLS = 2  # filled cells of a row that is only a name: number and name
_SAYS_CUSTOMER = re.compile(
    r"^\s*(?:customer|client|account|bill to|sold to|kunde|debitor|cliente|klant|contact)(?: ?(?:no|nr|id|name|number|n°)?\.?)?\s*[:#]\s*",
    re.IGNORECASE,
)
_HEADING = "Customer"


def filled_down(grid: Grid, sources: Mapping[str, Source]) -> Grid:
    """Return a grouped report as a list, anything else as it is.

    Parameters
    ----------
    grid : Grid
        A table of orders.
    sources : mapping of str to Source
        Which column is which.

    Returns
    -------
    Grid
        With a column Customer, and the rows struck that hold a name only.
    """
    if "order_date" not in sources or (grid.part is not None and len(grid.parts) > 1):
        return grid
    customer = sources.get("customer_id")
    if customer is not None:
        blank = raw(grid, customer.positions[0]).kinds == Cell.BLANK
        if blank.mean() < _MOSTLY:
            return grid
    dated = holds_day(raw(grid, sources["order_date"].positions[0]))
    if customer is not None and not blank[dated].all():
        return grid
    names, titles = _rows(grid, dated, sources)
    totals = {row: groups_of(title) for row, title in titles.items()}
    first = int(np.argmax(dated)) if dated.any() else 0
    if not names or min(names) > first or (len(names) < _GROUPS and not totals):
        return grid
    owners, deep = _owners(grid.rows, names, totals)
    column = _column(grid, dated, customer, owners, titles)
    why = np.full(grid.rows, "", object)
    why[list(names)] = "group-row"
    return replace(with_column(grid, column), struck=why, notes=(*grid.notes, _told(grid, names, deep=deep)))


def _rows(
    grid: Grid, dated: NDArray[np.bool_], sources: Mapping[str, Source]
) -> tuple[dict[int, str], dict[int, str]]:
    """Return the rows that hold a name only, and those that are called a total, each with its text."""
    filled = sum((column.kinds != Cell.BLANK).astype(int) for column in grid.columns)
    valued = np.zeros(grid.rows, bool)
    for at in sources["order_value"].positions if "order_value" in sources else ():
        valued |= raw(grid, at).kinds != Cell.BLANK
    names, titles = dict[int, str](), dict[int, str]()
    rows = np.flatnonzero(~dated & (filled > 0))
    texts = [as_texts(column.take(rows)).to_pylist() for column in grid.columns]
    for row, cells in zip(rows.tolist(), zip(*texts, strict=True), strict=True):
        said = [cell.strip() for cell in cells if cell.strip()]
        title = next((text for text in said if groups_of(text)), "")
        groups = {group.casefold() for group in groups_of(title)}
        if title and (valued[row] or groups & {"", *(name.casefold() for name in names.values())}):
            titles[row] = title
        elif not valued[row] and said and len(said) <= _CELLS:
            names[row] = _SAYS_CUSTOMER.sub("", " ".join(said)).strip()
    return {row: name for row, name in names.items() if name}, titles


def _owners(
    rows: int, names: Mapping[int, str], totals: Mapping[int, tuple[str, ...]]
) -> tuple[list[str], bool]:
    """Return whose order each row is, groups within groups joined as QuickBooks joins them; and whether there are such."""
    closing = dict[str, list[int]]()
    for row, groups in totals.items():
        for group in groups:
            closing.setdefault(group.casefold(), []).append(row)
    owners, path, deep = [""] * rows, list[str](), False
    for row in range(rows):
        if row in names:
            # the group before goes on only if it is closed by a total of its own further down
            while path and not any(at > row for at in closing.get(path[-1].casefold(), ())):
                path.pop()
            path.append(names[row])
            deep |= len(path) > 1
        elif row in totals:
            open_names = [name.casefold() for name in path]
            for group in totals[row]:
                if group.casefold() in open_names:
                    del path[open_names.index(group.casefold()) :]
                    break
        else:
            owners[row] = ":".join(path)
    return owners, deep


def _column(
    grid: Grid,
    dated: NDArray[np.bool_],
    customer: Source | None,
    owners: list[str],
    titles: Mapping[int, str],
) -> RawColumn:
    """Make the column of customers: in its own place, in that of a column without a heading, or behind all others."""
    texts = [titles.get(row, owner) for row, owner in enumerate(owners)]  # a total keeps its name
    if customer is not None:
        position = customer.positions[0]
        return of_texts(position, raw(grid, position).heading, texts)
    position = next(
        (
            column.position
            for column in grid.columns
            if not column.heading.strip() and not (column.kinds[dated] != Cell.BLANK).any()
        ),
        max(column.position for column in grid.columns) + 1,
    )
    return of_texts(position, _HEADING, texts)


def _told(grid: Grid, names: Mapping[int, str], deep: bool) -> Issue:
    first = next(iter(names.values()))
    what = (
        f"It is a report grouped by customer: {plural(len(names), 'name')} such as '{first[:40]}' in rows of their own "
        f"{'was' if len(names) == 1 else 'were'} filled down."
    )
    if deep:
        what += " Where a group stands within a group, both names joined by a colon are the customer."
    return Issue("grouped-report", "note", what, "", grid.file, grid.sheet)
