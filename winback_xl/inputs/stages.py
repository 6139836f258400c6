"""Stages of one deal: a sales order and its invoice are one order, not two."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.wording import plural
from winback_xl.inputs import words
from winback_xl.inputs.answers import option
from winback_xl.inputs.finding import Finding
from winback_xl.inputs.systems import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from winback_xl.inputs.row_status import Rows

_NUMBER = re.compile(r"\d{3,}$")  # the running number at the end of SO-1001 and INV-1001


def settle(rows: Rows) -> Iterator[Finding]:
    """Leave out the earlier stages of what stands at a later stage too; ask where nothing links them."""
    codes, names, ours = rows.kinds
    known = words.stages()
    of_word = [known.get(fold(word), -1) if each == "order" else -1 for word, each in zip(names, ours, strict=True)]
    stage = np.array([*of_word, -1])[codes]
    there = sorted(set(stage[rows.alive].tolist()) - {-1})
    if len(there) < 2 or any(rows.answers.said(rows.heading("kind"), word) for word in names):
        return
    for earlier in there[:-1]:
        early, late = rows.alive & (stage == earlier), rows.alive & (stage > earlier)
        twice = early & _linked(rows, early, late)
        gone = np.flatnonzero(twice)
        names_of = list(dict.fromkeys(names[at] for at in codes[early].tolist()))
        if len(gone):
            lead = plural(len(gone), "row", "rows")
            verb = "stands" if len(gone) == 1 else "stand"
            what = f"{lead} of kind '{names_of[0]}' {verb} at a later stage too{rows.worth(gone)}: left out, one deal counts once."
            yield Finding("stage-left-out", "note", what, "", gone, "aside", "kind", "stands at a later stage too")
        elif len(alike := _alike(rows, early, late)):
            heading = rows.heading("kind")
            late_word = names[int(codes[np.flatnonzero(late)[0]])]
            what = f"{plural(len(alike), 'row', 'rows')} of kind '{names_of[0]}' may be the same deal as a later '{late_word}' of the same customer and amount, and no number links them."
            fix = f"Say which: {option('leave-out', heading, names_of)} if they are, {option('count', heading, names_of)} if they are orders of their own."
            yield Finding("stage-doubtful", "error", what, fix, alike, column="kind")


def _linked(rows: Rows, early: NDArray[np.bool_], late: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which rows of the earlier stage a row of a later one names, or shares its number with."""
    found = np.zeros(len(early), dtype=bool)
    order = rows.codes.get("order_id")
    if order is None:
        return found
    found |= np.isin(order, order[late & (order >= 0)]) & (order >= 0)
    texts = rows.frame["order_id"]
    for aid in rows.aids.get("linked", ()):
        at, named = aid.words
        links = {fold(_last(named[place])) for place in set(at[late & (at >= 0)].tolist())}
        origin = {fold(_last(named[place])) for place in set(at[early & (at >= 0)].tolist())}
        numbers, different = pd.factorize(texts)
        hit = np.array([*(fold(_last(str(text))) in links for text in different), False])
        found |= hit[numbers]
        if links & origin:  # both name the same quote, or the same deal
            both = np.array([*(fold(_last(name)) in links & origin for name in named), False])
            found |= both[at]
    if not (found & early).any():
        found |= _same_number(rows, early, late)
    return found


def _last(text: str) -> str:
    """Return the number in "Sales Order #SO-1001" or "SO-1001".

    >>> _last("Sales Order #SO1001"), _last("SO1001")
    ('SO1001', 'SO1001')
    """
    return text.rsplit("#", maxsplit=1)[-1].rsplit(maxsplit=1)[-1] if text.strip() else ""


def _same_number(rows: Rows, early: NDArray[np.bool_], late: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which rows share the running number, the customer and the amount with a later stage: SO-1001, INV-1001."""
    numbers, different = pd.factorize(rows.frame["order_id"])
    tails = [match[0] if (match := _NUMBER.search(str(text))) else "" for text in different]
    tail, _ = pd.factorize(pd.Series([*tails, ""], dtype=object))
    per_row, blank = tail[numbers], tail[-1]
    frame = pd.DataFrame({"tail": per_row, "who": rows.codes["customer_id"], "worth": np.round(rows.values("order_value"), 2)})
    key = pd.factorize(pd.MultiIndex.from_frame(frame))[0]
    return early & (per_row != blank) & np.isin(key, key[late])


def _alike(rows: Rows, early: NDArray[np.bool_], late: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the rows whose customer and amount a row of a later stage has too."""
    frame = pd.DataFrame({"who": rows.codes["customer_id"], "worth": np.round(rows.values("order_value"), 2)})
    key = pd.factorize(pd.MultiIndex.from_frame(frame))[0]
    return np.flatnonzero(early & np.isin(key, key[late]))
