"""The currency of amounts next to the orders: of losses, claims and limits, which are compared with what customers buy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.tally import tally
from winback_xl.errors import Issue
from winback_xl.inputs.finding import Finding
from winback_xl.inputs.kinds.currencies import code_of, different
from winback_xl.schema.columns import ORDERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from winback_xl.inputs.loaded import Loaded
    from winback_xl.inputs.row_status import Rows

_HEADINGS = frozenset(text.casefold() for text in (ORDERS["currency"].heading, *ORDERS["currency"].aliases))


def stated(rows: Rows) -> Iterator[Finding]:
    """Note in which currency the amounts of a table are, and refuse two: a loss of either would be taken for the other."""
    money = [c.name for c in rows.table.columns if c.kind == "money" and c.name in rows.frame]
    amounts = np.zeros(len(rows.frame), dtype=bool)
    for name in money:
        amounts |= np.nan_to_num(rows.values(name)) != 0
    amounts &= rows.alive
    if not amounts.any():
        return
    named = dict.fromkeys((code for code in rows.amount_currencies if code), 0)
    heading = next((one for one in rows.spare if one.strip().casefold() in _HEADINGS), "")
    column = rows.help.named(heading) if heading else None
    which = np.zeros(0, dtype=np.intp)
    if column is not None:
        codes, words = column.words
        there = amounts & (codes >= 0)
        counts = tally(codes[there], len(words)).tolist()
        for word, count in zip(words, counts, strict=True):
            if count and (code := code_of(str(word))):
                named[code] = named.get(code, 0) + count
    found = different(named)
    if len(found) < 2:
        rows.currency = found[0] if found else ""
        return
    if column is not None:
        rare = min(found, key=lambda code: named.get(code) or np.inf)
        of_rare = np.array([*(code_of(str(word)) == rare for word in words), False])
        which = np.flatnonzero(there & of_rare[codes])
    listed = ", ".join(f"{code} ({named[code]:,})" if named.get(code) else code for code in found)
    what = f"The amounts of the {rows.table.title.lower()} are in {len(found)} currencies: {listed}."
    fix = "Convert them to the currency of the orders."
    yield Finding("currency-mixed", "error", what, fix, which, column=f"@{column.position}" if column else "")


def unlike_orders(orders: Loaded, others: Iterable[tuple[str, Loaded]]) -> list[Issue]:
    """Return an error for each table whose amounts are in another currency than the orders."""
    found = []
    for title, one in others:
        if len(different((orders.currency, one.currency))) > 1:
            what = (
                f"The amounts of the {title.lower()} are in {one.currency}, the orders in {orders.currency}:"
                " a loss in one is not a loss in the other."
            )
            fix = f"Convert the amounts to {orders.currency} in the file."
            found.append(Issue("currency-other", "error", what, fix, file=one.file, sheet=one.sheet))
    return found
