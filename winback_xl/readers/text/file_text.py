"""The text of a file, in UTF-8: what it is decoded from, and what was done to it on the way."""

from __future__ import annotations

import mmap
import shutil
import tempfile
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from winback_xl.errors import FileError, Issue
from winback_xl.readers.limits import MAX_TOTAL, damaged, too_much
from winback_xl.readers.text.text_shape import Buffer, encoding_of, is_utf8, to_utf8, unpacked
from winback_xl.readers.text.wrapped import unwrapped

if TYPE_CHECKING:
    from pathlib import Path

_LOOK = 64_000  # bytes in which a table within the lines shows
_LONGEST_LINE = 64_000_000
_SMALL = 256_000_000  # bytes that are read into memory; of more, a copy on disk is mapped
_ENCODINGS = {
    "cp1252": "Windows-1252",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
}


class FileText(NamedTuple):
    """The text of a file.

    Parameters
    ----------
    content : bytes or mmap
        In UTF-8.
    encoding : str
        What it was written in.
    notes : list of Issue
        What was done to it, but for the encoding (see `notes`).
    """

    content: Buffer
    encoding: str
    notes: list[Issue]


def read(path: Path, *, zipped: bool = False, content: bytes | None = None) -> FileText:
    """Read the text of a file.

    Parameters
    ----------
    path : Path
    zipped : bool
        Whether it is gzipped.
    content : bytes, optional
        Its text, where it is in a file of another kind.

    Raises
    ------
    FileError
        It is too large, damaged, or there is no room for the copy that reading it needs.
    """
    held: Buffer = content if content is not None else unpacked(path) if zipped else _opened(path)
    encoding = encoding_of(held[: 512 * 1024])
    _refuse_endless_line(held, path.name)
    found: list[Issue] = []
    if encoding != "utf-8" or not is_utf8(held):
        text, encoding = to_utf8(held[:], path.name, encoding)
        held = text.removeprefix(b"\xef\xbb\xbf")
    if held.find(b"\0") >= 0:
        found.append(_nulls(held, path.name))
        held = held[:].replace(b"\0", b"")
    if unwrapped(held[:_LOOK].decode("utf-8", "replace")) is not None:
        lines = unwrapped(held[:].decode("utf-8", "replace"))
        if lines is not None:  # each line holds a row as one field, or between bars
            held = lines.text.encode()
            found.append(Issue("lines-unwrapped", "note", lines.what, file=path.name))
    return FileText(held, encoding, found)


def notes(file: str, encoding: str) -> list[Issue]:
    """Return the note on an encoding that is not UTF-8."""
    if encoding == "utf-8":
        return []
    what = f"It is written in {_ENCODINGS[encoding]}, and was read so."
    return [Issue("encoding", "note", what, file=file)]


def _opened(path: Path) -> Buffer:
    """Read the file, or map a copy of a large one.

    A mapped file that somebody cuts short meanwhile ends the process (SIGBUS); nobody else knows the copy.
    """
    with path.open("rb") as file:
        size = path.stat().st_size
        if size > MAX_TOTAL:
            raise too_much(path.name, f"more than {MAX_TOTAL / 1e9:.0f} GB of text")
        return file.read() if size < _SMALL else _copied(file, path.name)


def _copied(file: BinaryIO, name: str) -> Buffer:
    with tempfile.TemporaryFile() as copy:
        try:
            shutil.copyfileobj(file, copy, 1 << 24)
            copy.flush()
        except OSError as error:
            raise FileError(
                f"{name} cannot be copied to {tempfile.gettempdir()}, which reading so large a file needs: "
                f"{error.strerror}.",
                "Make room on that disk, or split the file.",
                "temp-full",
            ) from error
        if not copy.tell():
            raise damaged(name, "it was emptied while it was read")
        return mmap.mmap(copy.fileno(), 0, access=mmap.ACCESS_READ)


def _refuse_endless_line(content: Buffer, name: str) -> None:
    if len(content) > _LONGEST_LINE:
        start = content[:_LONGEST_LINE]
        if b"\n" not in start and b"\r" not in start:
            raise too_much(name, f"a line of more than {_LONGEST_LINE:,} bytes")


def _nulls(content: Buffer, name: str) -> Issue:
    line = content[:].count(b"\n", 0, content.find(b"\0")) + 1
    what = f"{content[:].count(0):,} NUL byte(s), which no text contains, were dropped."
    return Issue("nul-bytes", "note", what, "Check the export that wrote the file.", name, "", f"line {line}")
