"""The whole job for programs: files or DataFrames in, a plan and a workbook out.

The command line and the buttons call these functions; so does a notebook, and gets the same numbers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from winback_xl import columns
from winback_xl.core import authority, campaign, dossier, ledger, outcomes, results, segments
from winback_xl.core.campaign import Plan, Source
from winback_xl.errors import DataError, Issue, NotEnoughError, UsageError, WinbackError, nearest
from winback_xl.settings import Settings
from winback_xl.tables import checks, load, playbooks, recognise
from winback_xl.tables.copies import copy_of
from winback_xl.tables.grid import Grid
from winback_xl.tables.save import atomic_write, find_out

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from winback_xl.columns import Table
    from winback_xl.core.dossier import Dossier
    from winback_xl.core.outcomes import Refit
    from winback_xl.core.results import Results
    from winback_xl.tables.load import Loaded

Input = str | Path | pd.DataFrame | Grid | Sequence[str | Path]
"""A file of any supported kind, several that are parts of one table, a table in memory, or cells that a host has read."""


def _nothing(_: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Clean input tables, and everything found on the way."""

    orders: Loaded
    customers: Loaded | None
    incidents: Loaded | None
    reps: Loaded | None
    as_of: pd.Timestamp
    issues: tuple[Issue, ...]

    @property
    def loaded(self) -> tuple[tuple[Table, Loaded], ...]:
        """The tables that were given, each with its kind."""
        pairs = zip(columns.INPUTS, (self.orders, self.customers, self.incidents, self.reps), strict=True)
        return tuple((table, found) for table, found in pairs if found is not None)

    def frame(self, table: Table) -> pd.DataFrame | None:
        """Return the clean rows of one kind, or None when it was not given."""
        return next((found.frame for kind, found in self.loaded if kind is table), None)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Files and row counts."""
        return tuple(
            Source(kind.title, file, sheet, rows, used, rows - used)
            for kind, item in self.loaded
            for file, sheet, rows, used in item.parts
            or ((item.file, item.sheet, item.rows_in, item.rows_used),)
        )

    @property
    def set_aside(self) -> pd.DataFrame:
        """Rows not used, of all tables."""
        parts = [item.set_aside.assign(table=kind.title) for kind, item in self.loaded if len(item.set_aside)]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def read(
    orders: Input,
    *,
    customers: Input | None = None,
    incidents: Input | None = None,
    reps: Input | None = None,
    as_of: str | dt.date | pd.Timestamp | None = None,
    settings: Settings | None = None,
    column: Mapping[str, str] | None = None,
    sheet: str | Sequence[str] | None = None,
    header: bool = True,
    tell: Callable[[str], None] = _nothing,
) -> Tables:
    """Read and check all input tables; every problem of every file is told together.

    Parameters
    ----------
    orders, customers, incidents, reps : path, sequence of paths, or DataFrame
        The tables; only ``orders`` is needed. Several files are parts of one table, such as exports by year.
    as_of : date or ISO text, optional
        The day that "today" means; by default the day after the last order.
    settings : Settings, optional
        Every threshold.
    column : mapping of str to str, optional
        Our heading -> theirs, such as ``{"Order value": "Amount"}``; ``"Customers:Contact"`` names a table;
        ``"Quantity*UnitPrice"`` multiplies two columns; ``"#3"`` is the third column.
    sheet : str or sequence of str, optional
        Sheets or Excel tables with the orders; ``"*"`` means all that fit.
    header : bool
        Whether the orders have a heading row.
    tell : callable
        Called with a sentence as each step starts.

    Returns
    -------
    Tables

    Raises
    ------
    DataError
        The content cannot be used; ``issues`` holds every finding of every file.
    FileError
        A file cannot be read.
    """
    settings = settings or Settings()
    named = _by_table(column or {})
    found: dict[str, Loaded | None] = {}
    errors: list[Issue] = []
    for table, given in zip(columns.INPUTS, (orders, customers, incidents, reps), strict=True):
        if given is None:
            found[table.title] = None
            continue
        tell(f"Reading {table.title.lower()}")
        first = table is columns.ORDERS
        try:
            found[table.title] = _load(
                given,
                table,
                settings,
                named.get(table.title, {}),
                sheet if first else None,
                header=header or not first,
            )
        except DataError as error:
            if not error.issues:
                raise
            errors.extend(error.issues)
    if errors:
        raise DataError.from_issues(errors)
    sold = found["Orders"]
    assert sold is not None  # noqa: S101 - orders are always given
    day = _day(as_of) if as_of is not None else campaign.default_as_of(sold.frame)
    tables = Tables(sold, found["Customers"], found["Incidents"], found["Reps"], day, ())
    across = checks.across(
        sold.frame,
        tables.frame(columns.CUSTOMERS),
        tables.frame(columns.INCIDENTS),
        as_of=day,
        given=as_of is not None,
        origins={kind.title: item.origin for kind, item in tables.loaded if item.origin is not None},
    )
    issues = [issue for _, item in tables.loaded for issue in item.issues]
    return replace(tables, issues=(*issues, *across))


def _load(
    given: Input,
    table: Table,
    settings: Settings,
    named: Mapping[str, str],
    sheet: str | Sequence[str] | None,
    *,
    header: bool,
) -> Loaded:
    if isinstance(given, Grid):
        return load.from_grid(given, table, settings=settings, columns=named)
    if isinstance(given, pd.DataFrame):
        return load.from_frame(given, table, settings=settings, columns=named)
    files = [given] if isinstance(given, (str, Path)) else list(given)
    return load.load(files, table, settings=settings, columns=named, sheet=sheet, header=header)


def _by_table(column: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Sort ``--column`` pairs by the table they speak of: the one named, else the first that has the heading."""
    sorted_: dict[str, dict[str, str]] = {}
    for ours, theirs in column.items():
        title, colon, heading = ours.partition(":")
        tables = [t for t in columns.INPUTS if colon and t.title.casefold() == title.strip().casefold()]
        heading = heading.strip() if tables else ours
        known = {c.heading.casefold(): (t, c) for t in reversed(tables or columns.INPUTS) for c in t.columns}
        known |= {c.name.casefold(): (t, c) for t in reversed(tables or columns.INPUTS) for c in t.columns}
        if heading.casefold() not in known:
            near = nearest(heading, [c.heading for t in tables or columns.INPUTS for c in t.columns])
            raise UsageError(
                f"There is no column '{heading}' to name.",
                f"Did you mean '{near}'?" if near else "The README lists the columns.",
                code="column-unknown",
            )
        table, item = known[heading.casefold()]
        sorted_.setdefault(table.title, {})[item.heading] = theirs
    return sorted_


