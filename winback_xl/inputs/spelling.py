"""How headings are compared: without case, spaces, punctuation and accents, and how alike two spellings are."""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from winback_xl.inputs.heading_languages import ABROAD
from winback_xl.inputs.words import groups, words_of

if TYPE_CHECKING:
    from winback_xl.schema.columns import Column, Table

How = Literal["given", "same", "alias", "near", "stand-in"]
"""Why a heading was taken: the user said so, it is ours, it is one of the other names, it is spelt nearly so, or it
names the customer where nothing numbers them."""

NEVER = 0.6
"""Likeness below which nobody asks; spellings whose lengths alone rule it out are not compared."""

_SAME_WORD = 0.8  # likeness below which two words in the same place are different words
SHORT = 4
"""Shorter words are not compared by likeness: "no" and "to" differ by one letter and are different words."""

LONGEST = 255
"""Characters of a heading that Excel takes for the column of a table; a longer text is none."""

_SHOWN = 60  # characters of a heading that a message shows

_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@lru_cache(maxsize=16_384)  # the words of our own tables are compared for each file again
def key(heading: str) -> str:
    """Return what is compared: letters and digits only, without case or accents.

    >>> key(" Order_Value "), key("CustomerID"), key("Invoice #")
    ('ordervalue', 'customerid', 'invoiceno')
    """
    plain = unicodedata.normalize("NFKD", heading.replace("#", " no ")).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def is_currency(heading: str) -> bool:
    """Return whether a heading ends in the word for a currency: "Presentment currency", but not "Currency rate".

    >>> is_currency("order_currency"), is_currency("currencyCode"), is_currency("Currency rate")
    (True, True, False)
    """
    return key(heading).endswith(
        (
            "currency",
            "currencycode",
            "currencyisocode",
            "wahrung",
            "wahrungscode",
            "devise",
            "moneda",
            "divisa",
            "valuta",
        )
    )


@lru_cache(maxsize=32)
def known_spellings(table: Table) -> dict[str, tuple[str, How]]:
    """Return every spelling that means a column of the table; our own headings win over aliases."""
    known: dict[str, tuple[str, How]] = {}
    for column in table.columns:
        for alias in (*column.aliases, *ABROAD.get((table.title, column.name), ())):
            known.setdefault(key(alias), (column.name, "alias"))
    more = groups("headings") if table.title == "Orders" else {}
    for column in table.columns:
        for alias in words_of("headings", column.heading) if column.heading in more else ():
            known.setdefault(key(alias), (column.name, "alias"))
    for column in table.columns:
        known[key(column.name)] = known[key(column.heading)] = (column.name, "same")
    return known


def bare(heading: str) -> str:
    """Return a heading without what is in brackets: ``Amount (EUR)`` is ``Amount``."""
    return _BRACKETS.sub(" ", heading)


_PERCENT = re.compile(
    r"%|\b(percent|percentage|pct|perc|prozent|pourcent|por ?ciento|por ?cento|per ?cento|procent|rate|taux|quote)\b",
    re.IGNORECASE,
)


def says_percent(heading: str) -> bool:
    """Return whether a heading says that its numbers are percentages.

    >>> says_percent("Marge %"), says_percent("margin_pct"), says_percent("Marge")
    (True, True, False)
    """
    return _PERCENT.search(heading.replace("_", " ")) is not None


def brief(heading: str) -> str:
    """Return a heading as a message shows it.

    >>> brief("Amount"), brief("x" * 70_000)[-10:]
    ('Amount', 'xxxxxxx...')
    """
    return heading if len(heading) <= _SHOWN else heading[: _SHOWN - 3] + "..."


def _words(heading: str) -> list[str]:
    spaced = _CAMEL.sub(" ", heading)
    return [word for word in (key(part) for part in re.split(r"[\W_]+", spaced)) if word]


@lru_cache(maxsize=256)
def _spellings(column: Column) -> tuple[tuple[str, list[str]], ...]:
    """Return key and words of everything that means a column."""
    return tuple((key(text), _words(text)) for text in (column.heading, *column.aliases))


@lru_cache(maxsize=4096)
def likeness(heading: str, column: Column) -> float:
    """Return how alike a heading and the best of a column's spellings are, 0 to 1; 0 for other words."""
    best, ours = 0.0, key(heading)
    for theirs, words in _spellings(column):
        if 2 * min(len(ours), len(theirs)) < NEVER * (len(ours) + len(theirs)):
            continue  # so different in length that nobody asks how alike they are
        matcher = difflib.SequenceMatcher(None, ours, theirs)
        if matcher.quick_ratio() < max(NEVER, best):
            continue
        ratio = matcher.ratio()
        if ratio > best and _same_words(_words(heading), words):
            best = ratio
    return best


def _same_words(ours: list[str], theirs: list[str]) -> bool:
    """Return whether no word was exchanged for another: ``Invoice to`` is not ``Invoice no``."""
    if len(ours) != len(theirs):
        return True  # a word more or less, or joined; the likeness of the whole decides
    return all(_same_word(a, b) for a, b in zip(ours, theirs, strict=True))


def _same_word(a: str, b: str) -> bool:
    shorter, longer = sorted((a, b), key=len)
    if len(shorter) < SHORT:
        return a == b or (len(shorter) == SHORT - 1 and longer.startswith(shorter))
    return difflib.SequenceMatcher(None, a, b).ratio() >= _SAME_WORD
