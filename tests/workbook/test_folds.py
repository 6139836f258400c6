"""The Campaign sheet shows what is needed every day, and the rest folds away by topic, in every host."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.oracles import audit, sdk_errors
from winback_xl.schema.columns import CAMPAIGN
from winback_xl.workbook import book, fits, paper
from winback_xl.workbook.render_file import render
from winback_xl.workbook.reopened.carried_over import Kept
from winback_xl.workbook.reopened.reopen import reopen
from winback_xl.workbook.sheets import campaign
from winback_xl.workflows import collecting, saving, saving_trackers, sharing, splitting

if TYPE_CHECKING:
    from pathlib import Path

    from tests.oracles import Office
    from winback_xl.core.campaign.campaign_plan import Plan

IN_SIGHT = [
    "Customer", "Do next", "Due", "Worth", "Owner", "Want back?", "Stage", "Outcome", "Last talk", "Notes", "Phone", "Why", "Offer",
    "Customer ID",
]  # fmt: skip
FIRST_SCREEN = 158
"""Characters of column width that LibreOffice shows at 1366 pixels."""


@pytest.fixture(scope="module")
def built(tiny_plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saving.save(tiny_plan, tmp_path_factory.mktemp("folds") / "campaign.xlsx")


def hidden(path: Path | io.BytesIO, name: str = "Campaign") -> set[str]:
    """Return the headings out of sight, as openpyxl reads them."""
    sheet = openpyxl.load_workbook(path)[name]
    out = set()
    for column in sheet.column_dimensions.values():
        if column.hidden and column.outlineLevel:
            out |= {sheet.cell(4, at).value for at in range(column.min, column.max + 1)}
    return out


def of(*topics: str) -> set[str]:
    return {column.heading for column in CAMPAIGN.columns if column.topic in topics}


def unfold(path: Path, target: Path, *topics: str) -> Path:
    """Do what a click on + does in Excel: the columns come into sight."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["Campaign"]
    for topic in topics:
        places = CAMPAIGN.topics[topic]
        for column in sheet.column_dimensions.values():
            if column.hidden and column.min - 1 in places:
                column.hidden = False
            if column.min - 2 == places[-1]:
                column.collapsed = False
    workbook.save(target)
    return target


def test_what_is_needed_every_day_is_in_sight_and_every_other_column_has_a_topic() -> None:
    seen = [column.heading for column in CAMPAIGN.columns if not (column.topic or column.hidden)]
    assert seen == IN_SIGHT


def test_the_first_screen_holds_what_people_fill_in_every_day(tiny_plan: Plan) -> None:
    sheet = campaign.sheet(tiny_plan)
    widths = paper.column_widths(sheet)
    last = sheet.tables[0].column("Notes")
    assert sum(widths[at] for at in range(last + 1) if at not in sheet.folded) <= FIRST_SCREEN


def test_two_topics_never_touch_and_each_has_a_column_for_its_button() -> None:
    runs = list(CAMPAIGN.topics.values())
    helpers = sum(column.hidden for column in CAMPAIGN.columns)
    assert sum(map(len, runs)) == len(CAMPAIGN.columns) - len(IN_SIGHT) - helpers
    assert all(not CAMPAIGN.columns[run[-1] + 1].topic for run in runs)


def test_folds_that_touch_are_refused(tiny_plan: Plan) -> None:
    sheet = campaign.sheet(tiny_plan)
    touching = replace(
        sheet, folds=(replace(sheet.folds[0], last=sheet.folds[1].first - 1), *sheet.folds[1:])
    )
    made = book.build(tiny_plan)
    wrong = replace(made, sheets=tuple(touching if one.name == "Campaign" else one for one in made.sheets))
    with pytest.raises(ValueError, match="fold without a column between them"):
        fits.check(wrong)


def test_the_word_above_a_button_names_what_it_unfolds_and_no_sentence_stands_on_a_hidden_column(
    tiny_plan: Plan,
) -> None:
    sheet = campaign.sheet(tiny_plan)
    words = {cell.col: cell.value for cell in sheet.cells if cell.row == 2}
    assert all(words[run[-1] + 1] == f"{topic} +" for topic, run in CAMPAIGN.topics.items())
    assert not [cell.value for cell in sheet.cells if cell.col in sheet.folded]


