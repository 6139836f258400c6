"""Excel 97-2003 workbooks: every kind of cell, and broken files that neither crash nor hang."""

from __future__ import annotations

import contextlib
import struct

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.effort import measured
from tests.readers import made
from tests.readers.made import record
from winback_xl.errors import DataError, FileError
from winback_xl.readers.old_formats.ole import stream
from winback_xl.readers.opened_files import opened
from winback_xl.readers.read import read, sheets
from winback_xl.readers.source import Area

SHARED = ["Customer ID", "Order date", "Order value"]


def at(row, column, style=0):
    return struct.pack("<HHH", row, column, style)


def heads():
    return b"".join(record(0x00FD, at(0, k) + struct.pack("<I", k)) for k in range(3))


def formula(row, column, result, style=0):
    return record(0x0006, at(row, column, style) + result + bytes(8))


@pytest.fixture
def orders(tmp_path):
    """Return a function that writes records below our headings and reads them."""

    def write(cells, shared=(), **options):
        made.xls(tmp_path / "o.xls", heads() + cells, shared=[*SHARED, *shared], **options)
        return read(tmp_path / "o.xls")

    return write


def test_numbers_in_all_their_packings(orders):
    cells = record(0x0203, at(1, 0) + struct.pack("<d", 12.5))
    cells += record(0x027E, at(1, 1) + struct.pack("<I", (1234 << 2) | 3))
    cells += record(
        0x00BD,
        struct.pack("<HH", 2, 0)
        + b"".join(struct.pack("<HI", 0, (k << 2) | 2) for k in (1, 2, 3))
        + struct.pack("<H", 2),
    )
    cells += formula(3, 0, struct.pack("<d", 7.0)) + record(
        0x027E, at(3, 1) + struct.pack("<i", (-5 << 2) | 2)
    )
    assert made.values(orders(cells)) == [(12.5, 12.34, None), (1.0, 2.0, 3.0), (7.0, -5.0, None)]


def test_any_number_is_read_whatever_its_lower_half_would_be_as_a_packed_one(orders):
    """Half of a long fraction may look like a NaN that signals; nobody is warned of what is not there."""
    odd = struct.unpack("<d", struct.pack("<Q", 0x3FF2_3456_7FF0_0005))[0]
    cells = record(0x0203, at(1, 0) + struct.pack("<d", odd)) + formula(1, 1, struct.pack("<d", odd))
    assert made.values(orders(cells)) == [(odd, odd, None)]


def test_texts_flags_and_errors(orders):
    cells = record(0x0204, at(1, 0) + made.biff_text("00123")) + record(
        0x00FD, at(1, 1) + struct.pack("<I", 3)
    )
    cells += record(0x0205, at(1, 2) + b"\x01\x00") + record(0x0205, at(2, 2) + b"\x2a\x01")
    cells += formula(2, 0, b"\x00\0\0\0\0\0\xff\xff") + record(0x0207, made.biff_text("made of a formula"))
    cells += formula(2, 1, b"\x02\0\x07\0\0\0\xff\xff") + formula(3, 0, b"\x01\0\x01\0\0\0\xff\xff")
    cells += formula(3, 1, b"\x03\0\0\0\0\0\xff\xff") + record(
        0x0204, at(3, 2) + struct.pack("<H", 3) + b"\0K\xe4s"
    )
    grid = orders(cells, shared=["Müller €"])
    assert made.values(grid) == [
        ("00123", "Müller €", True),
        ("made of a formula", ("ERROR", "#DIV/0!"), ("ERROR", "#N/A")),
        (True, None, "Käs"),
    ]


def test_cells_of_many_rows_arrive_in_their_order_whatever_record_they_stand_in(orders):
    """The records are worked through in blocks; the text of a formula may stand in the next one."""
    cells, rows = b"", 2_000
    for k in range(1, rows + 1):
        cells += formula(k, 0, b"\x00\0\0\0\0\0\xff\xff") + record(0x0207, made.biff_text(f"C{k}"))
        cells += record(0x00BD, struct.pack("<HHHIHIH", k, 1, 0, (k << 2) | 2, 0, (k << 2) | 3, 2))
    assert made.values(orders(cells)) == [(f"C{k}", float(k), k / 100) for k in range(1, rows + 1)]


