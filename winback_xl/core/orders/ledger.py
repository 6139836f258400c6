"""Rows of an order ledger as arrays: whose, which day, order or credit, which document, how much.

What counts as an order and what as a credit is decided here and nowhere else. Customers are numbered in the
order of their ids; days are numbers since 1970-01-01; a row without an order id is a document of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.orders import order_columns, taken_back
from winback_xl.core.orders.day_numbers import NEVER, OWN_YEAR, YEAR, dates, days
from winback_xl.core.orders.order_days import OrderDays
from winback_xl.core.tally import Bools, Floats, Ints, tally, tally_distinct

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.core.orders.order_columns import Products

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
    return (order_columns.numbers(orders, "order_value") < 0) | _credit_kind(orders)


def _units(value: Floats) -> Floats:
    """Return values in whole units, 0 where unknown."""
    return np.rint(np.nan_to_num(value) * _UNITS)


def _credit_kind(orders: pd.DataFrame) -> Bools:
    if "kind" not in orders:
        return np.zeros(len(orders), dtype=bool)
    return (orders["kind"] == CREDIT_NOTE).to_numpy(dtype=bool, na_value=False)


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
        What the row is; neither for samples, and for an order that was credited in full on its own day.
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
    products : callable
        Returns what each row of ``table`` sold: the place of its name, -1 for none, and the names; None without products.
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
    products: Products = field(default=order_columns.no_products, repr=False)

    @property
    def today(self) -> pd.Timestamp:
        """The last day that counts."""
        return pd.Timestamp(np.datetime64(self.as_of, "D"))

    @property
    def currency(self) -> str:
        """The one currency of the orders, or "" when they name none or several."""
        return order_columns.currency(self.table)

    @property
    def revenue(self) -> float:
        """The control total, counted past every step in between: orders less credits, NaN without values."""
        if "order_value" not in self.table or not self.table["order_value"].notna().any():
            return float("nan")
        return float(self.table.loc[self.table["order_date"] <= self.today, "order_value"].sum())

    @cached_property
    def order_days(self) -> OrderDays:
        """The order days of all customers."""
        return OrderDays.of_pairs(self.customer[self.order], self.day[self.order], len(self.ids))

    @cached_property
    def kept_days(self) -> OrderDays:
        """The order days without orders that a later credit took back whole."""
        rows = self.customer, self.day, self.document, self._units, self.order, self.credit
        kept = self.order & ~taken_back.returned(*rows)
        return OrderDays.of_pairs(self.customer[kept], self.day[kept], len(self.ids))

    @cached_property
    def _units(self) -> Floats:
        return _units(self.value)

    @cached_property
    def _each_row_a_document(self) -> bool:
        return bool(tally(self.document).max(initial=0) <= 1)

    def total(self, rows: Bools) -> Floats:
        """Sum the value of these rows for each customer; unknown values count as zero."""
        return self._sum(np.where(rows, self._units, 0.0))

    def _sum(self, units: Floats) -> Floats:
        return tally(self.customer, len(self.ids), weights=units) / _UNITS

    def orders(self, rows: Bools) -> Ints:
        """Count the distinct documents among these rows for each customer."""
        if not self._each_row_a_document:
            return tally_distinct(self.customer[rows], self.document[rows], len(self.ids))
        return tally(self.customer[rows], len(self.ids))

    def credit_notes(self) -> tuple[Ints, Ints, Floats]:
        """Return customer, day and value of each credit note; its lines of one day are one note."""
        customer, day, document = (part[self.credit] for part in (self.customer, self.day, self.document))
        order = np.lexsort((day, document, customer))
        customer, day, document = customer[order], day[order], document[order]
        if not order.size:
            return customer, day, np.zeros(0)
        new = (np.diff(customer) != 0) | (np.diff(day) != 0) | (np.diff(document) != 0)
        start = np.flatnonzero(np.append(True, new))
        return customer[start], day[start], np.add.reduceat(self._units[self.credit][order], start) / _UNITS

    def money(self) -> dict[str, Floats]:
        """Sum what each customer bought and returned; all NaN when the ledger has no values.

        Returns
        -------
        dict of str to ndarray of float, shape (n_customers,)
            The columns of `customer_history.summarise` that are about money.
        """
        if not self.has_values:
            return dict.fromkeys(MONEY, np.full(len(self.ids), np.nan))
        year, before, last = self.as_of - YEAR, self.as_of - 2 * YEAR, self.order_days.last
        valued, either = self.order & ~np.isnan(self.value), self.order | self.credit
        own_year = self.day > np.where(last == NEVER, self.as_of, last - OWN_YEAR)[self.customer]
        known = valued & ~np.isnan(self.margin)
        margin = np.where(known, np.rint(np.nan_to_num(self.margin) * _UNITS), 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            average = self.total(valued) / self.orders(valued)
            rate = self._sum(margin) / self.total(known)
        sums = (
            self.total(either),
            self.total(either & (self.day > year)),
            self.total(either & (self.day > before) & (self.day <= year)),
            np.maximum(self.total(either & own_year), 0.0),
            average,
            np.minimum(self.total(self.credit), 0.0),
            rate,
        )
        return dict(zip(MONEY, sums, strict=True))

    def deliveries(self) -> dict[str, NDArray[Any]]:
        """Count the orders that left, and those that left after the promised day; date the last of these."""
        shipped = self.order & self.shipped
        tardy = shipped & (self.days_late > 0)
        count, late = self.orders(shipped), self.orders(tardy)
        last = np.full(len(self.ids), NEVER)
        np.maximum.at(last, self.customer[tardy], self.promised[tardy])
        with np.errstate(invalid="ignore", divide="ignore"):
            share = late / count
        return dict(zip(DELIVERIES, (count, late, share, dates(last)), strict=True))

    def last_rep(self) -> NDArray[np.object_]:
        """Name who sold the last order that names anyone; of two on one day, the later in the alphabet."""
        best = np.full(len(self.ids), -1)
        if self.reps is None:
            return np.full(len(best), "", dtype=object)
        code, names = pd.factorize(self.reps, sort=True)
        filled = np.array([bool(str(name).strip()) for name in names] + [False], dtype=bool)
        named = self.order & filled[code]
        customer, day, code = self.customer[named], self.day[named], code[named]
        last = np.full(len(self.ids), NEVER)
        np.maximum.at(last, customer, day)
        latest = day == last[customer]
        np.maximum.at(best, customer[latest], code[latest])
        return np.asarray(np.append(np.asarray(names, dtype=object), "")[best])


MONEY = (
    "revenue", "revenue_12m", "revenue_prior_12m", "annual_revenue", "average_order", "credit_value", "margin_rate",
)  # fmt: skip
"""Columns of `customer_history.summarise` that are about money."""

DELIVERIES = ("shipped_orders", "late_orders", "late_share", "last_late")
"""Its columns that are about promised days."""


Codes = Mapping[str, Ints]
"""Of the columns ``customer_id`` and ``order_id``: equal where the ids are equal, -1 where there is none."""


def read(
    orders: pd.DataFrame,
    as_of: pd.Timestamp,
    codes: Codes | None = None,
    *,
    has_values: bool | None = None,
    margins_in_money: bool = False,
    products: Products = order_columns.no_products,
) -> Ledger:
    """Read the rows with a customer and a date up to ``as_of``.

    Parameters
    ----------
    orders : DataFrame
        Columns of ``columns.ORDERS``; only ``customer_id`` and ``order_date`` are needed.
    as_of : Timestamp
        The last day that counts.
    codes : mapping of str to ndarray of int, optional
        What the reader of the file knows of its ids, a number a row: a million texts need not be compared again.
    has_values : bool, optional
        Whether any order has a value, where these are the orders of some customers only.
    margins_in_money : bool
        Whether the reader of the file has turned shares into money; otherwise margins of at most 1 are shares.
    products : callable, optional
        What the rows of ``orders`` sold (`Ledger`); asked for only when somebody wants to know.
    """
    last = int(np.datetime64(as_of, "D").astype(np.int64))
    day = days(orders["order_date"])
    codes = codes or {}
    keep = (
        (day != NEVER) & (day <= last) & order_columns.known(orders["customer_id"], codes.get("customer_id"))
    )
    rows, row = orders, np.arange(len(orders))
    if not keep.all():
        row = np.flatnonzero(keep)
        rows, day = orders.iloc[row], day[row]
        codes = {name: code[row] for name, code in codes.items()}
    customer, ids = order_columns.customers(rows["customer_id"], codes.get("customer_id"))
    value = order_columns.numbers(rows, "order_value")
    has_values = bool(np.any(np.nan_to_num(value) != 0)) if has_values is None else has_values
    margin = order_columns.numbers(rows, "margin")
    credit = (value < 0) | _credit_kind(rows)
    value = np.where(credit, -np.abs(value), value)
    order = ~credit & (~(value == 0) | (not has_values))
    document = order_columns.documents(rows, codes.get("order_id"))
    undone = taken_back.corrected(customer, day, document, _units(value), order, credit)
    shipped, promised, days_late = order_columns.shipping(rows, last)
    return Ledger(
        ids=ids,
        as_of=last,
        customer=customer,
        day=day,
        document=document,
        value=value,
        margin=margin if margins_in_money else order_columns.margin_in_money(margin, value),
        order=order & ~undone,
        credit=credit & ~undone,
        shipped=shipped,
        promised=promised,
        days_late=days_late,
        row=row,
        reps=rows.get("rep"),
        has_values=has_values,
        table=orders,
        products=products,
    )
