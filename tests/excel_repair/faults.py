"""Faults to plant in a sound campaign workbook, one at a time: what Excel repairs, and the checker must find.

Each is the part, a pattern in it, and what takes its place. A part is named as in the package, or "table NAME",
"sheet NAME" or "first KIND".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

CAMPAIGN, TABLE, WORKBOOK, STYLES = "sheet Campaign", "table tblCampaign", "xl/workbook.xml", "xl/styles.xml"
TYPES, STRINGS, CHART, DRAWING = "[Content_Types].xml", "xl/sharedStrings.xml", "first chart", "first drawing"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: what it is, where, and how to make it."""

    what: str
    part: str
    pattern: str
    instead: str


FAULTS = (
    Fault("a column that differs from its header cell", TABLE, 'name="Stage"', 'name="Stagge"'),
    Fault("two columns of one name", TABLE, 'name="Stage"', 'name="Status"'),
    Fault("a table that ends in its header", TABLE, r' ref="([A-Z]+)4:([A-Z]+)(\d+)"', r' ref="\g<1>4:\g<2>4"'),
    Fault("a younger function without its prefix", CAMPAIGN, r"WORKDAY\(", "XLOOKUP("),
    Fault("a column that no table has", "sheet Numbers", r"\[Call key\]", "[Call kea]"),
    Fault("a column that its own table does not have", TABLE, r"\[Last talk\]", "[Last tolk]"),
    Fault("a long formula in a validation", CAMPAIGN, "<formula1>", "<formula1>" + "1+" * 150),
    Fault("a format of a rule that is not there", CAMPAIGN, r'dxfId="\d+"', 'dxfId="999"'),
    Fault("two rules of one priority", CAMPAIGN, r'(priority=")(\d+)(".*?priority=")(\d+)', r"\g<1>7\g<3>7"),
    Fault("a cell format that is not there", CAMPAIGN, r' s="\d+"', ' s="99999"'),
    Fault("a shared text that is not there", CAMPAIGN, r't="s"><v>\d+', 't="s"><v>9999999'),
    Fault("a name that is a table's", WORKBOOK, 'name="check_summary"', 'name="tblCampaign"'),
    Fault("a name like a cell", WORKBOOK, 'name="check_summary"', 'name="AB12"'),
    Fault("a forbidden sheet name", WORKBOOK, 'name="Campaign"', 'name="Cam/paign"'),
    Fault("a reference to a part without a relationship", CAMPAIGN, 'r:id="rId1"', 'r:id="rId77"'),
    Fault("elements out of order", CAMPAIGN, r"(<conditionalFormatting.*</conditionalFormatting>)(.*)(<pageMargins[^>]*>)", r"\3\1\2"),
    Fault("merged cells in a table", CAMPAIGN, "<dataValidations",
          '<mergeCells count="1"><mergeCell ref="A5:B6"/></mergeCells><dataValidations'),
    Fault("a number that is none", CAMPAIGN, r"<v>\d+\.\d+</v>", "<v>NaN</v>"),
    Fault("a wrong count of formats", STYLES, r'<dxfs count="\d+"', '<dxfs count="1"'),
    Fault("cells out of order", CAMPAIGN, 'r="B5"', 'r="D5"'),
    Fault("a chart without its axis", CHART, r'<c:axId val="\d+"/>', '<c:axId val="1"/>'),
    Fault("a part without a content type", TYPES, r'<Override PartName="/xl/tables/table3.xml"[^>]*/>', ""),
    Fault("a formula nested too deep", CAMPAIGN, r"WORKDAY\(", "(" * 70 + "WORKDAY("),
    Fault("LET without its prefix", CAMPAIGN, r"WORKDAY\(", "LET("),
    Fault("a semicolon between arguments", CAMPAIGN, r"WORKDAY\(([^,]*),", r"WORKDAY(\1;"),
    Fault("a semicolon behind a name", CAMPAIGN, r"set_update_days\)", "set_update_days;1)"),
    # The 25 above are causes seen in the wild; the rest are of the same kinds.
    Fault("a control character in an alt text", TABLE, r'(altTextSummary|displayName)="', '\\1="\x0b'),
    Fault("two sheets of one name", WORKBOOK, 'name="Segments"', 'name="campaign"'),
    Fault("a hidden first sheet", WORKBOOK, r"<workbookView ", '<workbookView activeTab="77" '),
    Fault("a name of nothing", WORKBOOK, r">[^<]*</definedName>", "></definedName>"),
    Fault("a name of a lost cell", WORKBOOK, r">[^<]*</definedName>", ">#REF!</definedName>"),
    Fault("a name of no sheet", WORKBOOK, r">[^<]*</definedName>", ">Nowhere!$A$1</definedName>"),
    Fault("two tables of one id", TABLE, r' id="1"', ' id="2"'),
    Fault("a table called like a cell", TABLE, 'displayName="tblCampaign"', 'displayName="T1"'),
    Fault("a filter on part of a table", TABLE, r'(<autoFilter ref="[A-Z]+\d+:)[A-Z]+', r"\1C"),
    Fault("an empty column name", TABLE, 'name="Stage"', 'name=""'),
    Fault("a text over the limit", STRINGS, r"<t>[^<]+", "<t>" + "x" * 32_768),
    Fault("a wrong count of texts", STRINGS, r'uniqueCount="\d+"', 'uniqueCount="3"'),
    Fault("blanks that get lost", STRINGS, r"<t>", "<t> "),
    Fault("a long prompt", CAMPAIGN, r' prompt="', ' prompt="' + "x" * 256),
    Fault("a long title of a prompt", CAMPAIGN, r' promptTitle="', ' promptTitle="' + "x" * 33),
    Fault("a validation by a reference to a table", CAMPAIGN, r"<formula1>[^<]*", "<formula1>tblCampaign[Stage]"),
    Fault("a format by a reference to a table", CAMPAIGN, r"<formula>[^<]*", "<formula>tblCampaign[Stage]=1"),
    Fault("a formula that begins with an equals sign", CAMPAIGN, "<f>", "<f>="),
    Fault("a formula with a long text", CAMPAIGN, "<f>", '<f>"' + "x" * 256 + '"&amp;'),
    Fault("a formula too long", CAMPAIGN, "<f>", "<f>" + "1+" * 4_100),
    Fault("a parenthesis that stays open", CAMPAIGN, "<f>", "<f>("),
    Fault("the sign @ in a formula", CAMPAIGN, "<f>", "<f>@"),
    Fault("a name that nobody defined", CAMPAIGN, "<f>", "<f>set_nothing+"),
    Fault("a table that is not there", CAMPAIGN, "<f>", "<f>SUM(tblNothing[x])+"),
    Fault("this row of a table on another sheet", "sheet Numbers", "<f>", "<f>tblCampaign[[#This Row],[Stage]]="),
    Fault("an error value that Excel does not know", CAMPAIGN, r't="s"><v>\d+', 't="e"><v>#OOPS!'),
    Fault("a truth value that is none", CAMPAIGN, r't="s"><v>\d+', 't="b"><v>yes'),
    Fault("a kind of cell that is none", CAMPAIGN, r't="s"', 't="text"'),
    Fault("a link to no sheet", "sheet Guide", r'location="[^"]*"', 'location="Nowhere!A1"'),
    Fault("columns that overlap", CAMPAIGN, r'<col min="2"', '<col min="1"'),
    Fault("a column too wide", CAMPAIGN, r'(<col [^>]*width=")[\d.]+', r"\g<1>300"),
    Fault("a row too high", CAMPAIGN, r'<row r="5"', '<row r="5" ht="500" customHeight="1"'),
    Fault("rows out of order", CAMPAIGN, r'<row r="6"', '<row r="5"'),
    Fault("a long footer", CAMPAIGN, "<oddFooter>", "<oddFooter>" + "x" * 256),
    Fault("a colour that is none", STYLES, r'rgb="[0-9A-F]{8}"', 'rgb="blue"'),
    Fault("a font that is not there", STYLES, r'(<cellXfs.*?fontId=")\d+', r"\g<1>999"),
    Fault("a number format never defined", STYLES, r'(<cellXfs.*?numFmtId=")\d+', r"\g<1>999"),
    Fault("two shapes of one id", DRAWING, r'(<xdr:cNvPr id=")(\d+)(".*<xdr:cNvPr id=")\d+', r"\g<1>\g<2>\g<3>\g<2>"),
    Fault("two series of one place", CHART, r"(<c:ser>.*</c:ser>)", r"\1\1"),
    Fault("a chart of no sheet", CHART, r"<c:f>[^<]*", "<c:f>Nowhere!$A$1"),
    Fault("a table that its sheet does not list", CAMPAIGN, r"<tableParts.*</tableParts>", ""),
    Fault("a part that nobody refers to", "xl/_rels/workbook.xml.rels", r"<Relationship [^>]*sharedStrings[^>]*/>", ""),
    Fault("a part that is not well-formed", STYLES, "</styleSheet>", ""),
    Fault("a wrong count of properties", "docProps/app.xml", r'size="\d+"', 'size="99"'),
    Fault("a moment that is none", "docProps/core.xml", r"\d{4}-\d\d-\d\dT", "today"),
)  # fmt: skip


