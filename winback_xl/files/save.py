"""Save a file so that a crash, a full disk or a second writer never costs anybody their data.

The new content goes to a hidden file next to the target, is flushed to the disk, and takes the target's place in
one step. That hidden file is also the lock: its name follows from the target's, so a second writer finds it
taken, and what a killed process left behind is not locked and is swept away by the next save in the folder.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import hashlib
import logging
import os
import re
import shutil
import stat
import sys
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING

from winback_xl.errors import FileError
from winback_xl.files import disk_errors
from winback_xl.files.dated_copies import dated_copy
from winback_xl.files.locks import UNLOCKABLE, lock, open_elsewhere, same

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOG = logging.getLogger(__name__)

_PATIENCE = 0.4  # seconds: a sweep holds a lock for microseconds, a writer for as long as it writes
_PREFIX, _SUFFIX = ".winback-", ".tmp"
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_NOT_OURS = {errno.EACCES, errno.EPERM, errno.ELOOP}
_UNLINKABLE = UNLOCKABLE | {errno.EPERM, errno.EMLINK, errno.EXDEV, errno.EACCES}


@contextlib.contextmanager
def atomic_write(
    path: str | os.PathLike[str], *, force: bool = False, keep: bool = True
) -> Iterator[IO[bytes]]:
    """Open a binary file that becomes ``path`` when the block ends well, and leaves no trace when it does not.

    Parameters
    ----------
    path : path-like
        The file to write. A link is followed: the file it names is replaced.
    force : bool
        Allow that an existing file is replaced.
    keep : bool
        Whether what is replaced stays on next to it, dated (see `copies.dated_copy`).

    Yields
    ------
    IO[bytes]
        Open for writing, seekable. Flush or close whatever you wrap around it before the block ends.

    Raises
    ------
    FileError
        The file exists and ``force`` is not set, somebody has it open, another process is writing it, the folder
        is missing, or the disk refused. What stood there before is untouched.
    """
    given = os.fspath(path)
    try:
        target = _target(given, force=force)
        sweep(target.parent)
        fd, temp = _open_temp(target)
    except OSError as error:
        raise disk_errors.in_plain_words(error, Path(given)) from error
    kept: Path | None = None
    try:
        with os.fdopen(fd, "wb", closefd=False) as file:
            yield file
            if not file.closed:
                file.flush()
        os.fsync(fd)
        if keep and target.exists():
            now = dt.datetime.now()  # noqa: DTZ005 - the user's own clock names the copy
            kept = dated_copy(target, "before", now)
            _keep(target, kept, temp)
        _place(fd, temp, target, force=force)
        if kept is not None:
            _LOG.info("%s as it was before is kept as %s.", target.name, kept.name)
    except OSError as error:
        if error.filename in (None, str(temp), str(target)):
            raise disk_errors.in_plain_words(error, target) from error
        raise
    finally:
        _discard(fd, temp)


def find_out(path: str | os.PathLike[str], *, force: bool = False) -> None:
    """Find out before any work whether `atomic_write` would take on this file; raise its FileError if not."""
    try:
        _target(os.fspath(path), force=force)
    except OSError as error:
        raise disk_errors.in_plain_words(error, Path(path)) from error


def make_folder(folder: str | os.PathLike[str]) -> None:
    """Make a folder and those above it; raise a FileError where that cannot be."""
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(
            f"The folder {folder} cannot be made: {error.strerror}.", "Choose another folder.", "no-folder"
        ) from error


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


def _target(given: str, *, force: bool) -> Path:
    """Find out before any work whether the file may be written, and return where it really is."""
    if "://" in given or given.startswith(("http:", "https:")):
        raise FileError(
            f"{re.sub(':/+', '://', given.partition('?')[0], count=1)} is a web address.",
            "Save to a folder on this computer, for instance the synchronised one.",
            "not-local",
        )
    target = Path(os.path.realpath(given))
    if target.is_dir():
        raise FileError(f"{target} is a folder.", "Name a file in it.", "is-folder")
    if not target.parent.is_dir():
        raise FileError(
            f"There is no folder {target.parent}.", "Make it first, or choose another one.", "no-folder"
        )
    if os.path.lexists(target):
        if not force:
            raise _exists(target)
        if not target.is_file():
            raise FileError(f"{target} is not an ordinary file.", "Choose another name.", "not-a-file")
        if not os.access(target, os.W_OK):
            raise FileError(
                f"{target} is read-only.", "Choose another name, or allow changes to it.", "no-permission"
            )
        owner = open_elsewhere(target)
        if owner is not None:
            who = f" by {owner}" if owner else ""
            raise FileError(
                f"{target.name} is open{who}.",
                f"Close it there or choose another name. If nobody has it open, delete the hidden file ~${target.name}"
                f" or .~lock.{target.name}# next to it.",
                "open-elsewhere",
            )
    return target


def _exists(target: Path) -> FileError:
    return FileError(
        f"{target} exists already.", "Choose another name, or allow it to be replaced (--force).", "exists"
    )


def _open_temp(target: Path) -> tuple[int, Path]:
    """Open and lock the hidden file of a target, mode 0600."""
    key = hashlib.sha256(target.name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    temp = target.with_name(f"{_PREFIX}{key}{_SUFFIX}")
    last_try = time.monotonic() + _PATIENCE
    while True:
        try:
            fd = os.open(temp, _FLAGS, 0o600)
        except OSError as error:
            if error.errno in _NOT_OURS and os.path.lexists(temp):
                return _open_own(temp)
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
                return _open_own(temp)
            raise
        os.close(fd)
        if usable:
            return _open_own(temp)
        if not locked:
            _wait(target, last_try)


def _wait(target: Path, last_try: float) -> None:
    if time.monotonic() > last_try:
        what = f"{target.name} is being written by somebody else just now."
        raise FileError(what, "Wait a moment, then try again.", "busy")
    time.sleep(_PATIENCE / 20)


def _open_own(temp: Path) -> tuple[int, Path]:
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


def _keep(target: Path, copy: Path, temp: Path) -> None:
    """Give what is about to be replaced a second name; where the file system cannot, copy it."""
    try:
        _link(target, copy)
    except OSError as error:
        if error.errno not in _UNLINKABLE:
            raise
        _copy(target, copy, temp)


def _link(target: Path, name: Path) -> None:
    """Give a file a second name; Pyodide has no call for that, as some disks have none."""
    if not hasattr(os, "link"):
        raise OSError(errno.ENOTSUP, "Hard links are not supported", str(name))
    os.link(target, name)


def _copy(target: Path, copy: Path, temp: Path) -> None:
    """Copy a file by way of a hidden one: what has the copy's name is whole, whenever we are stopped."""
    fd, own = _open_own(temp)
    try:
        with contextlib.suppress(OSError):  # no locks here, so no sweep that would take it away either
            lock(fd)
        with os.fdopen(fd, "wb", closefd=False) as file, target.open("rb") as old:
            shutil.copyfileobj(old, file)
        os.fsync(fd)
        shutil.copystat(target, own)
        if sys.platform == "win32":  # pragma: no cover
            os.close(fd)  # Windows moves no open file
        own.rename(copy)
    finally:
        _discard(fd, own)


