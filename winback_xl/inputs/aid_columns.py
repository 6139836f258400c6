"""The columns that help to read the orders, found among the headings that Orders did not take.

An `Aid` hands out its cells as words, each different one once, or as numbers. Files and formulas make it in their own
way; the rules that use it know no difference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING

from winback_xl.inputs.spelling import bare, key, known_spellings
from winback_xl.inputs.words import words_of
from winback_xl.schema.order_aids import ORDER_AIDS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Words = tuple[NDArray[np.int32], list[str]]

MANY = frozenset({"state", "email", "phone", "item", "linked"})
"""Aids that several columns may be."""

_STATE_ENDS = ("status", "stage", "statut", "zustand", "estado", "stato", "etat")
_NO_STATE = frozenset(
    {
        "customer", "client", "account", "member", "membership", "contact", "user", "lead", "marital", "employment", "stock", "inventory", "tax", "email",
        "mail", "marketing", "subscriber", "opt", "shopper", "vat", "export", "import", "sync", "kunde", "kunden", "cliente", "klant", "loyalty",
        "product", "item", "civil", "residence", "shipping", "billing", "delivery", "ship", "bill", "county", "us",
    }
)  # fmt: skip
"""Words that make "... status" the state of something else than the order; of deliveries see `PROGRESS`."""

PROGRESS = frozenset(
    {"fulfillment", "fulfilment", "shipping", "shipment", "delivery", "dispatch", "versand", "liefer", "lieferung", "livraison", "envio", "spedizione", "verzend", "picking", "packing", "line", "lineitem"}
)  # fmt: skip
"""Words that make a state one of the delivery: what is not sent yet is an order all the same."""

_MODES = frozenset({"mode", "environment", "umgebung", "ordermode"})

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(slots=False)
class Aid:
    """One column that helps to read the orders.

    Parameters
    ----------
    name : str
        Name in `winback_xl.schema.order_aids.ORDER_AIDS`.
    heading : str
        As the file has it.
    position : int
        Column of the file, 0-based.
    read_words : callable
        Returns the place of every cell's word, -1 for a blank cell, and the different words.
    read_numbers : callable
        Returns the numbers, NaN where there is none.
    given : bool
        Whether the user named it.
    """

    name: str
    heading: str
    position: int
    read_words: Callable[[], Words] = field(repr=False)
    read_numbers: Callable[[], NDArray[np.float64]] = field(repr=False)
    given: bool = False

    @cached_property
    def words(self) -> Words:
        """Place of every cell's word, -1 for a blank cell, and the different words as people see them."""
        return self.read_words()

    @cached_property
    def numbers(self) -> NDArray[np.float64]:
        """Numbers, NaN where the cell holds none."""
        return self.read_numbers()

    @property
    def filled(self) -> float:
        """Share of the cells that are not blank."""
        codes, _ = self.words
        return float((codes >= 0).mean()) if len(codes) else 0.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where one aid stands: its name, the heading and the position, and whether the user said so."""

    name: str
    heading: str
    position: int
    given: bool = False


def find(
    found: Sequence[str],
    taken: Collection[int],
    named: Mapping[str, Sequence[int]],
    given: Collection[str] = (),
) -> list[Place]:
    """Find the aids among headings.

    Parameters
    ----------
    found : sequence of str
        Headings by position.
    taken : collection of int
        Positions that Orders took; they are not aids, unless named.
    named : mapping of str to sequence of int
        Aids that the user, or the known export, names; () for one that is not to be looked for.
    given : collection of str
        Those of them that the user named.

    Returns
    -------
    list of Place
        In the order of `ORDER_AIDS`, of one aid in the order of the file.
    """
    known = known_spellings(ORDER_AIDS)
    places: dict[str, list[int]] = {name: list(at) for name, at in named.items()}
    for at, heading in enumerate(found):
        if at in taken or not heading.strip():
            continue
        entry = known.get(key(heading)) or known.get(key(bare(heading)))
        name = entry[0] if entry else "state" if says_state(heading) else ""
        if name and name not in named and (name in MANY or name not in places):
            places.setdefault(name, []).append(at)
    return [
        Place(name, found[at], at, name in given)
        for name in ORDER_AIDS.names
        for at in places.get(name, ())
        if at < len(found)
    ]


_AMOUNTS = (
    "quantity", "unit_price", "line_value", "refunded", "cost", "unit_cost", "margin_percent", "tax", "shipping", "discount", "subtotal",
)  # fmt: skip


def read_amounts(aids: Mapping[str, Sequence[Aid]]) -> None:
    """Read the amounts of a part of a ledger, whether it needs them or not: how they are written all parts decide."""
    for name in _AMOUNTS:
        for aid in aids.get(name, ()):
            _ = aid.numbers


def says_state(heading: str) -> bool:
    """Return whether a heading may say the state of an order: its last word is status or stage, or it is a flag.

    >>> says_state("Sub-status"), says_state("Customer status"), says_state("is_cancelled"), says_state("Statement")
    (True, False, True, False)
    """
    folded = key(heading)
    if is_flag(heading) or is_good(heading) or asks_when_no(heading) or folded in _MODES:
        return True
    words = parts(heading)
    return (
        bool(words)
        and folded.endswith(_STATE_ENDS)
        and words[-1] in _STATE_ENDS
        and not (set(words) & _NO_STATE - PROGRESS)
    )


def may_say_state(heading: str) -> bool:
    """Return whether nothing in a heading makes it the state of something else than the order.

    >>> may_say_state("Progress"), may_say_state("Member since"), may_say_state("Loyalty")
    (True, False, False)
    """
    return not (set(parts(heading)) & _NO_STATE - PROGRESS)


def is_flag(heading: str) -> bool:
    """Return whether a heading names what an order must not be, so that the cells say yes, no or when."""
    return key(heading) in _headings("does_not_count_when_yes", "does_not_count_when_filled", "asks_when_yes")


def is_good(heading: str) -> bool:
    """Return whether a heading names what an order must be, so that No takes it out."""
    return key(heading) in _headings("counts_when_yes")


def asks_when_yes(heading: str) -> bool:
    """Return whether Yes under a heading is a return in some systems and an order that was returned in others."""
    return key(heading) in _headings("asks_when_yes")


def asks_when_no(heading: str) -> bool:
    """Return whether No under a heading is an order that waits in some companies and none in others."""
    return key(heading) in _headings("asks_when_no")


@cache
def _headings(*groups: str) -> frozenset[str]:
    return frozenset(key(word) for group in groups for word in words_of("headings", group))


def is_progress(heading: str) -> bool:
    """Return whether a state is one of the delivery, or of one line."""
    return bool(set(parts(heading)) & PROGRESS)


def parts(heading: str) -> list[str]:
    """Return the words of a heading, folded.

    >>> parts("dealStage"), parts("Payment-Status ")
    (['deal', 'stage'], ['payment', 'status'])
    """
    spaced = _CAMEL.sub(" ", heading)
    return [word for word in (key(part) for part in re.split(r"[\W_]+", spaced)) if word]
