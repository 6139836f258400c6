"""Write a macro project (vbaProject.bin) from module texts, with no Excel and no compiled code ([MS-OVBA]).

Excel compiles such a source-only project when it opens the workbook; the add-in that xlwings installs is one too. The
same modules always give the same bytes.
"""

from __future__ import annotations

import re
import struct
import uuid
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from winback_xl.templates import compound_file
from winback_xl.templates.compression import compress, hide

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind = Literal["standard", "class", "workbook", "sheet"]

_CODE_PAGE = "cp1252"
_BASE = MappingProxyType(
    {
        "workbook": "{00020819-0000-0000-C000-000000000046}",
        "sheet": "{00020820-0000-0000-C000-000000000046}",
        "class": "{FCFB3D2A-A0FA-1068-A738-08002B3371B5}",
    }
)
_REFERENCES = (
    (
        "stdole",
        r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation",
    ),
    (
        "Office",
        (
            r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#C:\Program Files\Common Files\Microsoft Shared\OFFICE16\MSO.DLL"
            "#Microsoft Office 16.0 Object Library"
        ),
    ),
)
_EXPORT_HEADER = re.compile(
    r"\A(?:VERSION [^\n]*\n(?:BEGIN\n.*?^END\n)?)?((?:Attribute VB_[^\n]*\n)*)", re.DOTALL | re.MULTILINE
)
_NAME = re.compile(r"[A-Za-z]\w{0,30}")
_SOURCE_ONLY = bytes.fromhex("CC61FFFF000300")  # the _VBA_PROJECT stream: no performance cache


@dataclass(frozen=True, slots=True)
class Module:
    """One module of a project.

    Parameters
    ----------
    name : str
        As in the VBA editor: letters, digits and underscores, at most 31.
    source : str
        Text of a .bas or .cls file, with or without the header that an export puts before it.
    kind : Kind
        ``workbook`` and ``sheet`` are the code behind the workbook and behind each of its sheets.
    """

    name: str
    source: str
    kind: Kind = "standard"

    @property
    def text(self) -> str:
        """The text as the project stores it: attributes first, no VERSION block, lines ended by CR LF."""
        plain = self.source.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        header = _EXPORT_HEADER.match(plain)
        body = plain[header.end() :] if header else plain
        given = dict(re.findall(r"^Attribute (VB_\w+) = (.*)$", header[1], re.MULTILINE)) if header else {}
        if self.kind != "standard":
            body = body.lstrip("\n")
        if body and not body.endswith("\n"):
            body += "\n"
        return "\r\n".join([*self._attributes(given), *body.split("\n")])

    def _attributes(self, given: dict[str, str]) -> list[str]:
        named = [f'Attribute VB_Name = "{self.name}"']
        if self.kind == "standard":
            return named
        document = self.kind != "class"
        values = {
            "VB_Base": f'"0{_BASE[self.kind]}"',
            "VB_GlobalNameSpace": given.get("VB_GlobalNameSpace", "False"),
            "VB_Creatable": given.get("VB_Creatable", "False"),
            "VB_PredeclaredId": "True" if document else given.get("VB_PredeclaredId", "False"),
            "VB_Exposed": "True" if document else given.get("VB_Exposed", "False"),
            "VB_TemplateDerived": "False",
            "VB_Customizable": str(document),
        }
        return [*named, *(f"Attribute {key} = {value}" for key, value in values.items())]

    @property
    def private(self) -> bool:
        """Whether other projects cannot make objects of this class."""
        return self.kind == "class" and "VB_Exposed = False" in self.text


