"""All names, and which of the formulas of the add-in have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.workbook.lambda_names.amounts import AMOUNTS
from winback_xl.workbook.lambda_names.chances import CHANCES
from winback_xl.workbook.lambda_names.parts import PARTS
from winback_xl.workbook.lambda_names.rhythm import RHYTHM

if TYPE_CHECKING:
    from winback_xl.workbook.lambda_names.described import LambdaName

NAMES: tuple[LambdaName, ...] = (*PARTS, *AMOUNTS, *CHANCES, *RHYTHM)
"""Every name, parts first."""

FORMULAS: tuple[LambdaName, ...] = tuple(name for name in NAMES if not name.is_part)
"""The names that people type."""
