"""The Settings sheet: every threshold with unit, bounds, reason and source; the cream cells may be changed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.schema.columns import CAMPAIGN
from winback_xl.settings import describe
from winback_xl.workbook.sheets.parts import text_field
from winback_xl.workbook.sheets.row_formulas import CALLS, FORMULAS, ONCE
from winback_xl.workbook.spec import Cell, Field, Sheet, Table

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.schema.columns import Kind
    from winback_xl.settings import About, Value

_AS_OF_ROW, _TABLE_ROW = 2, 5
VALUE_COLUMN = 2

FREEZE = "set_freeze"
"""Name of the cell with the day to show instead of today."""

_TODAY = f"=IF(N({FREEZE})>0,INT({FREEZE}),TODAY())"

_OWN = "Where the source says design, the value is our choice: enter your own."

_AT_REFRESH = "At the next refresh"


def kind_of(about: About) -> Kind:
    """Return how the value of a setting is shown; a share of 0 to 1 is typed and read as a percentage."""
    if isinstance(about.default, bool):
        return "yesno"
    if isinstance(about.default, str):
        return "choice" if about.choices else "text"
    if about.unit.startswith(("share", "probability")):
        return "share"
    if about.unit.startswith("money"):
        return "money"
    return "count" if isinstance(about.default, int) else "number"


def shown(value: Value) -> str | float | int:
    """Return a value as the sheet holds it: yes and no as words."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return value


def written(about: About, value: Value) -> str:
    """Write a value as a reader sees it in the sheet."""
    if kind_of(about) == "share" and isinstance(value, (int, float)):
        return f"{value * 100:g}%"
    return f"{value:,g}" if isinstance(value, float) else str(shown(value)) or "blank"


def allowed(about: About) -> str:
    """State in words which values are allowed, in the form in which they are typed."""
    if kind_of(about) == "share" and about.low is not None and about.high is not None:
        return f"{about.low * 100:g}% to {about.high * 100:g}%"
    if about.low is not None and about.high is not None:
        return f"{about.low:,g} to {about.high:,.0f}" if about.high >= 1000 else about.allowed
    return about.allowed


def _takes_effect(about: About) -> str:
    """State when a change shows: at once where native formulas read the cell, else at the next refresh."""
    if about.name == "currency":
        return f"{_AT_REFRESH} (name set_currency)"
    readers = " and ".join(_read_by(about.name))
    return f"At once in {readers}; elsewhere at the next refresh" if readers else _AT_REFRESH


def _words(formulas: Mapping[str, str]) -> dict[str, set[str]]:
    return {name: set(re.findall(r"\w+", formula)) for name, formula in formulas.items()}


_WORDS, _WORDS_ONCE = _words(FORMULAS), _words(ONCE)
"""The names that each formula reads."""


def _read_by(name: str) -> list[str]:
    """Return the columns in sight whose native formulas read a setting, and so follow it at once."""
    once = {cell for cell, words in _WORDS_ONCE.items() if f"set_{name}" in words}
    if any(cell.startswith(CALLS) for cell in once):
        once = {CALLS}
    read = {f"set_{name}", *once}
    reading = (CAMPAIGN[column] for column, words in _WORDS.items() if words & read)
    shown = CAMPAIGN["do_next"].heading
    return list(dict.fromkeys(shown if column.hidden else column.heading for column in reading))


def _values(plan: Plan) -> dict[str, str | float | int]:
    values = {about.name: shown(getattr(plan.settings, about.name)) for about in describe()}
    return values | {"currency": plan.currency}


def _input(row: int, about: About, value: str | float) -> Cell:
    kind = kind_of(about)
    bounds = (about.low, about.high) if about.low is not None and about.high is not None else None
    listed = about.label if about.choices else ("Yes / No" if kind == "yesno" else "")
    return Cell(
        row, VALUE_COLUMN, value, look="input", kind=kind, name=f"set_{about.name}", choices=listed,
        help=f"{about.why} Allowed: {allowed(about)}.", limits=bounds,
    )  # fmt: skip


