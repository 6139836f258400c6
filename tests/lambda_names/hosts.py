"""Two engines that know LAMBDA, with the names and many calls of them in one workbook."""

from __future__ import annotations

import importlib
import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from tests.lambda_names.calls import Err
from winback_xl.settings import describe
from winback_xl.workbook import input_form
from winback_xl.workbook.lambda_names import placed
from winback_xl.workbook.render_file import render

if TYPE_CHECKING:
    from pathlib import Path

CALLS, RESULTS = "Calls", "Results"


class Sheets:
    """A workbook with Settings, Lists and the names, to which calls are added."""

    def __init__(self) -> None:
        out = BytesIO()
        render(placed.with_names(input_form.build()), out)
        self.book = openpyxl.load_workbook(out)
        self.cells = self.book.create_sheet(CALLS)
        self.results = self.book.create_sheet(RESULTS)
        self.row, self.calls = 1, 0

    def settings(self) -> list[list[Any]]:
        """Return the table of settings."""
        sheet = self.book["Settings"]
        return [[cell.value for cell in row] for row in sheet[sheet.tables["tblSettings"].ref]]

    def set(self, **values: Any) -> None:
        """Change settings."""
        for name, value in values.items():
            sheet, address = next(iter(self.book.defined_names[f"set_{name}"].destinations))
            self.book[sheet][address].value = value

    def add(self, name: str, given: list[Any], cells: int, wanted: int) -> None:
        """Add one call; its arguments stand in cells, as people's do."""
        self.calls += 1
        texts, at, deepest = [], 1, 1
        for value in given:
            rows = value if isinstance(value, list) else [[value]]
            for down, row in enumerate(rows):
                for across, cell in enumerate(row):
                    self.cells.cell(self.row + down, at + across).value = (
                        f"={_error(cell)}" if isinstance(cell, Err) else cell
                    )
            first, last = get_column_letter(at), get_column_letter(at + len(rows[0]) - 1)
            one = f"{CALLS}!${first}${self.row}"
            texts.append(
                one if len(rows) * len(rows[0]) == 1 else f"{one}:${last}${self.row + len(rows) - 1}"
            )
            at, deepest = at + len(rows[0]), max(deepest, len(rows))
        texts += [""] * (wanted - len(texts))
        call = f"WB.{name}({','.join(texts)})"
        target = f"A{self.calls}:{get_column_letter(cells)}{self.calls}"
        self.results.cell(self.calls, 1).value = (
            f"={call}" if cells == 1 else ArrayFormula(target, f"={call}")
        )
        self.row += deepest

    def bytes(self) -> bytes:
        """Return the file."""
        out = BytesIO()
        self.book.save(out)
        return out.getvalue()


def _error(error: Err) -> str:
    return {
        "#DIV/0!": "1/0", "#N/A": "NA()", "#NUM!": "SQRT(-1)", "#REF!": "INDEX($A$1:$A$2,9)", "#VALUE!": 'VALUE("x")',
        "#NAME?": "no_such_name",
    }[error.text]  # fmt: skip


def formulon(sheets: Sheets, counts: list[int]) -> list[list[Any]]:
    """Return what formulon gives; optional arguments it does not know, so they are all there, some of them empty."""
    module = importlib.import_module("formulon")
    plain = Sheets.__new__(Sheets)
    plain.book = openpyxl.load_workbook(BytesIO(sheets.bytes()))
    for name, defined in list(plain.book.defined_names.items()):
        if "_xlop." in (defined.attr_text or ""):
            plain.book.defined_names[name] = DefinedName(
                name, attr_text=defined.attr_text.replace("_xlop.", "_xlpm.")
            )
    with module.Workbook.load(plain.bytes()) as book:
        book.recalc()
        place = plain.book.sheetnames.index(RESULTS)

        def shown(row: int, column: int) -> Any:
            value = book.get_value(place, row, column)
            if value.kind.name == "ERROR":
                return module.error_display_name(value.error_code)
            return _plain(value.to_python())

        return [[shown(row, column) for column in range(count)] for row, count in enumerate(counts)]


def ironcalc(sheets: Sheets, counts: list[int], folder: Path) -> list[list[Any]]:
    """Return what IronCalc gives."""
    module = importlib.import_module("ironcalc")
    path = folder / "calls.xlsx"
    for row in sheets.results.iter_rows():
        for cell in row:
            if isinstance(cell.value, ArrayFormula):
                cell.value = ArrayFormula(cell.value.ref, re.sub(r",+\)$", ")", cell.value.text))
            elif isinstance(cell.value, str):
                cell.value = re.sub(r",+\)$", ")", cell.value)
    path.write_bytes(sheets.bytes())
    model = module.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    place = sheets.book.sheetnames.index(RESULTS)
    return [
        [_plain(model.get_cell_value(place, row + 1, column + 1)) for column in range(count)]
        for row, count in enumerate(counts)
    ]


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    return float(value) if isinstance(value, (bool, int, float)) else str(value)


def settings_names() -> list[str]:
    """Return the names of all settings."""
    return [about.name for about in describe()]
