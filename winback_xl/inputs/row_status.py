"""The rows of one table while they are checked: which are still in, and why the others are not.

What becomes of a row is settled in one place, so that every row is either used or set aside for one reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.tally import in_several, tally
from winback_xl.inputs.answers import Answers
from winback_xl.inputs.decisions import Decisions
from winback_xl.schema import columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

    from winback_xl.inputs.aid_columns import Aid
    from winback_xl.inputs.finding import Finding
    from winback_xl.inputs.states import Judged
    from winback_xl.inputs.systems import KnownExport
    from winback_xl.schema.columns import Table
    from winback_xl.settings import Settings

    Kinds = tuple[NDArray[np.intp], list[str], list[str]]

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


def _no_column(_: str) -> Aid | None:
    """Know no other column."""
    return None


def _no_prints(which: NDArray[np.intp]) -> NDArray[np.uint64]:
    """Take every row for another one."""
    return np.asarray(which, np.uint64)


@dataclass(slots=True)
class Help:
    """What is known of a file of orders beyond the columns of Orders.

    Parameters
    ----------
    aids : mapping of str to tuple of Aid
        Columns that help to read the others, by name.
    answers : Answers
        What the user said.
    export : KnownExport or None
        The system that the file comes from.
    level : {"", "order", "line"}
        What the order value on a row is of, where somebody says so.
    part : ndarray of int or None
        Which file or sheet every row came from.
    named : callable
        Returns any column of the file by its heading, or None.
    prints : callable
        Returns for some rows a number that is equal where all cells are.
    decisions : Decisions
        What the whole ledger decided, where the rows are a part of it.
    """

    aids: Mapping[str, tuple[Aid, ...]] = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)
    export: KnownExport | None = None
    level: str = ""
    part: NDArray[np.integer] | None = None
    named: Callable[[str], Aid | None] = _no_column
    prints: Callable[[NDArray[np.intp]], NDArray[np.uint64]] = _no_prints
    decisions: Decisions = field(default_factory=Decisions)


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
        Currencies next to amounts or in headings.
    spare : tuple of str
        Headings of the file that were taken for none of our columns.
    headings : mapping of str to str
        Of our columns: the heading of the file, as found.
    positions : mapping of str to tuple of int
        Of our columns: where they are in the file.
    help : Help
        What else is known of a file of orders.
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
    headings: Mapping[str, str] = field(default_factory=dict)
    positions: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    help: Help = field(default_factory=Help)
    currency: str = ""
    doubtful: set[str] = field(default_factory=set)  # columns that are refused as a whole
    alive: NDArray[np.bool_] = field(init=False)
    reason: NDArray[np.int32] = field(init=False)  # place in `findings` of what set a row aside, -1 for none
    findings: list[Finding] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)  # rows that each finding set aside
    per_order: bool = False  # whether the order value is the total of the order, on each of its lines
    repeated_total: NDArray[np.bool_] = field(
        init=False
    )  # rows whose value an earlier line of the order holds
    taken_back: NDArray[np.bool_] = field(init=False)  # rows that a state turns into credits
    cancels: NDArray[np.bool_] = field(init=False)  # rows that take back an order
    opted_out: NDArray[np.bool_] = field(init=False)  # rows of somebody who wants no mail
    states: list[Judged] = field(default_factory=list)  # columns that say the state
    kinds: Kinds | None = None

    def __post_init__(self) -> None:
        self.alive = np.ones(len(self.frame), dtype=bool)
        self.reason = np.full(len(self.frame), -1, np.int32)
        none = np.zeros(len(self.frame), dtype=bool)
        self.repeated_total, self.taken_back, self.cancels, self.opted_out = (
            none,
            none.copy(),
            none.copy(),
            none,
        )

    @property
    def aids(self) -> Mapping[str, tuple[Aid, ...]]:
        """Columns that help to read the others, by name."""
        return self.help.aids

    @property
    def answers(self) -> Answers:
        """What the user said."""
        return self.help.answers

    @property
    def export(self) -> KnownExport | None:
        """The system that the file comes from."""
        return self.help.export

    @property
    def decisions(self) -> Decisions:
        """What all rows of the ledger decide together."""
        return self.help.decisions

    def deals(self, order: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return a number for each row, equal where the order and the customer are; -1 where there is no order.

        An order is one customer's: what two customers have under one number are two orders.
        """
        who = self.codes.get("customer_id")
        if who is None:
            return order
        there = np.flatnonzero(order >= 0)
        shared = there[in_several(who[there], order[there])]
        if not len(shared):
            return order
        pair = order[shared] * (int(who.max(initial=-1)) + 2) + who[shared] + 1
        found = order.copy()
        found[shared] = int(order.max()) + 1 + pd.factorize(pair)[0]
        return found

    def heading(self, name: str) -> str:
        """Return the heading of the file for one of our columns."""
        return self.headings.get(name, self.table[name].heading)

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
        """Describe what these rows add up to, as ``", worth 1,250.00 together"``; "" without values."""
        if self.table is not columns.ORDERS or "order_value" not in self.frame:
            return ""
        values = self.values("order_value")[which]
        if self.per_order and "order_id" in self.codes:
            order = self.codes["order_id"][which]
            values = values[first_of_each(order) | (order < 0)]
        total = float(np.nansum(values))
        return f", worth {total:,.2f}{' together' if len(which) > 1 else ''}"


def first_of_each(codes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which entries are the first with their code.

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
    order = rows.codes.get("order_id") if "order_id" in ids else None
    if order is not None:  # most numbers are there once, and repeat nothing
        live = live[(order[live] < 0) | (tally(order[live] + 1)[order[live] + 1] > 1)]
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
