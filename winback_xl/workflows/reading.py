"""From files, DataFrames or cells that a host has read to clean tables, with every problem of every one of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from winback_xl.core.campaign.campaign_plan import Source
from winback_xl.core.orders import as_of_day, ledger
from winback_xl.errors import DataError, Issue, UsageError
from winback_xl.inputs import answers as answers_of
from winback_xl.inputs import customer_join, load, opt_outs, stated_currency, value_checks
from winback_xl.inputs.answers import RowAnswers, Rows, Said, by_table
from winback_xl.readers.grid import Grid
from winback_xl.schema import columns
from winback_xl.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from winback_xl.core.orders.ledger import Ledger
    from winback_xl.inputs.answers import Answers
    from winback_xl.inputs.load import Loaded
    from winback_xl.schema.columns import Table

Input = str | Path | pd.DataFrame | Grid | Sequence[str | Path]
"""A file of any supported kind, several that are parts of one table, a table in memory, or cells that a host has read."""


def no_progress(_: str) -> None:
    """Do nothing: progress is not shown."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Clean input tables, and everything found on the way."""

    orders: Loaded
    customers: Loaded | None
    incidents: Loaded | None
    reps: Loaded | None
    as_of: pd.Timestamp
    issues: tuple[Issue, ...]
    said: Said = field(default_factory=Said)
    frozen: bool = False  # the workbook shows its own day: see `as_of_day.stays_on_its_day`
    outdated: bool = False  # because the orders are old, and not because somebody chose the day

    @property
    def ledger(self) -> Ledger:
        """The orders up to the as-of day, as the core takes them."""
        one = self.orders
        return ledger.read(one.frame, self.as_of, one.codes, margins_in_money=True, products=one.products)

    @property
    def loaded(self) -> tuple[tuple[Table, Loaded], ...]:
        """The tables that were given, each with its kind."""
        pairs = zip(columns.INPUTS, (self.orders, self.customers, self.incidents, self.reps), strict=True)
        return tuple((table, found) for table, found in pairs if found is not None)

    def frame(self, table: Table) -> pd.DataFrame | None:
        """Return the clean rows of one kind, or None when it was not given.

        Customers whose orders say that they want no mail are marked so, or listed where there is no customer list.
        """
        frame = next((found.frame for kind, found in self.loaded if kind is table), None)
        if table is not columns.CUSTOMERS or not self.orders.opted_out:
            return frame
        out = self.orders.opted_out
        return opt_outs.marked(
            frame, out, [who for who in self.orders.frame["customer_id"].unique() if who in out]
        )

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
    orders: Input | Loaded,
    *,
    customers: Input | Loaded | None = None,
    incidents: Input | Loaded | None = None,
    reps: Input | Loaded | None = None,
    as_of: str | dt.date | pd.Timestamp | None = None,
    settings: Settings | None = None,
    column: Mapping[str, str] | None = None,
    rows: Rows = None,
    sheet: str | Sequence[str] | None = None,
    header: bool = True,
    progress: Callable[[str], None] = no_progress,
) -> Tables:
    """Read and check all input tables; every problem of every file is reported together.

    Parameters
    ----------
    orders, customers, incidents, reps : path, sequence of paths, or DataFrame
        The tables; only ``orders`` is needed. Several files are parts of one table, such as exports by year. Orders that
        were read and checked already (`Loaded`) are taken as they are.
    as_of : date or ISO text, optional
        The day that "today" means; by default the day after the last order.
    settings : Settings, optional
        Every threshold.
    column : mapping of str to str, optional
        Our heading -> theirs, such as ``{"Order value": "Amount"}``; ``"Customers:Contact"`` names a table;
        ``"Quantity*UnitPrice"`` multiplies two columns; ``"#3"`` is the third column.
    rows : mapping of str to sequence of str, optional
        Which rows of the orders count, are left out, or are credits, by a word in one of their columns:
        ``{"count": ["Status=Pending"], "leave_out": ["Currency=USD"], "take_back": ["Type=Return"]}``.
    sheet : str or sequence of str, optional
        Sheets or Excel tables with the orders; ``"*"`` means all that fit.
    header : bool
        Whether the orders have a heading row.
    progress : callable
        Called with a sentence as each step starts.

    Returns
    -------
    Tables
        ``orders``, ``customers``, ``incidents`` and ``reps``, each with its clean rows in ``frame`` (None where it was not
        given), ``as_of``, and ``issues``: every finding with its file, sheet and cell.

    Raises
    ------
    DataError
        The content cannot be used; ``issues`` holds every finding of every file.
    FileError
        A file cannot be read.
    """
    settings = settings or Settings()
    answered, chosen = answers_of.joined(settings, column, rows)
    named = by_table(answered)
    found: dict[str, Loaded | None] = {}
    errors: list[Issue] = []
    for table, given in zip(columns.INPUTS, (orders, customers, incidents, reps), strict=True):
        if given is None:
            found[table.title] = None
            continue
        progress(f"Reading {table.title.lower()}")
        first = table is columns.ORDERS
        try:
            found[table.title] = load_one(
                given,
                table,
                settings,
                chosen.answers(named.get(table.title, {}), first=first),
                sheet if first else None,
                header=header or not first,
            )
        except DataError as error:
            if not error.issues:
                raise
            errors.extend(error.issues)
    if errors:
        raise DataError.from_issues(errors)
    bought = found["Orders"]
    assert bought is not None  # noqa: S101 - orders are always given
    if not bought.rows_used:
        raise DataError.from_issues([*bought.issues, no_rows(bought)])
    others = [(title, one) for title, one in found.items() if one is not None and one is not bought]
    if strange := stated_currency.unlike_orders(bought, others):
        raise DataError.from_issues(strange)
    _join(found, bought)
    day = day_of(as_of) if as_of is not None else as_of_day.default_as_of(bought.frame)
    tables = Tables(bought, found["Customers"], found["Incidents"], found["Reps"], day, ())
    across = value_checks.across(
        bought.frame,
        tables.frame(columns.CUSTOMERS),
        tables.frame(columns.INCIDENTS),
        as_of=day,
        given=as_of is not None,
        settings=settings,
        origins={kind.title: item.origin for kind, item in tables.loaded if item.origin is not None},
    )
    issues = (*(issue for _, item in tables.loaded for issue in item.issues), *across)
    joined = tables.customers.joined if tables.customers is not None else {}
    by_user, today = as_of is not None, pd.Timestamp.now().normalize()
    stays = as_of_day.stays_on_its_day(day, given=by_user, today=today, settings=settings)
    said = Said(column or {}, RowAnswers.of(rows), joined)
    return replace(tables, issues=issues, said=said, frozen=stays, outdated=stays and not by_user)


