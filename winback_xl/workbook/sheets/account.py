"""The Account sheet: choose a customer, and read on one page all that a talk needs.

Every cell is a native formula over the hidden sheet Card data, Campaign and Talks; next to each formula is written the
value that it gives for the account that a new workbook shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from winback_xl.core.cell_text import written
from winback_xl.workbook import line_heights
from winback_xl.workbook.chart_spec import Chart, Series
from winback_xl.workbook.fits import ACCOUNTS
from winback_xl.workbook.sheets import account_offer, account_talks
from winback_xl.workbook.sheets.card_data import (
    BY_YEAR,
    HELD,
    LEFT_ALONE,
    LINES,
    NO_CONTACT,
    QUESTIONS,
    due_in_words,
    history_of,
    lines_of,
    said_at,
)
from winback_xl.workbook.sheets.card_lookups import card_of, number_of, text_of, unless_stopped
from winback_xl.workbook.sheets.shown_account import TALKS_SHOWN, ShownAccount
from winback_xl.workbook.spec import Cell, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.workbook.spec import Look, Value

NAME = "Account"
_LEFT, _TEXT, _GAP, _RIGHT, _FACT = range(5)
_WIDTHS = {_LEFT: 15.0, _TEXT: 60.0, _GAP: 2.0, _RIGHT: 14.0, _FACT: 39.0}
_PICK_ROW, _FIRST = 2, 4
_LINE = 15.0
_NOTES = 5

_NOT_KNOWN = "Not known yet. That is what the talk is for."
_NO_CARE = "No topic to avoid is on file. Ask the colleagues who worked on the account."
_NO_APOLOGY = "Held for legal (law, safety or injury): no apology and no offer before Counsel has approved."
_NO_CALL = "Asked not to be contacted: do not call, write or visit."
_ALONE = "Control group: left alone on purpose, to show what comes back without us."


_STOPPED = (_NO_APOLOGY, _NO_CALL, _ALONE)


def _first_of(one: str, other: str, otherwise: str) -> str:
    """Return a formula for the first of two texts that is not blank."""
    return f'=IF({one}<>"",{one},IF({other}<>"",{other},{otherwise}))'


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the card: its label, what it says, the formula that says it, and how many lines of text it may take.

    It takes as many as the longest of ``texts``, what it says of any account, and no fewer than ``least``.
    """

    label: str
    value: str
    formula: str
    most: int = 2
    texts: Iterable[object] = ()
    least: int = 1

    @property
    def lines(self) -> int:
        """Lines of text that the row has room for."""
        needed = line_heights.lines_of([written(text) for text in self.texts], _WIDTHS[_TEXT], self.most)
        return int(needed.max(initial=self.least))


def _lines(one: ShownAccount) -> list[_Line]:
    ours, theirs = one.knows("story_ours"), one.says("reason_theirs") or one.knows("story_theirs")
    care = one.unless_stopped("", *(f"{text} " for text in _STOPPED)) + (one.knows("care") or _NO_CARE)
    offer, offer_formula = account_offer.offer(one)
    why = one.unless_stopped(one.says("rationale"), "", "", "")
    asked = one.says("requested_remedy") or one.knows("asked")
    care_formula = (
        "="
        + unless_stopped('""', *(f'"{text} "' for text in _STOPPED))
        + f'&IF({card_of("care")}="","{_NO_CARE}",{card_of("care")})'
    )
    cards, rows = one.plan.cards, one.plan.campaign
    bought = rows["stopped_buying"].fillna("").astype(str)
    stopped = [
        _Line("Stopped buying", one.says("stopped_buying"), f"={text_of('stopped_buying')}", 4, bought)
    ]
    debt, debt_formula = account_offer.owed(one)
    owed = [_Line("We owe", debt, debt_formula)]
    warned = [
        f"{_NO_APOLOGY if legal == 'Yes' else ''} {text}"
        for legal, text in zip(_of(rows, cards, "legal"), cards["care"], strict=True)
    ]
    return [
        _Line("What happened", one.knows("happened"), f"={card_of('happened')}", 5, cards["happened"]),
        _Line("What they lost", one.knows("lost"), f'={card_of("lost")}', 2, cards["lost"]),
        *(stopped if (bought != "").any() else []),
        _Line("Their story", theirs or _NOT_KNOWN, _first_of(text_of("reason_theirs"), card_of("story_theirs"), f'"{_NOT_KNOWN}"'), 4, [*rows["reason_theirs"], *cards["story_theirs"]], 2),
        _Line("Our story", ours, f"={card_of('story_ours')}", 4, cards["story_ours"]),
        _Line("Take care", care, care_formula, 5, warned),
        *(owed if (rows["owed"] > 0).any() else []),
        _Line("The offer", offer, offer_formula, 2, least=2),
        _Line("They ask for", asked, _first_of(text_of("requested_remedy"), card_of("asked"), '""'), 4, [*rows["requested_remedy"], *cards["asked"]], 2),
        _Line("Good years", one.knows("past"), f"={card_of('past')}", 2, cards["past"]),
        _Line("Why this offer", why, f'=IF(card_stop=0,{text_of("rationale")},"")', 7, rows["rationale"]),
    ]  # fmt: skip


