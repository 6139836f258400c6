"""The rows of one table while they are checked: which are still in, and why the others are not.

What becomes of a row is settled in one place, so that every row is either used or set aside for one reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.schema import columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from winback_xl.inputs.kinds.findings import Finding
    from winback_xl.schema.columns import Table
    from winback_xl.settings import Settings

DECISIVE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        columns.ORDERS.name: frozenset({"customer_id", "order_date", "order_value", "kind"}),
        columns.CUSTOMERS.name: frozenset({"customer_id"}),
        columns.INCIDENTS.name: frozenset(
            {"customer_id", "date", "direct_loss", "hours_down", "cost_per_hour", "order_value", "days_late", "rework",
             "penalties", "fault", "already_paid", "owed"}
        ),
        columns.REPS.name: frozenset({"rep"}),
    }
)  # fmt: skip
"""Columns in which a cell that cannot be used sets the row aside: without it the numbers would be wrong."""


@dataclass(slots=True)
class Rows:
    """All rows of one table while they are checked.

    Parameters
    ----------
    table : Table
        What the rows are.
    frame : DataFrame
        Our columns, every row of the file; checks may turn a column into what it should be.
    codes : dict of str to ndarray
        For id columns: equal where the ids are equal, -1 where there is none.
    labels : dict of str to str
        Names of the columns for messages.
    settings : Settings
        Every threshold.
    repeats : callable
        Of the rows given, says which repeat an earlier one of them in every cell of the file.
    shared : callable
        Of the rows given, says which an earlier file or sheet of the ledger holds in every cell too.
    amount_currencies : tuple of str
        Currencies that stood beside amounts or in headings.
    spare : tuple of str
        Headings of the file that were taken for none of our columns.
    """

    table: Table
    frame: pd.DataFrame
    codes: dict[str, NDArray[np.int64]]
    labels: dict[str, str]
    settings: Settings
    repeats: Callable[[NDArray[np.intp]], NDArray[np.bool_]]
    shared: Callable[[NDArray[np.intp]], NDArray[np.bool_]]
    amount_currencies: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()
    currency: str = ""
    doubtful: set[str] = field(default_factory=set)  # columns that are refused as a whole
    alive: NDArray[np.bool_] = field(init=False)
    reason: NDArray[np.int32] = field(init=False)  # place in `findings` of what set a row aside, -1 for none
    findings: list[Finding] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)  # rows that each finding set aside

    def __post_init__(self) -> None:
        self.alive = np.ones(len(self.frame), dtype=bool)
        self.reason = np.full(len(self.frame), -1, np.int32)

    def settle(self, found: Iterable[Finding]) -> None:
        """Take findings in; rows to set aside go with the first finding that says so."""
        for finding in found:
            if finding.severity == "error":
                self.doubtful.add(finding.column)
            decisive = finding.effect == "unknown" and finding.column in DECISIVE[self.table.name]
            gone = finding.rows[:0]
            if decisive or finding.effect == "aside":
                gone = finding.rows[self.alive[finding.rows]]
                self.alive[gone] = False
                self.reason[gone] = len(self.findings)
            self.findings.append(finding)
            self.counts.append(len(gone))

    def live(self, flags: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Return the rows still in for which a flag is set."""
        return np.flatnonzero(flags & self.alive)

    def values(self, name: str) -> NDArray[np.float64]:
        """Return a column of numbers, NaN throughout if it is not there."""
        if name not in self.frame:
            return np.full(len(self.frame), np.nan)
        return np.asarray(self.frame[name].to_numpy(np.float64))

    def worth(self, which: NDArray[np.intp]) -> str:
        """Say what these rows add up to, as ``", worth 1,250.00 together"``; "" without values."""
        if self.table is not columns.ORDERS or "order_value" not in self.frame:
            return ""
        total = float(np.nansum(self.values("order_value")[which]))
        return f", worth {total:,.2f}{' together' if len(which) > 1 else ''}"


def first_of_each(codes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which entries are the first with their code.

    >>> first_of_each(np.array([5, 7, 5, 5])).tolist()
    [True, True, False, False]
    """
    order = np.argsort(codes, kind="stable")
    changed = np.ones(len(codes), dtype=bool)
    changed[1:] = codes[order][1:] != codes[order][:-1]
    first = np.empty(len(codes), dtype=bool)
    first[order] = changed
    return first


def suspected_repeats(
    rows: Rows, ids: tuple[str, ...], dates: tuple[str, ...], numbers: tuple[str, ...]
) -> NDArray[np.intp]:
    """Return the rows still in that may repeat another one, found by a hash of some columns; all real ones are in.

    Parameters
    ----------
    rows : Rows
        The table.
    ids, dates, numbers : tuple of str
        Columns to compare; those that are not there are left out.

    Returns
    -------
    ndarray of int
        Rows, ascending, each with at least one other row of the same hash.
    """
    live = np.flatnonzero(rows.alive)
    hashes = np.zeros(len(live), np.uint64)
    parts = [rows.codes[name] for name in ids if name in rows.codes]
    parts += [
        rows.frame[name].to_numpy("datetime64[s]").view(np.int64) for name in dates if name in rows.frame
    ]
    parts += [rows.values(name).view(np.int64) for name in numbers if name in rows.frame]
    for part in parts:
        hashes = (hashes ^ part[live].view(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        hashes ^= hashes >> np.uint64(29)
    ordered = np.sort(hashes)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    return live[np.isin(hashes, twice)] if len(twice) else live[:0]
