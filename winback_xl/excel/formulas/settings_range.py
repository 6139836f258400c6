"""The settings that a formula counts with: those of a range such as tblSettings, else the defaults.

A range is read once for its content: the next thousand cells that name it get the same `Settings` at once.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from winback_xl.errors import UsageError
from winback_xl.excel.formulas import argument_cells, ranges
from winback_xl.inputs.spelling import key
from winback_xl.settings import Settings, describe
from winback_xl.settings.about import HEADINGS_OF_NAMES, HEADINGS_OF_VALUES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DEFAULTS = Settings()
_USED: ContextVar[Settings | None] = ContextVar("settings of the formula that is calculated", default=None)
_REMEMBERED = 32  # different contents of Settings sheets
_KNOWN = {key(text): about for about in describe() for text in (about.name, about.label)}


def used() -> Settings:
    """Return the settings of the formula that is being calculated."""
    return _USED.get() or DEFAULTS


def in_words() -> str:
    """State which settings a formula used, as its last sentence; nothing where none were given."""
    given = _USED.get()
    if given is None:
        return ""
    changed = given.changed()
    labels = {about.name: about.label for about in describe()}
    stated = ", ".join(f"{labels[name]} {_shown(getattr(given, name))}" for name in changed)
    return f"Settings: {stated}." if stated else "Settings: all at their defaults."


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


@contextmanager
def counting_with(given: Settings | None) -> Iterator[None]:
    """Let `used` return these settings while a formula is calculated."""
    mark = _USED.set(given)
    try:
        yield
    finally:
        _USED.reset(mark)


def of_range(value: Any) -> Settings:
    """Return the settings of a range: the table tblSettings with or without its headings, or two columns.

    Parameters
    ----------
    value : Any
        A range in which one column holds names or labels of settings, and another one, called Value or else the next one,
        holds their values. What it does not name keeps its default.

    Raises
    ------
    UsageError
        No cell of it names a setting.
    SettingsError
        A value is out of bounds or not of its kind; its row is named.
    """
    rows = ranges.rows_of(value)
    try:
        return _read(tuple(map(tuple, rows)))
    except TypeError:  # an error of Excel comes as something that cannot be looked up
        return _settings(rows)


@lru_cache(maxsize=_REMEMBERED)
def _read(rows: tuple[tuple[Any, ...], ...]) -> Settings:
    return _settings(rows)


def _settings(rows: Sequence[Sequence[Any]]) -> Settings:
    width = max(map(len, rows), default=0)
    named = [sum(_about(row, at) is not None for row in rows) for at in range(width)]
    names = max(range(width), key=lambda at: named[at], default=0)
    if not width or not named[names]:
        raise UsageError(
            "The settings are a range without a setting in it.",
            "Give the table of the Settings sheet, tblSettings, or two columns: the names of settings and their values.",
            "no-settings",
        )
    values = next(filter(None, (_value_column(row, names) for row in rows)), names + 2) - 1
    pairs = list[tuple[str, str, object]]()
    for number, row in enumerate(rows, start=1):
        about = _about(row, names)
        if about is None:
            continue
        found = argument_cells.plain(row[values]) if values < len(row) else None
        if found is None and about.default == "":
            continue
        pairs.append((f"row {number} of the settings", about.name, "" if found is None else found))
    return Settings.from_pairs(pairs, "the settings")


def _value_column(row: Sequence[Any], names: int) -> int:
    """Return which column, counted from 1, a heading row calls Value; 0 where it is not a heading row."""
    words = [key(cell) if isinstance(cell, str) else "" for cell in row]
    if names >= len(words) or words[names] not in HEADINGS_OF_NAMES:
        return 0
    return next((at for at, word in enumerate(words, start=1) if word in HEADINGS_OF_VALUES), 0)


def _about(row: Sequence[Any], at: int) -> Any:
    cell = row[at] if at < len(row) else None
    return _KNOWN.get(key(cell)) if isinstance(cell, str) else None
