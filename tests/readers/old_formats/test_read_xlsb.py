"""Binary workbooks: every kind of cell, and broken files that neither crash nor hang."""

from __future__ import annotations

import contextlib
import struct
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.readers import made
from tests.readers.made import brt, brt_cell, brt_row, wide
from winback_xl.errors import DataError, FileError
from winback_xl.readers.old_formats.xlsb_records import records
from winback_xl.readers.read import read

SHARED = ["Customer ID", "Order date", "Order value"]
HEADS = brt_row(0) + b"".join(brt_cell(7, k, struct.pack("<I", k)) for k in range(3))


@pytest.fixture
def orders(tmp_path):
    """Return a function that writes records below our headings and reads them."""

    def write(cells, shared=(), **options):
        return read(made.xlsb(tmp_path / "o.xlsb", HEADS + cells, shared=[*SHARED, *shared], **options))

    return write


def test_every_kind_of_cell(orders):
    cells = brt_row(1) + brt_cell(6, 0, wide("00123")) + brt_cell(5, 1, struct.pack("<d", 45355.5), 2)
    cells += brt_cell(2, 2, struct.pack("<I", (1234 << 2) | 3))
    cells += (
        brt_row(2, hidden=True)
        + brt_cell(9, 0, struct.pack("<d", 123) + bytes(6), 1)
        + brt_cell(3, 1, b"\x2a")
        + brt_cell(4, 2, b"\x01")
    )
    cells += (
        brt_row(3)
        + brt_cell(8, 0, wide("of a formula") + bytes(6))
        + brt_cell(11, 1, b"\x07" + bytes(6))
        + brt_cell(10, 2, b"\0" + bytes(6))
    )
    cells += (
        brt_row(4)
        + brt_cell(7, 0, struct.pack("<I", 3))
        + brt_cell(1, 1, b"")
        + brt_cell(62, 2, b"\x01" + wide("rich") + bytes(8))
    )
    grid = orders(cells, shared=["Müller 😀"], formats=["00000", "yyyy-mm-dd"])
    assert made.values(grid) == [
        ("00123", np.datetime64("2024-03-04T12:00", "ms"), 12.34),
        (123.0, ("ERROR", "#N/A"), True),
        ("of a formula", ("ERROR", "#DIV/0!"), False),
        ("Müller 😀", None, "rich"),
    ]
    assert grid.columns[0].formats == ("00000",)
    assert grid.hidden.tolist() == [False, True, False, False]
    assert grid.cell(1, grid.columns[1]) == "B3"


def test_merged_cells_and_the_1904_system(orders):
    cells = brt_row(1) + brt_cell(6, 0, wide("M")) + brt_cell(5, 2, struct.pack("<d", 1))
    cells += (
        brt_row(2)
        + brt_cell(5, 2, struct.pack("<d", 2))
        + brt(146)
        + brt(176, struct.pack("<IIII", 1, 2, 0, 0))
    )
    grid = orders(cells, flags=1)
    assert grid.columns[0].filled().strings().to_pylist() == ["M", "M"]
    assert grid.date_system == 1904


def test_links_are_noted(orders):
    parts = {"xl/externalLinks/externalLink1.bin": b"x"}
    assert made.codes(orders(brt_row(1) + brt_cell(6, 0, wide("C1")), parts=parts)) == ["external-links"]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_records_are_the_same_however_the_part_arrives(size):
    content = HEADS + brt(600, b"x" * 300) + brt(7, b"y")
    pieces = iter([content[k : k + size] for k in range(0, len(content), size)])
    found = list(records(pieces))
    assert [number for number, _ in found] == [0, 7, 7, 7, 600, 7]
    assert found[4][1] == b"x" * 300


def test_a_text_that_is_not_there_is_damage(orders):
    with pytest.raises(FileError, match="damaged"):
        orders(brt_row(1) + brt_cell(7, 0, struct.pack("<I", 99)))


def test_a_workbook_without_sheets_is_damage(tmp_path):
    path = made.xlsb(tmp_path / "o.xlsb", b"")
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    with pytest.raises(FileError, match="no worksheet"):
        read(made.zipped(path, content | {"xl/workbook.bin": brt(131)}))


@given(
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=10),
    st.sampled_from(["worksheets/sheet1", "workbook", "styles", "sharedStrings"]),
)
def test_random_damage_ends_in_cells_or_in_one_sentence(tmp_path_factory, changes, part):
    cells = HEADS + brt_row(1) + brt_cell(5, 0, struct.pack("<d", 5), 1) + brt_cell(6, 1, wide("text"))
    path = made.xlsb(tmp_path_factory.mktemp("xlsb") / "o.xlsb", cells, shared=SHARED, formats=["00000"])
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    raw = bytearray(content[f"xl/{part}.bin"])
    for place, byte in changes:
        raw[place % len(raw)] = byte
    with contextlib.suppress(FileError, DataError):  # nothing else may escape
        read(made.zipped(path, content | {f"xl/{part}.bin": bytes(raw)}))
