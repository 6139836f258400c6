"""The cell formats of a package as lists of elements, and what a cell of each looks like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from winback_xl.readers.limits import damaged
from winback_xl.readers.xml_events import elements

if TYPE_CHECKING:
    from winback_xl.workbook.theme import Style

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_Q = f"{{{_MAIN}}}"

Look = tuple[str, str, bool, bool, bool, bool]
"""Ground, colour, bold, italic, underlined, struck out: what people change to say something."""


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
            It is not XML, or declares a document type.
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
