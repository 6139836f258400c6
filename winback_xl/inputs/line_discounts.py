"""Discounts on lines whose value is quantity times price: such a product is before the discount, which is taken off here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.inputs.decisions import Tally, rule
from winback_xl.inputs.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from winback_xl.inputs.decisions import Decisions
    from winback_xl.inputs.row_status import Rows

_FACTORS = 2  # columns that make a product of quantity and price
_PERCENT = re.compile(r"%|percent|\bpct\b|prozent|pourcent|porcentaje|percentuale|procent|\brate\b", re.IGNORECASE)  # fmt: skip
_HUNDRED = 100.0
_NEARLY_ALL = 0.99


def is_product(rows: Rows) -> bool:
    """Return whether the order value is a product of two columns."""
    return len(rows.positions.get("order_value", ())) == _FACTORS


def settle(rows: Rows) -> Iterator[Finding]:
    """Take the discount of each line off quantity times price; where it may be percent or money, say that it is not off."""
    aid = next(iter(rows.aids.get("discount", ())), None)
    if (
        aid is None
        or not is_product(rows)
        or "order_value" not in rows.frame
        or "order_value" in rows.doubtful
    ):
        return
    value, off = rows.values("order_value"), np.abs(np.nan_to_num(aid.numbers))
    live = rows.live((off > 0) & (value != 0) & ~np.isnan(value))
    if not len(live):
        return
    share = _share(off[live], value[live], aid.heading, rows.decisions)
    before = float(np.abs(value[live]).sum())
    if share is None:
        what = f"{rows.labels['order_value']} is before the discount in '{aid.heading}' on {len(live):,} rows: it may be percent or money."
        fix = "Write the value after the discount into a column, and name that (--column 'Order value=HEADING')."
        yield Finding("discount-not-off", "warning", what, fix, live, column="order_value")
        return
    held = value.copy()
    held[live] = value[live] * (1.0 - share)
    rows.frame["order_value"] = held
    taken = before - float(np.abs(held[live]).sum())
    what = f"The discount in '{aid.heading}' was taken off {rows.labels['order_value']} on {len(live):,} rows, {taken:,.2f} together."
    fix = "If the prices have it already: --column 'Discount='."
    yield Finding("discount-off", "note", what, fix, live, column="order_value")


@rule
def discount_is(tally: Tally) -> str:
    """Return what the discounts of a ledger are: "share", "percent" or "money"; "" where they may be either of the last two."""
    if tally["highest"] <= 1.0:
        return "share"
    if tally["says percent"] and tally["highest"] <= _HUNDRED:
        return "percent"
    whole = not tally["broken"] and tally["highest"] <= _HUNDRED
    return "" if whole or tally["below"] < _NEARLY_ALL * tally["rows"] else "money"


def _share(
    off: NDArray[np.float64], value: NDArray[np.float64], heading: str, decisions: Decisions
) -> NDArray[np.float64] | None:
    """Return the discounts as shares of the values; None where they may be percent as well as money."""
    counts = {
        "highest": float(off.max()),
        "says percent": bool(_PERCENT.search(heading)),
        "broken": bool((off != np.round(off)).any()),
        "below": int((off <= np.abs(value)).sum()),
        "rows": len(off),
    }
    kind = decisions.make(discount_is, heading, **counts)
    if kind == "share":
        return off
    if kind == "percent":
        return off / _HUNDRED
    return np.asarray(np.minimum(off / np.abs(value), 1.0)) if kind == "money" else None
