"""The Dashboard: twelve numbers, four charts and the top accounts; it follows the edits in Campaign by itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from winback_xl.core.wording import plural
from winback_xl.schema.columns import LISTS
from winback_xl.workbook.sheets import checks, counts, dashboard_tables
from winback_xl.workbook.sheets.parts import UNKNOWN, has_money, numbers, texts, whole
from winback_xl.workbook.spec import Cell, Chart, Series, Sheet

if TYPE_CHECKING:
    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.schema.columns import Kind
    from winback_xl.workbook.sheets.counts import Count

_COLUMNS, _WIDTH = 6, 22.0
_TILES, _TOLD, _CHARTS = (4, 9), 12, 14
_CHART_ROWS = 17  # of 20 pixels: a chart of 320 and a little air
_CHART_SIZE = (474, 324)
_TILE_HEIGHTS = (17.0, 30.0, 64.0)  # points: label, number, sentence of up to four lines


def _tiles(plan: Plan) -> list[tuple[str, Kind, Count, str]]:
    loss = UNKNOWN if math.isnan(plan.loss_rate) else plan.loss_rate
    return [
        ("Customers", "count", counts.customers(plan), "Everybody with an order; the Segments sheet lists them all."),
        ("Lapsed or cold", "count", counts.lapsed_or_cold(plan),
         "No order for longer than their own buying rhythm explains."),
        ("Lost in a year", "share", counts.Count("", loss),
         "Bought in the year before, nothing since. 10% to 40% is usual."),
        ("Loyal share: customers", "share", counts.resilient(plan),
         "Customers likely to stay after one serious mistake: Loyal, and still buying."),
        ("Loyal share: revenue", "share", counts.resilient_revenue(plan),
         "Their share of the revenue of the last 12 months."),
        ("Accounts to pursue", "count", counts.to_pursue(plan),
         "Want back? is Yes, or still blank and proposed."),
        ("Expected value", "money", counts.expected_value(plan),
         "What the offers are expected to bring, after cost."),
        ("Cost of offers", "money", counts.make_good_cost(plan),
         "Our cost if every proposed offer is accepted."),
        ("Contacted", "share", counts.reached(plan),
         "Share of these accounts that we have spoken with."),
        ("Overdue", "count", counts.overdue(plan),
         "Accounts whose next step was due before the as-of date in Settings."),
        ("Won", "count", counts.won(plan), "Outcome is Won, and the customer confirmed that it is solved."),
        ("Recovered", "money", counts.net_recovered(plan),
         "Margin won less what it cost. The report takes off what comes back anyway."),
    ]  # fmt: skip


def _tile_cells(plan: Plan) -> list[Cell]:
    cells = []
    for place, (label, kind, count, sentence) in enumerate(_tiles(plan)):
        row, col = _TILES[place // _COLUMNS], place % _COLUMNS
        cells += [
            Cell(row, col, label, look="tile label"),
            Cell(row + 1, col, count.value, look="tile", kind=kind, formula=count.formula),
            Cell(row + 2, col, sentence, look="note", kind="long"),
        ]
    return cells


def _level_title(plan: Plan) -> str:
    share = counts.resilient_revenue(plan).value
    if isinstance(share, str):
        share, what = counts.resilient(plan).value, "customers"
    else:
        what = "revenue"
    return (
        "One mistake away"
        if isinstance(share, str)
        else f"{1 - share:.0%} of {what} could be lost to one mistake"
    )


def _status_title(plan: Plan) -> str:
    gone, everybody = counts.lapsed_or_cold(plan).value, len(plan.segments)
    verb = "is" if gone == 1 else "are"
    return f"{gone:,} of {plural(everybody, 'customer')} {verb} lapsed or cold"


def _approver_title(plan: Plan) -> str:
    given = numbers(plan.campaign, "our_cost") > 0
    alone = int((given & (texts(plan.campaign, "approver") == "Rep").to_numpy()).sum())
    return f"Cost by approver: reps can approve {alone:,} of {plural(int(given.sum()), 'offer')} themselves"


def _charts(plan: Plan) -> tuple[Chart, ...]:
    width, height = _CHART_SIZE
    levels = [("Share of customers", "Customers"), *([("Share of revenue", "Revenue")] * has_money(plan))]
    made = [
        Chart(
            "column", _level_title(plan),
            "Columns: share of customers and share of revenue of Occasional, Habitual and Loyal customers",
            tuple(Series("tblByLevel", "Level", column, name) for column, name in levels),
            _CHARTS, 0, width, height, value_format="share",
        ),
        Chart(
            "stacked bar", _status_title(plan),
            "Bars: customers by status, from Active to Cold, split by level",
            tuple(Series("tblByStatus", "Status", level, level) for level in LISTS["Level"]),
            _CHARTS, 3, width, height, value_title="Customers", labels=False,
        ),
    ]  # fmt: skip
    if len(plan.campaign):
        made.append(
            Chart(
                "bar", "Accounts by stage",
                "Bars: number of accounts in each stage of the campaign",
                (Series("tblByStage", "Stage", "Accounts", "Accounts"),),
                _CHARTS + _CHART_ROWS, 0, width, height + 40,
            )
        )  # fmt: skip
    if numbers(plan.campaign, "our_cost").sum() > 0:
        made.append(
            Chart(
                "bar", _approver_title(plan),
                "Bars: cost of the proposed make-goods by who must approve them",
                (Series("tblByApprover", "Approver", "Our cost", "Our cost"),),
                _CHARTS + _CHART_ROWS, 3, width, height + 40, value_format="money",
            )
        )  # fmt: skip
    return tuple(made)


def _top_sentence(top: dashboard_tables.Top) -> Cell:
    """Return the sentence above the stress view; FIXED writes a number as the user's Excel does."""
    if top.unit == "orders":
        formula = '=COUNTIF(tblTop[One mistake away],"Yes")&" of these "&COUNTA(tblTop[Level])&" could be lost to one mistake."'
        text = f"{top.away} of these {top.rows} could be lost to one mistake."
    else:
        formula = (
            '=COUNTIF(tblTop[One mistake away],"Yes")&" of these "&COUNTA(tblTop[Level])&" could be lost to one mistake:'
            ' "&FIXED(SUM(tblTop[Revenue at stake]),0)&" of yearly revenue at stake."'
        )
        text = f"{top.away} of these {top.rows} could be lost to one mistake: {whole(top.at_stake)} of yearly revenue at stake."
    return Cell(top.heading + 1, 0, text, look="text", formula=formula, span=_COLUMNS - 1)


