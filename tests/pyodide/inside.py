"""Runs inside Pyodide (see boot.mjs): the formula cases, every button twice, the demo plan; the last line is JSON."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.excel import lite, office_js


def timed(told, name, work):
    began = time.perf_counter()
    told[name] = work()
    told["seconds"][name] = round(time.perf_counter() - began, 1)


def plan():
    """Plan the demo from files, save it twice, and return its tables as CSV."""
    import winback_xl as wb
    from winback_xl import samples

    folder = Path(tempfile.mkdtemp())
    made = samples.make()
    for name in ("orders", "customers", "incidents", "reps"):
        getattr(made, name).to_csv(folder / f"{name}.csv", index=False)
    files = {name: folder / f"{name}.csv" for name in ("customers", "incidents", "reps")}
    built = wb.plan(folder / "orders.csv", **files)
    for force in (False, True):  # the second keeps a dated copy of the first
        wb.save(built, folder / "campaign.xlsx", force=force)
    names = ("campaign", "segments", "make_goods")
    tables = {name: getattr(built, name).to_csv() for name in names}
    return {"copies": len(list(folder.glob("campaign*.xlsx"))), **tables}


def values(scope):
    """Return what every formula case gives, in words that can be compared between hosts."""
    from tests.excel.cases import CASES

    found = {}
    for case in CASES:
        if case.typed_dates:
            continue
        try:
            given = scope[case.formula](*(office_js.sent(one) for one in case.arguments))
        except office_js.XlwingsError as error:
            given = f"refused: {error}"
        found[case.name] = repr(given)
    return found


def main():
    told = {
        "python": sys.version,
        "platform": sys.platform,
        "bits": sys.maxsize.bit_length() + 1,
        "seconds": {},
    }
    office_js.install()
    from winback_xl.templates import lite as template

    code = template.main_py()
    for name in [name for name in sys.modules if name.startswith("winback_xl")]:
        del sys.modules[name]
    scope = {}
    exec(compile(code, "main.py", "exec"), scope)
    timed(told, "wrong", lambda: lite.formulas(scope))
    timed(told, "values", lambda: values(scope))
    timed(told, "plan", plan)
    if "formulas" not in sys.argv:
        timed(told, "buttons", lambda: lite.buttons(scope))
    return json.dumps(told)


os.chdir(tempfile.mkdtemp())
main()
