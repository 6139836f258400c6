"""Numbers with their nouns, as sentences need them."""

from __future__ import annotations


def plural(count: int, one: str, many: str = "") -> str:
    """Return a number with its noun, and its verb where that follows.

    >>> plural(1, "customer"), plural(1200, "customer"), plural(2, "row has", "rows have")
    ('1 customer', '1,200 customers', '2 rows have')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"
