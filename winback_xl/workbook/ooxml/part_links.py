"""What the parts of a package point to, and what of it could not be taken over into another package."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from winback_xl.readers.xml_events import elements
from winback_xl.workbook.ooxml.xml_splice import utf8

if TYPE_CHECKING:
    from winback_xl.readers.limits import Package

_KEPT_KINDS = frozenset(
    {
        "drawing", "vmlDrawing", "comments", "hyperlink", "printerSettings", "table", "image", "chart", "chartEx",
        "chartStyle", "chartColorStyle", "chartUserShapes", "style", "colors", "themeOverride",
    }
)  # fmt: skip
_OBSTACLES = {
    "pivotTable": "a pivot table", "slicer": "a slicer", "timeline": "a timeline", "queryTable": "a query",
    "threadedComment": "a threaded comment", "control": "an ActiveX control", "ctrlProp": "a form control",
    "oleObject": "an embedded object", "package": "an embedded file", "diagramData": "a SmartArt drawing",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """One relationship of a part; ``target`` is a part name, or an address where ``external``."""

    id: str
    type: str
    target: str
    external: bool

    @property
    def kind(self) -> str:
        """Last word of the type."""
        return self.type.rpartition("/")[2]


def links(package: Package, part: str) -> list[Link]:
    """Return all relationships of a part."""
    folder, name = posixpath.split(part)
    rels = f"{folder}/_rels/{name}.rels"
    if rels not in package:
        return []
    found = []
    for item in elements(package.read(rels), package.file):
        if item.name != "Relationship":
            continue
        given = item.attributes
        external = given.get("TargetMode") == "External"
        target = given.get("Target", "")
        if not external:
            target = posixpath.normpath(posixpath.join("/" + folder, target.replace("\\", "/"))).lstrip("/")
        found.append(Link(given.get("Id", ""), given.get("Type", ""), target, external))
    return found


def obstacles(package: Package, part: str) -> list[str]:
    """Say what a sheet holds that could not be taken over, each in two or three words."""
    found: dict[str, None] = {}
    seen, waiting = {part}, [part]
    while waiting:
        for link in links(package, waiting.pop()):
            if link.kind in _OBSTACLES:
                found[_OBSTACLES[link.kind]] = None
            elif link.external and link.kind != "hyperlink":
                found["a link to another file"] = None
            elif link.kind not in _KEPT_KINDS:
                found[f"something of the kind {link.kind}"] = None
            elif not link.external and link.target in package and link.target not in seen:
                seen.add(link.target)
                waiting.append(link.target)
    text = utf8(package.read(part, 500_000_000), package.file)
    if re.search(rb"<(?:\w+:)?f\b[^>]*>[^<]*\[\d+\]", text):
        found["formulas that read another file"] = None
    if re.search(rb"<(?:\w+:)?c\b[^>]*\bvm=", text):
        found["pictures inside cells"] = None
    return list(found)
