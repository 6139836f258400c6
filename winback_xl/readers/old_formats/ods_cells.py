"""One cell of an OpenDocument sheet: its kind, value and text, and how often it is repeated."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from winback_xl.readers.grid import Cell
from winback_xl.readers.raw_cells import BATCH, Cells, iso_serial, number
from winback_xl.readers.source import MAX_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator


MOST_ZEROS = 30


_TIME = re.compile(
    r"PT(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d*)?)S)?|(\d{1,4}):(\d\d)(?::(\d\d(?:\.\d*)?))?"
)


_ERROR = re.compile(r"#[A-Z/0!?]+|Err:\d+")


_NUMERIC = frozenset({"float", "percentage", "currency"})


class Found(NamedTuple):
    """What a cell holds; a text is numbered only when its row is over."""

    kind: Cell
    value: float = 0.0
    style: int = 0
    text: str | None = None


def read_cell(cell: dict[str, str], shown: str) -> Found:
    """Read a cell from its attributes and from what it shows."""
    sort, formula = cell.get("value-type", ""), "formula" in cell
    if formula and _ERROR.fullmatch(shown):
        return Found(Cell.ERROR, text=shown)
    if sort in _NUMERIC and "value" in cell:
        value = number(cell["value"])
        if not math.isfinite(value):
            return Found(Cell.ERROR, text=cell["value"] or shown or "NaN")
        padded = shown.isdecimal() and shown.startswith("0") and 1 < len(shown) <= MOST_ZEROS
        return Found(Cell.NUMBER, value, len(shown) if padded and float(shown) == value else 0)
    kind, value = _typed(sort, cell)
    if kind != Cell.BLANK:
        return Found(kind, value)
    text = cell.get("string-value") or shown
    if text:
        return Found(Cell.TEXT, text=text)
    return Found(Cell.UNCALCULATED if formula and not sort else Cell.BLANK)


def repeated(first: int, times: int, row: list[tuple[int, Found]]) -> Iterator[Cells]:
    """Write out a row that repeats, a piece at a time, so that the reader can stop."""
    columns = np.array([column for column, _ in row], np.int32)
    kinds = np.array([found.kind for _, found in row], np.uint8)
    styles = np.array([found.style for _, found in row], np.int32)
    values = np.array([found.value for _, found in row])
    own = np.array([found.text is not None for _, found in row])
    values[own] = -1.0 - np.arange(own.sum())
    texts = pa.array([found.text for _, found in row if found.text is not None], pa.string())
    end = min(first + times, MAX_ROW + 2)
    step = max(10 * BATCH // len(row), 1)
    for start in range(first, end, step):
        rows = np.arange(start, min(start + step, end), dtype=np.int32)
        yield Cells(
            np.repeat(rows, len(row)),
            np.tile(columns, len(rows)),
            np.tile(kinds, len(rows)),
            np.tile(styles, len(rows)),
            np.tile(values, len(rows)),
            texts,
        )


def _typed(sort: str, cell: dict[str, str]) -> tuple[Cell, float]:
    """Read a date, a time of day or a truth value; BLANK for anything else."""
    if sort == "date":
        serial = iso_serial(cell.get("date-value", ""))
        if serial is not None and serial >= 1:
            return Cell.DATE, serial
    elif sort == "boolean":
        return Cell.BOOL, float(cell.get("boolean-value") == "true")
    elif sort == "time":
        days = _days(cell.get("time-value", ""))
        if days is not None:
            return Cell.NUMBER, days
    return Cell.BLANK, 0.0


def times(attributes: dict[str, str], name: str, most: int) -> int:
    """Read how often something repeats, at least once and at most `most` times."""
    if name not in attributes:
        return 1
    text = attributes[name]
    return min(max(int(text), 1), most) if text.isdecimal() and len(text) < 10 else 1


def _days(duration: str) -> float | None:
    """Return a duration in days, None if it is none; some programs write it as a clock shows it.

    >>> _days("PT12H00M00S"), _days("06:00:00"), _days("soon")
    (0.5, 0.25, None)
    """
    found = _TIME.fullmatch(duration)
    if found is None:
        return None
    parts = found.groups()
    hours, minutes, seconds = (float(part or 0) for part in (parts[3:] if parts[3] else parts[:3]))
    return (hours * 3600 + minutes * 60 + seconds) / 86_400
