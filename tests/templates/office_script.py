"""Drive a LibreOffice of our own for one order. Run by the Python that has `uno`, not by the one of the tests.

Usage: office_script.py ORDER.json ANSWER.json
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import office_helper

RUN_MACROS = 4  # com.sun.star.document.MacroExecMode.ALWAYS_EXECUTE_NO_WARN


class Office:
    """A LibreOffice with a new profile, which can be started again."""

    def __init__(self, program="soffice"):
        self.program = program
        self.profile = Path(tempfile.mkdtemp(prefix="office-"))
        self.process = None
        self.start()

    def start(self):
        pipe = f"winback-{uuid.uuid4().hex[:12]}"
        self.process = office_helper.start(pipe, self.profile, self.program)
        self.context = office_helper.context_of(pipe)
        self.desktop = office_helper.desktop_of(self.context)

    def stop(self):
        with contextlib.suppress(Exception):  # the bridge breaks while it answers
            self.desktop.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def restart(self):
        self.stop()
        self.start()

    def open(self, path):
        url = Path(path).resolve().as_uri() if path else "private:factory/scalc"
        return self.desktop.loadComponentFromURL(
            url, "_blank", 0, office_helper.properties(Hidden=True, MacroExecutionMode=RUN_MACROS)
        )

    def install(self, extension):
        manager = self.context.getValueByName("/singletons/com.sun.star.deployment.ExtensionManager")
        manager.addExtension(Path(extension).resolve().as_uri(), (), "user", None, environment())
        self.restart()


def environment():
    """Return what answers an installation's questions with yes; None in its place fails."""
    import uno
    import unohelper
    from com.sun.star.task import XInteractionHandler
    from com.sun.star.ucb import XCommandEnvironment, XProgressHandler

    approve = uno.getTypeByName("com.sun.star.task.XInteractionApprove")

    class Environment(unohelper.Base, XCommandEnvironment, XProgressHandler, XInteractionHandler):
        def getInteractionHandler(self):  # noqa: N802 - UNO chose the names
            return self

        def getProgressHandler(self):  # noqa: N802
            return self

        def handle(self, request):
            for choice in request.getContinuations():
                if choice.queryInterface(approve):
                    choice.select()
                    return

        def push(self, status):
            pass

        def update(self, status):
            pass

        def pop(self):
            pass

    return Environment()


def press_buttons(office, order):
    """Run what each shape of a workbook is bound to, and read what the stub wrote to Z1 of its sheet."""
    document = office.open(order["path"])
    scripts = document.getScriptProvider()
    pressed, said = {}, ""
    for sheet in document.Sheets:
        for number in range(sheet.DrawPage.Count):
            shape = sheet.DrawPage.getByIndex(number)
            if not hasattr(shape, "getEvents") or "OnClick" not in shape.getEvents().getElementNames():
                continue
            bound = {item.Name: item.Value for item in shape.getEvents().getByName("OnClick")}
            cell = sheet.getCellRangeByName("Z1")
            cell.String = ""
            scripts.getScript(bound["Script"]).invoke((), (), ())
            pressed[shape.Name] = [sheet.Name, shape.String, bound["Script"], cell.String]
    for url in order["call"]:
        said, _, _ = scripts.getScript(url).invoke((), (), ())
    document.close(True)
    return {"pressed": pressed, "said": said}


def evaluate(office, order):
    """Put each call's arguments into cells and its formula next to them, and read what it gives."""
    office.install(order["extension"])
    document = office.open("")
    sheet = document.Sheets.getByIndex(0)
    found = [one_call(sheet, call) for call in order["calls"]]
    took = None
    if order.get("big"):
        took = many_rows(sheet, order["big"])
    document.close(True)
    return {"found": found, "took": took}


def convert(office, order):
    """Open files and save what their first sheets show as CSV, numbers in full; each by a new process."""
    if order.get("extension"):
        office.install(order["extension"])
    office.stop()
    for path in order["paths"]:
        subprocess.run(
            [office.program, "--headless", "--norestore", f"-env:UserInstallation={office.profile.as_uri()}",
             "--convert-to", order["filter"], "--outdir", order["folder"], path],
            check=True, capture_output=True, timeout=200, env=office_helper.outside_of_any_venv(),
        )  # fmt: skip
    return {}


def clear(sheet):
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    area = cursor.RangeAddress
    sheet.getCellRangeByPosition(0, 0, area.EndColumn, area.EndRow).clearContents(1023)


def fill(sheet, column, row, value):
    """Write one argument and return the reference to it."""
    rows = value if isinstance(value, list) else [[value]]
    rows = [one if isinstance(one, list) else [one] for one in rows]
    wide = max((len(one) for one in rows), default=1) or 1
    for down, cells in enumerate(rows):
        for right, content in enumerate(cells):
            cell = sheet.getCellByPosition(column + right, row + down)
            if isinstance(content, dict):
                cell.Formula = content["formula"]
            elif isinstance(content, bool):
                cell.Formula = "=TRUE()" if content else "=FALSE()"
            elif isinstance(content, (int, float)):
                cell.Value = content
            elif content is not None:
                cell.String = content
    area = sheet.getCellRangeByPosition(column, row, column + wide - 1, row + max(len(rows), 1) - 1)
    return area.AbsoluteName.split(".")[-1].replace("$", ""), wide


def one_call(sheet, call):
    clear(sheet)
    references, column = [], 0
    for value in call["arguments"]:
        if value is None:
            references.append("")
            continue
        reference, wide = fill(sheet, column, 0, value)
        references.append(reference)
        column += wide + 1
    while references and references[-1] == "":
        references.pop()
    formula = f"={call['formula']}({';'.join(references)})"
    tall, wide = call["size"]
    target = sheet.getCellRangeByPosition(column, 0, column + wide - 1, tall - 1)
    if tall == wide == 1:
        target.getCellByPosition(0, 0).Formula = formula
    else:
        target.setArrayFormula(formula)
    return [[shown(target.getCellByPosition(right, down)) for right in range(wide)] for down in range(tall)]


def shown(cell):
    if cell.getError():
        return {"error": cell.getError(), "text": cell.String}
    return cell.String if cell.FormulaResultType2 == 2 else cell.Value


def many_rows(sheet, big):
    """Time one array formula over many rows: (seconds, text of the first answers)."""
    clear(sheet)
    rows = tuple(tuple(row) for row in big["rows"])
    sheet.getCellRangeByPosition(0, 0, len(rows[0]) - 1, len(rows) - 1).setDataArray(rows)
    tall, wide = big["size"]
    target = sheet.getCellRangeByPosition(10, 0, 10 + wide - 1, tall - 1)
    started = time.perf_counter()
    target.setArrayFormula(big["formula"])
    first = target.getCellByPosition(0, 1).String
    took = time.perf_counter() - started
    return [took, first, target.getCellByPosition(2, tall - 1).String]


def main():
    order = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    os.environ.update(order.get("environment", {}))
    os.chdir(order.get("folder_of_start", "."))
    office = Office(order.get("program", "soffice"))
    try:
        answer = {"press": press_buttons, "evaluate": evaluate, "convert": convert}[order["do"]](
            office, order
        )
    finally:
        office.stop()
        shutil.rmtree(office.profile, ignore_errors=True)
    Path(sys.argv[2]).write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main()
