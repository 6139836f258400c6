"""The copy of a rep says what the rep may decide, and counts accounts by the rule of Today."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests import desk
from winback_xl.workbook import book
from winback_xl.workbook.reopened.carried_over import Kept
from winback_xl.workbook.reopened.reopen import reopen
from winback_xl.workbook.sheets import now
from winback_xl.workflows import collecting, saving, splitting

if TYPE_CHECKING:
    from pathlib import Path


def test_a_copy_names_the_limits_of_its_settings_and_counts_as_today_does() -> None:
    plan = desk.built()
    owner = str(plan.campaign["owner"].value_counts().index[0])
    plan = replace(plan, settings=plan.settings.with_(own_limits=f"{owner} = 640"))
    part = replace(plan, campaign=plan.campaign[plan.campaign["owner"] == owner].reset_index(drop=True))
    made = book.build(part, kept=Kept(split=True, owner=owner))
    guide = made.sheet("Guide")
    texts = [str(cell.value) for cell in guide.cells]
    assert any("up to EUR 640, a Manager up to EUR" in text for text in texts)
    in_play = int(now.rows_of(part).open.sum())
    assert in_play != len(part.campaign), "a case that tells the two counts apart"
    assert guide.instruction.startswith(f"{in_play} of {len(part.campaign)} accounts in play")
    assert f"{in_play} accounts in play" in made.sheet("Today").instruction


def test_a_copy_holds_no_limit_of_a_colleague_and_the_master_keeps_them_all(tmp_path: Path) -> None:
    plan = desk.built()
    owners = [str(owner) for owner in plan.campaign["owner"].value_counts().index[:2]]
    limits = "; ".join(f"{owner} = {640 + place}" for place, owner in enumerate(owners))
    plan = replace(plan, settings=plan.settings.with_(own_limits=limits))
    master = saving.save(plan, tmp_path / "master.xlsx")
    parts = splitting.split(master, tmp_path / "copies")
    for part in parts:
        expected = limits.split("; ")[owners.index(part.owner)] if part.owner in owners else ""
        assert reopen(part.path).plan.settings.own_limits == expected
    done = collecting.collect(master, [part.path for part in parts], tmp_path / "collected.xlsx")
    assert not len(done.merged.conflicts)
    assert reopen(tmp_path / "collected.xlsx").plan.settings.own_limits == limits
