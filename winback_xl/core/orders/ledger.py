"""Rows of an order ledger as arrays: whose, which day, order or credit, which document, how much.

What counts as an order and what as a credit is decided here and nowhere else. Customers are numbered in the
order of their ids; days are numbers since 1970-01-01; a row without an order id is a document of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from winback_xl.core.tally import tally

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NEVER = int(np.iinfo(np.int64).min)
"""Day number of an unknown day: what NaT is as an integer."""

YEAR = 365
"""Days of a year, wherever the core says "12 months"."""

_UNITS = 1e4  # money is summed in ten-thousandths: whole numbers, so the order of the rows cannot matter

ORDER, CREDIT_NOTE = "Order", "Credit note"
"""The two words of Kind; what other systems call them is read by `winback_xl.inputs.order_kinds`."""


def is_credit(orders: pd.DataFrame) -> Bools:
    """Return which rows are credit notes: a negative value, or a kind that says so.

    >>> is_credit(pd.DataFrame({"kind": ["Order", "Credit note", None]})).tolist()
    [False, True, False]
    >>> is_credit(pd.DataFrame({"order_value": [10.0, -3.0, None]})).tolist()
    [False, True, False]
    """
    return (numbers(orders, "order_value") < 0) | _credit_kind(orders)


def _credit_kind(orders: pd.DataFrame) -> Bools:
    if "kind" not in orders:
        return np.zeros(len(orders), dtype=bool)
    return (orders["kind"] == CREDIT_NOTE).to_numpy(dtype=bool, na_value=False)


def numbers(frame: pd.DataFrame, name: str) -> Floats:
    """Return a column as floats; NaN where it is blank, or absent altogether."""
    if name not in frame:
        return np.full(len(frame), np.nan)
    return pd.to_numeric(frame[name]).to_numpy(dtype=np.float64, na_value=np.nan)


def days(column: pd.Series) -> Ints:
    """Return dates as day numbers; `NEVER` where they are blank."""
    dates = column if column.dtype.kind == "M" else pd.to_datetime(column)
    return dates.to_numpy().astype("datetime64[D]").astype(np.int64)


def distinct(values: Ints) -> Ints:
    """Return the distinct values, sorted. Ten times faster than `numpy.unique`, which hashes."""
    ranked = np.sort(values)
    return ranked[np.append(True, ranked[1:] != ranked[:-1])] if ranked.size else ranked


def distinct_pairs(group: Ints, value: Ints) -> tuple[Ints, Ints]:
    """Return the distinct pairs, sorted by group and then by value.

    >>> distinct_pairs(np.array([1, 0, 1, 1]), np.array([5, 9, 5, 3]))
    (array([0, 1, 1]), array([9, 3, 5]))
    """
    if not group.size:
        return group, value
    low = int(value.min())
    span = int(value.max()) - low + 1
    keys = distinct(group.astype(np.int64, copy=False) * span + (value - low))
    return keys // span, keys % span + low


@dataclass(frozen=True)
class Ledger:
    """The rows of one ledger up to a day; arrays of one length.

    Parameters
    ----------
    ids : Index of str
        The customers, sorted; ``customer`` numbers into it.
    as_of : int
        Day number of the last day.
    customer, day, document : ndarray of int
        Whose, when, and which order or credit note.
    value, margin : ndarray of float
        Money, negative for credits; NaN where unknown. The margin in money too.
    order, credit : ndarray of bool
        What the row is; neither for samples.
    shipped : ndarray of bool
        The promised and the shipped day are known, and it left by ``as_of``.
    promised, days_late : ndarray of int
        Promised day, and how much later it left; `NEVER` and 0 unless ``shipped``.
    row : ndarray of int
        Position in the table that was read.
    reps : Series or None
        Who sold it.
    has_values : bool
        Whether any row has a value other than zero.
    table : DataFrame
        The table that was read, for texts that are not numbers: names, order ids, the currency.
    """

    ids: pd.Index[str]
    as_of: int
    customer: Ints
    day: Ints
    document: Ints
    value: Floats
    margin: Floats
    order: Bools
    credit: Bools
    shipped: Bools
    promised: Ints
    days_late: Ints
    row: Ints
    reps: pd.Series | None
    has_values: bool
    table: pd.DataFrame

    @property
    def today(self) -> pd.Timestamp:
        """The last day that counts."""
        return pd.Timestamp(np.datetime64(self.as_of, "D"))

    @cached_property
    def _units(self) -> Floats:
        return np.rint(np.nan_to_num(self.value) * _UNITS)

    @cached_property
    def _each_row_a_document(self) -> bool:
        return bool(self.document.size == distinct(self.document).size)

    def total(self, rows: Bools) -> Floats:
        """Sum the value of these rows for each customer; unknown values count as zero."""
        units = np.where(rows, self._units, 0.0)
        return tally(self.customer, len(self.ids), weights=units) / _UNITS

    def orders(self, rows: Bools) -> Ints:
        """Count the distinct documents among these rows for each customer."""
        customer = self.customer[rows]
        if not self._each_row_a_document:
            customer, _ = distinct_pairs(customer, self.document[rows])
        return tally(customer, len(self.ids))

    def margin_rate(self) -> Floats:
        """Divide the margin of each customer's orders by their value, where both are known."""
        known = self.order & ~np.isnan(self.margin) & ~np.isnan(self.value)
        units = np.where(known, np.rint(np.nan_to_num(self.margin) * _UNITS), 0.0)
        margin = tally(self.customer, len(self.ids), weights=units) / _UNITS
        with np.errstate(invalid="ignore", divide="ignore"):
            return margin / self.total(known)

    def credit_notes(self) -> tuple[Ints, Ints, Floats]:
        """Return customer, day and value of each credit note; its lines of one day are one note."""
        customer, day, document = (part[self.credit] for part in (self.customer, self.day, self.document))
        order = np.lexsort((day, document, customer))
        customer, day, document = customer[order], day[order], document[order]
        if not order.size:
            return customer, day, np.zeros(0)
        new = (np.diff(customer) != 0) | (np.diff(day) != 0) | (np.diff(document) != 0)
        start = np.flatnonzero(np.append(True, new))
        value = np.add.reduceat(self._units[self.credit][order], start) / _UNITS
        return customer[start], day[start], value

    def rep(self) -> tuple[Ints, NDArray[np.object_]]:
        """Return for each row the number of the rep, -1 for none, and the names in alphabetical order."""
        if self.reps is None:
            return np.full(len(self.day), -1), np.empty(0, dtype=object)
        code, names = pd.factorize(self.reps, sort=True)
        filled = np.array([bool(str(name).strip()) for name in names] + [False], dtype=bool)
        return np.where(filled[code], code, -1), np.asarray(names, dtype=object)


