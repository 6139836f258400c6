"""The cells of an opened workbook as Python values, and its tables found by their headings wherever they are now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.cast import ADDED
from winback_xl.core.cell_text import cleaned
from winback_xl.core.merging import carried_edits
from winback_xl.errors import DataError, Issue
from winback_xl.inputs import headings
from winback_xl.inputs.kinds.words import as_texts
from winback_xl.inputs.spelling import key
from winback_xl.readers import crop
from winback_xl.readers.grid import Cell, letters
from winback_xl.readers.header_row import find
from winback_xl.readers.source import MAX_ROW
from winback_xl.schema import columns
from winback_xl.serial_days import DAY_0, FIRST_DAY, LAST_DAY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from numpy.typing import NDArray

    from winback_xl.readers.grid import Grid, RawColumn
    from winback_xl.readers.xlsx.read_xlsx import XlsxSource
    from winback_xl.schema.columns import Kind, Table

_DAYS = (float(FIRST_DAY), LAST_DAY + 1.0)
_EPOCH = pd.Timestamp(DAY_0)
_HEADED = 8  # headings of ours that make a table ours


def values(column: RawColumn, kind: Kind = "text", *, tidy: bool = False) -> NDArray[np.object_]:
    """Return the content of every cell: text, float, bool, Timestamp, or None for a blank one.

    In a column of dates a number is taken as the day it stands for: somebody changed the cell's format. ``tidy`` cleans
    the texts, each once.
    """
    found = np.full(len(column), None, dtype=object)
    kinds = column.kinds
    texts = np.isin(kinds, (Cell.TEXT, Cell.ERROR))
    if texts.any():
        codes, words = column.distinct()
        if tidy:
            words = list(cleaned(words))
        found[texts] = np.array([*words, None], dtype=object)[codes[texts]]
    if column.numbers is not None:
        numbers, flags = kinds == Cell.NUMBER, kinds == Cell.BOOL
        found[numbers] = column.numbers[numbers].tolist()
        found[flags] = [bool(value) for value in column.numbers[flags]]
        if kind == "date":
            days = numbers & (column.numbers >= _DAYS[0]) & (column.numbers < _DAYS[1])
            found[days] = [_EPOCH + pd.Timedelta(day, "D") for day in column.numbers[days].tolist()]
    if column.dates is not None:
        dated = kinds == Cell.DATE
        found[dated] = [pd.Timestamp(day) for day in column.dates[dated]]
    return found


def shown(column: RawColumn, kind: Kind = "text") -> NDArray[np.object_]:
    """Return what `values` does, texts as the next workbook will show them, so that both compare as equal.

    Control characters are replaced there (`winback_xl.core.cell_text.clean`); taken as they are, they would differ from
    what was written for ever.
    """
    return values(column, kind, tidy=True)


@dataclass(frozen=True, slots=True)
class Found:
    """One of our tables, found in a sheet.

    Parameters
    ----------
    grid : Grid
        All columns of the sheet below the headings.
    columns : dict of str to RawColumn
        By our names.
    added : dict of str to RawColumn
        The others that have a heading and content, by heading.
    issues : tuple of Issue
        About headings.
    """

    grid: Grid
    columns: dict[str, RawColumn]
    added: dict[str, RawColumn]
    issues: tuple[Issue, ...]

    def ids(self, name: str) -> list[str]:
        """Return a column of ids as text."""
        if name not in self.columns:
            return [""] * self.grid.rows
        return [text.strip() for text in as_texts(self.columns[name]).to_pylist()]


_OURS = frozenset({"tblCampaign", "tblSegments", "tblMakeGoods", "tblAccounts"})
"""Tables with partly the same headings: a sheet that holds one of them is not another one."""


def table(source: XlsxSource, ours: Table, *, but: Collection[str] = ()) -> Found | None:
    """Find one of our tables by its name, by its sheet's name or by its headings; None if there is none.

    ``but`` are sheets that hold others of our tables, whose headings are partly the same.
    """
    score = headings.scorer(ours)
    named = [item.sheet for item in source.tables if item.name == ours.name]
    names = [item.name for item in source.sheets]
    likely = [*named, *(name for name in names if name.casefold() == ours.title.casefold())]
    others = {item.sheet for item in source.tables if item.name in _OURS and item.name != ours.name}
    seen: list[tuple[float, str]] = []
    for sheet in dict.fromkeys([*likely, *(item.name for item in source.sheets if item.visible)]):
        if sheet in but or (sheet in others and sheet not in likely):
            continue
        heading = find(source.head(sheet), score)
        if heading is not None and heading.score >= min(_HEADED, len(ours.columns) // 2):
            if sheet in likely:
                return _found(source, ours, sheet, heading.row, heading.texts)
            seen.append((heading.score, sheet))
    if not seen:
        return None
    sheet = max(seen, key=lambda item: item[0])[1]
    heading = find(source.head(sheet), score)
    return _found(source, ours, sheet, heading.row, heading.texts) if heading else None


def _found(source: XlsxSource, ours: Table, sheet: str, row: int, texts: tuple[str, ...]) -> Found:
    grid = crop.below(source.whole(sheet), row, texts)
    names = [column.heading for column in grid.columns]
    sources, stated = headings.match(names, ours)
    missing = [column.heading for column in ours.columns if column.required and column.name not in sources]
    if missing:
        raise DataError(
            f"{grid.file}, {sheet}: the column {missing[0]} is gone.",
            "Put the heading back above the column, then try again.",
            code="key-missing",
            issues=tuple(stated),
        )
    columns = {name: grid.columns[place.positions[0]] for name, place in sources.items()}
    for item in ours.columns:  # two columns of one heading: the first is ours, the other somebody's own
        same = [raw for raw in grid.columns if key(raw.heading) == key(item.heading)]
        if item.name not in columns and same:
            columns[item.name] = same[0]
    taken = {column.position for column in columns.values()}
    added: dict[str, RawColumn] = {}
    own = {key(item.heading) for item in ours.columns}
    for column in grid.columns:
        if column.position in taken or (
            column.count(Cell.BLANK) == len(column) and not column.heading.strip()
        ):
            continue
        heading = column.heading.strip() or f"Column {letters(column.position)}"
        free, number = heading, 1
        while key(free) in own:
            number += 1
            free = f"{heading} ({number})"
        own.add(key(free))
        added[free] = column
    issues = tuple(
        Issue(one.code, "warning", one.what, "", file=grid.file, sheet=sheet)
        for one in stated
        if one.severity == "error"
    )
    return Found(grid, columns, added, issues)


def row_numbers(grid: Grid) -> NDArray[np.int64]:
    """Return the row of the sheet, from 1, of every data row."""
    if grid.row_numbers is None:
        return np.arange(grid.first_row, grid.first_row + grid.rows, dtype=np.int64)
    return grid.row_numbers


def whole(source: XlsxSource, sheet: str, last_row: int = MAX_ROW) -> Grid:
    """Return all cells of a sheet, or those down to a row."""
    return crop.rows_between(source.whole(sheet), 1, last_row)


def cells(grid: Grid) -> Iterator[tuple[int, int, Any]]:
    """Yield row (from 1), column (from 0) and content of every filled cell."""
    for column in grid.columns:
        held = values(column)
        for row in np.flatnonzero(column.kinds != Cell.BLANK).tolist():
            yield grid.row_number(row), column.position, held[row]


def below(grid: Grid, headings_: tuple[str, ...]) -> list[list[Any]]:
    """Return the rows below a row that begins with these headings, down to the first blank one."""
    top, count = below_at(grid, headings_)
    body = [values(column) for column in grid.columns if column.position < len(headings_)]
    first = next((row for row in range(grid.rows) if grid.row_number(row) == top + 1), 0)
    return [[column[row] for column in body] for row in range(first, first + count)]


def below_at(grid: Grid, headings_: tuple[str, ...]) -> tuple[int, int]:
    """Return the sheet row that begins with these headings, 0 for none, and how many rows are below it."""
    width = len(headings_)
    body = [values(column) for column in grid.columns if column.position < width]
    if len(body) < width:
        return 0, 0
    for row in range(grid.rows):
        if all(body[place][row] == text for place, text in enumerate(headings_)):
            top = number = grid.row_number(row)
            for other in range(row + 1, grid.rows):
                number += 1
                if grid.row_number(other) != number or all(column[other] is None for column in body):
                    return top, number - 1 - top
            return top, number - top
    return 0, 0


def talks(found: Found) -> pd.DataFrame:
    """Return every row of the log of talks as found: our columns, those that people added, and the row of the sheet."""
    held: dict[str, Any] = {}
    for column in columns.TALKS.columns:
        if column.name in found.columns:
            raw = found.columns[column.name]
            held[column.name] = shown(raw, column.kind)
            if column.kind == "id":
                held[column.name] = np.array([*found.ids(column.name), ""], object)[:-1]
            if column.role == "formula":  # never calculated, or not by this program: it holds nothing
                failed = np.isin(raw.kinds, (Cell.UNCALCULATED, Cell.ERROR))
                held[column.name] = np.where(failed, "", held[column.name])
    for heading, raw in found.added.items():
        held[ADDED + heading] = shown(raw)
    frame = pd.DataFrame({name: pd.Series(list(cells), dtype=object) for name, cells in held.items()})
    frame = frame.reindex(columns=list(dict.fromkeys([*columns.TALKS.names, *frame])))
    frame["row"] = row_numbers(found.grid)
    return frame


def tracker(found: Found) -> pd.DataFrame:
    """Return every row of the campaign as found: our columns, those that people added, and the row of the sheet."""
    kinds = {column.name: column.kind for column in columns.CAMPAIGN.columns}
    held: dict[str, Any] = {}
    for column in columns.CAMPAIGN.columns:
        if column.name in carried_edits.KEYS:
            held[column.name] = found.ids(column.name)
        elif column.name in found.columns:
            held[column.name] = shown(found.columns[column.name], kinds[column.name])
    for heading, raw in found.added.items():
        held[ADDED + heading] = shown(raw)
    frame = pd.DataFrame({name: pd.Series(list(cells), dtype=object) for name, cells in held.items()})
    frame["row"] = row_numbers(found.grid)
    return frame


def others(found: Found) -> pd.DataFrame:
    """Return the columns that people added to a table of ours, by customer."""
    frame = pd.DataFrame(
        {name: pd.Series(list(shown(raw)), dtype=object) for name, raw in found.added.items()}
    )
    frame.insert(0, "customer_id", found.ids("customer_id"))
    return frame[(frame["customer_id"] != "") & ~frame["customer_id"].duplicated()].reset_index(drop=True)
