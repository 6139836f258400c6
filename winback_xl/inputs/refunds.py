"""What was paid back comes off its order; an order taken back in full under its own number is not an order day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.orders.ledger import CREDIT_NOTE
from winback_xl.core.tally import tally
from winback_xl.core.wording import plural
from winback_xl.inputs.decisions import Tally, rule
from winback_xl.inputs.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from winback_xl.inputs.row_status import Rows

_GROSS = re.compile(r"gross|total|amount|brutto|brut|bruto|lordo|sales|paid|charged", re.IGNORECASE)
_NEARLY_ALL = 0.95  # rows with a refund in which gross less refund must be the order value
_CENT = 0.005


def settle(rows: Rows) -> Iterator[Finding]:
    """Take refunds off, cap what cancellations take back, and leave out orders of which nothing remains."""
    if "order_value" not in rows.frame or "order_value" in rows.doubtful:
        return
    yield from _amounts(rows)
    yield from _negative_quantities(rows)
    order = _numbers(rows)
    _take_back(rows, order)
    yield from _reversed(rows, order)


def _amounts(rows: Rows) -> Iterator[Finding]:
    """Subtract the column Refunded, on each line of an order once."""
    for aid in rows.aids.get("refunded", ())[:1]:
        back = np.abs(np.nan_to_num(aid.numbers))
        back = np.where(rows.alive, back, 0.0)
        if rows.per_order:
            back = np.where(rows.repeated_total, 0.0, back)
        value = rows.values("order_value")
        back[~(value > 0)] = 0.0
        which = np.flatnonzero(back > 0)
        if not len(which):
            continue
        before = _gross(rows, value[which] + back[which], which)
        if before:
            what = f"{rows.labels['order_value']} is '{before}' less the refund in '{aid.heading}': it is off already."
            yield Finding("refund-off-already", "note", what, "", which, column=f"@{aid.position}")
            continue
        left = value[which] - back[which]
        held = value.copy()
        held[which] = np.where(np.abs(left) < _CENT, 0.0, left)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.clip(held[which] / value[which], 0.0, 1.0)
        rows.frame["order_value"] = held
        if "margin" in rows.frame:
            margin = rows.values("margin").copy()
            margin[which] *= share
            rows.frame["margin"] = margin
        total = float(back[which].sum())
        lead = plural(len(which), "row has", "rows have")
        what = f"{lead} a refund in '{aid.heading}', {total:,.2f}{' together' if len(which) > 1 else ''}: taken off the order."
        yield Finding("refund-taken-off", "note", what, "", which, column=f"@{aid.position}")
        gone = which[held[which] <= 0]
        if len(gone):
            lead = plural(len(gone), "row was", "rows were")
            what = f"{lead} paid back in full: left out."
            yield Finding("order-reversed", "note", what, "", gone, "aside", "", "was paid back in full")


def _gross(rows: Rows, sums: NDArray[np.float64], which: NDArray[np.intp]) -> str:
    """Return the heading of a column that holds the order value plus the refund in nearly all of these rows, "" if none."""
    for heading in rows.spare:
        aid = rows.help.named(heading) if _GROSS.search(heading) else None
        if aid is None:
            continue
        right = int((np.abs(aid.numbers[which] - sums) <= _CENT).sum())
        if rows.decisions.make(refund_is_off, heading, right=right, rows=len(which)):
            return heading
    return ""


@rule
def refund_is_off(tally: Tally) -> bool:
    """Return whether a column less the refund is the order value in nearly all rows with one."""
    return bool(tally["right"] and tally["right"] >= _NEARLY_ALL * tally["rows"])


def _negative_quantities(rows: Rows) -> Iterator[Finding]:
    """Take back rows in which a quantity below zero has a value above zero, where most quantities are above."""
    for aid in rows.aids.get("quantity", ())[:1]:
        if rows.per_order or aid.position in rows.positions.get("order_value", ()):
            return
        value, quantity = rows.values("order_value"), np.nan_to_num(aid.numbers)
        there = rows.alive & (quantity != 0) & (value != 0) & ~np.isnan(value)
        back = there & (quantity < 0)
        about = {"back": int(back.sum()), "there": int(there.sum())}
        if not rows.decisions.make(quantities_take_back, aid.heading, **about):
            return
        which = np.flatnonzero(back & (value > 0) & ~rows.taken_back)
        if len(which):
            rows.taken_back[which] = True
            lead = plural(len(which), "row has", "rows have")
            what = f"{lead} a quantity below zero and an amount above{rows.worth(which)}: taken back."
            yield Finding("quantity-below-zero", "note", what, "", which, column=f"@{aid.position}")


@rule
def quantities_take_back(tally: Tally) -> bool:
    """Return whether a few quantities are below zero, and most above."""
    return bool(0 < 2 * tally["back"] <= tally["there"])


def _numbers(rows: Rows) -> NDArray[np.int64] | None:
    """Return the order of every row, a number for each customer; of a cancellation the order that it names."""
    order = rows.codes.get("order_id")
    linked = rows.aids.get("linked", ())
    if order is None or not linked:
        return None if order is None or not _takes_back(rows) else rows.deals(order)
    back = np.flatnonzero(rows.cancels & rows.alive)
    texts = rows.frame["order_id"]
    for aid in linked:
        at, found = aid.words
        named = {found[code] for code in at[back].tolist() if code >= 0}
        places = np.flatnonzero(texts.isin(named).to_numpy(dtype=bool))
        codes = dict(zip(texts.iloc[places], order[places].tolist(), strict=True))
        if codes:
            order = order.copy()
            order[back] = [
                codes.get(found[code] if code >= 0 else "", order[row])
                for row, code in zip(back, at[back], strict=True)
            ]
    return rows.deals(order)


def _takes_back(rows: Rows) -> bool:
    """Return whether anything takes value away; where nothing does, no order has to be found."""
    return bool(rows.cancels.any() or rows.taken_back.any() or (rows.values("order_value") < 0).any())


def _take_back(rows: Rows, order: NDArray[np.int64] | None) -> None:
    """Turn what a state takes back into a credit, and let a cancellation take back no more than its order was worth."""
    value = rows.values("order_value")
    back = rows.taken_back & rows.alive
    if back.any():
        value = np.where(back & (value > 0), -value, value)
        if "kind" in rows.frame:
            rows.frame["kind"] = rows.frame["kind"].mask(back, CREDIT_NOTE)
    capped = (rows.cancels | back) & rows.alive & (value < 0)
    if capped.any() and order is not None:
        size = int(order.max(initial=-1)) + 1
        mine = capped & (order >= 0)
        sales = rows.alive & (order >= 0) & (value > 0)
        worth = tally(order[sales], size, weights=value[sales])
        taken = -tally(order[mine], size, weights=value[mine])
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where((worth > 0) & (taken > worth), worth / taken, 1.0)
        value = np.where(mine, value * share[np.where(mine, order, 0)], value)
    if back.any() or capped.any():
        rows.frame["order_value"] = value


def _reversed(rows: Rows, order: NDArray[np.int64] | None) -> Iterator[Finding]:
    """Leave out the rows of orders that credits under the same number took back in full."""
    if order is None:
        return
    value = rows.values("order_value")
    there = rows.alive & (order >= 0) & ~np.isnan(value)
    below = there & (value < 0)
    if not below.any():
        return
    size = int(order.max(initial=-1)) + 1
    taken = np.zeros(size, dtype=bool)
    taken[order[below]] = True
    there &= taken[np.maximum(order, 0)]
    if not (there & (value > 0)).any():
        return  # no credit has the number of an order
    plus = _sum(order, value, there & (value > 0), size)
    minus = _sum(order, value, there & (value < 0), size)
    whole = (plus > 0) & (plus + minus <= _CENT)
    if not whole.any():
        return
    gone = np.flatnonzero(
        rows.alive & (order >= 0) & (whole & (plus + minus >= -_CENT))[np.maximum(order, 0)]
    )
    if len(gone):
        count = len(np.unique(order[gone]))
        lead = plural(count, "order was", "orders were")
        what = f"{lead} taken back in full under {'its' if count == 1 else 'their'} own number: no order day."
        yield Finding("order-reversed", "note", what, "", gone, "aside", "", "was taken back in full")
    _shrink(rows, order, whole & (plus + minus < -_CENT), plus, minus)


def _shrink(
    rows: Rows,
    order: NDArray[np.int64],
    more: NDArray[np.bool_],
    plus: NDArray[np.float64],
    minus: NDArray[np.float64],
) -> None:
    """Where credits took back more than the order, let the rest are as a credit, and the order be worth nothing."""
    if not more.any():
        return
    value = rows.values("order_value")
    mine = rows.alive & (order >= 0) & more[np.maximum(order, 0)]
    share = (plus + minus) / np.where(minus == 0, 1.0, minus)
    rows.frame["order_value"] = np.where(
        mine, np.where(value < 0, value * share[np.maximum(order, 0)], 0.0), value
    )


def _sum(
    order: NDArray[np.int64], value: NDArray[np.float64], which: NDArray[np.bool_], size: int
) -> NDArray[np.float64]:
    return tally(order[which], size, weights=value[which])
