"""Merge the copies of many people into their master, cell by cell and three ways.

The common ancestor of a cell is what copy and master last agreed on: the value as sent out, and once it was
collected the value that was taken. So a copy may be collected, worked on and collected again. Cells are compared by
their sense (`winback_xl.core.merging.cell_keys.sense`). Pure: tables in, tables out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.merging.carried_edits import KEYS, keys_of
from winback_xl.core.merging.cell_keys import mark, near, senses, senses_of, token, value_of
from winback_xl.core.merging.copy_history import Said, Seen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

CONFLICT = (*KEYS, "customer", "column", "was", "master", "copy", "file", "who", "when")
"""Columns of the conflict list."""

_Cell = tuple[int, str]  # row of the master and column


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
    """

    file: str
    rows: pd.DataFrame
    sent: pd.DataFrame | None
    who: str = ""
    when: str = ""
    identity: str = ""


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
        Content of each copy when it was last collected, by identity; for the next time.
    collected_again : tuple of str
        Files that start again from what was sent out, without what was collected from them before.
    """

    frame: pd.DataFrame
    conflicts: pd.DataFrame
    taken: dict[str, int]
    added: int
    said: dict[str, Said] = field(default_factory=dict)
    collected_again: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Edit:
    """New text of one copy for one cell; ``free`` where the master is unchanged since the last collect."""

    copy: Copy
    value: Any
    sense: str
    was: str
    free: bool


@dataclass(frozen=True, slots=True)
class _Claim:
    """One open line of the conflict list: its row there, whose it is ("" for unknown), and the mark of its value."""

    line: int
    identity: str
    mark: str


@dataclass(frozen=True, slots=True)
class _Heard:
    """A copy as it was read: where its rows are in the master, and of each column what it says and was sent."""

    copy: Copy
    record: Said | None
    goes_on: bool
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


def collect(
    master: pd.DataFrame,
    copies: Sequence[Copy],
    *,
    human: Sequence[str],
    said: Mapping[str, Said] | None = None,
    conflicts: pd.DataFrame | None = None,
) -> Merged:
    """Merge copies into their master, three ways: as last agreed, master, copy.

    Parameters
    ----------
    master : DataFrame
        One row a key.
    copies : sequence of Copy
        In any order: the result is the same but for the order of the conflict list. Of two with one identity the one
        saved first is merged first.
    human : sequence of str
        Columns that people fill, those they added among them.
    said : mapping of str to Said, optional
        What ``said`` of the last result was.
    conflicts : DataFrame, optional
        Columns `CONFLICT`: what is still open from before. A cell in it is not taken until all who filled it agree.

    Returns
    -------
    Merged

    Notes
    -----
    A cell that one side edited is taken. The same edit on several sides is not a conflict. Two different edits of one
    cell are one, and the master keeps what it holds until a person chooses. What a copy said before and was
    collected says nothing again. Of a copy that lost the values as sent out only what is blank in the master is
    taken; all else that differs is listed.
    """
    open_ = pd.DataFrame(columns=list(CONFLICT), dtype=object) if conflicts is None else conflicts
    merged = Merged(master.astype(object), open_, {copy.file: 0 for copy in copies}, 0, dict(said or {}))
    for now in _rounds(copies):
        merged = _Round(merged, now, human).merged()
    return merged


def _rounds(copies: Sequence[Copy]) -> list[list[Copy]]:
    """Part the copies so that no two of one identity are merged at once: the one saved first comes first."""
    rounds: list[list[Copy]] = [[]]
    for copy in sorted(copies, key=lambda copy: copy.when):
        free = (
            here
            for here in rounds
            if not copy.identity or copy.identity not in {one.identity for one in here}
        )
        place = next(free, None)
        if place is None:
            rounds.append([copy])
        else:
            place.append(copy)
    return rounds


class _Round:
    """Copies of which no two are the same one, merged at once."""

    def __init__(self, before: Merged, copies: Sequence[Copy], human: Sequence[str]) -> None:
        self._before, self._copies = before, copies
        self._old = len(before.frame)
        self._extra = _rows_added(keys_of(before.frame), copies)
        frame = pd.concat([before.frame, self._extra.astype(object)], ignore_index=True)
        for name in human:
            if name not in frame:
                frame[name] = pd.Series([None] * len(frame), dtype=object)
        frame.loc[self._old :, [name for name in human if name in self._extra]] = None
        self._frame, self._keys = frame, keys_of(frame)
        self._held = {name: senses(frame[name]) for name in human}
        self._open = _claims(before, self._keys)
        self._edits: dict[_Cell, list[_Edit]] = defaultdict(list)

    def merged(self) -> Merged:
        """Return the master with what these copies say."""
        heard = [self._hear(copy) for copy in self._copies]
        counts, lines = self._settle(heard)
        known, collected_again = dict(self._before.said), list(self._before.collected_again)
        for one in heard:
            if not one.copy.identity or (one.record and one.record.after(one.copy.when)):
                continue  # of an older state of a copy nothing is noted: what came later stays known
            if one.record and not one.goes_on:
                collected_again.append(one.copy.file)
            known[one.copy.identity] = self._noted(one)
        taken = {file: count + counts.get(file, 0) for file, count in self._before.taken.items()}
        return Merged(
            self._frame, lines, taken, self._before.added + len(self._extra), known, tuple(collected_again)
        )

    def _hear(self, copy: Copy) -> _Heard:
        """Note every cell in which a copy says something new."""
        own = keys_of(copy.rows)
        at = self._keys.get_indexer(own)
        if (at >= self._old).any():  # of a row that the master lacks, who left it alone has nothing to say
            at = np.where((at >= self._old) & ~_touched(copy), -1, at)
        cells = {name: (senses(copy.rows[name]), was) for name, was in self._sent(copy, own, at).items()}
        customers = own.get_level_values("customer_id").tolist()
        record = self._before.said.get(copy.identity)
        goes_on = record is not None and not record.after(copy.when) and record.goes_on(customers, cells)
        heard = _Heard(copy, record, goes_on, at, customers, cells)
        for name, (said, was) in cells.items():
            now, seen = np.append(self._held[name], "")[at], heard.seen(name)
            new = (at >= 0) & (said != now)
            if copy.sent is not None:
                new &= (said != was) | (seen != "")
            values = copy.rows[name].to_numpy(object)
            for row in np.flatnonzero(new).tolist():
                cell = (int(at[row]), name)
                free = self._free(
                    heard, cell, _means(values[row], said[row]), was[row], now[row], Seen(seen[row])
                )
                if free is not None:
                    self._edits[cell].append(_Edit(copy, values[row], said[row], was[row], free))
        return heard

    def _sent(self, copy: Copy, own: pd.MultiIndex, at: NDArray[np.int64]) -> dict[str, NDArray[np.object_]]:
        """Return of each column what the copy was sent out with; "" in rows that the master did not have."""
        found = {}
        place = np.full(len(own), -1) if copy.sent is None else keys_of(copy.sent).get_indexer(own)
        place = np.where(at < self._old, place, -1)
        for name in [name for name in self._held if name in copy.rows]:
            if copy.sent is None or name not in copy.sent:
                found[name] = np.full(len(own), "", dtype=object)
            else:
                found[name] = np.append(senses_of(copy.sent[name].to_numpy(object)), "")[place]
        return found

    def _free(
        self, heard: _Heard, cell: _Cell, means: set[str], was: str, now: str, seen: Seen
    ) -> bool | None:
        """Return whether the text of a copy may be taken: None where it is not new."""
        if now in means:
            return None  # the same number, written by another program
        copy = heard.copy
        marks = {mark(one) for one in means}
        claimed = any(claim.identity == copy.identity for claim in self._open.get(cell, ()))
        if seen and heard.goes_on:
            said_before = seen.last in marks and not (claimed and copy.identity)
            return None if said_before or seen.agreed in marks else seen.agreed == mark(now)
        if copy.sent is None:
            return not now
        if was in means or (marks & seen.all and not claimed):
            return None
        return was == now

    def _settle(self, heard: Sequence[_Heard]) -> tuple[dict[str, int], pd.DataFrame]:
        """Take what is free and undisputed; return the count by file, and the lines that are open now."""
        held = {name: self._frame[name].to_numpy(object).copy() for name in self._held}
        closed = self._answered(heard)
        counts: dict[str, int] = defaultdict(int)
        told: list[dict[str, Any]] = []
        for cell, edits in sorted(self._edits.items(), key=lambda item: item[0]):
            row, name = cell
            others = {claim.mark for claim in self._open.get(cell, ()) if claim.line not in closed}
            one = len({edit.sense for edit in edits}) == 1 and others <= {mark(edits[0].sense)}
            if one and all(edit.free for edit in edits):
                best = min(edits, key=lambda edit: token(edit.value))  # a day or number before a text of it
                held[name][row] = best.value if best.sense else None
                self._held[name][row] = best.sense
                counts[edits[0].copy.file] += 1
                closed |= {claim.line for claim in self._open.get(cell, ())}
            else:
                told += [self._line(cell, edit, held[name][row]) for edit in edits]
        self._frame = self._frame.assign(
            **{name: pd.Series(values, dtype=object) for name, values in held.items()}
        )
        open_ = self._before.conflicts
        open_ = open_[~np.isin(np.arange(len(open_)), list(closed))]
        new = pd.DataFrame(told, columns=list(CONFLICT), dtype=object)
        return counts, pd.concat([open_, new], ignore_index=True) if len(open_) else new

    def _answered(self, heard: Sequence[_Heard]) -> set[int]:
        """Return the open lines of copies that came again: what they say now is in their place."""
        own = {one.copy.identity: one for one in heard if one.copy.identity and one.goes_on}
        rows = {identity: set(one.at.tolist()) - {-1} for identity, one in own.items()}
        return {
            claim.line
            for (row, name), claims in self._open.items()
            for claim in claims
            if claim.identity in own and row in rows[claim.identity] and name in own[claim.identity].cells
        }

    def _line(self, cell: _Cell, edit: _Edit, master: Any) -> dict[str, Any]:
        row, name = cell
        shown = {key: self._frame[key].iloc[row] for key in (*KEYS, "customer") if key in self._frame}
        copy = edit.copy
        return shown | {
            "column": name, "was": value_of(edit.was), "master": master, "copy": edit.value if edit.sense else None,
            "file": copy.file, "who": copy.who, "when": copy.when,
        }  # fmt: skip

    def _noted(self, heard: _Heard) -> Said:
        """Return what is to be remembered of a copy."""
        cells: dict[str, dict[str, Seen]] = {}
        for name, (said, was) in heard.cells.items():
            seen = heard.seen(name) if heard.goes_on else np.full(len(said), "", dtype=object)
            now, values = np.append(self._held[name], "")[heard.at], heard.copy.rows[name].to_numpy(object)
            found = {}
            for row in np.flatnonzero((heard.at >= 0) & ((said != was) | (seen != ""))).tolist():
                before, last = Seen(seen[row]), mark(said[row])
                same = said[row] == now[row] or now[row] in _means(values[row], said[row])
                found[heard.customers[row]] = before.next(
                    last if same else before.agreed or mark(was[row]), last
                )
            if found:
                cells[name] = found
        return Said(heard.copy.file, heard.copy.when, cells)


def _means(value: Any, said: str) -> set[str]:
    """Return the senses that a cell may have after other programs rounded its last digit."""
    return near(value) if type(value) is float else {said}


def _claims(before: Merged, keys: pd.MultiIndex) -> dict[_Cell, list[_Claim]]:
    """Return the open lines by the cell that they are about."""
    lines = before.conflicts
    found: dict[_Cell, list[_Claim]] = defaultdict(list)
    if not len(lines):
        return found
    by_file: dict[str, list[str]] = defaultdict(list)
    for identity, record in before.said.items():
        by_file[record.file].append(identity)
    columns = (lines[name] for name in ("customer_id", "column", "file"))
    for place, (row, customer, name, file) in enumerate(
        zip(keys.get_indexer(keys_of(lines)), *columns, strict=True)
    ):
        owner, said = "", "?"
        for identity in by_file.get(file, ()):
            seen = before.said[identity].cells.get(name, {}).get(customer)
            if seen and seen.agreed != seen.last:
                owner, said = identity, seen.last
        found[int(row), name].append(_Claim(place, owner, said))
    return found


def _rows_added(base: pd.MultiIndex, copies: Sequence[Copy]) -> pd.DataFrame:
    """Return the rows of copies that the master does not have and people added or went on with."""
    found = []
    for copy in copies:
        missing = base.get_indexer(keys_of(copy.rows)) < 0
        if missing.any() and (missing & _touched(copy)).any():
            found.append(copy.rows[missing & _touched(copy)].astype(object))
    if not found:
        return pd.DataFrame(columns=list(KEYS), dtype=object)
    rows = pd.concat(found, ignore_index=True)
    return rows[~keys_of(rows).duplicated()]


def _touched(copy: Copy) -> NDArray[np.bool_]:
    """Return the rows of a copy that differ from what was sent out, or were not sent out; shape (n,)."""
    if copy.sent is None:
        return np.ones(len(copy.rows), bool)
    at = keys_of(copy.sent).get_indexer(keys_of(copy.rows))
    touched: NDArray[np.bool_] = at < 0
    for name in set(copy.sent.columns) & set(copy.rows.columns) - set(KEYS):
        was = np.append(senses_of(copy.sent[name].to_numpy(object)), "")[at]
        touched = touched | (senses(copy.rows[name]) != was)
    return touched
