"""Formulas that look up the chosen account: in Campaign, and among the cards."""

from __future__ import annotations

from winback_xl.core.tracking import account_state
from winback_xl.schema.columns import CAMPAIGN, CARDS


def fact(name: str) -> str:
    """Return a formula for a cell of the chosen account's row in Campaign."""
    return f"INDEX({CAMPAIGN.name}[{CAMPAIGN[name].heading}],card_row)"


def text_of(name: str) -> str:
    """Return a formula for a cell of that row as text."""
    return f'IF(card_row=0,"",{fact(name)}&"")'


def card_of(name: str) -> str:
    """Return a formula for a text of the chosen card."""
    return f'IF(card_no=0,"",INDEX({CARDS.name}[{CARDS[name].heading}],card_no)&"")'


def number_of(name: str) -> str:
    """Return a formula for a number of that row, 0 where there is none."""
    return f"IF(card_row=0,0,N({fact(name)}))"


_NAMES = 'SUBSTITUTE(SUBSTITUTE(","&set_counsel_names&",",", ",",")," ,",",")'
HELD_FORMULA = (
    f'IF(card_row=0,FALSE,IF(OR({fact("approver")}="{account_state.COUNSEL}",'
    f'ISNUMBER(SEARCH("{account_state.COUNSEL.upper()}",{fact("flags")}))),'
    f'NOT(AND(TRIM({fact("approved_by")}&"")<>"",ISNUMBER({fact("approved_on")}),'
    f'ISNUMBER(FIND(","&LOWER(TRIM({fact("approved_by")}&""))&",",LOWER({_NAMES}))))),FALSE))'
)
"""Whether the chosen case waits for Counsel, as `winback_xl.core.tracking.account_state.held_for_legal` says."""