def _line(line: _Line, row: int, heights: dict[int, float]) -> list[Cell]:
    """Return the cells of a line, and set the height of its row."""
    heights[row] = _LINE * line.lines + 4
    return [
        Cell(row, _LEFT, line.label, look="caption"),
        Cell(row, _TEXT, line.value, look="line", kind="long", formula=line.formula),
    ]


def _of(rows: pd.DataFrame, cards: pd.DataFrame, name: str) -> list[object]:
    """Return a column of the campaign in the order of the cards."""
    held = dict(zip(rows["customer_id"], rows[name], strict=True))
    return [held.get(one, "") for one in cards["customer_id"]]


def _next(one: ShownAccount) -> tuple[str, str]:
    """Return what to do next and by when, and the formula that says so."""
    step, due = one.says("do_next"), due_in_words(one.campaign.get("due"))
    said = f"{step} ({due})" if step and due else step
    what = text_of("do_next")
    return said, f'={what}&IF(AND({what}<>"",card_due<>"")," ("&card_due&")","")'


def _facts(one: ShownAccount) -> list[tuple[str, str, str]]:
    """Return label, value and formula of what stands at the right."""
    worth = one.number("worth")
    approves = one.unless_stopped(one.says("authority"), "Counsel", "", "")
    phone, mail = (
        one.unless_stopped(one.knows(name), one.knows(name), "", "") for name in ("phone", "email")
    )
    return [
        ("Customer ID", one.knows("customer_id"), "=card_id"),
        ("Contact", one.says("contact"), f"={text_of('contact')}"),
        ("Role", one.says("contact_role"), f"={text_of('contact_role')}"),
        ("Phone", phone, f'=IF(OR(card_stop>1,{card_of("phone")}=""),"",HYPERLINK("tel:"&SUBSTITUTE({card_of("phone")}," ",""),{card_of("phone")}))'),
        ("E-mail", mail, f'=IF(OR(card_stop>1,{card_of("email")}=""),"",HYPERLINK("mailto:"&{card_of("email")},{card_of("email")}))'),
        ("Region", one.knows("region"), f"={card_of('region')}"),
        ("Owner", one.says("owner"), f"={text_of('owner')}"),
        ("Level", one.says("level"), f"={text_of('level')}"),
        ("Stage", one.says("stage"), f"={text_of('stage')}"),
        ("Worth", account_offer.shown_money(one.plan, worth) if worth > 0 else "", f'=IF({number_of("worth")}>0,{account_offer.money(number_of("worth"))},"")'),
        ("Approves", approves, "=" + unless_stopped(text_of("authority"), '"Counsel"', '""', '""')),
    ]  # fmt: skip


