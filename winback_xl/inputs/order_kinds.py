"""What a row of the ledger is: an order, a credit note, or neither: a payment, a quote, a delivery note.

A ledger of one kind of document keeps it, whatever it is called. "Credit" next to "Cash" is a way of paying. Of the
stages of one deal (quote, order, delivery, invoice) under linked numbers only the last one counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.orders.ledger import CREDIT_NOTE, ORDER
from winback_xl.core.tally import tally
from winback_xl.inputs import known_export, stages, words
from winback_xl.inputs.answers import option
from winback_xl.inputs.finding import Finding, examples
from winback_xl.inputs.kind_words import by_side, classes
from winback_xl.inputs.systems import fold
from winback_xl.inputs.word_lists import members

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from winback_xl.inputs.row_status import Rows

CLASSES = ("order", "credit", "cancels", "stage", "neither", "ask")
NUMBER = {"": 0, "order": 1, "credit": 2, "cancels": 3, "stage": 4, "neither": 5, "ask": 6}
"""A class as the number that is in a row: a million short texts would be slow to compare."""

_SHOWN = 6


def _in_doubt(rows: Rows, codes: NDArray[np.intp], names: list[str], ours: list[str]) -> list[str]:
    """Ask about words that nobody knows next to documents: what is not an invoice may be a return or a payment."""
    if known_export.words_of(rows.export, "kind", rows.heading("kind")) is not None or words.is_no_kind(
        names
    ):
        return ours
    plain = members("kind", "plain") | members("kind", "way_of_paying") | members("kind", "sort_of_customer")
    worth = np.zeros(len(names) + 1, dtype=bool)
    worth[codes[rows.live(np.nan_to_num(rows.values("order_value")) > 0)]] = True
    unknown = [
        bool(word.strip()) and not each and fold(word) not in plain and bool(some)
        for word, each, some in zip(names, ours, worth, strict=False)
    ]
    if "order" not in ours or sum(unknown) > sum(map(bool, ours)):
        return ours
    return ["ask" if odd else each for odd, each in zip(unknown, ours, strict=True)]


def settle(rows: Rows) -> Iterator[Finding]:
    """Leave out what is neither order nor credit, and say of the rest which it is."""
    if "kind" not in rows.frame or "kind" in rows.doubtful:
        return
    codes, found = pd.factorize(rows.frame["kind"])
    names = rows.decisions.words(rows.heading("kind"), -1, [str(word) for word in found])
    ours = _classes_here(rows, rows.heading("kind"), names)
    rows.kinds = (codes, names, ours)
    if not any(ours):
        return
    if "order" not in ours:
        if "stage" not in ours:
            only = [word for word, each in zip(names, ours, strict=True) if each == "neither"]
            plain = any(fold(word) in members("kind", "plain") for word in names)
            if (
                len(only) > 1
                and not plain
                and not any(rows.answers.said(rows.heading("kind"), word) for word in only)
            ):
                yield _which_is_the_order(rows, only, codes, names)
                return
            if not any(word and not each for word, each in zip(names, ours, strict=True)):
                ours = [
                    "order" if each == "neither" else each for each in ours
                ]  # one kind is the whole ledger
        else:
            ours = stages.without_invoices(names, ours)
    ours = _in_doubt(rows, codes, names, ours)
    yield from _asked(rows, codes, names, _of_rows(ours, codes) == NUMBER["ask"])
    per_row = _with_more_columns(rows, _of_rows(ours, codes))
    yield from _left_out(rows, codes, names, per_row == NUMBER["neither"])
    yield from _cancelled(rows, per_row == NUMBER["cancels"], per_row)
    rows.kinds = (codes, names, ours)
    yield from stages.settle(rows, per_row)
    yield from _stated(rows, codes, names, ours)
    yield from _turned(rows, per_row)
    rows.frame["kind"] = _canonical(rows, per_row)


def _classes_here(rows: Rows, heading: str, names: list[str]) -> list[str]:
    """Return the class of each word: by the user, by the known export, by the lists."""
    known = known_export.words_of(rows.export, "kind", heading)
    theirs = [known.class_of(word) if known else "" for word in names]
    if "order" not in theirs:
        theirs = ["" if each == "stage" else each for each in theirs]
    means = {"counts": "order", "does_not_count": "neither", "takes_back": "credit"}
    said = [means.get(rows.answers.said(heading, word), "") for word in names]
    lists = by_side(heading, names) or classes(names)
    return [a or b or (c if word else "") for a, b, c, word in zip(said, theirs, lists, names, strict=True)]


def _with_more_columns(rows: Rows, per_row: NDArray[np.int8]) -> NDArray[np.int8]:
    """Let further columns of a known export decide too, such as NetSuite's Main Line: its lines repeat the main one."""
    if rows.export is None:
        return per_row
    rank = np.array([0, 0, 2, 2, 3, 4, 1], np.int8)  # of the classes in the order of NUMBER
    for column in rows.export.kind:
        aid = rows.help.named(column.heading)
        if aid is None or fold(column.heading) == fold(rows.heading("kind")):
            continue
        codes, found = aid.words[0], rows.decisions.words(aid.heading, aid.position, aid.words[1])
        mine = [column.class_of(word) for word in found]
        if "order" not in mine:
            continue
        theirs = _of_rows(
            ["neither" if each == "stage" else each for each in mine],
            codes,
            "neither" if column.blank == "stage" else column.blank,
        )
        per_row = np.where(rank[theirs] > rank[per_row], theirs, per_row)
    if rows.export.signed:  # an order below zero and a credit above it are our own purchases
        value = rows.values("order_value")
        ours = ((value < 0) & (per_row == NUMBER["order"])) | ((value > 0) & (per_row == NUMBER["credit"]))
        per_row = np.where(ours, np.int8(NUMBER["neither"]), per_row)
    return per_row


