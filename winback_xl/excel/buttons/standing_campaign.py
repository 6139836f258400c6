"""The campaign that is in the open workbook, as a refresh takes it: the same as a file gives when it comes back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pandas as pd

from winback_xl.core.cast import ADDED
from winback_xl.core.cell_text import clean, written
from winback_xl.core.merging import carried_edits, fingerprints, left_behind
from winback_xl.core.merging.campaign_state import AddedColumn, CampaignState
from winback_xl.core.merging.returned_copies import CONFLICT
from winback_xl.core.talks import talk_keys
from winback_xl.core.tracking import talk_log
from winback_xl.excel.buttons import typed_on_sheets
from winback_xl.excel.host import attempt
from winback_xl.excel.live import open_workbook
from winback_xl.excel.live.open_workbook import typed
from winback_xl.schema import columns
from winback_xl.workbook.sheets import leftovers, snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winback_xl.excel.live.open_workbook import Held, View
    from winback_xl.schema.columns import Kind
    from winback_xl.workbook.sheets.changes import Entry
    from winback_xl.workbook.spec import Table

_KEYED = (columns.SEGMENTS, columns.MAKE_GOODS, columns.ACCOUNTS)
_OURS = {column.heading: column for column in columns.CAMPAIGN.columns}


def state_of(view: View) -> CampaignState | None:
    """Return the campaign that is in the workbook, or None where there is none with a customer."""
    held = view.table(columns.CAMPAIGN.name)
    if held is None or columns.CAMPAIGN["customer_id"].heading not in held.headings:
        return None
    rows = _rows(view, held)
    if not (rows["customer_id"] != "").any():
        return None
    named = rows.loc[rows["campaign_id"] != "", "campaign_id"]
    known = typed_on_sheets.known_of(view)
    log = log_of(view)
    formulas = _Formulas(view, held)
    return CampaignState(
        campaign_id=str(named.iloc[0]) if len(named) else "",
        rows=rows,
        counted=view.day if view.day is not None else log[-1][0] if log else pd.Timestamp("NaT"),
        customers=_customers(view),
        sent=_sent(view),
        leftovers=_listed(view, "tblLeftovers", leftovers.LEFT_HEADINGS, left_behind.LEFT),
        conflicts=_listed(view, "tblConflicts", leftovers.CONFLICT_HEADINGS, CONFLICT),
        stray=left_behind.nothing_left(),  # what a press replaces is known once its sheets are
        printed=tuple(map(str, known.get("calculated", fingerprints.CALCULATED))),
        log=tuple(log),
        others={table.name: own for table in _KEYED if (own := _added_to(view, table.name)) is not None},
        formula_at=formulas.at,
        typed_over=formulas.typed_over(),
        file=str(attempt(lambda: view.book.name, "this workbook")),
        talks=talks_of(view, rows, str(known.get("content", ""))),
        earlier=snapshot.earlier_of(known),
    )


def account_of(view: View, customer: str) -> dict[str, str] | None:
    """Return what a talk with an account starts from: its label, owner, channel and contact; None for a stranger."""
    held = view.table(columns.CAMPAIGN.name)
    if held is None:
        return None
    rows = _rows(view, held)
    if "customer" not in rows:
        rows["customer"] = ""
    mine = rows[rows["customer_id"] == customer].head(1)
    if not len(mine):
        return None
    named = dict(zip(rows["customer_id"], talk_log.labels(rows), strict=True))
    chosen = _cards(view)
    label = dict(zip(chosen["customer_id"], chosen["account"], strict=True)).get(customer, named[customer])
    found = {name: written(mine[name].iloc[0]) for name in ("owner", "channel", "contact") if name in mine}
    return {"label": str(label), **found}


def talks_of(view: View, campaign: pd.DataFrame, origin: str = "") -> pd.DataFrame:
    """Return the log of talks in the open workbook, row by row as it stands: empty rows too, without an id."""
    held = view.table(columns.TALKS.name)
    if held is None:
        return talk_log.none()
    ours = {column.heading: column for column in columns.TALKS.columns}
    found: dict[str, pd.Series] = {}
    for heading in filter(None, held.headings):
        item = ours.get(heading)
        cells = [content(cell, item.kind if item else "text") for cell in _column(view, held, heading)]
        found[item.name if item else ADDED + heading] = pd.Series(cells, dtype=object)
    frame = pd.DataFrame(found).reindex(columns=list(dict.fromkeys([*talk_log.COLUMNS, *found])))
    sent = snapshot.sent_from(*typed_on_sheets.items_of(view), snapshot.TALKS)
    by_hand = talk_keys.named_by_id(frame, None if sent is None else talk_keys.sent_of(sent))
    frame["customer"] = frame["customer"].where(~by_hand, frame["customer_id"])
    names = campaign if "customer" in campaign else campaign.assign(customer="")
    frame["customer_id"] = talk_log.accounts(names, frame["customer"], _cards(view))
    frame = talk_log.shaped(frame)
    full = talk_log.filled(frame)
    ids = pd.Series("", index=frame.index, dtype=object)
    ids[full] = talk_keys.keyed(frame[full].reset_index(drop=True), origin)["talk_id"].to_numpy(object)
    return frame.assign(talk_id=ids)


def _cards(view: View) -> pd.DataFrame:
    """Return the names that people choose accounts by."""
    headings = columns.CARDS["account"].heading, columns.CARDS["customer_id"].heading
    names, ids = _two(view, columns.CARDS.name, headings)
    return pd.DataFrame({"account": typed(names, "id"), "customer_id": typed(ids, "id")})


def rows_stay(view: View, held: Held, table: Table) -> bool:
    """Return whether the rows of our table keep their places: the present rows are the first of the new ones."""
    heading = columns.SEGMENTS["customer_id"].heading
    now = typed(_column(view, held, heading), "id").tolist()
    then: Any = next(item.values for item in table.fields if item.heading == heading)  # noqa: PD011 - a Field's
    return now == [str(one) for one in list(then)[: len(now)]]


def has_formulas(view: View, held: Held, heading: str) -> bool:
    """Return whether people calculate a column of their own: its formulas go with their rows by themselves."""
    at = held.column(heading)
    area = view.book.sheets[held.sheet].range((held.row + 2, at + 1), (held.last_row + 1, at + 1))
    return any(map(_formula, attempt(lambda: _as_column(area.formula, held.rows), [])))


def added_columns(frame: pd.DataFrame) -> tuple[AddedColumn, ...]:
    """Return the columns that people added to a campaign, in the order of its rows."""
    return tuple(
        AddedColumn(str(name)[len(ADDED) :], frame[name].tolist())
        for name in frame
        if str(name).startswith(ADDED)
    )


def log_of(view: View) -> list[Entry]:
    """Return the entries of the Changes sheet."""
    when, what = _two(view, "tblLog", ("As of", "What was done"))
    days = typed(list(when), "date")
    return [(day, str(text)) for day, text in zip(days, what, strict=True) if text and not pd.isna(day)]


def _rows(view: View, held: Held) -> pd.DataFrame:
    """Return every row of the campaign as it stands, blank ones too."""
    body = view.body(held)
    found: dict[str, list[Any]] = {}
    for at, heading in enumerate(held.headings):
        ours = _OURS.get(heading)
        name = ours.name if ours is not None else ADDED + heading
        if not heading or name in found:
            continue
        cells = [row[at] for row in body]
        if name in carried_edits.KEYS:
            found[name] = typed(cells, "id").tolist()
        else:
            found[name] = [content(cell, ours.kind if ours is not None else "text") for cell in cells]
    frame = pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in found.items()})
    for name in carried_edits.KEYS:
        if name not in frame:
            frame[name] = ""
    frame["row"] = range(held.row + 2, held.row + 2 + len(body))
    return _with_facts(view, frame)


def _with_facts(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with what the table of accounts knows of their customers."""
    held = view.table(columns.ACCOUNTS.name)
    heading = columns.ACCOUNTS["customer_id"].heading
    if held is None or heading not in held.headings:
        return rows
    facts = {
        column.name: [content(cell, column.kind) for cell in _column(view, held, column.heading)]
        for column in columns.ACCOUNTS.columns
        if column.name not in rows and column.heading in held.headings
    }
    return carried_edits.joined(rows, typed(_column(view, held, heading), "id").tolist(), facts)


