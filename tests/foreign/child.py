"""Call a function in a process of its own, with a deadline and a limit of memory, and say how it ended."""

from __future__ import annotations

import resource
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.faults.runs import FORKS

Step = Callable[..., Any]

_ROOM = 2_500_000_000
"""Addresses that libraries reserve and never touch; memory that is used is measured afterwards."""


@dataclass(frozen=True, slots=True)
class Done:
    """How a call ended.

    Parameters
    ----------
    answer : object
        What the function returned, None if it did not.
    failed : str
        "" or why there is no answer: the exception, the signal, the deadline.
    trace : str
        Where the exception came from.
    seconds, memory : float, int
        What it took; memory is the most that was resident, in bytes.
    """

    answer: Any = None
    failed: str = ""
    trace: str = ""
    seconds: float = 0.0
    memory: int = 0

    def failing(self, why: str) -> Done:
        """Return the same call as one that failed."""
        return replace(self, answer=None, failed=why)


def run(function: Step, *arguments: Any, seconds: float, memory: int) -> Done:
    """Call a function in a fork of a server that has everything imported.

    A fork of this process itself may hang: libraries have started threads here that a fork does not have.
    """
    ours, theirs = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=_call, args=(theirs, memory, function, arguments))
    started = time.monotonic()
    process.start()
    theirs.close()
    answer = None
    late = not ours.poll(seconds)
    if not late:
        try:
            answer = ours.recv()
        except EOFError:
            answer = None
    took = time.monotonic() - started
    if late:
        process.kill()
    process.join(10)
    ours.close()
    if late:
        return Done(failed=f"not done after {seconds:.0f} s", seconds=took)
    if answer is None:
        code = process.exitcode or 0
        name = signal.Signals(-code).name if code < 0 else str(code)
        return Done(failed=f"process died: {name}", seconds=took)
    kind, content, trace, peak = answer
    return Done(content if kind == "answer" else None, content if kind == "raised" else "", trace, took, peak)


def _call(pipe: Any, memory: int, function: Step, arguments: tuple[Any, ...]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory + _ROOM, memory + _ROOM))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = ("answer", function(*arguments), "")
    except BaseException as error:  # noqa: BLE001 - a panic of native code is no Exception
        answer = ("raised", type(error).__name__, traceback.format_exc(limit=-4))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    pipe.send((*answer, peak))
    pipe.close()
