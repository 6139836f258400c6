"""What the rows of a range must hold before a formula counts with them. Refused with the row, never set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.errors import OutOfRangeError, UsageError
from winback_xl.inputs.input_bounds import BOUNDS
from winback_xl.schema.columns import INCIDENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winback_xl.schema.columns import Table


def complete(frame: pd.DataFrame, kind: Table, label: str, rows: Sequence[int]) -> None:
    """Refuse a row without what every row needs, and amounts in two currencies."""
    for about in kind.columns:
        if about.required:
            series = frame[about.name]
            empty = np.flatnonzero((series.isna() | (series == "")).to_numpy(dtype=bool))
            if len(empty):
                raise UsageError(
                    f"Row {rows[empty[0]]} of the {label} has no {about.heading}.",
                    "Fill it in; a row of totals does not belong into the range.",
                    "cell-missing",
                )
    named = [code for code in frame.get("currency", pd.Series(dtype="str")).unique() if code]
    if len(named) > 1:
        raise UsageError(
            f"The {label} hold amounts in {named[0]} and {named[1]}.",
            "They cannot be added up: convert them first.",
            "currencies",
        )


def once_each(frame: pd.DataFrame, label: str, rows: Sequence[int]) -> pd.DataFrame:
    """Drop rows that say the same again; refuse two that say different things of one customer."""
    frame = frame.drop_duplicates()
    again = np.flatnonzero(frame["customer_id"].duplicated())
    if len(again):
        at = rows[int(frame.index[again[0]])]
        raise UsageError(
            f"Customer {frame['customer_id'].iloc[again[0]]} stands twice in the {label}, again in row {at}.",
            "Keep the row that is right.",
            "customer-twice",
        )
    return frame.reset_index(drop=True)


def inside(frame: pd.DataFrame, kind: Table, label: str, rows: Sequence[int]) -> None:
    """Refuse a number outside its bounds."""
    for (name_of_table, name), (low, high) in BOUNDS.items():
        if name_of_table != kind.name or name not in frame or (kind is INCIDENTS and name == "days_late"):
            continue  # early is not a loss, and the core knows
        values = frame[name].to_numpy(dtype=np.float64)
        wrong = np.flatnonzero((values < low) | (values > high))
        if len(wrong):
            allowed = f"{low:g} or more" if np.isinf(high) else f"{low:g} to {high:g}"
            raise OutOfRangeError(
                f"{kind[name].heading} in row {rows[wrong[0]]} of the {label} is {values[wrong[0]]:g}.",
                f"Give {allowed}.",
                "out-of-range",
            )
