"""Save a file so that a crash, a full disk or a second writer never costs anybody their data.

The new content goes to a hidden file next to the target, is flushed to the disk, and takes the target's place in
one step. That hidden file is also the lock: its name follows from the target's, so a second writer finds it
taken, and what a killed process left behind is not locked and is swept away by the next save in the folder.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
from pathlib import Path
from typing import IO, TYPE_CHECKING

from winback_xl.errors import FileError
from winback_xl.files import disk_errors, hidden_file, placing
from winback_xl.files.dated_copies import dated_copy
from winback_xl.files.locks import open_elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterator


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
        hidden_file.sweep(target.parent)
        fd, temp = hidden_file.open_temp(target)
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
            placing.keep(target, kept, temp)
        with placing.undone(kept):
            placing.place(fd, temp, target, force=force)
        placing.placed(target, kept)
    except OSError as error:
        if error.filename in (None, str(temp), str(target)):
            raise disk_errors.in_plain_words(error, target) from error
        raise
    finally:
        hidden_file.discard(fd, temp)


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
            raise placing.exists(target)
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
