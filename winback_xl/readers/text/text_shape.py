"""Find out how a text file is written: its encoding, what separates its fields, and how many there are."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import mmap
import re
import zlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa

from winback_xl.errors import FileError
from winback_xl.readers.limits import HARMLESS, MAX_RATIO, PIECE, damaged, too_much

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Buffer: TypeAlias = bytes | mmap.mmap

MAX_IN_MEMORY = 600_000_000
"""Bytes of text that are unpacked or converted in memory; plain UTF-8 is read from the disk and may be twice that."""

SPACES = " "
"""The separator of columns that are aligned with spaces."""

_END = "\ue000end of the file\ue000"  # put behind a file, it shows whether a text is still open there
_SAMPLE = 256 * 1024
_SEPARATORS = (",", ";", "\t", "|")
_SEP_LINE = re.compile(rb"\A(?:\xef\xbb\xbf)?sep=(.)\r?\n?", re.IGNORECASE)
_ALIGNED = re.compile(rb"^[ \t]+|[ \t]+(?=\r?$)", re.MULTILINE)
_RESAVE = "Save it as 'CSV UTF-8' in Excel, or as an Excel workbook."
_MARKS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a text file is written.

    Parameters
    ----------
    separator : str
        Between fields; `SPACES` for aligned columns.
    skip : int
        Lines at the start that are not data (``sep=;``).
    sample : tuple of (int, tuple of str)
        The first rows: line number (1-based) and fields.
    """

    separator: str
    skip: int
    sample: tuple[tuple[int, tuple[str, ...]], ...]

    def width(self, below: int) -> int:
        """Return how many fields most of the sampled rows below a line have."""
        counts = Counter(len(fields) for line, fields in self.sample if line > below and any(fields))
        return counts.most_common(1)[0][0] if counts else 0


def shape_of(content: bytes) -> Shape:
    """Find separator and first rows of a UTF-8 text.

    Parameters
    ----------
    content : bytes
        At least the beginning of the file; more does no harm.
    """
    sample = content[:_SAMPLE]
    if len(content) > len(sample):
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    stated = _SEP_LINE.match(sample)
    text = sample[stated.end() :] if stated else sample
    lines = text.decode("utf-8-sig", "replace")
    separator = stated[1].decode("latin-1") if stated else _separator(lines)
    skip = int(bool(stated))
    return Shape(separator, skip, tuple(_rows(lines, separator, skip)))


def unpacked(path: Path) -> bytes:
    """Unpack a gzipped text into memory, with an eye on bombs.

    Raises
    ------
    FileError
        ``file-bomb`` when it grows suspiciously, ``file-too-large`` beyond `MAX_IN_MEMORY`.
    """
    pieces: list[bytes] = []
    size, packed = 0, path.stat().st_size
    try:
        with gzip.open(path) as file:
            while piece := file.read(PIECE):
                size += len(piece)
                pieces.append(piece)
                if size > HARMLESS and size > MAX_RATIO * packed:
                    raise FileError(
                        f"{path.name} looks like a bomb: it unpacks to more than {MAX_RATIO} times its size.",
                        "Ask the sender for the plain file.",
                        "file-bomb",
                    )
                if size > MAX_IN_MEMORY:
                    raise too_much(
                        path.name, f"more than {MAX_IN_MEMORY / 1e6:,.0f} MB of text; unpack it first"
                    )
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise damaged(path.name) from error
    return b"".join(pieces)


