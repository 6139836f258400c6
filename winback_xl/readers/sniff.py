"""Describe what a file really is, by its content: names lie, and half of the .xls files in the world are web pages."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from winback_xl.errors import FileError, nearest
from winback_xl.readers.limits import damaged, open_package, password
from winback_xl.readers.steady import closed, stated

if TYPE_CHECKING:
    from winback_xl.readers.limits import Package

Format = Literal["xlsx", "xlsb", "ods", "xls", "xml2003", "html", "parquet", "text", "gzip"]
"""What `read` understands. ``gzip`` holds a text; ``xlsx`` stands for .xlsm and templates too."""

_CLICKS: dict[Format, tuple[str, str]] = {
    "ods": (
        "an OpenDocument spreadsheet (.ods)",
        "In LibreOffice choose File, Save As, file type Excel 2007-365 (.xlsx).",
    ),
    "xlsb": ("a binary workbook (.xlsb)", "In Excel choose File, Save As, Excel Workbook (.xlsx)."),
    "xls": ("a workbook of Excel 97-2003 (.xls)", "In Excel choose File, Save As, Excel Workbook (.xlsx)."),
    "xml2003": ("an XML spreadsheet of Excel 2003", "In Excel choose File, Save As, Excel Workbook (.xlsx)."),
}
_HEAD = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AS = "Open it in Excel and save it as an Excel workbook (.xlsx)."
_EXPORT = "Export the table from there as .xlsx or .csv, and use that."
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/+[^/]", re.ASCII)
_SLASHES = re.compile(r":/+")  # a path has lost one of them
_OLD_EXCEL = re.compile(rb"\x09[\x00\x02\x04\x08][\x04\x06\x08]\x00")
_NO_TEXT = re.compile(rb"[\x01-\x08\x0e-\x19\x1c-\x1f]")
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
_AGAIN = "Get the file again from its source; perhaps it is encrypted or incomplete."
_MARKUP = re.compile(rb"^\s*<(?:!doctype\s+html|html|head|body|table|meta|style|div)\b", re.IGNORECASE)
_KNOWN = (
    (
        b"%PDF",
        "a PDF",
        "Export the table as .xlsx or .csv where the PDF came from; numbers in a PDF cannot be trusted.",
    ),
    (b"\x89PNG", "a picture", _EXPORT),
    (b"\xff\xd8\xff", "a picture", _EXPORT),
    (b"GIF8", "a picture", _EXPORT),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it, and use the file inside."),
    (b"Rar!", "a RAR archive", "Unpack it, and use the file inside."),
    (b"BZh", "a bzip2 archive", "Unpack it, and use the file inside."),
    (b"\xfd7zXZ", "an xz archive", "Unpack it, and use the file inside."),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", "Unpack it, and use the file inside."),
    (b"SQLite format 3", "an SQLite database", _EXPORT),
    (b"ARROW1", "an Arrow file", "Save the table as Parquet or .csv, and use that."),
    (b"MZ", "a Windows program", "Do not open it; ask the sender what it is."),
    (b"\x7fELF", "a program", "Do not open it; ask the sender what it is."),
    (b"{\\rtf", "a rich text document", _EXPORT),
    (b"\x00\x01\x00\x00Standard", "an Access database", _EXPORT),
)
_PLAIN: tuple[tuple[bytes, Format], ...] = ((b"PAR1", "parquet"), (b"\x1f\x8b", "gzip"))
_TABULAR = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv", ".txt", ".parquet")
_STREAMS = (  # what the directory of an old Office file names
    ("Workbook", "", ""),
    ("Book", "", ""),
    ("WordDocument", "a Word document", _EXPORT),
    ("PowerPoint Document", "a PowerPoint presentation", _EXPORT),
    ("__properties_version1.0", "an Outlook message", "Save its attachment, and use that."),
)


def checked(path: str | Path) -> Path:
    """Return the path of a file that is there and can be opened.

    Raises
    ------
    FileError
        In one sentence with its fix: a web address, a folder, Excel's own lock file, nothing there, nothing
        in it, no permission.
    """
    if _URL.match(str(path)):
        raise FileError(
            f"{_SLASHES.sub('://', str(path).partition('?')[0], count=1)} is a web address.",
            "Download the file, or open it from the folder that OneDrive or SharePoint keeps in step on this computer.",
            "file-url",
        )
    path = Path(path).expanduser()
    try:
        about = path.stat()
    except FileNotFoundError as error:
        raise _missing(path) from error
    except (OSError, ValueError) as error:
        raise closed(path, error) from error
    if stat.S_ISDIR(about.st_mode):
        raise FileError(f"{path} is a folder.", "Name one file in it.", "file-folder")
    if not stat.S_ISREG(about.st_mode):
        raise FileError(
            f"{path} is not an ordinary file.", "Save its content as a file, and use that.", "file-special"
        )
    if path.name.startswith("~$"):
        real = path.name[2:]
        raise FileError(
            f"{path.name} is only the lock file that Excel keeps while {real} is open.",
            f"Use {real}.",
            "file-lock",
        )
    if not about.st_size:
        raise FileError(
            f"{path.name} is empty (0 bytes).", "Save it again in the program it came from.", "file-empty"
        )
    return path


def sniff(path: Path) -> Format:
    """Describe what a file is.

    Parameters
    ----------
    path : Path
        From `checked`.

    Raises
    ------
    FileError
        For everything that cannot be read: what it really is, and what to do.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise closed(path, error) from error
    for magic, what, fix in _KNOWN:
        if head.startswith(magic):
            raise _is(path, what, fix)
    if head.startswith(b"PK"):
        return _zipped(path)
    if head.startswith(_OLE):
        return _old_office(path)
    plain = next((kind for magic, kind in _PLAIN if head.startswith(magic)), None) or _markup(path, head)
    if plain is not None:
        return plain
    if _OLD_EXCEL.match(head):
        raise _is(path, "a workbook of Excel 95 or older", _SAVE_AS)
    if not head.startswith(_WIDE_MARKS) and len(_NO_TEXT.findall(head)) > max(len(head) / 20, 50):
        raise _is(path, "neither a workbook nor a text", _AGAIN)
    return "text"


