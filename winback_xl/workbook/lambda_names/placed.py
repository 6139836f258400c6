"""Names of a workbook: the definitions, with the cells of this workbook's table of stages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from winback_xl.workbook.formulas import cell_range
from winback_xl.workbook.lambda_names.lambda_catalogue import NAMES
from winback_xl.workbook.spec import Name

if TYPE_CHECKING:
    from winback_xl.workbook.spec import Book

STAGES = "tblStages"
"""The table that WB.NEXT_STEP looks a stage up in."""


def with_names(book: Book) -> Book:
    """Return a book with all names; its Settings and Lists are the ones that they read.

    Parameters
    ----------
    book : Book
        With a cell for every setting, and the table of stages.
    """
    sheet, table = book.table(STAGES)
    first, last = table.row + 1, table.row + table.rows
    columns = {
        field.heading: cell_range(sheet.name, first, place, last, place)
        for place, field in enumerate(table.fields, start=table.col)
    }
    names = [Name(one.full_name, one.stored(columns), one.comment, hidden=one.is_part) for one in NAMES]
    return replace(book, names=(*book.names, *names))
