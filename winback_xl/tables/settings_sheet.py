"""Settings from a file: a .toml, or a sheet or table with the columns Setting and Value."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.errors import FileError, SettingsError
from winback_xl.settings import Settings, Value, describe
from winback_xl.tables.grid import Cell
from winback_xl.tables.kinds.words import as_texts
from winback_xl.tables.read import read
from winback_xl.tables.spelling import brief, key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from winback_xl.tables.grid import Grid, RawColumn

_NAMES = frozenset({"setting", "settings", "name", "key", "parameter"})
_VALUES = frozenset({"value", "values", "chosen", "yourvalue"})
_LARGEST = 1_000_000  # bytes; nobody writes a longer settings file


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
        A setting is unknown, blank, doubled or out of bounds; all of them are told together, each with its cell.
    FileError
        The file cannot be read.
    """
    path = Path(path)
    if path.suffix.casefold() == ".toml":
        return Settings.from_toml(_text(path), file=path.name)
    return from_grid(read(path, sheet=sheet, score=_score))


def _text(path: Path) -> str:
    """Return the text of a small file."""
    try:
        if path.stat().st_size > _LARGEST:
            raise FileError(
                f"{path.name} is too large for a settings file.",
                "Choose the right file.",
                code="settings-large",
            )
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path.name} is no UTF-8 text.", "Save it as UTF-8.", code="toml") from error
    except OSError as error:
        raise FileError(
            f"{path.name} cannot be read: {error.strerror}.", "Check the path.", code="file-unreadable"
        ) from error


def _score(cells: Iterable[object]) -> float:
    words = {key(cell) for cell in cells if isinstance(cell, str)}
    return 2.0 * bool(words & _NAMES) + 2.0 * bool(words & _VALUES)


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
    names = _column(grid, _NAMES, "Setting")
    values = _column(grid, _VALUES, "Value")
    about = {key(item.name): item for item in describe()} | {key(item.label): item for item in describe()}
    chosen: dict[str, Value] = {}
    wrong: list[str] = []
    for row, name in enumerate(as_texts(names).to_pylist()):
        value = _value(values, row)
        known = about.get(key(name))
        if not key(name) or (known is None and value is None):
            continue
        where = f"{grid.file}, {grid.sheet + '!' if grid.sheet else ''}{grid.cell(row, values)}"
        try:
            if known is None:
                Settings.from_mapping({name: value})  # raises, naming the nearest
            elif known.name in chosen:
                wrong.append(f"{where}: Setting '{known.name}' is there twice. Keep one row for it.")
            elif value is not None or known.default != "":
                chosen[known.name] = known.check("" if value is None else value)
        except SettingsError as error:
            wrong.append(f"{where}: {error}")
    if not wrong:
        try:
            return Settings.from_mapping(chosen)
        except SettingsError as error:  # two settings that contradict each other
            wrong.append(f"{grid.file}: {error}")
    raise SettingsError("\n".join(wrong), code="settings-refused")


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


def _value(column: RawColumn, row: int) -> Value | None:
    """Return what a cell holds: a number, yes or no, a text, or None when it is blank."""
    kind = Cell(int(column.kinds[row]))
    if kind is Cell.NUMBER and column.numbers is not None:
        return float(column.numbers[row])
    if kind is Cell.BOOL and column.numbers is not None:
        return bool(column.numbers[row])
    text = str(as_texts(column.take(np.array([row])))[0].as_py()).strip()
    return text or None
