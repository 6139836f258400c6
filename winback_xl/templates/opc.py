"""Finish a workbook package part by part: parts, content types, relationships, and an archive with no clock in it.

The sheets come from `winback_xl.workbook.render_file`; what that cannot draw (macros, buttons, a ribbon, web
extensions) is laid next to them here. Nothing else in the package is touched.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPES = "[Content_Types].xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_NO_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


class Package:
    """The parts of a package by name, without a leading slash.

    Parameters
    ----------
    content : bytes
        A zip archive as `winback_xl.workbook.render_file` writes it, or nothing for an empty package.
    """

    def __init__(self, content: bytes = b"") -> None:
        self.parts: dict[str, bytes] = {}
        if content:
            with zipfile.ZipFile(BytesIO(content)) as archive:
                self.parts = {name: archive.read(name) for name in archive.namelist()}

    def text(self, part: str) -> str:
        """Return an XML part as text."""
        return self.parts[part].decode("utf-8")

    def put(self, part: str, content: str | bytes, content_type: str = "") -> None:
        """Add or replace a part; a new one with its content type."""
        self.parts[part] = content.encode() if isinstance(content, str) else content
        if content_type:
            self.set_type(part, content_type)

    def set_type(self, part: str, content_type: str) -> None:
        """Describe what a part is."""
        types = re.sub(rf'<Override PartName="/{re.escape(part)}"[^>]*/>', "", self.text(_TYPES))
        entry = f'<Override PartName="/{part}" ContentType="{content_type}"/>'
        self.put(_TYPES, types.replace("</Types>", f"{entry}</Types>"))

    def set_default_type(self, extension: str, content_type: str) -> None:
        """Describe what all parts of an extension are."""
        types = self.text(_TYPES)
        if f'Extension="{extension}"' not in types:
            entry = f'<Default Extension="{extension}" ContentType="{content_type}"/>'
            self.put(_TYPES, re.sub(r"(<Types[^>]*>)", rf"\1{entry}", types, count=1))

    def relate(self, part: str, kind: str, target: str) -> str:
        """Relate a part (or the package, for "") to another part, and return the id of the relation."""
        where = posixpath.relpath(target, posixpath.dirname(part) or ".")
        return self._relate(part, kind, f"Target={quoteattr(where)}")

    def relate_place(self, part: str, kind: str, place: str) -> str:
        """Relate a part to a place in the workbook such as ``'Guide'!B4``, and return the id of the relation."""
        return self._relate(part, kind, f"Target={quoteattr('#' + place)}")

    def _relate(self, part: str, kind: str, target: str) -> str:
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        text = self.text(relations) if relations in self.parts else _NO_RELATIONS
        numbers = [int(number) for number in re.findall(r'Id="rId(\d+)"', text)]
        new = f"rId{max(numbers, default=0) + 1}"
        entry = f'<Relationship Id="{new}" Type={quoteattr(kind)} {target}/>'
        self.put(relations, text.replace("</Relationships>", f"{entry}</Relationships>"))
        return new

    def sheets(self) -> dict[str, str]:
        """Return the part of each worksheet by the sheet's name, in order."""
        relations = dict(
            re.findall(r'Id="(rId\d+)"[^>]*?Target="([^"]+)"', self.text("xl/_rels/workbook.xml.rels"))
        )
        found = re.findall(r'<sheet name="([^"]+)"[^>]*r:id="(rId\d+)"', self.text("xl/workbook.xml"))
        return {name: f"xl/{relations[number]}" for name, number in found}

    def save(self, *, packed: bool = False) -> bytes:
        """Return the archive: parts in order of their names after the content types, dated 1980.

        They are stored uncompressed because the bytes of a compressed part depend on the zlib at hand; a big workbook is
        ``packed`` all the same, and compared by its parts.
        """
        return stored(self.parts, first=_TYPES, packed=packed)


def stored(parts: Mapping[str, bytes], first: str, *, packed: bool = False) -> bytes:
    """Return an archive of parts, compressed if ``packed``, one named first and the others in order of their names."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name in sorted(parts, key=lambda name: (name != first, name)):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = archive.compression
            info.create_system = 0  # the same on every system that writes it
            archive.writestr(info, parts[name])
    return out.getvalue()
