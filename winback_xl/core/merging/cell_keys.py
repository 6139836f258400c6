"""A short text for the content of a cell: equal for equal content, however a program stored it."""

from __future__ import annotations

import base64
import datetime as dt
import math
import re
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

_EXACT = 1e15  # Excel keeps 15 digits
_SLIP = 2e-15  # twice what a number loses when it is written with 15 digits
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_PLAIN = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d+)?")
_EQUAL = frozenset({str, float, type(None), pd.Timestamp})
"""Types of which equal contents have equal tokens."""


def token(value: Any) -> str:
    r"""Return a text that two cells share if, and only if, they hold the same.

    Whole numbers count exactly and others to 12 digits (programs write the last ones differently), line breaks are
    one sign however they are written, and a blank cell is the empty text. `value_of` turns it back.

    >>> token("Won"), token(0.1 + 0.2), token(pd.Timestamp("2026-11-22")), token(True), token(float("nan"))
    ('tWon', 'n0.3', 'd2026-11-22', 'b1', '')
    """
    if isinstance(value, str):
        if "\r" in value:
            value = value.replace("\r\n", "\n").replace("\r", "\n")
        return "t" + value if value else ""
    if value is None or value is pd.NA:
        return ""
    if isinstance(value, (bool, np.bool)):
        return f"b{int(value)}"
    if isinstance(value, (dt.date, np.datetime64)):
        said = pd.Timestamp(value).isoformat().removesuffix("T00:00:00")
        return "" if said == "NaT" else "d" + said
    return _of_number(float(value))


def _of_number(number: float) -> str:
    if not math.isfinite(number):
        return ""
    whole = number.is_integer() and abs(number) < _EXACT
    number += 0.0  # minus nothing is nothing
    return f"n{number:.0f}" if whole else f"n{number:.12g}"


def sense(text: str) -> str:
    """Return what a token means to a reader, for comparing what two people typed.

    Blanks at either end are not seen, so a cell with nothing but blanks is empty; a day or a plain number that a cell
    holds as text is that day or number. All else stays as it is.

    >>> sense("t  "), sense("t Won "), sense("t2026-11-22"), sense("t2.50"), sense("t007"), sense("t3.4.2026")
    ('', 'tWon', 'd2026-11-22', 'n2.5', 't007', 't3.4.2026')
    """
    if text[:1] != "t":
        return text
    said = text[1:].strip()
    if _DAY.fullmatch(said):
        try:
            return "d" + dt.date.fromisoformat(said).isoformat()
        except ValueError:
            return "t" + said
    if _PLAIN.fullmatch(said):
        return _of_number(float(said))
    return "t" + said if said else ""


def mark(text: str) -> str:
    """Return six letters that stand for a token: 32 bits, enough to know again what was seen before.

    >>> mark("tWon"), mark("")
    ('5IXr1Q', 'AAAAAA')
    """
    return base64.b64encode(zlib.crc32(text.encode("utf-8", "replace")).to_bytes(4, "big"))[:6].decode()


def near(value: Any) -> set[str]:
    """Return the tokens that a cell may have after other programs rounded its last digit.

    >>> sorted(near(0.1500000000005)) == sorted({token(0.1500000000004999), token(0.1500000000005001)})
    True
    """
    if type(value) is not float:
        return {token(value)}
    return {token(one) for one in near_numbers(value)}


def near_numbers(value: float) -> list[float]:
    """Return the numbers that a cell may hold after other programs rounded its last digit."""
    held = [value * (1 + slip) for slip in (-_SLIP, 0.0, _SLIP)]
    return [*held, *(float(f"{one:.15g}") for one in held)]


def meanings(value: Any, said: str) -> set[str]:
    """Return the senses that a cell may have after other programs rounded its last digit."""
    return near(value) if type(value) is float else {said}


def value_of(text: str) -> str | float | bool | pd.Timestamp | None:
    """Return the content that a token stands for, None for a blank cell.

    >>> value_of("n2.5"), value_of("d2026-11-22"), value_of("tWon"), value_of("")
    (2.5, Timestamp('2026-11-22 00:00:00'), 'Won', None)
    """
    kind, rest = text[:1], text[1:]
    if kind == "n":
        return float(rest)
    if kind == "d":
        return pd.Timestamp(rest)
    if kind == "b":
        return rest == "1"
    return rest or None


def tokens(values: Iterable[Any]) -> NDArray[np.object_]:
    """Return the token of every cell of a column, shape (n,)."""
    codes, distinct = coded(values)
    found: NDArray[np.object_] = np.array([*distinct, ""], dtype=object)[codes]
    return found


def coded(values: Iterable[Any]) -> tuple[NDArray[np.intp], list[str]]:
    """Return for every cell of a column the place of its token, -1 for a blank one, and the tokens.

    Two places may hold the same token: 2 and 2.0 are different contents with the same text.
    """
    if isinstance(values, pd.Series):
        codes, distinct = pd.factorize(values)  # a column holds few different contents
        if not (values.dtype == object and bool in set(map(type, values.to_numpy()))):
            return codes, _each(distinct.tolist())
        values = values.tolist()  # pandas takes True for 1
    stated = _each([*values])
    return np.arange(len(stated)), stated


def _each(values: list[Any]) -> list[str]:
    """Return the token of each value; most columns hold one kind of content."""
    types = set(map(type, values))
    if types == {str} and "\r" not in "".join(values):
        return ["t" + value if value else "" for value in values]
    if types == {float}:
        return [_of_number(value) for value in values]
    return [token(value) for value in values]


def differing(one: pd.Series, other: pd.Series) -> int:
    """Count the places where two columns of one length have different tokens.

    >>> differing(pd.Series(["a", "b", None], dtype=object), pd.Series(["a", "c", ""], dtype=object))
    1
    """
    old, new = (column.to_numpy(dtype=object) for column in (one, other))
    if set(map(type, old)) | set(map(type, new)) <= _EQUAL:
        apart = np.flatnonzero(old != new)
        old, new = old[apart], new[apart]
    return int((tokens(pd.Series(old, dtype=object)) != tokens(pd.Series(new, dtype=object))).sum())


def senses(values: Iterable[Any]) -> NDArray[np.object_]:
    """Return the `sense` of every cell of a column, shape (n,)."""
    codes, distinct = coded(values)
    found: NDArray[np.object_] = np.array([*(sense(text) for text in distinct), ""], dtype=object)[codes]
    return found


def senses_of(texts: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the `sense` of tokens, shape (n,)."""
    codes, distinct = pd.factorize(texts)
    found: NDArray[np.object_] = np.array([*(sense(str(text)) for text in distinct), ""], dtype=object)[codes]
    return found
