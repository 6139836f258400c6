"""The talks that count for nobody because no account has their name: how many, which, and the closest account.

Cells of the hidden sheet Card lookup; Today, Talks and Checks read them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.core.cell_text import written
from winback_xl.core.talks import unknown_names
from winback_xl.core.talks.unknown_names import NAMED
from winback_xl.schema.columns import CARDS, TALKS
from winback_xl.workbook.sheets.parts import HEADER_ROW

if TYPE_CHECKING:
    import pandas as pd

    from winback_xl.core.campaign.campaign_plan import Plan

UNKNOWN = -1
"""Account no of such a talk."""

COUNT, TOLD = "unknown_talks", "unknown_told"
_NUMBERS, _NAMES = (
    f"{TALKS.name}[{TALKS['account_no'].heading}]",
    f"{TALKS.name}[{TALKS['customer'].heading}]",
)
_ACCOUNTS = f"{CARDS.name}[{CARDS['account'].heading}]"
WILD = 'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({0},"~","~~"),"*","~*"),"?","~?")'
"""A text in which MATCH takes no sign for one of its own."""


_FAR = 10_000_000
"""More than the rows of a sheet: a likeness counts before any place."""


def _like(name: str) -> tuple[str, ...]:
    """Return what `winback_xl.core.talks.unknown_names.LIKENESS` asks of each account, in its order.

    No wildcards: not every program knows them.
    """
    same = f"(LEN({_ACCOUNTS})=LEN({name}))"
    return (
        f"(LEFT({_ACCOUNTS},LEN({name}))={name})",
        f"ISNUMBER(FIND(LOWER({name}),LOWER({_ACCOUNTS})))",
        f"(LEFT({_ACCOUNTS},4)=LEFT({name},4))",
        f"{same}*(MID({_ACCOUNTS},2,255)=MID({name},2,255))",
        f"{same}*(LEFT({_ACCOUNTS},2)=LEFT({name},2))",
        f"(LEFT({_ACCOUNTS},3)=LEFT({name},3))",
    )


def _closest(number: int) -> str:
    """Return a formula for the place of the account that the name of a talk is closest to, 0 for none."""
    asked = _like(f"unknown_name_{number}_")
    scores = ",".join(
        f"{one}*({_FAR * rank}+ROW({_ACCOUNTS})-{HEADER_ROW + 1})"
        for rank, one in zip(range(len(asked), 0, -1), asked, strict=True)
    )
    return f"=IF(unknown_{number}_=0,0,MOD(SUMPRODUCT(MAX({scores})),{_FAR}))"


def _hint(number: int) -> str:
    """Return a formula for the name of that account, "" for none."""
    return f'=IFERROR(INDEX({_ACCOUNTS},1/(1/unknown_at_{number}_))&"","")'


def names(plan: Plan, rows: pd.DataFrame) -> list[str]:
    """Return the customers of the talks that no account has, in the order of the sheet.

    Parameters
    ----------
    plan : Plan
    rows : DataFrame
        Talks with ``customer`` and ``customer_id``.
    """
    known = {*plan.cards["customer_id"]} or {*plan.campaign["customer_id"]}
    return [
        name
        for name, one in zip(map(written, rows["customer"]), map(written, rows["customer_id"]), strict=True)
        if name != "" and one not in known
    ]


def stated(plan: Plan, rows: pd.DataFrame) -> str:
    """Return which talks count for nobody, "" for none."""
    return unknown_names.sentence(names(plan, rows), plan.cards["account"].tolist())


def cells(plan: Plan, rows: pd.DataFrame) -> list[tuple[str, str, float | str, str]]:
    """Return the cells behind the sentence: what each is, its name, value and formula."""
    wrong = names(plan, rows)
    at = [place for place, number in enumerate(rows["account_no"], start=1) if number == UNKNOWN]
    places = [*map(float, at), *[0.0] * NAMED][:NAMED]
    made: list[tuple[str, str, float | str, str]] = [
        ("Talks that name no account", COUNT, float(len(wrong)), f"=COUNTIF({_NUMBERS},{UNKNOWN})")
    ]
    before = ""
    for number, place in enumerate(places, start=1):
        name = f"unknown_{number}_"
        if before:
            rest = f"INDEX({_NUMBERS},{before}+1):INDEX({_NUMBERS},ROWS({_NUMBERS}))"
            again = f"IF({before}=ROWS({_NUMBERS}),0,IFERROR({before}+MATCH({UNKNOWN},{rest},0),0))"
            formula = f"=IF({before}=0,0,{again})"
        else:
            formula = f"=IFERROR(MATCH({UNKNOWN},{_NUMBERS},0),0)"
        made.append((f"Row of such a talk, {number}", name, place, formula))
        before = name
    accounts = plan.cards["account"].tolist()
    for number in range(1, NAMED + 1):
        called = wrong[number - 1] if number <= len(wrong) else ""
        formula = f'=IF(unknown_{number}_=0,"",INDEX({_NAMES},unknown_{number}_)&"")'
        made.append((f"Name in such a talk, {number}", f"unknown_name_{number}_", called, formula))
    for number in range(1, NAMED + 1):
        called = wrong[number - 1] if number <= len(wrong) else ""
        near = unknown_names.closest(called, accounts) if called else ""
        place = float(len(accounts) - accounts[::-1].index(near)) if near else 0.0
        made.append(
            (f"Place of the closest account, {number}", f"unknown_at_{number}_", place, _closest(number))
        )
    for number in range(1, NAMED + 1):
        meant = unknown_names.closest(wrong[number - 1], accounts) if number <= len(wrong) else ""
        made.append((f"Closest account, {number}", f"unknown_hint_{number}_", meant, _hint(number)))
    made.append(("What Today says of them", TOLD, stated(plan, rows), _sentence()))
    return made


def _sentence() -> str:
    one, many = unknown_names.ONE, unknown_names.MANY
    shown = "&".join(
        f'IF(unknown_{number}_=0,"","{", " if number > 1 else ""}"&unknown_name_{number}_'
        f'&IF(unknown_hint_{number}_="",""," ("&unknown_hint_{number}_&"?)"))'
        for number in range(1, NAMED + 1)
    )
    more = f'IF({COUNT}>{NAMED}," and "&FIXED({COUNT}-{NAMED},0)&" more","")'
    lead = f'FIXED({COUNT},0)&IF({COUNT}=1," {one}"," {many}")&"{unknown_names.LEAD}"'
    return f'=IF({COUNT}=0,"",{lead}&{shown}&{more}&".")'
