"""Damaged files, always the same for the same number: bytes changed in the file itself, or in a part inside its zip."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import random
import struct
import zipfile
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import openpyxl
import pandas as pd
import xlsxwriter
from openpyxl.comments import Comment

from tests.readers import made

HEADINGS = ["Customer ID", "Order ID", "Order date", "Order value"]
ROWS = [[f"C{k % 4}", f"O{k}", 45_700 + 9 * k, 100.5 + k] for k in range(12)]
TOKENS = [
    b"<", b">", b"&", b"&#0;", b"&#x110000;", b'"', b"'", b"]]>", b"<!--", b"<![CDATA[", b"<?x?>", b"</row>", b"<c/>",
    b"<v>", b"</v>", b"<t/>", b"-1", b"0", b"1048577", b"99999999999999999999", b"2147483648", b"1e999", b"NaN", b"r=",
    b't="s"', b't="e"', b's="70000"', b"XFE1", b"A0", b"ZZZZ9", b"A1:XFD1048576", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf",
    b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"../../../../etc/passwd", b"\\", b"%00", b"xl/workbook.xml", b"rId1", b"rId999",
    b"\xff\xff\xff\xff", b"\x00\x00\x00\x80", b"\x09\x08", b"\r\n\r\n", b";;;;", b"\t", b"P" * 70_000,
]  # fmt: skip
"""Pieces that have broken readers elsewhere."""


def _book(build):
    out = io.BytesIO()
    build(out)
    return out.getvalue()


def _zipped(parts):
    """Return a zip that is the same at any time of day."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return out.getvalue()


def _openpyxl(out):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Orders"
    sheet.append(HEADINGS)
    for customer, order, day, value in ROWS:
        sheet.append([customer, order, dt.datetime(1899, 12, 30) + dt.timedelta(day), value])  # noqa: DTZ001
    sheet.merge_cells("A3:A4")
    sheet["A5"].comment = Comment("x", "y")
    sheet.row_dimensions[6].hidden = True
    book.create_sheet("Other")["B2"] = "=1+1"
    book.save(out)


def _xlsxwriter(out):
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Orders")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, HEADINGS)
        for number, row in enumerate(ROWS, 1):
            sheet.write_row(number, 0, row[:2])
            sheet.write_number(number, 2, row[2], day)
            sheet.write_number(number, 3, row[3])
        sheet.add_table(
            0, 0, len(ROWS), 3, {"name": "tblOrders", "columns": [{"header": text} for text in HEADINGS]}
        )
        sheet.write_formula("F1", "=SUM(D2:D9)", None, 5)
        sheet.conditional_format("D2:D9", {"type": "data_bar"})
        book.define_name("Total", "=Orders!$F$1")


def _made(function, *arguments, **more):
    with TemporaryDirectory() as folder:
        return function(Path(folder) / "x", *arguments, **more).read_bytes()


def _xls():
    def text(row, column, index):
        return made.record(0x00FD, struct.pack("<HHHI", row, column, 0, index))

    cells = b"".join(text(0, column, column) for column in range(4))
    for row in range(1, 9):
        cells += text(row, 0, 4) + text(row, 1, 5)
        cells += made.record(0x0203, struct.pack("<HHHd", row, 2, 1, 45_700.0 + row))
        cells += made.record(0x0203, struct.pack("<HHHd", row, 3, 0, 10.5 * row))
    return _made(made.xls, cells, shared=[*HEADINGS, "C1", "O1"], formats=("yyyy-mm-dd",))


def _xlsb():
    cells = b""
    for row in range(9):
        cells += made.brt_row(row)
        for column in range(4):
            if row == 0 or column < 2:
                cells += made.brt_cell(7, column, struct.pack("<I", column if row == 0 else 4 + column))
            else:
                cells += made.brt_cell(5, column, struct.pack("<d", 45_700.0 + row), style=int(column == 2))
    return _made(made.xlsb, cells, shared=[*HEADINGS, "C1", "O1"], formats=("yyyy-mm-dd",))


