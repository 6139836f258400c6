"""Rows that repeat the headings: a list printed page by page, or files put below each other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winback_xl.inputs.kinds.findings import different_texts, spread, to_bool
from winback_xl.inputs.parsing import raw
from winback_xl.readers.grid import Cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winback_xl.inputs.heading_source import Source
    from winback_xl.readers.grid import Grid


def struck(grid: Grid, sources: Mapping[str, Source]) -> Grid:
    """Return the grid with the rows struck in which all our columns hold their own heading."""
    if not {"customer_id", "order_date"} <= sources.keys():
        return grid
    same = np.ones(grid.rows, bool)
    for source in sorted(sources.values(), key=lambda one: one is not sources["order_date"]):
        for at in source.positions:
            column = raw(grid, at)
            if column.texts is None or column.uniform in {Cell.DATE, Cell.NUMBER}:
                return grid
            codes, words = (
                different_texts(column) if pa.types.is_dictionary(column.texts.type) else (None, column.texts)
            )
            hits = to_bool(pc.equal(pc.utf8_trim_whitespace(words), column.heading.strip()))
            same &= hits if codes is None else spread(hits, codes, missing=False)
            if not same.any():
                return grid
    why = np.full(grid.rows, "", object) if grid.struck is None else grid.struck.copy()
    why[same] = "heading-row"
    return replace(grid, struck=why)
