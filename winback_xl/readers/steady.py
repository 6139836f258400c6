"""A file while it is read: what the system refuses becomes a sentence, and so does a file that somebody is writing."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from winback_xl.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NOT_OF_READING = {errno.ENOSPC, errno.EPIPE}  # of what is printed meanwhile
_OF_CONTENT = {None, errno.EINVAL, errno.EOVERFLOW}  # an address that a broken file names


@contextmanager
def steady(path: Path) -> Iterator[None]:
    """Read a file in the block, and refuse one that is another at its end.

    Raises
    ------
    FileError
        ``file-changing`` where somebody wrote it meanwhile, else as for `stated`.
    """
    with stated(path):
        before = state(path)
        yield
        if state(path) != before:
            raise FileError(
                f"{path.name} was changed while it was read.",
                "Wait until the program that writes it is done, then try again.",
                "file-changing",
            )


@contextmanager
def stated(path: Path) -> Iterator[None]:
    """Read a file in the block; what the system refuses becomes a `FileError`."""
    try:
        yield
    except OSError as error:
        if error.errno in _NOT_OF_READING or error.filename not in (None, str(path)):
            raise
        raise closed(path, error) from error


def is_refusal(error: BaseException) -> bool:
    """Return whether the system refused to read, rather than the content being wrong."""
    return isinstance(error, OSError) and error.errno not in _OF_CONTENT


def closed(path: Path, error: Exception) -> FileError:
    """Make the error for a file that the system does not let us read."""
    if isinstance(error, PermissionError):
        return FileError(
            f"{path.name} cannot be opened: another program holds it, or you may not read it.",
            "Close it in Excel, or copy it to a folder of yours.",
            "file-locked",
        )
    reason = getattr(error, "strerror", None) or "the path is not valid"
    return FileError(
        f"{path.name[:80]} cannot be opened: {reason}.",
        "Check the path, or copy the file to this computer.",
        "file-closed",
    )


def state(path: Path) -> tuple[int, int, int]:
    """Return what tells one content of a file from another: its number, size and time."""
    about = path.stat()
    return about.st_ino, about.st_size, about.st_mtime_ns
