"""Words that stand for an empty cell."""

from __future__ import annotations

BLANK_WORDS = (
    "", "-", "--", "\u2013", "\u2014", ".", "n/a", "na", "n.a.", "null", "none", "nan", "nat", "<na>", "(blank)",
    "?", "unknown", "not known", "tbd",
)  # fmt: skip
"""What stands for an empty cell where a number or a date is due; in names and ids these stay text."""
