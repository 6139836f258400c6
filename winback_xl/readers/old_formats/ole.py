"""Take one stream out of a compound file, the folder in a file that Office used until 2003.

Source: [MS-CFB] Compound File Binary File Format, sections 2.2 to 2.6. Every chain of sectors is bounded by the
number of sectors, so a file that points in circles ends in an error, not in a loop.
"""

from __future__ import annotations

import struct

import numpy as np

from winback_xl.readers.limits import no_sense_is_damage

_END = 0xFFFFFFFA  # this and higher numbers point nowhere
_ENTRY = 128
_MINI = 64


def stream(content: bytes, name: str, file: str) -> bytes | None:
    """Return the content of a stream, or None if there is none of that name.

    Parameters
    ----------
    content : bytes
        The whole compound file.
    name : str
        Name of the stream, anywhere in the file.
    file : str
        For messages.

    Raises
    ------
    FileError
        When the file is cut off or points in circles.
    """
    with no_sense_is_damage(file):
        return _Compound(content).find(name)


class _Compound:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._size = 1 << struct.unpack_from("<H", content, 30)[0]
        if self._size not in {512, 4096}:
            raise ValueError("sector size")
        count, directory, self._cutoff, mini, _, more, _ = struct.unpack_from(
            "<I I 4x I I I I I", content, 44
        )
        sectors = list(np.frombuffer(content, "<u4", 109, 76))
        for _ in range(len(content) // self._size):  # the list of tables goes on in a chain of its own
            if more >= _END:
                break
            part = np.frombuffer(self._sector(more), "<u4")
            sectors += list(part[:-1])
            more = int(part[-1])
        tables = [self._sector(int(number)) for number in sectors[:count] if number < _END]
        self._next = np.frombuffer(b"".join(tables), "<u4")
        self._directory = self._chain(directory)
        root = self._entry(0)
        self._small = self._chain(root[1]) if root[1] < _END else b""
        self._next_small = np.frombuffer(self._chain(mini), "<u4") if mini < _END else np.empty(0, "<u4")

    def find(self, name: str) -> bytes | None:
        for number in range(len(self._directory) // _ENTRY):
            found, start, size = self._entry(number)
            if found == name:
                if size >= self._cutoff:
                    return self._chain(start)[:size]
                return self._mini_chain(start)[:size]
        return None

    def _entry(self, number: int) -> tuple[str, int, int]:
        entry = self._directory[number * _ENTRY : (number + 1) * _ENTRY]
        length, kind = struct.unpack_from("<HB", entry, 64)
        start, size = struct.unpack_from("<II", entry, 116)
        name = entry[: max(length - 2, 0)].decode("utf-16-le", "replace") if kind in {2, 5} else ""
        return name, start, size

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        if start >= len(self._content):
            raise ValueError("sector beyond the end")
        return self._content[start : start + self._size]

    def _chain(self, sector: int) -> bytes:
        pieces: list[bytes] = []
        while sector < _END:
            if len(pieces) > len(self._next):
                raise ValueError("circle")
            pieces.append(self._sector(sector))
            sector = int(self._next[sector])
        return b"".join(pieces)

    def _mini_chain(self, sector: int) -> bytes:
        pieces: list[bytes] = []
        while sector < _END:
            if len(pieces) > len(self._next_small):
                raise ValueError("circle")
            pieces.append(self._small[sector * _MINI : (sector + 1) * _MINI])
            sector = int(self._next_small[sector])
        return b"".join(pieces)
