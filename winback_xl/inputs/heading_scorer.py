"""What a heading means on its own, and how much a row of cells looks like the headings of a table."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from winback_xl.inputs.heading_languages import SECOND
from winback_xl.inputs.spelling import LONGEST, bare, key, known_spellings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from winback_xl.schema.columns import Column, Table


def target(text: str, table: Table) -> Column | None:
    """Return the column that a user means by a heading, a name or an alias, or None."""
    entry = known_spellings(table).get(key(text))
    return None if entry is None else table[entry[0]]


def scorer(table: Table, given: Mapping[str, str] | None = None) -> Callable[[Iterable[object]], float]:
    """Return a function that says how much a row of cells looks like the headings of this table.

    Parameters
    ----------
    table : Table
        What is looked for.
    given : mapping, optional
        As for `match`; the headings named there count like our own.

    Returns
    -------
    callable
        Takes the cells of one row and returns a number: 2 for each required column it names, 1 for each other,
        0 if it names none.

    Examples
    --------
    >>> from winback_xl.schema.columns import ORDERS
    >>> score = scorer(ORDERS)
    >>> score(["Sales report", None]), score(["Customer no", "Date", "Total", "Remark"])
    (0.0, 5.0)
    """
    known = {spelling: name for spelling, (name, _) in known_spellings(table).items()}
    for (title, name), choices in SECOND.items():
        if title == table.title:
            known = {key(choice): name for choice in choices} | known
    for ours, theirs in (given or {}).items():
        column = target(ours, table)
        for part in (theirs, *theirs.split("*")):
            if column is not None and key(part) and not part.strip().startswith("#"):
                known[key(part)] = column.name
    weight = {column.name: 2.0 if column.required else 1.0 for column in table.columns}

    def score(cells: Iterable[object]) -> float:
        texts = {cell for cell in cells if isinstance(cell, str) and len(cell) <= LONGEST}  # most are blank
        named = {known[word] for text in texts for word in _words(text) if word in known}
        return sum((weight[name] for name in named), 0.0)

    return score


@lru_cache(maxsize=4096)  # the same first rows are held against each table, on every sheet
def _words(text: str) -> tuple[str, str]:
    return key(text), key(bare(text))
