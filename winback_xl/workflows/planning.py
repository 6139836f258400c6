"""From clean tables to a plan: segments, make-goods, and the campaign."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from winback_xl.core.campaign import campaign_plan, rep_authority_check
from winback_xl.core.campaign.campaign_plan import Wishes
from winback_xl.core.incidents import loss
from winback_xl.core.outcomes import past_outcomes
from winback_xl.core.outreach import account_cards, account_summary
from winback_xl.core.returns import backtest_words, past_forecasts
from winback_xl.core.segments import segment_table
from winback_xl.core.tracking import talk_counts
from winback_xl.errors import UsageError
from winback_xl.inputs import playbook_file
from winback_xl.schema import columns
from winback_xl.settings import Settings
from winback_xl.settings.about import controls
from winback_xl.workflows import past_campaigns
from winback_xl.workflows.reading import no_progress, read

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.core.outreach.account_summary import Dossier
    from winback_xl.inputs.answers import Rows
    from winback_xl.workflows.reading import Input, Tables

_LONGEST = 100  # characters of the name of a campaign


def plan(
    orders: Input,
    *,
    customers: Input | None = None,
    incidents: Input | None = None,
    reps: Input | None = None,
    as_of: str | dt.date | pd.Timestamp | None = None,
    settings: Settings | None = None,
    column: Mapping[str, str] | None = None,
    rows: Rows = None,
    sheet: str | Sequence[str] | None = None,
    header: bool = True,
    campaign_id: str = "",
    outcomes: Sequence[str | Path | pd.DataFrame] = (),
    progress: Callable[[str], None] = no_progress,
) -> Plan:
    """Do the whole job: segment customers, size make-goods, decide, and plan the campaign.

    Parameters
    ----------
    orders : path, sequence of paths, or DataFrame
        One order, order line or credit note a row: Customer ID, Order date and Order value at least, under these headings or
        any that `read` knows. Several files are parts of one table.
    customers, incidents, reps : path, sequence of paths, or DataFrame, optional
        One row a customer, a failure, and a sales rep; without them the columns that need them stay blank.
    as_of : date or ISO text, optional
        The day that "today" means; by default the day after the last order.
    settings : Settings, optional
        Every threshold; by default all at their defaults.
    column, rows, sheet, header
        Which columns, rows and sheets to read, as for `read`.
    campaign_id : str
        Name of the campaign, at most 100 characters; by default made from the date.
    outcomes : sequence of paths or DataFrames
        Earlier campaigns: their workbooks, or tables of who was contacted when. With enough wins and losses odds, gain,
        worth and decision follow them.
    progress : callable
        Called with a sentence as each step starts.

    Returns
    -------
    Plan
        ``segments`` (one row a customer), ``make_goods`` (one row a customer with an open incident) and ``campaign`` (one
        row an account to win back, by wave and value) are DataFrames; their columns are in the reference. Amounts are in
        ``currency``, shares and odds from 0 to 1, times in days. `save` writes the workbook.

    Raises
    ------
    DataError
        The content cannot be used; ``issues`` holds every finding of every file, with its cell.
    FileError, UsageError, SettingsError
        A file cannot be read; an argument is wrong; the playbook is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> import winback_xl as wb
    >>> days = pd.date_range("2024-01-15", periods=12, freq="30D")
    >>> ledger = pd.DataFrame({"Customer ID": "C1", "Order date": days, "Order value": 500.0})
    >>> wb.plan(ledger, as_of="2026-01-01").segments[["level", "status"]].values.tolist()
    [['Habitual Buyer', 'Cold']]
    """
    settings = settings or Settings()
    campaign_id = campaign_name(campaign_id)
    tables = read(
        orders, customers=customers, incidents=incidents, reps=reps, as_of=as_of, settings=settings, column=column,
        rows=rows, sheet=sheet, header=header, progress=progress,
    )  # fmt: skip
    past = past_campaigns.read(outcomes, tables, settings) if outcomes else None
    wishes = Wishes(settings=settings, campaign_id=campaign_id)
    return plan_tables(tables, wishes, earlier=past, progress=progress)


def campaign_name(given: str) -> str:
    """Return the name that a new campaign takes, in one line and with single spaces: its rows are found again by it.

    Raises
    ------
    UsageError
        It holds control characters, or more than 100 characters.

    Examples
    --------
    >>> campaign_name(" Spring  one ")
    'Spring one'
    """
    name = " ".join(given.split())
    if found := controls(name):
        raise UsageError(
            f"The name of the campaign holds control characters ({found}).",
            "Leave them out.",
            "campaign-name",
        )
    if len(name) > _LONGEST:
        raise UsageError(
            f"The name of the campaign has {len(name):,} characters.",
            f"Use at most {_LONGEST}.",
            "campaign-name",
        )
    return name


def plan_tables(
    tables: Tables,
    wishes: Wishes,
    *,
    earlier: pd.DataFrame | None = None,
    progress: Callable[[str], None] = no_progress,
) -> Plan:
    """Plan from tables that were read already.

    Parameters
    ----------
    tables : Tables
        Give the orders and the lists.
    wishes : Wishes
        The rest; the name of a campaign is taken as it is: it may be the one of a workbook that was sent out.
    earlier : DataFrame, optional
        Outcomes of other campaigns: they count like those of ``wishes``, and the workbook remembers them for the next refresh.
    progress : callable
        Called with a sentence as each step starts.
    """
    progress("Calculating levels, odds and make-goods")
    ledger = tables.ledger
    built = campaign_plan.build(
        ledger,
        replace(
            wishes,
            customers=tables.frame(columns.CUSTOMERS),
            incidents=tables.frame(columns.INCIDENTS),
            reps=tables.frame(columns.REPS),
            book=playbook_file.load(wishes.settings.playbook),
            outcomes=past_outcomes.together(earlier, wishes.outcomes),
        ),
    )
    past = past_forecasts.glance(ledger, built.settings)
    stated = rep_authority_check.findings(built.campaign, tables.frame(columns.REPS), built.settings)
    made = replace(
        built,
        sources=tables.sources,
        issues=(*tables.issues, *stated, *built.issues),
        set_aside=tables.set_aside,
        said=tables.said.as_mapping(),
        checked="" if past is None else backtest_words.headline(past),
        frozen=tables.frozen,
        outdated=tables.outdated,
        earlier=past_outcomes.remembered(earlier),
    )
    return with_cards(made, tables)


def with_cards(made: Plan, tables: Tables, *, in_place: bool = False) -> Plan:
    """Return a plan with the card of each account of its campaign, and what the log of talks says of it."""
    cards = account_cards.build(
        made.campaign,
        made.make_goods,
        tables.ledger,
        currency=made.currency,
        customers=tables.frame(columns.CUSTOMERS),
        incidents=tables.frame(columns.INCIDENTS),
    )
    campaign = talk_counts.with_talks(made.campaign, made.talks, cards, in_place=in_place)
    return replace(made, cards=cards, campaign=campaign)


def segment(
    orders: Input,
    *,
    customers: Input | None = None,
    incidents: Input | None = None,
    as_of: str | dt.date | pd.Timestamp | None = None,
    settings: Settings | None = None,
    column: Mapping[str, str] | None = None,
    rows: Rows = None,
    sheet: str | Sequence[str] | None = None,
    header: bool = True,
    progress: Callable[[str], None] = no_progress,
) -> pd.DataFrame:
    """Put every customer into a loyalty level and a status, with the reason: the Segments table.

    Parameters
    ----------
    orders : path, sequence of paths, or DataFrame
        One order, order line or credit note a row: Customer ID, Order date and Order value at least, under these headings or
        any that `read` knows. Several files are parts of one table.
    customers, incidents : path, sequence of paths, or DataFrame, optional
        One row a customer, and one row a failure; they make levels and names better.
    as_of : date or ISO text, optional
        The day that "today" means; by default the day after the last order.
    settings : Settings, optional
        Every threshold; by default all at their defaults.
    column, rows, sheet, header
        Which columns, rows and sheets to read, as for `read`.
    progress : callable
        Called with a sentence as each step starts.

    Returns
    -------
    DataFrame, one row a customer, sorted by customer id
        The columns of the sheet Segments by their short names, such as ``level``, ``status``, ``days_since`` (days),
        ``revenue_12m`` (in the currency of the orders) and the reason in ``level_why``.

    Raises
    ------
    DataError, FileError, UsageError
        As for `plan`.

    Examples
    --------
    >>> import pandas as pd
    >>> import winback_xl as wb
    >>> days = pd.date_range("2024-01-15", periods=12, freq="30D")
    >>> orders = pd.DataFrame({"Customer ID": "C1", "Order date": days, "Order value": 500.0})
    >>> wb.segment(orders, as_of="2026-01-01")[["customer_id", "level", "status"]].values.tolist()
    [['C1', 'Habitual Buyer', 'Cold']]
    """
    settings = settings or Settings()
    tables = read(
        orders, customers=customers, incidents=incidents, as_of=as_of, settings=settings, column=column, rows=rows, sheet=sheet,
        header=header, progress=progress,
    )  # fmt: skip
    progress("Calculating levels")
    return segment_tables(tables, settings)


def segment_tables(tables: Tables, settings: Settings) -> pd.DataFrame:
    """Segment from tables that were read already."""
    return segment_table.build(
        tables.ledger,
        settings=settings,
        customers=tables.frame(columns.CUSTOMERS),
        incidents=loss.with_losses(tables.frame(columns.INCIDENTS), settings),
    ).table


def dossiers(tables: Tables, built: Plan, count: int) -> tuple[Dossier, ...]:
    """Put together what is known of the first accounts to pursue, for call sheets.

    Parameters
    ----------
    tables : Tables
        What the plan was made from.
    built : Plan
        What `plan_tables` gave.
    count : int
        At most so many accounts.
    """
    incidents = tables.frame(columns.INCIDENTS)
    return account_summary.build(
        account_summary.top(built.campaign, count),
        tables.ledger,
        customers=tables.frame(columns.CUSTOMERS),
        incidents=loss.with_losses(incidents, built.settings),
    )
