"""Read the open workbook, once and before anything is written: its sheets, its tables, its inputs.

Two hosts answer a read after a write with nothing, so `look` notes where everything stands first; what a command
needs of the cells it then asks of the `View`. Inputs are Excel Tables called tblOrders, tblCustomers, tblIncidents
and tblReps, else tables or sheets whose headings fit; they go through the same checks as files.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl import columns as schema
from winback_xl.errors import DataError, SettingsError
from winback_xl.excel.host import attempt
from winback_xl.settings import Settings
from winback_xl.tables import headings, memory, settings_sheet
from winback_xl.tables.grid import Cell, Grid
from winback_xl.tables.header_row import find
from winback_xl.tables.source import HEAD, HeadRow
from winback_xl.workbook import input_form

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from winback_xl.columns import Table

Rows = list[list[Any]]
"""Cells as the host gives them: numbers, texts, dates, None; an error cell is its text."""

INPUT_NAMES = {table.name.casefold(): table for table in schema.INPUTS}
AS_OF = "set_as_of"
"""Name of the cell with the day that "today" means."""

AUTOMATIC = "winback_as_of_automatic"
"""Name that holds the as-of day which was taken from the orders: while the cell in Settings still shows it, newer
orders move it on; once somebody types another day, that one counts."""

RESULTS = (
    "tblLeftovers",
    "tblConflicts",
    "tblFound",
    "tblDoctor",
    "tblButtons",
    "tblMailMerge",
    "tblHistory",
    "tblLetters",
)
"""Tables that only some workbooks of ours hold."""

_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"})
_ENOUGH = 2  # columns that a table without a known name must share with ours


@dataclass(frozen=True, slots=True)
class Held:
    """An Excel Table of the open workbook: its header stands at (row, col), 0-based.

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
        What stands in the cell called `AS_OF`.
    noted : str
        What stands in the name `AUTOMATIC`.
    """

    book: Any
    sheets: tuple[str, ...]
    tables: dict[str, Held]
    names: frozenset[str]
    used: dict[str, int]
    day: pd.Timestamp | None = None
    noted: str = ""
    _bodies: dict[str, Rows] = field(default_factory=dict)

    def table(self, name: str) -> Held | None:
        """Return a table by name, or None."""
        return self.tables.get(name.casefold())

    def on(self, sheet: str) -> list[Held]:
        """Return the tables of a sheet."""
        return [held for held in self.tables.values() if held.sheet == sheet]

    def body(self, held: Held) -> Rows:
        """Return the data rows of a table; read once, and only before anything is written."""
        if held.name not in self._bodies:
            self._bodies[held.name] = _read(
                self.book.sheets[held.sheet], held.row + 1, held.col, held.last_row, len(held.headings)
            )
        return self._bodies[held.name]

    def frame(self, table: Table, *, every_row: bool = False) -> pd.DataFrame | None:
        """Return one of our own tables with the columns of ``table`` that it has, or None.

        Dates are datetime64, numbers as they are, texts str; rows without any key are left out unless ``every_row``.
        """
        held = self.table(table.name)
        if held is None:
            return None
        rows = self.body(held)
        found = {
            item.name: typed([row[held.headings.index(item.heading)] for row in rows], item.kind)
            for item in table.columns
            if item.heading in held.headings
        }
        frame = pd.DataFrame(found)
        keys = [item.name for item in table.columns if item.role == "key" and item.name in frame]
        if every_row:
            return frame
        filled = (frame[keys] != "").any(axis=1) if keys else pd.Series(data=True, index=frame.index)
        return frame[filled].reset_index(drop=True)


def typed_day(view: View) -> pd.Timestamp | None:
    """Return the as-of day that somebody typed, or None where it is for the orders to say."""
    day = view.day
    if day is None or AUTOMATIC not in view.names:
        return day
    return None if view.noted == f"{day:%Y-%m-%d}" else day


def look(book: Any) -> View:
    """Note where everything stands. Reads no cell but the headings of tables."""
    sheets = [(sheet.name, sheet) for sheet in book.sheets]
    tables = {held.name.casefold(): held for name, sheet in sheets for held in _tables(name, sheet)}
    names = frozenset(attempt(lambda: [item.name.casefold() for item in book.names], []))
    return View(
        book=book,
        sheets=tuple(name for name, _ in sheets),
        tables=tables,
        names=names,
        day=_as_of(book) if AS_OF in names else None,
        noted=attempt(lambda: str(book.names[AUTOMATIC].refers_to), "").strip('="')
        if AUTOMATIC in names
        else "",
        used={name: attempt(lambda s=sheet: _last_row(s), 0) for name, sheet in sheets},  # type: ignore[misc]
    )


def _as_of(book: Any) -> pd.Timestamp | None:
    value = attempt(lambda: book.names[AS_OF].refers_to_range.value, None)
    if isinstance(value, dt.date):
        return pd.Timestamp(value).normalize()
    if isinstance(value, str) and value.strip():
        return attempt(lambda: pd.Timestamp(value).normalize(), None)
    return None


def _last_row(sheet: Any) -> int:
    return int(sheet.used_range.last_cell.row) - 1


def _tables(name: str, sheet: Any) -> Iterator[Held]:
    for table in attempt(lambda: list(sheet.tables), []):
        area = table.range
        row, col, (rows, width) = area.row - 1, area.column - 1, area.shape
        texts = _read(sheet, row, col, row, width)[0]
        yield Held(table.name, name, row, col, rows - 1, tuple("" if t is None else str(t) for t in texts))


def _read(sheet: Any, row: int, col: int, last_row: int, width: int) -> Rows:
    """Return a block of cells, always as rows."""
    if last_row < row or width < 1:
        return []
    area = sheet.range((row + 1, col + 1), (last_row + 1, col + width))
    rows: Rows = area.options(ndim=2, err_to_str=True).value
    return rows


def inputs(view: View, *, without: Sequence[str] = ()) -> dict[str, Grid]:
    """Return the input tables of the workbook by title ("Orders", ...).

    Parameters
    ----------
    view : View
    without : sequence of str
        Names of tables that are our own results, in addition to those that `winback_xl.columns` knows.

    Raises
    ------
    DataError
        Two tables fit equally well, and none has our name.
    """
    ours = _own_names() - set(INPUT_NAMES) | {name.casefold() for name in without}
    fits: dict[str, list[tuple[int, Grid]]] = {}
    for name, table in INPUT_NAMES.items():
        held = view.table(name)
        if held is not None:
            fits[table.title] = [(1000, _grid_of(view, held))]
    for grid in _candidates(view, ours):
        title, matched = _kind(grid)
        if title and fits.get(title, [(0, grid)])[0][0] < 1000:
            fits.setdefault(title, []).append((matched, grid))
    return {title: _best(title, found) for title, found in fits.items()}


@lru_cache(maxsize=1)
def _own_names() -> frozenset[str]:
    """Return the names of all tables that a campaign workbook holds: none of them is an input."""
    made = [table.name for sheet in input_form.tracker().sheets for table in sheet.tables]
    return frozenset(name.casefold() for name in (*made, *(table.name for table in schema.TABLES), *RESULTS))


def _best(title: str, found: list[tuple[int, Grid]]) -> Grid:
    best = max(score for score, _ in found)
    top = [grid for score, grid in found if score == best]
    if len(top) > 1:
        places = " and ".join(grid.table or grid.sheet for grid in top)
        name = next(table.name for table in schema.INPUTS if table.title == title)
        raise DataError(
            f"{places} both look like {title.lower()}.",
            f"Make the right one an Excel Table and call it {name} (Table Design, Table Name).",
            code="two-inputs",
        )
    return top[0]


def _candidates(view: View, ours: set[str]) -> Iterator[Grid]:
    """Yield every table that is not ours, and every sheet without tables."""
    for held in view.tables.values():
        if held.name.casefold() not in ours and held.name.casefold() not in INPUT_NAMES:
            mine = {item.name.casefold() for item in view.on(held.sheet)} & ours
            if not mine:
                yield _grid_of(view, held)
    for name in view.sheets:
        if not view.on(name):
            grid = _grid_of_sheet(view, name)
            if grid is not None:
                yield grid


def _kind(grid: Grid) -> tuple[str, int]:
    """Return which input the headings fit, and how many of them; "" where they fit none well enough."""
    best = ("", 0)
    for table in schema.INPUTS:
        if headings.scorer(table)(grid.headings) < _ENOUGH:
            continue
        sources, _ = headings.match([text for text in grid.headings if text], table)
        complete = all(item.name in sources for item in table.columns if item.required)
        if complete and len(sources) >= _ENOUGH and len(sources) > best[1]:
            best = (table.title, len(sources))
    return best


def _grid_of(view: View, held: Held) -> Grid:
    return to_grid(
        view.body(held), held.headings, row=held.row, col=held.col, book=_name(view), sheet=held.sheet,
        table=held.name,
    )  # fmt: skip


def _name(view: View) -> str:
    return str(attempt(lambda: view.book.name, "this workbook"))


def _grid_of_sheet(view: View, name: str) -> Grid | None:
    """Return what stands below the headings of a sheet without tables, or None where there are none of ours."""
    sheet = view.book.sheets[name]
    area = attempt(lambda: sheet.used_range, None)
    if area is None:
        return None
    top, left, (height, width) = area.row - 1, area.column - 1, area.shape
    if height < 2 or width < 2:
        return None
    rows = _read(sheet, top, left, top + height - 1, width)
    heads = [
        HeadRow(at, tuple("" if cell is None else str(cell) for cell in row))
        for at, row in enumerate(rows[:HEAD])
    ]
    scorers = [headings.scorer(table) for table in schema.INPUTS]
    found = find(heads, lambda cells: max(score(cells) for score in scorers))
    if found is None or found.score < 1:
        return None
    return to_grid(
        rows[found.row + 1 :], found.texts, row=top + found.row, col=left, book=_name(view), sheet=name
    )


def to_grid(
    rows: Rows, texts: Sequence[str], *, row: int, col: int, book: str, sheet: str, table: str = ""
) -> Grid:
    """Turn cells of the open workbook into the grid that all readers of files make.

    Parameters
    ----------
    rows : list of list, shape (n_rows, n_columns)
        The cells below the headings. Blank rows are left out; every other keeps its address.
    texts : sequence of str
        The headings, which stand at (``row``, ``col``), 0-based.
    book, sheet, table : str
        Names, for messages.
    """
    filled = [at for at, cells in enumerate(rows) if any(cell not in (None, "") for cell in cells)]
    kept = rows if len(filled) == len(rows) else [rows[at] for at in filled]
    frame = pd.DataFrame(
        {
            place: pd.Series([_cell(cells[place]) for cells in kept], dtype=object)
            for place in range(len(texts))
        }
    )
    grid = memory.to_grid(frame, book)
    made = tuple(
        replace(_with_errors(column), position=col + column.position, heading=texts[column.position])
        for column in grid.columns
    )
    return replace(
        grid,
        sheet=sheet,
        columns=made,
        first_row=row + 2,
        header_row=row + 1,
        rows=len(kept),
        place="cell",
        row_numbers=None if len(filled) == len(rows) else np.array(filled, np.int64) + row + 2,
        table=table,
    )


def _cell(value: Any) -> Any:
    return None if value == "" else value


def _with_errors(column: Any) -> Any:
    """Mark error cells as what they are; the host gives their text."""
    if column.texts is None:
        return column
    codes, words = column.distinct()
    wrong = [place for place, word in enumerate(words) if word in _ERRORS]
    if not wrong:
        return column
    kinds = np.array(column.kinds)
    kinds[np.isin(codes, wrong)] = Cell.ERROR
    return replace(column, kinds=kinds)


def settings(view: View) -> Settings:
    """Return the settings of the workbook: of the table tblSettings, else of a sheet Settings, else the defaults.

    Raises
    ------
    SettingsError
        A setting is unknown or out of bounds; its cell is named.
    """
    held = view.table("tblSettings")
    if held is not None:
        return settings_sheet.from_grid(_grid_of(view, held))
    name = next((sheet for sheet in view.sheets if sheet.casefold() == "settings"), "")
    grid = _settings_grid(view, name) if name and not view.on(name) else None
    return settings_sheet.from_grid(grid) if grid is not None else Settings()


def _settings_grid(view: View, name: str) -> Grid | None:
    sheet = view.book.sheets[name]
    area = sheet.used_range
    rows = _read(sheet, area.row - 1, area.column - 1, area.row - 2 + area.shape[0], area.shape[1])
    for at, cells in enumerate(rows[:HEAD]):
        texts = [headings.key(cell) if isinstance(cell, str) else "" for cell in cells]
        if "setting" in texts and "value" in texts:
            shown = ["" if cell is None else str(cell) for cell in cells]
            return to_grid(
                rows[at + 1 :],
                shown,
                row=area.row - 1 + at,
                col=area.column - 1,
                book=_name(view),
                sheet=name,
            )
    if any(cell is not None for cells in rows for cell in cells):
        raise SettingsError(
            f"The sheet {name} has no headings Setting and Value.",
            "Put them above the two columns, or give the sheet another name.",
            code="settings-columns",
        )
    return None


_EPOCH = pd.Timestamp("1899-12-30")


def typed(values: list[Any], kind: str) -> pd.Series:
    """Return the cells of one of our own columns in the type that the core takes."""
    if kind == "date":
        days = [_day(value) for value in values]
        return pd.Series(pd.to_datetime(pd.Series(days, dtype=object), errors="coerce")).astype(
            "datetime64[s]"
        )
    if kind in {"money", "number", "count", "days", "share"}:
        return pd.to_numeric(pd.Series(values, dtype=object), errors="coerce").astype("float64")
    return pd.Series([_text(value) for value in values], dtype=object)


def _day(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _EPOCH + pd.Timedelta(days=float(value)) if 60 < value < 2_958_466 else None
    return value if isinstance(value, (dt.date, str)) and value != "" else None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return str(value)