def content(cell: Any, kind: Kind = "text") -> Any:
    r"""Return what a cell holds: text as it will be shown, float, bool, Timestamp, or None for a blank one.

    In a column of dates a number is taken as the day it stands for: somebody changed the cell's format.

    >>> content(46348.0, "date"), content(2), content(""), content("a\x07b")
    (Timestamp('2026-11-22 00:00:00'), 2.0, None, 'a�b')
    """
    if cell is None or cell == "":
        return None
    if isinstance(cell, str):
        return clean(cell)
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, dt.date):
        return pd.Timestamp(cell).tz_localize(None)
    number = float(cell)
    return open_workbook.day_of_serial(number) if kind == "date" and open_workbook.is_day(number) else number


def _column(view: View, held: Held, heading: str) -> list[Any]:
    at = held.headings.index(heading)
    return [row[at] for row in view.body(held)]


def _two(view: View, table: str, headings: tuple[str, str]) -> tuple[list[Any], list[Any]]:
    """Return two columns of a small table of ours; nothing where it is not there."""
    held = view.table(table)
    if held is None or not set(headings) <= set(held.headings):
        return [], []
    return _column(view, held, headings[0]), _column(view, held, headings[1])


def _customers(view: View) -> frozenset[str]:
    held = view.table(columns.SEGMENTS.name)
    heading = columns.SEGMENTS["customer_id"].heading
    if held is None or heading not in held.headings:
        return frozenset()
    return frozenset(typed(_column(view, held, heading), "id").tolist()) - {""}


