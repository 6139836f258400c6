"""Find the heading that a user names: by its text, by its position, or as a product of several."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from winback_xl.inputs import heading_issues
from winback_xl.inputs.spelling import key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winback_xl.errors import Issue
    from winback_xl.schema.columns import Column, Table

_POSITION = re.compile(r"#\s*(\d+)")


class Choice(NamedTuple):
    """Where the columns that a user names are, or why they were not found.

    Parameters
    ----------
    places : tuple of int
        Positions in the file, 0-based; empty where something is wrong.
    issues : list of Issue
        What is wrong.
    doubtful : tuple of int
        Positions of equal headings among which the user has to choose.
    """

    places: tuple[int, ...] = ()
    issues: Sequence[Issue] = ()
    doubtful: tuple[int, ...] = ()


def chosen_places(found: Sequence[str], table: Table, column: Column, theirs: str) -> Choice:
    """Find what the user names for a column: one heading, one position, or a product of them.

    Examples
    --------
    >>> from winback_xl.schema.columns import ORDERS
    >>> chosen_places(["Qty", "Price"], ORDERS, ORDERS["order_value"], "qty*#2").places
    (0, 1)
    """
    whole = key(theirs) in {key(heading) for heading in found if "*" in heading}
    if "*" not in theirs or whole:
        parts = [theirs]
    elif column.kind in {"money", "number"}:
        parts = theirs.split("*")
    else:
        return Choice(issues=[heading_issues.no_product(column, theirs)])
    choices = [_chosen_place(found, table, column, part.strip()) for part in parts]
    issues = [issue for choice in choices for issue in choice.issues]
    doubtful = tuple(at for choice in choices for at in choice.doubtful)
    places = tuple(at for choice in choices for at in choice.places)
    return Choice(() if issues else places, issues, doubtful)


def _chosen_place(found: Sequence[str], table: Table, column: Column, part: str) -> Choice:
    hits = [at for at, heading in enumerate(found) if heading.strip() == part]
    hits = hits or [at for at, heading in enumerate(found) if key(heading) == key(part) != ""]
    position = _POSITION.fullmatch(part)
    if len(hits) == 1:
        return Choice((hits[0],))
    if hits:
        headings = [found[at] for at in hits]
        return Choice(
            issues=[heading_issues.two_headings(table, column, headings, hits)], doubtful=tuple(hits)
        )
    if position is None:
        return Choice(issues=[heading_issues.no_heading(column, part, found)])
    if 1 <= int(position[1]) <= len(found):
        return Choice((int(position[1]) - 1,))
    return Choice(issues=[heading_issues.no_position(column, part, len(found))])
