"""Write tables: the named range with its header, and its rows, quickly where they are many."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.cell_text import clean
from winback_xl.workbook import line_heights, theme
from winback_xl.workbook.fits import last_row
from winback_xl.workbook.formulas import ROW, column_letters, row_formula, rule_formula, stored
from winback_xl.workbook.theme import Style
from winback_xl.workbook.validation import of_field, of_header
from winback_xl.workbook.values import Mixed, Numbers, Texts, needs_quote, normalise, plain, plain_list
from winback_xl.workbook.xlsx.write_cells import home_of, put, put_formula, restrict
from winback_xl.workbook.xlsx.write_rows import Column, Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.workbook.spec import Book, Field, Sheet, Table
    from winback_xl.workbook.values import Cells
    from winback_xl.workbook.xlsx.formats import Formats
    from winback_xl.workbook.xlsx.frame import Frame, FrameSheet
    from winback_xl.workbook.xlsx.write_cells import Range


PLAIN = 0
"""Number of the format that every workbook has: a hidden cell of text or a whole number names none."""
_SHOWN = frozenset({"date", "money", "number", "share"})
"""Kinds that a reader cannot tell, or read, without their format."""


def add(frame: Frame, target: FrameSheet, book: Book, sheet: Sheet, table: Table, formats: Formats) -> None:
    """Write one table of a sheet with its validations and conditional formats."""
    last = last_row(table)
    formulas = [target.expanded(stored(field.formula, table.name)) for field in table.fields]
    columns = [
        {
            "header": clean(field.heading).replace("\n", " "),
            "header_format": formats.of(theme.table_head(field.role, field.kind, plain=table.plain)),
            "formula": formula,
        }
        for field, formula in zip(table.fields, formulas, strict=True)
    ]
    options = {
        "name": table.name,
        "style": None,
        "banded_rows": False,
        "columns": columns,
        "description": table.alt,
        "autofilter": table.arrows and not table.plain,
    }
    target.add_tall_table(table.row, table.col, last, table.col + len(table.fields) - 1, options)
    formulas = [row_formula(formula, table) for formula in formulas]
    cells = [_cells(field) for field in table.fields]
    heights = row_heights(sheet, table, cells)
    if frame.quick and _alone(sheet, table):
        _add_rows(frame, target, book, table, cells, formulas, heights, formats)
    else:
        _add_cells(target, book, sheet, table, cells, formulas, heights, formats)
    _restrict(frame, target, sheet, table)
    for rule in table.rules:
        first = table.column(rule.heading) if rule.heading else table.col
        final = table.column(rule.last or rule.heading) if rule.heading else table.col + len(table.fields) - 1
        target.conditional_format(
            table.row + 1, first, last, final,
            {"type": "formula", "criteria": rule_formula(rule.formula, table, first), "format": formats.rule(theme.rule(rule.look))},
        )  # fmt: skip


def look_of(table: Table, field: Field, currency: str) -> Style:
    """Return the look of the cells of a column; cells that nobody sees need none but their format."""
    money = theme.WHOLE if table.whole else currency
    style = theme.table_body(field.role, field.kind, money, plain=table.plain)
    return Style(number_format=style.number_format) if field.hidden else style


def text_ranges(table: Table) -> list[str]:
    """Return the ranges that hold text, where digits are not a mistake."""
    fields = (field for field in table.fields if field.kind in ("id", "text", "long") and not field.formula)
    return [_range(table, field) for field in fields]


def formula_ranges(table: Table) -> list[str]:
    """Return the formula columns, whose cells spell the formula of the table's definition with plain references."""
    return [_range(table, field) for field in table.fields if field.formula]


def _range(table: Table, field: Field) -> str:
    letters = column_letters(table.column(field.heading))
    return f"{letters}{table.row + 2}:{letters}{last_row(table) + 1}"


def _cells(field: Field) -> Cells:
    return (
        normalise(field.values, field.kind) if len(field.values) else Mixed([plain(field.blank, field.kind)])
    )


