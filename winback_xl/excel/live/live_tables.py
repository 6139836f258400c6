"""Write a table into the open workbook: one block where it is new, only what is ours where it stands already.

In a table that stands, columns are found by heading, wherever people moved them; columns that people added are
not touched; cells that people fill in are written in new rows only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from winback_xl.core.cell_text import clean
from winback_xl.excel.live import live_values
from winback_xl.workbook.formulas import column_letters, stored
from winback_xl.workbook.spec import HERE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from winback_xl.workbook.spec import Cell, Field, Table

STYLE = "TableStyleLight1"
"""The plainest of Excel's own table styles: the theme colours the cells."""

Overlay = dict[tuple[int, int], Any]
"""Values of single cells that take the place of a field's value: (data row, field) -> what the cell is handed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table goes in the open workbook; all positions 0-based.

    Parameters
    ----------
    table : Table
        What to write.
    row, col : int
        Where its header stands.
    columns : tuple of int
        Sheet column of each field.
    width : int
        Columns of the Excel table, with those that people added.
    old_rows : int
        Data rows that are there now; 0 for a new table.
    kept : int
        First data rows whose human and input cells are not written.
    """

    table: Table
    row: int
    col: int
    columns: tuple[int, ...]
    width: int
    old_rows: int = 0
    kept: int = 0

    @property
    def new(self) -> bool:
        """Whether there is no such table yet."""
        return self.old_rows == 0

    @property
    def rows(self) -> int:
        """Data rows to be: an empty table keeps a blank one."""
        return max(1, self.table.rows)

    @property
    def first(self) -> int:
        """Sheet row of the first data row."""
        return self.row + 1

    @property
    def last(self) -> int:
        """Sheet row of the last data row to be."""
        return self.row + self.rows


def fresh(table: Table) -> Place:
    """Return the place of a table that is not there yet."""
    columns = tuple(range(table.col, table.col + len(table.fields)))
    return Place(table, table.row, table.col, columns, len(columns))


def block(sheet: Any, first_row: int, first_col: int, last_row: int, last_col: int) -> Any:
    """Return a range by 0-based corners."""
    return sheet.range((first_row + 1, first_col + 1), (last_row + 1, last_col + 1))


def make(sheet: Any, place: Place, overlay: Overlay) -> None:
    """Write header and values of a new table with one call, and make it an Excel table. Formulas come later.

    Parameters
    ----------
    sheet : xlwings.Sheet
    place : Place
    overlay : dict
        Values of single cells on the body.
    """
    fields = place.table.fields
    columns = [cells(field, place.rows, overlay, at) for at, field in enumerate(fields)]
    heads = [live_values.guard(clean(field.heading).replace("\n", " ")) for field in fields]
    rows = [heads, *map(list, zip(*columns, strict=True))]
    area = block(sheet, place.row, place.col, place.last, place.col + place.width - 1)
    area.value = rows
    sheet.tables.add(source=area, name=place.table.name, table_style_name=STYLE)


def resize(sheet: Any, place: Place, *, below: bool = False) -> None:
    """Give a table that stands the rows that it will have.

    Parameters
    ----------
    sheet : xlwings.Sheet
    place : Place
    below : bool
        Whether somebody's cells are below the table: they are moved down before it grows over them.
    """
    if below and place.rows > place.old_rows:
        _make_room(sheet, place)
    _resize(sheet, place)


def cells(field: Field, rows: int, overlay: Overlay, at: int) -> list[Any]:
    """Return the cells of a column; a formula's stay blank until the formula itself is written."""
    blank = bool(field.formula) or not len(field.values)
    cells = [None] * rows if blank else live_values.column(field)
    for (row, place), value in overlay.items():
        if place == at:
            cells[row] = value
    return cells


def zones(place: Place) -> Iterator[tuple[int, int, list[int]]]:
    """Yield which fields are written in which data rows: first, behind the last, positions of the fields."""
    plain = [at for at, field in enumerate(place.table.fields) if not field.formula]
    ours = [at for at in plain if place.table.fields[at].role not in {"human", "input"}]
    kept = min(place.kept, place.rows)
    if kept and ours:
        yield 0, kept, ours
    if kept < place.rows:
        yield kept, place.rows, plain


def _make_room(sheet: Any, place: Place) -> None:
    more = place.rows - place.old_rows
    end = place.row + place.old_rows
    block(sheet, end + 1, place.col, end + more, place.col + place.width - 1).insert(shift="down")


def _resize(sheet: Any, place: Place) -> None:
    if place.rows == place.old_rows:
        return
    right = place.col + place.width - 1
    sheet.tables[place.table.name].resize(block(sheet, place.row, place.col, place.last, right))
    if place.rows < place.old_rows:
        block(sheet, place.last + 1, place.col, place.row + place.old_rows, right).clear()


def write_formulas(sheet: Any, place: Place) -> None:
    """Write each formula column with one call: Excel fills it down. Below its live rows are values."""
    for column, field in zip(place.columns, place.table.fields, strict=True):
        if field.formula:
            last = min(place.last, place.first + (field.live or place.rows) - 1)
            area = block(sheet, place.first, column, last, column)
            area.formula = stored(field.formula, place.table.name)
            if last < place.last:
                below = live_values.column(field)[last + 1 - place.first :]
                block(sheet, last + 1, column, place.last, column).value = [[value] for value in below]


def at_headings(formula: str, place: Place, row: int, column: int) -> str:
    """Fill the places of a conditional format with the cells of a row: ``{Stage}`` becomes ``$K5``.

    ``{#}`` becomes the heading above the cell itself; ``column`` is the first column of the format.
    """
    formula = formula.replace(HERE, f"{column_letters(column)}${place.row + 1}")
    letters: Mapping[str, str] = {
        field.heading: column_letters(column)
        for column, field in zip(place.columns, place.table.fields, strict=True)
    }
    for heading, name in letters.items():
        formula = formula.replace(f"{{{heading}}}", f"${name}{row + 1}")
    return formula


def side_by_side(cells: Iterable[Cell]) -> list[list[Cell]]:
    """Return cells side by side together: each write to the host takes time."""
    found: list[list[Cell]] = []
    for cell in sorted(cells, key=lambda cell: (cell.row, cell.col)):
        if found and (found[-1][-1].row, found[-1][-1].col + 1) == (cell.row, cell.col):
            found[-1].append(cell)
        else:
            found.append([cell])
    return found
