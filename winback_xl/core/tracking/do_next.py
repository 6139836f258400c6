"""Do next: one sentence a row. Somebody's own step, else the first thing that is missing, else the step of the stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.money import round_to
from winback_xl.core.tracking import gate
from winback_xl.schema.columns import CAMPAIGN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.core.tracking.campaign_rows import CampaignRows
    from winback_xl.core.tracking.progress import StageSteps

NO_CELL = "\u2013"
"""Stands in Lists where a step asks for no cell, and in Offer where there is none."""

NOTHING_OFFERED = ("Rest", "Let go")
"""Decisions with which nothing is offered, unless a person wants the account back."""

LEAST_SHOWN = 0.5
"""Smaller amounts are 0 in whole numbers."""

HELD = "Held for legal"
"""What Offer says until Counsel agrees."""


def sentences(rows: CampaignRows, steps: StageSteps) -> NDArray[np.object_]:
    """Return what to do now, shape (n,), "" where there is nothing to do.

    The gate's sentence gives way to the step of the stage where that one asks for the same cell.
    """
    asked = rows.filled_number("gate").astype(int)
    place = rows.filled_number("reached").astype(int) - 1
    idle = (rows.filled_number("closed") == 1) | rows.blank("customer_id")
    idle |= rows.is_("outcome", "Won") & np.isnat(rows.date("aftercare_due"))
    own, proposed, approver = rows.text("my_step"), rows.text("proposed"), rows.text("authority")
    of_stage = np.array([stage.next_step for stage in steps.stages], dtype=object)
    waits = asked > 0
    found = np.where(waits | idle, "", of_stage[place]).astype(object)
    found[waits] = _of_gate(steps)[asked[waits] - 1, place[waits]]
    for row in np.flatnonzero(np.isin(asked, _NAMES_APPROVER)).tolist():
        step = gate.STEPS[asked[row] - 1]
        if found[row] == step.says + gate.mark(step):  # a stage may have its own words with that sign
            found[row] = found[row].replace(gate.APPROVER, approver[row])
    decide = gate.number(gate.DECIDE)
    ours = (asked == decide) & (proposed != "")
    found[ours] = proposed[ours] + gate.mark(gate.STEPS[decide - 1])
    found = np.where(own == "", found, own).astype(object)
    found[rows.failed("my_step") | (rows.failed("outcome") & (asked <= 0) & (own == ""))] = gate.FIX
    return found


_NAMES_APPROVER = [number for number, step in enumerate(gate.STEPS, start=1) if gate.APPROVER in step.says]


def _of_gate(steps: StageSteps) -> NDArray[np.object_]:
    """Return what each step of the gate says at each stage, shape (steps, stages)."""
    needs = [f", {needed}," for needed in steps.needs]
    return np.array(
        [
            [
                (stage.next_step if f", {cell_of(step)}," in needed else step.says) + gate.mark(step)
                for stage, needed in zip(steps.stages, needs, strict=True)
            ]
            for step in gate.STEPS
        ],
        dtype=object,
    )


def cell_of(step: gate.Step) -> str:
    """Return the heading of the first cell that a step asks for, `NO_CELL` for none."""
    return gate.first_cell(step) or NO_CELL


def missing(rows: CampaignRows) -> NDArray[np.object_]:
    """Return the heading of the cell that Do next waits for: of the gate, or the stage once its step is due."""
    cells = np.array(["", *map(cell_of, gate.STEPS)], dtype=object)
    asked = rows.filled_number("gate").astype(int)
    due = rows.number("days_overdue") >= 0
    later = np.where(rows.is_("outcome", "Won"), CAMPAIGN["last_contact"].heading, CAMPAIGN["stage"].heading)
    return np.where(asked > 0, cells[np.maximum(asked, 0)], np.where(due, later, "")).astype(object)


def offers(rows: CampaignRows) -> NDArray[np.object_]:
    """Return what we owe and what may be offered beyond it, in words: amount + token."""
    owed, tokens = rows.filled_number("owed"), rows.filled_number("token")
    amounts = rows.filled_number("recommended") - owed
    nothing = rows.is_("decision", *NOTHING_OFFERED) & ~rows.is_("want_back", "Yes")
    held, blank = rows.filled_number("held") == 1, rows.blank("customer_id")
    found = np.full(len(rows), NO_CELL, dtype=object)
    some = np.flatnonzero((owed > 0) | (~nothing & (amounts + tokens > 0)))
    columns = (owed, np.where(nothing, 0.0, amounts), np.where(nothing, 0.0, tokens))
    found[some] = [
        "; ".join(
            filter(
                None,
                (
                    f"owed {due}" if debt > 0 else "",
                    f"{amount}{f' + {token}' if gift > 0 else ''}"
                    if has >= LEAST_SHOWN
                    else f"token {token}"
                    if gift > 0
                    else "",
                ),
            )
        )
        or NO_CELL
        for debt, has, gift, due, amount, token in zip(
            *(column[some].tolist() for column in columns),
            *(_whole(column[some]) for column in columns),
            strict=True,
        )
    ]
    found[held] = HELD
    found[blank] = ""
    return found


def _whole(amounts: NDArray[np.float64]) -> list[str]:
    """Write amounts as FIXED does in English, halves up."""
    return [f"{amount:,.0f}" for amount in round_to(amounts, 1).tolist()]
