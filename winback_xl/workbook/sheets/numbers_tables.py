"""The tables of Numbers: the top customers, the causes, and what the charts of Today and Retention draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.tracking import follow_through
from winback_xl.schema.columns import LISTS
from winback_xl.workbook.sheets import causes_table, counts, decision_table
from winback_xl.workbook.sheets.lists import STAGES
from winback_xl.workbook.sheets.parts import has_money, numbers, text_field, texts
from winback_xl.workbook.spec import Cell, Field, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.core.campaign.campaign_plan import Plan

_AFTER_A_MISTAKE = ("Compares you with competitors", "The habit breaks", "Stays")


@dataclass(frozen=True, slots=True)
class Top:
    """The stress view: what is where, and what its sentence says."""

    table: Table
    heading: int
    away: int
    at_stake: float
    unit: str

    @property
    def rows(self) -> int:
        """Accounts in the view."""
        return self.table.rows

    @property
    def end(self) -> int:
        """First free row below."""
        return self.table.row + max(self.rows, 1) + 2


def top_title(plan: Plan) -> str:
    """Return the heading of the stress view."""
    by = "by revenue of the last 12 months" if has_money(plan) else "by days with an order"
    return f"Your top {min(plan.settings.top_accounts, len(plan.segments))} customers {by}"


def top_accounts(plan: Plan, heading: int) -> Top:
    """Return the largest customers, and for each whether one big mistake would end it (article 000).

    Parameters
    ----------
    plan : Plan
    heading : int
        Row of the heading; the table starts two rows below.
    """
    unit = "revenue_12m" if has_money(plan) else "order_days"
    size = pd.Series(numbers(plan.segments, unit), index=plan.segments.index)
    order = size.sort_values(ascending=False, kind="stable").index[: plan.settings.top_accounts]
    chosen = plan.segments.loc[order]
    away = (texts(chosen, "one_mistake_away") == "Yes").to_numpy()
    worth = size.loc[order].to_numpy()
    at_stake = np.where(away, worth, 0.0)
    money: tuple[Field, ...] = (
        Field("Order days", worth, "count", "calculated", help="Days with an order, in total."),
    )
    if has_money(plan):
        money = (
            Field("Revenue 12 m", worth, "money", "calculated", help="Orders less credits of the last 12 months."),
            Field("Revenue at stake", at_stake, "money", "formula", help="The revenue, if one serious mistake could end the relationship.",
                  formula='=IF(tblTop[@[One mistake away]]="Yes",tblTop[@[Revenue 12 m]],0)'),
        )  # fmt: skip
    table = Table(
        "tblTop",
        heading + 2,
        0,
        (
            Field("Customer", texts(chosen, "customer"), "text", "calculated"),
            Field("Level", texts(chosen, "level"), "text", "calculated"),
            Field("Status", texts(chosen, "status"), "text", "calculated"),
            Field("One mistake away", texts(chosen, "one_mistake_away"), "yesno", "calculated",
                  help="Yes: one serious mistake could end the relationship."),
            *money,
        ),
        alt="The largest customers, their level, and the revenue that one serious mistake would cost",
        plain=True,
    )  # fmt: skip
    unit = "money" if has_money(plan) else "orders"
    return Top(table, heading, int(away.sum()), float(at_stake.sum()), unit)


def _sums(keys: pd.Series, values: NDArray[np.float64], words: tuple[str, ...]) -> NDArray[np.float64]:
    """Sum values by word, in the order of the words; what SUMIFS gives."""
    found = pd.Series(values).groupby(keys.to_numpy()).sum()
    return np.array([found.get(word, 0.0) for word in words], dtype=np.float64)


def _counts(keys: pd.Series, words: tuple[str, ...]) -> NDArray[np.float64]:
    return _sums(keys, np.ones(len(keys)), words)


def _formula(heading: str, values: NDArray[np.float64], kind: str, formula: str) -> Field:
    return Field(heading, values, kind, "formula", formula=formula)  # type: ignore[arg-type]  # a Kind, by its callers


def _share_of(values: NDArray[np.float64]) -> NDArray[np.float64]:
    total = values.sum()
    return np.array([value / total if total else 0.0 for value in values])


def by_level(plan: Plan, row: int) -> Table:
    """Return customers and revenue of each level."""
    words = LISTS["Level"]
    level = texts(plan.segments, "level")
    customers = _counts(level, words)
    revenue = _sums(level, numbers(plan.segments, "revenue_12m"), words)
    return Table(
        "tblByLevel", row, 0,
        (
            text_field("Level", list(words)),
            text_field("After one serious mistake", list(_AFTER_A_MISTAKE)),
            _formula("Customers", customers, "count", "=COUNTIF(tblSegments[Level],tblByLevel[@[Level]])"),
            _formula("Share of customers", _share_of(customers), "share",
                     "=IF(SUM(tblByLevel[Customers])=0,0,tblByLevel[@[Customers]]/SUM(tblByLevel[Customers]))"),
            _formula("Revenue 12 m", revenue, "money",
                     "=SUMIFS(tblSegments[Revenue 12 m],tblSegments[Level],tblByLevel[@[Level]])"),
            _formula("Share of revenue", _share_of(revenue), "share",
                     "=IF(SUM(tblByLevel[Revenue 12 m])=0,0,tblByLevel[@[Revenue 12 m]]/SUM(tblByLevel[Revenue 12 m]))"),
        ),
        alt="Customers and revenue by level",
        plain=True,
    )  # fmt: skip


def by_status(plan: Plan, row: int) -> Table:
    """Return the customers of each status, in all and by level."""
    words = LISTS["Status"]
    status, level = texts(plan.segments, "status"), texts(plan.segments, "level")
    split = []
    for name in LISTS["Level"]:
        both = f'=COUNTIFS(tblSegments[Status],tblByStatus[@[Status]],tblSegments[Level],"{name}")'
        split.append(_formula(name, _counts(status[level == name], words), "count", both))
    return Table(
        "tblByStatus", row, 0,
        (
            text_field("Status", list(words)),
            _formula("Customers", _counts(status, words), "count",
                     "=COUNTIF(tblSegments[Status],tblByStatus[@[Status]])"),
            *split,
        ),
        alt="Customers by status and level",
        plain=True,
    )  # fmt: skip


def by_stage(plan: Plan, row: int) -> Table:
    """Return the accounts in each stage, and what those to pursue among them are worth."""
    words = tuple(stage for stage, *_ in STAGES)
    stage = texts(plan.campaign, "stage")
    pursued = follow_through.pursued(plan.campaign)
    value = _sums(stage, np.where(pursued, numbers(plan.campaign, "expected_value"), 0.0), words)
    same = "tblCampaign[Stage],tblByStage[@[Stage]]"
    worth = counts.both_ways(f"SUMIFS(tblCampaign[Expected value],{same},{{}})")
    return Table(
        "tblByStage", row, 0,
        (
            text_field("Stage", list(words)),
            _formula("Accounts", _counts(stage, words), "count", f"=COUNTIF({same})"),
            _formula("To pursue", _counts(stage[pursued], words), "count",
                     f"={counts.both_ways(f'COUNTIFS({same},{{}})')}"),
            _formula("Expected value", value, "money", f"={worth}"),
        ),
        alt="Accounts of the campaign by stage",
        plain=True,
    )  # fmt: skip


def exactly(cells: str) -> str:
    """Return the criterion that finds a text as people typed it, and takes no sign in it for a wildcard or a test."""
    for sign in "~*?":
        cells = f'SUBSTITUTE({cells},"{sign}","~{sign}")'
    return f'"="&{cells}'


def by_approver(plan: Plan, row: int) -> Table:
    """Return the proposed make-goods by who may decide them."""
    words = LISTS["Approver"]
    cost = np.where(follow_through.pursued(plan.campaign), numbers(plan.campaign, "our_cost"), 0.0)
    approver = texts(plan.campaign, "approver")
    return Table(
        "tblByApprover", row, 0,
        (
            text_field("Approver", list(words)),
            _formula("Offers", _counts(approver[cost > 0], words), "count",
                     f"={counts.offers_of_row('tblByApprover[@[Approver]]', 'Approver')}"),
            _formula("Our cost", _sums(approver, cost, words), "money",
                     f"={counts.cost_of_row('tblByApprover[@[Approver]]', 'Approver')}"),
        ),
        alt="Proposed make-goods and tokens by approver",
        plain=True,
    )  # fmt: skip


def below(plan: Plan, row: int) -> tuple[tuple[Table, ...], list[Cell]]:
    """Return the causes and the tables behind the charts, one below the other, with their headings."""
    tables, headings = [], []
    if len(plan.causes):
        headings = [
            Cell(row, 0, "Why they leave", look="section"),
            Cell(row + 1, 0, causes_table.note(plan), look="text", span=5),
        ]
        tables = [causes_table.table(plan, row + 2)]
        row = tables[0].row + tables[0].rows + 1
        stated = causes_table.stated(plan, row)
        headings += stated
        row += len(stated) + 1
    ripple = counts.ripple(plan)
    if ripple.value:
        headings += [
            Cell(row, 0, "Referrals at risk", look="section"),
            Cell(row + 1, 0, ripple.value, look="text", formula=ripple.formula, span=5),
        ]
        row += 3
    for title, make in BEHIND:
        headings.append(Cell(row, 0, title, look="section"))
        tables.append(make(plan, row + 1))
        row = tables[-1].row + tables[-1].rows + 2
    return tuple(tables), headings


BEHIND = (
    ("Customers by level", by_level), ("Customers by status and level", by_status), ("Accounts by stage", by_stage),
    ("Accounts by what is done", decision_table.table), ("Offers by approver", by_approver),
)  # fmt: skip
"""What stands behind charts and checks: title and table."""
