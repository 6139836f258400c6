"""Tables with a column for each month: every amount becomes an order, dated on the first day of its month."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from winback_xl.core.wording import plural
from winback_xl.errors import Issue
from winback_xl.inputs.kinds import amounts
from winback_xl.inputs.kinds.date_shapes import MONTHS, for_re, month_of
from winback_xl.inputs.kinds.words import as_texts
from winback_xl.inputs.layouts.cells import repeated
from winback_xl.inputs.parsing import raw
from winback_xl.readers.grid import Cell, RawColumn, all_of
from winback_xl.readers.total_words import groups_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from winback_xl.inputs.heading_source import Source
    from winback_xl.readers.grid import Grid

_LEAST = 3  # columns that make a table of months
_CENT = 0.005  # a sum shown in cents may differ by this from the sum of the cells
_SHORT_YEAR = re.compile(r"(?P<name>[^\W\d_]{3,10})\.?[-/ '\u2019]*(?P<y>\d{2})")
_NAME = re.compile(r"[^\W\d_]{3,10}\.?")
_FIRST = re.compile(r"(?P<y>\d{4})-(?P<m>\d{2})-01")  # a real date as heading
_QUARTER = re.compile(r"(?:Q[1-4][ -/]*\d{2,4}|\d{4}[ -/]*Q[1-4])", re.IGNORECASE)
_PATTERNS = (*map(for_re, MONTHS), _SHORT_YEAR)


def unpivoted(grid: Grid, sources: Mapping[str, Source], columns: Mapping[str, str] | None) -> Grid:
    """Return a table with months across as a list of orders, anything else as it is.

    Parameters
    ----------
    grid : Grid
        A table of orders.
    sources : mapping of str to Source
        Which column is which.
    columns : mapping of str to str, optional
        What the user says about headings; a date or a value that he names says that the months are not orders.

    Returns
    -------
    Grid
        With columns Order date and Order value in place of the months. Months without a year, and quarters, are an
        error in the notes that says what to do.
    """
    if "customer_id" not in sources or "order_date" in sources:
        return grid
    used = {at for source in sources.values() for at in source.positions}
    spare = [column for column in grid.columns if column.position not in used]
    months = {column.position: found for column in spare if (found := _month(column.heading))}
    if len(months) < _LEAST:
        return _asked(grid, [column.heading for column in spare])
    if "order_value" in sources and "Order value" in (columns or {}):
        return grid
    if len(set(months.values())) < len(months):
        what = "The months are across the columns, and some of them twice."
        return _refused(grid, what, "Keep one column of amounts for each month.")
    return _as_orders(*_without_totals(grid, months, sources), sources)


def _without_totals(
    grid: Grid, months: Mapping[int, np.datetime64], sources: Mapping[str, Source]
) -> tuple[Grid, Mapping[int, np.datetime64]]:
    """Take out the rows that are called total, if they add up every month; one that does not is an error."""
    names = as_texts(raw(grid, sources["customer_id"].positions[0])).to_pylist()
    called = np.array([bool(name.strip()) and groups_of(name.strip()) == ("",) for name in names])
    if not called.any():
        return grid, months
    values = np.column_stack([amounts.read(raw(grid, at), "").cells.fillna(0).to_numpy() for at in months])
    sums = values[~called].sum(axis=0)
    wrong = np.flatnonzero(called & (np.abs(values - sums).max(axis=1) > _CENT + 1e-9 * np.abs(sums).max()))
    if len(wrong):
        what = f"The row '{names[wrong[0]]}' does not add up the months of the rows above it."
        fix = "Delete the row if it is a total, or call it something else if it is a customer."
        note = Issue("subtotal-differs", "error", what, fix, grid.file, grid.sheet, grid.cell(int(wrong[0])))
        return replace(grid, notes=(*grid.notes, note)), months
    count = int(called.sum())
    what = f"{plural(count, 'row adds', 'rows add')} up every month and {'is' if count == 1 else 'are'} left out."
    note = Issue("months-total", "note", what, "", grid.file, grid.sheet, grid.cell(int(np.argmax(called))))
    return replace(grid.take(~called), notes=(*grid.notes, note)), months


def _month(heading: str) -> np.datetime64 | None:
    text = heading.strip()
    found = next(
        (match for match in (pattern.fullmatch(text) for pattern in (*_PATTERNS, _FIRST)) if match), None
    )
    if found is None:
        return None
    part = found.groupdict()
    year = int(part["y"]) + (2000 if len(part["y"]) == 2 else 0)
    month = int(part["m"]) if "m" in part else month_of(part["name"])
    return np.datetime64(f"{year:04d}-{month:02d}-01") if 1 <= month <= 12 and 1950 <= year <= 2100 else None


def _asked(grid: Grid, headings: Sequence[str]) -> Grid:
    """Describe what to do with months of no year, and with quarters."""
    nameless = [
        text for text in headings if _NAME.fullmatch(text.strip()) and month_of(text.strip().rstrip("."))
    ]
    if len(nameless) >= _LEAST:
        what = f"The months are across the columns ('{nameless[0]}', '{nameless[1]}', ...), and the year is not given."
        return _refused(grid, what, f"Write the year into the headings, such as '{nameless[0]} 2025'.")
    quarters = [text for text in headings if _QUARTER.fullmatch(text.strip())]
    if len(quarters) >= _LEAST:
        what = f"The quarters are across the columns ('{quarters[0]}', ...); a customer's rhythm cannot be read from them."
        return _refused(grid, what, "Export the orders as a list, with the date of each.")
    return grid


def _refused(grid: Grid, what: str, fix: str) -> Grid:
    note = Issue("months-across", "error", what, fix, grid.file, grid.sheet)
    return replace(grid, notes=(*grid.notes, note))


def _as_orders(grid: Grid, months: Mapping[int, np.datetime64], sources: Mapping[str, Source]) -> Grid:
    order = sorted(months, key=lambda position: months[position])
    cells = {column.position: column for column in grid.columns if column.position in months}
    filled = np.column_stack([_is_order(cells[position]) for position in order])
    rows, which = np.nonzero(filled)
    last = max(column.position for column in grid.columns)
    days = np.array([months[position] for position in order]).astype("datetime64[ms]")[which]
    value_at = sources["order_value"].positions[0] if "order_value" in sources else -1
    kept = [
        column for column in grid.columns if column.position not in months and column.position != value_at
    ]
    columns = [repeated(column, rows) for column in kept]
    columns.append(RawColumn(last + 1, "Order date", all_of(Cell.DATE, len(rows)), dates=days))
    columns.append(_stacked(last + 2, [cells[position] for position in order], rows, which))
    numbers = np.arange(grid.rows) + grid.first_row if grid.row_numbers is None else grid.row_numbers
    what = (
        f"{plural(len(months), 'month')} {'is' if len(months) == 1 else 'are'} across the columns: {len(rows):,} amounts were "
        "read as one order each, dated on the first day of the month."
    )
    fix = "Days between orders are those of whole months; export the orders as a list if the system can."
    empty = np.flatnonzero(~filled.any(axis=1))
    notes = [Issue("months-across", "warning", what, fix, grid.file, grid.sheet)]
    if len(empty):
        what = f"{plural(len(empty), 'row')} without an amount in any month {'is' if len(empty) == 1 else 'are'} no order."
        notes.append(Issue("months-empty", "note", what, "", grid.file, grid.sheet, grid.cell(int(empty[0]))))
    return replace(
        grid,
        columns=tuple(columns),
        rows=len(rows),
        row_numbers=numbers[rows],
        place="row",
        hidden=None if grid.hidden is None else grid.hidden[rows],
        notes=(*grid.notes, *notes),
    )


def _is_order(column: RawColumn) -> NDArray[np.bool_]:
    """Return which cells hold an amount other than zero."""
    filled: NDArray[np.bool_] = column.kinds != Cell.BLANK
    if column.numbers is not None:
        filled &= ~((column.kinds == Cell.NUMBER) & (column.numbers == 0))
    texts = column.strings().to_pylist() if column.texts is not None else []
    for row, text in enumerate(texts):
        if text is not None and re.fullmatch(r"[^1-9]*", text) and not re.search(r"[^\W\d_]{4,}", text):
            filled[row] = False  # "0.00", "-", "$ -"
    return filled


def _stacked(
    position: int, columns: Sequence[RawColumn], rows: NDArray[np.intp], which: NDArray[np.intp]
) -> RawColumn:
    """Take one cell of one of the columns for each order."""
    kinds = np.array(
        [columns[at].kinds[row] for row, at in zip(rows.tolist(), which.tolist(), strict=True)], np.uint8
    )
    numbers = [
        np.nan if (found := columns[at].numbers) is None else found[row]
        for row, at in zip(rows.tolist(), which.tolist(), strict=True)
    ]
    all_texts = [column.strings().to_pylist() for column in columns]
    texts = [all_texts[at][row] for row, at in zip(rows.tolist(), which.tolist(), strict=True)]
    return RawColumn(
        position,
        "Order value",
        kinds,
        numbers=np.array(numbers, np.float64) if (kinds == Cell.NUMBER).any() else None,
        texts=pa.array(texts, pa.string()) if any(text is not None for text in texts) else None,
    )
