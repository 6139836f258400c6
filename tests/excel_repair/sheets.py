"""Sheets: the order of their elements, rows, cells and what the header of a table says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.excel_repair import sheet_parts
from tests.excel_repair.package import Package, local, q
from tests.excel_repair.places import MAX_COLUMN, MAX_ROW, column, length, unescaped
from tests.excel_repair.styles import in_order

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.excel_repair.names import Book
    from tests.excel_repair.styles import Looks

ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing",
    "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "AlternateContent",
    "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
TEXT_LIMIT, HIGHEST, DEEPEST_OUTLINE = 32_767, 409.5, 7
ERRORS = frozenset(
    ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!", "#BUSY!",
     "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!")
)  # fmt: skip
_ADDRESS = re.compile(r"([A-Z]{1,3})(\d+)")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?")
_VALUE, _FORMULA, _TEXT = q("v"), q("f"), q("t")
_HOLDS: dict[str, Callable[[str], bool]] = {
    "s": str.isdigit,
    "str": lambda _: True,
    "inlineStr": lambda _: True,
    "d": lambda _: True,
    "b": {"", "0", "1"}.__contains__,
    "e": ERRORS.__contains__,
    "n": lambda value: not value or bool(_NUMBER.fullmatch(value)),
}
"""What each kind of cell may hold; a formula may leave its value out."""


def check(package: Package, book: Book, looks: Looks) -> None:
    """Check every worksheet of a workbook."""
    texts = _texts(package)
    for name, part in book.sheets:
        tree = package.xml[part]
        if local(tree) != "worksheet":
            continue
        in_order(package, tree, ORDER, name)
        held = _Cells(package, book, looks, name, texts)
        for row in tree.iter(q("row")):
            held.row(row)
        _headers(package, book, name, held.texts)
        _table_parts(package, book, name, tree)
        sheet_parts.check(package, book, looks, name, tree)


def _texts(package: Package) -> list[str]:
    """Check the shared texts, and return them."""
    part = next(iter(package.related(package.workbook, "sharedStrings")), "")
    tree = package.xml.get(part)
    if tree is None:
        return []
    found = []
    for item in tree.iterchildren(q("si")):
        pieces = [one for one in item.iter(_TEXT) if local(one.getparent()) != "rPh"]
        text = "".join(unescaped(one.text or "") for one in pieces)
        found.append(text)
        if length(text) > TEXT_LIMIT:
            package.say(f"{part}: a text of {length(text)} characters")
        for one in pieces:
            if one.text and one.text != one.text.strip(" \t\n\r") and one.get(_SPACE) != "preserve":
                package.say(f"{part}: {one.text[:30]!r} loses its blanks without xml:space")
    if tree.get("uniqueCount") and int(tree.get("uniqueCount")) != len(found):
        package.say(f"{part} says {tree.get('uniqueCount')} texts and holds {len(found)}")
    return found


class _Cells:
    """Check the cells of one sheet, and keep their texts."""

    def __init__(self, package: Package, book: Book, looks: Looks, sheet: str, shared: list[str]) -> None:
        self._package, self._book, self._looks, self._sheet, self._shared = (
            package,
            book,
            looks,
            sheet,
            shared,
        )
        self._arrays = any(
            kind == "sheetMetadata" for kind, _ in package.rels.get(package.workbook, {}).values()
        )
        self._last_row = 0
        self.texts: dict[tuple[int, int], str | None] = {}

    def _say(self, where: str, what: str) -> None:
        self._package.say(f"{self._sheet}!{where}: {what}")

    def row(self, element: Any) -> None:
        number = int(element.get("r") or self._last_row + 1)
        if not self._last_row < number <= MAX_ROW:
            self._say(str(number), "the row is out of order")
        self._last_row = number
        if float(element.get("ht") or 0) > HIGHEST:
            self._say(str(number), f"a row {element.get('ht')} points high")
        if int(element.get("outlineLevel") or 0) > DEEPEST_OUTLINE:
            self._say(str(number), "an outline too deep")
        last = 0
        for cell in element.iterchildren(q("c")):
            last = self._cell(cell, number, last)

    def _cell(self, cell: Any, row: int, last: int) -> int:
        address = cell.get("r", "")
        found = _ADDRESS.fullmatch(address)
        if not found or int(found[2]) != row:
            self._say(address or str(row), f"a cell that stands in row {row}")
            return last
        place = column(found[1])
        if not last < place <= MAX_COLUMN:
            self._say(address, "the cell is out of order")
        if int(cell.get("s") or 0) >= self._looks.cells:
            self._say(address, f"the format {cell.get('s')} is not there")
        value, formula = cell.find(_VALUE), cell.find(_FORMULA)
        self._content(cell, address, (place, row), None if value is None else value.text or "", formula)
        if formula is not None:
            self._formula(cell, address, row, formula)
        return place

    def _content(self, cell: Any, address: str, at: tuple[int, int], value: str | None, formula: Any) -> None:
        kind, text = cell.get("t", "n"), None
        if kind == "s":
            known = value is not None and value.isdigit() and int(value) < len(self._shared)
            text = self._shared[int(value or 0)] if known else None
            if not known:
                self._say(address, f"the shared text {value} is not there")
        elif kind in {"inlineStr", "str"}:
            inline = "".join(one.text or "" for one in cell.iter(_TEXT))
            text = unescaped(inline if kind == "inlineStr" else value or "")
            if length(text) > TEXT_LIMIT:
                self._say(address, f"a text of {length(text)} characters")
        if kind == "str" and formula is None:
            self._say(address, "the text of a formula without a formula")
        if kind not in _HOLDS or not _HOLDS[kind](value or ""):
            self._say(address, f"{value!r} cannot be in a cell of kind {kind}")
        if text is not None or value is not None:
            self.texts[at] = text

    def _formula(self, cell: Any, address: str, row: int, formula: Any) -> None:
        if formula.get("t") == "array" and formula.get("ref") is None:
            self._say(address, "an array formula without a range")
        if cell.get("cm") and not self._arrays:
            self._say(address, "it names metadata, and the workbook has none")
        if formula.text:
            for problem in self._book.formulas.problems(formula.text, sheet=self._sheet, row=row):
                self._say(address, problem)


def _headers(package: Package, book: Book, sheet: str, texts: dict[tuple[int, int], str | None]) -> None:
    """Check that the header cells of each table hold the names of its columns, as text."""
    for table in book.tables.values():
        if table.sheet != sheet or not table.header:
            continue
        for place, name in enumerate(table.columns, start=table.area[0]):
            text = texts.get((place, table.area[1]))
            if text is None:
                package.say(f"{table.name}: the header cell of {name!r} holds no text")
            elif text.replace("\r\n", "\n") != name.replace("\r\n", "\n"):
                package.say(f"{table.name}: the column {name!r} has {text!r} as its header cell")


def _table_parts(package: Package, book: Book, sheet: str, tree: Any) -> None:
    count = sum(table.sheet == sheet for table in book.tables.values())
    listed = tree.find(q("tableParts"))
    held = 0 if listed is None else len(listed)
    if held != count or (listed is not None and int(listed.get("count", held)) != held):
        package.say(f"{sheet} has {count} tables and lists {held}")
