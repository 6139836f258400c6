"""The hidden file that a save writes first: next to its target, locked while somebody writes, swept when nobody does."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import sys
import time
from pathlib import Path

from winback_xl.errors import FileError
from winback_xl.files.locks import UNLOCKABLE, lock, same

_PATIENCE = 0.4  # seconds: a sweep holds a lock for microseconds, a writer for as long as it writes
_PREFIX, _SUFFIX = ".winback-", ".tmp"
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_NOT_OURS = {errno.EACCES, errno.EPERM, errno.ELOOP}


def sweep(folder: str | os.PathLike[str]) -> int:
    """Remove what killed processes left in a folder, and say how many files that was.

    A file that a living process writes is locked and stays.
    """
    removed = 0
    for orphan in Path(folder).glob(f"{_PREFIX}*{_SUFFIX}"):
        try:
            fd = os.open(orphan, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
        except OSError:  # another user's, or gone
            continue
        try:
            if lock(fd) and same(fd, orphan):
                if sys.platform == "win32":  # pragma: no cover
                    os.close(fd)  # Windows deletes no open file
                orphan.unlink()
                removed += 1
        except OSError:
            continue
        finally:
            with contextlib.suppress(OSError):
                os.close(fd)
    return removed


def open_temp(target: Path) -> tuple[int, Path]:
    """Open and lock the hidden file of a target, mode 0600."""
    key = hashlib.sha256(target.name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    temp = target.with_name(f"{_PREFIX}{key}{_SUFFIX}")
    last_try = time.monotonic() + _PATIENCE
    while True:
        try:
            fd = os.open(temp, _FLAGS, 0o600)
        except OSError as error:
            if error.errno in _NOT_OURS and os.path.lexists(temp):
                return open_own(temp)
            raise
        try:
            locked = lock(fd)
            usable = locked and same(
                fd, temp
            )  # else who was before us finished between our opening and locking
            if usable and _is_ours(fd):
                os.ftruncate(fd, 0)
                return fd, temp
        except OSError as error:
            os.close(fd)
            if error.errno in UNLOCKABLE:
                temp.unlink()
                return open_own(temp)
            raise
        os.close(fd)
        if usable:
            return open_own(temp)
        if not locked:
            _wait(target, last_try)


def _wait(target: Path, last_try: float) -> None:
    if time.monotonic() > last_try:
        what = f"{target.name} is being written by somebody else just now."
        raise FileError(what, "Wait a moment, then try again.", "busy")
    time.sleep(_PATIENCE / 20)


def open_own(temp: Path) -> tuple[int, Path]:
    """Open a hidden file that nobody else can name: where files cannot be locked or belong to another user.

    There two writers do not learn of each other, but still never share a file: the last one wins, whole.
    """
    own = temp.with_name(f"{temp.stem}-{os.urandom(6).hex()}{_SUFFIX}")
    return os.open(own, _FLAGS | os.O_EXCL, 0o600), own


def _is_ours(fd: int) -> bool:
    """Return whether we own the file, and if so close it to others: a file placed there by another user would be read."""
    if not hasattr(os, "geteuid"):  # pragma: no cover - Windows, and the one user of a browser
        return True
    if os.fstat(fd).st_uid != os.geteuid():
        return False
    os.fchmod(fd, 0o600)
    return True


def discard(fd: int, temp: Path) -> None:
    """Remove the hidden file if it is still ours, then let go of the lock."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":  # pragma: no cover
            os.close(fd)
            temp.unlink()
        elif same(fd, temp):
            temp.unlink()
    with contextlib.suppress(OSError):
        os.close(fd)
