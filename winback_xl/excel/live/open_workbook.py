"""Look at the open workbook, once and before anything is written: its sheets, its tables, its names.

Two hosts answer a read after a write with nothing, so `look` notes where everything stands first; what a command
needs of the cells it then asks of the `View`.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from winback_xl.excel.host import attempt
from winback_xl.schema.columns import NUMERIC
from winback_xl.serial_days import DAY_0, FIRST_DAY, LAST_DAY

if TYPE_CHECKING:
    from collections.abc import Iterator


Rows = list[list[Any]]
"""Cells as the host gives them: numbers, texts, dates, None; an error cell is its text."""

AS_OF = "set_as_of"
"""Name of the cell with the day that "today" means."""

FREEZE = "set_freeze"
"""Name of the cell with the day that somebody wants to see instead of today."""


PAGE = "winback_page_"
"""How the names begin that mark sheets of ours without a table, such as the call sheets."""


@dataclass(frozen=True, slots=True)
class Held:
    """An Excel Table of the open workbook: its header is at (row, col), 0-based.

    ``rows`` counts the data rows. One blank row is what Excel keeps of an empty table.
    """

    name: str
    sheet: str
    row: int
    col: int
    rows: int
    headings: tuple[str, ...]

    def column(self, heading: str) -> int:
        """Return the sheet column (0-based) of a heading."""
        return self.col + self.headings.index(heading)

    @property
    def last_row(self) -> int:
        """Sheet row (0-based) of the last data row."""
        return self.row + self.rows


@dataclass(slots=True)
class View:
    """Where everything stood when the command began.

    Parameters
    ----------
    book : xlwings.Book
    sheets : tuple of str
        Names, in order.
    tables : dict of str to Held
        By name in lower case.
    names : frozenset of str
        Workbook-wide names, in lower case.
    used : dict of str to int
        Last used row (0-based) of each sheet.
    day : Timestamp or None
        What is in the cell called `AS_OF`.
    frozen : Timestamp or None
        What is in the cell called `FREEZE`.
    pages : dict of str to str
        Name that marks a sheet of ours without a table -> that sheet.
    """

    book: Any
    sheets: tuple[str, ...]
    tables: dict[str, Held]
    names: frozenset[str]
    used: dict[str, int]
    day: pd.Timestamp | None = None
    frozen: pd.Timestamp | None = None
    pages: dict[str, str] = field(default_factory=dict)
    _bodies: dict[str, Rows] = field(default_factory=dict)
    _sheets: dict[str, Rows] = field(default_factory=dict)

    def table(self, name: str) -> Held | None:
        """Return a table by name, or None."""
        return self.tables.get(name.casefold())

    def on(self, sheet: str) -> list[Held]:
        """Return the tables of a sheet."""
        return [held for held in self.tables.values() if held.sheet == sheet]

    def body(self, held: Held) -> Rows:
        """Return the data rows of a table; read once, and only before anything is written."""
        if held.name not in self._bodies:
            self._bodies[held.name] = cut(self.cells(held.sheet), held)
        return self._bodies[held.name]

    def cells(self, sheet: str) -> Rows:
        """Return all cells of a sheet from A1, as they stood when the first of them was asked for."""
        if sheet not in self._sheets:
            self._sheets[sheet] = read_sheet(self.book.sheets[sheet])
        return self._sheets[sheet]

    def was_read(self, sheet: str) -> bool:
        """Return whether cells of a sheet were asked for."""
        return sheet in self._sheets


def look(book: Any) -> View:
    """Note where everything stands. Reads no cell but the headings of tables."""
    sheets = [(sheet.name, sheet) for sheet in book.sheets]
    tables = {held.name.casefold(): held for name, sheet in sheets for held in _tables(name, sheet)}
    names = frozenset(_names(book))
    return View(
        book=book,
        sheets=tuple(name for name, _ in sheets),
        tables=tables,
        names=names,
        day=_day_in(book, AS_OF) if AS_OF in names else None,
        pages=_pages(book, names),
        frozen=_day_in(book, FREEZE) if FREEZE in names else None,
        used={name: attempt(lambda s=sheet: _last_row(s), 0) for name, sheet in sheets},  # type: ignore[misc]
    )


def _names(book: Any) -> list[str]:
    nothing: list[str] = []
    return attempt(lambda: [str(item.name).casefold() for item in book.names], nothing)


def page_name(sheet: str) -> str:
    """Return the name that marks a sheet of ours without a table.

    >>> page_name("Call sheets")
    'winback_page_call_sheets'
    """
    return PAGE + re.sub(r"\W+", "_", sheet).strip("_").casefold()


def _pages(book: Any, names: frozenset[str]) -> dict[str, str]:
    found = {}
    for name in names:
        if name.startswith(PAGE):
            sheet = attempt(lambda n=name: str(book.names[n].refers_to_range.sheet.name), "")  # type: ignore[misc]
            if sheet:
                found[name] = sheet
    return found


def _day_in(book: Any, name: str) -> pd.Timestamp | None:
    value = attempt(lambda: book.names[name].refers_to_range.value, None)
    if isinstance(value, dt.date):
        return pd.Timestamp(value).normalize()
    if isinstance(value, str) and value.strip():
        return attempt(lambda: pd.Timestamp(value).normalize(), None)
    return None


def _last_row(sheet: Any) -> int:
    return int(sheet.used_range.last_cell.row) - 1


def _tables(name: str, sheet: Any) -> Iterator[Held]:
    nothing: list[Any] = []
    for table in attempt(lambda: list(sheet.tables), nothing):
        area = table.range
        row, col, (rows, width) = area.row - 1, area.column - 1, area.shape
        texts = read_block(sheet, row, col, row, width)[0]
        yield Held(table.name, name, row, col, rows - 1, tuple("" if t is None else str(t) for t in texts))


def read_block(sheet: Any, row: int, col: int, last_row: int, width: int) -> Rows:
    """Return a block of cells, always as rows."""
    if last_row < row or width < 1:
        return []
    area = sheet.range((row + 1, col + 1), (last_row + 1, col + width))
    rows: Rows = area.options(ndim=2, err_to_str=True).value
    return rows


def read_sheet(sheet: Any) -> Rows:
    """Return all cells of a sheet, from A1 to the last one in use."""
    last = attempt(lambda: sheet.used_range.last_cell, None)
    return [] if last is None else read_block(sheet, 0, 0, int(last.row) - 1, int(last.column))


def cut(rows: Rows, held: Held) -> Rows:
    """Return the data rows of a table from the cells of its sheet; what is below the last cell in use is blank."""
    width = len(held.headings)
    found = []
    for row in range(held.row + 1, held.last_row + 1):
        cells = rows[row][held.col : held.col + width] if row < len(rows) else []
        found.append([*cells, *[None] * (width - len(cells))])
    return found


def typed(values: list[Any], kind: str) -> pd.Series:
    """Return the cells of one of our own columns in the type that the core takes."""
    if kind == "date":
        days = [_day(value) for value in values]
        return pd.Series(pd.to_datetime(pd.Series(days, dtype=object), errors="coerce")).astype(
            "datetime64[s]"
        )
    if kind in NUMERIC:
        return pd.to_numeric(pd.Series(values, dtype=object), errors="coerce").astype("float64")
    return pd.Series([_text(value) for value in values], dtype=object)


def is_day(number: float) -> bool:
    """Return whether a serial number is a day: 1900-03-01 to 9999-12-31."""
    return FIRST_DAY <= number < LAST_DAY + 1


def day_of_serial(number: float) -> pd.Timestamp:
    """Return the day that a serial number stands for."""
    return pd.Timestamp(DAY_0) + pd.Timedelta(days=number)


def _day(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return day_of_serial(float(value)) if is_day(float(value)) else None
    return value if isinstance(value, (dt.date, str)) and value != "" else None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return str(value)