def no_campaign(path: Path, kind: Format) -> FileError:
    """Make the error for a campaign that somebody saved as something else: with the click that makes an .xlsx of it."""
    what, click = _CLICKS.get(kind, ("not a workbook", "Name the workbook that 'winback plan' wrote."))
    return FileError(f"{path.name} is {what}; a campaign is an .xlsx workbook.", click, "not-a-campaign")


def _markup(path: Path, head: bytes) -> Format | None:
    """State which marked-up spreadsheet a file is, None if it is not a markup; refuse the others."""
    text = head.removeprefix(b"\xef\xbb\xbf")
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        text = head.replace(b"\0", b"")[2:]
    if _MARKUP.match(text):
        return "html"
    if text.lstrip().startswith(b"<?xml") or text.lstrip().startswith(b"<!DOCTYPE"):
        if b"urn:schemas-microsoft-com:office:spreadsheet" in text or b"Excel.Sheet" in text:
            return "xml2003"
        if b"<html" in text.lower():
            return "html"
        if b"opendocument.spreadsheet" in text:
            raise _is(
                path, "a flat XML spreadsheet of LibreOffice", "Open it there and save it as .ods or .xlsx."
            )
        raise _is(path, "an XML file", _EXPORT)
    if text.startswith(b"MIME-Version:") and b"multipart/related" in text:
        raise _is(path, "a web archive", _SAVE_AS)
    return None


def _zipped(path: Path) -> Format:
    with open_package(path) as package:
        if "xl/workbook.bin" in package:
            return "xlsb"
        if "xl/workbook.xml" in package or b"spreadsheetml" in _content_types(package):
            return "xlsx"
        kind = package.read("mimetype", most=1000) if "mimetype" in package else b""
        if b"opendocument.spreadsheet" in kind:
            if "content.xml" not in package or b"manifest:encryption-data" in _manifest(package):
                raise password(path.name)
            return "ods"
        raise _other_zip(path, package, kind)


def _content_types(package: Package) -> bytes:
    return package.read("[Content_Types].xml") if "[Content_Types].xml" in package else b""


def _manifest(package: Package) -> bytes:
    return package.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in package else b""


def _other_zip(path: Path, package: Package, kind: bytes) -> FileError:
    names = package.names()
    inside = [name for name in names if name.endswith(_TABULAR)]
    within = Path(inside[0]).name if inside else ""
    for is_it, what, fix in (
        (not names, "an empty zip", "Save it again in the program it came from."),
        (kind.startswith(b"application/vnd.oasis"), "a LibreOffice document, but not a spreadsheet", _EXPORT),
        (_any(names, start="word/"), "a Word document", _EXPORT),
        (_any(names, start="ppt/"), "a PowerPoint presentation", _EXPORT),
        (_any(names, end=".iwa") or _any(names, end="index.zip"), "a Numbers document", _EXPORT),
        (bool(inside), f"a zip that holds {within}", "Unpack it, and use the file inside."),
    ):
        if is_it:
            return _is(path, what, fix)
    return _is(path, "a zip, but no workbook", "Unpack it, or save the table as .xlsx.")


def _any(names: list[str], start: str = "", end: str = "") -> bool:
    return any(name.startswith(start) and name.endswith(end) for name in names)


def _old_office(path: Path) -> Format:
    """Look for the names of the streams in a compound file: they are there in UTF-16."""
    with stated(path):
        content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content or "EncryptionInfo".encode("utf-16-le") in content:
        raise password(path.name)
    for name, what, fix in _STREAMS:
        if (name + "\0").encode("utf-16-le") in content:
            if what:
                raise _is(path, what, fix)
            return "xls"
    raise damaged(path.name)


def _is(path: Path, what: str, fix: str) -> FileError:
    return FileError(f"{path.name} is {what}.", fix, "file-kind")


def _missing(path: Path) -> FileError:
    folder = path.parent
    try:
        names = [entry.name for entry in folder.iterdir()]
    except OSError:
        return FileError(
            f"There is no file {path}: there is no folder {folder}.", "Check the path.", "file-missing"
        )
    if path.is_symlink():
        return FileError(
            f"{path.name} is a link to {path.readlink()}, which is not there.",
            "Use the file itself.",
            "file-missing",
        )
    near = nearest(path.name, names)
    fix = f"Did you mean {near}?" if near else "Check the name and the folder."
    return FileError(f"There is no file {path.name} in {folder.resolve()}.", fix, "file-missing")
