"""What an .xlsx or .xlsm file says about itself: its sheets, tables, styles and date system, and what it links to."""

from __future__ import annotations

import posixpath
import re
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from winback_xl.errors import Issue
from winback_xl.readers.limits import no_worksheet
from winback_xl.readers.source import SheetInfo, TableInfo
from winback_xl.readers.xlsx.cell_styles import Styles
from winback_xl.readers.xlsx.xlsx_events import position
from winback_xl.readers.xlsx.xlsx_texts import characters, shared_texts
from winback_xl.readers.xml_events import elements

if TYPE_CHECKING:
    from winback_xl.readers.limits import Package
    from winback_xl.readers.xml_events import Element

_LINKS = 20  # looked into for DDE
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?")


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
        self._related = relations(package, self._part)
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
            raise no_worksheet(package.file)

    def _find_workbook(self) -> str:
        for kind, target in relations(self.package, "").values():
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
            for kind, target in relations(self.package, part).values():
                if kind == "table" and target in self.package:
                    table = _table(elements(self.package.read(target), self.package.file), sheet)
                    found += [table] if table else []
        return found

    @cached_property
    def styles(self) -> Styles:
        """The styles that cells refer to."""
        part = next((target for kind, target in self._related.values() if kind == "styles"), "")
        if part not in self.package:
            return Styles([])
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
        return Styles([(int(key) if key.isdecimal() else 0, custom.get(key, "")) for key in used])

    @cached_property
    def notes(self) -> list[Issue]:
        """What the workbook links to, and which of its sheets are hidden."""
        hidden = [sheet.name for sheet in self.sheets if not sheet.visible]
        found = link_notes(self.package)
        if hidden:
            what = f"{len(hidden)} hidden sheet(s), read only when asked for: {', '.join(hidden)}."
            found.append(Issue("hidden-sheets", "note", what, file=self.file))
        return found


def link_notes(package: Package) -> list[Issue]:
    """Describe what a workbook links to, none of which is followed."""
    links = [name for name in package.names("xl/externallinks/") if name.endswith((".xml", ".bin"))]
    found = []
    if links:
        live = any(b"ddeLink" in next(package.pieces(name), b"") for name in links[:_LINKS])
        kind = " (DDE: a live link to another program)" if live else ""
        found.append(
            ("external-links", f"It links to {len(links)} other file(s){kind}; no link was followed.")
        )
    if any(name.startswith("xl/connections.") for name in package.names("xl/")):
        found.append(
            ("data-connections", "It has data connections; none was opened, and stored values were read.")
        )
    return [Issue(code, "note", what, file=package.file) for code, what in found]


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
    totals = start.get("totalsRowCount", "0") != "0"
    return TableInfo(name, sheet, first, last - totals, left, right, tuple(headings), totals)


def relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
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
