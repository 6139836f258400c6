"""The Campaign sheet: the list that people work on, with formulas that say what is due and what is missing."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from winback_xl.core.tracking import due, follow_through, gate
from winback_xl.schema import columns
from winback_xl.workbook.formulas import column_letters
from winback_xl.workbook.sheets.parts import HEADER_ROW, fields
from winback_xl.workbook.spec import Cell, Fold, Rule, Sheet, Table

if TYPE_CHECKING:
    from collections.abc import Collection

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.workbook.spec import Field


def _cell(heading: str) -> str:
    return f"[@[{heading}]]"


def _number(heading: str) -> str:
    """Return a cell as a number, 0 where somebody typed words or where it holds an error."""
    return f"IFERROR(N({_cell(heading)}),0)"


def _day(heading: str) -> str:
    """Return a test whether a cell holds a day, and not words."""
    return f"ISNUMBER({_cell(heading)})"


def _guarded(value: str, otherwise: str = '""') -> str:
    """Return a whole formula: what is typed into a cell never shows as an error in another."""
    return f"=IFERROR({value},{otherwise})"


_AT_WORK = f'OR({_cell("Outcome")}="",{_cell("Outcome")}="Open"),{(~gate.LEFT).excel}'

_DAYS_OVERDUE = _guarded(
    f"IF(AND({_AT_WORK},{_day('Next step due')},{_cell('Next step due')}<set_as_of),"
    f'set_as_of-INT({_cell("Next step due")}),"")'
)

_LATE, _NOW, _SOON, _LATER, _UNDATED = (f'"{word}"' for word in due.WHEN_DUE)
_DUE = _cell("Next step due")
_WHEN_DUE = _guarded(
    f'IF(NOT(AND({_AT_WORK})),"",IF(NOT({_day("Next step due")}),'
    f'IF(OR({_cell("Stage")}="Resting",{_cell("Customer ID")}=""),"",{_UNDATED}),'
    f"IF({_DUE}<set_as_of,{_LATE},IF({_DUE}<set_as_of+1,{_NOW},IF({_DUE}<set_as_of+8,{_SOON},{_LATER})))))"
)

_NEXT_UPDATE_DUE = _guarded(
    f'IF(AND({_AT_WORK},{_day("Last contact")},{_cell("Stage")}<>"Resting"),'
    f'WORKDAY({_cell("Last contact")},set_update_days),"")'
)

_CONFIRMED_WIN = f'{_cell("Outcome")}="Won",{_day("Customer confirmed")}'

_INCENTIVE = _guarded(
    f"IF(AND({_CONFIRMED_WIN},{_day('Won revenue')},set_incentive_rate>0),"
    f'MAX({_number("Won revenue")},0)*set_margin*set_incentive_rate,"")'
)

_SINCE_WON = f"IF({_day('Won date')},MAX(set_as_of-INT({_number('Won date')}),0),0)/365"

_NET_RECOVERED = _guarded(
    f'IF(COUNT({_cell("Won revenue")},{_cell("Actual cost")},{_cell("Incentive paid")})=0,"",'
    f"IF(AND({_CONFIRMED_WIN}),{_number('Won revenue')}*set_margin-{_number('Concession a year')}*{_SINCE_WON},0)"
    f"-{_number('Actual cost')}"
    f"-IF({_day('Incentive paid')},{_number('Incentive paid')},{_number('Incentive')}))"
)

# Over the years counted, kept and discounted as the future margin is: a price that is lower comes again each year.
_YEARS = (
    "IF(set_keep=1+set_discount,set_future_years,"
    "(1-(set_keep/(1+set_discount))^set_future_years)/(1-set_keep/(1+set_discount)))/(1+set_discount)"
)
_CONCESSION_COST = _guarded(
    f'IF({_number("Concession a year")}=0,"",{_number("Concession a year")}*{_YEARS})'
)


def _aftercare_due() -> str:
    """Return the first aftercare call since the last talk, so that a missed one stays due."""
    won, talked = f"INT({_cell('Won date')})", f"INT({_number('Last contact')})"
    calls = "".join(f"IF({talked}<{won}+set_{days},{won}+set_{days}," for days in due.AFTERCARE)
    closing = ")" * len(due.AFTERCARE)
    return _guarded(f'IF(OR({_cell("Outcome")}<>"Won",NOT({_day("Won date")})),"",{calls}""{closing})')


FORMULAS = MappingProxyType(
    {
        "when_due": _WHEN_DUE,
        "days_overdue": _DAYS_OVERDUE,
        "next_update_due": _NEXT_UPDATE_DUE,
        **gate.formulas(),
        "net_recovered": _NET_RECOVERED,
        "incentive": _INCENTIVE,
        "concession_cost": _CONCESSION_COST,
        "aftercare_due": _aftercare_due(),
    }
)
"""Native formula of each formula column; `winback_xl.core.tracking.follow_through.computed` gives the same values."""

RULES = (
    Rule('=AND({Agreed amount}<>"",{Listened}<>"Yes")', "bad", "Agreed amount"),
    Rule("=AND(ISNUMBER({Days overdue}),{Days overdue}>0)", "bad", "Days overdue"),
    Rule("=AND(ISNUMBER({Next update due}),{Next update due}<set_as_of)", "warn", "Next update due"),
    Rule('=AND({Outcome}="Won",{Customer confirmed}<>"")', "ok", "Outcome"),
    Rule('=AND(ISNUMBER({Open since}),{Customer confirmed}="",OR({Outcome}="",{Outcome}="Open"),set_as_of-{Open since}>set_solution_days)', "warn", "Open since"),
)  # fmt: skip
"""Colours next to the words that say the same: an amount before listening, overdue, update due, won, open too long."""

_PAGE = "Want back?"
"""Starts a printed page: before it stands what we know, from it on what people fill in."""

_HOW = "Gate names the next missing step; Lists shows its column. A refresh keeps what you typed. Click + for details."

EMPTY = "No customer is lapsed and no incident is open: there is nobody to win back today."


def _jumps(table: Table) -> list[Cell]:
    """Return links in the frozen corner to the columns to fill in, and back."""
    targets = (("Fill in", "Want back?"), ("Back", "Decision"))
    return [
        Cell(
            HEADER_ROW - 1,
            place,
            name,
            look="link",
            link=f"#'Campaign'!{column_letters(table.column(heading))}{HEADER_ROW + 1}",
        )
        for place, (name, heading) in enumerate(targets)
    ]


def _folds(opened: Collection[str]) -> tuple[Fold, ...]:
    return tuple(
        Fold(places[0], places[-1], topic in opened) for topic, places in columns.CAMPAIGN.topics.items()
    )


def _topics() -> list[Cell]:
    """Label the group button with the topic of the columns that it hides."""
    return [
        Cell(HEADER_ROW - 1, places[-1] + 1, f"{topic} +", look="instruction")
        for topic, places in columns.CAMPAIGN.topics.items()
    ]


def _pages(table: Table, opened: Collection[str]) -> tuple[int, ...]:
    """Return the columns that start a printed page: with each topic that is open comes a page of its own."""
    leads = (places[0] for topic, places in columns.CAMPAIGN.topics.items() if topic in opened)
    return tuple(sorted({table.column(_PAGE), *leads}))


def _answered_blank(made: tuple[Field, ...], plan: Plan) -> tuple[Field, ...]:
    """Say what the steps give in the row that stands empty where the plan has no customer."""
    empty = follow_through.computed(pd.DataFrame(index=range(1)), as_of=plan.as_of, settings=plan.settings)
    said = {columns.CAMPAIGN[name].heading: empty[name].iloc[0] for name in gate.GATES}
    return tuple(replace(field, blank=said.get(field.heading, "")) for field in made)


def sheet(plan: Plan, opened: Collection[str] = ()) -> Sheet:
    """Return one row a customer to win back.

    Parameters
    ----------
    plan : Plan
    opened : collection of str
        Topics whose columns are in sight; the others are folded.
    """
    computed = follow_through.computed(plan.campaign, as_of=plan.as_of, settings=plan.settings)
    frame = plan.campaign.assign(**{name: computed[name] for name in computed.columns})
    table = Table(
        columns.CAMPAIGN.name,
        HEADER_ROW,
        0,
        _answered_blank(fields(columns.CAMPAIGN, frame, formulas=FORMULAS), plan),
        alt="Every customer to win back: who, why now, what to offer, what was done and what is missing",
        rules=RULES,
        lines=2,
    )
    beside = table.column("Decision")  # the first column in sight next to those that stay
    how = _HOW if len(plan.campaign) else EMPTY
    return Sheet(
        "Campaign",
        f"Campaign {plan.campaign_id}",
        "Fill in the columns from Want back? to Notes.",  # as short as the columns that every printed page repeats
        cells=(Cell(1, beside, how, look="note"), *_jumps(table), *_topics()),
        tables=(table,),
        freeze=(HEADER_ROW + 1, 3),
        pages=_pages(table, opened),
        repeat=3,
        folds=_folds(opened),
    )
