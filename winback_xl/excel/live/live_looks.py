"""Format the open workbook: styles of the theme, widths, validations, colours by rule, frozen panes.

All of it is for show or for help, so a host that lacks a part leaves it out and the work goes on; `Notes` says which
part. Known for all hosts: xlwings has no prompts and error texts of validations, no tab colours, no alt texts of
charts and no page set-up beyond the print area; files written by the command line have them. Where every block is a
page of its own, Excel for Windows gets the message itself.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from winback_xl.excel.live.live_tables import at_headings, block
from winback_xl.workbook import line_heights, theme
from winback_xl.workbook.formulas import column_letters
from winback_xl.workbook.paper import BOTTOM, FOOTER, NUMBER, SIDE, TOP, block_scale, column_widths
from winback_xl.workbook.validation import of_field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from winback_xl.excel.live.live_tables import Place
    from winback_xl.workbook.spec import Cell, Sheet
    from winback_xl.workbook.theme import Style
    from winback_xl.workbook.validation import Check

_USUAL_SIZE = 11  # points, what Excel starts with
_PORTRAIT, _LANDSCAPE = 1, 2  # XlPageOrientation
_INCH = 72  # points
_UPRIGHT = {"top": "top", "middle": "center"}


class Notes:
    """What the host could not do, each reported once."""

    def __init__(self) -> None:
        self.missing: dict[str, str] = {}

    def attempt(self, what: str, action: Callable[[], object]) -> None:
        """Do something for show; hosts raise errors of their own where they cannot."""
        try:
            action()
        except Exception as error:  # noqa: BLE001 - looks must not stop the work, whatever the host raises
            self.missing.setdefault(what, f"{type(error).__name__}: {error}")

    def sentence(self) -> str:
        """Describe what is missing, or nothing."""
        if not self.missing:
            return ""
        return f" This Excel could not draw: {', '.join(sorted(self.missing))}. The numbers are complete."


def dress(area: Any, style: Style, notes: Notes) -> None:
    """Give a range the look of a style. Text stays text through its apostrophe, so the format @ is not used."""
    notes.attempt("colours", lambda: _colour(area, style))
    notes.attempt("alignment", lambda: _align(area, style))
    if style.number_format not in {"General", "@"}:
        notes.attempt("number formats", lambda: _format(area, style.number_format))


def _colour(area: Any, style: Style) -> None:
    if style.fill:
        area.color = style.fill
    area.font.color = style.colour
    if style.bold:
        area.font.bold = True
    if style.size != _USUAL_SIZE:
        area.font.size = style.size


def _align(area: Any, style: Style) -> None:
    if style.wrap:
        area.wrap_text = True
    if style.align:
        area.horizontal_alignment = style.align
    if style.upright:
        area.vertical_alignment = _UPRIGHT[style.upright]


def _format(area: Any, number_format: str) -> None:
    area.number_format = number_format


def dress_table(sheet: Any, place: Place, currency: str, notes: Notes) -> None:
    """Give the header and the new rows of a table their looks, neighbours of one look together."""
    fields = list(zip(place.columns, place.table.fields, strict=True))
    if place.new:
        # No host's own base class can indent: at the right the filter arrow would cover the heading.
        for style, run in groupby(fields, key=lambda pair: theme.header(pair[1].role, "text")):
            columns = [column for column, _ in run]
            for first, last in _stretches(columns):
                dress(block(sheet, place.row, first, place.row, last), style, notes)
    if place.rows <= place.old_rows:
        return
    top, money = place.first + place.old_rows, theme.WHOLE if place.table.whole else currency
    for style, run in groupby(fields, key=lambda pair: theme.body(pair[1].role, pair[1].kind, money)):
        columns = [column for column, _ in run]
        for first, last in _stretches(columns):
            dress(block(sheet, top, first, place.last, last), style, notes)


def _stretches(columns: list[int]) -> list[tuple[int, int]]:
    """Return the first and last column of each stretch of neighbours."""
    found: list[tuple[int, int]] = []
    for column in sorted(columns):
        if found and column == found[-1][1] + 1:
            found[-1] = (found[-1][0], column)
        else:
            found.append((column, column))
    return found


def restrict_table(sheet: Any, place: Place, lists: Mapping[str, Any], notes: Notes) -> None:
    """Lay the validations and the rules on the new rows of a table."""
    if place.rows <= place.old_rows:
        return
    top = place.first + place.old_rows
    for column, field in zip(place.columns, place.table.fields, strict=True):
        check = of_field(field, frozenset(lists))
        if check is not None:
            restrict(block(sheet, top, column, place.last, column), check, lists, field.choices, notes)
    by_heading = dict(zip((field.heading for field in place.table.fields), place.columns, strict=True))
    for rule in place.table.rules:
        first = by_heading[rule.heading] if rule.heading else place.col
        last = by_heading[rule.last or rule.heading] if rule.heading else place.col + len(place.columns) - 1
        style, formula = theme.rule(rule.look), at_headings(rule.formula, place, top, first)
        area = block(sheet, top, first, place.last, last)
        notes.attempt("colours by rule", lambda a=area, f=formula, s=style: _add_rule(a, f, s))  # type: ignore[misc]


def _add_rule(area: Any, formula: str, style: Style) -> None:
    area.conditional_formats.add_custom(
        formula, fill_color=style.fill or None, font_color=style.colour, font_bold=style.bold
    )


def restrict(area: Any, check: Check, lists: Mapping[str, Any], choices: str, notes: Notes) -> None:
    """Lay a validation on a range."""

    def lay() -> None:
        rules = area.data_validation
        if check.type == "list":
            rules.set_list(lists[choices or "Yes / No"])
        elif check.type == "date":
            rules.set_date("between", check.low, check.high)
        elif check.type == "whole":
            rules.set_whole_number("between", check.low, check.high)
        elif check.type == "decimal":
            rules.set_decimal("between", check.low, check.high)

    notes.attempt("choice lists and limits", lay)


def set_up(sheet: Any, spec: Sheet, *, in_points: bool, notes: Notes) -> None:
    """Set widths, heights, frozen panes and gridlines of a sheet that is new."""
    widths = column_widths(spec)
    for column, wide in widths.items():
        size = 0.0 if column in spec.hidden_columns else (wide * 7 + 5) * 0.75 if in_points else wide
        notes.attempt("column widths", lambda c=column, s=size: _width(sheet, c, s))  # type: ignore[misc]
    for row, points in _heights(spec, widths).items():
        notes.attempt("row heights", lambda r=row, p=points: _height(sheet, r, p))  # type: ignore[misc]
    for table in spec.tables:
        if table.rows and any(field.kind == "long" for field in table.fields):
            notes.attempt("row heights", lambda t=table: _two_lines(sheet, t))  # type: ignore[misc]
    if spec.folds:
        notes.attempt("column groups", lambda: _group(sheet, spec))
        notes.attempt("folded columns", lambda: _fold(sheet))
    if any(spec.freeze):
        notes.attempt("frozen panes", lambda: _freeze(sheet, *spec.freeze))
    if not spec.gridlines:
        notes.attempt("hidden gridlines", lambda: _no_gridlines(sheet))
    if spec.breaks:
        notes.attempt("page breaks", lambda: _pages(sheet, spec, widths))
    if spec.hidden:
        notes.attempt("hidden sheets", lambda: _hide(sheet))


def _heights(spec: Sheet, widths: Mapping[int, float]) -> dict[int, float]:
    """Return the points of the title, of header rows, and of the rows that the sheet names."""
    heights = {0: theme.TITLE_HEIGHT, **spec.heights}
    for table in spec.tables:
        heads = {field.heading: widths[column] for column, field in enumerate(table.fields, start=table.col)}
        heights.setdefault(table.row, line_heights.header_height(heads))
    return heights


def _width(sheet: Any, column: int, size: float) -> None:
    block(sheet, 0, column, 0, column).column_width = size


def _height(sheet: Any, row: int, points: float) -> None:
    block(sheet, row, 0, row, 0).row_height = points


def _two_lines(sheet: Any, table: Any) -> None:
    """Show two lines of long texts, the rest is read in the formula bar: one call for all rows."""
    block(sheet, table.row + 1, 0, table.row + table.rows, 0).row_height = 2 * theme.ROW_HEIGHT


def _group(sheet: Any, spec: Sheet) -> None:
    for fold in spec.folds:
        block(sheet, 0, fold.first, 0, fold.last).group("columns")


def _fold(sheet: Any) -> None:
    """Shut the groups; only Excel for Windows can, elsewhere they stay open."""
    sheet.api.Outline.ShowLevels(ColumnLevels=1)


def _freeze(sheet: Any, rows: int, columns: int) -> None:
    if rows and columns:
        sheet.freeze_panes.freeze_at(block(sheet, 0, 0, rows - 1, columns - 1))
    else:
        sheet.freeze_panes.freeze_at(f"1:{rows}" if rows else f"A:{column_letters(columns - 1)}")


def _no_gridlines(sheet: Any) -> None:
    sheet.show_gridlines = False


def _hide(sheet: Any) -> None:
    sheet.visible = False


def _pages(sheet: Any, spec: Sheet, widths: Mapping[int, float]) -> None:
    """Start a page at each break, at the scale at which the longest page fits; only Excel for Windows can."""
    page = sheet.api.PageSetup
    page.Orientation = _LANDSCAPE if spec.landscape else _PORTRAIT
    page.PaperSize = NUMBER[spec.paper]
    page.LeftMargin = page.RightMargin = SIDE * _INCH
    page.TopMargin, page.BottomMargin = TOP * _INCH, BOTTOM * _INCH
    page.LeftFooter, page.CenterFooter, page.RightFooter = (text[2:] for text in FOOTER)
    page.Zoom = block_scale(spec, widths)
    sheet.api.ResetAllPageBreaks()
    for row in spec.breaks:
        sheet.api.HPageBreaks.Add(block(sheet, row, 0, row, 0).api)


def alike(spec: Sheet, homes: set[Cell], currency: str) -> list[tuple[Style, tuple[int, int, int]]]:
    """Return the free cells as stretches of one look: style, and first row, column and last row."""
    found: list[tuple[Style, tuple[int, int, int]]] = []
    for cell in sorted(spec.cells, key=lambda cell: (cell.col, cell.row)):
        style = theme.cell(cell.look, cell.kind, currency)
        if cell in homes:
            style = replace(style, size=11)
        if found and found[-1] == (style, (found[-1][1][0], cell.col, cell.row - 1)):
            found[-1] = (style, (found[-1][1][0], cell.col, cell.row))
        else:
            found.append((style, (cell.row, cell.col, cell.row)))
    return found
