"""What every kind of file offers to `read`: its sheets, a look at its first rows, and the rows below the headings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winback_xl.errors import Issue
    from winback_xl.readers.grid import Grid

HEAD = 20
"""How many filled rows are searched for headings."""

MAX_ROW = 1_048_576
"""Last row of an Excel sheet."""

MAX_COLUMN = 16_383
"""Last column of an Excel sheet, 0-based: XFD."""

REACH = 50
"""How many columns right of the last heading may still belong to the table; what is beyond is stray."""

MAX_GAP = 1_000
"""How many blank rows may interrupt a table; a smaller piece that is beyond is stray."""


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """One sheet: its name and whether people see it. Text and Parquet files have one without a name."""

    name: str
    visible: bool = True


@dataclass(frozen=True, slots=True)
class TableInfo:
    """One Excel Table: rows are 1-based, columns 0-based, both ends included.

    ``first_row`` is the row of the headings, or of the first data row when ``headings`` is empty; the row of
    totals is not counted in, but ``totals`` says that there is one.
    """

    name: str
    sheet: str
    first_row: int
    last_row: int
    first_column: int
    last_column: int
    headings: tuple[str, ...]
    totals: bool = False


@dataclass(frozen=True, slots=True)
class HeadRow:
    """One of the first filled rows: its number (1-based) and its cells as text, ``""`` for a blank one."""

    number: int
    texts: tuple[str, ...]

    @property
    def filled(self) -> int:
        """How many cells hold something."""
        return sum(bool(text.strip()) for text in self.texts)


@dataclass(frozen=True, slots=True)
class Area:
    """The part of a sheet to load; rows are 1-based, columns 0-based, both ends included.

    Parameters
    ----------
    header_row : int
        Row of the headings, 0 if there are none.
    headings : tuple of str
        Heading of each column from column 0 on; columns beyond have none.
    first_row, last_row : int
        Data rows.
    first_column, last_column : int
        Columns that belong to the table.
    wanted : frozenset of int, or None
        Columns to load, None for all.
    table : str
        Name of the Excel Table, or empty.
    closed : bool
        Whether the Table ends with a row of totals: what is below is then no data that it missed.
    grows : bool
        Whether rows that follow the Table without a gap belong to it, as if its corner had been dragged over them.
    """

    header_row: int
    headings: tuple[str, ...]
    first_row: int
    last_row: int = MAX_ROW
    first_column: int = 0
    last_column: int = MAX_COLUMN
    wanted: frozenset[int] | None = None
    table: str = ""
    closed: bool = False
    grows: bool = False

    def heading(self, position: int) -> str:
        """Return what is above a column; ``#3`` for the third one of a file without headings."""
        if not self.header_row:
            return f"#{position + 1}"
        return self.headings[position] if position < len(self.headings) else ""

    def wants(self, position: int) -> bool:
        """Return whether a column is to be loaded."""
        inside = self.first_column <= position <= self.last_column
        return inside and (self.wanted is None or position in self.wanted)


class Source(Protocol):
    """An opened file."""

    @property
    def sheets(self) -> Sequence[SheetInfo]:
        """All sheets, hidden ones too."""

    @property
    def tables(self) -> Sequence[TableInfo]:
        """All Excel Tables."""

    @property
    def notes(self) -> Sequence[Issue]:
        """What was found about the whole file; complete after `load`."""

    @property
    def headed(self) -> bool:
        """Whether the format itself names the columns; then `head` returns only their names."""

    def head(self, sheet: str) -> list[HeadRow]:
        """Return the first `HEAD` filled rows of a sheet."""

    def load(self, sheet: str, area: Area) -> Grid:
        """Return the data rows of a sheet."""
