"""Entry points of the buttons: ``run`` for a macro on Windows and macOS, ``perform`` for every other host.

A mistake of the user's becomes a message with its fix; whatever else fails is our fault and says so. The last
word of a command is on the status bar, and in the cell named `MESSAGE` where the workbook has one; Lite and
Server, which have no status bar, show it in a box where that cell is missing. They write when a command ends, so
one that fails by our fault raises there, and nothing of it is written.
"""

from __future__ import annotations

import logging
from typing import Any

import xlwings as xw

from winback_xl.errors import FileError, UsageError, WinbackError, nearest
from winback_xl.excel import host
from winback_xl.excel.buttons import commands
from winback_xl.excel.live.update_sheets import ChangedMeanwhileError
from winback_xl.inputs.answers import in_settings

MESSAGE = "winback_message"
"""Name of the cell that shows what the last button did."""

_LONGEST = 900  # characters of a message box that still fit a small screen

_TRIES = 3  # times that a command begins again for others who type in the same workbook

_log = logging.getLogger(__name__)


def run(name: str) -> str:
    """Do what a button says, in the workbook whose macro called.

    Parameters
    ----------
    name : str
        Such as ``"segment_customers"`` (see `winback_xl.excel.buttons.commands`).

    Returns
    -------
    str
        What was done and what to do next, or why nothing was done.
    """
    return perform(name, xw.Book.caller())


def perform(name: str, book: Any) -> str:
    """Do what a button says, in a given workbook. Parameters and result as for `run`.

    Raises
    ------
    xlwings.XlwingsError
        It was not done, and the host has no message box to say so; or it failed by our fault on Lite or Server,
        where what is raised is shown and takes back all that was about to be written.
    """
    cell = host.attempt(lambda: book.names[MESSAGE].refers_to_range, None)
    try:
        command = _command(name)
        _possible(name, book)
        said = _until_nobody_is_in_the_way(command, book)
    except WinbackError as error:
        return _refuse(book, cell, f"Not done. {in_settings(str(error))}")
    except Exception as fault:  # noqa: BLE001 - whatever it is, the user must hear of it in words
        _log.exception("%s failed", name)
        text = f"Not done because of an error in winback_xl: {type(fault).__name__}: {fault}. Your own cells were not changed."
        return _refuse(book, cell, f"{text} Press Doctor and send us what it says.", fault)
    _say(book, cell, said)
    if cell is None and host.is_remote(book):
        host.tell(book, _short(said))
    return said


def _until_nobody_is_in_the_way(command: Any, book: Any) -> str:
    """Do a command; begin again where somebody else changed the workbook while it was calculated."""
    for _ in range(_TRIES - 1):
        try:
            return str(command(book))
        except ChangedMeanwhileError:
            host.show(host.attempt(lambda: book.app, None), "Others are typing: reading again")
    return str(command(book))


def _command(name: str) -> Any:
    if name not in commands.COMMANDS:
        near = nearest(name, commands.COMMANDS)
        raise UsageError(
            f"There is no button {name}.",
            f"Did you mean {near}?" if near else f"There are: {', '.join(commands.COMMANDS)}.",
            code="no-such-button",
        )
    return getattr(commands, name)


def _possible(name: str, book: Any) -> None:
    """Refuse what needs files on this computer where the workbook is in a browser."""
    if name in host.ON_DISK and host.is_remote(book):
        label = name.replace("_", " ").capitalize()
        raise FileError(
            f"{label} needs files on this computer, which xlwings Lite and Server cannot reach.",
            host.ON_DISK[name],
            code="not-on-this-host",
        )


def _refuse(book: Any, cell: Any, text: str, fault: Exception | None = None) -> str:
    """Show why nothing was done: in a message box, or as the error that Lite and Server show."""
    if fault is not None and host.is_remote(book):
        raise xw.XlwingsError(_short(text)) from fault
    _say(book, cell, text)
    if not host.tell(book, _short(text), bad=True):
        raise xw.XlwingsError(_short(text)) from fault
    return text


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _say(book: Any, cell: Any, text: str) -> None:
    host.show(host.attempt(lambda: book.app, None), text)

    def write() -> None:
        cell.value = f"'{text}"

    if cell is not None:
        host.attempt(write, None)


def scripts() -> dict[str, Any]:
    """Return every button as an xlwings script, by its name: for ``main.py`` of Lite and Server.

    Examples
    --------
    In the workbook's ``main.py``: ``globals().update(entry.scripts())``.
    """
    return {name: _script(name) for name in commands.COMMANDS}


def _script(name: str) -> Any:
    def press(book: xw.Book) -> None:
        perform(name, book)

    # xlwings looks for the type itself, not for its name as text
    press.__annotations__ = {"book": xw.Book, "return": None}
    press.__name__ = press.__qualname__ = name
    press.__doc__ = getattr(commands, name).__doc__
    return xw.script(press)
