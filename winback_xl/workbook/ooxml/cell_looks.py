"""The cell formats of a package: what they look like, and how one package takes over those of another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from winback_xl.readers.limits import damaged
from winback_xl.readers.xml_events import elements

if TYPE_CHECKING:
    from winback_xl.workbook.theme import Style

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_Q = f"{{{_MAIN}}}"
ET.register_namespace("", _MAIN)

Look = tuple[str, str, bool, bool, bool, bool]
"""Ground, colour, bold, italic, underlined, struck out: what people change to say something."""

_FIRST_CUSTOM = 164  # numbers of formats below are Excel's own
_DATE = "yyyy-mm-dd"
_PARTS = (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders"))


@dataclass(slots=True)
class Looks:
    """The styles part of a package, as lists of its elements."""

    root: ET.Element

    @classmethod
    def of(cls, part: bytes, file: str) -> Looks:
        """Read a styles part that others may have written.

        Raises
        ------
        FileError
            It is no XML, or declares a document type.
        """
        elements(part, file)  # refuses document types, so that what follows is safe
        root = ET.fromstring(part)  # noqa: S314 - checked in the line above
        if root.tag != f"{_Q}styleSheet":
            raise damaged(file, "its styles are of an unknown kind")
        return cls(root)

    def items(self, name: str) -> list[ET.Element]:
        """Return the elements of a list such as ``fonts``."""
        found = self.root.find(_Q + name)
        return [] if found is None else list(found)

    def look(self, index: int) -> Look:
        """Return what a cell of this style looks like."""
        formats = self.items("cellXfs")
        if not 0 <= index < len(formats):
            return ("", "", False, False, False, False)
        chosen = formats[index]
        font = self._chosen(chosen, "fontId", "fonts")
        fill = self._chosen(chosen, "fillId", "fills")
        pattern = None if fill is None else fill.find(f"{_Q}patternFill")
        ground = ""
        if pattern is not None and pattern.get("patternType", "none") != "none":
            ground = _colour(pattern.find(f"{_Q}fgColor")) or str(pattern.get("patternType"))
        elif fill is not None and fill.find(f"{_Q}gradientFill") is not None:
            ground = "gradient"
        colour = "" if font is None else _colour(font.find(f"{_Q}color"))
        return (ground, colour, *(_on(font, name) for name in ("b", "i", "u", "strike")))  # type: ignore[return-value]  # four of them

    def _chosen(self, format_: ET.Element, attribute: str, name: str) -> ET.Element | None:
        found, at = self.items(name), int(format_.get(attribute, "0"))
        return found[at] if at < len(found) else None

    def number_format(self, number: str) -> str | None:
        """Return the code of a number format that is not Excel's own."""
        for item in self.items("numFmts"):
            if item.get("numFmtId") == number:
                return item.get("formatCode", "General")
        return None

    def text(self) -> bytes:
        """Return the part as it stands in a package."""
        return b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + ET.tostring(self.root)


def expected(style: Style) -> Look:
    """Return what a cell looks like that the theme has drawn."""
    return (
        style.fill.lstrip("#").upper(),
        style.colour.lstrip("#").upper(),
        style.bold,
        False,
        style.underline,
        False,
    )


def _colour(found: ET.Element | None) -> str:
    """Return a colour as RRGGBB, or how else it is named."""
    if found is None:
        return ""
    if found.get("rgb"):
        return str(found.get("rgb"))[-6:].upper()
    named = [f"{name}{found.get(name)}" for name in ("theme", "indexed", "tint") if found.get(name)]
    return "/".join(named)


def _on(font: ET.Element | None, name: str) -> bool:
    found = None if font is None else font.find(_Q + name)
    return found is not None and found.get("val", "1") not in {"0", "false", "none"}


