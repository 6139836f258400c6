"""Whatever Gate says, the Lists sheet names the column to fill in, and the button that unfolds it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from winback_xl.core.tracking.follow_through import CONTROL_GROUP, JOINT_VISIT
from winback_xl.schema.columns import CAMPAIGN, LISTS
from winback_xl.workbook.sheets import campaign, gates, lists

SAID = [said for said, _ in gates.GATES]
COMPARED = {"", "00", "-", " days", " missing", ", set the next day", "Rep", "exception", "Partly", CONTROL_GROUP, JOINT_VISIT}  # fmt: skip
"""Texts of the formula that are no start of a sentence."""


def test_every_sentence_of_the_formula_is_in_the_table_and_no_other():
    formula = campaign.FORMULAS["gate"]
    words = {word for listed in LISTS.values() for word in listed}
    texts = set(re.findall(r'"([^"]*)"', formula)) - COMPARED - words
    assert {text for text in texts if not any(said.startswith(text) for said in SAID)} == set()
    for said in SAID:
        assert said.partition("…")[0] in texts, said
        assert said.rpartition("…")[2] in formula, said


@pytest.mark.parametrize(("said", "names"), gates.GATES)
def test_the_columns_are_ones_that_people_fill_in(said, names):
    assert all(CAMPAIGN[name].role == "human" for name in names), said


@pytest.mark.parametrize("empty", [False, True])
def test_the_button_is_the_one_above_which_the_campaign_sheet_shows_the_topic(tiny_plan, empty):
    """In a list without customers too: somebody may type them in."""
    sheet = campaign.sheet(replace(tiny_plan, campaign=tiny_plan.campaign.iloc[:0]) if empty else tiny_plan)
    above = {cell.col: str(cell.value) for cell in sheet.cells if cell.row == 2}
    for column in CAMPAIGN.columns:
        told = gates.where(column.name)
        assert bool(told) == bool(column.topic), column.name
        if told:
            assert above[sheet.tables[0].column(told.removeprefix("+ above "))] == f"{column.topic} +"


def test_the_lists_sheet_says_it_below_the_flags_on_rows_of_its_own(tiny_plan):
    *others, shown = lists.sheet(tiny_plan).tables
    assert shown.name == "tblGates"
    assert all(table.row + table.rows + 1 < shown.row for table in others)
    told = dict(zip(shown.fields[0].values, shown.fields[1].values, strict=True))
    assert told["Approval by … missing"] == "Approved by, Approved on"
