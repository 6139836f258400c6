"""Look for everything known to make Excel say "We found a problem with some content" and repair a workbook.

Excel is not at hand where the tests run, and the two validators know the schema, not Excel's own rules (a header
cell that differs from its column, a table without a row, a formula of 8,193 characters). This checker holds those
rules. It shares no code with winback_xl and needs lxml alone. ``python -m tests.excel_repair BOOK...`` runs it.

Sources: ECMA-376 part 1 (18.2 to 18.18), MS-OI29500 (Excel's deviations from it), the limits page of Microsoft's
documentation, and files that Excel was seen to repair.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from tests.excel_repair import drawings, names, package, sheets, styles, tables
from tests.excel_repair.package import Package

if TYPE_CHECKING:
    import os

LARGE = 4_000_000
"""Bytes of XML from which a workbook counts as large: `quick_findings` then parses its parts and does no more."""


def findings(book: str | os.PathLike[str] | IO[bytes], *, extension: str = "") -> list[str]:
    """Return everything in a workbook that Excel would repair, one sentence each; nothing for a sound one.

    Parameters
    ----------
    book : path or IO[bytes]
        An .xlsx, .xlsm or .xlam.
    extension : str
        What the file is called after the dot; by default taken from the path. Without one any kind passes.
    """
    found = Package.opened(book, extension)
    return found.problems if found.broken else _whole(found)


def quick_findings(book: str | os.PathLike[str] | IO[bytes], *, extension: str = "") -> list[str]:
    """Return the same for a small workbook; for a `LARGE` one, only whether every part is well-formed."""
    found = Package.opened(book, extension, parse_up_to=LARGE)
    return found.problems if found.broken or found.large else _whole(found)


def _whole(found: Package) -> list[str]:
    package.check(found)
    looks = styles.check(found)
    book = names.read(found)
    tables.read(found, book, looks)
    names.check(found, book)
    sheets.check(found, book, looks)
    drawings.check(found, book)
    return found.problems
