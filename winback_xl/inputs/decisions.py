"""What all rows of a table decide together, from counts alone: parts of a ledger must never decide differently.

A rule that looks at all rows to choose how they are read counts first, and decides on the counts. A table in memory
decides on its own. A part of a larger ledger follows what the counts of all parts together decided, and hands in its
own counts; counts of parts add up to those of the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from winback_xl.errors import DataError, Issue

Tally = dict[str, Any]
"""Counts by name: an int is added up, of two floats the larger counts, of two bools any; a list is added up place by place,
a dict key by key; a text is the same in all parts."""

Verdict = Any
"""What a rule decided; JSON can hold it."""

Rule = Callable[[Tally], Verdict]
_Rule = TypeVar("_Rule", bound=Rule)

_RULES: dict[str, Rule] = {}
_MOST_WORDS = 20_000


def rule(decides: _Rule) -> _Rule:
    """Make a function from counts to a verdict known by its name."""
    _RULES[decides.__name__] = decides
    return decides


@dataclass(slots=True)
class Decisions:
    """What was decided about one table, or about a part of one.

    Parameters
    ----------
    given : mapping of str to Verdict
        What the whole ledger decided; what is not in it the rows at hand decide.
    in_parts : bool
        Whether the rows are a part of a ledger.
    tallies : dict of str to Tally
        What the rows at hand count, for `together`.
    made : dict of str to Verdict
        What was followed.
    """

    given: Mapping[str, Verdict] = field(default_factory=dict)
    in_parts: bool = False
    tallies: dict[str, Tally] = field(default_factory=dict)
    made: dict[str, Verdict] = field(default_factory=dict)

    def make(self, by: Rule, about: str, **tally: Any) -> Verdict:
        """Decide by a rule.

        Parameters
        ----------
        by : callable
            Marked with `rule`.
        about : str
            What it is decided about, such as a column; once a table.
        **tally
            What the rows at hand count.
        """
        if not self.in_parts:
            return by(tally)
        name = f"{by.__name__}|{about}"
        self.tallies[name] = tally
        self.made[name] = self.given[name] if name in self.given else by(tally)
        return self.made[name]

    def words(self, heading: str, at: int, found: Sequence[str]) -> list[str]:
        """Return the different words of a column: those of the rows at hand first, then those of other parts.

        Parameters
        ----------
        heading : str
            Of the column.
        at : int
            Its position: two may have one heading.
        found : sequence of str
            Words of the rows at hand.

        Raises
        ------
        DataError
            So many that they can hardly be words.
        """
        if not self.in_parts:
            return [*found]
        if len(found) > _MOST_WORDS:
            what = f"{heading} holds more than {_MOST_WORDS:,} different words: what they mean must be seen in the whole ledger."
            fix = "Read it in memory (--engine memory), or leave the column out (--column 'State=' or --column 'Kind=')."
            raise DataError.from_issues([Issue("words-in-parts", "error", what, fix)])
        whole = self.make(_every_word, f"{heading} {at}", words=dict.fromkeys(found, 1))
        here = set(found)
        return [*found, *(word for word in whole if word not in here)]


@rule
def _every_word(tally: Tally) -> list[str]:
    return sorted(tally["words"])


@rule
def some(tally: Tally) -> bool:
    """Return whether anything was found."""
    return bool(tally["found"])


def decided(tallies: Mapping[str, Tally]) -> dict[str, Verdict]:
    """Return the verdicts on counts."""
    return {name: _RULES[name.partition("|")[0]](tally) for name, tally in tallies.items()}


def together(one: Mapping[str, Tally], other: Mapping[str, Tally]) -> dict[str, Tally]:
    """Add the counts of two parts up.

    >>> together({"a|": {"rows": 2, "largest": 1.5, "words": {"x": 1}}}, {"a|": {"rows": 3, "largest": 1.0, "words": {"y": 1}}})
    {'a|': {'rows': 5, 'largest': 1.5, 'words': {'x': 1, 'y': 1}}}
    """
    added: dict[str, Tally] = _added(dict(one), dict(other))
    return added


def _added(one: Any, other: Any) -> Any:
    if isinstance(one, dict):
        both = {name: _added(one[name], other[name]) for name in one if name in other}
        return {**one, **other, **both}
    if isinstance(one, list):
        longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
        return [a + b for a, b in zip(longer, [*shorter, *[0] * (len(longer) - len(shorter))], strict=True)]
    if isinstance(one, bool) or isinstance(other, bool):
        return bool(one or other)
    if isinstance(one, str):
        return one
    if isinstance(one, float) or isinstance(other, float):
        return max(one, other)
    return one + other
