"""Every feature of the five articles is built where the table says, proved by a test that exists, or called missing."""

from __future__ import annotations

import ast
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from tests import features
from tests.features import FEATURES, Feature
from winback_xl.cli import COMMANDS
from winback_xl.excel.formulas.catalogue import FORMULAS
from winback_xl.inputs import playbook_file
from winback_xl.schema import columns
from winback_xl.settings import describe

HOME = Path(__file__).parent.parent
ROWS = [pytest.param(one, id=f"{number}") for number, one in enumerate(FEATURES, start=1)]


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((HOME / file).read_text(encoding="utf-8"))
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def words_of(name: str) -> str:
    """Return all texts of a stage: ``Stage`` of the default playbook, or ``playbook/Stage``."""
    book, _, stage = name.rpartition("/")
    found = playbook_file.load(book or "default")[stage]
    return "\n".join((found.meaning, found.next_step, found.gate, *found.script, *found.checklist))


def in_table(name: str) -> bool:
    table, _, column = name.partition(".")
    return column in next(item for item in columns.TABLES if item.name == table).names


def in_code(name: str) -> bool:
    module, _, attribute = name.partition(":")
    return hasattr(import_module(f"winback_xl.{module}"), attribute)


LOOK_UP = {
    "formula": lambda name: name in FORMULAS,
    "button": lambda name: callable(getattr(import_module("winback_xl.excel.buttons.commands"), name, None)),
    "column": in_table,
    "setting": lambda name: name in {about.name for about in describe()},
    "code": in_code,
    "command": lambda name: name in COMMANDS,
    "playbook": lambda name: name.partition(": ")[2] in words_of(name.partition(": ")[0]),
    "list": lambda name: name.partition(": ")[2] in columns.LISTS[name.partition(": ")[0]],
    "table": lambda name: name in {item.title for item in columns.TABLES},
}


def exists(place: str) -> bool:
    kind, _, name = place.partition(" ")
    return kind in LOOK_UP and LOOK_UP[kind](name)


def test_there_are_104_features_and_every_part_starts_where_it_should() -> None:
    assert len(FEATURES) == 104
    assert [first for _, first in features.PARTS] == [1, 27, 49, 77, 91]


@pytest.mark.parametrize("one", ROWS)
def test_a_feature_lives_where_the_table_says(one: Feature) -> None:
    assert [place for place in one.where if not exists(place)] == []


@pytest.mark.parametrize("one", ROWS)
def test_a_feature_is_proved_by_a_test_that_exists_or_called_missing(one: Feature) -> None:
    for node in one.proof:
        file, _, name = node.partition("::")
        assert name in names_in(file), node
    assert bool(one.where) == bool(one.proof)
    assert one.where or one.missing
    assert not one.missing or one.missing.endswith(".")


def test_a_place_that_is_not_there_would_be_found() -> None:
    for place in (
        "formula WINBACK_NONE", "button none", "column tblCampaign.none", "setting none", "code core.segments.loyalty:none", "command none",
        "playbook Listed: none of these words", "list Form: none", "table None", "nothing at all",
    ):  # fmt: skip
        assert not exists(place)


def test_the_table_has_a_line_for_each_feature_and_folds() -> None:
    text = features.table()
    assert text.startswith("<details>\n<summary>")
    assert text.endswith("</details>")
    assert sum(line.startswith("| ") and line[2].isdigit() for line in text.splitlines()) == 104
