"""Numbers with their nouns, days, and lists of names, as sentences need them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def plural(count: int, one: str, many: str = "") -> str:
    """Return a number with its noun, and its verb where that follows.

    >>> plural(1, "customer"), plural(1200, "customer"), plural(2, "row has", "rows have")
    ('1 customer', '1,200 customers', '2 rows have')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def in_words(day: dt.date) -> str:
    """Return a day as a sentence shows it.

    >>> import datetime as dt
    >>> in_words(dt.date(2026, 11, 24))
    '24 November 2026'
    """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def listed(names: Iterable[str], most: int) -> str:
    """Return names in a row, the first so many of them, and how many more there are.

    >>> listed(["Jan", "Feb", "Mar"], 2), listed(["Jan"], 2)
    ('Jan, Feb and 1 more', 'Jan')
    """
    every = list(names)
    rest = len(every) - most
    return ", ".join(every[:most]) + (f" and {rest:,} more" if rest > 0 else "")
