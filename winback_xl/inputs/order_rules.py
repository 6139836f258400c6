"""The rules by which rows of any export become orders and credits, in their order; files and formulas follow the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.inputs import (
    across_files,
    guests,
    left_out,
    line_discounts,
    margins,
    order_kinds,
    order_level,
    refunds,
    states,
    value_contents,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from winback_xl.inputs.finding import Finding
    from winback_xl.inputs.row_status import Rows

    Rule = Callable[[Rows], Iterator[Finding]]

FIRST: tuple[Rule, ...] = (
    left_out.settle, guests.settle, across_files.settle, order_level.decide, states.settle, order_kinds.settle, states.doubts,
)  # fmt: skip
"""What is not an order at all goes first, so that nobody is asked about its cells."""

WORTH: tuple[Rule, ...] = (
    line_discounts.settle,
    margins.settle,
    order_level.apply,
    order_level.of_nothing,
    value_contents.settle,
    refunds.settle,
)
"""What the rest is worth."""
