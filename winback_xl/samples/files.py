"""Write the made-up tables into the files that a user would have: two workbooks and two CSV files."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.errors import FileError
from winback_xl.files.save import atomic_write, make_folder
from winback_xl.samples.vocabulary import SELLER
from winback_xl.serial_days import DAY_0

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from winback_xl.samples.sample import Sample

_MONEY = {
    "Net amount", "Claim amount", "Hourly cost", "Affected order value", "Rework cost", "Penalty", "Compensation paid",
    "Amount owed", "Amount requested", "Cost of the fix", "Yearly fix cost",
}  # fmt: skip
_SHARES = {"Our fault", "Customer's fault"}
_WIDE = {"Description": 60, "Requested action": 44, "Root cause": 30}
_HEADER_ROW = 2  # counted from 0: below the title and a blank row


def write(sample: Sample, folder: Path, *, force: bool = False) -> dict[str, Path]:
    """Write orders.xlsx, customers.csv, incidents.xlsx and reps.csv; the same sample gives the same bytes.

    Parameters
    ----------
    sample : Sample
        As from `make`.
    folder : Path
        Made if missing.
    force : bool
        Whether files of these names in it may be replaced.

    Returns
    -------
    dict of str to Path
        The files by table: orders, customers, incidents, reps.

    Raises
    ------
    FileError
        One of the files exists and ``force`` is not set, or the folder cannot be made or written to.
    """
    paths = {
        "orders": folder / "orders.xlsx",
        "customers": folder / "customers.csv",
        "incidents": folder / "incidents.xlsx",
        "reps": folder / "reps.csv",
    }
    _make_room(folder, [] if force else [path for path in paths.values() if path.exists()])
    for name, title in (("orders", "Sales ledger"), ("incidents", "Complaints")):
        with atomic_write(paths[name], force=force) as file:
            _write_book(getattr(sample, name), file, title, sample.as_of)
    for name in ("customers", "reps"):
        with atomic_write(paths[name], force=force) as file:
            # The mark at the start makes Excel read the accents right.
            file.write(getattr(sample, name).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig"))
    return paths


def _make_room(folder: Path, taken: list[Path]) -> None:
    """Make the folder, unless files that may not be replaced are in it: all four are written or none."""
    if taken:
        raise FileError(
            f"{folder} holds {', '.join(path.name for path in taken)} already.",
            "Choose another folder, or allow them to be replaced (--force).",
            "exists",
        )
    make_folder(folder)


def _write_book(table: pd.DataFrame, file: IO[bytes], title: str, as_of: pd.Timestamp) -> None:
    from xlsxwriter import Workbook  # noqa: PLC0415 - making a sample needs no writer

    with Workbook(file, {"in_memory": True}) as book:
        # A fixed time of creation: otherwise no two files are the same.
        book.set_properties({"title": title, "comments": "Made-up data", "created": as_of.to_pydatetime()})
        sheet = book.add_worksheet(title)
        sheet.write_string(
            0,
            0,
            f"{SELLER}: {title.lower()} to {as_of:%Y-%m-%d} (made-up data)",
            book.add_format({"bold": True, "font_size": 14}),
        )
        _write_table(book, sheet, table, title)
        sheet.freeze_panes(_HEADER_ROW + 1, 1)
        sheet.repeat_rows(_HEADER_ROW)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)


def _write_table(book: Workbook, sheet: Worksheet, table: pd.DataFrame, title: str) -> None:
    last_row, last_column = _HEADER_ROW + len(table), len(table.columns) - 1
    sheet.add_table(
        _HEADER_ROW,
        0,
        last_row,
        last_column,
        {
            "name": title.replace(" ", ""),
            "style": "Table Style Light 1",
            "columns": [{"header": heading} for heading in table.columns],
        },
    )
    for column, heading in enumerate(table.columns):
        style = book.add_format(_format(heading, table[heading]))
        sheet.set_column(column, column, _WIDE.get(heading, max(11, len(heading) + 4)))
        _write_column(sheet, column, table[heading], style)


def _format(heading: str, values: pd.Series) -> dict[str, Any]:
    if values.dtype.kind == "M":
        return {"num_format": "yyyy-mm-dd"}
    if heading in _MONEY:
        return {"num_format": "#,##0.00;[Red]-#,##0.00"}
    return {"num_format": "0%"} if heading in _SHARES else {}


def _write_column(sheet: Worksheet, column: int, values: pd.Series, style: Format) -> None:
    """Write the values of one column below the header; text as text, whatever it begins with."""
    if values.dtype.kind == "M":  # as serial numbers, which the writer would make of each day anyway
        values = (values - pd.Timestamp(DAY_0)) / pd.Timedelta(days=1)
    write: Callable[[int, int, Any, Format], object] = sheet.write_number
    if not pd.api.types.is_numeric_dtype(values):
        write = sheet.write_string
    filled = values.notna()
    for row, value in zip(
        (np.flatnonzero(filled) + _HEADER_ROW + 1).tolist(), values[filled].tolist(), strict=True
    ):
        write(row, column, value, style)
