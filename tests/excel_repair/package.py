"""The package: parts, content types and relationships."""

from __future__ import annotations

import os
import posixpath
import re
from collections import Counter
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from lxml import etree

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
IGNORABLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable"
R_ID = f"{{{RELS}}}id"
TYPES = "[Content_Types].xml"
LINK_LIMIT = 2079
_KINDS = {
    "xlsx": "spreadsheetml.sheet.main",
    "xltx": "spreadsheetml.template.main",
    "xlsm": "sheet.macroEnabled.main",
    "xlam": "addin.macroEnabled.main",
}
_WHEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def q(tag: str) -> str:
    """Return a tag of SpreadsheetML as lxml names it."""
    return f"{{{MAIN}}}{tag}"


def local(element: Any) -> str:
    return etree.QName(element).localname


class Package:
    """One workbook with its parts parsed, and the list of what is wrong with it."""

    def __init__(self, parts: dict[str, bytes], extension: str, parse_up_to: int | None) -> None:
        self.extension = extension
        self.names = list(parts)
        self.problems: list[str] = []
        self.broken = False
        self.xml: dict[str, Any] = {}
        self.overrides: dict[str, str] = {}
        self.rels: dict[str, dict[str, tuple[str, str]]] = {}
        marked = [name for name in parts if name.lower().endswith((".xml", ".rels", ".vml"))]
        self.large = parse_up_to is not None and sum(len(parts[name]) for name in marked) > parse_up_to
        for name in marked:
            try:
                tree = etree.fromstring(parts[name], etree.XMLParser(huge_tree=True, resolve_entities=False))
            except etree.XMLSyntaxError as error:
                self.say(f"{name} is not well-formed: {error}")
                self.broken = True
                continue
            if not self.large:
                self.xml[name] = tree
        if TYPES not in parts:
            self.say(f"{TYPES} is missing")
            self.broken = True

    @classmethod
    def opened(
        cls, book: str | os.PathLike[str] | IO[bytes], extension: str = "", parse_up_to: int | None = None
    ) -> Package:
        """Read a package; what is not a zip file has one finding."""
        if isinstance(book, (str, os.PathLike)):
            extension = extension or Path(book).suffix[1:].lower()
        twice: list[str] = []
        try:
            with ZipFile(book) as zipped:
                entries = [entry.filename for entry in zipped.infolist()]
                twice = [name for name, count in Counter(map(str.lower, entries)).items() if count > 1]
                parts = {name: zipped.read(name) for name in entries if not name.endswith("/")}
        except BadZipFile as error:
            found = cls({}, extension, parse_up_to)
            found.problems = [f"the package cannot be read: {error}"]
            return found
        found = cls(parts, extension, parse_up_to)
        for name in twice:
            found.say(f"{name} is in the package twice")
        return found

    def say(self, sentence: str) -> None:
        self.problems.append(sentence)

    def related(self, source: str, kind: str) -> list[str]:
        """Return the parts of a kind that a part refers to."""
        return [target for one, target in self.rels.get(source, {}).values() if one == kind]

    @property
    def workbook(self) -> str:
        """The name of the workbook part."""
        return next(iter(self.related("", "officeDocument")), "")


def check(package: Package) -> None:
    """Check what holds the parts together."""
    _content_types(package)
    for name in package.names:
        if name.endswith(".rels"):
            _relationships(package, name)
    _references(package)
    _namespaces(package)
    kind = package.overrides.get(package.workbook, "")
    wanted = _KINDS.get(package.extension)
    if wanted and wanted not in kind:
        package.say(f"{package.workbook} says {kind!r}, which is not for .{package.extension}")
    _properties(package)


def _content_types(package: Package) -> None:
    defaults: dict[str, str] = {}
    for element in package.xml[TYPES]:
        if local(element) == "Default":
            defaults[element.get("Extension", "").lower()] = element.get("ContentType", "")
            continue
        part = element.get("PartName", "").removeprefix("/")
        if part.lower() in map(str.lower, package.overrides):
            package.say(f"{TYPES} names {part} twice")
        if part not in package.names:
            package.say(f"{TYPES} names {part}, which is not there")
        package.overrides[part] = element.get("ContentType", "")
    for name in package.names:
        if name == TYPES or name in package.overrides:
            continue
        ending = name.rpartition(".")[2].lower()
        # The ribbon is written without an override by Office itself.
        if ending not in defaults or (
            ending == "xml" and defaults[ending] == "application/xml" and not name.startswith("customUI/")
        ):
            package.say(f"{name} has no content type")


def _relationships(package: Package, name: str) -> None:
    folder, file = posixpath.split(name)
    base = posixpath.dirname(folder)
    source = posixpath.join(base, file.removesuffix(".rels")) if file != ".rels" else ""
    if source and source not in package.names:
        package.say(f"{name} belongs to a part that is not there")
    found: dict[str, tuple[str, str]] = {}
    for element in package.xml[name]:
        rel, target = element.get("Id", ""), element.get("Target", "")
        if rel in found or not rel:
            package.say(f"{name} has the id {rel!r} twice, or none")
        if element.get("TargetMode") == "External":
            if len(target) > LINK_LIMIT:
                package.say(f"{name} links to an address of {len(target)} characters")
        else:
            target = _resolved(base, target)
            if target and target not in package.names:
                package.say(f"{name} refers to {target}, which is not there")
        found[rel] = (element.get("Type", "").rpartition("/")[2], target)
    package.rels[source] = found


def _resolved(base: str, target: str) -> str:
    plain = target.partition("#")[0]
    if not plain:
        return ""
    return plain[1:] if plain.startswith("/") else posixpath.normpath(posixpath.join(base, plain))


def _references(package: Package) -> None:
    """Check that every r:id has its relationship, and that every part is referred to."""
    for name, tree in package.xml.items():
        if name.endswith(".rels"):
            continue
        known = package.rels.get(name, {})
        for element in tree.iter(etree.Element):
            for attribute, value in element.attrib.items():
                if attribute.startswith(f"{{{RELS}}}") and value and value not in known:
                    package.say(f"{name} names {value} in {local(element)}, which has no relationship")
    referred = {target for found in package.rels.values() for _, target in found.values()}
    for name in package.names:
        if name != TYPES and not name.endswith((".rels", "/")) and name not in referred:
            package.say(f"no part refers to {name}")


def _namespaces(package: Package) -> None:
    for name, tree in package.xml.items():
        for prefix in (tree.get(IGNORABLE) or "").split():
            if prefix not in tree.nsmap:
                package.say(f"{name} ignores the prefix {prefix}, which it never declares")


def _properties(package: Package) -> None:
    """Check the counts in the extended properties, and the days in the core ones."""
    for name in package.related("", "extended-properties"):
        tree = package.xml.get(name)
        if tree is None:
            continue
        kinds = "{http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes}"
        for vector in tree.iter(f"{kinds}vector"):
            if int(vector.get("size", "0")) != len(vector):
                package.say(f"{name} has a list of {len(vector)} that says {vector.get('size')}")
        counted = sum(int(element.text) for element in tree.iter(f"{kinds}i4"))
        titles = [element for element in tree.iter(etree.Element) if local(element) == "TitlesOfParts"]
        listed = sum(1 for title in titles for _ in title.iter(f"{kinds}lpstr"))
        if titles and counted != listed:
            package.say(f"{name} counts {counted} titles and lists {listed}")
    for name in package.related("", "core-properties"):
        for element in package.xml.get(name, ()):
            if local(element) in {"created", "modified"} and not _WHEN.fullmatch(element.text or ""):
                package.say(f"{name} says {element.text!r}, which is not a moment")
