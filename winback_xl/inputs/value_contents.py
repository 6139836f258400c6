"""What is in an order value: tax and shipping, and whether discounts are off; by arithmetic, or as the system is known to write it.

The order value is held against a subtotal, or quantity times price, plus each of the amounts next to them. Only what must
be in it is said to be in: prices may have the tax in them already.
"""

from __future__ import annotations

from itertools import product as combinations
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.tally import tally
from winback_xl.inputs import line_discounts
from winback_xl.inputs.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from winback_xl.inputs.aid_columns import Aid
    from winback_xl.inputs.row_status import Rows

    Floats = NDArray[np.float64]

_PARTS = ("tax", "shipping", "discount")
_CENT = 0.011  # amounts are rounded to cents, each for itself
_NEARLY_ALL = 0.95  # orders in which a sum must be right
_RATES = 0.15  # percentage points by which the rate of a tax in whole cents may differ
_FEWEST = 2  # orders in which a part must occur to be calculated


def settle(rows: Rows) -> Iterator[Finding]:
    """Report which of tax, shipping and discount are in the order value."""
    if "order_value" not in rows.frame or "order_value" in rows.doubtful:
        return
    product = line_discounts.is_product(rows)
    parts = [
        name for name in _PARTS if not (product and name == "discount")
    ]  # that is taken off, or reported
    there = {name: aid for name in parts for aid in rows.aids.get(name, ())[:1] if _filled(rows, aid)}
    known = set(rows.export.includes) & set(_PARTS) if rows.export else set[str]()
    if not there and not known:
        return
    proven = _proven(rows, there)
    inside = [name for name in _PARTS if name in known | proven]
    outside = [
        name
        for name in there
        if name not in inside and ((rows.export and rows.export.includes) or (product and name == "shipping"))
    ]
    unsure = [name for name in there if name not in inside and name not in outside]
    rate = _rate(rows, there, inside)
    said = [
        *([f"includes {rate}{_named(there, [one for one in inside if one != 'discount'])}"] if set(inside) - {"discount"} else []),
        *([f"is net of {_named(there, ['discount'])}"] if "discount" in inside else []),
        *([f"does not include {_named(there, outside)}"] if outside else []),
    ]  # fmt: skip
    what = f"{rows.labels['order_value']} {', and '.join(said)}." if said else ""
    if unsure:
        what += f" Whether {_named(there, unsure)} {'is' if len(unsure) == 1 else 'are'} in {rows.labels['order_value']} cannot be calculated from the columns."
    yield Finding("value-contents", "note", what.strip(), column="order_value")


def _named(there: Mapping[str, Aid], names: list[str]) -> str:
    return " and ".join(f"{name} ('{there[name].heading}')" if name in there else name for name in names)


def _rate(rows: Rows, there: Mapping[str, Aid], inside: list[str]) -> str:
    """Return the rate of the tax in the order value, such as ``"19% "``, where nearly all orders have the same."""
    if "tax" not in there or "tax" not in inside:
        return ""
    value, tax = rows.values("order_value"), np.nan_to_num(there["tax"].numbers)
    sent = np.nan_to_num(there["shipping"].numbers) if {"shipping"} <= {*inside} & there.keys() else 0.0
    for rest in (value - tax - sent, value - tax):
        live = rows.live((value > 0) & (tax > 0) & (rest > 0))
        rates = 100 * tax[live] / rest[live]
        if len(live) >= _FEWEST and (np.abs(rates - np.median(rates)) <= _RATES).mean() >= _NEARLY_ALL:
            return f"{np.round(np.median(rates) * 2) / 2:g}% "
    return ""


def _filled(rows: Rows, aid: Aid) -> bool:
    """Return whether a column says an amount other than 0 in several rows."""
    return aid.position not in rows.positions.get("order_value", ()) and bool(
        (np.nan_to_num(aid.numbers[rows.alive]) != 0).sum() >= _FEWEST
    )


def _proven(rows: Rows, there: Mapping[str, Aid]) -> set[str]:
    """Return the parts without which the sums are not right."""
    value = rows.values("order_value")
    live = rows.live(value > 0)
    if len(live) < _FEWEST or not there:
        return set()
    for base in _bases(rows, live):
        for whole in (False, True):
            parts = {name: _amount(rows, aid.numbers, live, whole=whole) for name, aid in there.items()}
            found = _fits(value[live], base, parts)
            if found is not None:
                return found
    return set()


def _fits(value: Floats, base: Floats, parts: Mapping[str, Floats]) -> set[str] | None:
    """Return the parts of the only sum that is right in nearly all orders, None where there is none or more than one."""
    right = list[set[str]]()
    for chosen in combinations((False, True), repeat=len(parts)):
        mine = {name for name, taken in zip(parts, chosen, strict=True) if taken}
        total = base.copy()
        for name in mine:
            total += -np.abs(parts[name]) if name == "discount" else parts[name]
        if (np.abs(total - value) <= _CENT + 1e-9 * value).mean() >= _NEARLY_ALL:
            right.append(mine)
    return right[0] if len(right) == 1 else None


def _bases(rows: Rows, live: NDArray[np.intp]) -> Iterator[Floats]:
    """Yield what the other amounts may come on top of: a subtotal, then quantity times price."""
    for aid in rows.aids.get("subtotal", ())[:1]:
        yield _amount(rows, aid.numbers, live, whole=False)
    quantity, price = rows.aids.get("quantity", ()), rows.aids.get("unit_price", ())
    if quantity and price:
        yield _amount(rows, quantity[0].numbers * price[0].numbers, live, whole=rows.per_order)


def _amount(rows: Rows, numbers: Floats, live: NDArray[np.intp], *, whole: bool) -> Floats:
    """Return amounts of rows; of an order with several lines that of the row, or of all its lines."""
    plain = np.nan_to_num(numbers)
    order = rows.codes.get("order_id")
    if not whole or order is None:
        return plain[live]
    size = int(order.max(initial=-1)) + 1
    mine = rows.alive & (order >= 0)
    sums = tally(order[mine], size, weights=plain[mine])
    return np.where(order[live] >= 0, sums[np.maximum(order[live], 0)], plain[live])
