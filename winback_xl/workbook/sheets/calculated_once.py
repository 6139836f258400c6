"""What every row of Campaign needs, calculated once in Lists: it follows the settings at once, and the rows stay short."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.lifetime_value.customer_value import annuity
from winback_xl.core.make_good import approvers
from winback_xl.core.tracking import due
from winback_xl.workbook.sheets.parts import text_field
from winback_xl.workbook.sheets.row_formulas import CALLS, COUNSEL, FROM, LIMITS, ONCE, WORDS, YEARS
from winback_xl.workbook.spec import Cell, Field, Table

if TYPE_CHECKING:
    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.settings import Settings

_ABOUT = {
    COUNSEL: "Names that may approve for Counsel, as Approved by is compared with them.",
    LIMITS: "Reps with a limit of their own, as Owner is looked up in them.",
    YEARS: "What 1 a year is worth over the years counted, kept and discounted: Concession in all.",
    **{f"{CALLS}_{number}": f"Days from the win to aftercare call {number}." for number in range(1, 1 + len(due.AFTERCARE))},
}  # fmt: skip
_LONG_AGO = -1e6  # days overdue, below any
_WORDS_AT = 4  # column of the second table


def values_of(settings: Settings) -> dict[str, float | str]:
    """Return what the cells of `ONCE` give."""
    return {
        COUNSEL: f",{settings.counsel_names.replace(', ', ',').lower()},",
        LIMITS: approvers.as_searched(settings),
        YEARS: annuity(settings.future_years, settings.discount, settings.keep),
        **{
            f"{CALLS}_{number}": float(getattr(settings, name))
            for number, name in enumerate(due.AFTERCARE, start=1)
        },
    }


def tables(
    plan: Plan, row: int
) -> tuple[tuple[Table, Table], list[Cell], tuple[tuple[str, int, int, int, int], ...]]:
    """Return the tables, the cells with formulas on the first of them, and the areas with a name.

    Parameters
    ----------
    plan : Plan
    row : int
        Row of the headings in Lists, 0-based.
    """
    values = values_of(plan.settings)
    cells = [
        Cell(
            row + 1 + place,
            1,
            values[name],
            look="text" if isinstance(values[name], str) else "number",
            kind="text" if isinstance(values[name], str) else "number",
            formula=formula,
            name=name,
        )
        for place, (name, formula) in enumerate(ONCE.items())
    ]
    once = Table(
        "tblOnce", row, 0,
        (
            text_field("Name", list(ONCE)),
            Field("Value", np.array([values[name] for name in ONCE], dtype=object), "text", "formula", help="Follows Settings at once."),
            text_field("What it is", [_ABOUT[name] for name in ONCE]),
        ),
        alt="What every row of Campaign needs, calculated once", arrows=False,
    )  # fmt: skip
    late, now, soon, later, _ = due.WHEN_DUE
    when = Table(
        "tblWhenDue", row, _WORDS_AT,
        (
            Field("Days overdue from", np.array([_LONG_AGO, -float(due.SOON), 0.0, 1.0]), "count", "calculated", help="As in the hidden column Days overdue.", name=FROM),
            text_field("When due says", [later, soon, now, late], name=WORDS),
        ),
        alt="From how many days overdue When due says what", arrows=False,
    )  # fmt: skip
    first = row + 1 + list(ONCE).index(f"{CALLS}_1")
    return (once, when), cells, ((CALLS, first, 1, first + len(due.AFTERCARE) - 1, 1),)
