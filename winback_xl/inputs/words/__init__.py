"""Words of other systems and what they mean: the state of an order, what a row is, who is a guest, who wants no mail.

Words are data: one TOML file a subject, lists of words in six languages. A word is looked at once however many rows
hold it, and compared without case, spaces, punctuation and accents.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from winback_xl.inputs.systems import fold

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def lists(subject: str) -> Mapping[str, Any]:
    """Return the lists of one file, as written."""
    return MappingProxyType(tomllib.loads((files(__name__) / f"{subject}.toml").read_text(encoding="utf-8")))


@cache
def members(subject: str, name: str) -> frozenset[str]:
    """Return one list of words, folded."""
    return frozenset(map(fold, lists(subject)[name]))


@cache
def classes(subject: str, *names: str) -> Mapping[str, str]:
    """Return every word of some lists, folded, with the name of its list; the first list that has a word counts.

    Examples
    --------
    >>> known = classes("states", "counts", "does_not_count", "takes_back", "ask")
    >>> known[fold("Cancelled")], known[fold("partially_refunded")], known[fold("Bezahlt")]
    ('does_not_count', 'ask', 'counts')
    """
    found: dict[str, str] = {}
    for name in names:
        for word in lists(subject)[name]:
            found.setdefault(fold(word), name)
    return MappingProxyType(found)


@cache
def stages() -> Mapping[str, int]:
    """Return the words for a stage of a deal, folded: 0 for a quote up to 3 for an invoice."""
    return MappingProxyType(
        {fold(word): place for place, words in enumerate(lists("kinds")["stages"]) for word in words}
    )


__all__ = ["classes", "fold", "lists", "members", "stages"]
