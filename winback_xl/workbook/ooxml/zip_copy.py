"""Copy parts of a zip as they are stored, without unpacking them: the same bytes, and no time spent on them."""

from __future__ import annotations

import copy
import struct
from typing import TYPE_CHECKING

from winback_xl.readers.limits import damaged

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

_HEAD, _MARK = 30, b"PK\x03\x04"
_PIECE = 1 << 20
_SIZES_FOLLOW = 0x08  # flag: the sizes stand behind the content, which a copy has no need of


def copy_part(source: ZipFile, info: ZipInfo, target: ZipFile, file: str) -> None:
    """Copy one entry from a zip into another that is being written.

    Its name, date, compression and packed content stay; the target must write at least one part of its own.

    Raises
    ------
    FileError
        The directory of the source points to what is no entry, or to less than it says.
    """
    stored, out = source.fp, target.fp
    assert stored is not None  # noqa: S101 - both are open
    assert out is not None  # noqa: S101
    stored.seek(max(info.header_offset, 0))
    head = stored.read(_HEAD)
    if info.header_offset < 0 or len(head) < _HEAD or not head.startswith(_MARK):
        raise damaged(file, f"its part {info.filename} is not where the directory says")
    stored.seek(sum(struct.unpack("<HH", head[26:30])), 1)
    made = copy.copy(info)
    made.extra = b""
    made.flag_bits &= ~_SIZES_FOLLOW
    out.seek(target.start_dir)
    made.header_offset = out.tell()
    out.write(made.FileHeader())
    left = info.compress_size
    while left:
        piece = stored.read(min(left, _PIECE))
        if not piece:
            raise damaged(file, f"its part {info.filename} is cut off")
        out.write(piece)
        left -= len(piece)
    target.filelist.append(made)
    target.NameToInfo[made.filename] = made
    target.start_dir = out.tell()
