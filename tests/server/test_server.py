"""A project of xlwings Server with our formulas and buttons: served by a stand-in, and by the real one where allowed.

xlwings Server is not free software: PolyForm Noncommercial, or a paid plan for use in a business. It is no dependency
of ours, and this repository carries no key. Its tests (marker ``server``) are off by default; who may use it installs
it into an environment of its own and says so:

    python -m venv server && server/bin/pip install xlwings-server==1.20.0 -e .
    WINBACK_SERVER=1 WINBACK_SERVER_PYTHON=$PWD/server/bin/python XLWINGS_LICENSE_KEY=... pytest -m server

The key is the tester's to set. "noncommercial" declares that the use is not commercial: only who qualifies may say so.
"""

from __future__ import annotations

import json

import pytest

from tests.excel import office_js
from tests.excel.cases import CASES
from tests.server import servers
from winback_xl.excel import host
from winback_xl.excel.buttons import commands
from winback_xl.excel.formulas.catalogue import FORMULAS
from winback_xl.templates import build


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory):
    """The folder that ``winback new --server`` makes, served by the stand-in."""
    folder = tmp_path_factory.mktemp("project")
    build.server_project(folder)
    server = servers.stand_in(folder)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """The same folder, served by xlwings Server."""
    why_not = servers.missing()
    if why_not:
        pytest.skip(why_not)
    folder = tmp_path_factory.mktemp("project")
    build.server_project(folder)
    server = servers.xlwings_server(folder)
    yield server
    server.stop()


def matrix(value):
    """Return an argument as Office.js sends it."""
    if value is None:
        return [[None]]
    rows = value if isinstance(value, list) else [[value]]
    return [[office_js.sent(one) for one in (row if isinstance(row, list) else [row])] for row in rows]


def unlike(server, case):
    """Say how a call differs from the table, or nothing."""
    status, text = server.call(case.formula, [matrix(one) for one in case.arguments])
    found = json.loads(text)["result"] if status == 200 else None
    known = status in {200, 400}
    return (
        "" if known and office_js.fits(case, found, text if status == 400 else None) else f"{status} {text}"
    )


CALLS = [case for case in CASES if not case.typed_dates]


def test_the_project_shows_every_formula_and_every_button(stand_in):
    _, text = stand_in.ask("GET", "/meta")
    shown = json.loads(text)
    assert set(shown["formulas"]) == set(FORMULAS)
    assert set(shown["buttons"]) == set(commands.COMMANDS)


def test_every_call_of_the_table_gives_the_same_over_http(stand_in):
    """400 with the message for #VALUE!, so that Office.js shows it and does not repeat the call."""
    assert len(CALLS) > 200
    assert {case.name: why for case in CALLS if (why := unlike(stand_in, case))} == {}


@pytest.mark.server
def test_xlwings_server_gives_for_every_call_what_plain_python_gives(real):
    assert {case.name: why for case in CALLS if (why := unlike(real, case))} == {}


@pytest.mark.server
def test_xlwings_server_lists_every_formula_and_every_button(real):
    for path, names in (("functions", FORMULAS), ("scripts", commands.COMMANDS)):
        status, text = real.ask("GET", f"/xlwings/custom-{path}-meta")
        assert status == 200
        assert [name for name in names if f'"{name}"' not in text] == []


@pytest.mark.server
def test_a_button_of_xlwings_server_writes_its_table_and_one_that_cannot_says_so(real):
    orders = [["Customer ID", "Order date", "Order value"]]
    orders += [[f"C{at % 5}", f"2026-{at % 9 + 1:02d}-15T00:00:00.000Z", 100 + at] for at in range(40)]
    sheet = {"name": "Orders", "values": orders, "pictures": [], "tables": []}
    body = {
        "client": "Office.js", "version": "0.37.8", "names": [], "args": [], "sheets": [sheet],
        "book": {"name": "Book1.xlsx", "active_sheet_index": 0, "selection": "A1"},
    }  # fmt: skip
    status, text = real.ask("POST", "/xlwings/custom-scripts-call/segment_customers", body)
    assert status == 200, text
    assert "tblSegments" in text
    assert "Segmented 5 customers" in text
    status, text = real.ask("POST", "/xlwings/custom-scripts-call/share_copy", body)
    assert status == 200, text
    assert host.ON_DISK["share_copy"] in text
