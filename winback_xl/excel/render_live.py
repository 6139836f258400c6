"""Draw a book, as `winback_xl.workbook.spec` describes it, into the open workbook.

Every sheet is drawn in the gentlest way that gives the right result:

- A sheet whose tables stand there already is updated in place: values and formulas of our columns only. Rows that
  people work on keep their cells, formats, comments and their order; new rows come below.
- A sheet of results whose layout changed is drawn anew in its old position.
- A sheet of the same name that is not ours is left alone, and ours gets another name.

All reading is done before (see `live.look`); here it is written only, values first, then formulas, then looks, so
that no formula names a table that is not there yet.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from winback_xl.errors import DataError
from winback_xl.excel import live_charts, live_looks, live_tables, live_values
from winback_xl.excel.host import is_remote
from winback_xl.excel.live import AS_OF, typed_day
from winback_xl.excel.live_looks import Notes
from winback_xl.excel.live_tables import Place, block, fresh
from winback_xl.workbook import fits, theme
from winback_xl.workbook.formulas import cell_range, list_name, sheet_name, stored
from winback_xl.workbook.validation import of_cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winback_xl.excel.live import Held, View
    from winback_xl.workbook.spec import Book, Cell, Sheet, Table

How = Literal["new", "update", "replace"]
_FORM, _ABOUT = (
    ("tblColours", "tblSheets"),
    "tblAbout",
)  # what the Guide of an input form has, and of a campaign


@dataclass(frozen=True, slots=True)
class Target:
    """One sheet to draw: under which name, how, where its tables go, and how far people moved it."""

    spec: Sheet
    name: str
    how: How
    places: tuple[Place, ...]
    shift: tuple[int, int] = (0, 0)
    below: bool = False


@dataclass(slots=True)
class Drawing:
    """What is being drawn, and what the host could not do."""

    view: View
    book: Book
    targets: list[Target]
    notes: Notes = field(default_factory=Notes)

    @property
    def open_book(self) -> Any:
        """The workbook that Excel holds open."""
        return self.view.book

    def sheet(self, target: Target) -> Any:
        """Return the sheet of a target."""
        return self.open_book.sheets[target.name]


def targets(view: View, book: Book, kept: Mapping[str, int] | None = None) -> list[Target]:
    """Decide how each sheet is drawn. Nothing is written.

    Parameters
    ----------
    view : View
    book : Book
    kept : mapping of str to int, optional
        Table name -> its first rows, in the order in which they stand, whose human cells must stay.

    Raises
    ------
    DataError
        A table that people fill in lacks one of our columns, so that it can be neither updated nor replaced.
    """
    found: list[Target] = []
    for spec in book.sheets:
        found.append(_target(view, spec, kept or {}, {target.name for target in found}))
    return found


def beside_form(view: View, book: Book) -> Book:
    """Return the book for a workbook with a Guide of its own, such as the one that holds the buttons.

    That Guide stays as it is; what the campaign's Guide says of the numbers goes to a sheet About.
    """
    about, form = view.table(_ABOUT), view.table(_FORM[0])
    if form is None or (about is not None and about.sheet == form.sheet):
        return book
    guide = book.sheet("Guide")
    gone = [table for table in guide.tables if table.name in _FORM]
    bodies = {cell for table in gone for cell in _on_body(guide, table)}
    slim = replace(
        guide,
        name="About",
        tables=tuple(table for table in guide.tables if table.name not in _FORM),
        cells=tuple(cell for cell in guide.cells if cell not in bodies),
    )
    return replace(book, sheets=tuple(slim if sheet is guide else sheet for sheet in book.sheets))


def draw(view: View, book: Book, drawn: list[Target]) -> Notes:
    """Draw the sheets.

    Parameters
    ----------
    view : View
        What stood there before.
    book : Book
        What to draw.
    drawn : list of Target
        From `targets`.

    Returns
    -------
    winback_xl.excel.live_looks.Notes
        What the host could not draw; numbers and formulas are always complete.
    """
    drawing = Drawing(view, book, drawn)
    _make_sheets(drawing)
    for target in drawn:
        _write_values(drawing, target)
    _name_lists(drawing)
    for target in drawn:
        _write_formulas(drawing, target)
    lists = _list_ranges(drawing)
    for target in drawn:
        _dress(drawing, target, lists)
    for target in drawn:
        _draw_charts(drawing, target)
    return drawing.notes


def _target(view: View, spec: Sheet, kept: Mapping[str, int], taken: set[str]) -> Target:
    helds = [view.table(table.name) for table in spec.tables]
    there = [held for held in helds if held is not None]
    if not there:
        name = _free_name(view, spec.name, taken)
        return Target(spec, name, "new", tuple(fresh(table) for table in spec.tables))
    home = there[0].sheet
    why_not = _why_not_in_place(view, spec, helds)
    if not why_not:
        pairs = [(t, h) for t, h in zip(spec.tables, helds, strict=True) if h is not None]
        places = tuple(_standing(view, table, held, kept) for table, held in pairs)
        shift = pairs[0][1].row - pairs[0][0].row, pairs[0][1].col - pairs[0][0].col
        last = max(held.last_row for held in there)
        return Target(spec, home, "update", places, shift, below=view.used.get(home, 0) > last)
    own = {table.name.casefold() for table in spec.tables}
    foreign = [held.name for held in view.on(home) if held.name.casefold() not in own]
    if foreign or any(_theirs(table) for table in spec.tables):
        beside = f" The table {foreign[0]} stands there too." if foreign else ""
        raise DataError(
            f"The sheet {home} cannot be brought up to date: {why_not}{beside}",
            "Undo that change (or rename the table to keep it), then press the button again.",
            code="table-changed",
        )
    return Target(spec, home, "replace", tuple(fresh(table) for table in spec.tables))


def _theirs(table: Table) -> bool:
    """Tell whether a table holds what only people know."""
    roles = {f.role for f in table.fields}
    return "human" in roles or roles == {"input"}


def _free_name(view: View, name: str, taken: set[str]) -> str:
    used = {*view.sheets, *taken}
    if name.casefold() not in {other.casefold() for other in used}:
        return name
    return sheet_name(f"{name} (win-back)", used)


def _why_not_in_place(view: View, spec: Sheet, helds: list[Held | None]) -> str:
    """Say why the tables cannot stay where they stand, or nothing."""
    shifts = set()
    for table, held in zip(spec.tables, helds, strict=True):
        if held is None:
            return f"the table {table.name} is not there."
        missing = [f.heading for f in table.fields if f.heading not in held.headings]
        if missing:
            return f"the table {held.name} has no column {missing[0]}."
        if held.sheet != helds[0].sheet:  # type: ignore[union-attr] # the loop has left if the first is None
            return f"the table {held.name} was moved to the sheet {held.sheet}."
        if max(1, table.rows) != held.rows and _has_below(spec, table):
            return f"the table {held.name} changes its length."
        if _mixed(table) and not _same_rows(view, table, held):
            return f"the rows of {held.name} are others now."
        shifts.add((held.row - table.row, held.col - table.col))
    return "its tables were moved." if len(shifts) > 1 else ""


def _mixed(table: Table) -> bool:
    """Tell whether people fill some cells of a table of ours, such as the values of the settings."""
    roles = {f.role for f in table.fields}
    return "input" in roles and "human" not in roles and len(roles) > 1


def _has_below(spec: Sheet, table: Table) -> bool:
    """Tell whether anything of ours stands below a table."""
    tables = any(other.row > table.row for other in spec.tables)
    return tables or any(cell.row > table.row + max(1, table.rows) for cell in spec.cells)


def _same_rows(view: View, table: Table, held: Held) -> bool:
    """Tell whether the rows of a table with inputs are those that stand there, by the words before the inputs."""
    rows = view.body(held)
    for f in table.fields:
        if f.role == "input":
            break
        at = held.headings.index(f.heading)
        if [str(row[at] or "") for row in rows] != [str(value) for value in f.values]:
            return False
    return len(rows) == table.rows


def _standing(view: View, table: Table, held: Held, kept: Mapping[str, int]) -> Place:
    """Return the place of a table that stands there already."""
    roles = {f.role for f in table.fields}
    protected = held.rows if _mixed(table) else kept.get(table.name, 0)
    if "human" in roles and table.name not in kept and any(_filled(view, table, held)):
        raise ValueError(f"{table.name} holds what people typed, and nobody said which rows to keep")
    return Place(
        table, held.row, held.col, tuple(held.column(f.heading) for f in table.fields), len(held.headings),
        old_rows=held.rows, kept=protected,
    )  # fmt: skip


def _filled(view: View, table: Table, held: Held) -> list[bool]:
    key = held.headings.index(table.fields[0].heading)
    return [row[key] not in (None, "") for row in view.body(held)]


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
    for row, (text, look) in enumerate(
        ((target.spec.title, "title"), (target.spec.instruction, "instruction"))
    ):
        if text and target.shift == (0, 0):
            area = block(sheet, row, 0, row, 0)
            area.value = live_values.guard(text)
            if target.how != "update":
                live_looks.dress(area, theme.cell(look), drawing.notes)  # type: ignore[arg-type] # both are looks
    for place in target.places:
        overlay = {
            (cell.row - place.table.row - 1, cell.col - place.table.col): live_values.value(cell)
            for cell in _on_body(target.spec, place.table)
            if not cell.formula
        }
        live_tables.write(sheet, place, overlay, below=target.below)
    homes = _homes(target.spec)
    for cell in target.spec.cells:
        if cell.name:
            _name(drawing, cell.name, target, cell)
        typed = target.how == "update" and cell.look == "input" and not _automatic(drawing.view, cell)
        if cell not in homes and not cell.formula and not typed:
            _area(sheet, target, cell).value = live_values.value(cell)


def _automatic(view: View, cell: Cell) -> bool:
    """Tell whether an input cell is ours to write: the as-of day, while nobody has typed one."""
    return cell.name == AS_OF and typed_day(view) is None


def _on_body(spec: Sheet, table: Table) -> list[Cell]:
    """Return the free cells that stand on the body of a table."""
    return [
        cell
        for cell in spec.cells
        if table.row < cell.row <= table.row + max(1, table.rows)
        and table.col <= cell.col < table.col + len(table.fields)
    ]


def _homes(spec: Sheet) -> set[Cell]:
    return {cell for table in spec.tables for cell in _on_body(spec, table)}


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
            if place.table.name == fits.LISTS_TABLE:
                for column, item in zip(place.columns, place.table.fields, strict=True):
                    if fits.length(item):
                        found[item.heading] = target, place, column, fits.length(item)
    return found


def _name_lists(drawing: Drawing) -> None:
    for name, (target, place, column, length) in _lists(drawing).items():
        refers_to = cell_range(target.name, place.first, column, place.first + length - 1, column)
        _define(drawing, list_name(name), "=" + refers_to)


def _list_ranges(drawing: Drawing) -> dict[str, Any]:
    return {
        name: block(drawing.sheet(target), place.first, column, place.first + length - 1, column)
        for name, (target, place, column, length) in _lists(drawing).items()
    }


def _write_formulas(drawing: Drawing, target: Target) -> None:
    sheet = drawing.sheet(target)
    for place in target.places:
        live_tables.write_formulas(sheet, place)
    homes = {cell: table.name for table in target.spec.tables for cell in _on_body(target.spec, table)}
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
    for cell in target.spec.cells:
        area = _area(sheet, target, cell)
        style = theme.cell(cell.look, cell.kind, currency)
        if cell in homes:
            style = replace(style, size=11)
        live_looks.dress(area, style, notes)
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
