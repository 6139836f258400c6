"""Names stay what they are; yes and no are understood in many words; choices come from their list."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from winback_xl.inputs.kinds import words
from winback_xl.readers.grid import Cell, RawColumn
from winback_xl.readers.memory import to_grid
from winback_xl.schema.columns import LISTS

FAILURES = LISTS["Failure type"]


def column(*values):
    return to_grid(pd.DataFrame({"x": pd.Series(list(values), dtype=object)})).columns[0]


def stated(parsed):
    return {finding.code: finding for finding in parsed.findings}


@pytest.mark.parametrize("name", ["NA", "None", "null", "nan", "N/A", "-", "\u202eevil", "Ana  Trujillo"])
def test_names_stay_text(name):
    assert words.read_text(column(name), "Customer").cells.tolist() == [name]


def test_text_is_written_as_people_see_it():
    cells = column(" Brion ", 5, 1.5, True, dt.date(2026, 1, 31), None)
    assert words.read_text(cells, "Rep").cells.tolist() == ["Brion", "5", "1.5", "TRUE", "2026-01-31", ""]


def test_error_cells_are_told_and_no_names():
    cells = RawColumn(0, "x", np.array([Cell.ERROR, Cell.TEXT], np.uint8), texts=pa.array(["#REF!", "A"]))
    parsed = words.read_text(cells, "Rep")
    assert parsed.cells.tolist() == ["", "A"]
    assert stated(parsed)["cell-error"].rows.tolist() == [0]


@pytest.mark.parametrize("word", ["yes", "Y", "TRUE", 1, True, 1.0, "x", "Ja", "oui", "\u2714"])
def test_yes(word):
    assert words.read_yes_no(column(word), "Quotes").cells.tolist() == ["Yes"]


@pytest.mark.parametrize("word", ["no", "N", "false", 0, False, "Nein", "non"])
def test_no(word):
    assert words.read_yes_no(column(word), "Quotes").cells.tolist() == ["No"]


@pytest.mark.parametrize("word", [None, "", "n/a", "unknown", "-"])
def test_neither_because_nothing_is_said(word):
    parsed = words.read_yes_no(column(word), "Quotes")
    assert (parsed.cells.tolist(), parsed.findings) == ([""], ())


@pytest.mark.parametrize("word", ["maybe", 7, "since 2024"])
def test_what_says_neither_is_told_and_can_be_taken_on_the_safe_side(word):
    parsed = words.read_yes_no(column(word, "yes"), "Quotes")
    assert parsed.cells.tolist() == ["", "Yes"]
    assert stated(parsed)["yesno-unreadable"].rows.tolist() == [0]
    safe = words.read_yes_no(column(word, "no"), "Do not contact", in_doubt="Yes")
    assert safe.cells.tolist() == ["Yes", "No"]
    assert stated(safe)["yesno-unreadable"].effect == "none"
    assert "counts as Yes" in stated(safe)["yesno-unreadable"].what


@pytest.mark.parametrize(
    ("word", "choice"),
    [
        ("late delivery", "Late delivery"),
        ("LATE-DELIVERY", "Late delivery"),
        ("Late_Delivery", "Late delivery"),
        ("", ""),
        ("n/a", ""),
    ],
)
def test_choices_are_matched_whatever_their_case(word, choice):
    parsed = words.read_choice(column(word), "Failure type", FAILURES)
    assert (parsed.cells.tolist(), parsed.findings) == ([choice], ())


def test_near_spellings_are_taken_and_told():
    parsed = words.read_choice(column("Late delivry"), "Failure type", FAILURES)
    assert parsed.cells.tolist() == ["Late delivery"]
    assert "'Late delivry -> Late delivery'" in stated(parsed)["choice-near"].what


def test_unknown_words_are_told_with_the_list():
    parsed = words.read_choice(column("banana", 3, "Other"), "Failure type", FAILURES)
    assert parsed.cells.tolist() == ["", "", "Other"]
    assert stated(parsed)["choice-unknown"].rows.tolist() == [0, 1]
    assert "Late delivery, Wrong or damaged goods" in stated(parsed)["choice-unknown"].fix


@pytest.mark.parametrize(
    ("word", "choice"), [("Closed", "solved"), ("in progress", "open"), ("Solved", "solved")]
)
def test_words_of_other_systems_for_the_status(word, choice):
    assert words.read_choice(column(word), "Status", LISTS["Incident status"]).cells.tolist() == [choice]
