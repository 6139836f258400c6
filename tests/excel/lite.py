"""Run in a process of its own by test_lite: Lite's main.py in a Python as poor as Pyodide's, printed as JSON.

What it proves: that the code in the workbook runs without threads, processes, file locks, pywin32 and the readers
that Pyodide lacks, on the platform "emscripten". Pyodide itself, its browser and Lite are not here.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pandas as pd
import xlsxwriter
import xlwings as xw

from tests.excel import office_js
from tests.excel.cases import CASES

LACKS = (
    "fastexcel",
    "python_calamine",
    "isal",
    "fcntl",
    "msvcrt",
    "win32com",
    "pythoncom",
    "pywintypes",
    "winreg",
)
PRESSED = (
    "check_data", "segment_customers", "suggest_make_goods", "build_campaign", "back_test", "account_history", "refresh_campaign",
    "log_a_talk", "call_sheets", "draft_letters", "export_mail_merge", "previous_version", "guide", "doctor", "load_orders", "share_copy",
    "split_by_owner", "collect_copies",
)  # fmt: skip


def impoverish():
    """Take away what Pyodide has not: modules, threads, processes."""

    def no_thread(*_):
        raise RuntimeError("can't start new thread")

    def no_process(*_, **__):
        raise OSError(138, "emscripten does not support processes.")

    assert openpyxl
    assert xlsxwriter
    for name in LACKS:
        sys.modules[name] = None
    threading.Thread.start = no_thread
    subprocess.Popen.__init__ = no_process
    sys.platform = "emscripten"


def formulas(scope):
    """Return the names of the cases whose formula gives something else than the table says."""
    wrong = []
    for case in CASES:
        if case.typed_dates:
            continue
        found, refused = None, None
        try:
            found = scope[case.formula](*(office_js.sent(one) for one in case.arguments))
        except office_js.XlwingsError as error:
            refused = str(error)
        if not office_js.fits(case, found, refused):
            wrong.append(case.name)
    return wrong


def buttons(scope):
    """Press every button twice, one after the other in one workbook; return its last words, and which changed it again."""
    from tests.excel.engine import Range, open_book
    from tests.excel.test_commands import INPUTS, Grid, again, content
    from winback_xl import samples

    path = Path(tempfile.mkdtemp()) / "ledger.xlsx"
    made = samples.make(customers=60)
    with pd.ExcelWriter(path, engine="openpyxl") as file:
        frames = (made.orders, made.customers, made.incidents, made.reps)
        for title, frame in zip(INPUTS, frames, strict=True):
            frame.to_excel(file, sheet_name=title, index=False)
    behind, said, changed = open_book(path)[1], {}, []
    for name in PRESSED:
        seen = []
        for _ in range(2):
            book, behind = again(behind, "remote")
            behind.host.alerts.clear()
            if name in ("account_history", "log_a_talk"):
                grid = Grid(behind, "tblCampaign")
                behind.app.selected = Range(grid.sheet, (grid.box[0] + 2, 3, grid.box[0] + 2, 3))
            scope[name](book)
            (said[name],) = behind.host.alerts
            seen.append(content(behind))
        if seen[0] != seen[1] and name != "log_a_talk":  # each press is a talk
            changed.append(name)
    return said, changed


def main():
    office_js.install()
    from winback_xl.templates import lite

    code = lite.main_py()
    for name in [name for name in sys.modules if name.startswith("winback_xl")]:
        del sys.modules[name]
    impoverish()
    scope = {}
    exec(compile(code, "main.py", "exec"), scope)
    from winback_xl.excel.formulas import runtime

    said, changed = buttons(scope)
    stated = SimpleNamespace(host=runtime.HOST.name, wrong=formulas(scope), said=said, changed=changed)
    json.dump({**vars(stated), "version": xw.__version__}, sys.stdout)


if __name__ == "__main__":
    main()