Codes = Mapping[str, Ints]
"""Of the columns ``customer_id`` and ``order_id``: equal where the ids are equal, -1 where there is none."""


def read(orders: pd.DataFrame, as_of: pd.Timestamp, codes: Codes | None = None) -> Ledger:
    """Read the rows with a customer and a date up to ``as_of``.

    Parameters
    ----------
    orders : DataFrame
        Columns of ``columns.ORDERS``; only ``customer_id`` and ``order_date`` are needed.
    as_of : Timestamp
        The last day that counts.
    codes : mapping of str to ndarray of int, optional
        What the reader of the file knows of its ids, a number a row: a million texts need not be compared again.
    """
    last = int(np.datetime64(as_of, "D").astype(np.int64))
    day = days(orders["order_date"])
    codes = codes or {}
    keep = (day != NEVER) & (day <= last) & _known(orders["customer_id"], codes.get("customer_id"))
    rows, row = orders, np.arange(len(orders))
    if not keep.all():
        row = np.flatnonzero(keep)
        rows, day = orders.iloc[row], day[row]
        codes = {name: code[row] for name, code in codes.items()}
    customer, ids = _customers(rows["customer_id"], codes.get("customer_id"))
    value = numbers(rows, "order_value")
    has_values = bool(np.any(np.nan_to_num(value) != 0))
    credit = (value < 0) | _credit_kind(rows)
    order = ~credit & (~(value == 0) | (not has_values))
    shipped, promised, days_late = _shipping(rows, last)
    return Ledger(
        ids=ids,
        as_of=last,
        customer=customer,
        day=day,
        document=_documents(rows, codes.get("order_id")),
        value=np.where(credit, -np.abs(value), value),
        margin=_margin_in_money(numbers(rows, "margin"), value),
        order=order,
        credit=credit,
        shipped=shipped,
        promised=promised,
        days_late=days_late,
        row=row,
        reps=rows.get("rep"),
        has_values=has_values,
        table=orders,
    )


