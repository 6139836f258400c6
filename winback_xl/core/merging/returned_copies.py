"""The copies of a campaign as they come back, what of them is news to the master, and what a merge gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.merging.carried_edits import KEYS, keys_of
from winback_xl.core.merging.cell_keys import senses, senses_of
from winback_xl.core.merging.copy_history import Said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


CONFLICT = (*KEYS, "customer", "column", "was", "master", "copy", "file", "who", "when")
"""Columns of the conflict list."""

REPLACED = ("customer_id", "column", "content", "file")
"""Columns of what later states of a copy replaced; ``file`` is the later one."""


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


@dataclass(frozen=True, slots=True)
class Merged:
    """A master with the edits of its copies.

    Parameters
    ----------
    frame : DataFrame
        The master; cells in conflict keep the master's value. Rows that people added come last.
    conflicts : DataFrame
        Columns `CONFLICT`, one row for each differing value; contents as they are, not as tokens. Those that were
        open before and are still, and those of this time.
    taken : dict of str to int
        Cells taken, by file.
    added : int
        Rows added.
    said : dict of str to Said
        What each branch of a copy said when it was last collected, by its key; for the next time.
    collected_again : tuple of str
        Files that start again from what was sent out, without what was collected from them before.
    replaced : DataFrame
        Columns `REPLACED`: what was collected from a copy and stands nowhere any more, since a later state of the
        copy says something else.
    notes : tuple of CellNote
        Notes of the copies, in their order.
    """

    frame: pd.DataFrame
    conflicts: pd.DataFrame
    taken: dict[str, int]
    added: int
    said: dict[str, Said] = field(default_factory=dict)
    collected_again: tuple[str, ...] = ()
    replaced: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(REPLACED), dtype=object))
    notes: tuple[CellNote, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """A copy as it was read: where its rows stand in the master, and of each column what it says and was sent.

    ``record`` is what it said last, or what the branch of it said that is most like it; ``shown`` says whether
    something that was collected then still stands in it, so that nobody can take it for a copy of somebody else.
    """

    copy: Copy
    branch: str
    record: Said | None
    goes_on: bool
    shown: bool
    at: NDArray[np.int64]
    customers: list[str]
    cells: dict[str, tuple[NDArray[np.object_], NDArray[np.object_]]]

    def seen(self, name: str) -> NDArray[np.object_]:
        """Return what was seen of a column before."""
        return (
            Said("", "").of(name, self.customers)
            if self.record is None
            else self.record.of(name, self.customers)
        )


@dataclass(frozen=True, slots=True)
class Edit:
    """What one copy newly says of one cell; ``free`` where the master still holds what both had agreed on."""

    heard: Heard
    value: Any
    sense: str
    was: str
    free: bool


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
