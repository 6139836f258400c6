"""One file of a large ledger, opened but not read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from pathlib import Path

    from winback_xl.errors import Issue

BATCH = 1 << 18
"""Rows that are read at a time."""

Batches = Callable[[], Iterator[pa.Table]]


@dataclass(frozen=True, slots=True)
class File:
    """One file of a ledger: its name, headings, rows as far as known, and how to read it."""

    name: str
    headings: tuple[str, ...]
    rows: int
    batches: Batches
    stamp: str = ""
    notes: list[Issue] = field(default_factory=list)
    counted: bool = True  # whether ``rows`` is how many there are, and not about how many


def stamp(path: Path) -> str:
    """Return what changes when a file does."""
    about: Any = path.stat()
    return f"{path.resolve()}|{about.st_size}|{about.st_mtime_ns}"
