"""Three weeks of the story with three reps: nothing typed is lost, and the report says what a hand count says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from openpyxl import load_workbook

from tests import story
from tests.story_people import Tracker
from winback_xl import samples
from winback_xl.schema.columns import CAMPAIGN
from winback_xl.workflows import collecting, measuring, saving_trackers

if TYPE_CHECKING:
    from pathlib import Path

    from tests.story import Play

WEEKS = (7, 14, 21)
HUMAN = [column.heading for column in CAMPAIGN.of_role("human")]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Play:
    made = samples.make(customers=160)
    reps = made.reps.head(3)
    owners = np.resize(reps["Sales rep"].to_numpy(), len(made.customers))
    sample = replace(made, customers=made.customers.assign(**{"Account owner": owners}), reps=reps)
    play = story.Play(tmp_path_factory.mktemp("story"), sample)
    play.begin()
    known = play.sample
    for number, day in enumerate(WEEKS, 1):
        known = play.week(number, day, known)
    return play


def everything(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every cell of every sheet, formulas as text."""
    return {sheet.title: list(sheet.values) for sheet in load_workbook(path)}


def test_the_play_is_worth_playing(played):
    assert played.stated["values in conflict"] == 2
    assert played.stated["cells typed"] > 300
    assert played.stated["columns added"] == 1
    assert len({heading for _, heading in played.typed}) > 20
    assert sum(row["Outcome"] == "Won" for row in story.stands(played).values()) > 0


def test_nothing_that_anybody_typed_is_lost(played):
    assert story.lost(played) == []


def test_cells_that_nobody_touched_are_as_the_product_wrote_them(played):
    stands, now = story.stands(played), Tracker(played.master, values=True).rows()
    assert {c: [row[h] for h in HUMAN] for c, row in now.items()} == {
        c: [row[h] for h in HUMAN] for c, row in stands.items()
    }


def test_what_people_added_beside_the_cells_stays(played):
    book = load_workbook(played.master)
    assert book["Team meeting"]["A1"].value == story.MEETING
    campaign = book["Campaign"]
    coloured = [
        cell for row in campaign.iter_rows() for cell in row if cell.comment and "owner" in cell.comment.text
    ]
    assert len(coloured) == 1
    assert coloured[0].comment.text == "Speaks only with the owner"


def test_both_sides_of_a_conflict_are_shown_as_they_were_typed(played):
    rows = story.listed(played.folder / "collected 2.xlsx", "Conflicts", "tblConflicts")
    assert [row["Column"] for row in rows] == ["My step", "My step"]
    assert {row["In the master"] for row in rows} == {edits["My step"] for edits in story.DISPUTED}
    assert played.disputed == {}
    assert story.listed(played.master, "Conflicts", "tblConflicts") == []


def test_refreshing_again_with_the_same_orders_changes_nothing(played, tmp_path):
    again = tmp_path / "again.xlsx"
    done = played.refreshed()
    saving_trackers.write(done, again)
    assert (done.counts.added, done.counts.restored, done.counts.changed) == (0, 0, 0)
    assert everything(again) == everything(played.master)


def test_collecting_the_same_copies_again_changes_nothing(played, tmp_path):
    again = tmp_path / "again.xlsx"
    done = collecting.collect(played.master, played.copies)
    saving_trackers.write(done, again)
    assert (done.counts.added, done.counts.changed) == (0, 0)
    assert everything(again) == everything(played.master)


def test_every_check_says_ok(played):
    results = [row["Result"] for row in story.listed(played.master, "Checks", "tblChecks")]
    assert len(results) > 10
    assert set(results) == {"OK"}


def test_the_report_says_what_a_hand_count_says(played):
    measured = measuring.measure(played.master)
    shown = Tracker(played.master, values=True).rows()
    counted = story.by_hand(story.stands(played), shown, measured.as_of.to_pydatetime())
    assert {name: measured.results[name] for name in counted} == pytest.approx(counted)
