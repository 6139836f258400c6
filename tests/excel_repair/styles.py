"""Formats: counts, indexes, colours and limits of the styles part."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.excel_repair.package import Package, local, q

if TYPE_CHECKING:
    from collections.abc import Sequence

COUNTED = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")
MOST_FORMATS, MOST_FONTS, MOST_NUMBER_FORMATS, FORMAT_LENGTH = 65_490, 1_024, 250, 255
OWN_NUMBER_FORMATS = 164
_DXF = ("font", "numFmt", "fill", "alignment", "border", "protection", "extLst")
_SHEET = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors",
    "extLst",
)  # fmt: skip
_COLOUR = re.compile("[0-9A-Fa-f]{8}")


@dataclass(frozen=True, slots=True)
class Looks:
    """How many cell formats and differential formats there are to choose from."""

    cells: int = 1
    differences: int = 0


def in_order(package: Package, element: Any, order: Sequence[str], where: str) -> None:
    """Check that children stand in the order that the schema asks for; Excel repairs any other."""
    last = -1
    for child in element.iterchildren("*"):
        tag = local(child)
        if tag not in order:
            package.say(f"{where}: Excel knows nothing called {tag} there")
            continue
        place = order.index(tag)
        if place < last:
            package.say(f"{where}: {tag} stands behind what it should come before")
        last = max(last, place)


def check(package: Package) -> Looks:
    """Check the styles of a workbook, and count them."""
    part = next(iter(package.related(package.workbook, "styles")), "")
    tree = package.xml.get(part)
    if tree is None:
        return Looks()
    in_order(package, tree, _SHEET, part)
    held = {name: _children(tree, name) for name in COUNTED}
    for name, children in held.items():
        element = tree.find(q(name))
        if element is not None and element.get("count") and int(element.get("count")) != len(children):
            package.say(f"{part}: {name} says {element.get('count')} and holds {len(children)}")
    for name, most in (("cellXfs", MOST_FORMATS), ("fonts", MOST_FONTS), ("numFmts", MOST_NUMBER_FORMATS)):
        if len(held[name]) > most:
            package.say(f"{part}: {len(held[name])} {name}, more than {most}")
    _number_formats(package, part, held)
    _cell_formats(package, part, held)
    _looks(package, part, tree, held)
    return Looks(len(held["cellXfs"]), len(held["dxfs"]))


def _looks(package: Package, part: str, tree: Any, held: dict[str, list[Any]]) -> None:
    for difference in held["dxfs"]:
        in_order(package, difference, _DXF, f"{part} dxf")
    for colour in tree.iter(q("color"), q("bgColor"), q("fgColor"), q("rgbColor")):
        if colour.get("rgb") and not _COLOUR.fullmatch(colour.get("rgb")):
            package.say(f"{part}: {colour.get('rgb')!r} is not a colour")
    called = Counter(element.get("name", "").lower() for element in held["cellStyles"])
    for name, count in called.items():
        if count > 1:
            package.say(f"{part}: the cell style {name!r} is there {count} times")


def _children(tree: Any, name: str) -> list[Any]:
    element = tree.find(q(name))
    return [] if element is None else list(element.iterchildren("*"))


def _number_formats(package: Package, part: str, held: dict[str, list[Any]]) -> None:
    known: set[int] = set()
    for element in held["numFmts"]:
        number, code = int(element.get("numFmtId")), element.get("formatCode", "")
        if number in known:
            package.say(f"{part}: the number format {number} is there twice")
        known.add(number)
        if number < OWN_NUMBER_FORMATS:
            package.say(f"{part}: the number format {number} is one of Excel's own")
        if not code or len(code) > FORMAT_LENGTH:
            package.say(f"{part}: a number format of {len(code)} characters")
    for element in (*held["cellXfs"], *held["cellStyleXfs"]):
        number = int(element.get("numFmtId") or 0)
        if number >= OWN_NUMBER_FORMATS and number not in known:
            package.say(f"{part}: the number format {number} is used and never defined")


def _cell_formats(package: Package, part: str, held: dict[str, list[Any]]) -> None:
    pools = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}
    for element in (*held["cellXfs"], *held["cellStyleXfs"]):
        for attribute, pool in pools.items():
            if int(element.get(attribute) or 0) >= max(1, len(held[pool])):
                package.say(f"{part}: {attribute} {element.get(attribute)} is not there")
    for element in (*held["cellXfs"], *held["cellStyles"]):
        if int(element.get("xfId") or 0) >= max(1, len(held["cellStyleXfs"])):
            package.say(f"{part}: the style format {element.get('xfId')} is not there")
