"""Columns of an order table as arrays, one number a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.orders.day_numbers import NEVER, days

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.core.tally import Bools, Floats, Ints


Products = Callable[[], "tuple[NDArray[np.int32], Sequence[str]] | None"]
"""Returns what each row sold as the place of its name, -1 for none, and the names; None where nothing names products."""


def no_products() -> None:
    """Return that the orders name no products."""


def numbers(frame: pd.DataFrame, name: str) -> Floats:
    """Return a column as floats; NaN where it is blank, or absent altogether."""
    if name not in frame:
        return np.full(len(frame), np.nan)
    return pd.to_numeric(frame[name]).to_numpy(dtype=np.float64, na_value=np.nan)


def known(ids: pd.Series, code: Ints | None) -> Bools:
    """Return which rows name a customer."""
    return (ids.notna() & (ids != "")).to_numpy(dtype=bool) if code is None else code >= 0


def customers(column: pd.Series, code: Ints | None) -> tuple[Ints, pd.Index[str]]:
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


def documents(rows: pd.DataFrame, code: Ints | None) -> Ints:
    """Give every document a number; a row without an order id is one of its own."""
    if "order_id" not in rows:
        return np.arange(len(rows), dtype=np.int64)
    if code is None:
        code, ids = pd.factorize(rows["order_id"])
        empty = np.flatnonzero(np.asarray(ids == ""))  # none, or the one number of the empty text
        code = np.where(np.isin(code, empty), -1, code)
    beyond = int(code.max(initial=-1)) + 1
    return np.where(code < 0, beyond + np.arange(len(rows)), code).astype(np.int64)


def margin_in_money(margin: Floats, value: Floats) -> Floats:
    """Turn shares into money; margins are shares when all of them are between -1 and 1."""
    known = margin[~np.isnan(margin)]
    return margin * value if known.size and bool(np.all(np.abs(known) <= 1)) else margin


def shipping(rows: pd.DataFrame, as_of: int) -> tuple[Bools, Ints, Ints]:
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


def currency(orders: pd.DataFrame) -> str:
    """Return the one currency of the orders, or "" when they name none or several."""
    if "currency" not in orders:
        return ""
    named = [str(code) for code in orders["currency"].dropna().unique() if str(code).strip()]
    return named[0] if len(named) == 1 else ""
