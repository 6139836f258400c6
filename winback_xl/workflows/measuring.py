"""From a campaign workbook that people have worked in to its results."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from winback_xl.core.outcomes import own_odds, results
from winback_xl.errors import NotEnoughError
from winback_xl.inputs.answers import RowAnswers, Said
from winback_xl.settings import Settings
from winback_xl.workflows import saving
from winback_xl.workflows.apart import apart
from winback_xl.workflows.reading import day_of, no_progress, read

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from winback_xl.core.outcomes.own_odds import Refit
    from winback_xl.core.outcomes.results import Results
    from winback_xl.errors import Issue
    from winback_xl.inputs.answers import Rows
    from winback_xl.workflows.reading import Input


@dataclass(frozen=True, slots=True)
class Measured:
    """The results of a campaign workbook.

    Parameters
    ----------
    campaign_id : str
    as_of : Timestamp
    currency : str
    results : Results
    refit : Refit or None
        Own odds, where there are enough outcomes.
    odds_stated : str
        What to say about own odds.
    issues : tuple of Issue
        What was found in the workbook, such as rows that count nowhere.
    settings : Settings
        As the campaign's Settings sheet has them.
    """

    campaign_id: str
    as_of: pd.Timestamp
    currency: str
    results: Results
    refit: Refit | None
    odds_stated: str
    issues: tuple[Issue, ...] = ()
    settings: Settings = field(default_factory=Settings)


def report(
    campaign: str | Path,
    output: str | Path | None = None,
    *,
    orders: Input | None = None,
    as_of: str | dt.date | pd.Timestamp | None = None,
    column: Mapping[str, str] | None = None,
    rows: Rows = None,
    sheet: str | Sequence[str] | None = None,
    header: bool = True,
    force: bool = False,
    progress: Callable[[str], None] = no_progress,
) -> Measured:
    """Report how far a campaign is, what it recovered, who was neglected and who is slipping again.

    Parameters
    ----------
    campaign : path
        A campaign workbook that people have worked in, saved by any program.
    output : path, optional
        The report workbook to write (.xlsx): one page, and the numbers behind it. Without one nothing is written.
    orders : path, sequence of paths, or DataFrame, optional
        The ledger as it is now: what came back is counted in it. Without it the orders of the last refresh count.
    as_of : date or ISO text, optional
        The day that "today" means; by default the as-of date in its Settings, or the day after the last of ``orders``
        where that is later.
    column, rows, sheet, header
        Which columns, rows and sheets of the orders to read, as for `read`; what was said for the campaign still counts.
    force : bool
        Replace an existing ``output``; a dated copy of it is kept.
    progress : callable
        Called with a sentence as each step starts.

    Returns
    -------
    Measured
        ``results.figures`` (name, value and meaning; shares from 0 to 1, amounts in ``currency``), ``results.funnel``,
        ``results.owners`` and the accounts to look at.

    Raises
    ------
    UsageError
        ``output`` is the campaign itself, or not the name of an .xlsx.
    FileError, DataError, SettingsError
        It cannot be read as a campaign, or ``output`` cannot be written.
    """
    apart(output, campaign, orders)
    if output is not None:
        saving.writable(output, force=force)
    progress(f"Reading {campaign}")
    measured = measure(
        campaign,
        orders=orders,
        as_of=as_of,
        column=column,
        rows=rows,
        sheet=sheet,
        header=header,
        progress=progress,
    )
    if output is not None:
        progress(f"Writing {output}")
        saving.save_report(measured, output, force=force)
    return measured


def measure(
    campaign: str | Path,
    *,
    orders: Input | None = None,
    as_of: str | dt.date | pd.Timestamp | None = None,
    column: Mapping[str, str] | None = None,
    rows: Rows = None,
    sheet: str | Sequence[str] | None = None,
    header: bool = True,
    progress: Callable[[str], None] = no_progress,
) -> Measured:
    """Measure a campaign workbook that people have worked in.

    Parameters
    ----------
    campaign : path
        What `save` wrote, even if another program saved it since.
    orders, as_of, column, rows, sheet, header, progress
        As for `report`.

    Raises
    ------
    FileError, DataError, SettingsError
        It cannot be read as a campaign.
    """
    from winback_xl.workbook.reopened.reopen import reopen  # noqa: PLC0415 - only some commands reopen a workbook

    opened = reopen(campaign)
    found = opened.plan
    day = day_of(as_of) if as_of is not None else found.as_of
    until, ledger, issues = pd.to_datetime(found.segments["last_order"]).max(), None, opened.findings
    if orders is not None:
        said = Said.of(found.said)
        tables = read(
            orders, as_of=as_of, settings=found.settings, column={**said.column, **(column or {})},
            rows=said.with_rows(RowAnswers.of(rows)), sheet=sheet, header=header, progress=progress,
        )  # fmt: skip
        ledger, issues = tables.ledger, (*issues, *tables.issues)
        day = day if as_of is not None else max(day, tables.as_of)
    measured = results.measure(
        found.campaign, as_of=day, settings=found.settings, book=found.playbook, ledger=ledger, until=until
    )
    ours = found.make_goods.drop_duplicates("customer_id").set_index("customer_id")["attributable"]
    known = found.segments.drop_duplicates("customer_id").set_index("customer_id")
    accounts = found.campaign.assign(
        order_days=found.campaign["customer_id"].map(known["order_days"]),
        lapse_ratio=found.campaign["customer_id"].map(known["lapse_ratio"]),
        our_part=found.campaign["customer_id"].map(ours),
        came_back=measured.proof.came_back,
    )
    try:
        refit = own_odds.refit(accounts, found.settings)
        stated = refit.sentence
    except NotEnoughError as few:
        refit, stated = None, str(few)
    return Measured(found.campaign_id, day, found.currency, measured, refit, stated, issues, found.settings)
