"""The Numbers sheet: what stands behind Today and Retention, as tables that people may filter and copy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import numpy as np

from winback_xl.core.tracking import due as standing
from winback_xl.core.tracking import follow_through
from winback_xl.core.wording import plural
from winback_xl.workbook.chart_spec import Chart, Series
from winback_xl.workbook.sheets import counts, now, numbers_tables, today_blocks, today_calls, week_table
from winback_xl.workbook.sheets.parts import UNKNOWN, numbers, only_these, text_field, texts, whole
from winback_xl.workbook.spec import Cell, Field, Sheet, Table

if TYPE_CHECKING:
    import pandas as pd

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.schema.columns import Kind
    from winback_xl.workbook.sheets.counts import Count
    from winback_xl.workbook.sheets.now import Named, Rows

NAME = "Numbers"
_FIRST = 4
_WIDTH = 18.0
PLAN_SHARE = "plan_share"
"""Name of the cell with the share of all worth that the accounts shown on Today have."""


def _top_sentence(top: numbers_tables.Top) -> Cell:
    """Return the sentence above the stress view; FIXED writes a number as the user's Excel does."""
    formula = '=COUNTIF(tblTop[One mistake away],"Yes")&" of these "&COUNTA(tblTop[Level])&" could be lost to one mistake'
    text = f"{top.away} of these {top.rows} could be lost to one mistake"
    if top.unit == "orders":
        formula, text = f'{formula}."', f"{text}."
    else:
        formula += ': "&FIXED(SUM(tblTop[Revenue at stake]),0)&" of yearly revenue at stake."'
        text += f": {whole(top.at_stake)} of yearly revenue at stake."
    return Cell(top.heading + 1, 0, text, look="text", formula=formula, span=5)


def approver_title(plan: Plan) -> str:
    """Say how many offers the reps may approve themselves."""
    given = (numbers(plan.campaign, "our_cost") > 0) & follow_through.pursued(plan.campaign)
    alone = int((given & (texts(plan.campaign, "approver") == "Rep").to_numpy()).sum())
    return f"Cost by approver: reps can approve {alone:,} of {plural(int(given.sum()), 'offer')} themselves"


_MOST = f"=MAX({','.join(f'INDEX(tblByStep[Accounts],{at})' for at in range(1, standing.WON))})"


def _steps(rows: Rows, row: int) -> Table:
    """Return how many of the accounts shown wait at each step, and how many are said to be won."""
    number = "tblByStep[@[Step no.]]"
    counted = f"COUNTIFS({now.SHOWN},tblCampaign[Where it stands],{number})"
    won = f"IF({number}={standing.WON},COUNTIFS({now.SHOWN},tblCampaign[Where it stands],{standing.CONFIRMED}),0)"
    return Table(
        "tblByStep", row, 0,
        (
            text_field("Where", list(standing.STEPS)),
            Field("Step no.", np.arange(1.0, len(standing.STEPS) + 1), "count", "calculated"),
            Field("Accounts", np.array(today_blocks.stands(rows)), "count", "formula", formula=f"={counted}+{won}"),
        ),
        alt="Accounts by what is next",
        plain=True,
    )  # fmt: skip


def _campaign(plan: Plan, row: int) -> list[Cell]:
    """Return what the customers and the campaign come to, one number below the other."""
    loss = UNKNOWN if math.isnan(plan.loss_rate) else plan.loss_rate
    items: tuple[tuple[str, Kind, Count, str], ...] = (
        ("Customers with an order or credit", "count", counts.customers(plan), ""),
        ("Lapsed or cold", "count", counts.lapsed_or_cold(plan), ""),
        ("Lost in a year: bought in the year before, nothing since", "share", counts.Count("", loss), ""),
        ("Loyal share: customers likely to stay after a serious mistake", "share", counts.resilient(plan), ""),
        ("Loyal share of the revenue of 12 months", "share", counts.resilient_revenue(plan), ""),
        ("Accounts to pursue: Want back? is Yes, or blank and proposed", "count", counts.to_pursue(plan), counts.ALL),
        ("Of these with the decision Pursue", "count", counts.by_decision(plan, "Pursue", chosen=True), counts.PURSUE),
        ("Of these with the decision Reassign", "count", counts.by_decision(plan, "Reassign", chosen=True), counts.MOVED),
        ("All accounts with the decision Pursue", "count", counts.by_decision(plan, "Pursue", chosen=False), counts.GIVEN),
        ("All accounts with the decision Reassign", "count", counts.by_decision(plan, "Reassign", chosen=False), counts.GIVEN_MOVED),
        ("Contacted: share of the accounts to pursue that we have spoken with", "share", counts.reached(plan), ""),
        (f"Expected value of the offers over {plural(plan.settings.future_years, 'year')}, after cost", "money", counts.expected_value(plan), ""),
        ("Cost of offers, if each account to pursue accepts: won ones too", "money", counts.make_good_cost(plan), counts.OFFERS),
        ("Cost of the calls, for each account to pursue", "money", counts.effort(plan), counts.CALLS),
        ("Expected value of the e-mails to accounts that are not worth a call, after cost", "money", counts.expected_of_mails(plan), counts.MAILS),
        ("Wins that the odds of the accounts to pursue come to", "number", counts.expected_wins(plan), counts.WINS),
        ("Recovered, before what would have come without us", "money", counts.net_recovered(plan), ""),
    )  # fmt: skip
    found = []
    for at, (what, kind, count, name) in enumerate(items, start=row):
        found.append(Cell(at, 0, what, look="list"))
        found.append(Cell(at, 1, count.value, look="list", kind=kind, formula=count.formula, name=name))
    return found


