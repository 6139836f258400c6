"""Orders that credits took back whole: one that was credited on its own day was never bought, a later one was not kept.

Credits are matched with orders to the ten-thousandth: a document by its number, else by customer and amount. An order in
full and its credit on one day are a correction: neither an order day nor a failure. Where the credit came later there was
an order and a failure, but an order of which nothing remains does not show that a customer came back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.tally import tally

if TYPE_CHECKING:
    from winback_xl.core.tally import Bools, Floats, Ints


def corrected(customer: Ints, day: Ints, document: Ints, units: Floats, order: Bools, credit: Bools) -> Bools:
    """Return the rows of orders that were credited in full on their own day, and of the credits that did.

    Parameters
    ----------
    customer, day, document : ndarray of int, shape (n,)
        Whose, when, and which order or credit note.
    units : ndarray of float, shape (n,)
        Values in whole units, credits below zero; 0 where unknown.
    order, credit : ndarray of bool, shape (n,)
        What the row is.

    Notes
    -----
    Whatever is returned sums to zero for each customer and day, so that no total depends on it.

    Examples
    --------
    >>> one, two = np.array([0, 0, 0]), np.array([7, 7, 7])
    >>> value = np.array([50.0, 80.0, -80.0])
    >>> corrected(one, two, np.arange(3), value, value > 0, value < 0).tolist()
    [False, True, True]
    """
    found = np.zeros(len(order), dtype=bool)
    taking = credit & (units < 0)
    if not taking.any() or not order.any():
        return found
    low = int(day.min())
    place = customer * (int(day.max()) - low + 1) + day - low
    rows = np.flatnonzero((taking | (order & (units > 0))) & np.isin(place, place[taking]))
    place, number, worth = place[rows], document[rows], units[rows]
    whole = _sums(place, worth) == 0
    # One document of one day is worth what is left of its lines.
    kind = np.lexsort((number, place))
    new = _changes(place[kind], number[kind])
    begins = np.flatnonzero(new)
    left = np.add.reduceat(worth[kind], begins)
    at, size, taken = place[kind][begins], np.abs(left), left < 0
    ranked = np.lexsort((taken, size, at))
    same = np.cumsum(_changes(at[ranked], size[ranked])) - 1
    gave, took = (tally(same, weights=side)[same] for side in (~taken[ranked], taken[ranked]))
    rank = _rank(same * 2 + taken[ranked])
    gone = np.zeros(len(left), dtype=bool)
    gone[ranked] = rank < np.minimum(gave, took)
    gone |= left == 0
    document_of = np.empty(len(rows), dtype=np.int64)
    document_of[kind] = np.cumsum(new) - 1
    found[rows[whole | gone[document_of]]] = True
    return found


def returned(customer: Ints, day: Ints, document: Ints, units: Floats, order: Bools, credit: Bools) -> Bools:
    """Return the rows of orders that a later credit of the same customer took back whole; parameters as for `corrected`.

    A credit takes back the latest order of its amount that no other credit has taken back.

    Examples
    --------
    >>> value = np.array([80.0, 80.0, -80.0, 80.0])
    >>> returned(np.zeros(4, int), np.array([1, 5, 9, 11]), np.arange(4), value, value > 0, value < 0).tolist()
    [False, True, False, False]
    """
    found = np.zeros(len(order), dtype=bool)
    taking = credit & (units < 0)
    if not taking.any() or not order.any():
        return found
    rows = np.flatnonzero((taking | (order & (units > 0))) & np.isin(customer, customer[taking]))
    who, number, worth, when = customer[rows], document[rows], units[rows], day[rows]
    kind = np.lexsort((when, number, who))
    new = _changes(who[kind], number[kind])
    begins = np.flatnonzero(new)
    document_of = np.empty(len(rows), dtype=np.int64)
    document_of[kind] = np.cumsum(new) - 1
    left, whose = np.add.reduceat(worth[kind], begins), who[kind][begins]
    sells = tally(document_of, weights=worth > 0) > 0
    gone = sells & (left <= 0)
    lone = np.flatnonzero(left != 0)
    lone = lone[np.lexsort((left[lone] < 0, when[kind][begins][lone], np.abs(left[lone]), whose[lone]))]
    new = _changes(whose[lone], np.abs(left[lone]))
    group = np.cumsum(new) - 1
    both = (tally(group, weights=left[lone] < 0) > 0)[group]  # few amounts are credited at all
    gone[lone[both][_taken(new[both], left[lone][both] > 0)]] = True
    found[rows[gone[document_of] & (worth > 0)]] = True
    return found


def _taken(new: Bools, gives: Bools) -> Bools:
    """Return which events that give are followed by one of the same group that takes them, the latest first.

    ``new`` is where a group begins; events are in order of time.
    """
    out = np.zeros(len(gives), dtype=bool)
    open_: list[int] = []
    for at, (first, gave) in enumerate(zip(new.tolist(), gives.tolist(), strict=True)):
        if first:
            open_.clear()
        if gave:
            open_.append(at)
        elif open_:
            out[open_.pop()] = True
    return out


def _changes(*columns: Ints | Floats) -> Bools:
    """Return where a row of sorted columns differs from the one before; the first does."""
    new = np.zeros(len(columns[0]), dtype=bool)
    new[:1] = True
    for column in columns:
        new[1:] |= column[1:] != column[:-1]
    return new


def _rank(group: Ints) -> Ints:
    """Return the place of each row among those of its group; equal groups are next to each other."""
    new = _changes(group)
    begins = np.flatnonzero(new)
    rank: Ints = np.arange(len(group)) - begins[np.cumsum(new) - 1]
    return rank


def _sums(group: Ints, value: Floats) -> Floats:
    """Return the sum of each row's group."""
    _, member = np.unique(group, return_inverse=True)
    return tally(member, weights=value)[member]
