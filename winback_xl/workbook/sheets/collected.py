"""The very hidden Collected sheet: the content of each copy when it was last collected.

By it a copy may come back again and again, and only what was edited since is merged. Nothing breaks when somebody
deletes it: then what differs is listed as a conflict instead of being taken.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import TYPE_CHECKING, Any

from winback_xl.core.merging.copy_history import Said, Seen
from winback_xl.workbook.sheets.parts import text_field
from winback_xl.workbook.spec import Sheet, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

NAME, TABLE = "Collected", "tblCollected"
HEADINGS = ("Copy", "File", "Saved on", "Cells")
_PIECE = 30_000  # characters of a text that goes on in the next row
_MOST = 1 << 28  # bytes that one copy's cells may be
_LEVEL = 6


def sheet(said: Mapping[str, Said]) -> Sheet:
    """Return the sheet.

    Parameters
    ----------
    said : mapping of str to Said
        By the identity of the copy.
    """
    lines = [
        (identity, one.file, one.when, piece) for identity, one in said.items() for piece in _pieces(one)
    ]
    table = Table(
        TABLE, 0, 0, tuple(text_field(heading, ["t" + line[place] for line in lines]) for place, heading in enumerate(HEADINGS)),
        alt="Content of each copy when it was last collected",
    )  # fmt: skip
    return Sheet(NAME, "", "", tables=(table,), hidden="very hidden")


def _pieces(said: Said) -> list[str]:
    packed = zlib.compress(json.dumps(said.cells, separators=(",", ":")).encode(), _LEVEL)
    text = base64.b85encode(packed).decode()
    return [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]


def read(lines: Iterable[Sequence[Any]]) -> dict[str, Said]:
    """Return what the rows of the sheet say; a copy whose rows were damaged is left out."""
    found: dict[tuple[str, ...], list[str]] = {}
    for line in lines:
        identity, file, when, piece = (str(text or "")[1:] for text in line)
        found.setdefault((identity, file, when), []).append(piece)
    said = {}
    for (identity, file, when), pieces in found.items():
        try:
            packed = base64.b85decode("".join(pieces))
            cells = json.loads(zlib.decompressobj().decompress(packed, _MOST))
            known = {
                str(name): {str(customer): Seen(marks) for customer, marks in column.items()}
                for name, column in cells.items()
            }
        except (ValueError, zlib.error, binascii.Error, AttributeError):
            continue
        said[identity] = Said(file, when, known)
    return said
