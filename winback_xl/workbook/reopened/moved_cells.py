"""Which rows and columns of ours came back where: people sort, insert and delete them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.tally import distinct
from winback_xl.workbook.written_cells import (
    BLANK,
    FORMULA,
    PICKED,
    READ,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


_MOST_PAIRS = 4_000_000  # rows compared with rows, where nothing else tells which was which


def columns(codes: NDArray[np.uint32], positions: Sequence[int], ours: NDArray[np.uint32]) -> list[int]:
    """Return for each column which of ours it was, -1 for none of them.

    What is in one column of ours alone, such as its heading, tells which one it was.

    Parameters
    ----------
    codes : array of uint32, shape (n, m)
        Of the cells that came back, as `winback_xl.workbook.written_cells` has them.
    positions : sequence of int, length m
        Where each of these columns is on the sheet, from 0.
    ours : array of uint32, shape (rows, columns)
        Of the cells as we wrote them.
    """
    own = [distinct(column) for column in ours.T]
    signs = np.concatenate([np.zeros(0, np.uint32), *own])
    origins = np.repeat(np.arange(len(own)), [len(one) for one in own])
    order = np.argsort(signs, kind="stable")
    signs, origins = signs[order], origins[order]
    alone = np.append(True, signs[1:] != signs[:-1]) & np.append(signs[1:] != signs[:-1], True)
    alone = alone[: len(signs)] & ~np.isin(signs, (BLANK, FORMULA, READ, PICKED))
    signs, origins = signs[alone], origins[alone]
    votes = Counter[tuple[int, int]]()
    for place, column in enumerate(codes.T):
        here = distinct(column)
        at = np.minimum(np.searchsorted(signs, here), max(len(signs) - 1, 0))
        for origin, count in Counter(origins[at[signs[at] == here]].tolist() if len(signs) else ()).items():
            votes[place, origin] = count
    found = [-1] * len(positions)
    taken: set[int] = set()
    for (place, origin), _ in votes.most_common():
        if origin not in taken and found[place] < 0:
            found[place] = origin
            taken.add(origin)
    return [
        position if origin < 0 and position not in taken and position < ours.shape[1] else origin
        for origin, position in zip(found, positions, strict=True)
    ]


def rows(now: NDArray[np.uint32], ours: NDArray[np.uint32], numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each row which of ours it was, -1 for none: first whole rows, then those that have most in common.

    Parameters
    ----------
    now, ours : array of uint32, shapes (n, m) and (rows, m)
        Codes of the cells that came back and of those that we wrote, in the same columns.
    numbers : array of int, shape (n,)
        Where each row that came back is on the sheet, from 0.
    """
    found = np.full(len(now), -1)
    inside = numbers < len(ours)
    where = np.minimum(numbers, len(ours) - 1)
    same = inside & _alike(now, ours[where]).all(axis=1)
    found[same] = numbers[same]
    free = dict.fromkeys(np.setdiff1d(np.flatnonzero((ours != BLANK).any(axis=1)), found).tolist())
    by_row = {ours[row].tobytes(): row for row in reversed(free)}
    for row in np.flatnonzero(found < 0).tolist():
        origin = by_row.get(now[row].tobytes(), -1)
        if origin in free:
            found[row] = origin
            del free[origin]
    left = np.flatnonzero(found < 0)
    if len(left) * len(free) > _MOST_PAIRS:  # by place, and by the first two columns, which name a row
        names = {ours[row, :2].tobytes(): row for row in reversed(free)}
        for row in left.tolist():
            origin = names.get(now[row, :2].tobytes(), int(numbers[row]))
            if origin in free:
                found[row] = origin
                del free[origin]
        return found
    for row in left.tolist():
        others = np.array([*free], np.int64)
        if not len(others):
            break
        shared = ((now[row] == ours[others]) & (now[row] != BLANK)).sum(axis=1)
        best = int(np.lexsort((np.abs(others - numbers[row]), -shared))[0])
        if shared[best]:
            found[row] = int(others[best])
            del free[found[row]]
    return found


def _alike(now: NDArray[np.uint32], ours: NDArray[np.uint32]) -> NDArray[np.bool_]:
    alike: NDArray[np.bool_] = (now == ours) | (ours == READ) | (ours == PICKED)
    return alike
