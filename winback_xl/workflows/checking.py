"""One file by itself: what it holds, and every problem with its cell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from winback_xl.core.orders import as_of_day
from winback_xl.inputs import answers as answers_of
from winback_xl.inputs import load, recognise, value_checks
from winback_xl.inputs.answers import Rows, by_table
from winback_xl.readers import folder
from winback_xl.readers.opened_files import once
from winback_xl.schema import columns
from winback_xl.settings import Settings
from winback_xl.workflows.reading import day_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from winback_xl.inputs.load import Loaded


def check(
    file: str | Path,
    *,
    kind: str | None = None,
    settings: Settings | None = None,
    column: Mapping[str, str] | None = None,
    rows: Rows = None,
    sheet: str | Sequence[str] | None = None,
    header: bool = True,
    as_of: str | dt.date | pd.Timestamp | None = None,
) -> tuple[str, Loaded]:
    r"""Read one file and return what it holds ("Orders", ...) and the rows with all findings.

    Parameters
    ----------
    file : path
        Any supported file, or a folder of Parquet and text files that are parts of one table.
    kind : {"orders", "customers", "incidents", "reps"}, optional
        What the file holds; by default the table whose headings fit best.
    settings, column, rows, sheet, header, as_of
        As in `read`.

    Returns
    -------
    str
        What the file holds: "Orders", "Customers", "Incidents" or "Reps".
    Loaded
        ``frame`` (the clean rows, by our names of the columns), ``rows_in``, ``rows_used``, ``set_aside`` (rows not used,
        with the reason) and ``issues`` (every finding with its cell, what is wrong and what to do).

    Raises
    ------
    DataError, FileError
        As in `read`.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import winback_xl as wb
    >>> export = Path(tempfile.mkdtemp()) / "export.csv"
    >>> _ = export.write_text("Customer ID;Order date;Order value\nC1;2026-01-31;500\nC1;2026-02-30;100\n")
    >>> kind, found = wb.check(export)
    >>> kind, found.rows_in, found.rows_used
    ('Orders', 2, 1)
    """
    settings = settings or Settings()
    path = Path(file)
    titles = {table.title.casefold(): table for table in columns.INPUTS}
    answered, chosen = answers_of.joined(settings, column, rows)
    named = by_table(answered)
    first = folder.files_of(path)[0].path  # of a folder its first file says what all of them hold
    with once(first):  # what it is and what it holds come from one reading
        table = titles[kind] if kind else recognise.kind_of(first, sheet=sheet, header=header, named=named)
        answers = chosen.answers(named.get(table.title, {}), first=table is columns.ORDERS)
        found = load.load(path, table, settings=settings, answers=answers, sheet=sheet, header=header)
    if table is columns.ORDERS and len(found.frame):
        across = value_checks.across(
            found.frame,
            as_of=day_of(as_of) if as_of is not None else as_of_day.default_as_of(found.frame),
            given=as_of is not None,
            settings=settings,
            origins={"Orders": found.origin} if found.origin else {},
        )
        found = replace(found, issues=(*found.issues, *across))
    return table.title, found
