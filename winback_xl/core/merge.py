"""Bring human edits together: keep them over a refresh, and merge the copies of many people cell by cell.

A row is its Campaign ID and Customer ID, never its position. A cell is compared by its token (`winback_xl.core.tokens`), a short text that
is equal for equal content however a program stored it; the tokens as sent out are the common ancestor of a
three-way merge. Pure: tables in, tables out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.tokens import near, tokens, value_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

KEYS = ("campaign_id", "customer_id")
"""What makes a row."""

CONFLICT = (*KEYS, "column", "was", "master", "copy", "file", "who", "when")
"""Columns of the conflict list."""


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
    other = ((campaign != campaign_id) & (campaign != "")).to_numpy()
    strange = ~customer.isin(set(known)).to_numpy()
    # A row that still has its whole key comes before one that lost its Campaign ID.
    order = np.argsort((campaign == "").to_numpy(), kind="stable")
    usable = ~(blank | other | strange)
    twice = np.zeros(len(tracker), bool)
    twice[order] = customer.where(usable).iloc[order].duplicated().to_numpy() & usable[order]
    for when, text in (
        (twice, "The customer has another row; the first one was kept."),
        (strange, "No such customer in the orders or in the workbook as sent out."),
        (other, "It belongs to another campaign."),
        (blank, "It has no Customer ID."),
    ):
        reason[when] = text
    good = reason == ""
    rows = tracker.assign(campaign_id=campaign_id, customer_id=customer)[good].reset_index(drop=True)
    odd = tracker.assign(reason=reason)[~good]
    return Sorted(rows, odd)


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
    """Put the human cells of a tracker onto a campaign that was calculated anew.

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
        Every human cell of ``tracker`` stands in ``frame`` unchanged.
    """
    held, made = keys_of(tracker), keys_of(fresh)
    at = held.get_indexer(made)  # where the fresh row stands in the tracker, -1 for nowhere
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
        Who saved it last, and when.
    """

    file: str
    rows: pd.DataFrame
    sent: pd.DataFrame | None
    who: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """A master with the edits of its copies.

    Parameters
    ----------
    frame : DataFrame
        The master; cells in conflict keep the master's value. Rows that people added come last.
    conflicts : DataFrame
        Columns `CONFLICT`, one row for each differing value; contents as they are, not as tokens.
    taken : dict of str to int
        Cells taken, by file.
    added : int
        Rows added.
    """

    frame: pd.DataFrame
    conflicts: pd.DataFrame
    taken: dict[str, int]
    added: int


@dataclass(slots=True)
class _Edit:
    """What one copy says of one cell."""

    copy: int
    token: str
    value: Any
    base: str
    sure: bool  # whether the base is known


@dataclass(slots=True)
class _Cells:
    """All edits of all copies, by row of the master and column."""

    edits: dict[tuple[int, str], list[_Edit]] = field(default_factory=lambda: defaultdict(list))


def collect(master: pd.DataFrame, copies: Sequence[Copy], *, human: Sequence[str]) -> Merged:
    """Merge copies into their master, three ways: as sent out, master, copy.

    Parameters
    ----------
    master : DataFrame
        One row a key.
    copies : sequence of Copy
        In any order: the result is the same but for the order of the conflict list.
    human : sequence of str
        Columns that people fill, those they added among them.

    Returns
    -------
    Merged

    Notes
    -----
    A cell that one side edited is taken. The same edit on several sides is no conflict. Two different edits of one
    cell are one, and the master keeps what it holds until a person chooses. Of a copy that lost the values as sent
    out only what is blank in the master is taken; all else that differs is listed.
    """
    base = keys_of(master)
    extra = _rows_added(base, copies)
    frame = pd.concat([master.astype(object), extra.astype(object)], ignore_index=True)
    for name in human:
        if name not in frame:
            frame[name] = pd.Series([None] * len(frame), dtype=object)
    frame.loc[len(master) :, [name for name in human if name in extra]] = None
    keys = keys_of(frame)
    held = {name: tokens(frame[name]) for name in human}
    cells = _Cells()
    for number, copy in enumerate(copies):
        _edits_of(number, copy, keys, len(master), held, human, cells)
    return _settle(frame, copies, held, cells, added=len(extra))


