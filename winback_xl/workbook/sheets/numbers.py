"""The Numbers sheet: what stands behind Today and Retention, as tables that people may filter and copy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.tracking import due as standing
from winback_xl.core.tracking import follow_through
from winback_xl.core.wording import plural
from winback_xl.workbook.sheets import counts, now, numbers_tables, today_blocks, today_calls, week_table
from winback_xl.workbook.sheets.parts import UNKNOWN, numbers, text_field, texts, whole
from winback_xl.workbook.spec import Cell, Chart, Field, Series, Sheet, Table

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
    items: tuple[tuple[str, Kind, Count], ...] = (
        ("Customers with an order or credit", "count", counts.customers(plan)),
        ("Lapsed or cold", "count", counts.lapsed_or_cold(plan)),
        ("Lost in a year: bought in the year before, nothing since", "share", counts.Count("", loss)),
        ("Loyal share: customers likely to stay after a serious mistake", "share", counts.resilient(plan)),
        ("Loyal share of the revenue of 12 months", "share", counts.resilient_revenue(plan)),
        ("Accounts to pursue: Want back? is Yes, or blank and proposed", "count", counts.to_pursue(plan)),
        ("Contacted: share of these that we have spoken with", "share", counts.reached(plan)),
        ("Expected value of the offers, after cost", "money", counts.expected_value(plan)),
        ("Cost of offers, if every proposed one is accepted", "money", counts.make_good_cost(plan)),
        ("Cost of the calls, for each account to pursue", "money", counts.effort(plan)),
        ("Recovered, before what would have come without us", "money", counts.net_recovered(plan)),
    )
    found = []
    for at, (what, kind, count) in enumerate(items, start=row):
        found.append(Cell(at, 0, what, look="list"))
        found.append(Cell(at, 1, count.value, look="list", kind=kind, formula=count.formula))
    return found


def _call_rows(rows: Rows, row: int) -> list[Cell]:
    """Return the places of the dearest accounts that are due, one below the other; 0 where there are no more."""
    formulas, places = today_calls.call_places(rows)
    return [
        Cell(row + at, 1, place, look="list", kind="count", formula=formula, name=f"call_{at + 1}_")
        for at, (formula, place) in enumerate(zip(formulas, places, strict=True))
    ]


def sheet(
    plan: Plan, rows: Rows, items: tuple[Named, ...], talks: pd.DataFrame, *, hidden: bool = False
) -> Sheet:
    """Return the sheet; its first numbers follow the owner chosen on Today."""
    named = now.cells(items, _FIRST + 1)
    row = _FIRST + 1 + len(items)
    share = f"=IF(SUM({now.WORTH})<=0,1,SUMIFS({now.WORTH},{now.SHOWN})/SUM({now.WORTH}))"
    cells = [
        Cell(_FIRST, 0, "This morning, for the owner chosen on Today", look="section"),
        *named,
        Cell(row, 0, "Share of all worth that these accounts have", look="list"),
        Cell(row, 1, 1.0, look="list", kind="share", formula=share, name=PLAN_SHARE),
        Cell(row + 1, 0, "What the plan expects by now", look="list"),
        Cell(
            row + 1,
            1,
            week_table.plan_now(plan),
            look="list",
            kind="money",
            formula=week_table.PLAN_NOW,
            name="plan_now",
        ),
        Cell(row + 2, 0, "The most accounts that wait at one step", look="list"),
        Cell(
            row + 2,
            1,
            max(today_blocks.stands(rows)[:-1]),
            look="list",
            kind="count",
            formula=_MOST,
            name="most_waiting",
        ),
        Cell(row + 4, 0, "Where accounts stand", look="section"),
    ]
    row += 5
    steps = _steps(rows, row)
    row = steps.row + steps.rows + 2
    cells.append(Cell(row, 0, "Who to call: places of the dearest in Campaign", look="section"))
    cells += _call_rows(rows, row + 1)
    row += today_calls.CALLS + 2
    cells.append(Cell(row, 0, "Promises: places of the next in Talks", look="section"))
    formulas, places = today_calls.promise_places(talks)
    cells += [
        Cell(row + 1 + at, 1, place, look="list", kind="count", formula=formula, name=f"promise_{at + 1}_")
        for at, (formula, place) in enumerate(zip(formulas, places, strict=True))
    ]
    row += today_calls.PROMISES + 2
    cells.append(Cell(row, 0, "Net by week", look="section"))
    weeks = week_table.table(plan, rows, row + 1)
    row = weeks.row + weeks.rows + 2
    cost, told = counts.cost_of_a_win(plan), counts.pursued_told(plan)
    cells.append(Cell(row, 0, "The campaign in numbers", look="section"))
    cells += _campaign(plan, row + 1)
    row += 2 + len(_campaign(plan, row))
    for value in (told, cost):
        cells.append(Cell(row, 0, value.value, look="text", formula=value.formula, span=5))
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
    charts: tuple[Chart, ...] = ()
    if numbers(plan.campaign, "our_cost").sum() > 0:
        charts = (
            Chart(
                "bar", approver_title(plan), "Bars: cost of the proposed make-goods by who must approve them",
                (Series("tblByApprover", "Approver", "Our cost", "Our cost"),), _FIRST, 6, 474, 300, value_format="money",
            ),
        )  # fmt: skip
    return Sheet(
        NAME,
        "Numbers behind Today and Retention",
        "Everything here is calculated; it follows what you type in Campaign and Settings.",
        cells=tuple(cells),
        tables=(steps, weeks, top.table, *tables),
        charts=charts,
        widths={0: 44.0, **dict.fromkeys(range(1, 6), _WIDTH)},
        gridlines=False,
        hidden="hidden" if hidden else "",
        on_paper=False,
    )
