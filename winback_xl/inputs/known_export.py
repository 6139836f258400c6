"""What the entry of a known export says about the file at hand (`winback_xl.inputs.systems`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.inputs.systems import fold, identify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winback_xl.inputs.systems import KnownExport, Words
    from winback_xl.schema.columns import Table

    Filling = tuple[tuple[int, ...], ...]


def of(found: Sequence[str], table: Table | None = None) -> KnownExport | None:
    """Return the known export with these headings, or None; with a table, only one that holds its rows."""
    export = identify(found)
    return (
        export if export is not None and (table is None or export.table == table.title.casefold()) else None
    )


def fillings(export: KnownExport, found: Sequence[str]) -> dict[str, list[Filling]]:
    """Return for each role the columns of the file that may fill it, best first.

    Parameters
    ----------
    export : KnownExport
        Whose roles; ``"First + Last"`` joins two columns, ``"A | B"`` takes the second where the first is empty.
    found : sequence of str
        Headings of the file by position.

    Returns
    -------
    dict of str to list of Filling
        Each filling is a tuple of alternatives, each alternative the positions that are joined: ``(((3,),))`` is
        column 3 alone.
    """
    places = {fold(heading): at for at, heading in reversed(list(enumerate(found))) if heading.strip()}
    filled: dict[str, list[Filling]] = {}
    for ours, theirs in export.roles.items():
        for name in theirs:
            ways = [[places.get(fold(part)) for part in way.split(" + ")] for way in name.split(" | ")]
            usable = tuple(tuple(at for at in way if at is not None) for way in ways if None not in way)
            if usable:
                filled.setdefault(ours, []).append(usable)
    return filled


def words_of(export: KnownExport | None, part: str, heading: str) -> Words | None:
    """Return what a known export says of the words of one column; ``part`` is state, kind or consent."""
    if export is None:
        return None
    wanted = fold(heading)
    return next((words for words in getattr(export, part) if fold(words.heading) == wanted), None)