def sheet(plan: Plan) -> Sheet:
    """Return the Dashboard, whose numbers are native formulas on the other sheets."""
    start = _CHARTS + 2 * _CHART_ROWS + 4
    owners = dashboard_tables.by_owner(plan, start + 2)
    top = dashboard_tables.top_accounts(plan, owners.row + owners.rows + 2)
    tables, headings = dashboard_tables.below(plan, top.end)
    cost, told, due = counts.cost_of_a_win(plan), counts.pursued_told(plan), counts.due_told(plan)
    cells = [
        Cell(2, 0, checks.summary(plan), look="output", formula="=check_summary", span=3),
        Cell(2, 3, cost.value, look="text", formula=cost.formula, span=2),
        *_tile_cells(plan),
        Cell(_TOLD + 1, 0, plan.checked, look="text", span=_COLUMNS - 1),
        Cell(_TOLD, 0, told.value, look="text", formula=told.formula, span=_COLUMNS - 1),
        Cell(start, 0, "What is due, by owner", look="heading", span=_COLUMNS - 1),
        Cell(start + 1, 0, due.value, look="text", formula=due.formula, span=_COLUMNS - 1),
        Cell(top.heading, 0, dashboard_tables.top_title(plan), look="heading", span=_COLUMNS - 1),
        _top_sentence(top),
        *headings,
    ]
    return Sheet(
        "Dashboard",
        "Dashboard: progress of the win-back",
        f"On {plan.as_of:%Y-%m-%d}{f', amounts in {plan.currency}' if plan.currency else ''}. The numbers below follow what you type in Campaign and Settings.",
        cells=tuple(cells),
        tables=(owners, top.table, *tables),
        charts=_charts(plan),
        widths=dict.fromkeys(range(_COLUMNS), _WIDTH),
        heights={row + part: points for row in _TILES for part, points in enumerate(_TILE_HEIGHTS)},
        gridlines=False,
        landscape=False,
        breaks=(start, next(cell.row for cell in headings if cell.value == dashboard_tables.BEHIND)),
    )
