"""Set up a sheet as a page: widths, frozen panes, print, protection, tab."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from winback_xl.workbook import theme
from winback_xl.workbook.xlsx.tables import text_ranges

if TYPE_CHECKING:
    from winback_xl.workbook.spec import Sheet
    from winback_xl.workbook.xlsx.frame import FrameSheet

_A4 = 9
_SIDE, _TOP, _BOTTOM = 0.4, 0.5, 0.65  # margins in inches
_ACROSS, _UPRIGHT = 11.69 - 2 * _SIDE, 8.27 - 2 * _SIDE  # what they leave of the width
_FOOTER = "&L&8&F&C&8&A&R&8Page &P of &N"
_USUAL_WIDTH = 8.43
_SAFE = 0.92  # hosts measure characters differently, and a column too many would take a page of its own
_ALLOWED = {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True}


def set_up(target: FrameSheet, sheet: Sheet) -> None:
    """Apply everything that a sheet says about itself."""
    widths = column_widths(sheet)
    for column, width in widths.items():
        target.set_column(column, column, width)
    _heights(target, sheet, widths)
    if any(sheet.freeze):
        target.freeze_panes(*sheet.freeze)
    if not sheet.gridlines:
        target.hide_gridlines(2)
    if sheet.colour:
        target.set_tab_color(sheet.colour)
    if sheet.protect:
        target.protect("", _ALLOWED)
    if sheet.hidden == "hidden":
        target.hide()
    elif sheet.hidden:
        target.very_hidden()
    _print(target, sheet, widths)
    texts = [cells for table in sheet.tables for cells in text_ranges(table)]
    if texts:
        target.ignore_errors({"number_stored_as_text": " ".join(texts)})


def column_widths(sheet: Sheet) -> dict[int, float]:
    """Return the width of every column that has one: what the sheet says, or the widest that its tables need."""
    widths: dict[int, float] = {}
    for table in sheet.tables:
        for column, field in enumerate(table.fields, start=table.col):
            needed = field.width or theme.width(field.kind, field.heading)
            widths[column] = max(needed, widths.get(column, 0))
    return {**widths, **sheet.widths}


def _heights(target: FrameSheet, sheet: Sheet, widths: dict[int, float]) -> None:
    if sheet.title:
        target.raise_row(0, theme.TITLE_HEIGHT)
    for table in sheet.tables:
        heads = {field.heading: widths[column] for column, field in enumerate(table.fields, start=table.col)}
        target.raise_row(table.row, theme.header_height(heads))
    for row, height in sheet.heights.items():
        target.set_row(row, height)


def _print(target: FrameSheet, sheet: Sheet, widths: dict[int, float]) -> None:
    if sheet.landscape:
        target.set_landscape()
    target.set_paper(_A4)
    target.set_margins(_SIDE, _SIDE, _TOP, _BOTTOM)
    target.set_footer(_FOOTER, {"margin": 0.3})
    if len(sheet.tables) == 1:
        target.repeat_rows(sheet.tables[0].row)
    if sheet.breaks:
        target.set_h_pagebreaks(list(sheet.breaks))
        target.set_print_scale(block_scale(sheet, widths))
        return
    if not sheet.pages:
        target.fit_to_pages(1, int(sheet.one_page))
        return
    # Excel heeds no page breaks while it fits pages, so the scale is ours to find.
    target.set_v_pagebreaks(list(sheet.pages))
    if sheet.repeat:
        target.repeat_columns(0, sheet.repeat - 1)
    target.set_print_scale(print_scale(sheet, widths))


def print_scale(sheet: Sheet, widths: dict[int, float]) -> int:
    """Return the percentage at which the widest page of a sheet fits its paper, 10 to 100."""
    end = max((table.col + len(table.fields) for table in sheet.tables), default=max(sheet.pages) + 1)
    edges = [0, *(page for page in sheet.pages if page < end), end]
    repeated = _inches(widths, 0, sheet.repeat)
    pages = [
        _inches(widths, first, last) + (repeated if first >= sheet.repeat else 0)
        for first, last in pairwise(edges)
    ]
    room = _ACROSS if sheet.landscape else _UPRIGHT
    return max(10, min(100, int(_SAFE * 100 * room / max(pages))))


def block_scale(sheet: Sheet, widths: dict[int, float]) -> int:
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
    across, down = (_ACROSS, _UPRIGHT) if sheet.landscape else (_UPRIGHT, _ACROSS)
    down += 2 * _SIDE - _TOP - _BOTTOM
    fits = min(across / _inches(widths, 0, max(columns) + 1), down / max(blocks))
    return max(10, min(100, int(_SAFE * 100 * fits)))


def _inches(widths: dict[int, float], first: int, last: int) -> float:
    """Return the width of some columns: seven pixels a character and five for the edges, 96 to the inch."""
    return sum(widths.get(column, _USUAL_WIDTH) * 7 + 5 for column in range(first, last)) / 96