def _day(given: str | dt.date | pd.Timestamp) -> pd.Timestamp:
    """Return the as-of day; a text must be ISO, for 01.02.2026 is one day in Berlin and another in Boston."""
    try:
        day = pd.Timestamp(dt.datetime.fromisoformat(given.strip()) if isinstance(given, str) else given)
        day = day.tz_localize(None).normalize()  # NaT has no such method
    except (ValueError, TypeError, AttributeError) as error:
        raise UsageError(
            f"The as-of date '{given}' is not of the form year-month-day.",
            "Write it as 2026-10-31.",
            code="as-of",
        ) from error
    return day


def plan(
    orders: Input,
    *,
    customers: Input | None = None,
    incidents: Input | None = None,
    reps: Input | None = None,
    as_of: str | dt.date | pd.Timestamp | None = None,
    settings: Settings | None = None,
    column: Mapping[str, str] | None = None,
    sheet: str | Sequence[str] | None = None,
    header: bool = True,
    campaign_id: str = "",
    tell: Callable[[str], None] = _nothing,
) -> Plan:
    """Do the whole job: segment customers, size make-goods, decide, and plan the campaign.

    Parameters are those of `read`; ``campaign_id`` names the campaign.

    Returns
    -------
    Plan
        ``plan.segments``, ``plan.make_goods`` and ``plan.campaign`` are DataFrames; `save` writes the workbook.

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
    tables = read(
        orders, customers=customers, incidents=incidents, reps=reps, as_of=as_of, settings=settings, column=column,
        sheet=sheet, header=header, tell=tell,
    )  # fmt: skip
    return plan_tables(tables, settings, campaign_id=campaign_id, tell=tell)


def plan_tables(
    tables: Tables,
    settings: Settings,
    *,
    campaign_id: str = "",
    rests: Mapping[str, float] | None = None,
    tell: Callable[[str], None] = _nothing,
) -> Plan:
    """Plan from tables that were read already; ``rests`` as in `winback_xl.core.campaign.build`."""
    tell("Working out levels, odds and make-goods")
    built = campaign.build(
        tables.orders.frame,
        as_of=tables.as_of,
        settings=settings,
        customers=tables.frame(columns.CUSTOMERS),
        incidents=tables.frame(columns.INCIDENTS),
        reps=tables.frame(columns.REPS),
        campaign_id=campaign_id,
        book=playbooks.load(settings.playbook),
        rests=rests,
        codes=tables.orders.codes,
    )
    told = authority.findings(built.campaign, tables.frame(columns.REPS), built.settings)
    return replace(built, sources=tables.sources, issues=(*tables.issues, *told), set_aside=tables.set_aside)


def segment(
    orders: Input,
    *,
    customers: Input | None = None,
    incidents: Input | None = None,
    as_of: str | dt.date | pd.Timestamp | None = None,
    settings: Settings | None = None,
    column: Mapping[str, str] | None = None,
    sheet: str | Sequence[str] | None = None,
    header: bool = True,
    tell: Callable[[str], None] = _nothing,
) -> pd.DataFrame:
    """Return levels and status, one row a customer: the Segments table. Parameters are those of `read`."""
    settings = settings or Settings()
    tables = read(
        orders, customers=customers, incidents=incidents, as_of=as_of, settings=settings, column=column, sheet=sheet,
        header=header, tell=tell,
    )  # fmt: skip
    tell("Working out levels")
    return segment_tables(tables, settings)


def segment_tables(tables: Tables, settings: Settings) -> pd.DataFrame:
    """Segment from tables that were read already."""
    return segments.build(
        tables.orders.frame,
        as_of=tables.as_of,
        settings=settings,
        customers=tables.frame(columns.CUSTOMERS),
        incidents=campaign.with_losses(tables.frame(columns.INCIDENTS), settings),
        ledger=ledger.read(tables.orders.frame, tables.as_of, tables.orders.codes),
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
    return dossier.build(
        dossier.top(built.campaign, count),
        tables.orders.frame,
        as_of=built.as_of,
        customers=tables.frame(columns.CUSTOMERS),
        incidents=campaign.with_losses(incidents, built.settings),
    )


def save(
    built: Plan, path: str | Path, *, force: bool = False, call_sheets: Sequence[Dossier] | None = None
) -> Path:
    """Write the campaign workbook.

    Parameters
    ----------
    built : Plan
        What `plan` gave.
    path : path
        The .xlsx to write; its folder must exist.
    force : bool
        Replace an existing file; a dated copy of it is kept beside.
    call_sheets : sequence of Dossier, optional
        Accounts that get a call sheet and a page of history, as `dossiers` gives them.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    FileError
        The file exists, is open in Excel, or cannot be written.
    """
    from winback_xl.workbook import book, render_file  # noqa: PLC0415 - the writer is imported when it writes

    target = _named_xlsx(path)
    made = book.build(built, dossiers=call_sheets)
    render_file.render(made, target, force=force, keep_copy=copy_of(target, force=force))
    return target


def save_into(
    built: Plan, book: str | Path, output: str | Path | None = None, *, force: bool = False
) -> Path:
    """Add our sheets to a workbook that holds other things; everything else in it stays as it is, byte for byte.

    Sheets that an earlier run added are replaced, unless people have written on them.

    Parameters
    ----------
    built : Plan
        What `plan` gave.
    book : path
        An .xlsx or .xlsm.
    output : path, optional
        Where the result goes; by default it takes the place of ``book``, and a dated copy of that is kept beside.
    force : bool
        Replace an existing ``output``, and our sheets even where people have written on them.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    DataError
        Sheets cannot be added to this workbook; ``issues`` holds all reasons.
    FileError
        It is no such workbook, is open in Excel, or cannot be written.
    """
    from winback_xl.workbook import book as campaign_book  # noqa: PLC0415
    from winback_xl.workbook import render_file  # noqa: PLC0415
    from winback_xl.workbook.into import inject  # noqa: PLC0415

    source = Path(book)
    target = Path(output) if output is not None else source
    inject.check_names(source, target)
    made = BytesIO()
    render_file.render(campaign_book.build(built), made)
    in_place = output is None
    with atomic_write(
        target, force=force or in_place, keep_copy=copy_of(target, force=force or in_place)
    ) as file:
        inject.add_sheets(source, made.getvalue(), file, settings=None if force else built.settings)
    return target


def writable(path: str | Path, *, force: bool = False) -> None:
    """Find out before any work whether `save` could write there.

    Raises
    ------
    UsageError
        The name does not end in .xlsx.
    FileError
        The file exists and ``force`` is not set, it is a folder, or its folder is missing.
    """
    find_out(_named_xlsx(path), force=force)


def _named_xlsx(path: str | Path) -> Path:
    """Refuse a name under which Excel would not open a workbook."""
    target = Path(path)
    if target.suffix.lower() != ".xlsx" and not target.is_dir():  # what is a folder is told as one
        raise UsageError(
            f"{target} is no name of a workbook.", f"Name it {target.stem or 'campaign'}.xlsx.", code="name"
        )
    return target


def check(
    file: str | Path,
    *,
    kind: str | None = None,
    settings: Settings | None = None,
    column: Mapping[str, str] | None = None,
    sheet: str | Sequence[str] | None = None,
    header: bool = True,
    as_of: str | dt.date | pd.Timestamp | None = None,
) -> tuple[str, Loaded]:
    """Read one file and return what it holds ("Orders", ...) and the rows with all findings.

    Parameters
    ----------
    file : path
        Any supported file.
    kind : {"orders", "customers", "incidents", "reps"}, optional
        What the file holds; by default the table whose headings fit best.
    settings, column, sheet, header, as_of
        As in `read`.

    Raises
    ------
    DataError, FileError
        As in `read`.
    """
    settings = settings or Settings()
    path = Path(file)
    titles = {table.title.casefold(): table for table in columns.INPUTS}
    table = titles[kind] if kind else recognise.kind_of(path, sheet=sheet, header=header)
    named = _by_table(column or {}).get(table.title, {})
    found = load.load(path, table, settings=settings, columns=named, sheet=sheet, header=header)
    if table is columns.ORDERS and as_of is not None:
        across = checks.across(
            found.frame, as_of=_day(as_of), origins={"Orders": found.origin} if found.origin else {}
        )
        found = replace(found, issues=(*found.issues, *across))
    return table.title, found


def as_issue(error: WinbackError, file: str | Path) -> Issue:
    """Return an error as a finding, so that it can be listed with others."""
    name = Path(file).name
    told = error.what.startswith(name)  # most say it themselves
    return Issue(error.code, "error", error.what, error.hint, file="" if told else name)


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
    odds_told : str
        What to say about own odds.
    """

    campaign_id: str
    as_of: pd.Timestamp
    currency: str
    results: Results
    refit: Refit | None
    odds_told: str


