"""Columns of a list of customers, complaints or reps that nobody reads: named, so that none is thought to count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.inputs.kinds.findings import Finding
from winback_xl.inputs.spelling import brief
from winback_xl.schema.columns import INCIDENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winback_xl.inputs.row_status import Rows

_SHOWN = 12  # headings that a message lists
_COSTS = frozenset(("direct_loss", "hours_down", "rework", "penalties", "days_late"))


def named(rows: Rows) -> Iterator[Finding]:
    """Report the columns that are not used; a warning where none of the used ones says what a complaint cost.

    A system that we know has its columns chosen on purpose, so its other columns are not reported.
    """
    if not rows.spare or rows.help.export is not None:
        return
    title = rows.table.title
    listed = ", ".join(f"'{brief(heading)}'" for heading in rows.spare[:_SHOWN])
    if len(rows.spare) > _SHOWN:
        listed += f" and {len(rows.spare) - _SHOWN:,} more"
    what = f"Not used: {listed}."
    option = f"--column '{title}:OUR HEADING=THEIR HEADING'"
    fix = f"If one of them is a column of {title}, name it: {option}."
    costless = rows.table is INCIDENTS and _COSTS.isdisjoint(rows.frame.columns)
    if costless:
        what = f"No column says what a complaint cost the customer, so every loss counts as unknown. {what}"
        fix = "If one of them is the loss in money, name it: --column 'Incidents:Direct loss=HEADING'."
    yield Finding("columns-not-used", "warning" if costless else "note", what, fix)