def _of_rows(ours: Sequence[str], codes: NDArray[np.integer], blank: str = "") -> NDArray[np.int8]:
    """Return the number of every row's class."""
    return np.asarray(np.array([NUMBER[each] for each in (*ours, blank)], np.int8)[codes])


def _is_credit(per_row: NDArray[np.int8]) -> NDArray[np.bool_]:
    return np.asarray((per_row == NUMBER["credit"]) | (per_row == NUMBER["cancels"]))


def _asked(
    rows: Rows, codes: NDArray[np.intp], names: list[str], which: NDArray[np.bool_]
) -> Iterator[Finding]:
    found = rows.live(which)
    if len(found):
        heading, there = rows.heading("kind"), [names[at] for at in dict.fromkeys(codes[found].tolist())]
        verb = "row is" if len(found) == 1 else "rows are"
        what = f"{len(found):,} {verb} {_few(there)} by {rows.labels['kind']}{rows.worth(found)}: an order in some systems, a credit or a payment in others."
        fix = f"Choose: {option('count', heading, there)} for orders, {option('take-back', heading, there)} for credits, {option('leave-out', heading, there)} for neither."
        yield Finding("kind-doubtful", "error", what, fix, found, column="kind")


def _which_is_the_order(rows: Rows, only: list[str], codes: NDArray[np.intp], names: list[str]) -> Finding:
    heading = rows.heading("kind")
    found = rows.live(np.isin(codes, [names.index(word) for word in only]))
    what = f"No word in {rows.labels['kind']} means an order: {examples(only)}."
    fix = f"Name those that are: {option('count', heading, only[:1])}."
    return Finding("kind-doubtful", "error", what, fix, found, column="kind")


def _left_out(
    rows: Rows, codes: NDArray[np.intp], names: list[str], which: NDArray[np.bool_]
) -> Iterator[Finding]:
    gone = rows.live(which)
    if len(gone):
        listed = _few([names[at] for at in dict.fromkeys(codes[gone].tolist())])
        verb = "row is" if len(gone) == 1 else "rows are"
        what = f"{len(gone):,} {verb} {listed} by {rows.labels['kind']}, neither order nor credit{rows.worth(gone)}: left out."
        first = names[int(codes[gone[0]])]
        fix = f"If some are orders: {option('count', rows.heading('kind'), [first])}."
        yield Finding(
            "kind-left-out", "note", what, fix, gone, "aside", "kind", "is neither order nor credit"
        )