def _place(fd: int, temp: Path, target: Path, *, force: bool) -> None:
    """Let the written file take the target's place in one step, with the mode that the target had."""
    try:
        mode = stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        mode = 0o666 & ~_umask()
    temp.chmod(mode)
    if sys.platform == "win32":  # pragma: no cover
        os.close(fd)  # Windows moves no open file
    if force:
        temp.replace(target)
    else:
        _place_new(temp, target)
    if sys.platform != "win32":  # pragma: no branch
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _place_new(temp: Path, target: Path) -> None:
    """Place the file only if nothing is there, even if it appeared a moment ago."""
    try:
        if sys.platform == "win32":  # pragma: no cover
            temp.rename(target)  # refuses an existing target there
        else:
            _link(temp, target)
            temp.unlink()
    except FileExistsError:
        raise _exists(target) from None
    except OSError as error:
        if error.errno not in _UNLINKABLE:
            raise
        if os.path.lexists(target):
            raise _exists(target) from None
        temp.replace(target)


def _umask() -> int:
    if sys.platform == "emscripten":  # pragma: no cover - Pyodide answers 0o777, which forbids reading too
        return 0o022
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _discard(fd: int, temp: Path) -> None:
    """Remove the hidden file if it is still ours, then let go of the lock."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":  # pragma: no cover
            os.close(fd)
            temp.unlink()
        elif same(fd, temp):
            temp.unlink()
    with contextlib.suppress(OSError):
        os.close(fd)
