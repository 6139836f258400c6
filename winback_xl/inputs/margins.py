"""The margin in money, whatever the file says it in: a share, a percentage, or what the order cost us."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.wording import plural
from winback_xl.inputs.decisions import Tally, rule
from winback_xl.inputs.finding import Finding
from winback_xl.inputs.spelling import says_percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winback_xl.inputs.row_status import Rows

_OFTEN = 0.5  # share of rows with more margin than value from which the margin must be something else
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
    heading = rows.heading("margin")
    about = {"known": int(there.sum()), "largest": float(np.abs(margin[there]).max(initial=0.0))}
    percent = says_percent(heading)
    verdict = rows.decisions.make(margins_are, heading, **about, says_percent=percent)
    if verdict == "unknown":
        yield from _from_aids(rows)
        return
    known = there & ~np.isnan(value)
    if verdict == "percentages":
        rows.frame["margin"] = np.where(known, margin / _HUNDRED * value, np.nan)
        what = f"{rows.labels['margin']} was read as percentages of the order value."
        yield Finding("margin-percent", "note", what, column="margin")
    elif verdict == "shares":
        rows.frame["margin"] = np.where(known, margin * value, np.nan)
        what = f"All values of {rows.labels['margin']} are between -1 and 1: they were read as shares of the order value."
        yield Finding("margin-share", "note", what, column="margin")
    else:
        yield from _in_doubt(rows)


@rule
def margins_are(tally: Tally) -> str:
    """Return what the margins of a ledger are: shares, percentages, money or unknown."""
    if not tally["known"]:
        return "unknown"
    if tally["largest"] <= _WHOLE:
        return "shares"
    return "percentages" if tally["says_percent"] else "money"


@rule
def mostly_above(tally: Tally) -> bool:
    """Return whether most amounts are above the order value."""
    return bool(tally["above"] > _OFTEN * tally["there"])


@rule
def percent_scale(tally: Tally) -> float:
    """Return by what percentages are divided, 0 where there is none, and -1 where they are money."""
    if not tally["known"]:
        return 0.0
    if tally["largest"] > _HUNDRED and not tally["says_percent"]:
        return -1.0
    return _HUNDRED if tally["largest"] > _WHOLE else _WHOLE


@rule
def is_cost(tally: Tally) -> bool:
    """Return whether a column says what the orders cost us: it is above the value in at most half of them."""
    return bool(tally["filled"]) and not mostly_above(tally)


def _in_doubt(rows: Rows) -> Iterator[Finding]:
    """Report margins that are hardly money."""
    margin, value = rows.values("margin"), rows.values("order_value")
    there = ~np.isnan(margin) & (value > 0)
    above = there & (margin > value)
    fix = f"If the margins are percentages: --column 'Margin %={rows.heading('margin')}'."
    if rows.decisions.make(
        mostly_above, rows.heading("margin"), above=int(above.sum()), there=int(there.sum())
    ):
        if not above.any():
            return
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
        about = {"known": int(known.sum()), "largest": float(np.abs(percent[known]).max(initial=0.0))}
        sure = says_percent(aid.heading)
        scale = float(rows.decisions.make(percent_scale, aid.heading, **about, says_percent=sure))
        if scale < 0:
            rows.frame["margin"] = percent
            return
        if scale:
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
    if cost is None:
        return
    there, filled = (value > 0) & ~np.isnan(cost), bool((np.nan_to_num(cost) != 0).any())
    above = int((cost[there] > value[there]).sum())
    if not rows.decisions.make(is_cost, heading, filled=filled, above=above, there=int(there.sum())):
        return
    rows.frame["margin"] = value - np.copysign(np.abs(cost), value)
    yield Finding(
        "margin-from-cost", "note", f"The margin was calculated as the order value less '{heading}'."
    )
