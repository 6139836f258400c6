"""Find the row of headings: titles may stand above it, and the headings may take two rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from winback_xl.readers.grid import Cell
from winback_xl.readers.source import HEAD, HeadRow
from winback_xl.readers.total_words import TOTAL

if TYPE_CHECKING:
    from winback_xl.readers.grid import Grid, RawColumn

Score = Callable[[Sequence[str]], float]
"""Says how much the cells of a row look like the headings that are wanted; 0 for not at all."""

_WORDY = re.compile(r"[^\W\d_]")
_NEARLY = 0.6  # the first row with this share of the best score: headings are above the data


class Heading(NamedTuple):
    """The row of the headings, what they are, and how well they scored."""

    row: int
    texts: tuple[str, ...]
    score: float


def find(rows: Sequence[HeadRow], score: Score | None = None) -> Heading | None:
    """Find the headings among the first rows.

    Parameters
    ----------
    rows : sequence of HeadRow
        The first filled rows, in order.
    score : callable, optional
        Scores a row by the headings that are wanted. Without it, or when no row scores, the row with most
        different words and fewest numbers wins.

    Returns
    -------
    Heading or None
        None if no row holds words. Its row is the lower one when two rows together make the headings.
    """
    if score is not None:
        best = max(_candidates(rows, score), key=lambda found: found.score, default=None)
        if best is not None and best.score > 0:
            return best
    weight = 1.0 if score is None else 1e-6  # any row with a wanted heading, on any sheet, beats these
    scored = [Heading(row.number, row.texts, weight * words_score(row.texts)) for row in rows]
    top = max((found.score for found in scored), default=0.0)
    return next((found for found in scored if found.score >= _NEARLY * top), None) if top > 0 else None


def words_score(texts: Sequence[str]) -> float:
    """Count the different words in a row, less the cells that are numbers, dates or repetitions.

    >>> words_score(["Customer", "Date", "Amount", ""]), words_score(["C1", "2024-01-31", "12.50"])
    (3.0, -1.0)
    """
    filled = [text.strip().casefold() for text in texts if text.strip()]
    words = {text for text in filled if _WORDY.search(text) and text not in {"true", "false"}}
    return float(2 * len(words) - len(filled))


def _candidates(rows: Sequence[HeadRow], score: Score) -> list[Heading]:
    found = []
    heads = [row for row in rows if not _adds_up(row.texts)]
    for above, row in zip([None, *heads], heads, strict=False):
        alone = Heading(row.number, row.texts, score(row.texts))
        found.append(alone)
        if above is not None and above.number == row.number - 1 and above.filled > 1:
            both = _joined(above.texts, row.texts)
            together = Heading(row.number, both, score(both))
            if together.score > max(alone.score, score(above.texts)):
                found.append(together)
    return found


def _adds_up(texts: Sequence[str]) -> bool:
    """Tell the sum below a table from headings: Total is a heading too, but not next to nothing except numbers.

    >>> _adds_up(["TOTAL", "", "1.333,50"]), _adds_up(["Total", "Date"]), _adds_up(["Total"])
    (True, False, False)
    """
    first, *others = [text.strip() for text in texts if text.strip()] or [""]
    return re.match(TOTAL, first) is not None and bool(others) and not any(map(_WORDY.search, others))


def _joined(above: Sequence[str], below: Sequence[str]) -> tuple[str, ...]:
    """Join two rows of headings; one above stands for all blank cells to its right.

    >>> _joined(["Customer", "", "Order"], ["ID", "Name", "Date"])
    ('Customer ID', 'Customer Name', 'Order Date')
    """
    group, joined = "", []
    for over, under in zip(above, below, strict=False):
        group = over.strip() or group
        joined.append(f"{group} {under.strip()}".strip() if under.strip() else over.strip())
    return tuple(joined)


def head_rows(grid: Grid) -> list[HeadRow]:
    """Write the first `HEAD` rows of a grid as texts."""
    width = max((column.position for column in grid.columns), default=-1) + 1
    count = min(grid.rows, HEAD)
    table = [[""] * width for _ in range(count)]
    for column in grid.columns:
        top = column.take(np.arange(count))
        texts = top.strings().to_pylist()
        for row in range(count):
            table[row][column.position] = _shown(top, texts, row)
    return [HeadRow(grid.row_number(row), tuple(texts)) for row, texts in enumerate(table)]


def _shown(column: RawColumn, texts: list[str | None], row: int) -> str:
    kind = Cell(int(column.kinds[row]))
    if kind in {Cell.TEXT, Cell.ERROR}:
        return texts[row] or ""
    if kind is Cell.DATE and column.dates is not None:
        return str(column.dates[row].astype("datetime64[D]"))
    if kind is Cell.BOOL and column.numbers is not None:
        return "TRUE" if column.numbers[row] else "FALSE"
    return f"{column.numbers[row]:.15g}" if kind is Cell.NUMBER and column.numbers is not None else ""
