"""The rows that decide how a whole ledger is read, gathered while it is split.

Which words the columns Kind and State hold, whether margins are shares, whether any order has a value, how dates and
amounts are written: all that follows from which values a ledger holds, not from how often. So one row for each different
word, and the rows with the smallest, the largest and the first filled and blank value of each column decide it. Every
part is read together with them, and they are taken out of its result.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WORDS = 2_000
"""Different texts up to which each of a column is kept; a column with more holds ids, names or dates."""

HEAD = 5_000
"""First rows that are looked at too, to tell the columns of the ledger apart."""

ROW, FILE = "__row", "__file"
"""Number of a row in its file, and of the file."""


@dataclass(slots=True)
class DecidingRows:
    """Gathers them; ``add`` takes the rows in the order of the ledger."""

    words: dict[str, set[str | None]] = field(default_factory=dict)
    full: set[str] = field(default_factory=set)
    ends: dict[str, list[float | None]] = field(default_factory=dict)
    kept: list[pa.Table] = field(default_factory=list)
    first: list[pa.Table] = field(default_factory=list)
    seen: int = 0

    def add(self, rows: pa.Table) -> None:
        """Look at some more rows, a table with the columns `ROW` and `FILE`."""
        if self.seen < HEAD:
            self.first.append(rows.slice(0, HEAD - self.seen))
        self.seen += len(rows)
        at = set[int]()
        for name in rows.column_names:
            if name in (ROW, FILE) or name in self.full or not len(rows):
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

    def table(self) -> pa.Table:
        """Return the rows that decide, in the order of the ledger, each once."""
        return _in_order(self.kept)

    def look(self) -> pa.Table:
        """Return them with the first rows of the ledger."""
        return _in_order([*self.kept, *self.first])

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
        """Return rows with a new smallest, largest, largest without its sign, first filled, first non-zero, first blank value."""
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


def _numbers(found: pa.Array) -> NDArray[np.float64]:
    """Return what has an order as floats; NaN where a cell is blank."""
    if pa.types.is_temporal(found.type):
        wide = pa.int32() if pa.types.is_date32(found.type) or pa.types.is_time32(found.type) else pa.int64()
        found = found.view(wide) if not pa.types.is_null(found.type) else found
    if pa.types.is_boolean(found.type):
        found = found.cast(pa.uint8())
    numbers: NDArray[np.float64] = pc.cast(found, pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return numbers


def _in_order(tables: Sequence[pa.Table]) -> pa.Table:
    whole = pa.concat_tables(tables)
    place = (whole.column(FILE).to_numpy().astype(np.int64) << 44) + whole.column(ROW).to_numpy()
    return whole.take(pa.array(np.unique(place, return_index=True)[1]))
