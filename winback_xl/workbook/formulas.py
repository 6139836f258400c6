"""Formulas and names as Excel stores them, from the way Excel shows them.

Excel shows ``tblCampaign[@[Stage]]`` and inside the table just ``[@Stage]``; a file holds
``tblCampaign[[#This Row],[Stage]]``, and LibreOffice reads nothing else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from winback_xl.readers.grid import letters
from winback_xl.workbook.spec import HERE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from winback_xl.workbook.spec import Table

_TOKEN = re.compile(
    r'"(?:[^"]|"")*"'  # text
    r"|'(?:[^']|'')*'(?=!)"  # quoted sheet name
    r"|(?P<table>[^\W\d][\w.]*)?(?P<reference>\[)"  # start of a structured reference
)
_SPECIAL = re.compile(r"[,:.]")
"""Signs in a column's name that end it for some programs, unless it has brackets of its own as Microsoft asks for."""
_TEXT = re.compile(r'("(?:[^"]|"")*")')
_THIS_ROW = re.compile(r"(?P<table>[^\W\d][\w.]*)\[\[#This Row\],\[(?P<heading>(?:[^\[\]']|'.)*)\]\]")
_APOSTROPHE = re.compile(r"'(.)")
_PLACE = re.compile(r"\{([^{}]*)\}")
_SHEET_SIGNS = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
SHEET_NAME_LIMIT = 31

ROW = "\x01"
"""Stands for the row's number in a formula of `row_formula`; no formula holds this sign."""


def stored(formula: str, table: str = "") -> str:
    """Return a formula as a file holds it.

    Parameters
    ----------
    formula : str
        As Excel shows it in English.
    table : str
        The table that the cell belongs to, for references that leave it out.

    Examples
    --------
    >>> stored('=IF([@Stage]="[@x]", tblSettings[Value], tblA[@[Due on]])', "tblCampaign")
    '=IF(tblCampaign[[#This Row],[Stage]]="[@x]", tblSettings[Value], tblA[[#This Row],[Due on]])'
    >>> stored("=SUM(tblSegments[Revenue, all])")
    '=SUM(tblSegments[[Revenue, all]])'
    """
    parts: list[str] = []
    done = 0
    while found := _TOKEN.search(formula, done):
        if found["reference"] is None:
            parts.append(formula[done : found.end()])
            done = found.end()
            continue
        end = _closing(formula, found.start("reference"))
        name = found["table"] or table
        inner = formula[found.end() : end]
        parts += [formula[done : found.start()], _reference(name, inner) if name else f"[{inner}]"]
        done = end + 1
    return "".join(parts) + formula[done:]


def _closing(formula: str, opening: int) -> int:
    """Return where the bracket closes that opens here; an apostrophe takes the meaning from the sign behind it."""
    depth, at = 0, opening
    while at < len(formula):
        sign = formula[at]
        if sign == "'":
            at += 1
        elif sign == "[":
            depth += 1
        elif sign == "]":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    raise ValueError(f"a bracket is not closed in {formula}")


def _reference(table: str, inner: str) -> str:
    if not inner.startswith("@"):
        special = not inner.startswith(("[", "#")) and _SPECIAL.search(inner)
        return f"{table}[[{inner}]]" if special else f"{table}[{inner}]"
    column = inner[1:].strip()
    if not column:
        return f"{table}[#This Row]"
    return f"{table}[[#This Row],{column if column.startswith('[') else f'[{column}]'}]"


column_letters = letters
"""Return the letters of a 0-based column."""


def cell_range(sheet: str, first_row: int, first_col: int, last_row: int, last_col: int) -> str:
    """Return a range with its sheet, all 0-based and absolute.

    >>> cell_range("Bob's", 3, 0, 9, 1)
    "'Bob''s'!$A$4:$B$10"
    """
    first = f"${column_letters(first_col)}${first_row + 1}"
    last = f"${column_letters(last_col)}${last_row + 1}"
    name = sheet.replace("'", "''")
    return f"'{name}'!{first}" + (f":{last}" if last != first else "")


def rule_formula(formula: str, table: Table, column: int) -> str:
    """Fill the places of a conditional format: ``{Heading}`` becomes the cell of that column in the first row.

    ``{#}`` becomes the heading above the cell itself; ``column`` is the first column of the format.

    Raises
    ------
    ValueError
        The table has no such column.
    """
    headings = {field.heading for field in table.fields}

    def cell(place: re.Match[str]) -> str:
        if place[0] == HERE:
            return f"{column_letters(column)}${table.row + 1}"
        if place[1] not in headings:
            raise ValueError(f"{table.name} has no column {place[1]}, named in {formula}")
        return f"${column_letters(table.column(place[1]))}{table.row + 2}"

    return _PLACE.sub(cell, formula)


def row_formula(formula: str, table: Table) -> str:
    """Return a stored formula with plain references to the cells of its own row, `ROW` for the row's number.

    Plain references are a third as long as structured ones, and LibreOffice opens a big table of them in a quarter of
    the time and memory. The definition of the table keeps the structured form, for the rows that people add.

    Parameters
    ----------
    formula : str
        As `stored` gives it.
    table : Table
        The table that the cell belongs to; other references stay as they are.
    """
    places = {field.heading: table.col + at for at, field in enumerate(table.fields)}

    def cell(reference: re.Match[str]) -> str:
        heading = _APOSTROPHE.sub(r"\1", reference["heading"])
        known = reference["table"] == table.name and heading in places
        return f"${column_letters(places[heading])}{ROW}" if known else reference[0]

    return "".join(
        part if quoted else _THIS_ROW.sub(cell, part)
        for quoted, part in ((part.startswith('"'), part) for part in _TEXT.split(formula))
    )


def list_name(name: str) -> str:
    """Return the workbook name of a list of allowed values.

    >>> list_name("Yes / No")
    'lst_Yes_No'
    """
    return "lst_" + re.sub(r"\W+", "_", name).strip("_")


def sheet_name(wanted: str, taken: Iterable[str] = ()) -> str:
    """Return a name that Excel takes for a sheet, and that no sheet of ``taken`` has.

    >>> sheet_name("Müller/Söhne [Nord]"), sheet_name("History"), sheet_name("a", ["A"])
    ('Müller Söhne  Nord', 'History_', 'a (2)')
    """
    name = _SHEET_SIGNS.sub(" ", wanted).strip(" '") or "Sheet"
    name = _cut(name, SHEET_NAME_LIMIT)
    used = {other.casefold() for other in taken} | {"history"}  # Excel keeps that one for itself
    free, number = name, 1
    while free.casefold() in used:
        number += 1
        ending = "_" if free.casefold() == "history" else f" ({number})"
        free = _cut(name, SHEET_NAME_LIMIT - len(ending)) + ending
    return free


def _cut(text: str, units: int) -> str:
    """Cut a text to that many UTF-16 units, and no sign in half."""
    return text.encode("utf-16-le", "replace")[: 2 * units].decode("utf-16-le", "ignore").rstrip(" '")
