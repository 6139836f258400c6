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
    from collections.abc import Collection, Iterable, Mapping

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

    def fit(
        self,
        customers: Iterable[str],
        cells: Mapping[str, tuple[NDArray[np.object_], NDArray[np.object_]]],
    ) -> Fit:
        """Compare a copy with what it said before.

        Parameters
        ----------
        customers : iterable of str, length n
            The rows of the copy.
        cells : mapping of str to (ndarray, ndarray), shapes (n,)
            Column -> what the copy holds now, and what it was sent out with.
        """
        place = {customer: row for row, customer in enumerate(customers)}
        same = changed = gone = 0
        for name, marks in self.cells.items():
            if name not in cells:
                continue
            now, sent = cells[name]
            for customer, seen in marks.items():
                row = place.get(customer)
                if row is None or seen.last == mark(sent[row]):
                    continue
                if now[row] == sent[row]:
                    gone += 1
                elif seen.last == mark(now[row]):
                    same += 1
                else:
                    changed += 1
        return Fit(same, changed, gone)


@dataclass(frozen=True, slots=True)
class Fit:
    """Cells that a copy had filled when it was last collected: the same now, changed, or as sent out again."""

    same: int
    changed: int
    gone: int

    @property
    def goes_on(self) -> bool:
        """Whether the copy goes on from there; a person may also have started again from what was sent out.

        Not if most of what was collected stands again as it was sent out: nobody undoes most of the work, but many
        open the first attachment again.
        """
        return self.gone <= self.same + self.changed


_BRANCH = "|#"
"""Stands between the identity of a copy and the number of its branch."""


def branches(said: Mapping[str, Said], identity: str) -> list[str]:
    """Return the keys under which states of one copy are known: two people may go on in the same copy, each alone.

    >>> branches({"a": Said("", ""), "a|#2": Said("", ""), "ab": Said("", "")}, "a")
    ['a', 'a|#2']
    """
    return [key for key in said if key == identity or key.startswith(identity + _BRANCH)]


def free_branch(identity: str, taken: Collection[str]) -> str:
    """Return a key for a new branch of a copy."""
    key, number = identity, 1
    while key in taken:
        number += 1
        key = f"{identity}{_BRANCH}{number}"
    return key
