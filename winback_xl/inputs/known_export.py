"""What the entry of a known export says about the file at hand (`winback_xl.inputs.systems`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.inputs.systems import fold, identify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winback_xl.inputs.systems import KnownExport, Words
    from winback_xl.schema.columns import Table


def of(found: Sequence[str], table: Table | None = None) -> KnownExport | None:
    """Return the known export with these headings, or None; with a table, only one that holds its rows."""
    export = identify(found)
    return export if export is not None and (table is None or export.table == table.title.casefold()) else None


def roles(export: KnownExport, found: Sequence[str]) -> dict[str, str]:
    """Return our headings with theirs, of those roles whose heading the file has: the first of several.

    A role of two columns ("First + Last") is taken where the file has both, with the plus sign between the headings.
    """
    there = {fold(heading): heading for heading in reversed(found) if heading.strip()}
    chosen: dict[str, str] = {}
    for ours, theirs in export.roles.items():
        for name in theirs:
            parts = [fold(part) for part in name.split(" + ")]
            if all(part in there for part in parts):
                chosen[ours] = " + ".join(there[part] for part in parts)
                break
    return chosen


def candidates(export: KnownExport, ours: str, found: Sequence[str]) -> list[int]:
    """Return the positions of all headings that may fill a role, best first."""
    places = {fold(heading): at for at, heading in reversed(list(enumerate(found)))}
    return [places[fold(name)] for name in export.roles.get(ours, ()) if fold(name) in places]


def words_of(export: KnownExport | None, part: str, heading: str) -> Words | None:
    """Return what a known export says of the words of one column; ``part`` is state, kind or consent."""
    if export is None:
        return None
    wanted = fold(heading)
    return next((words for words in getattr(export, part) if fold(words.heading) == wanted), None)
