"""The README tells what the code does: a table that drifted is a failing test."""

from __future__ import annotations

from tests import readme


def test_tables_are_fresh() -> None:
    text = readme.README.read_text(encoding="utf-8")
    assert readme.written(text) == text, "run: poe docs"


def test_readme_names_no_path_of_this_machine() -> None:
    text = readme.README.read_text(encoding="utf-8")
    assert str(readme.README.parent) not in text
