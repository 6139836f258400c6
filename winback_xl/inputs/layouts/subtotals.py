"""Rows that add up rows above them, anywhere in a table: subtotals, control breaks and the sum at the end.

A row goes only if it is called a total, or has no customer, AND its amount is what a run of rows above it adds up to.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from winback_xl.errors import Issue
from winback_xl.inputs.kinds import amounts, text_bytes
from winback_xl.inputs.kinds.findings import different_texts, matches, spread
from winback_xl.inputs.kinds.words import as_texts
from winback_xl.inputs.parsing import raw
from winback_xl.readers.grid import Cell
from winback_xl.readers.total_words import NAMED, STEMS, groups_of, number_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from winback_xl.inputs.heading_source import Source
    from winback_xl.readers.grid import Grid, RawColumn
    from winback_xl.settings import Settings

_LAST = 3  # rows at the end that may add up without a name: total, tax, grand total
_CENT = 0.005  # a sum shown in cents may differ by this from the sum of the cells
_RELATIVE = 1e-9
_BREAKS = 500  # subtotals before a row at which the run that it adds up may begin


@dataclass(slots=True)
class _Sums:
    """Running sums of the values, over all rows and over those that a filter shows; made as far as they are asked for.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Amounts, NaN where there is none.
    visible, counted : ndarray of bool, shape (n,)
        Rows that a filter shows; rows that are orders, as far as it is known.
    named : mapping of int to str
        Rows that hold only the name of a group, with it.
    """

    values: NDArray[np.float64]
    visible: NDArray[np.bool_]
    counted: NDArray[np.bool_]
    named: Mapping[int, str] = field(default_factory=dict)
    starts: list[int] = field(default_factory=lambda: [0])
    _made: int = 0
    _sums: NDArray[np.float64] = field(init=False)  # (all or visible, sum or size or count, rows + 1)

    _seen: set[str] = field(default_factory=set)
    _waiting: list[int] = field(init=False)  # rows of names, the next one last

    def __post_init__(self) -> None:
        self._waiting = sorted(self.named, reverse=True)
        self._sums = np.zeros((2, 3, len(self.values) + 1))

    def run(self, row: int, least: int, *, zero: bool = False) -> int | None:
        """Return where the run of at least so many rows begins that this row adds up, None if there is none.

        A zero adds up too much by chance: it counts only where it is asked for.
        """
        value = self.values[row]
        if np.isnan(value) or (value == 0 and not zero):
            return None
        self._extend(row)
        at = np.array([0, *self.starts[-_BREAKS:]])
        for sums, sizes, rows in self._sums:  # SUM adds up hidden rows as well, SUBTOTAL not
            slack = np.maximum(_CENT, _RELATIVE * (sizes[row] - sizes[at])) + _RELATIVE * abs(value)
            right = (np.abs(sums[row] - sums[at] - value) <= slack) & (rows[row] - rows[at] >= least)
            if right.any():
                return int(at[np.flatnonzero(right)[-1]])
        return None

    def groups(self, row: int) -> set[str]:
        """Return the names of groups that are in rows of their own above a row."""
        while self._waiting and self._waiting[-1] < row:
            self._seen.add(self.named[self._waiting.pop()])
        return self._seen

    def _extend(self, row: int) -> None:
        """Add up to a row: what is above it is settled."""
        part = slice(self._made, row)
        for sums, shown in zip(
            self._sums, (self.counted[part], self.counted[part] & self.visible[part]), strict=True
        ):
            values = np.where(shown, self.values[part], 0)
            for total, steps in zip(sums, (values, np.abs(values), shown), strict=True):
                total[self._made + 1 : row + 1] = total[self._made] + np.cumsum(steps)
        self._made = max(self._made, row)


def struck(grid: Grid, sources: Mapping[str, Source], settings: Settings) -> Grid:
    """Return the grid with the rows struck that add up others.

    Parameters
    ----------
    grid : Grid
        A table of orders.
    sources : mapping of str to Source
        Which column is which.
    settings : Settings
        What point and comma mean where nothing tells.

    Returns
    -------
    Grid
        The same if there is no such row. A row that is called the subtotal of a customer and does not add up is an
        error in its notes: it may be an order.
    """
    if not {"customer_id", "order_value"} <= sources.keys():
        return grid
    customer = raw(grid, sources["customer_id"].positions[0])
    dates = [raw(grid, sources["order_date"].positions[0])] if "order_date" in sources else []
    nobody = customer.kinds == Cell.BLANK
    undated = np.logical_and.reduce([nobody, *(column.kinds == Cell.BLANK for column in dates)])
    already = np.zeros(grid.rows, bool) if grid.struck is None else grid.struck != ""
    named = called_total(grid, sources)
    unnamed = undated & ~already
    unnamed[-_LAST:] |= nobody[-_LAST:] & ~already[-_LAST:]
    if unnamed.any():
        unnamed &= _no_words(grid, sources, unnamed)
    candidates = sorted({*named, *np.flatnonzero(unnamed).tolist()} - set(np.flatnonzero(already).tolist()))
    if not candidates:
        return grid
    values = _values(grid, sources, settings)
    visible = np.ones(grid.rows, bool) if grid.hidden is None else ~grid.hidden
    groups = np.flatnonzero(already & (grid.struck == "group-row")) if grid.struck is not None else ()
    named_groups = {int(row): " ".join(row_texts(grid, int(row))).casefold() for row in groups}
    sums = _Sums(values, visible, ~already & ~np.isnan(values), named_groups)
    codes, issues = _judged(grid, candidates, named, undated, sums)
    if not codes and not issues:
        return grid
    why = np.full(grid.rows, "", object) if grid.struck is None else grid.struck.copy()
    for row, code in codes.items():
        why[row] = code
    return replace(grid, struck=why, notes=(*grid.notes, *issues))


def _judged(
    grid: Grid,
    candidates: list[int],
    named: Mapping[int, tuple[str, ...]],
    undated: NDArray[np.bool_],
    sums: _Sums,
) -> tuple[dict[int, str], list[Issue]]:
    codes, issues, lines = dict[int, str](), list[Issue](), set[bytes]()
    sums.counted[[row for row in candidates if row in named]] = (
        False  # none adds up another before it is judged
    )
    for row in candidates:
        groups = named.get(row, ())
        of_group = bool(groups) and groups != ("",) and _of_rows_above(grid, row, groups, sums)
        if row in named and groups != ("",) and not of_group:
            sums.counted[row] = not np.isnan(sums.values[row])  # a customer called Total Wine
            continue
        of_number = groups == ("",) and _of_rows_above(
            grid, row, tuple(filter(None, map(number_of, row_texts(grid, row)))), sums
        )
        least = 1 if of_group or of_number or (row in named and undated[row]) else 2
        start = sums.run(row, least, zero=of_group)
        shape = b"named" if row in named else _shape(grid, row)
        # a guest at the end may have bought for as much as others before
        whole = row in named or start == 0 or undated[row]
        if start is not None and whole and shape not in lines:
            last = row >= grid.rows - _LAST and start == 0
            codes[row] = "total-row" if last else "subtotal-row"
            sums.counted[row] = False
            sums.starts.append(row + 1)
        elif of_group and not np.isnan(sums.values[row]):
            issues.append(_differs(grid, row, groups[0], sums))
        elif of_group or (groups == ("",) and undated[row] and np.isnan(sums.values[row])):
            codes[row] = "subtotal-row"  # it says no amount that could be checked
        else:
            lines.update({shape} - {b"named"})
            sums.counted[row] = not np.isnan(sums.values[row]) and not (groups == ("",) and undated[row])
    return codes, issues


def _differs(grid: Grid, row: int, group: str, sums: _Sums) -> Issue:
    start = sums.starts[-1]
    above = sums.values[start:row][sums.counted[start:row]]
    what = (
        f"The row is called a total of '{group[:40]}' and says {sums.values[row]:,.2f}, but the rows above it add up to "
        f"{above.sum():,.2f}."
    )
    fix = "Delete the row if it is a total, or call it something else if it is an order."
    return Issue("subtotal-differs", "error", what, fix, grid.file, grid.sheet, grid.cell(row))


def called_total(grid: Grid, sources: Mapping[str, Source]) -> dict[int, tuple[str, ...]]:
    """Return the rows that are called a total, each with the names of the group that it may add up."""
    never = {
        at for name in ("order_date", "order_value") if name in sources for at in sources[name].positions
    }
    found = dict[int, tuple[str, ...]]()
    for column in grid.columns:
        if column.texts is None or (column.position in never and column.uniform is not None):
            continue
        if not _may_name(column.texts):
            continue
        codes, words = different_texts(column)
        hits = matches(words, NAMED)
        if not hits.any():
            continue
        groups = {at: groups_of(words[at].as_py().strip()) for at in np.flatnonzero(hits).tolist()}
        hits[[at for at, names in groups.items() if not names]] = False
        for row in np.flatnonzero(spread(hits, codes, missing=False)).tolist():
            found[row] = tuple(dict.fromkeys((*found.get(row, ()), *groups[int(codes[row])])))
    return {row: ("",) if "" in names else names for row, names in found.items()}


def _may_name(texts: pa.Array) -> bool:
    """Tell in a moment that no text of a column can be the name of a total: most columns hold none."""
    words = texts.dictionary if pa.types.is_dictionary(texts.type) else texts
    low, high = text_bytes.span(words)
    if low > ord("*") and high < ord("A"):
        return False  # digits and signs only
    held = words.buffers()[2] if pa.types.is_string(words.type) else None
    if held is None:
        return not pa.types.is_string(words.type)
    letters = held.to_pybytes()
    # looking for one letter takes a fraction of looking for a word: numbers of orders hardly have one of these
    missing = {
        letter
        for letter in {stem[at : at + 1] for stem in STEMS for at in range(len(stem))}
        if letter not in letters and letter.upper() not in letters
    }
    likely = [stem for stem in STEMS if not any(letter in stem for letter in missing)]
    if not likely:
        return False
    letters = letters.lower()
    return any(stem in letters for stem in likely)


def _of_rows_above(grid: Grid, row: int, groups: tuple[str, ...], sums: _Sums) -> bool:
    """Return whether one of these names is in the row that was counted last, or in the first of its run."""
    counted = np.flatnonzero(sums.counted[:row])
    if not len(counted):
        return False
    wanted = {group.casefold() for group in groups}
    if wanted & sums.groups(row):
        return True
    start = sums.run(row, 1)
    near = [int(counted[-1])]
    if start is not None:
        near.append(int(counted[np.searchsorted(counted, start)]))
    for at in near:
        for text in row_texts(grid, at):
            pieces = {text.casefold(), *(piece.strip().casefold() for piece in text.split(":"))}
            if pieces & wanted:
                return True
    return False


def row_texts(grid: Grid, row: int) -> list[str]:
    """Return the texts of a row, as people see them."""
    at = np.array([row])
    texts = (as_texts(column.take(at))[0].as_py().strip() for column in grid.columns if _there(column, row))
    return [text for text in texts if text]


def _no_words(grid: Grid, sources: Mapping[str, Source], rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which rows hold nothing but numbers: a line of an order says in words what was bought."""
    without = rows.copy()
    dated = sources["order_date"].positions if "order_date" in sources else ()
    for column in grid.columns:
        at = np.flatnonzero(without & (column.kinds == Cell.TEXT))
        if len(at) and column.position not in dated:
            without[at[matches(column.take(at).strings(), r"\p{L}{2}")]] = False
    return without


def _shape(grid: Grid, row: int) -> bytes:
    """Return which cells of a row are filled: a row like one that adds up nothing is a line of an order."""
    return bytes(_there(column, row) for column in grid.columns)


def _there(column: RawColumn, row: int) -> bool:
    return bool(column.kinds[row] != Cell.BLANK)


def _values(grid: Grid, sources: Mapping[str, Source], settings: Settings) -> NDArray[np.float64]:
    values = np.ones(grid.rows)
    for at in sources["order_value"].positions:
        found = amounts.read(
            raw(grid, at), "", decimal_mark=settings.decimal_mark, credit_side=settings.credit_side
        )
        values = values * found.cells.to_numpy()
    return values
