"""Ask for an order export, and describe its rows as the Orders sheet."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.errors import DataError, FileError
from winback_xl.excel.host import attempt
from winback_xl.schema.columns import CUSTOMERS, ORDERS
from winback_xl.workbook.sheets.parts import HEADER_ROW
from winback_xl.workbook.spec import Field, Sheet, Table

if TYPE_CHECKING:
    from winback_xl.excel.live.open_workbook import View
    from winback_xl.inputs.load import Loaded

_KINDS = "Orders (*.xlsx;*.xlsm;*.xlsb;*.xls;*.ods;*.csv;*.tsv;*.txt;*.gz;*.parquet),*.xlsx;*.xlsm;*.xlsb;*.xls;*.ods;*.csv;*.tsv;*.txt;*.gz;*.parquet"
_OPTED_OUT = CUSTOMERS["do_not_contact"]
_TITLE = "Choose your order export"
_MAC = f'POSIX path of (choose file with prompt "{_TITLE}")'


def choose(book: Any) -> Path | None:
    """Ask the user for a file.

    Returns
    -------
    Path or None
        None when the user chose none.

    Raises
    ------
    FileError
        This host has no way to ask.
    """
    if sys.platform == "darwin":
        return _choose_on_mac()
    nothing = object()
    chosen = attempt(lambda: book.app.api.GetOpenFilename(_KINDS, 1, _TITLE), nothing)
    if chosen is nothing:
        raise FileError(
            "This Excel cannot ask for a file.",
            "Copy the rows of your export into the Orders sheet, headings included, then press Check data.",
            code="no-dialog",
        )
    return Path(chosen) if isinstance(chosen, str) and chosen else None


def _choose_on_mac() -> Path | None:
    command = ["/usr/bin/osascript", "-e", _MAC]  # the words are ours: nothing of the user's is in them
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - as said
    return Path(done.stdout.strip()) if done.stdout.strip() else None


def sheet(found: Loaded, view: View) -> Sheet:
    """Return the Orders sheet with the rows of a file.

    Parameters
    ----------
    found : Loaded
        The rows that can be used.
    view : View
        A table tblOrders that is there keeps its columns; those that the file lacks are emptied.

    Raises
    ------
    DataError
        That table holds columns of somebody's own, which would no longer fit their rows.
    """
    held = view.table(ORDERS.name)
    there = [] if held is None else [text for text in held.headings if text]
    known = {item.heading for item in ORDERS.columns} | {_OPTED_OUT.heading}
    own = [text for text in there if text not in known]
    if own:
        raise DataError(
            f"The table {ORDERS.name} holds the column {own[0]}, which is not one of ours; new orders would not fit into it.",
            f"Rename that table (Table Design, Table Name), then press Load orders again: a new {ORDERS.name} is made.",
            code="own-columns",
        )
    shown = [item for item in ORDERS.columns if item.name in found.frame or item.heading in there]
    rows = len(found.frame)
    fields = tuple(
        Field(
            item.heading,
            found.frame[item.name] if item.name in found.frame else pd.Series(np.full(rows, "", object)),
            item.kind,
            "input",
            choices=item.choices,
            help=item.help,
        )
        for item in shown
    )
    if found.opted_out or _OPTED_OUT.heading in there:
        out = np.where(found.frame["customer_id"].isin(found.opted_out), "Yes", "").astype(object)
        fields += (Field(_OPTED_OUT.heading, out, _OPTED_OUT.kind, "input", help=_OPTED_OUT.help),)
    return Sheet(
        ORDERS.title,
        ORDERS.title,
        "One order, order line or credit note a row. Filled by Load orders; you may add rows below.",
        tables=(Table(ORDERS.name, HEADER_ROW, 0, fields, alt="The orders, one order or order line a row"),),
        freeze=(HEADER_ROW + 1, 1),
    )
