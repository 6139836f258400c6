"""Start a LibreOffice, and ask it about a workbook. Asking is run by the Python that has `uno`, not by the one of the tests.

Usage: office_helper.py PIPE '{"do": "cells", "path": "book.xlsx", "recalculate": true}'; or PIPE alone, with an order in
each line of the input and "= done" or "= error" in each line of the output: many workbooks, one connection.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PATIENCE = 240  # seconds to start in

FORMULAS = 16  # com.sun.star.sheet.CellFlags
ERRORS = 4  # com.sun.star.sheet.FormulaResult
CONTENT = 1 | 2 | 4 | 16  # numbers, dates, texts, formulas


def outside_of_any_venv():
    """Return this process's environment as a desktop has it.

    The Python inside LibreOffice finds its own library by the first python3 on PATH; where that is one of a virtual
    environment, or any but the system's, it does not start, and an extension fails to install with std::bad_alloc.
    """
    own = {
        name: text
        for name, text in os.environ.items()
        if name not in {"VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH"}
    }
    folders = own.get("PATH", "").split(os.pathsep)
    return own | {"PATH": os.pathsep.join(folder for folder in folders if not _other_python(Path(folder)))}


def _other_python(folder):
    """Tell whether a folder of programs belongs to a virtual environment, or to a Python with a library next to it."""
    prefix = folder.resolve().parent
    system = prefix in {Path("/"), Path("/usr")}
    return (prefix / "pyvenv.cfg").exists() or (not system and any(prefix.glob("lib/python3*/os.py")))


def start(pipe, profile, program="soffice"):
    """Start an office that listens on a pipe, with a profile of its own; return its process."""
    command = [
        program, "--headless", "--invisible", "--norestore", "--nologo", "--nolockcheck",
        f"--accept=pipe,name={pipe};urp;", f"-env:UserInstallation={Path(profile).as_uri()}",
    ]  # fmt: skip
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        command, stdout=quiet, stderr=quiet, env=outside_of_any_venv(), start_new_session=True
    )


def kill(process):
    """End an office and what it started, at once."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def context_of(pipe):
    """Return the context of the office that listens on a pipe; on a busy machine it takes minutes to start."""
    import uno

    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:  # noqa: BLE001 - whatever it is, the office is not up yet
            time.sleep(0.2)
    raise SystemExit("LibreOffice does not answer")


def desktop_of(context):
    return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)


def properties(**values):
    from com.sun.star.beans import PropertyValue

    made = []
    for name, value in values.items():
        item = PropertyValue()
        item.Name, item.Value = name, value
        made.append(item)
    return tuple(made)


def places(ranges):
    """Return the row and column of every cell of some ranges."""
    return {
        (row, column)
        for area in ranges.RangeAddresses
        for row in range(area.StartRow, area.EndRow + 1)
        for column in range(area.StartColumn, area.EndColumn + 1)
    }


def cells(document):
    """Return sheet -> address -> value and formula of every cell that is not empty.

    Asked a sheet at a time: a question for each cell costs more than calculating it. An error is shown with its number.
    """
    found = {}
    for sheet in document.Sheets:
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        last = cursor.RangeAddress
        area = sheet.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow)
        data, formulas = area.getDataArray(), area.getFormulaArray()
        calculated, wrong = places(area.queryContentCells(FORMULAS)), places(area.queryFormulaCells(ERRORS))
        here = found.setdefault(sheet.Name, {})
        for r, (values, texts) in enumerate(zip(data, formulas, strict=True)):
            for c, (value, text) in enumerate(zip(values, texts, strict=True)):
                if text == "":
                    continue
                if (r, c) in wrong:
                    value = f"#ERROR {sheet.getCellByPosition(c, r).getError()}"  # noqa: PLW2901
                here[letters(c) + str(r + 1)] = {
                    "value": value,
                    "formula": text if (r, c) in calculated else "",
                }
    return found


def letters(column):
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def work_in(document, order):
    """Do what people did: type, move rows, insert rows, add and rename sheets."""
    from com.sun.star.table import TableSortField

    sheets = document.Sheets
    for name, row, column, content in order["cells"]:
        cell = sheets.getByName(name).getCellByPosition(column - 1, row - 1)
        if isinstance(content, str):
            cell.setString(content)
        else:
            cell.setValue(content)
    for name, first, last, width, column, down in order.get("sorts", ()):
        area = sheets.getByName(name).getCellRangeByPosition(0, first - 1, width - 1, last - 1)
        by = TableSortField()
        by.Field, by.IsAscending = column - 1, not down
        import uno

        fields = uno.Any("[]com.sun.star.table.TableSortField", (by,))
        uno.invoke(area, "sort", (properties(SortFields=fields, ContainsHeader=False),))
    for name, one, other, width in order.get("swaps", ()):
        swap(sheets.getByName(name), one - 1, other - 1, width)
    for name, count in order.get("inserts", ()):
        sheets.getByName(name).Rows.insertByIndex(0, count)
    for name, text in order.get("sheets", ()):
        sheets.insertNewByName(name, sheets.Count)
        sheets.getByName(name).getCellByPosition(1, 1).setString(text)
    for name, new in order.get("renames", ()):
        sheets.getByName(name).Name = new


def swap(sheet, one, other, width):
    """Let two rows change places but for their formulas, which say the same in each row."""
    rows = [sheet.getCellRangeByPosition(0, row, width - 1, row) for row in (one, other)]
    values = [row.getDataArray()[0] for row in rows]
    formulas = [row.getFormulaArray()[0] for row in rows]
    for column in range(width):
        if not any(row[column].startswith("=") for row in formulas):
            for row, content in ((one, values[1][column]), (other, values[0][column])):
                cell = sheet.getCellByPosition(column, row)
                cell.setString(content) if isinstance(content, str) else cell.setValue(content)


def answer(desktop, order, out):
    """Do an order about a workbook; what is asked for is written to ``out``."""
    document = desktop.loadComponentFromURL(
        Path(order["path"]).resolve().as_uri(), "_blank", 0, properties(Hidden=True)
    )
    if document is None:
        raise SystemExit("LibreOffice could not open the file")
    try:
        if order.get("recalculate"):
            document.calculateAll()
        if order["do"] == "cells":
            json.dump(cells(document), out)
        if order["do"] == "work":
            work_in(document, order)
        if order["do"] in {"save", "work"}:
            document.storeToURL(Path(order["to"]).resolve().as_uri(), properties(FilterName=order["filter"]))
    finally:
        document.close(True)


def serve(desktop):
    """Answer each line of the input."""
    for line in sys.stdin:
        try:
            answer(desktop, json.loads(line), sys.stdout)
            stated = "= done"
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it was, the next order may work
            stated = "= " + " ".join(str(error).split())
        print(stated, flush=True)


def main():
    desktop = desktop_of(context_of(sys.argv[1]))
    if len(sys.argv) == 2:
        serve(desktop)
        return
    order = json.loads(sys.argv[2])
    if order["do"] == "stop":
        desktop.terminate()
    elif order["do"] != "ping":
        answer(desktop, order, sys.stdout)


if __name__ == "__main__":
    main()
