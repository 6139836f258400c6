"""Words in a report that take a make-good out of the hands of sales: law, safety, injury."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

COUNSEL_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "legal: an offer or an apology may be read as admitting a claim",
        (
            "attorney", "attorneys", "barrister", "breach of contract", "bribe", "bribery", "court", "damages claim",
            "data breach", "discrimination", "fraud", "fraudulent", "gdpr", "harassed", "harassment", "injunction",
            "law firm", "lawsuit", "lawsuits", "lawyer", "lawyers", "legal", "litigation", "ombudsman", "prosecuted",
            "prosecutor", "regulator", "solicitor", "solicitors", "subpoena", "sue us", "sue you", "sued", "suing",
            "to sue", "tribunal", "will sue",
        ),
    ),
    (
        "safety: the duty to warn and to report comes before any sale",
        (
            "contaminated", "contamination", "dangerous", "electric shock", "electrocuted", "exploded", "explosion",
            "fire", "flammable", "hazard", "hazardous", "poisoned", "poisoning", "product recall", "safety",
            "safety recall", "toxic", "unsafe",
        ),
    ),
    (
        "injury: a person was harmed, which no make-good puts right",
        (
            "ambulance", "bleeding", "burned", "burnt", "death", "deaths", "died", "fatalities", "fatality", "hospital",
            "hospitalised", "hospitalized", "hurt", "injured", "injuries", "injury", "killed", "wounded",
        ),
    ),
)  # fmt: skip
"""Why each group stops the offer, and its words. A false alarm costs a phone call to Counsel, a miss a lawsuit,
so words with an innocent sense (fire, hurt) are in. "Sue" alone is a name: only "to sue", "sue us" count."""

_WORDS = tuple(word for _, words in COUNSEL_WORDS for word in words)
_ANY_WORD = re.compile(r"\b(?:" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r")\b", re.IGNORECASE)
_LETTERS_ONLY = bytes(byte if chr(byte).isalpha() and byte < 128 else ord(" ") for byte in range(256))
_KEY_OF = {word: max(word.split(), key=len).encode() for word in _WORDS}  # its longest part, for phrases


def words_in(texts: Sequence[str]) -> list[str]:
    """Return for each text the listed words in it, in order of appearance, joined by ", ".

    Whole words only, whatever their case.

    Examples
    --------
    >>> words_in(["A worker was Injured; their LAWYER called.", "The colour was illegally ugly."])
    ['injured, lawyer', '']
    """
    # A regular expression with this many words is slow. All texts cut into words at once tell which listed words
    # can be there at all; plain searches find the few texts that have them; only these are read in earnest.
    folded = [text.casefold() for text in texts]
    ends = list(accumulate(len(text) + 1 for text in folded))
    joined = "\n".join(folded)
    parts = set(joined.encode(errors="replace").translate(_LETTERS_ONLY).split())
    suspects: set[int] = set()
    for word in (word for word in _WORDS if _KEY_OF[word] in parts):
        at = joined.find(word)
        while at >= 0:
            row = bisect_right(ends, at)
            suspects.add(row)
            at = joined.find(word, ends[row])
    found = [""] * len(folded)
    for row in suspects:
        found[row] = ", ".join(dict.fromkeys(_ANY_WORD.findall(folded[row])))
    return found
