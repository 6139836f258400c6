"""Run in a process of its own by test_classic: every case through xlwings' real classic path, printed as JSON."""

from __future__ import annotations

import datetime as dt
import json
import sys

from tests.excel import fake_win32
from tests.excel.cases import CASES, Err

MODULE = "winback_xl.excel.formulas.functions"


def cell(value):
    """Return a cell as COM hands it over: numbers are floats."""
    if isinstance(value, Err):
        return fake_win32.ERRORS[value.text]
    if isinstance(value, dt.date):
        return fake_win32.time(value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def argument(value, *, as_range):
    """Return an argument: a range, its values, or a single value."""
    if isinstance(value, list):
        rows = [[cell(one) for one in row] if isinstance(row, list) else [cell(row)] for row in value]
        return fake_win32.Range(rows) if as_range else tuple(map(tuple, rows))
    return fake_win32.Range([[cell(value)]]) if as_range else cell(value)


def shown(value):
    """Return what goes back to Excel, as JSON can hold it."""
    if isinstance(value, list):
        return [[shown(one) for one in row] if isinstance(row, list) else shown(row) for row in value]
    if isinstance(value, dt.datetime):
        return {"date": value.strftime("%Y-%m-%dT%H:%M"), "zone": str(value.utcoffset())}
    return value


def main():
    fake_win32.install()
    from xlwings.udfs import call_udf, import_udfs

    from winback_xl.excel.formulas.catalogue import FORMULAS

    book = fake_win32.Workbook()
    import_udfs(MODULE, book)
    text = book.VBProject.VBComponents["xlwings_udfs"]

    def call(name, given):
        return shown(call_udf(MODULE, name, tuple(given), None, None))

    found = []
    for at, case in enumerate(CASES):
        left_out = [fake_win32.MISSING] * (len(FORMULAS[case.formula].arguments) - len(case.arguments))
        given = [argument(one, as_range=at % 2 == 0) for one in case.arguments]
        found.append(call(case.formula, [*given, *left_out]))
    version = call("WINBACK_VERSION", [])
    from winback_xl.excel.formulas import functions

    functions.segment_table.build = None  # a fault of our own, not a mistake of the user
    fault = call(
        "WINBACK_SEGMENT", [argument([["a", dt.date(2026, 1, 1), 5]], as_range=True), 46_300.0, None, None]
    )
    help_ = {
        name: [one["Description"], one["Category"], one["ArgumentDescriptions"]]
        for name, one in book.help.items()
    }
    json.dump({"text": text, "help": help_, "found": found, "version": version, "fault": fault}, sys.stdout)


if __name__ == "__main__":
    main()
