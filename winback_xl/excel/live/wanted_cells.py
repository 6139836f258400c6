"""What should stand in the cells of a sheet that is brought up to date in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from winback_xl.excel.live import live_tables, live_values
from winback_xl.excel.live.live_targets import on_body
from winback_xl.excel.live.standing_cells import Native, Run
from winback_xl.workbook import theme

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winback_xl.excel.live.live_tables import Place
    from winback_xl.excel.live.live_targets import Target

Cells = dict[tuple[int, int], Any]


def runs(target: Target) -> list[Run]:
    """Return every cell of ours on a sheet that stands, with what it should hold.

    Left out are the cells that people fill in, and those that they added.
    """
    single = {**_heads(target), **_free(target)}
    found = [run for place in target.places for run in _table(target, place, single)]
    return [*found, *(Run(row, col, (value,)) for (row, col), value in single.items())]


def _heads(target: Target) -> Cells:
    if target.shift != (0, 0):
        return {}
    spec = target.spec
    lines = ((spec.title, spec.title_formula), (spec.instruction, spec.instruction_formula))
    return {
        (row, 0): Native(formula) if formula else live_values.guard(text)
        for row, (text, formula) in enumerate(lines)
        if text or formula
    }


def _free(target: Target) -> Cells:
    spec, (down, right) = target.spec, target.shift
    homes = {cell: table.name for table in spec.tables for cell in on_body(spec, table)}
    found: Cells = {}
    for cell in spec.cells:
        if cell.formula:
            found[cell.row + down, cell.col + right] = Native(cell.formula, homes.get(cell, ""))
        elif cell not in homes and cell.look not in theme.TYPED:
            found[cell.row + down, cell.col + right] = live_values.value(cell)
    return found


def _table(target: Target, place: Place, single: Cells) -> Iterator[Run]:
    """Yield the columns of a table; ``single`` takes the cells of the sheet that are on its body."""
    overlay = {
        (cell.row - place.table.row - 1, cell.col - place.table.col): live_values.value(cell)
        for cell in on_body(target.spec, place.table)
        if not cell.formula
    }
    for first, last, written in live_tables.zones(place):
        for at in written:
            field, column = place.table.fields[at], place.columns[at]
            cells = live_tables.cells(field, place.rows, overlay, at)[first:last]
            yield from _without(Run(place.first + first, column, tuple(cells)), single)
    for column, field in zip(place.columns, place.table.fields, strict=True):
        if field.formula:
            live = min(place.rows, field.live or place.rows)
            below = live_values.column(field)[live:] if live < place.rows else []
            cells = [Native(field.formula, place.table.name)] * live + below
            yield from _without(Run(place.first, column, tuple(cells)), single)


def _without(run: Run, single: Cells) -> Iterator[Run]:
    """Yield a run without the cells that hold something of their own."""
    start = run.row
    for row in sorted(row for row, col in single if col == run.col and run.row <= row <= run.last):
        if row > start:
            yield Run(start, run.col, run.values[start - run.row : row - run.row])
        start = row + 1
    if start <= run.last:
        yield Run(start, run.col, run.values[start - run.row :])


def blank(target: Target) -> list[tuple[range, range]]:
    """Return where the rows that tables grow by are: rows and columns, blank once there is room for them."""
    return [
        (range(place.first + place.old_rows, place.last + 1), range(place.col, place.col + place.width))
        for place in target.places
        if place.rows > place.old_rows
    ]


def gone(target: Target) -> list[Run]:
    """Return the rows that tables lose."""
    return [
        Run(place.last + 1, column, (None,) * (place.old_rows - place.rows))
        for place in target.places
        if place.rows < place.old_rows
        for column in range(place.col, place.col + place.width)
    ]
