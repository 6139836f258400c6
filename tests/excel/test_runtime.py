"""The decorator finds its host and does what that host expects."""

from __future__ import annotations

import datetime as dt
import inspect
import json
import subprocess
import sys
import types
from pathlib import Path

import pytest

from tests.excel import office_js
from tests.excel.cases import CASES
from tests.excel.office_js import XlwingsError, sent
from winback_xl.errors import WinbackError
from winback_xl.excel.formulas import functions, hosts, runtime
from winback_xl.excel.formulas.catalogue import FORMULAS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def server(monkeypatch):
    """Formulas decorated as on xlwings Server."""
    xlwings = office_js.decorators()
    monkeypatch.setattr(runtime, "XLWINGS", xlwings)
    monkeypatch.setattr(runtime, "HOST", runtime._find_host(xlwings))
    assert runtime.HOST is hosts.SERVER
    return lambda name: runtime.formula(inspect.unwrap(getattr(functions, name)))


@pytest.mark.parametrize("case", [one for one in CASES if not one.typed_dates], ids=lambda case: case.name)
def test_office_gets_what_plain_python_gives(server, case):
    """#VALUE! is raised, so that its message shows on hover; other errors are error values."""
    formula = server(case.formula)
    given = [sent(one) for one in case.arguments]
    found, refused = None, None
    try:
        found = formula(*given)
        json.dumps(found, allow_nan=False)
    except XlwingsError as error:
        refused = str(error)
    assert office_js.fits(case, found, refused), (found, refused)


def test_office_is_told_to_convert_nothing_and_what_each_argument_means(server):
    info = server("WINBACK_STATUS").__xlfunc__
    assert [one["options"] for one in info["args"]] == [{"convert": "raw"}] * 4  # the settings are the last
    assert [one["doc"] for one in info["args"]] == [one.help for one in FORMULAS["WINBACK_STATUS"].arguments]
    assert info["ret"]["options"] == {"convert": "raw"}
    assert info["ret"]["doc"] == FORMULAS["WINBACK_STATUS"].gives


def test_a_fault_of_ours_is_told_once_and_not_repeated_by_office(server, monkeypatch):
    """Office.js repeats a call three times unless the error is xlwings' own."""
    monkeypatch.setattr(functions.segment_table, "build", None)
    with pytest.raises(XlwingsError, match=r"WINBACK_SEGMENT failed: TypeError.*Please report it"):
        server("WINBACK_SEGMENT")([["a", 46_000, 5], ["b", 46_000, 5]], 46_100)


def test_hosts_are_told_apart_by_xlwings_own_decorator(monkeypatch):
    classic = types.SimpleNamespace(func=lambda f: f)
    classic.func.__module__ = "xlwings.udfs"
    assert runtime._find_host(classic) is hosts.CLASSIC
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert runtime._find_host(office_js.decorators()) is hosts.LITE
    assert runtime._find_host(None) is hosts.PLAIN
    assert runtime.HOST is hosts.PLAIN


def test_without_xlwings_the_formulas_are_plain_python(monkeypatch):
    monkeypatch.setitem(sys.modules, "xlwings", None)
    assert runtime._xlwings() is None
    monkeypatch.setattr(runtime, "XLWINGS", None)
    assert runtime.version() == "no xlwings"


def test_the_server_spares_xlwings_a_failing_import_per_cell(monkeypatch):
    """25 s become 1.5 s for 100,000 rows; in Pyodide the module exists and is left alone."""
    monkeypatch.setenv("XLWINGS_ON_SERVER", "true")
    monkeypatch.delitem(sys.modules, "pyodide.ffi", raising=False)
    monkeypatch.setitem(sys.modules, "xlwings", types.ModuleType("xlwings"))
    monkeypatch.setattr(sys, "platform", "emscripten")
    runtime._xlwings()
    assert "pyodide.ffi" not in sys.modules
    monkeypatch.setattr(sys, "platform", "linux")
    runtime._xlwings()
    assert sys.modules.pop("pyodide.ffi") is None


def test_evaluate_serves_calc_with_serial_dates_and_raises_mistakes():
    rows = [["a", 46_053.0, 5.0]]
    found = runtime.evaluate(functions.WINBACK_SEGMENT, (rows, 46_100.0), hosts.CALC)
    assert found[1][found[0].index("Last order")] == 46_053.0
    with pytest.raises(WinbackError):
        runtime.evaluate(functions.WINBACK_SEGMENT, (None, 46_100.0), hosts.CALC)


def test_evaluate_counts_serial_numbers_from_1904_where_the_document_does():
    found = runtime.evaluate(functions.WINBACK_SEGMENT, ([["a", 44_591.0, 5.0]], 44_600.0), hosts.PLAIN, 1904)
    assert found[1][found[0].index("Last order")] == dt.date(2026, 1, 31)


def test_the_environment_may_say_1904(monkeypatch):
    assert runtime.date_system() == 1900
    monkeypatch.setenv("WINBACK_DATE_SYSTEM", "1904")
    assert runtime.date_system() == 1904
    assert functions.WINBACK_STATUS([44_591.0], 44_591.0 + 184) == functions.WINBACK_STATUS(
        [dt.date(2026, 1, 31)], "2026-08-03"
    )


def test_formulas_import_without_a_warning():
    command = [sys.executable, "-W", "error", "-c", "import winback_xl.excel.formulas.functions"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
