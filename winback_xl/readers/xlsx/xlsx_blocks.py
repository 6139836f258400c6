"""Cut the XML of a sheet or of the shared texts into runs of whole rows, small enough for a processor cache.

What is cut is the plain XML that spreadsheet programs write: UTF-8, no comments, no document type. Everything
else raises `NotPlainError`, and the slow reader, which understands all XML, takes over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from winback_xl.readers.limits import too_much

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PAD = bytes(96)
"""Zeros behind every block: readers look up to 96 bytes ahead."""

_MOST_IN_ONE_ROW = 64_000_000
_MOST_BEHIND = 64_000_000
_ENCODING = re.compile(rb"""^[^<]*<\?xml[^>]*\bencoding\s*=\s*["']([\w.-]+)["']""")


class NotPlainError(Exception):
    """The XML is legal, perhaps, but not of the plain kind that the fast reader knows."""


class Blocks:
    """Iterate over the rows of a part as blocks of bytes, each padded with `PAD`.

    Parameters
    ----------
    pieces : iterable of bytes
        The inflated part.
    file : str
        For messages.
    around, unit : str
        Element that holds the rows (``sheetData``), and element that is a row (``row``).

    Attributes
    ----------
    tail : bytes
        What follows the rows, name space prefixes removed; known when the iteration is over.
    """

    def __init__(self, pieces: Iterable[bytes], file: str, around: str, unit: str) -> None:
        self._pieces = iter(pieces)
        self._file = file
        self._around = around.encode()
        self._unit = unit.encode()
        self.tail = b""

    def __iter__(self) -> Iterator[bytes]:
        prefix, rest = self._skip_head()
        if rest is None:
            return
        row, over = b"<" + prefix + self._unit, b"</" + prefix + self._around
        for piece in self._rest(rest):
            end = piece.find(over)
            if end >= 0:
                self._keep_tail(piece[end:], prefix)
                if end:
                    yield self._plain(piece[:end], prefix)
                return
            cut = piece.rfind(row)
            if cut > 0:
                self._carry = piece[cut:]
                yield self._plain(piece[:cut], prefix)
            else:
                self._carry = piece
                if len(piece) > _MOST_IN_ONE_ROW:
                    raise too_much(
                        self._file, f"a single row or text of more than {_MOST_IN_ONE_ROW:,} bytes"
                    )
        raise NotPlainError("no end")

    def _rest(self, first: bytes) -> Iterator[bytes]:
        self._carry = b""
        yield first
        for piece in self._pieces:
            yield self._carry + piece

    def _skip_head(self) -> tuple[bytes, bytes | None]:
        """Return the name space prefix with its colon, and what follows the opening tag (None if nothing does)."""
        opening = re.compile(rb"<((?:[\w.-]+:)?)" + self._around + rb"(?:\s[^>]*?)?(/?)>")
        head = b""
        for piece in self._pieces:
            head += piece
            found = opening.search(head)
            if found:
                break
            if len(head) > _MOST_BEHIND:
                raise NotPlainError("no rows")
        else:
            raise NotPlainError("no rows")
        encoding = _ENCODING.search(head)
        if (encoding and encoding[1].lower() not in {b"utf-8", b"us-ascii"}) or b"<!" in head[
            : found.start()
        ]:
            raise NotPlainError("head")
        if found[2]:
            self._keep_tail(head[found.end() :], found[1])
            return found[1], None
        return found[1], head[found.end() :]

    def _keep_tail(self, start: bytes, prefix: bytes) -> None:
        kept = [start]
        size = len(start)
        for piece in self._pieces:
            size += len(piece)
            if size < _MOST_BEHIND:
                kept.append(piece)
        self.tail = _without(prefix, b"".join(kept))

    def _plain(self, block: bytes, prefix: bytes) -> bytes:
        return _without(prefix, block) + PAD


def _without(prefix: bytes, xml: bytes) -> bytes:
    """Drop a name space prefix; ``<`` starts nothing but tags."""
    return xml.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</") if prefix else xml
