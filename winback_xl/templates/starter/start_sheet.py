"""The first sheet: three steps, what was read, and the result at a glance."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from winback_xl.core.segments.loyalty import LOYAL
from winback_xl.schema.columns import LISTS
from winback_xl.templates.starter import names, sample_rows
from winback_xl.templates.starter.names import CREDIT, DAY, NOTHING, ORDER
from winback_xl.templates.starter.order_sheets import READ_AS, read_as
from winback_xl.workbook.spec import Cell, Mark, Sheet

if TYPE_CHECKING:
    from winback_xl.templates.starter.sample_orders import Example

PLUGIN = (
    "The plugin winback_xl reads any export as it is, adds complaints and contacts, says what each customer is worth,",
    "and makes a campaign of it that tracks every talk, offer and result.",
)
_STEPS = (
    ("1  Orders", "Orders", "Delete the sample, and paste your own orders: customer, date and value."),
    (
        "2  Customers",
        "Customers",
        "See who is Active, Due, At risk, Lapsed or Cold, and who would stay after a mistake.",
    ),
    ("3  Lapsed", "Lapsed", "Call those at the top. Ask why they left, and what it cost them."),
    ("4  Make-good", "Make-good", "Size a fair offer for what went wrong."),
    ("Known", "Known", "Referrals, NPS and more: the evidence that makes a customer Loyal."),
    ("Settings", "Settings", "Every threshold with its reason; the cream cells may be changed."),
)
_MORE = "MAX(COUNTA(or_more),COUNTA(or_more_days))"
_DAY_ROW, _CARDS, _TABLE = 11, 14, 20


def sheet(example: Example) -> Sheet:
    """Return the sheet Start."""
    made = sample_rows.columns(example)
    status, level, value = made["status"], made["level"], made["run_rate"]
    lost = [one in names.LOST for one in status]
    at_stake = sum(worth for worth, gone in zip(value, lost, strict=True) if gone)
    loyal = sum(one == LOYAL and not gone for one, gone in zip(level, lost, strict=True))
    lost_count = "+".join(f'COUNTIF(cu_status,"{one}")' for one in names.LOST)
    lost_value = "+".join(f'SUMIF(cu_status,"{one}",cu_value)' for one in names.LOST)
    stay = "+".join(
        f'COUNTIFS(cu_level,"{LOYAL}",cu_status,"{one}")' for one in LISTS["Status"] if one not in names.LOST
    )
    cells = [
        *(
            cell
            for row, (label, target, sentence) in enumerate(_STEPS, start=3)
            for cell in (Cell(row, 0, label, look="link", link=f"#'{target}'!A1"), Cell(row, 1, sentence))
        ),
        Cell(_DAY_ROW, 0, "Count days up to", look="label"),
        Cell(_DAY_ROW, 1, None, look="input", kind="date", name="set_freeze",
             help="Blank: the day after the last order. A day here takes its place; later orders are left out."),
        Cell(_DAY_ROW, 2, example.as_of, look="output", kind="date", name=DAY,
             formula="=IF(N(set_freeze)>0,INT(set_freeze),IF(or_last=0,TODAY(),INT(or_last)+1))"),
        Cell(_DAY_ROW, 3, "The day after the last order up to today, unless you type one; later orders are left out.", look="hint"),
        *_card(0, "Customers", sum(one != "" for one in status), "count", "=COUNT(cu_silent)", "with an order"),
        *_card(1, "Lapsed or cold", sum(lost), "count", f"={lost_count}", "silent past their limit"),
        *_card(2, "Their value a year", at_stake, "money", f"={lost_value}", "at the pace of their last year"),
        *_card(3, "Would stay", loyal, "count", f"={stay}", "Loyal, and still buying"),
        *_matrix(status, level),
        *_reading(example),
        Cell(_TABLE + 17, 0, "What the plugin adds", look="section"),
        *(Cell(row, 0, line, look="text") for row, line in enumerate(PLUGIN, start=_TABLE + 18)),
    ]  # fmt: skip
    return Sheet(
        "Start",
        "Which customers are you losing?",
        "Formulas only: no macro, nothing to install. Excel 2019 or newer, LibreOffice. The orders shown are a made-up sample.",
        cells=tuple(cells),
        widths=MappingProxyType(dict.fromkeys(range(4), 24.0)),
        heights=MappingProxyType({_CARDS + 1: 30.0}),
        landscape=False,
        marks=(
            Mark(_TABLE + 14, 0, _TABLE + 14, 0, "bad", f'=$A{_TABLE + 15}<>"Everything fits."'),
            Mark(_TABLE + 10, 1, _TABLE + 13, 1, "bad", f'=AND($A{_TABLE + 11}<>"",$B{_TABLE + 11}>0)'),
        ),
    )


def _card(column: int, label: str, value: float, kind: str, formula: str, note: str) -> list[Cell]:
    return [
        Cell(_CARDS, column, label, look="card label"),
        Cell(_CARDS + 1, column, value, look="card", kind=kind, formula=formula),  # type: ignore[arg-type]  # a kind
        Cell(_CARDS + 2, column, note, look="card note"),
    ]


def _matrix(status: list[str], level: list[str]) -> list[Cell]:
    """Return customers by status and level."""
    cells = [
        Cell(_TABLE - 2, 0, "Customers by status and level", look="section"),
        Cell(_TABLE - 1, 0, "Status", look="list head"),
    ]
    cells += [
        Cell(_TABLE - 1, column, name, look="list head", kind="count")
        for column, name in enumerate(LISTS["Level"], start=1)
    ]
    for row, one in enumerate(LISTS["Status"], start=_TABLE):
        cells.append(Cell(row, 0, one, look="list"))
        cells += [
            Cell(
                row, column, sum(pair == (one, grade) for pair in zip(status, level, strict=True)), look="list", kind="count",
                formula=f'=COUNTIFS(cu_status,"{one}",cu_level,"{grade}")',
            )
            for column, grade in enumerate(LISTS["Level"], start=1)
        ]  # fmt: skip
    return cells


def _count(code: int) -> str:
    """Return the formula that counts the rows that were read as the word in this place."""
    if code == NOTHING:
        return f"=COUNTIF(or_kind,{code})+SUM(or_corrected)"
    less = f"-COUNTIFS(or_kind,{code},or_corrected,1)" if code in {ORDER, CREDIT} else ""
    return f"=COUNTIF(or_kind,{code}){less}"


def _reading(example: Example) -> list[Cell]:
    """Return how the rows were read, and what does not fit."""
    rows = read_as(example)
    kinds = [rows.count(code) for code in range(1, len(READ_AS))]
    cells = [Cell(_TABLE + 6, 0, "What was read", look="section")]
    for row, (word, count) in enumerate(zip(READ_AS[1:], kinds, strict=True), start=_TABLE + 7):
        code = row - _TABLE - 6
        cells += [
            Cell(row, 0, word, look="list"),
            Cell(row, 1, count, look="list", kind="count", formula=_count(code)),
        ]
    ids = len(set(example.orders["customer"]))
    cells += [
        Cell(_TABLE + 14, 0, "Everything fits.", look="text", name="st_told",
             formula=f'=IF({_MORE}>0,"NOT READ: "&{_MORE}&" rows below the first {example.room.orders:,} of Orders. Use the plugin for more.",'
             f'IF(COUNT(so_start)>{example.room.customers},"Only the first {example.room.customers:,} of "&COUNT(so_start)&" customers are listed: use the plugin.",'
             'IF(SUM(B' + f"{_TABLE + 11}:B{_TABLE + 14}" + ')>0,"Rows are left out: see Read as on the sheet Orders.","Everything fits.")))'),
        Cell(_TABLE + 15, 0, "Customers in the orders", look="text"),
        Cell(_TABLE + 15, 1, ids, kind="count", formula="=COUNT(so_start)", look="number"),
    ]  # fmt: skip
    return cells
