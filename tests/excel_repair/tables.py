"""Tables: names, ids, columns, size, filter and formats."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.excel_repair.package import Package, q
from tests.excel_repair.places import Box, box, length, meet, unescaped

if TYPE_CHECKING:
    from tests.excel_repair.names import Book
    from tests.excel_repair.styles import Looks

_NAME = re.compile(r"(?:[^\W\d]|\\)[\w.\\]*")
_LIKE_A_CELL = re.compile(r"(?i)[a-z]{1,3}\d+|r\d*(c\d*)?|c\d*")
_FORMATS = (
    "dataDxfId",
    "headerRowDxfId",
    "totalsRowDxfId",
    "headerRowBorderDxfId",
    "tableBorderDxfId",
    "totalsRowBorderDxfId",
)
LONGEST = 255


@dataclass(frozen=True, slots=True)
class Table:
    """One table: where it is, and what its columns are called."""

    name: str
    sheet: str
    area: Box
    columns: tuple[str, ...]
    header: int
    totals: int
    formulas: tuple[str, ...]

    @property
    def data(self) -> Box:
        """The rows between header and totals."""
        left, top, right, bottom = self.area
        return left, top + self.header, right, bottom - self.totals

    @property
    def known(self) -> frozenset[str]:
        """The names of the columns in lower case."""
        return frozenset(name.lower() for name in self.columns)


def read(package: Package, book: Book, looks: Looks) -> None:
    """Check the tables of all sheets, and note them in the book."""
    ids: set[str] = set()
    for sheet, part in book.sheets:
        for name in package.related(part, "table"):
            tree = package.xml.get(name)
            if tree is None:
                continue
            if tree.get("id") in ids:
                package.say(f"{name}: the table id {tree.get('id')} is there twice")
            ids.add(tree.get("id"))
            _read_one(package, book, looks, sheet, name, tree)
    for table in book.tables.values():
        for formula in table.formulas:
            for problem in book.formulas.problems(formula, sheet=table.sheet, row=table.data[1]):
                package.say(f"{table.name}, formula of a column: {problem}")
    _apart(package, list(book.tables.values()))


def _read_one(package: Package, book: Book, looks: Looks, sheet: str, part: str, tree: Any) -> None:
    name, area = tree.get("displayName", ""), box(tree.get("ref"))
    if name.lower() in book.tables:
        package.say(f"two tables are called {name}")
    if not _NAME.fullmatch(name) or _LIKE_A_CELL.fullmatch(name) or len(name) > LONGEST:
        package.say(f"{name!r} cannot be the name of a table")
    if area is None:
        package.say(f"{name}: {tree.get('ref')!r} is not a range")
        return
    found = list(tree.iter(q("tableColumn")))
    table = Table(
        name, sheet, area,
        tuple(unescaped(column.get("name", "")) for column in found),
        int(tree.get("headerRowCount", "1")), int(tree.get("totalsRowCount", "0")),
        tuple(element.text for element in tree.iter(q("calculatedColumnFormula")) if element.text),
    )  # fmt: skip
    if table.data[3] < table.data[1]:
        package.say(f"{name} has no data row")
    _columns(package, table, found, tree)
    _filter(package, table, tree)
    for element in tree.iter("*"):
        for attribute in _FORMATS:
            if element.get(attribute) and int(element.get(attribute)) >= looks.differences:
                package.say(f"{part}: {attribute} {element.get(attribute)} is not there")
    book.tables[name.lower()] = table


def _columns(package: Package, table: Table, found: list[Any], tree: Any) -> None:
    left, _, right, _ = table.area
    if len(found) != right - left + 1:
        package.say(f"{table.name} has {len(found)} columns in a range of {right - left + 1}")
    if int(tree.find(q("tableColumns")).get("count", len(found))) != len(found):
        package.say(f"{table.name} miscounts its columns")
    if len({column.get("id") for column in found}) != len(found):
        package.say(f"{table.name} has two columns of one id")
    for name, count in Counter(map(str.lower, table.columns)).items():
        if count > 1:
            package.say(f"{table.name} has {count} columns called {name!r}")
        if not 0 < length(name) <= LONGEST:
            package.say(f"{table.name} has a column name of {length(name)} characters")


def _filter(package: Package, table: Table, tree: Any) -> None:
    element = tree.find(q("autoFilter"))
    if element is None:
        return
    left, top, right, bottom = table.area
    if not table.header:
        package.say(f"{table.name} has a filter and no header")
    if box(element.get("ref")) != (left, top, right, bottom - table.totals):
        package.say(f"{table.name} filters {element.get('ref')}, not the whole table")
    for column in element.iter(q("filterColumn")):
        if int(column.get("colId", "0")) > right - left:
            package.say(f"{table.name} filters column {column.get('colId')}, which it lacks")


def _apart(package: Package, tables: list[Table]) -> None:
    for place, one in enumerate(tables):
        for other in tables[place + 1 :]:
            if one.sheet == other.sheet and meet(one.area, other.area):
                package.say(f"{one.name} and {other.name} overlap")
