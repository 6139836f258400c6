"""In a real Pyodide, 32 bits wide, formulas, buttons and plan give what they give here.

What it proves beyond tests/excel/test_lite.py: that nothing leans on 64-bit default integers, on pandas 3, or on a
call of the system that WebAssembly lacks. It runs in node, with the very builds of Pyodide 0.27.7; the browser, Lite's
pane and Excel are not here. About 3 minutes of processor time.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.excel.lite import PRESSED
from tests.pyodide import fetch, host_run

ROOT = Path(__file__).resolve().parents[2]
BOOT = Path(__file__).with_name("boot.mjs")
NEAR = 1e-9

pytestmark = pytest.mark.pyodide


def result(command, path=None):
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(path.read_text("utf-8") if path else done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    """What Pyodide gave: formulas, plan, buttons."""
    lacking = fetch.missing()
    if lacking:
        pytest.skip(lacking)
    path = tmp_path_factory.mktemp("pyodide") / "stated.json"
    home = fetch.folder().resolve()
    stated = result([shutil.which("node"), BOOT, home, ROOT, path, *host_run.PARTS], path)
    print("seconds:", stated["seconds"])
    return stated


@pytest.fixture(scope="module")
def here():
    """What this Python gives."""
    return result([sys.executable, "-m", "tests.pyodide.host_run", "formulas", "plan", "wide"])


def same(one, other):
    """Tell whether two results are equal, numbers to nine digits."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=NEAR, abs_tol=NEAR)
    return one == other


def cell(text):
    try:
        return float(text)
    except ValueError:
        return text


def test_it_is_a_pyodide_of_32_bits(there):
    assert there["platform"] == "emscripten"
    assert there["bits"] == 32


def test_every_formula_gives_there_what_the_table_says(there):
    assert there["formulas"]["wrong"] == []


def test_every_formula_gives_there_what_it_gives_here(there, here):
    values, own = there["formulas"]["values"], here["formulas"]["values"]
    assert len(values) > 300
    assert [name for name in own if not same(values.get(name), own[name])] == []


def different(mine, theirs):
    """Return the cells of two tables that differ."""
    assert len(mine) == len(theirs) > 20
    return [
        (at, heading, one, other)
        for at, rows in enumerate(zip(mine, theirs, strict=True))
        for heading, one, other in zip(mine[0], *rows, strict=True)
        if not same(cell(one), cell(other))
    ]


@pytest.mark.parametrize("table", ["campaign", "segments", "make_goods"])
def test_the_plan_of_the_demo_is_the_same_cell_by_cell(there, here, table):
    assert different(here["plan"]["tables"][table], there["plan"]["tables"][table]) == []


def test_nothing_wraps_where_numbers_need_more_than_32_bits(there, here):
    assert there["wide"]["groups"] == here["wide"]["groups"]
    assert there["wide"]["pairs"] == here["wide"]["pairs"]
    assert different(here["wide"]["segments"], there["wide"]["segments"]) == []


def test_a_workbook_saved_twice_there_has_a_dated_copy(there):
    assert there["plan"]["copies"] == 2


def test_every_button_works_there_and_a_second_press_changes_nothing(there):
    said, changed = there["buttons"]["said"], there["buttons"]["changed"]
    assert list(said) == list(PRESSED)
    assert [words for words in said.values() if "error in winback_xl" in words] == []
    assert "checks are OK" in said["doctor"]
    assert changed == []


def test_a_workbook_that_carries_the_plugin_needs_nothing_else_there(there):
    found = there["carried"]
    assert "winback_xl-" in found["place"]
    assert found["wrong"] == []
    assert found["scripts"] == list(PRESSED)


def test_every_button_says_there_what_it_says_in_a_python_as_poor(there):
    poor = result([sys.executable, "-m", "tests.excel.lite"])
    said = there["buttons"]["said"]
    assert {name: words for name, words in poor["said"].items() if words != said[name]} == {}


def test_a_file_that_is_not_pyodides_own_is_refused(tmp_path):
    lock = {"packages": {"numpy": {"file_name": "numpy.whl", "sha256": fetch.digest(b"numpy")}}}
    official = {fetch.LOCK: json.dumps(lock).encode(), "pyodide.mjs": b"mjs"}
    assert fetch._verified("numpy.whl", b"numpy", official) == b"numpy"
    assert fetch._verified("pyodide.mjs", b"mjs", official) == b"mjs"
    for name, content in (("numpy.whl", b"other"), ("pyodide.mjs", b"other"), ("unknown.whl", b"numpy")):
        with pytest.raises(SystemExit, match="not the file"):
            fetch._verified(name, content, official)
