"""Outcomes of earlier campaigns: from a tracker that people worked in, or from a table of who was contacted when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from winback_xl.core.outcomes import comeback, past_outcomes
from winback_xl.errors import DataError, Issue
from winback_xl.inputs import load
from winback_xl.schema import columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winback_xl.settings import Settings
    from winback_xl.workflows.reading import Tables


def read(files: Sequence[str | Path | pd.DataFrame], tables: Tables, settings: Settings) -> pd.DataFrame:
    """Read how customers of earlier campaigns ended.

    Parameters
    ----------
    files : sequence of paths or DataFrames
        Campaign workbooks; tables with Customer ID, Contacted on and what is known of the rest; and, for tables that
        name a campaign instead of a day, a table with Campaign ID and Start date.
    tables : Tables
        The orders say who was silent then, and who ordered after.
    settings : Settings

    Returns
    -------
    DataFrame
        As `winback_xl.core.outcomes.past_outcomes.of_campaign` gives it.

    Raises
    ------
    DataError
        A table cannot be used, or nobody says when its customers were contacted.
    FileError
        A file cannot be read.
    """
    found: list[pd.DataFrame] = []
    contacts: list[tuple[str, pd.DataFrame]] = []
    dates: list[pd.DataFrame] = []
    for file in files:
        if not isinstance(file, pd.DataFrame) and _is_campaign(Path(file)):
            found.append(_of_workbook(file, tables, settings))
            continue
        name = "the table of outcomes" if isinstance(file, pd.DataFrame) else Path(file).name
        try:
            contacts.append((name, _table(file, columns.OUTCOMES, settings)))
        except DataError:
            try:
                dates.append(_table(file, columns.CAMPAIGN_DATES, settings))
            except DataError:
                _table(file, columns.OUTCOMES, settings)  # tells what is wrong with it
    when = pd.concat(dates).drop_duplicates("campaign_id") if dates else None
    book = tables.ledger
    for name, rows in contacts:
        found.append(past_outcomes.of_table(_dated(rows, when, name), book, settings))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=[*past_outcomes.COLUMNS])


def _table(file: str | Path | pd.DataFrame, table: columns.Table, settings: Settings) -> pd.DataFrame:
    if isinstance(file, pd.DataFrame):
        return load.from_frame(file, table, settings=settings).frame
    return load.load(file, table, settings=settings).frame


def _dated(rows: pd.DataFrame, when: pd.DataFrame | None, name: str) -> pd.DataFrame:
    """Take the day of each contact from its campaign where the table has none."""
    if "date" in rows and rows["date"].notna().any():
        return rows
    if when is not None and "campaign_id" in rows:
        day = rows["campaign_id"].map(when.set_index("campaign_id")["date"])
        if day.notna().any():
            return rows.assign(date=day)
    raise DataError.from_issues(
        [
            Issue(
                "outcomes-undated",
                "error",
                "The file does not say when these customers were contacted.",
                "Add a column 'Contacted on', or give a second table with Campaign ID and Start date.",
                file=name,
            )
        ]
    )


def _is_campaign(path: Path) -> bool:
    """Return whether a file is a workbook with a Campaign sheet, without reading all of it."""
    if path.suffix.lower() not in {".xlsx", ".xlsm"}:
        return False
    from zipfile import BadZipFile, ZipFile  # noqa: PLC0415 - only for workbooks

    try:
        with ZipFile(path) as book:
            return b"tblCampaign" in b"".join(
                book.read(name) for name in book.namelist() if name.startswith("xl/tables/")
            )
    except (OSError, BadZipFile):
        return False  # reading it as a table tells what is wrong


def _of_workbook(file: str | Path, tables: Tables, settings: Settings) -> pd.DataFrame:
    from winback_xl.workbook.reopened.reopen import reopen  # noqa: PLC0415 - only some commands reopen a workbook

    plan = reopen(file).plan
    seen = comeback.observe(plan.campaign, tables.ledger, settings)
    until = comeback.last_order(tables.ledger)
    return past_outcomes.of_campaign(seen, plan.make_goods, until=until, settings=settings)