def _rows_added(base: pd.MultiIndex, copies: Sequence[Copy]) -> pd.DataFrame:
    """Return the rows of copies that the master does not have and people added or went on with."""
    found = []
    for copy in copies:
        missing = base.get_indexer(keys_of(copy.rows)) < 0
        found.append(copy.rows[missing & _touched(copy)] if missing.any() else copy.rows[missing])
    rows = pd.concat([part.astype(object) for part in found], ignore_index=True) if found else pd.DataFrame()
    return rows[~keys_of(rows).duplicated()] if len(rows) else pd.DataFrame(columns=list(KEYS), dtype=object)


def _touched(copy: Copy) -> NDArray[np.bool_]:
    """Return the rows of a copy that differ from what was sent out, or were not sent out; shape (n,)."""
    if copy.sent is None:
        return np.ones(len(copy.rows), bool)
    at = keys_of(copy.sent).get_indexer(keys_of(copy.rows))
    touched: NDArray[np.bool_] = at < 0
    for name in set(copy.sent.columns) & set(copy.rows.columns) - set(KEYS):
        was = np.append(copy.sent[name].to_numpy(object), "")[at]
        touched = touched | (tokens(copy.rows[name]) != was)
    return touched


def _edits_of(
    number: int,
    copy: Copy,
    keys: pd.MultiIndex,
    old: int,
    held: dict[str, NDArray[np.object_]],
    human: Sequence[str],
    cells: _Cells,
) -> None:
    """Note every cell in which a copy differs from what was sent out, or from the master where that is not known."""
    own = keys_of(copy.rows)
    at = keys.get_indexer(own)
    if (at >= old).any():  # of a row that the master lacks, who left it alone has nothing to say
        at = np.where((at >= old) & ~_touched(copy), -1, at)
    sent_at = keys_of(copy.sent).get_indexer(own) if copy.sent is not None else np.full(len(own), -1)
    for name in human:
        if name not in copy.rows:
            continue
        said = tokens(copy.rows[name])
        was = np.full(len(own), "", dtype=object)
        if copy.sent is not None and name in copy.sent:
            was = np.where(
                (sent_at >= 0) & (at < old), np.append(copy.sent[name].to_numpy(object), "")[sent_at], ""
            ).astype(object)
        now = np.append(held[name], "")[at]
        differs = (at >= 0) & (said != now) & (said != was if copy.sent is not None else True)
        for row in np.flatnonzero(differs).tolist():
            value = copy.rows[name].iloc[row]
            if type(value) is float and near(value) & {
                was[row] if copy.sent is not None else now[row],
                now[row],
            }:
                continue  # the same number, written by another program
            sure = copy.sent is not None or not now[row]
            cells.edits[int(at[row]), name].append(_Edit(number, said[row], value, was[row], sure))


def _settle(
    frame: pd.DataFrame,
    copies: Sequence[Copy],
    held: dict[str, NDArray[np.object_]],
    cells: _Cells,
    *,
    added: int,
) -> Merged:
    taken = {copy.file: 0 for copy in copies}
    told: list[dict[str, Any]] = []
    columns = {name: frame[name].to_numpy(object).copy() for name in held}
    for (row, name), edits in sorted(cells.edits.items(), key=lambda item: item[0]):
        now = held[name][row]
        one = len({edit.token for edit in edits}) == 1
        if one and all(edit.sure and edit.base == now for edit in edits):
            columns[name][row] = edits[0].value
            taken[copies[edits[0].copy].file] += 1
            continue
        for edit in edits:
            copy = copies[edit.copy]
            told.append(
                {
                    **{key: frame[key].iloc[row] for key in KEYS}, "column": name,
                    "was": value_of(edit.base), "master": columns[name][row], "copy": edit.value,
                    "file": copy.file, "who": copy.who, "when": copy.when,
                }
            )  # fmt: skip
    merged = frame.assign(**{name: pd.Series(values, dtype=object) for name, values in columns.items()})
    return Merged(merged, pd.DataFrame(told, columns=list(CONFLICT), dtype=object), taken, added)
