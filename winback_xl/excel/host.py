"""The host of the open workbook behind a few methods: show, ask, stay quiet, keep a copy.

Hosts differ: classic Excel has a status bar, a file and a dialog; xlwings Lite and Server have none of them and
queue what is written until the command ends. Whatever is only for show is tried, and left out where it fails.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import tempfile
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from winback_xl.errors import FileError
from winback_xl.files.dated_copies import dated_copy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

T = TypeVar("T")

ON_DISK: Mapping[str, str] = MappingProxyType(
    {
        "load_orders": "Copy the rows of your export into a sheet, headings included, then press Check data.",
        "previous_version": "Open the version history of the workbook in OneDrive or SharePoint instead.",
        "share_copy": "Download the workbook, then run: winback share CAMPAIGN.xlsx -o COPY.xlsx",
        "split_by_owner": "Download the workbook, then run: winback split CAMPAIGN.xlsx -o FOLDER",
        "collect_copies": "Download the workbook, then run: winback collect CAMPAIGN.xlsx COPY.xlsx -o RESULT.xlsx",
    }
)
"""Buttons that need files on this computer, which xlwings Lite and Server cannot reach -> what to do there."""


def attempt(action: Callable[[], T], otherwise: T) -> T:
    """Do what a host may not be able to do.

    Every host raises errors of its own (COM errors, NotImplementedError, ...), so all of them count as "cannot".
    """
    try:
        return action()
    except Exception:  # noqa: BLE001 - see above; only for what a job can do without
        return otherwise


def is_remote(book: Any) -> bool:
    """Return whether the workbook is remote (Lite, Server): sizes are in points, writes are queued."""
    return str(attempt(lambda: book.app.engine.type, "desktop")) == "remote"


class Progress:
    """Tells what is being done, step by step, on the status bar where there is one.

    Parameters
    ----------
    book : xlwings.Book
    steps : int
        How many there will be.
    """

    def __init__(self, book: Any, steps: int) -> None:
        self._app, self._steps, self._done = attempt(lambda: book.app, None), steps, 0

    def __call__(self, text: str) -> None:
        """Describe what comes next."""
        self._done = min(self._done + 1, self._steps)
        show(self._app, f"{text}, step {self._done} of {self._steps}")


def show(app: Any, text: str | bool) -> None:
    """Put a text on the status bar; False gives it back to Excel."""

    def put() -> None:
        app.status_bar = text

    attempt(put, None)


@contextlib.contextmanager
def working(book: Any, steps: int) -> Iterator[Progress]:
    """Show progress while a command works; afterwards screen, calculation and status bar are as before."""
    progress = Progress(book, steps)
    with contextlib.ExitStack() as stack:
        for name, value in (("screen_updating", False), ("calculation", "manual")):
            _set_for_now(stack, attempt(lambda: book.app, None), name, value)
        stack.callback(show, attempt(lambda: book.app, None), False)
        yield progress


def _set_for_now(stack: contextlib.ExitStack, app: Any, name: str, value: Any) -> None:
    """Change a property of Excel until the stack ends, where Excel has it."""
    missing = object()
    before = attempt(lambda: getattr(app, name), missing)
    if before is not missing:
        attempt(lambda: setattr(app, name, value), None)
        stack.callback(attempt, lambda: setattr(app, name, before), None)


def tell(book: Any, text: str, *, bad: bool = False) -> bool:
    """Show a message box where the host has one, and say whether it has."""
    mode = "critical" if bad else "info"
    return attempt(lambda: bool(book.app.alert(text, "Win-back", "ok", mode) or True), False)


def file_of(book: Any) -> Path | None:
    """Return the workbook's file, or None: never saved, in a browser, or known by a web address only.

    A workbook in a synchronised OneDrive or SharePoint folder calls itself by its web address.
    """
    name = str(attempt(lambda: book.fullname, ""))
    if not name or "://" in name:
        return None
    path = Path(name)
    return path if attempt(path.is_file, False) else None


def needs_file(book: Any, what: str) -> Path:
    """Return the workbook's file.

    Raises
    ------
    FileError
        It has none that can be found on this computer.
    """
    path = file_of(book)
    if path is None:
        raise FileError(
            f"{what} needs a workbook that is saved in a folder of this computer.",
            "Save it there (in a synchronised OneDrive folder: download a copy first), then try again.",
            code="no-file",
        )
    return path


def keep_copy(book: Any, label: str) -> str:
    """Keep a dated copy next to the workbook, before anything in it is replaced.

    Returns
    -------
    str
        A sentence that names the copy, or "" where the host has no file: there the host's own version history
        has to serve.
    """
    path = file_of(book)
    if path is None:
        return ""
    copy = dated_copy(path, label, dt.datetime.now())  # noqa: DTZ005 - the user's own clock names the copy
    if save_copy(book, copy):
        return f" What was there before is kept in {copy.name}."
    try:
        shutil.copy2(path, copy)
    except OSError as error:
        raise FileError(
            f"{copy.name} could not be kept next to the workbook ({error.strerror}), so nothing was changed.",
            "Save the workbook in a folder that you may write to, then try again.",
            code="no-copy",
        ) from error
    return f" What was last saved before is kept in {copy.name}."


@contextlib.contextmanager
def saved_state(book: Any, what: str) -> Iterator[tuple[Path, Path]]:
    """Yield the workbook's file, and a file with all that it shows now, saved or not.

    Excel for Windows saves a copy on the side; elsewhere the workbook itself is saved first.

    Raises
    ------
    FileError
        The workbook has no file on this computer.
    """
    path = needs_file(book, what)
    with tempfile.TemporaryDirectory(prefix="winback-") as folder:
        copy = Path(folder) / path.name
        if not save_copy(book, copy):
            attempt(book.save, None)
            copy = path
        yield path, copy


def save_copy(book: Any, path: Path) -> bool:
    """Save the open state under another name without renaming the book; only Excel for Windows can."""

    def save() -> bool:
        book.api.SaveCopyAs(str(path))
        return path.is_file()

    return attempt(save, False)
