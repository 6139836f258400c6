"""xlwings' real classic path, on stubs of pywin32: the VBA it writes, and every case through its conversions and back."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.excel.cases import CASES, Err, picked, same
from winback_xl.excel.formulas.argument_cells import ERROR_NUMBERS
from winback_xl.excel.formulas.catalogue import FORMULAS
from winback_xl.excel.formulas.convert import TAG

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def classic():
    """What the process said that plays Windows."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.excel.classic"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout[done.stdout.index("{") :])


def as_excel(value):
    """Return a result of plain Python as it goes back through COM: blanks are texts, dates have a zone."""
    if isinstance(value, list):
        return [as_excel(one) for one in value]
    if isinstance(value, dt.date):
        return {"date": f"{value.isoformat()}T00:00", "zone": "0:00:00"}
    return "" if value is None else value


@pytest.mark.parametrize("at", range(len(CASES)), ids=[case.name for case in CASES])
def test_classic_excel_gives_what_plain_python_gives(classic, at):
    """Ranges come as COM objects in every second case, and as their values in the others."""
    case, found = CASES[at], classic["found"][at]
    if isinstance(case.gives, Err):
        mark = f"{TAG}{ERROR_NUMBERS[case.gives.text]}|"
        assert str(found).startswith(mark)
        assert case.gives.says in found
    else:
        assert same(picked(found, case.headings) if case.headings else found, as_excel(case.gives)), found


def test_version_says_that_it_is_classic_excel(classic):
    assert classic["version"].endswith("classic Excel")


def test_a_fault_of_ours_is_an_error_too_and_never_a_text_in_a_number_column(classic):
    assert classic["fault"].startswith(f"{TAG}2015|WINBACK_SEGMENT failed: TypeError")
    assert classic["fault"].endswith("Please report it.")


def test_every_formula_gets_a_vba_function_with_its_arguments(classic):
    heads = dict(re.findall(r"^Function (\w+)\((.*)\)$", classic["text"].replace(" _\n", " "), re.MULTILINE))
    assert set(heads) == set(FORMULAS)
    for name, about in FORMULAS.items():
        expected = [f"Optional {one.vba_name}" if one.optional else one.vba_name for one in about.arguments]
        assert heads[name] == ", ".join(expected)


def test_no_argument_is_a_word_that_vba_keeps_for_itself(classic):
    """Fix is a function of VBA that no variable may be called after."""
    assert re.search(r"\bfix\b", classic["text"], re.IGNORECASE) is None
    assert "Optional fix_" in classic["text"]


def test_the_wizard_shows_the_help_of_the_catalogue(classic):
    for name, about in FORMULAS.items():
        description, category, arguments = classic["help"][name]
        assert description == about.gives
        assert category == "Win-back"
        assert (arguments or []) == [one.help for one in about.arguments]
