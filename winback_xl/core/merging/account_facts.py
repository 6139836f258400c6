"""Put the facts of the Accounts sheet next to the rows that people work on, by customer: the same for every door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def joined(tracker: pd.DataFrame, ids: Sequence[str], held: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """Return the rows with more columns.

    Parameters
    ----------
    tracker : DataFrame, shape (n, ...)
        With ``customer_id``; of several rows of one customer the first gets the facts.
    ids : sequence of str, length m
        Customers of the facts; of several the first counts.
    held : mapping of str to sequence, each of length m
        Name of a column -> its cells.

    Examples
    --------
    >>> rows = pd.DataFrame({"customer_id": ["B", "A", "B"]})
    >>> joined(rows, ["A", "B"], {"cause": ["Late", "Price"]})["cause"].tolist()
    ['Price', 'Late', None]
    """
    first = {customer: place for place, customer in reversed([*enumerate(ids)]) if customer}
    customers = tracker["customer_id"].astype(str)
    at = np.array([first.get(customer, -1) for customer in customers], dtype=np.int64)
    at[customers.duplicated().to_numpy()] = -1
    facts = {
        name: pd.Series(np.array([*cells, None], dtype=object)[at], index=tracker.index, dtype=object)
        for name, cells in held.items()
    }
    return pd.concat([tracker, pd.DataFrame(facts, index=tracker.index)], axis=1)
