"""How high rows are: how many lines headings and texts take in columns of a given width."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.workbook.theme import ARROW, ROW_HEIGHT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

LINES = 4
"""Most lines of text that a table row shows: a longer sentence is read in the formula bar."""


def header_height(headings: Mapping[str, float]) -> float:
    """Return the height in points of a header row, from the width of each heading's column."""
    lines = (len(textwrap.wrap(text, max(1, int((wide - ARROW) / 1.1)))) for text, wide in headings.items())
    return ROW_HEIGHT * max(1, *lines) + 4 if headings else ROW_HEIGHT


def lines_of(texts: Sequence[str], wide: float, most: int = LINES) -> NDArray[np.float64]:
    r"""Return how many lines each text takes in a column of that width, at most so many.

    >>> lines_of(["short", "x" * 100, "two\nlines", "x" * 5000], 48).tolist()
    [1.0, 3.0, 2.0, 4.0]
    """
    # Letters are narrower than the digits that widths count, and each broken line ends half a word early.
    lengths = np.fromiter(map(len, texts), np.float64, len(texts)) * 0.92
    breaks = np.fromiter((text.count("\n") for text in texts), np.float64, len(texts))
    broken = np.where(lengths <= wide, 1, np.ceil(lengths / max(1.0, wide - 4)))
    return np.clip(broken + breaks, 1, most)
