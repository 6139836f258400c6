"""A range as any host hands it over -> rows of plain cells, a column, or one of our tables."""

from __future__ import annotations

from itertools import chain, compress
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.errors import DataError, NotEnoughError, UsageError
from winback_xl.excel.formulas import argument_cells as read
from winback_xl.excel.formulas import cell_amounts, cell_days, range_checks
from winback_xl.inputs import column_choice, headings
from winback_xl.readers.source import HEAD
from winback_xl.schema.columns import CUSTOMERS, ORDERS
from winback_xl.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from winback_xl.errors import Issue
    from winback_xl.excel.formulas.argument_cells import Cell
    from winback_xl.excel.formulas.cell_days import DateSystem
    from winback_xl.schema.columns import Column, Table

_BARE = ("customer_id", "order_date", "order_value")  # orders without headings


def rows_of(value: Any) -> list[Sequence[Any]]:
    """Return a cell, a row, a column, a range or a DataFrame as rows; cells as they came.

    >>> rows_of(5), rows_of([1, 2]), rows_of(((1,), (2,))), rows_of(None)
    ([[5]], [[1, 2]], [(1,), (2,)], [[None]])
    """
    if isinstance(value, pd.DataFrame):
        columns = [value[name].tolist() for name in value.columns]
        return [list(value.columns), *(list(row) for row in zip(*columns, strict=True))]
    if isinstance(value, (pd.Series, pd.Index)):
        return [[cell] for cell in value.tolist()]
    if isinstance(value, np.ndarray):
        return rows_of(list(value)) if value.ndim else [[value[()]]]
    if not isinstance(value, (list, tuple, range)):
        return [[value]]
    rows: list[Any] = list(value)
    kinds = set(map(type, rows))
    if not kinds or not kinds <= {list, tuple, np.ndarray}:
        return [rows]
    return (
        [list(row) if isinstance(row, np.ndarray) else row for row in rows] if np.ndarray in kinds else rows
    )


def flat(value: Any) -> list[Any]:
    """Return all cells of a range, row by row, as they came."""
    return list(chain.from_iterable(rows_of(value)))


def column(value: Any, label: str) -> tuple[list[Any], bool]:
    """Return the cells of one row or one column, and whether it is a single cell.

    Raises
    ------
    UsageError
        The range has several rows and several columns, or none.
    """
    rows = rows_of(value)
    if len(rows) > 1 and any(len(row) > 1 for row in rows):
        raise UsageError(
            f"The {label} is a range of {len(rows)} x {max(map(len, rows))} cells.",
            "Give one row or one column.",
        )
    found = list(chain.from_iterable(rows))
    if not found:
        raise UsageError(f"The {label} is an empty range.", "Give a cell, one row or one column.")
    return found, len(found) == 1


def single(value: Any, label: str) -> Cell:
    """Return the one cell of an argument, as a plain cell.

    Raises
    ------
    UsageError
        It is a range of several cells.
    """
    found, one = column(value, label)
    if not one:
        raise UsageError(f"The {label} is a range of {len(found)} cells.", "Give one cell.")
    return read.plain(found[0])


def order_dates(value: Any, label: str, date_system: DateSystem) -> np.ndarray[Any, np.dtype[np.datetime64]]:
    """Return the dates of a range of any shape, blanks left out; a heading above them is skipped."""
    found = flat(value)
    first = next((at for at, cell in enumerate(found) if read.plain(cell) is not None), None)
    if first is not None and isinstance(found[first], str):
        meant = headings.target(found[first], ORDERS)
        if meant is not None and meant.name == "order_date":
            found[first] = None
    days = cell_days.days(found, label, date_system=date_system)
    return days[~np.isnat(days)]


def table(
    value: Any, kind: Table, label: str, date_system: DateSystem, settings: Settings | None = None
) -> pd.DataFrame:
    """Return a range as one of our tables.

    Parameters
    ----------
    value : Any
        A range with a row of headings in its first 20 rows; orders may also be two or three columns without.
        Blank rows are left out, wherever they are: a whole column will do.
    kind : Table
        What a row is.
    label : str
        What the range is called in an error.
    date_system : {1900, 1904}
        What day serial numbers count from.
    settings : Settings, optional
        How orders in doubt are read, and what the user said of their columns and rows.

    Returns
    -------
    DataFrame
        The columns that were found, as the core wants them: ids and words str, days datetime64, numbers float.

    Raises
    ------
    WinbackError
        A heading is missing or in doubt, a cell cannot be read, or a row lacks what every row needs.
    """
    rows = _trimmed(rows_of(value))
    if not rows:
        raise NotEnoughError(
            f"The range of {label} is empty.", "Give a range with a heading row.", "range-empty"
        )
    if kind is ORDERS:
        return _orders(rows, label, date_system, settings or Settings())
    places, first = _find(rows, kind, label)
    at_rows, body = _body(rows, first, next(iter(places.values())))
    found = {name: _read(body[at], kind[name], label, at_rows, date_system) for name, at in places.items()}
    frame = pd.DataFrame(found)
    range_checks.complete(frame, kind, label, at_rows)
    range_checks.inside(frame, kind, label, at_rows)
    return range_checks.once_each(frame, label, at_rows) if kind is CUSTOMERS else frame


