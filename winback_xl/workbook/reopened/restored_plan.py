"""The plan of a workbook that comes back, put together again from its sheets and what the snapshot knew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from winback_xl.core.campaign.campaign_plan import Plan
from winback_xl.core.cast import shaped, typed
from winback_xl.core.merging import carried_edits
from winback_xl.errors import DataError, Issue
from winback_xl.inputs import settings_file
from winback_xl.inputs.spelling import brief
from winback_xl.schema import columns as schema
from winback_xl.settings import Settings
from winback_xl.workbook.reopened import contents
from winback_xl.workbook.sheets import snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from winback_xl.readers.xlsx.read_xlsx import XlsxSource
    from winback_xl.schema.columns import Table
    from winback_xl.workbook.reopened import sent_out
    from winback_xl.workbook.reopened.contents import Found

KEYED = (schema.SEGMENTS, schema.MAKE_GOODS, schema.ACCOUNTS)
"""Tables of ours next to the campaign; people may add columns to them, by customer."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The day that a workbook shows as today, None where it does not say, and whether somebody froze it."""

    day: pd.Timestamp | None = None
    frozen: bool = False


def keyed(source: XlsxSource, campaign: Found) -> dict[str, Found | None]:
    """Find our tables next to the campaign, each on a sheet of its own."""
    frames: dict[str, Found | None] = {}
    for table in KEYED:
        taken = {campaign.grid.sheet, *(found.grid.sheet for found in frames.values() if found is not None)}
        frames[table.name] = contents.table(source, table, but=taken)
    return frames


def with_facts(tracker: pd.DataFrame, found: Found | None) -> pd.DataFrame:
    """Return the rows of the campaign with what the sheet Accounts knows of their customers.

    Parameters
    ----------
    tracker : DataFrame
        As `contents.tracker`. Where a customer has several rows, the first gets the facts.
    found : Found or None
        The table of the sheet Accounts; None where somebody deleted it.
    """
    if found is None:
        return tracker
    ids = found.ids("customer_id")
    held = {
        column.name: contents.shown(found.columns[column.name], column.kind)
        for column in schema.ACCOUNTS.columns
        if column.name in found.columns and column.name not in tracker
    }
    return carried_edits.joined(tracker, ids, held)


def settings_of(file: Path, source: XlsxSource, sent: sent_out.Sent) -> tuple[Settings, Shown, list[Issue]]:
    """Read the Settings sheet as edited, and the day above it; also return what is odd about them."""
    named = [item.sheet for item in source.tables if item.name == "tblSettings"]
    named += [item.name for item in source.sheets if item.name == "Settings"]
    if not named:
        what = "The sheet Settings is gone: the defaults are used for all settings."
        fix = "Copy the sheet back from an earlier version if settings were changed."
        return Settings(), Shown(), [Issue("settings-gone", "warning", what, fix, file.name)]
    settings = settings_file.of_sheet(source, file.name, named[0])
    if settings.currency == sent.plan.get("currency") and sent.plan.get("currency_set") == "":
        settings = settings.with_(currency="")  # the sheet shows what the orders said; nobody chose it
    cells = {(row, column): value for row, column, value in contents.cells(contents.whole(source, named[0]))}
    day = next((row for (row, column), value in cells.items() if column == 1 and value == "As-of date"), None)
    value, frozen = cells.get((day or 0, 2)), cells.get((day + 1 if day else 0, 2))
    if isinstance(frozen, pd.Timestamp):
        return settings, Shown(frozen.normalize(), frozen=True), []
    if isinstance(value, pd.Timestamp) and frozen is None:
        return settings, Shown(value.normalize()), []
    if day and value is None and frozen is None:  # TODAY(), which the program that saved it did not calculate
        known = bool(sent.plan.get("campaign_id"))  # a tracker remembers the day it was delivered
        return settings, Shown() if known else Shown(pd.Timestamp.now().normalize()), []
    before = str(sent.plan.get("as_of", ""))[:10]
    odd, cell = (value, f"C{day}") if frozen is None else (frozen, f"C{(day or 0) + 1}")
    shown = f"is not a date ('{brief(str(odd))}')" if odd is not None else "is gone"
    what = f"The as-of date {shown}; {before or 'none'}, of the day it was built for, is taken."
    fix = "Type it as a date, such as 2026-10-31, or leave it empty for today."
    issue = Issue("as-of-odd", "warning", what, fix, file.name, named[0], cell if day else "")
    return settings, Shown(), [issue]


def plan_of(
    tracker: pd.DataFrame,
    frames: Mapping[str, Found | None],
    sent: sent_out.Sent,
    settings: Settings,
    shown: Shown,
) -> tuple[Plan, pd.DataFrame]:
    """Put the plan together again from the sheets and what the snapshot knew; also return the rows without a place."""
    given = tracker["campaign_id"][tracker["campaign_id"] != ""]
    campaign_id = str(sent.plan.get("campaign_id") or (given.mode().iloc[0] if len(given) else ""))
    day = shown.day if shown.day is not None else pd.Timestamp(sent.plan.get("as_of", "NaT"))
    if pd.isna(day):
        raise DataError(
            "The workbook does not say which day it was built for.",
            "Type the as-of date into the Settings sheet again.",
            code="as-of-missing",
        )
    tables = {table.name: frame_of(frames[table.name], table) for table in KEYED if table != schema.ACCOUNTS}
    segments = tables[schema.SEGMENTS.name]
    known = {*segments["customer_id"], *(sent.rows["customer_id"] if sent.rows is not None else ())}
    sorted_ = carried_edits.sort_out(tracker, campaign_id, known or set(tracker["customer_id"]))
    plan = Plan(
        campaign_id=campaign_id,
        as_of=day,
        frozen=shown.frozen,
        outdated=shown.frozen and snapshot.outdated(sent.plan, shown.day),
        settings=settings,
        currency=settings.currency or str(sent.plan.get("currency", "")),
        segments=segments,
        make_goods=tables[schema.MAKE_GOODS.name],
        campaign=shaped(sorted_.rows),
        playbook=snapshot.playbook_of(sent.plan, settings.playbook),
        **snapshot.from_known(sent.plan),
    )
    return plan, sorted_.odd


def frame_of(found: Found | None, table: Table) -> pd.DataFrame:
    """Return one of our other tables as a plan holds it."""
    if found is None:
        return pd.DataFrame({column.name: typed([], column.kind) for column in table.columns})
    ids = found.ids("customer_id")
    made = {}
    for column in table.columns:
        if column.name == "customer_id":
            made[column.name] = pd.Series(ids, dtype=object)
        elif column.name in found.columns:
            made[column.name] = typed(contents.shown(found.columns[column.name], column.kind), column.kind)
        else:
            made[column.name] = typed([None] * len(ids), column.kind)
    frame = pd.DataFrame(made)
    return frame[(frame["customer_id"] != "") & ~frame["customer_id"].duplicated()].reset_index(drop=True)
