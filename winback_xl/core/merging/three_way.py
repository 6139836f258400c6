"""Merge the copies of many people into their master, cell by cell and three ways.

The common ancestor of a cell is what copy and master last agreed on: the value as sent out, and once it was
collected the value that was taken. So a copy may be collected, worked on and collected again. Two people may work in
the same copy, each alone: within a run two different contents of a cell are a conflict whatever copy they come from,
and what a later state of a copy replaces is handed back in ``replaced``. Cells are compared by their sense
(`winback_xl.core.merging.cell_keys.sense`). Pure: tables in, tables out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.cell_text import EMPTY
from winback_xl.core.merging.carried_edits import KEYS, keys_of
from winback_xl.core.merging.cell_keys import mark, meanings, sense, senses, senses_of, token, value_of
from winback_xl.core.merging.copy_history import Fit, Said, Seen, branches, free_branch
from winback_xl.core.merging.open_claims import Cell, claims
from winback_xl.core.merging.returned_copies import (
    CONFLICT,
    REPLACED,
    Copy,
    Edit,
    Heard,
    Merged,
    rows_added,
    touched,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray


def collect(
    master: pd.DataFrame,
    copies: Sequence[Copy],
    *,
    human: Sequence[str],
    said: Mapping[str, Said] | None = None,
    conflicts: pd.DataFrame | None = None,
    steps: Collection[str] = (),
) -> Merged:
    """Merge copies into their master, three ways: as last agreed, master, copy.

    Parameters
    ----------
    master : DataFrame
        One row a key.
    copies : sequence of Copy
        In any order: the result is the same but for the order of the conflict list.
    human : sequence of str
        Columns that people fill, those they added among them.
    said : mapping of str to Said, optional
        What ``said`` of the last result was.
    conflicts : DataFrame, optional
        Columns `CONFLICT`: what is still open from before. A cell in it is not taken until all who filled it agree.
    steps : collection of str
        Columns in which a person moves on from one value to the next, such as the stage: of a copy that evidently
        goes on from what was collected before, the value before is not kept.

    Returns
    -------
    Merged

    Notes
    -----
    A cell that one side edited is taken. The same edit on several sides is not a conflict. Two different edits of one
    cell are one, and the master keeps what it holds until a person chooses. What a copy said before and was
    collected says nothing again. A copy that says something else than when it was last collected replaces that if
    anything else that was collected still is in it; otherwise it may be the copy of another person under the same
    name, and both are in conflict. Of a copy that lost the values as sent out only what is blank in the master is
    taken; all else that differs is listed.
    """
    open_ = pd.DataFrame(columns=list(CONFLICT), dtype=object) if conflicts is None else conflicts
    before = Merged(master.astype(object), open_, {copy.file: 0 for copy in copies}, 0, dict(said or {}))
    ordered = sorted(copies, key=lambda copy: (copy.when, copy.file))
    notes = tuple(note for copy in copies for note in copy.notes)
    return replace(_Merge(before, ordered, human, steps).merged(), notes=notes)


class _Merge:
    """Copies on their way into the master."""

    def __init__(
        self, before: Merged, copies: Sequence[Copy], human: Sequence[str], steps: Collection[str]
    ) -> None:
        self._before, self._copies, self._steps = before, copies, steps
        self._old = len(before.frame)
        self._extra = rows_added(keys_of(before.frame), copies)
        frame = pd.concat([before.frame, self._extra.astype(object)], ignore_index=True)
        for name in human:
            if name not in frame:
                frame[name] = pd.Series([None] * len(frame), dtype=object)
        frame.loc[self._old :, [name for name in human if name in self._extra]] = None
        self._frame, self._keys = frame, keys_of(frame)
        self._held = {name: senses(frame[name]) for name in human}
        self._open = claims(before.conflicts, before.said, self._keys)
        self._edits: dict[Cell, list[Edit]] = defaultdict(list)

    def merged(self) -> Merged:
        """Return the master with what these copies say."""
        heard = [self._hear(copy) for copy in self._copies]
        counts, lines, replaced = self._settle(heard)
        known, collected_again = dict(self._before.said), []
        noted: dict[str, Said] = {}
        for one in heard:
            if not one.copy.identity or (one.record and one.record.after(one.copy.when)):
                continue  # of an older state of a copy nothing is noted: what came later stays known
            if one.record and not one.goes_on:
                collected_again.append(one.copy.file)
            record = self._noted(one)
            same = branches(noted, one.copy.identity)
            if any(noted[key].cells == record.cells for key in same):
                continue  # the same file twice
            stays = one.branch not in noted and (one.goes_on or not one.record)
            branch = one.branch if stays else free_branch(one.copy.identity, known)
            noted[branch] = known[branch] = record
        taken = {file: count + counts.get(file, 0) for file, count in self._before.taken.items()}
        return Merged(self._frame, lines, taken, len(self._extra), known, tuple(collected_again), replaced)

    def _hear(self, copy: Copy) -> Heard:
        """Note every cell in which a copy says something new."""
        own = keys_of(copy.rows)
        at = self._keys.get_indexer(own)
        if (at >= self._old).any():  # of a row that the master lacks, who left it alone has nothing to say
            at = np.where((at >= self._old) & ~touched(copy), -1, at)
        cells = {name: (senses(copy.rows[name]), was) for name, was in self._sent(copy, own, at).items()}
        customers = own.get_level_values("customer_id").tolist()
        branch, record, fit = self._branch(copy, customers, cells)
        goes_on = record is not None and not record.after(copy.when) and fit.goes_on
        heard = Heard(copy, branch, record, goes_on, fit.same > 0, at, customers, cells)
        for name, (said, was) in cells.items():
            now, seen = np.append(self._held[name], "")[at], heard.seen(name)
            new = (at >= 0) & (said != now)
            if copy.sent is not None:
                new &= (said != was) | (seen != "")
            values = copy.rows[name].to_numpy(object)
            for row in np.flatnonzero(new).tolist():
                cell = (int(at[row]), name)
                free = self._free(
                    heard, cell, meanings(values[row], said[row]), was[row], now[row], Seen(seen[row])
                )
                if free is not None:
                    self._edits[cell].append(Edit(heard, values[row], said[row], was[row], free))
        return heard

    def _branch(
        self,
        copy: Copy,
        customers: list[str],
        cells: Mapping[str, tuple[NDArray[np.object_], NDArray[np.object_]]],
    ) -> tuple[str, Said | None, Fit]:
        """Return which of the known states of a copy it goes on from, and how well it fits."""
        said = self._before.said
        found = [
            (fit.goes_on and not said[key].after(copy.when), fit.same, said[key].when, key, fit)
            for key in (branches(said, copy.identity) if copy.identity else ())
            for fit in [said[key].fit(customers, cells)]
        ]
        if not found:
            return copy.identity, None, Fit(0, 0, 0)
        *_, key, fit = max(found, key=lambda one: one[:4])
        return key, said[key], fit

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

    def _free(self, heard: Heard, cell: Cell, means: set[str], was: str, now: str, seen: Seen) -> bool | None:
        """Say whether what a copy says may be taken: None where it says nothing new."""
        if now in means:
            return None  # the same number, written by another program
        copy = heard.copy
        marks = {mark(one) for one in means}
        claimed = any(claim.branch == heard.branch for claim in self._open.get(cell, ()))
        if seen and heard.goes_on:
            said_before = seen.last in marks and not (claimed and copy.identity)
            if said_before or seen.agreed in marks:
                return None
            certain = heard.shown or not now or now == was or cell[1] in self._steps
            return certain and seen.agreed == mark(now)
        if copy.sent is None:
            return not now
        if was in means or (marks & seen.all and not claimed):
            return None
        return was == now

    def _settle(self, heard: Sequence[Heard]) -> tuple[dict[str, int], pd.DataFrame, pd.DataFrame]:
        """Take what is free and undisputed.

        Returns
        -------
        dict, DataFrame, DataFrame
            The count by file, the lines that are open now, and what was replaced.
        """
        held = {name: self._frame[name].to_numpy(object).copy() for name in self._held}
        closed = self._answered(heard)
        counts: dict[str, int] = defaultdict(int)
        stated: list[dict[str, Any]] = []
        gone = [
            (*self._claimed[line], self._before.conflicts["copy"].iloc[line], closed[line]) for line in closed
        ]
        for cell, edits in sorted(self._edits.items(), key=lambda item: item[0]):
            row, name = cell
            others = {claim.mark for claim in self._open.get(cell, ()) if claim.line not in closed}
            one = len({edit.sense for edit in edits}) == 1 and others <= {mark(edits[0].sense)}
            if one and all(edit.free for edit in edits):
                best = min(edits, key=lambda edit: token(edit.value))  # a day or number before a text of it
                if self._held[name][row] != best.was:  # not as sent out, so a copy had brought it
                    gone.append((row, name, held[name][row], best.heard))
                held[name][row] = best.value if best.sense else None
                self._held[name][row] = best.sense
                counts[edits[0].heard.copy.file] += 1
                closed |= {claim.line: best.heard for claim in self._open.get(cell, ())}
            else:
                stated += [self._line(cell, edit, held[name][row]) for edit in edits]
        self._frame = self._frame.assign(
            **{name: pd.Series(values, dtype=object) for name, values in held.items()}
        )
        open_ = self._before.conflicts
        open_ = open_[~np.isin(np.arange(len(open_)), list(closed))]
        new = pd.DataFrame(stated, columns=list(CONFLICT), dtype=object)
        lines = pd.concat([open_, new], ignore_index=True) if len(open_) else new
        return counts, lines, self._replaced(gone, lines)

    def _replaced(self, gone: Sequence[tuple[int, str, Any, Heard]], lines: pd.DataFrame) -> pd.DataFrame:
        """Return what of these contents stands nowhere now: row of the master, column, content, and who replaced it."""
        listed = {
            (customer, name, sense(token(value)))
            for customer, name, value in zip(
                lines["customer_id"], lines["column"], lines["copy"], strict=True
            )
        }
        found = []
        for row, name, value, by in gone:
            what, customer = sense(token(value)), self._frame["customer_id"].iloc[row]
            stands = what in {"", "t" + EMPTY, self._held[name][row]} or (customer, name, what) in listed
            if not stands and not (name in self._steps and by.shown):
                found.append((customer, name, value, by.copy.file))
        return pd.DataFrame(found, columns=list(REPLACED), dtype=object).drop_duplicates(ignore_index=True)

    @property
    def _claimed(self) -> dict[int, Cell]:
        """The cell that each open line is about."""
        return {claim.line: cell for cell, claims_ in self._open.items() for claim in claims_}

    def _answered(self, heard: Sequence[Heard]) -> dict[int, Heard]:
        """Return the open lines of copies that came again: what they say now stands in their place."""
        own = {one.branch: one for one in heard if one.copy.identity and one.goes_on}
        rows = {branch: set(one.at.tolist()) - {-1} for branch, one in own.items()}
        return {
            claim.line: own[claim.branch]
            for (row, name), found in self._open.items()
            for claim in found
            if claim.branch in own and row in rows[claim.branch] and name in own[claim.branch].cells
        }

    def _line(self, cell: Cell, edit: Edit, master: Any) -> dict[str, Any]:
        row, name = cell
        shown = {key: self._frame[key].iloc[row] for key in (*KEYS, "customer") if key in self._frame}
        copy = edit.heard.copy
        return shown | {
            "column": name, "was": value_of(edit.was), "master": master, "copy": edit.value if edit.sense else None,
            "file": copy.file, "who": copy.who, "when": copy.when,
        }  # fmt: skip

    def _noted(self, heard: Heard) -> Said:
        """Return what is to be remembered of a copy."""
        cells: dict[str, dict[str, Seen]] = {}
        for name, (said, was) in heard.cells.items():
            seen = heard.seen(name) if heard.goes_on else np.full(len(said), "", dtype=object)
            now, values = np.append(self._held[name], "")[heard.at], heard.copy.rows[name].to_numpy(object)
            found = {}
            for row in np.flatnonzero((heard.at >= 0) & ((said != was) | (seen != ""))).tolist():
                before, last = Seen(seen[row]), mark(said[row])
                same = said[row] == now[row] or now[row] in meanings(values[row], said[row])
                found[heard.customers[row]] = before.next(
                    last if same else before.agreed or mark(was[row]), last
                )
            if found:
                cells[name] = found
        return Said(heard.copy.file, heard.copy.when, cells)
