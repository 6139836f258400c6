"""The dated copy that stays next to a file which is replaced."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt


def dated_copy(path: str | os.PathLike[str], label: str, now: dt.datetime) -> Path:
    """Name a file next to ``path`` that is not there yet, for what is about to be replaced.

    >>> import datetime
    >>> dated_copy("may.xlsx", "before-refresh", datetime.datetime(2026, 11, 22, 15, 4, 5)).name
    'may.before-refresh.20261122-150405.xlsx'
    """
    path = Path(path)
    return free(path.with_name(f"{path.stem}.{label}.{now:%Y%m%d-%H%M%S}{path.suffix}"))


def free(path: Path) -> Path:
    """Return the path, or the first of it with -2, -3 and so on in its name that is not there yet."""
    found, number = path, 2
    while os.path.lexists(found):
        found, number = path.with_name(f"{path.stem}-{number}{path.suffix}"), number + 1
    return found
