"""What the operating system says in numbers, in plain words."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from winback_xl.errors import FileError

if TYPE_CHECKING:
    from pathlib import Path

_WORDS = {
    errno.ENOSPC: ("The disk is full", "Free some disk space, or choose another folder.", "disk-full"),
    errno.EDQUOT: (
        "Your disk quota is used up",
        "Free some disk space, or choose another folder.",
        "disk-full",
    ),
    errno.EFBIG: (
        "The file would be larger than this disk or account allows",
        "Choose another folder.",
        "too-large",
    ),
    errno.EACCES: (
        "You may not write there",
        "Choose another folder, or close the file if it is open.",
        "no-permission",
    ),
    errno.EPERM: (
        "You may not write there",
        "Choose another folder, or close the file if it is open.",
        "no-permission",
    ),
    errno.EROFS: ("That disk is read-only", "Choose another folder.", "no-permission"),
    errno.ENAMETOOLONG: (
        "The path is too long",
        "Choose a shorter name or a folder further up.",
        "name-too-long",
    ),
    errno.ENOENT: ("The folder is gone", "Choose another folder.", "no-folder"),
    errno.ENOTDIR: ("Part of the path is a file, not a folder", "Choose another folder.", "no-folder"),
    errno.ELOOP: ("The path is a link that leads in a circle", "Choose another folder.", "no-folder"),
}


def in_plain_words(error: OSError, target: Path) -> FileError:
    """Explain an error number of the operating system in plain words."""
    reason, hint, code = _WORDS.get(
        error.errno or 0,
        (
            f"The disk or network did not answer ({error.strerror or error})",
            "Check that it is connected, then try again.",
            "unwritable",
        ),
    )
    return FileError(
        f"{target} was not written. {reason}; the file that was there before is unchanged.", hint, code
    )
