"""Which of several headings that mean one column are looked at: not an empty one, and no margin in percent next to money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.inputs.spelling import How, says_percent

if TYPE_CHECKING:
    from collections.abc import Sequence

Hits = dict[How, list[int]]
"""Positions by why they mean the column."""


def with_cells(by_how: Hits, empty: frozenset[int]) -> Hits:
    """Leave out columns without a cell where one with cells could be meant too."""
    filled = {how: [at for at in places if at not in empty] for how, places in by_how.items()}
    return {how: places for how, places in filled.items() if places} or by_how


def in_money(by_how: Hits, found: Sequence[str]) -> Hits:
    """Leave out a margin in percent where one in money is there too.

    >>> in_money({"same": [0], "alias": [1]}, ["Margin %", "Gross profit"])
    {'alias': [1]}
    """
    money = {how: [at for at in places if not says_percent(found[at])] for how, places in by_how.items()}
    return {how: places for how, places in money.items() if places} or by_how
