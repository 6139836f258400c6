"""Take sheets of one package over into another as they are, with the charts, pictures, notes and tables on them.

Only what names something of the old package is renumbered: formats, texts (which go into the cells), part names, table
numbers, and the names of sheets that have to be called otherwise. Sheets of people go this way into a refreshed
workbook, and sheets of ours into somebody's workbook.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from winback_xl.readers.xml_events import parse
from winback_xl.workbook.ooxml.package_outline import rels_of
from winback_xl.workbook.ooxml.xml_splice import Edit, edited, outline, utf8

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from winback_xl.workbook.ooxml.package_outline import Outline, Relation
    from winback_xl.workbook.ooxml.style_merge import StyleMerge

RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MOST = 2_000_000_000  # bytes of one part
_ROOT = re.compile(rb"<(\w+:)?(?:worksheet|sst)\b")
_STYLE = re.compile(rb'\ss="(\d+)"')
_KIND = re.compile(rb'\st="s"')
_ARRAYS = re.compile(rb'\scm="\d+"')
_RULE = re.compile(rb'(\s(?:dxfId|\w+DxfId)=")(\d+)"')
_SELECTED = re.compile(rb'\stabSelected="(?:1|true)"')
_TABLE_ID = re.compile(rb'(<(?:\w+:)?table\s[^>]*?\bid=")\d+"')
_TAG = re.compile(rb"<[^>]*>")


class Transplant:
    """Sheets of a package as parts that fit into another one.

    Parameters
    ----------
    source : Outline
        The package that they are taken from.
    sheets : sequence of str
        Their names, in order.
    styles : StyleMerge
        Where the formats of the source are in the target.
    taken : collection of str
        Parts of the target, lower case.
    first_table : int
        Number of the first table that is taken over.
    stem : str
        What new parts are called, in their old folders and with a number; by default as in the source.
    renamed : mapping of str to str, optional
        Sheets that are called otherwise in the target: old name -> new name.
    ours : bool
        Whether we wrote the source ourselves a moment ago, so that its parts need not be checked.

    Attributes
    ----------
    parts : dict of str to bytes
        The new parts, by name.
    types : dict of str to str
        Content type of each.
    sheets : list of str
        Part of each sheet.
    """

    def __init__(
        self,
        source: Outline,
        sheets: Sequence[str],
        styles: StyleMerge,
        taken: Collection[str],
        *,
        first_table: int = 1,
        stem: str = "",
        renamed: Mapping[str, str] | None = None,
        ours: bool = False,
    ) -> None:
        self._source, self._styles, self._stem, self._renamed = source, styles, stem, renamed or {}
        self._ours = ours
        self._taken, self._table = {name.casefold() for name in taken}, first_table
        self._texts = self._shared() if sheets else []
        names: dict[str, str] = {}
        part_of = {sheet.name: sheet.part for sheet in source.sheets}
        waiting = [part_of[name] for name in sheets]
        kinds = dict.fromkeys(waiting, "worksheet")
        for part in waiting:  # sheets first, then what depends on them, which may hang on several
            if part not in names:
                names[part] = self._free(part)
                links = [link for link in source.relations(part) if not link.external]
                kinds |= {link.target: link.kind for link in links}
                waiting += [link.target for link in links]
        self.sheets = [names[part_of[name]] for name in sheets]
        self.types = {new: source.content_type(old) for old, new in names.items()}
        self.parts: dict[str, bytes] = {}
        for old, new in names.items():
            self.parts[new] = self._content(old, kinds[old])
            links = source.relations(old)
            if links:
                self.parts[rels_of(new)] = _written(links, names)

    def _shared(self) -> list[bytes]:
        """Return the shared texts of the source as they are in it, with their runs."""
        part = self._source.related("sharedStrings")
        if not part:
            return []
        text = utf8(self._source.package.read(part, _MOST), self._source.file)
        prefix = _prefix(text)
        found = re.finditer(rb"<%bsi\s*(?:/>|>(.*?)</%bsi>)" % (prefix, prefix), text, re.DOTALL)
        inner = [item[1] or b"" for item in found]
        return (
            [item.replace(b"</" + prefix, b"</").replace(b"<" + prefix, b"<") for item in inner]
            if prefix
            else inner
        )

    def _free(self, part: str) -> str:
        """Return a name that no part of the target has, and note it."""
        folder, name = posixpath.split(part)
        stem, _, ending = name.rpartition(".")
        stem, number = self._stem or stem.rstrip("0123456789"), 1
        while f"{folder}/{stem}{number}.{ending}".casefold() in self._taken:
            number += 1
        found = f"{folder}/{stem}{number}.{ending}"
        self._taken.add(found.casefold())
        return found

    def _content(self, part: str, kind: str) -> bytes:
        source = self._source
        content = source.package.read(part, _MOST)
        if not part.casefold().endswith(".xml"):
            return content
        if not self._ours:
            parse([content], source.file, lambda *_: None)  # whole, and without a document type
        content = utf8(content, source.file)
        if kind == "worksheet":
            content = self._sheet(content)
        elif kind == "table":
            content = self._ruled(_TABLE_ID.sub(rb"\g<1>%d" % self._table + b'"', content, count=1))
            self._table += 1
        return renamed(content, self._renamed)

    def _sheet(self, content: bytes) -> bytes:
        """Return a sheet with its texts in the cells, and formats by their new numbers."""
        prefix = _prefix(content)
        head, rows, tail = content.partition(b"<%bsheetData" % prefix)
        body, end, tail = (rows + tail).partition(b"</%bsheetData>" % prefix)
        cell = re.compile(
            rb'<%bc\b(\s+r="\w+")?([^>]*?)(/?>)'
            rb"(?:\s*(<%bf\b[^>]*?(?:/>|>[^<]*</%bf>))?\s*<%bv>(\d+)</%bv>\s*</%bc>)?" % ((prefix,) * 6)
        )
        known: dict[bytes, tuple[bytes, bool]] = {}

        def changed(found: re.Match[bytes]) -> bytes:
            given = found[2]
            if given not in known:
                known[given] = self._attributes(given)
            attributes, shared = known[given]
            start = b"<%bc%b%b" % (prefix, found[1] or b"", attributes)
            if not shared or found[5] is None or int(found[5]) >= len(self._texts):
                return start + found[0][found.start(3) - found.start() :]
            text = self._texts[int(found[5])]
            if found[4]:  # a formula that gave a text
                plain = _TAG.sub(b"", text)
                return b'%b t="str">%b<%bv>%b</%bv></%bc>' % (start, found[4], prefix, plain, prefix, prefix)
            inner = re.sub(rb"<(/?)(?=\w)", rb"<\1" + prefix, text) if prefix else text
            return b'%b t="inlineStr"><%bis>%b</%bis></%bc>' % (start, prefix, inner, prefix, prefix)

        body = cell.sub(changed, body)
        styled = re.compile(rb'(<%brow\b[^>]*?\ss=")(\d+)"' % prefix)
        body = styled.sub(self._styled, body)
        column = re.compile(rb'(<%bcol\b[^>]*?\sstyle=")(\d+)"' % prefix)
        head = _SELECTED.sub(b"", column.sub(self._styled, head))
        head = re.sub(
            rb'(<%bcol\b[^>]*?)\slevel="\d*"' % prefix, rb"\1", head
        )  # SheetJS writes it; the format lacks it
        return head + body + end + self._ruled(tail)

    def _attributes(self, given: bytes) -> tuple[bytes, bool]:
        """Return the attributes of a cell for the target, and whether it holds a shared text."""
        style = _STYLE.search(given)
        number = self._styles.format(int(style[1]) if style else 0)
        given = _ARRAYS.sub(b"", _STYLE.sub(b"", given))
        shared = _KIND.search(given) is not None
        if number or style:
            given = b' s="%d"' % number + given
        return _KIND.sub(b"", given) if shared else given, shared

    def _styled(self, found: re.Match[bytes]) -> bytes:
        return b'%b%d"' % (found[1], self._styles.format(int(found[2])))

    def _ruled(self, content: bytes) -> bytes:
        return _RULE.sub(lambda found: b'%b%d"' % (found[1], self._styles.rule(int(found[2]))), content)


def renamed(content: bytes, names: Mapping[str, str]) -> bytes:
    """Return a part in which formulas name sheets as they are called now.

    >>> renamed(b"<f>'My notes'!A1+Own!B2</f>", {"My notes": "Notes", "Own": "Own (2)"})
    b"<f>'Notes'!A1+'Own (2)'!B2</f>"
    """
    for old, new in names.items():
        called = f"'{escape(new.replace(chr(39), chr(39) * 2))}'!".encode()
        content = content.replace(f"'{escape(old.replace(chr(39), chr(39) * 2))}'!".encode(), called)
        if re.fullmatch(r"\w+", old):
            content = re.sub(rb"(?<![\w.'\]])%b!" % old.encode(), called, content)
    return content


def typed(target: Outline, types: Mapping[str, str], removed: Collection[str] = ()) -> bytes:
    """Return the content types of a package with those of new parts, and without those of parts that go."""
    root, *pieces = outline(target.types, target.file, depth=1)
    edits = [
        Edit(piece.start, piece.end, "")
        for piece in pieces
        if piece.attributes.get("PartName", "").lstrip("/").casefold() in removed
    ]
    lines = [
        f'<{root.prefix}Override PartName="/{part}" ContentType="{kind}"/>'
        for part, kind in types.items()
        if kind
    ]
    return edited(target.types, [*edits, Edit(root.close, root.close, "".join(lines))])


def linked(target: Outline, sheets: Sequence[str], removed: Collection[str] = ()) -> tuple[bytes, list[str]]:
    """Return the relations of a workbook with those to new sheets, and the id of each; parts that go are left out."""
    part = target.part_text(rels_of(target.main))
    root = outline(part, target.file, depth=0)[0]
    gone = [link for link in target.links if not link.external and link.target.casefold() in removed]
    taken = {link.id for link in target.links} - {link.id for link in gone}
    free = (f"rIdWinback{number}" for number in range(1, len(taken) + len(sheets) + 1))
    ids = [name for name in free if name not in taken][: len(sheets)]
    lines = [
        f'<{root.prefix}Relationship Id="{link}" Type="{OFFICE}/worksheet" Target="/{sheet}"/>'
        for link, sheet in zip(ids, sheets, strict=True)
    ]
    edits = [Edit(link.piece.start, link.piece.end, "") for link in gone]
    return edited(part, [*edits, Edit(root.close, root.close, "".join(lines))]), ids


def entry(target: Outline, name: str, number: int, link: str, state: str = "") -> str:
    """Return the element that lists a sheet in the workbook part."""
    shown = f' state="{state}"' if state else ""
    return (
        f'<{target.root.prefix}sheet name={quoteattr(name)} sheetId="{number}"{shown} '
        f'xmlns:r="{OFFICE}" r:id="{link}"/>'
    )


def named(target: Outline, lines: Iterable[str]) -> list[Edit]:
    """Return the edit of the workbook part that adds defined names; none without names."""
    text, prefix = "".join(lines), target.root.prefix
    if not text:
        return []
    held = target.top("definedNames")
    if held is not None and not held.empty:
        return [Edit(held.close, held.close, text)]
    whole = f"<{prefix}definedNames>{text}</{prefix}definedNames>"
    if held is not None:
        return [Edit(held.start, held.end, whole)]
    before = ("sheets", "functionGroups", "externalReferences")
    at = max(piece.end for name in before if (piece := target.top(name)) is not None)
    return [Edit(at, at, whole)]


def _written(links: Sequence[Relation], names: Mapping[str, str]) -> bytes:
    lines = []
    for link in links:
        target = link.target if link.external else f"/{names[link.target]}"
        mode = ' TargetMode="External"' if link.external else ""
        lines.append(
            f"<Relationship Id={quoteattr(link.id)} Type={quoteattr(link.type)} Target={quoteattr(target)}{mode}/>"
        )
    return f'{_XML}<Relationships xmlns="{RELATIONS}">{"".join(lines)}</Relationships>'.encode()


def _prefix(content: bytes) -> bytes:
    found = _ROOT.search(content)
    return (found[1] or b"") if found else b""
