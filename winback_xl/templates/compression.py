"""Compress VBA source text as a macro project stores it ([MS-OVBA] 2.4.1), and hide three short values (2.4.3)."""

from __future__ import annotations

import struct

_CHUNK = 4096
_SHORTEST = 3  # bytes a copy must save to be worth its two


def compress(data: bytes) -> bytes:
    r"""Return a CompressedContainer: a signature byte and one chunk for every 4096 bytes.

    Parameters
    ----------
    data : bytes
        Source text in the code page of the project.

    Raises
    ------
    ValueError
        The last, shorter part grows when it is compressed: no text does.

    Examples
    --------
    The example of [MS-OVBA] 3.2.2.

    >>> compress(b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa").hex()[:16]
    '012fb00023616161'
    """
    out = bytearray(b"\x01")
    for start in range(0, len(data), _CHUNK):
        raw = data[start : start + _CHUNK]
        packed = _compress_chunk(raw)
        if len(packed) <= _CHUNK:
            out += struct.pack("<H", 0xB000 | (len(packed) - 1)) + packed
        elif len(raw) == _CHUNK:
            out += struct.pack("<H", 0x3FFF) + raw
        else:
            raise ValueError("the text does not compress")
    return bytes(out)


def _compress_chunk(raw: bytes) -> bytes:
    """Write flag bytes, each followed by eight tokens: one byte as it is, or a copy of what stood before."""
    out = bytearray()
    seen: dict[bytes, list[int]] = {}
    at = 0
    while at < len(raw):
        flags_at = len(out)
        out.append(0)
        for bit in range(8):
            if at >= len(raw):
                break
            length, where = _longest_match(raw, at, seen)
            if length:
                out[flags_at] |= 1 << bit
                out += _copy_token(at, where, length)
            else:
                out.append(raw[at])
                length = 1
            for place in range(at, min(at + length, len(raw) - 2)):
                seen.setdefault(raw[place : place + _SHORTEST], []).append(place)
            at += length
    return bytes(out)


def _longest_match(raw: bytes, at: int, seen: dict[bytes, list[int]]) -> tuple[int, int]:
    """Return length and start of the longest earlier copy of what follows, the nearest first; (0, 0) for none."""
    limit = min((0xFFFF >> _offset_bits(at)) + _SHORTEST, len(raw) - at)
    best, where = 0, 0
    for candidate in reversed(seen.get(raw[at : at + _SHORTEST], ())):
        length = _SHORTEST
        while length < limit and raw[candidate + length] == raw[at + length]:
            length += 1
        if min(length, limit) > best:
            best, where = min(length, limit), candidate
        if best == limit:
            break
    return (best, where) if best >= _SHORTEST else (0, 0)


def _offset_bits(at: int) -> int:
    """Return how many bits of a token hold the distance: as many as the position needs, at least 4 (2.4.1.3.19.1)."""
    return max((at - 1).bit_length() if at > 1 else 0, 4)


def _copy_token(at: int, where: int, length: int) -> bytes:
    return struct.pack("<H", (at - where - 1) << (16 - _offset_bits(at)) | (length - _SHORTEST))


def hide(data: bytes, project_id: str) -> str:
    """Return CMG, DPB or GC of a PROJECT stream: the value, mixed with the project's id ([MS-OVBA] 2.4.3.2).

    A fixed seed is where the specification asks for a random one, so that equal projects give equal bytes.
    """
    seed = 0x0C
    key = sum(project_id.encode()) & 0xFF
    out = [seed, seed ^ 2, seed ^ key]
    plain, newest, older = key, out[2], out[1]
    for byte in bytes((seed & 6) // 2) + struct.pack("<I", len(data)) + data:
        mixed = byte ^ ((older + plain) & 0xFF)
        out.append(mixed)
        older, newest, plain = newest, mixed, byte
    return bytes(out).hex().upper()