def _sent(view: View) -> pd.DataFrame | None:
    """Return what was sent out, as the Snapshot sheet remembers it."""
    rows = snapshot.sent_from(*typed_on_sheets.items_of(view), snapshot.ROWS)
    return None if rows is None else fingerprints.sent_rows(rows)


def _listed(view: View, table: str, headings: Sequence[str], names: Sequence[str]) -> pd.DataFrame:
    """Return the lines of a list of ours as text; one that lacks a column has it blank."""
    held = view.table(table)
    if held is None:
        return pd.DataFrame(columns=list(names), dtype=object)
    lines = {
        name: [written(content(cell)) for cell in _column(view, held, heading)]
        for heading, name in zip(headings, names, strict=True)
        if heading in held.headings
    }
    frame = pd.DataFrame(lines, dtype=object).reindex(columns=list(names), fill_value="")
    return frame[(frame != "").any(axis=1)].reset_index(drop=True)


def _added_to(view: View, table: str) -> pd.DataFrame | None:
    """Return the columns that people added to a table of ours, by customer; None where there are none."""
    held = view.table(table)
    ours = next(item for item in _KEYED if item.name == table)
    known = {column.heading for column in ours.columns}
    if held is None or ours["customer_id"].heading not in held.headings:
        return None
    names = [heading for heading in held.headings if heading and heading not in known]
    if not names:
        return None
    ids = typed(_column(view, held, ours["customer_id"].heading), "id").tolist()
    made = {
        name: pd.Series([content(cell) for cell in _column(view, held, name)], dtype=object) for name in names
    }
    frame = pd.DataFrame({"customer_id": pd.Series(ids, dtype=object), **made})
    return frame[(frame["customer_id"] != "") & ~frame["customer_id"].duplicated()].reset_index(drop=True)


class _Formulas:
    """The formulas of the campaign's cells, as far as the host can tell; two hosts cannot."""

    def __init__(self, view: View, held: Held) -> None:
        self._sheet, self._held, self._view = view.book.sheets[held.sheet], held, view

    def at(self, row: int, name: str) -> str:
        """Return the formula in a cell without its "=", "" where there is none."""
        heading = columns.CAMPAIGN[name].heading
        if heading not in self._held.headings:
            return ""
        column = self._held.column(heading)
        return _formula(attempt(lambda: self._sheet.range((row, column + 1)).formula, ""))

    def typed_over(self) -> frozenset[tuple[int, str]]:
        """Return the cells of the formula columns in which something else stands: sheet row and column."""
        held, found = self._held, []
        for column in columns.CAMPAIGN.of_role("formula"):
            if column.heading not in held.headings or not held.rows:
                continue
            at = held.column(column.heading)
            area = self._sheet.range((held.row + 2, at + 1), (held.last_row + 1, at + 1))
            texts = attempt(lambda a=area: _as_column(a.formula, held.rows), None)  # type: ignore[misc]
            if texts is None:
                return frozenset()
            cells = _column(self._view, held, column.heading)
            found += [
                (held.row + 2 + row, column.name)
                for row, (text, cell) in enumerate(zip(texts, cells, strict=True))
                if not _formula(text) and cell not in (None, "")
            ]
        return frozenset(found)


def _formula(text: object) -> str:
    return text[1:] if isinstance(text, str) and text.startswith("=") else ""


def _as_column(given: Any, rows: int) -> list[Any]:
    """Return what a host says of a column of cells: a text for one cell, rows for several."""
    if isinstance(given, str):
        return [given] * rows
    return [row[0] if isinstance(row, (list, tuple)) else row for row in given]
