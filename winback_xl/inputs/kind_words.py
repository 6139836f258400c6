"""What the words of a column mean for its rows: order, credit note, neither, or a way of paying that says nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from winback_xl.inputs import words
from winback_xl.inputs.systems import fold
from winback_xl.inputs.word_lists import members

if TYPE_CHECKING:
    from collections.abc import Sequence

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WITHIN = (
    ("neither", re.compile(r"\b(quot(e|ation)s?|estimates?|pro ?forma|payments?|drafts?|samples?|deliver(y|ies)|journal|transfer|deposit)\b")),
    ("order", re.compile(r"\bcredit (card|sale|order|limit|term|account|customer|invoice)|\breturn(ing)? customer")),
    ("cancels", re.compile(r"\b(cancel(l?ed|lations?|s)?|void(ed)?|storno|stornierung|storniert)\b")),
    ("credit", re.compile(r"\b(credit(ed|s)?|credit ?(note|memo)s?|returns?|returned|refund(s|ed)?|reversals?|reversed|charge ?backs?|gutschrift(en)?|retoure(n)?|avoir)\b")),
    ("order", re.compile(r"\b(orders?|invoices?|sales?|receipts?|rechnung|auftrag|facture|factura|fattura|factuur)\b")),
)  # fmt: skip
"""Words within a longer kind: "EU credit note", "Invoice (web)". The first that is there decides."""


def classes(found: Sequence[str]) -> list[str]:
    """Return the class of every different word of a column: one of `CLASSES`, or "" for an unknown word.

    Examples
    --------
    >>> classes(["Invoice", "Credit note", "Quote", "Blue", "Sales order"])
    ['order', 'credit', 'neither', '', 'stage']
    >>> classes(["Cash", "Credit"]), classes(["Invoice", "Credit"])
    (['order', 'order'], ['order', 'credit'])
    >>> classes(["Receipt"]), classes(["Receipt", "Invoice"]), classes(["Invoice", "Return order"])
    (['order'], ['ask', 'order'], ['order', 'credit'])
    """
    if words.is_no_kind(found):
        return ["order" if word.strip() else "" for word in found]
    listed = [
        "cancels" if fold(word) in members("deal", "cancels") else words.kind_class(word) for word in found
    ]
    within = [each or _within(word) for word, each in zip(found, listed, strict=True)]
    sales = {"order", "stage"} & {*within}
    if not sales:  # a payment or sample in a longer word may be a way of buying here
        within = [
            "ask" if each == "neither" and not sure else each
            for each, sure in zip(within, listed, strict=True)
        ]
    folded = [fold(word) for word in found]
    if "credit" in folded and not {*within} - {"credit", ""} and within.count("credit") == 1:
        within[folded.index("credit")] = "ask"  # next to words that nobody knows it may be a way of paying
    if "credit" not in within:
        back = members("kind", "return_stage")
        within = ["credit" if fold(word) in back else each for word, each in zip(found, within, strict=True)]
    if len([word for word in found if word.strip()]) == 1:
        alone = members("kind", "sale_alone")
        within = ["order" if fold(word) in alone else each for word, each in zip(found, within, strict=True)]
    return within


def by_side(heading: str, found: Sequence[str]) -> list[str] | None:
    """Return the classes where a column says debit or credit side, or plus or minus; else None.

    >>> by_side("S/H", ["S", "H"]), by_side("Type", ["S", "H"])
    (['order', 'ask'], None)
    """
    if fold(heading) not in members("headings", "Side"):
        return None
    debit, credit = members("kind", "debit_side"), members("kind", "credit_side")
    sides = ["order" if fold(word) in debit else "ask" if fold(word) in credit else "" for word in found]
    return sides if any(sides) else None


def _within(text: str) -> str:
    spaced = re.sub(r"[\W_]+", " ", _CAMEL.sub(" ", text)).strip().lower()
    return next((each for each, pattern in _WITHIN if pattern.search(spaced)), "")
