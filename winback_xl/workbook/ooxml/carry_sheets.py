"""Take sheets of one package over into another as they are, and give cells the format or formula they had.

The sheets of a refreshed workbook are written anew; those that people added are copied part by part: cells, charts,
pictures, notes, conditional formats, validations. Only what names something of the old package is renumbered
(formats, texts, part names). What cannot be taken over is told before anything is written.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from winback_xl.readers.grid import letters
from winback_xl.readers.xlsx.xlsx_workbook import Workbook
from winback_xl.readers.xml_events import elements, parse
from winback_xl.schema.cell_text import clean
from winback_xl.workbook.ooxml.cell_looks import Looks, Taker
from winback_xl.workbook.ooxml.part_links import Link, links
from winback_xl.workbook.ooxml.xml_splice import utf8

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winback_xl.readers.limits import Package
    from winback_xl.workbook.ooxml.sheet_scan import At

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


_MOST = 500_000_000  # bytes of one part


@dataclass(frozen=True, slots=True)
class Patch:
    """What one cell gets beyond what the renderer wrote: a format of the old package, or a formula.

    ``dated`` is for a day in a column of something else: the cell keeps its look and shows a date.
    """

    format: int | None = None
    dated: bool = False
    formula: str = ""
    value: Any = None


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
    """

    sheets: tuple[str, ...] = ()
    patches: Mapping[At, Patch] = field(default_factory=dict)
    patched: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.sheets or self.patches)


def finish(made: IO[bytes], target: IO[bytes], source: Package, carry: Carry) -> None:
    """Write a package that the renderer made, with what is carried over from an old one.

    Parameters
    ----------
    made : IO[bytes]
        The new package.
    target : IO[bytes]
        Where the result goes.
    source : Package
        The old one.
    carry : Carry
        What to take.
    """
    with ZipFile(made) as frame:
        change = _Change(frame, source, carry)
        parts = change.parts()
        with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=6) as package:
            for name in frame.namelist():
                with package.open(name, "w") as part:
                    part.write(parts.pop(name) if name in parts else frame.read(name))
            for name, content in parts.items():
                with package.open(name, "w") as part:
                    part.write(content)


class _Change:
    """One new package on its way."""

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
        )
        self._texts = self._shared()
        self._table_id = sum(name.startswith("xl/tables/") for name in frame.namelist())

    def _main(self) -> str:
        return next(
            (link.target for link in links(self._source, "") if link.kind == "officeDocument"),
            "xl/workbook.xml",
        )

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
                continue
            written = " ".join(f'{key}="{value}"' for key, value in given.items())
            lines.append(f"<definedName {written}>{self._renamed(body)}</definedName>")
        if not lines:
            return workbook
        if "</definedNames>" in workbook:
            return workbook.replace("</definedNames>", "".join(lines) + "</definedNames>", 1)
        return workbook.replace("</sheets>", f"</sheets><definedNames>{''.join(lines)}</definedNames>", 1)

    @staticmethod
    def _wanted(name: str) -> bool:
        """Say whether a name is somebody's own: ours and those that programs make are written anew."""
        return not name.startswith(("set_", "lst_", "_xlnm", "_xlfn", "_xlpm", "_xlws"))

    def _patched(self, text: str) -> str:
        wanted = {f"{letters(column)}{row}": patch for (row, column), patch in self._carry.patches.items()}

        def changed(match: re.Match[str]) -> str:
            patch = wanted.get(match[1])
            if patch is None:
                return match[0]
            attributes = match[2]
            if patch.format is not None:
                number = self._taker.format(patch.format)
                attributes = re.sub(r'\ss="\d+"', "", attributes)
                attributes = f' s="{number}"' + attributes
            elif patch.dated:
                style = re.search(r'\ss="(\d+)"', attributes)
                number = self._taker.dated(int(style[1]) if style else 0)
                attributes = f' s="{number}"' + re.sub(r'\ss="\d+"', "", attributes)
            if not patch.formula:
                return f'<c r="{match[1]}"{attributes}{match[3]}'
            attributes = re.sub(r'\st="\w+"', "", attributes)
            kind, value = _result(patch.value)
            return (
                f'<c r="{match[1]}"{attributes}{kind}><f>{escape(clean(patch.formula))}</f><v>{value}</v></c>'
            )

        return re.sub(r'<c r="([A-Z]+\d+)"([^>]*?)(/>|>.*?</c>)', changed, text, flags=re.DOTALL)


def _result(value: Any) -> tuple[str, str]:
    """Return type attribute and text of the value that a formula gave."""
    if isinstance(value, bool):
        return ' t="b"', f"{value:d}"
    if isinstance(value, float):
        return "", repr(value)
    return ' t="str"', escape(clean(str(value or "")))
