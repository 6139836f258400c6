"""The numbers of this morning, each as a named cell on Numbers and as its value: Today, Checks and the report say the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.outcomes import headline
from winback_xl.core.tracking import cell_values, due
from winback_xl.core.tracking import due as standing
from winback_xl.workbook.sheets.followed import followed
from winback_xl.workbook.sheets.parts import numbers, texts
from winback_xl.workbook.spec import Cell

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.schema.columns import Kind

    Flags = NDArray[np.bool_]

SHOWN = "tblCampaign[Shown],1"
OPEN = f'tblCampaign[Where it stands],">0",tblCampaign[Where it stands],"<{standing.WON}"'
CONFIRMED = f"tblCampaign[Where it stands],{standing.CONFIRMED}"
LATE = 'tblCampaign[Act by],"<"&set_as_of'
TODAY = "tblCampaign[Act by],set_as_of"
WORTH = "tblCampaign[Worth]"
RISK = "tblCampaign[Annual revenue]"


@dataclass(frozen=True, slots=True)
class Rows:
    """The campaign as its formulas show it now, with what Today counts."""

    frame: pd.DataFrame
    open: Flags
    late: Flags
    confirmed: Flags
    worth: NDArray[np.float64]
    risk: NDArray[np.float64]
    added: NDArray[np.float64]

    def owner(self) -> pd.Series:
        """Return who has each account, as people typed it."""
        return texts(self.frame, "owner").astype(str)


def rows_of(plan: Plan) -> Rows:
    """Return the rows of a plan."""
    frame = followed(plan)
    step = numbers(frame, "step")
    return Rows(
        frame,
        (step > 0) & (step < standing.WON),
        numbers(frame, "days_overdue") > 0,
        step == standing.CONFIRMED,
        np.maximum(numbers(frame, "worth"), 0.0),
        np.maximum(numbers(frame, "annual_revenue"), 0.0),
        numbers(frame, "added"),
    )


@dataclass(frozen=True, slots=True)
class Named:
    """A number with its name in the workbook, what it means, its formula and its value."""

    name: str
    what: str
    kind: Kind
    formula: str
    value: float


def named(rows: Rows) -> tuple[Named, ...]:
    """Return all of them; each follows the owner chosen on Today."""
    frame = rows.frame
    days = cell_values.numbers(frame["days_overdue"]).to_numpy(float)
    contacted, key = frame["contacted"].to_numpy(float), frame["call_key"].to_numpy(float)
    said = numbers(frame, "step") >= standing.WON
    recovered = numbers(frame, "net_recovered")
    revenue = numbers(frame, "won_revenue")
    count: Kind = "count"
    money: Kind = "money"
    items: tuple[tuple[str, str, Kind, str, float], ...] = (
        ("open", "Accounts in play: worked on and not closed", count, f"COUNTIFS({SHOWN},{OPEN})", rows.open.sum()),
        ("risk", "What they bought in the year before their last order", money,
         f'SUMIFS({RISK},{SHOWN},{OPEN},{RISK},">0")', rows.risk[rows.open].sum()),
        ("late", "Overdue", count, f"COUNTIFS({SHOWN},{LATE})", rows.late.sum()),
        ("late_worth", "What the overdue ones that are not won yet are worth to us", money,
         f'SUMIFS({WORTH},{SHOWN},{LATE},{WORTH},">0",tblCampaign[Outcome],"<>Won")', rows.worth[rows.late & (texts(frame, "outcome") != "Won")].sum()),
        ("week_late", "Overdue by more than a week", count, f'COUNTIFS({SHOWN},tblCampaign[Act by],"<"&(set_as_of-7))', (days > 7).sum()),
        ("today", "Due today", count, f"COUNTIFS({SHOWN},{TODAY})", (days == 0).sum()),
        ("calls", "To call: overdue or due today", count, 'COUNTIFS(tblCampaign[Call key],">0")', (key > 0).sum()),
        ("soon", "To call in the next 7 days", count, 'COUNTIFS(tblCampaign[Call key],">=-1",tblCampaign[Call key],"<0")', ((key >= -1) & (key < 0)).sum()),
        ("approve", "To approve, now or in the next 7 days", count, f'COUNTIF(tblCampaign[Call key],"<{due.TO_APPROVE}")', (key < due.TO_APPROVE).sum()),
        ("worked", "Accounts worked on, closed ones too", count, f'COUNTIFS({SHOWN},tblCampaign[Contacted],">=0")', (~np.isnan(contacted)).sum()),
        ("contacted", "Of these, we spoke with", count, f"SUMIFS(tblCampaign[Contacted],{SHOWN})", np.nansum(contacted)),
        ("won", "Won, and confirmed by the customer", count, f"COUNTIFS({SHOWN},{CONFIRMED})", rows.confirmed.sum()),
        ("said", "Said to be won, confirmed or not", count,
         f'COUNTIFS({SHOWN},tblCampaign[Where it stands],">={standing.WON}")', said.sum()),
        ("revenue", "New revenue of confirmed wins", money, f"SUMIFS(tblCampaign[Won revenue],{SHOWN},{CONFIRMED})", revenue[rows.confirmed].sum()),
        ("net", "Net: margin won less cost, less what would have come without us", money, f"SUMIFS(tblCampaign[Net added],{SHOWN})", rows.added.sum()),
        ("based", "Accounts of which we know what returns anyway", count, "COUNT(tblCampaign[Returns anyway])",
         cell_values.numbers(frame["anyway"]).notna().sum() if "anyway" in frame else 0),
        ("anyway", "What would have come without us", money, f"SUMIFS(tblCampaign[Net recovered],{SHOWN})-now_net", recovered.sum() - rows.added.sum()),
    )  # fmt: skip
    return tuple(
        Named(f"now_{name}", what, kind, f"={formula}", float(value))
        for name, what, kind, formula, value in items
    )


def cells(items: tuple[Named, ...], row: int) -> list[Cell]:
    """Return them as cells of Numbers, one below the other: what, and how much."""
    found = []
    for at, item in enumerate(items, start=row):
        found += [
            Cell(at, 0, item.what, look="list"),
            Cell(at, 1, item.value, look="list", kind=item.kind, formula=item.formula, name=item.name),
        ]
    return found


def sentence(items: tuple[Named, ...], currency: str) -> tuple[str, str]:
    """Return the headline and its formula."""
    value = {item.name.removeprefix("now_"): item.value for item in items}
    said = headline.sentence(
        headline.Standing(
            value["open"], value["late"], value["late_worth"], value["today"], value["contacted"], value["won"], value["risk"]
        ),
        currency,
    )  # fmt: skip
    names = ("late", "late_worth", "open", "today", "contacted", "won", "risk")
    return said, headline.formula(currency.replace('"', '""'), *(f"now_{name}" for name in names))
