"""Colour cells by what they show: shades, bars behind shares, and text that means something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from winback_xl.workbook import theme

if TYPE_CHECKING:
    from winback_xl.workbook.spec import Mark
    from winback_xl.workbook.xlsx.formats import Formats
    from winback_xl.workbook.xlsx.frame import FrameSheet

_SCALES: dict[str, dict[str, Any]] = {
    "heat": {"type": "2_color_scale", "min_color": theme.WHITE, "max_color": theme.HEAT},
    "bar": {
        "type": "data_bar", "bar_color": theme.BAR,
        "min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1,
    },
}  # fmt: skip


def add(target: FrameSheet, mark: Mark, formats: Formats) -> None:
    """Lay one mark on its cells."""
    rule = _SCALES.get(mark.kind) or {
        "type": "formula",
        "criteria": f"=AND(TRUE,{mark.formula[1:]})",  # by which a workbook that comes back tells our rules
        "format": formats.mark(mark.kind),
    }
    target.conditional_format(mark.first_row, mark.first_col, mark.last_row, mark.last_col, rule)
