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
from winback_xl.inputs.decisions import Tally, rule, some
from winback_xl.inputs.finding import Finding
from winback_xl.inputs.spelling import bare, key, known_spellings
from winback_xl.inputs.value_evidence import NEARLY_ALL, Lines, close, evidence, first_aid, value_is_of
from winback_xl.schema.order_aids import ORDER_AIDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from winback_xl.inputs.row_status import Rows

    Bools = NDArray[np.bool_]

_TWO = 2  # lines of which nobody can tell which is the main one


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
    lines = Lines.of(rows, order)
    if not rows.decisions.make(some, "orders of several lines", found=lines is not None):
        return
    level = rows.help.level or _said_by_heading(rows)
    if level in {"order", "line"}:
        rows.per_order = level == "order"
        return
    verdict = rows.decisions.make(value_is_of, "", **evidence(rows, lines))
    rows.per_order = verdict == "order"
    if lines is not None:
        yield from _stated(rows, lines, verdict)


def _said_by_heading(rows: Rows) -> str:
    """Return "line" where the heading of the value says that it is one of a line."""
    at = key(bare(rows.heading("order_value")))
    return "line" if known_spellings(ORDER_AIDS).get(at, ("",))[0] == "line_value" else ""


def _stated(rows: Rows, lines: Lines, verdict: str) -> Iterator[Finding]:
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


def of_nothing(rows: Rows) -> Iterator[Finding]:
    """Make the further lines of an order that is worth 0 worth 0 too: without an amount they would be an order day."""
    order = rows.codes.get("order_id")
    if order is None or "order_value" not in rows.frame or "order_value" in rows.doubtful:
        return
    value = rows.values("order_value")
    blank = rows.live(np.isnan(value) & (order >= 0) & ~rows.repeated_total)
    if not len(blank):
        return
    who = rows.codes["customer_id"]
    mine = order * (int(who.max(initial=-1)) + 2) + who + 1  # two customers may share a number
    known = rows.live(~np.isnan(value) & np.isin(order, order[blank]))
    worth = mine[known[value[known] != 0]]
    lines = blank[np.isin(mine[blank], mine[known]) & ~np.isin(mine[blank], worth)]
    if len(lines):
        held = value.copy()
        held[lines] = 0.0
        rows.frame["order_value"] = held
    return
    yield


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
    items = first_aid(rows, "item")
    here = np.zeros(len(live), bool) if items is None else items.words[0][live] < 0
    filled = items is not None and rows.decisions.make(some, "items", found=items.filled > 0)
    unnamed = bool(filled and rows.decisions.make(some, "lines without an item", found=bool(here.any())))
    if unnamed:
        main = here
    elif len(live):
        main[pd.Series(size).groupby(group).idxmax().to_numpy()] = True
    whole = tally(group[main], len(count), weights=size[main])
    rest = tally(group[~main], len(count), weights=size[~main])
    adds_up, three = close(whole, rest), count > _TWO
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
    nearly_all = found["adds_up"] / found["orders"] >= NEARLY_ALL
    return bool(nearly_all and found["three"] > 1 and found["three_add_up"] == found["three"])


def _leave_main_lines(rows: Rows, gone: NDArray[np.intp]) -> Finding:
    what = f"{plural(len(gone), 'line adds', 'lines add')} up to the main line of the order, which holds its total: the main line counts."
    held = rows.values("order_value").copy()
    held[gone] = np.nan
    rows.frame["order_value"] = held
    rows.repeated_total = np.zeros(len(held), dtype=bool)
    rows.repeated_total[gone] = True
    return Finding("value-main-line", "note", what, "", gone, column="order_value")
