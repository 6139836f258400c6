"""What other programs make of a workbook when they save it: made with openpyxl and by changing the XML.

Google Sheets and Numbers cannot run here. These are the things that their exports are known to change: Excel Tables,
names, lists of choices and properties are gone, hidden sheets are hidden less or not at all, whole numbers get a
decimal point, dates another format.
"""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.worksheet.datavalidation import DataValidationList

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_WHOLE = re.compile(rb'(<c [^>]*t="n"[^>]*><v>-?\d+)(</v>)')


def google_sheets(path: Path, target: Path) -> Path:
    """Save as Google Sheets exports: plain ranges, hidden sheets, whole numbers as 3.0."""
    book = openpyxl.load_workbook(path)
    _plain(book)
    for sheet in book:
        sheet.sheet_state = "visible" if sheet.sheet_state == "visible" else "hidden"
        _dates(sheet, "yyyy-mm-dd")
    book.save(target)
    with zipfile.ZipFile(target) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    changed = {
        name: _WHOLE.sub(rb"\1.0\2", part)
        for name, part in parts.items()
        if name.startswith("xl/worksheets/")
    }
    assert changed != {name: parts[name] for name in changed}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in (parts | changed).items():
            package.writestr(name, part)
    return target


def numbers(path: Path, target: Path) -> Path:
    """Save as Numbers exports: a summary in front, every sheet visible, plain ranges."""
    book = openpyxl.load_workbook(path)
    _plain(book)
    for sheet in book:
        sheet.sheet_state = "visible"
    summary = book.create_sheet("Export Summary", 0)
    summary["B3"] = "This document was exported from Numbers. Each table was converted to an Excel worksheet."
    book.save(target)
    return target


def german_excel(path: Path, target: Path) -> Path:
    """Save as a German Excel does: formats of that country, in the file as everywhere else."""
    book = openpyxl.load_workbook(path)
    for sheet in book:
        _dates(sheet, "[$-407]d. mmmm yyyy;@")
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, float):
                    cell.number_format = "#,##0.00\\ [$€-407]"
    book.save(target)
    return target


PROGRAMS: tuple[Callable[[Path, Path], Path], ...] = (google_sheets, numbers, german_excel)


def _plain(book: Any) -> None:
    for name in list(book.defined_names):
        del book.defined_names[name]
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]
    for sheet in book:
        for table in list(sheet.tables):
            del sheet.tables[table]
        sheet.data_validations = DataValidationList()


def _dates(sheet: Any, code: str) -> None:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.is_date:
                cell.number_format = code
