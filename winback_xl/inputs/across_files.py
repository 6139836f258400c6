"""One order in two files: the later export knows its state better, so its rows take the place of the earlier ones.

Within one file nothing changes. Which file is later is decided by the order in which they were given, unless the
days of their orders say otherwise.
"""

from __future__ import annotations

from functools import cmp_to_key
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.wording import plural
from winback_xl.inputs import kind_words
from winback_xl.inputs.decisions import Tally, rule
from winback_xl.inputs.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from winback_xl.inputs.row_status import Rows

_NEVER = int(np.iinfo(np.int64).min)  # a row without a day
_SAME = 0.5  # share of the numbers in both files that must be of the same customer or day; else numbering starts again


def settle(rows: Rows) -> Iterator[Finding]:
    """Leave out the rows of orders that a later file holds too."""
    order = rows.codes.get("order_id")
    if rows.help.part is None or "order_date" not in rows.frame:
        return
    if order is None:
        yield from _without_numbers(rows, rows.help.part)
        return
    part = rows.help.part.astype(np.int64)
    rank = _ranks(rows, part)[part]
    live = rows.live(order >= 0)
    last = _last(order, rank, live)
    credits_ = _of_another_day(rows, live, rank, last)
    if credits_.any():
        live = live[~credits_]
        last = _last(order, rank, live)
    old = live[rank[live] < last[order[live]]]
    if not len(old):
        return
    old, strangers = _of_the_same_order(rows, old, live, rank, last)
    if len(strangers):
        count = len(np.unique(order[strangers]))
        what = f"{plural(count, 'order number is', 'order numbers are')} in two files with a different customer and day: counted as different orders."
        yield Finding(
            "order-number-again",
            "warning",
            what,
            "If they are the same orders, read one file only.",
            strangers,
            column="order_id",
        )
    if not len(old):
        return
    numbers = np.unique(order[old])
    differ = _differing(rows, numbers, old, live, rank, last)
    same = old[~np.isin(order[old], differ)]
    changed = old[np.isin(order[old], differ)]
    if len(changed):
        lead = plural(len(differ), "order stands", "orders stand")
        what = f"{lead} in both files and {'differs' if len(differ) == 1 else 'differ'}{rows.worth(changed)}: the later file counts."
        yield Finding(
            "order-in-two-files",
            "note",
            what,
            "",
            changed,
            "aside",
            "order_id",
            "the later file has the order too",
        )
    if len(same):
        count = len(numbers) - len(differ)
        what = f"{plural(count, 'order is', 'orders are')} in two files or sheets: counted once."
        yield Finding(
            "order-in-two-files",
            "note",
            what,
            "",
            same,
            "aside",
            "order_id",
            "the later file has the order too",
        )


