"""Cells of a file or a DataFrame -> one of our tables: every row used or set aside, every problem named by its cell."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.errors import DataError, Issue
from winback_xl.inputs import (
    aid_columns,
    column_choice,
    control_totals,
    findings_to_issues,
    layouts,
    parsing,
    recognise,
    totals,
    value_checks,
)
from winback_xl.inputs.aid_columns import Place
from winback_xl.inputs.answers import Answers, fitting
from winback_xl.inputs.decisions import Decisions
from winback_xl.inputs.file_cells import FileCells
from winback_xl.inputs.heading_source import Source
from winback_xl.inputs.kinds.currencies import code_of
from winback_xl.inputs.loaded import Loaded, customers_of, emails, helpers, products
from winback_xl.inputs.made_columns import with_made
from winback_xl.inputs.row_status import Help, Rows
from winback_xl.schema import columns as schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winback_xl.inputs.aid_columns import Aid
    from winback_xl.inputs.column_choice import Choice
    from winback_xl.inputs.customer_key import Cells
    from winback_xl.readers.grid import Grid
    from winback_xl.schema.columns import Table
    from winback_xl.settings import Settings


_CURRENCY = re.compile(r"[(\[]\s*([A-Z]{3}|[$€£¥₹])\s*[)\]]")  # as in "Amount (EUR)"
_MONEY = ("money",)


def from_grid(
    grid: Grid,
    table: Table,
    *,
    settings: Settings,
    columns: Mapping[str, str] | None = None,
    answers: Answers | None = None,
    decisions: Decisions | None = None,
    ledger: Cells | None = None,
) -> Loaded:
    """Turn raw cells into one of our tables: the one way that files and DataFrames go.

    Parameters
    ----------
    grid : Grid
        Cells as found.
    table, settings, columns, answers
        As for `load`.
    decisions : Decisions, optional
        What the whole ledger decided, where the grid is a part of it.
    ledger : Cells, optional
        The cells of the whole ledger, where the grid is a part of it: they say which column is which.

    Returns
    -------
    Loaded

    Raises
    ------
    DataError
        The table cannot be used; ``issues`` holds everything found.
    """
    decisions = decisions or Decisions()
    answers = fitting(answers or Answers(columns or {}), parsing.headings_of(grid), settings)
    if not grid.parts and not decisions.in_parts:
        grid = layouts.as_list(grid, table, answers.columns, settings)
    choice = column_choice.match(
        parsing.headings_of(grid), table, answers.columns, cells=ledger or FileCells(grid, settings)
    )
    if decisions.in_parts:
        grid = layouts.part_of_list(grid, choice)
    sources = choice.sources
    settings = _with_dates(settings, choice)
    issues = [
        *findings_to_issues.gathered(totals.notes(grid, settings)),
        *(issue.at(file=grid.file, sheet=grid.sheet) for issue in choice.issues),
    ]
    issues += _where_headings(grid)
    issues += recognise.grouped(grid, table, sources)
    used = {at for source in sources.values() for at in source.positions} | {
        place.position for place in choice.places
    }
    spare = tuple(c.heading for c in grid.columns if c.heading.strip() and c.position not in used)
    body, summed = totals.split(grid, settings)
    whole, sources = with_made(body, table, sources, choice)
    read_columns = parsing.parse(whole, table, sources, settings, decisions)
    cells = FileCells(body, settings, decisions)
    aids: dict[str, tuple[Aid, ...]] = {}
    for place in choice.places:
        aids[place.name] = (*aids.get(place.name, ()), cells.aid(place))
    known = {f"@{place.position}": place for place in choice.places}
    known |= {
        f"@{c.position}": Place("", c.heading, c.position)
        for c in grid.columns
        if f"@{c.position}" not in known
    }
    rows = Rows(
        table=table,
        frame=read_columns.frame,
        codes=read_columns.codes,
        labels={**read_columns.labels, **{name: f"'{place.heading}'" for name, place in known.items()}},
        settings=settings,
        repeats=lambda which: findings_to_issues.repeats(body, which),
        shared=lambda which: findings_to_issues.shared(body, which),
        amount_currencies=(*read_columns.currencies, *_in_headings(table, sources)),
        spare=spare,
        headings={name: source.text for name, source in sources.items()},
        positions={name: source.positions for name, source in sources.items()},
        help=Help(
            aids,
            answers,
            choice.export,
            choice.level,
            body.part,
            cells.named,
            lambda which: findings_to_issues.prints(body, which),
            decisions,
        ),
    )
    if decisions.in_parts:
        aid_columns.read_amounts(aids)
    as_read = rows.values("order_value") if "order_value" in rows.frame else None
    rows.settle(read_columns.findings)
    if all(column.name in sources for column in table.columns if column.required):
        value_checks.run(rows)
    where = {
        **sources,
        **{name: Source((place.position,), place.heading, "alias") for name, place in known.items()},
    }
    issues += findings_to_issues.issues(body, rows, where)
    issues += totals.issues(grid, summed, settings)
    if any(issue.severity == "error" for issue in issues):
        raise DataError.from_issues(issues)
    if choice.export is not None:
        issues.insert(
            0,
            Issue(
                "known-export", "note", f"Read as a {choice.export.name}.", file=grid.file, sheet=grid.sheet
            ),
        )
    loaded = _loaded(grid, body, summed, rows, choice, sources, issues)
    return (
        replace(loaded, totals=lambda: control_totals.of(rows, as_read)) if table is schema.ORDERS else loaded
    )


def _with_dates(settings: Settings, choice: Choice) -> Settings:
    """Read 09/02/25 as the system writes it, where it writes dates in one way in every country."""
    if choice.export is None or not choice.export.dates or settings.day_first != "ask":
        return settings
    first = choice.export.dates[0]
    return settings.with_(day_first="day first" if first.find("%d") < first.find("%m") else "month first")


def _where_headings(grid: Grid) -> list[Issue]:
    """State where the headings were found when that is not at the top."""
    if grid.header_row <= 1 or grid.parts:
        return []
    what = f"Headings found in {'line' if grid.place == 'line' else 'row'} {grid.header_row}; what is above was skipped."
    return [Issue("header-row", "note", what, file=grid.file, sheet=grid.sheet)]


def _in_headings(table: Table, sources: Mapping[str, Source]) -> list[str]:
    """Return the currencies that headings of amounts name in brackets."""
    texts = [source.text for name, source in sources.items() if table[name].kind in _MONEY]
    return [code_of(word) for text in texts for word in _CURRENCY.findall(text)]


def _loaded(
    grid: Grid,
    body: Grid,
    summed: Grid | None,
    rows: Rows,
    choice: Choice,
    sources: Mapping[str, Source],
    issues: list[Issue],
) -> Loaded:
    frame = rows.frame if rows.alive.all() else rows.frame.loc[rows.alive].reset_index(drop=True)
    if rows.currency and "currency" not in frame and rows.table is schema.ORDERS:
        frame = frame.assign(currency=pd.Series(rows.currency, index=frame.index, dtype="str"))
    aside = findings_to_issues.set_aside(body, rows, sources)
    unread = [note for note in grid.notes if note.rows]
    parts = [aside, totals.set_aside(summed, rows.settings), findings_to_issues.not_read(unread)]
    aside = pd.concat([part for part in parts if len(part)] or [aside], ignore_index=True).fillna("")
    rows_in = grid.rows + sum(note.rows for note in unread)
    if rows_in != len(frame) + len(aside) or len(aside) != sum(issue.rows for issue in issues):
        raise AssertionError(
            f"{rows_in:,} rows in, {len(frame):,} used, {len(aside):,} set aside"
        )  # our fault, never silent
    return Loaded(
        frame=frame,
        issues=tuple(issues),
        rows_in=rows_in,
        rows_used=len(frame),
        set_aside=aside,
        matched={rows.table[name].heading: source.text for name, source in sources.items()} | helpers(rows),
        file=grid.file,
        sheet=grid.sheet,
        currency=rows.currency,
        origin=findings_to_issues.origin(body, rows.alive, sources),
        codes={name: code[rows.alive].astype(np.int32) for name, code in rows.codes.items()},
        parts=tuple(
            (part.file, part.sheet, part.rows_in, int((rows.alive & (body.part == number)).sum()))
            for number, part in enumerate(body.parts)
        ),
        unused=rows.spare,
        system=choice.export.name if choice.export else "",
        opted_out=frozenset(customers_of(rows, rows.opted_out))
        if rows.table is schema.ORDERS
        else frozenset(),
        emails=lambda: emails(rows),
        products=lambda: products(rows),
    )
