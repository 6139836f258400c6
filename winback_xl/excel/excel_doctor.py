"""Check what has to fit together before a button reaches Python: add-in, DLL, interpreter, folder, trust.

These are the troubles that users of Excel with Python report most, each with its fix. Everything is read, nothing
changed: the registry, a few folders, and the parts of a workbook. What this system does not have is not looked at.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from winback_xl.excel import workbook_doctor
from winback_xl.excel.host import attempt
from winback_xl.installation import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


OFFICE = r"Software\Microsoft\Office\16.0\Excel"
POLICY = r"Software\Policies\Microsoft\Office\16.0\Excel"
_PATIENCE = 60  # seconds for a Python to start: a scanner may look at every file of it first
_MACRO_WORDS = {
    1: "all macros run",
    2: "Excel asks before macros run",
    3: "only signed macros run",
    4: "no macro runs",
}
_ORDER_DAYS = [f"2024-{month:02}-15" for month in range(1, 13)]
_EXPECTED = ("Habitual Buyer", "Cold")
_UNSEEN = (
    ("Slow formulas",
     "Give one formula a whole range (WINBACK_SEGMENT) instead of one formula a row; for many rows press the buttons."),
    ("Ribbon tab not shown",
     "The same buttons are on the sheet Guide. File, Options, Add-ins, Disabled Items says what Excel switched off."),
    ("Formulas gone when a second workbook opens",
     "Press Ctrl+Alt+F9. =WINBACK_VERSION() says whether Python answers, and which."),
    ("Python, changed, still gives old results", "Close Excel and open it again: it keeps its Python running."),
    ("A Mac that says -1743",
     "System Settings, Privacy & Security, Automation: allow Microsoft Excel to control what it asks for."),
    ("xlwings Lite shows #NAME? or #BUSY!",
     "Open its pane and wait until it is ready. A name of your own like a formula's hides it: rename it (Name Manager)."),
)  # fmt: skip
"""Troubles that users report and no program can see beforehand, each with its fix."""


def examine(
    book: Path | None = None,
    *,
    platform: str = sys.platform,
    home: Path | None = None,
    environment: Mapping[str, str] = os.environ,
    registry: Callable[[str, str], object | None] | None = None,
) -> list[Finding]:
    """Look at Excel's side of the installation.

    Parameters
    ----------
    book : Path, optional
        A workbook to look into as well.
    platform, home, environment, registry : optional
        This computer's; tests hand in others.

    Returns
    -------
    list of Finding
    """
    home = home or Path.home()
    found = [computed(), *_xlwings(environment)]
    if platform == "win32":
        found += _windows(home, environment, registry or _read_registry)
    if platform == "darwin":
        found += _mac(home)
    found += [
        Finding(what, "cannot be looked at from here", well=True, fix=fix, seen=False)
        for what, fix in _UNSEEN
    ]
    if book is not None:
        found += workbook_doctor.workbook(book)
    return found


def computed() -> Finding:
    """Calculate one formula, the way a cell asks for it: packages can all be there and still not fit together.

    On a platform of 32 bits (xlwings Lite) every file was in its place, and the formulas failed.
    """
    from winback_xl.excel.formulas import functions  # noqa: PLC0415 - pandas and SciPy, needed for this one thing

    orders = [["Customer ID", "Order date", "Order value"], *(["C1", day, 500] for day in _ORDER_DAYS)]
    what = "Calculating a formula"
    try:
        given = str(functions.WINBACK_SEGMENT(orders, "2026-01-01"))
    except Exception as fault:  # noqa: BLE001 - whatever it is, the doctor says so
        given = f"{type(fault).__name__}: {fault}"
    if all(word in given for word in _EXPECTED):
        return Finding(
            what, f"WINBACK_SEGMENT gives {' and '.join(_EXPECTED)} for a customer known to be so", well=True
        )
    fix = "Run: pip install --force-reinstall winback-xl. In xlwings Lite: restart its pane, which installs again."
    return Finding(what, f"WINBACK_SEGMENT gives {given[:200]}", well=False, fix=fix)


def _xlwings(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Look at what of xlwings is used: its free part needs no licence key."""
    if environment.get("XLWINGS_ON_SERVER") == "true" and not environment.get("XLWINGS_LICENSE_KEY"):
        yield Finding(
            "xlwings Server", "switched on (XLWINGS_ON_SERVER=true), but there is no licence key", well=False,
            fix="Set XLWINGS_LICENSE_KEY, or take the variable away: macros and xlwings Lite need no key.",
        )  # fmt: skip


