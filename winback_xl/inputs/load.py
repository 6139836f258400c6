"""A file or a DataFrame -> a clean table, with every problem named by its cell and every row accounted for.

``rows_in == rows_used + rows set aside`` always holds. All errors of a table are reported together.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from winback_xl.inputs import (
    combine,
    headings,
    heads_and_lines,
    layouts,
    parsing,
    recognise,
)
from winback_xl.inputs.answers import Answers, fitting
from winback_xl.inputs.clean_table import from_grid
from winback_xl.inputs.loaded import Loaded
from winback_xl.readers import folder, memory
from winback_xl.readers.read import read, read_all
from winback_xl.schema import columns as schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from winback_xl.readers.grid import Grid
    from winback_xl.schema.columns import Table
    from winback_xl.settings import Settings

__all__ = ["Loaded", "from_frame", "from_grid", "load"]


def load(
    path: str | Path | Sequence[str | Path],
    table: Table,
    *,
    settings: Settings,
    columns: Mapping[str, str] | None = None,
    answers: Answers | None = None,
    sheet: str | Sequence[str] | None = None,
    header: bool = True,
) -> Loaded:
    """Read a file, or several that are parts of one table, into one of our tables.

    Parameters
    ----------
    path : path or sequence of paths
        Any file that `winback_xl.readers.read.read` knows, or a folder of Parquet and text files.
    table : Table
        What its rows are.
    settings : Settings
        How dates and amounts in doubt are read, and the currency.
    columns : mapping of str to str, optional
        What the user says about headings (see `winback_xl.inputs.headings.match`).
    answers : Answers, optional
        All that the user says, headings included; takes the place of ``columns``.
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
    answers = answers or Answers(columns or {})
    grids = [
        one.named(grid)
        for file in files
        for one in folder.files_of(file)
        for grid in _grids(one.path, table, names, answers.columns, header=header)
    ]
    found = [heading for grid in grids for heading in parsing.headings_of(grid)]
    answers = fitting(answers, found, settings)
    if len(grids) > 1:
        whole = heads_and_lines.join(grids, table, answers.columns)
        if whole.value:
            answers = replace(answers, columns={**answers.columns, "Order value": whole.value})
        grids = [layouts.as_list(grid, table, answers.columns, settings) for grid in whole.grids]
    return from_grid(combine.join(grids, table, answers.columns), table, settings=settings, answers=answers)


def _grids(
    path: str | Path, table: Table, names: Sequence[str], columns: Mapping[str, str] | None, *, header: bool
) -> list[Grid]:
    """Read the sheets of one file that are wanted."""
    score = headings.scorer(table, columns)
    if names:
        return read_all(
            path,
            names,
            fits=lambda texts: (
                recognise.complete(texts, table, columns)
                or (table is schema.ORDERS and heads_and_lines.may_be_lines(texts, columns))
            ),
            header=header,
            score=score,
        )
    grid = read(path, header=header, score=score)
    beside = heads_and_lines.lines_beside(grid, columns) if table is schema.ORDERS and header else ""
    if beside:
        both = read_all(path, [grid.sheet, beside], fits=bool, header=header, score=score)
        if heads_and_lines.meet(both[0], both[1], columns):
            return both
    return [replace(grid, notes=(*grid.notes, *recognise.alike(grid, table, columns)))]


def from_frame(
    frame: pd.DataFrame,
    table: Table,
    *,
    settings: Settings,
    columns: Mapping[str, str] | None = None,
    answers: Answers | None = None,
) -> Loaded:
    """Check a DataFrame like a file. Rows are named by position, from 0.

    Parameters
    ----------
    frame : DataFrame
        Any dtypes; columns are found by our names, headings or aliases.
    table, settings, columns, answers
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
    return from_grid(memory.to_grid(frame), table, settings=settings, columns=columns, answers=answers)
