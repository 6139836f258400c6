"""Check what is installed, and say what to do about each problem. Hosts add the checks that only they can make.

Every finding has its fix; nothing is changed, and nothing is read that is not needed.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from winback_xl.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGES = (
    "numpy",
    "pandas",
    "scipy" if sys.platform == "emscripten" else "highspy",
    "pyarrow",
    "openpyxl",
    "xlsxwriter",
    "click",
    "xlwings",
)
"""What the work needs."""

SYNCED = ("OneDrive", "SharePoint", "Dropbox", "Google Drive", "iCloud")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what was found, whether it is well, and the fix; or, not ``seen``, what to do in case it is not."""

    what: str
    found: str
    well: bool
    fix: str = ""
    seen: bool = True

    @property
    def mark(self) -> str:
        """Result in one word: what nobody could look at is not called ok."""
        return ("ok" if self.seen else "note") if self.well else "FIX"


def examine() -> list[Finding]:
    """Look at the interpreter, the packages, the working folder and the office programs."""
    return [
        Finding("winback_xl", __version__, well=True),
        interpreter(sys.executable),
        *(package(name) for name in PACKAGES),
        folder(Path.cwd()),
        office(),
    ]


def interpreter(path: str, environment: Mapping[str, str] = os.environ) -> Finding:
    r"""Look at the Python that runs: Excel cannot start the one from the Microsoft Store.

    >>> interpreter(r"C:\Users\x\AppData\Local\Microsoft\WindowsApps\python.exe", {}).well
    False
    """
    found = f"{platform.python_version()} on {platform.platform()}, {path}"
    if "windowsapps" in path.casefold():
        return Finding(
            "Python", found, well=False,
            fix="Install Python from python.org: Excel cannot start the one from the Microsoft Store.",
        )  # fmt: skip
    if environment.get("CONDA_PREFIX"):
        fix = (
            "In the sheet xlwings.conf leave Interpreter_Win empty and fill in Conda Path"
            f" ({environment.get('CONDA_EXE', 'the folder of conda')}) and Conda Env"
            f" ({environment.get('CONDA_DEFAULT_ENV', 'base')}): Excel starts conda that way only."
        )
        return Finding("Python", f"{found}, of conda", well=True, fix=fix)
    return Finding("Python", found, well=True)


def package(name: str) -> Finding:
    """Look whether a package is installed, and which version.

    >>> package("numpy").well, package("no-such-package").fix
    (True, 'Run: pip install --force-reinstall winback-xl')
    """
    try:
        return Finding(name, metadata.version(name), well=True)
    except metadata.PackageNotFoundError:
        return Finding(name, "not installed", well=False, fix="Run: pip install --force-reinstall winback-xl")


def folder(path: Path, what: str = "This folder") -> Finding:
    """Look whether a folder can be written, and whether a synchronising program watches it."""
    if not os.access(path, os.W_OK):
        return Finding(what, f"{path} cannot be written", well=False, fix="Use a folder of your own.")
    synced = next((mark for mark in SYNCED if mark.casefold() in str(path).casefold()), "")
    note = f"inside {synced}: close a workbook there before it is replaced" if synced else "can be written"
    return Finding(what, f"{path}, {note}", well=True)


def office(path: str | None = None) -> Finding:
    """Look for LibreOffice, which shows workbooks where there is no Excel, and for a trap in starting it.

    The LibreOffice of a Linux distribution brings no Python of its own. It takes the library of the first python3 on
    the PATH: where that is one of a virtual environment, adding an extension ends with std::bad_alloc.

    Parameters
    ----------
    path : str, optional
        The folders to search, as in the environment's PATH; by default that one.
    """
    program = shutil.which("soffice", path=path) or shutil.which("libreoffice", path=path)
    if program is None:
        return Finding(
            "LibreOffice", "not found (optional: only to look at workbooks without Excel)", well=True
        )
    python = shutil.which("python3", path=path)
    if sys.platform == "linux" and python and (Path(python).parent.parent / "pyvenv.cfg").is_file():
        return Finding(
            "LibreOffice", f"{program}; this terminal has a virtual environment switched on", well=True,
            fix="To add winback.oxt, start LibreOffice from the desktop, or type deactivate first: from here adding it"
            " fails with std::bad_alloc.",
        )  # fmt: skip
    return Finding("LibreOffice", program, well=True)
