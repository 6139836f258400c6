"""The dated copy that stays next to a file which is replaced."""

from __future__ import annotations

import datetime as dt
import os
import re
from pathlib import Path
from typing import NamedTuple


def dated_copy(path: str | os.PathLike[str], label: str, now: dt.datetime) -> Path:
    """Name a file next to ``path`` that is not there yet, for what is about to be replaced.

    >>> import datetime
    >>> dated_copy("may.xlsx", "before-refresh", datetime.datetime(2026, 11, 22, 15, 4, 5)).name
    'may.before-refresh.20261122-150405.xlsx'
    """
    path = Path(path)
    return free(path.with_name(f"{path.stem}.{label}.{now:%Y%m%d-%H%M%S}{path.suffix}"))


_NAMED = re.compile(r"\.before(?:-(?P<label>[a-z]+))?\.(?P<day>\d{8})-(?P<time>\d{6})(?:-(?P<number>\d+))?$")


class Copied(NamedTuple):
    """A copy that was kept: its file, what it was kept before (such as "refresh", or "" for a command), and when."""

    path: Path
    before: str
    when: dt.datetime


def copies_of(path: Path) -> list[Copied]:
    """Return the copies that `dated_copy` named and that are still next to a file, the newest first."""
    found = list[tuple[dt.datetime, int, Copied]]()
    for one in path.parent.iterdir():
        named = _NAMED.search(one.stem)
        if named is None or one.suffix != path.suffix or one.stem[: named.start()] != path.stem:
            continue
        try:
            when = dt.datetime.strptime(named["day"] + named["time"], "%Y%m%d%H%M%S")  # noqa: DTZ007 - the user's clock
        except ValueError:
            continue
        found.append((when, int(named["number"] or 1), Copied(one, named["label"] or "", when)))
    return [copy for *_, copy in sorted(found, reverse=True)]


def free(path: Path) -> Path:
    """Return the path, or the first of it with -2, -3 and so on in its name that is not there yet."""
    found, number = path, 2
    while os.path.lexists(found):
        found, number = path.with_name(f"{path.stem}-{number}{path.suffix}"), number + 1
    return found
