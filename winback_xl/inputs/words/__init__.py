"""General words: states of orders, kinds of documents, opt-outs and headings in six languages, as data.

What one system means by its own words is in `winback_xl.inputs.systems` and comes first. Each TOML file says what its
groups mean. A word is once in a file (tests/systems/test_words.py), so no order of the lists matters.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from winback_xl.inputs.systems import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Polarity = Literal["consent", "opt_out", ""]

STATE_CLASSES = ("counts", "does_not_count", "takes_back", "ask")
KIND_CLASSES = ("order", "credit", "stage", "neither", "ask")


@cache
def groups(name: str) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Return the words of a file, by group and language.

    Parameters
    ----------
    name : str
        ``state``, ``kind``, ``consent`` or ``headings``.

    Returns
    -------
    mapping of str to mapping of str to tuple of str
        Group to language to words. ``codes``, ``any`` and ``weak`` come after the languages.
    """
    text = (Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    return MappingProxyType(
        {
            group: MappingProxyType({language: tuple(words) for language, words in lists.items()})
            for group, lists in found.items()
        }
    )


def words_of(name: str, group: str, *, weak: bool = False) -> tuple[str, ...]:
    """Return the words of one group in all languages; ``weak`` ones only where asked for.

    >>> "Zustand" in words_of("headings", "State"), "State" in words_of("headings", "State")
    (True, False)
    """
    lists = groups(name)[group]
    return tuple(word for language, words in lists.items() if weak or language != "weak" for word in words)


@cache
def _classes(name: str, wanted: tuple[str, ...]) -> Mapping[str, str]:
    return MappingProxyType({fold(word): group for group in wanted for word in words_of(name, group)})


def state_class(word: str) -> str:
    """Return what a state means for an order: one of `STATE_CLASSES`, "" for a word that nobody knows.

    >>> state_class("Partially_Refunded"), state_class("storniert"), state_class("Pending"), state_class("Blue")
    ('counts', 'does_not_count', 'ask', '')
    >>> state_class("Cancellation being checked")
    'ask'
    """
    known = _classes("state", STATE_CLASSES).get(fold(word))
    if known is None and any(stem in fold(word) for stem in words_of("state", "ask_when_it_has")):
        return "ask"
    return known or ""


def kind_class(word: str) -> str:
    """Return what a row of this kind is: one of `KIND_CLASSES`, "" for a word that nobody knows.

    >>> kind_class("Tax Invoice"), kind_class("Gutschrift"), kind_class("devis"), kind_class("RE"), kind_class("SO")
    ('order', 'credit', 'neither', 'ask', 'stage')
    """
    return _classes("kind", KIND_CLASSES).get(fold(word), "")


def is_no_kind(words: Iterable[str]) -> bool:
    """Whether a column that is called like a kind of document holds ways of paying or sorts of customers instead.

    >>> is_no_kind(["Cash", "Credit"]), is_no_kind(["New", "Return customer"]), is_no_kind(["Invoice", "Credit"])
    (True, True, False)
    >>> is_no_kind(["Net 30", "Credit (30 days)"]), is_no_kind(["New", "Return"]), is_no_kind(["Online", "Return"])
    (True, True, False)
    """
    there = {_TERM.sub("", fold(word)) or "net" for word in words if word.strip()}
    documents = {"credit", "invoice", "creditinvoice", "rechnung", "kredit", "return"}
    return any(
        there <= {"net", *(fold(word) for word in words_of("kind", group))} and bool(there - documents)
        for group in ("way_of_paying", "sort_of_customer", "seen_before")
    )


_TERM = re.compile(
    r"(?<=[^\W\d])(net)?\d+(days?|tage?|jours|dias|giorni|dagen)?$|^net\d+$|^\d+(days?|tage?|jours|dias|giorni|dagen)(net)?$"
)
"""How long a buyer may take to pay, as in "Credit (30 days)" and "Net 30"."""


_PARTS = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])")
_BEFORE = frozenset({"is", "has", "contact", "customer", "client", "account", "kunde"})
_BEHIND = frozenset(
    {
        "date",
        "at",
        "on",
        "time",
        "timestamp",
        "flag",
        "yn",
        "y",
        "n",
        "am",
        "datum",
        "le",
        "op",
        "data",
        "fecha",
    }
)
"""Words around the heading of a consent that change nothing."""

_SURE = 2  # words of a consent whose day may be taken for it


