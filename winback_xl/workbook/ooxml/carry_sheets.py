"""Carry what people made of a workbook into the one that takes its place: sheets, formats, names and locks.

Our sheets of a refreshed workbook are written anew; those that people added are taken over as they are
(`winback_xl.workbook.ooxml.transplant`). What people set on sheets of ours is put onto the new ones
(`winback_xl.workbook.ooxml.sheet_settings`), or named where it cannot be kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZipFile

<<<<<<< HEAD
from winback_xl.readers.limits import Package
from winback_xl.workbook.ooxml import sheet_settings
from winback_xl.workbook.ooxml.cell_patches import Patch, patched
from winback_xl.workbook.ooxml.package_outline import MARK, TYPES, Outline, rels_of
from winback_xl.workbook.ooxml.style_merge import StyleMerge
from winback_xl.workbook.ooxml.transplant import Transplant, entry, linked, named, renamed, typed
from winback_xl.workbook.ooxml.xml_splice import Edit, edited
from winback_xl.workbook.ooxml.zip_copy import rewrite
=======
from winback_xl.readers.grid import letters
from winback_xl.readers.xlsx.xlsx_workbook import Workbook
from winback_xl.readers.xml_events import elements, parse
from winback_xl.schema.cell_text import clean
from winback_xl.workbook.ooxml.cell_looks import Looks, Taker
from winback_xl.workbook.ooxml.part_links import Link, links
from winback_xl.workbook.ooxml.xml_splice import utf8
>>>>>>> main

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from io import BytesIO

    from winback_xl.workbook.ooxml.package_outline import NameEntry
    from winback_xl.workbook.ooxml.sheet_scan import At

_NO_STYLES = b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
_PRINT_AREA = "_xlnm.Print_Area"
_OURS = ("set_", "lst_", "_xlnm", "_xlfn", "_xlpm", "_xlws", MARK)
_SHEETS = re.compile(r"'[^!]*'!|[^\s'!(),:;=+*/&<>-]+!")
_ELSEWHERE = re.compile(r"\[\d+\]")  # another file, by its number


@dataclass(frozen=True, slots=True)
class Carry:
    """What goes from an old package into a new one.

    Parameters
    ----------
    sheets : tuple of str
        Sheets to take over, in order.
    patches : mapping of (row, column) to Patch
        For cells of the sheet named by ``patched``; rows from 1, columns from 0.
    patched : str
        That sheet.
    renamed : mapping of str to str
        Sheets that have another name now: old -> new.
    own : mapping of str to str
        Our sheets: the name they have in the old package -> the name in the new one.
    columns : mapping of int to int
        Where the columns of ``patched`` went, from 0: old -> new.
    """

    sheets: tuple[str, ...] = ()
    patches: Mapping[At, Patch] = field(default_factory=dict)
    patched: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[int, int] = field(default_factory=dict)


def finish(made: BytesIO, target: IO[bytes], source: Package, carry: Carry) -> list[str]:
    """Write a package that the renderer made, with what is carried over from an old one.

    Parameters
    ----------
    made : BytesIO
        The new package.
    target : IO[bytes]
        Where the result goes.
    source : Package
        The old one.
    carry : Carry
        What to take.

    Returns
    -------
    list of str
        What people had set and could not be kept, a sentence each.
    """
    with ZipFile(made) as archive:
        change = _Change(Outline(Package(source.file, archive)), Outline(source), carry)
    if change.changed or change.new:
        rewrite(made, target, source.file, change.changed, change.new)
    else:
        target.write(made.getvalue())
    return change.lost


class _Change:
    """The parts of a new package that change, and those that join it."""

<<<<<<< HEAD
    def __init__(self, frame: Outline, old: Outline, carry: Carry) -> None:
        self._frame, self._old, self._carry = frame, old, carry
        self.changed: dict[str, bytes] = {}
        self.lost: list[str] = []
        styles = StyleMerge(
            frame.part_text(frame.styles), old.part_text(old.styles) if old.styles else _NO_STYLES, old.file
=======
    def __init__(self, frame: ZipFile, source: Package, carry: Carry) -> None:
        self._frame, self._source, self._carry = frame, source, carry
        self._book = Workbook(source)
        self._parts: dict[str, bytes] = {}
        self._types: list[str] = []
        self._names: dict[str, str] = {}  # part of the old package -> part of the new one
        self._taken = {name.casefold() for name in frame.namelist()}
        related = {link.kind: link.target for link in links(source, self._main())}
        self._related = related
        styles = (
            utf8(source.read(related["styles"], 200_000_000), source.file)
            if "styles" in related
            else b"<styleSheet/>"
        )
        self._taker = Taker(
            Looks.of(frame.read("xl/styles.xml"), "the new workbook"), Looks.of(styles, source.file)
>>>>>>> main
        )
        part_of = {sheet.name: sheet.part for sheet in frame.sheets}
        if carry.patches:
            part = part_of[carry.patched]
            self.changed[part] = patched(frame.package.read(part, sheet_settings.MOST), carry.patches, styles)
        placed = Transplant(
            old,
            carry.sheets,
            styles,
            frame.package.names(),
            first_table=len(frame.tables) + 1,
            renamed=carry.renamed,
        )
        self.new = placed.parts
        self._keep_settings(part_of, styles)
        relations, ids = linked(frame, placed.sheets)
        edits = [*self._entries(ids), *self._names(), *self._locked()]
        if edits:
            self.changed[frame.main] = edited(frame.workbook, edits)
        if ids:
            self.changed |= {rels_of(frame.main): relations, TYPES: typed(frame, placed.types)}
        grown = styles.part()
        if grown != frame.part_text(frame.styles):
            self.changed[frame.styles] = grown
        if (ids or carry.patches) and old.related("theme") and frame.related("theme"):
            self.changed[frame.related("theme")] = old.package.read(old.related("theme"))

<<<<<<< HEAD
    def _keep_settings(self, part_of: Mapping[str, str], styles: StyleMerge) -> None:
        """Put what people set on our sheets onto the new ones."""
        for sheet in self._old.sheets:
            part = part_of.get(self._carry.own.get(sheet.name, ""))
            if part is None:
=======
    def parts(self) -> dict[str, bytes]:
        """Return every part that is new or changed."""
        workbook = self._frame.read("xl/workbook.xml").decode()
        rels = self._frame.read("xl/_rels/workbook.xml.rels").decode()
        count = workbook.count("<sheet ")
        if self._carry.patches:
            order = re.findall(r'<sheet name="([^"]*)"', workbook)
            name = f"xl/worksheets/sheet{order.index(self._carry.patched) + 1}.xml"
            self._parts[name] = self._patched(self._frame.read(name).decode()).encode()
        places: dict[int, int] = {}
        old = [item.name for item in self._book.sheets]
        for offset, sheet in enumerate(self._carry.sheets):
            part = self._sheet(sheet, count + offset + 1)
            identity = f"rIdKept{offset + 1}"
            state = "" if self._book.sheets[old.index(sheet)].visible else ' state="hidden"'
            name = self._carry.renamed.get(sheet, sheet)
            entry = f'<sheet name={quoteattr(name)} sheetId="{count + offset + 1}"{state} r:id="{identity}"/>'
            workbook = workbook.replace("</sheets>", entry + "</sheets>", 1)
            relation = f'<Relationship Id="{identity}" Type="{_OFFICE}/worksheet" Target="{part.removeprefix("xl/")}"/>'
            rels = rels.replace("</Relationships>", relation + "</Relationships>", 1)
            places[old.index(sheet)] = count + offset
        workbook = self._with_names(workbook, places)
        self._parts["xl/workbook.xml"] = workbook.encode()
        self._parts["xl/_rels/workbook.xml.rels"] = rels.encode()
        types = self._frame.read("[Content_Types].xml").decode()
        self._parts["[Content_Types].xml"] = types.replace(
            "</Types>", "".join(self._types) + "</Types>", 1
        ).encode()
        if self._taker.changed:
            self._parts["xl/styles.xml"] = self._taker.target.text()
        if "theme" in self._related and "xl/theme/theme1.xml" in self._frame.namelist():
            self._parts["xl/theme/theme1.xml"] = self._source.read(self._related["theme"])
        return self._parts

    def _shared(self) -> list[str]:
        """Return the shared texts of the old package as they stand in it, with their runs."""
        part = self._related.get("sharedStrings", "")
        if not self._carry.sheets or part not in self._source:
            return []
        text = utf8(self._source.read(part, _MOST), self._source.file).decode("utf-8", "replace")
        found = re.findall(r"<(?:\w+:)?si\s*(?:/>|>(.*?)</(?:\w+:)?si>)", text, re.DOTALL)
        return [re.sub(r"(</?)\w+:", r"\1", item) for item in found]

    def _sheet(self, name: str, number: int) -> str:
        """Copy a sheet and what hangs on it; return its part name."""
        old = self._book.parts[name]
        new = f"xl/worksheets/sheet{number}.xml"
        self._names[old] = new
        self._taken.add(new)
        text = self._checked(old).decode("utf-8-sig")
        self._parts[new] = self._sheet_text(text).encode()
        self._types.append(f'<Override PartName="/{new}" ContentType="{_SHEET_TYPE}"/>')
        self._copy_links(old, new)
        return new

    def _checked(self, part: str) -> bytes:
        """Return a part, refusing one that is no XML or declares a document type."""
        content = self._source.read(part, _MOST)
        if part.casefold().endswith(".xml"):
            parse([content], self._source.file, lambda *_: None)
            return utf8(content, self._source.file)
        return content

    def _sheet_text(self, text: str) -> str:
        found = re.search(r"<(\w+:)?worksheet\b", text)
        prefix = re.escape(found[1] or "") if found else ""
        cell = re.compile(rf"<{prefix}c\b([^>]*?)(/>|>(.*?)</{prefix}c>)", re.DOTALL)
        text = cell.sub(lambda match: self._cell(match, prefix.replace("\\", "")), text)
        text = re.sub(
            rf"(<{prefix}row\b[^>]*?\ss=\")(\d+)\"",
            lambda match: f'{match[1]}{self._taker.format(int(match[2]))}"',
            text,
        )
        text = re.sub(
            rf"(<{prefix}col\b[^>]*?\sstyle=\")(\d+)\"",
            lambda match: f'{match[1]}{self._taker.format(int(match[2]))}"',
            text,
        )
        text = re.sub(r'\stabSelected="(?:1|true)"', "", text)
        return self._renamed(self._rules(text))

    def _cell(self, match: re.Match[str], prefix: str) -> str:
        attributes, body = match[1], match[3] or ""
        attributes = re.sub(
            r'\ss="(\d+)"', lambda style: f' s="{self._taker.format(int(style[1]))}"', attributes
        )
        attributes = re.sub(r'\scm="\d+"', "", attributes)
        value = re.search(rf"<{re.escape(prefix)}v>(\d+)</", body)
        if re.search(r'\st="s"', attributes) and value and int(value[1]) < len(self._texts):
            attributes = re.sub(r'\st="s"', ' t="inlineStr"', attributes)
            inner = self._texts[int(value[1])]
            if prefix:
                inner = re.sub(r"<(/?)(\w)", rf"<\1{prefix}\2", inner)
            body = f"<{prefix}is>{inner}</{prefix}is>"
        return f"<{prefix}c{attributes}>{body}</{prefix}c>" if body else f"<{prefix}c{attributes}/>"

    def _rules(self, text: str) -> str:
        return re.sub(
            r'(\b(?:dxfId|\w+DxfId)=")(\d+)"',
            lambda match: f'{match[1]}{self._taker.rule(int(match[2]))}"',
            text,
        )

    def _renamed(self, text: str) -> str:
        for old, new in self._carry.renamed.items():
            written = escape(old.replace("'", "''"))
            text = text.replace(f"'{written}'!", f"'{new}'!")
            if re.fullmatch(r"\w+", old):
                text = re.sub(rf"(?<![\w.'\]]){old}!", f"'{new}'!", text)
        return text

    def _copy_links(self, old: str, new: str) -> None:
        """Copy the parts that a part points to, and say where they are now."""
        found = links(self._source, old)
        if not found:
            return
        lines = []
        for link in found:
            if link.external:
                target, mode = link.target, ' TargetMode="External"'
            else:
                target, mode = "/" + self._part(link), ""
            lines.append(
                f"<Relationship Id={quoteattr(link.id)} Type={quoteattr(link.type)} Target={quoteattr(target)}{mode}/>"
            )
        folder, name = posixpath.split(new)
        text = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{_RELS}">{"".join(lines)}</Relationships>'
        self._parts[f"{folder}/_rels/{name}.rels"] = text.encode()

    def _part(self, link: Link) -> str:
        """Copy one part under a free name, and what it points to; return the name."""
        if link.target in self._names:
            return self._names[link.target]
        folder, name = posixpath.split(link.target)
        stem, _, ending = name.rpartition(".")
        stem, number = stem.rstrip("0123456789"), 1
        while f"{folder}/{stem}{number}.{ending}".casefold() in self._taken:
            number += 1
        new = f"{folder}/{stem}{number}.{ending}"
        self._taken.add(new.casefold())
        self._names[link.target] = new
        content = self._checked(link.target)
        if link.kind == "table":
            content = self._table(content.decode("utf-8-sig")).encode()
        elif ending == "xml":
            content = self._renamed(content.decode("utf-8-sig")).encode()
        self._parts[new] = content
        kind = self._content_type(link.target)
        if kind:
            self._types.append(f'<Override PartName="/{new}" ContentType="{kind}"/>')
        self._copy_links(link.target, new)
        return new

    def _table(self, text: str) -> str:
        self._table_id += 1
        head, tag, rest = text.partition("<table ")
        rest = re.sub(r'\bid="\d+"', f'id="{self._table_id}"', rest, count=1)
        return self._rules(self._renamed(head + tag + rest))

    def _content_type(self, part: str) -> str:
        ending = part.rpartition(".")[2].casefold()
        default = ""
        for item in elements(self._source.read("[Content_Types].xml"), self._source.file):
            given = item.attributes
            if (
                item.name == "Override"
                and given.get("PartName", "").lstrip("/").casefold() == part.casefold()
            ):
                return given.get("ContentType", "")
            if item.name == "Default" and given.get("Extension", "").casefold() == ending:
                default = given.get("ContentType", "")
        return default

    def _with_names(self, workbook: str, places: Mapping[int, int]) -> str:
        """Add the names of the old workbook that the new one lacks."""
        text = utf8(self._source.read(self._main()), self._source.file).decode()
        held = {name.casefold() for name in re.findall(r'<definedName name="([^"]*)"', workbook)}
        lines = []
        for attributes, body in re.findall(r"<(?:\w+:)?definedName\b([^>]*)>([^<]*)<", text):
            given = dict(re.findall(r'([\w:]+)="([^"]*)"', attributes))
            name, local = given.get("name", ""), given.get("localSheetId")
            if local is not None:
                if int(local) not in places:
                    continue
                given["localSheetId"] = str(places[int(local)])
            elif (
                name.casefold() in held
                or "#REF!" in body
                or re.search(r"\[\d+\]", body)
                or not self._wanted(name)
            ):
>>>>>>> main
                continue
            now = self.changed.get(part) or self._frame.package.read(part, sheet_settings.MOST)
            old = self._old.package.read(sheet.part, sheet_settings.MOST)
            rows_move = self._carry.own[sheet.name] == self._carry.patched
            columns = self._carry.columns if rows_move else None
            kept, lost = sheet_settings.kept(old, now, self._old.file, styles, columns)
            if kept != now:
                self.changed[part] = kept
            self.lost += [f"Sheet {sheet.name}: {what}" for what in lost]

    def _entries(self, ids: list[str]) -> Iterator[Edit]:
        frame = self._frame
        state = {sheet.name: sheet.state and "hidden" for sheet in self._old.sheets}
        sheets = frame.top("sheets")
        at = sheets.close if sheets is not None else 0
        highest = max(sheet.number for sheet in frame.sheets)
        for number, (name, link) in enumerate(zip(self._carry.sheets, ids, strict=True), highest + 1):
            called = self._carry.renamed.get(name, name)
            yield Edit(at, at, entry(frame, called, number, link, state[name]))

    def _names(self) -> list[Edit]:
        """Add the names that people made, and the print areas that they set on sheets of ours."""
        frame, old = self._frame, self._old
        order = {sheet.name: place for place, sheet in enumerate(frame.sheets)}
        order |= {name: len(order) + place for place, name in enumerate(self._carry.sheets)}
        held = {name.name.casefold() for name in frame.names if name.place is None}
        printed = {name.place for name in frame.names if name.name == _PRINT_AREA}
        lines = []
        for name in old.names:
            place = None
            if name.place is not None:
                theirs = old.sheets[name.place].name if 0 <= name.place < len(old.sheets) else ""
                place = order.get(theirs if theirs in self._carry.sheets else self._carry.own.get(theirs, ""))
                if place is None or (name.name == _PRINT_AREA and place in printed):
                    continue
            if not self._wanted(name, held):
                continue
            given = {key: value for key, value in name.piece.attributes.items() if key != "localSheetId"}
            if place is not None:
                given["localSheetId"] = str(place)
            written = " ".join(f"{key}={quoteattr(value)}" for key, value in given.items())
            refers = renamed(escape(name.refers).encode(), self._carry.renamed).decode()
            lines.append(f"<definedName {written}>{refers}</definedName>")
        return named(frame, lines)

    @property
    def _absent(self) -> set[str]:
        """Sheets of the old workbook that the new one lacks, as formulas write them."""
        stay = {*self._carry.sheets, *self._carry.own}
        gone = [sheet.name for sheet in self._old.sheets if sheet.name not in stay]
        return {f"{name}!" for name in gone} | {f"'{name}'!" for name in gone}

    def _wanted(self, name: NameEntry, held: set[str]) -> bool:
        """Say whether a name is somebody's own: ours and those that programs make are written anew."""
        theirs = "" if name.place is None else self._old.sheets[name.place].name
        if theirs in self._carry.sheets:
            return True
        if name.name != _PRINT_AREA and name.name.startswith(_OURS):
            return False
        if name.place is None and name.name.casefold() in held:
            return False
        if "#REF!" in name.refers or self._absent & set(_SHEETS.findall(name.refers.replace("''", "'"))):
            return False
        if _ELSEWHERE.search(name.refers):
            self.lost.append(f"The name {name.name} was not kept: it points to another file.")
            return False
        return True

    def _locked(self) -> Iterator[Edit]:
        """Lock the structure of the workbook where somebody had locked it."""
        lock, views = self._old.top("workbookProtection"), self._frame.top("bookViews")
        if lock is not None and views is not None and self._frame.top("workbookProtection") is None:
            yield Edit(
                views.start, views.start, sheet_settings.element("workbookProtection", lock.attributes)
            )
