"""What is said of a file without headings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.errors import DataError
from winback_xl.readers.source import HEAD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winback_xl.readers.source import HeadRow

_CELLS = 8  # cells of a row that a message describes


def no_headings(file: str, sheet: str, rows: Sequence[HeadRow]) -> DataError:
    """Explain that a sheet has no headings, and how to do without: the option, and what the columns hold."""
    where = f"{file}, {sheet}" if sheet else file
    if not rows:
        return DataError(
            f"{where} holds no data.", "Save the file with the rows in it, or name another sheet.", "no-rows"
        )
    counts = ", ".join(f"row {row.number}: {row.filled} filled cell(s)" for row in rows[:5])
    return DataError(
        f"{where} has no row of headings in its first {HEAD} rows ({counts}).",
        "Put headings such as Customer ID, Order date and Order value above the columns, or give the columns by number: "
        f"--no-header --column 'Customer ID=#1' --column 'Order date=#2' --column 'Order value=#3'. Row {rows[0].number} "
        f"holds {_numbered(rows[0].texts)}.",
        "no-headings",
    )


def _numbered(texts: Sequence[str]) -> str:
    """Describe the first cells of a row, each with the number of its column; what they say is not quoted.

    >>> _numbered(["00004", "", "29.33", "Miller"])
    '#1 5 digits, #3 5 characters with digits, #4 a text'
    """
    filled = [(at, text.strip()) for at, text in enumerate(texts, start=1) if text.strip()]
    shown = ", ".join(f"#{at} {_shape(text)}" for at, text in filled[:_CELLS])
    return shown + (f" and {len(filled) - _CELLS:,} more" if len(filled) > _CELLS else "")


def _shape(text: str) -> str:
    if not any(letter.isdigit() for letter in text):
        return "a text"
    if text.isdigit():
        return f"{len(text)} digit{'s' * (len(text) > 1)}"
    return f"{len(text)} characters with digits"
