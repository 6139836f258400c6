"""Rows of a sheet that was loaded whole are those that a load of just these rows gives."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook

from winback_xl.readers import crop
from winback_xl.readers.opened_files import opened
from winback_xl.readers.source import MAX_COLUMN, Area

HEADINGS = ("", "Customer", "Day", "Worth", "", "Mixed")


@pytest.fixture(params=["gapless", "with blank rows"])
def source(request, tmp_path):
    book = Workbook()
    sheet = book.active
    sheet["B1"], sheet["H1"] = "A title", "far right of it"
    sheet.append([])
    for at, heading in enumerate(HEADINGS, 1):
        sheet.cell(3, at).value = heading or None
    row = 3
    for at in range(9):
        row += 2 if at == 4 and request.param != "gapless" else 1
        mixed = (at, f"text {at}", None, True)[at % 4]
        for column, value in ((2, f"C{at}"), (3, pd.Timestamp(2026, 1, at + 1)), (4, at * 1.5), (6, mixed)):
            sheet.cell(row, column).value = value
    sheet["B5"].number_format = "00000"
    sheet.merge_cells("B7:B8")
    sheet.merge_cells("A1:A5")
    sheet.row_dimensions[6].hidden = True
    book.save(tmp_path / "book.xlsx")
    with opened(tmp_path / "book.xlsx") as (_, found):
        yield found


def cells(grid, headings=True):
    """Return all that the columns hold; those of blank cells only where their heading counts."""
    filled = [
        column for column in grid.columns if column.kinds.any() or (headings and column.heading.strip())
    ]
    return [
        (column.position, column.heading, column.kinds.tolist(), column.strings().to_pylist(), column.merged,
         np.nan_to_num(column.numbers if column.numbers is not None else np.zeros(grid.rows), nan=-1).tolist()
         if column.numbers is not None and not np.isnan(column.numbers).all() else None,
         [str(day) for day in column.dates] if column.dates is not None and not np.isnat(column.dates).all() else None)
        for column in filled
    ]  # fmt: skip


def numbers(grid):
    return [grid.row_number(row) for row in range(grid.rows)]


def hidden(grid):
    return [] if grid.hidden is None else np.flatnonzero(grid.hidden).tolist()


def test_what_is_below_the_headings_is_what_a_load_of_it_gives(source):
    sheet = source.sheets[0].name
    loaded = source.load(sheet, Area(3, HEADINGS, 4, last_column=MAX_COLUMN))
    found = crop.below(source.whole(sheet), 3, HEADINGS)
    assert cells(found) == cells(loaded)
    assert numbers(found) == numbers(loaded)
    assert hidden(found) == hidden(loaded) != []
    assert (found.header_row, found.rows) == (loaded.header_row, loaded.rows)
    assert found.cell(2, found.columns[1]) == loaded.cell(2, loaded.columns[1])


@pytest.mark.parametrize(("first", "last"), [(1, 3), (2, 2), (5, 9), (1, 1_048_576), (50, 60)])
def test_rows_between_two_are_what_a_load_of_them_gives(source, first, last):
    sheet = source.sheets[0].name
    loaded = source.load(sheet, Area(0, (), first, last, last_column=MAX_COLUMN))
    found = crop.rows_between(source.whole(sheet), first, last)
    assert numbers(found) == numbers(loaded)
    assert cells(found, headings=False) == cells(loaded, headings=False)


def test_a_sheet_is_read_once(source, monkeypatch):
    sheet = source.sheets[0].name
    first = source.whole(sheet)
    monkeypatch.setattr(type(source), "cells", None)
    assert source.whole(sheet) is first