def _call_rows(rows: Rows, row: int) -> list[Cell]:
    """Return the places of the dearest accounts that are due, one below the other; 0 where there are no more."""
    formulas, places = today_calls.call_places(rows)
    return [
        Cell(row + at, 1, place, look="list", kind="count", formula=formula, name=f"call_{at + 1}_")
        for at, (formula, place) in enumerate(zip(formulas, places, strict=True))
    ] + [
        Cell(row + at, 2, place, look="list", kind="count", formula=formula, name=f"approve_{at + 1}_")
        for at, (formula, place) in enumerate(zip(*today_calls.approval_places(rows), strict=True))
    ]


def _behind_today(
    plan: Plan, rows: Rows, items: tuple[Named, ...], talks: pd.DataFrame, row: int
) -> tuple[list[Cell], Table, Table]:
    """Return what Today reads, for the owner chosen there: numbers, steps, places of calls and promises, and weeks."""
    share = f"=IF(SUM({now.WORTH})<=0,1,SUMIFS({now.WORTH},{now.SHOWN})/SUM({now.WORTH}))"
    cells = [
        Cell(row, 0, "This morning, for the owner chosen on Today", look="section"),
        *now.cells(items, row + 1),
    ]
    row += 1 + len(items)
    waiting, due = max(today_blocks.stands(rows)[:-1]), week_table.plan_now(plan)
    for what, value, kind, formula, name in (
        ("Share of all worth that these accounts have", 1.0, "share", share, PLAN_SHARE),
        ("What the plan expects by now", due, "money", week_table.PLAN_NOW, "plan_now"),
        ("The most accounts that wait at one step", waiting, "count", _MOST, "most_waiting"),
    ):
        cells += [
            Cell(row, 0, what, look="list"),
            Cell(row, 1, value, look="list", kind=cast("Kind", kind), formula=formula, name=name),
        ]
        row += 1
    cells.append(Cell(row + 1, 0, "Where accounts stand", look="section"))
    steps = _steps(rows, row + 2)
    row = steps.row + steps.rows + 2
    cells.append(
        Cell(
            row,
            0,
            "Who to call, and next to it what to approve: places of the dearest in Campaign",
            look="section",
        )
    )
    cells += _call_rows(rows, row + 1)
    row += today_calls.CALLS + 2
    cells.append(Cell(row, 0, "Promises: places of the next in Talks", look="section"))
    formulas, places = today_calls.promise_places(talks)
    cells += [
        Cell(row + 1 + at, 1, place, look="list", kind="count", formula=formula, name=f"promise_{at + 1}_")
        for at, (formula, place) in enumerate(zip(formulas, places, strict=True))
    ]
    row += today_calls.PROMISES + 2
    cells.append(Cell(row, 0, f"Net by week, for {week_table.WEEKS} weeks", look="section"))
    return cells, steps, week_table.table(plan, rows, row + 1)


def sheet(
    plan: Plan, rows: Rows, items: tuple[Named, ...], talks: pd.DataFrame, *, hidden: bool = False
) -> Sheet:
    """Return the sheet: the campaign in numbers, and below it what Today reads."""
    row = _FIRST
    cost, stated = counts.cost_of_a_win(plan), counts.pursued_stated(plan)
    cells = [Cell(row, 0, "The campaign in numbers", look="section"), *_campaign(plan, row + 1)]
    row = cells[-1].row + 2
    for value in (stated, cost):
        cells.append(Cell(row, 0, value.value, look="text", formula=value.formula, span=5))
        row += 1
    if said := week_table.verdict(plan):
        cells.append(Cell(row, 0, said, look="text", span=5))
        row += 1
    if plan.checked:
        cells.append(Cell(row, 0, plan.checked, look="text", span=5))
    top = numbers_tables.top_accounts(plan, row + 2)
    tables, headings = numbers_tables.below(plan, top.end)
    cells += [
        Cell(top.heading, 0, numbers_tables.top_title(plan), look="section"),
        _top_sentence(top),
        *headings,
    ]
    row = max(table.row + max(table.rows, 1) for table in (top.table, *tables)) + 2
    behind, steps, weeks = _behind_today(plan, rows, items, talks, row)
    cells += behind
    charts: tuple[Chart, ...] = ()
    if numbers(plan.campaign, "our_cost").sum() > 0:
        charts = (
            Chart(
                "bar", approver_title(plan), "Bars: cost of the proposed make-goods by who must approve them",
                (Series("tblByApprover", "Approver", "Our cost", "Our cost"),), _FIRST, 2, 520, 235, value_format="money",
            ),
        )  # fmt: skip
    return Sheet(
        NAME,
        "Numbers behind Today and Retention",
        f"Everything here is calculated; it follows what you type in Campaign and Settings.{only_these(plan)}",
        cells=tuple(cells),
        tables=(top.table, *tables, steps, weeks),
        charts=charts,
        widths={0: 56.0, **dict.fromkeys(range(1, 6), _WIDTH)},
        hidden="hidden" if hidden else "",
        on_paper=False,
    )
