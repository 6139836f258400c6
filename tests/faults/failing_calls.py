"""Fail the n-th call of one kind in a process, as SQLite's tests do to every call of the system and every allocation.

A call counts where it concerns a file in one folder, that of the user: Python itself opens files too. An allocation
fails where a function of the package is entered for the first time: there are some hundred such places in a command.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import sys
from pathlib import Path

import winback_xl

KINDS = {
    "open": ((io, "open"), (os, "open")),
    "look": ((os, "stat"), (os, "lstat"), (os, "listdir"), (os, "scandir")),
    "set": ((os, "chmod"), (os, "mkdir"), (os, "ftruncate"), (os, "link")),
    "fsync": ((os, "fsync"),),
    "rename": ((os, "rename"), (os, "replace")),
    "unlink": ((os, "unlink"), (os, "remove")),
    "read": (),
    "write": (),
    "allocation": (),
}
"""What can fail, and the functions that do it; reading and writing are methods of open files."""

FIRED = "<the call failed>"
_PACKAGE = str(Path(winback_xl.__file__).parent)
_FILES = {"read": ("read", "readinto", "readline", "readlines"), "write": ("write", "flush", "truncate")}


class Calls:
    """Counts the calls that concern a folder, and fails one, or that one and all after it."""

    def __init__(self, nth, folder, *, forever):
        self.nth, self.folder, self.forever, self.seen = nth, folder, forever, 0

    def meet(self, path):
        if isinstance(path, int):
            path = str(Path(f"/proc/self/fd/{path}").readlink())
        if not os.fsdecode(path).startswith(self.folder):
            return
        self.seen += 1
        if self.seen == self.nth:
            print(FIRED)
        if self.seen == self.nth or (self.forever and self.seen > self.nth):
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))


class Failing:
    """An open file of which some methods may fail."""

    def __init__(self, file, calls, names):
        self._file, self._calls, self._names = file, calls, names

    def __getattr__(self, name):
        found = getattr(self._file, name)
        if name not in self._names:
            return found

        def met(*arguments):
            self._calls.meet(self._file.fileno())
            return found(*arguments)

        return met

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._file.close()

    def __iter__(self):
        self._calls.meet(self._file.fileno())
        return iter(self._file)


def fail_at(kind, nth, folder, forever=False):
    """Let the nth call of a kind fail in this process, and with ``forever`` all that follow: the disk is gone."""
    if kind == "allocation":
        sys.setprofile(_no_memory(nth))
        return
    calls = Calls(nth, folder, forever=forever)
    for module, name in KINDS[kind]:
        setattr(module, name, _counted(getattr(module, name), calls))
    if kind == "open":
        builtins.open = io.open
    if kind == "read":
        io.open = builtins.open = _files(io.open, calls, _FILES[kind], {"r", "rb"})
    if kind == "write":
        os.fdopen = _files(os.fdopen, calls, _FILES[kind], {"w", "wb", "w+b"})


def _counted(function, calls):
    def called(path=".", *arguments, **options):
        if isinstance(path, (str, bytes, int, os.PathLike)):
            calls.meet(path)
        return function(path, *arguments, **options)

    return called


def _files(function, calls, names, modes):
    def opened(path, mode="r", *arguments, **options):
        file = function(path, mode, *arguments, **options)
        inside = isinstance(path, int) or os.fsdecode(path).startswith(calls.folder)
        return Failing(file, calls, names) if inside and mode in modes else file

    return opened


def _no_memory(nth):
    """Return a profiler that refuses memory where the nth function of the package is entered for the first time."""
    met = set()

    def entered(frame, event, _):
        code = frame.f_code
        if event != "call" or code in met or not code.co_filename.startswith(_PACKAGE):
            return
        met.add(code)
        if len(met) == nth + 1:  # the first one starts the command line itself
            sys.setprofile(None)
            print(FIRED)
            raise MemoryError

    return entered
