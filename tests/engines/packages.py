"""What the engines need of a package: its formulas with their stored results, and two ways to rewrite it."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

from lxml import etree
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter

from tests.excel_repair import names, package, styles, tables
from tests.excel_repair.formulas import ESCAPED, TOKEN, closed, parts_of
from tests.excel_repair.package import Package, q
from tests.excel_repair.places import unescaped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.excel_repair.names import Book

BLANKED = 123_454_321
"""What stands in every formula's cell before recalculation: a result that an engine only keeps gives itself away."""


def formulas(book: bytes) -> dict[tuple[str, str], tuple[str, Any]]:
    """Return sheet and address -> formula and stored result, of every cell with a formula."""
    found, model = _read(book)
    made: dict[tuple[str, str], tuple[str, Any]] = {}
    for sheet, part in model.sheets:
        for cell, formula in _spelled(found.xml[part]):
            value = cell.find(q("v"))
            text = "" if value is None else value.text or ""
            made[sheet, cell.get("r")] = formula, _result(cell.get("t", "n"), text)
    return made


def _spelled(sheet: Any) -> Iterator[tuple[Any, str]]:
    """Return each cell with a formula and the formula; one that a column shares is spelled for each of its cells."""
    shared: dict[str, Translator] = {}
    for cell in sheet.iter(q("c")):
        formula = cell.find(q("f"))
        if formula is None:
            continue
        text = formula.text or ""
        if formula.get("t") == "shared":
            if text:
                shared[formula.get("si")] = Translator(f"={text}", origin=cell.get("r"))
            text = shared[formula.get("si")].translate_formula(cell.get("r"))[1:]
        if text:
            yield cell, text


def _result(kind: str, text: str) -> Any:
    if kind in {"str", "e"}:
        return unescaped(text)
    return float(text) if text else ""


def blanked(book: bytes) -> bytes:
    """Return the workbook with a wrong result in every formula's cell."""

    def blank(cell: Any, _formula: str) -> None:
        for old in cell.findall(q("v")):
            cell.remove(old)
        cell.attrib.pop("t", None)
        etree.SubElement(cell, q("v")).text = str(BLANKED)

    return _changed(book, blank)


def plain_references(book: bytes) -> bytes:
    """Return the workbook with the references to tables written as ranges, for engines that do not read them."""
    _, model = _read(book)

    def plain(cell: Any, text: str) -> None:
        formula = cell.find(q("f"))
        formula.attrib.clear()
        formula.text = _plain(text, model, int(re.sub(r"\D", "", cell.get("r"))))

    return _changed(book, plain)


def _read(book: bytes) -> tuple[Package, Book]:
    found = Package.opened(BytesIO(book))
    package.check(found)
    model = names.read(found)
    tables.read(found, model, styles.Looks())
    return found, model


def _changed(book: bytes, change: Callable[[Any, str], None]) -> bytes:
    """Return the package with something done to every cell that holds a formula, which is given with it."""
    found, model = _read(book)
    for _, part in model.sheets:
        for cell, formula in list(_spelled(found.xml[part])):
            change(cell, formula)
    for element in found.xml[found.workbook].iter(q("definedName")):
        if element.text and "[" in element.text:
            element.text = _plain(element.text, model, 0)
    rewritten = {found.workbook, *(part for _, part in model.sheets)}
    made = BytesIO()
    with ZipFile(BytesIO(book)) as old, ZipFile(made, "w", ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.namelist():
            content = etree.tostring(found.xml[name]) if name in rewritten else old.read(name)
            new.writestr(name, content)
    return made.getvalue()


def _plain(text: str, model: Book, row: int) -> str:
    pieces, place = [], 0
    while place < len(text):
        token = TOKEN.match(text, place)
        assert token, text[place:]
        place = token.end()
        if token.lastgroup == "table" and token[0]:
            end = closed(text, place)
            pieces.append(_range(model, token[0], text[place + 1 : end - 1], row))
            place = end
        else:
            pieces.append(token[0])
    return "".join(pieces)


def _range(model: Book, name: str, body: str, row: int) -> str:
    table = model.tables[name.lower()]
    parts = [ESCAPED.sub(r"\1", part) for part in parts_of(body) or []]
    items = {part.lower() for part in parts if part.startswith("#")}
    columns = [part.lower() for part in parts if part and not part.startswith("#")]
    left, top, right, bottom = table.data
    if columns:
        known = [each.lower() for each in table.columns]
        right = left + known.index(columns[-1])
        left += known.index(columns[0])
    if "#this row" in items:
        top = bottom = row
    elif "#headers" in items:
        top = bottom = table.area[1]
    elif "#all" in items:
        top, bottom = table.area[1], table.area[3]
    first, last = (f"${get_column_letter(at)}${line}" for at, line in ((left, top), (right, bottom)))
    quoted = "'" + table.sheet.replace("'", "''") + "'"
    return f"{quoted}!{first}" if first == last else f"{quoted}!{first}:{last}"