def _trimmed(rows: list[Sequence[Any]]) -> list[Sequence[Any]]:
    """Cut off the blank rows at the end (a whole column has a million), and make all rows equally long."""
    end = len(rows)
    while end and (rows[end - 1].count(None) == len(rows[end - 1]) or _blank(rows[end - 1])):
        end -= 1
    rows = rows[:end]
    widths = set(map(len, rows))
    if len(widths) > 1:
        width = max(widths)
        return [[*row, *[None] * (width - len(row))] for row in rows]
    return rows


def _blank(row: Sequence[Any]) -> bool:
    """Return whether all cells of a row are blank; asked a million times, so the common answer comes first."""
    return row.count(None) == len(row) or all(read.plain(cell) is None for cell in row)


def _orders(
    rows: list[Sequence[Any]], label: str, date_system: DateSystem, settings: Settings
) -> pd.DataFrame:
    """Read a range of orders as files are read."""
    from winback_xl.excel.formulas import order_ranges  # noqa: PLC0415 - needs pyarrow, as no other formula does

    texts, first = order_ranges.headed(rows, settings)
    if not headings.scorer(ORDERS)(texts) and _is_bare(rows[0], date_system):
        texts, first = [ORDERS[name].heading for name in _BARE[: len(rows[0])]], 0
    at_rows, body = _body(rows, first, 0)
    return order_ranges.orders(texts, body, at_rows, label, date_system, settings)


def _find(rows: list[Sequence[Any]], kind: Table, label: str) -> tuple[dict[str, int], int]:
    """Return which column is where, and the number of the first row of data."""
    head = [[read.heading(cell) for cell in row] for row in rows[:HEAD]]
    score = headings.scorer(kind)
    at = int(np.argmax([score(texts) for texts in head]))
    choice = column_choice.match(head[at], kind)
    _refuse(choice.issues, label)
    return {name: source.positions[0] for name, source in choice.sources.items()}, at + 1


def _refuse(issues: Sequence[Issue], label: str) -> None:
    """Refuse headings that are missing or in doubt."""
    wrong = [issue.what for issue in issues if issue.severity == "error"]
    if wrong:
        raise UsageError(
            f"The range of {label} cannot be used. {' '.join(wrong)}",
            "Give it with its heading row, and rename headings that are in doubt.",
            "headings",
        )


def _is_bare(row: Sequence[Any], date_system: DateSystem) -> bool:
    """Return whether a row reads as customer, date and perhaps value."""
    if len(row) not in {2, 3}:
        return False
    found = [read.plain(cell) for cell in row]
    try:
        return (
            found[0] is not None
            and not np.isnat(cell_days.days([found[1]], "", date_system=date_system)).all()
        )
    except (UsageError, DataError):
        return False


def _body(rows: list[Sequence[Any]], first: int, key: int) -> tuple[Sequence[int], list[list[Any]]]:
    """Return the rows below the headings that hold something: their numbers, counted from 1, and their cells by column.

    Where the key column of a row holds something, the others need no look.
    """
    width = len(rows[0])
    cells = list(chain.from_iterable(rows[first:]))
    columns = [cells[at::width] for at in range(width)]
    if all(map(_says_something, _different(columns[key]))):
        return range(first + 1, len(rows) + 1), columns
    filled = [_says_something(cell) or not _blank(rows[first + at]) for at, cell in enumerate(columns[key])]
    numbers = list(compress(range(first + 1, len(rows) + 1), filled))
    return numbers, [list(compress(column, filled)) for column in columns]


def _different(cells: list[Any]) -> Iterable[Any]:
    """Return each different cell once, or all of them where a host sends what cannot be looked up."""
    try:
        return set(cells)
    except TypeError:
        return cells


def _says_something(cell: Any) -> bool:
    return (
        bool(cell) if isinstance(cell, float) else isinstance(cell, str) and not cell.isspace() and cell != ""
    )


def _read(
    raw: Sequence[Any], about: Column, label: str, rows: Sequence[int], date_system: DateSystem
) -> pd.Series[Any]:
    name = f"{about.heading} of the {label}"
    if about.kind == "date":
        return pd.Series(cell_days.days(raw, name, rows, date_system=date_system))
    if about.kind in {"money", "number", "count", "days"}:
        return pd.Series(cell_amounts.numbers(raw, name, rows), dtype=np.float64)
    if about.kind == "share":
        return pd.Series(cell_amounts.shares(raw, name, rows), dtype=np.float64)
    if about.kind == "id":
        return pd.Series(read.ids(raw, name, rows), dtype="str")
    if about.kind == "yesno":
        return pd.Series(read.yes_no(raw, name, rows), dtype="str")
    return pd.Series(read.words(raw, name, rows), dtype="str")
