"""The copies of a campaign as they come back, and what of their rows is news to the master."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.merging.carried_edits import KEYS, keys_of
from winback_xl.core.merging.cell_keys import senses, senses_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class CellNote:
    """A note on a cell of a copy: whose row, which column, what it says and who wrote it."""

    customer: str
    column: str
    text: str
    author: str
    file: str


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy that came back.

    Parameters
    ----------
    file : str
        Its name, for the conflict list.
    rows : DataFrame
        Keys and human cells; one row a key.
    sent : DataFrame or None
        Tokens of the human cells as they were sent out, or None where the copy has lost them.
    who, when : str
        Who saved it last, and when (ISO).
    identity : str
        What makes it the same copy when it comes back again, whatever its file is called then; "" where that cannot
        be known, and then every difference from what was sent out counts as new each time.
    notes : tuple of CellNote
        Notes on its cells.
    """

    file: str
    rows: pd.DataFrame
    sent: pd.DataFrame | None
    who: str = ""
    when: str = ""
    identity: str = ""
    notes: tuple[CellNote, ...] = ()


def rows_added(base: pd.MultiIndex, copies: Sequence[Copy]) -> pd.DataFrame:
    """Return the rows of copies that the master does not have and people added or went on with."""
    found = []
    for copy in copies:
        missing = base.get_indexer(keys_of(copy.rows)) < 0
        if missing.any() and (missing & touched(copy)).any():
            found.append(copy.rows[missing & touched(copy)].astype(object))
    if not found:
        return pd.DataFrame(columns=list(KEYS), dtype=object)
    rows = pd.concat(found, ignore_index=True)
    return rows[~keys_of(rows).duplicated()]


def touched(copy: Copy) -> NDArray[np.bool_]:
    """Return the rows of a copy that differ from what was sent out, or were not sent out; shape (n,)."""
    if copy.sent is None:
        return np.ones(len(copy.rows), bool)
    at = keys_of(copy.sent).get_indexer(keys_of(copy.rows))
    news: NDArray[np.bool_] = at < 0
    for name in set(copy.sent.columns) & set(copy.rows.columns) - set(KEYS):
        was = np.append(senses_of(copy.sent[name].to_numpy(object)), "")[at]
        news = news | (senses(copy.rows[name]) != was)
    return news
