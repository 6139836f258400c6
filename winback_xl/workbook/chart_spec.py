"""What a native chart shows, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from winback_xl.schema.columns import Kind


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart: two columns of a table on the same or another sheet."""

    table: str
    categories: str
    values: str
    name: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart whose title states the message; without one, a cell above it does.

    Of ``columns and line`` the first series is drawn as columns, the others as dashed lines.
    """

    kind: Literal["column", "bar", "line", "doughnut", "stacked bar", "stacked area", "columns and line"]
    title: str
    alt: str
    series: tuple[Series, ...]
    row: int
    col: int
    width: int = 560
    height: int = 300
    value_format: Kind = "count"
    value_title: str = ""
    category_title: str = ""
    labels: bool = True
