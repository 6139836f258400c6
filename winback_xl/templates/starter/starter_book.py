"""Put the starter together: winback_starter.xlsx."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from winback_xl.settings import describe
from winback_xl.templates.starter import (
    calculator,
    customer_sheet,
    known_sheet,
    lapsed_sheet,
    order_sheets,
    sample_orders,
    start_sheet,
)
from winback_xl.workbook import input_form
from winback_xl.workbook.sheets import lists, settings
from winback_xl.workbook.spec import Book

if TYPE_CHECKING:
    from winback_xl.templates.starter.sample_orders import Example
    from winback_xl.workbook.spec import Sheet

_SETTING = re.compile(r"\bset_(\w+)")


def build(example: Example | None = None) -> Book:
    """Describe the starter with the sample, or with other orders."""
    example = example or sample_orders.example()
    calculating = (
        start_sheet.sheet(example),
        order_sheets.orders(example),
        customer_sheet.sheet(example),
        lapsed_sheet.sheet(example),
        *calculator.sheets(example),
        known_sheet.sheet(example),
        order_sheets.ordered(example),
    )
    shown = [sheet for sheet in calculating if not sheet.hidden]
    hidden = [sheet for sheet in calculating if sheet.hidden]
    plan = input_form.blank_plan()
    read = {name for sheet in calculating for name in _settings_of(sheet)}
    listed = replace(lists.words_only(plan), hidden="hidden")
    return Book(
        sheets=(*shown, settings.only(plan, {about.name for about in describe()} & read), listed, *hidden),
        title="Win-back starter",
        subject="Statuses, levels, lapsed customers and a fair make-good by formulas alone",
        created=input_form.RELEASED,
    )


def _settings_of(sheet: Sheet) -> set[str]:
    """Return the settings that the formulas of a sheet read."""
    formulas = [cell.formula for cell in sheet.cells]
    formulas += [field.formula for table in sheet.tables for field in table.fields]
    return {name for formula in formulas for name in _SETTING.findall(formula)}
