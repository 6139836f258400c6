"""Reports in which the customer is in a row of its own above the orders: the name is filled down.

QuickBooks' "Sales by Customer Detail" is one: name, orders, "Total for name", with jobs as groups within groups.
A total itself is not an order and is left to `subtotals`, which checks that it adds up.
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
from winback_xl.inputs.spelling import key
from winback_xl.readers.grid import Cell
from winback_xl.readers.total_words import groups_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from winback_xl.inputs.heading_source import Source
    from winback_xl.readers.grid import Grid, RawColumn

_GROUPS = 2  # names in rows of their own that make a report without totals
_MOSTLY = 0.9  # rows without a customer before a column of customers counts as not filled
_CELLS = 2  # filled cells of a row that is only a name: number and name
_SAYS_CUSTOMER = re.compile(
    r"^\s*(?:customer|client|account|bill to|sold to|kunde|debitor|cliente|klant|contact)(?: ?(?:no|nr|id|name|number|n°)?\.?)?\s*[:#]\s*",
    re.IGNORECASE,
)
_HEADING = "Customer"
_GROUP = "(group)"
_NAMED = frozenset(
    map(
        key,
        (
            "Name",
            "Names",
            "Source name",
            "Customer",
            "Customer name",
            "Client",
            "Company",
            "Bill to",
            "Contact",
        ),
    )
)
_SHARED = 0.05  # orders in more than one group, above which the groups are not customers


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
    by_another = False
    dated = holds_day(raw(grid, sources["order_date"].positions[0]))
    if customer is not None:
        blank = raw(grid, customer.positions[0]).kinds == Cell.BLANK
        undated = raw(grid, sources["order_date"].positions[0]).kinds == Cell.BLANK
        # the names are in the column of customers, and only in rows of their own
        in_place = bool(dated.any() and blank[dated].all() and (undated & ~blank).any())
        if not in_place and not (blank & undated).any():
            return grid
        by_another = not in_place and blank.mean() < _MOSTLY
    if customer is not None and not by_another and not blank[dated].all():
        by_another = True
    names, titles = _rows(grid, dated, sources)
    totals = {row: groups_of(title) for row, title in titles.items()}
    first = int(np.argmax(dated)) if dated.any() else 0
    if not names or min(names) > first or (len(names) < _GROUPS and not totals):
        return grid
    if by_another:
        return _without_names(grid, names, totals)
    if _are_no_customers(grid, dated, sources, names):
        return grid
    owners, deep = _owners(grid.rows, names, totals)
    column = _column(grid, dated, customer, owners, titles)
    why = np.full(grid.rows, "", object)
    why[list(names)] = "group-row"
    return replace(
        with_column(grid, column), struck=why, notes=(*grid.notes, _stated(grid, names, deep=deep))
    )


def _without_names(grid: Grid, names: Mapping[int, str], totals: Mapping[int, tuple[str, ...]]) -> Grid:
    """Strike the names of a report that is grouped by something else, such as items, each closed by its total.

    The name becomes a column of its own: two items of an order at the same price are two rows.
    """
    closed = {group.casefold() for groups in totals.values() for group in groups}
    rows = [row for row, name in names.items() if name.casefold() in closed]
    if not rows:
        return grid
    why = np.full(grid.rows, "", object)
    why[rows] = "group-row"
    owners, _ = _owners(grid.rows, {row: names[row] for row in rows}, totals)
    last = max(column.position for column in grid.columns)
    return replace(with_column(grid, of_texts(last + 1, _GROUP, owners)), struck=why)


def _are_no_customers(
    grid: Grid, dated: NDArray[np.bool_], sources: Mapping[str, Source], names: Mapping[int, str]
) -> bool:
    """Tell that the groups are items or the like: a column names somebody, or orders are in several groups."""
    used = {at for source in sources.values() for at in source.positions}
    for column in grid.columns:
        says = column.position not in used and key(column.heading) in _NAMED
        if says and (column.kinds[dated] != Cell.BLANK).mean() > 1 / 2:
            return True
    if "order_id" not in sources:
        return False
    group = np.searchsorted(sorted(names), np.flatnonzero(dated))
    numbers = as_texts(raw(grid, sources["order_id"].positions[0]).take(dated)).to_pylist()
    seen = dict[str, set[int]]()
    for number, at in zip(numbers, group.tolist(), strict=True):
        if number.strip():
            seen.setdefault(number.strip(), set()).add(at)
    return sum(len(groups) > 1 for groups in seen.values()) > _SHARED * max(len(seen), 1)


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


def _stated(grid: Grid, names: Mapping[int, str], deep: bool) -> Issue:
    first = next(iter(names.values()))
    what = (
        f"It is a report grouped by customer: {plural(len(names), 'name')} such as '{first[:40]}' in rows of their own "
        f"{'was' if len(names) == 1 else 'were'} filled down."
    )
    if deep:
        what += " Where a group is within a group, the customer is both names joined by a colon."
    return Issue("grouped-report", "note", what, "", grid.file, grid.sheet)
