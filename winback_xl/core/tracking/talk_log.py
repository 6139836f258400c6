"""The talk log as a table: one row a talk, which account it is with, and the order it is shown in."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.cast import ADDED, typed
from winback_xl.core.cell_text import written
from winback_xl.core.tracking import cell_values
from winback_xl.schema.columns import CARDS, TALKS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

HUMAN = tuple(column.name for column in TALKS.of_role("human"))
"""Columns that people fill."""

COLUMNS = (*HUMAN, "customer_id", "talk_id")
"""Columns of the table of talks in a plan."""


def shaped(rows: pd.DataFrame) -> pd.DataFrame:
    """Return talks with all our columns in their types, and those that people added behind them.

    Parameters
    ----------
    rows : DataFrame, shape (n, ...)
        Any of `COLUMNS`, and added columns under `winback_xl.core.cast.ADDED` and their heading.

    Examples
    --------
    >>> shaped(pd.DataFrame({"said": ["All is well"]}))[["talk_date", "said"]].values.tolist()
    [[NaT, 'All is well']]
    """
    made = {}
    for name in COLUMNS:
        cells = rows[name] if name in rows else [None] * len(rows)
        made[name] = typed(cells, TALKS[name].kind)
    for added in rows:
        if str(added).startswith(ADDED):
            made[str(added)] = pd.Series(rows[added].tolist(), dtype=object)
    return pd.DataFrame(made)


def none() -> pd.DataFrame:
    """Return a log without talks."""
    return shaped(pd.DataFrame(index=range(0)))


def no_cards() -> pd.DataFrame:
    """Return the cards of no account."""
    return pd.DataFrame({column.name: typed([], column.kind) for column in CARDS.columns})


def labels(campaign: pd.DataFrame) -> pd.Series:
    """Return the name by which people choose each account: no two accounts share one.

    Parameters
    ----------
    campaign : DataFrame
        Columns ``customer_id`` and ``customer``.

    Returns
    -------
    Series of str, index of ``campaign``
        The customer's name; with the Customer ID where two accounts have one name or one is called like the id of
        another; the Customer ID alone where there is no name.

    Examples
    --------
    >>> labels(pd.DataFrame({"customer_id": ["1", "2", "3"], "customer": ["Ash", "Ash", ""]})).tolist()
    ['Ash (1)', 'Ash (2)', '3']
    """
    ids = [written(one) for one in campaign["customer_id"].tolist()]
    names = [" ".join(written(name).split()) for name in campaign["customer"].tolist()]
    folded = [name.casefold() for name in names]
    among, called = Counter(folded), {one.casefold() for one in ids}
    made = [
        f"{name} ({one})" if name and name != one and (among[key] > 1 or key in called) else name or one
        for one, name, key in zip(ids, names, folded, strict=True)
    ]
    return pd.Series(made, index=campaign.index, dtype=object)


def accounts(campaign: pd.DataFrame, names: pd.Series, cards: pd.DataFrame | None = None) -> list[str]:
    """Return the Customer ID that each name means, "" where it means no account or more than one.

    Parameters
    ----------
    campaign : DataFrame
        Columns ``customer_id`` and ``customer``.
    names : Series
        What people chose or typed: a label, a Customer ID, or the name of a customer.
    cards : DataFrame, optional
        Columns ``account`` and ``customer_id``: the labels that people chose from.
    """
    wanted = [_folded(written(name)) for name in names]
    if not any(wanted):
        return wanted
    found: dict[str, str] = {}
    ids = campaign["customer_id"].map(written)
    for column in (campaign["customer"].map(written), ids, labels(campaign)):  # the last one counts most
        keys = column.map(_folded)
        once = ~keys.duplicated(keep=False) & (keys != "")
        found |= dict(zip(keys[once], ids[once], strict=True))
    if cards is not None:
        found |= dict(
            zip(cards["account"].map(written).map(_folded), cards["customer_id"].map(written), strict=True)
        )
    return [found.get(name, "") if name else "" for name in wanted]


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def shown(talks: pd.DataFrame, campaign: pd.DataFrame) -> list[str]:
    """Return the customer of each talk as the sheet shows it: the account's label of today, else what was typed."""
    if not len(talks):
        return []
    now = dict(zip(campaign["customer_id"].map(written), labels(campaign), strict=True))
    return [
        now.get(one, written(said)) for one, said in zip(talks["customer_id"], talks["customer"], strict=True)
    ]


def filled(talks: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which rows hold anything that people typed, shape (n,)."""
    found = np.zeros(len(talks), bool)
    for name in talks:
        if name in HUMAN or str(name).startswith(ADDED):
            found |= np.array([written(value).strip() != "" for value in talks[name]], bool)
    return found


def newest_first(talks: pd.DataFrame) -> pd.DataFrame:
    """Return talks by day, the newest first; those without a day come before, as they were."""
    day = cell_values.days(talks["talk_date"])
    order = np.argsort(
        -day.fillna(pd.Timestamp.max.normalize()).to_numpy("datetime64[D]").astype(np.int64), kind="stable"
    )
    return talks.iloc[order].reset_index(drop=True)


def row_of(talk: Mapping[str, Any]) -> pd.DataFrame:
    """Return one talk as a table."""
    return shaped(pd.DataFrame([dict(talk)], dtype=object))


def dated(talks: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which talks have a day, as ISNUMBER sees it: only those count; shape (n,)."""
    found: NDArray[np.bool_] = cell_values.numbers(talks["talk_date"]).notna().to_numpy()
    return found
