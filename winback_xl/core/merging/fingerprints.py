"""Fingerprints of what was sent out: keys of human cells, and fingerprints of calculated cells."""

from __future__ import annotations

import string
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.cell_text import clean, cleaned
from winback_xl.core.merging import carried_edits, cell_keys
from winback_xl.schema import columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

HUMAN = tuple(column.name for column in columns.CAMPAIGN.of_role("human"))
CALCULATED = tuple(column.name for column in columns.CAMPAIGN.of_role("calculated"))
PRINTS = "Calculated cells"
"""Column of what was sent out that holds the prints of a row."""

PRINT = 3
"""Characters that stand for one calculated cell: 18 bits."""

_SHIFTS = np.array([26, 20, 14], np.uint32)
_BASE_64 = np.frombuffer(
    (string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/").encode(), np.uint8
)


def tokens_of(frame: pd.DataFrame, names: Sequence[str]) -> dict[str, np.ndarray]:
    """Return the tokens of some columns as the file will hold them; absent columns are blank."""
    return {
        name: np.array([*texts, ""], dtype=object)[codes] for name, (codes, texts) in _coded(frame, names)
    }


def _coded(
    frame: pd.DataFrame, names: Sequence[str]
) -> Iterator[tuple[str, tuple[NDArray[np.intp], list[str]]]]:
    """Yield each column as its distinct tokens and where they stand, -1 for a blank cell."""
    for name in names:
        if name not in frame:
            yield name, (np.full(len(frame), -1), [])
            continue
        codes, stated = cell_keys.coded(frame[name])
        if cleaned(stated) is not stated:
            stated = [text[:1] + clean(text[1:]) if text[:1] == "t" else text for text in stated]
        yield name, (codes, stated)


def prints(frame: pd.DataFrame, names: Sequence[str] = CALCULATED) -> list[str]:
    """Return for every row a short text in which each column has its three letters.

    >>> one, other = prints(pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "x"]}), ("a", "b"))
    >>> one == other, one[3:] == other[3:]
    (False, True)
    """
    signs = np.empty((len(frame), len(names), PRINT), np.uint8)
    for place, (_, (codes, texts)) in enumerate(_coded(frame, names)):
        signs[:, place] = _signs([*texts, ""])[codes]
    width = len(names) * PRINT
    rows: list[bytes] = signs.reshape(len(frame), width).view(f"S{width}").ravel().tolist()
    return [row.decode("ascii") for row in rows]


def print_of(text: str) -> str:
    """Return the three letters of a token."""
    return _signs([text]).tobytes().decode("ascii")


def checksums(texts: Sequence[str]) -> NDArray[np.uint32]:
    """Return the checksum of each text, shape (n,)."""
    try:
        held = list(map(str.encode, texts))
    except UnicodeEncodeError:  # half a surrogate pair
        held = [text.encode("utf-8", "replace") for text in texts]
    return np.fromiter(map(zlib.crc32, held), np.uint32, len(held))


def _signs(texts: Sequence[str]) -> NDArray[np.uint8]:
    """Return the letters of tokens, shape (n, 3): the first 18 bits of their checksums in base 64."""
    checks = checksums(texts)
    signs: NDArray[np.uint8] = _BASE_64[checks[:, None] >> _SHIFTS & 63]
    return signs


def sent_rows(held: Mapping[str, Iterable[object]]) -> pd.DataFrame | None:
    """Return what was sent out, from the cells of the Snapshot sheet: one row a key.

    Parameters
    ----------
    held : mapping of str to sequence, each of length n
        Heading -> cells below it.

    Returns
    -------
    DataFrame or None
        Keys as text, tokens of the human cells by our names of the columns, and `PRINTS`; None where a key is missing.
    """
    names = {column.heading: column.name for column in columns.CAMPAIGN.columns}
    frame = pd.DataFrame(
        {
            names.get(heading, heading): ["" if cell is None else str(cell) for cell in cells]
            for heading, cells in held.items()
        },
        dtype=object,
    )
    if not set(carried_edits.KEYS) <= set(frame):
        return None
    for name in carried_edits.KEYS:
        frame[name] = frame[name].str[1:]
    frame = frame[frame["customer_id"] != ""]
    return frame[~carried_edits.keys_of(frame).duplicated()].reset_index(drop=True)
