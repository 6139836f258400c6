"""The content of a cell as text: as a cell can hold it, and as a person reads it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

CELL_LIMIT = 32_767
"""Most characters in a cell, counted as Excel does: in units of UTF-16."""

EMPTY = "(empty)"
"""Stands for a blank cell where a reader must see that it is blank."""

_CUT = " [… cut here: a cell holds 32,767 characters]"
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
_NEWLINE = re.compile("\r\n?")


def clean(text: str) -> str:
    r"""Return the text as a cell can hold it.

    >>> clean("a\x07b\r\nc"), len(clean("x" * 40_000))
    ('a�b\nc', 32767)
    """
    if not text.isprintable() and _UNSAFE.search(text):  # nothing unsafe is printable, and asking so is quick
        text = _UNSAFE.sub("\ufffd", _NEWLINE.sub("\n", text))
    if len(text) > CELL_LIMIT // 2:
        units = text.encode("utf-16-le")
        if len(units) > 2 * CELL_LIMIT:
            text = units[: 2 * (CELL_LIMIT - len(_CUT))].decode("utf-16-le", "ignore") + _CUT
    return text


def cleaned(texts: Sequence[str]) -> Sequence[str]:
    r"""Return `clean` of many texts; most are clean, and all of them are asked at once.

    >>> cleaned(["Ash", "Oak\x07"])
    ['Ash', 'Oak�']
    """
    if "".join(texts).isprintable() and max(map(len, texts), default=0) <= CELL_LIMIT // 2:
        return texts
    return [clean(text) for text in texts]


def shortened(text: str, limit: int) -> str:
    """Cut a text to what Excel shows, which it counts in UTF-16 units.

    >>> shortened("Customer", 5), shortened("Acme", 5)
    ('Cust…', 'Acme')
    """
    units = text.encode("utf-16-le", "replace")
    if len(units) <= 2 * limit:
        return text
    return units[: 2 * limit - 2].decode("utf-16-le", "ignore").rstrip() + "…"


def written(value: object) -> str:
    """Write the content of a cell as text.

    >>> written(pd.Timestamp("2026-11-22")), written(2.0), written(None), written(True)
    ('2026-11-22', '2', '', 'TRUE')
    """
    if value is None or value is pd.NaT or value != value:  # noqa: PLR0124 - NaN is not itself
        return ""
    if isinstance(value, pd.Timestamp):
        return value.isoformat(sep=" ").removesuffix(" 00:00:00")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def filled(value: object) -> str:
    """Write the content of a cell as text, and a blank one as `EMPTY`."""
    text = written(value)
    return text if text.strip() else EMPTY
