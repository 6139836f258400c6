"""A definition as people read it becomes one that a file may hold, and other programs leave the workbook alone."""

from __future__ import annotations

import io
import re
from collections import Counter

import openpyxl
import pytest

from tests.excel_repair.functions import PLAIN
from tests.lambda_names import hosts
from winback_xl.excel.formulas.catalogue import FORMULAS as OF_ADD_IN
from winback_xl.templates import build
from winback_xl.workbook.lambda_names.described import COMMENT_LENGTH, bindings
from winback_xl.workbook.lambda_names.lambda_catalogue import FORMULAS, NAMES

BOUND = {
    name.full_name: bindings(" ".join(name.body.split()))
    | {one.strip("[]") for one in name.arguments.split()}
    for name in NAMES
}
LEFT_OUT = ("settings", "currency", "playbook")  # the workbook has its own


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.full_name)
def test_no_name_is_a_cell_or_a_function_in_any_reading(name):
    for bound in BOUND[name.full_name]:
        assert re.fullmatch(r"[a-z][a-z_]+", bound), bound
        assert bound.upper() not in PLAIN, (
            f"Excel might take {bound} for a function when somebody edits the name"
        )


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.full_name)
def test_every_word_of_a_definition_means_something(name):
    known = BOUND[name.full_name] | {f"set_{about}" for about in hosts.settings_names()}
    text = re.sub(r'"[^"]*"|\{[^}]*\}', " ", name.body)
    words = set(re.findall(r"(?<![\w.])[a-z][a-z_]*", text))
    assert words <= known
    called = set(re.findall(r"(?<![\w.])([A-Z][A-Z0-9_.]*)\(", text))
    own = {one.full_name for one in NAMES}
    assert {one for one in called if one.startswith("WB.")} <= own


@pytest.mark.parametrize("name", FORMULAS, ids=lambda name: name.name)
def test_a_name_takes_what_the_formula_of_the_add_in_takes(name):
    wanted = [one for one in OF_ADD_IN[f"WINBACK_{name.name}"].arguments if one.name not in LEFT_OUT]
    assert [one.strip("[]") for one in name.arguments.split()] == [one.name for one in wanted]
    optional = [one.startswith("[") for one in name.arguments.split()]
    assert optional == [one.optional for one in wanted]
    assert name.gives
    assert name.example.startswith(f"={name.full_name}(")


def test_comments_are_as_short_as_excel_wants_them_and_no_part_is_offered():
    assert all(len(name.comment) <= COMMENT_LENGTH for name in NAMES)
    assert not any(name.comment for name in NAMES if name.is_part)
    assert Counter(name.full_name for name in NAMES).most_common(1)[0][1] == 1


def test_openpyxl_keeps_every_name_and_every_other_cell():
    content = build.formulas_workbook()
    out = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(content)).save(out)
    before, after = (openpyxl.load_workbook(io.BytesIO(one)) for one in (content, out.getvalue()))
    assert {name: one.attr_text for name, one in before.defined_names.items()} == {
        name: one.attr_text for name, one in after.defined_names.items()
    }
    for sheet in before:
        for row in sheet.iter_rows():
            for cell in row:
                other = after[sheet.title][cell.coordinate].value
                assert getattr(other, "text", other) == getattr(cell.value, "text", cell.value)
