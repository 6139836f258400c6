"""What fits on paper: widths of columns, and the scale at which the pages of a sheet fit A4 or US Letter."""

from __future__ import annotations

from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING

from winback_xl.workbook import theme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winback_xl.workbook.spec import Paper, Sheet

NUMBER: Mapping[Paper, int] = MappingProxyType({"A4": 9, "Letter": 1})
"""What Excel calls a paper (XlPaperSize)."""

_SIZES: Mapping[Paper, tuple[float, float]] = MappingProxyType({"A4": (11.69, 8.27), "Letter": (11.0, 8.5)})
"""Long and short side in inches."""

SIDE, TOP, BOTTOM = 0.4, 0.5, 0.65
"""Margins in inches."""

FOOTER = ("&L&8&F", "&C&8&A", "&R&8Page &P of &N")
"""File, sheet and page: left, centre and right."""

_USUAL_WIDTH = 8.43
_SAFE = 0.92  # hosts measure characters differently, and a column too many would take a page of its own


def column_widths(sheet: Sheet) -> dict[int, float]:
    """Return the width of every column that has one: what the sheet says, or the widest that its tables need."""
    widths: dict[int, float] = {}
    for table in sheet.tables:
        for column, field in enumerate(table.fields, start=table.col):
            needed = field.width or theme.width(field.kind, field.heading)
            widths[column] = max(needed, widths.get(column, 0))
    return {**widths, **sheet.widths}


def blank_column(sheet: Sheet) -> int:
    """Return a column to the right of everything on a sheet: what prints of a sheet that is not for paper."""
    used = [0, *(cell.col + cell.span for cell in sheet.cells)]
    used += [table.col + len(table.fields) for table in sheet.tables]
    return max(used) + 8


def block_scale(sheet: Sheet, widths: Mapping[int, float]) -> int:
    """Return the percentage at which every block between two page breaks fits a page, 10 to 100."""
    columns = [cell.col for cell in sheet.cells] + [
        table.col + len(table.fields) - 1 for table in sheet.tables
    ]
    last = max(
        [cell.row for cell in sheet.cells] + [table.row + max(1, table.rows) for table in sheet.tables]
    )
    heights = {table.row: theme.ROW_HEIGHT * 2 for table in sheet.tables} | dict(sheet.heights)
    blocks = [
        sum(heights.get(row, theme.ROW_HEIGHT) for row in range(first, end)) / 72
        for first, end in pairwise([0, *sheet.breaks, last + 1])
    ]
    across, down = _room(sheet)
    fits = min(across / _inches(widths, 0, max(columns) + 1), down / max(blocks))
    return max(10, min(100, int(_SAFE * 100 * fits)))


def _room(sheet: Sheet) -> tuple[float, float]:
    """Return what the margins leave of the page's width and height, in inches."""
    long, short = _SIZES[sheet.paper]
    across, down = (long, short) if sheet.landscape else (short, long)
    return across - 2 * SIDE, down - TOP - BOTTOM


def _inches(widths: Mapping[int, float], first: int, last: int) -> float:
    """Return the width of some columns: seven pixels a character and five for the edges, 96 to the inch."""
    return sum(widths.get(column, _USUAL_WIDTH) * 7 + 5 for column in range(first, last)) / 96