def _ods():
    def row(*cells):
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    def text(word):
        return f'<table:table-cell office:value-type="string"><text:p>{word}</text:p></table:table-cell>'

    rows = [row(*map(text, HEADINGS))]
    for k in range(8):
        day = f'<table:table-cell office:value-type="date" office:date-value="2026-01-{k + 1:02d}"/>'
        value = f'<table:table-cell office:value-type="float" office:value="{k * 1.5}" table:number-columns-repeated="2"/>'
        rows.append(row(text("C1"), text(f"O{k}"), day, value))
    rows.append('<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>')
    return _made(made.ods, f'<table:table table:name="Orders">{"".join(rows)}</table:table>')


def _csv():
    lines = [
        ",".join(HEADINGS),
        *(f'"C{k % 4}, ""x""",O{k},2026-01-{k + 1:02d},"1,{k}00.50"' for k in range(12)),
    ]
    return "\r\n".join(lines).encode()


def _parquet():
    frame = pd.DataFrame(ROWS, columns=HEADINGS)
    frame["Order date"] = pd.to_datetime(frame["Order date"], unit="D", origin="1899-12-30")
    frame["Order value"] = np.where(frame["Order value"] > 110, np.nan, frame["Order value"])
    return frame.to_parquet(index=False)


SEEDS = {
    "openpyxl.xlsx": lambda: _book(_openpyxl),
    "xlsxwriter.xlsx": lambda: _book(_xlsxwriter),
    "made.xls": _xls,
    "made.xlsb": _xlsb,
    "made.ods": _ods,
    "comma.csv": _csv,
    "semicolon.csv": lambda: _csv().replace(b",", b";").decode().encode("utf-16"),
    "packed.csv.gz": lambda: gzip.compress(_csv(), mtime=0),
    "made.parquet": _parquet,
}
"""Files that are whole, by the name that their mutants get."""

KINDS = tuple(SEEDS)


@cache
def seed(kind):
    """Return the whole file of a kind."""
    content = SEEDS[kind]()
    if content[:2] != b"PK":
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    if "docProps/core.xml" in parts:
        parts["docProps/core.xml"] = b"<coreProperties/>"  # it held the time
    return _zipped(parts)


def mutant(kind, number):
    """Return the damaged file of a kind and number."""
    chance = random.Random(f"{kind} {number}")
    content = seed(kind)
    if content[:2] == b"PK" and chance.random() < 0.75:
        return _rezipped(content, chance)
    if kind.endswith(".gz") and chance.random() < 0.7:
        return gzip.compress(damaged(gzip.decompress(content), chance), mtime=0)
    return damaged(content, chance)


def damaged(content, chance):
    """Return bytes with one to six things done to them."""
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(8):
            case 0:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                data[at : at + 1] = bytes([data[at] ^ 1 << chance.randrange(8)]) if at < len(data) else b""
            case 2:
                del data[at : at + chance.choice((1, 2, 8, 64, 512))]
            case 3:
                data[at:at] = chance.choice(TOKENS)
            case 4:
                token = chance.choice(TOKENS)
                data[at : at + len(token)] = token
            case 5:
                piece = data[at : at + chance.choice((1, 4, 40, 400))]
                data[at:at] = piece * chance.choice((1, 2, 50))
            case 6:
                other = chance.randrange(len(data) + 1)
                data[at : at + 30], data[other : other + 30] = data[other : other + 30], data[at : at + 30]
            case _:
                del data[at:]
    return bytes(data)


def _rezipped(content, chance):
    """Damage one part of a zip and pack it again, so that the check sum fits; or lose, double or rename one."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(sorted(parts))
    match chance.randrange(10):
        case 0:
            del parts[name]
        case 1:
            other = chance.choice(sorted(parts))
            parts[name], parts[other] = parts[other], parts[name]
        case 2:
            parts[name.upper() if name != name.upper() else name.lower()] = parts.pop(name)
        case _:
            parts[name] = damaged(parts[name], chance)
    return _zipped(parts)
