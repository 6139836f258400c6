"""What a whole column of amounts decides: its decimal mark, and whether CR takes away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from winback_xl.core.tally import tally
from winback_xl.inputs.decisions import rule
from winback_xl.inputs.kinds.findings import Finding, cells_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from winback_xl.inputs.decisions import Tally
    from winback_xl.inputs.kinds.amount_words import Words

    Bools = NDArray[np.bool_]

_CHOOSE = "put decimal_mark = 'point' (or 'comma') into the settings"

MIXED, UNCLEAR = "mixed", "unclear"


@rule
def decimal_mark_is(tally: Tally) -> str:
    """Return the decimal mark of a column, or why it cannot be known: mixed or unclear."""
    if bool(tally["point"]) != bool(tally["comma"]):
        return "." if tally["point"] else ","
    if tally["said"] != "ask" or not (tally["point"] or tally["unclear"]):
        return "," if tally["said"] == "comma" else "."
    return MIXED if tally["point"] else UNCLEAR


@rule
def credit_sign(tally: Tally) -> int:
    """Return whether CR takes away (-1) or adds (1); 0 where it cannot be known."""
    if tally["said"] != "ask" or not tally["credited"]:
        return 1 if tally["said"] == "plus" else -1
    return -1 if tally["credited"] < tally["others"] else 0


def mark_in_doubt(
    label: str,
    words: Words,
    codes: NDArray[np.int32],
    verdict: str,
    point: Bools,
    comma: Bools,
    unclear: Bools,
) -> Finding | None:
    """Refuse a column of which nobody knows the decimal mark; None where none of these rows is in doubt."""
    if verdict == MIXED and (point | comma).any():
        fewer = point if len(cells_of(point, codes)) <= len(cells_of(comma, codes)) else comma
        fewer = fewer if fewer.any() else point | comma
        shown = " and ".join(f"'{some_texts(words.texts, one)[0]}'" for one in (point, comma) if one.any())
        what = f"{label} mixes decimal points and decimal commas, such as {shown}."
        fix = f"Correct the amounts named here, or {_CHOOSE}."
        return Finding("amounts-mixed-marks", "error", what, fix, cells_of(fewer, codes))
    if not unclear.any():
        return None
    at = unclear.tolist().index(True)
    readings = " or ".join(f"{abs(words.numbers(mark)[at]):g}" for mark in (",", "."))
    what = f"'{some_texts(words.texts, unclear)[0]}' of {label} can be {readings}, and no amount in the column settles it."
    fix = f"{_CHOOSE[0].upper()}{_CHOOSE[1:]}, or save the column as numbers."
    return Finding("amounts-ambiguous", "error", what, fix, cells_of(unclear, codes))


def some_texts(texts: pa.StringArray, flags: Bools) -> list[str]:
    """Return the first texts that are flagged."""
    return [str(word) for word in texts.filter(pa.array(flags))[:100].to_pylist()]


def cells_per_word(codes: NDArray[np.int32], words: int) -> NDArray[np.intp]:
    """Count the cells of each word."""
    return tally(codes + 1, words + 1)[1:]
