"""Formulas that look up the chosen account: in Campaign, and among the cards."""

from __future__ import annotations

from winback_xl.schema.columns import ACCOUNTS, CAMPAIGN, CARDS


def fact(name: str) -> str:
    """Return a formula for a cell of the chosen account's row in Campaign, or in Accounts."""
    if name in CAMPAIGN.names:
        return f"INDEX({CAMPAIGN.name}[{CAMPAIGN[name].heading}],card_row)"
    return f"INDEX({ACCOUNTS.name}[{ACCOUNTS[name].heading}],card_fact)"


def text_of(name: str) -> str:
    """Return a formula for a cell of that row as text."""
    return f'IF(card_row=0,"",{fact(name)}&"")'


def card_of(name: str) -> str:
    """Return a formula for a text of the chosen card."""
    return f'IF(card_no=0,"",INDEX({CARDS.name}[{CARDS[name].heading}],card_no)&"")'


def number_of(name: str) -> str:
    """Return a formula for a number of that row, 0 where there is none."""
    return f"IF(card_row=0,0,N({fact(name)}))"


HELD_FORMULA = f"IF(card_row=0,0,{fact('held')})"
"""Whether the chosen case waits for Counsel: 1 or 0."""
