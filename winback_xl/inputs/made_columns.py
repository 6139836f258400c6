"""Columns that are made of several of the file's: first name and last name, a total or its correction, a help desk's words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winback_xl.inputs import headings, incident_words, parsing
from winback_xl.inputs.heading_source import Source
from winback_xl.inputs.kinds.words import as_texts
from winback_xl.readers.grid import Cell, RawColumn
from winback_xl.schema import columns as schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from winback_xl.inputs.column_choice import Choice
    from winback_xl.readers.grid import Grid
    from winback_xl.schema.columns import Table


def with_made(
    body: Grid, table: Table, sources: Mapping[str, Source], choice: Choice
) -> tuple[Grid, dict[str, Source]]:
    """Add the columns that are made of several of the file's: first name and last name, the total or its correction."""
    made, chosen = list[RawColumn](), dict(sources)
    at = max((column.position for column in body.columns), default=-1) + 1
    for ours, filling in choice.made.items():
        column = headings.target(ours, table)
        if column is not None:
            text = " or ".join(
                " + ".join(parsing.raw(body, place).heading for place in way) for way in filling
            )
            made.append(joined(body, filling, at, text))
            chosen[column.name] = Source((at,), text, "given")
            at += 1
    if table is schema.INCIDENTS and choice.export is not None:
        for name, column_ in incident_words.columns(body, choice.export, at):
            made.append(column_)
            chosen[name] = Source((column_.position,), column_.heading, "given")
    return with_joined(body, made), {name: chosen[name] for name in table.names if name in chosen}


def joined(grid: Grid, ways: Sequence[Sequence[int]], at: int, heading: str) -> RawColumn:
    """Return a column made of several: of each way the texts with a space between, the first way that says something.

    A first name and a last name are one name; a total that was corrected to something else than zero takes the place
    of the old one.
    """
    texts: pa.StringArray | None = None
    for way in ways:
        parts = [pc.utf8_trim_whitespace(as_texts(parsing.raw(grid, place))) for place in way]
        mine = pc.utf8_trim_whitespace(pc.binary_join_element_wise(*parts, " "))
        nothing = pc.match_substring_regex(mine, r"^[^\p{L}1-9]*$")
        mine = pc.if_else(nothing, pa.scalar(None, pa.string()), mine)
        texts = mine if texts is None else pc.coalesce(texts, mine)
    assert texts is not None  # noqa: S101 - a filling has a way
    blank = texts.is_null().to_numpy(zero_copy_only=False)
    kinds = np.where(blank, np.uint8(Cell.BLANK), np.uint8(Cell.TEXT))
    return RawColumn(at, heading, kinds, texts=texts)


def with_joined(grid: Grid, made: Iterable[RawColumn]) -> Grid:
    """Return the grid with columns that were made of others."""
    return replace(grid, columns=(*grid.columns, *made))