def sheet(plan: Plan, rows: pd.DataFrame) -> Sheet:
    """Return the account card.

    Parameters
    ----------
    plan : Plan
    rows : DataFrame
        The rows of the Talks sheet (`winback_xl.workbook.sheets.talks.shown`).
    """
    one = ShownAccount(plan, rows)
    cells, heights = _head(one)
    row = _FIRST + 2
    facts = _facts(one)
    *lines, why = _lines(one)
    for place, line in enumerate(lines):
        cells += _line(line, row + place, heights)
    beside = (_PICK_ROW, _FIRST, *range(row, row + len(facts)))
    for at, (label, value, formula) in zip(beside, facts, strict=False):
        look: Look = "link" if label in ("Phone", "E-mail") else "long"
        cells += [
            Cell(at, _RIGHT, label, look="instruction", kind="long"),
            Cell(at, _FACT, value, look=look, kind="long", formula=formula),
        ]
    row += max(len(lines), len(facts) - 2) + 1
    more, charts, row = _words(one, row, heights)
    cells += [*more, *_line(why, row, heights)]
    row += 2
    cells += [
        Cell(row, _LEFT, "Last talks", look="heading", span=_FACT),
        *(Cell(row + 1, col, head, look="caption") for col, head in _HEADS),
    ]
    for number in range(1, TALKS_SHOWN + 1):
        cells += account_talks.cells(one, number, row + 1 + number)
        heights[row + 1 + number] = _LINE * 2 + 4
    row += TALKS_SHOWN + 3
    cells.append(Cell(row, _LEFT, "Notes", look="heading", span=_FACT))
    for line_row in range(row + 1, row + 1 + _NOTES):
        cells += [Cell(line_row, col, None, look="line") for col in range(_FACT + 1)]
        heights[line_row] = 24.0
    return Sheet(
        NAME, "Account", _HOW, cells=tuple(cells), charts=charts, widths=_WIDTHS, heights=heights,
        landscape=False, one_page=True, freeze=(_PICK_ROW + 1, 0),
    )  # fmt: skip


_HOW = "Choose a customer in the yellow cell: the page follows, and prints on one sheet of paper."
_HEADS = ((_LEFT, "Day"), (_TEXT, "They said"), (_RIGHT, "By"), (_FACT, "We promised"))


def _head(one: ShownAccount) -> tuple[list[Cell], dict[int, float]]:
    """Return the name, the cell to choose an account in, what to do next, and whether the case is held."""
    step, formula = _next(one)
    picked = bool(len(one.plan.cards))
    held = Cell(
        1,
        _FACT,
        one.unless_stopped("", HELD, NO_CONTACT, LEFT_ALONE),
        look="alarm",
        name="card_says",
        formula="=" + unless_stopped('""', *(f'"{text}"' for text in (HELD, NO_CONTACT, LEFT_ALONE))),
    )
    return [
        held,
        Cell(_PICK_ROW, _LEFT, "Customer", look="caption"),
        Cell(_PICK_ROW, _TEXT, one.label, look="picker", kind="id", name="card_account",
             choices=ACCOUNTS if picked else "", help="Choose an account: the page follows."),
        Cell(_FIRST, _LEFT, "Do next", look="output", kind="long"),
        Cell(_FIRST, _TEXT, step, look="output", kind="long", formula=formula),
    ], {_PICK_ROW: 26.0, _PICK_ROW + 1: 6.0, _FIRST: _LINE * 2 + 2, _FIRST + 1: 6.0}  # fmt: skip


def _words(
    one: ShownAccount, row: int, heights: dict[int, float]
) -> tuple[list[Cell], tuple[Chart, ...], int]:
    """Return what to ask and say at the account's stage, the chart of its orders next to it, and the row below both."""
    lines = lines_of(one.plan)
    said = lines.get(said_at(one, lines)) or next(iter(lines.values()))
    cells = [
        Cell(row, _LEFT, "Ask and say", look="heading", span=1),
    ]
    for number in range(LINES):
        value: Value = said[number] if number < len(said) and one.card else ""
        formula = f'=IF(card_no=0,"",INDEX({QUESTIONS}[Line {number + 1}],card_stage)&"")'
        cells.append(Cell(row + 1 + number, _LEFT, value, formula=formula, kind="text"))
        heights[row + 1 + number] = 19.0
    what, _ = history_of(one.plan)
    unit = f", {one.plan.currency}" if what == "Revenue" and one.plan.currency else ""
    chart = Chart(
        "column", f"{what} by calendar year{unit}", "Orders of the chosen account in the last five calendar years",
        (Series(BY_YEAR, "Year", what),), row, _RIGHT, 345, 200, value_format="money" if what == "Revenue" else "count",
    )  # fmt: skip
    return cells, (chart,), row + LINES + 2
