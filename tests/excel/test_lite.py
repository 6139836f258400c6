"""The workbook for xlwings Lite: what Pyodide must install can be installed, and its code runs on what Pyodide has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.excel.lite import PRESSED
from winback_xl.excel import host
from winback_xl.excel.buttons import commands

ROOT = Path(__file__).resolve().parents[2]
PYODIDE = {
    "0.27.5": {"numpy": "2.0.2", "pandas": "2.2.3", "scipy": "1.14.1", "pyarrow": "18.1.0"},
    "314.0.7": {"numpy": "2.4.6", "pandas": "3.0.2", "scipy": "1.18.0", "pyarrow": "22.0.0"},
}
"""Compiled packages of a release of Pyodide, from its pyodide-lock.json: no other version of them can be installed."""

PURE = {"xlsxwriter", "openpyxl", "click"}
"""Wheels of Python only, which Pyodide takes from the package index in any version."""


@pytest.fixture(scope="module")
def stated():
    done = subprocess.run(
        [sys.executable, "-m", "tests.excel.lite"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("release", PYODIDE)
def test_pyodide_can_install_what_the_package_needs(release):
    """A bound above what Pyodide brings, or a needed package behind a marker, and nothing of the workbook would load."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    place = {"sys_platform": "emscripten", "platform_system": "Emscripten", "os_name": "posix"}
    needed = {
        found.name.lower(): found.specifier
        for found in map(Requirement, project["dependencies"])
        if found.marker is None or found.marker.evaluate(place)
    }
    assert set(needed) == PURE | set(PYODIDE[release])
    for name, version in PYODIDE[release].items():
        assert version in needed[name], name


def test_the_code_finds_that_it_runs_in_lite(stated):
    assert stated["host"] == "xlwings Lite"


def test_every_formula_gives_there_what_the_table_says(stated):
    assert stated["wrong"] == []


def test_every_button_ends_in_a_sentence_there_and_gives_the_same_twice(stated):
    """The closing sentence is shown in a box, for Lite has no status bar."""
    assert sorted(PRESSED) == sorted(commands.COMMANDS)
    assert stated["changed"] == []
    for name, said in stated["said"].items():
        assert "our fault" not in said, (name, said)
        if name in host.ON_DISK:
            assert said.startswith("Not done."), (name, said)
            assert said.endswith(host.ON_DISK[name])
        else:
            assert not said.startswith("Not done."), (name, said)
