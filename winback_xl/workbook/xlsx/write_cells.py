"""Write single cells through XlsxWriter: titles, tiles, inputs, links, and what is on the body of small tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from winback_xl.core.cell_text import clean
from winback_xl.workbook import theme
from winback_xl.workbook.formulas import cell_range, stored
from winback_xl.workbook.validation import of_cell
from winback_xl.workbook.values import needs_quote, plain

if TYPE_CHECKING:
    from winback_xl.workbook.spec import Book, Cell, Sheet, Table
    from winback_xl.workbook.theme import Style
    from winback_xl.workbook.validation import Check
    from winback_xl.workbook.values import Plain
    from winback_xl.workbook.xlsx.formats import Formats
    from winback_xl.workbook.xlsx.frame import Frame, FrameSheet

_MAX_LINKS, _MAX_LINK = 65_530, 2_079
_PLAIN_LOOKS = frozenset({"text", "long", "number"})
Range = tuple[int, int, int, int]


def add_all(frame: Frame, target: FrameSheet, book: Book, sheet: Sheet, formats: Formats) -> None:
    """Write the title, the instruction and the free cells of a sheet."""
    heads = (
        (sheet.title, sheet.title_formula, "title"),
        (sheet.instruction, sheet.instruction_formula, "instruction"),
    )
    for row, (text, formula, look) in enumerate(heads):
        style = theme.cell(look)  # type: ignore[arg-type]  # both are looks
        if formula:
            put_formula(target, row, 0, stored(formula), clean(text), style, formats)
        elif text:
            put(target, row, 0, clean(text), style, formats)
    for cell in sheet.cells:
        home = home_of(sheet, cell)
        _add(target, cell, home, book, formats)
        if cell.name:
            frame.define_name(cell.name, "=" + cell_range(sheet.name, cell.row, cell.col, cell.row, cell.col))
        check = of_cell(cell, frame.lists)
        if check:
            restrict(target, [(cell.row, cell.col, cell.row, cell.col)], check)


def home_of(sheet: Sheet, cell: Cell) -> Table | None:
    """Return the table on whose body a free cell stands."""
    for table in sheet.tables:
        inside = table.row < cell.row <= table.row + max(1, table.rows)
        if inside and table.col <= cell.col < table.col + len(table.fields):
            return table
    return None


def style_of(cell: Cell, home: Table | None, currency: str) -> Style:
    """Return the style of a free cell; on the body of a table it sits as its neighbours, and a plain one looks like them."""
    if home is None:
        return theme.cell(cell.look, cell.kind, currency)
    neighbours = theme.table_body(
        home.fields[cell.col - home.col].role, cell.kind, currency, plain=home.plain
    )
    if cell.look in _PLAIN_LOOKS:
        return neighbours
    own = theme.cell(cell.look, cell.kind, currency)
    return replace(
        own,
        upright=neighbours.upright,
        line=neighbours.line,
        align=own.align or neighbours.align,
        indent=own.indent or neighbours.indent,
    )


def _add(target: FrameSheet, cell: Cell, home: Table | None, book: Book, formats: Formats) -> None:
    style = style_of(cell, home, book.currency)
    value = plain(cell.value, cell.kind)
    if cell.spills:
        last = cell.col + cell.span
        target.write_dynamic_array_formula(
            cell.row,
            cell.col,
            cell.row,
            last,
            cell.formula,
            formats.of(style),
            "" if value is None else value,
        )
        return
    if cell.formula:
        put_formula(
            target, cell.row, cell.col, stored(cell.formula, home.name if home else ""), value, style, formats
        )
    elif _link(cell.link) and target.hlink_count < _MAX_LINKS:
        text = str(value) if value is not None else cell.link
        target.write_url(cell.row, cell.col, _link(cell.link), formats.of(style), text)
    else:
        put(target, cell.row, cell.col, value, style, formats)
    for place in range(1, cell.span + 1):
        put(target, cell.row, cell.col + place, None, replace(style, edge=""), formats)


def put(target: FrameSheet, row: int, col: int, value: Plain, style: Style, formats: Formats) -> None:
    """Write one value, text always as text."""
    if value is None:
        target.write_blank(row, col, None, formats.of(style))
    elif isinstance(value, str):
        target.write_string(row, col, value, formats.of(style, quoted=needs_quote(value)))
    elif isinstance(value, bool):
        target.write_boolean(row, col, value, formats.of(style))
    else:
        target.write_number(row, col, value, formats.of(style))


def put_formula(
    target: FrameSheet, row: int, col: int, formula: str, value: Plain, style: Style, formats: Formats
) -> None:
    """Write a formula, as a file holds it, with the value it gives."""
    target.write_formula(row, col, formula, formats.of(style), "" if value is None else value)


def restrict(target: FrameSheet, ranges: list[Range], check: Check) -> None:
    """Lay a validation on some ranges of cells."""
    options: dict[str, Any] = {"validate": check.type, "ignore_blank": True}
    if check.type == "list":
        options["source"] = f"={check.source}"
    elif check.type != "any":
        options |= {"criteria": "between", "minimum": check.low, "maximum": check.high}
    if check.prompt:
        options["input_message"] = check.prompt
        if check.title:
            options["input_title"] = check.title
    if check.error:
        options |= {"error_title": "Not taken", "error_message": check.error}
    target.data_validation(*ranges[0], {**options, "other_cells": ranges[1:]})


def _link(link: str) -> str:
    """Return a link as XlsxWriter takes it, or nothing for what is not a link to a place, a page or an address."""
    if len(link) > _MAX_LINK:
        return ""
    if link.startswith("#"):
        return f"internal:{link[1:]}"
    return link if link.startswith(("https://", "http://", "mailto:")) else ""
