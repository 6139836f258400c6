"""The campaign that is in the open workbook, as a refresh takes it: the same as a file gives when it comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from winback_xl.core.cast import ADDED
from winback_xl.core.cell_text import written
from winback_xl.core.merging import fingerprints, left_behind
from winback_xl.core.merging.campaign_state import AddedColumn, CampaignState
from winback_xl.core.merging.returned_copies import CONFLICT
from winback_xl.core.talks import talk_keys
from winback_xl.core.tracking import talk_log
from winback_xl.excel.buttons import typed_on_sheets
from winback_xl.excel.buttons.standing_rows import column_of, content, rows_of, two_columns
from winback_xl.excel.host import attempt
from winback_xl.excel.live.open_workbook import typed
from winback_xl.schema import columns
from winback_xl.workbook.sheets import leftovers, snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winback_xl.excel.live.open_workbook import Held, View
    from winback_xl.workbook.sheets.changes import Entry
    from winback_xl.workbook.spec import Table

_KEYED = (columns.SEGMENTS, columns.MAKE_GOODS, columns.ACCOUNTS)


def state_of(view: View) -> CampaignState | None:
    """Return the campaign that is in the workbook, or None where there is none with a customer."""
    held = view.table(columns.CAMPAIGN.name)
    if held is None or columns.CAMPAIGN["customer_id"].heading not in held.headings:
        return None
    rows = rows_of(view, held)
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
        limited=known.get("plan", {}).get("candidates") is not None,
    )


def account_of(view: View, customer: str) -> dict[str, str] | None:
    """Return what a talk with an account starts from: its label, owner, channel and contact; None for a stranger."""
    held = view.table(columns.CAMPAIGN.name)
    if held is None:
        return None
    rows = rows_of(view, held)
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
        cells = [content(cell, item.kind if item else "text") for cell in column_of(view, held, heading)]
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
    names, ids = two_columns(view, columns.CARDS.name, headings)
    return pd.DataFrame({"account": typed(names, "id"), "customer_id": typed(ids, "id")})


def rows_stay(view: View, held: Held, table: Table) -> bool:
    """Return whether the rows of our table keep their places: the present rows are the first of the new ones."""
    heading = columns.SEGMENTS["customer_id"].heading
    now = typed(column_of(view, held, heading), "id").tolist()
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
    when, what = two_columns(view, "tblLog", ("As of", "What was done"))
    days = typed(list(when), "date")
    return [(day, str(text)) for day, text in zip(days, what, strict=True) if text and not pd.isna(day)]


def _customers(view: View) -> frozenset[str]:
    held = view.table(columns.SEGMENTS.name)
    heading = columns.SEGMENTS["customer_id"].heading
    if held is None or heading not in held.headings:
        return frozenset()
    return frozenset(typed(column_of(view, held, heading), "id").tolist()) - {""}


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
        name: [written(content(cell)) for cell in column_of(view, held, heading)]
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
    ids = typed(column_of(view, held, ours["customer_id"].heading), "id").tolist()
    made = {
        name: pd.Series([content(cell) for cell in column_of(view, held, name)], dtype=object)
        for name in names
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
            cells = column_of(self._view, held, column.heading)
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