def _windows(
    home: Path, environment: Mapping[str, str], registry: Callable[[str, str], object | None]
) -> Iterator[Finding]:
    yield _com()
    yield _add_in(environment)
    yield _macro_security(registry)
    trusted = registry(f"{OFFICE}\\Security", "AccessVBOM")
    yield Finding(
        "Trust access to the VBA project",
        "on" if trusted == 1 else "off (fine: the workbooks come with their macros)",
        well=True,
    )
    configuration = home / ".xlwings" / "xlwings.conf"
    if configuration.is_file():
        yield _interpreter(configuration)


def _com() -> Finding:
    try:
        return Finding("pywin32", metadata.version("pywin32"), well=True)
    except metadata.PackageNotFoundError:
        return Finding(
            "pywin32",
            "not installed: buttons cannot reach Excel",
            well=False,
            fix="Run: pip install pywin32",
        )


def _add_in(environment: Mapping[str, str]) -> Finding:
    """Compare the xlwings add-in in Excel's start folder with the package: they must be of one version."""
    what = "xlwings add-in"
    path = Path(environment.get("APPDATA", "")) / "Microsoft" / "Excel" / "XLSTART" / "xlwings.xlam"
    if not path.is_file():
        return Finding(what, "not installed (fine: the workbooks bring what they need)", well=True)
    return workbook_doctor.same_version(what, path, "Run: xlwings addin install")


def _macro_security(registry: Callable[[str, str], object | None]) -> Finding:
    what = "Macro security"
    ruled = registry(f"{POLICY}\\Security", "VBAWarnings")
    level = ruled if ruled is not None else registry(f"{OFFICE}\\Security", "VBAWarnings")
    number = level if isinstance(level, int) else 2  # what Excel does when nothing is said
    if number not in {3, 4}:
        return Finding(what, _MACRO_WORDS.get(number, "as delivered"), well=True)
    who = " by a rule of your company" if ruled is not None else ""
    fix = (
        "Ask IT for a trusted folder, or use xlwings Lite, which needs no macros."
        if ruled is not None
        else "File, Options, Trust Center, Macro Settings: choose Disable with notification."
    )
    return Finding(what, f"{_MACRO_WORDS[number]}{who}", well=False, fix=fix)


def _interpreter(configuration: Path) -> Finding:
    """Look whether the Python that xlwings.conf names is there."""
    what = "Python in xlwings.conf"
    pairs = re.findall(r'"(INTERPRETER_WIN|INTERPRETER)"\s*,\s*"([^"]*)"', configuration.read_text("utf-8", "replace"), re.IGNORECASE)  # fmt: skip
    path = next((value for _, value in pairs if value), "")
    if not path:
        return Finding(what, "none: the python on the PATH", well=True)
    return _starts(what, path)


def _starts(what: str, path: str) -> Finding:
    """Start a Python that the user's own configuration names, as Excel does, and let it import what a button needs."""
    there = workbook_doctor.is_there(what, path)
    if not there.well:
        return there
    try:
        done = subprocess.run(  # noqa: S603 - what Excel starts at every press, from the user's own folder
            [path, "-P", "-c", "import winback_xl, xlwings"], capture_output=True, text=True, check=False, timeout=_PATIENCE
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding(what, f"{path} does not start: {error}", well=False, fix=workbook_doctor.NAME_THIS)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no word"])[-1]
        return Finding(what, f"{path} cannot run a button: {said}", well=False, fix=workbook_doctor.NAME_THIS)
    return Finding(what, f"{path}, starts", well=True)


def _mac(home: Path) -> Iterator[Finding]:
    """Look for the script through which Excel on a Mac may start Python."""
    folder_ = home / "Library" / "Application Scripts" / "com.microsoft.Excel"
    scripts = sorted(path.name for path in folder_.glob("xlwings*.applescript")) if folder_.is_dir() else []
    wanted = f"xlwings-{metadata.version('xlwings')}.applescript"
    fix = "Run: xlwings runpython install"
    if not scripts:
        yield Finding("Excel's start script", f"none in {folder_}", well=False, fix=fix)
    elif wanted not in scripts:
        yield Finding("Excel's start script", f"{', '.join(scripts)}; needed: {wanted}", well=False, fix=fix)
    else:
        yield Finding("Excel's start script", wanted, well=True)
    yield Finding(
        "Formulas on a Mac", "not in classic Excel; buttons work. For formulas use xlwings Lite", well=True
    )


def _read_registry(key: str, name: str) -> object | None:
    """Return a value of the current user's registry, or None."""
    winreg: Any = __import__("winreg")

    def read() -> object:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
            return winreg.QueryValueEx(opened, name)[0]

    return attempt(read, None)
