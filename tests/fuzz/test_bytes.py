"""Whatever happens to the bytes of a file, it is read or refused in one sentence: no traceback, no death, no hang.

To look at one mutant: ``mutants.mutant("made.xls", 17)``.
"""

from __future__ import annotations

import io
import os
import tempfile
import traceback
from pathlib import Path

import pandas as pd
import pytest

from tests.foreign import child
from tests.fuzz.mutants import KINDS, mutant
from winback_xl.errors import WinbackError
from winback_xl.inputs import load
from winback_xl.schema.columns import ORDERS
from winback_xl.settings import Settings
from winback_xl.workbook import book, render_file
from winback_xl.workbook.ooxml import inject
from winback_xl.workflows import checking, planning

LONG = os.environ.get("WINBACK_TESTS") == "long"
MUTANTS = int(os.environ.get("WINBACK_MUTANTS") or (2_500 if LONG else 40))
"""For each kind of file; nine kinds make 360 in CI and 22,500 in the long run."""

BATCH, SECONDS, MEMORY = 50, 10.0, 1_500_000_000


@pytest.fixture(scope="module")
def made():
    """Return a small workbook of ours."""
    days = pd.date_range("2024-01-15", periods=12, freq="30D")
    ledger = pd.DataFrame({"Customer ID": "C1", "Order date": days, "Order value": 500.0})
    out = io.BytesIO()
    render_file.render(book.build(planning.plan(ledger)), out)
    return out.getvalue()


def survive(kind, numbers, ours):
    """Do with each mutant what the commands do; return what must not be."""
    bad = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"orders{Path(kind).suffix}"
        for number in numbers:
            path.write_bytes(mutant(kind, number))
            for name, step in (("check", _check), ("load", _load), ("into", _into)):
                try:
                    step(path, ours)
                except WinbackError as error:
                    if not error.what.strip() or len(error.what) > 50_000:
                        bad.append(f"{kind} {number} {name}: {error.what[:300]!r}")
                except BaseException as error:  # noqa: BLE001 - a panic of native code is no Exception
                    bad.append(
                        f"{kind} {number} {name}: {error!r}\n{''.join(traceback.format_tb(error.__traceback__)[-3:])}"
                    )
            assert path.read_bytes() == mutant(kind, number), "the file was changed"
    return bad


def _check(path, _):
    title, found = checking.check(path)
    assert found.rows_in == found.rows_used + len(found.set_aside), title
    assert all(len(str(issue)) < 5_000 for issue in found.issues)


def _load(path, _):
    found = load.load(path, ORDERS, settings=Settings(day_first="day first", decimal_mark="point"))
    assert found.rows_in == found.rows_used + len(found.set_aside)


def _into(path, ours):
    if path.suffix == ".xlsx":
        inject.add_sheets(path, ours, io.BytesIO(), settings=Settings())


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_happens_to_a_file_it_ends_in_rows_or_in_one_sentence(kind, made):
    bad = []
    for first in range(0, MUTANTS, BATCH):
        numbers = range(first, min(first + BATCH, MUTANTS))
        done = child.run(survive, kind, numbers, made, seconds=SECONDS * 6, memory=MEMORY)
        if done.failed:  # which one was it?
            for number in numbers:
                one = child.run(survive, kind, (number,), made, seconds=SECONDS * 3, memory=MEMORY)
                bad += [f"{kind} {number}: {one.failed} {one.trace}"] if one.failed else one.answer
        else:
            bad += done.answer
            assert done.memory < MEMORY, f"{kind} {first}: {done.memory / 1e6:,.0f} MB"
    assert not bad, "\n".join(bad[:20])