def build(modules: Sequence[Module], name: str = "VBAProject") -> bytes:
    """Return the bytes of vbaProject.bin.

    Parameters
    ----------
    modules : sequence of Module
        The workbook first, then a sheet for each sheet of the workbook, then the others.
    name : str
        Name of the project.

    Raises
    ------
    ValueError
        A module name that VBA refuses, two equal names, or a character that code page 1252 lacks.
    """
    if len({module.name.casefold() for module in modules}) < len(modules):
        raise ValueError("two modules have the same name")
    wrong = [module.name for module in modules if not _NAME.fullmatch(module.name)]
    if wrong:
        raise ValueError(f"VBA takes no module named {wrong[0]!r}")
    project_id = "{" + str(uuid.uuid5(uuid.NAMESPACE_URL, "vba:" + name)).upper() + "}"
    streams: compound_file.Tree = {
        "dir": compress(_directory(name, modules)),
        "_VBA_PROJECT": _SOURCE_ONLY,
    }
    for module in modules:
        streams[module.name] = compress(module.text.encode(_CODE_PAGE))
    return compound_file.write(
        {
            "VBA": streams,
            "PROJECT": _project(name, modules, project_id),
            "PROJECTwm": b"".join(_both_names(module.name) for module in modules) + b"\0\0",
        }
    )


def _both_names(name: str) -> bytes:
    return name.encode(_CODE_PAGE) + b"\0" + name.encode("utf-16-le") + b"\0\0"


def _record(number: int, content: bytes = b"") -> bytes:
    return struct.pack("<HI", number, len(content)) + content


def _text_record(number: int, wide: int, text: str) -> bytes:
    """Write a text twice, in the code page and in UTF-16."""
    return _record(number, text.encode(_CODE_PAGE)) + _record(wide, text.encode("utf-16-le"))


def _directory(name: str, modules: Sequence[Module]) -> bytes:
    """Write the dir stream: what the project is, which libraries it uses, which modules it has ([MS-OVBA] 2.3.4.2)."""
    system, locale = struct.pack("<I", 3), struct.pack("<I", 0x409)
    out = _record(0x01, system) + _record(0x02, locale) + _record(0x14, locale)
    out += _record(0x03, struct.pack("<H", 1252)) + _record(0x04, name.encode(_CODE_PAGE))
    out += _text_record(0x05, 0x40, "") + _record(0x06) + _record(0x3D)
    out += _record(0x07, bytes(4)) + _record(0x08, bytes(4)) + struct.pack("<HIIH", 0x09, 4, 1, 1)
    out += _text_record(0x0C, 0x3C, "")
    for reference, library in _REFERENCES:
        libid = library.encode(_CODE_PAGE)
        out += _text_record(0x16, 0x3E, reference)
        out += _record(0x0D, struct.pack("<I", len(libid)) + libid + bytes(6))
    out += _record(0x0F, struct.pack("<H", len(modules))) + _record(0x13, b"\xff\xff")
    return out + b"".join(map(_module_record, modules)) + _record(0x10)


def _module_record(module: Module) -> bytes:
    out = _text_record(0x19, 0x47, module.name) + _text_record(0x1A, 0x32, module.name)
    out += _text_record(0x1C, 0x48, "") + _record(0x31, bytes(4)) + _record(0x1E, bytes(4))
    out += _record(0x2C, b"\xff\xff") + _record(0x21 if module.kind == "standard" else 0x22)
    return out + (_record(0x28) if module.private else b"") + _record(0x2B)


def _project(name: str, modules: Sequence[Module], project_id: str) -> bytes:
    """Write the PROJECT stream, an ini file that the VBA editor reads first ([MS-OVBA] 2.3.1)."""
    line = {"standard": "Module={}", "class": "Class={}"}
    rows = [
        f'ID="{project_id}"',
        *(line.get(module.kind, "Document={}/&H00000000").format(module.name) for module in modules),
        f'Name="{name}"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        f'CMG="{hide(bytes(4), project_id)}"',
        f'DPB="{hide(bytes(1), project_id)}"',
        f'GC="{hide(bytes([255]), project_id)}"',
        "",
        "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
        "",
        "[Workspace]",
        *(f"{module.name}=0, 0, 0, 0, C" for module in modules),
        "",
    ]
    return "\r\n".join(rows).encode(_CODE_PAGE)