def _last(order: NDArray[np.int64], rank: NDArray[np.int64], live: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return for every order the latest file that holds it, -1 for none."""
    last = np.full(int(order.max(initial=-1)) + 1, -1)
    np.maximum.at(last, order[live], rank[live])
    return last


def _of_another_day(
    rows: Rows, live: NDArray[np.intp], rank: NDArray[np.int64], last: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which rows are credits of a later day under the number of an order: they take it back, and are not its later form.

    That is so where all the later file holds of the order is credits, on no day on which an earlier file has it.
    """
    order, credit = rows.codes["order_id"], _credits(rows)
    day = rows.frame["order_date"].to_numpy("datetime64[D]").astype(np.int64)
    newest = rank[live] == last[order[live]]
    new, old = live[newest], live[~newest]
    other = np.zeros(
        len(last), dtype=bool
    )  # the later file has more of the order than credits of another day
    other[order[new[~credit[new]]]] = True
    other[order[old[np.isin(_pairs(order, day, old), _pairs(order, day, new))]]] = True
    before = np.zeros(len(last), dtype=bool)
    before[order[old]] = True
    return np.asarray(newest & ~other[order[live]] & before[order[live]])


def _credits(rows: Rows) -> NDArray[np.bool_]:
    """Return which rows are credits by their amount or their kind."""
    size = len(rows.frame)
    credit = rows.values("order_value") < 0 if "order_value" in rows.frame else np.zeros(size, dtype=bool)
    if "kind" in rows.frame:
        codes, found = pd.factorize(rows.frame["kind"])
        ours = kind_words.classes([str(word) for word in found])
        credit = credit | np.array([*(each in {"credit", "cancels"} for each in ours), False])[codes]
    return np.asarray(credit)


def _without_numbers(rows: Rows, part: NDArray[np.integer]) -> Iterator[Finding]:
    """Warn of rows that agree with one of another file in customer, day and value, and differ in something else."""
    if "order_value" not in rows.frame:
        return
    day = rows.frame["order_date"].to_numpy("datetime64[D]").astype(np.int64)
    frame = pd.DataFrame({"who": rows.codes["customer_id"], "day": day, "worth": rows.values("order_value")})
    live = rows.live((frame["who"] >= 0).to_numpy(dtype=bool))
    group = frame.iloc[live].groupby(["who", "day", "worth"], sort=False).ngroup().to_numpy()
    known = group >= 0  # NaN, and so not known, where a row has no value
    live, group = live[known], group[known].astype(np.int64)
    size = int(group.max(initial=-1)) + 1
    high, low = np.full(size, -1), np.full(size, np.iinfo(np.int64).max)
    np.maximum.at(high, group, part[live])
    np.minimum.at(low, group, part[live])
    both = live[(high != low)[group]]
    if not len(both):
        return
    cells = pd.Series(rows.help.prints(both))
    twins = both[~cells.duplicated(keep=False).to_numpy()]
    if len(twins):
        lead = plural(len(twins), "row agrees", "rows agree")
        what = f"{lead} with one of another file in customer, day and value, and {'differs' if len(twins) == 1 else 'differ'} in something else{rows.worth(twins)}: without an order number they count as different orders."
        fix = "Name the order number, so that the later file counts: --column 'Order ID=HEADING'."
        yield Finding("order-perhaps-again", "warning", what, fix, twins)


def _ranks(rows: Rows, part: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rank of every part, the latest the highest.

    The order in which the files were given counts, unless both the first and the last day of one come before those of
    another: ``oct.csv sep.csv`` is what a folder gives.
    """
    size = int(part.max(initial=0)) + 1
    day = rows.frame["order_date"].to_numpy("datetime64[D]").astype(np.int64)
    known = day > _NEVER
    last, first = np.full(size, _NEVER), np.full(size, np.iinfo(np.int64).max)
    np.maximum.at(last, part[known], day[known])
    np.minimum.at(first, part[known], day[known])

    days = {
        str(at): {"last": float(last[at]), "first": -float(first[at])}
        for at in np.flatnonzero(last > _NEVER).tolist()
    }
    known_ranks = rows.decisions.make(later_files, "", files=float(size), days=days)
    ranks = np.arange(max(size, len(known_ranks)))
    ranks[: len(known_ranks)] = known_ranks
    return ranks


@rule
def later_files(tally: Tally) -> list[int]:
    """Return the rank of every file, from the first (below zero, so that the larger is the earlier) and last days of all."""
    size = int(tally["files"])
    never = {"last": float(_NEVER), "first": -float(np.iinfo(np.int64).max)}
    days = [tally["days"].get(str(at), never) for at in range(size)]

    def compare(one: int, other: int) -> int:
        here, there = days[one], days[other]
        if here["last"] > there["last"] and here["first"] < there["first"]:
            return 1
        if here["last"] < there["last"] and here["first"] > there["first"]:
            return -1
        return one - other

    ranks = np.empty(size, np.int64)
    ranks[sorted(range(size), key=cmp_to_key(compare))] = np.arange(size)
    found: list[int] = ranks.tolist()
    return found


def _of_the_same_order(
    rows: Rows,
    old: NDArray[np.intp],
    live: NDArray[np.intp],
    rank: NDArray[np.int64],
    last: NDArray[np.int64],
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Split earlier rows into those of the later file's orders and those that only share a number with one."""
    order, who = rows.codes["order_id"], rows.codes["customer_id"]
    day = rows.frame["order_date"].to_numpy("datetime64[D]").astype(np.int64)
    new = live[rank[live] == last[order[live]]]
    same = np.zeros(len(old), dtype=bool)
    for part in (who, day):
        known = _pairs(order, part, new)
        same |= np.isin(_pairs(order, part, old), known)
    if rows.decisions.make(files_share_orders, "", old=len(old), same=int(same.sum())):
        return old, old[:0]
    both = np.isin(_pairs(order, who, old), _pairs(order, who, new)) & np.isin(
        _pairs(order, day, old), _pairs(order, day, new)
    )
    return old[both], old[~both]


@rule
def files_share_orders(tally: Tally) -> bool:
    """Return whether the numbers in two files are of the same orders; else numbering starts again."""
    return bool(tally["old"]) and tally["same"] / tally["old"] >= _SAME


def _pairs(order: NDArray[np.int64], other: NDArray[np.int64], which: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return one number for each pair of order and customer, or order and day."""
    known = other[other > _NEVER]
    low, high = int(known.min(initial=0)), int(known.max(initial=0))
    return np.asarray(
        order[which] * (high - low + 2) + np.where(other[which] > _NEVER, other[which] - low + 1, 0)
    )


def _differing(
    rows: Rows,
    numbers: NDArray[np.int64],
    old: NDArray[np.intp],
    live: NDArray[np.intp],
    rank: NDArray[np.int64],
    last: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the orders whose rows are not the same, cell by cell, in both files."""
    order = rows.codes["order_id"]
    new = live[(rank[live] == last[order[live]]) & np.isin(order[live], numbers)]
    # Each old row needs a partner of its own in the later file, and no row of the later one may be left without.
    both = np.concatenate([new, old])
    print_ = rows.help.prints(both)
    sums = np.zeros((2, int(order.max(initial=0)) + 1), np.uint64)
    np.add.at(sums[0], order[new], print_[: len(new)])
    one = old[rank[old] == _last_old(order, rank, old)[order[old]]]
    np.add.at(sums[1], order[one], print_[len(new) :][np.isin(old, one)])
    return np.asarray(numbers[sums[0][numbers] != sums[1][numbers]])


def _last_old(order: NDArray[np.int64], rank: NDArray[np.int64], old: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return for every order the latest of the earlier files that hold it."""
    found = np.full(int(order.max(initial=0)) + 1, -1)
    np.maximum.at(found, order[old], rank[old])
    return found
