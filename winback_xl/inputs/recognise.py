"""What a file is: which table, which of its sheets, and what it lacks to be one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.wording import listed
from winback_xl.errors import DataError, Issue
from winback_xl.inputs import headings, parsing
from winback_xl.inputs.spelling import brief
from winback_xl.readers.grid import Cell
from winback_xl.readers.read import read, read_all
from winback_xl.schema import columns as schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from winback_xl.inputs.headings import Source
    from winback_xl.readers.grid import Grid
    from winback_xl.schema.columns import Table

_GROUPS = 2  # names in rows of their own that make a grouped report
_HEADINGS = 40  # headings that a message lists
_SHEETS = 12  # names of sheets that a message lists


def kind_of(path: str | Path, *, sheet: str | Sequence[str] | None = None, header: bool = True) -> Table:
    """Return the table whose headings fit a file best.

    Raises
    ------
    DataError
        The headings fit none of our tables.
    FileError
        The file cannot be read.
    """
    scorers = [headings.scorer(table) for table in schema.INPUTS]

    def score(cells: Sequence[str]) -> float:
        return max(one(cells) for one in scorers)

    names = [sheet] if isinstance(sheet, str) else list(sheet or ())
    grid = (
        read_all(
            path,
            names[:1],
            fits=lambda texts: any(complete(texts, table, None) for table in schema.INPUTS),
            header=header,
            score=score,
        )[0]
        if names
        else read(path, header=header, score=score)
    )
    found = parsing.headings_of(grid)
    headed = sum(bool(heading.strip()) for heading in found)
    fits = list[tuple[bool, int, int, "Table"]]()
    for table in schema.INPUTS:
        sources, _ = headings.match(found, table)
        whole = all(column.name in sources for column in table.columns if column.required)
        enough = len(sources) > 1 or len(sources) == headed  # a lone "Name" says nothing about a wide table
        fits.append((whole and enough, len(sources), -len(fits), table))
    usable, count, _, best = max(fits, key=lambda fit: fit[:3])
    if not usable:
        raise _fits_none(grid, best if count else None, found)
    return best


def _fits_none(grid: Grid, nearest: Table | None, found: Sequence[str]) -> DataError:
    """Say what a file lacks to be the table that it is most like."""
    what = f"{grid.file} fits none of orders, customers, incidents and reps."
    if nearest is not None:
        sources, told = headings.match(found, nearest)
        for issue in grouped(grid, nearest, sources):
            return DataError(str(issue.at(sheet="")), code=issue.code)
        has = ", ".join(
            f"{nearest[name].heading} ('{brief(source.text)}')" for name, source in sources.items()
        )
        lacks = [c.heading for c in nearest.columns if c.required and c.name not in sources]
        codes = {issue.code: issue for issue in told}
        twice = None if "heading-missing" in codes else codes.get("heading-twice")
        if lacks and twice is not None:  # they are there, but more than once
            return DataError(f"{grid.file}: {twice.what}", twice.fix, twice.code)
        if lacks:
            kind = nearest.title.lower()
            what += f" It is most like {kind}: it has {has}, and lacks {' and '.join(lacks)}."
            cure = " ".join(f"--column '{heading}=HEADING'" for heading in lacks)
            listed = ", ".join(f"'{brief(heading)}'" for heading in found[:_HEADINGS] if heading.strip())
            listed += f" and {len(found) - _HEADINGS:,} more" if len(found) > _HEADINGS else ""
            return DataError(
                what, f"Name what is missing (--as {kind} {cure}); headings: {listed}.", code="table-unknown"
            )
    listed = ", ".join(f"'{brief(heading)}'" for heading in found[:12])
    return DataError(
        f"{what} Headings: {listed}.",
        "Say what it is (--as orders), or rename the headings.",
        code="table-unknown",
    )


def complete(texts: Sequence[str], table: Table, columns: Mapping[str, str] | None) -> bool:
    """Say whether headings hold all columns that a table needs."""
    sources, _ = headings.match(texts, table, columns)
    return all(column.name in sources for column in table.columns if column.required)


def alike(grid: Grid, table: Table, columns: Mapping[str, str] | None) -> list[Issue]:
    """Refuse to choose among sheets that hold the same columns; tell of one that holds the ones we need."""
    ours, _ = headings.match(parsing.headings_of(grid), table, columns)
    if not all(column.name in ours for column in table.columns if column.required):
        return []
    same, near = [], []
    for name, texts in grid.others:
        theirs, _ = headings.match(texts, table, columns)
        if theirs.keys() == ours.keys():
            same.append(name)
        elif complete(texts, table, columns):
            near.append(name)
    told, orders = [], table is schema.ORDERS
    if same:
        all_of_them = [name for name, _ in ((grid.sheet, ()), *grid.others) if name in {grid.sheet, *same}]
        what = f"{len(all_of_them)} sheets hold {table.title.lower()}: {listed(all_of_them, _SHEETS)}."
        fix = (
            "Read all of them (--sheet '*'), or name those to read (--sheet NAME, repeatable)."
            if orders
            else f"Only {grid.sheet} was read: put the rows on one sheet."
        )
        told.append(Issue("sheets-alike", "error" if orders else "warning", what, fix, file=grid.file))
    if near:
        what = f"Not read, though the headings would do: {listed(near, _SHEETS)}."
        told.append(
            Issue(
                "sheet-not-read",
                "note",
                what,
                "To read another sheet, name it (--sheet NAME)." if orders else "",
                file=grid.file,
            )
        )
    return told


def grouped(grid: Grid, table: Table, sources: Mapping[str, Source]) -> list[Issue]:
    """Recognise a report in which the customers stand in rows of their own above their orders."""
    if table is not schema.ORDERS or "customer_id" in sources or "order_date" not in sources or grid.parts:
        return []
    first = next((column for column in grid.columns if column.position == 0), None)
    dates = parsing.raw(grid, sources["order_date"].positions[0])
    if first is None or first.heading.strip():
        return []
    alone = np.flatnonzero((first.kinds == Cell.TEXT) & (dates.kinds == Cell.BLANK))
    if len(alone) < _GROUPS:
        return []
    name = brief(str(first.strings()[int(alone[0])]))
    what = f"It looks like a report grouped by customer: '{name}' and others stand in rows of their own."
    fix = (
        "Export it as a plain list (often called transaction list or detail), with the customer in every row."
    )
    return [
        Issue(
            "grouped-report",
            "error",
            what,
            fix,
            file=grid.file,
            sheet=grid.sheet,
            cell=grid.cell(int(alone[0]), first),
        )
    ]
