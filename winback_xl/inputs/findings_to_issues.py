"""Findings -> issues with places and consequences, and the list of rows set aside with their original values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.errors import Issue
from winback_xl.inputs.kinds.words import as_texts
from winback_xl.inputs.parsing import raw
from winback_xl.inputs.row_status import DECISIVE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from winback_xl.inputs.heading_source import Source
    from winback_xl.inputs.kinds.findings import Finding
    from winback_xl.inputs.row_status import Rows
    from winback_xl.readers.grid import Grid, RawColumn

_PLACES = 3  # cells that an issue names before it counts the rest
_ORIGINALS = 30  # columns of original values kept next to a row set aside
LEFT_OUT = frozenset(
    {
        "state-left-out",
        "kind-left-out",
        "kind-cancelled",
        "stage-left-out",
        "order-in-two-files",
        "order-reversed",
        "left-out",
        "guests-unknown",
    }
)
"""Findings about rows that are not orders, or no longer: nothing is wrong with them, and their sentence says all."""

_TAKEN = ("place", "code", "reason", "table")


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """Where the rows of a clean table stood.

    Parameters
    ----------
    grid : Grid
        The file without its cells: one row for each row of the table.
    positions : mapping of str to int
        Our column -> position in the file, of those that are one column there.
    """

    grid: Grid
    positions: Mapping[str, int]

    def tell(self, issue: Issue, rows: NDArray[np.intp], column: str) -> Issue:
        """Return the issue with the file and the first cells that these rows of the table have in a column."""
        position = self.positions.get(column)
        cell = places(self.grid, rows, None if position is None else raw(self.grid, position))
        return issue.at(file=self.grid.file, sheet=self.grid.sheet, cell=cell)


def origin(grid: Grid, alive: NDArray[np.bool_], sources: Mapping[str, Source]) -> Origin:
    """Return where the rows of a file that are used stood."""
    bare = replace(grid, columns=(), notes=())
    one = {name: source.positions[0] for name, source in sources.items() if len(source.positions) == 1}
    return Origin(bare if alive.all() else bare.take(alive), one)


def places(grid: Grid, rows: NDArray[np.intp], column: RawColumn | None = None) -> str:
    """Name the first cells (or rows) and count the rest.

    Parameters
    ----------
    grid : Grid
        The file.
    rows : ndarray of int
        Data rows.
    column : RawColumn, optional
        Whose cells; without it whole rows are named.

    Returns
    -------
    str
        As ``"C14, C20, C33 and 12 more"`` or ``"lines 14, 20"``; "" without rows.
    """
    if not len(rows):
        return ""
    return _named([grid.cell(int(row), column) for row in rows[:_PLACES]], len(rows))


def _named(first: list[str], total: int) -> str:
    """Join the first places, saying "line" or "row" once where it starts them all, and count the rest."""
    noun, space, _ = first[0].partition(" ")
    if space and noun in {"line", "row"} and all(name.startswith(f"{noun} ") for name in first):
        numbers = [name.partition(" ")[2] for name in first]
        first = [f"{noun}{'s' if len(first) > 1 else ''} {numbers[0]}", *numbers[1:]]
    rest = total - len(first)
    return ", ".join(first) + (f" and {rest:,} more" if rest > 0 else "")


def issues(grid: Grid, rows: Rows, sources: Mapping[str, Source]) -> list[Issue]:
    """Tell every finding, with where it is and what became of the rows."""
    stated = []
    for finding, gone in zip(rows.findings, rows.counts, strict=True):
        source = sources.get(finding.column)
        column = raw(grid, source.positions[0]) if source is not None and len(source.positions) == 1 else None
        what = f"{finding.what}{_consequence(finding, gone, rows)}"
        cell = places(grid, finding.rows, column)
        stated.append(
            Issue(
                finding.code,
                finding.severity,
                what,
                finding.fix,
                file=""
                if cell and len({part.file for part in grid.parts}) > 1
                else grid.file,  # each cell names its own
                sheet=grid.sheet,
                cell=cell,
                rows=gone,
            )
        )
    return stated


def _consequence(finding: Finding, gone: int, rows: Rows) -> str:
    decisive = finding.effect == "aside" or finding.column in DECISIVE[rows.table.name]
    one = len(finding.rows) == 1
    if finding.effect == "none" or finding.code in LEFT_OUT:
        return ""
    if not decisive:
        return " It counts as unknown." if one else " They count as unknown."
    if gone == len(finding.rows):
        return " The row is set aside." if one else " The rows are set aside."
    if not gone:
        return " The row is set aside already." if one else " The rows are set aside already."
    return f" {gone:,} of the rows are left out for this reason, the others already."


def repeats(grid: Grid, which: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return which of these rows repeat an earlier one of them in every cell of the file."""
    return _cells(grid, which).duplicated(keep="first").to_numpy() if len(which) else np.zeros(0, dtype=bool)


