"""Columns in the types that a plan holds them in, whatever people typed into them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.schema import columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.schema.columns import Kind

ADDED = "+ "
"""Stands before the heading of a column that people added to the campaign."""


def typed(cells: Any, kind: Kind) -> pd.Series:
    """Return a column in the type that a plan holds it in, or as objects where people typed something else.

    >>> typed([None, 2.0], "money").dtype, typed([None, "x"], "text").tolist(), typed(["soon"], "date").dtype
    (dtype('float64'), ['', 'x'], dtype('O'))
    """
    if isinstance(cells, pd.Series) and _is_typed(cells, kind):
        return cells.reset_index(drop=True)
    held = _objects(cells)
    is_text = kind != "date" and kind not in columns.NUMERIC
    held[pd.isna(held)] = "" if is_text else None
    found = pd.Series(held, dtype=object)
    if is_text:
        return found
    types = set(map(type, held))
    if kind == "date" and types <= {type(None), pd.Timestamp}:
        return pd.to_datetime(found).astype("datetime64[s]")
    if kind in columns.NUMERIC and types <= {type(None), float}:
        return found.astype("float64")
    return found


def _objects(cells: Any) -> NDArray[np.object_]:
    """Return cells as an array of objects of its own."""
    if isinstance(cells, pd.Series):
        return np.array(cells.to_numpy(dtype=object), dtype=object)
    if isinstance(cells, np.ndarray) and cells.dtype == object:
        return cells.copy()
    listed = list(cells)
    held = np.empty(len(listed), dtype=object)
    held[:] = listed
    return held


def _is_typed(cells: pd.Series, kind: Kind) -> bool:
    """Return whether a column is in its type already: most are, and looking at each cell takes long."""
    if kind == "date":
        return cells.dtype == "datetime64[s]"
    return kind in columns.NUMERIC and cells.dtype == "float64"


def shaped(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a campaign with all our columns in their types, and the added ones behind them.

    Parameters
    ----------
    frame : DataFrame, shape (n, ...)
        Any of the columns of `winback_xl.schema.columns.CAMPAIGN_ROWS`, and added ones under `ADDED` and their heading.

    Returns
    -------
    DataFrame, shape (n, all columns)
    """
    made = {}
    for column in columns.CAMPAIGN_ROWS.columns:
        cells = frame[column.name] if column.name in frame else [None] * len(frame)
        made[column.name] = typed(cells, column.kind)
    for name in frame:
        if str(name).startswith(ADDED):
            made[str(name)] = pd.Series(frame[name].tolist(), dtype=object)
    return pd.DataFrame(made)
