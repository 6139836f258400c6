"""Workbooks of other people for the tests: with everything in them that a library that loads and saves would lose."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib

import openpyxl
import xlsxwriter
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.table import Table as OpenpyxlTable

MACROS = bytes(range(256)) * 20
"""Stands for a VBA project: nobody reads it here, but it must come out as it went in."""

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def picture():
    """Return a PNG of one pixel."""

    def chunk(kind, content):
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")) + chunk(b"IEND", b"")  # fmt: skip


def from_xlsxwriter(path, *, macros=False):
    """Write a workbook with chart, picture, table, notes, sparkline, conditional format, validation, names, filter."""
    if macros:
        path.with_suffix(".bin").write_bytes(MACROS)
    with xlsxwriter.Workbook(str(path)) as book:
        if macros:
            book.add_vba_project(str(path.with_suffix(".bin")))
        sheet = book.add_worksheet("Sales & more")
        bold = book.add_format({"bold": True, "bg_color": "#FFCC00", "num_format": '0.00" kg"'})
        for row in range(1, 6):
            sheet.write_row(row, 0, [f"R{row}", row * 1.5, None], bold)
            sheet.write_formula(row, 2, f"=B{row + 1}*2", bold, row * 3)
        sheet.add_table(
            0, 4, 3, 5, {"name": "Costs", "columns": [{"header": "What"}, {"header": "How much"}]}
        )
        sheet.write_comment("A2", "Ask Jo about this")
        sheet.add_sparkline("D2", {"range": "'Sales & more'!B2:B6"})
        sheet.conditional_format(
            "B2:B6",
            {"type": "cell", "criteria": ">", "value": 4, "format": book.add_format({"font_color": "red"})},
        )
        sheet.conditional_format("B2:B6", {"type": "data_bar", "bar_solid": True})
        sheet.data_validation("G1", {"validate": "list", "source": ["a", "b"]})
        sheet.insert_image("H1", "dot.png", {"image_data": io.BytesIO(picture())})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "='Sales & more'!$B$2:$B$6"})
        sheet.insert_chart("H5", chart)
        sheet.insert_textbox("N1", "A shape")
        if macros:
            sheet.insert_button("N8", {"macro": "Go", "caption": "Go"})
        other = book.add_worksheet("Other")
        other.autofilter("A1:B3")
        other.print_area("A1:B3")
        book.add_worksheet("Hidden").hide()
        book.define_name("Rate", "='Sales & more'!$B$2")
        book.define_name("Other!Local", "=Other!$A$1")
        other.activate()
    return path


def from_openpyxl(path):
    """Write a workbook as openpyxl does it."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Data"
    for row in (["Name", "Value"], ["x", 1.5], ["y", 2.5]):
        sheet.append(row)
    sheet["A1"].font = Font(bold=True, color="FF0000")
    sheet["B2"].fill = PatternFill("solid", fgColor="00FF00")
    sheet["B2"].number_format = "0.000"
    sheet["A2"].comment = Comment("A note", "Ann")
    sheet.conditional_formatting.add(
        "B2:B3", CellIsRule("greaterThan", ["2"], fill=PatternFill(bgColor="0000FF"))
    )
    sheet.add_table(OpenpyxlTable(displayName="Facts", ref="A1:B3"))
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    sheet.add_chart(chart, "D2")
    other = BarChart()
    other.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3))
    book.create_chartsheet("Chart").add_chart(other)
    book.save(path)
    return path


def parts(content):
    """Return the parts of a package by name."""
    if not isinstance(content, bytes):
        content = content.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert len(set(archive.namelist())) == len(archive.namelist())
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(path, changes):
    """Change parts of a package: content by name, or a function of the old content; None removes one."""
    held = parts(path)
    for name, change in changes.items():
        new = change(held.get(name, b"")) if callable(change) else change
        if new is None:
            held.pop(name, None)
        else:
            held[name] = new.encode() if isinstance(new, str) else new
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    return path


def swapped(old, new):
    """Return a function that replaces one text of a part."""

    def change(content):
        assert old.encode() in content, f"{old} is not in {content[:300]!r}"
        return content.replace(old.encode(), new.encode(), 1)

    return change


def with_pivot(path):
    """Add a pivot table over the first five rows of the first sheet."""
    cache = (
        f'<pivotCacheDefinition xmlns="{MAIN}" xmlns:r="{OFFICE}" refreshOnLoad="1" saveData="0" recordCount="0">'
        '<cacheSource type="worksheet"><worksheetSource ref="A2:B6" sheet="Sales &amp; more"/></cacheSource>'
        '<cacheFields count="2"><cacheField name="R1" numFmtId="0"><sharedItems/></cacheField>'
        '<cacheField name="1.5" numFmtId="0"><sharedItems/></cacheField></cacheFields></pivotCacheDefinition>'
    )
    pivot = (
        f'<pivotTableDefinition xmlns="{MAIN}" name="Pivot" cacheId="7" dataCaption="Values">'
        '<location ref="A10:B12" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/>'
        '<pivotFields count="2"><pivotField showAll="0"/><pivotField showAll="0"/></pivotFields></pivotTableDefinition>'
    )

    def relation(number, kind, target):
        return f'<Relationship Id="rIdP{number}" Type="{OFFICE}/{kind}" Target="{target}"/></Relationships>'

    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = (
        f'<Override PartName="/xl/pivotCache/pivotCacheDefinition1.xml" ContentType="{kind}.pivotCacheDefinition+xml"/>'
        f'<Override PartName="/xl/pivotTables/pivotTable1.xml" ContentType="{kind}.pivotTable+xml"/></Types>'
    )
    rels = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    return repacked(path, {
        "[Content_Types].xml": swapped("</Types>", types),
        "xl/workbook.xml": swapped("<calcPr", '<pivotCaches><pivotCache cacheId="7" r:id="rIdP1"/></pivotCaches><calcPr'),
        "xl/_rels/workbook.xml.rels": swapped(
            "</Relationships>", relation(1, "pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml")
        ),
        "xl/worksheets/_rels/sheet2.xml.rels": rels + relation(2, "pivotTable", "../pivotTables/pivotTable1.xml"),
        "xl/pivotTables/_rels/pivotTable1.xml.rels": rels
        + relation(3, "pivotCacheDefinition", "../pivotCache/pivotCacheDefinition1.xml"),
        "xl/pivotTables/pivotTable1.xml": pivot,
        "xl/pivotCache/pivotCacheDefinition1.xml": cache,
    })  # fmt: skip


def prefixed(path):
    """Write the parts that adding sheets changes with a prefix, a byte order mark and in UTF-16, as some programs do."""

    def with_prefix(content):
        text = re.sub(r"<(/?)(?=\w)(?![\w.]*:)", r"<\1x:", content.decode())
        return re.sub(r'\sxmlns="', ' xmlns:x="', text, count=1)

    def wide(content):
        return with_prefix(content).replace("UTF-8", "UTF-16").encode("utf-16")

    return repacked(path, {
        "xl/workbook.xml": wide,
        "xl/styles.xml": lambda content: b"\xef\xbb\xbf" + with_prefix(content).encode(),
        "xl/_rels/workbook.xml.rels": with_prefix,
    })  # fmt: skip
