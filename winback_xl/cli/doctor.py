"""``winback doctor``: what is installed, and what to do where something is missing."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

import click

from winback_xl import __version__
from winback_xl.cli import options, screen

_PACKAGES = (
    "numpy",
    "pandas",
    "scipy",
    "pyarrow",
    "fastexcel",
    "openpyxl",
    "xlsxwriter",
    "click",
    "rich",
    "xlwings",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what was found, whether it is well, and the cure."""

    what: str
    found: str
    well: bool
    cure: str = ""


@click.command(name="doctor")
@options.as_json
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> None:
    """Say what is installed and what to do where something is missing. Exit code 1 when something needs a cure."""
    found = examine()
    if as_json:
        screen.print_json([asdict(item) for item in found])
    else:
        for item in found:
            click.echo(
                f"{'ok  ' if item.well else 'MEND'}  {item.what}: {item.found}"
                + (f". {item.cure}" if item.cure else "")
            )
    ctx.exit(0 if all(item.well for item in found) else 1)


def examine() -> list[Finding]:
    """Look at the interpreter, the packages, the working folder and the office programs."""
    return [
        Finding("winback_xl", __version__, well=True),
        _python(),
        *(_package(name) for name in _PACKAGES),
        _folder(Path.cwd()),
        _office(),
    ]


def _python() -> Finding:
    store = "WindowsApps" in sys.executable
    cure = (
        "Install Python from python.org: Excel cannot start the one from the Microsoft Store."
        if store
        else ""
    )
    return Finding(
        "Python",
        f"{platform.python_version()} on {platform.platform()}, {sys.executable}",
        well=not store,
        cure=cure,
    )


def _package(name: str) -> Finding:
    try:
        return Finding(name, metadata.version(name), well=True)
    except metadata.PackageNotFoundError:
        return Finding(
            name, "not installed", well=False, cure="Run: pip install --force-reinstall winback-xl"
        )


def _folder(folder: Path) -> Finding:
    synced = next(
        (mark for mark in ("OneDrive", "SharePoint", "Dropbox") if mark.casefold() in str(folder).casefold()),
        "",
    )
    if not os.access(folder, os.W_OK):
        return Finding(
            "This folder", f"{folder} cannot be written", well=False, cure="Change to a folder of your own."
        )
    note = f"inside {synced}: close a workbook there before it is replaced" if synced else "can be written"
    return Finding("This folder", f"{folder}, {note}", well=True)


def _office() -> Finding:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    return Finding(
        "LibreOffice", program or "not found (optional: only to look at workbooks without Excel)", well=True
    )
