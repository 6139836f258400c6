"""Rows of results stay where they stand in the open workbook: somebody may have sorted them, or be reading them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.excel.live.live_targets import on_body
from winback_xl.excel.live.open_workbook import typed
from winback_xl.schema import columns

if TYPE_CHECKING:
    from winback_xl.excel.live.open_workbook import View
    from winback_xl.workbook.spec import Field, Sheet, Table

_KEYED = frozenset(table.name for table in (columns.SEGMENTS, columns.MAKE_GOODS, columns.ACCOUNTS))
_KEY = columns.SEGMENTS["customer_id"].heading


def as_they_stand(view: View, sheet: Sheet) -> Sheet:
    """Return a sheet whose customers are in the order of the open workbook, new ones below."""
    if not _KEYED & {table.name for table in sheet.tables}:
        return sheet
    return replace(sheet, tables=tuple(_ordered(view, sheet, table) for table in sheet.tables))


def _ordered(view: View, sheet: Sheet, table: Table) -> Table:
    held = view.table(table.name)
    at_place = any(field.live for field in table.fields) or on_body(sheet, table)  # what is bound to a row
    if table.name not in _KEYED or held is None or _KEY not in held.headings or at_place:
        return table
    at = held.headings.index(_KEY)
    there = pd.Index(typed([row[at] for row in view.body(held)], "id"))
    ours: Any = next(field.values for field in table.fields if field.heading == _KEY)  # noqa: PD011 - a Field's
    keys = pd.Index(pd.Series(ours, dtype=object).astype(str))
    if there.has_duplicates or keys.has_duplicates:
        return table
    places = there.get_indexer(keys)
    order = np.argsort(np.where(places < 0, len(there), places), kind="stable")
    return replace(table, fields=tuple(_reordered(field, order) for field in table.fields))


def _reordered(field: Field, order: np.ndarray) -> Field:
    values: Any = field.values  # noqa: PD011 - a Field's
    if len(values) != len(order):
        return field
    moved = values.iloc[order].reset_index(drop=True) if isinstance(values, pd.Series) else values[order]
    return replace(field, values=moved)
