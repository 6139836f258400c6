"""Copy parts of a zip as they are stored, without unpacking them: the same bytes, and no time spent on them."""

from __future__ import annotations

import copy
import struct
from typing import IO, TYPE_CHECKING
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from winback_xl.readers.limits import damaged

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from zipfile import ZipInfo

_HEAD, _MARK = 30, b"PK\x03\x04"
_PIECE = 1 << 20
_SIZES_FOLLOW = 0x08  # flag: the sizes are behind the content, which a copy has no need of


def rewrite(
    source: IO[bytes],
    target: IO[bytes],
    file: str,
    changed: Mapping[str, bytes],
    new: Mapping[str, bytes],
    removed: Collection[str] = (),
) -> None:
    """Write a package again: its parts in their order, then new ones; those that do not change as they are stored.

    Parameters
    ----------
    source, target : IO[bytes]
        The package, and where the result goes.
    file : str
        Name of the source, for messages.
    changed, new : mapping of str to bytes
        Content by name of the part.
    removed : collection of str
        Parts that go, lower case.

    Raises
    ------
    FileError
        The source is damaged.
    """
    contents = {name.casefold(): content for name, content in changed.items()}
    try:
        with ZipFile(source) as held, ZipFile(target, "w", ZIP_DEFLATED) as package:
            for info in held.infolist():
                name = info.filename.replace("\\", "/").lstrip("/").casefold()
                if name in contents:
                    with package.open(info.filename, "w") as part:
                        part.write(contents[name])
                elif name not in removed:
                    copy_part(held, info, package, file)
            for name, content in new.items():
                with package.open(name, "w") as part:
                    part.write(content)
    except BadZipFile as error:
        raise damaged(file) from error


def copy_part(source: ZipFile, info: ZipInfo, target: ZipFile, file: str) -> None:
    """Copy one entry from a zip into another that is being written.

    Its name, date, compression and packed content stay; the target must write at least one part of its own.

    Raises
    ------
    FileError
        The directory of the source points to what is not an entry, or to less than it says.
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
