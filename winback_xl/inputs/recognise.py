"""What a file is: which table, which of its sheets, and what it lacks to be one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.wording import listed
from winback_xl.errors import DataError, Issue
from winback_xl.inputs import column_choice, headings, known_export, layouts, parsing
from winback_xl.inputs.aid_columns import parts
from winback_xl.inputs.heading_languages import SECOND
from winback_xl.inputs.kinds.words import as_texts
from winback_xl.inputs.spelling import brief, key
from winback_xl.readers.grid import Cell
from winback_xl.readers.read import read, read_all
from winback_xl.schema import columns as schema
from winback_xl.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from winback_xl.inputs.column_choice import Choice
    from winback_xl.inputs.heading_source import Source
    from winback_xl.readers.grid import Grid
    from winback_xl.schema.columns import Table

_KNOWN_OF_CUSTOMERS = 4  # columns of Customers that a list of them has at least, its number included
_CUSTOMERS_DATED = 3  # where the day may be that of their entry
_COMPLAINTS = frozenset(
    {"ticket", "tickets", "case", "complaint", "complaints", "incident", "claim", "priority", "severity", "resolution", "resolved", "escalated", "rma", "subject",
     "reklamation", "beschwerde", "vorfall", "prioritat", "betreff", "reclamation", "plainte", "priorite", "sujet", "reclamacion", "queja", "prioridad", "asunto",
     "reclamo", "priorita", "oggetto", "klacht", "prioriteit", "onderwerp", "reclamacao"}
)  # fmt: skip
"""Words of headings that only lists of complaints have, folded."""

_GROUPS = 2  # names in rows of their own that make a grouped report
_HEADINGS = 40  # headings that a message lists
_SHEETS = 12  # names of sheets that a message lists


def kind_of(
    path: str | Path,
    *,
    sheet: str | Sequence[str] | None = None,
    header: bool = True,
    named: Mapping[str, Mapping[str, str]] | None = None,
) -> Table:
    """Return the table whose headings fit a file best.

    Parameters
    ----------
    path, sheet, header
        As for `winback_xl.inputs.load.load`.
    named : mapping, optional
        What the user says about headings, by the title of the table. A file is the table of which the user named a
        column that it has.

    Raises
    ------
    DataError
        The headings fit none of our tables.
    FileError
        The file cannot be read.
    """
    named = named or {}
    scorers = [headings.scorer(table, named.get(table.title)) for table in schema.INPUTS]

    def score(cells: Sequence[str]) -> float:
        return max(one(cells) for one in scorers)

    names = [sheet] if isinstance(sheet, str) else list(sheet or ())
    grid = (
        read_all(
            path,
            names[:1],
            fits=lambda texts: any(complete(texts, table, named.get(table.title)) for table in schema.INPUTS),
            header=header,
            score=score,
        )[0]
        if names
        else read(path, header=header, score=score)
    )
    # a report or a crosstab is a ledger once it is laid out as a list
    grid = layouts.as_list(grid, schema.ORDERS, None, Settings())
    found = parsing.headings_of(grid)
    export = known_export.of(found)
    if export is not None:
        return next(table for table in schema.INPUTS if table.title.casefold() == export.table)
    headed = sum(bool(heading.strip()) for heading in found)
    fits = list[tuple[bool, bool, int, int, "Table"]]()
    choices = dict[str, "Choice"]()
    for table in schema.INPUTS:
        own = named.get(table.title, {})
        said = any(
            key(theirs) in {key(heading) for heading in found} for theirs in own.values() if theirs.strip()
        )
        choice = column_choice.match(found, table, {ours: theirs for ours, theirs in own.items() if said})
        choices[table.title] = choice
        whole = all(column.name in choice.sources for column in table.columns if column.required)
        count = len(choice.sources)
        enough = count > 1 or count == headed  # a lone "Name" says nothing about a wide table
        points = (
            count + 2 * len(choice.places)
            if table is schema.ORDERS and "order_value" in choice.sources
            else count
        )
        fits.append((whole and enough, said, points, -len(fits), table))
    usable, _, count, _, best = max(fits, key=lambda fit: fit[:4])
    if usable and best is schema.ORDERS and not any(said for _, said, *_ in fits):
        usual = {table.title for whole, *_, table in fits if whole}
        best = _by_content(
            grid, {title: choice.sources for title, choice in choices.items() if title in usual}
        )
    asked = [note for note in grid.notes if note.severity == "error"]
    if not usable and asked:
        raise DataError.from_issues(asked)
    if not usable:
        raise _fits_none(grid, best if count else None, found)
    return best


def _by_content(grid: Grid, sources: Mapping[str, Mapping[str, Source]]) -> Table:
    """Tell complaints and a list of customers from orders, where the headings would do for orders too.

    Complaints say so in a heading, and have no order value. In a list of customers each is there once, with no number of
    an order, and more is known of them than of an order.
    """
    orders = sources[schema.ORDERS.title]
    incidents, customers = sources.get(schema.INCIDENTS.title), sources.get(schema.CUSTOMERS.title, {})
    pieces = {piece for heading in parsing.headings_of(grid) for piece in parts(heading)}
    if incidents is not None and "order_value" not in orders and pieces & _COMPLAINTS:
        return schema.INCIDENTS
    dates = {key(text) for text in SECOND["Orders", "order_date"]}
    weak = key(orders["order_date"].text) in dates  # "Created" may well be the day a customer was entered
    known = len(customers) >= (_CUSTOMERS_DATED if weak else max(_KNOWN_OF_CUSTOMERS, len(orders)))
    if "order_id" in orders or not known:
        return schema.ORDERS
    names = as_texts(parsing.raw(grid, customers["customer_id"].positions[0])).to_pylist()
    filled = [name.strip() for name in names if name and name.strip()]
    return schema.CUSTOMERS if len(filled) > 1 and len(set(filled)) == len(filled) else schema.ORDERS


def _fits_none(grid: Grid, nearest: Table | None, found: Sequence[str]) -> DataError:
    """Describe what a file lacks to be the table that it is most like."""
    what = f"{grid.file} does not look like orders, customers, incidents or reps."
    if nearest is not None:
        sources, stated = headings.match(found, nearest)
        for issue in grouped(grid, nearest, sources):
            return DataError(str(issue.at(sheet="")), code=issue.code)
        has = ", ".join(
            f"{nearest[name].heading} ('{brief(source.text)}')" for name, source in sources.items()
        )
        lacks = [c.heading for c in nearest.columns if c.required and c.name not in sources]
        codes = {issue.code: issue for issue in stated}
        twice = None if "heading-missing" in codes else codes.get("heading-twice")
        if lacks and twice is not None:  # they are there, but more than once
            return DataError(f"{grid.file}: {twice.what}", twice.fix, twice.code)
        if lacks:
            kind = nearest.title.lower()
            what += f" It is most like {kind}: it has {has}, and lacks {' and '.join(lacks)}."
            options = " ".join(f"--column '{heading}=HEADING'" for heading in lacks)
            listed = ", ".join(f"'{brief(heading)}'" for heading in found[:_HEADINGS] if heading.strip())
            listed += f" and {len(found) - _HEADINGS:,} more" if len(found) > _HEADINGS else ""
            return DataError(
                what,
                f"Name what is missing (--as {kind} {options}); headings: {listed}.",
                code="table-unknown",
            )
    listed = ", ".join(f"'{brief(heading)}'" for heading in found[:12])
    return DataError(
        f"{what} Headings: {listed}.",
        "Give its kind (--as orders), or rename the headings.",
        code="table-unknown",
    )


def complete(texts: Sequence[str], table: Table, columns: Mapping[str, str] | None) -> bool:
    """Return whether headings hold all columns that a table needs."""
    sources = column_choice.match(texts, table, columns).sources
    return all(column.name in sources for column in table.columns if column.required)


def alike(grid: Grid, table: Table, columns: Mapping[str, str] | None) -> list[Issue]:
    """Refuse to choose among sheets that hold the same columns; tell of one that holds the ones we need."""
    ours = column_choice.match(parsing.headings_of(grid), table, columns).sources
    if not all(column.name in ours for column in table.columns if column.required):
        return []
    same, near = [], []
    for name, texts in grid.others:
        theirs = column_choice.match(texts, table, columns).sources
        if theirs.keys() == ours.keys():
            same.append(name)
        elif complete(texts, table, columns):
            near.append(name)
    stated, orders = [], table is schema.ORDERS
    if orders and "order_value" not in ours and "order_id" in ours:
        lines = [
            name
            for name, texts in grid.others
            if {"order_id"} <= column_choice.match(texts, table, columns).sources.keys()
        ]
        if lines:
            what = f"{listed(lines, _SHEETS)} may hold the lines of the orders, with their amounts, and was not read."
            stated.append(
                Issue(
                    "lines-not-read",
                    "warning",
                    what,
                    "Read both, joined by the order number: --sheet '*'.",
                    file=grid.file,
                )
            )
    if same:
        all_of_them = [name for name, _ in ((grid.sheet, ()), *grid.others) if name in {grid.sheet, *same}]
        what = f"{len(all_of_them)} sheets hold {table.title.lower()}: {listed(all_of_them, _SHEETS)}."
        fix = (
            "Read all of them (--sheet '*'), or name those to read (--sheet NAME, repeatable)."
            if orders
            else f"Only {grid.sheet} was read: put the rows on one sheet."
        )
        stated.append(Issue("sheets-alike", "error" if orders else "warning", what, fix, file=grid.file))
    if near:
        what = f"Not read, although the headings would fit: {listed(near, _SHEETS)}."
        stated.append(
            Issue(
                "sheet-not-read",
                "note",
                what,
                "To read another sheet, name it (--sheet NAME)." if orders else "",
                file=grid.file,
            )
        )
    return stated


def grouped(grid: Grid, table: Table, sources: Mapping[str, Source]) -> list[Issue]:
    """Recognise a report in which the customers are in rows of their own above their orders."""
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
    what = f"It looks like a report grouped by customer: '{name}' and others are in rows of their own."
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
