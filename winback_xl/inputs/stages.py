"""Stages of one deal: a sales order and its invoice are one order, not two."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.wording import plural
from winback_xl.inputs import known_export
from winback_xl.inputs.answers import option
from winback_xl.inputs.decisions import some
from winback_xl.inputs.finding import Finding
from winback_xl.inputs.systems import fold
from winback_xl.inputs.word_lists import members

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from winback_xl.inputs.row_status import Rows

ORDER, STAGE = 1, 4
"""Numbers of the classes that matter here."""

_NUMBER = re.compile(r"\d{3,}$")  # the running number at the end of SO-1001 and INV-1001


def without_invoices(names: Sequence[str], ours: Sequence[str]) -> list[str]:
    """Return the classes of a column without invoices: its orders count, or where there are none its deliveries.

    >>> without_invoices(["Sales order", "Delivery note"], ["stage", "stage"])
    ['order', 'neither']
    >>> without_invoices(["Delivery note", "Credit note"], ["stage", "credit"])
    ['order', 'credit']
    """
    orders = [fold(word) in members("deal", "stage_order") for word in names]
    placed = any(is_order and each == "stage" for is_order, each in zip(orders, ours, strict=True))
    return [
        each if each != "stage" else "order" if is_order or not placed else "neither"
        for is_order, each in zip(orders, ours, strict=True)
    ]


def settle(rows: Rows, per_row: NDArray[np.int8]) -> Iterator[Finding]:
    """Leave out the earlier stages of what is invoiced too; ask where nothing links them.

    Parameters
    ----------
    rows : Rows
        The ledger.
    per_row : ndarray of int
        Class of every row, as `winback_xl.inputs.order_kinds.NUMBER` numbers them; the column holds words of the class order as well.
    """
    assert rows.kinds is not None  # noqa: S101 - kinds come first
    codes, names, _ = rows.kinds
    early, late = rows.alive & (per_row == STAGE), rows.alive & (per_row == ORDER)
    if not early.any():
        return
    heading = rows.heading("kind")
    here = [names[at] for at in dict.fromkeys(codes[early].tolist())]
    known = known_export.words_of(rows.export, "kind", heading) is not None
    linked = early & _linked(rows, early, late)
    is_order = np.array([*(fold(word) in members("deal", "stage_order") for word in names), False])[codes]
    alone = early & ~linked & is_order & (not known)
    gone = np.flatnonzero(early & ~alone)
    if len(gone):
        verb = "row is an earlier stage" if len(gone) == 1 else "rows are earlier stages"
        listed = ", ".join(f"'{word}'" for word in here)
        what = f"{len(gone):,} {verb} of a sale ({listed}){rows.worth(gone)}: left out, one deal counts once."
        fix = f"If some are orders: {option('count', heading, here)}."
        yield Finding(
            "stage-left-out", "note", what, fix, gone, "aside", "kind", "is an earlier stage of a sale"
        )
    alike = _alike(rows, alone, late)
    if len(alike):
        word, later = names[int(codes[alike[0]])], names[int(codes[np.flatnonzero(late)[0]])]
        what = f"{plural(len(alike), 'row', 'rows')} of kind '{word}' may be the same deal as a later '{later}' of the same customer and amount, and no number links them."
        fix = f"Choose: {option('leave-out', heading, [word])} if they are, {option('count', heading, [word])} if they are orders of their own."
        yield Finding("stage-doubtful", "error", what, fix, alike, column="kind")


def _linked(rows: Rows, early: NDArray[np.bool_], late: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which rows of the earlier stage a row of a later one of the customer names, or shares its number with."""
    found = np.zeros(len(early), dtype=bool)
    numbered = rows.codes.get("order_id")
    if numbered is None:
        return found
    order = rows.deals(numbered)
    found |= np.isin(order, order[late & (order >= 0)]) & (order >= 0)
    texts = rows.frame["order_id"]
    for aid in rows.aids.get("linked", ()):
        at, named = aid.words
        numbers, different = pd.factorize(texts)
        folded = [fold(_last(text)) for text in [*named, *map(str, different)]]
        place = np.append(pd.factorize(pd.Series(folded, dtype=object))[0], -1)
        who = rows.codes["customer_id"] + 1
        size, there = int(who.max(initial=0)) + 1, (at >= 0) & late
        links, own = place[at] * size + who, place[len(named) + numbers] * size + who
        found |= np.isin(own, links[there])
        found |= (at >= 0) & np.isin(links, links[there])  # both name the same quote, or the same deal
    if not rows.decisions.make(some, "stages that are linked", found=bool((found & early).any())):
        found |= _same_number(rows, early, late)
    return found


def _last(text: str) -> str:
    """Return the number in "Sales Order #SO-1001" or "SO-1001".

    >>> _last("Sales Order #SO1001"), _last("SO1001")
    ('SO1001', 'SO1001')
    """
    return text.rsplit("#", maxsplit=1)[-1].rsplit(maxsplit=1)[-1] if text.strip() else ""


def _same_number(rows: Rows, early: NDArray[np.bool_], late: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which rows share the running number, the customer and the amount with a later stage: SO-1001, INV-1001."""
    numbers, different = pd.factorize(rows.frame["order_id"])
    tails = [match[0] if (match := _NUMBER.search(str(text))) else "" for text in different]
    tail, _ = pd.factorize(pd.Series([*tails, ""], dtype=object))
    per_row, blank = tail[numbers], tail[-1]
    frame = pd.DataFrame(
        {"tail": per_row, "who": rows.codes["customer_id"], "worth": np.round(rows.values("order_value"), 2)}
    )
    key = pd.factorize(pd.MultiIndex.from_frame(frame))[0]
    return np.asarray(early & (per_row != blank) & np.isin(key, key[late]))


def _alike(rows: Rows, early: NDArray[np.bool_], late: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the rows whose customer and amount a row of a later stage has too."""
    frame = pd.DataFrame({"who": rows.codes["customer_id"], "worth": np.round(rows.values("order_value"), 2)})
    key = pd.factorize(pd.MultiIndex.from_frame(frame))[0]
    return np.flatnonzero(early & np.isin(key, key[late]))