def _cancelled(rows: Rows, which: NDArray[np.bool_], per_row: NDArray[np.int8]) -> Iterator[Finding]:
    """Turn a cancellation into a credit where an order is under its number or its amount is negative; else leave it out.

    A row that says "Cancelled" and nothing else of its number is the order itself: it takes nothing back.
    """
    if not which.any():
        return
    value, numbers = rows.values("order_value"), rows.codes.get("order_id")
    backed = value < 0
    if numbers is not None:
        order = rows.deals(numbers)
        sales = (
            rows.alive
            & (per_row != NUMBER["cancels"])
            & (per_row != NUMBER["credit"])
            & (order >= 0)
            & ~(value < 0)
        )
        backed |= np.isin(order, order[sales]) & (order >= 0)
    rows.cancels |= which & backed
    gone = rows.live(which & ~backed)
    if len(gone):
        verb = "row is" if len(gone) == 1 else "rows are"
        what = (
            f"{len(gone):,} {verb} a cancelled order by {rows.labels['kind']}{rows.worth(gone)}: left out."
            if len(gone) == 1
            else f"{len(gone):,} rows are cancelled orders by {rows.labels['kind']}{rows.worth(gone)}: left out."
        )
        fix = "If such a row takes back an order under another number, write its amount below zero."
        yield Finding("kind-cancelled", "note", what, fix, gone, "aside", "kind", "is a cancelled order")


def _stated(rows: Rows, codes: NDArray[np.intp], names: list[str], ours: list[str]) -> Iterator[Finding]:
    """Return which words count as orders and which take value away."""
    there = tally(codes[rows.alive & (codes >= 0)], len(names)) > 0
    stated = []
    for what, group in (("orders", {"order", ""}), ("credits", {"credit", "cancels"})):
        these = [
            word
            for word, each, some in zip(names, ours, there, strict=True)
            if word and some and each in group
        ]
        stated += [f"{what} are {_few(these)}"] if these else []
    if stated:
        yield Finding("kinds", "note", f"By the words of {rows.labels['kind']}: {'; '.join(stated)}.")


def _turned(rows: Rows, per_row: NDArray[np.int8]) -> Iterator[Finding]:
    turned = rows.live(_is_credit(per_row) & (rows.values("order_value") > 0))
    if len(turned):
        verb = "row is a credit" if len(turned) == 1 else "rows are credits"
        what = f"{len(turned):,} {verb} by {rows.labels['kind']} with a positive {rows.labels['order_value']}{rows.worth(turned)}: taken away, not added."
        fix = "Where it is an order, correct its kind."
        yield Finding("credit-positive", "note", what, fix, turned, column="order_value")


def _canonical(rows: Rows, per_row: NDArray[np.int8]) -> pd.Series:
    """Write the kind in our own two words, and turn the sign of credits."""
    credit = _is_credit(per_row)
    if credit.any() and "order_value" in rows.frame:
        value = rows.values("order_value")
        rows.frame["order_value"] = np.where(credit & (value > 0), -value, value)
    assert rows.kinds is not None  # noqa: S101 - kinds come first
    codes, names, ours = rows.kinds
    takes = [each in {"credit", "cancels"} for each in ours]
    of_word = [
        CREDIT_NOTE if back else ORDER if word else "" for back, word in zip(takes, names, strict=True)
    ]
    said = pd.Series([*of_word, ""], dtype="str").take(codes).reset_index(drop=True)
    odd = credit & ~np.array([*takes, False])[codes]
    return said.mask(odd, CREDIT_NOTE) if odd.any() else said


def _few(found: Sequence[str]) -> str:
    """Show the first words, and how many more there are.

    >>> _few(["Order", "Sample"]), _few(list("abcdefgh"))
    ("'Order', 'Sample'", "'a', 'b', 'c', 'd', 'e', 'f' and 2 more")
    """
    shown = ", ".join(f"'{word[:40]}'" for word in found[:_SHOWN])
    more = len(found) - _SHOWN
    return shown + (f" and {more:,} more" if more > 0 else "")
