"""Warn about odd content of a workbook that comes back: reported with its cell, and kept as it is."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from winback_xl.core.cell_text import written
from winback_xl.core.merging import carried_edits
from winback_xl.core.wording import plural
from winback_xl.errors import Issue
from winback_xl.inputs.findings_to_issues import places
from winback_xl.inputs.kinds.unprintable import unshown
from winback_xl.inputs.spelling import brief
from winback_xl.readers.grid import Cell
from winback_xl.schema import columns as schema
from winback_xl.settings.about import controls
from winback_xl.workbook.reopened.restored_plan import KEYED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    import pandas as pd

    from winback_xl.schema.columns import Column
    from winback_xl.workbook.reopened.cell_marks import Marks
    from winback_xl.workbook.reopened.contents import Found

_SHOWN = 5  # words that a finding shows
_CURES = {
    carried_edits.NO_ID: "Type the id again, or delete the row.",
    carried_edits.OTHER_CAMPAIGN: "Move it to its own workbook, or correct the Campaign ID.",
    carried_edits.NO_SUCH_CUSTOMER: "Correct the Customer ID.",
    carried_edits.TWICE: "Delete the row that is not needed.",
}
_NEVER_STORED = ("a formula whose result was never stored", "Open it in Excel and save it")


def gone(
    found: Found, beside: Mapping[str, Found | None], sent: Collection[str], file: str
) -> Iterator[Issue]:
    """Report what we calculated and somebody deleted: where the workbook is taken as it stands, it is missing.

    Parameters
    ----------
    found : Found
        The campaign.
    beside : mapping of str to Found or None
        Our other tables, by name.
    sent : collection of str
        Calculated columns that the campaign was sent out with.
    file : str
        Name of the workbook.
    """
    for table in KEYED:
        if beside[table.name] is None:
            what = f"The table of the sheet {table.title} is gone: its content is not counted."
            yield Issue("table-gone", "warning", what, "A refresh writes it again.", file)
    lost = [
        schema.CAMPAIGN[name].heading
        for name in sent
        if name in schema.CAMPAIGN.names and name not in found.columns
    ]
    if lost:
        more = f" and {len(lost) - _SHOWN:,} more" if len(lost) > _SHOWN else ""
        what = f"Calculated columns are gone: {', '.join(lost[:_SHOWN])}{more}. Their content is not counted."
        yield Issue("column-gone", "warning", what, "A refresh writes them again.", file, found.grid.sheet)


def unplaced(found: Found, odd: pd.DataFrame) -> Iterator[Issue]:
    """Report the rows that belong to no account, so that they are not counted.

    Parameters
    ----------
    found : Found
        The campaign.
    odd : DataFrame
        As `winback_xl.core.merging.carried_edits.Sorted.odd`.
    """
    grid = found.grid
    at = {grid.row_number(row): row for row in range(grid.rows)}
    for reason, rows in odd.groupby("reason", sort=False):
        where = places(grid, np.array([at[int(row)] for row in rows["row"]]))
        counts = "The row is not counted." if len(rows) == 1 else f"These {len(rows):,} rows are not counted."
        what = f"{reason} {counts}"
        yield Issue("row-unplaced", "warning", what, _CURES[str(reason)], grid.file, grid.sheet, where)


def unshown_texts(tables: Iterable[Found], stray: pd.DataFrame, file: str) -> Iterator[Issue]:
    """Report texts that the next workbook cannot show as they are: control characters, and what is too long.

    Parameters
    ----------
    tables : iterable of Found
        Our tables, with the columns that people added.
    stray : DataFrame
        What people wrote outside of them, in the shape of the Leftovers sheet.
    file : str
        Name of the workbook.
    """
    for found in tables:
        for raw in (*found.columns.values(), *found.added.values()):
            for finding in unshown(raw, brief(raw.heading.strip())):
                where = places(found.grid, finding.rows, raw)
                fix = "Type it again without them." if finding.code == "text-control" else "Shorten the text."
                yield Issue(
                    finding.code, "warning", finding.what, fix, found.grid.file, found.grid.sheet, where
                )
    odd = [place for place, text in zip(stray["place"], stray["content"], strict=True) if controls(text)]
    if odd:
        more = f" and {len(odd) - _SHOWN:,} more" if len(odd) > _SHOWN else ""
        lead = plural(len(odd), "text holds", "texts hold")
        what = f"{lead} control characters, which the sheet Leftovers shows as \ufffd ({', '.join(odd[:_SHOWN])}{more})."
        yield Issue("text-control", "warning", what, "Type it again without them.", file)


def typed(
    found: Found,
    tracker: pd.DataFrame,
    seen: Marks,
    sent: pd.DataFrame | None,
    more: Mapping[str, Sequence[str]],
) -> list[Issue]:
    """List what people typed that a column does not take: it is kept as it is."""
    stated = []
    for column in schema.CAMPAIGN.of_role("human"):
        if column.name not in found.columns:
            if sent is not None and column.name not in sent:
                continue  # an older version wrote it, which had no such column
            what = f"The column {column.heading} is gone; it comes back as it was sent out."
            stated.append(Issue("column-gone", "warning", what, file=found.grid.file, sheet=found.grid.sheet))
            continue
        raw, held = found.columns[column.name], tracker[column.name].tolist()
        odd: dict[tuple[str, str], list[int]] = {}
        uncalculated = {*np.flatnonzero(raw.kinds == Cell.UNCALCULATED).tolist()}
        words_of, choices = dict[Any, tuple[str, str] | None](), more.get(column.choices, ())
        for row in np.flatnonzero(raw.kinds != Cell.BLANK).tolist():
            value = held[row]
            if type(value) is not str:
                because = _odd(value, column, choices)
            elif value in words_of:
                because = words_of[value]
            else:
                because = words_of[value] = _odd(value, column, choices)
            if row in uncalculated and (found.grid.row_number(row), raw.position) in seen.formulas:
                because = _NEVER_STORED
            if because:
                odd.setdefault(because, []).append(row)
        for (why, fix), rows in odd.items():
            cells = () if (why, fix) == _NEVER_STORED else rows
            words = [*dict.fromkeys(written(held[row]) for row in cells)]
            shown = ", ".join(f"'{brief(word)}'" for word in words[:_SHOWN] if word)
            what = f"{column.heading} holds {why}{f' ({shown})' if shown else ''}. It is kept as typed, but it could not be read."
            stated.append(
                Issue(
                    "edit-odd",
                    "warning",
                    what,
                    f"{fix}.",
                    found.grid.file,
                    found.grid.sheet,
                    places(found.grid, np.array(rows), raw),
                )
            )
    return stated


def _odd(value: Any, column: Column, more: Sequence[str]) -> tuple[str, str] | None:
    """Describe what is odd about an edit and what to do, None for nothing."""
    if column.kind == "date" and not isinstance(value, dt.datetime):
        return "no date", "Type it as a date, such as 2026-10-31"
    if column.kind in schema.NUMERIC and not isinstance(value, float):
        return "no number", "Type the number alone"
    if column.choices and value not in (*schema.LISTS[column.choices], *more):
        words = list(schema.LISTS[column.choices])
        more_words = " and more" if len(words) > _SHOWN else ""
        return (
            "a word that is not in its list",
            f"Choose one in the cell: {', '.join(words[:_SHOWN])}{more_words}",
        )
    return None
