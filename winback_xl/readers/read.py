"""Read any file into a `Grid`: find the sheet, the headings and the rows, whatever the format.

>>> from winback_xl.readers.read import read  # doctest: +SKIP
>>> grid = read("orders.xlsx")  # doctest: +SKIP
>>> grid.headings, grid.cell(0, grid.columns[1])  # doctest: +SKIP
(['Customer ID', 'Order date', 'Order value'], 'B2')
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, TypeVar

from winback_xl.errors import UsageError, nearest
from winback_xl.readers.header_row import Heading, find, words_score
from winback_xl.readers.no_headings import no_headings
from winback_xl.readers.opened_files import opened
from winback_xl.readers.source import MAX_COLUMN, REACH, Area

if TYPE_CHECKING:
    from pathlib import Path

    from winback_xl.readers.grid import Grid
    from winback_xl.readers.header_row import Score
    from winback_xl.readers.source import HeadRow, Source, TableInfo

_T = TypeVar("_T")

Choose = Callable[[Sequence[str]], Iterable[int]]
"""Takes the headings by position, returns the positions of the columns to load."""


def read(
    path: str | Path,
    *,
    sheet: str | None = None,
    table: str | None = None,
    header: bool = True,
    score: Score | None = None,
    columns: Choose | None = None,
    grows: bool = False,
) -> Grid:
    """Read one table of a file.

    Parameters
    ----------
    path : str or Path
        .xlsx, .xlsm, .xlsb, .xls (also where it is a web page or an XML spreadsheet inside), .ods, .csv, .tsv, .txt (the texts also with .gz) or .parquet; its content
        counts, not its name.
    sheet : str, optional
        Name of the sheet; by default the visible one whose headings score best.
    table : str, optional
        Name of an Excel Table.
    header : bool
        Whether there is a row of headings. Without, the columns are called ``#1``, ``#2``, ...
    score : callable, optional
        Says how much the texts of a row look like the headings that are wanted (0: not at all).
    columns : callable, optional
        Takes all headings and returns the positions of the columns to load, to save memory.
    grows : bool
        Whether rows that follow an Excel Table without a gap are read as part of it.

    Returns
    -------
    Grid
        All rows below the headings that hold something. Blank rows, what is far away from the table, links
        that were not followed and the like are in its notes.

    Raises
    ------
    FileError
        The file cannot be read; the message says what it is and what to do.
    UsageError
        It has no such sheet or table.
    DataError
        No row of headings was found.
    """
    with opened(path) as (file, source):
        grid = _read(source, file, sheet, table, header=header, score=score, columns=columns, grows=grows)
        others = _others(source, grid, score) if sheet is None and table is None and header else ()
    return replace(grid, notes=(*source.notes, *grid.notes), others=others)


def sheet_of(
    source: Source, file: str, sheet: str, score: Score | None = None, *, grows: bool = False
) -> Grid:
    """Read one sheet of a file that is open already: `read` without another look at the whole file."""
    grid = _read(source, file, sheet, None, header=True, score=score, grows=grows)
    return replace(grid, notes=(*(note for note in source.notes if note.sheet == sheet), *grid.notes))


def read_all(
    path: str | Path,
    names: Sequence[str],
    *,
    fits: Callable[[Sequence[str]], bool],
    header: bool = True,
    score: Score | None = None,
) -> list[Grid]:
    """Read several sheets of a file, which is opened once.

    Parameters
    ----------
    path, header, score
        As for `read`.
    names : sequence of str
        Sheets or Excel Tables, in this order; ``*`` and ``?`` stand for any letters, and then mean the visible
        sheets of such names whose headings fit.
    fits : callable
        Takes the headings of a sheet and says whether they are those that are wanted.

    Returns
    -------
    list of Grid
        At least one.

    Raises
    ------
    FileError, UsageError, DataError
        As for `read`; also when no sheet of such a name fits.
    """
    with opened(path) as (file, source):
        wanted = list(
            dict.fromkeys(found for name in names for found in _expanded(source, file, name, fits, score))
        )
        grids = list["Grid"]()
        for sheet, table in wanted:
            before = len(source.notes)
            grid = _read(source, file, sheet, table, header=header, score=score)
            grids.append(replace(grid, notes=(*source.notes[before if grids else 0 :], *grid.notes)))
    return grids


def _expanded(
    source: Source, file: str, name: str, fits: Callable[[Sequence[str]], bool], score: Score | None
) -> list[tuple[str | None, str | None]]:
    """Return the (sheet, table) pairs, one of them None, that a name means."""
    sheets = {sheet.name.strip().casefold(): sheet for sheet in source.sheets}
    wanted = name.strip().casefold()
    if wanted in sheets or not {"*", "?"} & set(name):
        tables = {table.name.strip().casefold() for table in source.tables}
        return [(None, name)] if wanted in tables and wanted not in sheets else [(name, None)]
    found: list[tuple[str | None, str | None]] = []
    for key, sheet in sheets.items():
        heading = find(source.head(sheet.name), score) if sheet.visible and fnmatchcase(key, wanted) else None
        if heading is not None and fits(heading.texts):
            found.append((sheet.name, None))
    if not found:
        listed = ", ".join(sheet.name for sheet in source.sheets if sheet.visible) or "none"
        raise UsageError(
            f"{file} has no sheet named {name} with the headings that are needed.",
            f"Its sheets: {listed}.",
            "no-such-sheet",
        )
    return found


def _read(
    source: Source,
    file: str,
    sheet: str | None,
    table: str | None,
    *,
    header: bool,
    score: Score | None,
    columns: Choose | None = None,
    grows: bool = False,
) -> Grid:
    area_sheet, heading, excel_table = _choose(source, file, sheet, table, header=header, score=score)
    area = replace(_area(source, area_sheet, heading, excel_table, header=header), grows=grows)
    if columns is not None:
        width = max(len(area.headings), 1)
        names = area.headings if source.headed and header else [area.heading(k) for k in range(width)]
        area = replace(area, wanted=frozenset(columns(names)))
    return source.load(area_sheet, area)


def _others(source: Source, grid: Grid, score: Score | None) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the other visible sheets that have headings."""
    if source.headed:
        return ()
    names = [sheet.name for sheet in source.sheets if sheet.visible and sheet.name != grid.sheet]
    found = ((name, find(source.head(name), score)) for name in names)
    return tuple((name, heading.texts) for name, heading in found if heading is not None)


