"""Lowest and highest value that makes sense, by table and column; for files, the open book and the formulas."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from winback_xl.schema.columns import INPUTS, LARGEST, OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BOUNDS", "LARGEST"]

BOUNDS: Mapping[tuple[str, str], tuple[float, float]] = MappingProxyType(
    {
        (table.name, column.name): column.limits
        for table in (*INPUTS, OUTCOMES)
        for column in table.columns
        if column.limits
    }
)
"""By the name of the table in Excel and the name of the column."""
