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

    import pyarrow as pa
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
        Of every cell with a formula, in the order of the sheet.
    numbers : ndarray of int
        Of every formula: its place in ``shared``, 0 where it is the cell's own.
    shared : list of str
        "", and the numbers that the file gives to formulas that several cells share.
    texts : dict of int to str
        Place of a formula in these arrays -> its text; of formulas of their own in the columns that are wanted, and of
        every one that others share.
    """

    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    styles: NDArray[np.int32]
    formula_rows: NDArray[np.int32]
    formula_columns: NDArray[np.int32]
    numbers: NDArray[np.int32]
    shared: list[str]
    texts: dict[int, str]


def marks(block: bytes, unwanted: Collection[int] = ()) -> Marked:
    """Read the marks of one block of whole rows.

    Parameters
    ----------
    block : bytes
        From `xlsx_blocks.Blocks`, padded.
    unwanted : collection of int
        Columns of which only the places of formulas are needed: text is most of a sheet.

    Raises
    ------
    NotPlainError
        The XML is not of the plain kind.
    """
    tags = Tags.of(block)
    at = tags.named("c")
    if not len(at):
        none = np.zeros(0, np.int32)
        return Marked(none, none, none, none, none, none, [""], {})
    begin = tags.starts[at]
    end = tags.starts[at + 1] - 1
    if (tags.text[end] != ord(">")).any():
        end = tag_ends(tags.text, begin)
    rows, columns, behind = addresses(tags, begin)
    _, styles = types_and_styles(tags, behind, end - behind)
    held = tags.named("f")
    owner = owners(at, held)
    opens, stops = tags.starts[held], tags.starts[np.minimum(held + 1, len(tags.starts) - 1)]
    starts = opens + 3
    numbers, shared = np.zeros(len(held), np.int32), [""]
    odd = np.flatnonzero(tags.text[opens + 2] != ord(">"))
    if len(odd):
        ends = tag_ends(tags.text, opens[odd])
        numbers[odd], shared = _numbers(cut_out(block, opens[odd] + 2, ends))
        closed = tags.text[ends - 1] == ord("/")
        starts[odd] = ends + 1
        stops[odd[closed]] = starts[odd[closed]]
    written = stops > starts
    there = written | (numbers > 0)
    formula_columns, number = columns[owner][there], numbers[there]
    wanted = written[there] & ((number > 0) | ~np.isin(formula_columns, [*unwanted]))
    which = np.flatnonzero(wanted)
    at = np.flatnonzero(there)[which]
    texts = map(_plain, cut_out(block, starts[at], stops[at]).to_pylist())
    return Marked(
        rows, columns, styles, rows[owner][there], formula_columns, number, shared,
        dict(zip(which.tolist(), texts, strict=True)),
    )  # fmt: skip


def _numbers(heads: pa.StringArray) -> tuple[NDArray[np.int32], list[str]]:
    """Return for the tags of formulas which shared one it is, and the numbers of these; each kind of tag is read once."""
    kinds = heads.dictionary_encode()
    names = [""]
    place = np.zeros(len(kinds.dictionary), np.int32)
    for kind, head in enumerate(kinds.dictionary.to_pylist()):
        found = _INDEX.search(head) if _SHARED.search(head) else None
        if found and found[1]:
            if found[1] not in names:
                names.append(found[1])
            place[kind] = names.index(found[1])
    return place[kinds.indices.to_numpy()], names


def _plain(text: str) -> str:
    """Return a text without entities, its line ends as XML reads them."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return html.unescape(text) if "&" in text else text