def _join(found: dict[str, Loaded | None], ledger: Loaded) -> None:
    """Bring lists that know the customers by e-mail to the IDs of the orders."""
    listed, incidents = found["Customers"], found["Incidents"]
    if listed is not None:
        found["Customers"] = listed = customer_join.customers(ledger, listed)
    if incidents is not None and not incidents.frame["customer_id"].isin(ledger.frame["customer_id"]).all():
        known = customer_join.emails_of(ledger, listed)
        found["Incidents"] = customer_join.incidents(ledger, incidents, known)


def no_rows(found: Loaded) -> Issue:
    """Return the finding that nothing of a table can be used, with what set most rows aside."""
    why = max(found.issues, key=lambda issue: issue.rows, default=None)
    what, fix = "No row can be used.", "Export it again, with its rows."
    if why is not None and why.rows:
        what, fix = f"{what} {why.what}", why.fix
    return Issue("no-rows", "error", what, fix, file=found.file, sheet=found.sheet)


def load_one(
    given: Input | Loaded,
    table: Table,
    settings: Settings,
    answers: Answers,
    sheet: str | Sequence[str] | None = None,
    *,
    header: bool = True,
) -> Loaded:
    """Read one input table, whatever it is given as; one that was read already is returned as it is."""
    if isinstance(given, load.Loaded):
        return given
    if isinstance(given, Grid):
        return load.from_grid(given, table, settings=settings, answers=answers)
    if isinstance(given, pd.DataFrame):
        return load.from_frame(given, table, settings=settings, answers=answers)
    files = [given] if isinstance(given, (str, Path)) else list(given)
    return load.load(files, table, settings=settings, answers=answers, sheet=sheet, header=header)


def day_of(given: str | dt.date | pd.Timestamp) -> pd.Timestamp:
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
