"""Helpers of the sheets: tables from frames, columns that are always there, and numbers that may be unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.money import round_to
from winback_xl.core.tracking import cell_values
from winback_xl.schema.columns import NUMERIC
from winback_xl.workbook import theme
from winback_xl.workbook.spec import Field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.schema.columns import Column, Table

UNKNOWN = "unknown"
"""Shown where a number cannot be had; formulas give the same word."""

_ARROW = 3.2  # characters that the filter arrow covers

HEADER_ROW = 3
"""Row of the heading where a sheet holds one table: title, instruction, a free row, heading."""


def column(frame: pd.DataFrame, item: Column) -> pd.Series:
    """Return a column of a frame, or blanks where the frame has none."""
    if item.name in frame:
        return frame[item.name]
    if item.kind == "date":
        return pd.Series(pd.NaT, index=frame.index, dtype="datetime64[s]")
    if item.kind in NUMERIC:
        return pd.Series(np.nan, index=frame.index, dtype="float64")
    return pd.Series("", index=frame.index, dtype="object")


def fields(
    table: Table,
    frame: pd.DataFrame,
    *,
    formulas: Mapping[str, str] | None = None,
) -> tuple[Field, ...]:
    """Turn a frame into the fields of a table, in the order and with the headings of `winback_xl.schema.columns`.

    Parameters
    ----------
    table : Table
        Which columns, with kind, role, help and list.
    frame : DataFrame
        Their content; absent columns are blank.
    formulas : mapping of str to str, optional
        Column name -> native formula.
    """
    formulas = formulas or {}
    made = []
    for item in table.columns:
        human = item.role == "human"
        made.append(
            Field(
                heading=item.heading,
                values=column(frame, item),
                kind=item.kind,
                role=item.role,
                formula=formulas.get(item.name, ""),
                choices=item.choices if human else "",
                help=item.help,
                width=item.width or _width(item),
                limits=item.limits if human else None,
                hidden=item.hidden,
            )
        )
    return tuple(made)


def _width(item: Column) -> float:
    """Return a width at which the heading takes two lines at most."""
    words = item.heading.split()
    splits = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words) + 1)]
    longest = min(max(len(upper), len(lower)) for upper, lower in splits)
    return max(theme.width(item.kind, item.heading), longest * 1.1 + _ARROW)


def text_field(
    heading: str, values: list[str], about: str = "", *, width: float = 0, name: str = ""
) -> Field:
    """Return a calculated column of text; ``name`` is what formulas call its cells."""
    cells = np.array(values, dtype=object)
    return Field(heading, cells, "text", "calculated", help=about, width=width, name=name)


def numbers(frame: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """Return a column as floats, 0 where it is blank: what SUM and SUMIFS see."""
    if name not in frame:
        return np.zeros(len(frame))
    return cell_values.numbers(frame[name]).fillna(0.0).to_numpy()


def texts(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return a column as text, "" where it is blank."""
    if name not in frame:
        return pd.Series("", index=frame.index, dtype="object")
    column = frame[name]
    held = column.astype(object).where(column.notna(), "") if column.hasnans else column
    if held.dtype != object or pd.api.types.infer_dtype(held, skipna=False) in {"string", "empty"}:
        return held
    return held.map(str)  # somebody typed a number or a day where a word belongs


def has_money(plan: Plan) -> bool:
    """Return whether the ledger had order values."""
    return "revenue" in plan.segments and bool(plan.segments["revenue"].notna().any())


def whole(amount: float) -> str:
    """Write an amount without decimals, halves up as Excel's FIXED does.

    >>> whole(1234.5)
    '1,235'
    """
    return f"{float(round_to(amount, 1)):,.0f}"


def only_these(plan: Plan) -> str:
    """Return the sentence, with a space in front, that a sheet counts only a part of the customers; "" where it counts all."""
    if plan.candidates is None:
        return ""
    return f" It counts only the {len(plan.segments):,} customers in this workbook."
