"""Spreadsheet engines that share no code: each opens a workbook, takes edits, recalculates, and says what cells show.

betteroffice-xlsx (Rust) and formulon (C++, checked by its makers against Excel 365) run in this process, so one edit
with everything that follows from it takes milliseconds where LibreOffice takes seconds. Both are dev dependencies;
tests that need one are skipped without it.
"""

from __future__ import annotations

import datetime as dt
import importlib
import re
from typing import TYPE_CHECKING, Any, Protocol

from tests.engines.packages import plain_references
from tests.excel_repair.places import column

if TYPE_CHECKING:
    from collections.abc import Iterable

At = tuple[str, str]
"""Sheet and address of a cell."""

NOW = dt.datetime(2026, 10, 31, 9)  # noqa: DTZ001 - spreadsheets know no time zone
EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001
_ADDRESS = re.compile(r"([A-Z]+)(\d+)")


class Engine(Protocol):
    """One open workbook in one engine."""

    def set(self, at: At, value: Any) -> None:
        """Type a value into a cell: a number, a text, a truth value, a date, or None to empty it."""

    def values(self, cells: Iterable[At]) -> dict[At, Any]:
        """Return what cells show once everything is recalculated: floats, texts, "" for blank, errors as "#N/A"."""


class BetterOffice:
    """betteroffice-xlsx: reads structured references as they are."""

    package = "betteroffice_xlsx"

    def __init__(self, book: bytes, *, now: dt.datetime = NOW) -> None:
        self._book = importlib.import_module(self.package).Workbook.open(book)
        self._now = (now - EPOCH) / dt.timedelta(days=1)
        self._book.recalculate(now_serial=self._now)

    def set(self, at: At, value: Any) -> None:
        # It takes what a user would type: an apostrophe keeps text as text.
        typed = f"'{value}" if isinstance(value, str) else serial(value)
        self._book.set(*at, "" if typed is None else typed, now_serial=self._now)

    def values(self, cells: Iterable[At]) -> dict[At, Any]:
        return {at: shown(getattr(value := self._book.value(*at), "value", value)) for at in cells}


class Formulon:
    """formulon: its reader stops at some 50 references to "this row" in one formula, so it gets plain ones instead."""

    package = "formulon"

    def __init__(self, book: bytes, *, place: str = "en_US", now: dt.datetime = NOW) -> None:
        self._module = importlib.import_module(self.package)
        self._book = self._module.Workbook.load(plain_references(book))
        self._book.set_excel_profile_id(f"win-365-{place}")
        self._book.set_pinned_now(now.year, now.month, now.day, now.hour)
        count = self._book.sheet_count
        names = [self._book.sheet_name(place) for place in range(count() if callable(count) else count)]
        self._sheets = {name: place for place, name in enumerate(names)}
        self._stale = True

    def set(self, at: At, value: Any) -> None:
        place, value = self._place(at), serial(value)
        if value is None:
            self._book.set_blank(*place)
        elif isinstance(value, bool):
            self._book.set_bool(*place, value)
        elif isinstance(value, str):
            self._book.set_text(*place, value)
        else:
            self._book.set_number(*place, float(value))
        self._stale = True

    def values(self, cells: Iterable[At]) -> dict[At, Any]:
        if self._stale:
            self._book.recalc()
            self._stale = False
        return {at: self._value(self._book.get_value(*self._place(at))) for at in cells}

    def _value(self, value: Any) -> Any:
        if value.kind.name == "ERROR":
            return self._module.error_display_name(value.error_code)
        return shown(value.to_python())

    def _place(self, at: At) -> tuple[int, int, int]:
        found = _ADDRESS.fullmatch(at[1])
        assert found
        return self._sheets[at[0]], int(found[2]) - 1, column(found[1]) - 1


ENGINES: dict[str, type[BetterOffice | Formulon]] = {"betteroffice": BetterOffice, "formulon": Formulon}


def serial(value: Any) -> Any:
    """Return a value as a cell holds it: days are numbers."""
    if isinstance(value, dt.datetime):
        return (value - EPOCH) / dt.timedelta(days=1)
    if isinstance(value, dt.date):
        return float((value - EPOCH.date()).days)
    return value


def shown(value: Any) -> Any:
    """Return a value in the one form that engines are compared in."""
    if value is None:
        return ""
    if isinstance(value, (bool, int, float)):
        return float(value)
    if isinstance(value, (dt.date, dt.datetime)):
        return float(serial(value))
    return str(getattr(value, "code", value))


def same(one: Any, other: Any) -> bool:
    """Tell whether two cells show the same, numbers to nine digits."""
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= 1e-9 * max(1.0, abs(one), abs(other))
    return bool(one == other)
