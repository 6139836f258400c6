"""Refuse, before any work, a book that Excel could not hold: too many rows, names twice, lists that are not there."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from winback_xl.errors import DataError
from winback_xl.workbook.formulas import list_name, sheet_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from winback_xl.workbook.spec import Book, Cell, Field, Sheet, Table

MAX_ROWS, MAX_COLUMNS, MAX_RULES = 1_048_576, 16_384, 5
"""Rows and columns of a sheet, and the most conditional formats that we allow on one."""

_NAME = re.compile(r"[A-Za-z_][\w.]{0,254}")
_LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}\d+|[rc]\d*([rc]\d*)?", re.IGNORECASE)
_HEADING_LIMIT = 255

LISTS_TABLE = "tblLists"
"""The table whose columns are the lists of allowed values: the heading is the name of the list."""

ACCOUNTS = "Account"
"""List of the accounts of the campaign, by the name that people choose."""

_LONG_LISTS = {"tblCards": ACCOUNTS}
"""Tables of which one column is a list too: it is as long as the campaign."""


def last_row(table: Table) -> int:
    """Return the sheet row (0-based) of a table's last data row; an empty table has one blank row."""
    return table.row + max(1, table.rows)


def lists(book: Book) -> dict[str, tuple[Sheet, Table, Field]]:
    """Return the lists of allowed values by name; lists without a value are left out."""
    growing = {item.name for item in book.names}
    return {
        field.heading: (sheet, table, field)
        for sheet in book.sheets
        for table in sheet.tables
        for field in table.fields
        if is_list(table, field) and length(field) and list_name(field.heading) not in growing
    }


def list_names(book: Book) -> frozenset[str]:
    """Return the names of all lists, those among them that a name of the book makes grow with what people type."""
    growing = {item.name for item in book.names}
    headings = {
        field.heading
        for sheet in book.sheets
        for table in sheet.tables
        for field in table.fields
        if is_list(table, field) and list_name(field.heading) in growing
    }
    return frozenset(lists(book)) | headings


def named_columns(book: Book) -> Iterator[tuple[Sheet, Table, Field]]:
    """Yield the columns of tables that have a name in the workbook."""
    return (
        (sheet, table, field)
        for sheet in book.sheets
        for table in sheet.tables
        for field in table.fields
        if field.name
    )


def is_list(table: Table, field: Field) -> bool:
    """Return whether a column is a list of allowed values."""
    return table.name == LISTS_TABLE or _LONG_LISTS.get(table.name) == field.heading


def length(field: Field) -> int:
    """Return how many values are in a list before its first blank one."""
    values = [value == value and value not in (None, "") for value in field.values]  # noqa: PLR0124 - NaN is not itself
    return values.index(False) if False in values else len(values)


def check(book: Book) -> None:
    """Refuse what does not fit.

    Raises
    ------
    DataError
        A table has more rows than a sheet.
    ValueError
        The book is described wrongly: that is our fault, not the user's.
    """
    tables = [(sheet, table) for sheet in book.sheets for table in sheet.tables]
    for sheet, table in tables:
        if last_row(table) >= MAX_ROWS:
            raise DataError(
                f"{sheet.name} would need {last_row(table) + 1:,} rows; an Excel sheet holds {MAX_ROWS:,}.",
                "Plan fewer customers at a time, for instance one region, or save as CSV.",
                "too-many-rows",
            )
    areas = (area[0] for sheet in book.sheets for area in sheet.areas)
    named = (field.name for *_, field in named_columns(book))
    cells = (cell.name for cell in _cells(book) if cell.name)
    names = [*(table.name for _, table in tables), *cells, *areas, *named]
    problems = [
        *_twice("sheet", (sheet.name for sheet in book.sheets)),
        *_twice("name", names),
        *_unusable(names),
        *(problem for sheet in book.sheets for problem in _sheet(sheet)),
        *_unlisted(book),
    ]
    if problems:
        raise ValueError("; ".join(problems))


def _cells(book: Book) -> Iterator[Cell]:
    return (cell for sheet in book.sheets for cell in sheet.cells)


def _unusable(names: Iterable[str]) -> Iterator[str]:
    return (
        f"{name!r} cannot be a name in a workbook"
        for name in names
        if not _NAME.fullmatch(name) or _LIKE_A_CELL.fullmatch(name)
    )


def _twice(what: str, names: Iterable[str]) -> Iterator[str]:
    counted = Counter(name.casefold() for name in names)
    return (f"the {what} {name!r} is there {count} times" for name, count in counted.items() if count > 1)


def _sheet(sheet: Sheet) -> Iterator[str]:
    if sheet_name(sheet.name) != sheet.name:
        yield f"{sheet.name!r} cannot be the name of a sheet"
    rules = sum(len(table.rules) for table in sheet.tables)
    if rules > MAX_RULES:
        yield f"{sheet.name} has {rules} conditional formats, more than {MAX_RULES}"
    for table in sheet.tables:
        yield from _twice(f"heading of {table.name}", (field.heading for field in table.fields))
        if not all(field.heading.strip() and len(field.heading) <= _HEADING_LIMIT for field in table.fields):
            yield f"{table.name} has a column without a heading, or with one that is too long"
        if len({len(field.values) for field in table.fields}) != 1:
            yield f"the columns of {table.name} differ in length"
        if table.col + len(table.fields) > MAX_COLUMNS:
            yield f"{table.name} has more columns than a sheet"
    for one, other in pairwise(sheet.folds):
        if other.first < one.last + 2:
            yield f"columns {one.first} to {other.last} of {sheet.name} fold without a column between them"
    yield from _overlaps(sheet.tables)


def _overlaps(tables: tuple[Table, ...]) -> Iterator[str]:
    for place, one in enumerate(tables):
        for other in tables[place + 1 :]:
            beside = one.col + len(one.fields) <= other.col or other.col + len(other.fields) <= one.col
            above = last_row(one) < other.row or last_row(other) < one.row
            if not (beside or above):
                yield f"{one.name} and {other.name} overlap"


def _unlisted(book: Book) -> Iterator[str]:
    known = list_names(book)
    fields = (field for sheet in book.sheets for table in sheet.tables for field in table.fields)
    named = {field.choices for field in fields} | {cell.choices for cell in _cells(book)}
    return (f"there is no list {name!r} in {LISTS_TABLE}" for name in sorted(named - known - {""}))