def _defaults(plan: Plan) -> dict[str, str | float | int]:
    """Return the values that the sheet starts with: the currency comes from the orders."""
    values = {about.name: shown(about.default) for about in describe()}
    return values if plan.settings.currency else values | {"currency": plan.currency}


def _default(row: int, about: About, value: str | float) -> Cell:
    return Cell(row, VALUE_COLUMN + 3, value, kind=kind_of(about))


def sheet(plan: Plan) -> Sheet:
    """Return the as-of date and one row a setting, each value cell with the name ``set_<setting>``."""
    table, rows = _table(plan, list(describe()))
    cells = [
        Cell(_AS_OF_ROW, 0, "Today", look="label"),
        Cell(_AS_OF_ROW, 1, "As-of date", look="text"),
        Cell(_AS_OF_ROW, VALUE_COLUMN, plan.as_of.date(), look="output", kind="date", name="set_as_of", formula=_TODAY),
        Cell(_AS_OF_ROW + 1, 1, "Show another day", look="text"),
        Cell(
            _AS_OF_ROW + 1, VALUE_COLUMN, plan.as_of.date() if plan.frozen else None, look="input", kind="date",
            name=FREEZE, help="Blank: the workbook follows today's date. A day here takes its place.",
        ),
        Cell(_AS_OF_ROW + 1, VALUE_COLUMN + 1, "Leave it blank for today. Due and all counts follow.",
             look="note", span=2),
        *rows,
    ]  # fmt: skip
    return Sheet(
        "Settings",
        "Settings: every threshold",
        "Change the cream cells.",  # as short as the columns that every printed page repeats
        cells=(Cell(1, VALUE_COLUMN, _OWN, look="note"), *cells),
        tables=(table,),
        freeze=(_TABLE_ROW + 1, VALUE_COLUMN),
        pages=(table.column("What it does"),),
        repeat=VALUE_COLUMN,
    )


def only(plan: Plan, names: Container[str]) -> Sheet:
    """Return the sheet with some settings, for a workbook of formulas that read no other one; it has no day."""
    table, rows = _table(plan, [about for about in describe() if about.name in names])
    fields = tuple(field for field in table.fields if field.heading != "Takes effect")
    table = replace(table, fields=fields)
    return Sheet(
        "Settings",
        "Settings: every threshold",
        "Change the cream cells; everything follows at once.",
        cells=(Cell(_AS_OF_ROW, 0, _OWN, look="hint"), *rows),
        tables=(table,),
        freeze=(_TABLE_ROW + 1, VALUE_COLUMN),
        pages=(table.column("What it does"),),
        repeat=VALUE_COLUMN,
    )


def _table(plan: Plan, abouts: list[About]) -> tuple[Table, list[Cell]]:
    """Return the table of some settings, and the cells on it that hold their values and defaults."""
    values, defaults = _values(plan), _defaults(plan)
    rows = range(_TABLE_ROW + 1, _TABLE_ROW + 1 + len(abouts))
    cells = [
        *(_input(row, about, values[about.name]) for row, about in zip(rows, abouts, strict=True)),
        *(_default(row, about, defaults[about.name]) for row, about in zip(rows, abouts, strict=True)),
    ]
    table = Table(
        "tblSettings",
        _TABLE_ROW,
        0,
        (
            text_field("Group", [about.group for about in abouts], width=12),
            text_field("Setting", [about.label for about in abouts], width=38),
            Field("Value", np.array([values[about.name] for about in abouts], dtype=object), "text", "input",
                  help="Change the cream cells only.", width=14),
            text_field("Unit", [about.unit for about in abouts], width=26),
            text_field("Allowed", [allowed(about) for about in abouts], width=22),
            Field("Default", np.array([defaults[about.name] for about in abouts], dtype=object), "text",
                  "calculated", help="The value as delivered.", width=12),
            text_field("What it does", [about.why for about in abouts], width=92),
            text_field("Takes effect", [_takes_effect(about) for about in abouts], width=46),
            text_field("Source", [about.source for about in abouts], width=40),
        ),
        alt="Every setting with its value, unit, bounds, default, reason and source",
    )  # fmt: skip
    return table, cells
