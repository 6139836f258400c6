"""A range as any host hands it over -> rows of plain cells, a column, or one of our tables."""

from __future__ import annotations

from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.columns import INCIDENTS, ORDERS
from winback_xl.errors import DataError, NotEnoughError, OutOfRangeError, UsageError
from winback_xl.excel import cells as read
from winback_xl.tables import headings
from winback_xl.tables.bounds import BOUNDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winback_xl.columns import Column, Table
    from winback_xl.excel.cells import Cell, DateSystem

_HEAD = 20  # rows in which the headings are looked for
_BARE = ("customer_id", "order_date", "order_value")  # orders without headings


def rows_of(value: Any) -> list[list[Any]]:
    """Return a cell, a row, a column, a range or a DataFrame as rows; cells as they came.

    >>> rows_of(5), rows_of([1, 2]), rows_of(((1,), (2,))), rows_of(None)
    ([[5]], [[1, 2]], [[1], [2]], [[None]])
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
    if value and all(isinstance(row, (list, tuple, np.ndarray)) for row in value):
        return [list(row) for row in value]
    return [list(value)]


def flat(value: Any) -> list[Cell]:
    """Return all cells of a range, row by row, as plain cells."""
    return [read.plain(cell) for cell in chain.from_iterable(rows_of(value))]


def column(value: Any, label: str) -> tuple[list[Cell], bool]:
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
    found = flat(rows)
    if not found:
        raise UsageError(f"The {label} is an empty range.", "Give a cell, one row or one column.")
    return found, len(found) == 1


def single(value: Any, label: str) -> Cell:
    """Return the one cell of an argument.

    Raises
    ------
    UsageError
        It is a range of several cells.
    """
    found, one = column(value, label)
    if not one:
        raise UsageError(f"The {label} is a range of {len(found)} cells.", "Give one cell.")
    return found[0]


def order_dates(value: Any, label: str, date_system: DateSystem) -> np.ndarray[Any, np.dtype[np.datetime64]]:
    """Return the dates of a range of any shape, blanks left out; a heading above them is skipped."""
    found = flat(value)
    first = next((at for at, cell in enumerate(found) if cell is not None), None)
    if first is not None and isinstance(found[first], str):
        meant = headings.target(found[first], ORDERS)
        if meant is not None and meant.name == "order_date":
            found[first] = None
    days = read.days(found, label, date_system=date_system)
    return days[~np.isnat(days)]


def table(value: Any, kind: Table, label: str, date_system: DateSystem) -> pd.DataFrame:
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
    places, first = _find(rows, kind, label, date_system)
    numbers, body = _body(rows, first)
    found = {
        name: _read(body[at] if at < len(body) else [], kind[name], label, numbers, date_system)
        for name, at in places.items()
    }
    frame = pd.DataFrame(found)
    _complete(frame, kind, label, numbers)
    _bounds(frame, kind, label, numbers)
    return frame


def _trimmed(rows: list[list[Any]]) -> list[list[Any]]:
    """Cut off the blank rows at the end: a whole column has a million."""
    end = len(rows)
    while end and all(read.plain(cell) is None for cell in rows[end - 1]):
        end -= 1
    return rows[:end]


def _find(
    rows: list[list[Any]], kind: Table, label: str, date_system: DateSystem
) -> tuple[dict[str, int], int]:
    """Return which column is where, and the number of the first row of data."""
    head = [[_heading(cell) for cell in row] for row in rows[:_HEAD]]
    score = headings.scorer(kind)
    scores = [score(texts) for texts in head]
    at = int(np.argmax(scores))
    if not scores[at] and kind is ORDERS and _is_bare(rows[0], date_system):
        return {name: place for place, name in enumerate(_BARE[: len(rows[0])])}, 0
    sources, issues = headings.match(head[at], kind)
    wrong = [issue.what for issue in issues if issue.severity == "error"]
    if wrong:
        raise UsageError(
            f"The range of {label} cannot be used. {' '.join(wrong)}",
            "Give it with its heading row, and rename headings that are in doubt.",
            "headings",
        )
    return {name: source.positions[0] for name, source in sources.items()}, at + 1


def _heading(cell: Any) -> str:
    found = read.plain(cell)
    return found if isinstance(found, str) else ""


def _is_bare(row: Sequence[Any], date_system: DateSystem) -> bool:
    """Tell whether a row reads as customer, date and perhaps value."""
    if len(row) not in {2, 3}:
        return False
    found = [read.plain(cell) for cell in row]
    try:
        return found[0] is not None and not np.isnat(read.days([found[1]], "", date_system=date_system)).all()
    except (UsageError, DataError):
        return False


def _body(rows: list[list[Any]], first: int) -> tuple[list[int], list[tuple[Cell, ...]]]:
    """Return the numbers of the rows that hold something, and their cells by column."""
    numbers = [at for at in range(first, len(rows)) if any(cell not in _BLANK for cell in rows[at])]
    data = [rows[at] for at in numbers]
    return [at + 1 for at in numbers], list(zip_longest(*data))


class _Blank:
    """Contains what is a blank cell; asked of every cell of a ledger, so the common ones are answered at once."""

    def __contains__(self, cell: Any) -> bool:
        return cell is None or (not isinstance(cell, (int, float)) and read.plain(cell) is None)


_BLANK = _Blank()


def _read(
    raw: Sequence[Any], about: Column, label: str, rows: list[int], date_system: DateSystem
) -> pd.Series[Any]:
    name = f"{about.heading} of the {label}"
    found = [read.plain(cell) for cell in raw]
    if about.kind == "date":
        return pd.Series(read.days(found, name, rows, date_system=date_system))
    if about.kind in {"money", "number", "count", "days"}:
        return pd.Series(read.numbers(found, name, rows), dtype=np.float64)
    if about.kind == "share":
        return pd.Series(read.shares(found, name, rows), dtype=np.float64)
    if about.kind == "id":
        return pd.Series(read.ids(found, name, rows), dtype="str")
    if about.kind == "yesno":
        return pd.Series(read.yes_no(found, name, rows), dtype="str")
    return pd.Series(read.words(found, name, rows), dtype="str")


def _complete(frame: pd.DataFrame, kind: Table, label: str, rows: list[int]) -> None:
    """Refuse a row without what every row needs, and amounts in two currencies."""
    for about in kind.columns:
        if about.required:
            series = frame[about.name]
            empty = np.flatnonzero((series.isna() | (series == "")).to_numpy(dtype=bool))
            if len(empty):
                raise UsageError(
                    f"Row {rows[empty[0]]} of the {label} has no {about.heading}.",
                    "Fill it in; a row of totals does not belong into the range.",
                    "cell-missing",
                )
    named = [code for code in frame.get("currency", pd.Series(dtype="str")).unique() if code]
    if len(named) > 1:
        raise UsageError(
            f"The {label} hold amounts in {named[0]} and {named[1]}.",
            "They cannot be added up: convert them first.",
            "currencies",
        )


def _bounds(frame: pd.DataFrame, kind: Table, label: str, rows: list[int]) -> None:
    for (name_of_table, name), (low, high) in BOUNDS.items():
        if name_of_table != kind.name or name not in frame or (kind is INCIDENTS and name == "days_late"):
            continue  # early is no loss, and the core knows
        values = frame[name].to_numpy(dtype=np.float64)
        wrong = np.flatnonzero((values < low) | (values > high))
        if len(wrong):
            allowed = f"{low:g} or more" if np.isinf(high) else f"{low:g} to {high:g}"
            raise OutOfRangeError(
                f"{kind[name].heading} in row {rows[wrong[0]]} of the {label} is {values[wrong[0]]:g}.",
                f"Give {allowed}.",
                "out-of-range",
            )
