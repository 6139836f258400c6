"""All names, and which of the formulas of the add-in have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.workbook.lambda_names.chances import CHANCES
from winback_xl.workbook.lambda_names.offer_names import AMOUNTS
from winback_xl.workbook.lambda_names.parts import PARTS
from winback_xl.workbook.lambda_names.rhythm import RHYTHM

if TYPE_CHECKING:
    from winback_xl.workbook.lambda_names.described import LambdaName

NAMES: tuple[LambdaName, ...] = (*PARTS, *AMOUNTS, *CHANCES, *RHYTHM)
"""Every name, parts first."""

FORMULAS: tuple[LambdaName, ...] = tuple(name for name in NAMES if not name.is_part)
"""The names that people type."""


def markdown() -> str:
    """Return the names that people type as a Markdown table, one row each."""
    rows = [f"| `={name.usage}` | {name.gives} | `{name.example}` |" for name in FORMULAS]
    return "\n".join(["| formula | gives | try |", "|---|---|---|", *rows])
