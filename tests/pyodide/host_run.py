"""Run the formula cases, the demo plan and every button twice in the Python at hand, and tell the results as JSON.

Pyodide runs it by way of boot.mjs; the tests run it in CPython too, in a process of its own, and compare.
"""

from __future__ import annotations

import csv
import json
import os
import struct
import sys
import tempfile
import time
from io import StringIO
from pathlib import Path

from tests.excel import lite, office_js
from tests.excel.cases import CASES


def main(*parts):
    """Return the results of these parts (formulas, plan, buttons) as JSON."""
    os.chdir(tempfile.mkdtemp())
    office_js.install()
    from winback_xl.templates import lite as template

    code = template.main_py()
    for name in [name for name in sys.modules if name.startswith("winback_xl")]:
        del sys.modules[name]
    scope = {}
    exec(compile(code, "main.py", "exec"), scope)
    stated = {"platform": sys.platform, "bits": 8 * struct.calcsize("P"), "seconds": {}}
    for part in parts:
        began = time.perf_counter()
        stated[part] = PARTS[part](scope)
        stated["seconds"][part] = round(time.perf_counter() - began, 1)
    return json.dumps(stated)


def formulas(scope):
    """Return what every formula case gives, and the names of those that give something else than the table says."""
    found = {}
    for case in CASES:
        if not case.typed_dates:
            try:
                found[case.name] = scope[case.formula](*(office_js.sent(one) for one in case.arguments))
            except office_js.XlwingsError as error:
                found[case.name] = f"refused: {error}"
    return {"values": json.loads(json.dumps(found, default=str)), "wrong": lite.formulas(scope)}


def plan(_):
    """Plan the demo from files, save it twice, and return the rows of its tables."""
    import winback_xl as wb
    from winback_xl import samples

    made = samples.make()
    files = {}
    for name in ("orders", "customers", "incidents", "reps"):
        frame = getattr(made, name)
        files[name] = Path(f"{name}.csv" if name == "orders" else f"{name}.xlsx")
        frame.to_csv(files[name], index=False) if name == "orders" else frame.to_excel(
            files[name], index=False
        )
    built = wb.plan(files.pop("orders"), **files)
    for force in (False, True):  # the second keeps a dated copy of the first
        wb.save(built, "campaign.xlsx", force=force)
    tables = {
        name: getattr(built, name).to_csv(index=False) for name in ("campaign", "segments", "make_goods")
    }
    rows = {name: list(csv.reader(StringIO(text))) for name, text in tables.items()}
    return {"copies": len(list(Path().glob("campaign*.xlsx"))), "tables": rows}


def buttons(scope):
    """Press every button twice; return its last words, and the names of those that changed something again."""
    said, changed = lite.buttons(scope)
    return {"said": said, "changed": changed}


def carried(_):
    """Run the code of a workbook that carries the plugin; return where that comes from, wrong formulas, and scripts."""
    from winback_xl.templates import carried as template

    code = template.main_py()
    for name in [name for name in sys.modules if name.startswith("winback_xl")]:
        del sys.modules[name]
    scope = {}
    exec(compile(code, "main.py", "exec"), scope)
    place = sys.modules["winback_xl"].__file__
    scripts = [name for name in lite.PRESSED if callable(scope.get(name))]
    return {"place": place, "wrong": lite.formulas(scope), "scripts": scripts}


def wide(_):
    """Return what needs numbers beyond 32 bits: groups of 70,000 by 70,000, pairs over a wide range, 5,000 customers."""
    import numpy as np

    import winback_xl as wb
    from winback_xl.core.lifetime_value.max_likelihood import group
    from winback_xl.core.tally import distinct_pairs
    from winback_xl.samples import bulk

    # The sums are ours: they add in 64 bits, for positions have the width of the machine.
    first, member = group(np.arange(70_000.0), np.arange(70_000.0)[::-1] * 1.5)
    of, value = distinct_pairs(np.arange(70_000, dtype=np.int32), np.arange(70_000, dtype=np.int64) * 1_000)
    segments = wb.segment(bulk.ledger(30_000, 5_000))
    return {
        "groups": [int(first.sum(dtype=np.int64)), int(member.sum(dtype=np.int64)), len(first)],
        "pairs": [int(of.sum()), int(value.sum()), len(of)],
        "segments": list(csv.reader(StringIO(segments.to_csv(index=False)))),
    }


PARTS = {"formulas": formulas, "plan": plan, "wide": wide, "buttons": buttons, "carried": carried}

if __name__ == "__main__":
    print(main(*sys.argv[1:]))
