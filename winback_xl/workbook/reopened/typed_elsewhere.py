"""What people typed on our sheets where we do not read it: any cell that differs from what we wrote there.

Rows may have been sorted, inserted or deleted, and columns inserted: each row that came back is compared with the row
of ours that it was, found by what it holds. Content outside our rows and columns belongs to people.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.cell_text import cleaned, written
from winback_xl.core.merging.cell_keys import near_numbers
from winback_xl.readers.grid import Cell, letters
from winback_xl.readers.source import MAX_COLUMN, MAX_ROW
from winback_xl.workbook.ooxml import sheet_scan
from winback_xl.workbook.reopened import contents, moved_cells
from winback_xl.workbook.written_cells import (
    BLANK,
    FORMULA,
    PICKED,
    READ,
    code,
    number_codes,
    text_codes,
    unpacked,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from winback_xl.core.merging.left_behind import Line
    from winback_xl.readers.grid import Grid, RawColumn
    from winback_xl.readers.xlsx.read_xlsx import XlsxSource

BESIDE = "It was on a sheet that a refresh replaces."
OVER = "Typed over a cell that a refresh replaces."
_EPOCH = np.datetime64("1899-12-30", "ms")


@dataclass(frozen=True, slots=True)
class _Held:
    """The rows of a sheet that hold anything: their places and codes, shape (n, m), and the columns, m of them."""

    grid: Grid
    rows: NDArray[np.int64]
    columns: Sequence[RawColumn]
    codes: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Formulas:
    """Where formulas are on a sheet, rows from 1 and columns from 0, and what gives their texts, without the "="."""

    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    texts: Callable[[], Mapping[tuple[int, int], str]]

    @classmethod
    def of(cls, texts: Mapping[tuple[int, int], str]) -> Formulas:
        """Take the texts by their cells."""
        places = np.array([*texts], np.int32).reshape(-1, 2)
        return cls(places[:, 0], places[:, 1], lambda: texts)


def typed(
    source: XlsxSource,
    sheet: str,
    sent: Sequence[str],
    *,
    last: int = 0,
    read: Callable[[int, int], bool],
    choices: Collection[str],
) -> Iterator[Line]:
    """Yield the cells of a sheet of a file that differ from what we wrote, as lines for Leftovers.

    Parameters
    ----------
    source : XlsxSource
        The workbook that came back.
    sheet : str
        Name that the sheet has now.
    last : int
        Last row to look at, 0 for all.
    sent, read, choices
        As for `differing`.
    """
    grid = contents.whole(source, sheet, *([last] if last else []))
    scan = partial(sheet_scan.scan, source.book.package, source.book.parts[sheet], last_row=last or MAX_ROW)

    def formulas() -> Formulas:
        rows, columns = scan(unwanted=range(MAX_COLUMN + 1)).calculated
        return Formulas(rows, columns, lambda: scan().formulas)

    yield from differing(grid, sheet, sent, formulas=formulas, read=read, choices=choices)


def differing(
    grid: Grid,
    sheet: str,
    sent: Sequence[str],
    *,
    formulas: Callable[[], Formulas | None],
    read: Callable[[int, int], bool],
    choices: Collection[str],
) -> Iterator[Line]:
    """Yield the cells of a sheet that differ from what we wrote, as lines for Leftovers.

    Parameters
    ----------
    grid : Grid
        Every cell of the sheet as it is now.
    sheet : str
        Name that the sheet has now.
    sent : sequence of str
        From `winback_xl.workbook.written_cells.packed`.
    formulas : callable of () to Formulas or None
        None where a host cannot tell: a cell in which we wrote one is then taken as unchanged.
    read : callable of (int, int) to bool
        Whether a cell is read elsewhere: its row from 1, its column from 0.
    choices : collection of str
        What somebody may pick in a drop-down that chooses what a sheet shows: nothing is lost with it.
    """
    held, ours = _held(grid), unpacked(sent)
    if not len(held.rows) or not len(held.columns):
        return
    asked = bool((ours == FORMULA).any())
    found = formulas() if asked else None
    if found is not None:
        _mark(held, found)
    elif asked:
        ours = np.where(ours == FORMULA, np.uint32(READ), ours)
    expected = _beneath(held, ours)
    differs = (held.codes != BLANK) & (held.codes != expected) & (expected != READ)
    if not differs.any():
        return
    found = found if asked else formulas()
    texts = {} if found is None else found.texts()
    for row, place in zip(*(at.tolist() for at in np.nonzero(differs)), strict=True):
        column = held.columns[place]
        number, at = grid.row_number(int(held.rows[row])), column.position
        formula = texts.get((number, at))
        value = contents.values(column)[int(held.rows[row])] if formula is None else f"={formula}"
        was = int(expected[row, place])
        if was == PICKED and value in choices:
            continue
        if (type(value) is float and _same_number(value, was)) or read(number, at) or value is None:
            continue
        yield f"{sheet}!{letters(at)}{number}", "", "", written(value), OVER if was else BESIDE


def _held(grid: Grid) -> _Held:
    columns = [column for column in grid.columns if column.count(Cell.BLANK) < len(column)]
    filled = np.zeros(grid.rows, bool)
    for column in columns:
        filled |= column.kinds != Cell.BLANK
    rows = np.flatnonzero(filled)
    codes = np.zeros((len(rows), len(columns)), np.uint32)
    for place, column in enumerate(columns):
        codes[:, place] = _codes(column)[rows]
    return _Held(grid, rows, columns, codes)


def _codes(column: RawColumn) -> NDArray[np.uint32]:
    """Return the codes of a column that was read, shape (n,)."""
    kinds = column.kinds
    found = np.where(kinds == Cell.UNCALCULATED, np.uint32(FORMULA), np.uint32(BLANK))
    places, words = column.distinct()
    if len(words):
        texts = np.append(text_codes(cleaned(words)), np.uint32(BLANK))
        blank = np.array([not word for word in words] + [True])
        at = np.isin(kinds, (Cell.TEXT, Cell.ERROR))
        found[at] = np.where(blank, BLANK, texts)[places][at]
    if column.numbers is not None:
        at = kinds == Cell.NUMBER
        found[at] = number_codes(column.numbers[at])
        for flag in (False, True):
            found[(kinds == Cell.BOOL) & (column.numbers == flag)] = code(flag)
    if column.dates is not None:
        at = kinds == Cell.DATE
        found[at] = number_codes((column.dates[at] - _EPOCH) / np.timedelta64(1, "D"))
    return found


def _mark(held: _Held, formulas: Formulas) -> None:
    """Give the cells that hold a formula the code of one."""
    rows = _places(_numbers(held), formulas.rows)
    columns = _places(np.array([column.position for column in held.columns]), formulas.columns)
    inside = (rows >= 0) & (columns >= 0)
    held.codes[rows[inside], columns[inside]] = FORMULA


def _places(held: NDArray[np.int64], wanted: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return where each wanted number is among those held, -1 for nowhere."""
    top = int(held.max()) + 1
    place = np.full(top + 1, -1)
    place[held] = np.arange(len(held))
    found: NDArray[np.int64] = place[np.minimum(wanted, top)]
    return found


def _numbers(held: _Held) -> NDArray[np.int64]:
    """Return the row of the sheet of each row, from 1."""
    return contents.row_numbers(held.grid)[held.rows]


def _beneath(held: _Held, ours: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the code that we wrote into each cell, shape (n, m); blank in rows and columns of others."""
    positions = [column.position for column in held.columns]
    moved = np.zeros((len(ours), len(held.columns)), np.uint32)
    for place, origin in enumerate(moved_cells.columns(held.codes, positions, ours)):
        if origin >= 0:
            moved[:, place] = ours[:, origin]
    expected = np.zeros_like(held.codes)
    was = moved_cells.rows(held.codes, moved, _numbers(held) - 1)
    expected[was >= 0] = moved[was[was >= 0]]
    return expected


def _same_number(value: float, was: int) -> bool:
    """Return whether a number is the one that we wrote, its last digit written by another program."""
    return was in number_codes(np.array(near_numbers(value))).tolist()
