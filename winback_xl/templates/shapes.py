"""Draw the buttons of a sheet: rounded rectangles that call a macro, as Excel and LibreOffice both take them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from winback_xl.templates.opc import OFFICE
from winback_xl.workbook import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winback_xl.templates.opc import Package

_TYPE = "application/vnd.openxmlformats-officedocument.drawing+xml"
_SPACES = (
    'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
_PIXEL = 9525  # of the units in which drawings are measured
_MARGIN = 3 * _PIXEL


@dataclass(frozen=True, slots=True)
class Shape:
    """A button on one cell.

    Parameters
    ----------
    name : str
        Name of the shape.
    text, help : str
        What is written on it, and what a screen reader says.
    row, col : int
        The cell that it covers, 0-based.
    width, height : float
        Pixels of that cell.
    macro : str
        ``Module.Sub`` that a click calls; empty for none.
    link : str
        Cell that a click goes to, such as ``'Guide'!B4``; empty for none.
    """

    name: str
    text: str
    help: str
    row: int
    col: int
    width: float
    height: float
    macro: str = ""
    link: str = ""


def add(package: Package, sheet: str, shapes: Sequence[Shape]) -> None:
    """Lay shapes on a sheet that has no drawing yet.

    Parameters
    ----------
    package : Package
        The workbook.
    sheet : str
        Part of the worksheet.
    shapes : sequence of Shape
        In the order of the tab key.
    """
    number = 1 + sum(part.startswith("xl/drawings/drawing") for part in package.parts)
    drawing = f"xl/drawings/drawing{number}.xml"
    package.put(drawing, "", _TYPE)
    links = {
        shape.link: package.relate_place(drawing, f"{OFFICE}/hyperlink", shape.link)
        for shape in shapes
        if shape.link
    }
    drawn = "".join(
        _drawn(place, shape, links.get(shape.link, "")) for place, shape in enumerate(shapes, start=2)
    )
    package.put(
        drawing,
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<xdr:wsDr {_SPACES}>{drawn}</xdr:wsDr>',
    )
    relation = package.relate(sheet, f"{OFFICE}/drawing", drawing)
    text = package.text(sheet)
    before = "<tableParts" if "<tableParts" in text else "</worksheet>"
    package.put(sheet, text.replace(before, f'<drawing r:id="{relation}"/>{before}', 1))


def _drawn(number: int, shape: Shape, link: str) -> str:
    macro = f' macro="[0]!{shape.macro}"' if shape.macro else ' macro=""'
    click = (
        f'<a:hlinkClick xmlns:r="{OFFICE}" r:id="{link}" tooltip={quoteattr(shape.help[:250])}/>'
        if link
        else ""
    )
    wide, high = int(shape.width * _PIXEL), int(shape.height * _PIXEL)
    return (
        '<xdr:twoCellAnchor editAs="oneCell">'
        f"<xdr:from><xdr:col>{shape.col}</xdr:col><xdr:colOff>{_MARGIN}</xdr:colOff>"
        f"<xdr:row>{shape.row}</xdr:row><xdr:rowOff>{_MARGIN}</xdr:rowOff></xdr:from>"
        f"<xdr:to><xdr:col>{shape.col}</xdr:col><xdr:colOff>{wide - 3 * _MARGIN}</xdr:colOff>"
        f"<xdr:row>{shape.row}</xdr:row><xdr:rowOff>{high - _MARGIN}</xdr:rowOff></xdr:to>"
        f'<xdr:sp{macro} textlink=""><xdr:nvSpPr>'
        f'<xdr:cNvPr id="{number}" name={quoteattr(shape.name)} descr={quoteattr(shape.help)}>{click}</xdr:cNvPr>'
        "<xdr:cNvSpPr/></xdr:nvSpPr>"
        f'<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide - 4 * _MARGIN}" cy="{high - 2 * _MARGIN}"/></a:xfrm>'
        '<a:prstGeom prst="roundRect"><a:avLst/></a:prstGeom>'
        f'<a:solidFill><a:srgbClr val="{theme.BLUE[1:]}"/></a:solidFill><a:ln><a:noFill/></a:ln></xdr:spPr>'
        '<xdr:txBody><a:bodyPr vertOverflow="clip" lIns="36000" tIns="0" rIns="36000" bIns="0" rtlCol="0" anchor="ctr"/>'
        '<a:lstStyle/><a:p><a:pPr algn="ctr"/><a:r><a:rPr lang="en-US" sz="1100" b="1">'
        f'<a:solidFill><a:srgbClr val="{theme.WHITE[1:]}"/></a:solidFill><a:latin typeface="Calibri"/></a:rPr>'
        f"<a:t>{escape(shape.text)}</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/></xdr:twoCellAnchor>"
    )
