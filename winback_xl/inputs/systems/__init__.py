"""Known exports: what shops, accounting systems, CRMs and help desks call things, one TOML file a system.

The name of the file is the id of the system and of its folder in ``tests/systems``. To add a system, add one file
here and one folder there. The keys of a file:

``name``
    What a user calls it ("Shopify order export"); is in "Read as a Shopify order export".
``table``
    ``orders``, ``customers`` or ``incidents``.
``source``
    Where the headings and words were looked up.
``identify``
    Lists of headings, on one line. A file whose headings include all of one list is this export. Compared like all
    headings: without case, spaces, punctuation and accents, in any order, among any others.
``level`` (orders only)
    What the order value on one row is: see `Level`.
``includes`` (orders only)
    What the order value has in it: any of ``tax``, ``shipping``, ``discount`` (already taken off), ``fees`` (already
    taken off).
``layout``
    ``plain``, or ``grouped``: the customer is as a title above its rows, which end in a row that starts with one of
    ``totals``.
``dates``
    Ways the dates are written, for ``strptime``; only where the system writes them in this way in every country.
``ignore``
    Headings that mean something else than our other names for columns say (``Account`` is a ledger account).
``[roles]``
    Our heading = theirs. A list: the first that the file has with anything in it. ``"First + Last"`` joins two columns with a space.
    ``"A | B"`` takes from each row the first that holds something other than 0; "A" may be missing from the file.
``[state."Heading"]``
    Words of a column that says how far an order is: lists ``counts``, ``does_not_count``, ``takes_back``, ``ask``.
    ``blank`` and ``filled`` say what an empty cell, and any other text, mean. Of several such columns the first class
    in this order decides: does_not_count, takes_back, ask, counts.
``[kind."Heading"]``
    Words of a column that says what a row is: lists ``order``, ``credit``, ``stage``, ``neither``; ``blank`` and ``filled``
    as above. Of several such columns the first class in this order decides: neither, stage, credit, order.
``[consent."Heading"]``
    Words of a column that says who wants no mail: lists ``may``, ``may_not``; ``blank`` and ``filled`` as above.
``[status."Heading"]`` (incidents only)
    Words of a column that says whether a complaint is settled: lists ``open``, ``solved``. One column that says open is enough.
``[severity."Heading"]`` (incidents only)
    Words of a column that says how bad it is: lists ``1`` (nuisance) to ``5`` (the relationship is at stake).
``lacks``
    One sentence for the user where the export never names the customer: what is missing and what to do.
``[guest]``
    ``ids``: what is in Customer ID when nobody is logged in ("" is an empty cell); ``then``: the columns that name
    such a buyer, best first.
``signed`` (orders only)
    ``true`` where amounts are money in and out of our account: an order below zero and a credit above zero are purchases of
    our own and their refunds, so neither.

A word that no list holds is looked up in `winback_xl.inputs.words`.
"""

from __future__ import annotations

import json
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Level = Literal["one row an order", "line value", "order total on each line", "order total on first line"]
"""``order total on first line``: the other lines of the order leave value, customer and state empty."""

Layout = Literal["plain", "grouped"]

STATES = ("does_not_count", "takes_back", "ask", "counts")
"""Classes of an order's state. The first that one of the state columns gives decides.

``does_not_count`` sets the rows aside; ``takes_back`` turns them into a credit of at most what the order was worth;
``ask`` means that companies differ (a payment still to come): one option of the user settles it.
"""

KINDS = ("neither", "stage", "credit", "order")
"""Classes of a document. The first that one of the kind columns gives decides.

A payment or a quotation is ``neither`` order nor credit. ``stage`` is an earlier stage of a sale (sales order, delivery
note), or a part of it: left out of a file whose same column has words of class ``order`` too, so that one sale does not
count twice; in a file without them the column says nothing about the row.
"""

CONSENTS = ("may_not", "may")
"""Whether we may write to somebody. One column that says no is enough."""

STATUSES = ("open", "solved")
"""Whether a complaint is settled."""

SEVERITIES = ("1", "2", "3", "4", "5")
"""How bad a complaint is, as in the column Severity."""

_IDENTIFY = "identify = "

_WORDS = {"state": STATES, "kind": KINDS, "consent": CONSENTS, "status": STATUSES, "severity": SEVERITIES}


@dataclass(frozen=True, slots=True)
class Words:
    """One column of words and the class of each.

    Parameters
    ----------
    heading : str
        What the system calls the column.
    words : mapping of str to str
        Word as the system writes it to its class.
    blank, filled : str
        Class of an empty cell, and of a cell with any other text; "" where the system has no such rule.
    """

    heading: str
    words: Mapping[str, str]
    blank: str = ""
    filled: str = ""

    def class_of(self, cell: str) -> str:
        """Return the class of a cell, "" where the system does not know the word."""
        if not cell.strip():
            return self.blank
        wanted = fold(cell)
        known = (group for word, group in self.words.items() if fold(word) == wanted)
        return next(known, self.filled)


