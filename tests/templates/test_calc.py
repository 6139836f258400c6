"""LibreOffice: every button is bound to its macro, and the extension's formulas give what plain Python gives."""

from __future__ import annotations

import datetime as dt
import io
import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.excel.cases import CASES, Case, Err, serial
from tests.oracles import Office
from tests.templates.stub import workbook
from winback_xl.calc import worker
from winback_xl.errors import WinbackError
from winback_xl.excel.formulas import functions, hosts, runtime
from winback_xl.excel.formulas.catalogue import FORMULAS
from winback_xl.templates import macros, oxt
from winback_xl.templates.build import PACKED, TEMPLATES
from winback_xl.templates.buttons import BUTTONS

HERE = Path(__file__).resolve().parent
COMMITTED = HERE.parents[1] / "workbook_templates"
SCRIPT = "vnd.sun.star.script:VBAProject.WinbackMacros.{}?language=Basic&location=document"
CUSTOMERS, ORDERS = 10_000, 100_000

# Formulas whose cell shows that error in Calc.
ERROR_CELLS = {
    "#N/A": "=NA()", "#DIV/0!": "=1/0", "#VALUE!": '=VALUE("x")', "#NUM!": "=SQRT(-1)", "#REF!": '=INDIRECT("A0")',
    "#NAME?": "=NOSUCHNAME", "#NULL!": "=A1:A2!C1:C2",
}  # fmt: skip


