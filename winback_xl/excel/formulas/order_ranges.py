"""A range of orders as any system exports it, read by the same rules as a file; what a file would be asked is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.errors import UsageError
from winback_xl.excel.formulas import argument_cells as read
from winback_xl.excel.formulas import cell_amounts
from winback_xl.inputs import column_choice, order_rules
from winback_xl.inputs.aid_columns import Aid
from winback_xl.inputs.row_status import Help, Rows
from winback_xl.inputs.systems import fold
from winback_xl.schema.columns import ORDERS
from winback_xl.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from winback_xl.inputs.aid_columns import Place
    from winback_xl.inputs.column_choice import Choice
    from winback_xl.inputs.finding import Finding

    Words = tuple[NDArray[np.int32], list[str]]

_IDS = ("customer_id", "order_id")
_SAMPLE = 5_000  # rows that are enough to see which column is the customer


class RangeCells:
    """The columns of a range by their position.

    Parameters
    ----------
    found : sequence of str
        Headings.
    body : sequence of sequence
        Cells of each column below them.
    """

    def __init__(self, found: Sequence[str], body: Sequence[Sequence[Any]]) -> None:
        self.found, self.body = found, body

    def filled(self, position: int) -> float:
        """Return the share of cells that are not blank."""
        cells = self.body[position]
        return sum(read.plain(cell) is not None for cell in cells) / len(cells) if cells else 0.0

    def sample(self, position: int) -> Words:
        """Return the words of the first rows."""
        return _words(self.body[position][:_SAMPLE])

    def aid(self, place: Place) -> Aid:
        """Return a column that helps to read the others."""
        cells = self.body[place.position]
        return Aid(
            place.name,
            place.heading,
            place.position,
            lambda: _words(cells),
            lambda: _numbers(cells),
            place.given,
        )

    def named(self, heading: str) -> Aid | None:
        """Return the column with a heading, or None."""
        at = next((at for at, text in enumerate(self.found) if fold(text) == fold(heading)), None)
        if at is None:
            return None
        cells = self.body[at]
        return Aid("", self.found[at], at, lambda: _words(cells), lambda: _numbers(cells))

    def made(self, ways: Sequence[Sequence[int]]) -> list[Any]:
        """Return the cells of a column made of several: the first way that says something, its parts joined."""
        return [
            _first([self.body[at][row] for at in way] for way in ways) for row in range(len(self.body[0]))
        ]


def _first(ways: Iterable[list[Any]]) -> Any:
    for cells in ways:
        parts = [read.plain(cell) for cell in cells]
        parts = [part for part in parts if part not in (None, "", 0)]
        if len(parts) == 1:
            return parts[0]
        if parts:
            return " ".join(str(part).strip() for part in parts)
    return None


def _words(cells: Sequence[Any]) -> Words:
    places: dict[str, int] = {}
    codes = [places.setdefault(text, len(places)) if (text := _text(cell)) else -1 for cell in cells]
    return np.array(codes, np.int32), list(places)


def _text(cell: Any) -> str:
    found = read.plain(cell)
    if found is None:
        return ""
    if isinstance(found, float) and found.is_integer():
        return str(int(found))
    return str(found).strip()


def _numbers(cells: Sequence[Any]) -> NDArray[np.float64]:
    """Return the numbers of a column; NaN for what is none."""
    found = np.full(len(cells), np.nan)
    for row, cell in enumerate(cells):
        held = read.plain(cell)
        if isinstance(held, (int, float)):
            found[row] = held
        elif isinstance(held, str):
            try:
                found[row] = cell_amounts.numbers([held], "", [0])[0]
            except UsageError:
                continue
    return found


def choose(found: Sequence[str], body: Sequence[Sequence[Any]]) -> tuple[Choice, RangeCells]:
    """Choose the columns of a range of orders, by headings and content."""
    cells = RangeCells(found, body)
    return column_choice.match(found, ORDERS, cells=cells), cells


def settled(
    frame: pd.DataFrame,
    choice: Choice,
    cells: RangeCells,
    complete: Callable[[pd.DataFrame, NDArray[np.intp]], None],
) -> pd.DataFrame:
    """Return the orders and credits of a range.

    Parameters
    ----------
    frame : DataFrame
        The columns of Orders, every row of the range.
    choice : Choice
        Which column is which.
    cells : RangeCells
        The other columns.
    complete : callable
        Takes the rows that are orders, and their places; raises where one lacks what every row needs.

    Raises
    ------
    UsageError
        Something would be asked of the user.
    """
    aids: dict[str, tuple[Aid, ...]] = {}
    for place in choice.places:
        aids[place.name] = (*aids.get(place.name, ()), cells.aid(place))
    codes = {name: _codes(frame[name]) for name in _IDS if name in frame}
    labels = {name: ORDERS[name].heading for name in ORDERS.names} | {
        f"@{at}": text for at, text in enumerate(cells.found)
    }
    rows = Rows(
        table=ORDERS,
        frame=frame.copy(),
        codes=codes,
        labels=labels,
        settings=Settings(),
        repeats=lambda which: np.zeros(len(which), dtype=bool),
        shared=lambda which: np.zeros(len(which), dtype=bool),
        headings={name: source.text for name, source in choice.sources.items()},
        positions={name: source.positions for name, source in choice.sources.items()},
        help=Help(aids=aids, export=choice.export, level=choice.level, named=cells.named),
    )
    _run(rows, order_rules.FIRST)
    complete(rows.frame[rows.alive], np.flatnonzero(rows.alive))
    _run(rows, order_rules.WORTH)
    return rows.frame if rows.alive.all() else rows.frame[rows.alive].reset_index(drop=True)


def _codes(ids: pd.Series) -> NDArray[np.int64]:
    codes, found = pd.factorize(ids)
    blank = np.append(np.asarray(found == "", dtype=bool), True)
    return np.where(blank[codes], -1, codes).astype(np.int64)


def _run(rows: Rows, rules: Sequence[order_rules.Rule]) -> None:
    for rule in rules:
        rows.settle(rule(rows))
        _refuse(rows.findings)


def _refuse(found: Sequence[Finding]) -> None:
    wrong = [finding.what for finding in found if finding.severity == "error"]
    if wrong:
        raise UsageError(
            f"The range of orders is in doubt. {' '.join(wrong)}",
            "Correct these cells, or leave the column out of the range.",
            "orders-doubtful",
        )
