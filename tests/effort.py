"""How much work something does, counted and not timed: the same on any machine, however busy it is."""

from __future__ import annotations

import sys
import threading
import tracemalloc
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Effort:
    """Calls of functions, of Python and of C, and the most memory that was held, in bytes."""

    calls: int = 0
    memory: int = 0


@contextmanager
def measured(*, memory: bool = False) -> Iterator[Effort]:
    """Count the calls that are made inside, also by threads that start there, and the memory on request.

    What handles a million rows without a call for each of them is quick; what makes one for each is not.
    """
    found = Effort()

    def see(_frame: object, event: str, _argument: object) -> None:
        found.calls += event in {"call", "c_call"}

    if memory:
        tracemalloc.start()
    before, of_threads = sys.getprofile(), threading.getprofile()
    threading.setprofile(see)
    sys.setprofile(see)
    try:
        yield found
    finally:
        sys.setprofile(before)
        threading.setprofile(of_threads)  # type: ignore[arg-type]  # None ends it
        if memory:
            found.memory = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
