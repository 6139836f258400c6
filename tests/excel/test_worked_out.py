"""The doctor calculates a formula, so that "all is well" is never said of formulas that fail."""

from __future__ import annotations

from winback_xl.excel import excel_doctor
from winback_xl.excel.formulas import functions


def test_a_formula_that_answers_is_well():
    found = excel_doctor.computed()
    assert found.well
    assert "Habitual Buyer" in found.found


def test_a_formula_that_fails_is_named_with_what_to_do(monkeypatch):
    def cast(*_):
        raise TypeError("Cannot cast array data from dtype('int64') to dtype('int32')")

    monkeypatch.setattr(functions, "WINBACK_SEGMENT", cast)
    found = excel_doctor.computed()
    assert not found.well
    assert "int32" in found.found
    assert found.fix


def test_a_formula_that_answers_something_else_is_not_well(monkeypatch):
    monkeypatch.setattr(functions, "WINBACK_SEGMENT", lambda *_: [["#VALUE!"]])
    assert not excel_doctor.computed().well


def test_the_doctor_looks_at_it_in_every_host():
    for platform in ("win32", "darwin", "linux", "emscripten"):
        found = excel_doctor.examine(platform=platform, registry=lambda *_: None, environment={})
        assert [item.what for item in found].count("Calculating a formula") == 1
