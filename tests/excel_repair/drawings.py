"""Drawings and charts: ids of shapes, axes, series and the ranges that charts show."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.excel_repair.package import Package, local

if TYPE_CHECKING:
    from tests.excel_repair.names import Book

_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_AXES = ("catAx", "valAx", "dateAx", "serAx")


def check(package: Package, book: Book) -> None:
    """Check every drawing and chart of a workbook."""
    for name, tree in package.xml.items():
        kind = package.overrides.get(name, "")
        if kind.endswith("drawing+xml"):
            _twice(package, name, "shapes of the id", _ids(tree))
            _anchors(package, name, tree)
        elif kind.endswith("drawingml.chart+xml"):
            _chart(package, book, name, tree)


def _ids(tree: Any) -> list[str]:
    return [element.get("id") for element in tree.iter("*") if local(element) == "cNvPr"]


def _twice(package: Package, name: str, what: str, ids: list[str]) -> None:
    for one, count in Counter(ids).items():
        if count > 1:
            package.say(f"{name} has {count} {what} {one}")


def _anchors(package: Package, name: str, tree: Any) -> None:
    """Check that every shape is anchored at a cell that a sheet has."""
    for element in tree.iter("*"):
        if (
            local(element) in {"col", "row", "colOff", "rowOff"}
            and not (element.text or "").lstrip("-").isdigit()
        ):
            package.say(f"{name} anchors a shape at {element.text!r}")


def _chart(package: Package, book: Book, name: str, tree: Any) -> None:
    axes = [element for element in tree.iter("*") if local(element) in _AXES]
    own = {axis.find(f"{_CHART}axId").get("val") for axis in axes}
    used = {element.get("val") for element in tree.iter(f"{_CHART}axId", f"{_CHART}crossAx")}
    if used - own:
        package.say(f"{name} names the axes {sorted(used - own)}, which it lacks")
    for formula in tree.iter(f"{_CHART}f"):
        for problem in book.formulas.problems(formula.text or "", structured=False):
            package.say(f"{name}: {problem}")
    series = list(tree.iter(f"{_CHART}ser"))
    for tag in ("idx", "order"):
        held = [one.find(f"{_CHART}{tag}") for one in series]
        _twice(package, name, f"series whose {tag} is", [one.get("val") for one in held if one is not None])
    for cache in tree.iter(f"{_CHART}numCache", f"{_CHART}strCache"):
        count = cache.find(f"{_CHART}ptCount")
        points = [int(point.get("idx")) for point in cache.findall(f"{_CHART}pt")]
        if count is not None and points and max(points) >= int(count.get("val")):
            package.say(f"{name} keeps a point beyond its {count.get('val')}")
