"""The tables of the Dashboard: the top accounts, the causes, and the numbers that the charts draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.tracking import due, follow_through
from winback_xl.schema.columns import LISTS
from winback_xl.workbook.sheets import counts
from winback_xl.workbook.sheets.followed import followed
from winback_xl.workbook.sheets.lists import STAGES
from winback_xl.workbook.sheets.parts import has_money, numbers, text_field, texts
from winback_xl.workbook.spec import Cell, Field, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.core.campaign.campaign_plan import Plan

CAUSES = 10
"""Causes shown: a free-text column may hold as many as there are complaints."""

OWNERS, OTHERS = 30, "Nobody, or others"
"""Most owners shown, and the row of all the rest."""

BEHIND = "The numbers behind the charts"
"""Heading of the last block, which starts a page of its own in print."""

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
            Field("Customer", texts(chosen, "customer"), "long", "calculated"),
            Field("Level", texts(chosen, "level"), "text", "calculated"),
            Field("Status", texts(chosen, "status"), "text", "calculated"),
            Field("One mistake away", texts(chosen, "one_mistake_away"), "yesno", "calculated",
                  help="Yes: one serious mistake could end the relationship."),
            *money,
        ),
        alt="The largest customers, their level, and the revenue that one serious mistake would cost",
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
    )  # fmt: skip


def by_stage(plan: Plan, row: int) -> Table:
    """Return the accounts in each stage."""
    words = tuple(stage for stage, *_ in STAGES)
    stage = texts(plan.campaign, "stage")
    value = _sums(stage, numbers(plan.campaign, "expected_value"), words)
    return Table(
        "tblByStage", row, 0,
        (
            text_field("Stage", list(words)),
            _formula("Accounts", _counts(stage, words), "count",
                     "=COUNTIF(tblCampaign[Stage],tblByStage[@[Stage]])"),
            _formula("Expected value", value, "money",
                     "=SUMIFS(tblCampaign[Expected value],tblCampaign[Stage],tblByStage[@[Stage]])"),
        ),
        alt="Accounts of the campaign by stage",
    )  # fmt: skip


def _exactly(cells: str) -> str:
    """Return the criterion that finds a text as people typed it, and takes no sign in it for a wildcard or a test."""
    for sign in "~*?":
        cells = f'SUBSTITUTE({cells},"{sign}","~{sign}")'
    return f'"="&{cells}'


def by_owner(plan: Plan, row: int) -> Table:
    """Return what each owner has to do: accounts at work by when their next step is due, the latest first.

    The last row counts the accounts of nobody and of owners who were typed in since.
    """
    owner = texts(plan.campaign, "owner")
    when = followed(plan)["when_due"]
    folded = owner.str.casefold()
    late = when.eq(due.WHEN_DUE[0]).groupby(folded).sum()
    first = owner[owner.str.strip() != ""].groupby(folded).first()
    names = sorted(first.index, key=lambda name: (-late[name], name))[:OWNERS]
    listed = [*(first[name] for name in names), OTHERS]

    def accounts(word: str) -> Field:
        hit = folded[when == word]
        values = [float((hit == name).sum()) for name in names]
        others, own = (
            f'COUNTIFS(tblCampaign[Owner],{_exactly(cells)},tblCampaign[When due],"{word}")'
            for cells in ("tblByOwner[Owner]", "tblByOwner[@[Owner]]")
        )
        return _formula(
            word, np.array([*values, len(hit) - sum(values)]), "count",
            f'=IF(tblByOwner[@[Owner]]="{OTHERS}",COUNTIF(tblCampaign[When due],"{word}")'
            f"-SUMPRODUCT({others}),{own})",
        )  # fmt: skip

    return Table(
        "tblByOwner", row, 0, (text_field("Owner", listed), *map(accounts, due.WHEN_DUE)),
        alt="Accounts at work of each owner by when their next step is due",
    )  # fmt: skip


def by_decision(plan: Plan, row: int) -> Table:
    """Return the accounts for each proposed decision."""
    words = LISTS["Decision"]
    decision = texts(plan.campaign, "decision")

    def total(heading: str, name: str) -> Field:
        return _formula(
            heading, _sums(decision, numbers(plan.campaign, name), words), "money",
            f"=SUMIFS(tblCampaign[{heading}],tblCampaign[Decision],tblByDecision[@[Decision]])",
        )  # fmt: skip

    return Table(
        "tblByDecision", row, 0,
        (
            text_field("Decision", list(words)),
            _formula("Accounts", _counts(decision, words), "count",
                     "=COUNTIF(tblCampaign[Decision],tblByDecision[@[Decision]])"),
            _formula("To pursue", _counts(decision[follow_through.pursued(plan.campaign)], words), "count",
                     counts.pursued_by_decision()),
            total("Expected value", "expected_value"),
            total("Our cost", "our_cost"),
        ),
        alt="Accounts of the campaign by the decision proposed",
    )  # fmt: skip


def by_approver(plan: Plan, row: int) -> Table:
    """Return the proposed make-goods by who may decide them."""
    words = LISTS["Approver"]
    cost = numbers(plan.campaign, "our_cost")
    approver = texts(plan.campaign, "approver")
    return Table(
        "tblByApprover", row, 0,
        (
            text_field("Approver", list(words)),
            _formula("Offers", _counts(approver[cost > 0], words), "count",
                     '=COUNTIFS(tblCampaign[Approver],tblByApprover[@[Approver]],tblCampaign[Our cost],">0")'),
            _formula("Our cost", _sums(approver, cost, words), "money",
                     "=SUMIFS(tblCampaign[Our cost],tblCampaign[Approver],tblByApprover[@[Approver]])"),
        ),
        alt="Proposed make-goods and tokens by approver",
    )  # fmt: skip


def causes(plan: Plan, row: int) -> Table:
    """Return the most frequent causes on file."""
    most = plan.causes.head(CAUSES)
    return Table(
        "tblCauses", row, 0,
        (
            Field("Cause", texts(most, "cause"), "long", "calculated"),
            Field("Customers", numbers(most, "customers"), "count", "calculated"),
            Field("Share", numbers(most, "share"), "share", "calculated",
                  help="Of the customers with a known cause."),
            Field("Proposed", texts(most, "proposed"), "text", "calculated",
                  help="Specific: fix it for this customer. Systemic: fix it for everybody."),
            Field("Fix, for each", _amounts(most, "fix_share"), "money", "calculated",
                  help="Cost of the fix per customer affected; blank: cost not known."),
            Field("If all asked the same", _amounts(most, "exposure"), "money", "calculated",
                  help="What the price concession would cost a year if every comparable customer asked for it."),
        ),
        alt="Causes, customers lost to each, whether the cause is systemic, and what a fix or a concession costs",
    )  # fmt: skip


def _amounts(causes: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """Return amounts, blank where there is nothing to pay."""
    known = numbers(causes, name)
    return np.where(known > 0, known, np.nan)


def _causes_told(plan: Plan, row: int) -> list[Cell]:
    """Return a sentence for each cost in the table of causes, with the numbers it was reached from."""
    most = plan.causes.head(CAUSES)
    told = [text for name in ("fix_why", "exposure_why") for text in texts(most, name) if text]
    return [Cell(row + place, 0, text, look="text", span=5) for place, text in enumerate(told)]


def _causes_note(plan: Plan) -> str:
    rule = (
        f"A cause shared by {plan.settings.systemic_customers} or more customers, or by {plan.settings.systemic_share:.0%} of those"
        " with a known cause, is systemic: it needs one fix for everybody."
    )
    more = len(plan.causes) - CAUSES
    return f"{rule} {more} less frequent causes are not shown." if more > 0 else rule


def below(plan: Plan, row: int) -> tuple[tuple[Table, ...], list[Cell]]:
    """Return the causes and the tables behind the charts, one below the other, with their headings."""
    tables, headings = [], []
    if len(plan.causes):
        headings = [
            Cell(row, 0, "Why they leave", look="heading", span=5),
            Cell(row + 1, 0, _causes_note(plan), look="text", span=5),
        ]
        tables = [causes(plan, row + 2)]
        row = tables[0].row + tables[0].rows + 1
        told = _causes_told(plan, row)
        headings += told
        row += len(told) + 1
    ripple = counts.ripple(plan)
    if ripple.value:
        headings += [
            Cell(row, 0, "Referrals at risk", look="heading", span=5),
            Cell(row + 1, 0, ripple.value, look="text", formula=ripple.formula, span=5),
        ]
        row += 3
    headings.append(Cell(row, 0, BEHIND, look="heading", span=5))
    row += 1
    for make in (by_level, by_status, by_stage, by_decision, by_approver):
        tables.append(make(plan, row))
        row = tables[-1].row + tables[-1].rows + 2
    return tuple(tables), headings
