"""Where the cells of one of our columns come from, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from winback_xl.inputs.spelling import How


@dataclass(frozen=True, slots=True)
class Source:
    """Where the cells of one of our columns come from.

    Parameters
    ----------
    positions : tuple of int
        Places among the found columns, 0-based; the values of more than one are multiplied.
    text : str
        The heading or headings as found, such as ``"Amount"`` or ``"Quantity*UnitPrice"``.
    how : How
        Why it was taken.
    """

    positions: tuple[int, ...]
    text: str
    how: How
