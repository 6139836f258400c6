"""Orders in one file or sheet and their lines in another: joined by the order number.

The heads say who ordered and when; where they lack the amount, the lines give it. Where the heads have totals of their
own, these count, and the lines are left aside.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from winback_xl.errors import Issue
from winback_xl.inputs import column_choice, combine
from winback_xl.inputs.file_cells import words_of
from winback_xl.inputs.parsing import headings_of, raw
from winback_xl.readers.grid import Cell, Grid, RawColumn
from winback_xl.schema.columns import ORDERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from winback_xl.inputs.column_choice import Choice
    from winback_xl.schema.columns import Table


_NEARLY_ALL = 0.9  # share of the lines' order numbers that must be those of orders


@dataclass(frozen=True, slots=True)
class Joined:
    """Grids to put below each other, and where the order value stands if the lines give it ("" if not)."""

    grids: list[Grid]
    value: str = ""


def may_be_lines(texts: Sequence[str], columns: Mapping[str, str] | None = None) -> bool:
    """Return whether headings are those of order lines without a head: a number and an amount, but no customer or no day."""
    choice = column_choice.match(texts, ORDERS, columns)
    return _is_lines(choice)


def _is_lines(choice: Choice) -> bool:
    has = choice.sources.keys()
    return "order_id" in has and not {"customer_id", "order_date"} <= has and bool(_value(choice))


def _value(choice: Choice) -> tuple[int, ...]:
    """Return the columns that make the amount of a line; () where none does."""
    if "order_value" in choice.sources:
        return choice.sources["order_value"].positions
    places = {place.name: place.position for place in reversed(choice.places)}
    if "line_value" in places:
        return (places["line_value"],)
    if "unit_price" in places:
        return tuple(places[name] for name in ("quantity", "unit_price") if name in places)
    return ()


def lines_beside(grid: Grid, columns: Mapping[str, str] | None = None) -> str:
    """Return the other sheet that holds the lines of the orders on this one, "" where it is not plain.

    Parameters
    ----------
    grid : Grid
        Orders that lack their amounts; its ``others`` are the headings of the other sheets.
    columns : mapping of str to str, optional
        What the user says about headings.
    """
    if not grid.others:
        return ""
    ours = column_choice.match(headings_of(grid), ORDERS, columns)
    if not {"customer_id", "order_date", "order_id"} <= ours.sources.keys() or _value(ours):
        return ""
    choices = {name: column_choice.match(texts, ORDERS, columns) for name, texts in grid.others}
    if any({"customer_id", "order_date"} <= choice.sources.keys() for choice in choices.values()):
        return ""  # two sheets of orders: the user says which
    lines = [name for name, choice in choices.items() if _is_lines(choice)]
    return lines[0] if len(lines) == 1 else ""


def meet(head: Grid, line: Grid, columns: Mapping[str, str] | None = None) -> bool:
    """Return whether nearly all numbers of the lines are those of orders."""
    ids = [
        set(
            words_of(
                raw(
                    grid,
                    column_choice.match(headings_of(grid), ORDERS, columns).sources["order_id"].positions[0],
                ).filled()
            )[1]
        )
        for grid in (head, line)
    ]
    return bool(ids[1]) and len(ids[0] & ids[1]) >= _NEARLY_ALL * len(ids[1])


def join(grids: Sequence[Grid], table: Table, columns: Mapping[str, str] | None) -> Joined:
    """Join order lines to their heads; grids of another kind come back as they are.

    Parameters
    ----------
    grids : sequence of Grid
        Files or sheets of one ledger.
    table : Table
        What their rows are.
    columns : mapping of str to str, optional
        What the user says about headings.
    """
    if table is not ORDERS or len(grids) < 2:
        return Joined(list(grids))
    choices = [column_choice.match(headings_of(grid), ORDERS, columns) for grid in grids]
    is_lines = [_is_lines(choice) for choice in choices]
    heads = [grid for grid, lines in zip(grids, is_lines, strict=True) if not lines]
    lines = [grid for grid, lines in zip(grids, is_lines, strict=True) if lines]
    whole = [choice for choice, lines in zip(choices, is_lines, strict=True) if not lines]
    if not lines or not heads or not all("order_id" in choice.sources for choice in whole):
        return Joined(list(grids))
    if all("order_value" in choice.sources for choice in whole):
        return Joined([_stated(heads[0], lines), *heads[1:]])
    head, line = combine.join(heads, ORDERS, columns), combine.join(lines, ORDERS, columns)
    return _joined(head, whole[0], line, next(c for c, lines in zip(choices, is_lines, strict=True) if lines))


def _stated(head: Grid, lines: Sequence[Grid]) -> Grid:
    """Note that the lines are not needed."""
    names = ", ".join(grid.sheet or grid.file for grid in lines)
    what = f"{names} holds the lines of the orders; the orders' own totals count."
    return replace(head, notes=(*head.notes, Issue("lines-not-needed", "note", what, file=head.file)))


def _joined(head: Grid, choice: Choice, line: Grid, of_line: Choice) -> Joined:
    """Return one row for each line, with the columns of its order; orders without a line stay, without an amount."""
    number, theirs = (
        raw(head, choice.sources["order_id"].positions[0]),
        raw(line, of_line.sources["order_id"].positions[0]),
    )
    codes, ids = words_of(number.filled())
    at, named = words_of(theirs.filled())
    first = np.full(len(ids) + 1, -1)
    rows = np.flatnonzero(codes >= 0)
    first[codes[rows[::-1]]] = rows[::-1]
    place = {text: code for code, text in enumerate(ids)}
    head_of = np.append(np.array([place.get(text, -1) for text in named], np.int64), -1)[at]
    to_head = np.where(head_of >= 0, first[head_of], -1)
    alone = np.setdiff1d(np.flatnonzero(codes >= 0), first[np.unique(head_of[head_of >= 0])])
    alone = alone[first[codes[alone]] == alone]
    from_head = np.concatenate([to_head, alone])
    from_line = np.concatenate([np.arange(line.rows), np.full(len(alone), -1)])
    width = max((column.position for column in head.columns), default=-1) + 1
    columns = [_taken(column, from_head, column.position) for column in head.columns if column is not number]
    columns += [
        _taken(column, from_line, width + column.position) for column in line.columns if column is not theirs
    ]
    columns.append(_ids(number, [ids, named], [codes, at], [from_head, from_line]))
    numbers = np.arange(line.rows) + line.first_row if line.row_numbers is None else line.row_numbers
    own = np.arange(head.rows) + head.first_row if head.row_numbers is None else head.row_numbers
    what = f"{_name(line)} holds the lines of the orders in {_name(head)}: joined by the order number."
    grid = Grid(
        f"{head.file} + {line.file}" if head.file != line.file else head.file,
        "",
        tuple(sorted(columns, key=lambda column: column.position)),
        line.first_row,
        line.header_row,
        len(from_line),
        line.place,
        row_numbers=np.concatenate([numbers, own[alone]]),
        date_system=head.date_system,
        notes=(*head.notes, *line.notes, Issue("lines-joined", "note", what, _apart(head, line))),
    )
    value = "*".join(f"#{width + position + 1}" for position in _value(of_line))
    return Joined([grid], value)


def _apart(head: Grid, line: Grid) -> str:
    """Explain how to read the orders alone, where both are sheets of one file."""
    return (
        f"To read the orders without their amounts: --sheet '{head.sheet}'."
        if head.sheet and line.sheet
        else ""
    )


def _name(grid: Grid) -> str:
    return grid.sheet or grid.file


def _taken(column: RawColumn, at: NDArray[np.int64], position: int) -> RawColumn:
    """Return the cells of some rows, blank where there is none."""
    if not len(column):
        return RawColumn(position, column.heading, np.zeros(len(at), np.uint8))
    held = replace(column.take(np.maximum(at, 0)), position=position)
    if (at >= 0).all():
        return held
    blank = at < 0
    return replace(
        held,
        kinds=np.where(blank, np.uint8(Cell.BLANK), held.kinds),
        numbers=None if held.numbers is None else np.where(blank, np.nan, held.numbers),
        dates=None if held.dates is None else np.where(blank, np.datetime64("NaT"), held.dates),
    )


def _ids(
    number: RawColumn,
    names: Sequence[Sequence[str]],
    codes: Sequence[NDArray[np.int32]],
    rows: Sequence[NDArray[np.int64]],
) -> RawColumn:
    """Return the order numbers of joined rows as texts: of the head, else of the line."""
    parts = [
        np.append(np.array([*text, ""], dtype=object)[code], "")[row]
        for text, code, row in zip(names, codes, rows, strict=True)
    ]
    texts = np.where(parts[0] == "", parts[1], parts[0])
    blank = np.asarray(texts == "", dtype=bool)
    kinds = np.where(blank, np.uint8(Cell.BLANK), np.uint8(Cell.TEXT))
    return RawColumn(
        number.position,
        number.heading,
        kinds,
        texts=pa.array([text or None for text in texts.tolist()], pa.string()),
    )
