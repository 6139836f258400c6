"""The Campaign sheet: the list that people work on. What to do now, by when, and the cells that are theirs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from winback_xl.core.tracking import follow_through, gate
from winback_xl.schema import columns
from winback_xl.workbook.sheets import now
from winback_xl.workbook.sheets.followed import followed, playbook_of
from winback_xl.workbook.sheets.parts import HEADER_ROW, fields, numbers, texts
from winback_xl.workbook.sheets.row_formulas import FORMULAS
from winback_xl.workbook.spec import HERE, Cell, Fold, Rule, Sheet, Table

if TYPE_CHECKING:
    from collections.abc import Collection

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.workbook.spec import Field

_HUMAN = [column.heading for column in columns.CAMPAIGN.of_role("human")]

RULES = (
    Rule("=AND(ISNUMBER({Days overdue}),{Days overdue}>0)", "late", "Due"),
    Rule("=AND({Held}=1,{Closed}=0)", "held", "Customer", "Do next"),
    Rule('=OR({Closed}=1,AND({Decision}="Let go",{Want back?}=""))', "faint", "Customer"),
    Rule(f'=AND({{Missing}}<>"",{{Missing}}={HERE},OR({HERE}<>"Want back?",AND({{Decision}}<>"E-mail",{{Decision}}<>"Let go")))',
         "wanted", _HUMAN[0], _HUMAN[-1]),
    Rule(f'=AND({HERE}="Open since",ISNUMBER({{Open since}}),{{Customer confirmed}}="",OR({{Outcome}}="",{{Outcome}}="Open"),set_as_of-{{Open since}}>set_solution_days)',
         "warn", _HUMAN[0], _HUMAN[-1]),
)  # fmt: skip
"""Colours next to the words that say the same: overdue, held, closed, the cell that is wanted, open for too long.

Who gets one e-mail or is let go asks for no decision: people decide otherwise if they wish.
"""

EMPTY = "No customer is lapsed and no incident is open: there is nobody to win back today."
_HOW = (
    " due today. Yellow columns are yours; the bright cell is what Do next waits for (\u25b8: click + above)."
)
_LET_GO = (" Let go, at the end: ", "; Yes under Want back? brings one back.")


def _stated(frame: pd.DataFrame) -> Cell:
    """Return the line below the title: how many are late, and how the sheet works."""
    if not len(frame):
        return Cell(1, 0, EMPTY, look="instruction", span=5)
    count = "COUNTIFS({})"
    undecided = gate.number(gate.DECIDE)
    gone = f'COUNTIFS(tblCampaign[Decision],"Let go",tblCampaign[{columns.CAMPAIGN["gate_decide"].heading}],{undecided})'
    formula = (
        f'={count.format(now.LATE)}&" overdue, "&{count.format(now.TODAY)}&"{_HOW}"'
        f'&IF({gone}=0,"","{_LET_GO[0]}"&{gone}&"{_LET_GO[1]}")'
    )
    days = frame["days_overdue"]
    counts = int((days > 0).sum()), int((days == 0).sum())
    out = int(((texts(frame, "decision") == "Let go") & (numbers(frame, "gate_decide") == undecided)).sum())
    rest = str(out).join(_LET_GO) if out else ""
    return Cell(
        1, 0, f"{counts[0]} overdue, {counts[1]}{_HOW}{rest}", look="instruction", formula=formula, span=5
    )


def _folds(opened: Collection[str]) -> tuple[Fold, ...]:
    return tuple(
        Fold(places[0], places[-1], topic in opened) for topic, places in columns.CAMPAIGN.topics.items()
    )


def _pages(table: Table, opened: Collection[str]) -> tuple[int, ...]:
    """Return the columns that start a printed page: with each topic that is open comes a page of its own."""
    leads = (places[0] for topic, places in columns.CAMPAIGN.topics.items() if topic in opened)
    return tuple(sorted({table.column("Phone"), *leads}))


def _topics() -> list[Cell]:
    """Label the group button with the topic of the columns that it hides."""
    return [
        Cell(HEADER_ROW - 1, places[-1] + 1, f"{topic} +", look="topic")
        for topic, places in columns.CAMPAIGN.topics.items()
    ]


def _answered_blank(made: tuple[Field, ...], plan: Plan) -> tuple[Field, ...]:
    """Say what the formulas give in the row that stands empty where the plan has no customer."""
    empty = follow_through.computed(
        pd.DataFrame(index=range(1)), as_of=plan.as_of, settings=plan.settings, book=playbook_of(plan)
    )
    said = {columns.CAMPAIGN[name].heading: empty[name].iloc[0] for name in FORMULAS}
    return tuple(
        replace(field, blank="" if pd.isna(said.get(field.heading, "")) else said.get(field.heading, ""))
        for field in made
    )


def sheet(plan: Plan, opened: Collection[str] = ()) -> Sheet:
    """Return one row a customer to win back.

    Parameters
    ----------
    plan : Plan
    opened : collection of str
        Topics whose columns are in sight; the others are folded.
    """
    frame = followed(plan)
    table = Table(
        columns.CAMPAIGN.name,
        HEADER_ROW,
        0,
        _answered_blank(fields(columns.CAMPAIGN, frame, formulas=FORMULAS), plan),
        alt="Every customer to win back: what to do next and by when, what it is worth, and how far it has come",
        rules=RULES,
        lines=1,
        lean=True,
        whole=True,
    )
    return Sheet(
        "Campaign",
        f"Campaign {plan.campaign_id}",
        "",
        cells=(_stated(frame), *_topics()),
        tables=(table,),
        freeze=(HEADER_ROW + 1, 1),
        pages=_pages(table, opened),
        repeat=2,
        folds=_folds(opened),
    )
