"""The four commands of a campaign's life do the work, tell it, and leave with the right code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from winback_xl import cli, samples
from winback_xl.workflows import planning, saving

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("life")
    files = samples.write(samples.make(seed=3, customers=60, years=2), home)
    plan = planning.plan(
        files["orders"], customers=files["customers"], incidents=files["incidents"], reps=files["reps"]
    )
    saving.save(plan, home / "may.xlsx")
    return home


def test_the_life_of_a_campaign_on_the_command_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    may, june = str(folder / "may.xlsx"), str(folder / "june.xlsx")
    assert cli.run(["refresh", may, str(folder / "orders.xlsx"), "-o", june, "--json"]) == 0
    stated = json.loads(capsys.readouterr().out)
    assert (stated["added"], stated["changed"], stated["workbook"]) == (0, 0, june)
    assert cli.run(["split", june, "-o", str(folder / "out"), "--json"]) == 0
    parts = json.loads(capsys.readouterr().out)
    assert sum(part["rows"] for part in parts) == stated["rows"]
    copies = [part["file"] for part in parts]
    assert cli.run(["collect", june, *copies, "-o", str(folder / "july.xlsx")]) == 0
    assert "in conflict" not in capsys.readouterr().err
    assert cli.run(["share", str(folder / "july.xlsx"), "-o", str(folder / "shared.xlsx"), "--mask"]) == 0
    assert "masked" in capsys.readouterr().err
    assert (folder / "shared.xlsx").is_file()


def test_a_dry_run_tells_the_same_and_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(folder.iterdir())
    may, orders, new = str(folder / "may.xlsx"), str(folder / "orders.xlsx"), str(folder / "nothing.xlsx")
    assert cli.run(["refresh", may, orders, "-o", new, "-n"]) == 0
    assert "Accounts" in capsys.readouterr().out
    assert cli.run(["split", may, "-o", str(folder / "nowhere"), "-n"]) == 0
    assert cli.run(["collect", may, may, "-o", new, "-n"]) == 0
    assert cli.run(["share", may, "-o", new, "-n"]) == 0
    assert sorted(folder.iterdir()) == before


def test_problems_have_their_codes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    may, orders = str(folder / "may.xlsx"), str(folder / "orders.xlsx")
    assert cli.run(["refresh", may, orders, "-o", may]) == 4  # exists
    assert cli.run(["refresh", orders, orders, "-o", str(folder / "x.xlsx")]) == 3
    assert cli.run(["share", str(folder / "reps.csv"), "-o", str(folder / "x.xlsx")]) == 4
    assert cli.run(["collect", may, "-o", str(folder / "x.xlsx")]) == 2
    assert "Traceback" not in capsys.readouterr().err
