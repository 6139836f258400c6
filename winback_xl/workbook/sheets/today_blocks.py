"""The blocks of Today: how far each owner, region, level and month is. Each cell is a formula with its value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.tracking import cell_values
from winback_xl.core.tracking import due as standing
from winback_xl.schema.columns import LISTS
from winback_xl.workbook.sheets import now
from winback_xl.workbook.sheets.numbers_tables import exactly
from winback_xl.workbook.sheets.parts import numbers, texts
from winback_xl.workbook.spec import Cell, Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.schema.columns import Kind
    from winback_xl.workbook.sheets.now import Rows

OWNERS, REGIONS, MONTHS = 8, 5, 4
"""Rows of the lists: owners and regions named, and months."""

OTHERS = "Nobody, or others"
"""The row of everybody who is not named."""

NO_REGION = "No region"
_COLUMNS = ("Open", "Contacted", "Late", "At risk a year", "Worth", "Won", "Net")
_KINDS: tuple[Kind, ...] = ("count", "share", "count", "money", "money", "count", "money")


@dataclass(slots=True)
class Block:
    """Cells from top to bottom, and the colours on them."""

    row: int
    cells: list[Cell] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    titles: list[int] = field(default_factory=list)

    def title(self, text: str, formula: str = "") -> None:
        """Start a list, a free row below the one before."""
        self.row += bool(self.titles)
        self.cells.append(Cell(self.row, 0, text, look="section", formula=formula))
        self.titles.append(self.row)
        self.row += 1

    def heads(self, first: str, headings: tuple[str, ...], kinds: tuple[Kind, ...]) -> None:
        """Name the columns."""
        self.cells.append(Cell(self.row, 0, first, look="list head"))
        for col, (text, kind) in enumerate(zip(headings, kinds, strict=True), start=1):
            self.cells.append(
                Cell(self.row, col, text, look="bar head" if kind == "share" else "list head", kind=kind)
            )
        self.row += 1


def _row_formulas(criteria: str, shown: str) -> tuple[str, ...]:
    """Return the seven formulas of a row; ``{n}`` is its number."""
    both = f"{criteria},{shown}" if shown else criteria
    return (
        f"=COUNTIFS({both},{now.OPEN})",
        f'=IF(COUNTIFS({both},tblCampaign[Contacted],">=0")=0,0,SUMIFS(tblCampaign[Contacted],{both})/COUNTIFS({both},tblCampaign[Contacted],">=0"))',
        f"=COUNTIFS({both},{now.LATE})",
        f'=SUMIFS({now.RISK},{both},{now.OPEN},{now.RISK},">0")',
        f'=SUMIFS({now.WORTH},{both},{now.OPEN},{now.WORTH},">0")',
        f"=COUNTIFS({both},{now.CONFIRMED})",
        f"=SUMIFS(tblCampaign[Net added],{both})",
    )


def _row_values(rows: Rows, hit: NDArray[np.bool_]) -> tuple[float, ...]:
    contacted = rows.frame["contacted"].to_numpy(float)
    worked = hit & ~np.isnan(contacted)
    return (
        float((hit & rows.open).sum()),
        float(contacted[worked].mean()) if worked.any() else 0.0,
        float((hit & rows.late).sum()),
        float(rows.risk[hit & rows.open].sum()),
        float(rows.worth[hit & rows.open].sum()),
        float((hit & rows.confirmed).sum()),
        float(rows.added[hit].sum()),
    )


def _write(block: Block, label: str, formulas: tuple[str, ...], values: tuple[float, ...]) -> None:
    block.cells.append(Cell(block.row, 0, label, look="list"))
    for col, (formula, value, kind) in enumerate(zip(formulas, values, _KINDS, strict=True), start=1):
        block.cells.append(
            Cell(
                block.row,
                col,
                value,
                look="bar" if kind == "share" else "list",
                kind=kind,
                formula=formula.replace("{n}", str(block.row + 1)),
            )
        )
    block.row += 1


def _write_later(block: Block, formula: str) -> None:
    """Write the row of an owner whom a formula names; it is blank until there is one."""
    block.cells.append(Cell(block.row, 0, "", look="list", formula=formula))
    columns = _row_formulas(f"tblCampaign[Owner],{exactly('$A{n}')}", "")
    for col, (one, kind) in enumerate(zip(columns, _KINDS, strict=True), start=1):
        shown = f'=IF($A{{n}}="","",{one[1:]})'.replace("{n}", str(block.row + 1))
        block.cells.append(
            Cell(block.row, col, "", look="bar" if kind == "share" else "list", kind=kind, formula=shown)
        )
    block.row += 1


def _dress(block: Block, first: int) -> None:
    """Draw bars behind shares, and colour what is late by more than average, and losses."""
    last, one = block.row - 1, first + 1
    late = f"=AND($D{one}>0,$D{one}*SUM($B${one}:$B${last + 1})>=$B{one}*SUM($D${one}:$D${last + 1}))"
    block.marks += [
        Mark(first, 2, last, 2, "bar"),
        Mark(first, 3, last, 3, "bad", late),
        Mark(first, 7, last, 7, "bad", f"=$H{one}<0"),
    ]


def by_owner(plan: Plan, rows: Rows, block: Block, named_later: Sequence[str] = ()) -> None:
    """Compare the owners, whoever is chosen above: the largest number of late accounts first; the last row has all others.

    ``named_later`` are formulas that give the owners where people type them into an empty campaign.
    """
    owner = rows.owner()
    folded = owner.str.casefold()
    late = pd.Series(rows.late, index=owner.index).groupby(folded).sum()
    first_spelling = owner[owner.str.strip() != ""].groupby(folded).first()
    names = sorted(first_spelling.index, key=lambda name: (-late[name], name))[:OWNERS]
    block.title(f"By owner{', amounts in ' + plan.currency if plan.currency else ''}")
    block.heads("Owner", _COLUMNS, _KINDS)
    start = block.row
    for name in names:
        formulas = _row_formulas(f"tblCampaign[Owner],{exactly('$A{n}')}", "")
        _write(block, first_spelling[name], formulas, _row_values(rows, (folded == name).to_numpy()))
    for formula in named_later[: OWNERS - len(names)]:
        _write_later(block, formula)
    _others(block, rows, start, (~folded.isin(names)).to_numpy())
    _dress(block, start)


def _others(block: Block, rows: Rows, start: int, hit: NDArray[np.bool_]) -> None:
    """Write the row of those who are not named: all less the rows above; a share is not a difference, so it has none."""
    values = _row_values(rows, hit)
    block.cells += [Cell(block.row, 0, OTHERS, look="list"), Cell(block.row, 2, None, look="list")]
    for col, (formula, value, kind) in enumerate(
        zip(_row_formulas('tblCampaign[Shown],">=0"', ""), values, _KINDS, strict=True), start=1
    ):
        if kind == "share":
            continue
        letter = "ABCDEFGH"[col]
        above = f"SUM({letter}{start + 1}:{letter}{block.row})" if block.row > start else "0"
        cell = Cell(
            block.row,
            col,
            round(value, 2),
            look="list",
            kind=kind,
            formula=f"=ROUND({formula[1:]}-{above},2)",
        )
        block.cells.append(cell)
    block.row += 1


def by_region(rows: Rows, block: Block) -> None:
    """Compare the regions of the accounts shown, where the customer list has any."""
    region = texts(rows.frame, "region").astype(str)
    if not (region.str.strip() != "").any():
        return
    block.title("By region")
    block.heads("Region", _COLUMNS, _KINDS)
    start = block.row
    sizes = pd.Series(rows.open, index=region.index).groupby(region).sum()
    for name in [one for one in sizes.sort_values(ascending=False, kind="stable").index if one.strip()][
        :REGIONS
    ]:
        formulas = _row_formulas(f"tblCampaign[Region],{exactly('$A{n}')}", now.SHOWN)
        _write(
            block, name, formulas, _row_values(rows, (region.str.casefold() == name.casefold()).to_numpy())
        )
    _dress(block, start)


def by_level(rows: Rows, block: Block) -> None:
    """Compare the levels of the accounts shown."""
    level = texts(rows.frame, "level")
    block.title("By level")
    block.heads("Level", _COLUMNS, _KINDS)
    start = block.row
    for name in reversed(LISTS["Level"]):
        _write(
            block,
            name,
            _row_formulas("tblCampaign[Level],$A{n}", now.SHOWN),
            _row_values(rows, (level == name).to_numpy()),
        )
    _dress(block, start)


def by_month(plan: Plan, rows: Rows, block: Block) -> None:
    """Show wins, new revenue and net of the last months, by the day the money counts from."""
    frame, today = rows.frame, plan.as_of
    block.title("By month")
    kinds: tuple[Kind, ...] = ("count", "text", "text", "money", "text", "text", "money")
    block.heads("Month", ("Won", "", "", "New revenue", "", "", "Net"), kinds)
    on, won_on = cell_values.days(frame["money_on"]), cell_values.days(frame["won_date"])
    revenue = numbers(frame, "won_revenue")
    first = block.row
    for back in range(MONTHS):
        start = (today.replace(day=1) - pd.DateOffset(months=back)).normalize()
        end = start + pd.DateOffset(months=1)
        begin = (
            f"DATE(YEAR(set_as_of),MONTH(set_as_of)-{back},1)"
            if back
            else "DATE(YEAR(set_as_of),MONTH(set_as_of),1)"
        )
        n = block.row + 1
        wins = f'{now.SHOWN},{now.CONFIRMED},tblCampaign[Won date],">="&$A{n},tblCampaign[Won date],"<"&EDATE($A{n},1)'
        money = f'{now.SHOWN},tblCampaign[Money on],">="&$A{n},tblCampaign[Money on],"<"&EDATE($A{n},1)'
        hit = (won_on >= start).to_numpy() & (won_on < end).to_numpy() & rows.confirmed
        paid = (on >= start).to_numpy() & (on < end).to_numpy()
        block.cells += [
            Cell(block.row, 0, start.date(), look="month", kind="date", formula=f"={begin}"),
            Cell(block.row, 1, float(hit.sum()), look="list", kind="count", formula=f"=COUNTIFS({wins})"),
            *(Cell(block.row, col, None, look="list") for col in (2, 3, 5, 6)),
            Cell(
                block.row,
                4,
                float(revenue[hit].sum()),
                look="list",
                kind="money",
                formula=f"=SUMIFS(tblCampaign[Won revenue],{wins})",
            ),
            Cell(
                block.row,
                7,
                float(rows.added[paid].sum()),
                look="list",
                kind="money",
                formula=f"=SUMIFS(tblCampaign[Net added],{money})",
            ),
        ]
        block.row += 1
    block.marks.append(Mark(first, 7, block.row - 1, 7, "bad", f"=$H{first + 1}<0"))


def stands(rows: Rows) -> list[float]:
    """Return how many accounts wait at each step, and how many are won."""
    step = numbers(rows.frame, "step")
    return [
        *(float((step == at).sum()) for at in range(1, standing.WON)),
        float((step >= standing.WON).sum()),
    ]
