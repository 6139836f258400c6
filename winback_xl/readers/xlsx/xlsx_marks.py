"""What a block of a sheet's XML says of its cells beyond values: place and style of each, also of blank ones, and formulas."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from winback_xl.readers.xlsx.xlsx_cells import Tags, addresses, owners, types_and_styles
from winback_xl.readers.xlsx.xlsx_texts import cut_out, tag_ends

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

_SHARED = re.compile(r"""\bt\s*=\s*["']shared["']""")
_INDEX = re.compile(r"""\bsi\s*=\s*["']([^"']*)["']""")


class Marked(NamedTuple):
    """Cells of one block, by row (from 1) and column (from 0).

    Parameters
    ----------
    rows, columns, styles : ndarray of int
        Of every cell.
    formula_rows, formula_columns : ndarray of int
        Of every cell with a formula of its own; what shares one is in ``formulas``.
    formulas : list of (int, int, str, str)
        Row, column, text and, where it shares a formula with others, the number of that one; of the columns that are wanted.
    """

    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    styles: NDArray[np.int32]
    formula_rows: NDArray[np.int32]
    formula_columns: NDArray[np.int32]
    formulas: list[tuple[int, int, str, str]]


def marks(block: bytes, unwanted: Collection[int] = ()) -> Marked:
    """Read the marks of one block of whole rows.

    Parameters
    ----------
    block : bytes
        From `xlsx_blocks.Blocks`, padded.
    unwanted : collection of int
        Columns of which only the places of formulas are needed, unless a formula is shared: text is most of a sheet.

    Raises
    ------
    NotPlainError
        The XML is not of the plain kind.
    """
    tags = Tags.of(block)
    at = tags.named("c")
    if not len(at):
        none = np.zeros(0, np.int32)
        return Marked(none, none, none, none, none, [])
    begin = tags.starts[at]
    end = tags.starts[at + 1] - 1
    if (tags.text[end] != ord(">")).any():
        end = tag_ends(tags.text, begin)
    rows, columns, behind = addresses(tags, begin)
    _, styles = types_and_styles(tags, behind, end - behind)
    held = tags.named("f")
    owner = owners(at, held)
    opens, stops = tags.starts[held], tags.starts[np.minimum(held + 1, len(tags.starts) - 1)]
    plain = tags.text[opens + 2] == ord(">")
    starts = np.where(plain, opens + 3, opens)
    shared = [""] * len(held)
    for place in np.flatnonzero(~plain).tolist():
        close = block.find(b">", int(opens[place]))
        said = block[int(opens[place]) + 2 : close].decode("latin-1")
        starts[place] = close + 1
        if said.endswith("/"):
            stops[place] = close + 1
        found = _INDEX.search(said) if _SHARED.search(said) else None
        shared[place] = found[1] if found else ""
    sharing = np.array([bool(one) for one in shared], bool)
    there = (stops > starts) & ~sharing
    formula_rows, formula_columns = rows[owner], columns[owner]
    wanted = (there & ~np.isin(formula_columns, [*unwanted])) | sharing
    which = np.flatnonzero(wanted)
    texts = map(_plain, cut_out(block, starts[which], stops[which]).to_pylist()) if len(which) else ()
    formulas = [
        (row, column, text, shared[place])
        for row, column, text, place in zip(
            formula_rows[which].tolist(), formula_columns[which].tolist(), texts, which.tolist(), strict=True
        )
    ]
    return Marked(rows, columns, styles, formula_rows[there], formula_columns[there], formulas)


def _plain(text: str) -> str:
    """Return a text without entities, its line ends as XML reads them."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return html.unescape(text) if "&" in text else text