def test_a_book_of_many_sheets_is_told_from_its_first_rows(tmp_path):
    """Headings are looked for on every sheet; none is read to its end for that."""
    cells = heads() + b"".join(record(0x0203, at(k, 0) + struct.pack("<d", k)) for k in range(1, 20_000))
    path = made.xls(tmp_path / "o.xls", cells, shared=SHARED)
    with opened(path) as (_, source):
        with measured() as look:
            source.head(source.sheets[0].name)
        with measured() as load:
            source.load(source.sheets[0].name, Area(1, tuple(SHARED), 2))
    assert look.calls * 5 < load.calls


def test_dates_formats_hidden_rows_and_merged_cells(orders):
    cells = record(0x0208, struct.pack("<HHHHHHH", 2, 0, 3, 300, 0, 0, 0x20) + bytes(2))
    cells += record(0x0203, at(1, 0, 2) + struct.pack("<d", 123)) + record(
        0x0203, at(1, 1, 1) + struct.pack("<d", 45355.5)
    )
    cells += record(0x0203, at(2, 1, 1) + struct.pack("<d", 60)) + record(
        0x00E5, struct.pack("<HHHHH", 1, 1, 2, 0, 0)
    )
    grid = orders(cells, formats=["yyyy\\-mm\\-dd", "00000"])
    assert made.values(grid) == [(123.0, np.datetime64("2024-03-04T12:00", "ms"), None), (None, 60.0, None)]
    assert grid.columns[0].formats == ("00000",)
    assert grid.columns[0].merged == ((0, 1),)
    assert grid.hidden.tolist() == [False, True]
    assert orders(cells, formats=["d.m.yy", "0"], date1904=True).date_system == 1904


def test_long_rich_and_asian_texts_go_on_from_record_to_record(orders):
    rich = struct.pack("<HBH", 4, 0x08, 2) + b"rich" + bytes(8)
    phonetic = struct.pack("<HBI", 2, 0x05, 6) + "漢字".encode("utf-16-le") + bytes(6)
    texts = ["Käse € " * 3000, rich, phonetic, "end"]
    cells = b"".join(record(0x00FD, at(row, 0) + struct.pack("<I", row + 2)) for row in range(1, 5))
    assert [row[0] for row in made.values(orders(cells, shared=texts))] == [
        "Käse € " * 3000,
        "rich",
        "漢字",
        "end",
    ]


def test_cells_of_a_chart_inside_the_sheet_are_not_read(orders):
    chart = (
        record(0x0809, struct.pack("<HHHHII", 0x0600, 0x20, 0, 0, 0, 0))
        + record(0x0203, at(1, 0) + struct.pack("<d", 9))
        + record(0x000A)
    )
    assert made.values(orders(chart + record(0x0203, at(1, 1) + struct.pack("<d", 5)))) == [(None, 5.0, None)]


def test_links_to_other_files_are_noted(orders):
    grid = orders(
        record(0x0203, at(1, 0) + bytes(8)), globals_=record(0x01AE, struct.pack("<HH", 1, 4) + b"\0file")
    )
    assert made.codes(grid) == ["external-links"]
    inner = record(0x01AE, struct.pack("<HH", 1, 0x0401))
    assert orders(record(0x0203, at(1, 0) + bytes(8)), globals_=inner).notes == ()


def test_a_password_and_an_older_excel_are_told(tmp_path, orders):
    with pytest.raises(FileError, match="password protected"):
        orders(b"", globals_=record(0x002F, bytes(6)))
    with pytest.raises(FileError, match="Excel 95"):
        orders(b"", version=0x0500)


def test_a_text_that_is_not_there_is_damage(orders):
    with pytest.raises(FileError, match="damaged"):
        orders(record(0x00FD, at(1, 0) + struct.pack("<I", 99)))


