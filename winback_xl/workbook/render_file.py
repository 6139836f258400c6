"""Write a book into an .xlsx file: what `winback_xl.workbook.spec` describes, as `winback_xl.workbook.theme` looks.

XlsxWriter does the writing; `winback_xl.workbook.xlsx.frame` takes the rows of tables off its hands.
"""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING, cast

from winback_xl.files.save import atomic_write
from winback_xl.workbook import fits
from winback_xl.workbook.clean_texts import cleaned
from winback_xl.workbook.formulas import cell_range, list_name
from winback_xl.workbook.xlsx import charts, marks, page, write_cells, write_tables
from winback_xl.workbook.xlsx.formats import Formats
from winback_xl.workbook.xlsx.frame import Frame

if TYPE_CHECKING:
    from winback_xl.workbook.spec import Book
    from winback_xl.workbook.xlsx.frame import FrameSheet


def render(
    book: Book,
    target: str | os.PathLike[str] | IO[bytes],
    *,
    force: bool = False,
    level: int | None = None,
) -> None:
    """Write a book as an .xlsx file. Equal books give equal bytes.

    Parameters
    ----------
    book : Book
        What to write; it is checked before any work.
    target : path or IO[bytes]
        The file, or a binary file open for writing.
    force : bool
        For a path, as in `winback_xl.files.save.atomic_write`.
    level : int, optional
        Compression, 1 (fast) to 9 (small); by default 6, and 1 for a book of more than half a million cells.

    Raises
    ------
    DataError
        A table has more rows than an Excel sheet (code ``too-many-rows``).
    FileError
        The file cannot be written; the file that was there before is unchanged.
    ValueError
        The book contradicts itself, such as two tables of one name.
    """
    frame = draw(book)
    if isinstance(target, (str, os.PathLike)):
        with atomic_write(target, force=force) as file:
            frame.save(file, level)
    else:
        frame.save(target, level)


def draw(book: Book, *, quick: bool = True) -> Frame:
    """Return the whole workbook, ready to save; its texts are cleaned and it is checked before any work."""
    book = cleaned(book)
    fits.check(book)
    frame = Frame(fits.list_names(book), quick=quick)
    frame.set_properties(
        {"title": book.title, "subject": book.subject, "author": "", "created": book.created}
    )
    formats = Formats(frame)
    targets = [cast("FrameSheet", frame.add_worksheet(sheet.name)) for sheet in book.sheets]
    for sheet, target in zip(book.sheets, targets, strict=True):
        for table in sheet.tables:
            write_tables.add(frame, target, book, sheet, table, formats)
        write_cells.add_all(frame, target, book, sheet, formats)
        for mark in sheet.marks:
            marks.add(target, mark, formats)
        page.set_up(target, sheet, book.currency, formats)
        for chart in sheet.charts:
            charts.add(frame, target, book, chart)
        for name, *place in sheet.areas:
            frame.define_name(name, "=" + cell_range(sheet.name, *place))
    for name, (sheet, table, field) in fits.lists(book).items():
        column = table.column(field.heading)
        last = table.row + fits.length(field)
        frame.define_name(list_name(name), "=" + cell_range(sheet.name, table.row + 1, column, last, column))
    for sheet, table, field in fits.named_columns(book):
        column = table.column(field.heading)
        frame.define_name(
            field.name, "=" + cell_range(sheet.name, table.row + 1, column, fits.last_row(table), column)
        )
    for item in book.names:
        frame.name_formula(item)
    first = next(target for sheet, target in zip(book.sheets, targets, strict=True) if not sheet.hidden)
    first.activate()
    first.set_first_sheet()
    return frame
