"""What depends on a sheet and could not be taken over into another package."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from winback_xl.workbook.ooxml.package_outline import links
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


def obstacles(package: Package, part: str) -> list[str]:
    """Describe what a sheet holds that could not be taken over, each in two or three words."""
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
