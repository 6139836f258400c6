"""The hidden sheets behind the account card: what is known of each account, words for each stage, and the chosen row."""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.outreach.account_cards import YEARS
from winback_xl.core.playbook import BUYS, SILENT, WHO
from winback_xl.core.tracking import gate, talk_counts
from winback_xl.schema.columns import ACCOUNTS, CAMPAIGN, CARDS, TALKS
from winback_xl.workbook.sheets import account_offer, unknown_talks
from winback_xl.workbook.sheets.call_sheets import HELD_WORDS, words_of
from winback_xl.workbook.sheets.card_lookups import STOP_FORMULA, fact, text_of, unless_stopped
from winback_xl.workbook.sheets.followed import followed, playbook_of
from winback_xl.workbook.sheets.parts import HEADER_ROW, fields, text_field
from winback_xl.workbook.sheets.shown_account import ShownAccount, chosen, own_talks
from winback_xl.workbook.sheets.talks import account_row
from winback_xl.workbook.spec import Cell, Field, Sheet, Table

if TYPE_CHECKING:
    from collections.abc import Collection

    from winback_xl.core.campaign.campaign_plan import Plan

NAME, LOOKUP = CARDS.title, "Card lookup"
_WHAT = "What the sheet Account shows. Calculated: the next refresh replaces it."
QUESTIONS, BY_YEAR = "tblQuestions", "tblCardYears"
LINES = 8
"""Lines of words that a card has room for."""

HELD = "Held for legal"
"""Said in place of every offer and apology while Counsel has not approved."""

NO_CONTACT, LEFT_ALONE = gate.NO_CONTACT, gate.LEFT_ALONE
"""Said on top of the card of a customer whom nobody may call."""

NOBODY_CALLS = {
    NO_CONTACT: [
        "They asked not to be contacted: do not call, write or visit.",
        "If they come to you: listen, help, and note it in Talks.",
        "Only the customer list changes this: clear Do not contact there once they agree, and refresh.",
    ],
    LEFT_ALONE: [
        "Drawn at random to be left alone: what comes back here comes back without us.",
        "Do not call or write. If they come to you: serve them well, and note it in Talks.",
        "If you want them back all the same: set Want back? in Campaign to Yes.",
    ],
}
"""What stands in place of the words for a call."""

_QUESTIONS_ROW = 3
_LABEL_COLUMN, _VALUE_COLUMN = 12, 13  # beside the words, above the cards


def lines_of(plan: Plan) -> dict[str, list[str]]:
    """Return the words and things to tick off at each stage, and those while a case is held."""
    book = playbook_of(plan)
    usual = {stage.name: words_of(book, stage.name)[:LINES] for stage in book.stages}
    others = {
        f"{name}, {who}": said
        for who in (BUYS, SILENT)
        for name in usual
        if (said := words_of(book, name, who)[:LINES]) != usual[name]
    }
    return {
        **usual,
        **others,
        HELD: list(HELD_WORDS),
        **NOBODY_CALLS,
    }


def who_of(one: ShownAccount) -> str:
    """Return what follows the stage in the table of words where the account has words of its own."""
    who = WHO.get(one.says("status"), "")
    return f", {who}" if who else ""


def said_at(one: ShownAccount, lines: Collection[str]) -> str:
    """Return which row of the table of words holds those of an account."""
    stage = one.unless_stopped(one.says("stage"), HELD, NO_CONTACT, LEFT_ALONE)
    return stage + who_of(one) if stage + who_of(one) in lines else stage


def has_money(plan: Plan) -> bool:
    """Return whether the orders had values; the history counts order days otherwise."""
    return bool(plan.cards["revenue_0"].notna().any())


def history_of(plan: Plan) -> tuple[str, list[str]]:
    """Return what the history by year shows, and the headings of its columns among the cards, the oldest first."""
    lead = "revenue" if has_money(plan) else "orders"
    return ("Revenue" if lead == "revenue" else "Order days"), [
        CARDS[f"{lead}_{back}"].heading for back in reversed(range(YEARS))
    ]


MONTHS = ",".join(f'"{month}"' for month in calendar.month_name[1:])


def due_in_words(due: object) -> str:
    """Return by when the next step is due, "" where nobody said.

    >>> due_in_words(pd.Timestamp("2026-12-03")), due_in_words(None)
    ('by 3 December', '')
    """
    return f"by {due.day} {due:%B}" if isinstance(due, pd.Timestamp) and not pd.isna(due) else ""


def _due_formula() -> str:
    day = fact("due")
    return f'=IF(card_row=0,"",IF(ISNUMBER({day}),"by "&DAY({day})&" "&CHOOSE(MONTH({day}),{MONTHS}),""))'


