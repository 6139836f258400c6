"""Set up a sheet as a page: widths, frozen panes, print, protection, tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.workbook import line_heights, theme
from winback_xl.workbook.paper import (
    BOTTOM,
    FOOTER,
    NUMBER,
    SIDE,
    TOP,
    blank_column,
    block_scale,
    column_widths,
)
from winback_xl.workbook.xlsx.write_tables import formula_ranges, look_of, text_ranges

if TYPE_CHECKING:
    from xlsxwriter.format import Format

    from winback_xl.workbook.spec import Sheet
    from winback_xl.workbook.xlsx.formats import Formats
    from winback_xl.workbook.xlsx.frame import FrameSheet

_TITLES = 2  # rows of title and instruction
_ALLOWED = {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True}


def set_up(target: FrameSheet, sheet: Sheet, currency: str, formats: Formats) -> None:
    """Apply everything that a sheet says about itself."""
    widths = column_widths(sheet)
    _columns(target, sheet, widths, _looks(target, sheet, currency, formats))
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
    formulas = [cells for table in sheet.tables for cells in formula_ranges(table)]
    fine = {"number_stored_as_text": texts, "calculated_column": formulas}
    if any(fine.values()):
        target.ignore_errors({kind: " ".join(cells) for kind, cells in fine.items() if cells})


def _looks(target: FrameSheet, sheet: Sheet, currency: str, formats: Formats) -> dict[int, Format]:
    """Return the looks that columns carry for their blank cells; the rows above a table stay as they are."""
    found: dict[int, Format] = {}
    taken = {(cell.row, cell.col + place) for cell in sheet.cells for place in range(cell.span + 1)}
    plain = formats.of(theme.Style())
    for table in sheet.tables:
        for place, field in enumerate(table.fields, start=table.col):
            if not table.lean or field.hidden or sheet.hidden:  # nobody sees the look of its blank cells
                continue
            found[place] = formats.of(look_of(table, field, currency))
            for row in range(table.row):
                if (row, place) not in taken and not (place == 0 and row < _TITLES):
                    target.write_blank(row, place, None, plain)
    return found


def _columns(target: FrameSheet, sheet: Sheet, widths: dict[int, float], looks: dict[int, Format]) -> None:
    """Set the widths, and let columns fold away; the button is at their right, where every host looks for it."""
    grouped = {column for fold in sheet.folds for column in range(fold.first, fold.last + 1)}
    behind = {fold.last + 1 for fold in sheet.folds if not fold.open}
    for column in sorted({*widths, *grouped, *behind}):
        outline = {
            "level": int(column in grouped),
            "hidden": column in sheet.folded,
            "collapsed": column in behind,
        }
        target.set_column(column, column, widths.get(column), looks.get(column), outline)


def _heights(target: FrameSheet, sheet: Sheet, widths: dict[int, float]) -> None:
    if sheet.title:
        target.raise_row(0, theme.TITLE_HEIGHT)
    for table in sheet.tables:
        heads = {field.heading: widths[column] for column, field in enumerate(table.fields, start=table.col)}
        target.raise_row(
            table.row, theme.ROW_HEIGHT + 3 if table.plain else line_heights.header_height(heads)
        )
    for row, height in sheet.heights.items():
        target.set_row(row, height)


def _print(target: FrameSheet, sheet: Sheet, widths: dict[int, float]) -> None:
    if sheet.landscape:
        target.set_landscape()
    target.set_paper(NUMBER[sheet.paper])
    target.set_margins(SIDE, SIDE, TOP, BOTTOM)
    target.set_footer("".join(FOOTER), {"margin": 0.3})
    if not sheet.on_paper:  # a host prints no page without anything on it
        target.print_area(0, blank_column(sheet), 0, blank_column(sheet))
    elif len(sheet.tables) == 1:
        target.repeat_rows(sheet.tables[0].row)
    if sheet.breaks:
        target.set_h_pagebreaks(list(sheet.breaks))
        target.set_print_scale(block_scale(sheet, widths))
        return
    if not sheet.pages:
        target.fit_to_pages(1, int(sheet.one_page))
        return
    # The host finds the scale: it alone knows how wide its letters are. It then chooses the breaks between columns too.
    if sheet.repeat:
        target.repeat_columns(0, sheet.repeat - 1)
    target.fit_to_pages(1 + len(sheet.pages), 0)
