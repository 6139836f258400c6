"""Tables to CSV for other programs, with nothing in it that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.errors import UsageError
from winback_xl.files.save import atomic_write

if TYPE_CHECKING:
    from pathlib import Path

    from winback_xl.schema.columns import Column, Table

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
"""What may stand between two columns: a semicolon where Excel and Word expect a decimal comma."""

_RUNNABLE = re.compile(
    r"[\s\u200b-\u200f\u2060\ufeff]*[\t\r=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]"
)
"""What a spreadsheet takes for a formula: signs of any width, after blanks too, seen or not."""

_BREAK = re.compile(r"\r\n|\r|\n")


def safe_text(texts: pd.Series) -> pd.Series:
    r"""Put an apostrophe before texts that a spreadsheet would take for a formula.

    >>> safe_text(pd.Series(["=1+1", " -1", "plain", None])).tolist()
    ["'=1+1", "' -1", 'plain', '']
    """
    clean = texts.fillna("").astype(str)
    return clean.where(~clean.map(_RUNNABLE.match).astype(bool), "'" + clean)


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


def letters_text(table: pd.DataFrame, separator: str = ",") -> str:
    r"""Return a table of texts as RFC 4180 text: CRLF, quotes doubled, line breaks inside quotes.

    Parameters
    ----------
    table : DataFrame, shape (n, ...)
        All text, such as `winback_xl.core.outreach.mail_merge.MailMerge.table`; its column names are the headings.
    separator : {",", ";", "\t"}
        What is between two columns.

    Raises
    ------
    UsageError
        Another separator.
    """
    if separator not in SEPARATORS.values():
        raise UsageError(
            f"{separator!r} cannot be used as a separator.", "Choose comma, semicolon or tab.", "separator"
        )
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow(table.columns)
    safe = [safe_text(table[name]) for name in table]
    for row in zip(*safe, strict=True):
        writer.writerow([_BREAK.sub("\r\n", text) for text in row])
    return out.getvalue()


def write_letters(table: pd.DataFrame, path: Path, *, separator: str = ",", force: bool = False) -> None:
    """Write a table of texts as CSV in UTF-8 with a byte-order mark, which Word and Excel need to see the accents.

    Raises
    ------
    UsageError
        The separator is none.
    FileError
        The file exists or cannot be written.
    """
    text = letters_text(table, separator)
    with atomic_write(path, force=force) as file:
        file.write(text.encode("utf-8-sig"))
