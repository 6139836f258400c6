"""A file or a DataFrame -> a clean table, with every problem named by its cell and every row accounted for.

``rows_in == rows_used + rows set aside`` always holds. All errors of a table are reported together.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from winback_xl.inputs import (
    combine,
    headings,
    heads_and_lines,
    layouts,
    recognise,
)
from winback_xl.inputs.answers import Answers
from winback_xl.inputs.clean_table import from_grid
from winback_xl.inputs.loaded import Loaded
from winback_xl.readers import memory
from winback_xl.readers.read import read, read_all
from winback_xl.schema import columns as schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from winback_xl.readers.grid import Grid
    from winback_xl.schema.columns import Table
    from winback_xl.settings import Settings

__all__ = ["Loaded", "from_frame", "from_grid", "load"]


def load(
    path: str | Path | Sequence[str | Path],
    table: Table,
    *,
    settings: Settings,
    columns: Mapping[str, str] | None = None,
    answers: Answers | None = None,
    sheet: str | Sequence[str] | None = None,
    header: bool = True,
) -> Loaded:
    """Read a file, or several that are parts of one table, into one of our tables.

    Parameters
    ----------
    path : path or sequence of paths
        Any file that `winback_xl.readers.read.read` knows.
    table : Table
        What its rows are.
    settings : Settings
        How dates and amounts in doubt are read, and the currency.
    columns : mapping of str to str, optional
        What the user says about headings (see `winback_xl.inputs.headings.match`).
    answers : Answers, optional
        All that the user says, headings included; takes the place of ``columns``.
    sheet : str or sequence of str, optional
        Sheets or Excel Tables, ``"*"`` for all that fit; by default the one whose headings fit best.
    header : bool
        Whether there is a row of headings; without one, name columns as ``"#1"``.

    Returns
    -------
    Loaded

    Raises
    ------
    DataError
        The table cannot be used, or another sheet fits as well; ``issues`` holds everything found, errors and the
        rest.
    FileError
        A file cannot be read.
    """
    files = [path] if isinstance(path, (str, Path)) else list(path)
    names = [sheet] if isinstance(sheet, str) else list(sheet or ())
    answers = answers or Answers(columns or {})
    grids = [grid for file in files for grid in _grids(file, table, names, answers.columns, header=header)]
    if len(grids) > 1:
        whole = heads_and_lines.join(grids, table, answers.columns)
        if whole.value:
            answers = replace(answers, columns={**answers.columns, "Order value": whole.value})
        grids = [layouts.as_list(grid, table, answers.columns, settings) for grid in whole.grids]
    return from_grid(combine.join(grids, table, answers.columns), table, settings=settings, answers=answers)


def _grids(
    path: str | Path, table: Table, names: Sequence[str], columns: Mapping[str, str] | None, *, header: bool
) -> list[Grid]:
    """Read the sheets of one file that are wanted."""
    score = headings.scorer(table, columns)
    if names:
        return read_all(
            path,
            names,
            fits=lambda texts: (
                recognise.complete(texts, table, columns)
                or (table is schema.ORDERS and heads_and_lines.may_be_lines(texts, columns))
            ),
            header=header,
            score=score,
        )
    grid = read(path, header=header, score=score)
    return [replace(grid, notes=(*grid.notes, *recognise.alike(grid, table, columns)))]


def from_frame(
    frame: pd.DataFrame,
    table: Table,
    *,
    settings: Settings,
    columns: Mapping[str, str] | None = None,
    answers: Answers | None = None,
) -> Loaded:
    """Check a DataFrame like a file. Rows are named by position, from 0.

    Parameters
    ----------
    frame : DataFrame
        Any dtypes; columns are found by our names, headings or aliases.
    table, settings, columns, answers
        As for `load`.

    Returns
    -------
    Loaded

    Raises
    ------
    DataError
        The table cannot be used.

    Examples
    --------
    >>> import pandas as pd
    >>> from winback_xl.schema.columns import ORDERS
    >>> from winback_xl.settings import Settings
    >>> ledger = pd.DataFrame({"Customer no": [7, 7, None], "Date": ["2026-01-31"] * 3, "Total": ["$5", "(2.50)", "1"]})
    >>> found = from_frame(ledger, ORDERS, settings=Settings())
    >>> found.frame["order_value"].tolist(), found.rows_in, found.rows_used
    ([5.0, -2.5], 3, 2)
    """
    return from_grid(memory.to_grid(frame), table, settings=settings, columns=columns, answers=answers)
<<<<<<< HEAD


def from_grid(
    grid: Grid,
    table: Table,
    *,
    settings: Settings,
    columns: Mapping[str, str] | None = None,
    answers: Answers | None = None,
) -> Loaded:
    """Turn raw cells into one of our tables: the one way that files and DataFrames go.

    Parameters
    ----------
    grid : Grid
        Cells as found.
    table, settings, columns, answers
        As for `load`.

    Returns
    -------
    Loaded

    Raises
    ------
    DataError
        The table cannot be used; ``issues`` holds everything found.
    """
    answers = answers or Answers(columns or {})
    if not grid.parts:
        grid = layouts.as_list(grid, table, answers.columns, settings)
    choice = column_choice.match(
        parsing.headings_of(grid), table, answers.columns, cells=FileCells(grid, settings)
    )
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
    whole, sources = _with_made(body, table, sources, choice)
    read_columns = parsing.parse(whole, table, sources, settings)
    cells = FileCells(body, settings)
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
        ),
    )
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


def _with_made(
    body: Grid, table: Table, sources: Mapping[str, Source], choice: Choice
) -> tuple[Grid, dict[str, Source]]:
    """Add the columns that are made of several of the file's: first name and last name, the total or its correction."""
    made, chosen = list["RawColumn"](), dict(sources)
    at = max((column.position for column in body.columns), default=-1) + 1
    for ours, filling in choice.made.items():
        column = headings.target(ours, table)
        if column is not None:
            text = " or ".join(
                " + ".join(parsing.raw(body, place).heading for place in way) for way in filling
            )
            made.append(joined(body, filling, at, text))
            chosen[column.name] = Source((at,), text, "given")
            at += 1
    if table is schema.INCIDENTS and choice.export is not None:
        for name, column_ in incident_words.columns(body, choice.export, at):
            made.append(column_)
            chosen[name] = Source((column_.position,), column_.heading, "given")
    return with_joined(body, made), {name: chosen[name] for name in table.names if name in chosen}


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
            f"{rows_in} rows in, {len(frame)} used, {len(aside)} set aside"
        )  # our fault, never silent
    return Loaded(
        frame=frame,
        issues=tuple(issues),
        rows_in=rows_in,
        rows_used=len(frame),
        set_aside=aside,
        matched={rows.table[name].heading: source.text for name, source in sources.items()} | _helpers(rows),
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
        opted_out=frozenset(_texts(rows, rows.opted_out)) if rows.table is schema.ORDERS else frozenset(),
        emails=lambda: _emails(rows),
    )