def test_the_column_with_the_button_says_that_the_topic_is_shut(built: Path) -> None:
    """It is the one behind: LibreOffice looks nowhere else."""
    with zipfile.ZipFile(built) as package:
        at = openpyxl.load_workbook(built).sheetnames.index("Campaign") + 1
        xml = package.read(f"xl/worksheets/sheet{at}.xml").decode()
    assert "summaryRight" not in xml
    shut = {int(at) - 1 for at in re.findall(r'<col min="(\d+)"[^>]* collapsed="1"', xml)}
    assert shut == {at for run in CAMPAIGN.topics.values() for at in [run[-1] + 1]}
    assert hidden(built) == {column.heading for column in CAMPAIGN.columns if column.topic}


def test_paper_gets_what_is_in_sight_and_each_open_topic_starts_a_page(tiny_plan: Plan) -> None:
    shut, some = campaign.sheet(tiny_plan), campaign.sheet(tiny_plan, {"The talk"})
    at = {heading: shut.tables[0].column(heading) for heading in ("Phone", "Open since")}
    assert shut.pages == (at["Phone"],)
    assert some.pages == (at["Phone"], at["Open since"])
    assert shut.folded - some.folded == set(CAMPAIGN.topics["The talk"])


def test_what_somebody_unfolded_stays_open_in_refresh_split_collect_and_share(
    built: Path, tiny_plan: Plan, tmp_path: Path
) -> None:
    mine = unfold(built, tmp_path / "mine.xlsx", "The talk", "Approval")
    shut = {column.heading for column in CAMPAIGN.columns if column.topic} - of("The talk", "Approval")
    old = reopen(mine)
    assert old.opened == {"The talk", "Approval"}
    made = io.BytesIO()
    render(book.build(tiny_plan, kept=Kept(opened=old.opened)), made)
    assert hidden(made) == shut
    part = splitting.split(mine, tmp_path / "reps")[0].path
    assert hidden(part) == shut
    collected = collecting.collect(mine, [part])
    saving_trackers.write(collected, tmp_path / "collected.xlsx")
    assert hidden(tmp_path / "collected.xlsx") == shut
    assert hidden(sharing.share(mine, tmp_path / "shared.xlsx")) == shut


def test_a_workbook_of_an_older_version_has_no_folds_and_gets_them_shut(built: Path, tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(built)
    for column in workbook["Campaign"].column_dimensions.values():
        column.hidden, column.outlineLevel = False, 0
    workbook.save(tmp_path / "older.xlsx")
    assert reopen(tmp_path / "older.xlsx").opened == frozenset()


def test_a_sheet_in_somebody_elses_workbook_folds_as_well(tiny_plan: Plan, tmp_path: Path) -> None:
    theirs = openpyxl.Workbook()
    theirs.active.title = "Mine"
    theirs.save(tmp_path / "theirs.xlsx")
    target = saving.save_into(tiny_plan, tmp_path / "theirs.xlsx", tmp_path / "both.xlsx")
    assert hidden(target) == {column.heading for column in CAMPAIGN.columns if column.topic}


def test_folded_columns_keep_their_validations_rules_and_filter(built: Path) -> None:
    sheet = openpyxl.load_workbook(built)["Campaign"]
    table = sheet.tables["tblCampaign"]
    assert len(table.tableColumns) == len(CAMPAIGN.columns)
    assert table.autoFilter.ref == table.ref
    covered = {cell.column - 1 for item in sheet.data_validations.dataValidation for area in item.sqref.ranges
               for cell in (sheet[area.coord.split(":")[0]],)}  # fmt: skip
    assert {run[0] for run in map(list, CAMPAIGN.topics.values())} <= covered


@pytest.mark.validator
def test_the_validators_take_the_folds(built: Path, sdk: list[str]) -> None:
    assert sdk_errors(built, sdk) == []
    assert audit(built) == []


@pytest.mark.office
def test_libreoffice_shows_them_shut_and_saves_what_was_unfolded(
    built: Path, tmp_path: Path, office: Office
) -> None:
    with zipfile.ZipFile(office.save_as(built, tmp_path / "campaign.ods", "ods")) as package:
        flat = package.read("content.xml").decode()
    [ours] = re.findall(r'<table:table table:name="Campaign".*?</table:table>', flat, re.DOTALL)
    groups = re.findall(r"<table:table-column-group[^>]*>", ours)
    assert groups == ['<table:table-column-group table:display="false">'] * len(CAMPAIGN.topics)
    mine = unfold(built, tmp_path / "mine.xlsx", "Win, money")
    assert reopen(office.save_as(mine, tmp_path / "saved.xlsx")).opened == {"Win, money"}
