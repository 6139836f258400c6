"""Raw cells -> our columns: each by the reader of its kind, with findings that know their column."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from winback_xl.inputs.kinds import amounts, dates, ids, words
from winback_xl.inputs.kinds.unprintable import unshown
from winback_xl.inputs.spelling import brief, key
from winback_xl.readers.grid import Cell, RawColumn, all_of
from winback_xl.schema.columns import LISTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from winback_xl.inputs.decisions import Decisions
    from winback_xl.inputs.heading_source import Source
    from winback_xl.inputs.kinds.findings import Finding, Parsed
    from winback_xl.readers.grid import Grid
    from winback_xl.schema.columns import Column, Table
    from winback_xl.settings import Settings

_SAFE_YES = frozenset({"do_not_contact"})  # who may have opted out is not written to
_SHOWN = frozenset({"id", "text", "long"})  # kinds whose texts a workbook repeats
_TWINS = frozenset({"customer_id"})  # ids in which look-alikes are looked for


@dataclass(slots=True)
class Columns:
    """All columns of a table, read.

    Parameters
    ----------
    frame : DataFrame
        Clean values of every row of the file.
    codes : dict of str to ndarray
        Of id columns: equal where the ids are equal, -1 where there is none.
    labels : dict of str to str
        Names of the columns for messages: ours, and theirs where it differs.
    findings : list of Finding
        What was found, each with its column.
    currencies : list of str
        Currencies next to amounts.
    """

    frame: pd.DataFrame
    codes: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    currencies: list[str] = field(default_factory=list)


def headings_of(grid: Grid) -> list[str]:
    """Return the heading of every position of the file, "" where the grid has no column."""
    found = [""] * (max((column.position for column in grid.columns), default=-1) + 1)
    for column in grid.columns:
        found[column.position] = column.heading
    return found


def raw(grid: Grid, position: int) -> RawColumn:
    """Return the column at a position of the file; a blank one where the grid has none."""
    blank = RawColumn(position, f"#{position + 1}", all_of(Cell.BLANK, grid.rows))
    return next((column for column in grid.columns if column.position == position), blank)


def parse(
    grid: Grid,
    table: Table,
    sources: Mapping[str, Source],
    settings: Settings,
    decisions: Decisions | None = None,
) -> Columns:
    """Read the columns that were found.

    Parameters
    ----------
    grid : Grid
        Cells as found.
    table : Table
        What the rows are.
    sources : mapping of str to Source
        Which column of the file is which of ours.
    settings : Settings
        How dates and amounts in doubt are read.
    decisions : Decisions, optional
        What the whole ledger decided, where the grid is a part of it.

    Returns
    -------
    Columns
        In the order of the table; every row of the grid is still in.
    """
    found = Columns(pd.DataFrame(index=pd.RangeIndex(grid.rows)))
    series: dict[str, pd.Series] = {}
    for name, source in sources.items():
        column = table[name]
        found.labels[name] = _label(column, source.text)
        factors = [
            _read(raw(grid, at), column, _label(column, raw(grid, at).heading), grid, settings, decisions)
            for at in source.positions
        ]
        values = factors[0].cells
        for factor in factors[1:]:
            values = values * factor.cells
        series[name] = values
        for factor in factors:
            found.findings += [replace(finding, column=name) for finding in factor.findings]
            found.currencies += factor.currencies
            if factor.codes is not None:
                found.codes[name] = factor.codes
    found.frame = pd.DataFrame(series, index=found.frame.index)
    return found


def _label(column: Column, text: str) -> str:
    same = key(text) in {key(column.heading), key(column.name)}
    return column.heading if same else f"{column.heading} ('{brief(text)}')"


def _read(
    cells: RawColumn,
    column: Column,
    label: str,
    grid: Grid,
    settings: Settings,
    decisions: Decisions | None,
) -> Parsed:
    """Read one column of cells as its kind."""
    mark = settings.decimal_mark
    match column.kind:
        case "id":
            parsed = ids.read(cells.filled(), label, twins=column.name in _TWINS, decisions=decisions)
        case "date":
            first, counted_from = settings.day_first, grid.date_system
            parsed = dates.read(
                cells.filled(), label, day_first=first, date_system=counted_from, decisions=decisions
            )
        case "share":
            parsed = amounts.read_shares(cells, label, decimal_mark=mark)
        case "money" | "number" | "days" | "count":
            percent, whole = column.name == "margin", column.kind == "count"
            parsed = amounts.read(
                cells,
                label,
                decimal_mark=mark,
                credit_side=settings.credit_side,
                percent=percent,
                whole=whole,
                decisions=decisions,
            )
        case "yesno":
            parsed = words.read_yes_no(cells, label, in_doubt="Yes" if column.name in _SAFE_YES else "")
        case "choice":
            parsed = words.read_choice(cells, label, LISTS[column.choices])
        case _:
            parsed = words.read_text(cells, label)
    if column.kind in _SHOWN:
        parsed = replace(parsed, findings=(*parsed.findings, *unshown(cells, label)))
    return parsed
