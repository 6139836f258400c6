"""Keep human edits over a refresh: find the rows by their key, and put what was typed onto what is recalculated.

A row is its Campaign ID and Customer ID, never its position. Pure: tables in, tables out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.merging.cell_keys import value_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

KEYS = ("campaign_id", "customer_id")
"""What makes a row."""


NO_ID, OTHER_CAMPAIGN, NO_SUCH_CUSTOMER, TWICE = (
    "It has no Customer ID.",
    "It belongs to another campaign.",
    "No such customer in the orders or in the workbook as sent out.",
    "The customer has another row; the first one was kept.",
)
"""Why a row has no place."""


def keys_of(frame: pd.DataFrame) -> pd.MultiIndex:
    """Return the keys of all rows."""
    return pd.MultiIndex.from_arrays([frame[name].astype(str) for name in KEYS], names=KEYS)


@dataclass(frozen=True, slots=True)
class Sorted:
    """Rows of a tracker, sorted into those that can be placed and those that cannot.

    Parameters
    ----------
    rows : DataFrame
        One row a key.
    odd : DataFrame
        The others, with the columns of the tracker and ``reason``.
    """

    rows: pd.DataFrame
    odd: pd.DataFrame


def sort_out(tracker: pd.DataFrame, campaign_id: str, known: Iterable[str]) -> Sorted:
    """Find the rows whose key was damaged or pasted twice.

    Parameters
    ----------
    tracker : DataFrame
        As read; keys may be blank.
    campaign_id : str
        The campaign of this workbook. A row without one belongs to it if its customer has no other row.
    known : iterable of str
        Customer IDs of the ledger and of the values as sent out.

    Returns
    -------
    Sorted
        Of rows with one key the first is kept. ``rows`` and ``odd`` together are all rows of ``tracker``.
    """
    campaign = tracker["campaign_id"].fillna("").astype(str).str.strip()
    customer = tracker["customer_id"].fillna("").astype(str).str.strip()
    reason = np.full(len(tracker), "", dtype=object)
    blank = (customer == "").to_numpy()
    other = ((campaign != campaign_id.strip()) & (campaign != "")).to_numpy()
    strange = ~customer.isin(set(known)).to_numpy()
    # A row that still has its whole key comes before one that lost its Campaign ID.
    order = np.argsort((campaign == "").to_numpy(), kind="stable")
    usable = ~(blank | other | strange)
    twice = np.zeros(len(tracker), bool)
    twice[order] = customer.where(usable).iloc[order].duplicated().to_numpy() & usable[order]
    for when, text in (
        (twice, TWICE),
        (strange, NO_SUCH_CUSTOMER),
        (other, OTHER_CAMPAIGN),
        (blank, NO_ID),
    ):
        reason[when] = text
    good = reason == ""
    rows = tracker.assign(campaign_id=campaign_id, customer_id=customer)[good].reset_index(drop=True)
    odd = tracker.assign(reason=reason)[~good]
    return Sorted(rows, odd)


def joined(tracker: pd.DataFrame, ids: Sequence[str], held: Mapping[str, Iterable[Any]]) -> pd.DataFrame:
    """Return the rows with more columns.

    Parameters
    ----------
    tracker : DataFrame, shape (n, ...)
        With ``customer_id``; of several rows of one customer the first gets the facts.
    ids : sequence of str, length m
        Customers of the facts; of several the first counts.
    held : mapping of str to iterable, each of length m
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


@dataclass(frozen=True, slots=True)
class Rebased:
    """A fresh campaign with what people had written.

    Parameters
    ----------
    frame : DataFrame
        Rows of the fresh campaign in its order, then those that no longer qualify, in the order of the tracker.
    new, stale, restored : ndarray of bool, shape (n,)
        Rows that are new, that no longer qualify, and that somebody had deleted.
    """

    frame: pd.DataFrame
    new: NDArray[np.bool_]
    stale: NDArray[np.bool_]
    restored: NDArray[np.bool_]


def rebase(
    tracker: pd.DataFrame,
    fresh: pd.DataFrame,
    *,
    human: Sequence[str],
    sent: pd.DataFrame | None = None,
) -> Rebased:
    """Put the human cells of a tracker onto a campaign that was recalculated.

    Parameters
    ----------
    tracker : DataFrame
        One row a key, such as ``sort_out(...).rows``.
    fresh : DataFrame
        What the new orders give; one row a key.
    human : sequence of str
        Columns that people fill, those they added among them; absent ones are blank.
    sent : DataFrame, optional
        Tokens of the human cells as sent out. A customer who is in it, qualifies, and has no row any more was
        deleted by hand: the row comes back with what was in it.

    Returns
    -------
    Rebased
        Every human cell of ``tracker`` is in ``frame`` unchanged.
    """
    held, made = keys_of(tracker), keys_of(fresh)
    at = held.get_indexer(made)  # where the fresh row is in the tracker, -1 for nowhere
    only = np.flatnonzero(made.get_indexer(held) < 0)
    frame = pd.concat([fresh.astype(object), tracker.iloc[only].astype(object)], ignore_index=True)
    size = len(fresh)
    restored = np.zeros(len(frame), bool)
    before = np.full(size, -1)
    if sent is not None:
        before = np.where(at < 0, keys_of(sent).get_indexer(made), -1)
        restored[:size] = before >= 0
    for name in human:
        start = fresh[name].astype(object).to_numpy() if name in fresh else np.full(size, None, object)
        cells = start.copy()
        if name in tracker:
            typed = tracker[name].astype(object).to_numpy()
            cells[at >= 0] = typed[at[at >= 0]]
            stay = typed[only]
        else:
            stay = np.full(len(only), None, object)
        if sent is not None and name in sent:
            back = sent[name].to_numpy()
            cells[before >= 0] = [value_of(str(text)) for text in back[before[before >= 0]]]
        frame[name] = pd.Series([*cells, *stay], dtype=object)
    new = np.append(at < 0, np.zeros(len(only), bool)) & ~restored
    stale = np.arange(len(frame)) >= size
    return Rebased(frame, new, stale, restored)