def shared(grid: Grid, which: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return which of these rows an earlier file or sheet holds in every cell too, each of them as often as it does.

    What stands twice in one part and once in another is two orders: the part may hold two alike, but no order twice.
    """
    if grid.part is None or not len(which):
        return np.zeros(len(which), dtype=bool)
    cells = _cells(grid, which)
    row = cells.groupby(list(cells.columns), dropna=False, sort=False).ngroup()
    turn = row.groupby([row, grid.part[which]]).cumcount()
    return pd.DataFrame({"row": row, "turn": turn}).duplicated(keep="first").to_numpy()


def prints(grid: Grid, which: NDArray[np.intp]) -> NDArray[np.uint64]:
    """Return a number for each of these rows that is equal where all cells of the file are."""
    return np.asarray(pd.util.hash_pandas_object(_cells(grid, which), index=False).to_numpy(np.uint64))


def _cells(grid: Grid, which: NDArray[np.intp]) -> pd.DataFrame:
    """Write these rows as texts, one column for each of the file."""
    return pd.DataFrame(
        {column.position: as_texts(column.take(which)).to_pandas() for column in grid.columns}
    )


def originals(grid: Grid, which: NDArray[np.intp], first: Iterable[int] = ()) -> pd.DataFrame:
    """Write the cells of these rows as text, one column a heading; the columns at ``first`` are kept in any case."""
    named = _named_columns(grid, first)
    if not len(which):  # nearly always: most tables are used whole
        return pd.DataFrame(columns=[*named], index=pd.RangeIndex(0), dtype="str")
    cells = {name: as_texts(column.take(which)).to_pandas() for name, column in named.items()}
    return pd.DataFrame(cells, index=pd.RangeIndex(len(which)))


def _named_columns(grid: Grid, first: Iterable[int]) -> dict[str, RawColumn]:
    """Return the columns whose cells are kept, by a name that no other has."""
    order = {position: rank for rank, position in enumerate(first)}
    kept = sorted(grid.columns, key=lambda column: order.get(column.position, len(order)))[:_ORIGINALS]
    named: dict[str, RawColumn] = {}
    for column in sorted(kept, key=lambda column: column.position):
        name = column.heading.strip() or f"#{column.position + 1}"
        while name in named or name in _TAKEN:
            name += " (file)" if name in _TAKEN else f" #{column.position + 1}"
        named[name] = column
    return named


def set_aside(grid: Grid, rows: Rows, sources: Mapping[str, Source]) -> pd.DataFrame:
    """List the rows that are not used: where, why, and what they held."""
    which = np.flatnonzero(~rows.alive)
    reason = rows.reason[which]
    codes = np.array([finding.code for finding in rows.findings] or [""], dtype=object)
    why = np.array([_why(finding, rows) for finding in rows.findings] or [""], dtype=object)
    where = [grid.cell(row) for row in which.tolist()]
    stated = pd.DataFrame({"place": where, "code": codes[reason], "reason": why[reason]}, dtype="str")
    read = [at for source in sources.values() for at in source.positions]
    return pd.concat([stated, originals(grid, which, read)], axis=1)


def _why(finding: Finding, rows: Rows) -> str:
    lead = rows.labels[finding.column] if finding.column else "The row"
    return f"{lead} {finding.reason}."


def gathered(notes: Iterable[Issue]) -> list[Issue]:
    """Tell the rows that the reader could not take in once a kind, not once a row."""
    by_code: dict[str, list[Issue]] = {}
    for note in notes:
        by_code.setdefault(note.code, []).append(note)
    stated = []
    for same in by_code.values():
        if len(same) == 1 or not all(note.rows for note in same):
            stated += same
            continue
        cells = _named([note.cell for note in same[:_PLACES]], len(same))
        rows = sum(note.rows for note in same)
        what = f"{rows:,} rows could not be read. The first: {same[0].what}"
        stated.append(replace(same[0], what=what, cell=cells, rows=rows))
    return stated


def not_read(notes: Iterable[Issue]) -> pd.DataFrame:
    """List the rows that the reader could not take in, as far as it reported them."""
    stated = [(note.cell, note.code, note.what) for note in notes for _ in range(note.rows)]
    return pd.DataFrame(stated, columns=["place", "code", "reason"], dtype="str")
