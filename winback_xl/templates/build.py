"""Build every template from text, and compare what is committed with what would be built now."""

from __future__ import annotations

from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING

from winback_xl.errors import FileError, UsageError
from winback_xl.files.save import atomic_write, make_folder
from winback_xl.templates import demo_files, formula_book, hidden_sheets, lite, macros, oxt, server
from winback_xl.templates.buttons import BUTTONS
from winback_xl.templates.listed import MANIFEST, alike, manifest, other_versions, where
from winback_xl.templates.opc import Package
from winback_xl.templates.starter import starter_book
from winback_xl.workbook import input_form, tracker_book
from winback_xl.workbook.render_file import render
from winback_xl.workbook.spec import Book, Sheet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_BUTTON_PIXELS = (26 * 7 + 5, input_form.BUTTON_HEIGHT * 4 / 3)
_PRESSES = tuple(input_form.Press(button.group, button.label, button.does) for button in BUTTONS)


def macro_workbook(interpreter: dict[str, str] | None = None) -> bytes:
    """Return winback.xlsm: the input form with buttons, ribbon, formulas and macros.

    Parameters
    ----------
    interpreter : dict of str to str, optional
        ``Interpreter_Win`` or ``Interpreter_Mac`` with the path of the Python to start.
    """
    book = input_form.build(
        _PRESSES,
        next_step="Press Check data, then Build campaign: here, or on the ribbon tab Win-back.",
        extra=(hidden_sheets.configuration("xlwings", interpreter), hidden_sheets.argument_help()),
    )
    package = drawn(book)
    macros.add_buttons(package, "Guide", input_form.button_rows(_PRESSES), *_BUTTON_PIXELS)
    macros.add_project(package, macros.modules(len(book.sheets)), ".xlsm")
    macros.add_ribbon(package)
    return package.save()


def addin(interpreter: dict[str, str] | None = None) -> bytes:
    """Return winback.xlam: ribbon, formulas and macros for whatever workbook is in front. Parameters as above."""
    about = Sheet(
        "About",
        "Win-back add-in",
        "Ribbon tab Win-back and the WINBACK_ formulas, for any workbook. The Guide button opens the way in.",
    )
    conf = hidden_sheets.configuration(macros.ADDIN_PROJECT, interpreter)
    package = drawn(
        Book(
            (about, conf, hidden_sheets.argument_help()),
            "Win-back add-in",
            "Ribbon and formulas",
            input_form.RELEASED,
        )
    )
    macros.add_project(package, macros.modules(3, addin=True), ".xlam")
    macros.add_ribbon(package)
    return package.save()


def tracker() -> bytes:
    """Return winback_tracker.xlsx: a campaign workbook without customers and without macros."""
    return drawn(tracker_book.build()).save(packed=True)


def input_workbook() -> bytes:
    """Return winback_input.xlsx: the form to fill in, for the command line."""
    return drawn(input_form.build()).save()


def lite_workbook(*, whole: bool = False) -> bytes:
    """Return winback_lite.xlsx: the form, with the code that xlwings Lite runs, and ``whole`` with the package itself."""
    package = drawn(
        input_form.build(
            next_step="Open xlwings Lite (Home, Add-ins), press Trust, wait for it to load, and press Build campaign there."
        )
    )
    lite.embed(package, whole=whole)
    return package.save()


def formulas_workbook() -> bytes:
    """Return winback_formulas.xlsx: formulas that Excel 365 calculates without the add-in."""
    return drawn(formula_book.build()).save()


def demo_campaign() -> bytes:
    """Return winback_demo_campaign.xlsx: made-up customers in the middle of a campaign, on a day that stands still."""
    return Package(demo_files.files()[demo_files.CAMPAIGN_FILE]).save(packed=True)


def demo_report() -> bytes:
    """Return winback_demo_report.xlsx: what that campaign has brought so far, on one page."""
    return Package(demo_files.files()[demo_files.REPORT_FILE]).save(packed=True)


def starter() -> bytes:
    """Return winback_starter.xlsx: statuses, levels, lapsed customers and a make-good by formulas alone."""
    return drawn(starter_book.build()).save(packed=True)


TEMPLATES: MappingProxyType[str, Callable[[], bytes]] = MappingProxyType(
    {
        "winback.xlsm": macro_workbook,
        "winback.xlam": addin,
        "winback_tracker.xlsx": tracker,
        "winback_input.xlsx": input_workbook,
        "winback_lite.xlsx": lite_workbook,
        "winback_formulas.xlsx": formulas_workbook,
        "winback_starter.xlsx": starter,
        demo_files.CAMPAIGN_FILE: demo_campaign,
        demo_files.REPORT_FILE: demo_report,
        "winback.oxt": oxt.extension,
    }
)
"""File name -> what builds it."""


