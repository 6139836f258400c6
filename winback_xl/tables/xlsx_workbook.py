"""What an .xlsx or .xlsm file says about itself: its sheets, tables, styles and date system, and what it links to."""

from __future__ import annotations

import posixpath
import re
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa

from winback_xl.errors import Issue
from winback_xl.tables.limits import damaged
from winback_xl.tables.source import SheetInfo, TableInfo
from winback_xl.tables.xlsx_events import position
from winback_xl.tables.xlsx_texts import characters, shared_texts
from winback_xl.tables.xml_events import elements

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.tables.limits import Package
    from winback_xl.tables.xml_events import Element

_RANGE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?")
_BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)]) - {
    46
}  # 46: [h]:mm:ss
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.')
_BRACKETS = re.compile(r"\[[^\]]*\]")
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_ID_CODE = re.compile(r"[0# ()/+-]*")


class Workbook:
    """The structure of a workbook; its sheets are read elsewhere.

    Parameters
    ----------
    package : Package
        The opened zip.

    Raises
    ------
    FileError
        When a part that tells the structure is missing or damaged.
    """

    def __init__(self, package: Package) -> None:
        self.package = package
        self.file = package.file
        self._part = self._find_workbook()
        self._related = _relations(package, self._part)
        found = elements(package.read(self._part), package.file)
        properties = next((item.attributes for item in found if item.name == "workbookPr"), {})
        self.date_system: Literal[1900, 1904] = 1904 if properties.get("date1904") in {"1", "true"} else 1900
        self.parts: dict[str, str] = {}
        self.sheets: list[SheetInfo] = []
        for item in found:
            kind, target = self._related.get(item.attributes.get("id", ""), ("", ""))
            if item.name == "sheet" and kind == "worksheet":  # a chart sheet has no cells
                name = characters(item.attributes.get("name", ""))
                self.parts[name] = target
                self.sheets.append(SheetInfo(name, item.attributes.get("state", "visible") == "visible"))
        if not self.sheets:
            raise damaged(package.file, "it has no worksheet")

    def _find_workbook(self) -> str:
        for kind, target in _relations(self.package, "").values():
            if kind == "officeDocument":
                return target
        return "xl/workbook.xml"

    @cached_property
    def shared(self) -> pa.StringArray:
        """The shared texts, in the order of their indices."""
        part = next((target for kind, target in self._related.values() if kind == "sharedStrings"), "")
        return shared_texts(self.package, part) if part in self.package else pa.array([], pa.string())

    @cached_property
    def tables(self) -> list[TableInfo]:
        """All Excel Tables, sheet by sheet."""
        found = []
        for sheet, part in self.parts.items():
            for kind, target in _relations(self.package, part).values():
                if kind == "table" and target in self.package:
                    table = _table(elements(self.package.read(target), self.package.file), sheet)
                    found += [table] if table else []
        return found

    @cached_property
    def _format_codes(self) -> list[tuple[int, str]]:
        part = next((target for kind, target in self._related.values() if kind == "styles"), "")
        if part not in self.package:
            return [(0, "")]
        found = elements(self.package.read(part, most=200_000_000), self.package.file)
        custom = {
            item.attributes.get("numFmtId"): item.attributes.get("formatCode", "")
            for item in found
            if item.name == "numFmt" and item.parent == "numFmts"
        }
        used = [
            item.attributes.get("numFmtId", "0")
            for item in found
            if item.name == "xf" and item.parent == "cellXfs"
        ]
        return [(int(key) if key.isdecimal() else 0, custom.get(key, "")) for key in used] or [(0, "")]

    @cached_property
    def dates(self) -> NDArray[np.bool_]:
        """For every style whether it shows a date, shape (n_styles,)."""
        return np.array([shows_date(code, number) for number, code in self._format_codes])

    @cached_property
    def id_formats(self) -> tuple[tuple[str, ...], NDArray[np.uint8]]:
        """The number formats that change how an id looks, and for every style which one it is (0 for none)."""
        codes = tuple(dict.fromkeys(code for _, code in self._format_codes if shapes_id(code)))[:255]
        place = {code: k + 1 for k, code in enumerate(codes)}
        return codes, np.array([place.get(code, 0) for _, code in self._format_codes], np.uint8)

    @cached_property
    def notes(self) -> list[Issue]:
        """What the workbook links to, none of which is followed, and which sheets are hidden."""
        file = self.package.file
        links = [name for name in self.package.names("xl/externallinks/") if name.endswith(".xml")]
        live = sum(b"ddeLink" in self.package.read(name) for name in links)
        found = []
        if links:
            kind = " (DDE: a live link to another program)" if live else ""
            found.append(
                ("external-links", f"It links to {len(links)} other file(s){kind}; no link was followed.")
            )
        if "xl/connections.xml" in self.package:
            found.append(
                ("data-connections", "It has data connections; none was opened, and stored values were read.")
            )
        hidden = [sheet.name for sheet in self.sheets if not sheet.visible]
        if hidden:
            found.append(
                (
                    "hidden-sheets",
                    f"{len(hidden)} hidden sheet(s), read only when asked for: {', '.join(hidden)}.",
                )
            )
        return [Issue(code, "note", what, file=file) for code, what in found]


