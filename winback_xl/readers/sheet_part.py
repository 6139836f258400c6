"""The part of a sheet that a table fills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping


Place = Literal["cell", "line", "row"]
"""How a data row is named: ``C14`` in a sheet, ``line 14`` in a text file, ``row 14`` in a Parquet file."""


@dataclass(frozen=True, slots=True)
class Part:
    """A sheet, or a file, that a `Grid` was joined from.

    Parameters
    ----------
    file, sheet : str
        Where it came from.
    place : {"cell", "line", "row"}
        How its rows are named.
    positions : mapping of int to int
        Column of the joined grid -> column of this part, where they differ.
    lead : str
        What is in front of a cell's name, such as ``Feb!`` or ``[2025.xlsx]Feb!``.
    rows_in : int
        Rows of data that it held, those included that could not be read.
    """

    file: str
    sheet: str
    place: Place
    positions: Mapping[int, int]
    lead: str
    rows_in: int
