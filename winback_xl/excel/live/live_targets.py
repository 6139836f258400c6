"""Decide how each sheet of a book is drawn into the open workbook, and refuse what would cost people their work.

A sheet is known as ours by its tables, wherever people moved or renamed it. Nothing is written here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from winback_xl.errors import DataError
from winback_xl.excel.live.live_tables import Place, fresh
from winback_xl.excel.live.open_workbook import page_name
from winback_xl.workbook import theme
from winback_xl.workbook.formulas import sheet_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from winback_xl.excel.live.open_workbook import Held, Rows, View
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


def writes_over(target: Target) -> Callable[[int, int], bool]:
    """Return whether drawing a sheet writes over a cell that stands there, by its row and column, 0-based.

    An update leaves what is next to our cells where it is, and the columns that people fill in or added.
    """
    if target.how == "replace":
        return lambda _, __: True
    down, right = target.shift
    single = {(cell.row + down, cell.col + right) for cell in target.spec.cells}
    if target.shift == (0, 0):
        single |= {(row, 0) for row, text in enumerate((target.spec.title, target.spec.instruction)) if text}
    areas = [(range(place.first, place.last + 1), frozenset(place.columns)) for place in target.places]
    areas += [
        (
            range(place.last + 1, place.row + place.old_rows + 1),
            frozenset(range(place.col, place.col + place.width)),
        )
        for place in target.places
    ]  # rows that a shorter table clears
    return lambda row, column: (
        (row, column) in single or any(row in rows and column in columns for rows, columns in areas)
    )


def beside_form(view: View, book: Book) -> Book:
    """Return the book for a workbook with a Guide of its own, such as the one that holds the buttons.

    That Guide stays as it is; what the campaign's Guide says of the numbers goes to a sheet About.
    """
    about, form = view.table(_ABOUT), view.table(_FORM[0])
    if form is None or (about is not None and about.sheet == form.sheet):
        return book
    guide = book.sheet("Guide")
    gone = [table for table in guide.tables if table.name in _FORM]
    bodies = {cell for table in gone for cell in on_body(guide, table)}
    slim = replace(
        guide,
        name="About",
        tables=tuple(table for table in guide.tables if table.name not in _FORM),
        cells=tuple(cell for cell in guide.cells if cell not in bodies),
    )
    return replace(book, sheets=tuple(slim if sheet is guide else sheet for sheet in book.sheets))


def _target(view: View, spec: Sheet, kept: Mapping[str, int], taken: set[str]) -> Target:
    helds = [view.table(table.name) for table in spec.tables]
    there = [held for held in helds if held is not None]
    if not spec.tables and page_name(spec.name) in view.pages:
        page = view.pages[page_name(spec.name)]
        return Target(spec, page, "update" if _same_layout(view.cells(page), spec) else "replace", ())
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
        beside = f" The table {foreign[0]} is there too." if foreign else ""
        raise DataError(
            f"The sheet {home} cannot be brought up to date: {why_not}{beside}",
            "Undo that change (or rename the table to keep it), then press the button again.",
            code="table-changed",
        )
    return Target(spec, home, "replace", tuple(fresh(table) for table in spec.tables))


def _same_layout(rows: Rows, spec: Sheet) -> bool:
    """Return whether a page that stands has its cells where ours are, so that people who look at it may stay on it.

    A page without formulas, such as the call sheets, is drawn for others each time.
    """
    plain = {(cell.row, cell.col) for cell in spec.cells if cell.value not in (None, "")}
    plain |= {(row, 0) for row, text in enumerate((spec.title, spec.instruction)) if text}
    native = {(cell.row, cell.col) for cell in spec.cells if cell.formula or cell.look in theme.TYPED}
    native |= {(row, 0) for row, text in enumerate((spec.title_formula, spec.instruction_formula)) if text}
    there = {
        (row, col) for row, line in enumerate(rows) for col, cell in enumerate(line) if cell not in (None, "")
    }
    return any(cell.formula for cell in spec.cells) and plain - native <= there <= plain | native


def _theirs(table: Table) -> bool:
    """Return whether a table holds what only people know."""
    roles = {f.role for f in table.fields}
    return "human" in roles or roles == {"input"}


def _free_name(view: View, name: str, taken: set[str]) -> str:
    used = {*view.sheets, *taken}
    if name.casefold() not in {other.casefold() for other in used}:
        return name
    return sheet_name(f"{name} (win-back)", used)


def _why_not_in_place(view: View, spec: Sheet, helds: list[Held | None]) -> str:
    """Explain why the tables cannot stay where they are; "" if they can."""
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
    """Return whether people fill some cells of a table of ours, such as the values of the settings."""
    roles = {f.role for f in table.fields}
    return "input" in roles and "human" not in roles and len(roles) > 1


def _has_below(spec: Sheet, table: Table) -> bool:
    """Return whether anything of ours is below a table."""
    tables = any(other.row > table.row for other in spec.tables)
    return tables or any(cell.row > table.row + max(1, table.rows) for cell in spec.cells)


def _same_rows(view: View, table: Table, held: Held) -> bool:
    """Return whether the rows of a table with inputs are those that are there, by the words before the inputs."""
    rows = view.body(held)
    for f in table.fields:
        if f.role == "input":
            break
        at = held.headings.index(f.heading)
        if [str(row[at] or "") for row in rows] != [str(value) for value in f.values]:
            return False
    return len(rows) == table.rows


def _standing(view: View, table: Table, held: Held, kept: Mapping[str, int]) -> Place:
    """Return the place of a table that is there already."""
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


def on_body(spec: Sheet, table: Table) -> list[Cell]:
    """Return the free cells that are on the body of a table."""
    return [
        cell
        for cell in spec.cells
        if table.row < cell.row <= table.row + max(1, table.rows)
        and table.col <= cell.col < table.col + len(table.fields)
    ]
