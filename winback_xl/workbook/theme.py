"""How things look, by what they are for: colours, fonts, number formats and widths. The only place that knows.

Both renderers read it, so a file and an open workbook look the same. Blue text and cream cells are yours to fill,
a role or a status is never shown by its colour alone, and every text stands out from its ground by 4.5 to 1
(WCAG 2.2, 1.4.3), which a test keeps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from winback_xl.core.money import digits
from winback_xl.schema.columns import NUMERIC

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winback_xl.schema.columns import Kind, Role
    from winback_xl.workbook.spec import Look, RuleLook

WHITE, INK, SLATE, NAVY, BLUE = "#FFFFFF", "#111827", "#4B5563", "#1F3A5F", "#1F5FA8"
CREAM, SKY, MIST, HAIRLINE = "#FFF9E5", "#E8F1FA", "#F1F3F6", "#D5DAE1"
CARD = "#F5F7FA"
AMBER = "#FFD166"
"""Heads of the columns that people fill, and the one cell that is wanted now."""

HEAT, BAR = "#8DB4E2", "#C9DCF1"  # the deepest shade of a map of numbers, and a bar behind a share

MEANINGS = MappingProxyType({"good": "#1F7A4D", "bad": "#B3261E", "watch": "#8A5A00"})

SERIES = ("#1F5FA8", "#1B998B", "#C77C02", "#B5470B", "#4B5563")
"""Chart colours in order: 3.3 to 1 on white, and distinguishable with any colour vision."""

ROW_HEIGHT, TITLE_HEIGHT = 15.0, 27.0
"""Points of one line of text, and of the title row."""

TYPED: frozenset[str] = frozenset({"input", "picker"})
"""Looks of cells that people type into."""

Align = Literal["", "left", "center", "right"]
Upright = Literal["", "top", "middle"]


@dataclass(frozen=True, slots=True)
class Style:
    """The look of one cell, in terms that every host has.

    ``line`` is the colour of a thin line below, ``edge`` of a thick one at the left, ``top`` of a thick one above, ``indent`` is in
    characters and ``size`` in points; an empty colour is none.
    """

    colour: str = INK
    fill: str = ""
    bold: bool = False
    underline: bool = False
    size: float = 11
    wrap: bool = False
    align: Align = ""
    upright: Upright = ""
    line: str = ""
    edge: str = ""
    top: str = ""
    indent: int = 0
    locked: bool = True
    number_format: str = "General"


_HEADS: Mapping[Role, tuple[str, str]] = MappingProxyType(
    {
        "key": (WHITE, NAVY),
        "calculated": (WHITE, SLATE),
        "formula": (WHITE, BLUE),
        "input": (WHITE, "#7A4D00"),
        "human": ("#3B2A00", AMBER),
    }
)
_BODIES: Mapping[Role, tuple[str, str]] = MappingProxyType(
    {
        "key": (INK, MIST),
        "calculated": (INK, WHITE),
        "formula": (INK, "#F5F9FD"),
        "input": ("#0000FF", CREAM),
        "human": (INK, CREAM),
    }
)
ROLES: Mapping[Role, str] = MappingProxyType(
    {
        "key": "Identifies the row: do not change it.",
        "calculated": "Calculated: the next refresh replaces it.",
        "formula": "A formula: it updates as you type.",
        "input": "Yours to supply.",
        "human": "Yours to fill in: a refresh never changes it.",
    }
)
"""What a header says about who fills its column, so that the colour does not say it alone."""

_LOOKS: Mapping[str, Style] = MappingProxyType(
    {
        "title": Style(NAVY, bold=True, size=18),
        "instruction": Style(SLATE),
        "heading": Style(NAVY, bold=True, size=13, line=NAVY),
        "text": Style(),
        "long": Style(wrap=True, upright="top"),
        "label": Style(bold=True),
        "number": Style(),
        "input": Style("#0000FF", CREAM, line=HAIRLINE, locked=False),
        "output": Style(INK, SKY, line=HAIRLINE),
        "tile": Style(NAVY, SKY, bold=True, size=20, align="left", indent=1, edge=WHITE),
        "tile label": Style(
            SLATE, SKY, size=10, wrap=True, upright="top", align="left", indent=1, edge=WHITE
        ),
        "ok": Style("#0B3D2E", "#D3EFE4", bold=True),
        "bad": Style(WHITE, "#B42318", bold=True),
        "warn": Style("#5C3A00", "#FDE3B8", bold=True),
        "note": Style(NAVY, SKY, align="left", indent=1, edge=WHITE),
        "topic": Style(SLATE, size=9, align="right"),
        "wanted": Style(INK, AMBER, bold=True),
        "late": Style("#B3261E", bold=True, number_format='"\u25b2 "yyyy-mm-dd'),
        "held": Style("#B3261E", bold=True, number_format='"\u00a7 "@'),
        "faint": Style("#5B6573"),
        "link": Style(BLUE, underline=True),
        # LibreOffice writes every link in its own blue: a button must be legible in it.
        "button": Style(BLUE, SKY, bold=True, align="center", line=BLUE),
        "step": Style(INK, size=12, wrap=True, upright="top"),
        "hint": Style(SLATE, indent=1),
        "beside": Style(INK, wrap=True, upright="middle", indent=1),
        "caption": Style(BLUE, bold=True, upright="top"),
        "line": Style(INK, wrap=True, upright="top", line=HAIRLINE),
        "alarm": Style("#B42318", bold=True, size=13),
        "picker": Style(NAVY, CREAM, bold=True, size=14, line=NAVY, locked=False),
        "card label": Style(SLATE, CARD, size=10, align="left", indent=1, edge=WHITE, top=BLUE),
        "card": Style(INK, CARD, bold=True, size=20, align="left", upright="middle", indent=1, edge=WHITE),
        "card note": Style(SLATE, CARD, size=10, align="left", indent=1, edge=WHITE),
        "section": Style(NAVY, bold=True, size=13),
        "list head": Style(SLATE, bold=True, line=SLATE),
        "list": Style(line=HAIRLINE),
        "list name": Style(bold=True, line=HAIRLINE),
        "month": Style(line=HAIRLINE),
        "call": Style(),
        "bar head": Style(SLATE, bold=True, line=SLATE, align="left", indent=1),
        "bar": Style(line=HAIRLINE, align="left", indent=1),
        "quiet": Style(SLATE, size=10),
    }
)

_LISTED: Mapping[Kind, str] = MappingProxyType(
    {
        "money": "#,##0;\u2212#,##0;\u2013",
        "count": "#,##0;\u2212#,##0;\u2013",
        "share": "0%;\u22120%;\u2013",
        "date": "d mmm yyyy",
        "days": '#,##0" d late";"in "#,##0" d";"today"',
    }
)

_WIDTHS: Mapping[Kind, float] = MappingProxyType(
    {
        "id": 13, "text": 22, "long": 48, "date": 12, "money": 14, "number": 11, "count": 9, "days": 10,
        "share": 10, "yesno": 9, "choice": 17,
    }
)  # fmt: skip
_FORMATS: Mapping[Kind, str] = MappingProxyType(
    {
        "date": "yyyy-mm-dd",
        "number": "#,##0.00",
        "count": "#,##0",
        "days": "#,##0",
        "share": "0.0%",
        "id": "@",
    }
)
_ALIGNED: Mapping[Kind, Align] = MappingProxyType(
    {"id": "left", "date": "left", "yesno": "center", "money": "right", "number": "right", "count": "right", "days": "right",
     "share": "right"}
)  # fmt: skip
ARROW = 3
"""Characters that the filter arrow covers."""


def number_format(kind: Kind, currency: str = "") -> str:
    """Return Excel's number format of a kind, in its English form.

    Amounts have the decimals of their currency and no symbol: the currency is a word in a heading. Negative
    numbers keep their minus sign.

    >>> number_format("money"), number_format("money", "JPY"), number_format("date")
    ('#,##0.00', '#,##0', 'yyyy-mm-dd')
    """
    if kind == "money":
        decimals = digits(currency)
        return "#,##0." + "0" * decimals if decimals else "#,##0"
    return _FORMATS.get(kind, "General")


def header(role: Role, kind: Kind) -> Style:
    """Return the look of a table header whose column that role fills; it is above numbers where they stand."""
    colour, fill = _HEADS[role]
    over_numbers = kind in NUMERIC
    return Style(
        colour, fill, bold=True, wrap=True, upright="middle", align="right" if over_numbers else "left",
        indent=ARROW - 1 if over_numbers else 0,
    )  # fmt: skip


WHOLE = "JPY"
"""A currency without decimals: gives amounts the format in which cents are not shown."""


def body(role: Role, kind: Kind, currency: str = "") -> Style:
    """Return the look of the cells of a table column."""
    colour, fill = _BODIES[role]
    return Style(
        colour,
        fill,
        wrap=kind == "long",
        upright="top",
        align=_ALIGNED.get(kind, ""),
        indent=1 if kind in NUMERIC else 0,  # air before the text of the next column
        line=HAIRLINE,
        locked=role not in ("input", "human"),
        number_format=number_format(kind, currency),
    )


def table_head(role: Role, kind: Kind, *, plain: bool) -> Style:
    """Return the look of a heading; of a plain table it is that of a list."""
    return cell("list head", kind) if plain else header(role, kind)


def table_body(role: Role, kind: Kind, currency: str = "", *, plain: bool) -> Style:
    """Return the look of the cells of a column; of a plain table it is that of a list."""
    return cell("list", kind, currency) if plain else body(role, kind, currency)


def cell(look: Look, kind: Kind = "text", currency: str = "") -> Style:
    """Return the look of a cell outside the columns of a table."""
    if look.startswith("head "):
        return header(look.removeprefix("head "), kind)  # type: ignore[arg-type]  # the rest of a head look is a role
    style = _LOOKS[look]
    shown = number_format(kind, currency)
    if look == "tile" and kind == "money":
        shown = "#,##0"  # a headline figure says how much, not how many cents
    if look in ("list", "call", "card", "bar", "month"):
        shown = "mmmm yyyy" if look == "month" else _LISTED.get(kind, shown)
    if look == "card":
        lead = f'"{currency} "' if currency and kind == "money" else ""
        shown = {"money": f"{lead}#,##0;\u2212{lead}#,##0", "count": "#,##0", "share": "0%"}.get(kind, shown)
    align: Align = "left" if kind == "date" and not style.align else style.align
    if look in ("list", "call", "list head") and kind in NUMERIC:
        align = "right"
    long = kind == "long"
    return replace(
        style,
        number_format=shown,
        align=align,
        wrap=style.wrap or long,
        upright="top" if long else style.upright,
    )


def rule(look: RuleLook) -> Style:
    """Return what a conditional format changes: colour, ground, weight and format."""
    style = _LOOKS[look]
    return Style(style.colour, style.fill, bold=style.bold, number_format=style.number_format)


_WIDEST = 60.0  # a longer word breaks; Excel itself repairs a column above 255


def width(kind: Kind, heading: str = "") -> float:
    """Return the width of a column in characters: enough for its kind and for each word of its heading.

    >>> width("count", "Incidents"), width("long", "Why"), width("text", "x" * 300)
    (12.9, 48.0, 60.0)
    """
    longest = max((len(word) for word in heading.split()), default=0)
    return float(max(_WIDTHS[kind], min(longest * 1.1 + ARROW, _WIDEST)))
