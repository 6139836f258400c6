"""Cells on their way from a file to a `Grid`: plain arrays, in the order of the file, whatever the file was."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
import pyarrow as pa

from winback_xl.serial_days import MIDNIGHT_0

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.readers.grid import Cell
    from winback_xl.readers.xlsx.cell_styles import Styles


_CLOCK = re.compile(r"T?([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?Z?")

_FAR = 2**31 - 2  # no sheet reaches it

BATCH = 50_000
"""Cells that are handed over at a time."""


@dataclass(slots=True, eq=False)
class Cells:
    """Cells that hold something, in the order of the file; all arrays have shape (n,).

    Parameters
    ----------
    rows, columns : ndarray of int32
        Sheet row (1-based) and column (0-based).
    kinds : ndarray of uint8
        A `Cell`; dates are still NUMBER.
    styles : ndarray of int32
        Index of the cell's style.
    values : ndarray of float64
        The number; for TEXT and ERROR the index of a shared text, or ``-1 - k`` for ``texts[k]``.
    texts : pyarrow.StringArray
        Texts that are in the cells themselves.
    hidden : list of int
        Sheet rows that are hidden.
    last_row : int
        Last sheet row that the block mentions, filled or not.
    """

    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    styles: NDArray[np.int32]
    values: NDArray[np.float64]
    texts: pa.StringArray
    hidden: list[int] = field(default_factory=list)
    last_row: int = 0


@dataclass(slots=True)
class Batch:
    """Gathers cells one at a time, for the readers that meet them so."""

    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    styles: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)

    def add(self, row: int, column: int, kind: Cell, style: int, value: float) -> None:
        """Add a cell; see `Cells` for the value of a text."""
        self.rows.append(row)
        self.columns.append(column)
        self.kinds.append(kind)
        self.styles.append(style)
        self.values.append(value)

    def own(self, text: str) -> float:
        """Keep a text that is in a cell; returns the cell's value."""
        self.texts.append(text)
        return -float(len(self.texts))

    @property
    def full(self) -> bool:
        """Whether it is time to hand over."""
        return len(self.rows) >= BATCH

    def take(self, last_row: int) -> Cells:
        """Hand over what was gathered since the last time."""
        cells = Cells(
            np.minimum(np.array(self.rows, np.int64), _FAR).astype(np.int32),
            np.minimum(np.array(self.columns, np.int64), _FAR).astype(np.int32),
            np.array(self.kinds, np.uint8),
            np.array(self.styles, np.int32),
            np.array(self.values, np.float64),
            pa.array(self.texts, pa.string()),
            list(self.hidden),
            last_row,
        )
        for part in (self.rows, self.columns, self.kinds, self.styles, self.values, self.texts, self.hidden):
            part.clear()
        return cells


class Book(Protocol):
    """What the cells of a workbook refer to."""

    @property
    def file(self) -> str:
        """Name of the file, for messages."""

    @property
    def date_system(self) -> Literal[1900, 1904]:
        """Which day serial numbers count from."""

    @property
    def shared(self) -> pa.StringArray:
        """The shared texts, in the order of their indices."""

    @property
    def styles(self) -> Styles:
        """The styles that cells refer to."""


def no_cells() -> Cells:
    """Return an empty batch."""
    ints = np.empty(0, np.int32)
    return Cells(ints, ints, np.empty(0, np.uint8), ints, np.empty(0), pa.array([], pa.string()))


def number(text: str) -> float:
    """Read one number as XML Schema writes it, or NaN.

    >>> number(" 1.5E3 "), number("1,5"), number("1_000")
    (1500.0, nan, nan)
    """
    try:
        return float(text) if "_" not in text else float("nan")
    except ValueError:
        return float("nan")


def iso_serial(text: str) -> float | None:
    """Return the days from 30 December 1899 to an ISO date, the part of a day that an ISO time is, or None.

    >>> iso_serial("2024-03-04T12:00:00"), iso_serial("06:00:00"), iso_serial("4.3.2024")
    (45355.5, 0.25, None)
    """
    clock = _CLOCK.fullmatch(text)
    if clock:
        hours, minutes, seconds = (float(part or 0) for part in clock.groups())
        return (hours * 3600 + minutes * 60 + seconds) / 86_400
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return (moment - MIDNIGHT_0) / timedelta(days=1)
