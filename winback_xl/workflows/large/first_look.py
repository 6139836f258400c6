"""What is looked at while a ledger is split: which column is which, and a first guess of what its rows decide.

Every so-manieth row and the share of filled cells say which column is which, for all parts alike. The first rows show
whether the ledger is a list. One row for each different word, and those with the smallest and the largest value of each
column, are for a first guess of what the whole ledger decides; the parts then count, and where the counts of all of them
decide otherwise, the parts concerned are read again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winback_xl.core.tally import tally
from winback_xl.inputs.file_cells import step_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WORDS = 2_000
"""Different texts up to which a row for each is kept; a column with more holds ids, names or dates."""

HEAD = 5_000
"""First rows, to see whether the ledger is a list."""

ROW, FILE = "__row", "__file"
"""Number of a row in its file, and of the file."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen.

    Parameters
    ----------
    rows : Table
        For the first guess, in the order of the ledger, each once.
    head : Table
        The first rows.
    sample : Table
        Every so-manieth row (`file_cells.step_of`).
    filled : tuple of float
        Share of the cells that are not blank, by column.
    rows_in : tuple of int
        Rows of each file, counted; shorter than the list of files where the last ones have none.
    """

    rows: pa.Table
    head: pa.Table
    sample: pa.Table
    filled: tuple[float, ...]
    rows_in: tuple[int, ...]


@dataclass(slots=True)
class FirstLook:
    """Looks at rows on their way; ``add`` takes them in the order of the ledger."""

    words: dict[str, set[str | None]] = field(default_factory=dict)
    full: set[str] = field(default_factory=set)
    ends: dict[str, list[float | None]] = field(default_factory=dict)
    kept: list[pa.Table] = field(default_factory=list)
    first: list[pa.Table] = field(default_factory=list)
    sampled: list[pa.Table] = field(default_factory=list)
    places: list[NDArray[np.int64]] = field(default_factory=list)
    filled: dict[str, int] = field(default_factory=dict)
    rows_in: dict[int, int] = field(default_factory=dict)
    step: int = 1
    seen: int = 0

    def add(self, rows: pa.Table) -> None:
        """Look at some more rows, a table with the columns `ROW` and `FILE`."""
        if self.seen < HEAD:
            self.first.append(rows.slice(0, HEAD - self.seen))
        self._sample(rows)
        self.seen += len(rows)
        for number, count in enumerate(tally(rows.column(FILE).to_numpy()).tolist()):
            self.rows_in[number] = self.rows_in.get(number, 0) + count
        at = set[int]()
        for name in rows.column_names:
            if name in (ROW, FILE) or not len(rows):
                continue
            self.filled[name] = self.filled.get(name, 0) + _filled(rows.column(name))
            if name in self.full:
                continue
            found = rows.column(name).combine_chunks()
            found = found.chunk(0) if isinstance(found, pa.ChunkedArray) else found
            kind = found.type
            if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind):
                at.update(self._words(name, found))
            elif not pa.types.is_null(kind):
                at.update(self._ends(name, found))
        if at:
            self.kept.append(rows.take(pa.array(sorted(at))))

    def result(self) -> Look:
        """Return what was seen."""
        names = [name for name in self.first[0].column_names if name not in (ROW, FILE)]
        self._thin(step_of(self.seen))
        filled = tuple(self.filled.get(name, 0) / max(self.seen, 1) for name in names)
        rows = in_order([*self.kept, *self.first])
        counted = tuple(self.rows_in[number] for number in range(len(self.rows_in)))
        return Look(rows, pa.concat_tables(self.first), pa.concat_tables(self.sampled), filled, counted)

    def _sample(self, rows: pa.Table) -> None:
        """Keep every so-manieth row, and fewer of those kept the more there are."""
        place = np.arange(self.seen, self.seen + len(rows))
        mine = np.flatnonzero(place % self.step == 0)
        self.sampled.append(rows.take(pa.array(mine)))
        self.places.append(place[mine])
        self._thin(step_of(self.seen + len(rows)))

    def _thin(self, step: int) -> None:
        if step <= self.step:
            return
        self.step = step
        place = np.concatenate(self.places)
        mine = np.flatnonzero(place % step == 0)
        self.sampled = [pa.concat_tables(self.sampled).take(pa.array(mine)).combine_chunks()]
        self.places = [place[mine]]

    def _words(self, name: str, found: pa.Array) -> list[int]:
        coded = found if pa.types.is_dictionary(found.type) else found.dictionary_encode()
        texts = coded.dictionary
        known = self.words.setdefault(name, set())
        if len(texts) > WORDS:  # running numbers: the first ones stand for all
            self.full.add(name)
            return []
        code = coded.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False)
        place = np.full(len(texts) + 1, -1)
        place[code[::-1]] = np.arange(len(code))[::-1]
        at = []
        for text, row in zip([*texts.to_pylist(), None], place.tolist(), strict=True):
            if row >= 0 and text not in known:
                known.add(text)
                at.append(row)
        if len(known) > WORDS:
            self.full.add(name)
        return at

    def _ends(self, name: str, found: pa.Array) -> list[int]:
        """Return rows with a new smallest and largest value, the first non-zero, broken and blank one."""
        numbers = _numbers(found)
        ends = self.ends.setdefault(name, [None] * 5)
        there = ~np.isnan(numbers)
        at = []
        if there.any():
            low, high = int(np.nanargmin(numbers)), int(np.nanargmax(numbers))
            if ends[0] is None or numbers[low] < ends[0]:
                ends[0] = float(numbers[low])
                at.append(low)
            if ends[1] is None or numbers[high] > ends[1]:
                ends[1] = float(numbers[high])
                at.append(high)
            if ends[2] is None and bool((numbers[there] != 0).any()):
                ends[2] = 1.0
                at.append(int(np.flatnonzero(there & (numbers != 0))[0]))
            if ends[3] is None and bool((numbers[there] != np.floor(numbers[there])).any()):
                ends[3] = 1.0
                at.append(int(np.flatnonzero(there & (numbers != np.floor(numbers)))[0]))
        if ends[4] is None and not there.all():
            ends[4] = 1.0
            at.append(int(np.flatnonzero(~there)[0]))
        return at


def _filled(found: pa.ChunkedArray) -> int:
    """Count the cells that are not blank: neither missing, nor an empty text, nor NaN."""
    kind, none = found.type, int(found.null_count)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        none += int(pc.sum(pc.equal(pc.binary_length(found), 0)).as_py() or 0)
    elif pa.types.is_floating(kind):
        none += int(pc.sum(pc.is_nan(found)).as_py() or 0)
    return len(found) - none


def _numbers(found: pa.Array) -> NDArray[np.float64]:
    """Return what has an order as floats; NaN where a cell is blank."""
    if pa.types.is_temporal(found.type):
        wide = pa.int32() if pa.types.is_date32(found.type) or pa.types.is_time32(found.type) else pa.int64()
        found = found.view(wide) if not pa.types.is_null(found.type) else found
    if pa.types.is_boolean(found.type):
        found = found.cast(pa.uint8())
    numbers: NDArray[np.float64] = pc.cast(found, pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return numbers


def in_order(tables: Sequence[pa.Table]) -> pa.Table:
    """Return rows in the order of the ledger, each once."""
    whole = pa.concat_tables(tables)
    place = (whole.column(FILE).to_numpy().astype(np.int64) << 44) + whole.column(ROW).to_numpy()
    return whole.take(pa.array(np.unique(place, return_index=True)[1]))
