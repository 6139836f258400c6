"""Start a LibreOffice, and ask it about a workbook. Asking is run by the Python that has `uno`, not by the one of the tests.

Usage: office_helper.py PIPE '{"do": "cells", "path": "book.xlsx", "recalculate": true}'
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


def value_of(cell):
    """Return what a cell shows: text, number, or an error with its number."""
    if cell.getError():
        return f"#ERROR {cell.getError()}"
    kind = cell.FormulaResultType2 if cell.Type.value == "FORMULA" else None
    if cell.Type.value == "TEXT" or kind == 2:  # com.sun.star.sheet.FormulaResult.STRING
        return cell.String
    return cell.Value


def cells(document):
    """Return sheet -> address -> value and formula of every cell that is not empty."""
    found = {}
    for sheet in document.Sheets:
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        last = cursor.RangeAddress
        area = sheet.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow)
        data, formulas = area.getDataArray(), area.getFormulaArray()
        here = found.setdefault(sheet.Name, {})
        for r, (values, texts) in enumerate(zip(data, formulas, strict=True)):
            for c, (value, text) in enumerate(zip(values, texts, strict=True)):
                if text == "":
                    continue
                address = letters(c) + str(r + 1)
                if isinstance(text, str) and text.startswith(("=", "{=")):
                    cell = sheet.getCellByPosition(c, r)
                    if cell.Type.value == "FORMULA":
                        here[address] = {"value": value_of(cell), "formula": text}
                        continue
                here[address] = {"value": value, "formula": ""}
    return found


def values(document):
    """Return sheet -> address -> value of every cell; much faster than `cells` where there are many formulas."""
    found = {}
    for sheet in document.Sheets:
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        last = cursor.RangeAddress
        data = sheet.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow).getDataArray()
        found[sheet.Name] = {
            letters(c) + str(r + 1): value for r, row in enumerate(data) for c, value in enumerate(row)
        }
    return found


def letters(column):
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def main():
    pipe, order = sys.argv[1], json.loads(sys.argv[2])
    desktop = desktop_of(context_of(pipe))
    if order["do"] == "stop":
        desktop.terminate()
        return
    if order["do"] == "ping":
        return
    document = desktop.loadComponentFromURL(
        Path(order["path"]).resolve().as_uri(), "_blank", 0, properties(Hidden=True)
    )
    if document is None:
        raise SystemExit("LibreOffice could not open the file")
    try:
        if order.get("recalculate"):
            document.calculateAll()
        if order["do"] == "cells":
            json.dump(cells(document), sys.stdout)
        elif order["do"] == "values":
            json.dump(values(document), sys.stdout)
        elif order["do"] == "save":
            document.storeToURL(Path(order["to"]).resolve().as_uri(), properties(FilterName=order["filter"]))
    finally:
        document.close(True)


if __name__ == "__main__":
    main()
