"""Add cell formats of one package to the styles of another: what is there keeps its place and its bytes.

Fonts, fills, borders, number formats, cell formats and those of conditional formats are lists that cells name by
position. What is asked for is appended, and only if no equal one is there, so that adding again adds nothing.
"""

from __future__ import annotations

import re
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
_PARTS = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}
_APPLIED = {
    "numFmtId": "applyNumberFormat",
    "fontId": "applyFont",
    "fillId": "applyFill",
    "borderId": "applyBorder",
}
_FONT = ("b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color", "name",
         "family", "charset", "scheme")  # fmt: skip
_FIRST_CUSTOM = 164  # numbers of formats below are Excel's own
_DATE = "yyyy-mm-dd"

Same = tuple[object, ...]


class StyleMerge:
    """The styles of a package with those of another that cells ask for.

    Parameters
    ----------
    target, source : bytes
        Styles parts in UTF-8: the one that grows, and the one that formats are taken from.
    file : str
        Name of the target, for messages.

    Raises
    ------
    FileError
        One of them is not a styles part.
    """

    def __init__(self, target: bytes, source: bytes, file: str) -> None:
        self._part, self._file = target, file
        held, self._source = Looks.of(target, file), Looks.of(source, file)
        names = ("fonts", "fills", "borders", "cellXfs", "dxfs")
        self._lists = {name: _List(held.items(name)) for name in names}
        self._numbers = _Numbers(held.items("numFmts"))
        self._codes = {
            item.get("numFmtId", ""): item.get("formatCode", "General")
            for item in self._source.items("numFmts")
        }
        self._formats: dict[int, int] = {}
        self._rules: dict[int, int] = {}

    def format(self, index: int) -> int:
        """Return the place in the target of a cell format of the source."""
        if index not in self._formats:
            held = self._source.items("cellXfs")
            self._formats[index] = self._added(held[index]) if 0 <= index < len(held) else 0
        return self._formats[index]

    def rule(self, index: int) -> int:
        """Return the place in the target of what a conditional format of the source changes."""
        if index not in self._rules:
            held = self._source.items("dxfs")
            self._rules[index] = self._lists["dxfs"].place(held[index]) if 0 <= index < len(held) else 0
        return self._rules[index]

    def dated(self, index: int) -> int:
        """Return the place of one of the target's own cell formats, but showing a date."""
        made = _copy(self._lists["cellXfs"].items[index])
        made.set("numFmtId", self._numbers.number(_DATE))
        made.set("applyNumberFormat", "1")
        return self._lists["cellXfs"].place(made)

    def part(self) -> bytes:
        """Return the styles part of the target, the same bytes where nothing was added.

        Raises
        ------
        FileError
            It holds more cell formats than Excel takes.
        """
        if len(self._lists["cellXfs"].items) > MOST_FORMATS:
            raise FileError(
                f"{self._file} has nearly as many cell formats as Excel takes; ours do not fit.",
                "Clear formats that are not needed, or plan into a new workbook (-o).",
                "into-formats",
            )
        return _spliced(self._part, {**self._lists, "numFmts": self._numbers}, self._file)

    def _added(self, item: Element) -> int:
        made = _copy(item)
        made.set("xfId", "0")
        number = item.get("numFmtId", "0")
        if number in self._codes:
            number = self._numbers.number(self._codes[number])
        elif number.isdecimal() and int(number) >= _FIRST_CUSTOM:
            number = "0"  # the source does not say what it looks like
        places = {"numFmtId": number}
        for attribute, name in _PARTS.items():
            held, at = self._source.items(name), int(item.get(attribute, "0"))
            places[attribute] = str(self._lists[name].place(held[at]) if at < len(held) else 0)
        for attribute, place in places.items():
            made.set(attribute, place)
            if place != "0":  # otherwise as it was, so that a format that comes back is the same one
                made.set(_APPLIED[attribute], "1")
        return self._lists["cellXfs"].place(made)


class _List:
    """One list of the target, and what joins it."""

    def __init__(self, held: Sequence[Element]) -> None:
        self._places: dict[Same, int] = {}
        for place, item in enumerate(held):
            self._places.setdefault(_same(item), place)
        self.items, self._held = [*held], len(held)

    @property
    def new(self) -> list[Element]:
        """What joined it."""
        return self.items[self._held :]

    def place(self, item: Element) -> int:
        """Return where an element stands, after adding it where none equals it."""
        made = _copy(item)
        same = _same(made)
        if same not in self._places:
            self._places[same] = len(self.items)
            self.items.append(made)
        return self._places[same]


class _Numbers:
    """Number formats, which cells name by a number of their own."""

    def __init__(self, held: Sequence[Element]) -> None:
        self._known = {item.get("formatCode", ""): item.get("numFmtId", "0") for item in reversed(held)}
        used = [item.get("numFmtId", "") for item in held]
        self._last = max([_FIRST_CUSTOM - 1, *(int(number) for number in used if number.isdecimal())])
        self.items, self._held = [*held], len(held)

    @property
    def new(self) -> list[Element]:
        """What joined them."""
        return self.items[self._held :]

    def number(self, code: str) -> str:
        """Return the number of a format code, after adding it where it is not there."""
        if code not in self._known:
            self._last += 1
            self._known[code] = str(self._last)
            self.items.append(Element("numFmt", {"numFmtId": str(self._last), "formatCode": code}))
        return self._known[code]


def _copy(item: Element) -> Element:
    """Return an element without what only other elements of its package explain: extensions, other name spaces."""
    made = Element(_name(item), {key: value for key, value in item.items() if "}" not in key})
    made.text = item.text
    inner = [_copy(child) for child in item if _main(child) and _name(child) != "extLst"]
    if _name(item) == "font":  # openpyxl writes its parts in an order that validators refuse
        inner.sort(key=lambda child: _FONT.index(child.tag) if child.tag in _FONT else len(_FONT))
    made.extend(inner)
    return made


def _main(item: Element) -> bool:
    return "}" not in item.tag or item.tag.startswith("{http://schemas.openxmlformats.org/spreadsheetml/")


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
            edits += _appended(part, held[name], text, len(lists[name].items))
            continue
        at = next((held[later].start for later in _ORDER[_ORDER.index(name) :] if later in held), root.close)
        tag = f"{root.prefix}{name}"
        edits.append(Edit(at, at, f'<{tag} count="{len(lists[name].items)}">{text}</{tag}>'))
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
