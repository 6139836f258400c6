"""Runs of commands in processes of their own that can be killed, starved or shut out.

They are forked off a server that has everything imported, so a run takes as long as its work does. A
``handicap`` is what a run does to itself first; it lives here, for a fork finds functions by their name.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import multiprocessing
import os
import resource
import signal
import sys
from pathlib import Path
from typing import NamedTuple

FORKS = multiprocessing.get_context("forkserver" if sys.platform != "win32" else "spawn")
FORKS.set_forkserver_preload(
    [
        "winback_xl.cli", "winback_xl.workflows.planning", "winback_xl.workflows.refreshing", "winback_xl.workflows.collecting",
        "winback_xl.workflows.exporting", "winback_xl.workflows.sharing",
        "winback_xl.workbook.render_file", "winback_xl.workbook.book", "winback_xl.workbook.ooxml.inject",
        "winback_xl.workbook.report_book", "winback_xl.templates.build", "winback_xl.samples", "scipy.special", "openpyxl", "encodings.utf_8_sig",
    ]
)  # fmt: skip

HIDDEN = ".winback-*"
_STEPS = {"open", "os.link", "os.rename", "os.remove", "os.chmod", "os.truncate", "os.mkdir"}


class Ended(NamedTuple):
    """How a run ended: its exit code (negative: killed by that signal), and all that it said in one line."""

    code: int
    said: str


def start(arguments, said, handicap=None, *given):
    """Start a command; what it says goes to the file ``said``."""
    words = [str(argument) for argument in arguments]
    process = FORKS.Process(target=_run, args=(words, str(said), handicap, given))
    process.start()
    return process


def end(process, said, patience=120):
    """Wait for a run to end, and tell how."""
    process.join(patience)
    assert process.exitcode is not None, "the run hangs"
    stated = Path(said).read_text("utf-8") if Path(said).exists() else ""
    Path(said).unlink(missing_ok=True)
    return Ended(process.exitcode, " ".join(stated.split()))


def _run(words, said, handicap, given):
    from winback_xl import cli

    signal.signal(signal.SIGINT, signal.default_int_handler)
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        if handicap:
            handicap(*given)
        code = cli.run(words)
    small_files(resource.RLIM_INFINITY)  # or what it said would not fit either
    Path(said).write_text(out.getvalue(), "utf-8")
    os._exit(code)


def small_files(size):
    """Let no file of this process grow beyond so many bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def no_privileges():
    """Give up what root may do beyond others, so that the modes of files and folders count for us too."""
    version_3, nothing = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    assert ctypes.CDLL(None).capset(version_3, nothing) == 0


def kill_at(step, folder):
    """Kill this process right before the step-th time that it changes something in a folder."""
    seen = 0

    def count(event, details):
        nonlocal seen
        if event not in _STEPS or not _changes(event, details, folder):
            return
        seen += 1
        if seen == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def _changes(event, details, folder):
    if event == "open" and not (isinstance(details[2], int) and details[2] & (os.O_WRONLY | os.O_RDWR)):
        return False
    path = details[0]
    if isinstance(path, int):  # a truncation of what is open
        path = str(Path(f"/proc/self/fd/{path}").readlink())
    return isinstance(path, str) and path.startswith(folder)
