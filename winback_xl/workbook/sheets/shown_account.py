"""The account that the card of a new workbook shows: its campaign row, its card and its talks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from winback_xl.core.cell_text import written
from winback_xl.core.tracking import account_state, cell_values
from winback_xl.workbook.sheets.card_lookups import HELD, LEFT_ALONE, NO_CONTACT
from winback_xl.workbook.sheets.followed import followed

if TYPE_CHECKING:
    import pandas as pd

    from winback_xl.core.campaign.campaign_plan import Plan


TALKS_SHOWN = 6
"""Talks that a card has room for."""


def chosen(plan: Plan) -> str:
    """Return the account that a new workbook shows: the first of the campaign."""
    known = dict(zip(plan.cards["customer_id"], plan.cards["account"], strict=True))
    return next((known[one] for one in plan.campaign["customer_id"] if one in known), "")


def own_talks(plan: Plan, customer: str, rows: pd.DataFrame) -> list[int]:
    """Return which rows of the Talks sheet, from 1, hold the first talks of a customer; 0 where there is none."""
    number = next((at for at, one in enumerate(plan.cards["customer_id"], start=1) if one == customer), 0)
    found = [at for at, one in enumerate(rows["account_no"], start=1) if number and one == number]
    return [*found, *[0] * TALKS_SHOWN][:TALKS_SHOWN]


def _record(frame: pd.DataFrame) -> dict[str, Any]:
    """Return the first row by the names of the columns."""
    return {str(name): cells.iloc[0] for name, cells in frame.items()}


def _stop(row: dict[str, Any], *, held: bool) -> int:
    """Return why the card invites no ordinary call, as `STOP_FORMULA` does."""
    if written(row.get("no_contact")) == "Yes":
        return NO_CONTACT
    if held:
        return HELD
    left = written(row.get("control_group")) == "Yes" and written(row.get("want_back")) != "Yes"
    return LEFT_ALONE if left else 0


@dataclass(slots=True)
class ShownAccount:
    """The account that a new workbook shows: its campaign row, its card and its talks."""

    plan: Plan
    rows: pd.DataFrame
    campaign: dict[str, Any] = field(default_factory=dict)
    card: dict[str, Any] = field(default_factory=dict)
    stop: int = 0
    talks: list[dict[str, Any]] = field(default_factory=list)
    label: str = ""

    def __post_init__(self) -> None:
        plan = self.plan
        self.label = chosen(plan)
        cards = plan.cards[plan.cards["account"] == self.label].head(1)
        if not len(cards):
            self.talks = [{}] * TALKS_SHOWN
            return
        self.card = _record(cards)
        customer = str(self.card["customer_id"])
        mine = plan.campaign[plan.campaign["customer_id"] == customer].head(1)
        self.campaign = _record(followed(plan).loc[mine.index])
        held = bool(account_state.held_for_legal(mine, plan.settings).iloc[0])
        self.stop = _stop(self.campaign, held=held)
        at = own_talks(plan, customer, self.rows)
        self.talks = [_record(self.rows.iloc[row - 1 : row]) if row else {} for row in at]

    def unless_stopped(self, shown: str, held: str, no_contact: str, left_alone: str) -> str:
        """Return what is shown, or what takes its place where the card invites no ordinary call."""
        return (shown, held, no_contact, left_alone)[self.stop]

    def says(self, name: str) -> str:
        """Return a text of the campaign row as the formula shows it."""
        return written(self.campaign.get(name))

    def knows(self, name: str) -> str:
        """Return a text of the card."""
        return written(self.card.get(name))

    def number(self, name: str) -> float:
        """Return a number of the campaign row, 0 where there is none."""
        return float(np.nan_to_num(cell_values.as_number(self.campaign.get(name))))
