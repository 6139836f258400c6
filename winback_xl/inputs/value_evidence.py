"""What speaks for the order and what for the line: counts of the orders of several lines, and the rule that decides on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.tally import tally
from winback_xl.inputs.decisions import rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from winback_xl.inputs.aid_columns import Aid
    from winback_xl.inputs.decisions import Tally
    from winback_xl.inputs.row_status import Rows

    Bools = NDArray[np.bool_]

NEARLY_ALL = 0.9  # share of the orders of several lines in which the value must be the same on all of them


_CENT = 0.0051


_RELATIVE = 1e-6


_SURE = 3  # orders whose items differ while the value does not, from which chance is ruled out


_DIFFERENT = 3  # different values among them; prices that are all alike prove nothing


_MANY = 10  # orders, where nothing but the value is known


_STEP = 1e-4  # to which the distances are rounded, so that those of several parts can be counted together


_FAR = float(np.log(1.6))  # what tax, shipping and discounts may lie between the lines and the order's total


class Lines:
    """The orders of several lines: their rows, and which of them have one value throughout."""

    def __init__(self, rows: Rows, live: NDArray[np.intp], group: NDArray[np.intp]) -> None:
        self.rows, self.group = live, group
        self.value = rows.values("order_value")[live]
        size = int(group.max()) + 1
        high, low = np.full(size, -np.inf), np.full(size, np.inf)
        np.maximum.at(high, group, self.value)
        np.minimum.at(low, group, self.value)
        self.times = tally(group, size)
        self.count = size
        self.equal = int((high - low <= _CENT).sum())
        self.total = high

    @classmethod
    def of(cls, rows: Rows, order: NDArray[np.int64]) -> Lines | None:
        """Return the orders of several lines, by number, customer and day; None where there is none."""
        value = rows.values("order_value")
        live = rows.live((order >= 0) & (value > 0))
        if not len(live):
            return None
        twice = tally(order[live]) > 1
        live = live[twice[order[live]]]
        if not len(live):
            return None
        parts: dict[str, NDArray[np.integer]] = {"order": order[live], "who": rows.codes["customer_id"][live]}
        if "order_date" in rows.frame:
            parts["day"] = rows.frame["order_date"].to_numpy("datetime64[D]").astype(np.int64)[live]
        if rows.help.part is not None:
            parts["part"] = rows.help.part[live]
        group = pd.DataFrame(parts).groupby(list(parts), sort=False).ngroup().to_numpy()
        several = tally(group) > 1
        live, group = live[several[group]], group[several[group]]
        return cls(rows, live, pd.factorize(group)[0]) if len(live) else None

    def sums(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add up numbers of rows for each order; NaN where one is unknown."""
        return tally(self.group, self.count, weights=numbers[self.rows])


def close(a: NDArray[np.float64], b: NDArray[np.float64]) -> Bools:
    """Return which amounts are equal to the cent."""
    return np.asarray(np.abs(a - b) <= np.maximum(_CENT, _RELATIVE * np.abs(b)))


def evidence(rows: Rows, lines: Lines | None) -> Tally:
    """Count what speaks for the order and what for the line; all counts of customers add up."""
    found: Tally = {
        "orders": 0,
        "equal": 0,
        "lines": 0,
        "differ": 0,
        "values": {},
        "aids": bool(_items(rows)),
    }
    if lines is not None:
        values = np.unique(np.round(lines.total, 2))
        found |= {
            "orders": lines.count,
            "equal": lines.equal,
            "lines": len(lines.rows),
            "differ": _differ(rows, lines),
        }
        found["values"] = {f"{value:.2f}": 1 for value in values[:_DIFFERENT].tolist()}
    for place, one in enumerate(_line_amounts(rows)):
        names = ("known", "line", "whole", "near_line", "near_whole")
        counts: tuple[Any, ...] = (0, 0, 0, {}, {})
        if lines is not None:
            of_line, total = one[lines.rows], lines.sums(one)
            with np.errstate(invalid="ignore", divide="ignore"):
                near = _near(np.log(lines.value / of_line)), _near(np.log(lines.total / total))
            known = int((~np.isnan(of_line)).sum())
            counts = (
                known,
                int(close(of_line, lines.value).sum()),
                int(close(total, lines.total).sum()),
                *near,
            )
        found |= {f"{name} {place}": count for name, count in zip(names, counts, strict=True)}
    if lines is not None and not rows.decisions.in_parts and lines.equal == lines.count < _MANY:
        found["whole"] = _adds_up_elsewhere(rows, lines)
    return found