def measure(campaign_file: str | Path, *, as_of: str | dt.date | pd.Timestamp | None = None) -> Measured:
    """Measure a campaign workbook that people have worked in.

    Parameters
    ----------
    campaign_file : path
        What `save` wrote, whoever saved it since.
    as_of : date or ISO text, optional
        The day that "today" means; by default the as-of date in its Settings.

    Raises
    ------
    FileError, DataError, SettingsError
        It cannot be read as a campaign.
    """
    from winback_xl.workbook.reopening.reopen import reopen  # noqa: PLC0415 - only some commands reopen a workbook

    found = reopen(campaign_file).plan
    day = _day(as_of) if as_of is not None else found.as_of
    known = found.segments.drop_duplicates("customer_id").set_index("customer_id")
    accounts = found.campaign.assign(
        order_days=found.campaign["customer_id"].map(known["order_days"]),
        lapse_ratio=found.campaign["customer_id"].map(known["lapse_ratio"]),
    )
    try:
        refit = outcomes.refit(accounts)
        told = refit.sentence
    except NotEnoughError as few:
        refit, told = None, str(few)
    measured = results.measure(found.campaign, as_of=day, settings=found.settings)
    return Measured(found.campaign_id, day, found.currency, measured, refit, told)


def save_report(measured: Measured, path: str | Path, *, force: bool = False) -> Path:
    """Write the report workbook: one page, and the numbers behind it. Parameters and errors as in `save`."""
    from winback_xl.workbook import render_file, report  # noqa: PLC0415 - the writer is imported when it writes

    target = _named_xlsx(path)
    book = report.build(
        measured.results, campaign_id=measured.campaign_id, as_of=measured.as_of, currency=measured.currency,
        refit=measured.refit, odds_told=measured.odds_told,
    )  # fmt: skip
    render_file.render(book, target, force=force, keep_copy=copy_of(target, force=force))
    return target
