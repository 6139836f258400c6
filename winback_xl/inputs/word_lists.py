"""Lists of `winback_xl.inputs.words` as sets of folded words, each made once."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from winback_xl.inputs import words
from winback_xl.inputs.systems import fold

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def members(subject: str, group: str) -> frozenset[str]:
    """Return one list of words, folded.

    >>> fold("Guest checkout") in members("guest", "guest"), fold("Verloren") in members("deal", "chance")
    (True, True)
    """
    return frozenset(map(fold, words.words_of(subject, group)))


@cache
def classes(subject: str, groups: tuple[str, ...]) -> Mapping[str, str]:
    """Return every word of some lists, folded, with the name of its list.

    >>> classes("state", words.STATE_CLASSES)[fold("Cancelled")]
    'does_not_count'
    """
    return MappingProxyType(
        {fold(word): group for group in groups for word in words.words_of(subject, group)}
    )
