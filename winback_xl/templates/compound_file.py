"""Write a compound file ([MS-CFB] version 3): the small file system in which macros travel. Equal trees, equal bytes."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Tree = dict[str, "bytes | Tree"]
"""A storage: names, each with the bytes of a stream or another storage."""

_SECTOR, _MINI_SECTOR, _MINI_LIMIT = 512, 64, 4096
_END, _NONE, _FAT_SECTOR = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_IN_SECTOR = _SECTOR // 4  # sector numbers that fit one sector
_IN_HEADER = 109  # sector numbers of the allocation table that fit the header
_ROOT, _STORAGE, _STREAM = 5, 1, 2


@dataclass(slots=True)
class _Entry:
    """One directory entry; ``start`` and ``size`` are filled in when its content is placed."""

    name: str
    kind: int
    left: int = _NONE
    right: int = _NONE
    child: int = _NONE
    start: int = 0
    size: int = 0

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0"
        black = 1
        head = struct.pack("<HBBIII", len(name), self.kind, black, self.left, self.right, self.child)
        return name.ljust(64, b"\0") + head + bytes(36) + struct.pack("<IQ", self.start, self.size)


_UNUSED = bytes(64) + struct.pack("<HBBIII", 0, 0, 0, _NONE, _NONE, _NONE) + bytes(48)


@dataclass(slots=True)
class _Chains:
    """Content cut into sectors, with the table that says which sector follows which."""

    sector: int
    table: list[int] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)

    def store(self, data: bytes, fill: bytes = b"\0") -> int:
        """Append data and return its first sector."""
        count, first = -(-len(data) // self.sector), len(self.table)
        if not count:
            return _END
        self.table.extend([*range(first + 1, first + count), _END])
        self.body.extend(data.ljust(count * self.sector, fill))
        return first


def write(tree: Tree) -> bytes:
    """Return the file.

    Parameters
    ----------
    tree : Tree
        Root storage; streams below 4096 bytes go into the mini stream, as the specification wants.

    Raises
    ------
    ValueError
        More than about 7 MB: no macro project comes near.
    """
    entries = [_Entry("Root Entry", _ROOT)]
    streams: list[tuple[_Entry, bytes]] = []
    _add(entries, streams, entries[0], tree)
    mini, chains = _Chains(_MINI_SECTOR), _Chains(_SECTOR)
    for entry, data in streams:
        entry.size = len(data)
        entry.start = (mini if len(data) < _MINI_LIMIT else chains).store(data)
    entries[0].start, entries[0].size = chains.store(bytes(mini.body)), len(mini.body)
    mini_table = chains.store(_numbers(mini.table), b"\xff")
    directory = b"".join(entry.packed() for entry in entries)
    directory_at = chains.store(directory + _UNUSED * (-len(entries) % (_SECTOR // 128)))
    fat = _allocation(chains)
    header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16)
    header += struct.pack(
        "<5H6x9I", 0x3E, 3, 0xFFFE, 9, 6, 0, len(fat), directory_at, 0, _MINI_LIMIT,
        mini_table, -(-len(mini.table) // _IN_SECTOR), _END, 0,
    )  # fmt: skip
    header += _numbers([*fat, *[_NONE] * (_IN_HEADER - len(fat))])
    return header + bytes(chains.body)


def _numbers(values: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(values)}I", *values)


def _add(
    entries: list[_Entry],
    streams: list[tuple[_Entry, bytes]],
    parent: _Entry,
    items: Mapping[str, bytes | Tree],
) -> None:
    """Append the entries of a storage, in the order in which the specification compares names: length, then case-blind."""
    numbers = []
    for name in sorted(items, key=lambda name: (len(name), name.upper())):
        content = items[name]
        numbers.append(len(entries))
        entry = _Entry(name, _STREAM if isinstance(content, bytes) else _STORAGE)
        entries.append(entry)
        if isinstance(content, bytes):
            streams.append((entry, content))
        else:
            _add(entries, streams, entry, content)
    parent.child = _balanced(entries, numbers)


def _balanced(entries: list[_Entry], numbers: list[int]) -> int:
    """Link sorted siblings into a balanced tree, all black, and return its root."""
    if not numbers:
        return _NONE
    middle = len(numbers) // 2
    root = entries[numbers[middle]]
    root.left, root.right = (
        _balanced(entries, numbers[:middle]),
        _balanced(entries, numbers[middle + 1 :]),
    )
    return numbers[middle]


def _allocation(chains: _Chains) -> list[int]:
    """Append the allocation table, which also counts its own sectors, and return their numbers."""
    count = 1
    while len(chains.table) + count > count * _IN_SECTOR:
        count += 1
    if count > _IN_HEADER:
        raise ValueError("too large for one header")
    first = len(chains.table)
    table = [*chains.table, *[_FAT_SECTOR] * count]
    chains.body.extend(_numbers([*table, *[_NONE] * (count * _IN_SECTOR - len(table))]))
    return list(range(first, first + count))
