"""Draw a book, as `winback_xl.workbook.spec` describes it, into the open workbook.

Every sheet is drawn in the gentlest way that gives the right result:

- A sheet whose tables are there already is updated in place: only cells of ours that differ are written. Rows that
  people work on keep their cells, formats, comments and their order; new rows come below.
- A sheet of results whose layout changed is drawn again in its old position.
- A sheet of the same name that is not ours is left alone, and ours gets another name.

All reading is done before the first write, the last of it by `winback_xl.excel.live.update_sheets`, which stops a
command that somebody else's typing overtook. It is written values first, then formulas, then looks, so that no
formula names a table that is not there yet.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from winback_xl.excel.host import is_remote
from winback_xl.excel.live import (
    live_charts,
    live_looks,
    live_tables,
    live_values,
    standing_cells,
    update_sheets,
)
from winback_xl.excel.live.live_looks import Notes
from winback_xl.excel.live.live_tables import Place, block
from winback_xl.excel.live.live_targets import on_body
from winback_xl.excel.live.open_workbook import page_name
from winback_xl.workbook import fits, theme
from winback_xl.workbook.formulas import cell_range, list_name, stored
from winback_xl.workbook.validation import of_cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winback_xl.excel.live.live_targets import Target
    from winback_xl.excel.live.open_workbook import View
    from winback_xl.excel.live.update_sheets import Changes
    from winback_xl.workbook.spec import Book, Cell, Sheet


@dataclass(slots=True)
class Drawing:
    """What is being drawn, and what the host could not do."""

    view: View
    book: Book
    targets: list[Target]
    changes: Mapping[str, Changes]
    notes: Notes = field(default_factory=Notes)

    @property
    def open_book(self) -> Any:
        """The workbook that Excel holds open."""
        return self.view.book

    def sheet(self, target: Target) -> Any:
        """Return the sheet of a target."""
        return self.open_book.sheets[target.name]


def draw(view: View, book: Book, drawn: list[Target]) -> Notes:
    """Draw the sheets.

    Parameters
    ----------
    view : View
        What stood there before.
    book : Book
        What to draw.
    drawn : list of Target
        From `winback_xl.excel.live.live_targets.targets`.

    Returns
    -------
    winback_xl.excel.live.live_looks.Notes
        What the host could not draw; numbers and formulas are always complete.

    Raises
    ------
    winback_xl.excel.live.update_sheets.ChangedMeanwhileError
        Somebody else changed what was about to be written; nothing was.
    """
    drawing = Drawing(view, book, drawn, update_sheets.changes(view, drawn))
    _make_sheets(drawing)
    for target in drawn:
        _write_values(drawing, target)
    _name_lists(drawing)
    for target in drawn:
        _name_columns(drawing, target)
    for target in drawn:
        _write_formulas(drawing, target)
    lists = _list_ranges(drawing)
    for target in drawn:
        _dress(drawing, target, lists)
    for target in drawn:
        _draw_charts(drawing, target)
    return drawing.notes


def _make_sheets(drawing: Drawing) -> None:
    """Add the sheets that are new, in the order of the book; those before the first that stands come before it."""
    book, previous = drawing.open_book, ""
    standing = next((target.name for target in drawing.targets if target.how == "update"), "")
    for target in drawing.targets:
        if target.how == "replace":
            book.sheets[target.name].delete()
        if target.how != "update":
            if previous or not standing:
                book.sheets.add(target.name, after=book.sheets[previous or len(book.sheets) - 1])
            else:
                book.sheets.add(target.name, before=book.sheets[standing])
        previous = target.name


def _write_values(drawing: Drawing, target: Target) -> None:
    sheet = drawing.sheet(target)
    if target.how == "update":
        for place in target.places:
            live_tables.resize(sheet, place, below=target.below)
        standing_cells.write(sheet, drawing.changes[target.name].values)
        _name_areas(drawing, target)
        return
    heads = (target.spec.title, target.spec.title_formula, "title"), (
        target.spec.instruction, target.spec.instruction_formula, "instruction"
    )  # fmt: skip
    for row, (text, formula, look) in enumerate(heads):
        if text:
            area = block(sheet, row, 0, row, 0)
            if not formula:
                area.value = live_values.guard(text)
            live_looks.dress(area, theme.cell(look), drawing.notes)  # type: ignore[arg-type] # both are looks
    for place in target.places:
        overlay = {
            (cell.row - place.table.row - 1, cell.col - place.table.col): live_values.value(cell)
            for cell in on_body(target.spec, place.table)
            if not cell.formula
        }
        live_tables.make(sheet, place, overlay)
    _name_areas(drawing, target)
    if not target.spec.tables:
        _write_page(drawing, target)
        return
    homes = _homes(target.spec)
    for run in live_tables.side_by_side(
        [cell for cell in target.spec.cells if cell not in homes and not cell.formula]
    ):
        values = [live_values.value(cell) for cell in run]
        _run_area(sheet, target, run).value = values[0] if len(run) == 1 else [values]


def _name_areas(drawing: Drawing, target: Target) -> None:
    """Name cells, and ranges in a column of the first table, wherever people moved it."""
    for name, row, col, last_row, _ in target.spec.areas:
        place = target.places[0]
        down, at = place.row - place.table.row, place.columns[col - place.table.col]
        _define(drawing, name, "=" + cell_range(target.name, row + down, at, last_row + down, at))
    for cell in target.spec.cells:
        if cell.name:
            _name(drawing, cell.name, target, cell)


def _run_area(sheet: Any, target: Target, run: list[Cell]) -> Any:
    row, col = run[0].row + target.shift[0], run[0].col + target.shift[1]
    return block(sheet, row, col, row, col + len(run) - 1)


def _write_page(drawing: Drawing, target: Target) -> None:
    """Write all cells of a sheet without tables at once, and mark it as ours."""
    cells = [cell for cell in target.spec.cells if not cell.formula]
    if cells:
        top = min(cell.row for cell in cells)
        rows, columns = max(cell.row for cell in cells) - top + 1, max(cell.col for cell in cells) + 1
        matrix: list[list[Any]] = [[None] * columns for _ in range(rows)]
        for cell in cells:
            matrix[cell.row - top][cell.col] = live_values.value(cell)
        block(drawing.sheet(target), top, 0, top + rows - 1, columns - 1).value = matrix
    _define(drawing, page_name(target.spec.name), "=" + cell_range(target.name, 0, 0, 0, 0))


def _homes(spec: Sheet) -> set[Cell]:
    return {cell for table in spec.tables for cell in on_body(spec, table)}


def _area(sheet: Any, target: Target, cell: Cell) -> Any:
    row, col = cell.row + target.shift[0], cell.col + target.shift[1]
    return block(sheet, row, col, row, col)


def _name(drawing: Drawing, name: str, target: Target, cell: Cell) -> None:
    row, col = cell.row + target.shift[0], cell.col + target.shift[1]
    _define(drawing, name, "=" + cell_range(target.name, row, col, row, col))


def _define(drawing: Drawing, name: str, refers_to: str) -> None:
    """Define a workbook-wide name, or point the one that is there to the right place."""
    if name.casefold() in drawing.view.names:
        drawing.open_book.names[name].refers_to = refers_to
    else:
        drawing.open_book.names.add(name, refers_to)


def _lists(drawing: Drawing) -> dict[str, tuple[Target, Place, int, int]]:
    """Return each list of allowed values: where its table stands, its column, and its length."""
    found = {}
    for target in drawing.targets:
        for place in target.places:
            for column, item in zip(place.columns, place.table.fields, strict=True):
                if fits.is_list(place.table, item) and fits.length(item):
                    found[item.heading] = target, place, column, fits.length(item)
    return found


def _name_lists(drawing: Drawing) -> None:
    for name, (target, place, column, length) in _lists(drawing).items():
        refers_to = cell_range(target.name, place.first, column, place.first + length - 1, column)
        _define(drawing, list_name(name), "=" + refers_to)


def _name_columns(drawing: Drawing, target: Target) -> None:
    """Name the columns that formulas read."""
    for place in target.places:
        for column, item in zip(place.columns, place.table.fields, strict=True):
            if item.name:
                _define(
                    drawing, item.name, "=" + cell_range(target.name, place.first, column, place.last, column)
                )


def _list_ranges(drawing: Drawing) -> dict[str, Any]:
    return {
        name: block(drawing.sheet(target), place.first, column, place.first + length - 1, column)
        for name, (target, place, column, length) in _lists(drawing).items()
    }


def _write_formulas(drawing: Drawing, target: Target) -> None:
    sheet = drawing.sheet(target)
    if target.how == "update":
        standing_cells.write(sheet, drawing.changes[target.name].formulas)
        return
    for place in target.places:
        live_tables.write_formulas(sheet, place)
    for row, formula in enumerate((target.spec.title_formula, target.spec.instruction_formula)):
        if formula:
            block(sheet, row, 0, row, 0).formula = stored(formula)
    homes = {cell: table.name for table in target.spec.tables for cell in on_body(target.spec, table)}
    for cell in target.spec.cells:
        if cell.formula:
            _area(sheet, target, cell).formula = stored(cell.formula, homes.get(cell, ""))


def _dress(drawing: Drawing, target: Target, lists: Mapping[str, Any]) -> None:
    sheet, notes, currency = drawing.sheet(target), drawing.notes, drawing.book.currency
    for place in target.places:
        live_looks.dress_table(sheet, place, currency, notes)
        live_looks.restrict_table(sheet, place, lists, notes)
    if target.how == "update":
        return
    homes = _homes(target.spec)
    for style, (row, col, last) in live_looks.alike(target.spec, homes, currency):
        live_looks.dress(block(sheet, row, col, last, col), style, notes)
    for cell in target.spec.cells:
        area = _area(sheet, target, cell)
        check = of_cell(cell, frozenset(lists))
        if check is not None and check.type != "any":
            live_looks.restrict(area, check, lists, cell.choices, notes)
        if cell.link:
            notes.attempt("links", lambda a=area, c=cell: _link(drawing, a, c))  # type: ignore[misc]
    live_looks.set_up(sheet, target.spec, in_points=is_remote(drawing.open_book), notes=notes)


def _link(drawing: Drawing, area: Any, cell: Cell) -> None:
    """Link a cell; a sheet that had to take another name is found under that one."""
    link = cell.link
    for target in drawing.targets:
        link = link.replace(f"#'{target.spec.name}'!", f"#'{target.name}'!")
    area.add_hyperlink(link, str(cell.value or link))


def _draw_charts(drawing: Drawing, target: Target) -> None:
    places = {
        place.table.name: (drawing.sheet(other), place) for other in drawing.targets for place in other.places
    }
    sheet = drawing.sheet(target)
    for number, chart in enumerate(target.spec.charts):
        if target.how == "update":
            live_charts.retitle(sheet, number, chart, drawing.notes)
        else:
            live_charts.draw(sheet, number, chart, places, drawing.notes)