def parts(book: bytes) -> dict[str, bytes]:
    """Return the parts of a package by name."""
    with ZipFile(BytesIO(book)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(content: dict[str, bytes]) -> BytesIO:
    """Return a package of these parts."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED, compresslevel=1) as package:
        for name, data in content.items():
            package.writestr(name, data)
    made.seek(0)
    return made


def plant(content: dict[str, bytes], fault: Fault) -> BytesIO:
    """Return the package with one fault in it; the fault must find its place."""
    part = _part(content, fault.part)
    text, count = re.subn(fault.pattern, fault.instead, content[part].decode(), count=1, flags=re.DOTALL)
    if not count or text.encode() == content[part]:
        raise ValueError(f"there is no place in {part} for {fault.what}")
    return packed({**content, part: text.encode()})


def _part(content: dict[str, bytes], named: str) -> str:
    kind, _, name = named.partition(" ")
    if kind == "table":
        marks = f'displayName="{name}"'.encode()
        return next(part for part in content if part.startswith("xl/tables/") and marks in content[part])
    if kind == "sheet":
        names = re.findall(r'<sheet name="([^"]*)"', content["xl/workbook.xml"].decode())
        return f"xl/worksheets/sheet{names.index(name) + 1}.xml"
    if kind == "first":
        return next(part for part in sorted(content) if re.fullmatch(rf"xl/\w+/{name}\d+\.xml", part))
    return named
