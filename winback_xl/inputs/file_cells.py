"""The cells of a file as the rules want them: each different word once, numbers where they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from winback_xl.inputs import parsing
from winback_xl.inputs.aid_columns import Aid
from winback_xl.inputs.kinds import amounts
from winback_xl.inputs.kinds.findings import clean, different_texts
from winback_xl.inputs.kinds.words import as_texts
from winback_xl.inputs.systems import fold
from winback_xl.readers.grid import Cell, RawColumn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.inputs.aid_columns import Place
    from winback_xl.inputs.decisions import Decisions
    from winback_xl.readers.grid import Grid
    from winback_xl.settings import Settings

_GLANCE = 300  # rows that are enough to see that a column holds many words
SAMPLE = 50_000
"""Rows that are enough to see which column is the customer."""


def step_of(rows: int) -> int:
    """Return that every so-manieth row is in the sample: a power of two, so that a sample of rows to come can be thinned.

    >>> step_of(99_999), step_of(100_000), step_of(15_000_000)
    (1, 2, 256)
    """
    return 1 << max(0, (rows // SAMPLE).bit_length() - 1)


class FileCells:
    """Columns of a grid by their position.

    Parameters
    ----------
    grid : Grid
        The file.
    settings : Settings
        How amounts in doubt are read.
    decisions : Decisions, optional
        What the whole ledger decided, where the grid is a part of it.
    """

    def __init__(self, grid: Grid, settings: Settings, decisions: Decisions | None = None) -> None:
        self.grid, self.settings, self.decisions = grid, settings, decisions
        self._columns = {column.position: column for column in grid.columns}
        self._samples: dict[int, tuple[NDArray[np.int32], list[str]]] = {}

    def filled(self, position: int) -> float:
        """Return the share of cells that are not blank."""
        column = self._columns.get(position)
        if column is None or not len(column):
            return 0.0
        if column.uniform is not None:
            return float(column.uniform is not Cell.BLANK)
        return float((column.kinds != Cell.BLANK).mean())

    def sample(self, position: int) -> tuple[NDArray[np.int32], list[str]]:
        """Return the words of at most 100,000 rows spread over the file."""
        if position not in self._samples:
            column = parsing.raw(self.grid, position).filled()
            step = step_of(len(column))
            self._samples[position] = words_of(
                column.take(np.arange(0, len(column), step)) if step > 1 else column
            )
        return self._samples[position]

    def glance(self, position: int, most: int) -> list[str]:
        """Return the different words of a column; no more than one over ``most``, for then it holds too many."""
        column = self._columns.get(position)
        if column is None or not column.count(Cell.TEXT):
            return []
        step = max(1, len(column) // _GLANCE)
        held = column.take(np.arange(0, len(column), step)) if step > 1 else column
        if step > 1 and len(words_of(held.filled())[1]) > most:
            return [""] * (most + 1)
        return self.sample(position)[1][: most + 1]

    def aid(self, place: Place) -> Aid:
        """Return a column that helps to read the others."""
        column = parsing.raw(self.grid, place.position).filled()
        return Aid(
            place.name,
            place.heading,
            place.position,
            lambda: words_of(column),
            lambda: self._numbers(column, place.heading),
            place.given,
        )

    def named(self, heading: str) -> Aid | None:
        """Return the column with a heading, or None."""
        wanted = fold(heading)
        column = next((column for column in self.grid.columns if fold(column.heading) == wanted), None)
        if column is None:
            return None
        held = column.filled()
        return Aid(
            "", column.heading, column.position, lambda: words_of(held), lambda: self._numbers(held, heading)
        )

    def _numbers(self, column: RawColumn, label: str) -> NDArray[np.float64]:
        mark = self.settings.decimal_mark
        read = amounts.read(column, label, decimal_mark=mark, percent=True, decisions=self.decisions)
        return np.asarray(read.cells.to_numpy(np.float64))


def words_of(column: RawColumn) -> tuple[NDArray[np.int32], list[str]]:
    """Return the place of every cell's word, -1 for a blank one, and the different words without white space around."""
    if column.uniform in {Cell.TEXT, Cell.BLANK} or column.count(Cell.TEXT, Cell.BLANK) == len(column):
        codes, found = different_texts(column)
    else:
        encoded = as_texts(column).dictionary_encode()
        codes, found = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32), encoded.dictionary
    words = clean(found)
    texts = pc.utf8_trim_whitespace(words.cast(pa.string())).to_pylist()
    if "" not in texts and len(set(texts)) == len(texts):
        return codes, texts
    places, different = pd.factorize(pd.Series(texts, dtype=object))
    names = [str(word) for word in different]
    blank = names.index("") if "" in names else -2
    new = np.arange(len(names)) - (np.arange(len(names)) > blank if blank >= 0 else 0)
    if blank >= 0:
        new[blank] = -1
        names.pop(blank)
    return np.append(new[places], -1).astype(np.int32)[codes], names
