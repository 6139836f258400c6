"""What the readers of columns have in common: values, what to tell of which rows, and texts looked at once each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winback_xl.core.tally import tally
from winback_xl.inputs.finding import NO_ROWS, Effect, Finding, examples, subject
from winback_xl.inputs.kinds.blanks import BLANK_WORDS
from winback_xl.readers.grid import Cell

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from winback_xl.readers.grid import RawColumn

__all__ = [
    "BLANK_WORDS", "NO_ROWS", "Effect", "Finding", "Parsed", "blank_words", "broken", "cells_of", "clean",
    "different_texts", "distinct", "examples", "matches", "spread", "subject", "to_bool",
]  # fmt: skip

_ODD_SPACE = r"[\x{200B}-\x{200F}\x{2060}\x{FEFF}\x{00AD}\x{202A}-\x{202E}\x00]"  # invisible: no width


@dataclass(frozen=True, slots=True, eq=False)
class Parsed:
    """One column, read.

    Parameters
    ----------
    cells : Series, shape (n,)
        Clean values; NaN, NaT or "" where there is none.
    findings : tuple of Finding
        What to tell.
    currencies : tuple of str
        Currency signs and codes next to amounts.
    codes : ndarray of int64, shape (n,), or None
        Of ids: equal where the ids are equal, -1 where there is none.
    """

    cells: pd.Series
    findings: tuple[Finding, ...] = ()
    currencies: tuple[str, ...] = ()
    codes: NDArray[np.int64] | None = None


def different_texts(column: RawColumn, *kinds: Cell) -> tuple[NDArray[np.int32], pa.StringArray]:
    """Return the different texts of a column once, as found.

    Parameters
    ----------
    column : RawColumn
        Cells as found.
    *kinds : Cell
        Kinds of cell whose texts are wanted; TEXT alone by default.

    Returns
    -------
    codes : ndarray of int32, shape (n,)
        Place in ``words`` of the cell's text; -1 where the cell holds none.
    words : Array of string
        Texts without repetition; each is in use.
    """
    if column.texts is None:
        return np.full(len(column), -1, np.int32), pa.array([], pa.string())
    texts = column.texts
    encoded = texts if pa.types.is_dictionary(texts.type) else texts.dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    if column.uniform is not Cell.TEXT:
        codes = np.where(np.isin(column.kinds, kinds or (Cell.TEXT,)), codes, -1)
    codes, words = codes.astype(np.int32, copy=False), encoded.dictionary
    if (
        encoded is texts and not column.once and not _ascending(words)
    ):  # a workbook's own table may say a text twice
        again = words.dictionary_encode()
        if len(again.dictionary) < len(words):
            codes = np.append(again.indices.to_numpy(), np.int32(-1))[codes]
            words = again.dictionary
    used = tally(codes + 1, len(words) + 1)[1:] > 0
    if not used.all():  # a workbook keeps the texts of all its sheets in one table
        place = np.cumsum(used, dtype=np.int32) - 1
        codes, words = np.where(codes < 0, -1, place[codes]).astype(np.int32), words.filter(pa.array(used))
    return codes, words


def _ascending(words: pa.StringArray) -> bool:
    """Return whether each text is above the one before it, so that none is there twice: running numbers mostly are."""
    return len(words) < 2 or bool(pc.all(pc.less(words[:-1], words[1:])).as_py())


def distinct(column: RawColumn) -> tuple[NDArray[np.int32], pa.StringArray]:
    """Return the different texts of a column once, as `clean` leaves them: some may have become the same."""
    codes, words = different_texts(column)
    return codes, clean(words)


def clean(words: pa.StringArray) -> pa.StringArray:
    r"""Return texts in one Unicode form (NFKC), without invisible characters, each run of white space one space.

    >>> clean(pa.array([" A\u00a0 1 ", "A\u200b1"])).to_pylist()
    ['A 1', 'A1']
    """
    if words.type != pa.string():
        words = words.cast(pa.string())
    if not odd_bytes(words):
        return words
    tidy = pc.match_substring_regex(words, r"^(?:[!-~]+(?: [!-~]+)*)?$")
    if pc.all(tidy).as_py() in {True, None}:
        return words  # the same object: callers save work
    rest = pc.replace_substring_regex(pc.utf8_normalize(words, form="NFKC"), _ODD_SPACE, "")
    rest = pc.utf8_trim_whitespace(
        pc.replace_substring_regex(rest, r"[\s\x{0085}\x{00A0}\x{2028}\x{2029}]+", " ")
    )
    return pc.if_else(tidy, words, rest)


def held_bytes(words: pa.StringArray) -> NDArray[np.uint8]:
    """Return the bytes of all texts, one text behind the other: a look at them spares most texts a pattern."""
    _, offsets, content = words.buffers()
    if content is None or not len(words):
        return np.zeros(0, np.uint8)
    start = np.frombuffer(offsets, np.int32)
    return np.frombuffer(content, np.uint8)[start[words.offset] : start[words.offset + len(words)]]


def holds(words: pa.StringArray, *letters: str) -> bool:
    """Return whether any text holds one of these letters.

    >>> holds(pa.array(["ab", "c"]), "c", "d"), holds(pa.array(["ab", "c"])[:1], "c")
    (True, False)
    """
    held = held_bytes(words)
    return any(bool((held == ord(letter)).any()) for letter in letters)


def odd_bytes(words: pa.StringArray) -> bool:
    """Return whether any text may hold white space, or anything but the signs of ASCII."""
    held = held_bytes(words)
    return bool(len(held)) and not (held.min() > ord(" ") and held.max() < ord("\x7f"))


def blank_words(words: pa.StringArray) -> NDArray[np.bool_]:
    """Return which texts stand for an empty cell where a number or a date is due."""
    return to_bool(pc.is_in(pc.utf8_lower(words), value_set=pa.array(BLANK_WORDS)))


def matches(words: pa.StringArray, pattern: str) -> NDArray[np.bool_]:
    """Return which texts match a regular expression."""
    return to_bool(pc.match_substring_regex(words, pattern))


def to_bool(flags: pa.Array) -> NDArray[np.bool_]:
    """Return an Arrow array of flags as numpy, null as False."""
    return np.asarray(pc.fill_null(flags, fill_value=False).to_numpy(zero_copy_only=False), dtype=bool)


def spread(per_word: NDArray[Any], codes: NDArray[np.integer], missing: Any) -> NDArray[Any]:
    """Give every cell the value of its word; ``missing`` where the code is -1."""
    if not len(per_word):
        return np.full(len(codes), missing, per_word.dtype)
    cells: NDArray[Any] = per_word[codes]
    if len(codes) and codes.min() < 0:
        cells[codes < 0] = missing
    return cells


def cells_of(flags: NDArray[np.bool_], codes: NDArray[np.integer]) -> NDArray[np.intp]:
    """Return the rows whose text is one of those flagged."""
    return np.flatnonzero(spread(flags, codes, missing=False))


def broken(column: RawColumn, label: str) -> list[Finding]:
    """Report cells that hold an Excel error or a formula that was never calculated.

    Parameters
    ----------
    column : RawColumn
        Cells as found.
    label : str
        Name of the column for messages.

    Returns
    -------
    list of Finding
        Cells that count as unknown, never as blank or zero.
    """
    if column.uniform not in {None, Cell.ERROR, Cell.UNCALCULATED}:
        return []
    found = []
    errors = np.flatnonzero(column.kinds == Cell.ERROR)
    if len(errors):
        words = examples(column.take(errors[:100]).strings().to_pylist())
        what = f"{subject(len(errors), label, 'holds', 'hold')} an error ({words})."
        fix = "Fix the formula, or type the value."
        found.append(Finding("cell-error", "warning", what, fix, errors, "unknown", reason="holds an error"))
    empty = np.flatnonzero(column.kinds == Cell.UNCALCULATED)
    if len(empty):
        what = f"{subject(len(empty), label, 'holds', 'hold')} a formula without a result."
        fix = "Open the file in Excel, save it, and try again."
        found.append(
            Finding("cell-not-calculated", "warning", what, fix, empty, "unknown", reason="is not calculated")
        )
    return found
