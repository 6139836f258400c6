"""Settings from a file: a .toml, or a sheet or table with the columns Setting and Value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.errors import SettingsError
from winback_xl.files.small_text import text_of
from winback_xl.inputs.kinds.words import as_texts
from winback_xl.inputs.spelling import brief, key
from winback_xl.readers.grid import Cell
from winback_xl.readers.read import read, sheet_of
from winback_xl.settings import Settings, Value, describe
from winback_xl.settings.about import HEADINGS_OF_NAMES, HEADINGS_OF_VALUES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from winback_xl.readers.grid import Grid, RawColumn
    from winback_xl.readers.source import Source

_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?", re.ASCII)


def load(path: str | Path, *, sheet: str | None = None) -> Settings:
    """Read settings from a .toml file, or from a workbook or CSV with the columns Setting and Value.

    Parameters
    ----------
    path : path
        The file. What it does not name keeps its default.
    sheet : str, optional
        Sheet or Excel Table; by default the one with the headings.

    Returns
    -------
    Settings

    Raises
    ------
    SettingsError
        A setting is unknown, blank, doubled or out of bounds; all of them are reported together, each with its cell.
    FileError
        The file cannot be read.
    """
    if Path(path).suffix.casefold() == ".toml":
        file, text = text_of(path, "a settings file")
        return Settings.from_toml(text, file)
    return _all_read(read(path, sheet=sheet, score=_score, grows=True))


def of_sheet(source: Source, file: str, sheet: str) -> Settings:
    """Read settings from a sheet of a workbook that is open already.

    Parameters
    ----------
    source, file
        The open workbook, and its name for messages.
    sheet : str
        The sheet with the columns Setting and Value.

    Raises
    ------
    SettingsError
        As for `load`.
    """
    return _all_read(sheet_of(source, file, sheet, _score, grows=True))


def _all_read(grid: Grid) -> Settings:
    if lost := [str(note) for note in grid.notes if note.rows]:  # a setting may have stood there
        raise SettingsError("\n".join(lost), code="settings-refused")
    return from_grid(grid)


def _score(cells: Iterable[object]) -> float:
    words = {key(cell) for cell in cells if isinstance(cell, str)}
    return 2.0 * bool(words & HEADINGS_OF_NAMES) + 2.0 * bool(words & HEADINGS_OF_VALUES)


def from_grid(grid: Grid) -> Settings:
    """Read settings from a sheet with the columns Setting and Value; other columns do not matter.

    Parameters
    ----------
    grid : Grid
        Cells as found. Rows without a value and without a known name are titles of groups.

    Returns
    -------
    Settings

    Raises
    ------
    SettingsError
        As for `load`.
    """
    names = _column(grid, HEADINGS_OF_NAMES, "Setting")
    values = _column(grid, HEADINGS_OF_VALUES, "Value")
    known = {key(text): item for item in describe() for text in (item.name, item.label)}
    pairs = list[tuple[str, str, object]]()
    for row, name in enumerate(as_texts(names).to_pylist()):
        value, item = _value(values, row), known.get(key(name))
        if grid.place == "line" and isinstance(value, str) and item and type(item.default) in {int, float}:
            value = float(value) if _NUMBER.fullmatch(value) else value  # a text file holds nothing but texts
        if value is None and (item is None or item.default == ""):
            continue
        where = f"{grid.file}, {grid.sheet + '!' if grid.sheet else ''}{grid.cell(row, values)}"
        pairs.append((where, item.name if item else name.strip(), "" if value is None else value))
    return Settings.from_pairs(pairs, grid.file)


def _column(grid: Grid, words: frozenset[str], heading: str) -> RawColumn:
    for column in grid.columns:
        if key(column.heading) in words:
            return column
    listed = ", ".join(f"'{brief(found)}'" for found in grid.headings[:12]) or "none"
    raise SettingsError(
        f"{grid.file} has no column '{heading}'. Headings: {listed}.",
        "Settings need the columns Setting and Value, or a .toml file.",
        code="settings-columns",
    )


@dataclass(frozen=True, slots=True)
class _Broken:
    """An error of Excel, or a formula without a result: it is not text that a setting could be."""

    text: str

    def __str__(self) -> str:
        return self.text


def _value(column: RawColumn, row: int) -> Value | _Broken | None:
    """Return what a cell holds: a number, yes or no, a text, or None when it is blank."""
    kind = Cell(int(column.kinds[row]))
    if kind is Cell.NUMBER and column.numbers is not None:
        return float(column.numbers[row])
    if kind is Cell.BOOL and column.numbers is not None:
        return bool(column.numbers[row])
    text = str(as_texts(column.take(np.array([row])))[0].as_py()).strip()
    return _Broken(text) if kind in {Cell.ERROR, Cell.UNCALCULATED} else text or None
