"""The accounts with most at stake: those that the workbook of a large ledger holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.segments.segment_table import Segmented
from winback_xl.core.wording import plural
from winback_xl.errors import Issue

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd
    from numpy.typing import NDArray

    from winback_xl.settings import Settings

_ELSE = 2  # rank of who could not be in a campaign


def ranks(history: pd.DataFrame, settings: Settings, incidents: pd.DataFrame | None) -> NDArray[np.int64]:
    """Return who comes first: 0 with an incident on file, 1 lapsed or cold, 2 who could not be in a campaign.

    Parameters
    ----------
    history : DataFrame, shape (n, ...)
        As `segment_table.build` gives it.
    settings : Settings
        Whether customers at risk are candidates too.
    incidents : DataFrame, optional
        On file.
    """
    hurt = frozenset() if incidents is None else frozenset(incidents["customer_id"])
    late = ["Lapsed", "Cold", *(["At risk"] if settings.include_at_risk else [])]
    first = history["customer_id"].isin(hurt).to_numpy(bool)
    return np.select([first, history["status"].isin(late).to_numpy(bool)], [0, 1], _ELSE)


def candidates(rank: NDArray[np.int64]) -> int:
    """Return how many customers could be in a campaign."""
    return int((rank < _ELSE).sum())


def first(
    one: Segmented,
    rank: NDArray[np.int64],
    most: int,
    stay: Collection[str] = (),
) -> Segmented:
    """Return the first customers by rank, future margin and ID, in the order of their IDs.

    Parameters
    ----------
    one : Segmented
    rank : ndarray of int, shape (n,)
        From `ranks`.
    most : int
        How many.
    stay : collection of str
        Customers who are kept in any case, beyond ``most`` where they are not among the first.
    """
    stake = np.nan_to_num(one.history["future_margin"].to_numpy(np.float64, na_value=np.nan))
    chosen = np.zeros(len(rank), bool)
    chosen[np.lexsort((np.arange(len(rank)), -stake, rank))[:most]] = True
    if stay:
        chosen |= one.history["customer_id"].isin(frozenset(stay)).to_numpy(bool)
    rows = np.flatnonzero(chosen)
    history = one.history.iloc[rows].reset_index(drop=True)
    history.attrs = dict(one.history.attrs)
    return Segmented(one.table.iloc[rows].reset_index(drop=True), history, one.models)


def note(held: int, most: int, of: int, customers: int, where: str = "") -> Issue:
    """Return what a workbook says of the customers that are not in it.

    Parameters
    ----------
    held : int
        Customers in the workbook.
    most : int
        How many accounts with most at stake it takes; who was in it before stays beyond them.
    of, customers : int
        Who could be in a campaign; all customers of the ledger.
    where : str
        The file that lists all customers, "" where there is none.
    """
    if held <= of:
        more = f", and {plural(held - most, 'account')} that it held before" if held > most else ""
        who = f"the {min(held, most):,} accounts with most at stake, of {of:,} that could be in a campaign{more}"
    else:
        who = f"all {of:,} accounts that could be in a campaign, and {plural(held - of, 'customer')} more"
    rest = (
        f"all {customers:,} customers are in {where}" if where else f"the orders name {customers:,} customers"
    )
    fix = "The setting 'Accounts from a large ledger' says how many."
    return Issue("large-ledger", "note", f"This workbook holds {who}; {rest}.", fix)
