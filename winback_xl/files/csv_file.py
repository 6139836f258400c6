"""Tables to CSV: what leaves for other programs, with nothing in it that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.files.save import atomic_write

if TYPE_CHECKING:
    from pathlib import Path

    from winback_xl.schema.columns import Column, Table

_RUNNABLE = ("=", "+", "-", "@", "\t", "\r")


def safe_text(texts: pd.Series) -> pd.Series:
    """Put an apostrophe before texts that a spreadsheet would take for a formula.

    >>> safe_text(pd.Series(["=1+1", "plain", None])).tolist()
    ["'=1+1", 'plain', '']
    """
    clean = texts.fillna("").astype(str)
    return clean.where(~clean.str.startswith(_RUNNABLE), "'" + clean)


def as_text(values: pd.Series, column: Column) -> pd.Series:
    """Return one column as ready text: ISO dates, plain numbers, safe words; blanks are empty."""
    if column.kind == "date":
        return pd.to_datetime(values).dt.strftime("%Y-%m-%d").fillna("")
    if pd.api.types.is_numeric_dtype(values):
        numbers = values.to_numpy(dtype=float, na_value=np.nan)
        rounded = np.round(numbers, 2 if column.kind == "money" else 6)
        texts = [f"{number:.15g}" for number in rounded]
        return pd.Series(np.where(np.isnan(numbers), "", texts), dtype=object)
    return safe_text(values).reset_index(drop=True)


def csv_text(frame: pd.DataFrame, table: Table) -> str:
    """Return a table as RFC 4180 text, with headings as users know them.

    Parameters
    ----------
    frame : DataFrame
        Columns by name, as in ``table``; others are left out.
    table : Table
        Gives order, headings and formats.
    """
    shown = [column for column in table.columns if column.name in frame]
    columns = [as_text(frame[column.name].reset_index(drop=True), column) for column in shown]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.heading for column in shown])
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue()


def write_csv(frame: pd.DataFrame, table: Table, path: Path, *, force: bool = False) -> None:
    """Write a table as CSV in UTF-8 with a byte-order mark, which Excel needs to see the accents.

    Raises
    ------
    FileError
        The file exists or cannot be written.
    """
    with atomic_write(path, force=force) as file:
        file.write(csv_text(frame, table).encode("utf-8-sig"))
