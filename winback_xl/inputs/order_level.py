"""Whether the order value on a row is of the line or of the whole order: the arithmetic of the ledger decides.

Where the value is the same on all lines of an order while items or quantities differ, it is the order's total, and
counts once. Where quantity times price equals it line by line, it is the line's. In doubt the user is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.tally import tally
from winback_xl.core.wording import plural
from winback_xl.inputs.decisions import Tally, rule, some
from winback_xl.inputs.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from winback_xl.inputs.aid_columns import Aid
    from winback_xl.inputs.row_status import Rows

    Bools = NDArray[np.bool_]

_NEARLY_ALL = 0.9  # share of the orders of several lines in which the value must be the same on all of them
_CENT = 0.0051
_RELATIVE = 1e-6
_SURE = 3  # orders whose items differ while the value does not, from which chance is ruled out
_DIFFERENT = 3  # different values among them; prices that are all alike prove nothing
_TWO = 2  # lines of which nobody can tell which is the main one
_MANY = 10  # orders, where nothing but the value is known
_STEP = 1e-4  # to which the distances are rounded, so that those of several parts can be counted together
_FAR = float(np.log(1.6))  # what tax, shipping and discounts may lie between the lines and the order's total


def decide(rows: Rows) -> Iterator[Finding]:
    """Find out what the value is of; afterwards ``rows.per_order`` says whether it is of the whole order."""
    order = rows.codes.get("order_id")
    if order is None or "order_value" not in rows.frame or "order_value" in rows.doubtful:
        return
    if not rows.decisions.in_parts and tally(order[order >= 0]).max(initial=0) < _TWO:
        return  # every order is one row
    if not rows.help.level:
        sure, gone = _below_main_lines(rows, order)
        if sure:
            if len(gone):
                yield _leave_main_lines(rows, gone)
            return
    lines = _Lines.of(rows, order)
    if not rows.decisions.make(some, "orders of several lines", found=lines is not None):
        return
    if rows.help.level in {"order", "line"}:
        rows.per_order = rows.help.level == "order"
        return
    verdict = rows.decisions.make(value_is_of, "", **_evidence(rows, lines))
    rows.per_order = verdict == "order"
    if lines is not None:
        yield from _told(rows, lines, verdict)


def _told(rows: Rows, lines: _Lines, verdict: str) -> Iterator[Finding]:
    """Report what the value was taken for, or ask."""
    heading = rows.heading("order_value")
    if verdict == "order":
        what = f"{rows.labels['order_value']} is the same on all lines of {plural(lines.count, 'order')} of several lines: taken as the order's total, and counted once."
        fix = f"If it is of the line: --column 'Line value={heading}'."
        yield Finding("value-of-order", "note", what, fix, lines.rows, column="order_value")
    elif verdict == "ask":
        what = f"{rows.labels['order_value']} is the same on all lines of {plural(lines.count, 'order')} of several lines: it may be the order's total or the value of each line."
        other = next((aid for aid in rows.aids.get("line_value", ())), None)
        line = f"--column 'Order value={other.heading}'" if other else f"--column 'Line value={heading}'"
        fix = f"If it is the order's total: --column 'Order total={heading}'; if not: {line}."
        yield Finding("value-doubtful", "error", what, fix, lines.rows, column="order_value")


def apply(rows: Rows) -> Iterator[Finding]:
    """Count the total of an order once: on the first of its lines that are still in."""
    if not rows.per_order:
        return
    order, value = rows.codes["order_id"], rows.values("order_value")
    live = rows.live((order >= 0) & ~np.isnan(value))
    frame = pd.DataFrame({"order": order[live], "who": rows.codes["customer_id"][live], "worth": value[live]})
    again = live[frame.duplicated(keep="first").to_numpy()]
    deal = rows.deals(order)
    again = again[(value[again] > 0) | np.isin(deal[again], deal[live[value[live] > 0]], invert=True)]
    rows.repeated_total = np.zeros(len(value), dtype=bool)
    rows.repeated_total[again] = True
    for name in ("order_value", "margin"):
        if name in rows.frame:
            held = rows.values(name).copy()
            held[again] = np.nan
            rows.frame[name] = held
    return
    yield


class _Lines:
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
    def of(cls, rows: Rows, order: NDArray[np.int64]) -> _Lines | None:
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


def _close(a: NDArray[np.float64], b: NDArray[np.float64]) -> Bools:
    return np.asarray(np.abs(a - b) <= np.maximum(_CENT, _RELATIVE * np.abs(b)))


def _evidence(rows: Rows, lines: _Lines | None) -> Tally:
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
                int(_close(of_line, lines.value).sum()),
                int(_close(total, lines.total).sum()),
                *near,
            )
        found |= {f"{name} {place}": count for name, count in zip(names, counts, strict=True)}
    return found


@rule
def value_is_of(found: Tally) -> str:
    """Return what the value is of: order, line, "" where every line has its own, or ask."""
    if not found["orders"] or found["equal"] / found["orders"] < _NEARLY_ALL:
        return ""
    for place in range(sum(name.startswith("known ") for name in found)):
        if not found[f"known {place}"]:
            continue
        if found[f"line {place}"] / found["lines"] >= _NEARLY_ALL:
            return "line"
        if found[f"whole {place}"] / found["orders"] >= _NEARLY_ALL:
            return "order"
        line, whole = _middle(found[f"near_line {place}"]), _middle(found[f"near_whole {place}"])
        if min(line, whole) <= _FAR and line != whole:  # tax, shipping and discounts are between them
            return "line" if line < whole else "order"
    return _by_likelihood(found)


def _by_likelihood(found: Tally) -> str:
    """Judge by how often the value stays the same while the items of the order differ."""
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
    quantity, price = _first(rows, "quantity"), _first(rows, "unit_price")
    if quantity is not None and price is not None:
        yield quantity.numbers * price.numbers
    yield from (
        aid.numbers
        for aid in rows.aids.get("line_value", ())
        if aid.position not in rows.positions.get("order_value", ())
    )


def _first(rows: Rows, name: str) -> Aid | None:
    return next(iter(rows.aids.get(name, ())), None)


def _items(rows: Rows) -> list[Aid]:
    """Return the columns in which the lines of an order may differ."""
    amounts = (aid for name in ("quantity", "unit_price") for aid in rows.aids.get(name, ()))
    return [*rows.aids.get("item", ()), *amounts]


def _differ(rows: Rows, lines: _Lines) -> int:
    """Count the orders whose lines are of different items."""
    differ = np.zeros(lines.count, dtype=bool)
    for aid in _items(rows):
        codes = aid.words[0][lines.rows]
        high, low = np.full(lines.count, -2), np.full(lines.count, np.iinfo(np.int32).max)
        np.maximum.at(high, lines.group, codes)
        np.minimum.at(low, lines.group, codes)
        differ |= high != low
    return int(differ.sum())


def _below_main_lines(rows: Rows, order: NDArray[np.int64]) -> tuple[bool, NDArray[np.intp]]:
    """Return whether a ledger lists main lines and the lines that they add up, as NetSuite does, and the latter.

    A main line names no item, and all others do; or it is the largest, and adds up the others in several orders of three
    lines and more.
    """
    value = rows.values("order_value")
    live = rows.live((order >= 0) & (np.nan_to_num(value) != 0))
    live = live[tally(order[live])[order[live]] > 1] if len(live) else live
    group = rows.deals(order)[live]
    several = tally(group)[group] > 1 if len(live) else np.zeros(0, bool)
    live, group = live[several], pd.factorize(group[several])[0]
    size = np.abs(value[live])
    count = tally(group)
    main = np.zeros(len(live), dtype=bool)
    items = _first(rows, "item")
    here = np.zeros(len(live), bool) if items is None else items.words[0][live] < 0
    filled = items is not None and rows.decisions.make(some, "items", found=items.filled > 0)
    unnamed = bool(filled and rows.decisions.make(some, "lines without an item", found=bool(here.any())))
    if unnamed:
        main = here
    elif len(live):
        main[pd.Series(size).groupby(group).idxmax().to_numpy()] = True
    whole = tally(group[main], len(count), weights=size[main])
    rest = tally(group[~main], len(count), weights=size[~main])
    adds_up, three = _close(whole, rest), count > _TWO
    sure = rows.decisions.make(
        main_lines_add_up, "", orders=len(count), odd=int((tally(group[main], len(count)) != 1).sum()), adds_up=int(adds_up.sum()),
        three=int(three.sum()), three_add_up=int(adds_up[three].sum()), unnamed=unnamed,
    )  # fmt: skip
    return bool(sure), np.sort(live[~main & adds_up[group]])


@rule
def main_lines_add_up(found: Tally) -> bool:
    """Return whether every order of several lines has one line that adds up the others."""
    if not found["orders"] or found["odd"]:
        return False
    if found["unnamed"]:
        return bool(found["adds_up"] == found["orders"])
    nearly_all = found["adds_up"] / found["orders"] >= _NEARLY_ALL
    return bool(nearly_all and found["three"] > 1 and found["three_add_up"] == found["three"])


def _leave_main_lines(rows: Rows, gone: NDArray[np.intp]) -> Finding:
    what = f"{plural(len(gone), 'line adds', 'lines add')} up to the main line of the order, which holds its total: the main line counts."
    held = rows.values("order_value").copy()
    held[gone] = np.nan
    rows.frame["order_value"] = held
    rows.repeated_total = np.zeros(len(held), dtype=bool)
    rows.repeated_total[gone] = True
    return Finding("value-main-line", "note", what, "", gone, column="order_value")
