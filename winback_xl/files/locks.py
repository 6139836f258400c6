"""Find who else uses a file: processes that hold a lock on it, and programs that left a lock file."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path

UNLOCKABLE = frozenset({errno.ENOTSUP, errno.ENOLCK, errno.ENOSYS, errno.EINVAL})
"""What the system answers on a file system that has no locks."""

_BUSY = {errno.EAGAIN, errno.EACCES, errno.EDEADLK}
_OWNER_NAME = 55  # where Excel's owner file repeats the name in UTF-16: its length, a zero byte, the text


def open_elsewhere(path: str | os.PathLike[str]) -> str | None:
    """Return who has a workbook open in Excel or LibreOffice: a name, "" when unnamed, None when nobody.

    Both programs put an owner file next to an open workbook: ``~$book.xlsx`` and ``.~lock.book.xlsx#``.
    """
    path = Path(path)
    with contextlib.suppress(OSError):
        return _excel_owner(path.with_name(f"~${path.name}").read_bytes())
    with contextlib.suppress(OSError):
        line = path.with_name(f".~lock.{path.name}#").read_text("utf-8", "replace")
        fields = [part.strip() for part in line.split(",")]
        return next((part for part in fields[:2] if part), "")
    return None


def _excel_owner(content: bytes) -> str:
    """Read the user name out of Excel's owner file: once in the local code page, once in UTF-16."""
    count = content[_OWNER_NAME] if len(content) > _OWNER_NAME else 0
    wide = content[_OWNER_NAME + 2 : _OWNER_NAME + 2 + 2 * count].decode("utf-16-le", "replace")
    narrow = content[1 : 1 + content[0]].decode("latin-1") if content else ""
    return (wide or narrow).strip()


def same(fd: int, path: Path) -> bool:
    """Return whether the path still names the open file."""
    try:
        return os.path.samestat(os.fstat(fd), os.lstat(path))
    except FileNotFoundError:
        return False


if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def lock(fd: int) -> bool:
        """Take the lock of an open file and return True, or return False when another process has it."""
        os.lseek(fd, 1 << 30, os.SEEK_SET)  # a byte far behind what is written
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in _BUSY:
                return False
            raise
        finally:
            os.lseek(fd, 0, os.SEEK_SET)
        return True

elif sys.platform == "emscripten":  # pragma: no cover

    def lock(fd: int) -> bool:  # noqa: ARG001 - the same on every system
        """Return True: in a browser there is no other process, and Pyodide before 0.28 has no fcntl."""
        return True

else:
    import fcntl

    def lock(fd: int) -> bool:
        """Take the lock of an open file and return True, or return False when another process has it.

        The lock goes with the file's last closing, so also when the process is killed.
        """
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _BUSY:
                return False
            raise
        return True
