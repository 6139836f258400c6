"""How the house is built: small rooms, names that stand once, modules that hold one idea, and a reference that misses nothing."""

from __future__ import annotations

import ast
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

import winback_xl as wb
from winback_xl.cli import COMMANDS
from winback_xl.excel.formulas import catalogue
from winback_xl.schema import columns
from winback_xl.settings import describe

PACKAGE = Path(wb.__file__).parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__main__.py")
PAGES = "\n".join(path.read_text("utf-8") for path in (PACKAGE / "reference").glob("*.md"))

ROOMS, LINES = 12, 300
TABLES = {"schema/columns.py", "settings/defaults.py"}
"""Modules that are tables of data: as long as the data."""


def named(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def imports(path: Path) -> set[str]:
    """Return the modules of the package that a module imports, for types alone too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("winback_xl"):
            found |= {f"{node.module}.{name.name}" for name in node.names} | {str(node.module)}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names if name.name.startswith("winback_xl")}
    return found


def test_a_room_of_the_core_holds_at_most_twelve_modules():
    rooms = Counter(
        path.parent.relative_to(PACKAGE).as_posix()
        for path in MODULES
        if path.is_relative_to(PACKAGE / "core") and path.name != "__init__.py"
    )
    assert {room: size for room, size in rooms.items() if size > ROOMS} == {}


def test_the_name_of_a_module_stands_once_outside_the_sheets():
    names = Counter(
        path.name
        for path in MODULES
        if path.name != "__init__.py" and "sheets" not in path.relative_to(PACKAGE).parts
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_no_module_is_longer_than_three_hundred_lines_but_tables_of_data():
    long = {named(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    over = {name: count for name, count in long.items() if count > LINES and name not in TABLES}
    assert over == {}


def test_no_two_modules_import_each_other_even_by_way_of_others():
    known = {"winback_xl." + named(path).removesuffix(".py").replace("/", "."): path for path in MODULES}
    known = {
        name.removesuffix(".__init__"): path for name, path in known.items() if name != "winback_xl.__init__"
    }
    arrows = {
        name: {one for one in imports(path) if one in known and one != name} for name, path in known.items()
    }
    # The face of a package is no station on the way: whoever imports a module of it imports that module.
    faces = {name for name, path in known.items() if path.name == "__init__.py"}
    done: set[str] = set()
    circles: list[list[str]] = []

    def walk(name: str, way: list[str]) -> None:
        if name in way:
            circles.append([*way[way.index(name) :], name])
        elif name not in done:
            for one in sorted(arrows[name] - faces):
                walk(one, [*way, name])
            done.add(name)

    for name in sorted(known):
        walk(name, [])
    mutual = [way for way in circles if not _for_types_only(way, known)]
    assert mutual == []


def _for_types_only(way: list[str], known: dict[str, Path]) -> bool:
    """Say whether an arrow of a circle is there for types alone: nothing is imported when the program runs."""
    return any(other not in _run_time(known[one]) for one, other in pairwise(way))


def _run_time(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("winback_xl"):
            found |= {f"{node.module}.{name.name}" for name in node.names} | {str(node.module)}
    return found


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("public name", [name for name in dir(wb) if not name.startswith("_")]),
        ("command", list(COMMANDS)),
        ("setting", [about.name for about in describe()]),
        ("input column", [column.heading for table in columns.INPUTS for column in table.columns]),
        ("campaign column", [column.heading for column in columns.CAMPAIGN.columns]),
        ("make-good column", [column.heading for column in columns.MAKE_GOODS.columns]),
        ("segment column", [column.heading for column in columns.SEGMENTS.columns]),
        ("formula", list(catalogue.FORMULAS)),
    ],
)
def test_everything_that_a_user_can_name_stands_in_the_reference(kind: str, names: list[str]):
    assert names, kind
    missing = [name for name in names if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", PAGES)]
    assert missing == [], f"no page of winback_xl/reference names this {kind}"