@pytest.fixture(scope="module")
def drive(tmp_path_factory):
    """Give an order to a LibreOffice of its own and return the answer."""
    missing = Office.missing()
    if missing:
        pytest.skip(missing)
    folder = tmp_path_factory.mktemp("drive")

    def order(**what):
        asked, answered = folder / "order.json", folder / "answer.json"
        asked.write_text(json.dumps(what), encoding="utf-8")
        command = ["/usr/bin/python3", str(HERE / "office_script.py"), str(asked), str(answered)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(answered.read_text(encoding="utf-8"))

    return order


@pytest.mark.office
def test_pressing_every_button_runs_its_command(drive, tmp_path):
    path = tmp_path / "stub.xlsm"
    path.write_bytes(workbook())
    answer = drive(do="press", path=str(path), call=[SCRIPT.format("SelfTestReport")])
    assert answer["pressed"] == {
        f"btn_{button.macro}": [
            "Guide", button.label, SCRIPT.format(button.macro),
            f"import winback_xl.excel.buttons.entry as e; e.run('{button.name}')",
        ]
        for button in BUTTONS
    }  # fmt: skip
    assert "Macros run: yes" in answer["said"]


OPENED = [name for name in TEMPLATES if name.endswith((".xlsx", ".xlsm")) and name not in PACKED]
"""The others have too many cells to ask for one by one: their values are compared in test_starter.py and tests/engines."""


@pytest.mark.office
@pytest.mark.parametrize("name", OPENED)
def test_every_template_opens_without_an_error_in_a_cell(office, name):
    cells = office.cells(COMMITTED / name)
    wrong = {
        (sheet, address): cell
        for sheet, found in cells.items()
        for address, cell in found.items()
        if str(cell["value"]).startswith("#") and not calls_a_lambda(cell["formula"])
    }
    assert wrong == {}
    assert len(cells) >= 2


def calls_a_lambda(formula):
    """Return whether a formula calls one of our LAMBDA names: LibreOffice before 25 has no LAMBDA."""
    return "WB." in formula


def as_calc(cell):
    """Return a cell as Calc's sheet takes it: dates are numbers."""
    if isinstance(cell, list):
        return [as_calc(one) for one in cell]
    if isinstance(cell, dt.date):
        return serial(cell)
    return {"formula": ERROR_CELLS[cell.text]} if isinstance(cell, Err) else cell


def flat(value):
    return [one for part in value for one in flat(part)] if isinstance(value, list) else [value]


def is_of_calc(case: Case) -> bool:
    """Tell whether Calc can hold the difference that a case is about.

    Calc itself answers for cells with errors, and knows no type for TRUE or for a day: both are numbers.
    """
    given = flat(list(case.arguments))
    if any(isinstance(one, Err) for one in given):
        return False
    return not (isinstance(case.gives, Err) and any(isinstance(one, (bool, dt.date)) for one in given))


def expected(case: Case):
    """Return what plain Python gives Calc; a blank range is a blank cell there."""
    given = [None if one == [] else one for one in case.arguments]
    try:
        found = runtime.evaluate(getattr(functions, case.formula), tuple(given), hosts.CALC)
    except WinbackError as error:
        return [[error]]
    return found if isinstance(found, list) else [[found]]


def equal(want, found) -> bool:
    if isinstance(want, WinbackError):
        return isinstance(found, dict) and found["text"] == want.excel_error
    if isinstance(want, (int, float)):
        return isinstance(found, (int, float)) and math.isclose(want, found, rel_tol=1e-12, abs_tol=1e-12)
    return want == found


def ledger():
    """Return headings and orders in random order of customers, as cells."""
    random = np.random.default_rng(1)
    who, days = random.integers(0, CUSTOMERS, ORDERS), random.integers(45_000, 45_700, ORDERS)
    values = random.integers(100, 90_000, ORDERS) / 100
    rows = [
        [f"C{one:05d}", day, value]
        for one, day, value in zip(who.tolist(), days.tolist(), values.tolist(), strict=True)
    ]
    return [["Customer ID", "Order date", "Order value"], *rows], len(set(who.tolist()))


@pytest.mark.office
def test_the_extension_gives_what_plain_python_gives_and_takes_100_000_rows_at_once(
    drive, tmp_path, record_property
):
    path = tmp_path / "winback.oxt"
    path.write_bytes(oxt.extension(sys.executable))
    cases = [case for case in CASES if is_of_calc(case)]
    with_errors = [case for case in CASES if any(isinstance(one, Err) for one in flat(list(case.arguments)))]
    wanted = [expected(case) for case in cases]
    sizes = [[len(rows), len(rows[0])] for rows in wanted] + [[1, 1]] * len(with_errors)
    calls = [
        {"formula": case.formula, "arguments": [as_calc(one) for one in case.arguments], "size": size}
        for case, size in zip([*cases, *with_errors], sizes, strict=True)
    ]
    rows, customers = ledger()
    width = len(functions.WINBACK_SEGMENT(rows[:2], 45_800)[0])
    big = {
        "rows": rows,
        "formula": f"=WINBACK_SEGMENT(A1:C{ORDERS + 1};45800)",
        "size": [customers + 1, width],
    }
    answer = drive(do="evaluate", extension=str(path), calls=calls, big=big)
    wrong = [
        (case.name, want, found)
        for case, want, found in zip(cases, wanted, answer["found"][: len(cases)], strict=True)
        if not all(map(equal, (one for row in want for one in row), (one for row in found for one in row)))
    ]
    assert wrong == []
    assert len(cases) > 200
    assert {case.formula for case in cases} == set(FORMULAS) - {"WINBACK_VERSION"}
    # A cell with an error among the arguments: Calc shows an error, never a number.
    assert all("error" in found[0][0] for found in answer["found"][len(cases) :])
    seconds, first, last = answer["took"]
    assert (first, last in ("Occasional Buyer", "Habitual Buyer", "Loyal Customer")) == ("C00000", True)
    record_property("seconds for 100,000 rows in one call", seconds)


@pytest.mark.office
def test_the_type_library_is_compiled_from_the_interface(tmp_path):
    tool = Path("/usr/lib/libreoffice/sdk/bin/unoidl-write")
    if not tool.is_file():
        pytest.skip("unoidl-write is not installed (package libreoffice-dev)")
    source = tmp_path / "XWinback.idl"
    source.write_text(oxt.interface(), encoding="ascii")
    made = tmp_path / oxt.TYPES
    types = ["types.rdb", "types/offapi.rdb"]
    subprocess.run(
        [tool, *(f"/usr/lib/libreoffice/program/{one}" for one in types), source, made], check=True
    )
    assert made.read_bytes() == (macros.folder() / oxt.TYPES).read_bytes()


# --------------------------------------------------------------------------------------------------- the worker


def test_the_committed_interface_is_that_of_the_catalogue():
    assert (macros.folder() / "XWinback.idl").read_text(encoding="ascii") == oxt.interface()
    library = (macros.folder() / oxt.TYPES).read_bytes()
    assert all(oxt.method(formula).encode() in library for formula in FORMULAS.values())


def test_the_worker_answers_values_rows_and_errors():
    assert worker.answer("WINBACK_CADENCE", (((46_023.0,), (46_053.0,)),)) == ("value", 30.0)
    kind, rows = worker.answer("WINBACK_MAKEGOOD", (30_000.0, 250_000.0, 0.194))
    assert kind == "value"
    assert isinstance(rows, tuple)
    assert isinstance(rows[0], tuple)
    assert worker.answer("WINBACK_CADENCE", (46_023.0,))[:2] == ("error", "#N/A")
    assert worker.answer("WINBACK_APPROVER", ("many",))[:2] == ("error", "#VALUE!")
    assert worker.answer("NO_SUCH", ())[:2] == ("error", "#NAME?")


def test_a_fault_of_ours_is_an_error_value_and_the_worker_lives_on(monkeypatch):
    monkeypatch.setattr(runtime, "evaluate", lambda *_: 1 / 0)
    assert worker.answer("WINBACK_VERSION", ())[:2] == ("error", "#VALUE!")


def test_messages_pass_a_pipe_whole_and_an_end_is_an_end():
    pipe = io.BytesIO()
    worker.send(pipe, ("value", (("a", 1.5, None),)))
    pipe.seek(0)
    assert worker.receive(pipe) == ("value", (("a", 1.5, None),))
    assert worker.receive(pipe) is None


def test_the_worker_serves_over_its_pipes_and_printing_does_not_disturb_it():
    requests = io.BytesIO()
    worker.send(requests, ("WINBACK_FORM", ("Billing error",)))
    done = subprocess.run(
        [sys.executable, "-c", "from winback_xl.calc import worker as w; serve = w.serve; w.serve = lambda *a: (print(1, flush=True), serve(*a)); w.main()"],
        input=requests.getvalue(), capture_output=True, check=True, cwd=HERE.parents[1],
    )  # fmt: skip
    answers = io.BytesIO(done.stdout)
    assert worker.receive(answers)[0] == "ready"
    assert worker.receive(answers) == worker.answer("WINBACK_FORM", ("Billing error",))
    assert worker.receive(answers) is None
