"""Give single cells of a sheet that we wrote the format or formula that they had in an older workbook."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from winback_xl.core.cell_text import clean
from winback_xl.readers.grid import letters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winback_xl.workbook.ooxml.cell_formulas import At
    from winback_xl.workbook.ooxml.style_merge import StyleMerge

_CELL = re.compile(r'<c r="([A-Z]+\d+)"([^>]*?)(/>|>.*?</c>)', re.DOTALL)
_ROW = re.compile(r'<row r="(\d+)"([^>]*?)(?:/>|>(.*?)</row>)', re.DOTALL)
_STYLE = re.compile(r'\ss="(\d+)"')
_KIND = re.compile(r'\st="\w+"')


@dataclass(frozen=True, slots=True)
class Patch:
    """What one cell gets beyond what the renderer wrote: a format of the old package, or a formula.

    ``dated`` is for a day in a column of something else: the cell keeps its look and shows a date.
    """

    format: int | None = None
    dated: bool = False
    formula: str = ""
    value: Any = None


def patched(content: bytes, patches: Mapping[At, Patch], styles: StyleMerge) -> bytes:
    """Return a sheet with patched cells; rows from 1, columns from 0. A blank cell is not in the file: it is put there."""
    wanted = {f"{letters(column)}{row}": patch for (row, column), patch in patches.items()}

    def changed(found: re.Match[str]) -> str:
        patch = wanted.pop(found[1], None)
        if patch is None:
            return found[0]
        attributes = found[2]
        if patch.format is not None or patch.dated:
            style = _STYLE.search(attributes)
            held = int(style[1]) if style else 0
            number = styles.dated(held) if patch.format is None else styles.format(patch.format)
            attributes = f' s="{number}"{_STYLE.sub("", attributes)}'
        if not patch.formula:
            return f'<c r="{found[1]}"{attributes}{found[3]}'
        kind, value = _result(patch.value)
        attributes = _KIND.sub("", attributes) + kind
        return f'<c r="{found[1]}"{attributes}><f>{escape(clean(patch.formula))}</f><v>{value}</v></c>'

    text = _CELL.sub(changed, content.decode())
    blank: dict[int, list[str]] = {}
    for row, column in sorted(patches):
        place = f"{letters(column)}{row}"
        if place in wanted:
            blank.setdefault(row, []).append(_CELL.sub(changed, f'<c r="{place}"/>'))

    def filled(found: re.Match[str]) -> str:
        added = blank.get(int(found[1]))
        if not added:
            return found[0]
        cells = [each[0] for each in _CELL.finditer(found[3] or "")] + added
        return f'<row r="{found[1]}"{found[2]}>{"".join(sorted(cells, key=_column))}</row>'

    return (_ROW.sub(filled, text) if blank else text).encode()


def _column(cell: str) -> tuple[int, str]:
    """Return a key that sorts cells of one row by column: Z before AA."""
    found = _CELL.match(cell)
    name = "" if found is None else found[1].rstrip("0123456789")
    return len(name), name


def _result(value: Any) -> tuple[str, str]:
    """Return type attribute and text of the value that a formula gave."""
    if isinstance(value, bool):
        return ' t="b"', f"{value:d}"
    if isinstance(value, float):
        return "", repr(value)
    return ' t="str"', escape(clean(str(value or "")))
