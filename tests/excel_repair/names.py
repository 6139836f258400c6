"""The workbook part: sheets, views and defined names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.excel_repair.formulas import Formulas
from tests.excel_repair.package import R_ID, Package, q
from tests.excel_repair.styles import in_order

if TYPE_CHECKING:
    from tests.excel_repair.tables import Table

ORDER = (
    "fileVersion", "fileSharing", "workbookPr", "AlternateContent", "revisionPtr", "absPath", "workbookProtection",
    "bookViews", "sheets", "functionGroups", "externalReferences", "definedNames", "calcPr", "oleSize",
    "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing", "fileRecoveryPr",
    "webPublishObjects", "extLst",
)  # fmt: skip
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NAME = re.compile(r"(?:[^\W\d]|\\)[\w.\\?]*")
_LIKE_A_CELL = re.compile(r"(?i)[a-z]{1,3}\d+|r\d*(c\d*)?|c\d*")
SHEET_NAME, NAME_LENGTH, COMMENT_LENGTH = 31, 255, 255


@dataclass(slots=True)
class Book:
    """What formulas may refer to: sheets, tables and defined names."""

    sheets: list[tuple[str, str]] = field(default_factory=list)
    """Name and part of each sheet, in order."""
    tables: dict[str, Table] = field(default_factory=dict)
    """By their name in lower case."""
    names: set[str] = field(default_factory=set)
    """Defined names in lower case."""
    formulas: Formulas = field(init=False)

    def __post_init__(self) -> None:
        self.formulas = Formulas(self)

    @property
    def sheet_names(self) -> set[str]:
        return {name.lower() for name, _ in self.sheets}


def read(package: Package) -> Book:
    """Check the sheets that a workbook lists, and return them."""
    tree, part = package.xml[package.workbook], package.workbook
    in_order(package, tree, ORDER, part)
    book, ids, shown = Book(), set[str](), list[bool]()
    book.names = {element.get("name", "").lower() for element in tree.iter(q("definedName"))}
    for element in tree.find(q("sheets")):
        name = element.get("name", "")
        if _bad_sheet_name(name):
            package.say(f"{name!r} cannot be the name of a sheet")
        if name.lower() in book.sheet_names:
            package.say(f"two sheets are called {name}")
        if element.get("sheetId") in ids:
            package.say(f"two sheets have the id {element.get('sheetId')}")
        ids.add(element.get("sheetId"))
        shown.append(element.get("state", "visible") == "visible")
        target = package.rels.get(part, {}).get(element.get(R_ID, ""))
        if target is None or target[1] not in package.xml:
            package.say(f"the sheet {name} has no part")
            continue
        book.sheets.append((name, target[1]))
    if not any(shown):
        package.say("no sheet is visible")
    for view in tree.iter(q("workbookView")):
        for attribute in ("activeTab", "firstSheet"):
            place = int(view.get(attribute, "0"))
            if place >= len(shown) or not shown[place]:
                package.say(f"{attribute} is {place}, where no visible sheet is")
    return book


def _bad_sheet_name(name: str) -> bool:
    quoted = name.startswith("'") or name.endswith("'")
    return (
        not 0 < len(name) <= SHEET_NAME
        or bool(_FORBIDDEN.search(name))
        or quoted
        or name.lower() == "history"
    )


def check(package: Package, book: Book) -> None:
    """Check the defined names; a formula in one is checked like any other."""
    found = list(package.xml[package.workbook].iter(q("definedName")))
    seen = set[tuple[str, str | None]]()
    for element in found:
        name, scope = element.get("name", ""), element.get("localSheetId")
        if scope is not None and int(scope) >= len(book.sheets):
            package.say(f"the name {name} belongs to sheet {scope}, which is not there")
        if (name.lower(), scope) in seen:
            package.say(f"the name {name} is defined twice")
        seen.add((name.lower(), scope))
        if name.lower() in book.tables:
            package.say(f"{name} is the name of a table and a defined name")
        if not name.lower().startswith("_xlnm.") and _bad_name(name):
            package.say(f"{name!r} cannot be a defined name")
        if len(element.get("comment", "")) > COMMENT_LENGTH:
            package.say(f"the comment of the name {name} has more than {COMMENT_LENGTH} characters")
        text = element.text or ""
        if not text:
            package.say(f"the name {name} stands for nothing")
        if "#REF!" in text:
            package.say(f"the name {name} refers to #REF!")
        for problem in book.formulas.problems(text):
            package.say(f"the name {name}: {problem}")


def _bad_name(name: str) -> bool:
    return not _NAME.fullmatch(name) or bool(_LIKE_A_CELL.fullmatch(name)) or len(name) > NAME_LENGTH
