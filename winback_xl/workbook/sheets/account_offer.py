"""The offer on the account card: in words, and the formula that says the same of any account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.core.make_good import compensation
from winback_xl.core.tracking.account_state import NOT_OFFERED
from winback_xl.core.tracking.do_next import LEAST_SHOWN, NOTHING_OFFERED
from winback_xl.workbook.sheets.card_lookups import number_of, text_of, unless_stopped
from winback_xl.workbook.sheets.parts import whole

if TYPE_CHECKING:
    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.workbook.sheets.shown_account import ShownAccount

_NO_OFFER = "No make-good is sized. Listen, and note what they ask for."
_HEAR_FIRST = "Only once they have told their side:"
_AGREED, _DELIVERED = "Agreed: ", ", and delivered."
_INCLUDED = ", what we owe included"
_PAY_FIRST = ": pay it first, in any case. It is not part of the offer."
_OWE_NOTHING = "Nothing."
_ASK_FIRST = ": pay nothing before Counsel has approved."
_HELD_OFFER = "Held for legal: make no offer. Ask Counsel."
_NONE = "None: nobody calls."


def money(amount: str) -> str:
    """Return a formula for an amount with the currency."""
    return f'TRIM(set_currency&" "&FIXED({amount},0))'


def shown_money(plan: Plan, amount: float) -> str:
    """Write an amount with the currency, as `money` does."""
    return f"{plan.currency} {whole(amount)}".strip()


def lead(one: ShownAccount) -> tuple[str, str]:
    """Return what the offer begins with, and its formula: that it is not made, or that listening comes first."""
    decided = text_of("decision")
    any_of = ",".join(f'{decided}="{word}"' for word in NOTHING_OFFERED)
    formula = (
        f'=IF(AND(OR({any_of}),{text_of("want_back")}<>"Yes"),"{NOT_OFFERED}"&{decided}&". It would be:",'
        f'IF({text_of("heard")}="Yes","","{_HEAR_FIRST}"))'
    )
    if one.says("decision") in NOTHING_OFFERED and one.says("want_back") != "Yes":
        return f"{NOT_OFFERED}{one.says('decision')}. It would be:", formula
    return ("" if one.says("heard") == "Yes" else _HEAR_FIRST), formula


def form(one: ShownAccount) -> tuple[str, str]:
    """Return how the amount is given, and its formula."""
    formula = f'"{compensation.after_amount("")}"'
    for word, words in compensation.AFTER_AMOUNT.items():
        formula = f'IF({text_of("form")}="{word}","{words}",{formula})'
    return compensation.after_amount(one.says("form")), f"={formula}"


def owed(one: ShownAccount) -> tuple[str, str]:
    """Return what we owe in any case, apart from the offer, and its formula."""
    amount, shown = one.number("owed"), _OWE_NOTHING if one.card else ""
    if amount > 0:
        after = one.unless_stopped(_PAY_FIRST, _ASK_FIRST, _PAY_FIRST, _PAY_FIRST)
        shown = f"{shown_money(one.plan, amount)}{after}"
    after_formula = unless_stopped(
        *(f'"{text}"' for text in (_PAY_FIRST, _ASK_FIRST, _PAY_FIRST, _PAY_FIRST))
    )
    return (
        shown,
        f'=IF({number_of("owed")}>0,{money(number_of("owed"))}&{after_formula},IF(card_row=0,"","{_OWE_NOTHING}"))',
    )


def beyond(one: ShownAccount) -> list[tuple[str, float, str]]:
    """Return name, value and formula of the amounts of the offer beyond what we owe: recommended, low and high."""
    debt = number_of("owed")
    found = []
    for name, column in (("card_amount", "recommended"), ("card_low", "low"), ("card_high", "high")):
        more = one.number(column) - one.number("owed")
        value = more if more >= LEAST_SHOWN else 0.0
        formula = f"{number_of(column)}-{debt}"
        found.append((name, value, f"=IF({formula}>={LEAST_SHOWN},{formula},0)"))
    return found


def sized(one: ShownAccount) -> tuple[str, str]:
    """Return what would be offered, in words, "" for nothing; and its formula."""
    (_, amount, _), (_, least, _), (_, most, _) = beyond(one)
    token, said = one.number("token"), ""
    if amount > 0:
        said = f"{shown_money(one.plan, amount)} {form(one)[0]} ({whole(least)} to {whole(most)})"
    if token > 0:
        said += f"{', plus a' if said else 'A'} token of about {shown_money(one.plan, token)}"
    big, small = "card_amount", number_of("token")
    formula = (
        f'=IF({big}>0,{money(big)}&" "&card_form&" ("&FIXED(card_low,0)&" to "&FIXED(card_high,0)&")","")'
        f'&IF({small}>0,IF({big}>0,", plus a","A")&" token of about "&{money(small)},"")'
    )
    return said, formula


def offer(one: ShownAccount) -> tuple[str, str]:
    """Return the offer in words, and its formula."""
    said, agreed = sized(one)[0], one.number("agreed_amount")
    shown_value = f"{lead(one)[0]} {said}.".strip() if said else _NO_OFFER
    if agreed > 0:
        done_now = _DELIVERED if one.number("delivered_on") > 0 else "."
        with_debt = _INCLUDED if one.number("owed") > 0 else ""
        shown_value = f"{_AGREED}{shown_money(one.plan, agreed)}{with_debt}{done_now}"
    value = one.unless_stopped(shown_value, _HELD_OFFER, _NONE, _NONE)
    given, done = number_of("agreed_amount"), number_of("delivered_on")
    shown = (
        f'IF({given}>0,"{_AGREED}"&{money(given)}&IF({number_of("owed")}>0,"{_INCLUDED}","")&IF({done}>0,"{_DELIVERED}","."),'
        f'IF(card_sized="","{_NO_OFFER}",card_lead&IF(card_lead="",""," ")&card_sized&"."))'
    )
    formula = "=" + unless_stopped(shown, *(f'"{text}"' for text in (_HELD_OFFER, _NONE, _NONE)))
    return (value if one.card else _NO_OFFER), formula