def test_a_chain_of_sectors_that_points_in_circles_ends_in_an_error():
    head = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0"))
    struct.pack_into("<H", head, 30, 9)
    struct.pack_into("<IIIIIIIII", head, 44, 1, 1, 0, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head[76:512] = b"\xff" * 436
    struct.pack_into("<I", head, 76, 0)
    with pytest.raises(FileError, match="damaged"):
        stream(bytes(head) + struct.pack("<128I", *[0] * 128), "Workbook", "o.xls")


def test_a_stream_that_is_short_stands_in_the_small_sectors(tmp_path):
    """Small streams share sectors of 64 bytes that live inside the root entry's own stream."""
    small = b"small stream of 100 bytes".ljust(100, b"!")
    path = made.compound(tmp_path / "o.xls", {"Big": b"x", "mini": small.ljust(128, b"\0")})
    raw = bytearray(path.read_bytes())
    directory = raw.find("Root Entry".encode("utf-16-le"))
    struct.pack_into("<IQ", raw, directory + 116, 8, 128)  # the root's stream is where "mini" was written
    struct.pack_into("<IQ", raw, directory + 2 * 128 + 116, 0, 100)
    sector = len(raw) // 512 - 1
    raw += struct.pack("<II", 1, 0xFFFFFFFE).ljust(512, b"\xff")
    struct.pack_into("<II", raw, 60, sector, 1)
    fat = struct.unpack_from("<I", raw, 76)[0]
    struct.pack_into("<I", raw, (fat + 1) * 512 + 4 * sector, 0xFFFFFFFE)
    assert stream(bytes(raw), "mini", "o.xls") == small
    assert stream(bytes(raw), "none", "o.xls") is None


@given(st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 255)), min_size=1, max_size=20))
def test_random_damage_ends_in_cells_or_in_one_sentence(tmp_path_factory, changes):
    cells = (
        heads()
        + record(0x0203, at(1, 0) + struct.pack("<d", 5))
        + record(0x00FD, at(1, 1) + struct.pack("<I", 3))
    )
    path = made.xls(tmp_path_factory.mktemp("xls") / "o.xls", cells, shared=[*SHARED, "x" * 3000])
    raw = bytearray(path.read_bytes())
    for place, byte in changes:
        raw[place % len(raw)] = byte
    path.write_bytes(raw)
    with measured() as work, contextlib.suppress(FileError, DataError):  # nothing else may escape
        read(path)
    assert work.calls < 200_000


@pytest.mark.office
def test_what_libreoffice_saves_is_the_same_in_all_four_formats(tmp_path, office):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Orders"
    sheet.append(SHARED)
    for row in (
        ["00123", 45000, 1.5],
        [123, 0.25, -7],
        ["Müller & Söhne 😀", None, True],
        [None, 5, "x" * 5000],
    ):
        sheet.append(row)
    sheet["A3"].number_format = "00000"
    sheet["B2"].number_format = sheet["B4"].number_format = "yyyy-mm-dd"
    sheet["C5"] = "=1/0"
    sheet.merge_cells("A4:A5")
    sheet.row_dimensions[3].hidden = True
    source = tmp_path / "o.xlsx"
    book.save(source)
    grids = {}
    for kind in ("xlsx", "xls", "ods"):
        saved = office.save_as(source, tmp_path / f"saved.{kind}", kind)
        grids[kind] = read(saved)
        assert sheets(saved) == ["Orders"]
    expected = made.values(grids["xlsx"])
    assert expected[0][:2] == ("00123", np.datetime64("2023-03-15", "ms"))
    assert expected[3][2] == ("ERROR", "#DIV/0!")
    for kind in ("xls", "ods"):
        found = made.values(grids[kind])
        if kind == "ods":  # LibreOffice keeps truth values as numbers there
            found = [
                tuple(True if (row, k) == (2, 2) and cell == 1.0 else cell for k, cell in enumerate(cells))
                for row, cells in enumerate(found)
            ]
        assert found == expected
        assert grids[kind].columns[0].formats == ("00000",)
        assert grids[kind].columns[0].merged == ((2, 3),)
        assert grids[kind].hidden.tolist() == [False, True, False, False]


def test_a_sheet_that_is_not_where_the_workbook_says_is_damage_and_no_empty_sheet(tmp_path):
    path = made.xls(tmp_path / "o.xls", heads(), shared=SHARED)
    raw = bytearray(path.read_bytes())
    place = raw.find(struct.pack("<H", 0x0085))  # the record that says where
    raw[place + 4] += 4
    path.write_bytes(raw)
    with pytest.raises(FileError, match="Orders is not where the workbook says"):
        read(path)
