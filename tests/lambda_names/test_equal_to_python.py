"""The names give what the add-in's formulas give: random calls in two engines that know LAMBDA."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from tests.lambda_names import calls, drawn_settings, hosts
from winback_xl.workbook.lambda_names.lambda_catalogue import FORMULAS

if TYPE_CHECKING:
    from pathlib import Path

    from winback_xl.workbook.lambda_names.described import LambdaName

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", FORMULAS, ids=lambda name: name.name)
@pytest.mark.parametrize("engine", ["formulon", "ironcalc"])
def test_random_calls_give_what_python_gives(name: LambdaName, engine: str, tmp_path: Path):
    _compare(name, engine, 40, random.Random(f"{name.name} 1"), tmp_path)


@pytest.mark.parametrize("name", FORMULAS, ids=lambda name: name.name)
@pytest.mark.parametrize("engine", ["formulon", "ironcalc"])
def test_a_name_counts_with_the_settings_of_its_workbook(name: LambdaName, engine: str, tmp_path: Path):
    chance = random.Random(f"{name.name} 2")
    _compare(name, engine, 40, chance, tmp_path, drawn_settings.draw(chance))


@pytest.mark.long
@pytest.mark.parametrize("name", FORMULAS, ids=lambda name: name.name)
@pytest.mark.parametrize("engine", ["formulon", "ironcalc"])
def test_ten_thousand_random_calls_give_what_python_gives(name: LambdaName, engine: str, tmp_path: Path):
    for seed in range(20):
        chance = random.Random(f"{name.name} long {seed}")
        _compare(name, engine, 500, chance, tmp_path, drawn_settings.draw(chance) if seed % 2 else {})


@pytest.mark.parametrize("engine", ["formulon", "ironcalc"])
def test_a_range_where_one_cell_belongs_is_refused(engine: str, tmp_path: Path):
    sheets = hosts.Sheets()
    for name in FORMULAS:
        single = [one for one in name.arguments.split() if one.strip("[]") not in calls.RANGES]
        if single:
            given = [[[1.0], [2.0]] if one == single[0] else None for one in name.arguments.split()]
            sheets.add(name.name, given, 1, len(given))
    found = _run(sheets, engine, [1] * sheets.calls, tmp_path)
    assert [row[0] for row in found] == ["#VALUE!"] * sheets.calls


def _compare(
    name: LambdaName,
    engine: str,
    count: int,
    chance: random.Random,
    folder: Path,
    settings: dict[str, Any] | None = None,
) -> None:
    sheets, arguments = hosts.Sheets(), name.arguments.split()
    sheets.set(**settings or {})
    table = sheets.settings()
    given = [calls.draw(name.name, arguments, chance) for _ in range(count)]
    wanted = [calls.of_python(name.name, cells, table)[0] for cells in given]
    for cells in given:
        sheets.add(name.name, cells, name.cells, len(arguments))
    found = _run(sheets, engine, [len(row) for row in wanted], folder)
    assert any(isinstance(row[0], float) or not row[0].startswith("#") for row in wanted)
    wrong = [
        (cells, one, other)
        for cells, one, other in zip(given, wanted, found, strict=True)
        if not all(map(calls.same, one, other))
    ]
    assert not wrong, f"{len(wrong)} of {count} differ: arguments, Python, {engine}: {wrong[:3]}, {settings}"


def _run(sheets: hosts.Sheets, engine: str, counts: list[int], folder: Path) -> list[list[Any]]:
    pytest.importorskip(engine)
    if engine == "formulon":
        return hosts.formulon(sheets, counts)
    return hosts.ironcalc(sheets, counts, folder)
