"""Fingerprints of the cells of a copy at its last collect, to tell new edits from old ones.

Of each cell only marks are kept (`winback_xl.core.merging.cell_keys.mark`): what copy and master agreed on, what the copy held,
and what it had held before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.merging.cell_keys import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

_WIDE = len(mark(""))
_EARLIER = 6  # older states of a cell that are remembered


class Seen(str):
    """Marks of one cell in a row: what was agreed, what the copy held last, and what it held before that."""

    __slots__ = ()

    @property
    def agreed(self) -> str:
        """What copy and master agreed on last."""
        return self[:_WIDE]

    @property
    def last(self) -> str:
        """What the copy held."""
        return self[_WIDE : 2 * _WIDE]

    @property
    def all(self) -> set[str]:
        """Everything that was seen."""
        return {self[start : start + _WIDE] for start in range(0, len(self), _WIDE)}

    def next(self, agreed: str, last: str) -> Seen:
        """Return it with a new state in front.

        >>> Seen("").next("AAAAAA", "BBBBBB").next("BBBBBB", "CCCCCC")
        'BBBBBBCCCCCCAAAAAA'
        """
        older = [self[start : start + _WIDE] for start in range(0, len(self), _WIDE)]
        kept = [one for one in dict.fromkeys(older) if one not in {agreed, last}]
        return Seen(agreed + last + "".join(kept[:_EARLIER]))


@dataclass(frozen=True, slots=True)
class Said:
    """Content of a copy.

    Parameters
    ----------
    file : str
        What it was called.
    when : str
        When it had been saved, ISO; "" where it does not say.
    cells : mapping of str to mapping of str to Seen
        Column -> customer -> marks, of each cell that differs from what was sent out or did so once.
    """

    file: str
    when: str
    cells: Mapping[str, Mapping[str, Seen]] = field(default_factory=dict)

    def after(self, when: str) -> bool:
        """Return whether this was saved after another state of the copy."""
        return bool(when and self.when > when)

    def of(self, column: str, customers: Iterable[str]) -> NDArray[np.object_]:
        """Return the marks of some cells of a column, "" where nothing is known; shape (n,)."""
        known, wanted = self.cells.get(column, {}), list(customers)
        if not known:
            return np.full(len(wanted), "", dtype=object)
        return np.array([*(known.get(customer, "") for customer in wanted), ""], dtype=object)[:-1]

    def goes_on(
        self,
        customers: Iterable[str],
        cells: Mapping[str, tuple[NDArray[np.object_], NDArray[np.object_]]],
    ) -> bool:
        """Return whether a copy continues from here; a person may also have started again from the copy that was sent.

        Parameters
        ----------
        customers : iterable of str, length n
            The rows of the copy.
        cells : mapping of str to (ndarray, ndarray), shapes (n,)
            Column -> what the copy holds now, and what it was sent out with.

        Returns
        -------
        bool
            Not if most of what was collected stands again as it was sent out: nobody undoes most of the work, but
            many open the first attachment again.
        """
        place = {customer: row for row, customer in enumerate(customers)}
        stays = gone = 0
        for name, marks in self.cells.items():
            if name not in cells:
                continue
            now, sent = cells[name]
            for customer, seen in marks.items():
                row = place.get(customer)
                if row is None or seen.last == mark(sent[row]):
                    continue
                back = now[row] == sent[row]
                gone, stays = gone + back, stays + (not back)
        return gone <= stays
