"""Work on two things at once: what inflates, deflates or counts in C lets another thread run meanwhile.

The order of what comes out, and the error that ends it, are those of doing one thing after the other; only the
time differs. Where a Python has no threads (in a browser), one thing is done after the other.
"""

from __future__ import annotations

import sys
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from queue import Empty, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

THREADS = sys.platform != "emscripten"
_WORKERS = 2  # items in work at a time

_AHEAD = 2
"""Items made but not yet taken: enough to keep both sides busy, little in memory."""

_Item = TypeVar("_Item")
_Made = TypeVar("_Made")


def ahead(items: Iterable[_Item]) -> Iterator[_Item]:
    """Yield the items of an iterable that a thread of its own works through, a little ahead of who takes them.

    Parameters
    ----------
    items : iterable
        Worked through by one other thread only; its error is raised here, after the items before it. Where fewer
        items are taken than there are, a few more of them are made in vain.

    Examples
    --------
    >>> list(ahead(letter.upper() for letter in "abc"))
    ['A', 'B', 'C']
    """
    if not THREADS:
        yield from items
        return
    waiting: Queue[tuple[_Item] | BaseException | None] = Queue(_AHEAD)
    enough = Event()

    def work() -> None:
        last: BaseException | None = None
        try:
            for item in items:
                waiting.put((item,))
                if enough.is_set():
                    return
        except BaseException as error:  # noqa: BLE001 - raised again by the thread that takes
            last = error
        waiting.put(last)

    worker = Thread(target=work, name="ahead", daemon=True)
    worker.start()
    try:
        while isinstance(taken := waiting.get(), tuple):
            yield taken[0]
        if taken is not None:
            raise taken
    finally:
        enough.set()
        while worker.is_alive():  # it may wait for room
            try:
                waiting.get(timeout=0.01)
            except Empty:
                continue


def in_order(work: Callable[[_Item], _Made], items: Iterable[_Item]) -> Iterator[_Made]:
    """Yield the result of each item in the order of the items, with several of them in work at a time.

    Parameters
    ----------
    work : callable
        Called by several threads at once.
    items : iterable
        Worked through by the thread that takes the results.

    Examples
    --------
    >>> list(in_order(len, ["a", "bcd", ""]))
    [1, 3, 0]
    """
    if not THREADS:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(_WORKERS, "in_order") as pool:
        running: deque[Future[_Made]] = deque()
        rest, failed = iter(items), None
        try:
            missing = _WORKERS + 1
            while missing or running:
                try:
                    running.extend(pool.submit(work, item) for item in islice(rest, missing))
                except Exception as error:  # noqa: BLE001 - raised again after the items before it
                    failed = error
                if running:
                    yield running.popleft().result()
                missing = int(bool(running) and failed is None)
            if failed is not None:
                raise failed
        finally:
            for future in running:
                future.cancel()
