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


HELD, NO_CONTACT, LEFT_ALONE = 1, 2, 3
"""Why a card invites no ordinary call: Counsel has not approved, no contact is wanted, or nobody may call on purpose."""

_LEFT = f'IF(AND({text_of("control_group")}="Yes",{text_of("want_back")}<>"Yes"),{LEFT_ALONE},0)'
STOP_FORMULA = (
    f'=IF(card_row=0,0,IF({text_of("no_contact")}="Yes",{NO_CONTACT},IF(N({fact("held")})=1,{HELD},{_LEFT})))'
)
"""Why the chosen card invites no ordinary call: one of the numbers above, 0 for none."""


def unless_stopped(shown: str, held: str, no_contact: str, left_alone: str) -> str:
    """Return a formula for what is shown, or what takes its place where the chosen card invites no ordinary call."""
    return f"CHOOSE(card_stop+1,{shown},{held},{no_contact},{left_alone})"
