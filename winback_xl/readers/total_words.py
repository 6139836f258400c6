"""How a row is called that adds up rows above it, in six languages."""

from __future__ import annotations

import re

_WORDS = (
    r"(?:grand |sub|net |overall |report )?-?(?:totals?|totaal|totale|sum|summe|gesamt(?:summe|ergebnis)?|zwischensumme|"
    r"teilsumme|ergebnis|somme|suma|endsumme|eindtotaal|insgesamt|summa)"
)
_OF = r"(?:for|of|für|fuer|pour|de|del|di|van|voor|per)"

TOTAL = rf"(?i)^\W*{_WORDS}\b"
"""How the row below a table says that it adds up the column."""

NAMED = rf"(?i){_WORDS}|^[*\x{{2211}}\x{{03A3}}]+$"
"""What every text has that `group_of` takes for a total."""

STEMS = (
    b"total",
    b"totaal",
    b"sum",
    b"somm",
    b"gesamt",
    b"ergebnis",
    b"*",
    "\u2211".encode(),
    "\u03a3".encode(),
)
"""Lower-case pieces of which every such name has one."""

_BARE = re.compile(
    rf"\W*{_WORDS}(?: (?:general|général|complessivo|generale|all|amount|sales))?\W*", re.IGNORECASE
)
_AHEAD = re.compile(rf"\W*{_WORDS}(?:\s*[:\-\u2013]\s*|\s+)(?:{_OF}\s+)?(?P<group>.*\w.*)", re.IGNORECASE)
_BEHIND = re.compile(rf"\W*(?P<group>.*\w.*?)[\s:\-\u2013(]+{_WORDS}\W*", re.IGNORECASE)
_WITH = re.compile(r"\s+with sub-?customers$", re.IGNORECASE)


def number_of(text: str) -> str:
    """Return the number of the group that a row of this name may add up, "" where it names none.

    >>> number_of("8 Subtotal"), number_of("Total 0042"), number_of("Acme Subtotal")
    ('8', '0042', '')
    """
    found = next((one for pattern in (_BEHIND, _AHEAD) if (one := pattern.fullmatch(text))), None)
    group = "" if found is None else found["group"].strip()
    return group if group.isdecimal() else ""


def groups_of(text: str) -> tuple[str, ...]:
    """Return the names of the group that a row of this name may add up: () if it is none, "" for the whole table.

    >>> groups_of("Total for Acme"), groups_of("Acme Subtotal"), groups_of("TOTAL"), groups_of("Acme")
    (('Acme',), ('Acme',), ('',), ())
    """
    if _BARE.fullmatch(text) or re.fullmatch(r"[*\u2211\u03a3]+", text):  # SAP marks its sums with stars
        return ("",)
    found = (pattern.fullmatch(text) for pattern in (_AHEAD, _BEHIND))
    groups = [_WITH.sub("", one["group"]).strip() for one in found if one]
    return tuple(
        group if re.search(r"[^\W\d_]", group) else "" for group in groups
    )  # "Total 2026" is of no group
