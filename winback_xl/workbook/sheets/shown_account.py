"""The account that the card of a new workbook shows: its campaign row, its card and its talks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from winback_xl.core.cell_text import written
from winback_xl.core.tracking import account_state, cell_values, follow_through
from winback_xl.workbook.sheets.card_data import TALKS_SHOWN, chosen, own_talks
from winback_xl.workbook.sheets.followed import playbook_of

if TYPE_CHECKING:
    import pandas as pd

    from winback_xl.core.campaign.campaign_plan import Plan


def _record(frame: pd.DataFrame) -> dict[str, Any]:
    """Return the first row by the names of the columns."""
    return {str(name): cells.iloc[0] for name, cells in frame.items()}


@dataclass(slots=True)
class ShownAccount:
    """The account that a new workbook shows: its campaign row, its card and its talks."""

    plan: Plan
    rows: pd.DataFrame
    campaign: dict[str, Any] = field(default_factory=dict)
    card: dict[str, Any] = field(default_factory=dict)
    held: bool = False
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
        found = follow_through.computed(
            mine, as_of=plan.as_of, settings=plan.settings, book=playbook_of(plan)
        )
        self.campaign = {**_record(mine), **_record(found)}
        self.held = bool(account_state.held_for_legal(mine, plan.settings).iloc[0])
        at = own_talks(plan, customer, self.rows)
        self.talks = [_record(self.rows.iloc[row - 1 : row]) if row else {} for row in at]

    def says(self, name: str) -> str:
        """Return a text of the campaign row as the formula shows it."""
        return written(self.campaign.get(name))

    def knows(self, name: str) -> str:
        """Return a text of the card."""
        return written(self.card.get(name))

    def number(self, name: str) -> float:
        """Return a number of the campaign row, 0 where there is none."""
        return float(np.nan_to_num(cell_values.as_number(self.campaign.get(name))))