def _positions(plan: Plan, rows: pd.DataFrame) -> list[Cell]:
    """Return the cells that find the chosen account, and its talks, in the tables."""
    shown = chosen(plan)
    at = plan.cards.index[plan.cards["account"] == shown]
    customer = str(plan.cards["customer_id"].iloc[at[0]]) if len(at) else ""
    mine = plan.campaign[plan.campaign["customer_id"] == customer].head(1 if customer else 0)
    number = TALKS["account_no"].heading
    column = f"{TALKS.name}[{number}]"
    cells: list[tuple[str, str, float | str, str]] = [
        ("Row among the cards", "card_no", float(at[0] + 1) if len(at) else 0.0, f"=IF(card_account=\"\",0,{account_row('card_account')})"),
        ("Customer ID", "card_id", customer, f'=IF(card_no=0,"",INDEX({CARDS.name}[Customer ID],card_no))'),
        *(
            (f"Row in {table.title}", name, float(plan.campaign.index.tolist().index(mine.index[0]) + 1) if len(mine) else 0.0,
             f'=IF(card_id="",0,{account_row("card_id", table["customer_id"].heading).replace(f"{CARDS.name}[", f"{table.name}[")})')
            for table, name in ((CAMPAIGN, "card_row"), (ACCOUNTS, "card_fact"))
        ),
    ]  # fmt: skip
    one = ShownAccount(plan, rows)
    lines = [*lines_of(plan)]
    stage = said_at(one, lines)
    stages = unless_stopped(text_of("stage"), *(f'"{text}"' for text in (HELD, NO_CONTACT, LEFT_ALONE)))
    at_stage = f"IFERROR(MATCH({stages}&card_who,{QUESTIONS}[Stage],0),MATCH({stages},{QUESTIONS}[Stage],0))"
    who = '""'
    for status, text in WHO.items():
        who = f'IF({text_of("status")}="{status}",", {text}",{who})'
    cells += [
        ("Days of the older talks", "talks_older", talk_counts.older_days(rows, in_place=True), ""),
        (
            "Due",
            "card_due",
            due_in_words(followed(plan)["due"].loc[mine.index[0]]) if len(mine) else "",
            _due_formula(),
        ),
        ("Whom the words are for", "card_who", who_of(one), f"={who}"),
        ("Why nobody calls", "card_stop", float(one.stop), STOP_FORMULA),
        ("What the offer begins with", "card_lead", *account_offer.lead(one)),
        ("How the offer is given", "card_form", *account_offer.form(one)),
        *(
            (label, *row)
            for label, row in zip(
                ("Offer beyond what we owe", "Its low end", "Its high end"),
                account_offer.beyond(one),
                strict=True,
            )
        ),
        ("What would be offered", "card_sized", *account_offer.sized(one)),
        (
            "Row of the words",
            "card_stage",
            float(lines.index(stage) + 1 if stage in lines else 1),
            f"=IFERROR({at_stage},1)",
        ),
    ]
    before = ""
    for count, row in enumerate(own_talks(plan, customer, rows), start=1):
        name = f"card_talk_{count}"
        if not before:
            formula = f"=IF(card_no=0,0,IFERROR(MATCH(card_no,{column},0),0))"
        else:
            rest = f"INDEX({column},{before}+1):INDEX({column},ROWS({column}))"
            formula = (
                f"=IF({before}=0,0,IF({before}=ROWS({column}),0,IFERROR({before}+MATCH(card_no,{rest},0),0)))"
            )
        cells.append((f"Row of talk {count}", name, float(row), formula))
        before = name
    cells += unknown_talks.cells(plan, rows)
    made = []
    for at_row, (label, name, value, formula) in enumerate(cells, start=_QUESTIONS_ROW):
        made += [
            Cell(at_row, _LABEL_COLUMN, label),
            Cell(
                at_row,
                _VALUE_COLUMN,
                value,
                formula=formula,
                name=name,
                kind="text" if isinstance(value, str) else "count",
            ),
        ]
    return made


def _questions(plan: Plan) -> Table:
    lines = lines_of(plan)
    return Table(
        QUESTIONS, _QUESTIONS_ROW, 0,
        (
            text_field("Stage", [*lines]),
            *(
                text_field(f"Line {number + 1}", [said[number] if number < len(said) else "" for said in lines.values()])
                for number in range(LINES)
            ),
        ),
        alt="What to ask and say at each stage",
    )  # fmt: skip


def _by_year(plan: Plan, row: int) -> tuple[Table, list[Cell]]:
    """Return the history of the chosen account, and the cells that look it up."""
    what, headings = history_of(plan)
    this = plan.as_of.year
    shown = chosen(plan)
    card = plan.cards[plan.cards["account"] == shown].head(1)
    names = {CARDS[name].heading: name for name in CARDS.names}
    values = [float(card[names[heading]].iloc[0]) if len(card) else np.nan for heading in headings]
    values = [0.0 if np.isnan(value) else value for value in values]
    years = [str(this - back) for back in reversed(range(YEARS))]
    table = Table(
        BY_YEAR, row, 0,
        (
            text_field("Year", years),
            Field(what, np.array(values), "money" if what == "Revenue" else "count", "formula"),
        ),
        alt="Orders of the chosen account by calendar year",
    )  # fmt: skip
    cells = [
        Cell(row + 1 + at, 1, value, kind="money" if what == "Revenue" else "count",
             formula=f"=IF(card_no=0,0,N(INDEX({CARDS.name}[{heading}],card_no)))")
        for at, (heading, value) in enumerate(zip(headings, values, strict=True))
    ]  # fmt: skip
    return table, cells


def sheets(plan: Plan, rows: pd.DataFrame) -> tuple[Sheet, Sheet]:
    """Return the two hidden sheets: the cards, and what the sheet Account looks up in them.

    Parameters
    ----------
    plan : Plan
    rows : DataFrame
        The rows of the Talks sheet (`winback_xl.workbook.sheets.talks.shown`).
    """
    words = _questions(plan)
    years, history = _by_year(plan, words.row + words.rows + 3)
    cards = Table(
        CARDS.name,
        HEADER_ROW,
        0,
        fields(CARDS, plan.cards),
        alt="What is known of each account, for its card",
        lines=1,
        lean=True,
    )
    known = Sheet(NAME, "Card data", _WHAT, tables=(cards,), freeze=(HEADER_ROW + 1, 1), hidden="hidden")
    looked_up = Sheet(
        LOOKUP, "Card lookup", _WHAT, cells=(*_positions(plan, rows), *history), tables=(words, years), hidden="hidden",
    )  # fmt: skip
    return known, looked_up
