"""Open a zipped workbook only if it cannot exhaust the machine, and inflate its parts in bounded pieces.

The sizes are in the directory at the end of the zip, so a bomb is refused before a byte of it is inflated.
A part cannot be longer than it claims: `zipfile` stops there, and the check sum fails.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from winback_xl.errors import FileError
from winback_xl.readers.steady import is_refusal, stated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_TOTAL = 2_000_000_000
"""Bytes that all parts together may inflate to. A full sheet of 40 columns needs about 1.6e9."""

MAX_RATIO = 100
"""Bytes inflated for a byte stored. Honest sheets reach 56, bombs start near 400; Apache POI draws the same line."""

HARMLESS = 30_000_000
"""Bytes below which a part is never suspicious: a small one may well be one repeated word. LibreOffice's own files
reach 140:1 at 12 MB."""

MAX_TEXT = 400_000_000
"""Bytes of texts that are held in memory, each once."""

MAX_WRITTEN_OUT = 1_000_000_000
"""Bytes of texts when each cell has its own: a text of 32,767 characters that 40,000 cells share reaches it."""

MAX_ELEMENTS = 2_000_000
"""Elements of a part that tells the structure of a workbook: styles, relations, tables."""

MAX_CELL = 10_000_000
"""Characters in one cell; Excel allows 32,767."""

MAX_CELLS = 40_000_000
"""Filled cells that are held in memory, at about 20 bytes each."""

MAX_WIDTH = 2_000
"""Columns of a table. Exports of CRMs reach some hundreds; each column costs, however short it is."""

PIECE = 1 << 20
"""Bytes inflated at a time: fits into a processor cache."""

TOP = 1 << 16
"""Bytes inflated first where only the first rows of a sheet are wanted."""

try:
    from lzma import LZMAError
except (
    ImportError
):  # pragma: no cover - Pyodide up to 0.29 leaves lzma out, and zipfile raises RuntimeError there
    LZMAError = RuntimeError  # type: ignore[assignment, misc]

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    LZMAError,
    EOFError,
    RuntimeError,  # a way of packing that zipfile does not know, or has no module for
    OverflowError,
    ValueError,  # a name that is not in the alphabet it claims
)
_NO_SENSE = (
    struct.error,
    ArithmeticError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    ValueError,
)
_SAFE_COPY = "Open it in Excel, copy the rows you need into a new workbook, and use that."
_AGAIN = "Get the file again from its source, or open it in Excel and save it under a new name."


@contextmanager
def open_package(path: Path) -> Iterator[Package]:
    """Open a zipped workbook after checking how much it would inflate to.

    Raises
    ------
    FileError
        ``file-damaged`` when the zip is cut off or broken, ``file-bomb`` when it would inflate beyond `MAX_TOTAL`
        or `MAX_RATIO`.
    """
    with stated(path), _archive(path) as archive:
        _refuse_bombs(archive, path.name)
        package = Package(path.name, archive)
        try:
            yield package
        finally:
            package.close()


def _archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except _BROKEN as error:
        raise damaged(path.name) from error


class Package:
    """The parts of a zipped workbook, found without regard to case, as Excel finds them."""

    def __init__(self, file: str, archive: zipfile.ZipFile) -> None:
        self.file = file
        self._archive = archive
        self._open: list[IO[bytes]] = []
        self._by_name = {_key(info.filename): info for info in archive.infolist()}

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._by_name

    def names(self, start: str = "") -> list[str]:
        """Return the names of all parts below a folder, lower case."""
        return sorted(name for name in self._by_name if name.startswith(_key(start)))

    def verify(self) -> None:
        """Inflate every part once, so that a damaged one is found.

        Raises
        ------
        FileError
            A part cannot be unpacked; it is named.
        """
        for name in self._by_name:
            for _ in self.pieces(name):
                pass

    def size(self, name: str) -> int:
        """Return how many bytes a part inflates to."""
        return self._by_name[_key(name)].file_size

    def read(self, name: str, most: int = 50_000_000) -> bytes:
        """Return a small part whole.

        Raises
        ------
        FileError
            When it is missing, damaged, or inflates to more than `most` bytes.
        """
        if name in self and self.size(name) > most:
            raise FileError(f"{self.file}: the part {name} is too large.", _SAFE_COPY, "file-bomb")
        return b"".join(self.pieces(name))

    def close(self) -> None:
        """Close the parts that were not read to their end, so that the file is free."""
        for part in self._open:
            part.close()

    def pieces(self, name: str, first: int = PIECE) -> Iterator[bytes]:
        """Inflate a part piece by piece, each twice as long as the one before until they are whole pieces."""
        info = self._by_name.get(_key(name))
        if info is None:
            raise damaged(self.file, f"its part {name} is missing")
        if info.flag_bits & 1:
            raise password(self.file)
        try:
            with self._archive.open(info) as part:
                self._open.append(part)
                size = first
                while piece := part.read(size):
                    yield piece
                    size = min(2 * size, PIECE)
        except (*_BROKEN, OSError) as error:
            if is_refusal(error):
                raise
            raise damaged(self.file, f"its part {name} cannot be unpacked") from error


def damaged(file: str, why: str = "it is incomplete or broken") -> FileError:
    """Make the error for a workbook that is not whole."""
    return FileError(f"{file} is damaged: {why}.", _AGAIN, "file-damaged")


@contextmanager
def no_sense_is_damage(file: str, why: str = "a part of it is invalid") -> Iterator[None]:
    """Turn what goes wrong while a binary part is taken apart into the error for a damaged file."""
    try:
        yield
    except _NO_SENSE as error:
        raise damaged(file, why) from error


def no_worksheet(file: str) -> FileError:
    """Make the error for a workbook that holds no sheet with cells."""
    return FileError(
        f"{file} has no worksheet: it holds charts or macros only.",
        "Use the workbook with the table that the charts show.",
        "no-worksheet",
    )


def password(file: str) -> FileError:
    """Make the error for a workbook that opens with a password only."""
    return FileError(
        f"{file} is password protected.",
        "Open it in Excel, save an unprotected copy (File > Info > Protect Workbook > Encrypt with Password, "
        "empty the box), and use that.",
        "file-password",
    )


def too_much(file: str, what: str) -> FileError:
    """Make the error for a file that holds more than memory should be spent on."""
    return FileError(f"{file} holds {what}.", _SAFE_COPY, "file-too-large")


def too_wide(file: str, sheet: str = "") -> FileError:
    """Make the error for a table of more columns than one of ours can have."""
    where = f"{file}, {sheet}," if sheet else file
    return FileError(
        f"{where} has more than {MAX_WIDTH:,} columns.",
        "Export only the columns that are needed, or delete the others.",
        "file-too-large",
    )


def _refuse_bombs(archive: zipfile.ZipFile, file: str) -> None:
    parts = archive.infolist()
    total = sum(part.file_size for part in parts)
    if total > MAX_TOTAL:
        raise FileError(
            f"{file} would unpack to {total / 1e9:,.1f} GB, more than the {MAX_TOTAL / 1e9:.0f} GB that are allowed.",
            _SAFE_COPY,
            "file-bomb",
        )
    for part in parts:
        if part.file_size > HARMLESS and part.file_size > MAX_RATIO * part.compress_size:
            raise FileError(
                f"{file} looks like a zip bomb: {part.filename} unpacks to "
                f"{part.file_size // max(part.compress_size, 1):,} times its size.",
                _SAFE_COPY,
                "file-bomb",
            )


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
