"""What a sheet holds beside its cells: merges, validations, formats, links, columns, pages and panes."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.excel_repair.package import Package, q
from tests.excel_repair.places import MAX_COLUMN, Box, box, length, meet, unescaped

if TYPE_CHECKING:
    from tests.excel_repair.names import Book
    from tests.excel_repair.styles import Looks
    from tests.excel_repair.tables import Table

PROMPTS = {"promptTitle": 32, "errorTitle": 32, "prompt": 255, "error": 255}
VALIDATION_FORMULA, HEADER, TOOLTIP, MOST_LINKS, MOST_BREAKS, WIDEST = 255, 255, 255, 65_530, 1_026, 255
_HEADERS = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
_LINK = re.compile(r"(?:'((?:[^']|'')*)'|([^!']+))!")


def check(package: Package, book: Book, looks: Looks, sheet: str, tree: Any) -> None:
    """Check everything beside the cells of one sheet."""
    tables = [table for table in book.tables.values() if table.sheet == sheet]
    _merges(package, sheet, tree, tables)
    _validations(package, book, sheet, tree)
    _formats(package, book, looks, sheet, tree)
    _links(package, book, sheet, tree)
    _columns(package, sheet, tree)
    _page(package, sheet, tree)
    _views(package, sheet, tree)
    _filters(package, sheet, tree, tables)
    _controls(package, sheet, tree)


def _boxes(package: Package, where: str, sqref: str | None) -> list[Box]:
    found = []
    for ref in (sqref or "").split() or [""]:
        area = box(ref)
        if area is None:
            package.say(f"{where}: {ref!r} is not a range")
        else:
            found.append(area)
    return found


def _counted(package: Package, sheet: str, tree: Any, tag: str) -> list[Any]:
    """Return the children of a list, whose count must be right; an empty list is repaired too."""
    element = tree.find(q(tag))
    if element is None:
        return []
    if int(element.get("count", len(element))) != len(element) or not len(element):
        package.say(f"{sheet}: {tag} says {element.get('count')} and holds {len(element)}")
    return list(element)


def _merges(package: Package, sheet: str, tree: Any, tables: list[Table]) -> None:
    seen: list[Box] = []
    for element in _counted(package, sheet, tree, "mergeCells"):
        ref = element.get("ref")
        for area in _boxes(package, f"{sheet}, merge", ref):
            if area[:2] == area[2:]:
                package.say(f"{sheet}: a merge of one cell, {ref}")
            if any(meet(area, other) for other in seen):
                package.say(f"{sheet}: the merge {ref} meets another one")
            for table in tables:
                if meet(area, table.area):
                    package.say(f"{sheet}: the merge {ref} is inside {table.name}")
            seen.append(area)


def _validations(package: Package, book: Book, sheet: str, tree: Any) -> None:
    used: list[Box] = []
    for element in _counted(package, sheet, tree, "dataValidations"):
        where = f"{sheet}, validation of {(element.get('sqref') or '')[:30]}"
        for attribute, most in PROMPTS.items():
            held = length(unescaped(element.get(attribute) or ""))
            if held > most:
                package.say(f"{where}: {attribute} has {held} characters, more than {most}")
        if element.get("type", "none") != "none" and element.find(q("formula1")) is None:
            package.say(f"{where}: it has no formula")
        for tag in ("formula1", "formula2"):
            formula = element.find(q(tag))
            if formula is not None:
                _validation_formula(package, book, where, formula.text or "")
        for area in _boxes(package, where, element.get("sqref")):
            if any(meet(area, other) for other in used):
                package.say(f"{where}: two validations for one cell")
            used.append(area)


def _validation_formula(package: Package, book: Book, where: str, text: str) -> None:
    if not text:
        package.say(f"{where}: an empty formula")
    elif text.startswith('"') and text.endswith('"'):
        if length(text) - 2 > VALIDATION_FORMULA:
            package.say(f"{where}: a list of {length(text)} characters")
    else:
        for problem in book.formulas.problems(text, structured=False, longest=VALIDATION_FORMULA):
            package.say(f"{where}: {problem}")


def _formats(package: Package, book: Book, looks: Looks, sheet: str, tree: Any) -> None:
    priorities: Counter[str] = Counter()
    for element in tree.iter(q("conditionalFormatting")):
        where = f"{sheet}, format of {(element.get('sqref') or '')[:30]}"
        _boxes(package, where, element.get("sqref"))
        for rule in element.findall(q("cfRule")):
            priority = rule.get("priority", "")
            priorities[priority] += 1
            if not priority.isdigit() or int(priority) < 1:
                package.say(f"{where}: the priority {priority!r}")
            if int(rule.get("dxfId") or 0) >= looks.differences and rule.get("dxfId"):
                package.say(f"{where}: the format {rule.get('dxfId')} is not there")
            _rule(package, book, where, rule)
    for priority, count in priorities.items():
        if count > 1:
            package.say(f"{sheet}: {count} formats have the priority {priority}")


def _rule(package: Package, book: Book, where: str, rule: Any) -> None:
    formulas = rule.findall(q("formula"))
    if rule.get("type") in {"expression", "cellIs"} and not formulas:
        package.say(f"{where}: a rule without a formula")
    for formula in formulas:
        if not formula.text:
            package.say(f"{where}: an empty formula")
            continue
        for problem in book.formulas.problems(formula.text, structured=False):
            package.say(f"{where}: {problem}")
    bar, scale = rule.find(q("dataBar")), rule.find(q("colorScale"))
    if rule.get("type") == "dataBar" and (bar is None or len(bar.findall(q("cfvo"))) != 2):
        package.say(f"{where}: a data bar without its two ends")
    if rule.get("type") == "colorScale" and (
        scale is None or len(scale.findall(q("cfvo"))) != len(scale.findall(q("color")))
    ):
        package.say(f"{where}: a colour scale with more points than colours")


def _links(package: Package, book: Book, sheet: str, tree: Any) -> None:
    links = list(tree.iter(q("hyperlink")))
    if len(links) > MOST_LINKS:
        package.say(f"{sheet}: {len(links)} links, more than {MOST_LINKS}")
    for element in links:
        where = f"{sheet}, link at {element.get('ref')}"
        _boxes(package, where, element.get("ref"))
        if length(element.get("tooltip") or "") > TOOLTIP:
            package.say(f"{where}: a long tooltip")
        place = element.get("location") or ""
        if place and not _leads_somewhere(book, place):
            package.say(f"{where}: {place!r} leads nowhere")


def _leads_somewhere(book: Book, place: str) -> bool:
    found = _LINK.match(place)
    if found:
        return (found[1] or found[2] or "").replace("''", "'").lower() in book.sheet_names
    plain = place.lower().partition("[")[0]
    return plain in book.names or plain in book.tables or box(place) is not None


def _columns(package: Package, sheet: str, tree: Any) -> None:
    last = 0
    for element in tree.iter(q("col")):
        first, end = int(element.get("min")), int(element.get("max"))
        if not last < first <= end <= MAX_COLUMN:
            package.say(f"{sheet}: the columns {first} to {end} are out of order")
        last = end
        if float(element.get("width") or 0) > WIDEST:
            package.say(f"{sheet}: column {first} is {element.get('width')} wide")


def _page(package: Package, sheet: str, tree: Any) -> None:
    for element in tree.iter(*map(q, _HEADERS)):
        if length(element.text or "") > HEADER:
            package.say(f"{sheet}: a header or footer of {length(element.text)} characters")
    for element in tree.iter(q("pageSetup")):
        if not 10 <= int(element.get("scale") or 100) <= 400:
            package.say(f"{sheet}: it prints at {element.get('scale')}%")
    for tag in ("rowBreaks", "colBreaks"):
        if len(_counted(package, sheet, tree, tag)) > MOST_BREAKS:
            package.say(f"{sheet}: more than {MOST_BREAKS} {tag}")
    for element in tree.iter(q("ignoredError")):
        _boxes(package, f"{sheet}, ignored errors", element.get("sqref"))


def _views(package: Package, sheet: str, tree: Any) -> None:
    for view in tree.iter(q("sheetView")):
        pane = view.find(q("pane"))
        for selection in view.findall(q("selection")):
            if pane is None and selection.get("pane", "topLeft") != "topLeft":
                package.say(f"{sheet}: a selection in a pane that is not there")
        if pane is not None and pane.get("topLeftCell") and box(pane.get("topLeftCell")) is None:
            package.say(f"{sheet}: its pane begins at {pane.get('topLeftCell')!r}")
        if not 10 <= int(view.get("zoomScale") or 100) <= 400:
            package.say(f"{sheet}: a zoom of {view.get('zoomScale')}%")


def _filters(package: Package, sheet: str, tree: Any, tables: list[Table]) -> None:
    element = tree.find(q("autoFilter"))
    if element is None:
        return
    for area in _boxes(package, f"{sheet}, filter", element.get("ref")):
        for table in tables:
            if meet(area, table.area):
                package.say(f"{sheet}: its filter meets {table.name}")


def _controls(package: Package, sheet: str, tree: Any) -> None:
    names = Counter(element.get("name") for element in tree.iter(q("control")))
    for name, count in names.items():
        if count > 1:
            package.say(f"{sheet}: {count} controls are called {name!r}")
