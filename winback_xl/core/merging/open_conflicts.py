"""The Conflicts sheet and the list of conflicts behind it: which lines are still open, and how they are written."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from winback_xl.core.cast import ADDED
from winback_xl.core.cell_text import EMPTY, filled, written
from winback_xl.core.merging import carried_edits
from winback_xl.core.merging.returned_copies import CONFLICT
from winback_xl.schema import columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

_HEADING: Mapping[str, str] = {column.name: column.heading for column in columns.CAMPAIGN_ROWS.columns}
_NAME = {heading: name for name, heading in _HEADING.items()}


def unresolved(conflicts: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the lines that nobody has settled: the campaign still holds what it held when they were listed.

    Parameters
    ----------
    conflicts : DataFrame
        As the Conflicts sheet shows them.
    frame : DataFrame
        The campaign as it is now. A person who types into a disputed cell has chosen, be it the value of the copy or
        another one.
    """
    if not len(conflicts):
        return conflicts
    at = carried_edits.keys_of(frame).get_indexer(carried_edits.keys_of(conflicts))
    open_ = []
    for row, column, master, copy in zip(
        at, conflicts["column"], conflicts["master"], conflicts["copy"], strict=True
    ):
        name = _NAME.get(column, ADDED + str(column))
        if row < 0 or name not in frame:
            open_.append(True)
            continue
        held = filled(frame[name].iloc[row])
        open_.append(_same(held, master) and not _same(held, copy))
    return conflicts[open_].reset_index(drop=True)


def _same(one: str, other: str) -> bool:
    """Return whether two texts show the same content, whichever program wrote them."""
    one, other = (" ".join(text.split()) or EMPTY for text in (one, other))
    if one == other:
        return True
    try:
        return math.isclose(float(one), float(other), rel_tol=1e-11)
    except ValueError:
        return False


def by_name(conflicts: pd.DataFrame) -> pd.DataFrame:
    """Return the lines with our names of the columns in place of their headings."""
    return conflicts.assign(column=[_NAME.get(text, ADDED + str(text)) for text in conflicts["column"]])


def listed(conflicts: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Return conflicts as the sheet shows them: in words, each once, in the order of the campaign.

    Parameters
    ----------
    conflicts : DataFrame
        Columns `winback_xl.core.merging.returned_copies.CONFLICT`, with our names of the columns.
    frame : DataFrame
        The campaign: the order of its rows and columns, and the customers' names.
    """
    row = carried_edits.keys_of(frame).get_indexer(carried_edits.keys_of(conflicts))
    place = {str(name): at for at, name in enumerate(frame)}
    names = [*frame["customer"].tolist(), ""]
    stated = conflicts.assign(
        row=row,
        place=[place.get(name, len(place)) for name in conflicts["column"]],
        customer=[written(names[at]) for at in row],
        column=[_HEADING.get(name, name.removeprefix(ADDED)) for name in conflicts["column"]],
        was=[written(value) for value in conflicts["was"]],
        master=[filled(value) for value in conflicts["master"]],
        copy=[filled(value) for value in conflicts["copy"]],
    ).drop_duplicates(subset=["campaign_id", "customer_id", "column", "copy", "file"])
    return stated.sort_values(["row", "place", "file", "copy"], ignore_index=True)[list(CONFLICT)]
