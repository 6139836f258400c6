"""What a file of marked-up tables has in place of a workbook: no shared texts, no styles, days counted from 1900."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from winback_xl.readers.limits import too_much
from winback_xl.readers.xlsx.cell_styles import Styles

if TYPE_CHECKING:
    from pathlib import Path

MAX_MARKUP = 200_000_000
"""Bytes of a marked-up file that are read into memory."""


@dataclass(slots=True)
class PlainBook:
    """What cells refer to (see `winback_xl.readers.raw_cells.Book`)."""

    file: str
    date_system: Literal[1900, 1904] = 1900
    shared: pa.StringArray = field(default_factory=lambda: pa.array([], pa.string()))
    styles: Styles = field(default_factory=lambda: Styles([(0, "")]))


def content_of(path: Path) -> bytes:
    """Return the bytes of a marked-up file.

    Raises
    ------
    FileError
        ``file-too-large`` beyond `MAX_MARKUP`.
    """
    if path.stat().st_size > MAX_MARKUP:
        raise too_much(path.name, f"more than {MAX_MARKUP / 1e6:,.0f} MB of marked-up text")
    return path.read_bytes()
