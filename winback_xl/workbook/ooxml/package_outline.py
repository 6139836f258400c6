"""The structure of a package that sheets are taken from or added to: its parts, sheets, names and tables."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import unescape

from winback_xl.readers.limits import damaged
from winback_xl.workbook.ooxml.xml_splice import Piece, outline, utf8

if TYPE_CHECKING:
    from collections.abc import Iterable

    from winback_xl.readers.limits import Package

MARK = "winback_sheet"
"""Hidden name that each sheet added to a workbook carries; its value is the name the sheet was given."""

TYPES = "[Content_Types].xml"
_LARGEST = 200_000_000  # bytes of a part that is read whole


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of a part: ``target`` is a part name, or an address where ``external``."""

    id: str
    type: str
    target: str
    external: bool
    piece: Piece

    @property
    def kind(self) -> str:
        """Last word of the type."""
        return self.type.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """One sheet: its name, the numbers that name it, its part, and where its element stands."""

    name: str
    number: int
    part: str
    piece: Piece

    @property
    def state(self) -> str:
        """``hidden``, ``veryHidden``, or "" for a sheet in sight."""
        found = self.piece.attributes.get("state", "")
        return "" if found == "visible" else found


@dataclass(frozen=True, slots=True)
class NameEntry:
    """One defined name: ``place`` is the place of the sheet that it belongs to, None for the whole workbook."""

    name: str
    place: int | None
    refers: str
    piece: Piece


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One Excel table: its name, its number and its sheet."""

    name: str
    number: int
    sheet: str


class Outline:
    """The structure of a workbook, with the parts that adding sheets changes as bytes in UTF-8.

    Parameters
    ----------
    package : Package
        The opened zip.

    Raises
    ------
    FileError
        A part that tells the structure is missing or damaged.
    """

    def __init__(self, package: Package) -> None:
        self.package, self.file = package, package.file
        self.types = self._text(TYPES)
        self.main = next(
            (link.target for link in self.relations("") if link.kind == "officeDocument"), "xl/workbook.xml"
        )
        self.links = self.relations(self.main)
        if not self.links:
            raise damaged(self.file, "its workbook part points to no sheet")
        self.workbook = self._text(self.main)
        self.pieces = outline(self.workbook, self.file)
        self.sheets = self._sheets()
        self.names = [self._name(piece) for piece in self.below("definedNames", "definedName")]
        self.tables = [table for sheet in self.sheets for table in self._tables(sheet)]

    @property
    def root(self) -> Piece:
        """Root element of the workbook part."""
        return self.pieces[0]

    def top(self, name: str) -> Piece | None:
        """Return an element right below the root of the workbook part."""
        return next((piece for piece in self.pieces if piece.depth == 1 and piece.name == name), None)

    def below(self, parent: str, name: str) -> list[Piece]:
        """Return the elements of a list of the workbook part."""
        return [
            piece
            for piece in self.pieces
            if piece.depth == 2 and piece.name == name and self.pieces[piece.parent].name == parent
        ]

    def related(self, kind: str) -> str:
        """Return the part that the workbook has of a kind, such as ``theme``; "" if there is none."""
        found = next((link.target for link in self.links if link.kind == kind), "")
        return found if found in self.package else ""

    @property
    def styles(self) -> str:
        """Name of the styles part, "" if there is none."""
        return self.related("styles")

    def part_text(self, part: str) -> bytes:
        """Return a part in UTF-8."""
        return self._text(part)

    def relations(self, part: str) -> list[Relation]:
        """Return the relations of a part, of the package for "" ."""
        return links(self.package, part)

    def reached(self, starts: Iterable[str], without: Iterable[str] = ()) -> set[str]:
        """Return the parts that can be reached from some parts, not passing through others; lower case."""
        closed = {part.casefold() for part in without}
        seen: set[str] = set()
        waiting = list(starts)
        while waiting:
            part = waiting.pop()
            if part.casefold() in seen or part.casefold() in closed:
                continue
            seen.add(part.casefold())
            waiting += [
                link.target
                for link in self.relations(part)
                if not link.external and link.target in self.package
            ]
        return seen

    def content_type(self, part: str) -> str:
        """Return what a part is said to be."""
        ending = part.rpartition(".")[2].casefold()
        usual = ""
        for piece in outline(self.types, self.file, depth=1)[1:]:
            given = piece.attributes
            if given.get("PartName", "").lstrip("/").casefold() == part.casefold():
                return given.get("ContentType", "")
            if piece.name == "Default" and given.get("Extension", "").casefold() == ending:
                usual = given.get("ContentType", "")
        return usual

    def marked(self) -> dict[str, SheetEntry]:
        """Return the sheets that carry our mark and still have the name that we gave them, by name."""
        found = {}
        for name in self.names:
            if name.name != MARK or name.place is None or not 0 <= name.place < len(self.sheets):
                continue
            sheet = self.sheets[name.place]
            if name.refers.strip().strip('"') == sheet.name:
                found[sheet.name] = sheet
        return found

    def _text(self, part: str) -> bytes:
        return utf8(self.package.read(part, _LARGEST), self.file)

    def _sheets(self) -> list[SheetEntry]:
        targets = {link.id: link.target for link in self.links if not link.external}
        found = []
        for piece in self.below("sheets", "sheet"):
            given = piece.attributes
            name, part = given.get("name", ""), targets.get(given.get("id", ""), "")
            if part not in self.package:
                raise damaged(self.file, f"its sheet {name} points to a part that is not there")
            found.append(SheetEntry(name, number(given.get("sheetId")), part, piece))
        if not found:
            raise damaged(self.file, "it has no sheet")
        return found

    def _name(self, piece: Piece) -> NameEntry:
        local = piece.attributes.get("localSheetId")
        refers = unescape(self.workbook[piece.inner : piece.close].decode(), {"&quot;": '"', "&apos;": "'"})
        place = None if local is None else number(local, -1)
        return NameEntry(piece.attributes.get("name", ""), place, refers, piece)

    def _tables(self, sheet: SheetEntry) -> list[TableEntry]:
        found = []
        for link in self.relations(sheet.part):
            if link.kind in {"table", "tableSingleCells"} and link.target in self.package:
                pieces = outline(self._text(link.target), self.file, depth=1)
                for piece in pieces if link.kind == "tableSingleCells" else pieces[:1]:
                    given = piece.attributes
                    name = given.get("displayName") or given.get("name", "")
                    found.append(TableEntry(name, number(given.get("id")), sheet.name))
        return found


def links(package: Package, part: str) -> list[Relation]:
    """Return the relations of a part, of the package for "" ."""
    where = rels_of(part)
    if where not in package:
        return []
    folder = posixpath.dirname(part)
    found = []
    for piece in outline(utf8(package.read(where, _LARGEST), package.file), package.file, depth=1)[1:]:
        given = piece.attributes
        external = given.get("TargetMode") == "External"
        target = given.get("Target", "")
        if not external:
            inside = target.replace("\\", "/")
            target = posixpath.normpath(posixpath.join("/" + folder, inside)).lstrip("/")
        found.append(Relation(given.get("Id", ""), given.get("Type", ""), target, external, piece))
    return found


def rels_of(part: str) -> str:
    """Return the part that holds the relations of a part.

    >>> rels_of("xl/workbook.xml"), rels_of("")
    ('xl/_rels/workbook.xml.rels', '_rels/.rels')
    """
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def number(text: str | None, otherwise: int = 0) -> int:
    """Return a whole number that is in an attribute."""
    return int(text) if text and text.strip().isdecimal() and len(text) < 12 else otherwise
