"""A campaign workbook that people have worked in -> what it says: their edits, their columns and sheets, and the plan.

Everything is found by heading and key, never by position: sheets may be renamed, rows sorted, columns moved, the
table turned into a range, the file saved by another program. What cannot be placed is listed, never dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl import columns as schema
from winback_xl.core import merge
from winback_xl.core.campaign import Plan
from winback_xl.errors import DataError, FileError, Issue
from winback_xl.settings import Settings
from winback_xl.tables import settings_sheet
from winback_xl.tables.formats.limits import open_package
from winback_xl.tables.formats.read_xlsx import XlsxSource
from winback_xl.tables.formats.sniff import checked, sniff
from winback_xl.tables.grid import Cell
from winback_xl.workbook.reopening import contents, foreign, marks, sent_out
from winback_xl.workbook.reopening.kept import AddedColumn
from winback_xl.workbook.sheets import leftovers, snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from winback_xl.columns import Column, Table
    from winback_xl.workbook.reopening.contents import Found
    from winback_xl.workbook.reopening.marks import Marks
    from winback_xl.workbook.sheets.changes import Entry

ADDED = snapshot.ADDED
"""Stands before the heading of an added column in the columns of a tracker."""

KEYED = (schema.SEGMENTS, schema.MAKE_GOODS)
"""Tables of ours beside the campaign; people may add columns to them, by customer."""

_PADDING = 5 / 7  # characters of a column's width that a file counts and people do not


@dataclass(frozen=True, slots=True)
class Reopened:
    """What a campaign workbook holds.

    Parameters
    ----------
    path : Path
        The file.
    plan : Plan
        As the workbook shows it; its campaign holds the rows whose key is whole, as they stand.
    tracker : DataFrame
        Every row of the campaign as found: all columns that are there, those that people added under ``"+ "`` and
        their heading, and ``row``, the row of the sheet.
    columns : dict of int to str
        Place of each column in its sheet, from 0 -> its name in ``tracker``.
    widths : dict of str to float
        Width of the added columns, by heading.
    sent : DataFrame or None
        Keys and tokens of the human cells as sent out, and ``"Calculated cells"``; None where the sheet is gone.
    build : str
        Name of the build, "" where it is not known.
    marks : Marks
        Formulas, formats and notes of the campaign's cells.
    others : dict of str to DataFrame
        Columns that people added to other tables of ours, by customer.
    log : tuple of (Timestamp, str)
        The Changes sheet.
    leftovers, conflicts : DataFrame
        What earlier runs could not place or decide.
    stray : DataFrame
        What people wrote on our sheets outside the tables, in the shape of ``leftovers``.
    sheets : tuple of str
        Sheets that people added.
    renamed : dict of str to str
        Sheets of ours that have another name: theirs -> ours.
    lost : tuple of str
        What could not be written back, one sentence each.
    issues : tuple of Issue
        What was found and how it was taken.
    who, when : str
        Who saved the file last, and when.
    """

    path: Path
    plan: Plan
    tracker: pd.DataFrame
    columns: dict[int, str]
    widths: dict[str, float]
    sent: pd.DataFrame | None
    build: str
    marks: Marks
    others: dict[str, pd.DataFrame]
    log: tuple[Entry, ...]
    leftovers: pd.DataFrame
    conflicts: pd.DataFrame
    stray: pd.DataFrame
    sheets: tuple[str, ...]
    renamed: dict[str, str]
    lost: tuple[str, ...]
    issues: tuple[Issue, ...]
    who: str = ""
    when: str = ""

    @property
    def human(self) -> list[str]:
        """Columns that people fill: ours and those they added."""
        return [*snapshot.HUMAN, *(str(name) for name in self.tracker if str(name).startswith(ADDED))]

    def added(self, frame: pd.DataFrame) -> tuple[AddedColumn, ...]:
        """Return the added columns of a campaign frame, ready for a book."""
        return tuple(
            AddedColumn(str(name)[len(ADDED) :], frame[name].tolist(), self.widths.get(str(name)[len(ADDED) :], 0))
            for name in frame
            if str(name).startswith(ADDED)
        )  # fmt: skip


def reopen(path: str | Path) -> Reopened:
    """Read a campaign workbook.

    Parameters
    ----------
    path : path
        An .xlsx or .xlsm file that this package wrote, whoever saved it since.

    Returns
    -------
    Reopened

    Raises
    ------
    FileError
        It is no such workbook, damaged, or protected by a password.
    DataError
        It holds no Campaign table, or the column Customer ID is gone.
    SettingsError
        Somebody typed a setting that is out of bounds.
    """
    file = checked(path)
    if sniff(file) != "xlsx":
        raise FileError(
            f"{file.name} is no .xlsx workbook.", "Save the campaign as Excel workbook (.xlsx), then use that.", "not-a-campaign"
        )  # fmt: skip
    with open_package(file) as package:
        source = XlsxSource(package)
        found = contents.table(source, schema.CAMPAIGN)
        if found is None:
            raise DataError(
                f"{file.name} holds no Campaign table.",
                "Name the workbook that 'winback plan' wrote.",
                code="not-a-campaign",
            )
        sent = sent_out.read(source)
        tracker = _tracker(found)
        settings, as_of = _settings(file, source, sent)
        frames = {table.name: contents.table(source, table) for table in KEYED}
        tables = [found, *(table for table in frames.values() if table is not None)]
        tops = {table.grid.sheet: table.grid.header_row for table in tables}
        plan = _plan(tracker, frames, sent, settings, as_of)
        ours = foreign.ours(source, sent.known, found.grid.sheet)
        log = [tuple(line) for line in _lines(source, ours, "Changes", ("As of", "What was done"))]
        seen = marks.read(source, found)
        who, when = foreign.saved_by(package)
        own = [name for name in (item.name for item in source.sheets) if name not in ours]
        return Reopened(
            path=file,
            plan=plan,
            tracker=tracker,
            columns={raw.position: name for name, raw in found.columns.items()}
            | {raw.position: ADDED + name for name, raw in found.added.items()},
            widths={
                name: max(0.0, seen.widths.get(raw.position, 0.0) - _PADDING)
                for name, raw in found.added.items()
            },
            sent=sent.rows,
            build=str(sent.known.get("build", "")),
            marks=seen,
            others={
                name: _others(table) for name, table in frames.items() if table is not None and table.added
            },
            log=tuple(
                (pd.Timestamp(when), str(what)) for when, what in log if isinstance(when, pd.Timestamp)
            ),
            leftovers=_listed(source, ours, leftovers.LEFTOVERS, leftovers.LEFT_HEADINGS, leftovers.LEFT),
            conflicts=_listed(source, ours, leftovers.CONFLICTS, leftovers.CONFLICT_HEADINGS, merge.CONFLICT),
            stray=foreign.stray(source, ours, sent.known, tops),
            sheets=tuple(own),
            renamed={theirs: name for theirs, name in ours.items() if theirs != name},
            lost=tuple(foreign.lost(source, ours, own, sent.known, found)),
            issues=(
                *found.issues,
                *_issues(
                    found,
                    tracker,
                    seen,
                    sent.rows,
                    {"Stage": snapshot.playbook_of(sent.plan, settings.playbook).names},
                ),
            ),
            who=who,
            when=when,
        )


def _tracker(found: Found) -> pd.DataFrame:
    kinds = {column.name: column.kind for column in schema.CAMPAIGN.columns}
    held: dict[str, Any] = {}
    for column in schema.CAMPAIGN.columns:
        if column.name in merge.KEYS:
            held[column.name] = found.ids(column.name)
        elif column.name in found.columns:
            held[column.name] = contents.values(found.columns[column.name], kinds[column.name])
    for heading, raw in found.added.items():
        held[ADDED + heading] = contents.values(raw)
    frame = pd.DataFrame({name: pd.Series(list(cells), dtype=object) for name, cells in held.items()})
    frame["row"] = np.array([found.grid.row_number(row) for row in range(found.grid.rows)], dtype=np.int64)
    return frame


def _settings(file: Path, source: XlsxSource, sent: sent_out.Sent) -> tuple[Settings, pd.Timestamp | None]:
    """Read the Settings sheet as edited, and the as-of date above it."""
    named = [item.sheet for item in source.tables if item.name == "tblSettings"]
    named += [item.name for item in source.sheets if item.name == "Settings"]
    if not named:
        return Settings(), None
    settings = settings_sheet.load(file, sheet=named[0])
    if settings.currency == sent.plan.get("currency") and sent.plan.get("currency_set") == "":
        settings = settings.with_(currency="")  # the sheet shows what the orders said; nobody chose it
    day = None
    for row, column, value in contents.cells(contents.whole(source, named[0])):
        if column == 1 and value == "As-of date":
            day = row
            break
    cells = {(row, column): value for row, column, value in contents.cells(contents.whole(source, named[0]))}
    value = cells.get((day or 0, 2))
    return settings, value.normalize() if isinstance(value, pd.Timestamp) else None


def _plan(
    tracker: pd.DataFrame,
    frames: Mapping[str, Found | None],
    sent: sent_out.Sent,
    settings: Settings,
    as_of: pd.Timestamp | None,
) -> Plan:
    """Put the plan together again from the sheets and what the snapshot knew."""
    given = tracker["campaign_id"][tracker["campaign_id"] != ""]
    campaign_id = str(sent.plan.get("campaign_id") or (given.mode().iloc[0] if len(given) else ""))
    day = as_of if as_of is not None else pd.Timestamp(sent.plan.get("as_of", "NaT"))
    if pd.isna(day):
        raise DataError(
            "The workbook does not say which day it was built for.",
            "Type the as-of date into the Settings sheet again.",
            code="as-of-missing",
        )
    tables = {table.name: _frame(frames[table.name], table) for table in KEYED}
    segments = tables[schema.SEGMENTS.name]
    known = {*segments["customer_id"], *(sent.rows["customer_id"] if sent.rows is not None else ())}
    placed = merge.sort_out(tracker, campaign_id, known or set(tracker["customer_id"])).rows
    return Plan(
        campaign_id=campaign_id,
        as_of=day,
        settings=settings,
        currency=settings.currency or str(sent.plan.get("currency", "")),
        segments=segments,
        make_goods=tables[schema.MAKE_GOODS.name],
        campaign=shaped(placed),
        playbook=snapshot.playbook_of(sent.plan, settings.playbook),
        **snapshot.from_known(sent.plan),
    )


def shaped(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a campaign with all our columns in their types, and the added ones behind them."""
    made = {}
    for column in schema.CAMPAIGN.columns:
        cells = frame[column.name] if column.name in frame else [None] * len(frame)
        made[column.name] = contents.typed(cells, column.kind)
    for name in frame:
        if str(name).startswith(ADDED):
            made[str(name)] = pd.Series(frame[name].tolist(), dtype=object)
    return pd.DataFrame(made)


