"""Names of files from names of people."""

from __future__ import annotations

import re

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{n}{i}" for n in ("com", "lpt") for i in range(1, 10))}
)
_LONGEST = 120


def free_file_name(wanted: str, taken: set[str]) -> str:
    """Return a name that every file system takes, and that is not taken.

    >>> free_file_name("may - Ann/Bob: <x>", set()), free_file_name("CON", set())
    ('may - Ann Bob x', 'CON_')
    """
    name = " ".join(_FORBIDDEN.sub(" ", wanted).split()).rstrip(" .")[:_LONGEST].rstrip(" .") or "copy"
    if name.casefold() in _RESERVED:
        name += "_"
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        free = f"{name} ({number})"
    taken.add(free.casefold())
    return free
