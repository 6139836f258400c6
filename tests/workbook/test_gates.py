"""Whatever Gate says, the Lists sheet names the column to fill in, and the button that opens it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from winback_xl.core.tracking import gate
from winback_xl.schema.columns import CAMPAIGN
from winback_xl.workbook.sheets import campaign, gates, lists

LONGEST = 900
"""Characters of a formula that a person can still read in the formula bar."""


@pytest.mark.parametrize("name", [*gate.GATES, "gate"])
def test_each_formula_of_gate_is_short_enough_to_read(name):
    assert len(campaign.FORMULAS[name]) <= LONGEST


def test_the_formulas_of_gate_use_neither_array_constants_nor_nested_counts():
    for name in [*gate.GATES, "gate"]:
        assert not re.search(r"\{|SUMPRODUCT|COUNTIFS", campaign.FORMULAS[name]), name


def test_every_folded_column_of_the_schema_has_its_steps_and_no_other():
    folded = [column.name for column in CAMPAIGN.columns if column.name.startswith("gate_")]
    assert folded == list(gate.GATES)


def test_every_sentence_of_the_formulas_is_in_the_table():
    formulas = "".join(campaign.FORMULAS[name] for name in gate.GATES)
    for sentence, _ in gate.listed():
        for part in sentence.split("…"):
            assert f'"{part}"' in formulas or not part, sentence


@pytest.mark.parametrize(("sentence", "names"), [*gate.listed()])
def test_the_columns_are_ones_that_people_fill_in(sentence, names):
    assert all(CAMPAIGN[name].role == "human" for name in names), sentence


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
    assert told["Get approval…"] == "Approved by, Approved on"
