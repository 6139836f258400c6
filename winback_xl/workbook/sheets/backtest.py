"""The sheet Backtest: one page in words, two charts, and the numbers below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.returns import backtest_words
from winback_xl.workbook.book import laid_out
from winback_xl.workbook.chart_spec import Chart, Series
from winback_xl.workbook.sheets.parts import text_field
from winback_xl.workbook.spec import Book, Cell, Field, Sheet, Table

if TYPE_CHECKING:
    import pandas as pd

    from winback_xl.core.returns.past_forecasts import Backtest
    from winback_xl.schema.columns import Kind
    from winback_xl.settings import Settings

NAME = "Backtest"
_COLUMNS, _WIDTH = 10, 17.0
_TEXT, _PARAGRAPH = 3, 34.0  # first row; points of a paragraph of two lines
_CHART_ROWS, _CHART_SIZE = 17, (600, 320)
_TENTHS_WIDE = 5


def sheet(found: Backtest, as_of: pd.Timestamp, settings: Settings) -> Sheet:
    """Return the sheet.

    Parameters
    ----------
    found : Backtest
        From `winback_xl.core.returns.past_forecasts.run`.
    as_of : Timestamp
    settings : Settings
        As it was run with.
    """
    words = backtest_words.page(found, settings)
    charts = _TEXT + len(words) + 1
    numbers = charts + _CHART_ROWS + 1
    dates = _dates(found, numbers)
    tenths = dates.row + dates.rows + 3
    rates, orders = (
        _tenths(found.rates, "tblBacktestRates", "share", tenths, 0),
        _tenths(found.orders, "tblBacktestOrders", "number", tenths, _TENTHS_WIDE),
    )
    below = tenths + max(rates.rows, orders.rows) + 3
    base, limits = _base(found, below), _limits(found, below)
    headings = (
        (dates, "By date"),
        (rates, "Return rate by tenth of the silent customers"),
        (orders, "Order days by tenth of all customers"),
        (base, "Who ordered again"),
        (limits, "Hit rate by lapse limit"),
    )
    return Sheet(
        NAME,
        "Backtest: how far to trust the numbers",
        f"What these settings would have said at {len(found.dates)} earlier dates, and what happened in the {found.followed} days"
        f" after; orders to {as_of:%Y-%m-%d}.",
        cells=(
            *(Cell(_TEXT + at, 0, text, look="text", kind="long", span=_COLUMNS - 1) for at, text in enumerate(words)),
            *(Cell(table.row - 1, table.col, text, look="heading", span=_TENTHS_WIDE - 2) for table, text in headings),
        ),
        tables=(dates, rates, orders, base, limits),
        charts=(
            _chart("Return rate: what was said and what came", "tblBacktestRates", "share", charts, 0),
            _chart("Order days: what was said and what came", "tblBacktestOrders", "number", charts, _TENTHS_WIDE),
        ),
        widths=dict.fromkeys(range(_COLUMNS + 2), _WIDTH),
        heights={_TEXT + at: _PARAGRAPH for at in range(len(words))},
    )  # fmt: skip


def book(found: Backtest, as_of: pd.Timestamp, settings: Settings) -> Book:
    """Return a workbook with this sheet alone."""
    return Book(
        sheets=laid_out((sheet(found, as_of, settings),), settings),
        title="Backtest of the win-back numbers",
        subject=f"As of {as_of:%Y-%m-%d}",
        created=as_of.to_pydatetime(),
    )


def _field(frame: pd.DataFrame, heading: str, name: str, kind: Kind) -> Field:
    return Field(heading, frame[name].to_numpy(np.float64), kind, "calculated")


def _dates(found: Backtest, row: int) -> Table:
    kinds: tuple[tuple[str, str, Kind], ...] = (
        ("Customers", "customers", "count"),
        ("Lapsed or cold", "flagged", "count"),
        ("Of them did not order", "precision", "share"),
        ("Of the lost were flagged", "recall", "share"),
        ("Hit rate (F1)", "hit_rate", "number"),
        ("With one window", "hit_rate_fixed", "number"),
        ("Return rate said", "rate_said", "share"),
        ("Return rate seen", "rate_seen", "share"),
        ("Order days said", "orders_said", "count"),
        ("Order days seen", "orders_seen", "count"),
    )
    days = Field("Date", found.dates["date"], "date", "calculated")
    fields = (_field(found.dates, heading, name, kind) for heading, name, kind in kinds)
    return Table("tblBacktestDates", row, 0, (days, *fields), alt="What was said at each date, and what came")


def _tenths(frame: pd.DataFrame, name: str, kind: Kind, row: int, col: int) -> Table:
    return Table(
        name,
        row,
        col,
        (
            text_field("Tenth", [f"{tenth:.0f}" for tenth in frame["tenth"]], width=_WIDTH),
            _field(frame, "Customers", "customers", "count"),
            _field(frame, "Said", "said", kind),
            _field(frame, "Seen", "seen", kind),
        ),
        alt="What was said and what came, by tenth of what was said, lowest first",
    )


def _base(found: Backtest, row: int) -> Table:
    rows = found.base_rates
    return Table(
        "tblBacktestBase",
        row,
        0,
        (
            text_field("Status", rows["status"].tolist(), width=_WIDTH),
            text_field("Level", rows["level"].tolist(), width=_WIDTH),
            _field(rows, "Customers", "customers", "count"),
            _field(rows, "Said", "said", "share"),
            _field(rows, "Seen", "seen", "share"),
        ),
        alt="Share of customers that ordered again, by status and level",
    )


def _limits(found: Backtest, row: int) -> Table:
    dates = list(found.limits.columns[1:])
    return Table(
        "tblBacktestLimits",
        row,
        _TENTHS_WIDE + 1,
        (
            _field(found.limits, "Own gaps", "multiple", "number"),
            *(_field(found.limits, date, date, "number") for date in dates),
        ),
        alt="Hit rate of the lapse flag with other limits, by date",
    )


def _chart(title: str, table: str, kind: Kind, row: int, col: int) -> Chart:
    return Chart(
        "column", title, "Columns: what was said and what happened, by tenth of what was said, lowest first",
        (Series(table, "Tenth", "Said", "Said"), Series(table, "Tenth", "Seen", "Seen")),
        row, col, *_CHART_SIZE, value_format=kind, labels=False,
    )  # fmt: skip
