"""Two sheets that are there only when they are needed: what could not be placed, and what people disagree about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from winback_xl.core.cell_text import written
from winback_xl.core.merging.left_behind import LEFT
from winback_xl.workbook.sheets.parts import HEADER_ROW
from winback_xl.workbook.spec import Field, Sheet, Table

if TYPE_CHECKING:
    from winback_xl.schema.columns import Kind

LEFTOVERS, CONFLICTS = "Leftovers", "Conflicts"

LEFT_HEADINGS = ("Where it stood", "Customer ID", "Column", "Content", "Why it is here")

CONFLICT_HEADINGS = (
    "Campaign ID", "Customer ID", "Customer", "Column", "As sent out", "In the master", "In the copy", "Copy", "Saved by", "Saved on",
)  # fmt: skip
"""Headings of the conflict list, in the order of `winback_xl.core.merging.returned_copies.CONFLICT`."""


def leftovers(found: pd.DataFrame) -> Sheet:
    """Return the sheet of what could not be placed; columns `LEFT`."""
    widths = (26, 14, 22, 60, 60)
    kinds: tuple[Kind, ...] = ("text", "id", "text", "long", "long")
    fields = tuple(
        Field(heading, _texts(found[name]), kind, "calculated", width=width)
        for heading, name, kind, width in zip(LEFT_HEADINGS, LEFT, kinds, widths, strict=True)
    )
    return Sheet(
        LEFTOVERS,
        "Leftovers: what could not be placed",
        "Somebody typed it, so it is kept. Move it where it belongs, then delete its row here.",
        tables=(Table("tblLeftovers", HEADER_ROW, 0, fields, "Texts that have no row or column any more"),),
        freeze=(HEADER_ROW + 1, 0),
    )


def conflicts(found: pd.DataFrame) -> Sheet:
    """Return the sheet of the cells that two people filled differently; columns `winback_xl.core.merging.returned_copies.CONFLICT`."""
    widths = (14, 12, 24, 18, 28, 28, 28, 26, 16, 20)
    kinds: tuple[Kind, ...] = ("id", "id", "text", "text", "long", "long", "long", "text", "text", "text")
    fields = tuple(
        Field(heading, _texts(found[name]), kind, "calculated", width=width)
        for heading, name, kind, width in zip(CONFLICT_HEADINGS, found.columns, kinds, widths, strict=True)
    )
    return Sheet(
        CONFLICTS,
        "Conflicts: the same cell, filled in twice",
        "The Campaign sheet keeps the value of the master. Type the right value there, or delete the row here to accept it.",
        tables=(Table("tblConflicts", HEADER_ROW, 0, fields, "Cells with two different texts"),),
        freeze=(HEADER_ROW + 1, 0),
    )


def _texts(values: pd.Series) -> pd.Series:
    return pd.Series([written(value) for value in values], dtype=object)
