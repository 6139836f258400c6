"""Every fault that is known has a test, and each test that is named exists."""

from __future__ import annotations

import ast
import tomllib
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
LAST = {"R": 33, "W": 9, "S": 8, "T": 14}
COVERAGE = tomllib.loads(Path(__file__).with_name("coverage.toml").read_text("utf-8"))


@cache
def functions(file):
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    return {item.name for item in tree.body if isinstance(item, ast.FunctionDef)}


def test_no_row_is_missing_and_none_made_up():
    assert {kind: sorted(map(int, rows)) for kind, rows in COVERAGE.items()} == {
        kind: list(range(1, last + 1)) for kind, last in LAST.items()
    }


@pytest.mark.parametrize(
    "row", [f"{kind}{number}" for kind, last in LAST.items() for number in range(1, last + 1)]
)
def test_a_row_has_a_test_that_exists(row):
    named = COVERAGE[row[0]][row[1:]]
    assert named
    for node in named:
        file, _, function = node.partition("::")
        assert function in functions(file), node
