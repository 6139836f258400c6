"""What one word of a state means: by the lists, by the words within it, and next to the other words of its column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from winback_xl.inputs import words
from winback_xl.inputs.aid_columns import is_progress, parts
from winback_xl.inputs.systems import STATES, fold
from winback_xl.inputs.word_lists import classes, members

if TYPE_CHECKING:
    from winback_xl.inputs.aid_columns import Aid

_OUT, _BACK, _ASK, _COUNTS, _UNKNOWN = *STATES, ""

INVOICE = frozenset({"invoice", "rechnung", "facture", "factura", "fattura", "factuur"})
"""Words of a heading by which the rows are invoices."""


def are_amounts(found: list[str]) -> bool:
    """Return whether any cell is an amount other than 0 and 1."""
    return any(re.fullmatch(r"[-+]?[\d.,]+", word) and fold(word) not in {"0", "1"} for word in found)


def of_word(word: str, aid: Aid | None = None) -> str:
    """Return the class of one word by the lists, else by the words within it; "" where nothing is known.

    >>> [of_word(word) for word in ("Cancelled - no stock", "Not cancelled", "Shipped - Delivered to buyer", "Blue")]
    ['does_not_count', '', 'counts', '']
    """
    folded, ordered = fold(word), list(parts(word))
    pieces = set(ordered)
    back, partly = (pieces & members("deal", group) for group in ("taken_back", "partly"))
    first = next((at for at, piece in enumerate(ordered) if piece in back), 0)
    negated = set(ordered[:first]) & members("deal", "not")  # "not cancelled", but not "cancelled, no stock"
    if aid is not None and is_progress(aid.heading):
        return _OUT if back and not negated | partly else _COUNTS
    known = classes("state", words.STATE_CLASSES).get(folded, _UNKNOWN)
    if (
        known == _ASK
        and folded in members("deal", "owed")
        and aid is not None
        and set(parts(aid.heading)) & INVOICE
    ):
        return _COUNTS  # an invoice that waits for its money is a sale
    if known or negated:
        return known
    if back:
        return _ASK if partly else _OUT
    return _COUNTS if pieces & members("deal", "placed") else words.state_class(word)


def in_chances(judged: list[str], found: list[str]) -> list[str]:
    """Let only what was won count in a list of chances, whatever its other stages are called."""
    sure = members("deal", "won")
    won = [fold(word) in sure or bool(set(parts(word)) & sure) for word in found]
    chances = members("deal", "chance") & {fold(word) for word in found}
    placed = any(each == _COUNTS and not is_won for each, is_won in zip(judged, won, strict=True))
    if any(won) or (chances and not placed):
        return [_COUNTS if is_won else _OUT for is_won in won]
    return judged


def is_part_back(word: str) -> bool:
    """Return whether part of an order was taken back.

    >>> is_part_back("partially_refunded"), is_part_back("Teilerstattet"), is_part_back("Partially paid")
    (True, True, False)
    """
    pieces = set(parts(word))
    back = pieces & members("deal", "taken_back") or any(
        stem in fold(word)
        for stem in (
            "refund",
            "erstatt",
            "return",
            "retour",
            "rembours",
            "reembols",
            "rimbors",
            "terugbet",
            "storn",
        )
    )
    return bool(back and any(piece.startswith(tuple(members("deal", "partly"))) for piece in pieces))
