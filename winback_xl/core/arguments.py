"""Arguments as people give them - cells, columns, lists, one number for all - made into clean arrays."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from winback_xl.errors import OutOfRangeError, UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


def number(
    name: str,
    value: Any,
    *,
    low: float = -np.inf,
    high: float = np.inf,
    blank: float = np.nan,
) -> NDArray[np.float64]:
    """Return numbers as floats, inside their bounds.

    Parameters
    ----------
    name : str
        What the argument is called in the error.
    value : array_like
        One number, a list, an array or a column; None and NaN are unknown.
    low, high : float
        Bounds, both allowed.
    blank : float
        What is in for an unknown number.

    Returns
    -------
    ndarray of float
        Shape () or (n,).

    Raises
    ------
    UsageError
        The value is not a number, or a table where a column is expected.
    OutOfRangeError
        A number is outside the bounds or is infinite; the first such row is named.
    """
    try:
        if isinstance(value, (pd.Series, pd.Index)):
            numbers = value.to_numpy(dtype=np.float64, na_value=np.nan)
        else:
            numbers = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"The {name} is not a number: {value!r:.60}.", "Give a number.", code="not-a-number"
        ) from error
    _one_column(name, numbers)
    wrong = np.isinf(numbers) | (numbers < low) | (numbers > high)
    if wrong.any():
        raise OutOfRangeError(
            f"The {name}{_row(wrong)} is {numbers[wrong].flat[0]:g}.", _bounds(low, high), code="out-of-range"
        )
    return np.where(np.isnan(numbers), blank, numbers)


def choice(name: str, value: Any, codes: Mapping[str, int], *, blank: str) -> NDArray[np.intp]:
    """Return the code of each word, whatever its case, spaces, hyphens and underscores.

    Parameters
    ----------
    name : str
        What the argument is called in the error.
    value : array_like of str
        One word, a list, an array or a column; None, NaN and "" are blank.
    codes : mapping of str to int
        The words that are known.
    blank : str
        The known word that a blank stands for.

    Returns
    -------
    ndarray of int
        Shape () or (n,).

    Raises
    ------
    UsageError
        A word is unknown; the nearest known one is named.
    """
    places, words = distinct(name, value)
    known = {fold(word): code for word, code in codes.items()}
    code_of = np.full(
        len(words) + 1, codes[blank], dtype=np.intp
    )  # the last is for blanks, whose place is -1
    for at, word in enumerate(words):
        folded = fold(word)
        if folded and folded not in known:
            near = nearest(str(word), codes)
            hint = f"Did you mean '{near}'?" if near else f"Known are: {', '.join(codes)}."
            raise UsageError(f"The {name} '{word}' is not known.", hint, code="unknown-word")
        if folded:
            code_of[at] = known[folded]
    return np.asarray(code_of[places])


def distinct(name: str, value: Any) -> tuple[NDArray[np.intp], list[Any]]:
    """Return the place of each value among the distinct ones (-1 for unknown), and the distinct ones.

    Sheet columns repeat a few words many times: what is done once a word is not done once a row.
    """
    given = np.asarray(value, dtype=object)
    _one_column(name, given)
    if given.size == 1:
        (word,) = given.ravel()
        unknown = pd.isna(word)
        return np.full(given.shape, -1 if unknown else 0, dtype=np.intp), [] if unknown else [word]
    places, words = pd.factorize(given.ravel())
    return places.reshape(given.shape).astype(np.intp), list(words)


def yes(name: str, value: Any) -> NDArray[np.bool_]:
    """Return truths from truth values, 1 and 0, or the words Yes and No; blank is No."""
    places, words = distinct(name, value)
    codes = {"Yes": 1, "True": 1, "1": 1, "1.0": 1, "No": 0, "False": 0, "0": 0, "0.0": 0}
    code_of = np.append(choice(name, [str(word) for word in words], codes, blank="No"), 0)
    return np.asarray(code_of[places] == 1)


@lru_cache(maxsize=4096, typed=True)  # True == 1, but they are other words
def fold(word: object) -> str:
    """Return a word as it is compared: no case, one kind of separator.

    >>> fold("Systemic_Fixed") == fold(" systemic fixed ")
    True
    """
    return " ".join(str(word).casefold().replace("_", " ").replace("-", " ").split())


def together(**columns: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Return the columns in one length; single values are repeated.

    Raises
    ------
    UsageError
        Two columns differ in length; both are named.
    """
    lengths = {name: array.shape[0] for name, array in columns.items() if array.ndim and array.shape[0] != 1}
    if len(set(lengths.values())) > 1:
        (first, length), *rest = lengths.items()
        other = next(name for name, rows in rest if rows != length)
        raise UsageError(
            f"'{first}' has {length} rows and '{other}' has {lengths[other]}.",
            "Give ranges of the same length, or one value for all.",
            code="lengths",
        )
    return dict(zip(columns, np.broadcast_arrays(*columns.values()), strict=True))


def words_out(words: tuple[str, ...], codes: NDArray[np.intp]) -> Any:
    """Return the words of the codes: one str for a single code, else an object array."""
    return cast("Any", np.asarray(words, dtype=object)[codes])


def _one_column(name: str, array: NDArray[Any]) -> None:
    if array.ndim > 1:
        raise UsageError(f"The {name} is a table of {array.shape}.", "Give one column.", code="not-a-column")


def _row(wrong: NDArray[np.bool_]) -> str:
    return f" in row {int(np.argmax(wrong)) + 1}" if wrong.ndim else ""


def _bounds(low: float, high: float) -> str:
    if np.isinf(high):
        return "Give any number, not infinity." if np.isinf(low) else f"Give {low:g} or more."
    share = ", such as 0.6 for 60%" if (low, high) == (0, 1) else ""
    return f"Give a number from {low:g} to {high:g}{share}."
