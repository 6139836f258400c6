"""Move a formula that somebody typed to the row where its customer stands now, if that is safe."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError

from winback_xl.readers.grid import letters
from winback_xl.readers.xlsx.xlsx_events import position

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from winback_xl.workbook.ooxml.cell_formulas import At

_CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)(\d{1,7})")
_COLUMNS = re.compile(r"\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}")
_ROWS = re.compile(r"\$?\d+:\$?\d+")
_NAMED = re.compile(r"\[\s*@?\s*([^\[\]#@,]+?)\s*\]")


@dataclass(frozen=True, slots=True)
class Ground:
    """What stays where it is, and where the rest went.

    Parameters
    ----------
    columns : mapping of int to int
        Old place of each column of the campaign -> its new one, 0-based.
    headings : collection of str
        Headings of all columns that the new workbook has, case folded.
    kept : collection of str
        Sheets that are taken over as they are, case folded.
    ours : collection of str
        Our own sheets in which whole columns stay where they are, case folded.
    """

    columns: Mapping[int, int]
    headings: Collection[str]
    kept: Collection[str]
    ours: Collection[str] = ()


def moved(formula: str, old: At, new: At, ground: Ground) -> str | None:
    """Return the formula for its new row, or None where it would point at something else there.

    Safe are constants, names, structured references, cells of its own row, and cells of sheets that are taken over
    as they are.

    >>> ground = Ground({0: 0, 3: 2}, {"won revenue"}, {"rates"})
    >>> moved("D7*Rates!$B$2+tblCampaign[[#This Row],[Won revenue]]", (7, 0), (9, 0), ground)
    'C9*Rates!$B$2+tblCampaign[[#This Row],[Won revenue]]'
    >>> moved("D6+1", (7, 0), (9, 0), ground) is None
    True
    """
    try:
        items = Tokenizer("=" + formula).items
    except (TokenizerError, IndexError):
        return None
    parts = []
    for item in items:
        text = item.value
        if item.type == Token.OPERAND and item.subtype == Token.RANGE:
            found = _reference(text, old, new, ground)
            if found is None:
                return None
            text = found
        parts.append(text)
    return "".join(parts)


def _reference(text: str, old: At, new: At, ground: Ground) -> str | None:
    sheet, mark, inner = text.rpartition("!")
    if mark:
        name = sheet.strip("'").replace("''", "'").casefold()
        whole = _COLUMNS.fullmatch(inner) is not None
        return text if name in ground.kept or (whole and name in ground.ours) else None
    if "[" in text:
        named = [found.casefold() for found in _NAMED.findall(text)]
        return text if all(name in ground.headings for name in named) else None
    if _COLUMNS.fullmatch(text) or _ROWS.fullmatch(text):
        return None
    cells = [_CELL.fullmatch(part) for part in text.split(":")]
    if not all(cells):
        return text if not any(cells) else None
    placed = [_cell(cell, old, new, ground) for cell in cells if cell]
    return ":".join(part for part in placed if part) if all(placed) else None


def _cell(cell: re.Match[str], old: At, new: At, ground: Ground) -> str:
    """Return a cell of their own row in its new place, "" for any other."""
    column = ground.columns.get(position(cell[2].upper()))
    if column is None or cell[3] or int(cell[4]) != old[0]:
        return ""
    return f"{cell[1]}{letters(column)}{new[0]}"
