"""Clean every text of a book in one place, before it reaches XML: cells, headings, alt texts, titles, notes, prompts.

A name with a control character from an old ERP is enough to make a part that no reader takes (found in the alt text
of a table). So nobody has to think of it where a text is put together: whatever a `Book` is made of is walked here,
fields that are added later too. Columns of tables are cleaned by `winback_xl.workbook.values.normalise`, many at once.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar

from winback_xl.core.cell_text import clean, shortened

Part = TypeVar("Part")

LIMITS = {
    ("Book", "title"): 255,
    ("Book", "subject"): 255,
    ("Field", "heading"): 255,
    ("Table", "alt"): 1_000,
    ("Chart", "alt"): 1_000,
    ("Chart", "title"): 255,
    ("Chart", "value_title"): 255,
    ("Series", "name"): 255,
}
"""Characters that fit where a text is none of a cell: Excel's own limits, and what a screen reader can read out."""


def cleaned(part: Part) -> Part:
    r"""Return a book, or any part of one, with every text as a file can hold it.

    Parameters
    ----------
    part : Book or part of one
        It is returned itself where nothing needs cleaning.

    Returns
    -------
    Book or part of one
        Control characters, lone surrogates and U+FFFE became U+FFFD; what is too long ends with a mark.

    Examples
    --------
    >>> from winback_xl.workbook.spec import Cell
    >>> cleaned(Cell(0, 0, "Acme\x0bLtd", help="a\ud800")).value
    'Acme�Ltd'
    """
    kind: Any = type(part)
    changed = {
        name: new
        for name, most in _texts(kind)
        if (new := _clean(old := getattr(part, name), most)) is not old
    }
    return replace(part, **changed) if changed else part  # type: ignore[type-var]  # every part is a dataclass


@cache
def _texts(kind: type) -> tuple[tuple[str, int], ...]:
    """Return the fields of a part, and how long a text in each may be; 0 for as long as a cell takes."""
    return tuple((field.name, LIMITS.get((kind.__name__, field.name), 0)) for field in fields(kind))


def _clean(value: Any, most: int) -> Any:
    if isinstance(value, str):
        text = clean(value)
        return shortened(text, most) if most and len(text) > most // 2 else text
    if isinstance(value, tuple):
        made = tuple(_clean(one, most) for one in value)
        return value if all(new is old for new, old in zip(made, value, strict=True)) else made
    if is_dataclass(value) and not isinstance(value, type):
        return cleaned(value)
    return value