def _alone(sheet: Sheet, table: Table) -> bool:
    """Return whether nothing else is in the table's rows."""
    rows = range(table.row + 1, last_row(table) + 1)
    if any(cell.row in rows for cell in sheet.cells):
        return False
    return not any(
        other is not table and other.row <= rows[-1] and last_row(other) >= rows[0] for other in sheet.tables
    )


def row_heights(sheet: Sheet, table: Table, cells: list[Cells]) -> NDArray[np.float64] | None:
    """Return the points of each row, from its longest wrapped text, or None where all take one line."""
    lines = np.ones(max(1, table.rows))
    for field, held in zip(table.fields, cells, strict=True):
        if field.kind != "long":
            continue
        wide = sheet.widths.get(
            table.column(field.heading), field.width or theme.width(field.kind, field.heading)
        )
        lines = np.maximum(lines, _lines(held, wide, table.lines))
    return lines * theme.ROW_HEIGHT if lines.max() > 1 else None


def _lines(held: Cells, wide: float, most: int) -> NDArray[np.float64]:
    if isinstance(held, Texts):
        return np.append(line_heights.lines_of(held.texts, wide, most), 1.0)[held.codes]
    return line_heights.lines_of(
        [value if isinstance(value, str) else "" for value in plain_list(held)], wide, most
    )


def _add_rows(
    frame: Frame,
    target: FrameSheet,
    book: Book,
    table: Table,
    cells: list[Cells],
    formulas: list[str],
    heights: NDArray[np.float64] | None,
    formats: Formats,
) -> None:
    columns = []
    for field, held, formula in zip(table.fields, cells, formulas, strict=True):
        style = look_of(table, field, book.currency)
        number = PLAIN if field.hidden and field.kind not in _SHOWN else formats.number(style)
        quoted = formats.number(style, quoted=True) if _any_quoted(held) else number
        columns.append(Column(held, number, quoted, formula, table.lean, field.live))
    frame.add_rows(target, Rows(table.row + 2, max(1, table.rows), table.col, columns, heights))


def _any_quoted(held: Cells) -> bool:
    if isinstance(held, Numbers):
        return False
    texts = held.texts if isinstance(held, Texts) else [one for one in held.plains if isinstance(one, str)]
    return any(map(needs_quote, {text[:1] for text in texts}))


def _add_cells(
    target: FrameSheet,
    book: Book,
    sheet: Sheet,
    table: Table,
    cells: list[Cells],
    formulas: list[str],
    heights: NDArray[np.float64] | None,
    formats: Formats,
) -> None:
    """Write a table cell by cell, for rows that it shares with other cells."""
    taken = {(cell.row, cell.col) for cell in sheet.cells}
    for place, (field, held, formula) in enumerate(
        zip(table.fields, cells, formulas, strict=True), start=table.col
    ):
        style = look_of(table, field, book.currency)
        for row, value in enumerate(plain_list(held), start=table.row + 1):
            if (row, place) in taken:
                continue
            if formula and not (field.live and row > table.row + field.live):
                put_formula(
                    target, row, place, "=" + formula.replace(ROW, str(row + 1)), value, style, formats
                )
            else:
                put(target, row, place, value, style, formats)
    for row, height in enumerate([] if heights is None else heights.tolist(), start=table.row + 1):
        target.raise_row(row, height)


def _restrict(frame: Frame, target: FrameSheet, sheet: Sheet, table: Table) -> None:
    """Lay prompts on the header and validations on the columns, except where a free cell has its own."""
    own = {(cell.row, cell.col) for cell in sheet.cells if home_of(sheet, cell) is table}
    for place, field in enumerate(table.fields, start=table.col):
        if field.help:
            restrict(target, [(table.row, place, table.row, place)], of_header(field))
        check = of_field(field, frame.lists)
        ranges = _runs(table.row + 1, last_row(table), place, {row for row, col in own if col == place})
        if check and ranges:
            restrict(target, ranges, check)


def _runs(first: int, last: int, col: int, without: set[int]) -> list[Range]:
    """Return the stretches of a column between the rows that are left out."""
    edges = [first - 1, *sorted(without), last + 1]
    return [(one + 1, col, other - 1, col) for one, other in pairwise(edges) if other - one > 1]
