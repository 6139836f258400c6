"""How many rows the starter has, what its ranges are called, and small formulas that several sheets share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from winback_xl.settings import Settings
from winback_xl.workbook.spec import Field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winback_xl.schema.columns import Kind


@dataclass(frozen=True, slots=True)
class Room:
    """How many rows each sheet has room for; the starter says so where there are more."""

    orders: int = 5_000
    customers: int = 2_500
    lapsed: int = 500
    known: int = 300


ORDER, CREDIT, NOTHING = 1, 2, 3
"""What a row is: the number stands in the sort key, behind the customer."""

KINDS, DAYS, ROWS = 4, 1e5, 1e4
"""A sort key is ((row of the customer's first order x KINDS + kind) x DAYS + day) x ROWS + row."""

LOST = ("Lapsed", "Cold")
"""Statuses of the sheet Lapsed."""

DAY, NO_ROW = "set_as_of", 9e15
"""Name of the cell with the day that counts as today; what stands below the last sort key."""


@cache
def delivered() -> Settings:
    """Return the settings as delivered."""
    return Settings()


def escaped(cell: str) -> str:
    """Return a text for MATCH, which would take these three signs for wildcards.

    >>> escaped("A1")
    'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE(A1,"~","~~"),"*","~*"),"?","~?")'
    """
    for sign in "~*?":
        cell = f'SUBSTITUTE({cell},"{sign}","~{sign}")'
    return cell


def part(name: str, first: str, last: str) -> str:
    """Return the rows, first to last, of a range with a name.

    >>> part("so_day", "[@start]", "[@end]")
    'INDEX(so_day,[@start]):INDEX(so_day,[@end])'
    """
    return f"INDEX({name},{first}):INDEX({name},{last})"


def column(
    heading: str, values: Sequence[object], kind: Kind, formula: str, *, name: str = "", about: str = "", width: float = 0
) -> Field:  # fmt: skip
    """Return a formula column in sight."""
    return Field(heading, filled(values), kind, "formula", formula, help=about, name=name, width=width)


def helper(heading: str, values: Sequence[object], formula: str, *, name: str = "") -> Field:
    """Return a formula column that only other formulas read."""
    return Field(heading, filled(values), "number", "formula", formula, name=name, hidden=True)


def numbered(rows: int) -> Field:
    """Return the fixed numbers of rows, so that the table may be sorted."""
    return Field("No.", np.arange(1.0, rows + 1), "count", "calculated", hidden=True)


def filled(values: Sequence[object]) -> np.ndarray:
    """Return values as a column."""
    out = np.empty(len(values), dtype=object)
    out[:] = [held(value) for value in values]
    return out


def held(value: Any) -> Any:
    """Return a value as the template stores it: fractions to 15 digits, so that they are the same on every computer."""
    whole = not isinstance(value, float) or value.is_integer()
    return value if whole else float(f"{value:.15g}")


def padded(values: Sequence[object], rows: int) -> list[object]:
    """Return values with blanks below them."""
    return [*values, *[""] * (rows - len(values))]
