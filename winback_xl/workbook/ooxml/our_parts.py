"""Our sheets as parts that fit into somebody else's package: texts in the cells, formats and parts renumbered."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr, unescape
from zipfile import ZipFile

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from winback_xl.workbook.ooxml.style_merge import Merged

RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_SHEET = re.compile(r'<sheet name="([^"]*)" sheetId="\d+"(?: state="(\w+)")? r:id="([^"]*)"/>')
_NAME = re.compile(r'<definedName name="([^"]*)"(?: localSheetId="(\d+)")?([^>]*)>([^<]*)</definedName>')
_RELATION = re.compile(
    r'<Relationship Id="([^"]*)" Type="([^"]*)" Target="([^"]*)"( TargetMode="External")?/>'
)
_TYPE = re.compile(r'<Override PartName="/([^"]*)" ContentType="([^"]*)"/>')
_TEXT = re.compile(rb"<si>(.*?)</si>|<si/>", re.DOTALL)
_CELL = re.compile(rb'<c r="(\w+)"(?: s="(\d+)")?(?: t="s"><v>(\d+)</v></c>)?')
_STYLED = re.compile(rb'(<row [^>]*?\ss="|<col [^>]*?\sstyle=")(\d+)"')
_RULE = re.compile(rb'(\s(?:dxfId|\w+DxfId)=")(\d+)"')
_SELECTED = re.compile(rb'\stabSelected="1"')
_TABLE_ID = re.compile(rb'(<table [^>]*?\sid=")\d+"')


@dataclass(frozen=True, slots=True)
class OurSheet:
    """One of our sheets: its name as in XML, whether it is hidden, and its part in our package."""

    name: str
    state: str
    part: str


@dataclass(frozen=True, slots=True)
class OurName:
    """One of our defined names as in XML; ``place`` is the place of the sheet that it belongs to."""

    name: str
    place: int | None
    attributes: str
    refers: str


class Ours:
    """A workbook that the renderer wrote, taken apart.

    Parameters
    ----------
    made : bytes
        The package.
    """

    def __init__(self, made: bytes) -> None:
        with ZipFile(BytesIO(made)) as archive:
            self._parts = {name: archive.read(name) for name in archive.namelist()}
        workbook = self._parts["xl/workbook.xml"].decode()
        targets = {link[0]: link[2] for link in self._links("xl/workbook.xml")}
        self.sheets = [OurSheet(name, state, targets[link]) for name, state, link in _SHEET.findall(workbook)]
        self.names = [
            OurName(name, int(place) if place else None, more, refers)
            for name, place, more, refers in _NAME.findall(workbook)
        ]
        self.styles = self._parts["xl/styles.xml"]
        self._types = dict(_TYPE.findall(self._parts["[Content_Types].xml"].decode()))
        self._texts = [
            found[1] or b"" for found in _TEXT.finditer(self._parts.get("xl/sharedStrings.xml", b""))
        ]

    @property
    def sheet_names(self) -> list[str]:
        """Names of the sheets as people see them."""
        return [_plain(sheet.name) for sheet in self.sheets]

    @property
    def book_names(self) -> list[str]:
        """Defined names that hold for the whole workbook."""
        return [_plain(item.name) for item in self.names if item.place is None]

    @property
    def table_names(self) -> list[str]:
        """Names of the tables."""
        texts = (text.decode() for part, text in self._parts.items() if part.startswith("xl/tables/"))
        return [_plain(found[1]) for text in texts if (found := re.search(r'displayName="([^"]*)"', text))]

    def placed(self, merged: Merged, taken: Collection[str], first_table: int) -> Placed:
        """Return the parts as another package takes them.

        Parameters
        ----------
        merged : Merged
            Where our formats are in its styles.
        taken : collection of str
            Names of its parts, lower case.
        first_table : int
            Number of the first table of ours.
        """
        used = set(taken)
        names: dict[str, str] = {}
        waiting = [sheet.part for sheet in self.sheets]
        for part in waiting:
            if part not in names:
                names[part] = _free(part, used)
                waiting += [target for _, _, target, external in self._links(part) if not external]
        parts: dict[str, bytes] = {}
        tables = first_table
        for old, new in names.items():
            content = self._parts[old]
            if old.startswith("xl/worksheets/"):
                content = self._sheet(content, merged)
            elif old.startswith("xl/tables/"):
                content = _ruled(_TABLE_ID.sub(rb"\g<1>%d" % tables + b'"', content, count=1), merged)
                tables += 1
            parts[new] = content
            links = self._links(old)
            if links:
                folder, name = posixpath.split(new)
                parts[f"{folder}/_rels/{name}.rels"] = _written(links, names)
        types = {new: self._types[old] for old, new in names.items()}
        return Placed(parts, types, [names[sheet.part] for sheet in self.sheets])

    def _links(self, part: str) -> list[tuple[str, str, str, str]]:
        """Return id, type, target and how it is external, for each relation of a part."""
        folder, name = posixpath.split(part)
        text = self._parts.get(f"{folder}/_rels/{name}.rels", b"").decode()
        return [
            (link, kind, target if external else _resolved(folder, target), external)
            for link, kind, target, external in _RELATION.findall(text)
        ]

    def _sheet(self, content: bytes, merged: Merged) -> bytes:
        """Return a sheet with its texts in the cells, and formats by their new numbers."""
        formats = [str(place).encode() for place in merged.formats]
        texts = self._texts

        def cell(found: re.Match[bytes]) -> bytes:
            start = b'<c r="%b" s="%b"' % (found[1], formats[int(found[2] or 0)])
            if found[3] is None:
                return start
            return b'%b t="inlineStr"><is>%b</is></c>' % (start, texts[int(found[3])])

        content = _CELL.sub(cell, content)
        content = _STYLED.sub(lambda found: found[1] + formats[int(found[2])] + b'"', content)
        head, rows, tail = content.partition(b"<sheetData")
        body, end, tail = (rows + tail).partition(b"</sheetData>")
        return _SELECTED.sub(b"", head) + body + end + _ruled(tail, merged)


@dataclass(frozen=True, slots=True)
class Placed:
    """Parts by name, what they are, and the part of each sheet in order."""

    parts: dict[str, bytes]
    types: dict[str, str]
    sheets: Sequence[str]


def _ruled(content: bytes, merged: Merged) -> bytes:
    return _RULE.sub(lambda found: b'%b%d"' % (found[1], merged.rules[int(found[2])]), content)


def _written(links: Sequence[tuple[str, str, str, str]], names: dict[str, str]) -> bytes:
    lines = [
        f'<Relationship Id="{link}" Type="{kind}" '
        + (f'Target="{target}"{external}/>' if external else f"Target={quoteattr('/' + names[target])}/>")
        for link, kind, target, external in links
    ]
    return f'{_XML}<Relationships xmlns="{RELATIONS}">{"".join(lines)}</Relationships>'.encode()


def _free(part: str, used: set[str]) -> str:
    """Return a name like ``xl/tables/winback1.xml`` that no part has, and note it."""
    folder, ending, number = posixpath.dirname(part), part.rpartition(".")[2], 1
    while f"{folder}/winback{number}.{ending}".casefold() in used:
        number += 1
    found = f"{folder}/winback{number}.{ending}"
    used.add(found.casefold())
    return found


def _resolved(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")


def _plain(text: str) -> str:
    return unescape(text, {"&quot;": '"', "&apos;": "'"})
