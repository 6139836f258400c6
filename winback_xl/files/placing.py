"""Put a written file into its place in one step, keep what it replaces, and take a series of files back where one fails."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import shutil
import stat
import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING

from winback_xl.errors import FileError
from winback_xl.files.hidden_file import discard, open_own
from winback_xl.files.locks import UNLOCKABLE, lock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LOG = logging.getLogger("winback_xl.files.save")
_UNLINKABLE = UNLOCKABLE | {errno.EPERM, errno.EMLINK, errno.EXDEV, errno.EACCES}
_PLACED: ContextVar[list[tuple[Path, Path | None]] | None] = ContextVar("files placed together", default=None)


@contextlib.contextmanager
def all_or_none() -> Iterator[None]:
    """Take every file that was saved in the block back where the block fails: new ones go, replaced ones return.

    Raises
    ------
    FileError
        Some could not be taken back; they are named.
    """
    placed: list[tuple[Path, Path | None]] = []
    token = _PLACED.set(placed)
    try:
        yield
    except BaseException as error:
        stay = [target for target, kept in reversed(placed) if not _taken_back(target, kept)]
        if stay:
            raise FileError(
                f"{error} These files were written all the same: {', '.join(map(str, stay))}.",
                "Delete them, then try again.",
                "half-written",
            ) from error
        raise
    finally:
        _PLACED.reset(token)
    for target, kept in placed:
        _report(target, kept)


def placed(target: Path, kept: Path | None) -> None:
    """Note that a file was saved, and the name under which what it replaced stays on."""
    together = _PLACED.get()
    if together is None:
        _report(target, kept)
    else:
        together.append((target, kept))


@contextlib.contextmanager
def undone(kept: Path | None) -> Iterator[None]:
    """Remove the copy of what was to be replaced where the block fails: then nothing was."""
    try:
        yield
    except BaseException:
        if kept is not None:
            with contextlib.suppress(OSError):
                kept.unlink(missing_ok=True)
        raise


def _report(target: Path, kept: Path | None) -> None:
    if kept is not None:
        _LOG.info("%s as it was before is kept as %s.", target.name, kept.name)


def _taken_back(target: Path, kept: Path | None) -> bool:
    try:
        if kept is None:
            target.unlink(missing_ok=True)
        else:
            kept.replace(target)
    except OSError:
        return False
    return True


def keep(target: Path, copy: Path, temp: Path) -> None:
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
    fd, own = open_own(temp)
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
        discard(fd, own)


def place(fd: int, temp: Path, target: Path, *, force: bool) -> None:
    """Let the written file take the target's place in one step, with the mode, owner and group that the target had."""
    try:
        mode = stat.S_IMODE(target.stat().st_mode)
        _give(fd, temp, target)
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
        with contextlib.suppress(
            OSError
        ):  # the file is whole and in its place; only a power failure could undo that
            _flush(target.parent)


def _flush(folder: Path) -> None:
    """Have the disk note the names in a folder."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _place_new(temp: Path, target: Path) -> None:
    """Place the file only if nothing is there, even if it appeared a moment ago."""
    try:
        if sys.platform == "win32":  # pragma: no cover
            temp.rename(target)  # refuses an existing target there
        else:
            _link(temp, target)
            with contextlib.suppress(OSError):  # it is in its place; a later save sweeps the other name away
                temp.unlink()
    except FileExistsError:
        raise exists(target) from None
    except OSError as error:
        if error.errno not in _UNLINKABLE:
            raise
        if os.path.lexists(target):
            raise exists(target) from None
        temp.replace(target)


def _umask() -> int:
    if sys.platform == "emscripten":  # pragma: no cover - Pyodide answers 0o777, which forbids reading too
        return 0o022
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _give(fd: int, temp: Path, target: Path) -> None:
    """Give a file the owner and the group of the one that it replaces, as far as we may."""
    if sys.platform == "win32" or not hasattr(os, "chown"):  # pragma: no cover - no such owners there
        return
    had, has = target.stat(), os.fstat(fd)
    for who, group in ((had.st_uid, had.st_gid), (-1, had.st_gid)):
        if (who in (-1, has.st_uid)) and group == has.st_gid:
            return
        try:
            os.chown(temp, who, group)
        except OSError:
            continue
        return


def exists(target: Path) -> FileError:
    """Return the error for a file that is there already."""
    return FileError(
        f"{target} exists already.", "Choose another name, or allow it to be replaced (--force).", "exists"
    )
