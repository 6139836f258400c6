"""Choose the best of many accounts under limits: the plain list where nothing beats it, else a mixed integer solver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core import linear_program
from winback_xl.core.linear_program import Programme
from winback_xl.core.tally import tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Ints = NDArray[np.int64]

_UNDECIDED = 1_500  # accounts that the integer solver settles
_TINY = 1e-7


@dataclass(frozen=True, slots=True)
class Limits:
    """Every limit: the accounts chosen in a row, times what each takes, add up to at most ``most``.

    The first ``nested`` rows count accounts, and two of them never overlap in part: one lies within the other, or they
    share no account. Of such limits alone the plain list is the best choice there is.
    """

    row: NDArray[np.int32]
    account: NDArray[np.int32]
    takes: Floats
    most: Floats
    nested: int

    def kept_by(self, chosen: Flags) -> bool:
        """Return whether a choice keeps them all."""
        return bool((self.used_by(chosen) <= self.most + _TINY).all())

    def used_by(self, chosen: Flags) -> Floats:
        """Return what a choice takes of each, shape (m,)."""
        return tally(self.row, len(self.most), weights=self.takes * chosen[self.account])

    def first(self) -> Limits:
        """Return the nested ones alone."""
        here = self.row < self.nested
        return Limits(
            self.row[here], self.account[here], self.takes[here], self.most[: self.nested], self.nested
        )


def greedy(value: Floats, worth: Flags, limits: Limits) -> Flags:
    """Take the most valuable account that still fits, until none does."""
    by_account = np.argsort(limits.account, kind="stable")
    rows, needs = limits.row[by_account], limits.takes[by_account]
    ends = np.cumsum(tally(limits.account, len(value)))
    left = limits.most.copy()
    taken = np.zeros(len(value), dtype=np.bool_)
    ranked = np.argsort(-value, kind="stable")
    for account in ranked[worth[ranked]]:
        span = slice(ends[account - 1] if account else 0, ends[account])
        if (left[rows[span]] >= needs[span]).all():
            left[rows[span]] -= needs[span]
            taken[account] = True
    return taken


def is_best(listed: Flags, value: Floats, worth: Flags, limits: Limits) -> bool:
    """Return whether nothing can be worth more than the plain list, without asking the solver.

    That is so where it is the plain list under the nested limits alone: they form a matroid, whose greedy choice no
    other beats (Edmonds 1971), and more limits never allow more. Half a contact is a limit that no matroid has.
    """
    if (limits.most[: limits.nested] % 1 > 0).any():
        return False
    most: Flags = greedy(value, worth, limits.first())
    return bool((most == listed).all()) and limits.kept_by(listed)


def solve(value: Floats, worth: Flags, limits: Limits) -> tuple[Flags, float]:
    """Return the best choice found and an upper bound of what any choice can be worth.

    The relaxed problem leaves few accounts undecided, for there are few limits. Those whose price it puts near
    zero are settled by the integer solver; all others are as it says.
    """
    chosen = np.zeros(len(value), dtype=np.bool_)
    kept = np.flatnonzero(worth)
    if not len(kept):
        return chosen, 0.0
    found = linear_program.relaxed(_programme(value, limits, kept, limits.most))
    taken = tally(limits.account, len(value), weights=limits.takes * found.price[limits.row])
    price = np.abs(value - taken)[kept]
    undecided = np.zeros(len(kept), dtype=np.bool_)
    undecided[np.argsort(price, kind="stable")[:_UNDECIDED]] = True
    undecided |= (found.share > _TINY) & (found.share < 1 - _TINY)
    chosen[kept[~undecided]] = found.share[~undecided] > 0.5
    left = limits.most - limits.used_by(chosen)
    rest = kept[undecided]
    answer = linear_program.whole(_programme(value, limits, rest, left))
    if answer is not None:
        chosen[rest] = answer > 0.5
    return chosen, found.worth


def _programme(value: Floats, limits: Limits, accounts: Ints, most: Floats) -> Programme:
    """Return the choice among some of the accounts."""
    place = np.full(len(value), -1)
    place[accounts] = np.arange(len(accounts))
    here = place[limits.account] >= 0
    return Programme(value[accounts], limits.row[here], place[limits.account[here]], limits.takes[here], most)