FITTED = frozenset({demo_files.CAMPAIGN_FILE, demo_files.REPORT_FILE})
"""Files with numbers that were fitted: their last digits are the processor's."""

PACKED = FITTED | {"winback_starter.xlsx", "winback_tracker.xlsx"}
"""Files that are compressed, because they are big; another zlib gives other bytes for the same parts."""

SOURCES: MappingProxyType[str, Callable[[], str]] = MappingProxyType(
    {**macros.GENERATED, "XWinback.idl": oxt.interface}
)
"""Texts in macros/ that follow from the catalogues."""


def new(kind: str, suffix: str, python: str, platform: str) -> bytes:
    """Return a file for one computer.

    Parameters
    ----------
    kind : {".xlsm", ".xlam", ".xlsx", ".oxt", "lite"}
        What to make.
    suffix : str
        Suffix that it is to be saved under.
    python : str
        Path of the Python in which winback_xl is installed.
    platform : str
        ``sys.platform`` of that computer: Excel for Windows and for macOS look in different places.

    Raises
    ------
    UsageError
        The suffix says nothing, or does not fit.
    """
    if kind == "lite" and suffix != ".xlsx":
        raise UsageError(
            "A workbook for xlwings Lite has no macros.", "Give it the ending .xlsx.", "wrong-suffix"
        )
    key = {"win32": "Interpreter_Win", "darwin": "Interpreter_Mac"}.get(platform)
    interpreter = {key: python} if key else {}
    makers: dict[str, Callable[[], bytes]] = {
        ".xlsm": lambda: macro_workbook(interpreter),
        ".xlam": lambda: addin(interpreter),
        ".xlsx": input_workbook,
        ".oxt": lambda: oxt.extension(python),
        "lite": lambda: lite_workbook(whole=True),
    }
    if kind not in makers:
        known = ".xlsm (buttons), .xlam (add-in), .xlsx (form) or .oxt (LibreOffice)"
        raise UsageError(
            f"A file cannot be made with the ending {suffix or 'none'}.",
            f"Give it one of {known}.",
            "wrong-suffix",
        )
    return makers[kind]()


def server_project(folder: Path, *, force: bool = False) -> None:
    """Write the files that make a folder a project of xlwings Server with our formulas and buttons.

    Parameters
    ----------
    folder : Path
        Made if it is not there; other files in it are left alone.
    force : bool
        Whether files of the same names may be replaced.

    Raises
    ------
    FileError
        A file of such a name is there already: then none is written.
    """
    files = {folder / name: text.encode() for name, text in server.project().items()}
    there = [] if force else [path for path in files if path.exists()]
    if there:
        raise FileError(f"{there[0]} exists already.", "Give --force to replace it.", code="exists")
    for path, content in files.items():
        make_folder(path.parent)
        with atomic_write(path, force=force) as file:
            file.write(content)


def drawn(book: Book) -> Package:
    """Return a book as a file, whose parts may still be changed."""
    out = BytesIO()
    render(book, out)
    return Package(out.getvalue())


def write(folder: Path, sources: Path | None) -> list[Path]:
    """Build all templates into a folder, with a manifest of their parts.

    Parameters
    ----------
    folder : Path
        Must exist; what it holds under these names is replaced.
    sources : Path or None
        The macros/ folder whose generated texts are written afresh.

    Returns
    -------
    list of Path
        What was written.
    """
    texts = {name: made().encode("ascii") for name, made in SOURCES.items()}
    files = {folder / name: build() for name, build in TEMPLATES.items()}
    contents = {path.name: content for path, content in files.items()}
    files[folder / MANIFEST] = manifest(contents).encode("ascii")
    if sources is not None:
        files |= {sources / name: text for name, text in texts.items()}
    for path, content in files.items():
        with atomic_write(path, force=True, keep=False) as file:
            file.write(content)
    return list(files)


def same(name: str, there: bytes, built: bytes) -> bool:
    """Return whether a file of that name is as it would be built now."""
    return alike(there, built, packed=name in PACKED, fitted=name in FITTED)


def differences(folder: Path, sources: Path | None) -> list[str]:
    """Compare the files of a folder with what would be built now.

    Returns
    -------
    list of str
        One sentence a difference, in words for the person who has to act; empty when all is as built.
    """
    stated = other_versions(folder)
    for name, build in TEMPLATES.items():
        path = folder / name
        if not path.is_file():
            stated.append(f"{name} is missing.")
        elif not same(name, there := path.read_bytes(), built := build()):
            stated.append(f"{name} differs from what would be built now{where(there, built)}.")
    if sources is not None:
        stated += [
            f"{sources.name}/{name} is not what the catalogue in the package gives."
            for name, made in SOURCES.items()
            if not (sources / name).is_file() or (sources / name).read_bytes() != made().encode("ascii")
        ]
    return stated