@dataclass(frozen=True, slots=True)
class Guest:
    """Who bought without an account: the ids that stand for nobody, and the columns to take instead, best first."""

    ids: tuple[str, ...]
    then: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownExport:
    """One export of one system; the module's text explains each field."""

    id: str
    name: str
    table: Literal["orders", "customers", "incidents"]
    source: str
    identify: tuple[tuple[str, ...], ...]
    roles: Mapping[str, tuple[str, ...]]
    level: Level = "one row an order"
    layout: Layout = "plain"
    includes: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    state: tuple[Words, ...] = ()
    kind: tuple[Words, ...] = ()
    consent: tuple[Words, ...] = ()
    status: tuple[Words, ...] = ()
    severity: tuple[Words, ...] = ()
    lacks: str = ""
    guest: Guest | None = None
    signed: bool = False

    @property
    def words(self) -> tuple[Words, ...]:
        """Every column of words that the entry knows."""
        return (*self.state, *self.kind, *self.consent, *self.status, *self.severity)

    @property
    def headings(self) -> set[str]:
        """Every heading that the entry names."""
        names = " + ".join(name.replace(" | ", " + ") for names in self.roles.values() for name in names)
        columns = {words.heading for words in self.words}
        return {*names.split(" + "), *columns, *self.ignore, *(self.guest.then if self.guest else ())}


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return what is compared of a heading or word: letters and digits, without case and accents; else the signs.

    >>> fold(" Partially_Refunded"), fold("Annulée"), fold("*")
    ('partiallyrefunded', 'annulee', '*')
    """
    plain = unicodedata.normalize("NFKD", text.replace("#", " no ")).casefold()
    return "".join(letter for letter in plain if letter.isalnum()) or text.strip()


def _words(heading: str, entry: Mapping[str, Any], classes: tuple[str, ...]) -> Words:
    words = {word: group for group in classes for word in entry.get(group, ())}
    return Words(heading, MappingProxyType(words), entry.get("blank", ""), entry.get("filled", ""))


def _export(name: str, text: str) -> KnownExport:
    entry: dict[str, Any] = tomllib.loads(text)
    roles = {
        role: (theirs,) if isinstance(theirs, str) else tuple(theirs)
        for role, theirs in entry.pop("roles").items()
    }
    columns: dict[str, Any] = {
        part: tuple(_words(heading, lists, classes) for heading, lists in entry.pop(part, {}).items())
        for part, classes in _WORDS.items()
    }
    guest = entry.pop("guest", None)
    plain: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
    }
    plain["identify"] = tuple(tuple(needed) for needed in entry["identify"])
    return KnownExport(
        id=name,
        roles=MappingProxyType(roles),
        guest=Guest(tuple(guest["ids"]), tuple(guest["then"])) if guest else None,
        **columns,
        **plain,
    )


@cache
def _texts() -> Mapping[str, str]:
    """Return the text of each entry by its id, in the order of the ids."""
    here = sorted(Path(__file__).parent.glob("*.toml"))
    return MappingProxyType({file.stem: file.read_text(encoding="utf-8") for file in here})


@cache
def read(name: str) -> KnownExport:
    """Return the export with this id."""
    return _export(name, _texts()[name])


def load() -> tuple[KnownExport, ...]:
    """Return every known export, in the order of their ids."""
    return tuple(read(name) for name in _texts())


@cache
def _marks() -> tuple[tuple[frozenset[str], str], ...]:
    """Return each identifying set of folded headings with the id of its export, the largest first.

    Only this line of each file is read, which takes a twentieth of the time: it is written as JSON writes lists.
    """
    marks = [
        (frozenset(map(fold, needed)), name)
        for name, text in _texts().items()
        for line in text.splitlines()
        if line.startswith(_IDENTIFY)
        for needed in json.loads(line.removeprefix(_IDENTIFY))
    ]
    return tuple(sorted(marks, key=lambda mark: -len(mark[0])))


def identify(headings: Iterable[str]) -> KnownExport | None:
    """Return the system that a file comes from, or None.

    Parameters
    ----------
    headings : iterable of str
        The heading row, in any order and case, with any columns of the user's own.

    Returns
    -------
    KnownExport or None
        The export with the largest identifying set that the headings include. None also where two exports fit equally well:
        then nothing is known for certain.

    Examples
    --------
    >>> found = identify(["name", "EMAIL", "Financial Status", "Lineitem name", "Total", "My own"])
    >>> found.name if found else None
    'Shopify order export'
    >>> identify(["Order ID", "Customer ID", "Order date", "Order value"])
    """
    there = {fold(heading) for heading in headings}
    found = [(len(needed), name) for needed, name in _marks() if needed <= there]
    best = {name for size, name in found if size == found[0][0]}
    return read(best.pop()) if len(best) == 1 else None


__all__ = [
    "CONSENTS", "KINDS", "SEVERITIES", "STATES", "STATUSES", "Guest", "KnownExport", "Layout", "Level", "Words", "fold", "identify", "load", "read",
]  # fmt: skip
