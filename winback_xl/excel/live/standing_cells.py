"""What stands in the cells of the open workbook, and which of them differ from what should stand there.

Others may be typing in the same workbook, in a browser or on another computer. So a sheet that stands is written cell
by cell, where it differs, and never a cell that somebody changed since it was read.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from winback_xl.excel.host import attempt
from winback_xl.excel.live.live_tables import block
from winback_xl.excel.live.open_workbook import read_sheet
from winback_xl.serial_days import MIDNIGHT_0
from winback_xl.workbook.formulas import stored

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from winback_xl.excel.live.open_workbook import Rows


@dataclass(frozen=True, slots=True)
class Native:
    """A formula that a cell should hold."""

    text: str
    table: str = ""

    @property
    def plain(self) -> str:
        """The formula without what hosts spell differently."""
        return _plain(self.text, self.table)


@dataclass(frozen=True, slots=True)
class Run:
    """Cells below each other, and what should stand in them: values, or one formula."""

    row: int
    col: int
    values: tuple[Any, ...]

    @property
    def last(self) -> int:
        """The row of the last cell."""
        return self.row + len(self.values) - 1


class Standing:
    """The cells of one sheet as they stand: values, and formulas where the host tells them.

    Parameters
    ----------
    sheet : xlwings.Sheet
    """

    def __init__(self, sheet: Any) -> None:
        self.values: Rows = read_sheet(sheet)
        self._formulas = _formulas_of(sheet, self.values)

    def differs(self, row: int, col: int, wanted: Any) -> bool:
        """Return whether a cell has to be written. A host that tells no formulas has them written again."""
        held = at(self.values, row, col)
        formula = self._formula(row, col, held)
        if isinstance(wanted, Native):
            return formula is None or _plain(formula, wanted.table) != wanted.plain
        if formula:
            return True
        return held is not wanted and shown(held) != shown(wanted)

    def _formula(self, row: int, col: int, held: Any) -> str | None:
        """Return the formula of a cell, "" where there is none, None where the host does not tell."""
        if self._formulas is None:
            return None
        text = at(self._formulas, row, col)
        return text if isinstance(text, str) and text.startswith("=") and text != held else ""


def at(rows: Rows, row: int, col: int) -> Any:
    """Return a cell of a block that starts at A1; None outside it."""
    return rows[row][col] if row < len(rows) and col < len(rows[row]) else None


def shown(value: Any) -> Any:
    """Return what a cell shows of what it is handed, alike for days and for their numbers.

    >>> shown("'007"), shown(""), shown(2), shown(dt.datetime(2026, 11, 28)) == shown(46354.0)
    ('007', None, 2.0, True)
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return value[1:] or None if value.startswith("'") else value
    if isinstance(value, dt.date):
        moment = value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())
        return (moment.replace(tzinfo=None) - MIDNIGHT_0) / dt.timedelta(days=1)
    return float(value)


def differing(
    runs: Sequence[Run], standing: Standing, blank: Sequence[tuple[range, range]] = ()
) -> list[Run]:
    """Return the stretches that have to be written.

    Parameters
    ----------
    runs : sequence of Run
        What should stand there.
    standing : Standing
    blank : sequence of (rows, columns)
        Where cells are empty by now, whatever stood there.
    """
    found = []
    for run in runs:
        spans = [rows for rows, columns in blank if run.col in columns]
        wrong = [
            (not isinstance(value, Native) and shown(value) is None)
            if any(row in rows for rows in spans)
            else not standing.differs(row, run.col, value)
            for row, value in enumerate(run.values, start=run.row)
        ]
        found += list(_stretches(run, [not well for well in wrong]))
    return found


def _stretches(run: Run, wrong: list[bool]) -> Iterator[Run]:
    """Yield what is wrong of a run: neighbours together, a formula apart from another."""

    def kind(place: int) -> Any:
        value = run.values[place]
        return wrong[place], value.text if isinstance(value, Native) else None

    for (bad, _), places in groupby(range(len(run.values)), key=kind):
        if bad:
            span = list(places)
            yield Run(run.row + span[0], run.col, run.values[span[0] : span[-1] + 1])


def write(sheet: Any, runs: Sequence[Run]) -> None:
    """Write stretches of cells; values that fill a rectangle take one call."""
    plain = [run for run in runs if not isinstance(run.values[0], Native)]
    plain.sort(key=lambda run: (run.row, run.last, run.col))
    while plain:
        together = [plain.pop(0)]
        while plain and (plain[0].row, plain[0].last, plain[0].col) == (
            together[-1].row, together[-1].last, together[-1].col + 1,
        ):  # fmt: skip
            together.append(plain.pop(0))
        first = together[0]
        area = block(sheet, first.row, first.col, first.last, together[-1].col)
        rows = [list(row) for row in zip(*(run.values for run in together), strict=True)]
        area.value = rows if len(rows) > 1 or len(rows[0]) > 1 else rows[0][0]
    for run in runs:
        if isinstance(run.values[0], Native):
            formula = run.values[0]
            block(sheet, run.row, run.col, run.last, run.col).formula = stored(formula.text, formula.table)


def touched(before: Rows, now: Rows, runs: Sequence[Run]) -> bool:
    """Return whether somebody changed a cell that is about to be written."""
    return any(
        shown(at(before, row, run.col)) != shown(at(now, row, run.col))
        for run in runs
        for row in range(run.row, run.last + 1)
    )


def _formulas_of(sheet: Any, values: Rows) -> Rows | None:
    if not values:
        return []
    texts = attempt(lambda: block(sheet, 0, 0, len(values) - 1, len(values[0]) - 1).formula, None)
    if texts is None:
        return None
    lines = texts if isinstance(texts, (list, tuple)) else [[texts]]
    return [list(line) if isinstance(line, (list, tuple)) else [line] for line in lines]


@lru_cache(maxsize=2048)
def _plain(formula: str, table: str) -> str:
    """Return a formula without spaces, prefixes and the short way to say "this row".

    >>> _plain('=IF([@Stage]="a b", 1, 2)', "tblA") == _plain('=IF(tblA[[#This Row],[Stage]]="a b",1,2)', "tblA")
    True
    """
    parts = stored(formula, table).split('"')
    parts[::2] = [part.replace(" ", "").replace("_xlfn.", "").replace("_xlws.", "") for part in parts[::2]]
    return '"'.join(parts)
