"""Checks of the order ledger: one currency, margins in money, every order once, and what is worth a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from winback_xl.core.tally import in_several, tally
from winback_xl.core.wording import plural
from winback_xl.inputs import order_rules
from winback_xl.inputs.answers import option
from winback_xl.inputs.decisions import Tally, rule
from winback_xl.inputs.kinds.currencies import CODES, code_of, different
from winback_xl.inputs.kinds.findings import Finding, examples, matches
from winback_xl.inputs.row_status import Rows, first_of_each, suspected_repeats
from winback_xl.inputs.spelling import brief
from winback_xl.readers.total_words import TOTAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

_MOSTLY_ONCE = 0.05  # ids that more than this share of all orders repeat are lines of orders, not slips
_PAID_BACK = (
    r"(?i)refund|cancel|return(ed|s)|retour|retoure|storno|gutschrift|rembours|annul|reembols|rimbors"
)
_LEFT = 12  # headings that a message lists


def one_currency(rows: Rows) -> Iterator[Finding]:
    """Refuse amounts in different currencies: they cannot be added up."""
    if "order_value" in rows.doubtful:
        return
    named = dict.fromkeys(rows.amount_currencies, 0)
    spelt = dict[str, str]()
    if "currency" in rows.frame:
        codes, words = pd.factorize(rows.frame["currency"])
        known = [code_of(str(word)) or str(word).upper() for word in words]
        spelt = dict(zip(map(str, words), known, strict=True))
        counts = tally(codes[rows.alive & (codes >= 0)], len(words))
        for code, count in zip(known, counts.tolist(), strict=True):
            if code and count:
                named[code] = named.get(code, 0) + count
        rows.frame["currency"] = pd.Series([*known, ""], dtype="str").take(codes).reset_index(drop=True)
    found: list[str] = rows.decisions.make(currencies_of, "", named=named)
    if len(found) > 1:
        listed = ", ".join(f"{code} ({named[code]:,})" if named.get(code) else code for code in found)
        rarest = min(found, key=lambda code: named.get(code) or np.inf)
        column = "currency" if "currency" in rows.frame else ""
        where = (
            rows.live((rows.frame[column] == rarest).to_numpy(dtype=bool)) if column else np.empty(0, np.intp)
        )
        what = f"The orders are in {len(found)} currencies: {listed}; they cannot be added up."
        fix = "Convert them to one currency, or load one currency at a time."
        others = [
            str(word)
            for word, code in spelt.items()
            if code in found and code != max(found, key=lambda one: named.get(one, 0))
        ]
        if others:
            fix = f"Leave the others out: {option('leave-out', rows.heading('currency'), others)}; or convert them to one currency."
        yield Finding("currency-mixed", "error", what, fix, where, column=column)
        return
    chosen = rows.settings.currency.upper()
    if len(different((*found, chosen))) > 1:
        what = f"The orders are in {found[0]}, but the settings say {chosen}."
        yield Finding("currency-other", "error", what, f"Set currency = '{found[0]}', or convert the orders.")
    rows.currency = found[0] if found and found[0] in CODES else chosen  # "$" alone says too little


@rule
def currencies_of(tally: Tally) -> list[str]:
    """Return the currencies that are certainly different."""
    return list(different(tally["named"]))


def repeated(rows: Rows) -> Iterator[Finding]:
    """Set aside rows that repeat an earlier one in every cell, if the order id is among them; else only tell.

    What two files or sheets of a ledger share counts once in any case: exports that overlap hold the same orders.
    """
    suspects = suspected_repeats(rows, ("order_id", "customer_id"), ("order_date",), ("order_value",))
    again = suspects[rows.repeats(suspects)]
    numbered = "order_id" in rows.codes
    if not numbered:
        both = rows.shared(suspects)
        yield from _in_two_parts(rows, suspects[both])
        again = np.setdiff1d(again, suspects[both])
    if not len(again):
        return
    lead = f"{plural(len(again), 'row repeats', 'rows repeat')} an earlier row exactly{rows.worth(again)}"
    if not numbered:
        what = f"{lead}; without an order ID {'it is' if len(again) == 1 else 'they are'} taken as {'an order' if len(again) == 1 else 'orders'} of the same day."
        fix = "If a part of the file is duplicated, delete it."
        yield Finding("row-repeated", "note", what, fix, again)
        return
    fix = "If they are real, number the lines in a column of their own."
    yield Finding("row-repeated", "warning", f"{lead}.", fix, again, "aside", "", "repeats an earlier row")


def _in_two_parts(rows: Rows, again: NDArray[np.intp]) -> Iterator[Finding]:
    """Set aside the rows that an earlier file or sheet holds too."""
    if len(again):
        what = f"{plural(len(again), 'row is', 'rows are')} identical in an earlier file or sheet{rows.worth(again)}."
        fix = "If they are other orders, give the orders numbers in a column of their own."
        yield Finding(
            "row-repeated", "warning", what, fix, again, "aside", "", "is in an earlier file or sheet too"
        )


def order_ids(rows: Rows) -> Iterator[Finding]:
    """Report order ids that two customers share, and of the few that come twice where nearly all come once."""
    if "order_id" not in rows.codes:
        return
    order, customer = rows.codes["order_id"], rows.codes["customer_id"]
    live = rows.live((order >= 0) & (customer >= 0))
    if not len(live):
        return
    which = live[in_several(customer[live], order[live])]
    if len(which):
        shown = examples(rows.frame["order_id"].iloc[which[:50]])
        lead = plural(len(np.unique(order[which])), "order ID occurs", "order IDs occur")
        what = f"{lead} at more than one customer ({shown}); each customer keeps their own part."
        fix = "Check whose order it is."
        yield Finding("order-two-customers", "warning", what, fix, which, column="order_id")
    yield from _twice(rows, order, live)


def _twice(rows: Rows, order: NDArray[np.int64], live: NDArray[np.intp]) -> Iterator[Finding]:
    value = rows.values("order_value")
    sales = live[~(value[live] <= 0)]  # a credit note may well carry the number of its order
    times = tally(order[sales], 1)
    often, once = int((times > 1).sum()), int((times > 0).sum())
    if 0 < often <= _MOSTLY_ONCE * once:
        which = sales[times[order[sales]] > 1]
        which = which[~first_of_each(order[which])]
        lead = plural(often, "order ID occurs", "order IDs occur")
        what = f"{lead} more than once, although nearly all occur once; the rows were added up{rows.worth(which)}."
        fix = "If an order was exported twice, delete one of its rows."
        yield Finding("order-id-repeated", "warning", what, fix, which, column="order_id")


def _value_fix(rows: Rows) -> str:
    """Explain how to name the column, with the headings that are left to name."""
    times = [next(iter(rows.aids.get(name, ())), None) for name in ("quantity", "unit_price")]
    if all(times):
        product = "*".join(aid.heading for aid in times if aid)
        return f"If it is quantity times price: --column 'Order value={product}'."
    spare = rows.spare
    if not spare:
        return ""
    listed = ", ".join(f"'{brief(heading)}'" for heading in spare[:_LEFT])
    return f"If one of these is the value, name it (--column 'Order value=HEADING'): {listed}."


def odd_values(rows: Rows) -> Iterator[Finding]:
    """Report orders worth nothing, and of orders without a value."""
    if "order_value" not in rows.frame:
        what = "There is no column with order values: levels and status are calculated, everything that needs money is left out."
        fix = _value_fix(rows)
        yield Finding("value-column-missing", "warning" if fix else "note", what, fix)
        return
    if "order_value" in rows.doubtful:
        return
    value = rows.values("order_value")
    zero = rows.live(value == 0)
    if len(zero):
        verb = "is worth 0 and counts" if len(zero) == 1 else "are worth 0 and count"
        what = f"{plural(len(zero), 'row')} {verb} neither as an order nor as a credit."
        yield Finding("value-zero", "note", what, "", zero, column="order_value")
    blank = rows.live(np.isnan(value) & ~rows.repeated_total)
    lines = np.zeros(len(blank), dtype=bool)
    if "order_id" in rows.codes:
        order = rows.codes["order_id"]
        worth = order[rows.live(~np.isnan(value))]
        lines = (order[blank] >= 0) & np.isin(order[blank], worth)
    if lines.any():
        verb = "has no" if lines.sum() == 1 else "have no"
        what = f"{plural(int(lines.sum()), 'row')} {verb} {rows.labels['order_value']}, and another row of the same order has: taken as further lines of it."
        yield Finding("value-elsewhere", "note", what, "", blank[lines], column="order_value")
    blank = blank[~lines]
    if len(blank):
        verb = "it counts as an order" if len(blank) == 1 else "they count as orders"
        what = f"{plural(len(blank), 'row has', 'rows have')} no {rows.labels['order_value']}: {verb} without revenue."
        known = "order_id" in rows.codes
        fix = (
            "Fill the value in."
            if known
            else "Fill the value in; if they are further lines of an order, name its number: --column 'Order ID=HEADING'."
        )
        yield Finding("value-missing", "warning", what, fix, blank, column="order_value")


def paid_back_aside(rows: Rows) -> Iterator[Finding]:
    """Report a column that says what was refunded or cancelled: only rows of their own take value away."""
    if rows.aids.get("refunded") or rows.states:
        return
    stated = [heading for heading in rows.spare if matches(pa.array([heading]), _PAID_BACK).any()]
    if stated and "order_value" in rows.frame and not (rows.values("order_value") < 0).any():
        listed = ", ".join(f"'{brief(heading)}'" for heading in stated[:_LEFT])
        what = f"{listed} {'is' if len(stated) == 1 else 'are'} not read, and no order value is negative: refunded and cancelled orders count in full."
        fix = "Where there are such orders, delete them, or add a row with the amount as a negative value."
        yield Finding("refunds-not-read", "warning", what, fix)


def named_total(rows: Rows) -> Iterator[Finding]:
    """Report customers called Total: a row that adds up others would count twice."""
    codes = rows.codes.get("customer_id")
    if codes is None or not len(codes):
        return
    first = np.full(codes.max(initial=-1) + 2, -1)  # one place more for -1, no customer
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    first = first[:-1][first[:-1] >= 0]
    names = rows.frame["customer_id"].iloc[first]
    called = first[matches(pa.array(names, pa.string()), TOTAL)]
    which = rows.live(np.isin(codes, codes[called]))
    if len(which):
        shown = examples(rows.frame["customer_id"].iloc[which[:50]])
        what = f"{plural(len(which), 'row is', 'rows are')} of a customer called {shown}, but not the sum of the column: kept as a customer."
        fix = "If it adds up other rows, delete it."
        yield Finding("total-in-doubt", "warning", what, fix, which, column="customer_id")


CHECKS: tuple[Callable[[Rows], Iterator[Finding]], ...] = (
    one_currency, repeated, *order_rules.WORTH, order_ids, odd_values, paid_back_aside, named_total,
)  # fmt: skip
"""In the order in which they may set rows aside."""