def sheets(path: str | Path) -> list[str]:
    """Return the names of the visible sheets of a workbook, ``[""]`` for a text or Parquet file."""
    with opened(path) as (_, source):
        return [sheet.name for sheet in source.sheets if sheet.visible]


def _choose(
    source: Source, file: str, sheet: str | None, table: str | None, *, header: bool, score: Score | None
) -> tuple[str, Heading | None, TableInfo | None]:
    """Choose sheet, headings and, where the headings are those of an Excel Table, the table."""
    if table is not None:
        found = _named(table, {item.name: item for item in source.tables}, file, "table")
        return found.sheet, _heading_of(found), found
    names = {item.name: item.name for item in source.sheets}
    if sheet is not None:
        wanted = [_named(sheet, names, file, "sheet")]
    else:
        wanted = [item.name for item in source.sheets if item.visible] or list(names)
    heads = {name: source.head(name) for name in wanted}
    if source.headed and header:
        (name, (row, *_)), *_ = heads.items()
        return name, Heading(row.number, row.texts, 0.0), None
    best, heading = _best(heads, score)
    if not header:
        return best, None, None
    excel_table = _best_table([item for item in source.tables if item.sheet in heads], best, heading, score)
    if excel_table is not None:
        return excel_table.sheet, _heading_of(excel_table), excel_table
    if heading is None:
        raise no_headings(file, best, heads[best])
    return best, heading, None


def _best_table(
    tables: Sequence[TableInfo], sheet: str, heading: Heading | None, score: Score | None
) -> TableInfo | None:
    """Return the Excel Table that the headings belong to, or one with better headings further down."""
    scored = [
        (item, words_score(item.headings) if score is None else score(item.headings)) for item in tables
    ]
    found = [
        (item, points)
        for item, points in scored
        if heading is None
        or (item.sheet, item.first_row) == (sheet, heading.row)
        or (score and points > heading.score)
    ]
    found = [(item, points) for item, points in found if item.headings and points > 0]
    return max(found, key=lambda pair: pair[1])[0] if found else None


def _heading_of(table: TableInfo) -> Heading | None:
    texts = ("",) * table.first_column + table.headings
    return Heading(table.first_row, texts, 0.0) if table.headings else None


def _best(heads: dict[str, list[HeadRow]], score: Score | None) -> tuple[str, Heading | None]:
    """Return the sheet whose headings score best, the first of equals; without any, the first that is not blank."""
    found = {name: find(rows, score) for name, rows in heads.items()}
    headed = {name: heading for name, heading in found.items() if heading is not None}
    if headed:
        name = max(headed, key=lambda name: headed[name].score)
        return name, headed[name]
    return next((name for name, rows in heads.items() if rows), next(iter(heads))), None


def _area(
    source: Source, sheet: str, heading: Heading | None, table: TableInfo | None, *, header: bool
) -> Area:
    if table is not None:
        return Area(
            header_row=heading.row if heading and header else 0,
            headings=heading.texts if heading else (),
            first_row=table.first_row + (1 if table.headings else 0),
            last_row=table.last_row,
            first_column=table.first_column,
            last_column=table.last_column,
            table=table.name,
            closed=table.totals,
        )
    if heading is None:
        width = max((len(row.texts) for row in source.head(sheet)), default=1)
        return Area(0, ("",) * width, 1, last_column=min(width - 1 + REACH, MAX_COLUMN))
    texts = heading.texts
    if source.headed:
        return Area(0, texts, 1)
    while texts and not texts[-1].strip():
        texts = texts[:-1]
    return Area(heading.row, texts, heading.row + 1, last_column=min(len(texts) - 1 + REACH, MAX_COLUMN))


def _named(name: str, known: dict[str, _T], file: str, what: str) -> _T:
    by_key = {key.strip().casefold(): value for key, value in known.items()}
    if name.strip().casefold() in by_key:
        return by_key[name.strip().casefold()]
    near = nearest(name, known)
    listed = ", ".join(known) or "none"
    raise UsageError(
        f"{file} has no {what} named {name}.",
        (f"Did you mean {near}? " if near else "") + f"It has: {listed}.",
        f"no-such-{what}",
    )
