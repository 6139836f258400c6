"""What we write on a sheet, in three letters a cell, so that what people typed there can be found when it comes back."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.cell_text import clean
from winback_xl.core.merging.fingerprints import checksums
from winback_xl.core.tracking.due import SHOW_OWNER
from winback_xl.workbook.fits import last_row
from winback_xl.workbook.theme import TYPED
from winback_xl.workbook.values import Cells, Numbers, Texts, normalise, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from winback_xl.workbook.spec import Sheet
    from winback_xl.workbook.values import Plain

BITS = 18
BLANK, FORMULA, READ, PICKED = 0, 1 << BITS, (1 << BITS) + 1, (1 << BITS) + 2
"""Codes of a blank cell, of one that holds a formula of ours, of one that is read again, whatever it holds, and of a
drop-down that only chooses what a sheet shows."""

_LETTERS = 3
_BASE_64 = np.frombuffer(
    (string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/").encode(), np.uint8
)
_VALUES = np.zeros(256, np.uint32)
_VALUES[_BASE_64] = np.arange(64)
_MARKS = {FORMULA: b"***", READ: b"---", PICKED: b"???"}
_VIEWS = {SHOW_OWNER, "card_account"}  # names of the drop-downs that choose what a sheet shows
_DIGITS = 12  # programs write the digits of a number beyond these in different ways
_STIR = np.uint64(0x9E3779B97F4A7C15)


def text_codes(texts: Sequence[str]) -> NDArray[np.uint32]:
    """Return the codes of texts, shape (n,), none of them that of a blank cell."""
    checks = checksums(texts)
    found: NDArray[np.uint32] = np.maximum(checks >> np.uint32(32 - BITS), 1).astype(np.uint32)
    return found


def number_codes(numbers: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Return the codes of numbers by their first twelve digits, shape (n,); NaN is a blank cell.

    >>> codes = number_codes(np.array([0.1 + 0.2, 0.3, 0.31, np.nan, 7.0]))
    >>> bool(codes[0] == codes[1]), bool(codes[1] == codes[2]), int(codes[3])
    (True, False, 0)
    """
    known = np.isfinite(numbers)
    held = np.where(known, numbers, 0.0)
    size = np.floor(np.log10(np.abs(held), where=held != 0, out=np.zeros(len(held))))
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = np.round(held * 10.0 ** (_DIGITS - 1 - size))
        scaled = np.where(np.isfinite(scaled), scaled, held)
        turned = np.abs(scaled) >= 10.0**_DIGITS  # 9.999... rounded up
        whole = np.where(turned, scaled / 10, scaled).astype(np.int64).view(np.uint64)
        mixed = (whole + (size + turned).astype(np.int64).view(np.uint64) * np.uint64(1_000_003)) * _STIR
    mixed ^= mixed >> np.uint64(29)
    codes = (mixed * _STIR >> np.uint64(64 - BITS)).astype(np.uint32)
    found: NDArray[np.uint32] = np.where(known, np.maximum(codes, 1), BLANK).astype(np.uint32)
    return found


def code(value: Plain) -> int:
    """Return the code of one cell."""
    if value is None:
        return BLANK
    if isinstance(value, bool):
        return int(text_codes([f"\x00{value:d}"])[0])
    if isinstance(value, str):
        return int(text_codes([value])[0])
    return int(number_codes(np.array([value]))[0])


def column_codes(cells: Cells) -> NDArray[np.uint32]:
    """Return the codes of a column, shape (n,)."""
    if isinstance(cells, Numbers):
        return number_codes(cells.floats)
    if isinstance(cells, Texts):
        return np.append(text_codes(cells.texts), np.uint32(BLANK))[cells.codes].astype(np.uint32)
    return np.array([code(value) for value in cells.plains], np.uint32)


def codes_of(sheet: Sheet) -> NDArray[np.uint32]:
    """Return what a sheet holds as we write it: a code for each cell, shape (rows, columns)."""
    tables = sheet.tables
    height = max([2, *(last_row(table) + 1 for table in tables), *(cell.row + 1 for cell in sheet.cells)])
    width = max(
        [1, *(table.col + len(table.fields) for table in tables), *(cell.col + 1 for cell in sheet.cells)]
    )
    found = np.zeros((height, width), np.uint32)
    for table in tables:
        headings = [clean(field.heading).replace("\n", " ") for field in table.fields]
        found[table.row, table.col : table.col + len(headings)] = text_codes(headings)
        body = slice(table.row + 1, table.row + 1 + table.rows)
        for place, field in enumerate(table.fields, start=table.col):
            if table.rows:
                live = (field.live or table.rows) if field.formula else 0
                if live < table.rows:
                    found[body, place] = column_codes(normalise(field.values, field.kind))
                found[table.row + 1 : table.row + 1 + min(live, table.rows), place] = FORMULA
            elif field.formula:
                found[table.row + 1, place] = FORMULA
    heads = ((sheet.title, sheet.title_formula), (sheet.instruction, sheet.instruction_formula))
    for row, (text, formula) in enumerate(heads):
        if text:
            found[row, 0] = FORMULA if formula else code(clean(text))
    for cell in sheet.cells:
        value = plain(cell.value, cell.kind)
        if value is None and cell.link:
            value = cell.link
        asked = cell.look in TYPED and (
            cell.help or cell.choices or cell.limits
        )  # else a sample of the colour
        view = cell.name in _VIEWS
        found[cell.row, cell.col] = (
            PICKED if view else READ if asked else FORMULA if cell.formula else code(value)
        )
    return found


def packed(codes: NDArray[np.uint32]) -> list[str]:
    """Return codes as texts, one a row, without the blank cells at its end.

    >>> packed(np.array([[0, 5, FORMULA, 0], [0, 0, 0, 0]], np.uint32))
    ['AAAAAF***', '']
    """
    signs = np.stack([_BASE_64[codes >> np.uint32(shift) & np.uint32(63)] for shift in (12, 6, 0)], axis=-1)
    for mark, letters in _MARKS.items():
        signs[codes == mark] = np.frombuffer(letters, np.uint8)
    behind = np.cumsum((codes != BLANK)[:, ::-1], axis=1)[:, ::-1] == 0
    signs[behind] = 0
    width = codes.shape[1] * _LETTERS
    rows: list[bytes] = signs.reshape(len(codes), width).view(f"S{width}").ravel().tolist()
    return [row.decode("ascii") for row in rows]


def unpacked(rows: Sequence[str]) -> NDArray[np.uint32]:
    """Return the codes that `packed` wrote, shape (rows, columns); what is damaged is a blank cell."""
    width = max([_LETTERS, *map(len, rows)]) // _LETTERS * _LETTERS
    try:
        held = np.array(rows, f"S{width}")  # zeros behind a short row read as blank cells
    except UnicodeEncodeError:
        held = np.array([row.encode("ascii", "replace") for row in rows], f"S{width}")
    signs = held.view(np.uint8).reshape(len(rows), width // _LETTERS, _LETTERS)
    one, two, three = (signs[:, :, place] for place in range(_LETTERS))
    codes: NDArray[np.uint32] = _VALUES[one] << np.uint32(12) | _VALUES[two] << np.uint32(6) | _VALUES[three]
    for mark, letters in _MARKS.items():
        codes[(one == letters[0]) & (two == letters[1]) & (three == letters[2])] = mark
    return codes
