"""What a text holds that no cell of a workbook can: control characters, and more characters than fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winback_xl.core.cell_text import CELL_LIMIT
from winback_xl.inputs.kinds.findings import Finding, cells_of, different_texts, matches, subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from winback_xl.readers.grid import RawColumn

CONTROL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}]"
"""Characters that no workbook holds, as Arrow's regular expressions name them."""

_SPACE, _NONCHARACTER = 0x20, 0xEF  # U+FFFE and U+FFFF begin with this byte
_TAB, _NEWLINE = 0x09, 0x0A


def unshown(column: RawColumn, label: str) -> Iterator[Finding]:
    """Report the cells whose text a workbook shows otherwise than it is.

    Parameters
    ----------
    column : RawColumn
        Cells as found.
    label : str
        Name of the column for messages.

    Yields
    ------
    Finding
        Notes: no row is set aside for them. The texts themselves stay what they are.
    """
    if column.texts is None:
        return
    odd, long = _suspects(column.texts)
    if not (odd or long):
        return
    codes, words = different_texts(column)
    words = words.cast(pa.string())
    if odd:
        rows = cells_of(matches(words, CONTROL), codes)
        if len(rows):
            what = f"{subject(len(rows), label, 'holds', 'hold')} control characters, which the workbook shows as \ufffd."
            yield Finding("text-control", "note", what, "Delete them where the text came from.", rows)
    if long:
        rows = cells_of(_too_long(words), codes)
        if len(rows):
            what = f"{subject(len(rows), label, 'holds', 'hold')} more than {CELL_LIMIT:,} characters; the workbook holds the beginning."
            fix = "Shorten the text, or look up the rest in this file."
            yield Finding("text-long", "note", what, fix, rows)


def _suspects(texts: pa.Array) -> tuple[bool, bool]:
    """Look at the bytes of all texts at once: whether any may be odd, whether any may be too long."""
    held = texts.dictionary if pa.types.is_dictionary(texts.type) else texts
    content = held.buffers()[-1]
    if content is None or not len(held):
        return False, False
    units = np.frombuffer(content, np.uint8)
    longest = pc.max(pc.binary_length(held)).as_py() or 0
    if len(units) and units.min() >= _SPACE and units.max() < _NONCHARACTER:
        return False, longest > CELL_LIMIT
    low = units < _SPACE
    odd = bool(low.any()) and bool((low & (units != _TAB) & (units != _NEWLINE)).any())
    return odd or bool((units == _NONCHARACTER).any()), longest > CELL_LIMIT


def _too_long(words: pa.StringArray) -> NDArray[np.bool_]:
    long = pc.binary_length(words).to_numpy(zero_copy_only=False) > CELL_LIMIT
    for place in np.flatnonzero(long).tolist():
        long[place] = len(words[place].as_py().encode("utf-16-le")) > 2 * CELL_LIMIT
    return np.asarray(long, bool)
