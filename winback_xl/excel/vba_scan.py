"""Find words in the macros of a workbook without running them.

VBA keeps module texts compressed (MS-OVBA 2.4.1). Looking for every place where such a container may begin, and
unpacking what unpacks, is enough to find which version of a DLL the macros name; it is not a reader of projects.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONTAINER = re.compile(rb"\x01[\x00-\xff][\xb0-\xbf]", re.DOTALL)
"""Signature, then the header of the first chunk: three bits of signature and the flag for compressed."""

_CHUNK = 4096


def texts(project: bytes) -> Iterator[bytes]:
    """Yield what unpacks of a ``vbaProject.bin``; some of it is noise."""
    for place in _CONTAINER.finditer(project):
        yield unpack(project, place.start() + 1)


def unpack(data: bytes, at: int) -> bytes:
    r"""Unpack a container whose first chunk starts at ``at``, as far as it makes sense.

    >>> unpack(b"\x01\x19\xb0\x00abcdefgh\x00ijklmnop\x00qrstuv.", 1)  # MS-OVBA 3.2.1
    b'abcdefghijklmnopqrstuv.'
    """
    out = bytearray()
    while at + 2 <= len(data):
        header = int.from_bytes(data[at : at + 2], "little")
        if header >> 12 & 7 != 3:
            break
        end = min(len(data), at + (header & 0xFFF) + 3)
        if not header >> 15:
            out += data[at + 2 : at + 2 + _CHUNK]
        elif not _unpack_chunk(data[at + 2 : end], out):
            break
        at = end
    return bytes(out)


def _unpack_chunk(data: bytes, out: bytearray) -> bool:
    """Unpack one chunk; False where it makes no sense."""
    start, at = len(out), 0
    while at < len(data):
        flags, at = data[at], at + 1
        for bit in range(8):
            if at >= len(data):
                break
            if not flags >> bit & 1:
                out.append(data[at])
                at += 1
                continue
            token = int.from_bytes(data[at : at + 2], "little")
            at += 2
            wide = max((len(out) - start - 1).bit_length(), 4)
            back, length = (token >> (16 - wide)) + 1, (token & (0xFFFF >> wide)) + 3
            if back > len(out) - start:
                return False
            for _ in range(length):
                out.append(out[-back])
    return True
