"""From the theme's styles to the formats of a file, each made once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from winback_xl.workbook import theme

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

    from winback_xl.workbook.theme import Style


class Formats:
    """The cell formats of one workbook."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[Style, bool], Format] = {}
        self._rules: dict[Style, Format] = {}
        self._marks: dict[str, Format] = {}

    def of(self, style: Style, *, quoted: bool = False) -> Format:
        """Return the format of a style; ``quoted`` keeps text that begins like a formula text when it is edited."""
        key = (style, quoted)
        if key not in self._made:
            self._made[key] = self._workbook.add_format(_properties(style) | {"quote_prefix": quoted})
        return self._made[key]

    def number(self, style: Style, *, quoted: bool = False) -> int:
        """Return the number of a format, by which cells name it."""
        found: Any = self.of(style, quoted=quoted)
        return int(found._get_xf_index())  # noqa: SLF001 - frame.py lists what is used of XlsxWriter

    def rule(self, style: Style) -> Format:
        """Return what a conditional format changes."""
        if style not in self._rules:
            properties = {"font_color": style.colour, "bg_color": style.fill, "bold": style.bold}
            if style.number_format != "General":
                properties["num_format"] = style.number_format
            self._rules[style] = self._workbook.add_format({k: v for k, v in properties.items() if v})
        return self._rules[style]

    def mark(self, kind: str) -> Format:
        """Return what a mark changes: the colour of text, or a line below."""
        if kind not in self._marks:
            line = {"bottom": 1, "bottom_color": theme.HAIRLINE}
            look = line if kind == "line" else {"font_color": theme.MEANINGS[kind], "bold": True}
            self._marks[kind] = self._workbook.add_format(look)
        return self._marks[kind]


def _properties(style: Style) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "font_color": style.colour,
        "font_size": style.size,
        "num_format": style.number_format,
        "locked": style.locked,
    }
    optional = {
        "bold": style.bold,
        "underline": 1 if style.underline else 0,
        "text_wrap": style.wrap,
        "indent": style.indent,
        "align": style.align,
        "bg_color": style.fill,
    }
    properties |= {name: value for name, value in optional.items() if value}
    if style.upright:
        properties["valign"] = {"top": "top", "middle": "vcenter"}[style.upright]
    if style.line:
        properties |= {"bottom": 1, "bottom_color": style.line}
    if style.top:
        properties |= {"top": 5, "top_color": style.top}
    if style.edge:
        properties |= {"left": 5, "left_color": style.edge}
    return properties
