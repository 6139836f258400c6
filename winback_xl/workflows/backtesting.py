"""From an order export to the answer how far its numbers can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from winback_xl.core.returns import backtest_words
from winback_xl.core.returns import past_forecasts as core
from winback_xl.settings import Settings
from winback_xl.workflows.reading import no_progress, read

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from winback_xl.core.returns.past_forecasts import Backtest
    from winback_xl.errors import Issue
    from winback_xl.inputs.answers import Rows
    from winback_xl.workflows.reading import Input, Tables


@dataclass(frozen=True, slots=True)
class Backtested:
    """A backtest, and what it was made from.

    Parameters
    ----------
    found : Backtest
    words : tuple of str
        One page: how far to trust which number.
    as_of : Timestamp
    settings : Settings
    issues : tuple of Issue
        What was found in the data.
    """

    found: Backtest
    words: tuple[str, ...]
    as_of: pd.Timestamp
    settings: Settings
    issues: tuple[Issue, ...] = ()


def backtest(
    orders: Input,
    *,
    as_of: str | dt.date | pd.Timestamp | None = None,
    settings: Settings | None = None,
    column: Mapping[str, str] | None = None,
    rows: Rows = None,
    sheet: str | Sequence[str] | None = None,
    header: bool = True,
    progress: Callable[[str], None] = no_progress,
) -> Backtested:
    """Test lapse flag, return rate and expected orders on the ledger's own past. Parameters are those of `read`.

    Raises
    ------
    NotEnoughError
        The ledger is too short to look back.
    DataError, FileError
        As for `read`.

    Examples
    --------
    >>> import pandas as pd
    >>> import winback_xl as wb
    >>> days = pd.date_range("2025-01-15", periods=12, freq="30D")
    >>> ledger = pd.DataFrame({"Customer ID": "C1", "Order date": days, "Order value": 500.0})
    >>> wb.backtest(ledger).found.dates["customers"].tolist()
    [1, 1]
    """
    settings = settings or Settings()
    tables = read(
        orders,
        as_of=as_of,
        settings=settings,
        column=column,
        rows=rows,
        sheet=sheet,
        header=header,
        progress=progress,
    )
    return backtest_tables(tables, settings, progress=progress)


def backtest_tables(
    tables: Tables, settings: Settings, *, progress: Callable[[str], None] = no_progress
) -> Backtested:
    """Test on tables that were read already."""
    progress("Looking back")
    found = core.run(tables.ledger, settings)
    words = tuple(backtest_words.page(found, settings))
    return Backtested(found, words, tables.as_of, settings, tables.issues)


def save(made: Backtested, path: str | Path, *, force: bool = False) -> Path:
    """Write the workbook of a backtest. Parameters and errors as in `winback_xl.workflows.saving.save`."""
    from winback_xl.workbook import render_file  # noqa: PLC0415 - the writer is imported when it writes
    from winback_xl.workbook.sheets import backtest as page  # noqa: PLC0415
    from winback_xl.workflows import saving  # noqa: PLC0415

    target = saving.named_xlsx(path)
    render_file.render(page.book(made.found, made.as_of, made.settings), target, force=force)
    return target