def _frame(found: Found | None, table: Table) -> pd.DataFrame:
    """Return one of our other tables as a plan holds it."""
    if found is None:
        return pd.DataFrame({column.name: contents.typed([], column.kind) for column in table.columns})
    ids = found.ids("customer_id")
    made = {}
    for column in table.columns:
        if column.name == "customer_id":
            made[column.name] = pd.Series(ids, dtype=object)
        elif column.name in found.columns:
            made[column.name] = contents.typed(
                contents.values(found.columns[column.name], column.kind), column.kind
            )
        else:
            made[column.name] = contents.typed([None] * len(ids), column.kind)
    frame = pd.DataFrame(made)
    return frame[(frame["customer_id"] != "") & ~frame["customer_id"].duplicated()].reset_index(drop=True)


def _others(found: Found) -> pd.DataFrame:
    """Return the columns that people added to a table of ours, by customer."""
    frame = pd.DataFrame(
        {name: pd.Series(list(contents.values(raw)), dtype=object) for name, raw in found.added.items()}
    )
    frame.insert(0, "customer_id", found.ids("customer_id"))
    return frame[(frame["customer_id"] != "") & ~frame["customer_id"].duplicated()].reset_index(drop=True)


def _lines(
    source: XlsxSource, ours: Mapping[str, str], name: str, headings: tuple[str, ...]
) -> list[list[Any]]:
    """Return the rows of a small table of ours, wherever its sheet is."""
    sheet = next((theirs for theirs, own in ours.items() if own == name), None)
    return [] if sheet is None else contents.below(contents.whole(source, sheet), headings)


