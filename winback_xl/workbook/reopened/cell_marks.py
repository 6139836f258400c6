"""Formulas, colours, formats and notes that people put on the cells of the campaign."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.readers.grid import Cell
from winback_xl.schema import columns as schema
from winback_xl.workbook import theme
from winback_xl.workbook.ooxml import sheet_scan
from winback_xl.workbook.ooxml.cell_looks import Looks, expected
from winback_xl.workbook.ooxml.package_outline import links
from winback_xl.workbook.reopened.contents import row_numbers

if TYPE_CHECKING:
    from winback_xl.readers.xlsx.read_xlsx import XlsxSource
    from winback_xl.workbook.ooxml.cell_formulas import At
    from winback_xl.workbook.ooxml.sheet_scan import Note
    from winback_xl.workbook.reopened.contents import Found

_OWN_BOOK = "officeDocument"


@dataclass(frozen=True, slots=True)
class Marks:
    """By the cell where they were found: row from 1, column from 0.

    Parameters
    ----------
    formulas : dict
        Formulas outside the formula columns, as the file holds them.
    values : set
        Cells of the formula columns that hold no formula any more: somebody typed over it.
    formats : dict of cell to int
        Style of the cells that look different from what was sent out, and of all cells of added columns.
    notes : list of Note
        Notes on cells.
    widths : dict of int to float
        Widths of columns.
    folds : dict of int to bool
        Columns that fold away, and whether they are out of sight.
    headings : dict of int to str
        Heading of every column.
    """

    formulas: dict[At, str] = field(default_factory=dict)
    values: set[At] = field(default_factory=set)
    formats: dict[At, int] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    folds: dict[int, bool] = field(default_factory=dict)
    headings: dict[int, str] = field(default_factory=dict)


def read(source: XlsxSource, found: Found) -> Marks:
    """Read the marks on the campaign's sheet."""
    package, part = source.book.package, source.book.parts[found.grid.sheet]
    first = found.grid.header_row + 1
    native = {
        found.columns[column.name].position
        for column in schema.CAMPAIGN.of_role("formula")
        if column.name in found.columns
    }
    scanned = sheet_scan.scan(package, part, first, unwanted=native)
    return Marks(
        formulas={at: text for at, text in scanned.formulas.items() if at[1] not in native},
        values=_typed_over(found, native, scanned),
        formats=_formats(source, found, scanned),
        notes=sheet_scan.notes(package, part),
        widths=scanned.widths,
        folds=scanned.folds,
        headings={column.position: column.heading for column in found.grid.columns},
    )


def _typed_over(found: Found, native: set[int], scanned: sheet_scan.Scanned) -> set[At]:
    """Return the cells of the formula columns that hold something, and no formula."""
    rows, columns = scanned.calculated
    numbers = row_numbers(found.grid)
    return {
        (row, raw.position)
        for raw in found.grid.columns
        if raw.position in native
        for held in [numbers[np.flatnonzero(raw.kinds)]]
        for row in held[~np.isin(held, rows[columns == raw.position])].tolist()
    }


def _formats(source: XlsxSource, found: Found, scanned: sheet_scan.Scanned) -> dict[At, int]:
    """Return the styles of the cells that somebody formatted."""
    package = source.book.package
    main = next((link.target for link in links(package, "") if link.kind == _OWN_BOOK), "xl/workbook.xml")
    part = next((link.target for link in links(package, main) if link.kind == "styles"), "")
    if part not in package:
        return {}
    looks = Looks.of(package.read(part, 200_000_000), package.file)
    usual = {}
    for column in schema.CAMPAIGN.columns:
        if column.name in found.columns:
            drawn = theme.Style() if column.hidden else theme.body(column.role, column.kind)
            plain = {looks.look(0)} if column.hidden else set()  # most of what nobody sees names no style
            usual[found.columns[column.name].position] = {expected(drawn)} | plain
    added = {raw.position for raw in found.added.values()}
    days = _days(found)
    rows, columns, styles = scanned.cells
    kept: dict[At, int] = {}
    numbers = row_numbers(found.grid)
    inside = np.isin(rows, numbers)
    for style in np.unique(styles[inside]).tolist():
        look = looks.look(style)
        for column in np.unique(columns[inside & (styles == style)]).tolist():
            if column in added or (column in usual and look not in usual[column]):
                at = inside & (styles == style) & (columns == column)
                kept.update({(row, column): style for row in rows[at].tolist()})
    kept.update(
        {
            (row, column): style
            for row, column, style in zip(rows.tolist(), columns.tolist(), styles.tolist(), strict=True)
            if (row, column) in days
        }
        if days
        else {}
    )
    return kept


def _days(found: Found) -> set[At]:
    """Return the cells that show a day in a column of something else."""
    return {
        (found.grid.row_number(row), raw.position)
        for column in schema.CAMPAIGN.of_role("human")
        if column.kind != "date" and column.name in found.columns
        for raw in [found.columns[column.name]]
        for row in np.flatnonzero(raw.kinds == Cell.DATE).tolist()
    }