def shows_date(code: str, number: int = 0) -> bool:
    """Say whether a number format shows a date or a time of day (not a duration).

    >>> shows_date("yyyy-mm-dd"), shows_date('#,##0.00 "days"'), shows_date("[h]:mm"), shows_date("", 14)
    (True, False, False, True)
    """
    if not code:
        return number in _BUILT_IN_DATES
    shown = _LITERALS.sub("", code.partition(";")[0])
    if _ELAPSED.search(shown) or shown.strip().lower() == "general":
        return False
    return bool(re.search("[dmyhs]", _BRACKETS.sub("", shown), re.IGNORECASE))


def shapes_id(code: str) -> bool:
    """Say whether a number format pads a whole number with zeros or adds letters, as ids have them.

    >>> shapes_id("00000"), shapes_id('"C"0'), shapes_id("000-000"), shapes_id("0"), shapes_id("#,##0.00"), shapes_id('0 "pcs"')
    (True, True, True, False, False, True)
    """
    shown = code.partition(";")[0]
    digits = _LITERALS.sub("", _BRACKETS.sub("", shown))
    literal = any(part[0] in '"\\' and any(map(str.isalnum, part)) for part in _LITERALS.findall(shown))
    return bool(_ID_CODE.fullmatch(digits)) and "0" in digits and (literal or digits.count("0") > 1)


def area(reference: str) -> tuple[int, int, int, int] | None:
    """Read a range: first row, last row (1-based), first column, last column (0-based); None if it is none.

    >>> area("A10:B12"), area("$C$3"), area("#REF!")
    ((10, 12, 0, 1), (3, 3, 2, 2), None)
    """
    found = _RANGE.fullmatch(reference)
    if not found:
        return None
    column, row = found[1], found[2]
    return int(row), int(found[4] or row), position(column), position(found[3] or column)


def _table(found: list[Element], sheet: str) -> TableInfo | None:
    start = next((item.attributes for item in found if item.name == "table"), {})
    where = area(start.get("ref", ""))
    if where is None:
        return None
    first, last, left, right = where
    headings = [characters(item.attributes.get("name", "")) for item in found if item.name == "tableColumn"]
    if start.get("headerRowCount", "1") == "0":
        headings = []
    name = start.get("displayName") or start.get("name", "")
    totals = int(start.get("totalsRowCount", "0") != "0")
    return TableInfo(name, sheet, first, last - totals, left, right, tuple(headings))


def _relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Return what a part points to inside the package: by id, the kind and the name of the part."""
    folder, name = posixpath.split(part)
    relations = f"{folder}/_rels/{name}.rels".lstrip("/")
    if relations not in package:
        return {}
    found = {}
    for item in elements(package.read(relations), package.file):
        link = item.attributes
        if item.name == "Relationship" and link.get("TargetMode") != "External":
            target = posixpath.normpath(
                posixpath.join("/" + folder, link.get("Target", "").replace("\\", "/"))
            )
            found[link.get("Id", "")] = (link.get("Type", "").rpartition("/")[2], target.lstrip("/"))
    return found
