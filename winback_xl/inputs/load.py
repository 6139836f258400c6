"""A file or a DataFrame -> a clean table, with every problem named by its cell and every row accounted for.

``rows_in == rows_used + rows set aside`` always holds. All errors of a table are told together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.errors import DataError, Issue
from winback_xl.inputs import (
    combine,
    findings_to_issues,
    headings,
    layouts,
    parsing,
    recognise,
    totals,
    value_checks,
)
from winback_xl.inputs.kinds.currencies import code_of
from winback_xl.inputs.row_status import Rows
from winback_xl.readers import memory
from winback_xl.readers.read import read, read_all
from winback_xl.schema import columns as schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from winback_xl.inputs.headings import Source
    from winback_xl.readers.grid import Grid
    from winback_xl.schema.columns import Table
    from winback_xl.settings import Settings

_CURRENCY = re.compile(r"[(\[]\s*([A-Z]{3}|[$€£¥₹])\s*[)\]]")  # as in "Amount (EUR)"
_MONEY = ("money",)


@dataclass(frozen=True, slots=True)
class Loaded:
    """One clean table, and what became of its rows.

    Parameters
    ----------
    frame : DataFrame
        Rows that can be used, with the columns of `winback_xl.schema.columns` that were found, RangeIndex. Ids and
        words are str ("" for none), dates datetime64[s] at midnight, numbers float64.
    issues : tuple of Issue
        Everything found; those that set rows aside say how many in ``rows``.
    rows_in, rows_used : int
        Rows of data in the file, and rows of ``frame``.
    set_aside : DataFrame
        One row for each that is not used: ``place``, ``code``, ``reason``, then the original values as text,
        each under the heading of the file.
    matched : dict of str to str
        Our heading -> the heading found.
    file, sheet : str
        Where it came from.
    currency : str
        Currency of the amounts, or "" if nothing says.
    unused : tuple of str
        Headings of the file that were not needed.
    origin : Origin or None
        Where each row of ``frame`` stood.
    parts : tuple of (str, str, int, int)
        Of several sheets or files: the file, the sheet, its rows of data and how many of them are used.
    codes : mapping of str to ndarray of int
        Of the id columns of ``frame``: equal where the ids are equal, -1 where there is none.
    """

    frame: pd.DataFrame
    issues: tuple[Issue, ...]
    rows_in: int
    rows_used: int
    set_aside: pd.DataFrame
    matched: dict[str, str]
    file: str
    sheet: str
    currency: str = ""
    unused: tuple[str, ...] = ()
    origin: findings_to_issues.Origin | None = None
    codes: Mapping[str, NDArray[np.int64]] = field(default_factory=lambda: MappingProxyType({}))
    parts: tuple[tuple[str, str, int, int], ...] = ()


def load(
    path: str | Path | Sequence[str | Path],
    table: Table,
    *,
    settings: Settings,
    columns: Mapping[str, str] | None = None,
    sheet: str | Sequence[str] | None = None,
    header: bool = True,
) -> Loaded:
    """Read a file, or several that are parts of one table, into one of our tables.

    Parameters
    ----------
    path : path or sequence of paths
        Any file that `winback_xl.readers.read.read` knows.
    table : Table
        What its rows are.
    settings : Settings
        How dates and amounts in doubt are read, and the currency.
    columns : mapping of str to str, optional
        What the user says about headings (see `winback_xl.inputs.headings.match`).
    sheet : str or sequence of str, optional
        Sheets or Excel Tables, ``"*"`` for all that fit; by default the one whose headings fit best.
    header : bool
        Whether there is a row of headings; without one, name columns as ``"#1"``.

    Returns
    -------
    Loaded

    Raises
    ------
    DataError
        The table cannot be used, or another sheet fits as well; ``issues`` holds everything found, errors and the
        rest.
    FileError
        A file cannot be read.
    """
    files = [path] if isinstance(path, (str, Path)) else list(path)
    names = [sheet] if isinstance(sheet, str) else list(sheet or ())
    grids = [grid for file in files for grid in _grids(file, table, names, columns, header=header)]
    if len(grids) > 1:
        grids = [layouts.as_list(grid, table, columns, settings) for grid in grids]
    return from_grid(combine.join(grids, table, columns), table, settings=settings, columns=columns)


def _grids(
    path: str | Path, table: Table, names: Sequence[str], columns: Mapping[str, str] | None, *, header: bool
) -> list[Grid]:
    """Read the sheets of one file that are wanted."""
    score = headings.scorer(table, columns)
    if names:
        return read_all(
            path,
            names,
            fits=lambda texts: recognise.complete(texts, table, columns),
            header=header,
            score=score,
        )
    grid = read(path, header=header, score=score)
    return [replace(grid, notes=(*grid.notes, *recognise.alike(grid, table, columns)))]


def from_frame(
    frame: pd.DataFrame, table: Table, *, settings: Settings, columns: Mapping[str, str] | None = None
) -> Loaded:
    """Check a DataFrame like a file. Rows are named by position, from 0.

    Parameters
    ----------
    frame : DataFrame
        Any dtypes; columns are found by our names, headings or aliases.
    table, settings, columns
        As for `load`.

    Returns
    -------
    Loaded

    Raises
    ------
    DataError
        The table cannot be used.

    Examples
    --------
    >>> import pandas as pd
    >>> from winback_xl.schema.columns import ORDERS
    >>> from winback_xl.settings import Settings
    >>> ledger = pd.DataFrame({"Customer no": [7, 7, None], "Date": ["2026-01-31"] * 3, "Total": ["$5", "(2.50)", "1"]})
    >>> found = from_frame(ledger, ORDERS, settings=Settings())
    >>> found.frame["order_value"].tolist(), found.rows_in, found.rows_used
    ([5.0, -2.5], 3, 2)
    """
    return from_grid(memory.to_grid(frame), table, settings=settings, columns=columns)


def from_grid(
    grid: Grid, table: Table, *, settings: Settings, columns: Mapping[str, str] | None = None
) -> Loaded:
    """Turn raw cells into one of our tables: the one way that files and DataFrames go.

    Parameters
    ----------
    grid : Grid
        Cells as found.
    table, settings, columns
        As for `load`.

    Returns
    -------
    Loaded

    Raises
    ------
    DataError
        The table cannot be used; ``issues`` holds everything found.
    """
    if not grid.parts:
        grid = layouts.as_list(grid, table, columns, settings)
    found = parsing.headings_of(grid)
    sources, told = headings.match(found, table, columns)
    issues = [
        *findings_to_issues.gathered(totals.notes(grid, settings)),
        *(issue.at(file=grid.file, sheet=grid.sheet) for issue in told),
    ]
    issues += _where_headings(grid)
    issues += recognise.grouped(grid, table, sources)
    used = {at for source in sources.values() for at in source.positions}
    spare = tuple(c.heading for c in grid.columns if c.heading.strip() and c.position not in used)
    body, summed = totals.split(grid, settings)
    read_columns = parsing.parse(body, table, sources, settings)
    rows = Rows(
        table=table,
        frame=read_columns.frame,
        codes=read_columns.codes,
        labels=read_columns.labels,
        settings=settings,
        repeats=lambda which: findings_to_issues.repeats(body, which),
        shared=lambda which: findings_to_issues.shared(body, which),
        amount_currencies=(*read_columns.currencies, *_in_headings(table, sources)),
        spare=spare,
    )
    rows.settle(read_columns.findings)
    if all(column.name in sources for column in table.columns if column.required):
        value_checks.run(rows)
    issues += findings_to_issues.issues(body, rows, sources)
    issues += totals.issues(grid, summed, settings)
    if any(issue.severity == "error" for issue in issues):
        raise DataError.from_issues(issues)
    return _loaded(grid, body, summed, rows, sources, issues)


def _where_headings(grid: Grid) -> list[Issue]:
    """Say where the headings were found when that is not at the top."""
    if grid.header_row <= 1 or grid.parts:
        return []
    what = f"The headings were found in {'line' if grid.place == 'line' else 'row'} {grid.header_row}; what stands above was passed over."
    return [Issue("header-row", "note", what, file=grid.file, sheet=grid.sheet)]


def _in_headings(table: Table, sources: Mapping[str, Source]) -> list[str]:
    """Return the currencies that headings of amounts name in brackets."""
    texts = [source.text for name, source in sources.items() if table[name].kind in _MONEY]
    return [code_of(word) for text in texts for word in _CURRENCY.findall(text)]


def _loaded(
    grid: Grid,
    body: Grid,
    summed: Grid | None,
    rows: Rows,
    sources: Mapping[str, Source],
    issues: list[Issue],
) -> Loaded:
    frame = rows.frame if rows.alive.all() else rows.frame.loc[rows.alive].reset_index(drop=True)
    if rows.currency and "currency" not in frame and rows.table is schema.ORDERS:
        frame = frame.assign(currency=pd.Series(rows.currency, index=frame.index, dtype="str"))
    aside = findings_to_issues.set_aside(body, rows, sources)
    unread = [note for note in grid.notes if note.rows]
    parts = [aside, totals.set_aside(summed, rows.settings), findings_to_issues.not_read(unread)]
    aside = pd.concat([part for part in parts if len(part)] or [aside], ignore_index=True).fillna("")
    rows_in = grid.rows + sum(note.rows for note in unread)
    if rows_in != len(frame) + len(aside) or len(aside) != sum(issue.rows for issue in issues):
        raise AssertionError(
            f"{rows_in} rows in, {len(frame)} used, {len(aside)} set aside"
        )  # our fault, never silent
    return Loaded(
        frame=frame,
        issues=tuple(issues),
        rows_in=rows_in,
        rows_used=len(frame),
        set_aside=aside,
        matched={rows.table[name].heading: source.text for name, source in sources.items()},
        file=grid.file,
        sheet=grid.sheet,
        currency=rows.currency,
        origin=findings_to_issues.origin(body, rows.alive, sources),
        codes={name: code[rows.alive].astype(np.int32) for name, code in rows.codes.items()},
        parts=tuple(
            (part.file, part.sheet, part.rows_in, int((rows.alive & (body.part == number)).sum()))
            for number, part in enumerate(body.parts)
        ),
        unused=rows.spare,
    )
