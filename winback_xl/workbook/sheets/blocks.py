"""Pages of words: a label at the left, its text next to it, one account a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from winback_xl.core.cell_text import clean
from winback_xl.workbook import line_heights
from winback_xl.workbook.spec import Cell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from winback_xl.workbook.spec import Look

LABEL, TEXT = 25.0, 90.0
"""Widths of the two columns, characters."""

_MOST = 6  # lines of one text; what is longer ends in a mark, the whole is in the Campaign sheet
_LINE = 15.0


@dataclass(slots=True)
class Page:
    """Collects the cells of a sheet from top to bottom."""

    row: int
    cells: list[Cell] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)

    def heading(self, text: str) -> None:
        """Start a block."""
        self.cells.append(Cell(self.row, 0, clean(text), look="heading", span=1))
        self.cells.append(Cell(self.row, 1, None, look="heading"))
        self.heights[self.row] = 22.0
        self.row += 1
        self.gap()

    def line(self, label: str, text: str, look: Look = "long") -> None:
        """Put a label and its text on one row, as high as the text needs."""
        if label:
            self.cells.append(Cell(self.row, 0, label, look="label", kind="long"))
        shown = _cut(clean(text))
        self.cells.append(Cell(self.row, 1, shown, look=look, kind="long"))
        self.heights[self.row] = _LINE * line_heights.lines_of([shown], TEXT, _MOST)[0] + 1.5
        self.row += 1

    def lines(self, label: str, texts: Iterable[str], look: Look = "long") -> None:
        """Put several texts below one label."""
        for place, text in enumerate(texts):
            self.line("" if place else label, text, look)

    def blank(self, label: str, height: float = 1) -> None:
        """Leave room to write by hand."""
        self.cells.append(Cell(self.row, 0, label, look="label", kind="long"))
        self.cells.append(Cell(self.row, 1, None, look="input", kind="long"))
        self.heights[self.row] = _LINE * max(height, line_heights.lines_of([label], LABEL, _MOST)[0]) + 3
        self.row += 1

    def gap(self) -> None:
        """Leave a little air."""
        self.heights[self.row] = 6.0
        self.row += 1


def _cut(text: str) -> str:
    longest = int(_MOST * (TEXT - 6))
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
