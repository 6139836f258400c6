"""What a workbook that comes back holds beyond a plan, and how it goes into the next one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from winback_xl.core.merging import returned_copies
from winback_xl.core.merging.left_behind import nothing_left
from winback_xl.schema import columns
from winback_xl.workbook.spec import Field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from winback_xl.core.merging.campaign_state import AddedColumn
    from winback_xl.core.merging.copy_history import Said
    from winback_xl.schema.columns import Kind
    from winback_xl.workbook.sheets.changes import Entry
    from winback_xl.workbook.spec import Sheet, Table


@dataclass(frozen=True, slots=True)
class Kept:
    """Content carried from one workbook into the next, in addition to the plan.

    Parameters
    ----------
    columns : tuple of AddedColumn
        They come after our own, with their headings.
    log : tuple of (Timestamp, str)
        Entries of the Changes sheet.
    note : str or None
        The new entry; "" for none, None for the usual one of a build.
    leftovers, conflicts : DataFrame
        Rows of the sheets of those names; without rows there is no such sheet.
    build : str
        Name of the build that the workbook is a part of; "" for a build of its own.
    others : mapping of str to tuple of AddedColumn
        Columns that people added to our other tables, by the table's name.
    said : mapping of str to Said
        Content of each copy when it was last collected.
    split : bool
        Whether the workbook is the copy of one owner.
    owner : str
        Whose copy it is.
    opened : frozenset of str
        Topics of the campaign's columns that somebody unfolded.
    in_place : bool
        Whether the rows of the campaign and of the talks stay as they stand in an open workbook.
    """

    columns: tuple[AddedColumn, ...] = ()
    log: tuple[Entry, ...] = ()
    note: str | None = None
    leftovers: pd.DataFrame = field(default_factory=nothing_left)
    conflicts: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=list(returned_copies.CONFLICT), dtype=object)
    )
    build: str = ""
    others: Mapping[str, tuple[AddedColumn, ...]] = field(default_factory=dict)
    said: Mapping[str, Said] = field(default_factory=dict)
    split: bool = False
    owner: str = ""
    opened: frozenset[str] = frozenset()
    in_place: bool = False


NOTHING = Kept()


def with_added(sheet: Sheet, kept: Kept) -> Sheet:
    """Return a sheet whose tables have the columns that people added to them."""
    added = {columns.CAMPAIGN.name: kept.columns, **kept.others}
    if not any(added.get(table.name) for table in sheet.tables):
        return sheet
    return replace(sheet, tables=tuple(_wider(table, added.get(table.name, ())) for table in sheet.tables))


def _wider(table: Table, added: Sequence[AddedColumn]) -> Table:
    own = (
        Field(item.heading, pd.Series(list(item.values), dtype=object), _kind(item.values), "human", width=item.width)
        for item in added
    )  # fmt: skip
    return replace(table, fields=(*table.fields, *own))


def _kind(values: Sequence[Any]) -> Kind:
    """Return how a column is shown: as dates or numbers where it holds nothing else."""
    held = [value for value in values if value is not None and value != ""]
    if held and all(isinstance(value, pd.Timestamp) for value in held):
        return "date"
    return "number" if held and all(isinstance(value, float) for value in held) else "text"
