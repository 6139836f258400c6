"""Add the formats of our sheets to the styles of somebody's workbook: theirs keep their places and their bytes.

Fonts, fills, borders, number formats, cell formats and those of conditional formats are lists that cells name by
position. Ours are appended, each only if no equal one is there, so that adding again adds nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from winback_xl.errors import FileError
from winback_xl.workbook.ooxml.cell_looks import Looks
from winback_xl.workbook.ooxml.xml_splice import Edit, Piece, edited, outline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_FORMATS = 64_000
"""Cell formats that Excel takes in one workbook."""

_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles",
          "colors", "extLst")  # fmt: skip
_PARTS = (
    ("fontId", "fonts", "applyFont"),
    ("fillId", "fills", "applyFill"),
    ("borderId", "borders", "applyBorder"),
)
_FIRST_CUSTOM = 164

Same = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """The styles of a workbook with ours.

    Parameters
    ----------
    part : bytes
        The styles part.
    formats, rules : tuple of int
        Place in it of each of our cell formats, and of what each of our conditional formats changes.
    """

    part: bytes
    formats: tuple[int, ...]
    rules: tuple[int, ...]


def merge(theirs: bytes, ours: bytes, file: str) -> Merged:
    """Add our styles to theirs.

    Parameters
    ----------
    theirs, ours : bytes
        Styles parts in UTF-8; ``ours`` as the renderer writes it.
    file : str
        For messages.

    Raises
    ------
    FileError
        ``theirs`` is no styles part, or full.
    """
    kept, added = Looks.of(theirs, file), Looks.of(ours, "our workbook")
    lists = {name: _List(kept.items(name)) for name in ("fonts", "fills", "borders", "cellXfs", "dxfs")}
    numbers = _Numbers(kept.items("numFmts"))
    codes = {item.get("numFmtId", ""): item.get("formatCode", "") for item in added.items("numFmts")}
    places = {
        name: [lists[name].place(item) for item in added.items(name)]
        for name in ("fonts", "fills", "borders")
    }
    formats = []
    for item in added.items("cellXfs"):
        made = item.__copy__()
        made.set("xfId", "0")
        number = item.get("numFmtId", "0")
        made.set("numFmtId", numbers.number(codes[number]) if number in codes else number)
        made.set("applyNumberFormat", "1")
        for attribute, name, applied in _PARTS:
            made.set(attribute, str(places[name][int(item.get(attribute, "0"))]))
            made.set(applied, "1")
        formats.append(lists["cellXfs"].place(made))
    rules = [lists["dxfs"].place(item) for item in added.items("dxfs")]
    if lists["cellXfs"].length > MOST_FORMATS:
        raise FileError(
            f"{file} has nearly as many cell formats as Excel takes; ours do not fit.",
            "Clear formats that nobody needs, or plan into a new workbook (-o).",
            "into-formats",
        )
    part = _spliced(theirs, {**lists, "numFmts": numbers}, file)
    return Merged(part, tuple(formats), tuple(rules))


class _List:
    """One list of theirs, and what joins it."""

    def __init__(self, held: Sequence[Element]) -> None:
        self._places: dict[Same, int] = {}
        for place, item in enumerate(held):
            self._places.setdefault(_same(item), place)
        self.length = len(held)
        self.new: list[Element] = []

    def place(self, item: Element) -> int:
        """Return where an element stands, after adding it where none equals it."""
        same = _same(item)
        if same not in self._places:
            self._places[same] = self.length
            self.length += 1
            self.new.append(item)
        return self._places[same]


class _Numbers:
    """Number formats, which cells name by a number of their own."""

    def __init__(self, held: Sequence[Element]) -> None:
        self._known = {item.get("formatCode", ""): item.get("numFmtId", "0") for item in reversed(held)}
        used = [item.get("numFmtId", "") for item in held]
        self._last = max([_FIRST_CUSTOM - 1, *(int(number) for number in used if number.isdecimal())])
        self.length = len(held)
        self.new: list[Element] = []

    def number(self, code: str) -> str:
        """Return the number of a format code, after adding it where it is not there."""
        if code not in self._known:
            self._last += 1
            self.length += 1
            self._known[code] = str(self._last)
            self.new.append(Element("numFmt", {"numFmtId": str(self._last), "formatCode": code}))
        return self._known[code]


def _same(item: Element) -> Same:
    """Return what is equal for elements that say the same."""
    return (
        _name(item),
        tuple(sorted(item.items())),
        (item.text or "").strip(),
        *(_same(child) for child in item),
    )


def _name(item: Element) -> str:
    return str(item.tag).rpartition("}")[2]


def _spliced(part: bytes, lists: Mapping[str, _List | _Numbers], file: str) -> bytes:
    """Return their part with our elements at the end of their lists; missing lists are put where they belong."""
    root, *found = outline(part, file, depth=1)
    held = {piece.name: piece for piece in found}
    edits = []
    for name in _ORDER:
        if name not in lists or not lists[name].new:
            continue
        text = "".join(_written(item, root.prefix) for item in lists[name].new)
        if name in held:
            edits += _appended(part, held[name], text, lists[name].length)
            continue
        at = next((held[later].start for later in _ORDER[_ORDER.index(name) :] if later in held), root.close)
        tag = f"{root.prefix}{name}"
        edits.append(Edit(at, at, f'<{tag} count="{lists[name].length}">{text}</{tag}>'))
    return edited(part, edits)


def _appended(part: bytes, piece: Piece, text: str, count: int) -> list[Edit]:
    tag = part[piece.start : piece.inner].decode()
    tag = re.sub(r"""(\scount\s*=\s*["'])[^"']*""", rf"\g<1>{count}", tag, count=1)
    if piece.empty:
        name = f"{piece.prefix}{piece.name}"
        return [Edit(piece.start, piece.end, f"{tag[:-2].rstrip()}>{text}</{name}>")]
    return [Edit(piece.start, piece.inner, tag), Edit(piece.close, piece.close, text)]


def _written(item: Element, prefix: str) -> str:
    """Return an element of ours as text, under the prefix that their part gives to the main name space."""
    name = prefix + _name(item)
    attributes = "".join(f" {key}={quoteattr(value)}" for key, value in item.items())
    inner = escape((item.text or "").strip()) + "".join(_written(child, prefix) for child in item)
    return f"<{name}{attributes}>{inner}</{name}>" if inner else f"<{name}{attributes}/>"