def encoding_of(content: bytes) -> str:
    r"""Return the encoding that the beginning of a text speaks for.

    >>> encoding_of("Müller;1".encode("utf-16")), encoding_of(b"M\xfcller;1"), encoding_of("Müller".encode())
    ('utf-16', 'cp1252', 'utf-8')
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    sample = content[:4096]
    for name, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        if zeros.count(0) > len(sample) / 8:
            return name
    try:
        content[:_SAMPLE].decode("utf-8")
    except UnicodeDecodeError as error:
        whole = error.start < min(len(content), _SAMPLE) - 4  # not merely a letter cut in two
        if whole and content[: error.start].isascii():
            return "cp1252"
    return "utf-8"


def is_utf8(content: Buffer) -> bool:
    """Return whether a text is UTF-8 from end to end, 50 times as fast as decoding it."""
    ends = pa.py_buffer(np.array([0, len(content)], np.int64))
    try:
        pa.LargeStringArray.from_buffers(1, ends, pa.py_buffer(content)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def to_utf8(content: bytes, file: str, encoding: str) -> tuple[bytes, str]:
    """Convert a text to UTF-8.

    Returns
    -------
    content : bytes
    encoding : str
        What it really was: text that turns out not to be UTF-8 may be the older Windows encoding.

    Raises
    ------
    FileError
        ``file-encoding`` with the byte and the line that fit no encoding, or that say it is a mixture of two.
    """
    if len(content) > MAX_IN_MEMORY:
        raise too_much(file, f"more than {MAX_IN_MEMORY / 1e6:,.0f} MB of text that is not plain UTF-8")
    try:
        return content.decode(encoding).encode("utf-8", "replace"), encoding
    except UnicodeDecodeError as error:
        if encoding == "utf-8" and content[: error.start].isascii():
            return to_utf8(content, file, "cp1252")
        line = content.count(b"\n", 0, error.start) + 1
        names = (
            "UTF-8" if encoding == "utf-8" else "Windows-1252" if encoding == "cp1252" else encoding.upper()
        )
        raise FileError(
            f"{file}: byte {error.start + 1:,} (line {line:,}) is not {names}, but the text before it is.",
            _RESAVE,
            "file-encoding",
        ) from error


def unaligned(content: bytes) -> bytes:
    r"""Put one tab where columns are aligned with spaces.

    >>> unaligned(b"  1   19970101  2 29.33\n")
    b'1\t19970101\t2\t29.33\n'
    """
    return re.sub(rb"[ \t]+", b"\t", _ALIGNED.sub(b"", content))


def open_quote(content: Buffer, separator: str) -> int | None:
    """Return the line where a quotation mark opens that is not closed within 100 lines or to the end, or None."""
    lines = (line.decode("utf-8", "replace") for line in iter(io.BytesIO(content).readline, b""))
    reader = csv.reader(itertools.chain(lines, ["\n", _END]), delimiter=separator)
    line = 0
    try:
        for fields in reader:
            if fields and fields[-1].endswith(_END) and fields != [_END]:
                return line + 1  # the text goes on through all that was put behind the end
            if reader.line_num - line > 100:
                return line + 1
            line = reader.line_num
    except csv.Error:
        return line + 1
    return None


def _separator(text: str) -> str:
    """Choose what cuts most rows into the same number of fields."""
    best, chosen = (0.0, 0), ","
    for separator in _SEPARATORS:
        share, width = _regularity(_rows(text, separator, 0))
        if width > 1 and (share, width) > best:
            best, chosen = (share, width), separator
    if best[0] < 0.5:
        share, width = _regularity(_rows(text, SPACES, 0))
        if width > 1 and share > 0.95:
            return SPACES
    return chosen


def _regularity(rows: Sequence[tuple[int, tuple[str, ...]]]) -> tuple[float, int]:
    widths = Counter(len(fields) for _, fields in rows if any(fields))
    if not widths:
        return 0.0, 0
    width, count = widths.most_common(1)[0]
    return count / sum(widths.values()), width


def _rows(text: str, separator: str, skipped: int) -> list[tuple[int, tuple[str, ...]]]:
    """Cut the sample into rows with the line on which each begins."""
    if separator == SPACES:
        return [(number, tuple(line.split())) for number, line in enumerate(text.splitlines(), skipped + 1)]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows, line = [], 0
    try:
        for fields in reader:
            rows.append((skipped + line + 1, tuple(fields)))
            line = reader.line_num
    except csv.Error:  # an open quotation mark; the load says where
        pass
    return rows
