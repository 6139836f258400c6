"""Whether a complaint is settled and how bad it is, in the words of the help desk that exported it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from winback_xl.inputs.file_cells import words_of
from winback_xl.inputs.systems import fold
from winback_xl.readers.grid import Cell, RawColumn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winback_xl.inputs.systems import KnownExport
    from winback_xl.readers.grid import Grid

_STRONGER = {"status": ("solved", "open"), "severity": ("1", "2", "3", "4", "5")}
"""Our columns and their values; of several columns of the help desk the later value in this order decides."""


def columns(grid: Grid, export: KnownExport, at: int) -> Iterator[tuple[str, RawColumn]]:
    """Yield our column and its cells for what the help desk says in words of its own.

    Parameters
    ----------
    grid : Grid
        The file.
    export : KnownExport
        Whose words.
    at : int
        Position of the first new column.
    """
    by_heading = {fold(column.heading): column for column in reversed(grid.columns)}
    for name, order in _STRONGER.items():
        rank = np.full(grid.rows, -1, np.int8)
        theirs = [
            (words, by_heading[fold(words.heading)])
            for words in getattr(export, name)
            if fold(words.heading) in by_heading
        ]
        for words, column in theirs:
            codes, found = words_of(column.filled())
            classes = [words.class_of(word) for word in found]
            ranks = np.array(
                [order.index(each) if each in order else -1 for each in (*classes, words.blank)], np.int8
            )
            rank = np.maximum(rank, ranks[codes])
        if theirs:
            texts = np.array([*order, None], dtype=object)[rank]
            kinds = np.where(rank < 0, np.uint8(Cell.BLANK), np.uint8(Cell.TEXT))
            yield (
                name,
                RawColumn(at, theirs[0][1].heading, kinds, texts=pa.array(texts.tolist(), pa.string())),
            )
            at += 1
