"""The Today sheet, the first one: who, what, how much, this morning. Native formulas only; a drop-down chooses the owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.core.talks import unknown_names
from winback_xl.core.tracking import due as standing
from winback_xl.core.wording import plural
from winback_xl.schema.columns import CAMPAIGN
from winback_xl.workbook.chart_spec import Chart, Series
from winback_xl.workbook.sheets import (
    checks,
    lists,
    now,
    today_blocks,
    today_calls,
    unknown_talks,
    week_table,
)
from winback_xl.workbook.sheets.counts import amount
from winback_xl.workbook.sheets.settings import FREEZE
from winback_xl.workbook.sheets.today_blocks import Block
from winback_xl.workbook.spec import Cell, Mark, Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.schema.columns import Kind
    from winback_xl.workbook.sheets.now import Named, Rows

NAME = "Today"
NET, RECOVERED = "Net, less what returns anyway", "Recovered, before what returns anyway"
"""What the last card says once orders since the list are on file, and before."""

_WIDTHS = (25.0, 6.5, 28.0, 7.0, 15.5, 16.5, 11.0, 9.5, 1.0, 34.0)
_CHART = 9
_CARDS = ((0, 2), (2, 2), (4, 2), (6, 3), (9, 1))
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_CHART_SIZE = (250, 226)


def _subtitle(plan: Plan, value: dict[str, float]) -> tuple[str, str]:
    """Return the line below the headline, and its formula: the day, how many accounts, and whose.

    A day that is not today's says so: a reader who does not know it takes late accounts for punctual ones.
    """
    day = plan.as_of
    before, after = ("As of ", " (set in Settings)") if plan.frozen else ("", "")
    text = f"{before}{_DAYS[(day.day_of_week + 1) % 7]}, {day.day} {_MONTHS[day.month - 1]} {day.year}{after}  \u00b7  {plural(int(value['open']), 'account')} in play  \u00b7  all owners"
    days, months = (",".join(f'"{word}"' for word in words) for words in (_DAYS, _MONTHS))
    formula = (
        f'=IF(N({FREEZE})>0,"As of ","")&CHOOSE(WEEKDAY(set_as_of),{days})&", "&DAY(set_as_of)&" "&CHOOSE(MONTH(set_as_of),{months})&" "&YEAR(set_as_of)&IF(N({FREEZE})>0," (set in Settings)","")'
        f'&"  \u00b7  "&FIXED(now_open,0)&IF(now_open=1," account"," accounts")&" in play  \u00b7  "&IF({standing.SHOW_OWNER}="{standing.EVERYONE}","all owners",{standing.SHOW_OWNER})'
    )
    return text, formula


def _cards(plan: Plan, value: dict[str, float], plan_now: float) -> list[Cell]:
    """Return the five cards: label, number, and what it is compared with."""
    lead = f"{plan.currency} ".replace('"', '""') if plan.currency else ""
    money = 'IF({0}<0,"\u2212","")&"' + lead + '"&FIXED(ABS({0}),0)'
    share = value["contacted"] / value["worked"] if value["worked"] else "\u2013"

    def signed(number: float) -> str:
        return ("\u2212" if number < 0 else "") + amount(plan, abs(number))

    late = "nothing is late" if not value["late"] else f"{value['week_late']:,.0f} for more than a week"
    heard = f"{value['contacted']:,.0f} of {value['worked']:,.0f} accounts"
    unsure = value["said"] - value["won"]
    wins = (
        f"{unsure:,.0f} more to confirm"
        if unsure
        else "no win yet"
        if not value["won"]
        else f"{signed(value['revenue'])} of new orders"
    )
    net = f"plan for today: {signed(plan_now)}"
    risk = f"bought a year by {plural(int(value['open']), 'open account')}"
    net_label = NET if value["based"] else RECOVERED
    cards: tuple[tuple[str, str, float | str, Kind, str, str], ...] = (
        ("Revenue at risk", "=now_risk", value["risk"], "money", '="bought a year by "&FIXED(now_open,0)&IF(now_open=1," open account"," open accounts")', risk),
        ("Overdue", "=now_late", value["late"], "count", '=IF(now_late=0,"nothing is late",FIXED(now_week_late,0)&" for more than a week")', late),
        ("Contacted", '=IF(now_worked=0,"\u2013",now_contacted/now_worked)', share, "share",
         '=FIXED(now_contacted,0)&" of "&FIXED(now_worked,0)&" accounts"', heard),
        ("Won back", "=now_won", value["won"], "count",
         f'=IF(now_said>now_won,FIXED(now_said-now_won,0)&" more to confirm",IF(now_won=0,"no win yet",{money.format("now_revenue")}&" of new orders"))', wins),
        (net_label, "=now_net", value["net"], "money", f'="plan for today: "&{money.format("plan_now")}', net),
    )  # fmt: skip
    cells = []
    for (col, wide), (label, formula, number, kind, stated, text) in zip(_CARDS, cards, strict=True):
        label_formula = f'=IF(now_based>0,"{NET}","{RECOVERED}")' if formula == "=now_net" else ""
        cells += [
            Cell(3, col, label, look="card label", formula=label_formula, span=wide - 1),
            Cell(4, col, number, look="card", kind=kind, formula=formula, span=wide - 1),
            Cell(5, col, text, look="card note", formula=stated, span=wide - 1),
        ]
    return cells


def _card_marks() -> list[Mark]:
    return [
        Mark(4, 2, 4, 2, "bad", "=$C$5>0"),
        Mark(4, 4, 4, 4, "good", "=AND(ISNUMBER($E$5),N($E$5)>=0.8)"),
        Mark(4, 6, 4, 6, "good", "=$G$5>0"),
        Mark(4, 9, 4, 9, "bad", "=$J$5<0"),
    ]


def _calls_note(value: dict[str, float]) -> tuple[str, str]:
    """Say how the calls are sorted, and how many more there are today or in the next days."""
    shown, first = today_calls.CALLS, "Most valuable first"
    today, soon = " more are due, see Campaign.", " more are due in the next 7 days, see Campaign."
    listed = value["calls"] + value["soon"]
    text = f"{first}."
    if value["calls"] > shown:
        text = f"{first}; {value['calls'] - shown:,.0f}{today}"
    elif listed > shown:
        text = f"{first}; {listed - shown:,.0f}{soon}"
    formula = (
        f'=IF(now_calls>{shown},"{first}; "&FIXED(now_calls-{shown},0)&"{today}",'
        f'IF(now_calls+now_soon>{shown},"{first}; "&FIXED(now_calls+now_soon-{shown},0)&"{soon}","{first}."))'
    )
    return text, formula


def _stands_title(rows: Rows) -> tuple[str, str]:
    """Say where most accounts wait."""
    places = today_blocks.stands(rows)[:-1]
    total = int(sum(places))
    cells = "tblByStep[Accounts]"
    opened = f"(SUM({cells})-INDEX({cells},{standing.WON}))"
    # The last row holds the wins: the others are numbered 1 to 7, and the first of the largest is named.
    formula = (
        f'=IF({opened}=0,"No open account",FIXED(most_waiting,0)&" of "&FIXED({opened},0)&IF({opened}=1," account: "," accounts: ")'
        f"&LOWER(INDEX(tblByStep[Where],MATCH(most_waiting,{cells},0))))"
    )
    if not total:
        return "No open account", formula
    most = max(places)
    word = standing.STEPS[places.index(most)]
    return f"{int(most):,} of {plural(total, 'account')}: {word.lower()}", formula


def _net_title(plan: Plan, value: dict[str, float]) -> tuple[str, str]:
    """Say whether the campaign has earned back what it cost, and when the plan does."""
    net = week_table.planned(plan)
    week = week_table.even_week(net)
    month = 0 if week or not net.any() else week_table.pays_back(plan)
    late = f"pays back in about {plural(month, 'month')}" if month else "the plan does not pay back"
    later = f"the plan is even in week {week}" if week else late
    later = later if net.any() else "nothing came back yet"
    ahead, behind = "Net: cost is earned back", f"Net: {later}"
    return (ahead if value["net"] > 0 else behind), f'=IF(now_net>0,"{ahead}","{behind}")'


def sheet(
    plan: Plan, rows: Rows, items: tuple[Named, ...], talks: pd.DataFrame, owners: Sequence[str] = ()
) -> Sheet:
    """Return the sheet; its numbers are named cells of Numbers, its lists formulas on Campaign.

    ``owners`` are formulas that name the owners where people type them later.
    """
    value = {item.name.removeprefix("now_"): item.value for item in items}
    title, title_formula = now.sentence(items, plan.currency)
    subtitle, subtitle_formula = _subtitle(plan, value)
    block = Block(7)
    headings = {column.name: column.heading for column in CAMPAIGN.columns}
    today_calls.calls(rows, block, headings)
    stated, stated_formula = _calls_note(value)
    block.cells += [
        Cell(block.row, 0, stated, look="quiet", formula=stated_formula),
        Cell(block.row, 5, "Open Campaign", look="link", link="#'Campaign'!A4"),
    ]
    block.row += 1
    chart_row = block.row + 1  # level with the title of the next list
    today_calls.approvals(rows, block, headings)
    today_calls.promises(talks, rows, block)
    today_blocks.by_owner(plan, rows, block, owners)
    today_blocks.by_region(rows, block)
    today_blocks.by_level(rows, block)
    today_blocks.by_month(plan, rows, block)
    wrong = unknown_talks.stated(plan, talks)
    stands, stands_formula = _stands_title(rows)
    net, net_formula = _net_title(plan, value)
    cells = [
        Cell(1, 7, "Show owner", look="quiet"),
        Cell(1, _CHART, standing.EVERYONE, look="input", kind="choice", name=standing.SHOW_OWNER, choices=lists.SHOW_OWNER,
             help="Whose day? Everything on this sheet but the list of owners follows."),
        Cell(2, 0, wrong or checks.summary(plan), look="quiet", formula=f"=IF({unknown_talks.COUNT}>0,{unknown_talks.TOLD},check_summary)"),
        *_cards(plan, value, week_table.plan_now(plan)),
        *block.cells,
        Cell(7, _CHART, stands, look="section", formula=stands_formula),
        Cell(chart_row, _CHART, net, look="section", formula=net_formula),
    ]  # fmt: skip
    charts = (
        Chart("bar", "", "Bars: number of accounts at each step of the work, and those won",
              (Series("tblByStep", "Where", "Accounts", "Accounts"),), 8, _CHART, *_CHART_SIZE),
        Chart("columns and line", "", "Columns: net so far by week; dashed line: the plan",
              (Series("tblByWeek", "Week", "Net so far", "So far"), Series("tblByWeek", "Week", "Plan", "Plan")),
              chart_row + 1, _CHART, *_CHART_SIZE, value_format="money", category_title="Week", labels=False),
    )  # fmt: skip
    heights = {0: 33.0, 3: 18.0, 4: 30.0, 5: 18.0, 6: 8.0, **dict.fromkeys(block.titles, 22.0)}
    return Sheet(
        NAME, title, subtitle,
        title_formula=title_formula,
        instruction_formula=subtitle_formula,
        cells=tuple(cells),
        charts=charts,
        marks=(*_card_marks(), Mark(2, 0, 2, 0, "bad", f'=ISNUMBER(FIND("{unknown_names.LEAD}",$A$3))'), *block.marks),
        widths=dict(enumerate(_WIDTHS)),
        heights=heights,
        landscape=False,
        one_page=True,
    )  # fmt: skip
