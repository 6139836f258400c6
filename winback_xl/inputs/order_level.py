"""Whether the order value on a row is of the line or of the whole order: the arithmetic of the ledger decides.

Where the value is the same on all lines of an order while items or quantities differ, it is the order's total, and
counts once. Where quantity times price equals it line by line, it is the line's. In doubt the user is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.tally import tally
from winback_xl.core.wording import plural
from winback_xl.inputs.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

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
_FAR = float(np.log(1.6))  # what tax, shipping and discounts may lie between the lines and the order's total


def decide(rows: Rows) -> Iterator[Finding]:
    """Find out what the value is of; afterwards ``rows.per_order`` says whether it is of the whole order."""
    order = rows.codes.get("order_id")
    if order is None or "order_value" not in rows.frame or "order_value" in rows.doubtful:
        return
    if tally(order[order >= 0]).max(initial=0) < _TWO:
        return  # every order is one row
    if not rows.help.level and len(gone := _below_main_lines(rows, order)):
        yield _leave_main_lines(rows, gone)
        return
    lines = _Lines.of(rows, order)
    if lines is None:
        return
    if rows.help.level in {"order", "line"}:
        rows.per_order = rows.help.level == "order"
        return
    if not lines.same:
        return
    verdict = _by_arithmetic(rows, lines) or _by_likelihood(rows, lines)
    heading = rows.heading("order_value")
    if verdict == "order":
        rows.per_order = True
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
    again = again[(value[again] > 0) | np.isin(order[again], order[live[value[live] > 0]], invert=True)]
    rows.repeated_total = np.zeros(len(value), dtype=bool)
    rows.repeated_total[again] = True
    for name in ("order_value", "margin"):
        if name in rows.frame:
            held = rows.values(name).copy()
            held[again] = np.nan
            rows.frame[name] = held
    return
    yield


def of_nothing(rows: Rows) -> Iterator[Finding]:
    """Make the further lines of an order that is worth 0 worth 0 too: without an amount they would be an order day."""
    order = rows.codes.get("order_id")
    if order is None or "order_value" not in rows.frame or "order_value" in rows.doubtful:
        return
    value = rows.values("order_value")
    blank = rows.live(np.isnan(value) & (order >= 0) & ~rows.repeated_total)
    if not len(blank):
        return
    known = rows.live(~np.isnan(value) & (order >= 0))
    worth = tally(order[known], int(order.max()) + 1, weights=np.abs(value[known]))
    there = tally(order[known], int(order.max()) + 1) > 0
    lines = blank[there[order[blank]] & (worth[order[blank]] == 0)]
    if len(lines):
        held = value.copy()
        held[lines] = 0.0
        rows.frame["order_value"] = held
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
        equal = high - low <= _CENT
        self.count = size
        self.same = bool(equal.mean() >= _NEARLY_ALL)
        self.total = high
        self.kept = equal[group]

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


def _by_arithmetic(rows: Rows, lines: _Lines) -> str:
    """Hold the value against quantity times price, and against a column of line values."""
    for one in _line_amounts(rows):
        of_line = one[lines.rows]
        if np.isnan(of_line).all():
            continue
        if _close(of_line, lines.value).mean() >= _NEARLY_ALL:
            return "line"
        total = lines.sums(one)
        if _close(total, lines.total).mean() >= _NEARLY_ALL:
            return "order"
        nearer = _nearer(lines, of_line, total)
        if nearer:
            return nearer
    return ""


def _nearer(lines: _Lines, of_line: NDArray[np.float64], total: NDArray[np.float64]) -> str:
    """Describe what the value is nearer to, the line or the sum of the lines: tax, shipping and discounts are between them."""
    with np.errstate(invalid="ignore", divide="ignore"):
        to_line = np.abs(np.log(lines.value / of_line))
        to_order = np.abs(np.log(lines.total / total))
    line, whole = (
        float(np.median(far[np.isfinite(far)])) if np.isfinite(far).any() else np.inf
        for far in (to_line, to_order)
    )
    if min(line, whole) > _FAR or line == whole:
        return ""
    return "line" if line < whole else "order"


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


def _by_likelihood(rows: Rows, lines: _Lines) -> str:
    """Judge by how often the value stays the same while the items of the order differ."""
    differ = np.zeros(lines.count, dtype=bool)
    aids = [
        *rows.aids.get("item", ()),
        *(aid for name in ("quantity", "unit_price") for aid in rows.aids.get(name, ())),
    ]
    for aid in aids:
        codes = aid.words[0][lines.rows]
        high, low = np.full(lines.count, -2), np.full(lines.count, np.iinfo(np.int32).max)
        np.maximum.at(high, lines.group, codes)
        np.minimum.at(low, lines.group, codes)
        differ |= high != low
    values = len(np.unique(np.round(lines.total, 2)))
    if not aids:
        return "order" if lines.count >= _MANY and values >= _DIFFERENT else ""
    if not differ.any():
        return ""
    alike = values < min(_DIFFERENT, lines.count)
    return "order" if differ.sum() >= _SURE and not alike else "ask"


def _below_main_lines(rows: Rows, order: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return the lines below a main line that adds them up, where a ledger lists both, as NetSuite does.

    A main line names no item, and all others do; or it is the largest, and adds up the others in several orders of three
    lines and more.
    """
    value = rows.values("order_value")
    live = rows.live((order >= 0) & (np.nan_to_num(value) != 0))
    live = live[tally(order[live])[order[live]] > 1] if len(live) else live
    if not len(live):
        return live
    group = pd.factorize(order[live])[0]
    size = np.abs(value[live])
    count = tally(group)
    main = np.zeros(len(live), dtype=bool)
    items = _first(rows, "item")
    unnamed = items is not None and items.filled > 0 and ((items.words[0][live] < 0).any())
    if items is not None and unnamed:
        main = items.words[0][live] < 0
    else:
        main[pd.Series(size).groupby(group).idxmax().to_numpy()] = True
    if (tally(group[main], len(count)) != 1).any():
        return live[:0]
    whole = tally(group[main], len(count), weights=size[main])
    rest = tally(group[~main], len(count), weights=size[~main])
    adds_up = _close(whole, rest)
    three = count > _TWO
    sure = (
        adds_up.all()
        if unnamed
        else adds_up.mean() >= _NEARLY_ALL and three.sum() > 1 and adds_up[three].all()
    )
    return np.sort(live[~main & adds_up[group]]) if sure else live[:0]


def _leave_main_lines(rows: Rows, gone: NDArray[np.intp]) -> Finding:
    what = f"{plural(len(gone), 'line adds', 'lines add')} up to the main line of the order, which holds its total: the main line counts."
    held = rows.values("order_value").copy()
    held[gone] = np.nan
    rows.frame["order_value"] = held
    rows.repeated_total = np.zeros(len(held), dtype=bool)
    rows.repeated_total[gone] = True
    return Finding("value-main-line", "note", what, "", gone, column="order_value")
