"""A ledger as large as a worksheet, for measuring: no stories, only rates, lifetimes and amounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FIRST_DAY = np.datetime64("2023-11-01", "D")
_DAYS = 1_095


def ledger(rows: int, customers: int, seed: int = 7) -> pd.DataFrame:
    """Return a large made-up ledger by day: every customer orders at least once.

    Buying rates are gamma distributed over customers, lifetimes exponential, amounts lognormal, and one row in
    fifty is a credit note: what the value models assume, and what the readers meet.

    Parameters
    ----------
    rows : int
        Number of rows; a worksheet holds 1,048,575 below its header.
    customers : int
        Number of customers, at most ``rows``.
    seed : int
        The same seed gives the same ledger.

    Returns
    -------
    DataFrame
        Customer No, Order Date, Net amount, Document No, Document type.

    Examples
    --------
    >>> ledger(1000, 100)["Customer No"].nunique()
    100
    """
    rng = np.random.default_rng([seed, rows, customers])
    start = rng.integers(0, _DAYS - 30, customers)
    life = np.minimum(rng.exponential(700, customers) + 1, _DAYS - start)
    weight = np.cumsum(rng.gamma(0.8, 1.0, customers) * life)
    more = np.searchsorted(weight, rng.random(rows - customers) * weight[-1])
    who = np.concatenate([np.arange(customers), np.minimum(more, customers - 1)])
    day = (start[who] + rng.random(rows) * life[who]).astype(np.int64)
    by_day = np.argsort(day, kind="stable")
    who, day = who[by_day], day[by_day]
    typical = rng.normal(5.5, 0.8, customers)
    credit = rng.random(rows) < 0.02
    amount = np.round(np.exp(typical[who] + rng.normal(0, 0.4, rows)), 2) * np.where(credit, -0.3, 1.0)
    return pd.DataFrame(
        {
            "Customer No": pd.Series(_numbers("C", np.arange(customers), 6)).take(who).reset_index(drop=True),
            "Order Date": (_FIRST_DAY + day).astype("datetime64[s]"),
            "Net amount": np.round(amount, 2),
            "Document No": _numbers("D", np.arange(rows), 8),
            "Document type": np.where(credit, "Credit note", "Order"),
        }
    )


def _numbers(letter: str, numbers: NDArray[np.int64], digits: int) -> NDArray[np.str_]:
    """Return texts such as C000123; whole arrays of characters, since a million formats take seconds."""
    characters = np.empty((len(numbers), digits + 1), dtype=np.uint32)
    characters[:, 0] = ord(letter)
    for place in range(digits):
        characters[:, digits - place] = numbers // 10**place % 10 + ord("0")
    return characters.view(f"<U{digits + 1}").ravel()