def polarity(heading: str) -> Polarity:
    """Return whether Yes under this heading means that we may write (consent) or that we may not (opt_out).

    >>> polarity("Email Opt Out"), polarity("accepts_marketing"), polarity("Werbesperre"), polarity("Region")
    ('opt_out', 'consent', 'opt_out', '')
    >>> polarity("Is blacklisted"), polarity("Marketing consent date"), polarity("Newsletter date")
    ('opt_out', 'consent', '')
    """
    known = _classes("consent", ("opt_out_headings", "consent_headings"))
    found = known.get(fold(heading), "")
    pieces = [piece for piece in map(fold, _PARTS.split(heading)) if piece]
    while not found and len(pieces) > 1 and (pieces[0] in _BEFORE or pieces[-1] in _BEHIND):
        behind = pieces[-1] in _BEHIND
        pieces = pieces[:-1] if behind else pieces[1:]
        found = known.get("".join(pieces), "")
        if behind and len(pieces) < _SURE and found == "consent_headings":
            found = ""  # the day of a newsletter is not that of a consent
            break
    names: dict[str, Polarity] = {"opt_out_headings": "opt_out", "consent_headings": "consent"}
    return names.get(found, "")


def consent_class(heading: str, cell: str) -> str:
    """Return ``may``, ``may_not`` or ``ask`` for a cell of an opt-out or consent column, "" where it says nothing.

    Parameters
    ----------
    heading : str
        Heading of the column; its `polarity` decides what yes and no mean.
    cell : str
        Text of the cell. A text that no list holds is an entry (``UNSUB_TIME``): in an opt-out column it means yes, in a
        consent column only where it has a digit, as a date has.

    Examples
    --------
    >>> consent_class("Email Opt Out", "1"), consent_class("Marketing consent", "no"), consent_class("Opt in", "ja")
    ('may_not', 'may_not', 'may')
    >>> consent_class("Do not allow Emails", "Allow"), consent_class("UNSUB_TIME", "2025-09-01 10:00:00")
    ('may', 'may_not')
    >>> consent_class("Marketing consent", "")
    ''
    """
    return class_of_cell(polarity(heading), cell)


def class_of_cell(side: Polarity, cell: str) -> str:
    """Return the class of a cell as `consent_class` does, where it is known what Yes means in its column."""
    if not side or not cell.strip():
        return ""
    entered = "yes" if side == "opt_out" or any(letter.isdigit() for letter in cell) else "ask"
    word = _cells().get(fold(cell), entered)
    if word in {"yes", "no"}:
        return "may" if (word == "yes") == (side == "consent") else "may_not"
    return word


@cache
def _cells() -> Mapping[str, str]:
    return MappingProxyType(
        {fold(word): group for group, words in groups("consent")["cells"].items() for word in words}
    )


def says_no_by_itself(cell: str) -> bool:
    """Return whether a cell says under any heading that somebody wants no mail; of several tags one is enough.

    >>> says_no_by_itself("Unsubscribed"), says_no_by_itself("VIP, no-mail"), says_no_by_itself("None")
    (True, True, False)
    """
    sure = {fold(word) for word in groups("consent")["no_by_itself"]["any"]}
    return any(fold(part) in sure for part in re.split(r"[,;|/]", cell) if part.strip())


def likely_polarity(heading: str, cells: Iterable[str]) -> Polarity:
    """Return what Yes most likely means under a heading that no list has, "" where its cells do not answer.

    Parameters
    ----------
    heading : str
        Heading that `looks_like_consent`.
    cells : iterable of str
        The different words of its column.

    Examples
    --------
    >>> likely_polarity("Do not send", ["0", "1"]), likely_polarity("Newsletter-Einwilligung", ["Ja", "Nein"])
    ('opt_out', 'consent')
    >>> likely_polarity("Newsletter source", ["web"]), likely_polarity("Opt-out fee", ["0", "1"])
    ('', '')
    """
    pieces = [piece for piece in map(fold, _PARTS.split(heading)) if piece]
    about = {fold(word) for word in groups("consent")["looks_like_consent"]["about"]}
    if not pieces or about & {*pieces}:
        return ""
    whole = "".join(pieces)
    out = any(fold(stem) in whole for stem in groups("consent")["looks_like_consent"]["opt_out_stems"])
    side: Polarity = "opt_out" if out else "consent"
    known = all(
        fold(cell) in _cells() or (out and any(letter.isdigit() for letter in cell)) for cell in cells
    )
    return side if known else ""


_OF_A_CONTRACT = frozenset(
    {"id", "ids", "plan", "price", "amount", "item", "items", "product", "period", "interval", "number"}
)
"""Last words by which a subscription is something bought."""


def looks_like_consent(heading: str) -> bool:
    """Whether a heading that nobody reads may well say who wants no mail, so that a warning is due.

    >>> looks_like_consent("SMS opt-in source"), looks_like_consent("Option 1 Name"), looks_like_consent("GDPR note")
    (True, False, True)
    >>> looks_like_consent("Subscription ID"), looks_like_consent("Subscription plan"), looks_like_consent("Subscription")
    (False, False, True)
    """
    *_, last = ["", *filter(None, map(fold, _PARTS.split(heading)))]
    if fold(heading).startswith("subscription") and last in _OF_A_CONTRACT:
        return False
    marks = groups("consent")["looks_like_consent"]
    parts = {fold(part) for part in _PARTS.split(heading)}
    whole = fold(heading)
    return bool(parts & {fold(word) for word in marks["words"]}) or any(
        fold(stem) in whole for stem in marks["stems"]
    )
