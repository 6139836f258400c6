"""The margin in money, whatever the file says it in: a share, a percentage, or what the order cost us."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.wording import plural
from winback_xl.inputs.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winback_xl.inputs.row_status import Rows

_OFTEN = 0.5  # share of rows with more margin than value from which the margin must be something else
_PERCENT = re.compile(
    r"%|\b(percent|percentage|pct|prozent|pourcent|por ?ciento|per ?cento|procent|rate|taux|quote)\b",
    re.IGNORECASE,
)
_HUNDRED = 100.0
_SMALL = 0.05  # median share of the value below which margins of 1 to 100 look like percentages
_WHOLE = 1.0


def settle(rows: Rows) -> Iterator[Finding]:
    """Turn shares and percentages into money, and take the cost off the value where no margin is given."""
    if "margin" not in rows.frame:
        yield from _from_aids(rows)
        return
    margin, value = rows.values("margin"), rows.values("order_value")
    there = ~np.isnan(margin)
    if not there.any():
        yield from _from_aids(rows)
        return
    largest = float(np.abs(margin[there]).max())
    known = there & ~np.isnan(value)
    if largest > _WHOLE and _PERCENT.search(rows.heading("margin")):
        rows.frame["margin"] = np.where(known, margin / _HUNDRED * value, np.nan)
        what = f"{rows.labels['margin']} was read as percentages of the order value."
        yield Finding("margin-percent", "note", what, column="margin")
    elif largest <= _WHOLE:
        rows.frame["margin"] = np.where(known, margin * value, np.nan)
        what = f"All values of {rows.labels['margin']} are between -1 and 1: they were read as shares of the order value."
        yield Finding("margin-share", "note", what, column="margin")
    else:
        yield from _in_doubt(rows)


def _in_doubt(rows: Rows) -> Iterator[Finding]:
    """Report margins that are hardly money."""
    margin, value = rows.values("margin"), rows.values("order_value")
    there = ~np.isnan(margin) & (value > 0)
    above = there & (margin > value)
    fix = f"If the margins are percentages: --column 'Margin %={rows.heading('margin')}'."
    if above.sum() > _OFTEN * there.sum():
        what = f"{plural(int(above.sum()), 'row has', 'rows have')} a margin above the order value."
        yield Finding("margin-above-value", "warning", what, fix, np.flatnonzero(above), column="margin")
        return
    of_rows = margin[there]
    if not len(of_rows) or not ((of_rows > _WHOLE) & (of_rows <= _HUNDRED)).all():
        return
    if float(np.median(of_rows / value[there])) < _SMALL and value[there].max() > _HUNDRED * _HUNDRED:
        what = f"All values of {rows.labels['margin']} are between 1 and 100, and the order values far above: they look like percentages, and were read as money."
        yield Finding("margin-like-percent", "warning", what, fix, column="margin")


def _from_aids(rows: Rows) -> Iterator[Finding]:
    """Work the margin out from a percentage or from the cost."""
    if "order_value" not in rows.frame or "order_value" in rows.doubtful:
        return
    value = rows.values("order_value")
    for aid in rows.aids.get("margin_percent", ())[:1]:
        percent = aid.numbers
        known = ~np.isnan(percent)
        if known.any():
            scale = _HUNDRED if np.abs(percent[known]).max() > _WHOLE else _WHOLE
            rows.frame["margin"] = percent / scale * value
            yield Finding(
                "margin-percent",
                "note",
                f"The margin was calculated from '{aid.heading}' in percent of the order value.",
            )
            return
    cost = next((aid.numbers for aid in rows.aids.get("cost", ())[:1]), None)
    heading = next((aid.heading for aid in rows.aids.get("cost", ())[:1]), "")
    quantity = next((aid.numbers for aid in rows.aids.get("quantity", ())[:1]), None)
    if cost is None and quantity is not None:
        for aid in rows.aids.get("unit_cost", ())[:1]:
            cost, heading = aid.numbers * quantity, f"{aid.heading} x {rows.aids['quantity'][0].heading}"
    if cost is None or np.isnan(cost).all() or not (cost[~np.isnan(cost)] != 0).any():
        return
    if (cost[(value > 0) & ~np.isnan(cost)] > value[(value > 0) & ~np.isnan(cost)]).mean() > _OFTEN:
        return  # the cost of something else
    rows.frame["margin"] = value - np.copysign(np.abs(cost), value)
    yield Finding(
        "margin-from-cost", "note", f"The margin was calculated as the order value less '{heading}'."
    )
