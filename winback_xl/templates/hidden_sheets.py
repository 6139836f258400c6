"""Hidden sheets of the macro workbook and the add-in: what xlwings reads first, and help for each argument."""

from __future__ import annotations

from winback_xl.excel.formulas.catalogue import FORMULAS
from winback_xl.workbook.spec import Cell, Sheet


def configuration(project: str, interpreter: dict[str, str] | None) -> Sheet:
    """Return the hidden sheet that xlwings reads first: key and value from A1 on, no title."""
    # A key without a value would hide what the user's own xlwings.conf says of it.
    rows = {
        **(interpreter or {}),
        "ADD_WORKBOOK_TO_PYTHONPATH": "false",  # the package is installed; a synchronised folder has no path
    }
    cells = [
        Cell(row, column, text) for row, pair in enumerate(rows.items()) for column, text in enumerate(pair)
    ]
    return Sheet(f"{project}.conf", "", "", cells=tuple(cells), widths={0: 32.0, 1: 60.0}, hidden="hidden")


def argument_help() -> Sheet:
    """Return the hidden sheet that shows help for each argument while a formula is typed, to users of ExcelDna.IntelliSense."""
    rows: list[tuple[str | int, ...]] = [("FunctionInfo", 1)]
    for formula in FORMULAS.values():
        stated = [text for one in formula.arguments for text in (one.vba_name, one.help)]
        rows.append((formula.name, formula.gives, "", *stated))
    cells = [
        Cell(row, column, text) for row, texts in enumerate(rows) for column, text in enumerate(texts) if text
    ]
    return Sheet(
        "_IntelliSense_", "", "", cells=tuple(cells), widths={0: 28.0, 1: 60.0}, hidden="very hidden"
    )
