"""Whatever people type into a campaign, two engines and Python's own arithmetic say the same.

Some hundred edits in CI; 10,000 with WINBACK_TESTS=long (about 20 minutes).
"""

from __future__ import annotations

import os
import random

import openpyxl
import pandas as pd
import pytest

from tests.engines.edits import HEADER, SHEET, Ground
from tests.engines.engines import ENGINES, same, shown
from tests.engines.packages import formulas
from tests.engines.test_recalculated import installed
from winback_xl.core.tracking import follow_through
from winback_xl.schema.columns import CAMPAIGN
from winback_xl.workbook.reopened.reopen import reopen
from winback_xl.workbook.sheets.followed import playbook_of

ROUNDS = 40 if os.environ.get("WINBACK_TESTS") == "long" else 1
EDITS, STEP = 250, 25
FORMULA = CAMPAIGN.of_role("formula")


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_engines_agree_with_each_other_and_with_python(books, tmp_path, seed):
    path = books["demo"]
    book = path.read_bytes()
    stored = formulas(book)
    cells = list(stored)
    engines = {name: installed(name)(book) for name in ENGINES}
    ground, chance, typed = Ground.of(path), random.Random(seed), {}
    for count in range(1, EDITS + 1):
        at, value = ground.edit(chance)
        typed[at] = value
        for engine in engines.values():
            engine.set(at, value)
        if count % STEP == 0:
            one, other = (engine.values(cells) for engine in engines.values())
            differ = {cell: (one[cell], other[cell]) for cell in cells if not same(one[cell], other[cell])}
            astray = weekends(differ)
            assert {cell: pair for cell, pair in differ.items() if cell not in astray} == {}
    moved = sum(not same(one[at], shown(value)) for at, (_, value) in stored.items())
    assert moved > 50, "the edits changed next to nothing"
    expected = in_python(path, typed, tmp_path / "typed.xlsx")
    wrong = {
        at: (name, other[at], value) for at, (name, value) in expected.items() if not same(other[at], value)
    }
    assert len(expected) > 200
    assert wrong == {}


def weekends(differ):
    """Return the cells in which betteroffice goes astray: no WORKDAY gives a Saturday or Sunday, and it does from one.

    They are Due and the days overdue next to it; formulon, LibreOffice and Python agree on a weekday.
    """
    days = {at for at, (one, _) in differ.items() if isinstance(one, float) and one > 40_000 and one % 7 < 2}
    rows = {(sheet, address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for sheet, address in days}
    return {
        (sheet, address) for sheet, address in differ
        if (sheet, address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) in rows
    }  # fmt: skip


def in_python(path, typed, to):
    """Return what Python gives for every formula cell of the campaign, once these cells are typed into it."""
    book = openpyxl.load_workbook(path)
    sheet = book[SHEET]
    for (_, address), value in typed.items():
        sheet[address].value = value
        if isinstance(value, str):
            sheet[address].data_type = "s"
    letters = {cell.value: cell.column_letter for cell in sheet[HEADER]}
    book.save(to)
    plan = reopen(to).plan
    frame = follow_through.computed(
        plan.campaign, as_of=plan.as_of, settings=plan.settings, book=playbook_of(plan)
    )
    return {
        (SHEET, f"{letters[column.heading]}{row}"): (column.name, shown(None if pd.isna(value) else value))
        for column in FORMULA
        for row, value in enumerate(frame[column.name], start=HEADER + 1)
    }
