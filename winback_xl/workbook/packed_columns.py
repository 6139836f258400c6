"""Columns of texts as one text, each distinct text once: what the Snapshot sheet holds in a few cells, not in one a row.

A hundred thousand cells that nobody sees cost every opening of the workbook more than the rows that people work in.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_IN_A_ROW = "each"
"""Stands for the places of a column whose texts are all different: one a row, in their order."""


def packed(columns: Mapping[str, Sequence[str]]) -> str:
    """Return columns of one length as a text in ASCII.

    Parameters
    ----------
    columns : mapping of str to sequence of str
        Name -> texts.

    Examples
    --------
    >>> packed({"id": ["a", "b"], "who": ["Ann", "Ann"]})
    '{"rows":2,"columns":{"id":[["a","b"],"each"],"who":[["Ann"],"each"]}}'
    >>> unpacked(packed({"id": ["a", "b"], "who": ["Ann", "Ann"]}))
    {'id': ['a', 'b'], 'who': ['Ann', 'Ann']}
    """
    length = len(next(iter(columns.values()), ()))
    held = {name: _packed(texts) for name, texts in columns.items()}
    return json.dumps({"rows": length, "columns": held}, separators=(",", ":"))


def _packed(texts: Sequence[str]) -> list[Any]:
    codes, distinct = pd.factorize(np.array([*texts], dtype=object))
    plain = len(distinct) in (1, len(codes))
    return [distinct.tolist(), _IN_A_ROW if plain else codes.tolist()]


def unpacked(text: str) -> dict[str, list[str]] | None:
    """Return what `packed` was given; None where the text is damaged."""
    try:
        stated = json.loads(text)
        length = int(stated["rows"])
        found = {
            str(name): _unpacked(texts, places, length) for name, (texts, places) in stated["columns"].items()
        }
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return None
    return found if all(len(texts) == length for texts in found.values()) else None


def _unpacked(texts: Sequence[object], places: str | Sequence[int], length: int) -> list[str]:
    said = [str(one) for one in texts]
    if places == _IN_A_ROW:
        return said * length if len(said) == 1 else said
    return [said[int(place)] for place in places]


def in_pieces(text: str, size: int) -> list[str]:
    """Cut a text into pieces that cells take.

    >>> in_pieces("abcde", 2)
    ['ab', 'cd', 'e']
    """
    return [text[start : start + size] for start in range(0, len(text), size)]