def _adds_up_elsewhere(rows: Rows, lines: Lines) -> bool:
    """Return whether an unread column adds up to the value in each order, and is not the same on all lines of one."""
    for heading in rows.spare:
        aid = rows.help.named(heading)
        if aid is None:
            continue
        mine = aid.numbers[lines.rows]
        if np.isnan(mine).any() or not close(lines.sums(aid.numbers), lines.total).all():
            continue
        running = np.array_equal(np.unique(mine), np.arange(1, len(np.unique(mine)) + 1))  # numbers of lines
        if len(np.unique(mine)) > 1 and not running and not close(mine, lines.value).any():
            return True
    return False


@rule
def value_is_of(found: Tally) -> str:
    """Return what the value is of: order, line, "" where every line has its own, or ask."""
    if not found["orders"] or found["equal"] / found["orders"] < NEARLY_ALL:
        return ""
    for place in range(sum(name.startswith("known ") for name in found)):
        if not found[f"known {place}"]:
            continue
        if found[f"line {place}"] / found["lines"] >= NEARLY_ALL:
            return "line"
        if found[f"whole {place}"] / found["orders"] >= NEARLY_ALL:
            return "order"
        line, whole = _middle(found[f"near_line {place}"]), _middle(found[f"near_whole {place}"])
        if min(line, whole) <= _FAR and line != whole:  # tax, shipping and discounts are between them
            return "line" if line < whole else "order"
    return _by_likelihood(found)


def _by_likelihood(found: Tally) -> str:
    """Judge by how often the value stays the same while the items of the order differ."""
    if found.get("whole"):
        return "order"
    values = len(found["values"])
    if not found["aids"]:
        return "order" if found["orders"] >= _MANY and values >= _DIFFERENT else ""
    if not found["differ"]:
        return ""
    alike = values < min(_DIFFERENT, found["orders"])
    return "order" if found["differ"] >= _SURE and not alike else "ask"


def _near(far: NDArray[np.float64]) -> dict[str, int]:
    """Count distances by their size in steps, those that are known."""
    steps = np.floor(np.minimum(np.abs(far[np.isfinite(far)]), 2 * _FAR) / _STEP).astype(np.int64)
    sizes, times = np.unique(steps, return_counts=True)
    return dict(zip(map(str, sizes.tolist()), times.tolist(), strict=True))


def _middle(times: Mapping[str, int]) -> float:
    """Return the median of distances that were counted; infinite where there is none."""
    if not times:
        return float("inf")
    sizes = np.array(sorted(map(int, times)))
    until = np.cumsum([times[str(size)] for size in sizes.tolist()])
    low, high = (
        sizes[np.searchsorted(until, place, side="right")] for place in ((until[-1] - 1) // 2, until[-1] // 2)
    )
    return float(low + high) / 2 * _STEP


def _line_amounts(rows: Rows) -> Iterator[NDArray[np.float64]]:
    quantity, price = first_aid(rows, "quantity"), first_aid(rows, "unit_price")
    if quantity is not None and price is not None:
        yield quantity.numbers * price.numbers
    yield from (
        aid.numbers
        for aid in rows.aids.get("line_value", ())
        if aid.position not in rows.positions.get("order_value", ())
    )


def first_aid(rows: Rows, name: str) -> Aid | None:
    """Return the first column of a name, None where there is none."""
    return next(iter(rows.aids.get(name, ())), None)


def _items(rows: Rows) -> list[Aid]:
    """Return the columns in which the lines of an order may differ."""
    amounts = (aid for name in ("quantity", "unit_price") for aid in rows.aids.get(name, ()))
    return [*rows.aids.get("item", ()), *amounts]


def _differ(rows: Rows, lines: Lines) -> int:
    """Count the orders whose lines are of different items."""
    differ = np.zeros(lines.count, dtype=bool)
    for aid in _items(rows):
        codes = aid.words[0][lines.rows]
        high, low = np.full(lines.count, -2), np.full(lines.count, np.iinfo(np.int32).max)
        np.maximum.at(high, lines.group, codes)
        np.minimum.at(low, lines.group, codes)
        differ |= high != low
    return int(differ.sum())
