"""A sheet's part without its rows, which are nearly all of it: what is set on a sheet is before and behind them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from winback_xl.readers.limits import damaged
from winback_xl.workbook.ooxml.xml_splice import plain, utf8

if TYPE_CHECKING:
    from winback_xl.readers.limits import Package

MOST = 2_000_000_000
"""Bytes of a sheet's part."""

_ROWS = re.compile(rb"<((?:\w+:)?)sheetData\b[^>]*?(/?)>")


def hollow(package: Package, part: str) -> bytes:
    """Return a sheet's part without what is in its rows, which is nearly all of it; whole where it is not UTF-8.

    Raises
    ------
    FileError
        The part is damaged.
    """
    pieces, head, found = package.pieces(part), b"", None
    for piece in pieces:
        head += piece
        found = _ROWS.search(head)
        if found or not plain(head):
            break
    if found is None or found[2] or not plain(head):
        return head + b"".join(pieces)
    close = b"</%bsheetData>" % found[1]
    top, rest = head[: found.end()], head[found.end() :]
    while (at := rest.find(close)) < 0:
        piece = next(pieces, b"")
        if not piece:
            raise damaged(package.file, "a sheet of it is cut off")
        rest = rest[-len(close) :] + piece
    return top + rest[at:] + b"".join(pieces)


def filled(kept: bytes, whole: bytes, file: str) -> bytes:
    """Return a sheet that was `hollow` with the rows of the whole one."""
    head, _, tail = parts(utf8(kept, file), file)
    return head + parts(utf8(whole, file), file)[1] + tail


def parts(content: bytes, file: str) -> tuple[bytes, bytes, bytes]:
    """Split a sheet into the part before its rows, the rows, and the part after them."""
    found = _ROWS.search(content)
    if found is None:
        return content, b"", b""
    if found[2]:
        end = found.end()
    else:
        close = b"</%bsheetData>" % found[1]
        end = content.find(close, found.end()) + len(close)
        if end < len(close):
            raise damaged(file, "a sheet of it is cut off")
    return content[: found.start()], content[found.start() : end], content[end:]
