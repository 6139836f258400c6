"""Whatever Do next says, the Lists sheet names the cell that it waits for, and the button that opens it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from winback_xl.core.tracking import gate
from winback_xl.core.tracking.conditions import cell
from winback_xl.schema.columns import CAMPAIGN
from winback_xl.workbook.formulas import row_formula, stored
from winback_xl.workbook.sheets import campaign, gates, lists
from winback_xl.workbook.sheets.row_formulas import FORMULAS

LONGEST = 700
"""Characters of a formula, as a cell holds it, that a person can still read in the formula bar."""


@pytest.mark.parametrize("name", FORMULAS)
def test_each_formula_is_short_enough_to_read(name, tiny_plan):
    table = campaign.sheet(tiny_plan).tables[0]
    assert len(row_formula(stored(FORMULAS[name], table.name), table).replace("\x01", "10004")) <= LONGEST


def test_what_today_counts_does_not_depend_on_the_day_of_each_row():
    """A spreadsheet takes today for new at each edit, and calculates again whatever depends on it, row by row."""
    follows = {name for name, formula in FORMULAS.items() if "set_as_of" in formula}
    while more := {
        name
        for name, formula in FORMULAS.items()
        if name not in follows and any(cell(other) in formula for other in follows)
    }:
        follows |= more
    assert follows == {
        "gate", "do_next", "missing", "days_overdue", "when_due", "call_key", "net_recovered", "added", "money_on",
    }  # fmt: skip


FROM_THE_LOG = {"recent_talks", "tries", "heard"}
"""Columns that count in the log of talks."""


def test_the_formulas_use_neither_array_constants_nor_nested_counts_nor_tables():
    found = {
        name
        for name, formula in FORMULAS.items()
        if re.search(r"\{|SUMPRODUCT|COUNTIFS|tbl|!", re.sub(r'"[^"]*"', "", formula))
    }
    assert found == FROM_THE_LOG
    assert not any(re.search(r"\{|SUMPRODUCT|!", re.sub(r'"[^"]*"', "", FORMULAS[name])) for name in found)


def test_every_hidden_column_of_the_schema_has_its_steps_and_no_other():
    assert [column.name for column in CAMPAIGN.columns if column.name.startswith("gate_")] == list(gate.GATES)


def test_every_number_of_the_formulas_is_a_step_of_the_table():
    asked = {
        int(found)
        for name in (*gate.GATES, "gate")
        for found in re.findall(r",(\d+)(?=[,)])", FORMULAS[name])
    }
    assert set(range(1, len(gate.STEPS) + 1)) <= asked


@pytest.mark.parametrize("step", gate.STEPS, ids=lambda step: step.says)
def test_the_columns_are_ones_that_people_fill_in(step):
    assert all(CAMPAIGN[name].role == "human" for name in step.fill), step.says


@pytest.mark.parametrize("empty", [False, True])
def test_the_button_is_the_one_above_which_the_campaign_sheet_shows_the_topic(tiny_plan, empty):
    """In a list without customers too: somebody may type them in."""
    sheet = campaign.sheet(replace(tiny_plan, campaign=tiny_plan.campaign.iloc[:0]) if empty else tiny_plan)
    above = {cell.col: str(cell.value) for cell in sheet.cells if cell.row == 2}
    for column in CAMPAIGN.columns:
        stated = gates.where(column.name)
        assert bool(stated) == bool(column.topic), column.name
        if stated:
            assert above[sheet.tables[0].column(stated.removeprefix("+ above "))] == f"{column.topic} +"


def test_the_lists_sheet_says_it_below_the_flags_on_rows_of_its_own(tiny_plan):
    *others, shown, once, when = lists.sheet(tiny_plan).tables
    assert (shown.name, once.name, when.name) == ("tblGates", "tblOnce", "tblWhenDue")
    assert all(table.row + table.rows + 1 < shown.row for table in others)
    said, waits, fill = (list(field.values) for field in (shown.fields[1], shown.fields[2], shown.fields[4]))
    at = said.index("Pause is over: decide again")
    assert (waits[at], fill[at]) == ("Want back?", "Want back?, Rest until")
    assert said.index("Get approval: \u2026") + 1 == gate.number("Get approval: \u2026")
