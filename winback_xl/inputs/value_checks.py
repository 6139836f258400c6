"""Whether the rows of a table make sense: who, when, how much, once only; and whether the tables fit together.

Each check yields what it finds among the rows that are still in; `Rows.settle` sets rows aside before the next
check looks.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.wording import plural
from winback_xl.inputs import guests, opt_outs, order_checks, order_rules, stated_currency, unused_columns
from winback_xl.inputs.cross_checks import across
from winback_xl.inputs.input_bounds import BOUNDS, LARGEST
from winback_xl.inputs.kinds.findings import Finding, examples, subject
from winback_xl.inputs.row_status import Rows, first_of_each, suspected_repeats
from winback_xl.schema import columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray


__all__ = ["BOUNDS", "across", "run"]


def run(rows: Rows) -> None:
    """Apply every check of the table, in the order in which they may set rows aside.

    Parameters
    ----------
    rows : Rows
        All rows of the table; afterwards it knows which are in, and why the others are not.
    """
    for check in _CHECKS[rows.table.name]:
        rows.settle(check(rows))


def missing(rows: Rows) -> Iterator[Finding]:
    """Set aside rows without what every row of the table needs."""
    for column in rows.table.columns:
        if not column.required or column.name not in rows.frame or column.name in rows.doubtful:
            continue  # of a column that is refused as a whole, every cell is blank
        series = rows.frame[column.name]
        empty = series.isna() if column.kind == "date" else series == ""
        gone = rows.live(empty.to_numpy(dtype=bool))
        if len(gone):
            lead = plural(len(gone), "row has", "rows have")
            code = {"date": "date-missing", "id": "customer-missing"}.get(column.kind, "name-missing")
            what = f"{lead} no {rows.labels[column.name]}{rows.worth(gone)}."
            fix = "Fill it in where the row is to count."
            yield Finding(code, "warning", what, fix, gone, "aside", column.name, "is empty")


def bounds(rows: Rows) -> Iterator[Finding]:
    """Report values that cannot be: a fault of 250%, a loss below zero."""
    for (table, name), (low, high) in BOUNDS.items():
        if table != rows.table.name or name not in rows.frame:
            continue
        values = rows.values(name)
        out = rows.live((values < low) | (values > high))
        if not len(out):
            continue
        share = rows.table[name].kind == "share"
        shown = examples(f"{100 * value:g}%" if share else f"{value:,.15g}" for value in values[out[:100]])
        over = bool((values[out] > high).any() or low == -LARGEST)
        allowed = _allowed(low, high, share=share, over=over)
        what = f"{subject(len(out), rows.labels[name], 'is', 'are', noun='value')} not {allowed} ({shown})."
        fix = f"Enter a value {allowed}, or leave the cell empty."
        rows.frame[name] = rows.frame[name].where(~np.isin(np.arange(len(values)), out))
        yield Finding("number-out-of-range", "warning", what, fix, out, "unknown", name, f"is not {allowed}")


def _allowed(low: float, high: float, *, share: bool, over: bool) -> str:
    if high == LARGEST:
        return "of at most 15 digits" if over else "at least 0"
    return f"between {100 * low:g}% and {100 * high:g}%" if share else f"between {low:g} and {high:g}"


def once_each(rows: Rows) -> Iterator[Finding]:
    """Keep the first row of each customer (or rep); the same again is dropped, another version is reported."""
    key = next(column for column in rows.table.columns if column.required)
    codes = rows.codes[key.name] if key.name in rows.codes else pd.factorize(rows.frame[key.name])[0]
    live = rows.live(codes >= 0)
    again = live[~first_of_each(codes[live])]
    if not len(again):
        return
    word = rows.table.title.casefold().removesuffix("s")
    same = rows.frame.iloc[live].duplicated(keep="first").to_numpy()[np.isin(live, again)]
    if same.any():
        gone = again[same]
        what = f"{plural(len(gone), 'row repeats', 'rows repeat')} a {word} exactly."
        yield Finding(f"{word}-repeated", "note", what, "", gone, "aside", "", f"repeats a {word}")
    other = again[~same]
    opted = _opted_out(rows, codes, again)
    if len(other):
        shown = examples(rows.frame[key.name].iloc[other[:50]])
        lead = plural(len(other), "row says", "rows say")
        what = f"{lead} different details of a {word} listed before ({shown}); the first row counts.{opted}"
        fix = f"Keep one row for each {word}."
        yield Finding(
            f"{word}-conflict",
            "warning",
            what,
            fix,
            other,
            "aside",
            "",
            f"contradicts an earlier row of the {word}",
        )


def _opted_out(rows: Rows, codes: NDArray[np.integer], again: NDArray[np.intp]) -> str:
    """Mark a customer as opted out in the row that counts if any row says so, and report it."""
    if "do_not_contact" not in rows.frame:
        return ""
    said = (rows.frame["do_not_contact"] == "Yes").to_numpy(dtype=bool)
    who = np.isin(codes, codes[again[said[again]]]) & (codes >= 0) & ~said
    rows.frame["do_not_contact"] = rows.frame["do_not_contact"].mask(who, "Yes")
    return " An opt-out in any of them counts." if who.any() else ""


def repeated_incidents(rows: Rows) -> Iterator[Finding]:
    """Count each incident once: the same row again, or the same number again for the same customer."""
    if "incident_id" not in rows.codes:
        suspects = suspected_repeats(rows, ("customer_id",), ("date",), ())
        if rows.repeats(suspects).any():
            again = suspects[rows.repeats(suspects)]
            lead = plural(len(again), "row repeats", "rows repeat")
            what = f"{lead} an earlier one; without an Incident ID {'it is' if len(again) == 1 else 'they are'} counted."
            yield Finding(
                "row-repeated", "warning", what, "Add an Incident ID, or delete the duplicate.", again
            )
        return
    incident, customer = rows.codes["incident_id"], rows.codes["customer_id"]
    live = rows.live((incident >= 0) & (customer >= 0))
    pair = incident[live] * (customer.max(initial=0) + 1) + customer[live]
    again = live[~first_of_each(pair)]
    if len(again):
        shown = examples(rows.frame["incident_id"].iloc[again[:50]])
        lead = plural(len(again), "row has", "rows have")
        what = (
            f"{lead} the Incident ID of an earlier row of the same customer ({shown}); the first row counts."
        )
        fix = "Keep one row for each incident."
        yield Finding("incident-repeated", "warning", what, fix, again, "aside", "", "repeats an incident")


_CHECKS: Mapping[str, tuple[Callable[[Rows], Iterator[Finding]], ...]] = MappingProxyType(
    {
        columns.ORDERS.name: (opt_outs.settle, *order_rules.FIRST, missing, bounds, *order_checks.CHECKS),
        columns.CUSTOMERS.name: (
            guests.settle,
            missing,
            opt_outs.settle,
            once_each,
            bounds,
            stated_currency.stated,
            unused_columns.named,
        ),
        columns.INCIDENTS.name: (
            guests.settle,
            missing,
            bounds,
            repeated_incidents,
            stated_currency.stated,
            unused_columns.named,
        ),
        columns.REPS.name: (missing, once_each, bounds, stated_currency.stated, unused_columns.named),
        columns.OUTCOMES.name: (missing, bounds),
        columns.CAMPAIGN_DATES.name: (missing, once_each),
    }
)
