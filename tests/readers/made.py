"""Files that the tests of the readers read: real zips and binary records, written here byte by byte."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from winback_xl.readers.grid import Cell, Grid, letters

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def rows_xml(rows, *, first=1, style=None):
    """Write Python values as the rows of a sheet; a str that begins with ``<`` is taken as the cell's XML."""
    out = []
    for number, row in enumerate(rows, first):
        cells = "".join(cell_xml(value, f"{letters(k)}{number}", style) for k, value in enumerate(row))
        out.append(f'<row r="{number}">{cells}</row>')
    return "".join(out)


def cell_xml(value, address, style=None):
    shown = f' s="{style}"' if style is not None else ""
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{address}"{shown} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{address}"{shown}><v>{value!r}</v></c>'
    if value.startswith("<"):
        return value.replace("@", address)
    return f'<c r="{address}"{shown} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def sheet_xml(rows, *, tail="", head=""):
    return f'{XML}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">{head}<sheetData>{rows}</sheetData>{tail}</worksheet>'


def xlsx(path, sheets, *, shared=None, formats=(), tables=None, parts=None, properties="", states=None):
    """Write an .xlsx.

    Parameters
    ----------
    sheets : dict of str to (str or bytes or list)
        Sheet XML, or rows for `rows_xml`.
    shared : list of str, optional
        XML of the ``<si>`` elements, without the element.
    formats : sequence of str
        Number format codes of styles 1, 2, ...
    tables : dict of str to str, optional
        Sheet name to XML of its one table.
    parts : dict of str to (str or bytes), optional
        More parts.
    """
    files = {"[Content_Types].xml": _types(len(sheets), tables or {})}
    files["_rels/.rels"] = _relations([("officeDocument", "xl/workbook.xml")])
    listed, links = "", []
    for number, (name, content) in enumerate(sheets.items(), 1):
        state = f' state="{states[name]}"' if states and name in states else ""
        listed += f'<sheet name="{escape(name)}" sheetId="{number}"{state} r:id="rId{number}"/>'
        links.append(("worksheet", f"worksheets/sheet{number}.xml"))
        files[f"xl/worksheets/sheet{number}.xml"] = (
            content if isinstance(content, (str, bytes)) else sheet_xml(rows_xml(content))
        )
        if tables and name in tables:
            files[f"xl/worksheets/_rels/sheet{number}.xml.rels"] = _relations(
                [("table", f"../tables/table{number}.xml")]
            )
            files[f"xl/tables/table{number}.xml"] = tables[name]
    links += [("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
    files["xl/workbook.xml"] = (
        f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr{properties}/><sheets>{listed}</sheets></workbook>'
    )
    files["xl/_rels/workbook.xml.rels"] = _relations(links)
    files["xl/styles.xml"] = _styles(formats)
    if shared is not None:
        items = "".join(f"<si>{item}</si>" for item in shared)
        files["xl/sharedStrings.xml"] = f'{XML}<sst xmlns="{MAIN}">{items}</sst>'
    return zipped(path, files | (parts or {}))


def table_xml(name, reference, headings, *, totals=0):
    columns = "".join(f'<tableColumn id="{k}" name="{escape(text)}"/>' for k, text in enumerate(headings, 1))
    row = f' totalsRowCount="{totals}"' if totals else ""
    return (
        f'{XML}<table xmlns="{MAIN}" id="1" name="{name}" displayName="{name}" ref="{reference}"{row}>'
        f'<tableColumns count="{len(headings)}">{columns}</tableColumns></table>'
    )


def zipped(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return Path(path)


def _types(sheets, tables):
    base = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = [
        ("xl/workbook.xml", "sheet.main"),
        ("xl/styles.xml", "styles"),
        ("xl/sharedStrings.xml", "sharedStrings"),
    ]
    parts += [(f"xl/worksheets/sheet{k}.xml", "worksheet") for k in range(1, sheets + 1)]
    parts += [(f"xl/tables/table{k}.xml", "table") for k in range(1, len(tables) + 1)]
    overrides = "".join(
        f'<Override PartName="/{part}" ContentType="{base}.{kind}+xml"/>' for part, kind in parts
    )
    rels = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    )
    return f'{XML}<Types xmlns="{TYPES}">{rels}{overrides}</Types>'


def _relations(links):
    items = "".join(
        f'<Relationship Id="rId{k}" Type="{OFFICE}/{kind}" Target="{to}"/>'
        for k, (kind, to) in enumerate(links, 1)
    )
    return f'{XML}<Relationships xmlns="{RELATIONS}">{items}</Relationships>'


def _styles(formats):
    codes = "".join(
        f'<numFmt numFmtId="{163 + k}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
        for k, code in enumerate(formats, 1)
    )
    used = '<xf numFmtId="0"/>' + "".join(
        f'<xf numFmtId="{163 + k}" applyNumberFormat="1"/>' for k in range(1, len(formats) + 1)
    )
    return f'{XML}<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>{used}</cellXfs></styleSheet>'


def values(grid: Grid):
    """Return the cells of a grid as Python values, row by row; errors and missing results as ``(kind, text)``."""
    columns = []
    for column in grid.columns:
        texts = column.strings().to_pylist()
        found = []
        for row in range(grid.rows):
            kind = Cell(int(column.kinds[row]))
            if kind is Cell.NUMBER:
                found.append(float(column.numbers[row]))
            elif kind is Cell.BOOL:
                found.append(bool(column.numbers[row]))
            elif kind is Cell.DATE:
                found.append(column.dates[row])
            elif kind is Cell.TEXT:
                found.append(texts[row])
            else:
                found.append(None if kind is Cell.BLANK else (kind.name, texts[row]))
        columns.append(found)
    return [tuple(row) for row in zip(*columns, strict=True)]


def codes(grid: Grid):
    return [note.code for note in grid.notes]


# --- Excel 97-2003 -------------------------------------------------------------------------------------------------


def compound(path, streams):
    """Write a compound file whose streams are long enough to stand in ordinary sectors."""
    size = 512
    sectors, entries = [], [("Root Entry", 5, 0xFFFFFFFE, 0)]
    for name, content in streams.items():
        padded = content.ljust(4096, b"\0")
        entries.append((name, 2, len(sectors), len(padded)))
        sectors += [padded[k : k + size].ljust(size, b"\0") for k in range(0, len(padded), size)]
    fat = []
    for _, kind, start, length in entries:
        if kind == 2:
            count = -(-length // size)
            fat += [*range(start + 1, start + count), 0xFFFFFFFE]
    directory = b"".join(_entry(*entry) for entry in entries).ljust(-(-len(entries) // 4) * size, b"\0")
    first_directory = len(sectors)
    pieces = [directory[k : k + size] for k in range(0, len(directory), size)]
    sectors += pieces
    fat += [*range(first_directory + 1, first_directory + len(pieces)), 0xFFFFFFFE]
    tables = 1
    while (len(fat) + tables) > tables * 128:
        tables += 1
    where = list(range(len(sectors), len(sectors) + tables))
    fat += [0xFFFFFFFD] * tables
    raw = b"".join(struct.pack("<I", number) for number in fat).ljust(tables * size, b"\xff")
    sectors += [raw[k : k + size] for k in range(0, len(raw), size)]
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
    )
    head += struct.pack("<IIIIIIIII", 0, tables, first_directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += b"".join(struct.pack("<I", number) for number in where).ljust(436, b"\xff")
    Path(path).write_bytes(head + b"".join(sectors))
    return Path(path)


def _entry(name, kind, start, length):
    raw = name.encode("utf-16-le") + b"\0\0"
    return (
        raw.ljust(64, b"\0")
        + struct.pack("<HBB", len(raw), kind, 1)
        + b"\xff" * 12
        + bytes(36)
        + struct.pack("<IQ", start, length)
    )


def record(kind, content=b""):
    """Write one BIFF8 record."""
    return struct.pack("<HH", kind, len(content)) + content


def biff_text(text, *, long=True):
    raw = text.encode("utf-16-le")
    return struct.pack("<H" if long else "<B", len(raw) // 2) + b"\x01" + raw


def xls(path, cells, *, shared=(), formats=(), name="Orders", globals_=b"", date1904=False, version=0x0600):
    """Write an .xls of one sheet; `cells` are its records."""
    start = record(0x0809, struct.pack("<HHHHII", version, 5, 0, 0, 0, 0)) + globals_
    start += record(0x0022, struct.pack("<H", int(date1904)))
    for number, code in enumerate(formats, 164):
        start += record(0x041E, struct.pack("<H", number) + biff_text(code))
    start += record(0x00E0, struct.pack("<HH", 0, 0) + bytes(16))
    for number, _ in enumerate(formats, 164):
        start += record(0x00E0, struct.pack("<HH", 0, number) + bytes(16))
    end = _shared(shared) + record(0x000A)
    length = len(start) + len(record(0x0085, bytes(6) + biff_text(name, long=False))) + len(end)
    sheet = record(0x0085, struct.pack("<IBB", length, 0, 0) + biff_text(name, long=False))
    body = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0)) + cells + record(0x000A)
    return compound(path, {"Workbook": start + sheet + end + body})


def _shared(texts, most=8224):
    """Write the table of shared texts; a text that does not fit goes on behind a new flag byte in the next record."""
    segments = [struct.pack("<II", len(texts), len(texts))]
    for text in texts:
        raw, head = (text, len(text)) if isinstance(text, bytes) else (biff_text(text), 3)
        if len(segments[-1]) + head + 2 > most:
            segments.append(b"")
        while raw:
            room = most - len(segments[-1])
            cut = len(raw) if len(raw) <= room else room - (room - head) % 2
            segments[-1] += raw[:cut]
            raw, head = raw[cut:], 0
            if raw:
                segments.append(b"\x01")
    return b"".join(record(0x00FC if k == 0 else 0x003C, part) for k, part in enumerate(segments))


# --- .xlsb ---------------------------------------------------------------------------------------------------------


def brt(kind, content=b""):
    """Write one record of a binary workbook."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = len(content), b""
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 0x7F else 0)])
        size >>= 7
        if not size:
            return head + length + content


def wide(text):
    raw = text.encode("utf-16-le")
    return struct.pack("<I", len(raw) // 2) + raw


def xlsb(path, cells, *, shared=(), formats=(), flags=0, name="Orders", parts=None):
    """Write an .xlsb of one sheet; `cells` are its records."""
    workbook = brt(131) + brt(153, struct.pack("<II", flags, 0) + wide("")) + brt(143)
    workbook += brt(156, struct.pack("<II", 0, 1) + wide("rId1") + wide(name)) + brt(144) + brt(132)
    styles = brt(278) + brt(615, struct.pack("<I", len(formats)))
    styles += b"".join(
        brt(44, struct.pack("<H", 164 + k) + wide(code)) for k, code in enumerate(formats)
    ) + brt(616)
    styles += brt(626, struct.pack("<I", 1)) + brt(47, struct.pack("<HH", 0xFFFF, 0) + bytes(12)) + brt(627)
    styles += brt(617, struct.pack("<I", 1 + len(formats)))
    styles += b"".join(
        brt(47, struct.pack("<HH", 0, number) + bytes(12)) for number in [0, *range(164, 164 + len(formats))]
    )
    styles += brt(618) + brt(279)
    texts = brt(159, struct.pack("<II", len(shared), len(shared)))
    texts += b"".join(brt(19, b"\0" + wide(text)) for text in shared) + brt(160)
    files = {
        "[Content_Types].xml": f'{XML}<Types xmlns="{TYPES}"><Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>',
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.bin")]),
        "xl/workbook.bin": workbook,
        "xl/_rels/workbook.bin.rels": _relations(
            [
                ("worksheet", "worksheets/sheet1.bin"),
                ("styles", "styles.bin"),
                ("sharedStrings", "sharedStrings.bin"),
            ]
        ),
        "xl/styles.bin": styles,
        "xl/sharedStrings.bin": texts,
        "xl/worksheets/sheet1.bin": brt(129)
        + brt(148, struct.pack("<IIII", 0, 99, 0, 9))
        + brt(145)
        + cells
        + brt(146)
        + brt(130),
    }
    return zipped(path, files | (parts or {}))


def brt_row(row, *, hidden=False):
    return brt(
        0, struct.pack("<IIH", row, 0, 300) + bytes([0, 0x10 if hidden else 0, 0]) + struct.pack("<I", 0)
    )


def brt_cell(kind, column, content, style=0):
    return brt(kind, struct.pack("<II", column, style) + content)


# --- .ods ----------------------------------------------------------------------------------------------------------

_SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {"office": "office", "table": "table", "text": "text", "style": "style"}.items()
)


def ods(path, tables, *, styles="", parts=None):
    """Write an .ods; `tables` is the XML of its tables."""
    content = (
        f"{XML}<office:document-content {_SPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    files = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content}
    return zipped(path, files | (parts or {}))