def _listed(
    source: XlsxSource, ours: Mapping[str, str], name: str, headings: tuple[str, ...], names: tuple[str, ...]
) -> pd.DataFrame:
    rows = _lines(source, ours, name, headings)
    texts = [["" if value is None else leftovers.written(value) for value in row] for row in rows]
    return pd.DataFrame(texts, columns=list(names), dtype=object)


def _issues(
    found: Found,
    tracker: pd.DataFrame,
    seen: Marks,
    sent: pd.DataFrame | None,
    more: Mapping[str, Sequence[str]],
) -> list[Issue]:
    """List what people typed that a column does not take: it is kept as it is."""
    told = []
    for column in schema.CAMPAIGN.of_role("human"):
        if column.name not in found.columns:
            if sent is not None and column.name not in sent:
                continue  # an older version wrote it, which had no such column
            what = f"The column {column.heading} is gone; it comes back as it was sent out."
            told.append(Issue("column-gone", "warning", what, file=found.grid.file, sheet=found.grid.sheet))
            continue
        raw, held = found.columns[column.name], tracker[column.name].tolist()
        for row in np.flatnonzero(raw.kinds != Cell.BLANK).tolist():
            why = _odd(held[row], column, more.get(column.choices, ()))
            if (
                raw.kinds[row] == Cell.UNCALCULATED
                and (found.grid.row_number(row), raw.position) in seen.formulas
            ):
                why = "is a formula whose result was never stored"
            if why:
                told.append(
                    found.grid.issue(
                        "edit-odd",
                        "note",
                        f"{column.heading} {why}; it is kept as typed.",
                        row=row,
                        column=raw,
                    )
                )
    return told


def _odd(value: Any, column: Column, more: Sequence[str]) -> str:
    """Say what is odd about an edit, "" for nothing."""
    if column.kind == "date" and not isinstance(value, pd.Timestamp):
        return "holds no date"
    if column.kind in contents.NUMERIC and not isinstance(value, float):
        return "holds no number"
    if column.choices and value not in (*schema.LISTS[column.choices], *more):
        return f"holds a word that the list {column.choices} does not have"
    return ""
