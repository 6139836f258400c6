"""What is installed with us may be used in a company: no copyleft, nothing to buy."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ALLOWED = {
    "MIT", "BSD-2-Clause", "BSD-3-Clause", "BSD 3-clause", "BSD License", "MIT License", "Apache-2.0", "0BSD", "Zlib",
    "CC0-1.0", "PSF-2.0", "Apache Software License", "Python Software Foundation License",
}  # fmt: skip


def installed(name, found):
    """Collect a distribution and all that comes with it, without extras."""
    found[name] = distribution = importlib.metadata.distribution(name)
    for line in distribution.requires or ():
        needed = Requirement(line)
        key = re.sub(r"[-_.]+", "-", needed.name).lower()
        if key not in found and (needed.marker is None or needed.marker.evaluate({"extra": ""})):
            installed(key, found)
    return found


def licences(distribution):
    """Return what a distribution says of itself: an expression, else its classifiers, else a short text."""
    about = distribution.metadata
    if about.get("License-Expression"):
        return set(re.split(r" (?:AND|OR) ", about["License-Expression"].replace("(", "").replace(")", "")))
    stated = [
        line.rpartition(" :: ")[2]
        for line in about.get_all("Classifier", [])
        if line.startswith("License ::")
    ]
    return set(stated) or {(about.get("License") or "").strip()}


REPOSITORY = Path(__file__).resolve().parents[1]
PRO = re.compile(r"xlwings\.(?:pro|server|reports)\b")
DEFAULT = installed("winback-xl", {})


@pytest.mark.parametrize("name", sorted(DEFAULT))
def test_all_that_is_installed_with_us_may_be_used_in_a_company(name):
    found = licences(DEFAULT[name])
    assert found
    assert found <= ALLOWED


def test_a_licence_that_a_company_cannot_take_would_be_seen():
    assert not {"GPL-3.0-only"} <= ALLOWED
    assert len(DEFAULT) > 8


def imported(source):
    """Return the modules that a source text imports, by statement or by call."""
    names = set()
    for item in ast.walk(ast.parse(source)):
        if isinstance(item, ast.Import):
            names |= {alias.name for alias in item.names}
        elif isinstance(item, ast.ImportFrom):
            names |= {item.module or "", *(f"{item.module}.{alias.name}" for alias in item.names)}
        elif isinstance(item, ast.Call) and ast.unparse(item.func).endswith(("import_module", "__import__")):
            names |= {given.value for given in item.args if isinstance(given, ast.Constant)}
    return names


@pytest.mark.parametrize(
    "line",
    [
        "import xlwings.pro", "from xlwings import pro", "from xlwings.server import func", "import xlwings.reports as r",
        "from xlwings import reports", "importlib.import_module('xlwings.pro.reports')",
    ],
)  # fmt: skip
def test_an_import_of_what_companies_have_to_buy_would_be_seen(line):
    assert [name for name in imported(line) if PRO.match(name)]


def test_no_module_imports_what_companies_have_to_buy():
    files = [*(REPOSITORY / "winback_xl").rglob("*.py"), *(REPOSITORY / "macros").rglob("*.py")]
    found = {
        path.name: [name for name in imported(path.read_text("utf-8")) if PRO.match(name)] for path in files
    }
    assert len(found) > 100
    assert {name: names for name, names in found.items() if names} == {}


def test_all_that_xlwings_loads_of_pro_is_where_it_looks_for_a_key():
    """With every module of ours imported, and without a key."""
    code = """
import importlib, os, pkgutil, sys
for name in [name for name in os.environ if name.startswith("XLWINGS")]:
    del os.environ[name]
import winback_xl
for one in pkgutil.walk_packages(winback_xl.__path__, "winback_xl."):
    if not one.name.endswith("__main__"):
        importlib.import_module(one.name)
import xlwings
print(xlwings.__pro__, sorted(name for name in sys.modules if name.startswith(("xlwings.pro", "xlwings.server", "xlwings.rep"))))
"""
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert run.stdout.strip() == "False ['xlwings.pro.utils']"
