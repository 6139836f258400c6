"""Several sheets or files as one `Grid`: an export by month or by year is one ledger.

The columns of the first part count. Every later part must have the same of ours, in any order; what dates and amounts
mean is then decided for the whole column, and a row that two parts share is found like any other repeat.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pyarrow as pa

from winback_xl.errors import DataError, Issue
from winback_xl.inputs import column_choice
from winback_xl.inputs.parsing import headings_of, raw
from winback_xl.inputs.spelling import key
from winback_xl.readers.grid import Cell, Grid, RawColumn, all_of
from winback_xl.readers.sheet_part import Part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from winback_xl.schema.columns import Table

_GENERAL = 0
_Value = TypeVar("_Value", np.float64, np.datetime64)


def join(grids: Sequence[Grid], table: Table, columns: Mapping[str, str] | None = None) -> Grid:
    """Put grids below each other.

    Parameters
    ----------
    grids : sequence of Grid
        At least one; a single one is returned as it is.
    table : Table
        What their rows are.
    columns : mapping of str to str, optional
        What the user says about headings.

    Returns
    -------
    Grid
        Its cells still know their file and sheet.

    Raises
    ------
    DataError
        A part lacks one of our columns that another has, or counts days from another year.
    """
    first, *later = grids
    if not later:
        return first
    places = [{column.position: column.position for column in first.columns}]
    issues = []
    for grid in later:
        found, stated = _aligned(first, grid, table, columns)
        places.append(found)
        issues += stated
    if issues:
        raise DataError.from_issues(issues)
    one_file = len({grid.file for grid in grids}) == 1
    rows = np.concatenate([np.arange(grid.rows) + grid.first_row if grid.row_numbers is None else grid.row_numbers for grid in grids])  # fmt: skip
    return replace(
        first,
        file=first.file if one_file else f"{len({grid.file for grid in grids})} files",
        sheet="",
        columns=tuple(_column(column, grids, places) for column in first.columns),
        header_row=min(grid.header_row for grid in grids),
        rows=len(rows),
        row_numbers=rows,
        hidden=_hidden(grids),
        table="",
        notes=tuple(note for grid in grids for note in grid.notes),
        parts=tuple(_part(grid, place, one_file=one_file) for grid, place in zip(grids, places, strict=True)),
        struck=_struck(grids),
        part=np.repeat(np.arange(len(grids), dtype=np.int16), [grid.rows for grid in grids]),
    )


def _aligned(
    first: Grid, grid: Grid, table: Table, columns: Mapping[str, str] | None
) -> tuple[dict[int, int], list[Issue]]:
    """Find each column of the first part in another one: ours by what they mean, the rest by their heading."""
    wanted = column_choice.match(headings_of(first), table, columns).sources
    choice = column_choice.match(headings_of(grid), table, columns)
    found, stated = choice.sources, choice.issues
    issues = [issue.at(file=grid.file, sheet=grid.sheet) for issue in stated if issue.severity == "error"]
    lacks = [table[name].heading for name in wanted if name not in found]
    more = [table[name].heading for name in found if name not in wanted]
    for names, with_them, without in ((lacks, first, grid), (more, grid, first)):
        if names and not issues:
            what = f"{_where(with_them)} has {', '.join(names)}, {_where(without)} has not."
            fix = "Give both the same headings, or leave the column out of both (--column 'HEADING=' )."
            issues.append(Issue("parts-differ", "error", what, fix, file=grid.file, sheet=grid.sheet))
    if grid.date_system != first.date_system:
        what = (
            f"{_where(grid)} counts days from {grid.date_system}, {_where(first)} from {first.date_system}."
        )
        issues.append(
            Issue("parts-differ", "error", what, "Plan from one of them, or save them alike.", file=grid.file)
        )
    if issues:
        return {}, issues
    places = dict[int, int]()
    for name, source in wanted.items():
        places |= dict(zip(source.positions, found[name].positions, strict=False))
    taken = set(places.values())
    free = {
        key(column.heading): column.position
        for column in reversed(grid.columns)
        if column.position not in taken
    }
    for column in first.columns:
        if column.position not in places and key(column.heading) in free:
            places[column.position] = free.pop(key(column.heading))
    return places, []


def _where(grid: Grid) -> str:
    return f"{grid.file}, {grid.sheet}" if grid.sheet else grid.file


def _part(grid: Grid, places: Mapping[int, int], *, one_file: bool) -> Part:
    if one_file:
        lead = f"{grid.sheet}!" if grid.sheet else ""  # a file without sheets that was named twice
    elif grid.sheet:
        lead = f"[{grid.file}]{grid.sheet}!"
    else:
        lead = f"{grid.file} "
    rows_in = grid.rows + sum(note.rows for note in grid.notes)
    return Part(grid.file, grid.sheet, grid.place, places, lead, rows_in)


def _hidden(grids: Sequence[Grid]) -> NDArray[np.bool_] | None:
    if all(grid.hidden is None for grid in grids):
        return None
    return np.concatenate(
        [np.zeros(grid.rows, dtype=bool) if grid.hidden is None else grid.hidden for grid in grids]
    )


def _struck(grids: Sequence[Grid]) -> NDArray[np.object_] | None:
    if all(grid.struck is None for grid in grids):
        return None
    return np.concatenate(
        [np.full(grid.rows, "", object) if grid.struck is None else grid.struck for grid in grids]
    )


def _column(column: RawColumn, grids: Sequence[Grid], places: Sequence[Mapping[int, int]]) -> RawColumn:
    """Put the cells of one column below each other; blank ones where a part has no such column."""
    parts = [
        raw(grid, place[column.position]) if column.position in place else _blank(column, grid.rows)
        for grid, place in zip(grids, places, strict=True)
    ]
    starts = np.cumsum([0, *(len(part) for part in parts)])
    formats = tuple(dict.fromkeys(name for part in parts for name in part.formats))
    return RawColumn(
        column.position,
        column.heading,
        np.concatenate([part.kinds for part in parts]),
        _values([part.numbers for part in parts], starts, np.nan),
        _values([part.dates for part in parts], starts, np.datetime64("NaT")),
        _texts(parts),
        formats,
        np.concatenate([_renumbered(part, formats) for part in parts]) if formats else None,
        tuple(
            (first + int(start), last + int(start))
            for part, start in zip(parts, starts, strict=False)
            for first, last in part.merged
        ),
    )


def _blank(column: RawColumn, rows: int) -> RawColumn:
    return RawColumn(column.position, column.heading, all_of(Cell.BLANK, rows))


def _values(
    arrays: Sequence[NDArray[_Value] | None], starts: NDArray[np.intp], missing: object
) -> NDArray[_Value] | None:
    known = next((array for array in arrays if array is not None), None)
    if known is None:
        return None
    found = np.full(starts[-1], missing, known.dtype)
    for array, start in zip(arrays, starts, strict=False):
        if array is not None:
            found[start : start + len(array)] = array
    return found


def _texts(parts: Sequence[RawColumn]) -> pa.Array | None:
    """Join the texts; each different one is kept once."""
    if all(part.texts is None for part in parts):
        return None
    kind = pa.dictionary(pa.int32(), pa.string())
    chunks = [pa.nulls(len(part), kind) if part.texts is None else part.texts.cast(kind) for part in parts]
    joined = pa.chunked_array(chunks, kind).unify_dictionaries().combine_chunks()
    return joined.chunk(0) if isinstance(joined, pa.ChunkedArray) else joined


def _renumbered(part: RawColumn, formats: Sequence[str]) -> NDArray[np.uint8]:
    if part.format_index is None:
        return np.full(len(part), _GENERAL, np.uint8)
    places = np.array([_GENERAL, *(formats.index(name) + 1 for name in part.formats)], np.uint8)
    return np.asarray(places[part.format_index])