class Taker:
    """Adds the formats of one package to another's, each only once; ``changed`` says whether any was new."""

    def __init__(self, target: Looks, source: Looks) -> None:
        self.target, self._source = target, source
        self.changed = False
        self._formats: dict[int, int] = {}
        self._rules: dict[int, int] = {}

    def format(self, index: int) -> int:
        """Return the index in the target of the source's cell format."""
        if index not in self._formats:
            held = self._source.items("cellXfs")
            self._formats[index] = self._add_format(held[index]) if 0 <= index < len(held) else 0
        return self._formats[index]

    def rule(self, index: int) -> int:
        """Return the index in the target of what one of the source's conditional formats changes."""
        if index not in self._rules:
            held = self._source.items("dxfs")
            self._rules[index] = self._add("dxfs", _copy(held[index])) if 0 <= index < len(held) else 0
        return self._rules[index]

    def dated(self, index: int) -> int:
        """Return the index in the target of one of its own cell formats, but showing a date."""
        made = _copy(self.target.items("cellXfs")[index])
        made.set("numFmtId", self._add_number_format(_DATE))
        made.set("applyNumberFormat", "1")
        return self._add("cellXfs", made)

    def _add_format(self, found: ET.Element) -> int:
        made = _copy(found)
        made.set("xfId", "0")
        for attribute, name in _PARTS:
            held, at = self._source.items(name), int(found.get(attribute, "0"))
            made.set(attribute, str(self._add(name, _copy(held[at]))) if at < len(held) else "0")
        code = self._source.number_format(found.get("numFmtId", "0"))
        if code is not None:
            made.set("numFmtId", self._add_number_format(code))
        elif int(found.get("numFmtId", "0")) >= _FIRST_CUSTOM:
            made.set("numFmtId", "0")
        for name, attribute in (("Font", "fontId"), ("Fill", "fillId"), ("Border", "borderId"), ("NumberFormat", "numFmtId")):  # fmt: skip
            if made.get(attribute, "0") != "0":
                made.set(f"apply{name}", "1")
        return self._add("cellXfs", made)

    def _add_number_format(self, code: str) -> str:
        held = self.target.items("numFmts")
        for item in held:
            if item.get("formatCode") == code:
                return str(item.get("numFmtId"))
        number = str(max([_FIRST_CUSTOM - 1, *(int(item.get("numFmtId", "0")) for item in held)]) + 1)
        self._add("numFmts", ET.Element(f"{_Q}numFmt", {"numFmtId": number, "formatCode": code}))
        return number

    def _add(self, name: str, item: ET.Element) -> int:
        """Put an element into a list of the target unless an equal one is there, and return its place."""
        root = self.target.root
        held = root.find(_Q + name)
        if held is None:
            held = ET.Element(_Q + name)
            root.insert(0 if name == "numFmts" else _place_of(root, name), held)
        wanted = _written(item)
        for place, other in enumerate(held):
            if _written(other) == wanted:
                return place
        self.changed = True
        held.append(item)
        held.set("count", str(len(held)))
        return len(held) - 1


_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles",
          "colors", "extLst")  # fmt: skip


_FONT = [
    _Q + name
    for name in ("b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color", "name",
                 "family", "charset", "scheme")
]  # fmt: skip


def _place_of(root: ET.Element, name: str) -> int:
    before = {_Q + other for other in _ORDER[: _ORDER.index(name)]}
    return sum(1 for child in root if child.tag in before)


def _copy(item: ET.Element) -> ET.Element:
    """Return an element without what only other elements of its package explain."""
    made = ET.fromstring(ET.tostring(item))  # noqa: S314 - our own text
    for child in list(made):
        if child.tag == f"{_Q}extLst":
            made.remove(child)
    made.tail = None
    if made.tag == f"{_Q}font":  # openpyxl writes its parts in an order that validators refuse
        made[:] = sorted(made, key=lambda child: _FONT.index(child.tag) if child.tag in _FONT else len(_FONT))
    return made


def _written(item: ET.Element) -> str:
    """Return an element as text that is equal for equal content, whatever the order of its attributes."""
    inner = "".join(_written(child) for child in item)
    attributes = " ".join(f"{key}={value}" for key, value in sorted(item.attrib.items()))
    return f"<{re.sub('^{.*}', '', item.tag)} {attributes}>{inner}{(item.text or '').strip()}</>"
