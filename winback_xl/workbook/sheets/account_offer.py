"""The offer on the account card: in words, and the formula that says the same of any account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.core.make_good import compensation
from winback_xl.core.tracking.account_state import NOT_OFFERED
from winback_xl.workbook.sheets.card_lookups import number_of, text_of, unless_stopped
from winback_xl.workbook.sheets.parts import whole

if TYPE_CHECKING:
    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.workbook.sheets.shown_account import ShownAccount

_NO_OFFER = "No make-good is sized. Listen, and note what they ask for."
_HEAR_FIRST = "Only once they have told their side: "
_AGREED, _DELIVERED = "Agreed: ", ", and delivered."
_HELD_OFFER = "Held for legal: make no offer. Ask Counsel."
_NONE = "None: nobody calls."
_IDLE = ("Rest", "Let go")


def money(amount: str) -> str:
    """Return a formula for an amount with the currency."""
    return f'TRIM(set_currency&" "&FIXED({amount},0))'


def shown_money(plan: Plan, amount: float) -> str:
    """Write an amount with the currency, as `money` does."""
    return f"{plan.currency} {whole(amount)}".strip()


def offer(one: ShownAccount) -> tuple[str, str]:
    """Return the offer in words, and its formula."""
    amount, token = one.number("recommended"), one.number("token")
    sized = ""
    if amount > 0:
        sized = f"{shown_money(one.plan, amount)} {compensation.after_amount(one.says('form'))} ({whole(one.number('low'))} to {whole(one.number('high'))})"
    if token > 0:
        sized += f"{', plus a' if sized else 'A'} token of about {shown_money(one.plan, token)}"
    idle = one.says("decision") in _IDLE and one.says("want_back") != "Yes"
    lead = (
        f"{NOT_OFFERED}{one.says('decision')}. It would be: "
        if idle
        else ""
        if one.says("heard") == "Yes"
        else _HEAR_FIRST
    )
    agreed, shown_value = one.number("agreed_amount"), f"{lead}{sized}." if sized else _NO_OFFER
    if agreed > 0:
        shown_value = (
            f"{_AGREED}{shown_money(one.plan, agreed)}{_DELIVERED if one.number('delivered_on') > 0 else '.'}"
        )
    value = one.unless_stopped(shown_value, _HELD_OFFER, _NONE, _NONE)
    low, high, big, small = (number_of(name) for name in ("low", "high", "recommended", "token"))
    given, done = number_of("agreed_amount"), number_of("delivered_on")
    form = f'"{compensation.after_amount("")}"'
    for word, words in compensation.AFTER_AMOUNT.items():
        form = f'IF({text_of("form")}="{word}","{words}",{form})'
    decided = text_of("decision")
    any_of = ",".join(f'{decided}="{word}"' for word in _IDLE)
    no_offer = f'AND(OR({any_of}),{text_of("want_back")}<>"Yes")'
    lead_formula = (
        f'IF({no_offer},"{NOT_OFFERED}"&{decided}&". It would be: ",'
        f'IF({text_of("heard")}="Yes","","{_HEAR_FIRST}"))'
    )
    shown = (
        f'IF({given}>0,"{_AGREED}"&{money(given)}&IF({done}>0,"{_DELIVERED}","."),'
        f'IF(AND({big}<=0,{small}<=0),"{_NO_OFFER}",{lead_formula}'
        f'&IF({big}>0,{money(big)}&" "&{form}&" ("&FIXED({low},0)&" to "&FIXED({high},0)&")","")'
        f'&IF({small}>0,IF({big}>0,", plus a","A")&" token of about "&{money(small)},"")&"."))'
    )
    formula = "=" + unless_stopped(shown, *(f'"{text}"' for text in (_HELD_OFFER, _NONE, _NONE)))
    return (value if one.card else _NO_OFFER), formula