def of_one(day: Ints, as_of: int) -> Ledger:
    """Return the ledger of a single customer for whom only the days of the orders are known."""
    n = len(day)
    unknown, yes, no = np.full(n, np.nan), np.ones(n, dtype=bool), np.zeros(n, dtype=bool)
    zero = np.zeros(n, dtype=np.int64)
    return Ledger(
        ids=pd.Index(["1"]),
        as_of=as_of,
        customer=zero,
        day=day,
        document=np.arange(n),
        value=unknown,
        margin=unknown,
        order=yes,
        credit=no,
        shipped=no,
        promised=np.full(n, NEVER),
        days_late=zero,
        row=np.arange(n),
        reps=None,
        has_values=False,
        table=pd.DataFrame(),
    )


def _known(ids: pd.Series, code: Ints | None) -> Bools:
    return (ids.notna() & (ids != "")).to_numpy(dtype=bool) if code is None else code >= 0


def _customers(column: pd.Series, code: Ints | None) -> tuple[Ints, pd.Index[str]]:
    """Return the number of each row's customer, in the order of the ids, and these."""
    if code is None:
        place, ids = pd.factorize(column, sort=True)
        return place.astype(np.int64), pd.Index(ids)
    first = np.full(int(code.max(initial=-1)) + 1, -1)
    first[code] = np.arange(len(code))  # any row of the customer will do
    there = np.flatnonzero(first >= 0)
    ids = pd.Index(column.iloc[first[there]])
    order = ids.argsort()
    rank = np.empty(len(first), dtype=np.int64)
    rank[there[order]] = np.arange(len(order))
    return rank[code], ids[order].rename(None)


def _documents(rows: pd.DataFrame, code: Ints | None) -> Ints:
    """Give every document a number; a row without an order id is one of its own."""
    if "order_id" not in rows:
        return np.arange(len(rows), dtype=np.int64)
    if code is None:
        code, ids = pd.factorize(rows["order_id"])
        empty = np.flatnonzero(np.asarray(ids == ""))  # none, or the one number of the empty text
        code = np.where(np.isin(code, empty), -1, code)
    beyond = int(code.max(initial=-1)) + 1
    return np.where(code < 0, beyond + np.arange(len(rows)), code).astype(np.int64)


def _margin_in_money(margin: Floats, value: Floats) -> Floats:
    """Turn shares into money; margins are shares when all of them are between -1 and 1."""
    known = margin[~np.isnan(margin)]
    return margin * value if known.size and bool(np.all(np.abs(known) <= 1)) else margin


def _shipping(rows: pd.DataFrame, as_of: int) -> tuple[Bools, Ints, Ints]:
    """Return which rows left with a promise by the as-of day; the promised day, and how many days late."""
    promised, shipped = (_optional_days(rows, name) for name in ("promised_date", "shipped_date"))
    left = (promised != NEVER) & (shipped != NEVER) & (shipped <= as_of)
    if not left.any():
        none = np.zeros(
            1, dtype=np.int64
        )  # one number for every row: two columns that say nothing take no room
        return left, np.broadcast_to(none + NEVER, left.shape), np.broadcast_to(none, left.shape)
    return left, np.where(left, promised, NEVER), np.where(left, shipped, 0) - np.where(left, promised, 0)


def _optional_days(rows: pd.DataFrame, name: str) -> Ints:
    return days(rows[name]) if name in rows else np.broadcast_to(np.int64(NEVER), len(rows))


def text(orders: pd.DataFrame, name: str, row: Ints) -> NDArray[np.object_]:
    """Return a column of these rows as texts; "" where it is blank, or absent altogether."""
    if name not in orders:
        return np.full(len(row), "", dtype=object)
    return orders[name].iloc[row].astype(object).fillna("").to_numpy(dtype=object)
