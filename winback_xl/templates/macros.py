"""Put macros, ribbon and buttons into a workbook package, and read the text sources that they are made of."""

from __future__ import annotations

import re
from importlib import metadata, util
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from winback_xl.errors import FileError
from winback_xl.templates import shapes, vba_text, vbaproject
from winback_xl.templates.buttons import BUTTONS
from winback_xl.templates.vbaproject import Module

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winback_xl.templates.opc import Package

_CONTENT = MappingProxyType(
    {
        ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        ".xlam": "application/vnd.ms-excel.addin.macroEnabled.main+xml",
    }
)
_PROJECT_TYPE = "application/vnd.ms-office.vbaProject"
_PROJECT_RELATION = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
_RIBBON_RELATION = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_SHEET = 'Attribute VB_Name = "{}"\nOption Explicit\n'

ADDIN_PROJECT = "winback"
"""Name under which the add-in looks for its settings, so that it never takes those of another xlwings project."""

WRITTEN = ("WinbackMacros.bas", "ThisWorkbook.cls")
GENERATED = MappingProxyType(
    {
        "WinbackFunctions.bas": vba_text.functions,
        "WinbackRibbon.bas": vba_text.ribbon_callbacks,
        "ribbon.xml": vba_text.ribbon,
    }
)
"""Sources that follow from the catalogues; the others in macros/ are written by hand."""


def folder() -> Path:
    """Return the folder of the text sources: next to the package in a checkout, inside it when installed.

    Raises
    ------
    FileError
        The installation lacks it.
    """
    package = Path(__file__).resolve().parents[1]
    for found in (package / "macros", package.parent / "macros"):
        if (found / WRITTEN[0]).is_file():
            return found
    raise FileError("The macro sources are missing.", "Install winback_xl again.", "no-macros")


def source(name: str) -> str:
    """Return the text of a source, generated ones afresh."""
    if name in GENERATED:
        return GENERATED[name]()
    return (folder() / name).read_text(encoding="ascii")


def modules(sheets: int, *, addin: bool = False) -> list[Module]:
    """Return the modules of a project, in the order of the workbook.

    Parameters
    ----------
    sheets : int
        Sheets of the workbook.
    addin : bool
        Whether the macros act on the workbook in front instead of their own.
    """
    return [
        Module("ThisWorkbook", source("ThisWorkbook.cls"), "workbook"),
        *(Module(name, _SHEET.format(name), "sheet") for name in _code_names(sheets)),
        Module("WinbackMacros", source("WinbackMacros.bas")),
        Module("WinbackRibbon", source("WinbackRibbon.bas")),
        Module("WinbackFunctions", source("WinbackFunctions.bas")),
        Module("xlwings", bridge(addin=addin)),
        Module("Dictionary", _of_xlwings("addin/Dictionary.cls"), "class"),
    ]


def bridge(*, addin: bool = False) -> str:
    """Return the VBA side of xlwings, which must be of the same version as its Python side.

    Its Python is started with -P: Excel's current folder may be that of a document somebody sent, and a command
    given with -c imports from there first.
    """
    text = _of_xlwings("xlwings_custom_addin.bas" if addin else "xlwings.bas")
    if addin:
        text = text.replace(
            'PROJECT_NAME As String = "myaddin"', f'PROJECT_NAME As String = "{ADDIN_PROJECT}"'
        )
    return text.replace(" -B -c ", " -B -P -c ")


def xlwings_version() -> str:
    """Return the version of the installed xlwings."""
    return metadata.version("xlwings")


def _of_xlwings(name: str) -> str:
    """Read a file of the installed xlwings without importing it."""
    spec = util.find_spec("xlwings")
    path = Path(spec.origin).parent / name if spec and spec.origin else None
    if path is None or not path.is_file():
        raise FileError(f"xlwings has no file {name} here.", "Install xlwings 0.37 or later.", "no-xlwings")
    return path.read_text(encoding="cp1252")


def _code_names(sheets: int) -> list[str]:
    return [f"Sheet{number}" for number in range(1, sheets + 1)]


def add_project(package: Package, project: Sequence[Module], suffix: str) -> None:
    """Make a workbook a macro workbook (.xlsm) or an add-in (.xlam)."""
    part, workbook = "xl/vbaProject.bin", "xl/workbook.xml"
    package.put(part, vbaproject.build(project))
    package.set_default_type("bin", _PROJECT_TYPE)
    package.relate(workbook, _PROJECT_RELATION, part)
    package.set_type(workbook, _CONTENT[suffix])
    text = package.text(workbook).replace("<workbookPr ", '<workbookPr codeName="ThisWorkbook" ', 1)
    package.put(workbook, text)
    sheets = package.sheets()
    for name, sheet in zip(_code_names(len(sheets)), sheets.values(), strict=True):
        package.put(sheet, _named(package.text(sheet), name))


def _named(sheet: str, code_name: str) -> str:
    """Give a sheet the name that its module has."""
    if "<sheetPr" in sheet:
        return sheet.replace("<sheetPr", f'<sheetPr codeName="{code_name}"', 1)
    return re.sub(r"(<worksheet[^>]*>)", rf'\1<sheetPr codeName="{code_name}"/>', sheet, count=1)


def add_ribbon(package: Package) -> None:
    """Add the ribbon tab."""
    part = "customUI/customUI14.xml"
    package.put(part, source("ribbon.xml"))
    package.set_default_type("xml", "application/xml")
    package.relate("", _RIBBON_RELATION, part)


def add_buttons(package: Package, sheet: str, rows: Sequence[int], width: float, height: float) -> None:
    """Lay the buttons on a sheet, one a row in its first column; sizes are pixels of those cells."""
    shapes.add(
        package,
        package.sheets()[sheet],
        [
            shapes.Shape(
                f"btn_{button.macro}", button.label, button.does, row, 0, width, height,
                macro=f"WinbackMacros.{button.macro}",
            )
            for row, button in zip(rows, BUTTONS, strict=True)
        ],
    )  # fmt: skip
