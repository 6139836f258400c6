"""Look into a workbook: where it is, whether its macros may run, and the xlwings and Python they were made for."""

from __future__ import annotations

import re
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl

from winback_xl.errors import FileError
from winback_xl.excel import vba_scan
from winback_xl.excel.host import attempt
from winback_xl.installation import SYNCED, Finding, folder
from winback_xl.readers.limits import open_package

if TYPE_CHECKING:
    from collections.abc import Iterator

_DLL = re.compile(rb"xlwings(?:32|64)-([0-9]+(?:\.[0-9]+)+)\.dll")
_MARKED = "Zone.Identifier"
_MAKE_AGAIN = "Make it again with this installation: winback new BOOK.xlsm"
NAME_THIS = f"Write {sys.executable} there, or run: winback new BOOK.xlsm"
_VBA = "vbaproject.bin"


def of_open_book(book: Any) -> list[Finding]:
    """Look at the workbook that Excel holds open: where it is, and whether its macros fit."""
    name = str(attempt(lambda: book.fullname, ""))
    if not name or not (name.startswith("http") or Path(name).is_absolute()):
        return [Finding("This workbook", f"{name or 'no name'}: not saved, or open in a browser", well=True)]
    if "://" in name:
        return [_at_web_address(name)]
    return workbook(Path(name))


def workbook(path: Path) -> list[Finding]:
    """Look into a workbook: its folder, the mark of the web, its macros and the xlwings they were made for."""
    if not path.is_file():
        return [Finding("Workbook", f"{path} is not there", well=False, fix="Check the path.")]
    return [folder(path.parent, "The workbook's folder"), *_marked(path), *_macros(path)]


def _at_web_address(name: str) -> Finding:
    service = next((mark for mark in SYNCED if mark.casefold() in name.casefold()), "the web")
    return Finding(
        "This workbook", f"known to Excel by a web address only ({service})", well=False,
        fix="Save it in a folder that is not synchronised, or use xlwings Lite. Formulas and most buttons work as they"
        " are; Share, Split, Collect and dated copies need the folder.",
    )  # fmt: skip


def _marked(path: Path) -> Iterator[Finding]:
    """Look for the mark of the web: Excel runs no macro of a file that has it."""
    mark = attempt(lambda: Path(f"{path}:{_MARKED}").read_text("utf-8", "replace"), "")
    if re.search(r"ZoneId=[34]", mark):
        yield Finding(
            "Mark of the web", f"{path.name} came from the internet, so Excel blocks its macros", well=False,
            fix="Close it; right-click the file, Properties, tick Unblock. Or make your own: winback new BOOK.xlsm",
        )  # fmt: skip


def _macros(path: Path) -> Iterator[Finding]:
    try:
        with open_package(path) as package:
            names = package.names()
    except (OSError, FileError):
        yield Finding(
            "Workbook",
            f"{path.name} cannot be read as .xlsx or .xlsm",
            well=False,
            fix="Save it again in Excel.",
        )
        return
    if not any(name.endswith(_VBA) for name in names):
        yield Finding("Macros", f"none in {path.name}: made to be shared", well=True)
        return
    yield same_version("Macros", path, _MAKE_AGAIN)
    yield from _project(path)
    yield from _settings(path)


def _project(path: Path) -> Iterator[Finding]:
    """Look for what makes VBA stop: no xlwings module behind RunPython, or formulas imported twice."""
    project = attempt(lambda: _vba(path), b"")
    code = b"\n".join(vba_scan.texts(project))
    if b"RunPython" in code and b"Function RunPython(" not in code:
        yield Finding(
            "RunPython",
            "the macros call it, and the workbook has no xlwings module",
            well=False,
            fix=_MAKE_AGAIN,
        )
    if b"Module=xlwings_udfs1" in project:
        yield Finding(
            "Formulas", "imported twice: Excel cannot tell which are meant (automation error 440)", well=False,
            fix="Alt+F11, right-click the module xlwings_udfs1, Remove; then Debug, Compile.",
        )  # fmt: skip


def _settings(path: Path) -> Iterator[Finding]:
    """Look at the Python that the workbook's own sheet of settings names: that one comes before all others.

    It is not started: the sender of the workbook wrote that sheet.
    """
    key = "INTERPRETER_MAC" if sys.platform == "darwin" else "INTERPRETER_WIN"
    nothing: dict[str, str] = {}
    named = attempt(lambda: _configured(path), nothing).get(key, "")
    if named:
        yield is_there("Python in the sheet xlwings.conf", named)


def _configured(path: Path) -> dict[str, str]:
    book = openpyxl.load_workbook(path, read_only=True)
    rows = book["xlwings.conf"].iter_rows(max_col=2, values_only=True)
    found = {str(name).upper(): str(value or "") for name, value in rows if name}
    book.close()
    return found


def same_version(what: str, path: Path, fix: str) -> Finding:
    """Compare the version of xlwings that a workbook's macros name with the installed package."""
    nothing: set[str] = set()
    found = attempt(lambda: _versions_in(path), nothing)
    installed = metadata.version("xlwings")
    if not found:
        return Finding(what, f"{path.name} names no version of xlwings", well=True)
    if found == {installed}:
        return Finding(what, f"{installed}, as the package", well=True)
    listed = ", ".join(sorted(found))
    return Finding(what, f"made for xlwings {listed}, but the package is {installed}", well=False, fix=fix)


def _versions_in(path: Path) -> set[str]:
    """Return the versions of the xlwings DLL that the macros of a workbook name."""
    return {found.decode() for text in vba_scan.texts(_vba(path)) for found in _DLL.findall(text)}


def _vba(path: Path) -> bytes:
    """Return the macros of a workbook as they are stored; nothing where there are none, or too many to be true."""
    with open_package(path) as package:
        name = next((part for part in package.names() if part.endswith(_VBA)), "")
        return package.read(name) if name else b""


def is_there(what: str, path: str) -> Finding:
    """Look whether a Python exists where a configuration names it; the Microsoft Store's cannot be started by Excel."""
    if Path(path).is_file() and "windowsapps" not in path.casefold():
        return Finding(what, path, well=True)
    found = f"{path} is not there, or comes from the Microsoft Store"
    return Finding(what, found, well=False, fix=NAME_THIS)