def _texts(rows: Rows, which: NDArray[np.bool_]) -> list[str]:
    """Return the customers of some rows."""
    return (
        [who for who in rows.frame["customer_id"][which].unique() if who]
        if "customer_id" in rows.frame
        else []
    )


def _helpers(rows: Rows) -> dict[str, str]:
    """Return the columns that helped to read the others: our heading -> theirs."""
    states = [each.aid.heading for each in rows.states]
    named = {"State": ", ".join(states)} if states else {}
    if rows.aids.get("refunded"):
        named[ORDER_AIDS["refunded"].heading] = rows.aids["refunded"][0].heading
    if rows.aids.get("consent"):
        named["Do not contact"] = ", ".join(aid.heading for aid in rows.aids["consent"])
    return named


def _emails(rows: Rows) -> list[tuple[str, str]]:
    """Return every pair of e-mail and Customer ID in the orders."""
    pairs = set[tuple[str, str]]()
    for aid in rows.aids.get("email", ()):
        codes, found = aid.words
        who = rows.frame["customer_id"].to_numpy(dtype=object)
        there = (codes >= 0) & rows.alive
        pairs |= {
            (found[code], str(one))
            for code, one in zip(codes[there].tolist(), who[there].tolist(), strict=True)
            if one
        }
    return sorted(pairs)
=======
>>>>>>> main
